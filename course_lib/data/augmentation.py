"""Augmentation: small random changes that leave a digit the same digit.

Each augmentation is called with a batch and a random generator and returns a new batch, so it
fits `batches(…, augment=RandomShift(2))`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .checks import real_number, whole_number

__all__ = ["RandomAffine", "RandomShift"]


class RandomShift:
    """Shift each image by a whole number of pixels; what comes in is blank.

    Both shifts are drawn independently and uniformly from −max_shift … max_shift.

    Parameters
    ----------
    max_shift : int
        In pixels, 0 or more.

    Raises
    ------
    ValueError
        If `max_shift` is negative; when called, if the images are not square.
    """

    def __init__(self, max_shift: int):
        self.max_shift = whole_number("max_shift", max_shift, 0)

    def __call__(self, x: ArrayLike, rng: np.random.Generator) -> np.ndarray:
        """The shifted images; x of shape (n, pixels) or (n, height, width) is not changed."""
        images = _images(x)
        n, side, _ = images.shape
        reach = min(self.max_shift, side)
        down, right = rng.integers(-reach, reach + 1, size=(2, n))
        padded = np.zeros((n, side + 2 * reach, side + 2 * reach), images.dtype)
        padded[:, reach : reach + side, reach : reach + side] = images
        windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(1, 2))
        return windows[np.arange(n), reach - down, reach - right].reshape(np.shape(x))

    def __repr__(self):
        return f"RandomShift({self.max_shift})"


class RandomAffine:
    """Rotate, scale, shear and shift each image a little, about its centre.

    For each image the four are drawn uniformly: rotation in ±rotation degrees (clockwise), scale
    in 1 ± scale, shear in ±shear, shifts in ±shift pixels. Pixels are interpolated bilinearly;
    what comes in is blank.

    Parameters
    ----------
    rotation : float
        Degrees, 0 to 180.
    scale : float
        0 to 0.9; 0.1 means between 90 % and 110 %.
    shear : float
        0 to 1; horizontal pixels per vertical pixel.
    shift : float
        Pixels, 0 or more.

    Raises
    ------
    ValueError
        If a number is out of its range; when called, if the images are not square.
    """

    def __init__(
        self,
        *,
        rotation: float = 0.0,
        scale: float = 0.0,
        shear: float = 0.0,
        shift: float = 0.0,
    ):
        self.rotation = real_number("rotation", rotation, 0, 180)
        self.scale = real_number("scale", scale, 0, 0.9)
        self.shear = real_number("shear", shear, 0, 1)
        self.shift = real_number("shift", shift, 0)

    def __call__(self, x: ArrayLike, rng: np.random.Generator) -> np.ndarray:
        """The changed images; x of shape (n, pixels) or (n, height, width) is not changed."""
        images = _images(x)
        n, side, _ = images.shape
        draw = rng.uniform(-1, 1, size=(5, n)).astype(np.float32)
        angle = draw[0] * math.radians(self.rotation)
        zoom = 1 / (1 + draw[1] * self.scale)
        shear = draw[2] * self.shear
        # Where in the old image does each pixel of the new one come from?
        cos, sin = np.cos(angle) * zoom, np.sin(angle) * zoom
        across = np.arange(side, dtype=np.float32) - (side - 1) / 2
        centre = (side - 1) / 2
        shift_x, shift_y = draw[3:] * self.shift
        x_new = across[None, None, :] - shift_x[:, None, None]
        y_new = across[None, :, None] - shift_y[:, None, None]
        x_new = x_new + shear[:, None, None] * y_new
        column = cos[:, None, None] * x_new + sin[:, None, None] * y_new + centre
        row = cos[:, None, None] * y_new - sin[:, None, None] * x_new + centre
        return _bilinear(images, row, column).reshape(np.shape(x))

    def __repr__(self):
        return (
            f"RandomAffine(rotation={self.rotation:g}, scale={self.scale:g}, "
            f"shear={self.shear:g}, shift={self.shift:g})"
        )


def _bilinear(images, row, column):
    """Pixel values between pixels; 0 outside."""
    n, side, _ = images.shape
    # A blank frame makes every neighbour exist; clipping leads far places onto it.
    padded = np.zeros((n, side + 3, side + 3), images.dtype)
    padded[:, 1 : side + 1, 1 : side + 1] = images
    flat, width = padded.reshape(-1), side + 3
    row, column = np.clip(row + 1, 0, side + 1), np.clip(column + 1, 0, side + 1)
    top, left = row.astype(np.int32), column.astype(np.int32)
    down, right = (row - top).astype(images.dtype), (column - left).astype(images.dtype)
    at = (np.arange(n, dtype=np.int32) * width * width)[:, None, None] + top * width + left
    upper = flat[at] * (1 - right) + flat[at + 1] * right
    lower = flat[at + width] * (1 - right) + flat[at + width + 1] * right
    return upper * (1 - down) + lower * down


def _images(x):
    """x as (n, side, side), of a floating-point type."""
    x = np.asarray(x)
    if x.dtype.kind != "f":
        raise TypeError(f"x must hold floating-point pixels, not {x.dtype}.")
    if x.ndim == 2:
        side = math.isqrt(x.shape[1])
        if side * side == x.shape[1]:
            return x.reshape(len(x), side, side)
    elif x.ndim == 3 and x.shape[1] == x.shape[2]:
        return x
    raise ValueError(
        f"x has shape {x.shape}, but augmentation needs square images: (n, side·side) or "
        f"(n, side, side)."
    )
