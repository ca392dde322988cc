"""Which pixels of an image are sent: its own where it is shown as blocks, else resampled ones."""

from contextlib import contextmanager

import numpy as np
from matplotlib.image import AxesImage

__all__ = ["magnification", "whole_blocks"]


@contextmanager
def whole_blocks(artist):
    """Within the block, an image shown as whole blocks is drawn unsampled, small as it is."""
    if not isinstance(artist, AxesImage) or not _is_enlarged(artist):
        yield
        return
    before = artist.get_interpolation()
    artist._interpolation = "none"
    try:
        yield
    finally:
        artist._interpolation = before


def _is_enlarged(image):
    """True for an upright image of which matplotlib shows the nearest pixel of its own.

    That is the rule of ``matplotlib.image._resample``.
    """
    if type(image) is not AxesImage or not image.get_transform().is_affine:
        return False
    kind = image.get_interpolation()
    if kind not in ("auto", "antialiased"):
        return kind in ("nearest", "none")
    shown, pixels = _sizes(image)
    return bool(((shown > 3 * pixels) | (shown == pixels) | (shown == 2 * pixels)).all())


def magnification(artist):
    """Pixels of a resampled image for one of the figure: more do not sharpen a blurred one."""
    sharp = ("nearest", "none", "auto", "antialiased")
    if type(artist) is AxesImage and artist.get_interpolation() not in sharp:
        shown, pixels = _sizes(artist)
        if (shown >= 2 * pixels).all():
            return 1.0
    return 2.0


def _sizes(image):
    """An image's width and height as shown, in pixels of the figure, and in pixels of its own."""
    rows, columns = np.shape(image.get_array())[:2]
    left, right, bottom, top = image.get_extent()
    corners = image.get_transform().transform([(left, bottom), (right, top)])
    return np.abs(corners[1] - corners[0]), np.array([columns, rows])
