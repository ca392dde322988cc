"""Colours for a light and a dark page: one mapping, applied to every colour that is drawn.

Neutral colours (black, white, greys and their faint tints) change places: their contrast with a
white page becomes their contrast with the dark page. Colours that carry meaning keep their hue and
are lightened only as far as the dark page asks: 3:1 for lines and areas, 4.5:1 for text (WCAG 2.2,
success criteria 1.4.11 and 1.4.3). Colours that stand for data (an image, a colour map) stay.
"""

import math
from functools import lru_cache

__all__ = ["DARK_PAGE", "contrast", "dark", "is_neutral"]

#: The dark page itself: what white becomes.
DARK_PAGE = (0x11 / 255,) * 3

# Below this chroma a colour reads as a grey or a tint of the page, not as a colour of its own.
_NEUTRAL_CHROMA = 0.06
# What black becomes: white letters on a dark page glare.
_LIGHTEST_NEUTRAL = 0.93
_LEAST_CONTRAST = {"line": 3.0, "area": 3.0, "text": 4.5}


def contrast(a, b):
    """The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2).

    (L₁ + 0.05) / (L₂ + 0.05), L the relative luminance, of the lighter over the darker.

    Parameters
    ----------
    a, b : sequence of float
        Red, green, blue in [0, 1].

    Returns
    -------
    float
    """
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def is_neutral(rgb):
    """True for black, white, greys and their faint tints."""
    _, a, b = _to_oklab(rgb)
    return math.hypot(a, b) < _NEUTRAL_CHROMA


@lru_cache(maxsize=4096)
def dark(rgb, role):
    """The colour that stands for `rgb` on a dark page.

    Parameters
    ----------
    rgb : tuple of float
        Red, green, blue in [0, 1]. Opacity is no part of the mapping.
    role : {'line', 'area', 'text', 'data'}
        What is drawn with it; colours of 'data' stay.

    Returns
    -------
    tuple of float
    """
    if role == "data":
        return rgb
    lightness, a, b = _to_oklab(rgb)
    if is_neutral(rgb):
        least = contrast(rgb, (1.0, 1.0, 1.0))
        if role == "text":
            least = max(least, _LEAST_CONTRAST["text"])
        return _darkest(_PAGE_LIGHTNESS, _LIGHTEST_NEUTRAL, a, b, least)
    return _darkest(lightness, 1.0, a, b, _LEAST_CONTRAST[role])


def _darkest(low, high, a, b, least):
    """The darkest colour with this hue and a lightness in [low, high] that has `least` contrast."""
    needed = least * (_luminance(DARK_PAGE) + 0.05) - 0.05
    if _luminance(_from_oklab(low, a, b)) < needed:
        for _ in range(14):
            middle = (low + high) / 2
            if _luminance(_from_oklab(middle, a, b)) < needed:
                low = middle
            else:
                high = middle
        low = high
    return _from_oklab(low, a, b)


def _luminance(rgb):
    red, green, blue = (_to_linear(c) for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_linear(c):
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def _from_linear(c):
    return 12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055


# Björn Ottosson's OKLab (2020): a change of its lightness keeps the hue, equal steps look equal.
# https://bottosson.github.io/posts/oklab/


def _to_oklab(rgb):
    r, g, b = (_to_linear(c) for c in rgb)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness, a, b):
    """sRGB of an OKLab colour, its chroma reduced as far as sRGB has no such colour."""
    for chroma in (1.0, 0.8, 0.6, 0.4, 0.2, 0.0):
        long = (lightness + 0.3963377774 * chroma * a + 0.2158037573 * chroma * b) ** 3
        medium = (lightness - 0.1055613458 * chroma * a - 0.0638541728 * chroma * b) ** 3
        short = (lightness - 0.0894841775 * chroma * a - 1.2914855480 * chroma * b) ** 3
        linear = (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )
        if min(linear) > -1e-3 and max(linear) < 1 + 1e-3:
            break
    return tuple(_from_linear(min(max(c, 0.0), 1.0)) for c in linear)


_PAGE_LIGHTNESS = _to_oklab(DARK_PAGE)[0]
