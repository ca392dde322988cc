"""A matplotlib figure whose controls answer within one frame of the screen."""

import inspect
import linecache
import traceback

import numpy as np

from .finite import count_nonfinite
from .movie import save_movie
from .table import Frame, FrameTable
from .turns import SLICE, clock, running_loop, turn
from .widget import FigureWidget, check_bytes, check_controls

__all__ = ["LiveFigure"]


class LiveFigure(FigureWidget):
    """A matplotlib figure with controls.

    Write the figure as for `matplotlib.animation.FuncAnimation`: what moves is made with
    ``animated=True``, everything else is drawn once. `update` moves it. Its answer is computed
    once for each position of the controls, so `update` must depend on its arguments only.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    update : callable
        Called with one keyword argument for each control. Changes the animated artists and
        returns the caption, or None.
    alt : str, optional
        What the figure shows, in words; titles and axis labels unless given.
    max_bytes : int
        The most memory the frames may take, 32 MB unless given. See Notes.
    **controls : Slider, Choice, Toggle or Steps
        By the name under which `update` gets the value.

    Attributes
    ----------
    strategy : {'table', 'on demand'}
        See Notes.
    caption : str
        What `update` returned for where the controls stand, plus what had to be left out.
    scene : Scene

    Raises
    ------
    TypeError, ValueError
        If an argument is not what is described here; nothing is animated; names disagree.

    Notes
    -----
    The first frame is there at once. While a page shows the figure, the kernel computes the frames
    of all other positions in slices of 8 ms, nearest first, and sends them to the page; from then
    on the page needs no kernel. If the frames of all positions would need more than `max_bytes`,
    as judged by the first frame, or turn out to need more, the figure is answered *on demand*:
    a frame is computed when it is asked for, and kernel and page keep the ones used last, within
    `max_bytes` each.

    `update` runs in the kernel's main thread, so between cells: while a cell is busy, the page
    shows the frames it has and says for others that it waits.

    Each control is a trait, ``live.learning_rate``: it can be read, set (it snaps to the nearest
    position), observed and linked like a value of ipywidgets.

    Where `update` raises, the figure shows the error and the values that caused it; other
    positions are not affected.

    Examples
    --------
    >>> fig, ax = plt.subplots()
    >>> ax.set(xlim=(0, 10), ylim=(-1, 1))
    >>> line, = ax.plot([], [], animated=True)
    >>> def update(frequency):
    ...     line.set_data(x, np.sin(frequency * x))
    ...     return f"one period takes {2 * np.pi / frequency:.3g} s"
    >>> LiveFigure(fig, update, frequency=Slider(0.1, 5, unit="rad/s"))
    """

    _filling = None

    def __init__(self, figure, update, *, alt=None, max_bytes=32_000_000, **controls):
        if not controls:
            raise ValueError("A live figure needs a control, as learning_rate=Slider(0, 1).")
        check_controls(controls)
        check_bytes(max_bytes)
        _check_signature(update, controls)
        self._update = update
        self.max_bytes = max_bytes
        self._table = FrameTable(
            [len(control) for control in controls.values()],
            [control.ordered for control in controls.values()],
            max_bytes,
        )
        super().__init__(figure, alt, controls)

    # ------------------------------------------------------------------ public

    @property
    def strategy(self):
        return self._table.strategy

    @property
    def caption(self):
        return self._frame(self._key()).caption

    @property
    def _position(self):
        """Where the controls stand: the index of each one's position."""
        return tuple(
            control.index_of(getattr(self, name)) for name, control in self._controls.items()
        )

    def reset(self):
        """Put every control back to where it opened."""
        with self.hold_sync():
            for name, control in self._controls.items():
                setattr(self, name, control.values[control.start])

    def fill(self):
        """Compute all frames that are missing, now.

        Raises
        ------
        MemoryError
            If they do not fit into `max_bytes`.
        """
        while (key := self._table.next_missing(self._position)) is not None:
            self._frame(key)
        if not self._table.complete:
            raise MemoryError(
                f"{self._table.size} frames of about {self._table.nbytes // len(self._table)} "
                f"bytes do not fit into max_bytes={self.max_bytes}. Use fewer positions, or allow "
                "more."
            )

    def frame_image(self, *, theme="light", dpr=1, **values):
        """The whole figure as matplotlib draws it at these values: what the page should show.

        Parameters
        ----------
        theme : {'light', 'dark'}
        dpr : float
            Device pixels for one pixel of the figure.
        **values
            Of the controls; those left out are where they stand.

        Returns
        -------
        ndarray, shape (height, width, 4), uint8
            Red, green, blue, opacity.
        """
        position = self._position_with(values)
        with self._lock:
            self._compute(self._table.key(position))
            return np.ascontiguousarray(self.scene.image(theme, dpr))

    def save_gif(self, path, *, over=None, fps=10, dpi=None):
        """Write the walk of one control through its positions as a GIF.

        Parameters
        ----------
        path : str or path-like
        over : str, optional
            The control; unless given, the first that counts steps, or else the first slider.
        fps : float
            Positions a second.
        dpi : float, optional
            The figure's own unless given.
        """
        save_movie(self, path, over, fps, dpi)

    def save_mp4(self, path, *, over=None, fps=10, dpi=None):
        """Write the walk of one control through its positions as an MP4; needs ffmpeg.

        Parameters are those of `save_gif`.
        """
        save_movie(self, path, over, fps, dpi)

    # ------------------------------------------------------------------ frames

    def _opening(self):
        key = self._key()
        values = self._values(key)
        self.scene = None
        error = None
        try:
            caption = self._run_update(values)
        except Exception as raised:
            error, caption = raised, ""
        self._make_scene()
        frame = self._read(caption) if error is None else _error_frame(error, values, self._update)
        self._table.put(key, frame)
        return self._opening_message([key])

    def _key(self):
        return self._table.key(self._position)

    def _position_with(self, values):
        """Where the controls stand, but for some that have these values."""
        unknown = set(values) - set(self._controls)
        if unknown:
            raise TypeError(f"There is no control {', '.join(sorted(unknown))}.")
        return [
            control.index_of(values.get(name, getattr(self, name)))
            for name, control in self._controls.items()
        ]

    def _embedded_state(self):
        self.fill()
        return super()._embedded_state()

    def _values(self, key):
        position = self._table.position(key)
        return {
            name: control.values[index]
            for (name, control), index in zip(self._controls.items(), position, strict=True)
        }

    def _frame(self, key):
        with self._lock:
            frame = self._table.get(key)
            if frame is None:
                frame = self._compute(key)
                self._table.put(key, frame)
            return frame

    def _still_image(self):
        # What the artists show is the frame that was computed last.
        return self.frame_image()

    def _compute(self, key):
        values = self._values(key)
        try:
            return self._read(self._run_update(values))
        except Exception as error:
            return _error_frame(error, values, self._update)

    def _run_update(self, values):
        # What overflows is left out of the picture and said in its caption.
        with np.errstate(all="ignore"):
            caption = self._update(**values)
        if caption is not None and not isinstance(caption, str):
            raise TypeError(f"update must return its caption as text, or None, not {caption!r}.")
        return caption or ""

    def _read(self, caption):
        data = self.scene.read()
        return Frame(data, with_note(caption, self.scene.drawn))

    def _known(self):
        return list(self._table)

    def _has(self, key):
        return key in self._table

    def _frames_message(self, keys):
        message, buffers = super()._frames_message(keys)
        if self.strategy == "on demand":
            message["room"] = self.max_bytes
        return message, buffers

    # ------------------------------------------------------------------ answering and filling

    def _answer(self, message):
        if self._open and message.get("type") == "want":
            key = message["key"]
            if isinstance(key, int) and 0 <= key < self._table.size:
                self._send_frames([key])
            return
        super()._answer(message)

    def _work(self, greet=False):
        super()._work(greet)
        if running_loop() is None:
            return
        if self._shown and (self._filling is None or self._filling.done()):
            self._filling = self._spawn(self._fill())

    async def _fill(self):
        done = [None]
        while done and self._open and self._shown:
            async with turn():
                done = self._fill_slice()

    def _fill_slice(self):
        """Compute and send what a slice of time allows; the numbers of the frames."""
        begin = clock()
        done = []
        while clock() - begin < SLICE:
            key = self._table.next_missing(self._position)
            if key is None:
                break
            self._frame(key)
            done.append(key)
        # The bound of memory may have put some out again.
        self._send_frames([key for key in done if key in self._table])
        return done


