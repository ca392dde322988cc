"""Training twenty layers whose initial weights are twice too large, with each cure; stored.

The numbers lie beside this file in ``exploding_cures.npz``. ``python -m
course_lib.demos.exploding_cures`` computes them anew, in about two minutes of one core: for each
cure every rate of `RATES` is tried with the seed `TRIAL_SEED`, and the one with the best
validation accuracy is kept. With it, the runs of `SEEDS` are made, and these are stored. A run
that overflows counts as guessing.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.nn import clip_by_global_norm, clip_by_value

from .deep_training import GUESSING, best_of_rates, deep_run
from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import Picture, new_figure
from .words import percent

__all__ = [
    "CURES",
    "DEPTH",
    "GUESSING",
    "POINTS",
    "RATES",
    "SEEDS",
    "STEPS",
    "Cure",
    "StoredCures",
    "cure_run",
    "cures_figure",
    "load_cures",
]

STORED = Path(__file__).with_suffix(".npz")

DEPTH = 20
STEPS = 350
POINTS = 8
SEEDS = range(3)
TRIAL_SEED = 100
RATES = np.array([1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3])


def _by_value(gradients):
    clip_by_value(gradients, 0.01)


def _by_norm(gradients):
    clip_by_global_norm(gradients, 1.0)


class Cure(NamedTuple):
    """What is done about it.

    Attributes
    ----------
    clip : callable, optional
        As in `course_lib.nn.train`.
    scale : float
        Of He's initial weights.
    normalization : str
        As in `deep_network`.
    """

    clip: Callable | None = None
    scale: float = 2.0
    normalization: str = "none"


CURES = {
    "nothing": Cure(),
    "clip by value, at 0.01": Cure(clip=_by_value),
    "clip by norm, at 1": Cure(clip=_by_norm),
    "He's weights": Cure(scale=1.0),
    "He's weights, clip by norm": Cure(scale=1.0, clip=_by_norm),
    "batch normalisation": Cure(normalization="batch"),
}


class StoredCures(NamedTuple):
    """The stored runs; the first axis is that of `CURES`.

    Attributes
    ----------
    rate : ndarray, shape (cures,)
        The learning rate chosen.
    validation_accuracy : ndarray, shape (cures, SEEDS, POINTS)
        Along each run; NaN from where it overflows.
    """

    rate: np.ndarray
    validation_accuracy: np.ndarray

    @property
    def final(self) -> np.ndarray:
        """Accuracy at the end, shape (cures, SEEDS); guessing for a run that overflowed."""
        return np.nan_to_num(self.validation_accuracy[:, :, -1], nan=GUESSING)


def load_cures() -> StoredCures:
    """The stored runs, in float64."""
    with np.load(STORED, allow_pickle=False) as stored:
        return StoredCures(*(stored[name].astype(float) for name in StoredCures._fields))


def cure_run(name: str, learning_rate: float, seed: int, points: int = POINTS) -> np.ndarray:
    """One run with plain gradient descent on batches of 100 digits, computed anew.

    Parameters
    ----------
    name : str
        Of `CURES`.
    learning_rate : float
    seed : int
    points : int
        How many measurements, 2 or more; the first before training.

    Returns
    -------
    ndarray, shape (points,)
        Validation accuracy; NaN from where a number overflowed.
    """
    cure = CURES[name]
    run = deep_run(
        DEPTH,
        "ReLU",
        "He",
        scale=cure.scale,
        normalization=cure.normalization,
        learning_rate=learning_rate,
        clip=cure.clip,
        steps=STEPS,
        points=points,
        seed=seed,
    )
    return run.accuracy


@course_style()
def cures_figure(cures: StoredCures) -> Picture:
    """The accuracy at the end for each cure, a dot for each seed.

    Parameters
    ----------
    cures : StoredCures

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 3.0)
    ax = figure.subplots()
    told = []
    for row, (name, shares, rate) in enumerate(zip(CURES, cures.final, cures.rate, strict=True)):
        mean = shares.mean()
        ax.plot([0, 100 * mean], [row, row], "-", color=BLUE, lw=9, solid_capstyle="butt")
        ax.plot(100 * shares, np.full(len(shares), row), "o", color=VERMILION, mec="white", ms=6)
        overflows = np.isnan(cures.validation_accuracy[row, :, -1]).all()
        words = "overflows" if overflows else f"{percent(mean)}   rate {rate:g}"
        ax.text(103, row, words, va="center", color=INK)
        told.append(f"{name} {percent(mean)}")
    ax.axvline(100 * GUESSING, color=GREY, ls="--", lw=1.2)
    ax.set(xlim=(0, 100), ylim=(len(CURES) - 0.4, -0.6))
    ax.set_xlabel(f"validation accuracy after {STEPS} steps (%)")
    ax.set_yticks(range(len(CURES)), list(CURES))
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    return Picture(
        figure,
        f"Validation accuracy of networks with {DEPTH} ReLU layers that start from twice He's "
        f"weights, three seeds each, by cure: {'; '.join(told)}.",
    )


def _trial(name, learning_rate):
    return [cure_run(name, learning_rate, TRIAL_SEED, points=2)[-1]]


def main():
    rates, curves = [], []
    for name in CURES:
        rates.append(best_of_rates(RATES, partial(_trial, name)))
        curves.append([cure_run(name, rates[-1], seed) for seed in SEEDS])
        last = [f"{curve[-1]:.1%}" for curve in curves[-1]]
        print(f"{name}: rate {rates[-1]:g}, validation accuracy {', '.join(last)}", flush=True)
    np.savez_compressed(
        STORED,
        rate=np.array(rates),
        validation_accuracy=np.array(curves, dtype=np.float32),
    )


if __name__ == "__main__":
    main()
