"""Reading a graphics context: colours, pen, clipping and placement, as `Shared` numbers them."""

import numpy as np
from matplotlib.path import Path

__all__ = ["SNAP", "Pens", "is_curved"]

#: The flag of an entry whose vertices go to whole device pixels.
SNAP = 1
# Agg looks for upright rectangles only in paths up to this length.
_LONGEST_SNAPPED = 1024


class Pens:
    """Turns what matplotlib says of a drawing into numbers of `Shared`; −1 stands for none.

    Parameters
    ----------
    height : float
        Of the figure, in pixels.
    dpi : float
    shared : Shared
    zones : Zones
        Where colours are kept in both themes.

    Attributes
    ----------
    keep_colors : bool
        True while something is drawn whose colours stand for data.
    """

    def __init__(self, height, dpi, shared, zones):
        self.height, self.dpi, self.shared, self.zones = height, dpi, shared, zones
        self.keep_colors = False

    # ------------------------------------------------------------------ colours

    def fill(self, gc, face):
        if face is None:
            return -1
        if len(face) == 3 or gc.get_forced_alpha():
            face = (*face[:3], gc.get_alpha())
        return self.shared.color(face, self.role("area", gc))

    def stroke(self, gc):
        if gc.get_linewidth() == 0:
            return -1
        return self.shared.color(_rgba(gc), self.role("line", gc))

    def letters(self, gc, x, y):
        """The colour of text at (x, y), y up."""
        kept = self.keep_colors or self.zones.hold(x, y)
        return self.shared.color(_rgba(gc), "data" if kept else "text")

    def hatch(self, gc):
        return self.shared.color(gc.get_hatch_color(), self.role("line", gc))

    def role(self, role, gc):
        kept = self.keep_colors or self.zones.cover(gc.get_clip_rectangle())
        return "data" if kept else role

    # ------------------------------------------------------------------ styles and shapes

    def style(self, gc, mask=-1):
        """The pen and the clipping that `gc` describes; `mask` is a shape to clip to as well."""
        offset, dashes = gc.get_dashes()
        key = (
            gc.get_linewidth(),
            gc.get_capstyle(),
            gc.get_joinstyle(),
            None if dashes is None else (offset, *dashes),
            bool(gc.get_antialiased()),
            *self._clipping(gc),
            mask,
        )
        return self.shared.style(key, lambda: self._describe(*key))

    def text_style(self, gc):
        """Of text, only the clipping matters."""
        box, clip = self._clipping(gc)
        return self.shared.style((box, clip), lambda: {"clip": box, "clipPath": clip})

    def shape(self, path):
        codes = path.codes
        key = (path.vertices.tobytes(), None if codes is None else codes.tobytes())
        return self.shared.shape(key, lambda: _rows(path))

    def _clipping(self, gc):
        box = gc.get_clip_rectangle()
        if box is not None:
            box = (box.x0, self.height - box.y1, box.x1, self.height - box.y0)
        path, transform = gc.get_clip_path()
        if path is None:
            return box, None
        return box, (self.shape(path), *self.matrix(transform)[:2].T.ravel())

    def _describe(self, width, cap, join, dashes, smooth, box, clip, mask):
        to_pixels = self.dpi / 72
        style = {
            "width": width * to_pixels,
            "cap": {"projecting": "square"}.get(cap, cap),
            "join": join,
            "smooth": smooth,
            "clip": box,
            "clipPath": clip,
        }
        if dashes is not None:
            style["dashOffset"] = float(dashes[0] or 0) * to_pixels
            style["dashes"] = [float(d) * to_pixels for d in dashes[1:]]
        if mask >= 0:
            style["mask"] = mask
        return style

    # ------------------------------------------------------------------ placement

    def matrix(self, transform):
        """The 3 × 3 matrix of an affine transform, followed by the flip that points y down."""
        matrix = np.array(transform.get_matrix(), dtype=float)
        matrix[1] = -matrix[1]
        matrix[1, 2] += self.height
        return matrix

    def points(self, transform, points):
        """Points in pixels of the figure, y down."""
        points = np.asarray(transform.transform(points), dtype=float).reshape(-1, 2)
        return np.column_stack([points[:, 0], self.height - points[:, 1]])

    def snaps(self, gc, codes, points, count=None):
        """`SNAP` if Agg moves the vertices to whole pixels, else 0.

        It does where it is told to, or where all lines are upright. `points` has shape (n, 2), or
        (paths, n, 2) for many with the same codes.
        """
        snap = gc.get_snap()
        if snap is not None:
            return SNAP if snap else 0
        if (points.shape[-2] if count is None else count) > _LONGEST_SNAPPED or is_curved(codes):
            return 0
        step = np.abs(np.diff(points, axis=-2))
        if codes is not None:
            step = step[..., codes[1:] == Path.LINETO, :]
        return SNAP * (step.min(axis=-1) < 1e-4).all(axis=-1)


def is_curved(codes):
    """True if a path with these codes has curves."""
    return codes is not None and bool(((codes == Path.CURVE3) | (codes == Path.CURVE4)).any())


def _rgba(gc):
    rgba = gc.get_rgb()
    return (*rgba[:3], gc.get_alpha()) if len(rgba) == 3 or gc.get_forced_alpha() else rgba


def _rows(path):
    codes = path.codes
    if codes is None:
        codes = np.full(len(path.vertices), Path.LINETO)
        codes[:1] = Path.MOVETO
    return np.column_stack([codes, path.vertices])
