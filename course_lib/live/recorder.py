"""A matplotlib renderer that writes down what an artist draws, for the browser to draw again.

matplotlib hands every artist to a renderer as a few primitives: paths, markers, collections of
paths, text, images. This renderer turns each into one entry of a display list, in figure pixels
with y pointing down, so the browser needs to know nothing of axes, scales, clipping or fonts.

The display list is one array of 32-bit floats; every entry starts with its kind:

===========  ==========================================================================
POLYLINE 1   style, stroke, fill, flags, n, then n × (x, y)
PATH     2   style, stroke, fill, flags, n, then n × (path code, x, y)
SHAPE    3   style, stroke, fill, flags, shape, and the matrix a, b, c, d, e, f
MARKERS  4   style, stroke, fill, flags, shape, the matrix a … f, n, then n × (x, y)
GLYPHS   5   style, fill, n, then n × (shape, and the matrix a, b, c, d, e, f)
IMAGE    6   style, opacity, smooth, the matrix a … f, width, height, then RGBA, four bytes a float
===========  ==========================================================================

Stroke, fill, style and shape are numbers in `Shared`; −1 stands for none. A matrix maps (x, y) to
(a x + c y + e, b x + d y + f). Flags: 1 snaps the vertices to whole device pixels as Agg does with
upright rectangles, 2 closes the polyline.
"""

from array import array

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from .glyphs import Glyphs

__all__ = ["Recorder", "UnreadableArtistError"]

POLYLINE, PATH, SHAPE, MARKERS, GLYPHS, IMAGE = 1, 2, 3, 4, 5, 6
SNAP, CLOSED = 1, 2
# Agg looks for upright rectangles only in paths up to this length.
_LONGEST_SNAPPED = 1024
# Far outside of any screen, yet well within what a canvas can count.
_FAR = 1e6


class UnreadableArtistError(NotImplementedError):
    """An artist draws with something that cannot be replayed; the message says what to use."""


