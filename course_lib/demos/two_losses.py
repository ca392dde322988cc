"""A neuron that starts out confidently wrong, trained with squared error and with cross-entropy."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.live import LiveFigure, Slider
from course_lib.nn import sigmoid

from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure

__all__ = ["TwoRuns", "logit_slopes", "train_neuron", "two_losses"]

STEPS = 10_000
NAMES = ("cross-entropy", "squared error")
LOOKS = ({"color": BLUE, "ls": "-"}, {"color": VERMILION, "ls": "--"})
MARKS = ("o", "s")


def logit_slopes(z: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """∂L/∂z of one example with label 1, p = σ(z), under two losses.

    cross-entropy −ln p:  p − 1;  squared error (1 − p)²:  2 (p − 1) · p (1 − p)

    Parameters
    ----------
    z : array_like

    Returns
    -------
    cross_entropy, squared_error : ndarray, shape of `z`
    """
    p = sigmoid(np.asarray(z, dtype=float))
    return p - 1, 2 * (p - 1) * p * (1 - p)


class TwoRuns(NamedTuple):
    """The probability of the right answer, before each step and after the last.

    Attributes
    ----------
    probabilities : ndarray, shape (2, steps + 1)
        Trained with cross-entropy, and with squared error.
    """

    probabilities: np.ndarray

    def steps_to(self, probability: float) -> tuple[int | None, int | None]:
        """After how many steps each run is above a probability; None if it never is."""
        above = self.probabilities > probability
        return tuple(int(row.argmax()) if row.any() else None for row in above)


def train_neuron(z: float, learning_rate: float = 1.0, steps: int = STEPS) -> TwoRuns:
    """Train one sigmoid neuron on one example with label 1, once with each loss.

    z ← z − α ∂L/∂z

    Parameters
    ----------
    z : float
        The logit with which both start.
    learning_rate : float
    steps : int

    Returns
    -------
    TwoRuns
    """
    slopes_at = (_cross_entropy_slope, _squared_error_slope)
    logits = np.empty((2, steps + 1))
    for row, slope_at in zip(logits, slopes_at, strict=True):
        here = row[0] = float(z)
        for step in range(steps):
            here -= learning_rate * slope_at(here)
            row[step + 1] = here
    return TwoRuns(sigmoid(logits))


def _cross_entropy_slope(z):
    return -1 / (1 + math.exp(z))


def _squared_error_slope(z):
    wrong = 1 / (1 + math.exp(z))
    return -2 * wrong * wrong * (1 - wrong)


@course_style()
def two_losses(start: float = -6.0) -> LiveFigure:
    """The slope of both losses over the logit, and both runs from a start to choose.

    Parameters
    ----------
    start : float
        The logit at which it opens: −8 to 4.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.2)
    left, right = figure.subplots(1, 2)
    z = np.linspace(-9, 9, 361)
    left.axhline(0, color=GREY, lw=0.8)
    for name, look, slope in zip(NAMES, LOOKS, logit_slopes(z), strict=True):
        left.plot(z, slope, label=name, **look)
    left.set(xlim=(-9, 9), ylim=(-1.12, 0.12), xlabel="logit z", ylabel="slope ∂L/∂z")
    left.text(-8.8, 0.02, "sure, and wrong", color=GREY, fontsize=8.5, va="bottom")
    left.text(8.8, 0.02, "sure, and right", color=GREY, fontsize=8.5, va="bottom", ha="right")
    left.legend(loc="lower right", fontsize=9)
    right.set(xscale="symlog", xlim=(-0.3, STEPS), ylim=(-0.03, 1.05), xlabel="training step")
    right.set_xticks([0, 1, 10, 100, 1000, 10_000])
    right.xaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
    right.minorticks_off()
    right.set(yticks=[0, 0.5, 1], yticklabels=["0 %", "50 %", "100 %"])
    right.set_ylabel("probability of the right answer")
    right.axhline(0.5, color=GREY, lw=0.8, ls=":")
    # As many points as the logarithmic axis can show.
    shown = np.unique(np.rint(np.geomspace(1, STEPS + 1, 240)).astype(int)) - 1
    curves = [right.plot([], [], animated=True, **look)[0] for look in LOOKS]
    dots, arrivals = (
        [
            ax.plot([], [], mark, color=look["color"], mec="white", ms=8, animated=True)[0]
            for mark, look in zip(MARKS, LOOKS, strict=True)
        ]
        for ax in (left, right)
    )
    (here,) = left.plot([], [], ":", color=INK, lw=1, animated=True)

    def update(start):
        runs = train_neuron(start)
        slopes = [float(slope) for slope in logit_slopes(start)]
        here.set_data([start, start], [slopes[0], 0])
        said = []
        for k, steps in enumerate(runs.steps_to(0.5)):
            dots[k].set_data([start], [slopes[k]])
            curves[k].set_data(shown, runs.probabilities[k, shown])
            there = steps is not None
            arrivals[k].set_data(([steps], [runs.probabilities[k, steps]]) if there else ([], []))
            when = f"after {_steps(steps)}" if there else f"not within {STEPS:,} steps"
            said.append(f"{NAMES[k]} has slope {slopes[k]:.4f} and is above 50 % {when}")
        p = runs.probabilities[0, 0]
        return f"it starts at {_percent(p)} for the right answer: {'; '.join(said)}".replace(
            "-0.", "−0."
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, the slope of two losses over the logit of the right answer: where the neuron is "
        "sure and wrong, cross-entropy has a slope near minus 1, squared error nearly none. Right, "
        "the probability of the right answer by training step under each of them.",
        start=Slider(
            -8, 4, start, step=0.25, label="Logit at the start", format=".2f", drag=(left, "x")
        ),
    )


def _steps(count):
    return f"{count:,} step{'s' * (count != 1)}"


def _percent(share):
    return f"{100 * share:.2g} %"
