"""From the strokes of a pen to a picture as those of MNIST: centred, scaled, in grey.

The page does the same in JavaScript (``static/draw_digit.js``); a test compares the two.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["BOX", "EXAMPLE", "SIDE", "as_mnist", "ink_of", "picture_of"]

SIDE = 28
BOX = 20
"""Pixels of a digit's longer side."""
PEN = 2.8
"""Width of the pen, in pixels of the finished picture."""
FINE = 5
"""Grid lines of the ink per pixel."""
SMALLEST = 3
"""What is smaller than this, in 28ths of the field, stays a dot."""

EXAMPLE = [
    [
        *((9, 8), (10, 6.5), (12, 5.5), (14.5, 5.5), (16.5, 6.5), (17.5, 8.5), (17, 10.5)),
        *((15.5, 12), (13, 13), (15.5, 13.5), (17.5, 15), (18.5, 17), (18, 19.5), (16.5, 21.5)),
        *((14, 22.5), (11.5, 22.3), (9.5, 21.3), (8.3, 19.5)),
    ]
]
"""A three in one stroke."""


def picture_of(strokes: Sequence[ArrayLike]) -> np.ndarray:
    """The 28 × 28 picture of a drawn digit, wherever and however large it was drawn.

    Parameters
    ----------
    strokes : sequence of array_like, shape (points, 2)
        Each the path of the pen from where it was put down: x to the right, y down, in 28ths of
        the field.

    Returns
    -------
    ndarray, shape (28, 28)
        From 0 (paper) to 1 (ink); all 0 without a stroke.
    """
    ink = ink_of(strokes)
    return np.zeros((SIDE, SIDE)) if ink is None else as_mnist(ink, least=BOX * FINE)


def ink_of(strokes: Sequence[ArrayLike]) -> np.ndarray | None:
    """The strokes on a fine grid, scaled to 100 lines, with a pen as wide as those of MNIST.

    Drawn small or large, a digit gets the same pen: only its shape counts.

    Parameters
    ----------
    strokes : sequence of array_like, shape (points, 2)

    Returns
    -------
    ndarray, shape (rows, columns), or None
        From 0 to 1; None if there is no point.
    """
    strokes = [np.asarray(stroke, float).reshape(-1, 2) for stroke in strokes if len(stroke)]
    if not strokes:
        return None
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    radius = PEN * FINE / 2
    scale = (BOX * FINE - 2 * radius) / max(extent.max(), SMALLEST)
    columns, rows = np.ceil(extent * scale + 2 * radius + 2).astype(int)
    ink = np.zeros((rows, columns))
    x, y = np.arange(columns) + 0.5, np.arange(rows)[:, None] + 0.5
    for stroke in strokes:
        path = (stroke - low) * scale + radius + 1
        for start, end in zip(path, [*path[1:], path[-1]], strict=True):
            ink = np.maximum(ink, np.clip(radius + 0.5 - _distance(x, y, start, end), 0, 1))
    return ink


def as_mnist(ink: ArrayLike, *, least: int = 1) -> np.ndarray:
    """A digit as MNIST would show it.

    Cut out, its longer side scaled to 20 pixels, each pixel the mean of the ink on it, and its
    centre of mass put into the middle of 28 × 28 pixels (pixel 14, counted from 0), by a whole
    number of pixels. A digit of MNIST comes out as it went in.

    Parameters
    ----------
    ink : array_like, shape (rows, columns)
        From 0 to 1; some of it above 0.
    least : int
        What is smaller than this, in lines of the grid, is scaled as if it were so large.

    Returns
    -------
    ndarray, shape (28, 28)

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86, 1998, section III A.
    """
    ink = np.asarray(ink, float)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    lines = max(*ink.shape, least) / BOX
    small = _means(ink.shape[0], lines) @ ink @ _means(ink.shape[1], lines).T
    picture = np.zeros((SIDE, SIDE))
    where = tuple(
        slice(start, start + size) for start, size in zip(_starts(small), small.shape, strict=True)
    )
    picture[where] = small
    return picture


def _distance(x, y, start, end):
    """From each place to the line between two points."""
    (x0, y0), (dx, dy) = start, end - start
    length = dx * dx + dy * dy
    along = ((x - x0) * dx + (y - y0) * dy) / length if length else 0 * (x + y)
    along = np.clip(along, 0, 1)
    return np.hypot(x - x0 - along * dx, y - y0 - along * dy)


def _means(size, lines):
    """(pixels, size): the share that each line of the grid has in each pixel."""
    pixels = int(np.ceil(size / lines - 1e-9))
    edges = np.arange(pixels + 1)[:, None] * lines
    line = np.arange(size)
    shared = np.minimum(edges[1:], line + 1) - np.maximum(edges[:-1], line)
    return np.clip(shared, 0, None) / lines


def _starts(small):
    """First row and column that put the centre of mass into the middle, all ink inside."""
    starts = []
    for size, marginal in zip(small.shape, (small.sum(axis=1), small.sum(axis=0)), strict=True):
        centre = marginal @ (np.arange(size) + 0.5) / marginal.sum()
        # MNIST's middle is the pixel right of and below the middle of the picture.
        # The hair decides for digits so even that rounding errors would.
        start = int(np.floor(SIDE / 2 + 1 - centre + 1e-6))
        starts.append(min(max(start, 0), SIDE - size))
    return starts
