"""Mini-batches: the data cut into shuffled portions, epoch after epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .checks import whole_number

__all__ = ["Batch", "batches", "iterations_per_epoch", "split"]


class Batch(NamedTuple):
    """A few examples `x` and their answers `y`.

    `epoch` and `index` count from 0; `index` starts again in each epoch.
    """

    x: np.ndarray
    y: np.ndarray
    epoch: int
    index: int


def batches(
    x: ArrayLike,
    y: ArrayLike,
    batch_size: int | Callable[[], int],
    *,
    epochs: int | None = 1,
    seed: int | np.random.Generator | None = None,
    shuffle: bool = True,
    drop_last: bool = False,
    augment: Callable[[np.ndarray, np.random.Generator], np.ndarray] | None = None,
) -> Iterator[Batch]:
    """Cut a data set into mini-batches, in a new random order each epoch.

    Parameters
    ----------
    x, y : array_like, equal first axis n
    batch_size : int or callable () → int
        At least 1; the last batch of an epoch holds what is left. A function is asked before
        every batch, so that the size can change while training.
    epochs : int or None
        How many times to go through the data; None for endlessly.
    seed : int, numpy.random.Generator or None
        Of the order and the augmentation; the same seed gives the same batches.
    shuffle : bool
        False keeps the order of the data.
    drop_last : bool
        Leave out the last batch of an epoch if it is smaller than the others.
    augment : callable (x, rng) → x, optional
        Applied to each batch, e.g. ``RandomShift(2)``.

    Returns
    -------
    iterator of Batch
        ``(x, y, epoch, index)``; x and y are copies.

    Raises
    ------
    ValueError
        If x and y differ in length, there is no example, or a number is out of range.
    TypeError
        If a number is not a whole number.

    Examples
    --------
    >>> [len(batch.x) for batch in batches(np.zeros((10, 3)), np.zeros(10), 4)]
    [4, 4, 2]
    """
    x, y = _paired(x, y)
    if not callable(batch_size):
        batch_size = whole_number("batch_size", batch_size, 1)
    if epochs is not None:
        epochs = whole_number("epochs", epochs, 0)
    if augment is not None and not callable(augment):
        raise TypeError(f"augment must be a function (x, rng) → x, not {augment!r}.")
    rng = np.random.default_rng(seed)
    return _batches(x, y, batch_size, epochs, rng, shuffle, drop_last, augment)


def _batches(x, y, batch_size, epochs, rng, shuffle, drop_last, augment):
    n, epoch = len(x), 0
    while epochs is None or epoch < epochs:
        order = rng.permutation(n) if shuffle else np.arange(n)
        start = index = 0
        while start < n:
            size = batch_size
            if callable(size):
                size = whole_number("batch_size", size(), 1)
            rows = order[start : start + size]
            if drop_last and len(rows) < size:
                break
            batch_x = x.take(rows, axis=0)
            if augment:
                batch_x = augment(batch_x, rng)
            yield Batch(batch_x, y.take(rows, axis=0), epoch, index)
            start += size
            index += 1
        if drop_last and index == 0:
            return  # no batch is ever full: an endless loop would yield nothing
        epoch += 1


def iterations_per_epoch(n: int, batch_size: int, *, drop_last: bool = False) -> int:
    """How many batches one pass over n examples takes.

    ⌈n / batch_size⌉, or ⌊n / batch_size⌋ if an incomplete last batch is dropped

    Parameters
    ----------
    n : int
        Number of examples, 0 or more.
    batch_size : int
        At least 1.
    drop_last : bool

    Returns
    -------
    int

    Examples
    --------
    >>> iterations_per_epoch(10_000, 100)
    100
    """
    n, batch_size = whole_number("n", n, 0), whole_number("batch_size", batch_size, 1)
    return n // batch_size if drop_last else -(-n // batch_size)


def split(
    x: ArrayLike,
    y: ArrayLike,
    sizes: Sequence[int],
    *,
    seed: int | np.random.Generator | None = None,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Divide a data set at random into parts without overlap.

    Parameters
    ----------
    x, y : array_like, equal first axis n
    sizes : sequence of int
        How many examples each part gets; the sum may not exceed n, what is left over is unused.
    seed : int, numpy.random.Generator or None

    Returns
    -------
    list of (x, y)
        One pair for each size.

    Raises
    ------
    ValueError
        If x and y differ in length, a size is negative, or the sizes exceed the data.
    TypeError
        If a size is not a whole number.
    """
    x, y = _paired(x, y)
    sizes = [whole_number("each of sizes", size, 0) for size in sizes]
    if sum(sizes) > len(x):
        raise ValueError(f"sizes add up to {sum(sizes)}, but there are only {len(x)} examples.")
    order = np.random.default_rng(seed).permutation(len(x))
    ends = np.cumsum(sizes)
    parts = [order[end - size : end] for end, size in zip(ends, sizes, strict=True)]
    return [(x[rows], y[rows]) for rows in parts]


def _paired(x, y):
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(
            f"x has shape {x.shape} and y has shape {y.shape}; their first axes, the examples, "
            f"must be equally long."
        )
    if len(x) == 0:
        raise ValueError(f"x has shape {x.shape}: there are no examples.")
    return x, y
