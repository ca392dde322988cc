"""The slope of an activation function, wherever its input lies: the factor it puts in a chain."""

import numpy as np

from course_lib.live import Choice, LiveFigure, Slider
from course_lib.nn import relu, sigmoid, tanh

from .palette import BLUE, GREY, VERMILION, course_style
from .picture import new_figure
from .words import scientific

__all__ = ["FUNCTIONS", "activation_slope", "slope_at"]

FUNCTIONS = {"sigmoid": sigmoid, "tanh": tanh, "ReLU": relu}
FAR = 8
LAYERS = 10


def slope_at(activation: str, z: np.ndarray) -> np.ndarray:
    """The slope of an activation.

    sigmoid: a (1 − a),  tanh: 1 − a²,  ReLU: 1 where z > 0, else 0,  with a = f(z)

    Parameters
    ----------
    activation : str
        One of `FUNCTIONS`.
    z : array_like

    Returns
    -------
    ndarray, shape of `z`
    """
    z = np.asarray(z, dtype=float)
    a = FUNCTIONS[activation](z)
    return {
        "sigmoid": lambda: a * (1 - a),
        "tanh": lambda: 1 - a**2,
        "ReLU": lambda: (z > 0).astype(float),
    }[activation]()


@course_style()
def activation_slope(activation: str = "sigmoid", z: float = 0.0) -> LiveFigure:
    """An activation with its tangent at z, and below it its slope at every z.

    Parameters
    ----------
    activation : str
        One of `FUNCTIONS`.
    z : float
        From −8 to 8.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.1)
    value, slope = figure.subplots(1, 2)
    value.set(xlim=(-FAR, FAR), ylim=(-1.25, 2.25), xlabel="z", ylabel="activation a = f(z)")
    slope.set(xlim=(-FAR, FAR), ylim=(-0.05, 1.15), xlabel="z", ylabel="slope f′(z)")
    for ax in (value, slope):
        ax.set_xticks(range(-FAR, FAR + 1, 4))
    slope.axhline(0.25, color=GREY, ls="--", lw=1.2)
    slope.text(-FAR + 0.2, 0.265, "¼", color=GREY)
    (curve,) = value.plot([], [], color=BLUE, animated=True)
    (tangent,) = value.plot([], [], color=VERMILION, lw=1.4, animated=True)
    (slopes,) = slope.plot([], [], color=BLUE, animated=True)
    (drop,) = slope.plot([], [], ":", color=VERMILION, lw=1.4, animated=True)
    points = [
        ax.plot([], [], "o", color=VERMILION, ms=9, mec="white", animated=True)[0]
        for ax in (value, slope)
    ]
    grid = np.linspace(-FAR, FAR, 321)

    def update(activation, z):
        a, steep = float(FUNCTIONS[activation](z)), float(slope_at(activation, z))
        curve.set_data(grid, FUNCTIONS[activation](grid))
        slopes.set_data(grid, slope_at(activation, grid))
        ends = np.array([-1.6, 1.6]) / np.hypot(1, steep)
        tangent.set_data(z + ends, a + steep * ends)
        drop.set_data([z, z], [0, steep])
        points[0].set_data([z], [a])
        points[1].set_data([z], [steep])
        where = f"z = {z:.1f}".replace("-", "−")
        return (
            f"{activation} at {where}: activation {scientific(a, 2)}, slope "
            f"{scientific(steep, 2)}; ten such slopes multiply to {scientific(steep**LAYERS)}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, an activation function and its tangent at the point z. Right, its slope for "
        "every z, with the same point; a dashed line at ¼.",
        activation=Choice(list(FUNCTIONS), activation),
        z=Slider(-FAR, FAR, z, step=0.1, label="Input z", format=".1f", drag=(slope, "x")),
    )
