"""Which start ends in which minimum: a map of the basins of gradient descent."""

from functools import cache

import numpy as np

from course_lib.data import DoubleWell, Himmelblau
from course_lib.live import Choice, LiveFigure, Slider

from .ball_1d import near
from .descent_paths import Surface, descend
from .palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, course_style
from .picture import new_figure
from .words import percent, plain

__all__ = ["TERRAINS", "basins", "basins_of"]

STEPS = 250
CLOSE = 0.05  # how near to a minimum a ball must come to rest
REACH = 2.5
SIDE = 51


TERRAINS = {
    "two minima": DoubleWell(2.0, half_distance=1.5, tilt=0.2, across=[0.5]),
    "four minima": Himmelblau(0.004, 0.5),
}
"""Surfaces with a list of their minima, by name."""


def basins_of(surface: Surface, starts: np.ndarray, learning_rate: float) -> np.ndarray:
    """In which minimum gradient descent comes to rest, for many starts at once.

    Parameters
    ----------
    surface : Surface
        With an attribute `minima`, shape (k, 2).
    starts : ndarray, shape (…, 2)
    learning_rate : float

    Returns
    -------
    ndarray of int, shape (…)
        The number of the minimum, from 0; −1 if after 250 steps the ball is at none of them.
    """
    path = descend(surface, starts, learning_rate, STEPS)
    distance = np.linalg.norm(path[-2:, ..., None, :] - surface.minima, axis=-1).max(axis=0)
    return np.where(distance.min(axis=-1) < CLOSE, distance.argmin(axis=-1), -1)


@course_style()
def basins(terrain: str = "four minima", learning_rate: float = 0.3) -> LiveFigure:
    """A map on which each start has the sign of the minimum in which it ends.

    Parameters
    ----------
    terrain : str
        One of `TERRAINS`, at which the drop-down opens.
    learning_rate : float

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 4.4)
    ax, key = figure.subplots(1, 2, width_ratios=[1.55, 1])
    axis = np.linspace(-REACH, REACH, SIDE)
    starts = np.stack(np.meshgrid(axis, axis), axis=-1)
    contours = {name: _draw_contours(ax, surface) for name, surface in TERRAINS.items()}
    edge = REACH + 0.05
    ax.set(xlim=(-edge, edge), ylim=(-edge, edge), aspect="equal")
    ax.set(xlabel="start w₁", ylabel="start w₂", xticks=range(-2, 3), yticks=range(-2, 3))
    ax.grid(False)
    key.set(xlim=(0, 1), ylim=(0, 1))
    key.axis("off")
    key.text(0, 0.93, "where the starts end", fontweight="bold")
    rows = [_Row(ax, key, row, *look) for row, look in enumerate(LOOKS)]
    ask = cache(lambda name, rate: basins_of(TERRAINS[name], starts, rate))

    def update(terrain, learning_rate):
        for name, lines in contours.items():
            lines.set_visible(name == terrain)
        minima = TERRAINS[terrain].minima
        where = ask(terrain, learning_rate)
        for number, row in enumerate(rows[:-1]):
            row.show(starts[where == number], minima[number : number + 1], where.size)
        nowhere = starts[where == -1]
        rows[-1].show(nowhere, minima[:0], where.size)
        if not len(nowhere):
            rest = "no start is left over"
        else:
            rest = f"{_share(len(nowhere), where.size)} are not at rest after {STEPS} steps"
        found = [
            f"({near(place[0])}, {near(place[1])}) from "
            f"{_share(np.count_nonzero(where == number), where.size)}"
            for number, place in enumerate(minima)
        ]
        return f"{terrain}, α = {plain(learning_rate)}: {', '.join(found)} of the starts; {rest}"

    return LiveFigure(
        figure,
        update,
        alt="A map of starting points over two weights, with contours of the loss. Each start has "
        "the sign of the minimum where gradient descent ends; crosses end in none. Large signs "
        "mark the minima, and beside the map stands how many starts end in each.",
        terrain=Choice(list(TERRAINS), terrain, label="Landscape"),
        learning_rate=Slider(
            0.15, 2, learning_rate, log=True, positions=25, label="Learning rate α"
        ),
    )


LOOKS = (("s", BLUE), ("^", ORANGE), ("D", GREEN), ("v", PURPLE), ("x", GREY))


class _Row:
    """One minimum: its sign on the map, the signs of its starts, and its line in the key."""

    def __init__(self, ax, key, row, marker, color):
        height = 0.8 - 0.13 * row
        look = {"ls": "", "marker": marker, "color": color, "animated": True}
        (self.area,) = ax.plot([], [], ms=3.4, alpha=0.75, **look)
        (self.place,) = ax.plot([], [], ms=13, zorder=5, **look | {"mec": INK, "mew": 1.6})
        (self.sign,) = key.plot([0.04], [height], ms=10, **look)
        self.words = key.text(0.12, height, "", va="center", animated=True)

    def show(self, starts, place, total):
        self.area.set_data(*starts.T)
        self.place.set_data(*place.T)
        share = _share(len(starts), total)
        at = f"({near(place[0, 0])}, {near(place[0, 1])})" if len(place) else "not at rest"
        used = bool(len(place) or self.sign.get_marker() == "x")
        self.sign.set_visible(used)
        self.words.set_text(f"{at}: {share}" if used else "")


def _share(count, total):
    return "below 1 %" if 0 < count < 0.01 * total else percent(count / total)


def _draw_contours(ax, surface):
    axis = np.linspace(-REACH, REACH, 91)
    first, second = np.meshgrid(axis, axis)
    heights = surface.loss(np.stack([first, second], axis=-1))
    low = surface.loss(surface.minima).min()
    levels = low + (heights.max() - low) * np.linspace(0.06, 0.9, 9) ** 2
    lines = ax.contour(
        first, second, heights, levels=levels, colors=INK, linewidths=0.7, alpha=0.8,
        negative_linestyles="solid",
    )  # fmt: skip
    lines.set_animated(True)  # as an argument of `contour`, older matplotlib ignores it
    return lines
