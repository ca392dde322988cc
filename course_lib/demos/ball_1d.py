"""A ball on a curve: gradient descent on one weight, step by step."""

from functools import cache

import numpy as np

from course_lib.live import LiveFigure, Slider, Steps, Toggle

from .descent_paths import descend, first_outside
from .landscape import CURVES, find, shape_in_words
from .palette import BLUE, GREY, INK, ORANGE, VERMILION, course_style
from .picture import new_figure
from .value_words import short

__all__ = ["ball_1d", "ball_path", "outcome"]

STEPS = 15


def ball_path(landscape: str, start: float, learning_rate: float, uphill: bool = False):
    """The places of a ball and its losses, the start first.

    w ← w − α ∂L/∂w, or with plus if `uphill`

    Parameters
    ----------
    landscape : str
        One of `CURVES`.
    start, learning_rate : float
    uphill : bool

    Returns
    -------
    w, loss : ndarray, shape (16,)
    """
    surface = find(CURVES, landscape).surface
    path = descend(surface, [start], learning_rate, STEPS, uphill=uphill)
    return path[:, 0], surface.loss(path)


def outcome(losses: np.ndarray) -> str:
    """What a run has done to the loss: "falls", "rises" or "stays"."""
    change = losses[-1] - losses[0]
    if abs(change) < 1e-9:
        return "stays"
    return "falls" if change < 0 else "rises"


@course_style()
def ball_1d(
    landscape: str = "bowl",
    *,
    start: float | None = None,
    learning_rate: float | None = None,
    uphill: bool = False,
    step: int = 5,
) -> LiveFigure:
    """A ball on a loss curve with its tangent and trail, and the loss by step beside it.

    Parameters
    ----------
    landscape : str
        One of `CURVES`.
    start, learning_rate : float, optional
        Where the sliders open; the landscape's own unless given.
    uphill : bool
        With a plus in place of the minus, and a check box to change it.
    step : int
        The step at which it opens, 0 to 15.

    Returns
    -------
    LiveFigure
    """
    ground = find(CURVES, landscape)
    surface, reach = ground.surface, ground.reach
    start = ground.start[0] if start is None else start
    learning_rate = ground.learning_rate if learning_rate is None else learning_rate
    places = np.linspace(-reach, reach, 241)
    heights = surface.loss(places[:, None])
    low, high = heights.min(), heights.max()
    room = 0.08 * (high - low)

    figure = new_figure(7.2, 3.5)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=[1.55, 1])
    left.plot(places, heights, color=GREY, lw=1.6)
    left.set(xlim=(-reach, reach), ylim=(low - room, high + room))
    left.set(xlabel="weight w", ylabel="loss L(w)")
    right.set(xlim=(-0.5, STEPS + 0.5), xlabel="step", xticks=range(0, STEPS + 1, 5))
    (tangent,) = left.plot([], [], color=ORANGE, lw=2, ls="--", label="tangent", animated=True)
    (trail,) = left.plot([], [], "o-", color=BLUE, ms=4, lw=0.9, label="trail", animated=True)
    (move,) = left.plot([], [], color=INK, lw=1.6, label="next step", animated=True)
    (tip,) = left.plot([], [], ls="", color=INK, ms=6, animated=True)
    (ball,) = left.plot([], [], "o", color=VERMILION, ms=11, mec="white", animated=True)
    gone = left.text(0, 0, "", va="center", color=VERMILION, animated=True)
    (losses_line,) = right.plot([], [], "o-", color=BLUE, ms=4, lw=1.2, animated=True)
    (now,) = right.plot([], [], "o", color=VERMILION, ms=9, mec="white", animated=True)
    left.legend(handles=[tangent, trail, move], loc="upper center", fontsize=9)

    @cache
    def run(start, learning_rate, uphill):
        path, losses = ball_path(landscape, start, learning_rate, uphill)
        return path, losses, first_outside(path[:, None], -reach, reach)

    def update(start, learning_rate, step, uphill=False):
        path, losses, left_at = run(start, learning_rate, uphill)
        w, loss = path[step], losses[step]
        slope = surface.gradient(path[step : step + 1])[0]
        change = (learning_rate if uphill else -learning_rate) * slope
        seen = min(step, left_at - 1) if left_at is not None else step
        inside = seen == step
        # With the first place outside, so that one sees where it left.
        shown = slice(seen + (1 if inside else 2))
        trail.set_data(np.clip(path[shown], -99, 99), np.clip(losses[shown], -99, 99))
        losses_line.set_data(np.arange(STEPS + 1)[shown], np.clip(losses[shown], -99, 99))
        ball.set_data([[w], [loss]] if inside else [[], []])
        now.set_data([[step], [loss]] if inside else [[], []])
        half = 0.9 / np.hypot(1, slope)
        ends = np.array([-half, half])
        tangent.set_data([w + ends, loss + slope * ends] if inside else [[], []])
        head = np.clip(w + change, -reach, reach)
        move.set_data([[w, head], [low - room / 2] * 2])
        tip.set_data([[head], [low - room / 2]])
        tip.set_marker(">" if change > 0 else "<")
        for arrow in (move, tip):
            arrow.set_visible(inside and abs(change) > 0.02)
        gone.set_text("")
        if not inside:
            edge = "right" if w > 0 else "left"
            gone.set(text="out here →" if w > 0 else "← out here", ha=edge)
            gone.set_position((0.97 * np.sign(w) * reach, low))
            return (
                f"step {step}: w = {far(w)}, loss {far(loss)}; the ball left the picture in "
                f"step {left_at} and is now to the {edge} of it"
            )
        return (
            f"step {step}: w = {near(w)}, loss {near(loss)}, slope {near(slope)}; the next step "
            f"is {'+' if uphill else '−'}α · slope = {near(change)}"
        )

    return LiveFigure(
        figure,
        update,
        alt=f"Left, a loss curve ({landscape}, {shape_in_words(ground)}) with a ball, the tangent "
        "at the ball, its trail and, along the bottom, the next move as an arrow. Right, the loss "
        "by step.",
        start=Slider(
            -reach, reach, start, step=reach / 10, label="Start w", format=".2f", drag=(left, "x")
        ),
        learning_rate=Slider(0.1, 2.5, learning_rate, step=0.1, label="Learning rate α"),
        **({"uphill": Toggle(True, label="plus instead of minus")} if uphill else {}),
        step=Steps(STEPS + 1, step, label="Step", speed=3),
    )


def near(number: float) -> str:
    """A number in the picture, with two decimals."""
    return f"{round(number, 2) + 0.0:.2f}".replace("-", "−")


def far(number: float) -> str:
    """A number out of the picture: two digits, and beyond a million only that it is."""
    if abs(number) < 1e6:
        rounded = float(f"{number:.2g}")
        return f"{rounded:,.0f}".replace("-", "−") if abs(number) >= 10 else short(rounded)
    return "beyond a million" if number > 0 else "beyond minus a million"
