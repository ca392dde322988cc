"""How far a picture on the screen is from matplotlib's own drawing of the same frame.

Two renderers never agree on the shade of an edge pixel, so both pictures are
blurred over five CSS pixels first. What is left of an anti-aliased edge is small; a
shape that is missing, moved by two pixels, or in another colour, is not.
"""

import io

import numpy as np
from PIL import Image


def decode(png):
    """RGB picture ``(rows, columns, 3)`` of floats 0–255, from PNG bytes, over white."""
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), dtype=float)
    opacity = picture[..., 3:] / 255
    return picture[..., :3] * opacity + 255 * (1 - opacity)


def draw(fig, ratio):
    """The figure as matplotlib draws it at `ratio` device pixels per CSS pixel."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=fig.dpi * ratio, facecolor="white")
    return decode(buffer.getvalue())


def blur(picture, width):
    """Mean over a box of ``width × width`` pixels, twice."""
    kernel = np.ones(width) / width
    for _ in range(2):
        for axis in (0, 1):
            picture = np.apply_along_axis(np.convolve, axis, picture, kernel, "same")
    return picture


def difference(actual, expected, ratio):
    """Greatest difference of the blurred pictures, 0–255.

    Parameters
    ----------
    actual, expected : array (rows, columns, 3)
    ratio : int
        Device pixels per CSS pixel.
    """
    if actual.shape != expected.shape:
        raise AssertionError(f"picture is {actual.shape[:2]}, expected {expected.shape[:2]}")
    width = 5 * ratio
    # The blur knows nothing beyond the picture's edge.
    inner = slice(width, -width)
    return np.abs(blur(actual - expected, width))[inner, inner].max()


def moved(expected, background, pixels):
    """`expected` with all that differs from `background` moved to the right."""
    part = np.abs(expected - background).max(axis=2) > 0
    shifted = background.copy()
    target = np.roll(part, pixels, axis=1)
    shifted[target] = np.roll(expected, pixels, axis=1)[target]
    return shifted


def recoloured(expected, background):
    """`expected` with the colours exchanged in all that differs from `background`."""
    part = np.abs(expected - background).max(axis=2) > 0
    other = expected.copy()
    other[part] = 255 - expected[part]
    return other


def save(path, *pictures):
    """Pictures side by side, as PNG, for the eye."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [np.clip(np.atleast_3d(picture), 0, 255) * np.ones(3) for picture in pictures]
    Image.fromarray(np.concatenate(rows, axis=1).astype(np.uint8)).save(path)
