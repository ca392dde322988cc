"""Data to learn from: MNIST digits, toy problems, and cutting them into batches."""

from .augmentation import RandomAffine, RandomShift
from .batches import Batch, batches, iterations_per_epoch, split
from .checks import DataError
from .mnist import MNIST, Split, load_mnist

__all__ = [
    "MNIST",
    "Batch",
    "DataError",
    "RandomAffine",
    "RandomShift",
    "Split",
    "batches",
    "iterations_per_epoch",
    "load_mnist",
    "split",
]
