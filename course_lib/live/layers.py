"""The part of a figure that does not move, drawn by matplotlib: pictures below and above the rest.

A figure is a stack of things drawn one after another. Between those that move, everything else is
drawn once for each theme and resolution that a page asks for, by Agg.
"""

import struct
import zlib
from contextlib import ExitStack, contextmanager

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.cm import ScalarMappable
from matplotlib.collections import Collection, LineCollection, PathCollection
from matplotlib.colors import to_rgba_array
from matplotlib.figure import FigureBase

from .themes import dark
from .zones import Zones

__all__ = ["Themed", "draw_layers", "encode_png", "fills_axes", "keeps_colors", "pack_layers"]


class Themed(RendererBase):
    """Draws with Agg in the colours of a theme, in layers.

    Parameters
    ----------
    width, height : float
        In pixels.
    dpi : float
    theme : {'light', 'dark'}

    Attributes
    ----------
    layers : list of ndarray (height, width, 4), uint8
        Finished by `finish`; a new one starts when something is drawn after `cut`.
    gaps : list of list of Bbox or None
        ``gaps[k]`` holds what was passed to `cut` after layer k.
    """

    def __init__(self, width, height, dpi, theme):
        super().__init__()
        self.dpi = dpi
        self.theme = theme
        self.zones = Zones()
        self.keep_colors = False
        self.layers, self.gaps = [], []
        self._size = round(width), round(height), dpi
        self._start()

    def cut(self, region):
        """Something that moves is drawn here; it touches at most `region` (None: anything)."""
        self._moving.append(region)

    @property
    def gap(self):
        """The number of the gap in which something drawn now would lie."""
        return len(self.layers)

    def finish(self):
        self.gaps.append(self._moving)
        self.layers.append(np.array(self._agg.buffer_rgba()))

    def _start(self):
        self._moving = []
        self._agg = RendererAgg(*self._size)

    def _target(self):
        """Agg, with a fresh layer if something that moves was drawn on the last one."""
        if self._moving:
            self.finish()
            self._start()
        return self._agg

    # ------------------------------------------------------------------ drawing

    def draw_path(self, gc, path, transform, rgbFace=None):
        if rgbFace is not None:
            box = path.get_extents(transform)
            rgba = (*rgbFace[:3], gc.get_alpha() if len(rgbFace) == 3 else rgbFace[3])
            self.zones.add_area(*box.extents, rgba)
        face = self._face(gc, rgbFace)
        self._target().draw_path(self._gc(gc), path, transform, face)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        face = self._face(gc, rgbFace)
        self._target().draw_markers(self._gc(gc), marker_path, marker_trans, path, trans, face)

    def draw_path_collection(self, gc, *args, hatchcolors=None):
        args = list(args)
        args[5] = self._array(gc, args[5], "area")
        args[6] = self._array(gc, args[6], "line")
        extra = {}
        if hatchcolors is not None:
            extra["hatchcolors"] = self._array(gc, hatchcolors, "line")
        self._target().draw_path_collection(self._gc(gc), *args, **extra)

    def draw_quad_mesh(self, gc, *args):
        self._add_picture(gc)
        self._target().draw_quad_mesh(gc, *args)

    def draw_gouraud_triangles(self, gc, *args):
        self._add_picture(gc)
        self._target().draw_gouraud_triangles(gc, *args)

    def draw_image(self, gc, x, y, im, transform=None):
        self.zones.add_picture(x, y, x + im.shape[1], y + im.shape[0])
        self._target().draw_image(gc, x, y, im)

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        gc = self._gc(gc, self._text_role(x, y))
        self._target().draw_text(gc, x, y, s, prop, angle, ismath, mtext)

    def draw_tex(self, gc, x, y, s, prop, angle, *, mtext=None):
        gc = self._gc(gc, self._text_role(x, y))
        self._target().draw_tex(gc, x, y, s, prop, angle, mtext=mtext)

    def start_filter(self):
        self._target().start_filter()

    def stop_filter(self, filter_func):
        self._target().stop_filter(filter_func)

    # ------------------------------------------------------------------ colours

    def _role(self, role, gc):
        kept = self.keep_colors or self.zones.cover(gc.get_clip_rectangle())
        return "data" if kept else role

    def _text_role(self, x, y):
        kept = self.keep_colors or self.zones.hold(x, self._size[1] - y)
        return "data" if kept else "text"

    def _gc(self, gc, role=None):
        if self.theme == "light":
            return gc
        role = role or self._role("line", gc)
        mapped = self.new_gc()
        mapped.copy_properties(gc)
        mapped._rgb = _dark(gc.get_rgb(), role)
        if gc.get_hatch_color() is not None:
            mapped.set_hatch_color(_dark(gc.get_hatch_color(), role))
        return mapped

    def _face(self, gc, face):
        if face is None or self.theme == "light":
            return face
        return _dark(face, self._role("area", gc))

    def _array(self, gc, colors, role):
        colors = np.asarray(colors, dtype=float).reshape(-1, 4)
        role = self._role(role, gc)
        if self.theme == "light" or role == "data" or not len(colors):
            return colors
        return to_rgba_array([_dark(c, role) for c in colors])

    def _add_picture(self, gc):
        box = gc.get_clip_rectangle()
        if box is not None:
            self.zones.add_picture(*box.extents)

    # ------------------------------------------------------------------ what matplotlib asks

    def get_text_width_height_descent(self, s, prop, ismath):
        return self._agg.get_text_width_height_descent(s, prop, ismath)

    def get_canvas_width_height(self):
        return self._agg.get_canvas_width_height()

    def points_to_pixels(self, points):
        return self._agg.points_to_pixels(points)

    def option_image_nocomposite(self):
        return True


