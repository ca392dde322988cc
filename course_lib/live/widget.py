"""What every live figure is: an anywidget that shows a `Scene` and talks with its views."""

import asyncio
import base64
import numbers
import threading
import weakref
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from matplotlib.figure import Figure
from matplotlib.pyplot import close as close_pyplot_window

from .cells import replace_in_cell
from .controls import Control
from .export import page_html, style
from .modules import joined
from .png import encode_png
from .pointing import axes_of, pointing_specs
from .scene import Scene
from .turns import running_loop, turn

__all__ = ["FigureWidget"]

_STATIC = Path(__file__).parent / "static"

# Frames travel in messages of about this many bytes.
_MESSAGE = 256 * 1024

_figures = weakref.WeakKeyDictionary()


class FigureWidget(anywidget.AnyWidget):
    """The common part of `LiveFigure` and `StreamFigure`; not made by itself.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str or None
        What the figure shows, for those who cannot see it. None describes titles and axes.
    controls : dict {name: Control}
    """

    _esm = joined(_STATIC)
    # As text: of a file, anywidget would keep every widget alive to tell it of changes.
    _css = style()
    _scene = traitlets.Dict().tag(sync=True)

    #: How the last view looked, theme and resolution: the next figure opens so.
    _look = ("light", 1)

    # So that even one whose making failed can be closed, as ipywidgets does when it is collected.
    _open, _loop, _tasks = False, None, frozenset()

    def __init__(self, figure, alt, controls):
        if not isinstance(figure, Figure):
            raise TypeError(f"The first argument must be a matplotlib figure, not {figure!r}.")
        for name in controls:
            if hasattr(type(self), name):
                raise ValueError(f"A control cannot be called {name!r}: a live figure has that.")
        pointed = axes_of(figure, controls)
        other = _figures.get(figure)
        if other is not None and other() is not None:
            other().close()
        # Shown by itself it would stand beside the live figure, without moving.
        close_pyplot_window(figure)
        self._lock = threading.RLock()
        self._figure, self._controls = figure, controls
        self._loop = running_loop()
        self._tasks = set()
        self._views = None
        self._retired = False
        self._open = False
        self._told = (0, 0, 0)
        self.alt = _describe(figure) if alt is None else alt
        self.add_traits(**{name: control.trait() for name, control in controls.items()})
        scene = self._opening()
        # What the page knows of them, it knows once.
        self.scene.hold(pointed.values())
        super().__init__(_scene=scene)
        self._open = True
        _figures[figure] = weakref.ref(self)
        self.on_msg(self._hear)
        replace_in_cell(self)

    def _opening(self):
        """Draw the opening frame; what a view needs to show it."""
        raise NotImplementedError

    def _make_scene(self):
        self.scene = Scene(self._figure, *FigureWidget._look)

    def _opening_message(self, keys):
        theme, resolution = FigureWidget._look
        frames, (data, shapes) = self._frames_message(keys)
        pointing = pointing_specs(self._figure, self._controls)
        return {
            "width": self.scene.width,
            "height": self.scene.height,
            "alt": self.alt,
            "name": "Live figure",
            "controls": [
                control.spec(name) | pointing.get(name, {})
                for name, control in self._controls.items()
            ],
            "pictures": [self._picture(theme, resolution)],
            "frames": frames | {"bytes": data, "shapes": shapes},
        }

    def _picture(self, theme, resolution):
        layers = self.scene.layers(theme, resolution)
        return {"theme": theme, "resolution": resolution, "layers": layers}

    # ------------------------------------------------------------------ talking with the views

    def _hear(self, _widget, content, _buffers):
        self._in_own_thread(self._answer, content)

    def _in_own_thread(self, action, *arguments):
        """Call `action` where the figure was made: at once there, soon from elsewhere.

        JupyterLab delivers messages in a thread of their own; matplotlib wants one thread.
        """
        if self._loop is None or self._loop.is_closed() or self._loop is running_loop():
            action(*arguments)
        else:
            self._loop.call_soon_threadsafe(action, *arguments)

    def _answer(self, message):
        if not self._open:
            return
        kind = message.get("type")
        if kind == "hello":
            self._told = (0, 0, 0)
            self._work(greet=True)
        elif kind == "picture":
            self._send_layers(message["theme"], message["resolution"])
        elif kind == "views":
            self._views = message["count"]
            if self._retired and not self._views:
                self.close()
            else:
                self._work()

    def _send_layers(self, theme, resolution):
        if theme not in ("light", "dark") or resolution not in (1, 2):
            return
        FigureWidget._look = theme, resolution
        with self._lock:
            picture = self._picture(theme, resolution)
        pngs = [layer["png"] for layer in picture["layers"]]
        layers = [{"box": layer["box"], "gap": layer["gap"]} for layer in picture["layers"]]
        self.send(picture | {"type": "picture", "layers": layers}, buffers=pngs)

    def _send_frames(self, keys):
        for batch in self._batches(keys):
            self.send(*self._frames_message(batch))

    def _batches(self, keys):
        """Frames in messages of a size that does not hold up others."""
        batch, size = [], 0
        for key in keys:
            batch.append(key)
            size += self._frame(key).nbytes
            if size > _MESSAGE:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _frames_message(self, keys):
        frames = [self._frame(key) for key in keys]
        shared, shapes = self.scene.shared.since(self._told)
        self._told = self.scene.shared.counts()
        message = {
            "type": "frames",
            "keys": list(keys),
            "sizes": [len(frame.data) for frame in frames],
            "captions": [frame.caption for frame in frames],
            "errors": [frame.error for frame in frames],
            "shared": shared,
        }
        return message, [b"".join(frame.data for frame in frames), shapes]

    def _frame(self, key):
        raise NotImplementedError

    def _known(self):
        """The numbers of the frames that are there."""
        raise NotImplementedError

    def _has(self, key):
        """True if that frame is there."""
        raise NotImplementedError

    # ------------------------------------------------------------------ working in slices

    def _work(self, greet=False):
        """Begin or go on with what the figure does by itself.

        Parameters
        ----------
        greet : bool
            A page is new: it gets what is there.
        """
        if greet and running_loop() is None:
            self._send_frames(self._known())
        elif greet:
            self._spawn(self._greet())

    async def _greet(self):
        for batch in self._batches(self._known()):
            async with turn():
                self.send(*self._frames_message([key for key in batch if self._has(key)]))

    def _spawn(self, coroutine):
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _end_tasks(self):
        for task in list(self._tasks):
            task.cancel()

    @property
    def _shown(self):
        """False once no view is left; a figure that was not shown yet will be."""
        return not self._retired and self._views != 0

    def retire(self):
        """Stop working by itself: the cell that made the figure made a new one.

        Another cell may still show it, so it is closed with its last view.
        """
        self._retired = True
        if self._views:
            self._in_own_thread(self._end_tasks)
        else:
            self.close()

    def close(self):
        """Stop working and disappear from the page."""
        self._open = False
        self._in_own_thread(self._end_tasks)
        super().close()

    # ------------------------------------------------------------------ as a page

    def save_html(self, path, *, title=None):
        """Write a page with this figure, whole: it needs no kernel and asks for nothing.

        Parameters
        ----------
        path : str or path-like
        title : str, optional
            What the figure shows (`alt`) unless given.
        """
        text = page_html([self], self.alt if title is None else title)
        Path(path).write_text(text, encoding="utf-8")

    def _embedded_state(self):
        """What a page without a kernel needs: the traits that the browser's side reads."""
        told, self._told = self._told, (0, 0, 0)
        try:
            scene = self._opening_message(self._known())
        finally:
            self._told = told
        with self._lock:
            scene["pictures"] = [
                self._picture(theme, resolution)
                for theme in ("light", "dark")
                for resolution in (1, 2)
            ]
        values = {name: c.to_json(getattr(self, name)) for name, c in self._controls.items()}
        return {"_scene": scene | {"alone": True}} | values

    # ------------------------------------------------------------------ as a still picture

    @property
    def caption(self):
        """What the figure says below itself, at the position where its controls stand."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        png = encode_png(self._still_image())
        data["image/png"] = base64.b64encode(png).decode()
        data["text/plain"] = f"{self.alt}\n{self.caption}".strip()
        return data, metadata | {"image/png": {"alt": self.alt}}

    def _still_image(self):
        with self._lock:
            return np.ascontiguousarray(self.scene.image("light", 1))


def check_bytes(max_bytes):
    """Raise for what is no amount of memory."""
    if isinstance(max_bytes, bool) or not isinstance(max_bytes, numbers.Integral):
        raise TypeError(f"max_bytes must be a whole number of bytes, not {max_bytes!r}.")
    if max_bytes < 0:
        raise ValueError(f"max_bytes must not be negative, but is {max_bytes}.")


def check_controls(controls):
    """Raise TypeError for what is no control."""
    for name, control in controls.items():
        if not isinstance(control, Control):
            raise TypeError(f"{name} must be a Slider, Choice, Toggle or Steps, not {control!r}.")


def _describe(figure):
    """Titles and axes in words."""
    parts = []
    for ax in figure.axes:
        words = [ax.get_title(), f"{ax.get_ylabel()} against {ax.get_xlabel()}"]
        if not (ax.get_ylabel() and ax.get_xlabel()):
            words[1] = ax.get_ylabel() or ax.get_xlabel()
        words = ": ".join(w for w in words if w)
        if words:
            parts.append(words)
    return "; ".join(parts) or "Figure that follows its controls"
