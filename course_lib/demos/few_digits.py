"""A network that learns few digits for a long time, with and without cures for overfitting."""

from typing import NamedTuple

import numpy as np

from course_lib.data import RandomShift, Split, batches
from course_lib.nn import (
    L1,
    L2,
    SGD,
    Dense,
    Dropout,
    EarlyStopping,
    Network,
    ReLU,
    evaluate,
    softmax_cross_entropy,
    train,
)

from .digit_runs import digits
from .threads import one_thread

__all__ = [
    "BATCH_SIZE",
    "DIGITS",
    "HIDDEN",
    "LEARNING_RATE",
    "NO_CURE",
    "PATIENCE",
    "POINTS",
    "STEPS",
    "Cures",
    "FewDigitsRun",
    "few_digits",
    "few_digits_run",
    "with_wrong_labels",
]

DIGITS = 200
HIDDEN = 128
BATCH_SIZE = 20
LEARNING_RATE = 0.2
STEPS = 2000
POINTS = 41
PATIENCE = 5
"""In measurements, of which there are `POINTS` − 1 after the start."""


class Cures(NamedTuple):
    """What is done against overfitting; by default nothing.

    Attributes
    ----------
    dropout : float
        The share of hidden units dropped in training.
    l1, l2 : float
        Strength λ of the penalty on the weights.
    more_data : int
        How many times as many digits.
    shift : int
        Augmentation: by how many pixels at most each digit is shifted, anew each time.
    """

    dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    more_data: int = 1
    shift: int = 0


NO_CURE = Cures()


class FewDigitsRun(NamedTuple):
    """What a run told at evenly spread steps, the first before training, the last at its end.

    Attributes
    ----------
    steps : ndarray of int, shape (points,)
    training_loss, training_error, validation_loss, validation_error : ndarray, shape (points,)
        Cross-entropy in nats per digit, without penalty, and fraction wrong; in prediction mode,
        of all training digits as they are (with the labels they were given), and of all
        validation digits.
    best, stopped : int
        Early stopping, done beside the run: the point with the lowest validation loss, and the
        one at which patience ran out (the last one if it never did).
    test_error, best_test_error : float
        Fraction wrong of the test digits, by the last network and by that of point `best`.
    """

    steps: np.ndarray
    training_loss: np.ndarray
    training_error: np.ndarray
    validation_loss: np.ndarray
    validation_error: np.ndarray
    best: int
    stopped: int
    test_error: float
    best_test_error: float


def few_digits(count: int = DIGITS, seed: int = 0) -> Split:
    """Some of the 7,000 training digits; of one seed, fewer digits are the first of more.

    Parameters
    ----------
    count : int
        1 to 7,000.
    seed : int

    Returns
    -------
    Split
    """
    x, y = digits().train
    if not 1 <= count <= len(y):
        raise ValueError(f"count must be from 1 to {len(y):,}, not {count}.")
    rows = np.random.default_rng([seed, 9]).permutation(len(y))[:count]
    return Split(x[rows], y[rows])


def with_wrong_labels(y: np.ndarray, share: float, seed: int = 0) -> np.ndarray:
    """The labels, a share of them replaced by one of the other nine.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
    share : float
        From 0 to 1; rounded to a whole number of labels.
    seed : int

    Returns
    -------
    ndarray of int, shape (n,)
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, not {share}.")
    rng = np.random.default_rng([seed, 10])
    rows = rng.permutation(len(y))[: round(share * len(y))]
    wrong = y.copy()
    wrong[rows] = (y[rows] + rng.integers(1, 10, size=len(rows))) % 10
    return wrong


def few_digits_run(
    cures: Cures = NO_CURE,
    *,
    count: int = DIGITS,
    hidden: int = HIDDEN,
    wrong_labels: float = 0.0,
    steps: int = STEPS,
    points: int = POINTS,
    seed: int = 0,
) -> FewDigitsRun:
    """Train 784 pixels → `hidden` ReLU units → 10 logits on few digits, by gradient descent.

    Runs of one seed have the same digits and start from the same weights, whatever the cures.

    Parameters
    ----------
    cures : Cures
    count : int
        Of training digits, before more data.
    hidden : int
    wrong_labels : float
        Share of the training labels that are wrong.
    steps : int
        How many updates, each with `BATCH_SIZE` digits at rate `LEARNING_RATE`.
    points : int
        How many measurements, 2 or more.
    seed : int

    Returns
    -------
    FewDigitsRun
    """
    x, y = few_digits(count * cures.more_data, seed)
    y = with_wrong_labels(y, wrong_labels, seed)
    # The dropout layer is there even if it drops nothing, so that all runs start alike.
    layers = [Dense(784, hidden), ReLU(), Dropout(cures.dropout), Dense(hidden, 10)]
    network = Network(layers, seed=seed, dtype=np.float32)
    augment = RandomShift(cures.shift) if cures.shift else None
    records = train(
        network,
        batches(x, y, BATCH_SIZE, epochs=None, seed=seed, augment=augment),
        loss=softmax_cross_entropy,
        optimizer=SGD(LEARNING_RATE),
        penalty=_penalty(cures),
    )
    stopping, best, stopped = EarlyStopping(PATIENCE), 0, points - 1
    at = np.rint(np.linspace(0, steps, points)).astype(int)
    told = np.empty((4, points))
    with one_thread():
        for point in range(points):
            for _ in range(at[point] - at[max(point - 1, 0)]):
                next(records)
            told[:, point] = *_measure(network, x, y), *_measure(network, *digits().validation)
            if not stopping.stopped:
                best = point if told[2, point] < stopping.best else best
                stopped = point if stopping.update(told[2, point], network) else stopped
        test_error = _measure(network, *digits().test)[1]
        stopping.restore(network)
        best_test_error = _measure(network, *digits().test)[1]
    return FewDigitsRun(at, *told, best, stopped, test_error, best_test_error)


def _penalty(cures):
    if not (cures.l1 or cures.l2):
        return None
    penalties = [kind(s) for kind, s in ((L1, cures.l1), (L2, cures.l2)) if s]

    def penalty(weights, mask):
        told = [one(weights, mask) for one in penalties]
        return sum(value for value, _ in told), sum(gradient for _, gradient in told)

    return penalty


def _measure(network, x, y):
    loss, accuracy = evaluate(network, x, y, loss=softmax_cross_entropy)
    return loss, 1 - accuracy
