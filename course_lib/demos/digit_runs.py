"""One training run on the digits from its start to its end, as curves to compare with others."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from course_lib.data import MNIST, batches, load_mnist
from course_lib.nn import (
    SGD,
    NonFiniteError,
    TrainingDiverged,
    evaluate,
    softmax_cross_entropy,
    train,
)

from .digit_training import digit_network
from .threads import one_thread

__all__ = ["DigitRun", "digit_run", "digits"]


@cache
def digits() -> MNIST:
    """The embedded digits in float32, read once."""
    return load_mnist(dtype=np.float32)


class DigitRun(NamedTuple):
    """What a run told at evenly spread steps, the first before training, the last at its end.

    Attributes
    ----------
    steps : ndarray of int, shape (points,)
    training_loss : ndarray, shape (points,)
        Mean over the batches since the point before, in nats per digit; the first is that of
        the first batch.
    validation_loss, validation_error : ndarray, shape (points,)
        Mean cross-entropy, in nats per digit, and fraction of wrong answers. From where a run
        overflows, all three are NaN.
    """

    steps: np.ndarray
    training_loss: np.ndarray
    validation_loss: np.ndarray
    validation_error: np.ndarray


def digit_run(
    learning_rate: float | Callable[[int], float],
    *,
    batch_size: int = 100,
    steps: int = 140,
    points: int = 36,
    seed: int = 0,
) -> DigitRun:
    """Train `digit_network` with plain gradient descent, and measure on the way.

    Runs of one seed start from the same weights and see the same batches in the same order.

    Parameters
    ----------
    learning_rate : float or callable (step) → float
        A rate, or a schedule from step 0 on.
    batch_size : int
        1 to 7,000.
    steps : int
        How many updates.
    points : int
        How many measurements, 2 or more.
    seed : int
        Of the weights and of the order of the digits.

    Returns
    -------
    DigitRun
    """
    network = digit_network(seed, dtype=np.float32)
    order = batches(*digits().train, batch_size, epochs=None, seed=seed)
    records = train(network, order, loss=softmax_cross_entropy, optimizer=SGD(learning_rate))
    at = np.rint(np.linspace(0, steps, points)).astype(int)
    told = np.full((3, points), np.nan)
    with one_thread(), np.errstate(over="ignore", invalid="ignore"):
        told[1:, 0] = _validate(network)
        losses = []
        try:
            for point in range(1, points):
                losses = [next(records).loss for _ in range(at[point] - at[point - 1])] or losses
                if point == 1:
                    told[0, 0] = losses[0]
                told[0, point] = np.mean(losses)
                told[1:, point] = _validate(network)
        except (TrainingDiverged, NonFiniteError):
            pass  # the rest stays NaN
    return DigitRun(at, *told)


def _validate(network):
    loss, accuracy = evaluate(network, *digits().validation, loss=softmax_cross_entropy)
    return loss, 1 - accuracy
