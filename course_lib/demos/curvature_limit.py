"""The limit of the learning rate on a parabola, and how it moves with the curvature."""

import numpy as np

from course_lib.data import QuadraticBowl
from course_lib.live import LiveFigure, Slider

from .descent_paths import descend
from .palette import BLUE, GREEN, GREY, INK, ORANGE, SKY, VERMILION, course_style
from .picture import new_figure
from .words import plain

__all__ = ["curvature_limit", "steps_to", "verdict"]

STEPS = 30
HEIGHT = 10.0  # the loss from which every ball starts, whatever the curvature
LOW, HIGH = 1e-4, 10  # ends of the axis of rates
FAR = 1e100


def steps_to(factor: float, share: float = 0.01) -> float:
    """How many steps bring the distance down to a share of itself.

    k = ln(share) / ln|factor|

    Parameters
    ----------
    factor : float
        By which each step multiplies the distance: 1 − α λ.
    share : float
        In (0, 1).

    Returns
    -------
    float
        A whole number of steps; infinite if the distance does not shrink.

    Examples
    --------
    >>> steps_to(0.6), steps_to(-1.5), steps_to(0.0)
    (10.0, inf, 1.0)
    """
    size = abs(factor)
    if size >= 1:
        return float("inf")
    return 1.0 if size <= share else float(np.ceil(np.log(share) / np.log(size) - 1e-9))


def verdict(factor: float) -> str:
    """What descent does on a parabola if each step multiplies the distance by `factor`.

    Returns
    -------
    str
        "creeps", "converges", "oscillates, converges", "bounces for ever" or "diverges".
    """
    if factor < -1 - 1e-9:
        return "diverges"
    if factor < -1 + 1e-9:
        return "bounces for ever"
    if factor < -0.005:
        return "oscillates, converges"
    return "converges" if steps_to(factor) <= 100 else "creeps"


@course_style()
def curvature_limit(curvature: float = 40.0, learning_rate: float = 0.01) -> LiveFigure:
    """A ball on a parabola, its loss, and the axis of learning rates with the limit 2/λ on it.

    Parameters
    ----------
    curvature : float
        λ at which it opens, 2 to 1,000.
    learning_rate : float
        α at which it opens, 0.0001 to 10.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 4.6)
    grid = figure.add_gridspec(2, 2, height_ratios=[3, 1.15])
    left, right = (figure.add_subplot(grid[0, column]) for column in (0, 1))
    axis = figure.add_subplot(grid[1, :])

    left.set(
        xlim=(-5, 5),
        ylim=(-0.6, 16),
        xlabel="weight w",
        ylabel="loss ½ λ w²",
        yticks=[0, 5, 10, 15],
    )
    (parabola,) = left.plot([], [], color=GREY, lw=1.2, animated=True)
    (trail,) = left.plot([], [], "o-", color=BLUE, ms=4, lw=1, animated=True)
    (ball,) = left.plot([], [], "o", color=VERMILION, ms=9, mec="white", animated=True)
    right.set(
        xlim=(0, STEPS), ylim=(1e-7, 1e7), yscale="log", xlabel="step", ylabel="loss", yticks=[]
    )
    right.set_yticks([1e-6, 1e-3, 1, 1e3, 1e6])
    right.axhline(HEIGHT, color=GREY, ls="--", lw=1.2)
    right.text(STEPS, 1.5 * HEIGHT, "at the start", color=GREY, ha="right", fontsize=9)
    (curve,) = right.plot([], [], "o-", color=BLUE, ms=3, lw=1.2, animated=True)

    axis.set(xlim=(LOW, HIGH), ylim=(0, 1), xscale="log", yticks=[])
    axis.set_xlabel("learning rate α")
    axis.xaxis.set_major_formatter(lambda rate, _: f"{rate:g}")
    axis.grid(False)
    axis.spines["left"].set_visible(False)
    zones = [
        axis.fill(
            [], [], fc=(color, opacity), ec=GREY, hatch=hatch, lw=0, label=name, animated=True
        )[0]
        for color, opacity, hatch, name in (
            (GREEN, 0.25, None, "converges"),
            (SKY, 0.45, "..", "oscillates and converges"),
            (ORANGE, 0.4, "///", "diverges"),
        )
    ]
    figure.legend(handles=zones, loc="outside lower center", ncols=3, fontsize=9)
    marks = [
        axis.plot([], [], color=INK, lw=lw, ls=ls, animated=True)[0]
        for lw, ls in ((1.2, ":"), (2.2, "-"))
    ]
    words = [axis.text(1, 1.06, "", ha="center", fontsize=9.5, animated=True) for _ in marks]
    (marker,) = axis.plot([], [], "o", color=VERMILION, ms=11, mec="white", animated=True)

    def update(curvature, learning_rate):
        bowl = QuadraticBowl([curvature])
        path = descend(bowl, [np.sqrt(2 * HEIGHT / curvature)], learning_rate, STEPS, far=FAR)
        losses = bowl.loss(path)
        w = np.linspace(-1, 1, 121) * np.sqrt(2 * 17 / curvature)
        parabola.set_data(w, bowl.loss(w[:, None]))
        inside = losses <= 17
        trail.set_data(path[inside, 0], losses[inside])
        ball.set_data(path[inside][-1:, 0], losses[inside][-1:])
        curve.set_data(np.arange(STEPS + 1), np.clip(losses, 1e-12, 1e12))

        best, limit = 1 / curvature, bowl.max_learning_rate
        edges = np.clip([LOW, best, limit, HIGH], LOW, HIGH)
        for zone, low, high in zip(zones, edges, edges[1:], strict=False):
            zone.set_xy([(low, 0), (high, 0), (high, 1), (low, 1)])
        for mark, at in zip(marks, (best, limit), strict=True):
            mark.set_data([at, at], [0, 1])
        words[0].set(text=f"1/λ = {plain(best)} ", x=best, ha="right")
        words[1].set(text=f" limit 2/λ = {plain(limit)}", x=limit, ha="left")
        marker.set_data([learning_rate], [0.5])

        factor = 1 - learning_rate * curvature
        return (
            f"curvature λ = {plain(curvature)}, limit 2/λ = {plain(limit)}; learning rate "
            f"α = {plain(learning_rate)}: factor per step 1 − αλ = {_signed(factor)}, "
            f"{_outcome(factor)}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, a parabola and the places of 30 steps on it. Right, the loss by step. Below, "
        "the axis of learning rates: up to 1/λ descent converges from one side, up to the limit "
        "2/λ it oscillates and converges, and beyond it diverges; a ball marks the rate chosen.",
        curvature=Slider(2, 1000, curvature, log=True, positions=28, label="Curvature λ"),
        learning_rate=Slider(
            LOW,
            HIGH,
            learning_rate,
            log=True,
            positions=51,
            label="Learning rate α",
            drag=(axis, "x"),
        ),
    )


def _signed(number):
    return (
        f"{number:.3g}".replace("-", "−")
        if abs(number) < 100
        else f"{number:.0f}".replace("-", "−")
    )


def _outcome(factor):
    what = verdict(factor)
    steps = steps_to(factor)
    if not np.isfinite(steps):
        return what
    return f"{what}: a hundredth of the distance after {steps:,.0f} step{'s' * (steps != 1)}"
