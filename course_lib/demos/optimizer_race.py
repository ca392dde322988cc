"""Gradient descent, momentum, RMSProp and Adam on the same ground, each at its own rate."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.data import Crater, QuadraticBowl
from course_lib.live import Choice, LiveFigure, Slider, Steps
from course_lib.nn import SGD, Adam, Momentum, RMSProp

from .descent_paths import Surface, descend, steps_until
from .palette import BLUE, GREEN, GREY, INK, PURPLE, VERMILION, course_style
from .picture import new_figure
from .words import percent, plain

__all__ = ["GROUNDS", "OPTIMIZERS", "best_rate", "optimizer_race", "steps_to_arrive"]

OPTIMIZERS = {
    "gradient descent": SGD,
    "momentum": lambda rate: Momentum(rate, beta=0.9),
    "RMSProp": lambda rate: RMSProp(rate, beta=0.9),
    "Adam": Adam,
}
"""By name: learning rate → optimizer. Momentum and RMSProp with β = 0.9, Adam with its defaults."""

ARRIVED = 0.01  # of the loss at the start
LONGEST = 300  # steps that a ball is given to arrive
RATES = np.geomspace(0.01, 10, 25)


class Ground(NamedTuple):
    """A surface and a start, with the best rate of each optimizer among `RATES`."""

    surface: Surface
    start: tuple
    rates: tuple


GROUNDS = {
    "round bowl": Ground(QuadraticBowl([1.0, 1.0]), (-2.0, 1.5), (1.0, 0.0178, 0.1, 0.075)),
    "long valley, turned": Ground(
        QuadraticBowl([0.05, 10.0], angle=20), (-2.5, -1.0), (0.178, 0.133, 0.0237, 0.133)
    ),
    "hollow in a plain": Ground(Crater([1.0, 1.0]), (-3.0, 2.5), (1.78, 2.37, 0.0562, 1.78)),
    "oval hollow": Ground(Crater([0.3, 6.0]), (-2.5, 1.2), (0.316, 0.237, 0.075, 0.75)),
}
"""By name, in the order of the drop-down. The rates are what `best_rate` finds, to three digits."""


def steps_to_arrive(surface: Surface, start: ArrayLike, optimizer) -> int | None:
    """After how many steps the loss is below 1 % of that at the start for good; None: not in 300.

    Parameters
    ----------
    surface : Surface
        Its lowest loss is 0.
    start : array_like, shape (d,)
    optimizer : Optimizer

    Returns
    -------
    int or None
    """
    losses = surface.loss(descend(surface, start, optimizer, LONGEST))
    return steps_until(losses, ARRIVED * losses[0])


def best_rate(surface: Surface, start: ArrayLike, make) -> tuple[float, int | None]:
    """The learning rate at which an optimizer arrives first, of 25 between 0.01 and 10.

    Parameters
    ----------
    surface : Surface
    start : array_like, shape (d,)
    make : callable (learning_rate) → Optimizer

    Returns
    -------
    rate : float
    steps : int or None
        After which it arrives; see `steps_to_arrive`.
    """
    arrivals = [steps_to_arrive(surface, start, make(rate)) for rate in RATES]
    steps = [LONGEST + 1 if arrival is None else arrival for arrival in arrivals]
    first = int(np.argmin(steps))
    return float(RATES[first]), arrivals[first]


LOOKS = {
    "gradient descent": {"color": VERMILION, "ls": "--", "marker": "s"},
    "momentum": {"color": BLUE, "ls": "-", "marker": "o"},
    "RMSProp": {"color": GREEN, "ls": "-.", "marker": "^"},
    "Adam": {"color": PURPLE, "ls": ":", "marker": "D"},
}
SHOWN, EVERY, REACH = 120, 4, 3.3


@course_style()
def optimizer_race(
    ground: str = "long valley, turned", *, factor: float = 1.0, step: int = 60
) -> LiveFigure:
    """Four optimizers from the same start: their ways from above, and their losses by step.

    Parameters
    ----------
    ground : str
        One of `GROUNDS`, at which the drop-down opens.
    factor : float
        By which every optimizer's own best rate is multiplied, 0.1 to 10.
    step : int
        A multiple of 4, up to 120.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.9)
    left, right = figure.subplots(1, 2, width_ratios=[1.1, 1])
    contours = {name: _draw_contours(left, each) for name, each in GROUNDS.items()}
    left.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal")
    left.set(xlabel="weight w₁", ylabel="weight w₂", xticks=range(-3, 4), yticks=range(-3, 4))
    left.grid(False)
    right.set(xlim=(0, SHOWN), ylim=(1e-5, 30), yscale="log", xlabel="step")
    right.set_ylabel("loss, as a share of that at the start")
    right.axhline(ARRIVED, color=GREY, ls=":", lw=1.2)
    right.text(SHOWN, ARRIVED, "1 %", ha="right", va="bottom", color=GREY, fontsize=9)
    artists = {}
    for name, look in LOOKS.items():
        (way,) = left.plot([], [], lw=1.5, animated=True, **look | {"marker": ""})
        (ball,) = left.plot(
            [], [], look["marker"], color=look["color"], ms=9, mec="white", animated=True
        )
        (curve,) = right.plot([], [], lw=1.6, ms=5, markevery=12, label=name, animated=True, **look)
        artists[name] = way, ball, curve
    (begin,) = left.plot([], [], "o", color="white", mec=INK, ms=7, animated=True)
    figure.legend(
        handles=[curve for *_, curve in artists.values()],
        loc="outside upper center", ncols=4, fontsize=9,
    )  # fmt: skip

    @cache
    def run(ground, factor):
        surface, start, rates = GROUNDS[ground]
        paths = [
            descend(surface, start, make(factor * rate), SHOWN)
            for make, rate in zip(OPTIMIZERS.values(), rates, strict=True)
        ]
        return [(path, surface.loss(path) / surface.loss(start)) for path in paths]

    def update(ground, factor, step):
        step *= EVERY
        for name, lines in contours.items():
            lines.set_visible(name == ground)
        begin.set_data(*np.transpose([GROUNDS[ground].start]))
        words = []
        for (name, (way, ball, curve)), (path, shares), rate in zip(
            artists.items(), run(ground, factor), GROUNDS[ground].rates, strict=True
        ):
            places = np.clip(path[: step + 1], -99, 99)
            way.set_data(*places.T)
            ball.set_data(*places[-1:].T)
            curve.set_data(np.arange(step + 1), np.clip(shares[: step + 1], 1e-12, 1e6))
            words.append(f"{name} (α = {plain(factor * rate)}) {share_in_words(shares[step])}")
        return f"{ground}, step {step}, loss as a share of the first: {', '.join(words)}"

    return LiveFigure(
        figure,
        update,
        alt="Left, a landscape from above with the ways of four optimizers from the same start. "
        "Right, their losses by step on a logarithmic axis. Gradient descent is dashed with "
        "squares, momentum solid with circles, RMSProp dash-dotted with triangles, Adam dotted "
        "with diamonds.",
        ground=Choice(list(GROUNDS), ground, label="Landscape"),
        factor=Slider(
            0.1, 10, factor, log=True, positions=13, label="All rates times", format=".2g"
        ),
        step=Steps(
            [str(EVERY * k) for k in range(SHOWN // EVERY + 1)], step // EVERY, label="Step"
        ),
    )


def share_in_words(share: float) -> str:
    """A share of the first loss: in percent, or that it is small, or that it has grown."""
    if share > 1.005:
        return "above 100 %"
    return "below 0.1 %" if share < 0.001 else percent(share, 1 if share < 0.0995 else 0)


def _draw_contours(ax, ground):
    axis = np.linspace(-REACH, REACH, 91)
    first, second = np.meshgrid(axis, axis)
    heights = ground.surface.loss(np.stack([first, second], axis=-1))
    # Even steps of the root of the loss: rings at even distances in a bowl.
    levels = heights.max() * np.linspace(0.03, 0.95, 10) ** 2
    lines = ax.contour(first, second, heights, levels=levels, colors=GREY, linewidths=0.8)
    lines.set_animated(True)  # as an argument of `contour`, older matplotlib ignores it
    return lines
