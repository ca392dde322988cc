"""A ball on an error mountain over two weights: on its map, and on the mountain itself."""

from functools import cache

import matplotlib as mpl
import numpy as np
from matplotlib.colors import ListedColormap, Normalize

from course_lib.live import Choice, LiveFigure, Slider, Steps

from .ball_1d import far, near
from .descent_paths import descend, first_outside
from .landscape import SURFACES, find, grid, shape_in_words
from .palette import INK, VERMILION, course_style
from .picture import new_figure
from .words import plain

__all__ = ["STEPS", "ball_2d", "ball_places"]

STEPS = 40
LEVELS = (-0.6, -0.3, -0.1, 0.02, 0.1, 0.3, 0.6, 1.0, 1.5, 2.0, 2.5, 3.0)
LOWEST, HIGHEST = -1.0, 3.5
LIFT = 0.05  # above the ground, so that ball and trail do not sink into it
COLORS = "cividis"


def ball_places(landscape: str, start: tuple, learning_rate: float):
    """The places of a ball and its losses, the start first.

    w ← w − α ∂L/∂w

    Parameters
    ----------
    landscape : str
        One of `SURFACES`.
    start : sequence of 2 floats
    learning_rate : float

    Returns
    -------
    w : ndarray, shape (41, 2)
    loss : ndarray, shape (41,)
    """
    surface = find(SURFACES, landscape).surface
    path = descend(surface, start, learning_rate, STEPS)
    return path, surface.loss(path)


@course_style()
def ball_2d(
    *landscapes: str, start: tuple | None = None, learning_rate: float | None = None
) -> LiveFigure:
    """A ball on the contours and on the surface of a loss of two weights, side by side.

    Parameters
    ----------
    *landscapes : str
        Of `SURFACES`; with more than one, a drop-down chooses, and the steps can be
        played. The round bowl unless given.
    start : (float, float), optional
        Where the ball starts when the figure opens; the first landscape's own unless given.
    learning_rate : float, optional

    Returns
    -------
    LiveFigure
    """
    names = landscapes or ("round bowl",)
    shown = {name: find(SURFACES, name) for name in names}
    opening = shown[names[0]]
    reach = opening.reach
    start = opening.start if start is None else start
    learning_rate = opening.learning_rate if learning_rate is None else learning_rate

    figure = new_figure(7.2, 3.9, layout=None)
    flat = figure.add_axes([0.085, 0.135, 0.42, 0.775])
    tall = figure.add_axes(
        [0.475, -0.02, 0.5, 1.04], projection="3d", computed_zorder=False, facecolor="none"
    )
    moves = len(names) > 1
    ground = {
        name: [*_draw_map(flat, each, moves), *_draw_mountain(tall, each, moves)]
        for name, each in shown.items()
    }
    flat.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    flat.set(xlabel="weight w₁", ylabel="weight w₂", xticks=range(-2, 3), yticks=range(-2, 3))
    flat.grid(False)
    _dress(tall, reach)

    (halo,) = flat.plot([], [], color="white", lw=3, animated=True)
    (trail,) = flat.plot([], [], "o-", color=INK, ms=3, lw=1.1, animated=True)
    (first,) = flat.plot([], [], "o", color="white", mec=INK, ms=7, animated=True)
    (ball,) = flat.plot([], [], "o", color=VERMILION, ms=11, mec="white", animated=True)
    (high_halo,) = tall.plot([], [], [], color="white", lw=3, animated=True)
    (high_trail,) = tall.plot([], [], [], "o-", color=INK, ms=2.5, lw=1.1, animated=True)
    (high_ball,) = tall.plot([], [], [], "o", color=VERMILION, ms=11, mec="white", animated=True)
    gone = figure.text(0.295, 0.955, "", ha="center", color=VERMILION, animated=True)
    run = cache(lambda *where: ball_places(where[0], where[1:3], where[3]))

    def update(start_1, start_2, learning_rate, landscape=names[0], step=STEPS):
        for name, artists in ground.items() if moves else ():
            for artist in artists:
                artist.set_visible(name == landscape)
        path, losses = run(landscape, start_1, start_2, learning_rate)
        path, losses = path[: step + 1], losses[: step + 1]
        out = first_outside(path, -reach, reach)
        seen, height = path[:out], np.minimum(losses[:out], HIGHEST) + LIFT
        for line in (halo, trail):
            # With the first place outside, so that one sees where it left; no farther than needed.
            line.set_data(*np.clip(path[: None if out is None else out + 1], -99, 99).T)
        for line in (high_halo, high_trail):
            line.set_data_3d(*seen.T, height)
        first.set_data(*seen[:1].T)
        ball.set_data(*seen[-1:].T if out is None else ([], []))
        high_ball.set_data_3d(*(values[-1:] for values in (*seen.T, height + LIFT)))
        high_ball.set_visible(out is None)
        gone.set_text("" if out is None else f"out of the picture in step {out}")
        slope = np.linalg.norm(shown[landscape].surface.gradient(path[-1]))
        where = f"{landscape} ({shape_in_words(shown[landscape])}), α = {plain(learning_rate)}"
        if out is not None:
            return (
                f"{where}: the ball leaves the picture in "
                f"step {out}; after {step} steps its loss is {far(losses[-1])}"
            )
        return (
            f"{where}: after {step} steps the ball is at "
            f"({near(path[-1, 0])}, {near(path[-1, 1])}); loss {near(losses[0])} → "
            f"{near(losses[-1])}, length of the gradient {near(slope)}"
        )

    def place(value, number, along):
        label = f"Start w{number}"
        return Slider(
            -reach, reach, value, step=0.25, label=label, format=".2f", drag=(flat, along)
        )

    # No table holds every step of every run; where the ground changes, there is none anyway.
    ground_first = {"landscape": Choice(names)} if moves else {}
    step_last = {"step": Steps(STEPS + 1, STEPS, speed=8)} if moves else {}
    return LiveFigure(
        figure,
        update,
        alt="Left, a map of the loss over two weights with contours; right, the same loss as a "
        "mountain. On both a ball and its trail of 40 steps.",
        **ground_first,
        start_1=place(start[0], "₁", "x"),
        start_2=place(start[1], "₂", "y"),
        learning_rate=Slider(
            0.05, 5, learning_rate, log=True, positions=13, label="Learning rate α"
        ),
        **step_last,
    )


