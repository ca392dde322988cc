"""The error of one digit on its way back through a trained network, layer by layer."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.live import Choice, LiveFigure, Steps
from course_lib.nn import Dense, Network, ReLU, softmax_cross_entropy

from .deep_training import deep_run
from .digit_runs import digits
from .palette import BLUE, DIVERGING, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .words import percent, scientific

__all__ = ["ErrorTravel", "chosen_digits", "error_travel", "error_travels", "trained_network"]

HIDDEN_LAYERS, STEPS = 3, 210
PLACES = ("pixels", "layer 1", "layer 2", "layer 3", "logits")
KINDS = ("surely right", "barely right", "surely wrong")


def trained_network() -> Network:
    """784 pixels → three layers of 64 ReLU units → 10 logits, after three epochs of training."""
    return _trained().copy()


@cache
def _trained():
    run = deep_run(
        HIDDEN_LAYERS, "ReLU", "He", learning_rate=0.1, steps=STEPS, points=2, dtype=np.float64
    )
    return run.network


@cache
def chosen_digits() -> dict[str, int]:
    """Three validation digits, by their row: read right most surely, least surely, and wrong.

    Returns
    -------
    dict
        The keys are `KINDS`.
    """
    x, y = digits().validation
    p = trained_network().predict_probabilities(x.astype(float))
    right = p.argmax(axis=1) == y
    sure = p.max(axis=1)
    return dict(
        zip(
            KINDS,
            (
                int(np.where(right, sure, -1).argmax()),
                int(np.where(right, sure, 2).argmin()),
                int(np.where(right, -1, sure).argmax()),
            ),
            strict=True,
        )
    )


class ErrorTravel(NamedTuple):
    """What one example leaves in a network with `depth` layers of weights, on both ways.

    Attributes
    ----------
    activations : tuple of ndarray
        a₀ = x, a₁, …, and last the probabilities: depth + 1 rows, each (1, width).
    errors : tuple of ndarray
        δ₀ = ∂L/∂x at the pixels, then δ_k = ∂L/∂z_k at what goes into the activation of each
        layer, last that of the logits: depth + 1 rows, each (1, width).
    factors : tuple of ndarray
        F_k = W_{k+1}ᵀ diag f′(z_k), shape (n_{k+1}, n_k), by which δ_{k+1} becomes δ_k; F₀, to
        the pixels, has no slopes: depth matrices.
    weights, slopes : ndarray, shape (depth,)
        By what factor the weights, and then the slopes, changed the length of the error on its way
        to place k.
    """

    activations: tuple[np.ndarray, ...]
    errors: tuple[np.ndarray, ...]
    factors: tuple[np.ndarray, ...]
    weights: np.ndarray
    slopes: np.ndarray

    def weight_gradient(self, layer: int) -> np.ndarray:
        """∂L/∂W_k = a_{k−1}ᵀ δ_k of layer k = 1, 2, …, shape (n_in, n_out)."""
        return self.activations[layer - 1].T @ self.errors[layer]


def error_travel(network: Network, x: ArrayLike, label: int) -> ErrorTravel:
    """Take the gradient of one example apart into the factors of each layer.

    δ_last = p − t,  δ_k = δ_{k+1} F_k,  F_k = W_{k+1}ᵀ diag f′(z_k),  ∂L/∂W_k = a_{k−1}ᵀ δ_k

    Parameters
    ----------
    network : Network
        Dense layers with ReLU between them; others, such as probes, may not change anything.
    x : array_like, shape (n_in,)
    label : int

    Returns
    -------
    ErrorTravel
    """
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    if not all(isinstance(layer, Dense | ReLU) for layer in network.layers):
        raise ValueError("network must be made of Dense and ReLU layers only.")
    a = np.asarray(x, float).reshape(1, -1)
    activations, slopes = [a], [np.ones_like(a)]
    for layer in dense[:-1]:
        z = a @ layer.W + layer.b
        a = np.maximum(z, 0)
        activations.append(a)
        slopes.append((z > 0).astype(float))
    logits = a @ dense[-1].W + dense[-1].b
    _, error = softmax_cross_entropy(logits, [label])
    activations.append(np.exp(logits - logits.max()))
    activations[-1] /= activations[-1].sum()
    errors, factors, by_weights, by_slopes = [error], [], [], []
    for layer, slope in zip(dense[::-1], slopes[::-1], strict=True):
        before = np.linalg.norm(error)
        through = error @ layer.W.T
        error = through * slope
        errors.append(error)
        factors.append(layer.W.T * slope)
        by_weights.append(_ratio(np.linalg.norm(through), before))
        by_slopes.append(_ratio(np.linalg.norm(error), np.linalg.norm(through)))
    return ErrorTravel(
        tuple(activations),
        tuple(errors[::-1]),
        tuple(factors[::-1]),
        np.array(by_weights[::-1]),
        np.array(by_slopes[::-1]),
    )


@course_style()
def error_travels(digit: str = KINDS[2], stop: int = 2) -> LiveFigure:
    """The error of one digit as it travels: from the logits to the pixels, a layer at a time.

    Parameters
    ----------
    digit : str
        One of `KINDS`.
    stop : int
        How many layers it has come back when the figure opens: 0 (at the logits) to 4 (at the
        pixels).

    Returns
    -------
    LiveFigure
    """
    rows = chosen_digits()
    x, labels = digits().validation
    travels = {
        kind: error_travel(trained_network(), x[row], labels[row]) for kind, row in rows.items()
    }
    figure = new_figure(7.2, 4.4)
    grid = figure.add_gridspec(3, len(PLACES), height_ratios=[1, 1, 0.85])
    forward, back = (
        [_cells(figure.add_subplot(grid[row, i]), *look(name)) for i, name in enumerate(PLACES)]
        for row, look in enumerate(
            (lambda name: (name, "gray_r", 0), lambda name: (name, DIVERGING, -1))
        )
    )
    for name, picture in zip(PLACES, forward, strict=True):
        picture.axes.set_title(name, loc="center", fontsize=10)
    forward[0].axes.set_ylabel("activation →", color=BLUE)
    back[0].axes.set_ylabel("← error", color=VERMILION)
    ax = figure.add_subplot(grid[2, :])
    places = np.arange(len(PLACES))
    ax.set(
        xlim=(-0.5, len(PLACES) - 0.5),
        yscale="log",
        ylim=(3e-6, 60),
        ylabel="length of δ",
    )
    ax.set_xticks(places, PLACES)
    ax.grid(visible=False, axis="x")
    (path,) = ax.plot([], [], "o-", color=VERMILION, animated=True)
    told = [
        ax.text(place + 0.06, 1, "", color=INK, fontsize=9, va="bottom", animated=True)
        for place in places
    ]

    def update(digit, stop):
        travel = travels[digit]
        here = len(PLACES) - 1 - stop
        lengths = np.array([np.linalg.norm(error) for error in travel.errors])
        for place in places:
            activation, error = travel.activations[place][0], travel.errors[place][0]
            forward[place].set_data(_square(activation / (activation.max() or 1)))
            arrived = place >= here
            back[place].set_data(_square(arrived * error / (np.abs(error).max() or 1)))
            told[place].set_text(scientific(lengths[place]) if arrived else "")
            told[place].set_position((place + 0.06, 1.3 * lengths[place]))
        path.set_data(places[here:], lengths[here:])
        p, label = travel.activations[-1][0], labels[rows[digit]]
        if stop == 0:
            return (
                f"A {label}, {digit} (read as {p.argmax()} with {percent(p.max(), 1)}): the error "
                f"p − t sets out at the logits with length {scientific(lengths[-1])}"
            )
        said = f"× {travel.weights[here]:.2f} by the weights"
        if here == 0:
            return (
                f"A {label}, {digit}: at the pixels, the error has length "
                f"{scientific(lengths[0])} ({said}). Nothing is learned there; it says which "
                f"pixels would have to change"
            )
        silent = int((travel.errors[here] == 0).sum())
        size = scientific(np.linalg.norm(travel.weight_gradient(here)))
        return (
            f"A {label}, {digit}: at layer {here}, the error has length "
            f"{scientific(lengths[here])} ({said}, × {travel.slopes[here]:.2f} by the slopes); "
            f"{silent} of {travel.errors[here].size} units get exactly 0. The weights into it get "
            f"a gradient of length {size}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Above, what a digit leaves in each layer of a network on the way forward. In the "
        "middle, the error on its way back, unit by unit, as far as it has come: orange where a "
        "larger number would raise the loss, blue where it would lower it. Below, the length of "
        "the error at each layer, on a logarithmic axis.",
        digit=Choice(list(KINDS), digit),
        stop=Steps(
            ["at the logits", "at layer 3", "at layer 2", "at layer 1", "at the pixels"],
            stop,
            label="The error is",
            speed=1,
        ),
    )


def _ratio(after, before):
    """0 where nothing was left before."""
    return after / before if before else 0.0


def _square(values):
    """A vector as a picture: 784 as 28 × 28, 64 as 8 × 8, 10 as 5 × 2."""
    rows = {784: 28, 64: 8, 10: 5}[values.size]
    return np.asarray(values).reshape(rows, -1)


def _cells(ax, place, colors, lowest):
    """An empty picture of the units of a place."""
    shape = {"pixels": (28, 28), "logits": (5, 2)}.get(place, (8, 8))
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set(visible=True, color=GREY)
    return ax.imshow(np.zeros(shape), cmap=colors, vmin=lowest, vmax=1, animated=True)
