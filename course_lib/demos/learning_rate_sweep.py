"""Many training runs on the digits: over the learning rate, and over rate and batch size.

The numbers lie beside this file in ``learning_rate_sweep.npz``. ``python -m
course_lib.demos.learning_rate_sweep`` computes them anew, in a few minutes of one core: first
the *edge*, `EDGE_RATES` with five seeds each for 140 steps of 100 digits; then the *map*,
`MAP_RATES` by `MAP_SIZES`, each cell one run of five epochs, so that all have seen equally many
digits. Every number is that of a `digit_run`.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from .digit_runs import DigitRun, digit_run

__all__ = [
    "EDGE_RATES",
    "EDGE_SEEDS",
    "EDGE_STEPS",
    "MAP_EPOCHS",
    "MAP_RATES",
    "MAP_SIZES",
    "LearningRateSweep",
    "edge_cell",
    "load_learning_rate_sweep",
    "map_cell",
    "map_steps",
]

STORED = Path(__file__).with_suffix(".npz")

DIGITS = 7000
EDGE_RATES = np.geomspace(1e-4, 10, 31)
"""Six for each power of ten."""
EDGE_SEEDS = range(5)
EDGE_STEPS = 140
MAP_RATES = np.geomspace(1e-4, 10, 16)
"""Three for each power of ten."""
MAP_SIZES = (1, 3, 10, 32, 100, 316, 1000)
MAP_EPOCHS = 5
MAP_POINTS = 36
BREAKS_DOWN = 0.5
"""A run of which more than this fraction of the validation digits comes out wrong."""


class LearningRateSweep(NamedTuple):
    """The stored runs.

    Attributes
    ----------
    edge_loss, edge_error : ndarray, shape (EDGE_RATES, EDGE_SEEDS)
        On the validation digits after `EDGE_STEPS` steps: nats per digit, and fraction wrong.
    training_loss, validation_loss, validation_error : ndarray, shape (SIZES, RATES, MAP_POINTS)
        The curves of each cell of the map, as in `DigitRun`, over `MAP_EPOCHS` epochs.
    """

    edge_loss: np.ndarray
    edge_error: np.ndarray
    training_loss: np.ndarray
    validation_loss: np.ndarray
    validation_error: np.ndarray

    @property
    def edge(self) -> tuple[float, float]:
        """The highest rate at which all seeds learn, and the next one, at which not all do.

        A run has broken down if it ends with more than `BREAKS_DOWN` of the digits wrong
        although a lower rate has learned.
        """
        errors = self.edge_error.max(axis=1)
        last = np.flatnonzero(errors < BREAKS_DOWN)[-1]
        return float(EDGE_RATES[last]), float(EDGE_RATES[last + 1])

    @property
    def best(self) -> float:
        """The rate with the lowest validation error, on average over the seeds."""
        return float(EDGE_RATES[self.edge_error.mean(axis=1).argmin()])


def load_learning_rate_sweep() -> LearningRateSweep:
    """The stored runs, in float64."""
    with np.load(STORED, allow_pickle=False) as stored:
        return LearningRateSweep(
            *(stored[name].astype(float) for name in LearningRateSweep._fields)
        )


def edge_cell(learning_rate: float, seed: int) -> tuple[float, float]:
    """Validation loss and error of one run of the edge, computed anew.

    Returns
    -------
    loss, error : float
    """
    run = digit_run(learning_rate, steps=EDGE_STEPS, points=2, seed=seed)
    return float(run.validation_loss[-1]), float(run.validation_error[-1])


def map_steps(batch_size: int) -> int:
    """How many updates `MAP_EPOCHS` epochs are."""
    return MAP_EPOCHS * -(-DIGITS // batch_size)


def map_cell(learning_rate: float, batch_size: int) -> DigitRun:
    """The run of one cell of the map, computed anew."""
    return digit_run(
        learning_rate, batch_size=batch_size, steps=map_steps(batch_size), points=MAP_POINTS
    )


def main():
    edge = np.array([[edge_cell(rate, seed) for seed in EDGE_SEEDS] for rate in EDGE_RATES])
    cells = np.array(
        [[map_cell(rate, size)[1:] for rate in MAP_RATES] for size in MAP_SIZES]
    ).astype(np.float32)
    np.savez_compressed(
        STORED,
        edge_loss=edge[..., 0].astype(np.float32),
        edge_error=edge[..., 1].astype(np.float32),
        training_loss=cells[:, :, 0],
        validation_loss=cells[:, :, 1],
        validation_error=cells[:, :, 2],
    )
    print(f"{STORED.name}: {STORED.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
