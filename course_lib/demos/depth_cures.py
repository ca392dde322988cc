"""Which cures let a network of twenty hidden layers learn the digits: all combinations, stored.

The numbers lie beside this file in ``depth_cures.npz``. ``python -m
course_lib.demos.depth_cures`` computes them anew, in about ten minutes of one core: for each
combination of activation, initial weights, residual connections and batch normalisation, every
rate of `RATES` is tried with the seeds `TRIAL_SEEDS`, and the one with the best validation
accuracy is kept. With it, the runs of `SEEDS` are made, and these are stored. A run that
overflows counts as guessing.
"""

from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .deep_signal import ACTIVATIONS
from .deep_training import GUESSING, DeepRun, accuracy_on_test_digits, best_of_rates, deep_run

__all__ = [
    "COMBINATIONS",
    "DEPTH",
    "GUESSING",
    "POINTS",
    "RATES",
    "SEEDS",
    "STEPS",
    "Combination",
    "DepthCures",
    "cure_run",
    "load_depth_cures",
]

STORED = Path(__file__).with_suffix(".npz")

DEPTH = 20
STEPS = 350
POINTS = 15
SEEDS = range(5)
TRIAL_SEEDS = (100, 101)
RATES = np.array([0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0])


class Combination(NamedTuple):
    """What a network is made of; by default, without any cure.

    Attributes
    ----------
    activation : str
        Of `ACTIVATIONS`.
    fitting : bool
        Initial weights that fit the activation: He for ReLU, Xavier for the others. Else small
        ones, whatever the activation.
    residual : bool
    normalization : bool
        Batch normalisation before each activation.
    """

    activation: str = "sigmoid"
    fitting: bool = False
    residual: bool = False
    normalization: bool = False

    @property
    def initializer(self) -> str:
        """Its name in `deep_signal.INITIALIZERS`."""
        if not self.fitting:
            return "small"
        return "He" if self.activation == "ReLU" else "Xavier"


COMBINATIONS = tuple(Combination(*parts) for parts in product(ACTIVATIONS, *[(False, True)] * 3))


class DepthCures(NamedTuple):
    """The stored runs; the first axis is that of `COMBINATIONS`.

    Attributes
    ----------
    rate : ndarray, shape (combinations,)
        The learning rate chosen.
    validation_accuracy : ndarray, shape (combinations, SEEDS, POINTS)
        Along each run; NaN from where it overflows.
    test_accuracy : ndarray, shape (combinations, SEEDS)
        At its end; `GUESSING` for a run that overflowed.
    """

    rate: np.ndarray
    validation_accuracy: np.ndarray
    test_accuracy: np.ndarray

    def test(self, combination: Combination) -> np.ndarray:
        """Test accuracy of each seed of one combination, shape (SEEDS,)."""
        return self.test_accuracy[COMBINATIONS.index(combination)]

    def overflows(self, combination: Combination) -> bool:
        """Whether all its runs broke off, at whatever rate."""
        curves = self.validation_accuracy[COMBINATIONS.index(combination)]
        return bool(np.isnan(curves[:, -1]).all())


def load_depth_cures() -> DepthCures:
    """The stored runs, in float64."""
    with np.load(STORED, allow_pickle=False) as stored:
        return DepthCures(*(stored[name].astype(float) for name in DepthCures._fields))


def cure_run(
    combination: Combination, learning_rate: float, seed: int, points: int = POINTS
) -> DeepRun:
    """One run, computed anew.

    Parameters
    ----------
    combination : Combination
    learning_rate : float
    seed : int
    points : int
        How many measurements.

    Returns
    -------
    DeepRun
    """
    return deep_run(
        DEPTH,
        combination.activation,
        combination.initializer,
        residual=combination.residual,
        normalization="batch" if combination.normalization else "none",
        learning_rate=learning_rate,
        steps=STEPS,
        points=points,
        seed=seed,
    )


def _trial(combination, learning_rate):
    return [
        cure_run(combination, learning_rate, seed, points=2).accuracy[-1] for seed in TRIAL_SEEDS
    ]


def main():
    rates, curves, tests = [], [], []
    for combination in COMBINATIONS:
        rates.append(best_of_rates(RATES, partial(_trial, combination)))
        runs = [cure_run(combination, rates[-1], seed) for seed in SEEDS]
        curves.append([run.accuracy for run in runs])
        tests.append([accuracy_on_test_digits(run) for run in runs])
        print(*combination, f"rate {rates[-1]:g}, test accuracy {np.mean(tests[-1]):.1%}")
    np.savez_compressed(
        STORED,
        rate=np.array(rates),
        validation_accuracy=np.array(curves, dtype=np.float32),
        test_accuracy=np.array(tests, dtype=np.float32),
    )


if __name__ == "__main__":
    main()
