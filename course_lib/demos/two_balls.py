"""Two balls in a landscape of two valleys: the same rule, the same rate, another start."""

from functools import cache

import numpy as np

from course_lib.live import LiveFigure, Slider

from .ball_1d import near
from .descent_paths import descend
from .landscape import CURVES
from .palette import BLUE, GREY, ORANGE, SKY, VERMILION, course_style
from .picture import new_figure
from .words import plain

__all__ = ["two_balls", "valley_of"]

WELLS = CURVES["two minima"].surface
REACH = CURVES["two minima"].reach
STEPS = 60
VALLEYS = ("the left valley", "the right valley", "neither valley")


def valley_of(start: float, learning_rate: float) -> str:
    """Where a ball comes to rest: "the left valley", "the right valley" or "neither valley"."""
    return _valley(descend(WELLS, [start], learning_rate, STEPS)[:, 0])


def _valley(path):
    minima = WELLS.minima[:, 0]
    if np.ptp(path[-2:]) > 1e-3:
        return VALLEYS[2]
    distance = np.abs(minima - path[-1])
    return VALLEYS[distance.argmin()] if distance.min() < 0.1 else VALLEYS[2]


@course_style()
def two_balls(
    left_start: float = -0.5, right_start: float = 0.75, learning_rate: float = 0.1
) -> LiveFigure:
    """Two starts on one curve; a strip below says of every start where it would end.

    Parameters
    ----------
    left_start, right_start : float
        Where the balls start, −2.5 to 2.5.
    learning_rate : float

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.6)
    ax = figure.subplots()
    places = np.linspace(-REACH, REACH, 301)
    heights = WELLS.loss(places[:, None])
    ax.plot(places, heights, color=GREY, lw=1.6)
    low, high = -0.85, heights.max()
    ax.set(xlim=(-REACH, REACH), ylim=(low, high), xlabel="weight w", ylabel="loss L(w)")
    ridge = WELLS.ridge
    ax.annotate(
        f"ridge, w = {near(ridge[0])}", (ridge[0], WELLS.loss(ridge)), (0, 22),
        textcoords="offset points", ha="center", fontsize=9, arrowprops={"arrowstyle": "-"},
    )  # fmt: skip
    starts = np.round(np.linspace(-REACH, REACH, 51), 9)
    strips = [
        ax.plot([], [], marker, color=color, ms=5, label=label, animated=True)[0]
        for marker, color, label in (
            ("s", SKY, "starts that end left"),
            ("^", ORANGE, "that end right"),
            ("x", GREY, "that end in neither"),
        )
    ]
    looks = (("o-", BLUE), ("D-", VERMILION))
    trails = [ax.plot([], [], look, color=c, ms=3, lw=1, animated=True)[0] for look, c in looks]
    balls = [
        ax.plot([], [], look[0], color=c, ms=11, mec="white", animated=True)[0] for look, c in looks
    ]
    begins = [
        ax.plot([], [], look[0], color="white", mec=c, mew=1.6, ms=9, animated=True)[0]
        for look, c in looks
    ]
    ax.legend(handles=strips, loc="upper center", ncols=3, fontsize=9)

    @cache
    def ends(learning_rate):
        paths = descend(WELLS, starts[:, None], learning_rate, STEPS)[..., 0]
        return np.array([_valley(path) for path in paths.T])

    @cache
    def run(start, learning_rate):
        return descend(WELLS, [start], learning_rate, STEPS)[:, 0]

    def update(left_start, right_start, learning_rate):
        where = ends(learning_rate)
        for strip, valley in zip(strips, VALLEYS, strict=True):
            mine = starts[where == valley]
            strip.set_data(mine, np.full(len(mine), low + 0.13))
        words = []
        for start, trail, ball, begin in zip(
            (left_start, right_start), trails, balls, begins, strict=True
        ):
            path = run(start, learning_rate)
            losses = WELLS.loss(path[:, None])
            inside = np.abs(path) <= REACH
            trail.set_data(path[inside], losses[inside])
            begin.set_data(path[:1], losses[:1])
            ball.set_data(path[-1:], losses[-1:])
            words.append(_ending(start, path, losses[-1]))
        return f"α = {plain(learning_rate)}: {'; '.join(words)}"

    def control(value, label):
        return Slider(-REACH, REACH, value, step=0.25, label=label, format=".2f")

    return LiveFigure(
        figure,
        update,
        alt="A loss curve with two valleys, the left one deeper, and two balls that have rolled "
        "from their starts, drawn hollow. Along the bottom, a strip of signs says of every start "
        "in which valley it ends.",
        left_start=control(left_start, "Start of the round ball"),
        right_start=control(right_start, "Start of the square ball"),
        learning_rate=Slider(
            0.05, 2, learning_rate, log=True, positions=15, label="Learning rate α"
        ),
    )


def _ending(start, path, loss):
    valley = _valley(path)
    if valley == VALLEYS[2]:
        return f"from {near(start)} into neither valley"
    return f"from {near(start)} into {valley}, w = {near(path[-1])}, loss {near(loss)}"
