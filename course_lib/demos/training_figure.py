"""The picture of a training run: a ball on the error mountain, its numbers and its curves."""

from array import array

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LightSource, ListedColormap, PowerNorm
from matplotlib.figure import Figure

from .curves import TrainingCurves, thinned
from .digit_training import TrainingSession
from .loss_slice import LossSlice
from .palette import VERMILION, course_style
from .picture import DPI
from .words import percent

__all__ = ["Track", "TrainingFigure"]

CONTOURS = (0.25, 0.3, 0.4, 0.6, 1, 1.5, 2, 2.5)
LIFT = 0.04  # how far above the ground the path is drawn, so that it does not sink into it


class Track:
    """Where a run has been in a slice of the loss surface, step by step."""

    def __init__(self, loss_slice: LossSlice):
        self._slice = loss_slice
        self._a, self._b = array("d"), array("d")

    def add(self, parameters: np.ndarray):
        """Note where these parameters stand."""
        a, b, _ = self._slice.project(parameters)
        self._a.append(a)
        self._b.append(b)

    @property
    def points(self) -> np.ndarray:
        """All places, shape (n, 2)."""
        return np.array([self._a, self._b]).T

    @property
    def inside(self) -> bool:
        """Whether the last place is on the part of the slice that was measured."""
        return self._slice.holds(self._a[-1], self._b[-1])


class TrainingFigure:
    """A ball on a real slice of the loss surface, with error, accuracy, step and curves beside it.

    Parameters
    ----------
    loss_slice : LossSlice

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        What `update` changes is animated; the rest never changes.
    """

    NAMES = (("validation error", 0.02), ("accuracy", 0.21), ("training step", 0.36))

    @course_style()
    def __init__(self, loss_slice: LossSlice):
        self._slice = loss_slice
        self.figure = Figure(figsize=(8.8, 4.9), dpi=DPI)
        self._numbers = {}
        for name, x in self.NAMES:
            self.figure.text(x, 0.96, name, fontsize=10)
            self._numbers[name] = self.figure.text(x, 0.89, "", fontsize=17, animated=True)
        self._draw_mountain()
        self._curves = TrainingCurves(
            self.figure.add_axes([0.68, 0.6, 0.3, 0.36]),
            self.figure.add_axes([0.68, 0.115, 0.3, 0.36]),
            compare=True,
        )

    def _draw_mountain(self):
        ax = self.figure.add_axes(
            [-0.05, 0.0, 0.63, 0.87], projection="3d", computed_zorder=False, facecolor="none"
        )
        a, b = np.meshgrid(self._slice.a, self._slice.b)
        losses = self._slice.losses
        color = mpl.colormaps["cividis"](PowerNorm(0.5)(losses))[..., :3]
        shaded = LightSource(300, 50).shade_rgb(color, losses, vert_exag=1.5, blend_mode="soft")
        surface = ax.plot_surface(a, b, losses, rstride=1, cstride=1, lw=0, antialiased=False)
        # As a colour map, so that the colours are known to mean numbers and stay on a dark page.
        tiles = shaded[:-1, :-1].reshape(-1, 3)
        surface.set(array=np.arange(len(tiles)), cmap=ListedColormap(tiles))
        ax.contour(a, b, losses, levels=CONTOURS, colors="black", linewidths=0.4, alpha=0.6)
        ax.set_xlabel("first direction", labelpad=-7)
        ax.set_ylabel("second direction", labelpad=-7)
        ax.set_zlabel("loss (nats per digit)", labelpad=-4)
        ax.set(xticks=[-4, 0, 4], yticks=[-4, 0, 4], zticks=[0.5, 1, 1.5, 2, 2.5, 3])
        ax.tick_params(labelsize=8, pad=-2)
        for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
            axis.pane.set_alpha(0)
        ax.view_init(47, -38)
        ax.set_box_aspect((1.25, 1.25, 0.85), zoom=1.0)
        (self._halo,) = ax.plot([], [], [], color="white", lw=3.2, animated=True)
        (self._path,) = ax.plot([], [], [], color="black", lw=1.4, animated=True)
        (self._ball,) = ax.plot(
            [], [], [], "o", color=VERMILION, ms=11, mec="white", mew=1.2, animated=True
        )

    def update(self, session: TrainingSession, track: Track):
        """Show a session as it is now, and where it has been."""
        latest = session.latest
        for name, said in (
            ("validation error", percent(latest.error, 1)),
            ("accuracy", percent(latest.accuracy, 1)),
            ("training step", f"{session.step:,}"),
        ):
            self._numbers[name].set_text(said)
        a, b = thinned(*track.points.T)
        inside = np.clip(a, *self._slice.a[[0, -1]]), np.clip(b, *self._slice.b[[0, -1]])
        height = self._slice.height(*inside)
        for line in (self._halo, self._path):
            line.set_data_3d(*inside, height + LIFT)
        self._ball.set_data_3d(*(values[-1:] for values in (*inside, height + 3 * LIFT)))
        earlier = session.earlier_runs[-1] if session.earlier_runs else None
        self._curves.update(session.history, earlier)