def _check_signature(update, controls):
    if not callable(update):
        raise TypeError(f"update must be a function, not {update!r}.")
    try:
        signature = inspect.signature(update)
    except (TypeError, ValueError):
        return  # written in C, takes what it takes
    try:
        signature.bind(**dict.fromkeys(controls))
    except TypeError as error:
        raise TypeError(
            f"update{signature} does not fit the controls {', '.join(controls)}: {error}."
        ) from None


def _error_frame(error, values, update):
    """A frame that says what went wrong where."""
    told = ", ".join(f"{name}={value!r}" for name, value in values.items())
    text = f"update({told})\n{describe_error(error, update)}"
    caption = f"No picture for {told}: {type(error).__name__}."
    return Frame(np.zeros(1, dtype=np.float32).tobytes(), caption, text)


def describe_error(error, function):
    """An exception in words, with the last line of the author's own code it passed through."""
    text = f"raised {type(error).__name__}: {error}"
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    steps = [step for step in traceback.extract_tb(error.__traceback__) if step.filename == file]
    if steps:
        line = linecache.getline(steps[-1].filename, steps[-1].lineno).strip()
        text += f"\n\nin line {steps[-1].lineno}: {line}".rstrip(": ")
    return text


def with_note(caption, artists):
    """The caption, and how many of the artists' values had to be left out."""
    left_out = count_nonfinite(artists)
    if not left_out:
        return caption
    note = f"{left_out} value{' is' if left_out == 1 else 's are'} not finite and left out."
    return f"{caption} ({note})" if caption else note