def _draw_map(ax, landscape, animated):
    first, second, loss = grid(landscape, 61)
    looks = {"levels": LEVELS, "norm": Normalize(LOWEST, HIGHEST), "cmap": COLORS}
    lines = ax.contour(first, second, loss, linewidths=1.3, negative_linestyles="solid", **looks)
    lines.set_animated(animated)
    return [lines]


def _draw_mountain(ax, landscape, animated):
    first, second, loss = grid(landscape, 17)
    loss = np.minimum(loss, HIGHEST)
    surface = ax.plot_surface(first, second, loss, rstride=1, cstride=1, lw=0.3, ec="#00000030")
    tiles = mpl.colormaps[COLORS](
        Normalize(LOWEST, HIGHEST)((loss[:-1, :-1] + loss[1:, 1:]) / 2).reshape(-1)
    )
    # As a colour map, so that the colours are known to mean numbers and stay on a dark page.
    surface.set(array=np.arange(len(tiles)), cmap=ListedColormap(tiles), animated=animated)
    return [surface]


def _dress(ax, reach):
    ax.set_xlabel("w₁", labelpad=-8)
    ax.set_ylabel("w₂", labelpad=-8)
    ax.set_zlabel("loss L", labelpad=-9)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), zlim=(LOWEST, HIGHEST))
    ax.set(xticks=[-2, 0, 2], yticks=[-2, 0, 2], zticks=range(-1, 4))
    ax.tick_params(labelsize=8, pad=-3)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.pane.set_alpha(0)
    ax.view_init(38, -56)
    ax.set_box_aspect((1.2, 1.2, 0.9), zoom=0.9)
