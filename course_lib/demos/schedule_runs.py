"""Schedules of the learning rate on the digits, each with five seeds.

The runs lie beside this file in ``schedule_runs.npz``. ``python -m
course_lib.demos.schedule_runs`` computes them anew, in less than a minute of one core. Two
questions: does a falling rate lower the noise floor (batches of 10, three epochs, peak 0.2), and
does warm-up let training stand a rate at the edge (batches of 100, three epochs, peak 1)?
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.nn import constant, cosine, one_cycle, step_decay, warmup

from .digit_runs import digit_run
from .palette import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION, course_style
from .picture import Picture, new_figure

__all__ = [
    "NOISE",
    "WARM_UP",
    "ScheduleRuns",
    "Study",
    "load_schedule_runs",
    "schedule_run_figure",
]

STORED = Path(__file__).with_suffix(".npz")

SEEDS = range(5)
POINTS = 43


class Study(NamedTuple):
    """Runs that differ in their schedule only.

    Attributes
    ----------
    name : str
    batch_size, steps : int
    schedules : dict of str to callable (step) → float
    """

    name: str
    batch_size: int
    steps: int
    schedules: dict[str, Callable[[int], float]]


NOISE = Study(
    "noise",
    10,
    2100,
    {
        "constant 0.2": constant(0.2),
        "constant 0.02": constant(0.02),
        "step": step_decay(0.2, factor=0.1, every=1400),
        "cosine": cosine(0.2, total_steps=2100),
        "one-cycle": one_cycle(0.2, total_steps=2100),
    },
)
WARM_UP = Study(
    "warm_up",
    100,
    210,
    {
        "constant 1": constant(1.0),
        "warm-up of 20 steps": warmup(1.0, steps=20),
        "warm-up of 70 steps": warmup(1.0, steps=70),
        "one-cycle": one_cycle(1.0, total_steps=210),
    },
)


class ScheduleRuns(NamedTuple):
    """The runs of one study.

    Attributes
    ----------
    loss, error : ndarray, shape (schedules, seeds, points)
        On the validation digits: nats per digit, and fraction wrong.
    """

    loss: np.ndarray
    error: np.ndarray


def schedule_runs(study: Study) -> ScheduleRuns:
    """All runs of a study, computed anew."""
    runs = [
        [
            digit_run(
                schedule, batch_size=study.batch_size, steps=study.steps, points=POINTS, seed=seed
            )
            for seed in SEEDS
        ]
        for schedule in study.schedules.values()
    ]
    return ScheduleRuns(
        np.array([[run.validation_loss for run in row] for row in runs]),
        np.array([[run.validation_error for run in row] for row in runs]),
    )


def load_schedule_runs(study: Study) -> ScheduleRuns:
    """The stored runs of a study, in float64."""
    with np.load(STORED, allow_pickle=False) as stored:
        return ScheduleRuns(
            *(stored[f"{study.name}_{field}"].astype(float) for field in ScheduleRuns._fields)
        )


@course_style()
def schedule_run_figure(study: Study, runs: ScheduleRuns) -> Picture:
    """The schedules, the validation loss by step, and the final error of each seed.

    Parameters
    ----------
    study : Study
    runs : ScheduleRuns

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 2.6)
    rates, losses, finals = figure.subplots(1, 3, width_ratios=[1, 1.2, 1.25])
    steps = np.arange(study.steps)
    looks = ((BLUE, "-"), (GREY, ":"), (ORANGE, "--"), (VERMILION, "-."), (PURPLE, (0, (5, 1))))
    if study is WARM_UP:
        looks = (looks[0], (GREEN, "--"), looks[3], looks[4])
    means = 100 * runs.error[:, :, -1].mean(axis=1)
    for place, (name, (color, line)) in enumerate(zip(study.schedules, looks, strict=True)):
        look = {"color": color, "ls": line, "lw": 1.5}
        rates.plot(steps, [study.schedules[name](step) for step in steps], **look)
        at = np.linspace(0, study.steps, runs.loss.shape[-1])
        losses.plot(at, np.median(runs.loss[place], axis=0), **look)
        errors = 100 * runs.error[place, :, -1]
        finals.plot([0, means[place]], [place, place], **look)
        finals.plot(errors, np.full(len(errors), place), "o", color=color, ms=5, alpha=0.6, mew=0)
    rates.set(xlabel="step", ylabel="learning rate", ylim=(0, None))
    losses.set(xlabel="step", ylabel="validation loss (nats)", yscale="log")
    losses.set(ylim=(0.14, 2.6), yticks=[0.2, 0.5, 1, 2])
    losses.yaxis.set_major_formatter(lambda loss, _: f"{loss:g}")
    losses.yaxis.set_minor_formatter(lambda loss, _: "")
    finals.set_yticks(range(len(study.schedules)), list(study.schedules))
    finals.set(xlabel="final error (%), 5 seeds", xlim=(0, None))
    finals.invert_yaxis()
    finals.grid(False, axis="y")
    said = ", ".join(
        f"{name} {mean:.1f} %" for name, mean in zip(study.schedules, means, strict=True)
    )
    return Picture(
        figure,
        f"Learning rate and validation loss by step, and the final error of five seeds, for "
        f"{len(study.schedules)} schedules. Mean final error: {said}.",
    )


def main():
    arrays = {}
    for study in (NOISE, WARM_UP):
        for field, values in schedule_runs(study)._asdict().items():
            arrays[f"{study.name}_{field}"] = values.astype(np.float32)
    np.savez_compressed(STORED, **arrays)
    print(f"{STORED.name}: {STORED.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
