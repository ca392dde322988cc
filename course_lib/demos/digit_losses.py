"""The same network on the same digits, trained with squared error and with cross-entropy."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.data import Split, batches, load_mnist
from course_lib.live import LiveFigure, Slider
from course_lib.nn import (
    SGD,
    Dense,
    Network,
    ReLU,
    accuracy,
    mse,
    softmax,
    softmax_cross_entropy,
    train,
)

from .palette import GREY, course_style
from .picture import new_figure
from .threads import one_thread
from .two_losses import LOOKS, MARKS, NAMES
from .words import percent

__all__ = ["RATES", "DigitRun", "digit_losses", "softmax_squared_error", "train_on_digits"]

CLASSES, HIDDEN, BATCH, EPOCHS, EVERY = 10, 64, 100, 3, 10
FAVOURITE = 8  # the digit that a pushed start is sure to see everywhere
# From an ordinary start, both read 91 % of the digits at these. Higher ones reach a little more,
# but there the runs are so restless that rounding, other on another processor, decides on them.
RATES = {"cross-entropy": 0.3, "squared error": 6.0}
LOSSES = {"cross-entropy": softmax_cross_entropy}
READS_WELL = 0.8


def softmax_squared_error(logits: ArrayLike, labels: ArrayLike) -> tuple[float, np.ndarray]:
    """Squared error of the softmax probabilities against one-hot labels, from logits.

    L = (1/nK) Σᵢ Σⱼ (pᵢⱼ − yᵢⱼ)²,  p = softmax(z)
    ∂L/∂zᵢⱼ = pᵢⱼ (gᵢⱼ − Σₖ gᵢₖ pᵢₖ),  g = ∂L/∂p = (2/nK) (p − y)

    Parameters
    ----------
    logits : array_like, shape (n, K)
    labels : array_like of int, shape (n,)

    Returns
    -------
    loss : float
        Without a unit.
    gradient : ndarray, shape (n, K)
    """
    p = softmax(logits)
    loss, g = mse(p, np.eye(p.shape[1], dtype=p.dtype)[np.asarray(labels)])
    return loss, p * (g - (g * p).sum(axis=1, keepdims=True))


LOSSES["squared error"] = softmax_squared_error


class DigitRun(NamedTuple):
    """How one network came to read digits.

    Attributes
    ----------
    steps : ndarray of int, shape (m,)
    accuracies : ndarray, shape (m,)
        On the validation digits, after so many steps; 0 to 1.
    """

    steps: np.ndarray
    accuracies: np.ndarray

    def steps_to(self, share: float) -> int | None:
        """The first measured step at which this share is read rightly; None if never."""
        good = self.accuracies >= share
        return int(self.steps[good.argmax()]) if good.any() else None


@cache
def _digits() -> tuple[Split, Split]:
    training, validation, _ = load_mnist()
    return training, validation


@cache
def train_on_digits(
    loss: str, learning_rate: float | None = None, push: float = 0.0, *, seed: int = 0
) -> DigitRun:
    """Train 784 → 64 → 10 on 7,000 digits for three epochs of 70 steps.

    Parameters
    ----------
    loss : str
        "cross-entropy" or "squared error", both through a softmax.
    learning_rate : float, optional
        That of `RATES` unless given.
    push : float
        Added to the logit of "8" for every picture at the start, by its bias: 10 makes the network
        sure to see nothing but eights.
    seed : int

    Returns
    -------
    DigitRun
    """
    training, validation = _digits()
    network = Network([Dense(784, HIDDEN), ReLU(), Dense(HIDDEN, CLASSES)], seed=seed)
    network.layers[-1].b[FAVOURITE] += push
    steps, accuracies = [0], [accuracy(network.forward(validation.x), validation.y)]
    with one_thread():
        for record in train(
            network,
            batches(*training, BATCH, epochs=EPOCHS, seed=seed + 1),
            loss=LOSSES[loss],
            optimizer=SGD(RATES[loss] if learning_rate is None else learning_rate),
        ):
            if record.step % EVERY == 0:
                steps.append(record.step)
                accuracies.append(accuracy(network.forward(validation.x), validation.y))
    return DigitRun(np.array(steps), np.array(accuracies))


@course_style()
def digit_losses(push: float = 0.0) -> LiveFigure:
    """Validation accuracy by step under both losses, from a start that is more or less wrong.

    Parameters
    ----------
    push : float
        With which it opens: 0 to 10.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.0)
    ax = figure.subplots()
    last = EPOCHS * 70
    ax.set(xlim=(-3, last), ylim=(0, 1.02), xlabel="training step", ylabel="accuracy (validation)")
    ax.yaxis.set_major_formatter(lambda share, _: percent(share))
    ax.axhline(1 / CLASSES, color=GREY, lw=1, ls=":")
    ax.text(last, 1 / CLASSES, "guessing ", color=GREY, ha="right", va="bottom", fontsize=9)
    lines = [
        ax.plot([], [], label=name, marker=mark, ms=4, animated=True, **look)[0]
        for name, mark, look in zip(NAMES, MARKS, LOOKS, strict=True)
    ]
    ax.legend(loc="lower right", bbox_to_anchor=(1, 0.15), fontsize=9)

    def update(push):
        said = []
        for name, line in zip(NAMES, lines, strict=True):
            run = train_on_digits(name, push=push)
            line.set_data(run.steps, run.accuracies)
            when = run.steps_to(READS_WELL)
            reached = f"{percent(READS_WELL)} after {when} steps" if when else "never"
            said.append(f"{name} reaches {reached} and ends at {percent(run.accuracies[-1])}")
        return f"logit of “8” pushed up by {push:g}: {'; '.join(said)}"

    return LiveFigure(
        figure,
        update,
        alt="Validation accuracy by training step, of two networks that differ only in the loss "
        "they are trained with: cross-entropy, and squared error.",
        push=Slider(0, 10, push, step=2, label="Push towards “8”", format="g"),
    )
