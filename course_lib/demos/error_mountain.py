"""The error mountain of the digit network: a real slice of its loss, and a point half-way down.

The numbers lie beside this file in ``error_mountain.npz``. ``python -m
course_lib.demos.error_mountain`` computes them anew: it trains `digit_network(seed=128)` with
batches of 100, first at learning rate 0.005 for 134 steps, where 450 of the 1,000 validation
digits and 900 of the 2,000 test digits are wrong, then at 0.1 for 420 more. The plane is that of
the run's first two principal components. The seed was searched for, so that both errors are 45.0 %
at one step; no other number was chosen.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.data import batches, load_mnist
from course_lib.nn import SGD, softmax_cross_entropy, train

from .digit_training import digit_network
from .loss_slice import LossSlice, measure_slice, principal_directions

__all__ = ["MOUNTAIN_DIGITS", "MOUNTAIN_SEED", "ErrorMountain", "load_error_mountain"]

STORED = Path(__file__).with_suffix(".npz")

MOUNTAIN_SEED = 128
MOUNTAIN_DIGITS = 1000
"""The loss of the slice is that on so many training digits, the first ones."""

CHECKPOINT_STEP, GENTLE_RATE = 134, 0.005
LATER_STEPS, BRISK_RATE = 420, 0.1
GRID, MARGIN = 61, 0.45


class ErrorMountain(NamedTuple):
    """A slice of the loss, and the stored network that lies near it.

    Attributes
    ----------
    slice : LossSlice
    checkpoint : ndarray of float32, shape (parameters,)
        The network that is wrong on 45.0 % of the test digits.
    checkpoint_step : int
        How many updates it had.
    variance_share : float
        How much of the run's variance the plane holds, 0 to 1.
    """

    slice: LossSlice
    checkpoint: np.ndarray
    checkpoint_step: int
    variance_share: float


def load_error_mountain():
    """The stored mountain.

    Returns
    -------
    ErrorMountain
    """
    with np.load(STORED, allow_pickle=False) as stored:
        arrays = dict(stored)
    plane = LossSlice(
        arrays["center"].astype(np.float32),
        arrays["directions"].astype(np.float32),
        arrays["a"],
        arrays["b"],
        arrays["losses"].astype(np.float64),
    )
    return ErrorMountain(
        plane,
        arrays["checkpoint"],
        int(arrays["checkpoint_step"]),
        float(arrays["variance_share"]),
    )


def _climb_down():
    """The parameters after every step of the run, and the network."""
    digits = load_mnist(dtype=np.float32).train
    network = digit_network(MOUNTAIN_SEED, dtype=np.float32)
    optimizer = SGD(GENTLE_RATE)
    steps = batches(*digits, 100, epochs=None, seed=MOUNTAIN_SEED)
    trajectory = [network.parameters.copy()]
    for record in train(network, steps, loss=softmax_cross_entropy, optimizer=optimizer):
        trajectory.append(network.parameters.copy())
        if record.step == CHECKPOINT_STEP:
            optimizer.learning_rate = BRISK_RATE
        if record.step == CHECKPOINT_STEP + LATER_STEPS:
            return np.array(trajectory), network


def main():
    trajectory, network = _climb_down()
    center, directions, share = principal_directions(trajectory)
    # Half precision keeps the file small. The plane *is* the rounded one: the grid is measured on
    # it. Rounding turns the directions by less than a thousandth.
    center, directions = center.astype(np.float16), directions.astype(np.float16)
    exact = center.astype(np.float32), directions.astype(np.float32)
    path = (trajectory - exact[0]) @ exact[1].T
    low, high = path.min(axis=0), path.max(axis=0)
    reach = (0.5 + MARGIN) * (high - low).max()
    a, b = ((low + high)[:, None] / 2 + np.linspace(-reach, reach, GRID)).astype(np.float32)
    digits = load_mnist(dtype=np.float32).train
    x, y = digits.x[:MOUNTAIN_DIGITS], digits.y[:MOUNTAIN_DIGITS]
    plane = measure_slice(network, x, y, softmax_cross_entropy, *exact, a, b)
    np.savez_compressed(
        STORED,
        center=center,
        directions=directions,
        a=a,
        b=b,
        losses=plane.losses.astype(np.float32),
        checkpoint=trajectory[CHECKPOINT_STEP].astype(np.float32),
        checkpoint_step=CHECKPOINT_STEP,
        variance_share=share,
    )
    print(f"{STORED.name}: {STORED.stat().st_size / 1e6:.2f} MB, plane holds {share:.1%}")


if __name__ == "__main__":
    main()
