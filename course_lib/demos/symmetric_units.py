"""Why weights start out random: hidden units that start alike stay alike."""

import numpy as np

from course_lib.data import batches, load_mnist
from course_lib.nn import (
    SGD,
    Dense,
    Network,
    Sigmoid,
    softmax_cross_entropy,
    train,
)

from .deep_signal import INITIALIZERS
from .threads import one_thread

__all__ = ["UNITS", "difference_of_units", "train_few_units"]

UNITS = 8


def train_few_units(initializer: str, *, epochs: int = 3, seed: int = 0) -> Network:
    """784 pixels → 8 sigmoid units → 10 logits, trained on the digits.

    Parameters
    ----------
    initializer : str
        One of `INITIALIZERS`, for both layers.
    epochs : int
        Of 70 steps with 100 digits each, at learning rate 1.
    seed : int
        Of the weights and of the order of the digits.

    Returns
    -------
    Network
    """
    draw = INITIALIZERS[initializer]
    layers = [Dense(784, UNITS, initializer=draw), Sigmoid(), Dense(UNITS, 10, initializer=draw)]
    network = Network(layers, seed=seed)
    order = batches(*load_mnist().train, 100, epochs=epochs, seed=seed)
    with one_thread():
        for _ in train(network, order, loss=softmax_cross_entropy, optimizer=SGD(1.0)):
            pass
    return network


def difference_of_units(W: np.ndarray) -> float:
    """The largest difference between two hidden units in any of their weights.

    Parameters
    ----------
    W : ndarray, shape (n_in, units)

    Returns
    -------
    float
    """
    return float(np.ptp(W, axis=1).max())
