"""An open-ended run, such as training, watched while it happens and scrubbed back afterwards."""

import inspect

import numpy as np
import traitlets

from .figure import describe_error, with_note
from .table import Frame
from .turns import SLICE, clock, running_loop, turn
from .widget import FigureWidget, check_bytes, check_controls

__all__ = ["StreamFigure", "stream"]


class StreamFigure(FigureWidget):
    """A matplotlib figure fed by a generator; made by `stream`.

    Attributes
    ----------
    status : {'ready', 'running', 'paused', 'finished', 'failed'}
    count : int
        How many records came since the last reset.
    record
        The latest record; None before the first.
    stride : int
        Every so many-th record has a frame in the history.
    """

    _state = traitlets.Dict().tag(sync=True)
    count, record, error, stride = 0, None, None, 1
    _generator, _running = None, None

    def __init__(
        self, figure, update, make_generator, *, alt, every, max_bytes, ready, noun, controls
    ):
        if not callable(update) or not callable(make_generator):
            raise TypeError("stream needs two functions: update(record) and make_generator().")
        if not isinstance(every, int) or every < 1:
            raise ValueError(f"every must be a whole number of at least 1, not {every!r}.")
        check_controls(controls)
        check_bytes(max_bytes)
        self._update, self._make_generator = update, make_generator
        self._every, self.max_bytes = every, max_bytes
        self._ready, self._noun = ready, noun
        self._clear()
        super().__init__(figure, alt, controls)

    # ------------------------------------------------------------------ public

    def start(self):
        """Run until the generator ends, in slices; go on if paused.

        Raises
        ------
        RuntimeError
            Where no event loop runs, so outside of a notebook: there, use `step`.
        """
        if self._loop is None and running_loop() is None:
            raise RuntimeError(
                "start needs a running event loop, as a notebook has. Use step(…) here."
            )
        self._in_own_thread(self._start)

    def pause(self):
        """Stop after the current record; `start` and `step` go on from there."""
        self._in_own_thread(self._pause)

    def step(self, records=1):
        """Take so many records now."""
        self._in_own_thread(self._step, records)

    def reset(self):
        """Stop, forget the history, and make ready for a new run. Controls stay as they are."""
        self._in_own_thread(self._reset)

    def retire(self):
        """Stop the run: the cell that made the figure made a new one."""
        self._pause()
        self._close_generator()
        super().retire()

    def close(self):
        """Stop the run for good and disappear from the page."""
        super().close()
        self._close_generator()

    @property
    def caption(self):
        return self._frames[max(self._frames)].caption

    def frame_image(self, *, theme="light", dpr=1):
        """The whole figure as matplotlib draws it in its latest state; see `LiveFigure`."""
        with self._lock:
            return np.ascontiguousarray(self.scene.image(theme, dpr))

    # ------------------------------------------------------------------ the run

    def _start(self):
        if self.status in ("ready", "paused"):
            self._set_status("running")
            if self._running is None or self._running.done():
                self._running = self._spawn(self._run())

    def _pause(self):
        if self.status == "running":
            self._set_status("paused")

    def _step(self, records):
        self._pause()
        made = []
        for _ in range(records):
            if self.status in ("finished", "failed"):
                break
            self._advance(made)
        if self.status in ("ready", "paused"):
            self._set_status("paused")
        self._send_frames(made)

    def _reset(self):
        self._end_tasks()
        self._running = None
        self._close_generator()
        self._clear()
        self._put(0, self._opening_frame, [])
        self._set_status("ready")
        if self._open:
            self.send({"type": "clear"})
            self._send_frames([0])

    async def _run(self):
        while self._open and self.status == "running":
            async with turn():
                begin = clock()
                made = []
                while self.status == "running" and clock() - begin < SLICE:
                    self._advance(made)
                self._send_frames(made)

    def _advance(self, made):
        """Take one record; append the number of its frame to `made` if it gets one."""
        try:
            with self._lock, np.errstate(all="ignore"):
                if self._generator is None:
                    self._generator = self._new_generator()
                try:
                    record = next(self._generator)
                except StopIteration:
                    # The last record is always kept, whatever the stride.
                    self._keep(self.count, made)
                    self._set_status("finished")
                    return
                self.record = record
                self.count += 1
                self._caption = self._update(record)
                if not isinstance(self._caption, str | None):
                    raise TypeError(
                        f"update must return its caption as text, or None, not {self._caption!r}."
                    )
                if self.count % self.stride == 0:
                    self._keep(self.count, made)
        except Exception as error:
            self._fail(error, made)

    def _keep(self, number, made):
        if number in self._frames:
            return
        data = self.scene.read()
        frame = Frame(data, with_note(self._caption or "", self.scene.drawn))
        self._put(number, frame, made)

    def _fail(self, error, made):
        told = f"{self._noun} {self.count}"
        text = f"The run stopped at {told}.\n{describe_error(error, self._make_generator)}"
        frame = Frame(np.zeros(1, np.float32).tobytes(), f"Stopped by an error at {told}.", text)
        self._put(self.count + 1, frame, made)
        self.error = error
        self._close_generator()
        self._set_status("failed")

    def _put(self, number, frame, made):
        self._frames[number] = frame
        self._nbytes += frame.nbytes
        made.append(number)
        while self._nbytes > self.max_bytes and len(self._frames) > 2:
            self._thin(number)

    def _thin(self, latest):
        """Drop every second frame, and from now on keep only every second of those that come."""
        self.stride *= 2
        for number in list(self._frames):
            if number % self.stride and number != latest:
                self._nbytes -= self._frames.pop(number).nbytes
        if self._open:
            self.send({"type": "thin", "stride": self.stride})

    # ------------------------------------------------------------------ state

    def _opening(self):
        self._make_scene()
        # What the figure shows before the first record: the artists as their author left them.
        self._opening_frame = Frame(self.scene.read(), self._ready)
        self._put(0, self._opening_frame, [])
        self.set_trait("_state", self._describe_state("ready"))
        return self._opening_message([0])

    def _opening_message(self, keys):
        return super()._opening_message(keys) | {"stream": True, "noun": self._noun}

    def _clear(self):
        self._frames, self._nbytes = {}, 0
        self.stride = self._every
        self.count, self.record, self.error, self._caption = 0, None, None, None

    def _set_status(self, status):
        self.set_trait("_state", self._describe_state(status))

    @property
    def status(self):
        return self._state["status"]

    def _describe_state(self, status):
        at = f"{self._noun} {self.count}"
        text = {
            "ready": self._ready,
            "running": "Running",
            "paused": f"Paused at {at}",
            "finished": f"Finished at {at}",
            "failed": f"Stopped by an error at {at}",
        }[status]
        return {"status": status, "text": text}

    def _new_generator(self):
        takes = inspect.signature(self._make_generator).parameters.values()
        wants_figure = any(
            p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL) for p in takes
        )
        return iter(self._make_generator(self) if wants_figure else self._make_generator())

    def _close_generator(self):
        generator, self._generator = self._generator, None
        if hasattr(generator, "close"):
            generator.close()

    def _frame(self, number):
        return self._frames[number]

    def _known(self):
        return sorted(self._frames)

    def _has(self, number):
        return number in self._frames

    def _send_frames(self, keys):
        # A frame may have been thinned out since it was made.
        super()._send_frames([key for key in keys if key in self._frames])

    def _embedded_state(self):
        return super()._embedded_state() | {"_state": self._state}

    # ------------------------------------------------------------------ answering

    def _answer(self, message):
        if self._open and message.get("type") == "run":
            action = message.get("action")
            if action in ("start", "pause", "step", "reset"):
                getattr(self, action)()
            return
        super()._answer(message)


