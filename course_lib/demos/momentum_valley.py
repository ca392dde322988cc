"""A ball with momentum beside one without, in a long narrow valley."""

from functools import cache

import numpy as np

from course_lib.data import QuadraticBowl
from course_lib.live import LiveFigure, Slider
from course_lib.nn import SGD, Momentum

from .descent_paths import descend, steps_until
from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .words import plain

__all__ = ["START", "VALLEY", "momentum_valley", "valley_losses", "valley_paths"]

VALLEY = QuadraticBowl([0.1, 4.0])
"""Forty times as curved across as along; plain descent converges for α < 2/4."""
START = (-2.7, 1.0)
STEPS = 150
ARRIVED = 0.01  # of the loss at the start
REACH = (3.0, 1.4)


def valley_paths(learning_rate: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """The way of gradient descent, and with momentum, from the same start at the same rate.

    w ← w − α g;  v ← β v + g, w ← w − α v

    Parameters
    ----------
    learning_rate, beta : float

    Returns
    -------
    plain, rolling : ndarray, shape (151, 2)
    """
    optimizers = SGD(learning_rate), Momentum(learning_rate, beta=beta)
    return tuple(descend(VALLEY, START, optimizer, STEPS) for optimizer in optimizers)


def valley_losses(learning_rate: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """The losses along `valley_paths`, as shares of that at the start."""
    return tuple(
        VALLEY.loss(path) / VALLEY.loss(START) for path in valley_paths(learning_rate, beta)
    )


@course_style()
def momentum_valley(learning_rate: float = 0.1, beta: float = 0.8) -> LiveFigure:
    """Both ways in the valley from above, and both losses by step.

    Parameters
    ----------
    learning_rate, beta : float
        Where the sliders open.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 5.0)
    top, bottom = figure.subplots(2, 1, height_ratios=[1.15, 1])
    first, second = np.meshgrid(np.linspace(-3, 3, 101), np.linspace(-1.4, 1.4, 61))
    heights = VALLEY.loss(np.stack([first, second], axis=-1))
    top.contour(
        first, second, heights, levels=np.array([0.05, 0.2, 0.45, 0.8, 1.4, 2.2, 3.2]),
        colors=GREY, linewidths=0.8, alpha=0.7,
    )  # fmt: skip
    top.set(xlim=(-REACH[0], REACH[0]), ylim=(-REACH[1], REACH[1]), aspect="equal")
    top.set(xlabel="weight w₁, along the valley", ylabel="w₂, across it")
    top.grid(False)
    bottom.set(xlim=(0, STEPS), ylim=(1e-6, 30), yscale="log", xlabel="step")
    bottom.set_ylabel("loss, as a share\nof that at the start")
    bottom.axhline(ARRIVED, color=GREY, ls=":", lw=1.2)
    bottom.text(STEPS, ARRIVED, "1 %", ha="right", va="bottom", color=GREY, fontsize=9)

    looks = (
        {"color": VERMILION, "ls": "--", "marker": "s", "label": "gradient descent"},
        {"color": BLUE, "ls": "-", "marker": "o", "label": "with momentum"},
    )
    ways = [top.plot([], [], ms=3, lw=1.1, animated=True, **look)[0] for look in looks]
    balls = [
        top.plot([], [], look["marker"], color=look["color"], ms=9, mec="white", animated=True)[0]
        for look in looks
    ]
    curves = [bottom.plot([], [], lw=1.8, animated=True, **look | {"marker": ""})[0]
              for look in looks]  # fmt: skip
    top.plot(*START, "o", color="white", mec=INK, ms=7)
    top.legend(handles=ways, loc="upper right", fontsize=9, framealpha=0.8, frameon=True)
    run = cache(valley_paths)

    def update(learning_rate, beta):
        words = []
        for path, way, ball, curve, look in zip(
            run(learning_rate, beta), ways, balls, curves, looks, strict=True
        ):
            share = VALLEY.loss(path) / VALLEY.loss(START)
            way.set_data(*np.clip(path, -99, 99).T)
            ball.set_data(*np.clip(path[-1:], -99, 99).T)
            curve.set_data(np.arange(STEPS + 1), np.clip(share, 1e-12, 1e6))
            words.append(f"{look['label']} {arrival(share)}")
        return f"α = {plain(learning_rate)}, β = {beta:.2f}: {words[0]}; {words[1]}"

    return LiveFigure(
        figure,
        update,
        alt="Above, a long valley from above, with the ways of two balls from the same start: "
        "gradient descent dashed with squares, momentum solid with dots. Below, both losses by "
        "step on a logarithmic axis.",
        learning_rate=Slider(
            0.01, 1, learning_rate, log=True, positions=31, label="Learning rate α"
        ),
        beta=Slider(0, 0.98, beta, step=0.02, label="Momentum β", format=".2f"),
    )


def arrival(share: np.ndarray) -> str:
    """When a loss, as a share of the first, has come to 1 % for good, in words."""
    steps = steps_until(share, ARRIVED)
    if steps is not None:
        return f"is at 1 % of the loss after {steps} steps"
    if share[-1] > share[0]:
        return "diverges"
    return f"is not at 1 % after {len(share) - 1} steps"
