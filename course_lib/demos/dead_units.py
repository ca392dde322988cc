"""ReLU units that answer zero for every digit, and so never learn again; by learning rate."""

from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.data import batches, load_mnist
from course_lib.nn import (
    SGD,
    Dense,
    Network,
    NonFiniteError,
    ReLU,
    TrainingDiverged,
    evaluate,
    softmax_cross_entropy,
    train,
)

from .palette import BLUE, GREY, VERMILION, course_style
from .picture import Picture, new_figure
from .threads import one_thread
from .words import percent, plain

__all__ = ["DeadUnits", "count_dead", "dead_units", "dead_units_figure"]

WIDTH = 64


class DeadUnits(NamedTuple):
    """What a learning rate left, after some steps.

    Attributes
    ----------
    rates : ndarray, shape (k,)
    dead : ndarray, shape (k,)
        Fraction of the hidden units that answer 0 for all validation digits.
    accuracy : ndarray, shape (k,)
        On the validation digits; NaN if a number overflowed.
    """

    rates: np.ndarray
    dead: np.ndarray
    accuracy: np.ndarray


def count_dead(network: Network, x: ArrayLike) -> tuple[int, int]:
    """How many ReLU units answer zero for every example.

    Parameters
    ----------
    network : Network
        Its ReLU layers are not inside of others.
    x : array_like, shape (n, n_in)

    Returns
    -------
    dead, units : int
    """
    dead = units = 0
    for layer in network.layers:
        x = layer.forward(x)
        if isinstance(layer, ReLU):
            dead += int((x == 0).all(axis=0).sum())
            units += x.shape[1]
    return dead, units


def dead_units(learning_rates: ArrayLike, *, steps: int = 70, seed: int = 0) -> DeadUnits:
    """Train two hidden layers of 64 ReLU units at each rate, and count.

    Parameters
    ----------
    learning_rates : array_like, shape (k,)
    steps : int
        Updates with 100 digits each.
    seed : int
        Of the weights and of the order of the digits.

    Returns
    -------
    DeadUnits
    """
    rates = np.asarray(learning_rates, dtype=float)
    digits = load_mnist()
    dead, accuracy = np.zeros(len(rates)), np.full(len(rates), np.nan)
    for i, rate in enumerate(rates):
        layers = [Dense(784, WIDTH), ReLU(), Dense(WIDTH, WIDTH), ReLU(), Dense(WIDTH, 10)]
        network = Network(layers, seed=seed)
        order = batches(*digits.train, 100, epochs=None, seed=seed)
        records = train(network, order, loss=softmax_cross_entropy, optimizer=SGD(rate))
        with one_thread(), np.errstate(over="ignore", invalid="ignore"):
            try:
                for _ in islice(records, steps):
                    pass
                told = evaluate(network, *digits.validation, loss=softmax_cross_entropy)
                accuracy[i] = told.accuracy
                counted, units = count_dead(network, digits.validation.x)
                dead[i] = counted / units
            except (TrainingDiverged, NonFiniteError):
                dead[i] = np.nan
    return DeadUnits(rates, dead, accuracy)


@course_style()
def dead_units_figure(found: DeadUnits) -> Picture:
    """Share of dead units, and accuracy, over the learning rate.

    Parameters
    ----------
    found : DeadUnits

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 2.7)
    ax = figure.subplots()
    ax.plot(found.rates, 100 * found.dead, "o-", color=VERMILION, ms=5)
    ax.plot(found.rates, 100 * found.accuracy, "s--", color=BLUE, ms=5)
    ax.axhline(10, color=GREY, ls=":", lw=1.2)
    ax.set(
        xscale="log",
        ylim=(-3, 103),
        xlabel="learning rate",
        ylabel="percent",
    )
    ax.set_xticks(found.rates, [plain(rate) for rate in found.rates])
    ax.minorticks_off()
    ax.legend(["dead hidden units", "validation accuracy", "guessing"], loc="center left")
    first, last = found.dead[0], found.dead[-1]
    return Picture(
        figure,
        f"Share of dead hidden units and accuracy by learning rate: at "
        f"{plain(found.rates[0])}, {percent(first)} are dead; at {plain(found.rates[-1])}, "
        f"{percent(last)}, and the accuracy is that of guessing.",
    )
