"""The part of a figure that does not move, drawn by matplotlib: pictures below and above the rest.

A figure is a stack of things drawn one after another. Between those that move, everything else is
drawn once for each theme and resolution that a page asks for, by Agg.
"""

from contextlib import ExitStack, contextmanager

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import Collection, LineCollection, PathCollection
from matplotlib.figure import FigureBase

from .png import encode_png

__all__ = ["draw_layers", "fills_axes", "keeps_colors", "merge", "pack_layers"]


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
