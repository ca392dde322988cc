"""A deep network before training, and the size of its initial weights: the lab of lesson 07."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from course_lib.live import Choice, LiveFigure, Slider, Toggle

from .deep_signal import ACTIVATIONS, backward_factors, deep_signal
from .depth_lab import DepthFigure, gradient_words
from .palette import BLUE, GREEN, GREY, VERMILION, course_style
from .picture import Picture, new_figure

__all__ = [
    "FITTING",
    "critical_scale",
    "factor_by_scale",
    "factor_figure",
    "factor_per_layer",
    "scale_lab",
]

FITTING = {"sigmoid": "Xavier", "tanh": "Xavier", "ReLU": "He"}
"""The initial weights that a scale multiplies, by activation."""
DEPTHS = (5, 50)
SCALES = (0.25, 4.0)
LOOKS = {"sigmoid": ("^", GREEN), "tanh": ("s", BLUE), "ReLU": ("o", VERMILION)}


@cache
def factor_per_layer(
    depth: int, activation: str, scale: float, initializer: str | None = None, seed: int = 0
) -> float:
    """By how much one layer multiplies the gradient on its way back, as a geometric mean.

    (‖δ_1‖ / ‖δ_depth‖)^(1 / (depth − 1)),  with δ_k = ∂L/∂z_k of hidden layer k

    Parameters
    ----------
    depth : int
        Hidden layers, 2 or more.
    activation : str
        Of `ACTIVATIONS`.
    scale : float
        Multiplies the initial weights.
    initializer : str, optional
        That of `FITTING` unless given.
    seed : int

    Returns
    -------
    float
    """
    factors = backward_factors(
        depth, activation, initializer or FITTING[activation], scale=scale, seed=seed
    )
    inner = factors.slopes[:-1] * factors.weights[:-1]
    return float(np.exp(np.log(inner).mean()))


def factor_by_scale(
    activation: str, scales: ArrayLike, *, depth: int = 20, seeds: int = 3
) -> np.ndarray:
    """`factor_per_layer` for several scales and seeds, shape (scales, seeds)."""
    return np.array(
        [
            [factor_per_layer(depth, activation, float(scale), seed=seed) for seed in range(seeds)]
            for scale in np.asarray(scales)
        ]
    )


def critical_scale(scales: ArrayLike, factors: ArrayLike) -> float:
    """Where the factor per layer crosses 1, by a straight line between its neighbours in log–log.

    Parameters
    ----------
    scales : array_like, shape (k,)
        Ascending.
    factors : array_like, shape (k,)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the factors do not go from below to above 1.
    """
    x, y = np.log(np.asarray(scales)), np.log(np.asarray(factors))
    above = np.flatnonzero(y > 0)
    if len(above) == 0 or above[0] == 0:
        raise ValueError("factors must go from below 1 to above 1 within these scales.")
    i = above[0]
    return float(np.exp(x[i - 1] - y[i - 1] * (x[i] - x[i - 1]) / (y[i] - y[i - 1])))


@course_style()
def factor_figure(scales: ArrayLike, factors: dict) -> Picture:
    """The factor per layer over the scale of the initial weights, for each activation.

    Parameters
    ----------
    scales : array_like, shape (k,)
    factors : dict of str to array_like, each (k, seeds)
        By activation.

    Returns
    -------
    Picture
    """
    scales = np.asarray(scales)
    figure = new_figure(7.2, 3.3)
    ax = figure.subplots()
    ax.axhline(1, color=GREY, ls="--", lw=1.2)
    ax.text(scales[0], 1.04, "level", color=GREY, va="bottom")
    told = []
    for name, measured in factors.items():
        middle = np.exp(np.log(np.asarray(measured)).mean(axis=1))
        marker, color = LOOKS[name]
        label = f"{name}, × {FITTING[name]}"
        ax.loglog(scales, middle, marker + "-", color=color, ms=4, label=label)
        critical = critical_scale(scales, middle)
        ax.plot([critical], [1], marker, color=color, mec="white", ms=11, zorder=3)
        told.append(f"{name} at {critical:.2g} × {FITTING[name]}")
    ax.set(xlabel="scale of the initial weights", ylabel="factor per layer")
    ax.set_xticks([0.25, 0.5, 1, 2, 4, 8, 16], ["¼", "½", "1", "2", "4", "8", "16"])
    ax.set_yticks([0.1, 0.3, 1, 3, 10], ["0.1", "0.3", "1", "3", "10"])
    ax.minorticks_off()
    ax.legend(loc="lower right")
    return Picture(
        figure,
        "The factor by which one layer multiplies the gradient, over the scale of the initial "
        f"weights. The factor is 1 for {', for '.join(told)}.",
    )


def scale_lab(
    depth: int = 20, activation: str = "ReLU", scale: float = 1.0, normalized: bool = False
) -> LiveFigure:
    """An untrained deep network on the digits: what the scale of its weights does.

    Parameters
    ----------
    depth : int
        Hidden layers at which it opens: 5 to 50.
    activation : str
        Of `ACTIVATIONS`.
    scale : float
        Of the initial weights, as a multiple of those of `FITTING`: 0.25 to 4.
    normalized : bool
        Whether it opens with batch normalisation.

    Returns
    -------
    LiveFigure
    """
    figure = DepthFigure(gradient_range=(1e-26, 1e26), most_active=1e15)
    ticks = [-1, 0, 1, 1e5, 1e10, 1e15]
    labels = ["−1", "0", "1", "$10^5$", "$10^{10}$", "$10^{15}$"]
    figure.figure.axes[1].set_yticks(ticks, labels)

    def update(depth, activation, scale, normalized):
        fitting = FITTING[activation]
        signal = deep_signal(
            depth,
            activation,
            fitting,
            scale=scale,
            normalization="batch" if normalized else "none",
        )
        figure.show(signal)
        what = f"{depth} layers, {activation}, {scale:.2g} × {fitting}"
        if normalized:
            return f"{what}, batch normalisation: {gradient_words(signal)}"
        factor = factor_per_layer(depth, activation, scale)
        return f"{what}: error × {factor:.2f} per layer on its way back; {gradient_words(signal)}"

    return LiveFigure(
        figure.figure,
        update,
        alt=DepthFigure.ALT,
        scale=Slider(
            *SCALES, scale, log=True, positions=17, label="Scale of the weights", format=".2g"
        ),
        depth=Slider(*DEPTHS, depth, integer=True, step=15, unit="hidden layers"),
        activation=Choice(list(ACTIVATIONS), activation),
        normalized=Toggle(normalized, label="Batch normalisation"),
    )