def stream(
    figure,
    update,
    make_generator,
    *,
    alt=None,
    every=1,
    max_bytes=32_000_000,
    ready="Ready",
    noun="step",
    **controls,
):
    """A figure fed by a run, with buttons to start, pause, step and reset, and a history.

    The run is a generator; it works in slices, so that the kernel goes on answering. Each record
    it yields is given to `update`, which changes the animated artists and returns the caption.
    The frame of each record is kept and can be scrubbed back to, while the run goes on.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As it should look before the first record.
    update : callable (record) → str or None
    make_generator : callable () or (figure) → iterator
        Makes the run; called again after a reset, so it should clear what `update` collects.
        If it takes an argument, that is the figure: it reads the controls from it, as
        ``figure.learning_rate``, whenever it wants, also in the middle of a run.
    alt : str, optional
        What the figure shows, in words.
    every : int
        Keep a frame of every so many-th record.
    max_bytes : int
        The most memory the history may take. When it is full, every second frame is dropped, and
        from then on every second of those that come: the history stays evenly spaced from the
        beginning to now.
    ready : str
        What the figure says before the run.
    noun : str
        What a record is called: ``"step"``, ``"epoch"``.
    **controls : Slider, Choice or Toggle
        Read by the generator.

    Returns
    -------
    StreamFigure
        With methods start, pause, step, reset.

    Examples
    --------
    >>> def update(record):
    ...     losses.append(record.loss)
    ...     curve.set_data(range(len(losses)), losses)
    ...     return f"loss {record.loss:.3g}"
    >>> def run(figure):
    ...     losses.clear()
    ...     yield from train(network, rate=lambda step: figure.learning_rate)
    >>> stream(fig, update, run, learning_rate=Slider(1e-3, 1, log=True))
    """
    return StreamFigure(
        figure,
        update,
        make_generator,
        alt=alt,
        every=every,
        max_bytes=max_bytes,
        ready=ready,
        noun=noun,
        controls=controls,
    )
