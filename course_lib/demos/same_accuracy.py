"""Five starts of the same training, and four ways in which it ends elsewhere: stored runs.

The numbers lie beside this file in ``same_accuracy.npz``. ``python -m
course_lib.demos.same_accuracy`` computes them anew, in under a minute of one core.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.data import batches
from course_lib.live import Choice, LiveFigure
from course_lib.nn import (
    SGD,
    Network,
    NonFiniteError,
    TrainingDiverged,
    evaluate,
    softmax_cross_entropy,
    train,
)

from .digit_runs import digits
from .digit_training import digit_network
from .few_digits import few_digits, with_wrong_labels
from .palette import BLUE, GREEN, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .threads import one_thread
from .words import percent

__all__ = [
    "SCENARIOS",
    "SEEDS",
    "STEPS",
    "Scenario",
    "StartedRun",
    "load_starts",
    "same_accuracy",
    "start",
]

STORED = Path(__file__).with_suffix(".npz")

SEEDS = range(5)
STEPS, POINTS, BATCH_SIZE = 700, 36, 100
GUESSING = 0.1


class Scenario(NamedTuple):
    """What is trained, and how.

    Attributes
    ----------
    learning_rate : float
    count : int
        Of training digits.
    wrong_labels : float
        Share of the training labels replaced by another digit. With 0.9 a label tells nothing: it
        is right as often as any other.
    """

    learning_rate: float = 0.3
    count: int = 7000
    wrong_labels: float = 0.0


SCENARIOS = {
    "as in lesson 10": Scenario(),
    "learning rate 1,000 times lower": Scenario(learning_rate=0.0003),
    "learning rate 20 times higher": Scenario(learning_rate=6.0),
    "only 200 digits": Scenario(count=200),
    "200 digits, labels drawn by lot": Scenario(count=200, wrong_labels=0.9),
}
"""All with 64 hidden units, and 700 steps with 100 digits each."""


class StartedRun(NamedTuple):
    """One run from one start.

    Attributes
    ----------
    training, validation : ndarray, shape (points,)
        Accuracy along the run: on its own training digits with the labels they were given, and on
        validation digits with true labels.
    test : float
        Accuracy at its end, on the test digits.
    network : Network or None
        None if a number overflowed, or if the run was read from the file.
    """

    training: np.ndarray
    validation: np.ndarray
    test: float
    network: Network | None = None


def start(
    scenario: Scenario = SCENARIOS["as in lesson 10"], seed: int = 0, *, points: int = POINTS
) -> StartedRun:
    """Train from one start; the digits are the same for all seeds.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Of the weights and of the order of the digits.
    points : int
        How many measurements, 2 or more, the first before training, the last at the end.

    Returns
    -------
    StartedRun
        An overflow counts as guessing.
    """
    x, y = digits().train
    if scenario.count < len(y):
        x, y = few_digits(scenario.count)
    y = with_wrong_labels(y, scenario.wrong_labels)
    network = digit_network(seed, dtype=np.float32)
    order = batches(x, y, min(BATCH_SIZE, len(y)), epochs=None, seed=seed)
    records = train(
        network, order, loss=softmax_cross_entropy, optimizer=SGD(scenario.learning_rate)
    )
    told = np.full((2, points), GUESSING)
    at = np.rint(np.linspace(0, STEPS, points)).astype(int)
    test = GUESSING
    with one_thread(), np.errstate(over="ignore", invalid="ignore"):
        try:
            for point in range(points):
                for _ in range(at[point] - at[max(point - 1, 0)]):
                    next(records)
                told[:, point] = _right(network, x, y), _right(network, *digits().validation)
            test = _right(network, *digits().test)
        except (TrainingDiverged, NonFiniteError):
            network = None
    return StartedRun(*told, test, network)


def _right(network, x, y):
    return evaluate(network, x, y, loss=softmax_cross_entropy).accuracy


def load_starts() -> dict[str, list[StartedRun]]:
    """The stored runs of each of `SCENARIOS`, one for each of `SEEDS`."""
    with np.load(STORED, allow_pickle=False) as stored:
        curves, tests = stored["curves"].astype(float), stored["tests"].astype(float)
    return {
        name: [StartedRun(*told, test) for told, test in zip(curves[i], tests[i], strict=True)]
        for i, name in enumerate(SCENARIOS)
    }


@course_style()
def same_accuracy(scenario: str = "as in lesson 10") -> LiveFigure:
    """Accuracy along five runs, and at their ends on training, validation and test digits.

    Parameters
    ----------
    scenario : str
        One of `SCENARIOS`.

    Returns
    -------
    LiveFigure
    """
    starts = load_starts()
    figure = new_figure(7.2, 3.2)
    left, right = figure.subplots(1, 2, width_ratios=[1.5, 1], sharey=True)
    for ax in (left, right):
        ax.axhline(GUESSING, color=GREY, ls="--", lw=1.2)
        ax.set_ylim(0, 1.05)
        ax.set_yticks(np.linspace(0, 1, 6))
        ax.yaxis.set_major_formatter(lambda share, _: percent(share))
    left.set(xlim=(0, STEPS), xlabel="training step", ylabel="accuracy")
    left.text(STEPS, 0.03, "guessing ", color=GREY, fontsize=9, ha="right")
    parts = ("training", "validation", "test")
    right.set(xlim=(-0.5, 2.5), xlabel="at the end, five seeds")
    right.set_xticks(range(3), parts)
    right.grid(visible=False, axis="x")
    steps = np.linspace(0, STEPS, POINTS)
    training, validation = (
        [left.plot([], [], style, color=color, lw=1.2, animated=True)[0] for _ in SEEDS]
        for style, color in (("-", BLUE), ("--", VERMILION))
    )
    left.plot([], [], "-", color=BLUE, label="on its training digits")
    left.plot([], [], "--", color=VERMILION, label="on validation digits")
    figure.legend(loc="outside upper left", ncols=2, fontsize=9)
    dots = [
        right.plot([], [], marker, color=color, ms=6, alpha=0.75, mew=0, animated=True)[0]
        for marker, color in (("o", BLUE), ("s", VERMILION), ("^", GREEN))
    ]
    means = [
        right.text(i, 0, "", color=INK, ha="center", fontsize=9, animated=True) for i in range(3)
    ]
    nudges = np.linspace(-0.2, 0.2, len(SEEDS))

    def update(scenario):
        runs = starts[scenario]
        for run, line, other in zip(runs, training, validation, strict=True):
            line.set_data(steps, run.training)
            other.set_data(steps, run.validation)
        ends = np.array([(run.training[-1], run.validation[-1], run.test) for run in runs])
        for i, end in enumerate(ends.T):
            dots[i].set_data(i + nudges, end)
            mean = end.mean()
            means[i].set_position((i, mean + (0.06 if mean < 0.5 else -0.12)))
            means[i].set_text(percent(mean))
        low, high = ends[:, 2].min(), ends[:, 2].max()
        return (
            f"{scenario}: {percent(ends[:, 0].mean())} of their own training digits are right, "
            f"and {percent(ends[:, 2].mean())} of the test digits (means of five seeds; test from "
            f"{percent(low, 1)} to {percent(high, 1)})"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, the accuracy of five runs by training step, on the digits they learn from and "
        "on validation digits. Right, where they end on training, validation and test digits.",
        scenario=Choice(list(SCENARIOS), scenario, label="Training"),
    )


def main():
    runs = [[start(scenario, seed) for seed in SEEDS] for scenario in SCENARIOS.values()]
    np.savez_compressed(
        STORED,
        curves=np.array([[run[:2] for run in row] for row in runs], dtype=np.float32),
        tests=np.array([[run.test for run in row] for row in runs], dtype=np.float32),
    )
    for name, row in zip(SCENARIOS, runs, strict=True):
        print(name, *(f"{run.training[-1]:.3f}/{run.test:.4f}" for run in row))


if __name__ == "__main__":
    main()
