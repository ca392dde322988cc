"""Frames made small for the network: places to 1/32 of a pixel, and bytes sorted by what they say.

A display list is 32-bit floats, most of them places in pixels with far more digits than a screen
can show. Rounding leaves their last bytes zero, and putting all first bytes of the numbers first,
then all second ones, … lets *deflate* find the repetitions: together to a half to a quarter.
"""

import numpy as np

from .recorder import GLYPHS, IMAGE, MARKERS, PATH, POLYLINE, SHAPE

__all__ = ["in_planes", "rounded"]

#: Steps in a pixel. Finer than anti-aliasing at two device pixels for one can show.
_PER_PIXEL = 32

_SNAPPED = 1


def rounded(data: bytes) -> bytes:
    """A frame with its places rounded to 1/32 of a pixel.

    Untouched stay what a place is not (kinds, colours, matrices of glyphs, pixels of images), and
    shapes that are snapped to whole pixels, which rounding might move by one.

    Parameters
    ----------
    data : bytes
        As `Scene.read` returns it.

    Returns
    -------
    bytes
        Of the same length.
    """
    numbers = np.frombuffer(data, dtype=np.float32).copy()
    gaps = int(numbers[0])
    at = 1 + gaps
    while at < len(numbers):
        at = _round_entry(numbers, at)
    return numbers.tobytes()


def _round_entry(numbers, at):
    """Round the places of the entry that begins at `at`; where the next one begins."""
    kind = int(numbers[at])
    if kind in (POLYLINE, PATH):
        width = 2 if kind == POLYLINE else 3
        begin, end = at + 6, at + 6 + width * int(numbers[at + 5])
        places = numbers[begin:end].reshape(-1, width)[:, -2:]
    elif kind == MARKERS:
        begin, end = at + 13, at + 13 + 2 * int(numbers[at + 12])
        places = numbers[begin:end]
    elif kind == SHAPE:
        return at + 12
    elif kind == GLYPHS:
        return at + 4 + 7 * int(numbers[at + 3])
    elif kind == IMAGE:
        width, height = numbers[at + 10 : at + 12]
        return at + 12 + int(width) * int(height)
    else:
        raise ValueError(f"A display list holds no entry of kind {kind}.")
    if not int(numbers[at + 4]) & _SNAPPED:
        places[...] = np.round(places.astype(np.float64) * _PER_PIXEL) / _PER_PIXEL
    return end


def in_planes(data: bytes) -> bytes:
    """The first bytes of all 32-bit numbers, then the second ones, the third, the fourth."""
    return np.frombuffer(data, dtype=np.uint8).reshape(-1, 4).T.tobytes()
