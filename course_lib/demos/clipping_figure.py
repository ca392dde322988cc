"""A gradient of two numbers, clipped by value and by global norm: its length and its direction."""

import numpy as np
from matplotlib.patches import Circle, Rectangle
from numpy.typing import ArrayLike

from course_lib.live import LiveFigure, Slider
from course_lib.nn import clip_by_global_norm, clip_by_value

from .palette import BLUE, GREEN, GREY, VERMILION, course_style
from .picture import new_figure

__all__ = ["angle_between", "clipped", "clipping_figure"]

REACH = 9.0
LARGEST = 8.0


def clipped(gradient: ArrayLike, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """The gradient clipped by value, and by norm; the one given is not changed.

    Parameters
    ----------
    gradient : array_like, shape (d,)
    limit : float
        The largest entry, and the largest norm.

    Returns
    -------
    by_value, by_norm : ndarray, shape (d,)
    """
    by_value, by_norm = (np.array(gradient, dtype=float) for _ in range(2))
    clip_by_value(by_value, limit)
    clip_by_global_norm(by_norm, limit)
    return by_value, by_norm


def angle_between(a: ArrayLike, b: ArrayLike) -> float:
    """The angle between two vectors, in degrees.

    arctan2(‖â − b̂‖, ‖â + b̂‖) · 2,  with â = a/‖a‖: exact for small angles too

    Parameters
    ----------
    a, b : array_like, shape (d,)

    Returns
    -------
    float
        0 if one of them is zero.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if 0 in lengths:
        return 0.0
    a, b = a / lengths[0], b / lengths[1]
    return float(np.degrees(2 * np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b))))


@course_style()
def clipping_figure(first: float = 1.0, second: float = 8.0, limit: float = 1.0) -> LiveFigure:
    """A gradient to drag, and what either way of clipping makes of it.

    Parameters
    ----------
    first, second : float
        The two entries of the gradient: −8 to 8.
    limit : float
        Of the entries, and of the norm: 1 to 8.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.9)
    ax, table = figure.subplots(1, 2, width_ratios=[1.25, 1])
    ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal")
    ax.set(xlabel="slope of weight 1", ylabel="slope of weight 2")
    ax.set_xticks(range(-8, 9, 4))
    ax.set_yticks(range(-8, 9, 4))
    square = Rectangle((0, 0), 0, 0, fill=False, ec=BLUE, ls="--", lw=1.2, animated=True)
    circle = Circle((0, 0), 1, fill=False, ec=GREEN, ls=":", lw=1.6, animated=True)
    for patch in (square, circle):
        ax.add_patch(patch)
    looks = (
        ("the gradient", "o", VERMILION, 2.0, 9),
        ("by value", "s", BLUE, 3.2, 7),
        ("by norm", "^", GREEN, 3.2, 8),
    )
    table.set(xlim=(0, 1), ylim=(0, 1))
    table.set_axis_off()
    arrows, cells = [], []
    for i, (name, marker, color, width, size) in enumerate(looks):
        line, tip = (
            ax.plot([], [], style, color=color, animated=True, zorder=3 + (i == 0), **how)[0]
            for style, how in (("-", {"lw": width}), (marker, {"ms": size, "mec": "white"}))
        )
        arrows.append((line, tip))
        top = 0.93 - 0.33 * i
        table.plot([0, 0.14], [top, top], color=color, lw=width, clip_on=False)
        table.plot([0.14], [top], marker, color=color, ms=size, mec="white", clip_on=False)
        table.text(0.22, top, name, va="center", fontweight="bold")
        cells.append(
            table.text(0.22, top - 0.06, "", va="top", linespacing=1.4, animated=True, fontsize=9.5)
        )
    ax.plot([0], [0], "o", color=GREY, ms=4)

    def update(first, second, limit):
        gradient = np.array([first, second])
        by_value, by_norm = clipped(gradient, limit)
        square.set_bounds(-limit, -limit, 2 * limit, 2 * limit)
        circle.set_radius(limit)
        turns = []
        for (line, tip), cell, vector in zip(
            arrows, cells, (gradient, by_value, by_norm), strict=True
        ):
            line.set_data([0, vector[0]], [0, vector[1]])
            tip.set_data(vector[:1], vector[1:])
            turns.append(angle_between(gradient, vector))
            turned = "" if vector is gradient else f"\nturned by {turns[-1]:.0f}°"
            cell.set_text(f"{_pair(vector)}\nlength {np.linalg.norm(vector):.2f}{turned}")
        lengths = [np.linalg.norm(vector) for vector in (gradient, by_value, by_norm)]
        return (
            f"gradient {_pair(gradient)}, length {lengths[0]:.2f}, limit {limit:g}. "
            f"By value {_pair(by_value)}: length {lengths[1]:.2f}, turned by {turns[1]:.0f}°. "
            f"By norm {_pair(by_norm)}: length {lengths[2]:.2f}, turned by {turns[2]:.0f}°"
        )

    return LiveFigure(
        figure,
        update,
        alt="A gradient of two entries as a line from the origin, the square of what clipping by "
        "value allows and the circle of what clipping by norm allows, and in each the clipped "
        "gradient. Beside it, their lengths and by how much each was turned.",
        first=_entry(first, 1, ax, "x"),
        second=_entry(second, 2, ax, "y"),
        limit=Slider(1, 8, limit, step=1, label="Limit", format="g"),
    )


def _entry(value, number, ax, along):
    return Slider(
        *(-LARGEST, LARGEST, value),
        step=0.5,
        label=f"Slope of weight {number}",
        format=".1f",
        drag=(ax, along),
    )


def _pair(vector):
    return f"({vector[0]:.2f}, {vector[1]:.2f})".replace("-0.00", "0.00").replace("-", "−")