class Recorder(RendererBase):
    """Records artists of one figure.

    Parameters
    ----------
    width, height : float
        Of the figure, in pixels.
    dpi : float
    shared : Shared
    zones : Zones
        Where the picture underneath keeps its colours in both themes.
    """

    def __init__(self, width, height, dpi, shared, zones):
        super().__init__()
        self.width, self.height, self.dpi = width, height, dpi
        self.shared, self.zones = shared, zones
        self.keep_colors = False
        self._glyphs = Glyphs(shared)
        #: Pixels of a resampled image for one of the figure.
        self.magnification = 2.0
        self._ops = array("f")

    def take(self):
        """The display list recorded since the last call, as bytes."""
        ops, self._ops = self._ops, array("f")
        return ops.tobytes()

    # ------------------------------------------------------------------ primitives

    def draw_path(self, gc, path, transform, rgbFace=None):
        fill = self._fill(gc, rgbFace)
        stroke = self._stroke(gc)
        hatch = gc.get_hatch_path()
        if fill < 0 and stroke < 0 and hatch is None:
            return
        self._write_path(gc, self._style(gc), stroke, fill, path, transform, hatch is None)
        if hatch is not None:
            self._write_hatch(gc, path, transform, hatch)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        fill, stroke = self._fill(gc, rgbFace), self._stroke(gc)
        if fill < 0 and stroke < 0:
            return
        centers = self._to_figure(trans, _end_points(path))
        matrix = self._matrix(marker_trans)
        matrix[1, 2] -= self.height  # relative to each center
        outline = marker_path.vertices @ matrix[:2, :2].T + matrix[:2, 2]
        reach = 2 + gc.get_linewidth() * self.dpi / 72 + np.abs(outline).max(initial=0)
        centers = centers[self._near(centers, reach)]
        if not len(centers):
            return
        shape = self._shape_number(marker_path)
        snap = self._snaps(gc, marker_path.codes, outline)
        placement = matrix[:2].T.ravel()
        self._write(MARKERS, self._style(gc), stroke, fill, snap, shape, *placement, len(centers))
        self._write_array(centers)

    def draw_path_collection(
        self,
        gc,
        master_transform,
        paths,
        all_transforms,
        offsets,
        offset_trans,
        facecolors,
        edgecolors,
        linewidths,
        linestyles,
        antialiaseds,
        urls,
        offset_position,
        *,
        hatchcolors=None,
    ):
        shared_paths = max(len(offsets), len(all_transforms)) > len(paths) > 0
        if shared_paths and gc.get_hatch() is None and not gc.get_sketch_params():
            self._write_shapes(
                gc,
                self._matrix(master_transform),
                paths,
                np.asarray(all_transforms, dtype=float).reshape(-1, 3, 3),
                np.asarray(offset_trans.transform(offsets), dtype=float).reshape(-1, 2),
                np.asarray(facecolors, dtype=float).reshape(-1, 4),
                np.asarray(edgecolors, dtype=float).reshape(-1, 4),
                linewidths,
                linestyles,
                antialiaseds,
            )
            return
        extra = {} if hatchcolors is None else {"hatchcolors": hatchcolors}
        super().draw_path_collection(
            gc,
            master_transform,
            paths,
            all_transforms,
            offsets,
            offset_trans,
            facecolors,
            edgecolors,
            linewidths,
            linestyles,
            antialiaseds,
            urls,
            offset_position,
            **extra,
        )

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        rgba = gc.get_rgb()
        if len(rgba) == 3 or gc.get_forced_alpha():
            rgba = (*rgba[:3], gc.get_alpha())
        fill = self.shared.color(rgba, self._text_role(x, y))
        if fill < 0:
            return
        glyphs, bars = self._glyphs.layout(s, prop, ismath, mtext)
        scale = self.points_to_pixels(prop.get_size_in_points()) / self._glyphs.FONT_SCALE
        turn = np.deg2rad(angle)
        cos, sin = scale * np.cos(turn), scale * np.sin(turn)
        style = self._style(gc, text=True)
        if glyphs:
            rows = np.empty((len(glyphs), 7))
            number, gx, gy, size = np.array(glyphs, dtype=float).T
            rows[:, 0] = number
            rows[:, 1], rows[:, 2] = size * cos, -size * sin
            rows[:, 3], rows[:, 4] = -size * sin, -size * cos
            rows[:, 5], rows[:, 6] = x + cos * gx - sin * gy, y - sin * gx - cos * gy
            self._write(GLYPHS, style, fill, len(rows))
            self._write_array(rows)
        for corners in bars:
            bx, by = np.asarray(corners, dtype=float).T
            points = np.column_stack([x + cos * bx - sin * by, y - sin * bx - cos * by])
            self._write(POLYLINE, style, -1, fill, CLOSED, len(points))
            self._write_array(points)

    def draw_tex(self, gc, x, y, s, prop, angle, *, mtext=None):
        self.draw_text(gc, x, y, s, prop, angle, ismath="TeX", mtext=mtext)

    def draw_image(self, gc, x, y, im, transform=None):
        rows, columns = im.shape[:2]
        if not rows or not columns:
            return
        if transform is None:
            # Resampled by matplotlib for this place; its first row is lowest.
            scale = 1 / self.get_image_magnification()
            matrix = Affine2D([[scale, 0, x], [0, scale, y], [0, 0, 1]])
        else:
            matrix = (
                Affine2D().scale(1 / columns, 1 / rows) + transform + Affine2D().translate(x, y)
            )
        corners = matrix.transform([(0, 0), (columns, rows)])
        self.zones.add_picture(*corners.min(axis=0), *corners.max(axis=0))
        placement = self._matrix(matrix)[:2].T.ravel()
        # A resampled image already has the opacity in its pixels.
        smooth, opacity = (1, 1.0) if transform is None else (0, gc.get_alpha())
        self._write(IMAGE, self._style(gc), opacity, smooth, *placement, columns, rows)
        self._ops.frombytes(np.ascontiguousarray(im, dtype=np.uint8).tobytes())

    def draw_gouraud_triangles(self, gc, triangles_array, colors_array, transform):
        raise UnreadableArtistError(
            "colours blended across triangles (shading='gouraud') cannot be replayed in the "
            "browser; use shading='flat' or 'nearest', or an image (imshow)"
        )

    def start_filter(self):
        raise UnreadableArtistError(
            "its agg_filter works on Agg's pixels; leave the filter out, or draw the filtered "
            "picture as an image (imshow)"
        )

    # ------------------------------------------------------------------ what matplotlib asks

    def get_text_width_height_descent(self, s, prop, ismath):
        if ismath and ismath != "TeX":
            # A formula is parsed for its outlines too, and parsing it twice takes twice as long.
            return tuple(v * self.dpi / 72 for v in self._glyphs.measure_formula(s, prop))
        return super().get_text_width_height_descent(s, prop, ismath)

    def get_canvas_width_height(self):
        return self.width, self.height

    def points_to_pixels(self, points):
        return points * self.dpi / 72

    def option_image_nocomposite(self):
        return True

    def option_scale_image(self):
        # An image shown with whole blocks for its pixels is sent as it is, not enlarged.
        return True

    def get_image_magnification(self):
        return self.magnification

    # ------------------------------------------------------------------ writing

    def _write(self, *numbers):
        self._ops.extend(numbers)

    def _write_array(self, values):
        self._ops.frombytes(np.ascontiguousarray(values, dtype=np.float32).tobytes())

    def _write_path(self, gc, style, stroke, fill, path, transform, may_clip=True):
        curved = path.codes is not None and bool(
            ((path.codes == Path.CURVE3) | (path.codes == Path.CURVE4)).any()
        )
        clip = None
        if fill < 0 and may_clip and not curved:
            # A line that runs off to 1e300 must not reach the browser's arithmetic.
            margin = 4 + 2 * gc.get_linewidth() * self.dpi / 72
            clip = (-margin, -margin, self.width + margin, self.height + margin)
        sketch = gc.get_sketch_params()
        cleaned = path.cleaned(
            Affine2D(self._matrix(transform)),
            remove_nans=True,
            clip=clip,
            simplify=path.should_simplify and clip is not None,
            curves=sketch is None,
            sketch=sketch,
        )
        codes, points = cleaned.codes[:-1], cleaned.vertices[:-1]
        if len(points) < 2:
            return
        if clip is None:
            points = np.clip(points, -_FAR, _FAR)
        if fill >= 0:
            (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
            rgba = self.shared.colors[fill][:4]
            self.zones.add_area(x0, self.height - y1, x1, self.height - y0, [c / 255 for c in rgba])
        snap = self._snaps(gc, codes, points, len(path.vertices))
        lines = codes[1:] == Path.LINETO
        if lines.all():
            self._write(POLYLINE, style, stroke, fill, snap, len(points))
            self._write_array(points)
        elif lines[:-1].all() and codes[-1] == Path.CLOSEPOLY:
            self._write(POLYLINE, style, stroke, fill, snap | CLOSED, len(points) - 1)
            self._write_array(points[:-1])
        else:
            self._write(PATH, style, stroke, fill, snap, len(points))
            self._write_array(np.column_stack([codes, points]))

    def _write_shapes(
        self,
        gc,
        master,
        paths,
        transforms,
        offsets,
        facecolors,
        edgecolors,
        linewidths,
        linestyles,
        antialiaseds,
    ):
        """Items that share a few paths, all at once: a scatter of a thousand points is usual."""
        count = max(len(paths), len(transforms), len(offsets))
        item = np.arange(count)
        which = item % max(len(paths), len(transforms))
        # Offsets are in display coordinates, where y points up.
        places = offsets[item % len(offsets)] * (1, -1) if len(offsets) else np.zeros((count, 2))
        rows = np.empty((count, 12), dtype=np.float32)
        rows[:, 0] = SHAPE
        style, line = self._styles_of_items(gc, count, linewidths, linestyles, antialiaseds)
        rows[:, 1] = style
        rows[:, 2] = self._colors_of_items(edgecolors, item, "line", gc)
        rows[~line, 2] = -1
        rows[:, 3] = self._colors_of_items(facecolors, item, "area", gc)
        numbers = np.array([self._shape_number(path) for path in paths])
        rows[:, 5] = numbers[which % len(paths)]
        if len(transforms):
            matrices = master @ transforms[which % len(transforms)]
        else:
            matrices = np.broadcast_to(master, (count, 3, 3))
        snaps = [self._snaps(gc, path.codes, path.vertices) for path in paths]
        upright = (matrices[:, 0, 1] == 0) & (matrices[:, 1, 0] == 0)
        rows[:, 4] = np.array(snaps)[which % len(paths)] * upright
        rows[:, 6:8], rows[:, 8:10] = matrices[:, :2, 0], matrices[:, :2, 1]
        rows[:, 10:12] = matrices[:, :2, 2] + places
        visible = np.isfinite(places).all(axis=1) & ((rows[:, 2] >= 0) | (rows[:, 3] >= 0))
        visible &= (np.abs(rows[:, 10:12]) < _FAR).all(axis=1)
        self._write_array(rows[visible])

    def _styles_of_items(self, gc, count, linewidths, linestyles, antialiaseds):
        """The style's number of each item, and whether the item has an outline."""
        item_gc = self.new_gc()
        item_gc.copy_properties(gc)
        numbers = {}
        result = np.empty(count)
        outlined = np.empty(count, dtype=bool)
        cycles = [max(1, len(values)) for values in (linewidths, linestyles, antialiaseds)]
        for i in range(count):
            key = tuple(i % cycle for cycle in cycles)
            if key not in numbers:
                width = linewidths[key[0]] if len(linewidths) else 1.0
                item_gc.set_linewidth(width)
                if len(linestyles):
                    item_gc.set_dashes(*linestyles[key[1]])
                if len(antialiaseds):
                    item_gc.set_antialiased(antialiaseds[key[2]])
                numbers[key] = self._style(item_gc), width > 0
            result[i], outlined[i] = numbers[key]
        return result, outlined

    def _colors_of_items(self, colors, item, role, gc):
        if not len(colors):
            return np.full(len(item), -1.0)
        role = self._role(role, gc)
        # Eight bits first: a colour map gives a thousand points few different colours.
        distinct, inverse = np.unique(
            np.rint(colors * 255).astype(np.uint8), axis=0, return_inverse=True
        )
        numbers = np.array([self.shared.color(c / 255, role) for c in distinct], dtype=float)
        return numbers[inverse.ravel()][item % len(colors)]

    def _write_hatch(self, gc, path, transform, hatch):
        """The hatch's tiles, clipped to the path; they are aligned to the figure as Agg's are."""
        outline = path.cleaned(Affine2D(self._matrix(transform)), remove_nans=True, curves=True)
        rows = np.column_stack([outline.codes, outline.vertices])[:-1]
        if not len(rows):
            return
        corner = np.clip(rows[:, 1:].min(axis=0), 0, (self.width, self.height))
        far = np.clip(rows[:, 1:].max(axis=0), 0, (self.width, self.height))
        tile = self.dpi
        ink = self.shared.color(gc.get_hatch_color(), self._role("line", gc))
        mask = self.shared.shape(rows.tobytes(), lambda: rows)
        shape = self._shape_number(hatch)
        pen = self.new_gc()
        pen.copy_properties(gc)
        pen.set_linewidth(gc.get_hatch_linewidth())
        pen.set_capstyle("butt")
        pen.set_dashes(0, None)
        style = self._style(pen, mask=mask)
        for j in range(int(corner[1] // tile), int(far[1] // tile) + 1):
            for i in range(int(corner[0] // tile), int(far[0] // tile) + 1):
                self._write(
                    SHAPE, style, ink, ink, 0, shape, tile, 0, 0, -tile, i * tile, (j + 1) * tile
                )

    # ------------------------------------------------------------------ reading the context

    def _fill(self, gc, face):
        if face is None:
            return -1
        if len(face) == 3 or gc.get_forced_alpha():
            face = (*face[:3], gc.get_alpha())
        return self.shared.color(face, self._role("area", gc))

    def _stroke(self, gc):
        if gc.get_linewidth() == 0:
            return -1
        rgba = gc.get_rgb()
        if len(rgba) == 3:
            rgba = (*rgba, gc.get_alpha())
        return self.shared.color(rgba, self._role("line", gc))

    def _role(self, role, gc):
        kept = self.keep_colors or self.zones.cover(gc.get_clip_rectangle())
        return "data" if kept else role

    def _text_role(self, x, y):
        kept = self.keep_colors or self.zones.hold(x, self.height - y)
        return "data" if kept else "text"

    def _style(self, gc, text=False, mask=-1):
        """The number of the pen and clipping that `gc` describes."""
        box = gc.get_clip_rectangle()
        box = None if box is None else (box.x0, self.height - box.y1, box.x1, self.height - box.y0)
        clip_path, clip_transform = gc.get_clip_path()
        clip = None
        if clip_path is not None:
            clip = (self._shape_number(clip_path), *self._matrix(clip_transform)[:2].T.ravel())
        if text:
            key = (box, clip)
        else:
            offset, dashes = gc.get_dashes()
            key = (
                gc.get_linewidth(),
                gc.get_capstyle(),
                gc.get_joinstyle(),
                None if dashes is None else (offset, *dashes),
                bool(gc.get_antialiased()),
                box,
                clip,
                mask,
            )
        return self.shared.style(key, lambda: self._describe(key, text))

    def _describe(self, key, text):
        if text:
            box, clip = key
            return {"clip": box, "clipPath": clip}
        width, cap, join, dashes, smooth, box, clip, mask = key
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

    def _shape_number(self, path):
        codes = path.codes
        key = (path.vertices.tobytes(), None if codes is None else codes.tobytes())
        return self.shared.shape(key, lambda: _rows(path))

    def _matrix(self, transform):
        """The 3 × 3 matrix of an affine transform, followed by the flip that points y down."""
        matrix = np.array(transform.get_matrix(), dtype=float)
        matrix[1] = -matrix[1]
        matrix[1, 2] += self.height
        return matrix

    def _to_figure(self, transform, points):
        points = np.asarray(transform.transform(points), dtype=float).reshape(-1, 2)
        return np.column_stack([points[:, 0], self.height - points[:, 1]])

    def _near(self, points, reach):
        with np.errstate(invalid="ignore"):
            low = (points >= -reach).all(axis=1)
            return (
                low & (points[:, 0] <= self.width + reach) & (points[:, 1] <= self.height + reach)
            )

    def _snaps(self, gc, codes, points, count=None):
        """1 if Agg moves the vertices to whole pixels: it is told to, or all lines are upright."""
        snap = gc.get_snap()
        if snap is not None:
            return SNAP if snap else 0
        if (len(points) if count is None else count) > _LONGEST_SNAPPED:
            return 0
        step = np.abs(np.diff(points, axis=0))
        if codes is not None:
            if ((codes == Path.CURVE3) | (codes == Path.CURVE4)).any():
                return 0
            step = step[codes[1:] == Path.LINETO]
        return SNAP if bool((step.min(axis=1) < 1e-4).all()) else 0


def _rows(path):
    codes = path.codes
    if codes is None:
        codes = np.full(len(path.vertices), Path.LINETO)
        codes[:1] = Path.MOVETO
    return np.column_stack([codes, path.vertices])


def _end_points(path):
    """The vertices of a path at which markers are drawn: not the control points of its curves."""
    if path.codes is None:
        return path.vertices
    ends = [v[-2:] for v, _ in path.iter_segments(simplify=False)]
    return np.array(ends).reshape(-1, 2)
