"""A deep network learning digits: its accuracy, and how far the weights of each layer have come."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from course_lib.data import batches
from course_lib.nn import (
    SGD,
    Dense,
    Network,
    NonFiniteError,
    TrainingDiverged,
    evaluate,
    softmax_cross_entropy,
    train,
)

from .deep_signal import deep_network
from .digit_runs import digits
from .threads import one_thread

__all__ = [
    "BATCH_SIZE",
    "GUESSING",
    "DeepRun",
    "accuracy_on_test_digits",
    "best_of_rates",
    "deep_run",
    "weight_matrices",
]

BATCH_SIZE = 100
GUESSING = 0.1
"""The accuracy of guessing, as which a run counts that overflowed."""


class DeepRun(NamedTuple):
    """What a run told at evenly spread steps, the first before training, the last at its end.

    Attributes
    ----------
    steps : ndarray of int, shape (points,)
    accuracy : ndarray, shape (points,)
        On the validation digits.
    change : ndarray, shape (points, depth + 1)
        ‖W(t) − W(0)‖ / ‖W(0)‖ of each layer from the input on, the output layer last.
    network : Network or None
        After the last step. None if a number overflowed: then everything is NaN from there on.
    """

    steps: np.ndarray
    accuracy: np.ndarray
    change: np.ndarray
    network: Network | None


def weight_matrices(network: Network) -> list[np.ndarray]:
    """The weights of all Dense layers, from the input on; views.

    Parameters
    ----------
    network : Network

    Returns
    -------
    list of ndarray, each (n_in, n_out)
    """
    return [layer.W for layer in network.leaves if isinstance(layer, Dense)]


def deep_run(
    depth: int,
    activation: str,
    initializer: str,
    *,
    scale: float = 1.0,
    residual: bool = False,
    normalization: str = "none",
    learning_rate: float = 0.1,
    clip: Callable[[np.ndarray], object] | None = None,
    steps: int = 350,
    points: int = 15,
    seed: int = 0,
    dtype: DTypeLike = np.float32,
) -> DeepRun:
    """Train a `deep_network` with plain gradient descent on batches of 100 digits.

    Parameters
    ----------
    depth, activation, initializer, scale, residual, normalization
        As in `deep_network`; the initial weights must not all be zero.
    learning_rate : float
    clip : callable, optional
        As in `course_lib.nn.train`.
    steps : int
        How many updates; 70 are an epoch.
    points : int
        How many measurements, 2 or more.
    seed : int
        Of the weights and of the order of the digits.
    dtype : numpy dtype
        float64 or float32.

    Returns
    -------
    DeepRun
    """
    network = deep_network(
        depth,
        activation,
        initializer,
        scale=scale,
        residual=residual,
        normalization=normalization,
        seed=seed,
        dtype=dtype,
    )
    start = [W.copy() for W in weight_matrices(network)]
    order = batches(*digits().train, BATCH_SIZE, epochs=None, seed=seed)
    records = train(
        network, order, loss=softmax_cross_entropy, optimizer=SGD(learning_rate), clip=clip
    )
    at = np.rint(np.linspace(0, steps, points)).astype(int)
    accuracy, change = np.full(points, np.nan), np.full((points, depth + 1), np.nan)
    with one_thread(), np.errstate(over="ignore", invalid="ignore"):
        try:
            for point in range(points):
                for _ in islice(records, int(at[point] - at[max(point - 1, 0)])):
                    pass
                told = evaluate(network, *digits().validation, loss=softmax_cross_entropy)
                accuracy[point] = told.accuracy
                change[point] = [
                    np.linalg.norm(W - W0) / np.linalg.norm(W0)
                    for W, W0 in zip(weight_matrices(network), start, strict=True)
                ]
        except (TrainingDiverged, NonFiniteError):
            network = None
    return DeepRun(at, accuracy, change, network)


def best_of_rates(rates: Iterable[float], trial: Callable[[float], list]) -> float:
    """The learning rate whose trial runs end with the highest accuracy, on average.

    Parameters
    ----------
    rates : iterable of float
    trial : callable (rate) → list of float
        The last accuracy of each trial run; NaN, if it overflowed, counts as `GUESSING`.

    Returns
    -------
    float
    """
    rates = list(rates)
    found = np.nan_to_num([trial(rate) for rate in rates], nan=GUESSING)
    return rates[int(found.mean(axis=1).argmax())]


def accuracy_on_test_digits(run: DeepRun) -> float:
    """Of the network at the end of a run; `GUESSING` if it overflowed.

    Parameters
    ----------
    run : DeepRun

    Returns
    -------
    float
    """
    if run.network is None:
        return GUESSING
    return evaluate(run.network, *digits().test, loss=softmax_cross_entropy).accuracy
