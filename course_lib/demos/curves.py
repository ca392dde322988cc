"""The two curves everyone watches while a network trains: loss and accuracy."""

import io
import math
import time

import numpy as np
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from .history import History, Measurement
from .palette import BLUE, GREY, course_style, line_colors
from .picture import DPI, Picture, new_figure
from .words import percent

__all__ = ["FastCurves", "LiveCurves", "TrainingCurves", "loss_figure", "running_mean"]

SMOOTHED_OVER = 10  # batches
FIRST_STEPS = 100  # the curves start with room for so many
MOST_POINTS = 1000  # more than the pixels of an axis would only cost time
REDRAW_SECONDS = 0.3


def running_mean(values, window=SMOOTHED_OVER):
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


def room_for(steps):
    """Where the step axis ends: 100, 200, 500, 1000, …, so that it seldom changes."""
    if steps <= FIRST_STEPS:
        return FIRST_STEPS
    decade = 10 ** math.floor(math.log10(steps))
    return next(k * decade for k in (1, 2, 5, 10) if steps <= k * decade)


@course_style()
def loss_figure(losses):
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
    """Loss on the left, accuracy on the right, both over the training steps.

    Parameters
    ----------
    dark : bool
        Whether the paper is black.
    compare : bool
        Whether there may be an earlier run, and the legend says so.
    width, height : float
        In inches.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    moving : list of Artist
        What `update` changes; animated, as blitting wants it.
    last_step : int
        Where the step axes end.
    """

    TOP_LOSS = 3.0  # a little above ln 10 = 2.303, the loss of guessing

    def __init__(self, *, dark=False, compare=False, width=7.6, height=2.9):
        first, second = line_colors(dark)
        with course_style(dark):
            self.figure = new_figure(width, height)
            self._axes = self.figure.subplots(1, 2)
            for ax in self._axes:
                ax.set_xlabel("training step")
            loss, accuracy = self._axes
            loss.set(ylim=(0, self.TOP_LOSS), ylabel="loss (nats per digit)")
            accuracy.set(ylim=(0, 1), ylabel="accuracy", yticks=np.linspace(0, 1, 6))
            accuracy.yaxis.set_major_formatter(lambda share, _: percent(share))

            def line(ax, color, **look):
                return ax.plot([], [], color=color, animated=True, **look)[0]

            dashed = {"ls": "--", "lw": 1.6, "label": "validation digits"}
            self._earlier = [
                line(ax, GREY, lw=1.4, ls=":", label="run before") for ax in self._axes
            ]
            self._batch = line(loss, first, lw=0.7, alpha=0.45)
            self._smooth = line(loss, first, label="training batches")
            self._loss = line(loss, second, **dashed)
            self._accuracy = line(accuracy, second, **dashed)
            self._returns = [
                ax.vlines([], 0, 1, transform=ax.get_xaxis_transform(), lw=1, ls="-.", color=GREY)
                for ax in self._axes
            ]
            for marks in self._returns:
                marks.set_animated(True)
            handles = [self._smooth, self._loss, *self._earlier[:compare]]
            loss.legend(handles=handles, loc="upper right", fontsize=9)
        self.moving = [
            *self._earlier,
            self._batch,
            self._smooth,
            self._loss,
            self._accuracy,
            *self._returns,
        ]
        self._fit(0)

    def update(self, history, earlier=None):
        """Show a `History`, and that of a run before it as dotted lines."""
        losses = history.losses
        steps = np.arange(1, len(losses) + 1)
        self._batch.set_data(*_thinned(steps, losses))
        self._smooth.set_data(*_thinned(steps, running_mean(losses)))
        measured, accuracies = history.measured_steps, 1 - history.validation_errors
        self._loss.set_data(*_thinned(measured, history.validation_losses))
        self._accuracy.set_data(*_thinned(measured, accuracies))
        for marks in self._returns:
            marks.set_segments([[(step, 0), (step, 1)] for step, _ in history.returns])
        before = earlier or History()
        steps = np.arange(1, len(before) + 1)
        self._earlier[0].set_data(*_thinned(steps, running_mean(before.losses)))
        self._earlier[1].set_data(*_thinned(before.measured_steps, 1 - before.validation_errors))
        self._fit(max(len(history), len(before)))

    def _fit(self, steps):
        self.last_step = room_for(steps)
        for ax in self._axes:
            ax.set_xlim(0, self.last_step)


def _thinned(x, y):
    """At most about `MOST_POINTS` of the points, the last one always among them."""
    stride = -(-len(x) // MOST_POINTS) or 1
    return x[::-1][::stride][::-1], y[::-1][::stride][::-1]


class FastCurves:
    """`TrainingCurves` as a stream of PNG files: only the lines are drawn anew.

    Parameters
    ----------
    dark : bool
    sharpness : float
        Pixels of the file per pixel on the page.
    """

    def __init__(self, *, dark=False, sharpness=1.5):
        self._dark = dark
        self._curves = TrainingCurves(dark=dark, compare=True)
        self._curves.figure.set_dpi(sharpness * DPI)
        self._canvas = FigureCanvasAgg(self._curves.figure)
        self._background = None
        self._drawn_to = None

    def draw(self, history, earlier=None):
        """The curves of a `History` as the bytes of a PNG file."""
        curves, canvas = self._curves, self._canvas
        curves.update(history, earlier)
        with course_style(self._dark):
            if self._drawn_to != curves.last_step:
                canvas.draw()
                # Finding the layout takes longer than drawing; it does not change any more.
                curves.figure.set_layout_engine("none")
                self._background = canvas.copy_from_bbox(curves.figure.bbox)
                self._drawn_to = curves.last_step
            canvas.restore_region(self._background)
            for artist in curves.moving:
                artist.axes.draw_artist(artist)
        pixels = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
        file = io.BytesIO()
        pixels.convert("RGB").save(file, "png", compress_level=1)
        return file.getvalue()


class LiveCurves:
    """Curves that are shown at once and redrawn while a loop feeds them.

    Parameters
    ----------
    alt : str
        What a screen reader, or a page without pictures, says in their place.
    """

    ALT = "Two curves by training step: loss of training batches, and validation accuracy."

    def __init__(self, alt=ALT):
        self.alt = alt
        self._curves = TrainingCurves()
        self._history = History()
        self._handle = display(self._picture(), display_id=True)
        self._drawn = time.monotonic()

    def add(self, record):
        """Note a `TrainingRecord`."""
        self._history.add(record.loss, record.learning_rate, 0)
        if time.monotonic() - self._drawn > REDRAW_SECONDS:
            self.draw()

    def measure(self, evaluation):
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
        return Picture(self._curves.figure, self.alt)
