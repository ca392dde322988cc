"""Batch normalisation on trial: whose mean and variance a trained network uses, and who it asks."""

from functools import cache
from typing import NamedTuple

import numpy as np

from course_lib.data import batches
from course_lib.live import Choice, LiveFigure
from course_lib.nn import (
    SGD,
    BatchNorm,
    Dense,
    Network,
    ReLU,
    accuracy,
    softmax_cross_entropy,
    train,
)

from .digit_runs import digits
from .palette import BLUE, GREY, VERMILION, course_style
from .picture import new_figure
from .threads import one_thread
from .words import percent

__all__ = [
    "COMPANY",
    "SIZES",
    "Tracked",
    "accuracy_by_batch",
    "batch_norm_modes",
    "normalized_network",
]

SIZES = (2, 4, 8, 20, 50, 100)
"""Batch sizes in use; each divides the number of test digits."""
COMPANY = ("mixed digits", "all of one kind")
WIDTH = 64
UNIT = 3


class Tracked(NamedTuple):
    """A network with batch normalisation after an epoch, and what its averages did meanwhile.

    Attributes
    ----------
    network : Network
    batch_means, running_means : ndarray, shape (steps,)
        Of one unit of the first layer, after each step.
    """

    network: Network
    batch_means: np.ndarray
    running_means: np.ndarray


@cache
def normalized_network(seed: int = 0) -> Tracked:
    """Train 784 → 64 → 64 → 10, with batch normalisation before each ReLU, for one epoch.

    Parameters
    ----------
    seed : int
        Of the weights and of the order of the digits.

    Returns
    -------
    Tracked
    """
    layers = [Dense(784, WIDTH), BatchNorm(WIDTH), ReLU()]
    layers += [Dense(WIDTH, WIDTH), BatchNorm(WIDTH), ReLU(), Dense(WIDTH, 10)]
    network = Network(layers, seed=seed, dtype=np.float32)
    first, norm = network.layers[:2]
    order = list(batches(*digits().train, 100, epochs=1, seed=seed))
    batch_means, running_means = [], []
    with one_thread():
        records = train(network, order, loss=softmax_cross_entropy, optimizer=SGD(0.1))
        for batch in order:
            batch_means.append((batch[0] @ first.W[:, UNIT] + first.b[UNIT]).mean())
            next(records)
            running_means.append(norm.state["running_mean"][UNIT])
    return Tracked(network, np.array(batch_means), np.array(running_means))


@cache
def accuracy_by_batch(size: int, company: str, training: bool, seed: int = 0) -> float:
    """Accuracy on the test digits, asked about in batches.

    Parameters
    ----------
    size : int
        Of `SIZES`.
    company : str
        Of `COMPANY`: in which order the digits come.
    training : bool
        The mode: whether each batch is normalised by its own mean and variance, or all by the
        running averages.
    seed : int

    Returns
    -------
    float
    """
    x, y = digits().test
    if company == COMPANY[1]:
        order = np.argsort(y, kind="stable")
    elif company == COMPANY[0]:
        order = np.random.default_rng(seed).permutation(len(y))
    else:
        raise ValueError(f"company must be one of {', '.join(COMPANY)}, not {company!r}.")
    network = normalized_network(seed).network.copy()  # asking in training mode changes it
    with one_thread():
        outputs = [
            network.forward(x[order[i : i + size]], training=training)
            for i in range(0, len(y), size)
        ]
    return accuracy(np.concatenate(outputs), y[order])


@course_style()
def batch_norm_modes(size: int = 100, company: str = COMPANY[0]) -> LiveFigure:
    """A trained network in either mode: its accuracy by the size and the mixture of the batch.

    Parameters
    ----------
    size : int
        Of `SIZES`, at which it opens.
    company : str
        Of `COMPANY`.

    Returns
    -------
    LiveFigure
    """
    tracked = normalized_network()
    figure = new_figure(7.2, 3.3)
    averages, ax = figure.subplots(1, 2, width_ratios=[1, 1.25])
    steps = np.arange(1, len(tracked.batch_means) + 1)
    averages.plot(steps, tracked.batch_means, "o", color=GREY, ms=3, label="of each batch")
    averages.plot(steps, tracked.running_means, color=BLUE, label="running average")
    averages.set(xlabel="step of training", ylabel="mean of one unit's input z")
    averages.legend(
        loc="lower center", bbox_to_anchor=(0.4, 1), ncols=2, fontsize=9, columnspacing=1.2
    )
    ax.set(xscale="log", xlim=(SIZES[0] / 1.2, SIZES[-1] * 1.2), ylim=(0, 103))
    ax.set(xlabel="digits in a batch", ylabel="accuracy on the test digits (%)")
    ax.set_xticks(SIZES, [str(number) for number in SIZES])
    ax.minorticks_off()
    ax.axhline(10, color=GREY, ls="--", lw=1.2)
    ax.text(SIZES[-1], 8.5, "guessing", color=GREY, fontsize=9, ha="right", va="top")
    looks = {False: ("o-", BLUE, "prediction mode"), True: ("s-", VERMILION, "training mode")}
    lines = {
        mode: ax.plot([], [], style, color=color, label=label, ms=4, animated=True)[0]
        for mode, (style, color, label) in looks.items()
    }
    points = {
        mode: ax.plot([], [], style[0], color=color, ms=10, mec="white", animated=True)[0]
        for mode, (style, color, _) in looks.items()
    }
    ax.legend(loc="lower center", bbox_to_anchor=(0.45, 1), ncols=2, fontsize=9, columnspacing=1.2)

    def update(company, size):
        found = {}
        for mode, line in lines.items():
            shares = [accuracy_by_batch(number, company, mode) for number in SIZES]
            line.set_data(SIZES, [100 * share for share in shares])
            found[mode] = accuracy_by_batch(size, company, mode)
            points[mode].set_data([size], [100 * found[mode]])
        return (
            f"batches of {size}, {company}: {percent(found[False])} right in prediction mode, "
            f"{percent(found[True])} in training mode"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, the mean of one unit's input by step of training, of each batch and as running "
        "average. Right, the accuracy of the trained network by the size of the batch in which it "
        "is asked, in prediction mode and in training mode.",
        size=Choice({f"{number} digits": number for number in SIZES}, size, label="Batch"),
        company=Choice(list(COMPANY), company, label="In it"),
    )
