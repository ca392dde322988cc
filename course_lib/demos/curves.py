"""The two curves everyone watches while a network trains: loss and accuracy."""

import math
import time

import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory
from numpy.typing import ArrayLike

from course_lib.nn import Evaluation, TrainingRecord

from .history import History, Measurement
from .palette import BLUE, GREY, VERMILION, course_style
from .picture import Picture, new_figure
from .words import percent

__all__ = ["LiveCurves", "TrainingCurves", "loss_figure", "running_mean"]

SMOOTHED_OVER = 10  # batches
TICKS = (0, 0.25, 0.5, 0.75, 1)
FIRST_STEPS = 100  # the curves start with room for so many
MOST_POINTS = 250  # a line needs no more for the width of these axes
REDRAW_SECONDS = 0.3


def running_mean(values: ArrayLike, window: int = SMOOTHED_OVER) -> np.ndarray:
    """The mean of each value and those before it, at most `window` of them; NaN is left out.

    Parameters
    ----------
    values : array_like, shape (n,)
    window : int

    Returns
    -------
    ndarray, shape (n,)
        NaN where there is nothing to take the mean of.
    """
    values = np.asarray(values, dtype=float)
    known = np.isfinite(values)
    sums = np.cumsum(np.where(known, values, 0.0))
    counts = np.cumsum(known).astype(float)
    sums[window:] -= sums[:-window].copy()
    counts[window:] -= counts[:-window].copy()
    return np.divide(sums, counts, out=np.full(len(values), np.nan), where=counts > 0)


def room_for(steps: int) -> int:
    """Where the step axis ends: 100, 200, 500, 1000, …, so that it seldom changes."""
    if steps <= FIRST_STEPS:
        return FIRST_STEPS
    decade = 10 ** math.floor(math.log10(steps))
    return next(k * decade for k in (1, 2, 5, 10) if steps <= k * decade)


@course_style()
def loss_figure(losses: ArrayLike) -> Picture:
    """The loss of each training batch, and the mean of the last few.

    Parameters
    ----------
    losses : array_like, shape (steps,)

    Returns
    -------
    Picture
    """
    losses = np.asarray(losses)
    steps = np.arange(1, len(losses) + 1)
    figure = new_figure(7.2, 2.7)
    ax = figure.subplots()
    ax.plot(steps, losses, color=BLUE, lw=0.9, alpha=0.55, label="each batch")
    ax.plot(steps, running_mean(losses), color=BLUE, label=f"mean of the last {SMOOTHED_OVER}")
    ax.set(xlabel="training step", ylabel="loss (nats per digit)", ylim=(0, None))
    ax.legend()
    return Picture(
        figure,
        f"The loss of each of {len(losses)} training batches: jagged, and from "
        f"{losses[0]:.1f} at the start to about {running_mean(losses)[-1]:.1f} at the end.",
    )


