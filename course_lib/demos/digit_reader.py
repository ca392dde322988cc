"""The network that reads drawn digits: small enough for a web page, and used to crooked ones.

784 pixels → 128 ReLU units → 10 logits, trained by the course's recipe. Its weights lie beside
this file in ``digit_reader.npz``. ``python -m course_lib.demos.digit_reader`` trains it anew, in
about a minute of one core.
"""

from pathlib import Path

import numpy as np

from course_lib.data import RandomAffine, batches, iterations_per_epoch
from course_lib.nn import (
    AdamW,
    Dense,
    Network,
    ReLU,
    evaluate,
    one_cycle,
    softmax_cross_entropy,
    train,
)

from .digit_runs import digits
from .threads import one_thread

__all__ = ["digit_reader"]

STORED = Path(__file__).with_suffix(".npz")

HIDDEN = 128
EPOCHS = 60
BATCH_SIZE = 100


def digit_reader() -> Network:
    """The stored network, in float32.

    Returns
    -------
    Network
        784 → 128 ReLU units → 10 logits.
    """
    network = _new()
    network.load(STORED)
    return network


def _new(seed=0):
    return Network([Dense(784, HIDDEN), ReLU(), Dense(HIDDEN, 10)], seed=seed, dtype=np.float32)


def trained_reader(epochs: int = EPOCHS, seed: int = 0) -> Network:
    """The same network, trained anew on the training and the validation digits.

    Parameters
    ----------
    epochs : int
    seed : int

    Returns
    -------
    Network
    """
    x = np.concatenate([digits().train.x, digits().validation.x])
    y = np.concatenate([digits().train.y, digits().validation.y])
    # People who draw with a mouse lean and stretch their digits more than those who write.
    augment = RandomAffine(rotation=15, scale=0.12, shear=0.2, shift=1.5)
    network = _new(seed)
    steps = epochs * iterations_per_epoch(len(x), BATCH_SIZE)
    optimizer = AdamW(one_cycle(0.004, total_steps=steps), decay_mask=network.weight_mask)
    portions = batches(x, y, BATCH_SIZE, epochs=epochs, seed=seed, augment=augment)
    with one_thread():
        for _ in train(network, portions, loss=softmax_cross_entropy, optimizer=optimizer):
            pass
    return network


def main():
    network = trained_reader()
    network.save(STORED)
    accuracy = evaluate(network, *digits().test, loss=softmax_cross_entropy).accuracy
    print(f"{STORED.name}: {accuracy:.2%} of the test digits, {STORED.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
