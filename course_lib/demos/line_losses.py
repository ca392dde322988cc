"""Straight lines fitted exactly under three losses, and what a loss says of a line."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.data import house_prices

__all__ = [
    "DELTA",
    "LOSSES",
    "Line",
    "fit_huber",
    "fit_mae",
    "fit_mse",
    "loss_slopes",
    "loss_terms",
    "share",
    "ten_houses",
]

DELTA = 50.0  # thousand euros: the error at which the Huber loss turns from a square to a line
LOSSES = ("MSE", "MAE", "Huber")
SEED, NOISE = 6, 40.0  # spread well, with errors that can be seen
REWEIGHTINGS = 200
TIE = 1e-9  # losses that differ by rounding only


class Line(NamedTuple):
    """ŷ = intercept + slope · x."""

    intercept: float
    slope: float

    def __call__(self, x: ArrayLike) -> np.ndarray:
        return self.intercept + self.slope * np.asarray(x)


def ten_houses() -> tuple[np.ndarray, np.ndarray]:
    """Floor area in m² and price in thousand euros of ten generated houses, the smallest first.

    Returns
    -------
    area, price : ndarray, shapes (10,)
    """
    houses = house_prices(10, noise=NOISE, seed=SEED)
    area = houses.x[:, houses.features.index("area")]
    order = np.argsort(area)
    return area[order], houses.y[order, 0].round(1)


def loss_terms(errors: ArrayLike, loss: str, delta: float = DELTA) -> np.ndarray:
    """What each error adds, before the mean is taken.

    MSE: e²;  MAE: |e|;  Huber: ½ e² for |e| ≤ δ, else δ (|e| − ½ δ)

    Parameters
    ----------
    errors : array_like, any shape
    loss : str
        One of `LOSSES`.
    delta : float
        In the unit of the errors.

    Returns
    -------
    ndarray, shape of `errors`

    Raises
    ------
    ValueError
        If there is no such loss.
    """
    size = np.abs(np.asarray(errors, dtype=float))
    if loss == "MSE":
        return size**2
    if loss == "MAE":
        return size
    if loss == "Huber":
        return np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta))
    raise _unknown(loss)


def loss_slopes(errors: ArrayLike, loss: str, delta: float = DELTA) -> np.ndarray:
    """How steeply each term of a loss rises with its error: the pull on that prediction.

    MSE: 2e;  MAE: sign(e);  Huber: clip(e, −δ, δ)

    Parameters
    ----------
    errors : array_like, any shape
    loss : str
        One of `LOSSES`.
    delta : float

    Returns
    -------
    ndarray, shape of `errors`

    Raises
    ------
    ValueError
        If there is no such loss.
    """
    errors = np.asarray(errors, dtype=float)
    if loss == "MSE":
        return 2 * errors
    if loss == "MAE":
        return np.sign(errors)
    if loss == "Huber":
        return np.clip(errors, -delta, delta)
    raise _unknown(loss)


def fit_mse(x: ArrayLike, y: ArrayLike) -> Line:
    """The line with the smallest mean squared error: the normal equations, solved.

    slope = Σ (x − x̄)(y − ȳ) / Σ (x − x̄)²,  intercept = ȳ − slope · x̄

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Not all x alike.
    """
    return _weighted(x, y, np.ones(len(x)))


def fit_mae(x: ArrayLike, y: ArrayLike) -> Line:
    """The line with the smallest mean absolute error.

    One of the best lines passes through two of the points: all pairs are tried.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Not all x alike.

    References
    ----------
    P. Bloomfield and W. Steiger, "Least absolute deviations", Birkhäuser, 1983, chapter 1.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    best, lowest = None, np.inf
    for i, j in combinations(range(len(x)), 2):
        if x[i] == x[j]:
            continue
        slope = (y[j] - y[i]) / (x[j] - x[i])
        line = Line(float(y[i] - slope * x[i]), float(slope))
        loss = np.abs(line(x) - y).mean()
        if loss < lowest * (1 - TIE):
            best, lowest = line, loss
    return best


def fit_huber(x: ArrayLike, y: ArrayLike, delta: float = DELTA) -> Line:
    """The line with the smallest Huber loss, by least squares reweighted until nothing moves.

    wᵢ = min(1, δ / |eᵢ|): an error beyond δ counts as a square of its own, flatter, curvature

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Not all x alike.
    delta : float

    References
    ----------
    P. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics
    35, 1964.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    line = fit_mae(x, y)
    for _ in range(REWEIGHTINGS):
        size = np.abs(line(x) - y)
        line = _weighted(x, y, delta / np.maximum(size, delta))
    return line


FITS = {"MSE": fit_mse, "MAE": fit_mae, "Huber": fit_huber}


def share(values: ArrayLike, which: int) -> float:
    """How much of a sum of sizes is due to one of them, 0 to 1; 0 if all are zero.

    Parameters
    ----------
    values : array_like, shape (n,)
    which : int
        The number of that one.
    """
    sizes = np.abs(np.asarray(values, dtype=float))
    total = sizes.sum()
    return float(sizes[which] / total) if total else 0.0


def _weighted(x, y, weights):
    """The line with the smallest Σ w (ŷ − y)²."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    total = weights.sum()
    x_mean, y_mean = (weights @ x) / total, (weights @ y) / total
    slope = (weights @ ((x - x_mean) * (y - y_mean))) / (weights @ (x - x_mean) ** 2)
    return Line(float(y_mean - slope * x_mean), float(slope))


def _unknown(loss):
    return ValueError(f"There is no loss {loss!r} here, only {', '.join(LOSSES)}.")