class TrainingCurves:
    """Loss and accuracy, each in its axes, over the training steps.

    The axes themselves never change: steps are drawn from 0 to 1, and the numbers below them are
    moving texts. So everything that changes is animated, and the rest can be drawn once.

    Parameters
    ----------
    loss, accuracy : matplotlib.axes.Axes
    compare : bool
        Whether there may be an earlier run, and the legend says so.

    Attributes
    ----------
    last_step : int
        Where the step axes end now.
    """

    TOP_LOSS = 3.0  # a little above ln 10 = 2.303, the loss of guessing

    @course_style()
    def __init__(self, loss: Axes, accuracy: Axes, *, compare: bool = False):
        loss.set(ylim=(0, self.TOP_LOSS), ylabel="loss (nats per digit)")
        accuracy.set(ylim=(0, 1), ylabel="accuracy", yticks=np.linspace(0, 1, 6))
        accuracy.yaxis.set_major_formatter(lambda share, _: percent(share))
        self._numbers = []
        for ax in (loss, accuracy):
            ax.set(xlim=(0, 1), xlabel="training step")
            # Blank labels keep the room in which the moving ones stand.
            ax.set_xticks(TICKS, [" "] * len(TICKS))
            below = blended_transform_factory(ax.transData, ax.transAxes)
            for tick in TICKS:
                number = ax.text(
                    tick, -0.035, "", transform=below, ha="center", va="top", animated=True
                )
                self._numbers.append((tick, number))

        def line(ax, color, **look):
            return ax.plot([], [], color=color, animated=True, **look)[0]

        dotted = {"ls": ":", "lw": 1.4, "label": "earlier run"}
        dashed = {"ls": "--", "lw": 1.6, "label": "validation digits"}
        self._earlier = [line(ax, GREY, **dotted) for ax in (loss, accuracy)]
        self._batch = line(loss, BLUE, lw=0.7, alpha=0.45)
        self._smooth = line(loss, BLUE, label="training batches")
        self._loss = line(loss, VERMILION, **dashed)
        self._accuracy = line(accuracy, VERMILION, **dashed)
        self._returns = [line(ax, GREY, lw=1, ls="-.") for ax in (loss, accuracy)]
        handles = [self._smooth, self._loss, *self._earlier[:compare]]
        loss.legend(handles=handles, loc="upper right", fontsize=9)
        self._fit(0)

    def update(self, history: History, earlier: History | None = None):
        """Show a run, and one before it as dotted lines."""
        before = earlier or History()
        self._fit(max(len(history), len(before)))
        losses = history.losses
        steps = np.arange(1, len(losses) + 1)
        self._draw(self._batch, steps, losses)
        self._draw(self._smooth, steps, running_mean(losses))
        measured, accuracies = history.measured_steps, 1 - history.validation_errors
        self._draw(self._loss, measured, history.validation_losses)
        self._draw(self._accuracy, measured, accuracies)
        steps = np.arange(1, len(before) + 1)
        self._draw(self._earlier[0], steps, running_mean(before.losses))
        self._draw(self._earlier[1], before.measured_steps, 1 - before.validation_errors)
        for marks, top in zip(self._returns, (self.TOP_LOSS, 1), strict=True):
            # One line for all: up, down, and along the bottom to the next.
            at = np.repeat([step for step, _ in history.returns], 3) / self.last_step
            marks.set_data(at, np.tile([0, top, 0], len(history.returns)))

    def _draw(self, line, steps, values):
        steps, values = thinned(steps, values)
        line.set_data(np.asarray(steps) / self.last_step, values)

    def _fit(self, steps):
        self.last_step = room_for(steps)
        for tick, number in self._numbers:
            number.set_text(f"{tick * self.last_step:,.0f}")


def thinned(*columns: np.ndarray) -> list[np.ndarray]:
    """Every so many-th value of columns that belong together, the last one always among them."""
    stride = -(-len(columns[0]) // MOST_POINTS) or 1
    return [column[::-1][::stride][::-1] for column in columns]


class LiveCurves:
    """Curves that are shown at once and redrawn while a loop feeds them.

    Parameters
    ----------
    alt : str
        What a screen reader, or a page without pictures, says in their place.
    """

    ALT = "Two curves by training step: loss of training batches, and validation accuracy."

    def __init__(self, alt: str = ALT):
        self.alt = alt
        with course_style():
            self._figure = new_figure(7.6, 2.9)
            self._curves = TrainingCurves(*self._figure.subplots(1, 2))
        self._history = History()
        self._handle = display(self._picture(), display_id=True)
        self._drawn = time.monotonic()

    def add(self, record: TrainingRecord):
        """Note a `TrainingRecord`."""
        self._history.add(record.loss, record.learning_rate, 0)
        if time.monotonic() - self._drawn > REDRAW_SECONDS:
            self.draw()

    def measure(self, evaluation: Evaluation):
        """Note an `Evaluation` of the network as it is after the records so far."""
        loss, accuracy = evaluation
        self._history.measurements.append(Measurement(len(self._history), loss, 1 - accuracy))

    def draw(self):
        """Bring the picture up to date; once more after the loop."""
        self._curves.update(self._history)
        if self._handle is not None:
            self._handle.update(self._picture())
        self._drawn = time.monotonic()

    def _picture(self):
        return Picture(self._figure, self.alt)
