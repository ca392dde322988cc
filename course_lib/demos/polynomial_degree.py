"""Polynomials through a few noisy points: too stiff, about right, and wiggling."""

from typing import NamedTuple

import numpy as np
from numpy.polynomial import Legendre
from numpy.typing import ArrayLike

from course_lib.live import LiveFigure, Slider

from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure

__all__ = ["NoisyWave", "fit_polynomial", "noisy_wave", "polynomial_degree", "root_mean_square"]

TRAINING, VALIDATION = 12, 100
NOISE = 0.25
HIGHEST = TRAINING - 1
DOMAIN = (-1.0, 1.0)


class NoisyWave(NamedTuple):
    """Points on one period of a sine, with noise; training and validation points.

    Attributes
    ----------
    x, y : ndarray, shape (TRAINING,)
    x_validation, y_validation : ndarray, shape (VALIDATION,)
    """

    x: np.ndarray
    y: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray


def wave(x: ArrayLike) -> np.ndarray:
    """What the points come from: y = sin(π x)."""
    return np.sin(np.pi * np.asarray(x))


def noisy_wave(seed: int = 0) -> NoisyWave:
    """Measure the wave at evenly spread places to train on, and at random ones to validate.

    Parameters
    ----------
    seed : int

    Returns
    -------
    NoisyWave
    """
    rng = np.random.default_rng(seed)
    x = np.linspace(*DOMAIN, TRAINING)
    x_validation = rng.uniform(*DOMAIN, VALIDATION)
    y, y_validation = (wave(at) + rng.normal(0, NOISE, len(at)) for at in (x, x_validation))
    return NoisyWave(x, y, x_validation, y_validation)


def fit_polynomial(x: ArrayLike, y: ArrayLike, degree: int) -> Legendre:
    """The polynomial of this degree with the least squared error on the points.

    Parameters
    ----------
    x, y : array_like, shape (n,)
    degree : int
        Below n.

    Returns
    -------
    numpy.polynomial.Legendre
        A function of x.
    """
    if not 0 <= degree < len(x):
        raise ValueError(f"degree must be from 0 to {len(x) - 1}, not {degree}.")
    return Legendre.fit(x, y, degree, domain=DOMAIN)


def root_mean_square(errors: ArrayLike) -> float:
    """√(mean of the squares)."""
    return float(np.sqrt(np.mean(np.square(errors))))


@course_style()
def polynomial_degree(degree: int = 1, seed: int = 0) -> LiveFigure:
    """A slider for the degree: the curve through the points, and both errors by degree.

    Parameters
    ----------
    degree : int
        At which it opens: 0 to 11.
    seed : int
        Of the noise.

    Returns
    -------
    LiveFigure
    """
    points = noisy_wave(seed)
    fits = [fit_polynomial(points.x, points.y, d) for d in range(HIGHEST + 1)]
    on_training = [root_mean_square(fit(points.x) - points.y) for fit in fits]
    on_validation = [
        root_mean_square(fit(points.x_validation) - points.y_validation) for fit in fits
    ]
    figure = new_figure(7.2, 3.3)
    left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
    grid = np.linspace(*DOMAIN, 241)
    left.plot(grid, wave(grid), ":", color=GREY, lw=1.4, label="without noise")
    left.plot(points.x_validation, points.y_validation, "D", color=VERMILION, ms=3, alpha=0.35,
              mew=0, label="validation")  # fmt: skip
    left.plot(points.x, points.y, "o", color=BLUE, ms=7, mec="white", label="training")
    left.set(xlim=(-1.04, 1.04), ylim=(-2.2, 2.6), xlabel="input x", ylabel="output y")
    left.legend(loc="upper left", fontsize=8.5, ncols=3, handletextpad=0.2, columnspacing=0.9,
                borderaxespad=0)  # fmt: skip
    (curve,) = left.plot([], [], color=INK, lw=2, animated=True)
    degrees = np.arange(HIGHEST + 1)
    right.plot(degrees, on_training, "o--", color=BLUE, ms=4, lw=1.3, label="training")
    right.plot(degrees, on_validation, "D-", color=VERMILION, ms=4, lw=1.3, label="validation")
    right.set(xlim=(-0.5, HIGHEST + 0.5), ylim=(0, 1.8), xlabel="degree of the polynomial",
              ylabel="error (root mean square)")  # fmt: skip
    right.legend(loc="upper center", fontsize=9)
    (here,) = right.plot([], [], ":", color=INK, lw=1.2, animated=True)
    (dots,) = right.plot([], [], "o", color=INK, ms=7, mec="white", animated=True)

    def update(degree):
        curve.set_data(grid, np.clip(fits[degree](grid), -5, 5))
        here.set_data([degree, degree], [0, 1.8])
        dots.set_data([degree, degree], [on_training[degree], on_validation[degree]])
        best = int(np.argmin(on_validation))
        return (
            f"degree {degree}, {degree + 1} coefficients for {TRAINING} points: training error "
            f"{on_training[degree]:.2f}, validation error {on_validation[degree]:.2f} "
            f"(lowest at degree {best}: {on_validation[best]:.2f})"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, a few noisy training points, many validation points, and the polynomial that "
        "fits the training points best. Right, training and validation error by degree: the one "
        "falls to zero, the other falls and rises again.",
        degree=Slider(0, HIGHEST, degree, integer=True, label="Degree", drag=(right, "x")),
    )
