"""An experiment whose validation score is too good, and what each of its leaks is worth.

The scores lie beside this file in ``leak.npz``. ``python -m course_lib.demos.leak`` computes them
anew, in about a minute.
"""

from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.data import RandomShift, Split, batches
from course_lib.nn import SGD, Network, evaluate, softmax_cross_entropy, train

from .digit_runs import digits
from .digit_training import digit_network
from .few_digits import few_digits
from .threads import one_thread

__all__ = [
    "LEAK_SEEDS",
    "WAYS",
    "Way",
    "experiment",
    "leak_scores",
    "selection_before_validation",
    "train_and_watch",
    "with_shifted_copies",
]

STORED = Path(__file__).with_suffix(".npz")

COUNT, TRAINING = 200, 0.75
COPIES = 9
EPOCHS = 12
FLOOR = 0.1
"""Added to the standard deviation: many pixels are blank in all digits."""
LEAK_SEEDS = range(20)


class Way(NamedTuple):
    """How the experiment is done; by default as it was handed in.

    Attributes
    ----------
    copies_first : bool
        Shifted copies are made before the split, else of the training digits after it.
    standardise_first : bool
        Mean and deviation of all digits, else of the training digits.
    best_epoch : bool
        The best of all epochs' validation accuracies is reported, else that of the last.
    """

    copies_first: bool = True
    standardise_first: bool = True
    best_epoch: bool = True


AS_HANDED_IN = Way()
WAYS = tuple(Way(*parts) for parts in product((False, True), repeat=3))


def with_shifted_copies(
    x: ArrayLike, y: ArrayLike, rng: np.random.Generator, copies: int = COPIES
) -> Split:
    """The digits, and after them copies shifted by up to one pixel, with their labels.

    Parameters
    ----------
    x : array_like, shape (n, 784)
    y : array_like of int, shape (n,)
    rng : numpy.random.Generator
    copies : int
        Of each digit.

    Returns
    -------
    Split
        Of (copies + 1) · n digits.
    """
    shift = RandomShift(1)
    return Split(
        np.concatenate([x, *(shift(x, rng) for _ in range(copies))]), np.tile(y, copies + 1)
    )


def train_and_watch(
    training: Split, validation: Split, *, epochs: int = EPOCHS, seed: int = 0
) -> tuple[Network, np.ndarray]:
    """Train a small network, and note its validation accuracy after each epoch.

    Parameters
    ----------
    training, validation : (x, y)
    epochs : int
    seed : int

    Returns
    -------
    network : Network
    accuracies : ndarray, shape (epochs,)
    """
    network = digit_network(seed, dtype=np.float32)
    accuracies = np.empty(epochs)
    with one_thread():
        for epoch in range(epochs):
            portions = batches(*training, 20, seed=[seed, epoch])
            for _ in train(network, portions, loss=softmax_cross_entropy, optimizer=SGD(0.03)):
                pass
            accuracies[epoch] = evaluate(network, *validation, loss=softmax_cross_entropy).accuracy
    return network, accuracies


def experiment(way: Way = AS_HANDED_IN, seed: int = 0) -> tuple[float, float]:
    """Do it, and see what it says and what is true.

    Parameters
    ----------
    way : Way
    seed : int
        Of the digits, their copies, the split and the network.

    Returns
    -------
    reported : float
        Validation accuracy, as the way has it.
    new : float
        Accuracy of the last network on digits that nobody has touched: the 2,000 test digits.
    """
    rng = np.random.default_rng(seed)
    x, y = few_digits(COUNT, seed)
    if way.copies_first:
        x, y = with_shifted_copies(x, y, rng)
    order = rng.permutation(len(y))
    ours, theirs = np.split(order, [round(TRAINING * len(y))])
    training = Split(x[ours], y[ours])
    if not way.copies_first:
        training = with_shifted_copies(*training, rng)
    seen = x if way.standardise_first else training.x
    mean, deviation = seen.mean(axis=0), seen.std(axis=0) + FLOOR

    def standardise(part):
        return Split((part[0] - mean) / deviation, part[1])

    network, accuracies = train_and_watch(
        standardise(training), standardise((x[theirs], y[theirs])), seed=seed
    )
    reported = accuracies.max() if way.best_epoch else accuracies[-1]
    new = evaluate(network, *standardise(digits().test), loss=softmax_cross_entropy).accuracy
    return float(reported), float(new)


@cache
def _stored():
    with np.load(STORED, allow_pickle=False) as stored:
        return stored["scores"].astype(float)


def leak_scores(way: Way = AS_HANDED_IN) -> np.ndarray:
    """What `experiment` gave with each of `LEAK_SEEDS`.

    Returns
    -------
    ndarray, shape (2, LEAK_SEEDS)
        What was reported, and what is true of new digits.
    """
    return _stored()[WAYS.index(way)].T


def selection_before_validation(
    seed: int = 0, *, examples: int = 50, features: int = 5000, chosen: int = 20
) -> tuple[float, float]:
    """Labels by coin flip, features of pure noise: choose features first, or within training.

    Parameters
    ----------
    seed : int
    examples : int
        Half of them are for training, half for validation.
    features, chosen : int
        How many there are, and how many with the largest differences between classes are kept.

    Returns
    -------
    leaking, honest : float
        Validation accuracy of the class whose training mean is nearer, with features chosen on
        all examples, and on the training examples alone. In truth it is one half.

    References
    ----------
    T. Hastie, R. Tibshirani and J. Friedman, "The Elements of Statistical Learning", 2nd edition,
    2009, section 7.10.2.
    """
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(examples, features)), rng.permutation(examples) % 2
    half = examples // 2

    def difference(x, y):
        return x[y == 1].mean(axis=0) - x[y == 0].mean(axis=0)

    def accuracy(rows):
        kept = np.argsort(-np.abs(difference(x[rows], y[rows])))[:chosen]
        training, labels = x[:half, kept], y[:half]
        towards = difference(training, labels)
        middle = (training[labels == 1].mean(axis=0) + training[labels == 0].mean(axis=0)) / 2
        answers = (x[half:, kept] - middle) @ towards > 0
        return float(np.mean(answers == y[half:]))

    return accuracy(slice(None)), accuracy(slice(half))


def main():
    scores = [[experiment(way, seed) for seed in LEAK_SEEDS] for way in WAYS]
    np.savez_compressed(STORED, scores=np.array(scores, dtype=np.float32))
    for way, score in zip(WAYS, np.mean(scores, axis=1), strict=True):
        print(*way, "reported {:.3f}, new {:.3f}".format(*score))


if __name__ == "__main__":
    main()
