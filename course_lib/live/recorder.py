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
from .items import collection_rows, tile_corners, tile_rows
from .pens import Pens, is_curved

__all__ = ["Recorder", "UnreadableArtistError"]

POLYLINE, PATH, SHAPE, MARKERS, GLYPHS, IMAGE = 1, 2, 3, 4, 5, 6
CLOSED = 2
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
        self.pens = Pens(height, dpi, shared, zones)
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
        pens = self.pens
        fill, stroke, hatch = pens.fill(gc, rgbFace), pens.stroke(gc), gc.get_hatch_path()
        if fill >= 0 or stroke >= 0:
            self._write_path(gc, stroke, fill, path, transform, may_clip=hatch is None)
        if hatch is not None:
            self._write_hatch(gc, path, transform, hatch)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        pens = self.pens
        fill, stroke = pens.fill(gc, rgbFace), pens.stroke(gc)
        if fill < 0 and stroke < 0:
            return
        matrix = pens.matrix(marker_trans)
        matrix[1, 2] -= self.height  # relative to each centre
        outline = marker_path.vertices @ matrix[:2, :2].T + matrix[:2, 2]
        reach = 2 + gc.get_linewidth() * self.dpi / 72 + np.abs(outline).max(initial=0)
        centers = self._seen(pens.points(trans, _end_points(path)), reach)
        if not len(centers):
            return
        snap = pens.snaps(gc, marker_path.codes, outline)
        head = pens.style(gc), stroke, fill, snap, pens.shape(marker_path)
        self._write(MARKERS, *head, *matrix[:2].T.ravel(), len(centers))
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
        plain = len(paths) > 0 and gc.get_hatch() is None and not gc.get_sketch_params()
        facecolors, edgecolors = (
            np.asarray(colors, dtype=float).reshape(-1, 4) for colors in (facecolors, edgecolors)
        )
        looks = facecolors, edgecolors, linewidths, linestyles, antialiaseds
        matrix = self.pens.matrix(master_transform)
        places = np.asarray(offset_trans.transform(offsets), dtype=float).reshape(-1, 2)
        if plain and max(len(places), len(all_transforms)) > len(paths):
            transforms = np.asarray(all_transforms, dtype=float).reshape(-1, 3, 3)
            rows = collection_rows(self.pens, gc, matrix, paths, transforms, places, *looks)
            kind = np.full((len(rows), 1), SHAPE, dtype=np.float32)
            self._write_array(np.hstack([kind, rows]))
            return
        filled = len(facecolors) and (facecolors[:, 3] > 0).all()
        if plain and filled and not len(all_transforms) and not places.any():
            corners, closed = tile_corners(paths, matrix)
            if corners is not None:
                self._write_tiles(gc, corners, closed, looks)
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
        fill = self.pens.letters(gc, x, self.height - y)
        if fill < 0:
            return
        glyphs, bars = self._glyphs.layout(s, prop, ismath, mtext)
        scale = self.points_to_pixels(prop.get_size_in_points()) / self._glyphs.FONT_SCALE
        turn = np.deg2rad(angle)
        cos, sin = scale * np.cos(turn), scale * np.sin(turn)
        style = self.pens.text_style(gc)
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
        placement = self.pens.matrix(matrix)[:2].T.ravel()
        # A resampled image already has the opacity in its pixels.
        smooth, opacity = (1, 1.0) if transform is None else (0, gc.get_alpha())
        self._write(IMAGE, self.pens.style(gc), opacity, smooth, *placement, columns, rows)
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

    def _write_path(self, gc, stroke, fill, path, transform, may_clip):
        clip = None
        if fill < 0 and may_clip and not is_curved(path.codes):
            # A line that runs off to 1e300 must not reach the browser's arithmetic.
            margin = 4 + 2 * gc.get_linewidth() * self.dpi / 72
            clip = (-margin, -margin, self.width + margin, self.height + margin)
        sketch = gc.get_sketch_params()
        cleaned = path.cleaned(
            Affine2D(self.pens.matrix(transform)),
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
            # The vertex of a CLOSEPOLY says nothing: it may be anywhere.
            self._note_area(points[codes != Path.CLOSEPOLY], fill)
        flags = self.pens.snaps(gc, codes, points, len(path.vertices))
        head = self.pens.style(gc), stroke, fill
        lines = codes[1:] == Path.LINETO
        if lines.all():
            self._write(POLYLINE, *head, flags, len(points))
            self._write_array(points)
        elif lines[:-1].all() and codes[-1] == Path.CLOSEPOLY:
            self._write(POLYLINE, *head, flags | CLOSED, len(points) - 1)
            self._write_array(points[:-1])
        else:
            self._write(PATH, *head, flags, len(points))
            self._write_array(np.column_stack([codes, points]))

    def _write_tiles(self, gc, corners, closed, looks):
        rows = tile_rows(self.pens, gc, corners, *looks)
        rows[:, 3] += CLOSED * closed
        kind = np.full((len(rows), 1), POLYLINE, dtype=np.float32)
        self._write_array(np.hstack([kind, rows]))
        for points, fill in zip(corners, rows[:, 2].astype(int), strict=True):
            self._note_area(points, fill)

    def _note_area(self, points, fill):
        """Remember a filled shape: text on it may have to keep its colour."""
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        rgba = [c / 255 for c in self.shared.colors[fill][:4]]
        self.zones.add_area(x0, self.height - y1, x1, self.height - y0, rgba)

    def _write_hatch(self, gc, path, transform, hatch):
        """The hatch's tiles, clipped to the path; they are aligned to the figure as Agg's are."""
        outline = path.cleaned(Affine2D(self.pens.matrix(transform)), remove_nans=True, curves=True)
        rows = np.column_stack([outline.codes, outline.vertices])[:-1]
        if not len(rows):
            return
        ink, shape = self.pens.hatch(gc), self.pens.shape(hatch)
        pen = self.new_gc()
        pen.copy_properties(gc)
        pen.set_linewidth(gc.get_hatch_linewidth())
        pen.set_capstyle("butt")
        pen.set_dashes(0, None)
        style = self.pens.style(pen, mask=self.shared.shape(rows.tobytes(), lambda: rows))
        size = self.dpi
        edges = np.clip(rows[:, 1:], 0, (self.width, self.height)) // size
        (left, top), (right, bottom) = edges.min(axis=0).astype(int), edges.max(axis=0).astype(int)
        for j in range(top, bottom + 1):
            for i in range(left, right + 1):
                place = size, 0, 0, -size, i * size, (j + 1) * size
                self._write(SHAPE, style, ink, ink, 0, shape, *place)

    def _seen(self, points, reach):
        """The points that lie in the figure or less than `reach` outside of it."""
        with np.errstate(invalid="ignore"):
            inside = (points >= -reach) & (points <= (self.width + reach, self.height + reach))
        return points[inside.all(axis=1)]


def _end_points(path):
    """The vertices of a path at which markers are drawn: not the control points of its curves."""
    if path.codes is None:
        return path.vertices
    ends = [v[-2:] for v, _ in path.iter_segments(simplify=False)]
    return np.array(ends).reshape(-1, 2)
