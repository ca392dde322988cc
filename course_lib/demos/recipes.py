"""Recipes: the whole way from labelled digits to a network that reads new ones.

Each is a few lines of `course_lib.nn` and `course_lib.data`, written to be read, copied and
changed. What they reach is measured by ``benchmarks/accuracy.py``.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from course_lib.data import RandomAffine, batches, iterations_per_epoch
from course_lib.nn import (
    AdamW,
    Dense,
    Dropout,
    Network,
    ReLU,
    one_cycle,
    softmax_cross_entropy,
    train,
)

from .threads import one_thread

__all__ = ["train_digit_classifier"]

BATCH_SIZE = 100


def train_digit_classifier(
    x: ArrayLike,
    y: ArrayLike,
    *,
    seed: int = 0,
    augment: bool | Callable = True,
    epochs: int = 30,
    progress: Callable | None = None,
) -> Network:
    """Train a network that reads handwritten digits it has never seen.

    784 pixels → 256 ReLU units → 128 ReLU units → 10 logits, in float32. The learning rate rises
    and falls once, so that the last steps are small. What keeps the network from learning the
    digits by heart is weight decay, in AdamW, and one of two things: augmentation, which shows
    each digit a little turned, stretched, slanted and shifted, and never twice the same; or,
    without augmentation, dropout, which hides a fifth of the pixels and three tenths of the units
    at every step. (Both at once read fewer new digits than augmentation alone.)

    Parameters
    ----------
    x : array_like, shape (n, 784)
        Pixels from 0 (paper) to 1 (ink), as `load_mnist` gives them.
    y : array_like of int, shape (n,)
        The digits, 0 to 9.
    seed : int
        Of the weights, the dropout, the order of the digits and the augmentation; the same seed
        gives the same network.
    augment : bool or callable (x, rng) → x
        True for small random rotations, stretches, slants and shifts; False for the digits as
        they are; or an augmentation of your own, e.g. ``RandomShift(2)``.
    epochs : int
        How often each digit is seen.
    progress : callable (records, total=steps) → iterable, optional
        Wraps the training records to show how far it is, e.g. ``tqdm``.

    Returns
    -------
    Network
        Its `predict` gives the digits, its `predict_probabilities` how sure it is of each.

    Raises
    ------
    ValueError, TypeError
        If `x` and `y` do not fit one another or the network, or pixels lie outside 0 to 1.

    References
    ----------
    Dropout: see `Dropout`. Augmentation: P. Simard, D. Steinkraus and J. Platt, "Best practices
    for convolutional neural networks applied to visual document analysis", ICDAR 2003.

    Examples
    --------
    >>> from course_lib.data import load_mnist
    >>> training, validation, test = load_mnist()
    >>> network = train_digit_classifier(*training, epochs=1)
    >>> bool(np.mean(network.predict(validation.x) == validation.y) > 0.8)
    True
    """
    x = np.asarray(x, dtype=np.float32)
    if x.size and not (x.min() >= 0 and x.max() <= 1):
        raise ValueError(
            f"x has shape {x.shape} and must hold pixels from 0 to 1, but it goes from "
            f"{x.min():g} to {x.max():g}; raw pixels become so by x / 255."
        )
    if augment is True:
        augment = RandomAffine(rotation=12, scale=0.1, shear=0.15, shift=1.5)

    portions = batches(x, y, BATCH_SIZE, epochs=epochs, seed=seed, augment=augment or None)
    of_pixels, of_units = (0, 0) if augment else (0.2, 0.3)
    network = Network(
        [
            Dropout(of_pixels),
            *(Dense(784, 256), ReLU(), Dropout(of_units)),
            *(Dense(256, 128), ReLU(), Dropout(of_units)),
            Dense(128, 10),
        ],
        seed=seed,
        dtype=np.float32,
    )
    steps = epochs * iterations_per_epoch(len(x), BATCH_SIZE)
    optimizer = AdamW(one_cycle(0.004, total_steps=steps), decay_mask=network.weight_mask)
    records = train(network, portions, loss=softmax_cross_entropy, optimizer=optimizer)
    with one_thread():
        for _ in progress(records, total=steps) if progress else records:
            pass
    return network
