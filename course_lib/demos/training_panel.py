"""The training panel of lesson 10: start, pause, step, reset, two sliders, two curves."""

import math
import pathlib
import time

import anywidget
import traitlets

from .cells import close_earlier_runs
from .curves import FastCurves, TrainingCurves
from .digit_training import TrainingSession
from .picture import Picture
from .slices import SlicedLoop
from .threads import one_thread
from .words import percent

__all__ = ["BATCH_SIZES", "LEARNING_RATES", "TrainingPanel"]

STATIC = pathlib.Path(__file__).parent / "static"

LEARNING_RATES = [
    float(f"{factor}e{exponent}") for exponent in range(-4, 1) for factor in (1, 1.5, 2, 3, 5, 7)
] + [10.0]
BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
PACES = {"slow: 5 steps a second": 5, "normal: 50 steps a second": 50, "as fast as it goes": None}

READY = "Ready to train MNIST classifier"
NUMBERS_SECONDS = 0.1
CURVES_SECONDS = 0.25
SAMPLE_STEPS = 150


class TrainingPanel(anywidget.AnyWidget):
    """A `TrainingSession` with buttons, sliders and curves, in a notebook.

    Training runs in slices of a few hundredths of a second on the kernel's event loop: other
    cells run and the sliders count while it trains. Running the cell again ends the run that it
    had started before.

    Parameters
    ----------
    session : TrainingSession or None
        None for a new one.
    **options
        Of the new `TrainingSession`, e.g. ``seed=1``.

    Attributes
    ----------
    session : TrainingSession
        With the network and the whole history.
    learning_rate, batch_size
        Traits, as every widget has them: they follow the sliders and the sliders follow them.
    """

    _esm = STATIC / "training_panel.js"
    _css = STATIC / "training_panel.css"

    learning_rate = traitlets.Float(min=0).tag(sync=True)
    batch_size = traitlets.Int(min=1).tag(sync=True)
    pace = traitlets.Enum(list(PACES), default_value="normal: 50 steps a second").tag(sync=True)
    learning_rates = traitlets.List(LEARNING_RATES).tag(sync=True)
    batch_sizes = traitlets.List(BATCH_SIZES).tag(sync=True)
    paces = traitlets.List(list(PACES)).tag(sync=True)
    dark = traitlets.Bool(False).tag(sync=True)

    status = traitlets.Unicode(READY).tag(sync=True)
    running = traitlets.Bool(False).tag(sync=True)
    numbers = traitlets.List().tag(sync=True)
    explanation = traitlets.List().tag(sync=True)
    curves = traitlets.Bytes().tag(sync=True)
    curves_alt = traitlets.Unicode().tag(sync=True)

    def __init__(self, session=None, **options):
        self.session = TrainingSession(**options) if session is None else session
        self._loop = SlicedLoop(self._advance, self._after_slice)
        self._curves = None
        self._shown_at = self._drawn_at = -math.inf
        super().__init__(
            learning_rate=self.session.learning_rate, batch_size=self.session.batch_size
        )
        self.observe(self._on_controls, ["learning_rate", "batch_size", "pace"])
        self.observe(lambda _: self._on_theme(), "dark")
        self.on_msg(self._on_button)
        self._on_controls(None)
        self._show()
        close_earlier_runs(self)

    def start(self):
        """Train on, until `pause`, a divergence, or the end of the kernel."""
        self.explanation = []
        self.status = "Training …"
        self._loop.start()
        self.running = True

    def pause(self):
        """Stop after the present step; `start` goes on from there."""
        if self._loop.running:
            self._loop.stop()
            self._show()

    def step(self):
        """Make a single step, and measure."""
        self._stop()
        if self._advance():
            self.session.measure()
        self._show()

    def reset(self):
        """Back to the untrained network; the curves of the run stay, dotted."""
        self._stop()
        self.session.reset()
        self._show()

    def close(self):
        """End the run and take the panel off the page."""
        self._loop.stop()
        super().close()

    def _stop(self):
        self._loop.stop()
        self._loop.error = None

    def _advance(self):
        with one_thread():
            return self.session.advance()

    def _after_slice(self, finished):
        now = time.monotonic()
        if finished:
            self._loop.stop()
            self._show()
        elif now - self._drawn_at > CURVES_SECONDS:
            self._show_curves()
        elif now - self._shown_at > NUMBERS_SECONDS:
            self._show_numbers()

    def _on_controls(self, change):
        self.session.learning_rate = self.learning_rate
        self.session.batch_size = self.batch_size
        self._loop.pace = PACES[self.pace]

    def _on_button(self, _, content, buffers):
        action = {
            "start": self.start,
            "pause": self.pause,
            "step": self.step,
            "reset": self.reset,
        }.get(content.get("press"))
        if action:
            action()

    def _on_theme(self):
        self._curves = None
        self._show_curves()

    def _show(self):
        """Bring everything up to date."""
        session, latest = self.session, self.session.latest
        with self.hold_sync():
            self.running = self._loop.running
            self.explanation = []
            if self._loop.error is not None:
                error = self._loop.error
                self.status = f"Stopped by an error: {type(error).__name__}"
                self.explanation = [str(error), "Press Reset to begin again."]
            elif session.divergence is not None:
                self.status = session.divergence.what
                self.explanation = [session.divergence.cause, session.divergence.way_on]
            elif session.step == 0:
                self.status = READY
            else:
                self.status = (
                    f"Paused at step {session.step:,}: validation error {percent(latest.error, 1)}"
                )
            self._show_numbers()
            self._show_curves()

    def _show_numbers(self):
        session, latest = self.session, self.session.latest
        numbers = [
            ["validation error", percent(latest.error, 1)],
            ["accuracy", percent(latest.accuracy, 1)],
            ["training step", f"{session.step:,}"],
            ["epoch", f"{session.epoch + 1:,}"],
        ]
        if latest.hidden:
            numbers.append(["hidden units that respond", f"{latest.responding} of {latest.hidden}"])
        self.numbers = numbers
        self._shown_at = time.monotonic()

    def _show_curves(self):
        if self._curves is None:
            self._curves = FastCurves(dark=self.dark)
        session, latest = self.session, self.session.latest
        earlier = session.earlier_runs[-1] if session.earlier_runs else None
        with self.hold_sync():
            self._show_numbers()
            self.curves = self._curves.draw(session.history, earlier)
            self.curves_alt = (
                f"Curves of loss and accuracy over {session.step:,} training steps; validation "
                f"loss {latest.loss:.3g}, accuracy {percent(latest.accuracy, 1)}."
            )
        self._drawn_at = time.monotonic()

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        # Where widgets are off, empty axes would show nothing: a short run stands in for them.
        sample = TrainingSession(
            (self.session.training_digits, self.session.validation_digits), seed=self.session.seed
        )
        with one_thread():
            while sample.step < SAMPLE_STEPS:
                sample.advance()
        text = (
            f"{READY}. An interactive panel: Start, Pause, Step, Reset, learning rate, batch size. "
            f"It needs a running notebook; the picture shows the curves of a run of {SAMPLE_STEPS} "
            f"steps at learning rate {sample.learning_rate:g}, batch size {sample.batch_size}."
        )
        curves = TrainingCurves()
        curves.update(sample.history)
        pictured, look = Picture(curves.figure, text)._repr_mimebundle_()
        return {**data, **pictured}, {**metadata, **look}
