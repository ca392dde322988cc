"""Jacobians in a row: their numbers and shapes, and the cost of multiplying them."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from course_lib.live import LiveFigure, Slider

from .palette import BLUE, DIVERGING, GREY, INK, VERMILION, course_style
from .picture import Picture, new_figure
from .value_graph import drawing_axes
from .value_words import short

__all__ = [
    "ProductOrder",
    "jacobian_example",
    "jacobian_product",
    "multiplications",
    "numerical_jacobian",
]

CELL = 0.41  # inches
GAP = 0.4
STRONGEST, DARK = 3.0, 2.1  # numbers: of the strongest colour, and of one too dark for ink


def numerical_jacobian(function: Callable, x: ArrayLike, step: float = 1e-5) -> np.ndarray:
    """The Jacobian of a function by central differences, one column for each input.

    Jᵢⱼ = ∂yᵢ/∂xⱼ ≈ (yᵢ(x + h eⱼ) − yᵢ(x − h eⱼ)) / 2h

    Parameters
    ----------
    function : callable ndarray (n_in,) → ndarray (n_out,)
    x : array_like, shape (n_in,)
    step : float
        h, in units of x.

    Returns
    -------
    ndarray, shape (n_out, n_in)
    """
    x = np.asarray(x, dtype=float)
    if x.ndim != 1:
        raise ValueError(f"x has shape {x.shape}, but it needs (n_in,): one vector.")
    nudges = step * np.eye(x.size)
    columns = [(function(x + nudge) - function(x - nudge)) / (2 * step) for nudge in nudges]
    return np.stack(columns, axis=1)


def multiplications(width: int, layers: int) -> tuple[int, int]:
    """How many products of numbers it takes to get from ∂L/∂y to ∂L/∂x through square Jacobians.

    L is one number, so ∂L/∂y is a row of n; each of the k Jacobians is (n, n).

    Parameters
    ----------
    width : int
        n
    layers : int
        k

    Returns
    -------
    (int, int)
        All Jacobians first, (k − 1) n³ + n²; and the row first, k n².
    """
    return (layers - 1) * width**3 + width**2, layers * width**2


@course_style()
def jacobian_product(factors: Sequence[ArrayLike], names: Sequence[str], product: str) -> Picture:
    """Matrices with their numbers and shapes, an equals sign, and their product.

    Parameters
    ----------
    factors : sequence of array_like, each (rows, columns)
        From left to right.
    names : sequence of str
        As LaTeX, one for each.
    product : str
        As LaTeX.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If neighbours do not fit, naming their shapes.
    """
    factors = [np.asarray(factor, dtype=float) for factor in factors]
    for left, right in pairwise(factors):
        if left.shape[1] != right.shape[0]:
            raise ValueError(
                f"{left.shape} and {right.shape} do not fit: the columns of a factor must be as "
                "many as the rows of the one to its right."
            )
    result = np.linalg.multi_dot(factors) if len(factors) > 1 else factors[0]
    rows = max(matrix.shape[0] for matrix in factors)
    figure = new_figure(7.2, CELL * rows + 0.95, layout="none")
    ax = drawing_axes(figure)
    matrices, names = [result, *factors], [product, *names]
    width = sum(CELL * m.shape[1] for m in matrices) + GAP * (len(matrices) - 1)
    x, middle = (7.2 - width) / 2, 0.5 + CELL * rows / 2
    for i, (matrix, name) in enumerate(zip(matrices, names, strict=True)):
        if i:
            ax.text(x - GAP / 2, middle, "=" if i == 1 else "·", ha="center", va="center")
        _draw_matrix(ax, matrix, name, x, middle)
        x += CELL * matrix.shape[1] + GAP
    shapes = [f"{m.shape[0]} by {m.shape[1]}" for m in matrices]
    return Picture(
        figure,
        f"A product of Jacobians: a matrix of {shapes[0]} equals the product of matrices of "
        f"{', '.join(shapes[1:])}. The columns of each are as many as the rows of the next.",
    )


def jacobian_example() -> Picture:
    """Four numbers become three and those three two: the Jacobians with their shapes."""
    g = np.array([[1.0, 0.5, 0.0, -1.0], [0.0, 2.0, -0.5, 1.0], [0.5, 0.0, 1.0, 0.0]])
    f = np.array([[2.0, -1.0, 0.5], [0.0, 1.0, -2.0]])
    return jacobian_product([f, g], ["∂y/∂u", "∂u/∂x"], "∂y/∂x")


def _two_decimals(number):
    return "0" if number == 0 else f"{number:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _draw_matrix(ax, matrix, name, x, middle):
    rows, columns = matrix.shape
    top = middle + CELL * rows / 2
    for (i, j), number in np.ndenumerate(matrix):
        corner = (x + CELL * j, top - CELL * (i + 1))
        color = DIVERGING(0.5 + 0.5 * np.clip(number / STRONGEST, -1, 1))
        ax.add_patch(Rectangle(corner, CELL, CELL, facecolor=color, edgecolor=GREY, lw=0.6))
        center = (corner[0] + CELL / 2, corner[1] + CELL / 2)
        ink = "white" if abs(number) > DARK else INK
        look = {"ha": "center", "va": "center", "fontsize": 8.5}
        ax.text(*center, _two_decimals(number), color=ink, **look)
    center = x + CELL * columns / 2
    ax.text(center, top + 0.13, name, ha="center", fontsize=11)
    ax.text(center, top - CELL * rows - 0.24, f"({rows}, {columns})", ha="center", color=INK)


class ProductOrder(LiveFigure):
    """What a gradient costs if the Jacobians are multiplied first, or the row vector first.

    Parameters
    ----------
    width : int
        Numbers in each layer, 1 to 1,024.
    layers : int
        2 to 10.
    """

    @course_style()
    def __init__(self, width: int = 64, layers: int = 3):
        figure = new_figure(7.2, 1.9)
        ax = figure.subplots()
        names = ("Jacobians first", "row vector first")
        self._bars = ax.barh(
            range(2), [1, 1], height=0.55, left=1, color=[VERMILION, BLUE], animated=True
        )
        self._bars[0].set(hatch="///", edgecolor="white", linewidth=0)
        ax.set(xscale="log", xlim=(1, 1e13), ylim=(1.5, -0.5), xlabel="multiplications")
        ax.set_yticks(range(2), names)
        ax.tick_params(axis="y", length=0)
        self._numbers = [ax.text(1, i, "", va="center", animated=True) for i in range(2)]
        super().__init__(
            figure,
            self._update,
            alt="Two bars on a logarithmic axis: multiplications needed for the gradient if the "
            "Jacobians are multiplied first, and if the row vector is.",
            width=Slider(
                1, 1024, width, log=True, integer=True, positions=31, label="Width n", format="d"
            ),
            layers=Slider(2, 10, layers, integer=True, label="Layers k"),
        )

    def _update(self, width, layers):
        costs = multiplications(width, layers)
        for bar, number, cost in zip(self._bars, self._numbers, costs, strict=True):
            bar.set_width(cost - 1)
            number.set_position((1.3 * cost, number.get_position()[1]))
            number.set_text(f"{cost:,}")
        return (
            f"{layers} layers of {width}: {costs[0]:,} multiplications with the Jacobians first, "
            f"{costs[1]:,} with the row vector first, {short(costs[0] / costs[1])} times fewer."
        )
