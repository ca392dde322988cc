"""A figure in two parts: what stands still, drawn once, and what moves, read out for each frame."""

from bisect import bisect_right
from contextlib import ExitStack, contextmanager

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import FigureBase

from .images import magnification, whole_blocks
from .layers import draw_layers, fills_axes, keeps_colors, pack_layers
from .recorder import Recorder, UnreadableArtistError
from .shared import Shared
from .themed import Themed
from .zones import Zones

__all__ = ["Scene", "name_of"]


class Scene:
    """What the browser needs of one figure.

    Make it when the moving artists already show the opening frame.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its artists with ``animated=True`` move.
    theme, resolution
        What `layers` will be asked for first.

    Attributes
    ----------
    width, height : float
        Of the figure, in pixels.
    shared : Shared
    drawn : list of Artist
        What the last `read` found moving.
    """

    def __init__(self, figure, theme="light", resolution=1):
        self.figure = figure
        FigureCanvasAgg(figure)
        self.width, self.height = (float(v) for v in figure.bbox.size)
        self.shared = Shared()
        self.drawn = []
        self._held = set()
        moving = self.moving()
        if not moving:
            raise ValueError(
                "Nothing in the figure is animated, so no control can move anything. Mark what "
                "`update` changes: ax.plot(…, animated=True), or artist.set_animated(True)."
            )
        self._lay_out()
        self._divide(moving, theme, resolution)
        self._recorder = Recorder(
            self.width, self.height, figure.dpi, self.shared, Zones(under=self._zones)
        )

    # ------------------------------------------------------------------ the moving part

    def moving(self):
        """The animated artists, in the order in which matplotlib draws them."""
        return [artist for artist, _ in _moving_in(self.figure)]

    def read(self):
        """What moves, as it is now: one display list for each gap between the layers.

        Returns
        -------
        bytes
            32-bit floats: the number of gaps, the length of each list, then the lists; see
            `recorder`.

        Raises
        ------
        UnreadableArtistError
            Naming the artist and what to use instead.
        ValueError
            If `update` changed what is drawn only once, or drew where nothing moved before.
        """
        self._check_still()
        self._recorder.zones.clear()
        lists = [[] for _ in range(self._gap_count)]
        self.drawn = []
        with self.all_drawn():
            for artist, container in _moving_in(self.figure):
                self.drawn.append(artist)
                lists[self._gap_of(artist, container)].append(self._record(artist))
        lists = [b"".join(parts) for parts in lists]
        head = np.array([len(lists), *(len(part) // 4 for part in lists)], dtype=np.float32)
        return head.tobytes() + b"".join(lists)

    def _record(self, artist):
        recorder = self._recorder
        data = keeps_colors(artist)
        recorder.pens.keep_colors = data
        try:
            if hasattr(artist, "do_3d_projection"):
                artist.do_3d_projection()
            recorder.magnification = magnification(artist)
            with whole_blocks(artist):
                artist.draw(recorder)
        except UnreadableArtistError as error:
            reason = f"{name_of(artist)} cannot follow a control: {error}."
            raise UnreadableArtistError(reason) from None
        finally:
            recorder.pens.keep_colors = False
            recorded = recorder.take()
        if fills_axes(artist):
            recorder.zones.add_picture(*artist.axes.bbox.extents)
        return recorded

    @contextmanager
    def all_drawn(self):
        """Within the block, matplotlib also draws the animated artists of the axes it draws."""
        canvas = self.figure.canvas
        before, canvas._is_saving = canvas._is_saving, True
        try:
            yield
        finally:
            canvas._is_saving = before

    def _gap_of(self, artist, container):
        gap = self._gaps.get((artist, artist.get_zorder()))
        if gap is None:
            gap = self._gaps_of_places.get(self._place(artist, container))
        if gap is None:
            raise ValueError(
                f"{name_of(artist)} appeared at a height (zorder) where nothing was animated when "
                "the figure was made. Create it before LiveFigure, empty or invisible, and let "
                "update change it."
            )
        return gap

    def _place(self, artist, container):
        """The artist's container, and how many still siblings are drawn before it."""
        return container, bisect_right(self._heights[container], artist.get_zorder())

    # ------------------------------------------------------------------ the still part

    def image(self, theme, resolution):
        """The whole figure as matplotlib draws it, moving artists included.

        Parameters
        ----------
        theme : {'light', 'dark'}
        resolution : float
            Pixels for one of the figure.

        Returns
        -------
        ndarray, shape (height, width, 4), uint8
        """
        renderer = self._renderer(theme, resolution)
        with self.all_drawn():
            draw_layers(self.figure, self.moving(), renderer, split=False)
        self.settle()
        return renderer.layers[0]

    def layers(self, theme, resolution):
        """What stands still, as pictures; `layers.pack_layers` says what of each.

        Parameters
        ----------
        theme : {'light', 'dark'}
        resolution : float
            Pixels for one of the figure.
        """
        if (theme, resolution) not in self._layers:
            renderer = self._renderer(theme, resolution)
            with self._as_divided():
                draw_layers(self.figure, self.moving(), renderer)
            self.settle()
            layers, _ = pack_layers(renderer, resolution, self._numbers)
            self._layers[theme, resolution] = layers
        return self._layers[theme, resolution]

    @contextmanager
    def _as_divided(self):
        """Within the block, what moves has the zorder it had when the layers were divided."""
        with ExitStack() as stack:
            for artist, zorder in self._gaps:
                stack.callback(artist.set_zorder, artist.get_zorder())
                artist.set_zorder(zorder)
            yield

    def _renderer(self, theme, resolution):
        dpi = self.figure.dpi * resolution
        return Themed(*(self.figure.get_size_inches() * dpi), dpi, theme)

    def _lay_out(self):
        """Run a layout engine once; then the axes stay, so that both parts fit each other."""
        if self.figure.get_layout_engine() is not None:
            self.figure.draw_without_rendering()
            self.figure.set_layout_engine("none")

    def _divide(self, moving, theme, resolution):
        """Draw what stands still for the first time, and note what moves between its layers."""
        renderer = self._renderer(theme, resolution)
        gaps = draw_layers(self.figure, moving, renderer)
        self._zones = renderer.zones.scaled(1 / resolution)
        layers, self._numbers = pack_layers(renderer, resolution)
        self._layers = {(theme, resolution): layers}
        self._gap_count = 1 + self._numbers[-1]
        containers = _moving_in(self.figure)
        self._heights = {
            c: sorted(a.get_zorder() for a in c.get_children() if not a.get_animated())
            for _, c in containers
        }
        self._gaps = {(a, a.get_zorder()): self._numbers[gap] for a, gap in gaps.items()}
        self._gaps_of_places = {
            self._place(a, c): self._gaps[a, a.get_zorder()] for a, c in containers
        }
        self.settle()

    # ------------------------------------------------------------------ what must not change

    def hold(self, axes):
        """Let these axes keep their limits and place, also if they are animated."""
        self._held.update(axes)
        self._views |= {ax: _view(ax) for ax in self._held}

    def settle(self):
        """Remember the still part as it was drawn."""
        self._still = dict.fromkeys(_still_in(self.figure))
        still = [ax for ax in self.figure.axes if not ax.get_animated()]
        self._views = {ax: _view(ax) for ax in (*still, *self._held)}
        self._unstale()

    def _unstale(self):
        self.figure.stale = False
        for artist in self._still:
            artist.stale = False

    def _check_still(self):
        """Raise if `update` changed something that is drawn only once."""
        views = [ax for ax, view in self._views.items() if _view(ax) != view]
        now = list(_still_in(self.figure))
        added = [a for a in now if a not in self._still]
        changed = [a for a in now if a.stale]
        if not views and not changed and not added:
            return
        self._unstale()
        if added:
            raise ValueError(
                f"update added {name_of(added[0])}, which is not animated and so would not be "
                "seen. Make it before LiveFigure with animated=True, and let update change it."
            )
        if self._held.intersection(views):
            raise ValueError(
                "update changed the limits or the place of axes in which the pointer moves a "
                "control. Set them before LiveFigure."
            )
        if views:
            raise ValueError(
                f"update changed the limits or the place of {name_of(views[0])}, which is drawn "
                "once. Set them before LiveFigure, or let all of it be drawn for each position: "
                "ax.set_animated(True)."
            )
        raise ValueError(
            f"update changed {name_of(changed[0])}, which is not animated and so is drawn once. "
            "Mark it with set_animated(True)."
        )


def name_of(artist):
    """An artist in words, for a message: its class, its label or text, and its axes' title."""
    words = type(artist).__name__
    text = artist.get_text() if hasattr(artist, "get_text") else artist.get_label()
    if text and not str(text).startswith("_"):
        words += f" {str(text)!r}"
    if isinstance(artist, Axes):
        title = artist.get_title() or artist.get_ylabel()
        return f"{words} {title!r}" if title else words
    title = artist.axes.get_title() if getattr(artist, "axes", None) is not None else ""
    return f"{words} in {title!r}" if title and title != text else words


def _moving_in(container):
    """(animated artist, what holds it), in the order of drawing."""
    found = []
    for artist in sorted(container.get_children(), key=lambda a: a.get_zorder()):
        if artist.get_animated():
            found.append((artist, container))
        elif isinstance(artist, Axes | FigureBase) and artist.get_visible():
            found.extend(_moving_in(artist))
    return found


def _still_in(container):
    """What is drawn once: the direct parts of figures and axes, and the names of the axes."""
    for artist in container.get_children():
        if artist.get_animated():
            continue
        if isinstance(artist, Axes | FigureBase):
            yield from _still_in(artist)
        elif hasattr(artist, "get_major_ticks"):
            # Asking an axis for its limits makes it stale; its name is what update may change.
            yield artist.label
        elif artist is not container.patch:
            yield artist


def _view(ax):
    return (*ax.viewLim.extents, *ax._position.extents, ax.get_xscale(), ax.get_yscale())
