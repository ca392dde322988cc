"""Small generated data sets, each made to show one thing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .checks import real_number, whole_number

__all__ = [
    "Houses",
    "house_prices",
    "regression_line",
    "spirals",
    "two_moons",
    "xor",
]


def regression_line(
    n: int = 50,
    *,
    slope: float = 2.0,
    intercept: float = 1.0,
    noise: float = 0.3,
    seed: int | np.random.Generator | None = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Points scattered about a straight line.

    y = slope · x + intercept + noise · ε,  x ~ U(−1, 1),  ε ~ N(0, 1)

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    slope, intercept : float
    noise : float
        Standard deviation of the scatter, 0 or more.
    seed : int, numpy.random.Generator or None

    Returns
    -------
    x, y : ndarray, shapes (n, 1)

    Raises
    ------
    ValueError, TypeError
        If a number is out of its range.
    """
    n, noise = whole_number("n", n, 1), real_number("noise", noise, 0)
    slope, intercept = real_number("slope", slope), real_number("intercept", intercept)
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, size=(n, 1))
    return x, slope * x + intercept + noise * rng.standard_normal((n, 1))


class Houses(NamedTuple):
    """Generated houses, with the units of every column and the rule that priced them.

    Attributes
    ----------
    x : ndarray, shape (n, 3)
        Columns as in `features`.
    y : ndarray, shape (n, 1)
        Price in thousand euros.
    features, units : tuple of str
        Of the columns of x.
    target, target_unit : str
    coefficients : ndarray, shape (3,)
        Thousand euros per unit of each feature, before noise.
    intercept : float
        Thousand euros.
    """

    x: np.ndarray
    y: np.ndarray
    features: tuple
    units: tuple
    target: str
    target_unit: str
    coefficients: np.ndarray
    intercept: float


def house_prices(
    n: int = 200, *, noise: float = 20.0, seed: int | np.random.Generator | None = 0
) -> Houses:
    """Houses that never were, priced by a known rule.

    price = 50 + 3 · area + 15 · rooms − 0.8 · age + noise · ε   (thousand euros)

    area ~ U(40, 200) m²; rooms about one for every 30 m², at least 1; age ~ U(0, 80) years;
    ε ~ N(0, 1). No price falls below 10.

    Parameters
    ----------
    n : int
        Number of houses, at least 1.
    noise : float
        Standard deviation in thousand euros, 0 or more.
    seed : int, numpy.random.Generator or None

    Returns
    -------
    Houses

    Raises
    ------
    ValueError, TypeError
        If a number is out of its range.
    """
    n, noise = whole_number("n", n, 1), real_number("noise", noise, 0)
    rng = np.random.default_rng(seed)
    area = rng.uniform(40, 200, n).round(1)
    rooms = np.maximum(1, np.rint(area / 30 + rng.normal(0, 0.7, n)))
    age = rng.uniform(0, 80, n).round()
    x = np.column_stack([area, rooms, age])
    coefficients, intercept = np.array([3.0, 15.0, -0.8]), 50.0
    price = x @ coefficients + intercept + noise * rng.standard_normal(n)
    return Houses(
        x,
        np.maximum(price, 10)[:, None],
        ("area", "rooms", "age"),
        ("m²", "rooms", "years"),
        "price",
        "thousand €",
        coefficients,
        intercept,
    )


def two_moons(
    n: int = 200, *, noise: float = 0.1, seed: int | np.random.Generator | None = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into each other: no straight line parts them.

    class 0: (cos t, sin t),  class 1: (1 − cos t, ½ − sin t),  t ∈ [0, π], plus noise · ε

    Parameters
    ----------
    n : int
        Number of points, at least 2; class 0 gets the odd one.
    noise : float
        Standard deviation, 0 or more.
    seed : int, numpy.random.Generator or None

    Returns
    -------
    x : ndarray, shape (n, 2)
    y : ndarray of int, shape (n,)
        In random order.

    Raises
    ------
    ValueError, TypeError
        If a number is out of its range.
    """
    n, noise = whole_number("n", n, 2), real_number("noise", noise, 0)
    outer, inner = np.linspace(0, np.pi, n - n // 2), np.linspace(0, np.pi, n // 2)
    x = np.concatenate(
        [
            np.column_stack([np.cos(outer), np.sin(outer)]),
            np.column_stack([1 - np.cos(inner), 0.5 - np.sin(inner)]),
        ]
    )
    y = np.repeat([0, 1], [n - n // 2, n // 2])
    return _scattered(x, y, noise, seed)


def spirals(
    n: int = 300,
    *,
    classes: int = 2,
    turns: float = 1.5,
    noise: float = 0.05,
    seed: int | np.random.Generator | None = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Spiral arms wound around each other, one for each class.

    class k: r (cos φ, sin φ),  φ = 2π (turns · r + k / classes),  r ∈ [0.1, 1], plus noise · ε

    Parameters
    ----------
    n : int
        Number of points, at least `classes`; shared as evenly as can be.
    classes : int
        Number of arms, at least 1.
    turns : float
        How often an arm winds around the centre, 0 or more.
    noise : float
        Standard deviation, 0 or more.
    seed : int, numpy.random.Generator or None

    Returns
    -------
    x : ndarray, shape (n, 2)
    y : ndarray of int, shape (n,)
        In random order.

    Raises
    ------
    ValueError, TypeError
        If a number is out of its range.
    """
    classes = whole_number("classes", classes, 1)
    n, noise = whole_number("n", n, classes), real_number("noise", noise, 0)
    turns = real_number("turns", turns, 0)
    y = np.sort(np.arange(n) % classes)
    r = np.concatenate([np.linspace(0.1, 1, count) for count in np.bincount(y)])
    angle = 2 * np.pi * (turns * r + y / classes)
    return _scattered(np.column_stack([r * np.cos(angle), r * np.sin(angle)]), y, noise, seed)


def xor(
    n: int = 200, *, noise: float = 0.15, seed: int | np.random.Generator | None = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Four clouds at the corners of a square; opposite corners share a class.

    Corners (±1, ±1) plus noise · ε; class 1 where the signs differ, 0 where they agree

    Parameters
    ----------
    n : int
        Number of points, at least 1; the corners take turns. With n=4 and noise=0 it is the
        truth table of "exclusive or".
    noise : float
        Standard deviation, 0 or more.
    seed : int, numpy.random.Generator or None

    Returns
    -------
    x : ndarray, shape (n, 2)
    y : ndarray of int, shape (n,)
        In random order.

    Raises
    ------
    ValueError, TypeError
        If a number is out of its range.
    """
    n, noise = whole_number("n", n, 1), real_number("noise", noise, 0)
    corner = np.arange(n) % 4
    x = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])[corner]
    return _scattered(x, np.array([0, 1, 1, 0])[corner], noise, seed)


def _scattered(x, y, noise, seed):
    rng = np.random.default_rng(seed)
    x = x + noise * rng.standard_normal(x.shape)
    order = rng.permutation(len(x))
    return x[order], y[order]
