"""Many runs on few digits, stored: by number of digits, width, cures, and wrong labels.

The numbers lie beside this file in ``overfitting_runs.npz``. ``python -m
course_lib.demos.overfitting_runs`` computes them anew, in about ten minutes of one core. Every
number is that of a `few_digits_run`; each setting has the five seeds `SEEDS`.

How strong each cure is was chosen with the three other seeds `TRIAL_SEEDS`: of each of `TRIALS`
the value with the lowest validation error at the end (``choose_strengths``). Dropout drops one
half, as is usual.
"""

from collections.abc import Iterable
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .few_digits import NO_CURE, POINTS, STEPS, Cures, FewDigitsRun, few_digits_run

__all__ = [
    "COMBINATIONS",
    "COUNTS",
    "NOISE",
    "NOISE_CURES",
    "SEEDS",
    "STEPS_TOLD",
    "STRENGTHS",
    "WIDTHS",
    "Runs",
    "choose_strengths",
    "combination",
    "load_runs",
]

STORED = Path(__file__).with_suffix(".npz")

SEEDS = range(5)
TRIAL_SEEDS = (100, 101, 102)
TRIALS = {
    "l1": (0.0001, 0.0003, 0.001),
    "l2": (0.001, 0.003, 0.01),
    "shift": (1, 2, 3),
}
STRENGTHS = Cures(dropout=0.5, l1=0.0001, l2=0.003, more_data=2, shift=2)
"""Each cure as strong as it is when it is switched on."""

COUNTS = (50, 100, 200, 500, 1000, 2000, 7000)
"""Training digits."""
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
"""Hidden units."""
NOISE = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares of wrong labels."""


def combination(*names: str) -> Cures:
    """The cures with these names switched on, each with its strength of `STRENGTHS`.

    Examples
    --------
    >>> combination("l2", "shift")
    Cures(dropout=0.0, l1=0.0, l2=0.003, more_data=1, shift=2)
    """
    return NO_CURE._replace(**{name: getattr(STRENGTHS, name) for name in names})


COMBINATIONS = tuple(
    combination(*(name for name, on in zip(Cures._fields, switches, strict=True) if on))
    for switches in product((False, True), repeat=len(Cures._fields))
)
"""Every cure on or off; early stopping is done beside each run."""
NOISE_CURES = (NO_CURE, *(combination(name) for name in Cures._fields), STRENGTHS)
"""No cure, each alone, all."""

FAMILIES = {
    "counts": [{"count": count} for count in COUNTS],
    "widths": [{"hidden": hidden} for hidden in WIDTHS],
    "cures": [{"cures": cures} for cures in COMBINATIONS],
    "noise": [
        {"cures": cures, "wrong_labels": share} for cures, share in product(NOISE_CURES, NOISE)
    ],
}
CURVES = ("training_loss", "training_error", "validation_loss", "validation_error")
STEPS_TOLD = np.rint(np.linspace(0, STEPS, POINTS)).astype(int)


class Runs(NamedTuple):
    """The runs of one family; the first axis is that of `COUNTS`, `WIDTHS`, `COMBINATIONS`, or
    of the pairs of `NOISE_CURES` and `NOISE`. For the rest see `FewDigitsRun`.

    Attributes
    ----------
    training_loss, training_error, validation_loss, validation_error
        Shape (settings, SEEDS, POINTS).
    best, stopped : ndarray of int, shape (settings, SEEDS)
        Points of early stopping.
    test_error, best_test_error : ndarray, shape (settings, SEEDS)
        At the end, and with early stopping.
    """

    training_loss: np.ndarray
    training_error: np.ndarray
    validation_loss: np.ndarray
    validation_error: np.ndarray
    best: np.ndarray
    stopped: np.ndarray
    test_error: np.ndarray
    best_test_error: np.ndarray

    def final(self, name: str, early: bool = False) -> np.ndarray:
        """A curve's value at the end, or at the point early stopping keeps.

        Parameters
        ----------
        name : str
            Of one of the four curves.
        early : bool

        Returns
        -------
        ndarray, shape (settings, SEEDS)
        """
        curve = getattr(self, name)
        if not early:
            return curve[..., -1]
        return np.take_along_axis(curve, self.best[..., None], axis=-1)[..., 0]


@cache
def load_runs(family: str) -> Runs:
    """The stored runs of a family: "counts", "widths", "cures" or "noise"."""
    if family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, not {family!r}.")
    with np.load(STORED, allow_pickle=False) as stored:
        curves = stored[f"{family}_curves"].astype(float)
        points = stored[f"{family}_points"].astype(int)
        errors = stored[f"{family}_errors"].astype(float)
    return Runs(*np.moveaxis(curves, 2, 0), *np.moveaxis(points, 2, 0), *np.moveaxis(errors, 2, 0))


def run_setting(family: str, index: int, seed: int) -> FewDigitsRun:
    """One stored run, computed anew."""
    return few_digits_run(**FAMILIES[family][index], seed=seed)


def choose_strengths() -> Cures:
    """`STRENGTHS` as the trials choose them."""
    chosen = {}
    for name, values in TRIALS.items():
        errors = [_trial_error(NO_CURE._replace(**{name: value})) for value in values]
        chosen[name] = values[int(np.argmin(errors))]
        print(name, *(f"{v:g}: {e:.4f}" for v, e in zip(values, errors, strict=True)))
    return STRENGTHS._replace(**chosen)


def _trial_error(cures):
    runs = (few_digits_run(cures, points=2, seed=seed) for seed in TRIAL_SEEDS)
    return np.mean([run.validation_error[-1] for run in runs])


def _arrays(family: str, runs: Iterable[Iterable[FewDigitsRun]]) -> dict[str, np.ndarray]:
    runs = list(runs)
    parts = {
        "curves": (CURVES, np.float32),
        "points": (("best", "stopped"), np.int8),
        "errors": (("test_error", "best_test_error"), np.float32),
    }
    return {
        f"{family}_{part}": np.array(
            [[[getattr(run, name) for name in names] for run in row] for row in runs], dtype
        )
        for part, (names, dtype) in parts.items()
    }


def main():
    print("strengths:", choose_strengths(), "as stored:", STRENGTHS)
    stored = {}
    for family, settings in FAMILIES.items():
        told = [[few_digits_run(**setting, seed=seed) for seed in SEEDS] for setting in settings]
        stored |= _arrays(family, told)
        print(family, "done", flush=True)
    np.savez_compressed(STORED, **stored)
    print(f"{STORED.name}: {STORED.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
