"""The path of gradient descent on a loss over two weights, when each step sees a batch only."""

from typing import NamedTuple

import numpy as np

from course_lib.data import house_prices
from course_lib.live import LiveFigure, Slider, Steps

from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .size_slider import SizeSlider
from .words import plain

__all__ = ["HOUSES", "LineData", "batch_path", "noisy_path", "rooms_line"]

HOUSES = 200
SIZES = (1, 2, 5, 10, 20, 50, 100, HOUSES)
STEPS = 80
START = (0.0, 0.0)
RATES = (0.01, 0.16)
LAST = 40  # steps over which the loss is averaged
LEVELS = (0.1, 0.3, 1, 2.5, 5, 9, 14, 20)  # above the lowest loss


class LineData(NamedTuple):
    """Examples of ŷ = w x + b, and the mean squared error over all or some of them.

    Attributes
    ----------
    x, y : ndarray, shape (n,)
    """

    x: np.ndarray
    y: np.ndarray

    def loss(self, weights: np.ndarray) -> np.ndarray:
        """Over all examples; `weights` has shape (…, 2), the answer (…)."""
        w, b = np.moveaxis(np.asarray(weights, dtype=float), -1, 0)
        predicted = w[..., None] * self.x + b[..., None]
        return np.mean((predicted - self.y) ** 2, axis=-1)

    def gradient(self, weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Of the mean over some examples, shape (2,): ∂/∂w and ∂/∂b."""
        x = self.x[rows]
        errors = weights[0] * x + weights[1] - self.y[rows]
        return 2 * np.array([np.mean(errors * x), np.mean(errors)])

    @property
    def best(self) -> np.ndarray:
        """The weights with the lowest loss, shape (2,)."""
        inputs = np.stack([self.x, np.ones_like(self.x)], axis=1)
        return np.linalg.lstsq(inputs, self.y, rcond=None)[0]


def rooms_line() -> LineData:
    """Price in 100,000 € by rooms more than the average, of the 200 houses of `house_prices`."""
    houses = house_prices()
    rooms = houses.x[:, houses.features.index("rooms")]
    return LineData(rooms - rooms.mean(), houses.y[:, 0] / 100)


def batch_path(
    data: LineData,
    batch_size: int,
    learning_rate: float,
    steps: int = STEPS,
    seed: int = 0,
    *,
    replace: bool = False,
) -> np.ndarray:
    """Where w and b go when each step sees the next batch of a shuffled epoch.

    Parameters
    ----------
    data : LineData
    batch_size : int
        1 to n.
    learning_rate : float
    steps, seed : int
    replace : bool
        Draw each batch from all examples instead, whether they have been used or not.

    Returns
    -------
    ndarray, shape (steps + 1, 2)
    """
    n = len(data.x)
    rng = np.random.default_rng(seed)
    path = np.empty((steps + 1, 2))
    path[0] = START
    order, at = rng.permutation(n), 0
    for step in range(steps):
        if at >= n:
            order, at = rng.permutation(n), 0
        rows = rng.integers(n, size=batch_size) if replace else order[at : at + batch_size]
        path[step + 1] = path[step] - learning_rate * data.gradient(path[step], rows)
        at += batch_size
    return path


@course_style()
def noisy_path(batch_size: int = 1, learning_rate: float = 0.04, step: int = STEPS) -> LiveFigure:
    """The path on the map of the loss, and the loss by step, for a batch size and a rate.

    Parameters
    ----------
    batch_size : int
        At which it opens: 1 to 200.
    learning_rate : float
        At which it opens: 0.01 to 0.16.
    step : int
        At which it opens: 0 to 80.

    Returns
    -------
    LiveFigure
    """
    data = rooms_line()
    lowest = float(data.loss(data.best))
    figure = new_figure(7.2, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=[1.1, 1])
    w, b = np.meshgrid(np.linspace(-0.8, 2.6, 90), np.linspace(-0.5, 6.5, 90))
    heights = data.loss(np.stack([w, b], axis=-1)) - lowest
    left.contour(w, b, heights, levels=LEVELS, colors=GREY, linewidths=0.8)
    left.plot(*data.best, "+", color=INK, ms=11, mew=1.6)
    left.set(xlabel="w (100,000 € a room)", ylabel="b (100,000 €)", xlim=(-0.8, 2.6))
    left.set(ylim=(-0.5, 6.5))
    left.grid(False)
    (trail,) = left.plot([], [], "o-", color=BLUE, ms=3, lw=1, animated=True)
    (ball,) = left.plot([], [], "o", color=VERMILION, ms=8, mec="white", animated=True)
    right.set(xlim=(0, STEPS + 2), ylim=(0.3, 60), yscale="log", xlabel="step")
    right.set(ylabel="loss over all houses (100,000 €)²")
    right.set_yticks([1, 10], ["1", "10"])
    right.axhline(lowest, color=GREY, ls=":", lw=1.2)
    right.text(STEPS, 0.95 * lowest, "lowest possible", color=GREY, ha="right", va="top")
    (curve,) = right.plot([], [], color=BLUE, animated=True)
    (now,) = right.plot([], [], "o", color=VERMILION, ms=8, mec="white", animated=True)
    paths = {}

    def update(batch_size, learning_rate, step):
        if (batch_size, learning_rate) not in paths:
            path = batch_path(data, batch_size, learning_rate)
            paths[batch_size, learning_rate] = path, data.loss(path)
        path, losses = paths[batch_size, learning_rate]
        trail.set_data(*path[: step + 1].T)
        ball.set_data(*path[step : step + 1].T)
        curve.set_data(np.arange(step + 1), losses[: step + 1])
        now.set_data([step], losses[step : step + 1])
        excess = losses[-LAST:].mean() - lowest
        seen = step * batch_size
        return (
            f"batches of {batch_size}, rate {plain(learning_rate)}, step {step} "
            f"({seen:,} houses looked at, {seen / HOUSES:g} epochs): loss {plain(losses[step])}. "
            f"In the last {LAST} steps the loss is {plain(excess)} above the lowest, on average"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, the loss over two weights as a map of contour lines, with the path of gradient "
        "descent on batches: jagged for small batches, smooth for all houses. Right, the loss over "
        "all houses by step, on a logarithmic axis.",
        batch_size=SizeSlider(SIZES, batch_size, label="Batch size (houses)"),
        learning_rate=Slider(*RATES, learning_rate, log=True, positions=5),
        step=Steps(STEPS + 1, step, speed=10),
    )
