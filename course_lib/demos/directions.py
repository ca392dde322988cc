"""Which way is down? The slope in every direction from one place on a surface."""

import numpy as np
from numpy.typing import ArrayLike

from course_lib.data import QuadraticBowl
from course_lib.live import LiveFigure, Slider

from .descent_paths import Surface
from .palette import BLUE, GREY, ORANGE, VERMILION, course_style
from .picture import new_figure
from .value_words import short

__all__ = ["HILL", "PLACE", "directions", "slope_along"]

HILL = QuadraticBowl([0.4, 1.2], angle=25)
PLACE = (1.4, 0.5)
NUDGE = 1e-6


def slope_along(surface: Surface, w: ArrayLike, direction: ArrayLike) -> float:
    """How the loss changes per unit of way in one direction, by a tiny walk to and fro.

    (L(w + ε u) − L(w − ε u)) / 2ε,  u = direction / ‖direction‖

    Parameters
    ----------
    surface : Surface
    w, direction : array_like, shape (d,)
        `direction` is not zero; its length does not matter.

    Returns
    -------
    float
    """
    w, u = np.asarray(w, dtype=float), np.asarray(direction, dtype=float)
    u = u / np.linalg.norm(u)
    return float((surface.loss(w + NUDGE * u) - surface.loss(w - NUDGE * u)) / (2 * NUDGE))


def turned(direction: np.ndarray, degrees: float) -> np.ndarray:
    """A direction in the plane, turned counter-clockwise."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ direction


@course_style()
def directions(angle: float = 40) -> LiveFigure:
    """An arrow to turn at a place on the map, and the slope that each direction has.

    Parameters
    ----------
    angle : float
        From the gradient, in degrees, −180 to 180.

    Returns
    -------
    LiveFigure
    """
    place = np.array(PLACE)
    gradient = HILL.gradient(place)
    uphill = gradient / np.linalg.norm(gradient)
    steepest = np.linalg.norm(gradient)

    figure = new_figure(7.2, 3.5)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.1])
    axis = np.linspace(-2.5, 2.5, 101)
    first, second = np.meshgrid(axis, axis)
    heights = HILL.loss(np.stack([first, second], axis=-1))
    here = HILL.loss(place)
    left.contour(
        first, second, heights, levels=here * np.array([0.1, 0.4, 1.0, 1.9, 3.2, 5, 8]),
        colors=GREY, linewidths=[0.9, 0.9, 2.0, 0.9, 0.9, 0.9, 0.9],
    )  # fmt: skip
    left.set(xlim=(-2.5, 2.5), ylim=(-2.5, 2.5), aspect="equal")
    left.set(xlabel="weight w₁", ylabel="weight w₂", xticks=range(-2, 3), yticks=range(-2, 3))
    left.grid(False)
    arrow = {"arrowstyle": "-|>", "color": ORANGE, "lw": 2.2, "shrinkA": 0, "shrinkB": 0}
    left.annotate("", place + uphill, place, arrowprops=arrow)
    (gradient_line,) = left.plot([], [], color=ORANGE, lw=2.2, label="gradient")
    (way,) = left.plot([], [], color=BLUE, lw=2.2, label="your direction", animated=True)
    (tip,) = left.plot([], [], "o", color=BLUE, ms=7, animated=True)
    left.legend(handles=[gradient_line, way], loc="lower right", fontsize=9)
    left.plot(*place, "o", color=VERMILION, ms=11, mec="white")

    angles = np.arange(-180, 181, 5)
    slopes = [slope_along(HILL, place, turned(uphill, degrees)) for degrees in angles]
    right.axhline(0, color=GREY, lw=1)
    right.plot(angles, slopes, color=BLUE, lw=1.6)
    right.set(xlim=(-185, 185), xticks=range(-180, 181, 90))
    right.set_ylim(-1.25 * steepest, 1.25 * steepest)
    right.set(xlabel="angle to the gradient (degrees)", ylabel="slope in this direction")
    (now,) = right.plot([], [], "o", color=BLUE, ms=9, mec="white", animated=True)

    def update(angle):
        direction = turned(uphill, angle)
        slope = slope_along(HILL, place, direction)
        end = place + direction
        way.set_data(*np.transpose([place, end]))
        tip.set_data(*end[:, None])
        now.set_data([angle], [slope])
        return f"{angle:.0f}° from the gradient: slope {_words(slope)}".replace("-", "−")

    def _words(slope):
        if abs(slope) < 1e-6:
            return "0, along the contour"
        kind = "up" if slope > 0 else "down"
        most = " as steeply as it goes" if abs(abs(slope) - steepest) < 1e-6 else ""
        return f"{short(round(slope, 3))}, {kind}{most}"

    return LiveFigure(
        figure,
        update,
        alt="Left, contours of a bowl, a ball, the gradient as an arrow at right angles to the "
        "contour, and a direction to turn. Right, the slope over the angle to the gradient: a "
        "cosine, highest along the gradient and zero at right angles to it.",
        angle=Slider(-180, 180, angle, step=5, label="Angle", unit="°",
                     format=".0f", drag=(right, "x")),
    )  # fmt: skip
