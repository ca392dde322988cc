"""The landscapes of lesson 04: surfaces with a name, a place to start and words for their shape."""

from dataclasses import dataclass

import numpy as np

from course_lib.data import Crater, DoubleWell, QuadraticBowl, Saddle

from .descent_paths import Surface, curvatures
from .value_words import short

__all__ = ["CURVES", "SURFACES", "Landscape", "find", "shape_in_words"]


@dataclass(frozen=True)
class Landscape:
    """A loss over one or two weights, and how a demo opens on it.

    Attributes
    ----------
    surface : Surface
    reach : float
        A picture shows −reach … reach along each weight.
    start : tuple of floats, one for each weight
    learning_rate : float
    place : tuple of floats
        Where `shape_in_words` states the curvature: the lowest place, or the saddle.
    what : str
        What that place is.
    """

    surface: Surface
    reach: float
    start: tuple
    learning_rate: float
    place: tuple
    what: str = "at the bottom"


_CURVED = DoubleWell(2.0, half_distance=1.5, tilt=0.2)
_WELLS = DoubleWell(2.0, half_distance=1.5, tilt=0.2, across=[0.5])

CURVES = {
    "bowl": Landscape(QuadraticBowl([1.0]), 3.0, (-2.5,), 0.3, (0.0,)),
    "two minima": Landscape(
        _CURVED, 2.5, (1.0,), 0.2, tuple(_CURVED.minima[0]), "at the deeper bottom"
    ),
}
"""Losses over one weight, by name."""

SURFACES = {
    "round bowl": Landscape(QuadraticBowl([0.5, 0.5]), 2.5, (-2.0, 1.5), 0.4, (0.0, 0.0)),
    "narrow valley": Landscape(QuadraticBowl([0.05, 0.6]), 2.5, (-2.0, 1.5), 2.8, (0.0, 0.0)),
    "saddle": Landscape(Saddle(0.5, 0.3), 2.5, (-2.0, 0.25), 0.4, (0.0, 0.0), "at the saddle"),
    "two minima": Landscape(
        _WELLS, 2.5, (0.5, 2.0), 0.4, tuple(_WELLS.minima[0]), "at the deeper bottom"
    ),
    "hollow in a plain": Landscape(
        Crater([1.0, 1.0], depth=1.5), 2.5, (-2.0, 2.0), 0.4, (0.0, 0.0)
    ),
}
"""Losses over two weights, by name; between −1 and 3.5 where they are shown."""


def find(landscapes: dict, name: str) -> Landscape:
    """A landscape by name.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists them.
    """
    if name not in landscapes:
        raise ValueError(f"There is no landscape {name!r}. There are: {', '.join(landscapes)}.")
    return landscapes[name]


def shape_in_words(landscape: Landscape) -> str:
    """Its curvatures, at the place that tells its kind.

    Examples
    --------
    >>> shape_in_words(SURFACES["saddle"])
    'curvatures −0.3 and 0.5 at the saddle'
    """
    values = [short(round(value, 3)) for value in curvatures(landscape.surface, landscape.place)]
    return f"curvature{'s' * (len(values) > 1)} {' and '.join(values)} {landscape.what}"


def grid(landscape: Landscape, points: int = 81) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two weights and the loss on a square grid: three arrays of shape (points, points)."""
    axis = np.linspace(-landscape.reach, landscape.reach, points)
    first, second = np.meshgrid(axis, axis)
    return first, second, landscape.surface.loss(np.stack([first, second], axis=-1))
