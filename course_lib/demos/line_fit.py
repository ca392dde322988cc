"""A line laid through house prices by hand: its residuals as real squares, and three losses."""

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection

from course_lib.live import LiveFigure, Slider
from course_lib.nn import huber, mae, mse

from .line_losses import DELTA, ten_houses
from .palette import BLUE, INK, SKY, VERMILION, course_style
from .picture import new_figure

__all__ = ["line_fit", "line_losses", "residual_squares"]

AREA, PRICE = (0, 220), (0, 1000)


def line_losses(slope: float, intercept: float) -> tuple[float, float, float]:
    """MSE, MAE and Huber loss of a line on the ten houses.

    Parameters
    ----------
    slope : float
        Thousand euros per m².
    intercept : float
        Thousand euros.

    Returns
    -------
    mse, mae, huber : float
        In (thousand €)², thousand €, and (thousand €)².
    """
    area, price = ten_houses()
    predicted = intercept + slope * area
    return mse(predicted, price)[0], mae(predicted, price)[0], huber(predicted, price, DELTA)[0]


def residual_squares(
    x: np.ndarray, actual: np.ndarray, predicted: np.ndarray, aspect: float
) -> np.ndarray:
    """A square on each residual, its side as long as the residual.

    Parameters
    ----------
    x, actual, predicted : ndarray, shape (n,)
    aspect : float
        How many units of x are as long on the page as one unit of y.

    Returns
    -------
    ndarray, shape (n, 4, 2)
        Corners; on the left of the residual where the prediction is too low, so that the line
        does not run through them.
    """
    width = aspect * (predicted - actual)
    corners = [(x, actual), (x, predicted), (x + width, predicted), (x + width, actual)]
    return np.stack([np.column_stack(corner) for corner in corners], axis=1)


@course_style()
def line_fit(slope: float = 2.0, intercept: float = 100.0) -> LiveFigure:
    """A line with two sliders through ten houses, and the losses of its errors.

    Parameters
    ----------
    slope : float
        With which it opens, in thousand euros per m²: 1 to 5.5.
    intercept : float
        With which it opens, in thousand euros: −100 to 250.

    Returns
    -------
    LiveFigure
    """
    area, price = ten_houses()
    figure = new_figure(7.2, 3.9)
    ax, side = figure.subplots(1, 2, width_ratios=[2.9, 1])
    ax.set(xlim=AREA, ylim=PRICE, xlabel="floor area (m²)", ylabel="price (thousand €)")
    squares = ax.add_collection(
        PolyCollection([], facecolor=SKY, edgecolor=BLUE, alpha=0.3, linewidth=0.8, animated=True)
    )
    sticks = ax.add_collection(LineCollection([], colors=INK, linewidths=1, animated=True))
    (line,) = ax.plot([], [], color=VERMILION, animated=True)
    ax.plot(area, price, "o", color=INK, ms=5, zorder=3)
    side.set(xlim=(0, 1), ylim=(0, 1))
    side.set_axis_off()
    numbers = []
    for height, name, unit in (
        (0.94, "MSE", "(thousand €)²"),
        (0.60, "MAE", "thousand €"),
        (0.26, f"Huber, δ = {DELTA:g}", "(thousand €)²"),
    ):
        side.text(0.04, height, name, fontsize=9, color="#555555", va="top")
        side.text(0.04, height - 0.165, unit, fontsize=9, color="#555555", va="top")
        numbers.append(
            side.text(0.04, height - 0.06, "", fontsize=16, color=INK, va="top", animated=True)
        )
    figure.draw_without_rendering()  # lays the axes out: only now it is known how long a unit is
    box = ax.get_window_extent()
    aspect = (AREA[1] - AREA[0]) / box.width * box.height / (PRICE[1] - PRICE[0])
    ends = np.array(AREA)

    def update(slope, intercept):
        predicted = intercept + slope * area
        line.set_data(ends, intercept + slope * ends)
        ends_of_errors = [(area, price), (area, predicted)]
        sticks.set_segments(np.stack([np.column_stack(end) for end in ends_of_errors], axis=1))
        squares.set_verts(residual_squares(area, price, predicted, aspect))
        values = line_losses(slope, intercept)
        for number, value in zip(numbers, values, strict=True):
            number.set_text(_digits(value))
        squared, absolute, hubers = map(_digits, values)
        return (
            f"price = {intercept:.0f} + {slope:.1f} · area. MSE {squared} (thousand €)², so its "
            f"root is {np.sqrt(values[0]):.1f} thousand €; MAE {absolute} thousand €; "
            f"Huber {hubers} (thousand €)²"
        ).replace("-", "−")

    return LiveFigure(
        figure,
        update,
        alt="Ten houses, price over floor area, with a straight line. On each error, the distance "
        "from house to line, stands a square with that side. Beside it the losses of the line.",
        slope=Slider(1, 5.5, slope, step=0.1, unit="thousand € per m²", format=".1f"),
        intercept=Slider(-100, 250, intercept, step=10, unit="thousand €", format=".0f"),
    )


def _digits(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}"
