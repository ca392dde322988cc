"""A trained network made more or less sure of itself, and what that costs on real digits."""

from functools import cache
from typing import NamedTuple

import numpy as np

from course_lib.data import batches, load_mnist
from course_lib.live import Choice, LiveFigure, Slider
from course_lib.nn import SGD, Dense, Network, ReLU, softmax, softmax_cross_entropy, train

from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .threads import one_thread
from .words import percent

__all__ = ["ReadDigits", "digit_confidence", "mean_losses", "read_digits"]

CLASSES, SIDE = 10, 28
RIGHT, WRONG = "read rightly", "read wrongly"
SURE = 0.8  # about how sure the network is of the two digits shown
SHARPEST = 3.0


class ReadDigits(NamedTuple):
    """The logits of a network for digits it has not learned from, and two of these digits.

    Attributes
    ----------
    x : ndarray, shape (n, 784)
    labels : ndarray of int, shape (n,)
    logits : ndarray of float64, shape (n, 10)
    shown : dict {str: int}
        The number of a digit that is read rightly and of one that is read wrongly.
    """

    x: np.ndarray
    labels: np.ndarray
    logits: np.ndarray
    shown: dict[str, int]


@cache
def read_digits() -> ReadDigits:
    """The validation digits, read by a network of one hidden layer after one epoch of training.

    Returns
    -------
    ReadDigits
    """
    training, validation, _ = load_mnist()
    network = Network([Dense(784, 64), ReLU(), Dense(64, CLASSES)], seed=0)
    with one_thread():
        for _ in train(
            network,
            batches(*training, 100, seed=1),
            loss=softmax_cross_entropy,
            optimizer=SGD(0.3),
        ):
            pass
        logits = network.forward(validation.x).astype(np.float64)
    p = softmax(logits)
    far = np.abs(p.max(axis=1) - SURE)
    right = p.argmax(axis=1) == validation.y
    shown = {
        RIGHT: int(np.where(right, far, 1).argmin()),
        WRONG: int(np.where(right, 1, far).argmin()),
    }
    return ReadDigits(validation.x, validation.y, logits, shown)


def mean_losses(sharpness: np.ndarray) -> np.ndarray:
    """The mean cross-entropy of all validation digits, their logits multiplied by a factor.

    Parameters
    ----------
    sharpness : array_like, shape (k,)

    Returns
    -------
    ndarray, shape (k,)
        In nats per digit.
    """
    read = read_digits()
    return np.array([softmax_cross_entropy(s * read.logits, read.labels)[0] for s in sharpness])


@course_style()
def digit_confidence(sharpness: float = 1.0, digit: str = RIGHT) -> LiveFigure:
    """Ten probabilities for a real digit, and its loss, as its logits are multiplied.

    Parameters
    ----------
    sharpness : float
        With which it opens: 0 (all answers alike) to 3.
    digit : str
        "read rightly" or "read wrongly".

    Returns
    -------
    LiveFigure
    """
    read = read_digits()
    grid = np.linspace(0, SHARPEST, 61)
    means = mean_losses(grid)
    curves = {
        name: np.array(
            [softmax_cross_entropy(s * read.logits[[i]], read.labels[[i]])[0] for s in grid]
        )
        for name, i in read.shown.items()
    }
    figure = new_figure(7.2, 3.1)
    left, ax = figure.subplots(1, 2, width_ratios=[1.25, 1])
    left.set(xlim=(-0.6, 9.6), ylim=(0, 1.08), xticks=range(CLASSES), xlabel="answer (digit)")
    left.set(yticks=[0, 0.5, 1], yticklabels=["0 %", "50 %", "100 %"], ylabel="probability ŷ")
    left.tick_params(axis="x", length=0)
    left.grid(False, axis="x")
    columns = left.bar(range(CLASSES), [0] * CLASSES, 0.75, animated=True)
    corner = left.inset_axes([0.02, 0.62, 0.22, 0.38])
    corner.set_axis_off()
    picture = corner.imshow(
        np.zeros((SIDE, SIDE)), cmap="gray_r", vmin=0, vmax=1, animated=True, zorder=3
    )
    ax.plot(grid, means, color=GREY, ls=":", label="mean of 1,000 digits")
    (curve,) = ax.plot([], [], color=BLUE, label="this digit", animated=True)
    ax.axhline(np.log(CLASSES), color=GREY, lw=0.8, ls="--")
    ax.text(SHARPEST, np.log(CLASSES), "ln 10", color=GREY, ha="right", va="bottom", fontsize=9)
    ax.set(xlim=(0, SHARPEST), ylim=(0, 1.05 * curves[WRONG].max()), ylabel="loss (nats)")
    ax.set_xlabel("factor on the logits")
    ax.legend(loc="upper left", fontsize=9)
    (dot,) = ax.plot([], [], "o", color=BLUE, mec="white", ms=9, animated=True)
    (drop,) = ax.plot([], [], ":", color=INK, lw=1, animated=True)

    def update(sharpness, digit):
        i = read.shown[digit]
        label = read.labels[i]
        p = softmax(sharpness * read.logits[[i]])[0]
        guess = int(p.argmax()) if sharpness else None
        for k, column in enumerate(columns):
            column.set_height(p[k])
            column.set_facecolor(BLUE if k == label else VERMILION if k == guess else GREY)
            column.set_hatch("////" if k == label else "")
        picture.set_data(read.x[i].reshape(SIDE, SIDE))
        curve.set_data(grid, curves[digit])
        loss = float(-np.log(p[label]))
        dot.set_data([sharpness], [loss])
        drop.set_data([sharpness, sharpness], [0, loss])
        mean = float(np.interp(sharpness, grid, means))
        answer = "all answers alike" if guess is None else f"it says {guess}"
        return (
            f"a {label}, {answer}: the right answer has {_share(p[label])}, which costs "
            f"{loss:.2f}; mean loss of 1,000 digits {mean:.2f}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, a handwritten digit and the ten probabilities a network gives; the right answer "
        "is hatched. Right, the loss of this digit over a factor that its logits are multiplied "
        "by, and the mean loss of a thousand digits, which is lowest in between.",
        sharpness=Slider(
            0, SHARPEST, sharpness, step=0.05, label="Factor on the logits", format=".2f"
        ),
        digit=Choice([RIGHT, WRONG], digit),
    )


def _share(p):
    return percent(p) if p >= 0.1 else f"{100 * p:.2g} %"
