"""Data to learn from: MNIST digits, toy problems, loss surfaces, and batches of them."""

from .augmentation import RandomAffine, RandomShift
from .batches import Batch, batches, iterations_per_epoch, split
from .checks import DataError
from .full_mnist import MNIST_SHA256, MNIST_URL, load_full_mnist
from .landscapes import Crater, DoubleWell, Himmelblau
from .mnist import MNIST, Split, load_mnist
from .surfaces import QuadraticBowl, Saddle
from .toys import Houses, house_prices, regression_line, spirals, two_moons, xor

__all__ = [
    "MNIST",
    "MNIST_SHA256",
    "MNIST_URL",
    "Batch",
    "Crater",
    "DataError",
    "DoubleWell",
    "Himmelblau",
    "Houses",
    "QuadraticBowl",
    "RandomAffine",
    "RandomShift",
    "Saddle",
    "Split",
    "batches",
    "house_prices",
    "iterations_per_epoch",
    "load_full_mnist",
    "load_mnist",
    "regression_line",
    "spirals",
    "split",
    "two_moons",
    "xor",
]
