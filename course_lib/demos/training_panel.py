"""The training panel of lesson 10: a ball that rolls down the error mountain, and its controls."""

import time
from collections.abc import Iterator
from dataclasses import replace

from course_lib.data import Split
from course_lib.live import Choice, Slider, StreamFigure

from .digit_training import TrainingSession
from .error_mountain import MOUNTAIN_SEED, load_error_mountain
from .threads import one_thread
from .training_figure import Track, TrainingFigure
from .words import percent, plain

__all__ = ["TrainingPanel"]

READY = "Ready to train MNIST classifier"
CHECKPOINT = "stored checkpoint, test error 45.0 %"
SCRATCH = "scratch, error about 90 %"
SPEEDS = {"5 steps a second": 5, "50 steps a second": 50, "as fast as it goes": None}
# A frame takes longer to make than a step.
STEPS_PER_FRAME_AT_FULL_SPEED = 10
WAIT_SECONDS = 0.002
ALT = (
    "Left, a mountain: the loss of the network on a plane through the space of its weights, with a "
    "ball where the weights are and the path it has rolled. Right, two curves by training step: "
    "the loss, and the accuracy on validation digits."
)


class TrainingPanel(StreamFigure):
    """A `TrainingSession` with start, pause, step, reset, sliders, curves and a rolling ball.

    Training runs in short slices on the kernel's event loop, so other cells run meanwhile.

    Parameters
    ----------
    data : (Split, Split) or MNIST or None
        Training and validation digits; None for the embedded ones.

    Attributes
    ----------
    session : TrainingSession
        With the network and its whole history.
    learning_rate, batch_size, start_from, speed
        Where the controls stand. Rate and size count from the next step on; another start begins
        the run again.
    """

    def __init__(self, data: tuple[Split, ...] | None = None):
        self._mountain = load_error_mountain()
        self.session = TrainingSession(data, seed=MOUNTAIN_SEED, start=self._mountain.checkpoint)
        self._drawing = TrainingFigure(self._mountain.slice)
        self._stand_at_start(CHECKPOINT)
        self._paced = None
        super().__init__(
            self._drawing.figure,
            lambda session: self._caption if self._between_frames() else self._draw(),
            self._train,
            alt=ALT,
            every=1,
            max_bytes=32_000_000,
            ready=self._start_in_words(CHECKPOINT),
            noun="step",
            controls={
                "learning_rate": Slider(1e-4, 10, 0.1, log=True, positions=51, format=plain),
                "batch_size": Slider(
                    1, 1000, 100, log=True, integer=True, positions=31, format=_digits
                ),
                "start_from": Choice([CHECKPOINT, SCRATCH]),
                "speed": Choice(SPEEDS, SPEEDS["50 steps a second"]),
            },
        )
        self.observe(self._use_controls, ["learning_rate", "batch_size"])
        self.observe(lambda change: self.reset(), "start_from")

    def _stand_at_start(self, start):
        self._track = Track(self._mountain.slice)
        self._track.add(self.session.network.parameters)
        self._drawing.update(self.session, self._track)

    def _start_in_words(self, start):
        error = percent(self.session.latest.error, 1)
        if start == CHECKPOINT:
            return (
                f"{READY}. It starts from a stored checkpoint, half-way down: on the 2,000 test "
                f"digits its error was measured as 45.0 %, on the validation digits it is {error}."
            )
        return f"{READY}. It starts from random weights; their validation error is {error}."

    def _use_controls(self, change):
        self.session.learning_rate = self.learning_rate
        self.session.batch_size = self.batch_size

    def _train(self) -> Iterator[TrainingSession]:
        session = self.session
        while True:
            with one_thread():
                session.advance()
                if self.status != "running":
                    session.measure()  # a single step is followed closely
            self._track.add(session.network.parameters)
            if session.divergence:
                self._pause()
            yield session

    def _between_frames(self):
        return self.status == "running" and self.count % self.stride > 0

    def _draw(self):
        session, latest = self.session, self.session.latest
        self._drawing.update(session, self._track)
        if session.divergence:
            return str(session.divergence)
        words = [
            f"Step {session.step:,}, epoch {session.epoch + 1}: validation error "
            f"{percent(latest.error, 1)}, accuracy {percent(latest.accuracy, 1)}, "
            f"loss {plain(latest.loss)}."
        ]
        if latest.responding < latest.hidden:
            words.append(f"{latest.responding} of {latest.hidden} hidden units still respond.")
        if not self._track.inside:
            words.append("The ball has left the part of the mountain that was measured.")
        return " ".join(words)

    # What differs from other streams: its pace, its words, and where a reset leads.

    def _advance(self, made):
        if self.status == "running" and not self._is_due():
            # Within a slice, after which all others have their turn; so the wait is short.
            time.sleep(WAIT_SECONDS)
            return
        super()._advance(made)
        if self.status == "paused":
            self._keep_present(made)

    def _is_due(self):
        """Whether the next step should be made now, to keep the pace since it was chosen."""
        now, pace = time.perf_counter(), self.speed
        if self._paced is None or self._paced[0] != pace:
            self._paced = pace, now, self.count
            self.stride = max(self.stride, 1 if pace else STEPS_PER_FRAME_AT_FULL_SPEED)
        _, begun, count = self._paced
        return pace is None or self.count - count < pace * (now - begun)

    def _keep_present(self, made):
        """Where a run stands still there is always a frame, also between two of a stride."""
        if self.count not in self._frames:
            with self._lock:
                self._caption = self._draw()
                self._keep(self.count, made)

    def _reset(self):
        start = self.start_from
        self.session.start = self._mountain.checkpoint if start == CHECKPOINT else None
        self.session.reset()
        with self._lock:
            self._stand_at_start(start)
            self._ready = self._start_in_words(start)
            self._opening_frame = replace(
                self._opening_frame, data=self.scene.read(), caption=self._ready
            )
        super()._reset()

    def _set_status(self, status):
        super()._set_status(status)
        if status == "running":
            self._paced = None
        if status == "paused" and self.count == self.session.step:  # not in the middle of a step
            made = []
            self._keep_present(made)
            self._send_frames(made)

    def _describe_state(self, status):
        described = super()._describe_state(status)
        session = self.session
        if status == "ready":
            described["text"] = READY
        elif status == "running":
            described["text"] = "Training …"
        elif status == "paused" and session.divergence:
            described["text"] = session.divergence.what
        elif status == "paused":
            described["text"] = f"Paused at step {session.step:,}"
        return described


def _digits(number):
    return f"{number} {'digit' if number == 1 else 'digits'}"