def keeps_colors(artist):
    """True if the artist's colours stand for numbers: they come from a colour map.

    Lines from a colour map are treated as lines all the same: they must be seen on the dark page.
    """
    if not isinstance(artist, ScalarMappable) or artist.get_array() is None:
        return False
    return not isinstance(artist, LineCollection) and getattr(artist, "filled", True)


def fills_axes(artist):
    """True for a colour-mapped area, such as contourf: it hides the page behind it."""
    return (
        keeps_colors(artist)
        and artist.axes is not None
        and isinstance(artist, Collection)
        and not isinstance(artist, PathCollection)
    )


def draw_layers(figure, moving, renderer, split=True):
    """Draw a figure, divided where its moving artists lie.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    moving : list of Artist
        Left out if `split`, else drawn where they belong.
    renderer : Themed

    Returns
    -------
    dict {Artist: int}
        The gap between the renderer's layers in which each moving artist lies.
    """
    gaps = {}

    def leave_out(artist, _draw):
        def note(_renderer):
            renderer.cut(touched(artist))
            gaps[artist] = renderer.gap

        return note

    colored = [a for a in _colored_in(figure) if not split or a not in moving]
    with ExitStack() as stack:
        if split:
            stack.enter_context(_swapped_draw(moving, leave_out))
        stack.enter_context(drawn_as_data(colored, renderer))
        for artist in moving:
            # matplotlib leaves animated artists out of a full drawing.
            artist.set_animated(False)
            stack.callback(artist.set_animated, True)
        stack.callback(setattr, figure, "dpi", figure.dpi)
        figure.dpi = renderer.dpi
        figure.draw(renderer)
    renderer.finish()
    return gaps


def _colored_in(container):
    """Artists with colours of data. (`findobj` would make every tick of every axis anew.)"""
    for artist in container.get_children():
        if keeps_colors(artist):
            yield artist
        elif isinstance(artist, Axes | FigureBase):
            yield from _colored_in(artist)


def drawn_as_data(artists, renderer):
    """Within the block, these artists keep their colours, and so does what is drawn over them."""

    def make(artist, draw):
        def draw_kept(_renderer):
            renderer.keep_colors = True
            try:
                draw(renderer)
            finally:
                renderer.keep_colors = False
            if fills_axes(artist):
                renderer.zones.add_picture(*artist.axes.bbox.extents)

        return draw_kept

    return _swapped_draw(artists, make)


@contextmanager
def _swapped_draw(artists, make):
    """Within the block, each artist's ``draw`` is what ``make(artist, its own draw)`` returns."""
    with ExitStack() as stack:
        for artist in artists:
            artist.draw = make(artist, artist.draw)
            stack.callback(artist.__dict__.pop, "draw", None)
        yield


def touched(artist):
    """The rectangle outside of which the artist draws nothing, or None if there is none."""
    box = artist.get_clip_box() if artist.get_clip_on() else None
    return None if box is None else box.frozen()


