"""What a gradient costs: by backpropagation, and by nudging one weight after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from course_lib.live import LiveFigure, Slider

from .palette import BLUE, GREY, VERMILION, course_style
from .picture import DPI
from .words import plain

__all__ = [
    "Cost",
    "count_multiplications",
    "gradient_cost",
]

DEPTH, MOST_DEPTH = 8, 16
WIDTHS = (2, 4096)


@dataclass(frozen=True)
class Cost:
    """What one pass each way costs, in multiplications or in seconds.

    Attributes
    ----------
    weights : int
        How many parameters there are, biases included.
    forward, backward : float
    """

    weights: int
    forward: float
    backward: float

    @property
    def ratio(self) -> float:
        """Backward over forward."""
        return self.backward / self.forward

    @property
    def backpropagation(self) -> float:
        """All gradients by backpropagation, in forward passes: one forward, one backward."""
        return 1 + self.ratio

    @property
    def finite_differences(self) -> int:
        """All gradients by central differences, in forward passes: two for each weight."""
        return 2 * self.weights


def count_multiplications(widths: Sequence[int], batch: int = 1) -> Cost:
    """The multiplications of the matrix products in one forward and one backward pass.

    forward:   Σ m nᵢ nᵢ₊₁         (z = x W, for each layer)
    backward:  Σ m nᵢ nᵢ₊₁         (dW = xᵀ dz, for each layer)
             + Σ m nᵢ nᵢ₊₁         (dx = dz Wᵀ, for each but the first: data is not learned)

    Parameters
    ----------
    widths : sequence of int
        Features in, units of each layer, as (784, 64, 10).
    batch : int
        m, the number of examples.

    Returns
    -------
    Cost

    Raises
    ------
    ValueError
        If there are fewer than two widths, or one is below 1.
    """
    widths = [int(width) for width in widths]
    if len(widths) < 2 or min(widths) < 1 or batch < 1:
        raise ValueError(
            f"widths must be two or more numbers of at least 1, and batch too, not {widths} and "
            f"{batch}."
        )
    layers = [batch * n * m for n, m in pairwise(widths)]
    weights = sum(n * m + m for n, m in pairwise(widths))
    return Cost(weights, sum(layers), sum(layers) + sum(layers[1:]))


@course_style()
def gradient_cost(*, width: int = 64, depth: int = DEPTH) -> LiveFigure:
    """The cost of a gradient in forward passes over the number of weights, both ways, counted.

    Parameters
    ----------
    width : int
        Units in each layer, 2 to 4096, at which the figure opens.
    depth : int
        Layers, 1 to 16.

    Returns
    -------
    LiveFigure
    """
    figure = Figure(figsize=(7.2, 3.9), dpi=DPI, layout="constrained")
    ax = figure.subplots()
    ax.set(
        xscale="log",
        yscale="log",
        xlim=(4, 1e9),
        ylim=(0.2, 1e10),
        xlabel="weights and biases",
        ylabel="cost of one gradient (forward passes)",
    )
    weights = np.array([4.0, 1e9])
    ax.plot(weights, 2 * weights, color=VERMILION)
    ax.text(3e4, 6e5, "finite differences: 2 for each weight", color=VERMILION, ha="right")
    (level,) = ax.plot([], [], color=BLUE, animated=True)
    ax.text(1e9, 1.6, "backpropagation: forward + backward", color=BLUE, ha="right", va="top")
    (gap,) = ax.plot([], [], ls=":", color=GREY, animated=True)
    (above,) = ax.plot([], [], "s", color=VERMILION, ms=9, animated=True)
    (below,) = ax.plot([], [], "o", color=BLUE, ms=9, animated=True)
    factor = ax.text(1, 1, "", ha="left", va="center", animated=True)

    def update(width, depth):
        cost = count_multiplications([width] * (depth + 1))
        ours, theirs = cost.backpropagation, cost.finite_differences
        level.set_data(weights, [ours, ours])
        gap.set_data([cost.weights] * 2, [ours, theirs])
        above.set_data([cost.weights], [theirs])
        below.set_data([cost.weights], [ours])
        factor.set(
            text=f"  × {plain(theirs / ours)}  ",
            position=(cost.weights, np.sqrt(ours * theirs)),
            ha="right" if cost.weights > 1e7 else "left",
        )
        return (
            f"{depth} {'layer' if depth == 1 else 'layers'} of {width:,} units, "
            f"{cost.weights:,} weights and biases. Backpropagation: {ours:.2f} forward passes' "
            f"worth of multiplications ({cost.ratio:.2f} for the way back). Finite differences: "
            f"{theirs:,} forward passes, {plain(theirs / ours)} times as much."
        )

    return LiveFigure(
        figure,
        update,
        alt=(
            "Cost of one gradient in forward passes, over the number of weights, both logarithmic: "
            "a rising line for finite differences, a level one for backpropagation."
        ),
        width=Slider(
            *WIDTHS, width, log=True, integer=True, positions=45, unit="units", format=plain
        ),
        depth=Slider(1, MOST_DEPTH, depth, integer=True, unit="layers"),
    )