def pack_layers(drawn, resolution, numbers=None):
    """The layers as few pictures as give the same image.

    Parameters
    ----------
    drawn : Themed
        Finished. Its layers are used up.
    resolution : float
        Its pixels for one of the figure.
    numbers : list of int, optional
        What was returned for another theme or resolution, to get the same gaps.

    Returns
    -------
    layers : list of dict
        From the lowest: ``png``; ``box``: where it goes, (x, y, width, height) in figure pixels
        with y down; ``gap``: the number of the gap above it.
    numbers : list of int
        The new number of each of the old gaps.
    """
    merge(drawn.layers, drawn.gaps)
    if numbers is None:
        # An emptied layer parts nothing: the gaps on both sides of it become one.
        parts = [layer[..., 3].any() for layer in drawn.layers[1:]]
        numbers = np.cumsum([0, *parts]).tolist()
    layers = []
    for gap in range(numbers[-1] + 1):
        members = [layer for layer, n in zip(drawn.layers, numbers, strict=True) if n == gap]
        for upper in members[1:]:
            _move(upper, members[0], np.ones(upper[..., 3].size, dtype=bool), below=True)
        box = _box_of_content(members[0])
        if box is not None:
            rows, columns = box
            edges = columns.start, rows.start, columns.stop, rows.stop
            x0, y0, x1, y1 = (float(edge) / resolution for edge in edges)
            png = encode_png(members[0][box])
            layers.append({"png": png, "box": [x0, y0, x1 - x0, y1 - y0], "gap": gap})
    return layers, numbers


def merge(layers, gaps):
    """Empty the layers as far as possible, in place, so that the picture stays the same.

    At a pixel that nothing of a gap can touch, the layers on both sides of the gap are one. So the
    part of each layer that no gap below it touches sinks, and what is left rises likewise.

    Parameters
    ----------
    layers : list of ndarray (height, width, 4), uint8
        From the lowest.
    gaps : list of list of Bbox or None
        ``gaps[k]``: what moves between layers k and k + 1; the last lies above all layers.
    """
    free = [_untouched(gap, layers[0].shape[:2]).ravel() for gap in gaps[:-1]]
    for k in range(1, len(layers)):
        for lower in range(k, 0, -1):
            _move(layers[lower], layers[lower - 1], free[lower - 1], below=True)
    for k in range(1, len(layers) - 1):
        _move(layers[k], layers[k + 1], free[k], below=False)


def _untouched(gap, shape):
    """Mask of the pixels that nothing in the gap can reach."""
    free = np.ones(shape, dtype=bool)
    for box in gap:
        if box is None:
            free[:] = False
            break
        # Two pixels more: another resolution rounds the clip rectangle to other pixels.
        x0, x1 = (int(v) for v in (np.floor(box.x0) - 2, np.ceil(box.x1) + 3))
        y0, y1 = (int(v) for v in (shape[0] - np.ceil(box.y1) - 2, shape[0] - np.floor(box.y0) + 3))
        free[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = False
    return free


def _move(layer, onto, free, below):
    """Move the free pixels of `layer` to its neighbour, which lies below it or above it."""
    # Upper layers are mostly empty: one look finds the few pixels that are not.
    where = np.flatnonzero(layer[..., 3])
    where = where[free[where]]
    if not len(where):
        return
    layer, onto = layer.reshape(-1, 4), onto.reshape(-1, 4)
    top, bottom = (layer[where], onto[where]) if below else (onto[where], layer[where])
    onto[where] = _over(top, bottom)
    layer[where] = 0


def _over(top, bottom):
    """Composite RGBA pixels, straight alpha (Porter and Duff, 1984)."""
    a, b = (p[:, 3:].astype(np.float32) / 255 for p in (top, bottom))
    alpha = a + b * (1 - a)
    color = (top[:, :3] * a + bottom[:, :3] * (b * (1 - a))) / np.maximum(alpha, 1e-6)
    return np.rint(np.concatenate([color, alpha * 255], axis=1)).astype(np.uint8)


def _box_of_content(pixels):
    """The slices of rows and columns that hold all visible pixels; None if there are none."""
    seen = pixels[..., 3] > 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return None
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def encode_png(pixels):
    """RGBA pixels as PNG bytes, twice as fast as Pillow writes them: the reader waits.

    A figure is mostly flat, so neither a filter nor a long search makes it much smaller.

    Parameters
    ----------
    pixels : ndarray, shape (height, width, 4), uint8

    References
    ----------
    PNG specification, third edition, https://www.w3.org/TR/png-3/
    """
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 4 * width), dtype=np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, level=1)), (b"IEND", b"")]
    png = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        png += struct.pack(">I", len(data)) + kind + data
        png += struct.pack(">I", zlib.crc32(kind + data))
    return png


def _dark(color, role):
    color = tuple(float(c) for c in color)
    return (*dark(color[:3], role), *color[3:])
