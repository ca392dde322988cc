"""Three functions in a row, y = f(g(h(x))): each with its own slope, and all of them together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.live import Choice, LiveFigure, Slider

from .difference_step import central_difference
from .palette import BLUE, GREEN, GREY, INK, ORANGE, VERMILION, course_style
from .picture import new_figure
from .value_words import fitting, short

__all__ = ["MACHINES", "ChainResult", "FunctionMachine", "Machine", "run_machines"]

REACH = 3.0  # every machine takes numbers from −3 to 3 and returns such numbers
LARGEST_X = 2.0  # so that all frames fit into memory
SIZE = 7.2, 3.4  # inches
TANGENT = 1.1  # half its length on the page, in units of the axes


@dataclass(frozen=True)
class Machine:
    """A function and its slope.

    Attributes
    ----------
    formula : str
        With {} for the input.
    function, slope : callable ndarray → ndarray
    """

    formula: str
    function: Callable
    slope: Callable


def sigmoid(u: ArrayLike) -> np.ndarray:
    """σ(u) = 1 / (1 + e⁻ᵘ), for moderate u."""
    return 1 / (1 + np.exp(-np.asarray(u, dtype=float)))


MACHINES = {
    "sine": Machine("2 sin {}", lambda u: 2 * np.sin(u), lambda u: 2 * np.cos(u)),
    "square": Machine("{}² / 3", lambda u: u**2 / 3, lambda u: 2 * u / 3),
    "exponential": Machine("exp({}) / 8", lambda u: np.exp(u) / 8, lambda u: np.exp(u) / 8),
    "sigmoid": Machine("σ({})", sigmoid, lambda u: sigmoid(u) * (1 - sigmoid(u))),
    "minus": Machine("−{}", lambda u: -u, lambda u: -np.ones_like(u)),
}


class ChainResult(NamedTuple):
    """What `run_machines` returns: the number before and after each machine, and its slope there.

    Attributes
    ----------
    values : tuple of four float
        x, u = h(x), v = g(u), y = f(v).
    slopes : tuple of three float
        du/dx, dv/du, dy/dv, each at what its machine received.
    """

    values: tuple
    slopes: tuple

    @property
    def slope(self):
        """dy/dx = dy/dv · dv/du · du/dx."""
        return float(np.prod(self.slopes))


def run_machines(x: float, names: tuple[str, str, str]) -> ChainResult:
    """Send a number through three machines.

    Parameters
    ----------
    x : float
    names : three of `MACHINES`
        h, g, f: in the order in which the number meets them.

    Returns
    -------
    ChainResult

    Raises
    ------
    ValueError
        If there is no such machine.
    """
    values, slopes = [float(x)], []
    for name in names:
        if name not in MACHINES:
            raise ValueError(f"There is no machine {name!r}; there are {', '.join(MACHINES)}.")
        machine = MACHINES[name]
        slopes.append(float(machine.slope(np.float64(values[-1]))))
        values.append(float(machine.function(np.float64(values[-1]))))
    return ChainResult(tuple(values), tuple(slopes))


def whole(names: tuple[str, str, str]) -> Callable:
    """The three as one function of x."""
    h, g, f = (MACHINES[name].function for name in names)
    return lambda x: f(g(h(x)))


class FunctionMachine(LiveFigure):
    """Three small curves; on each the point where it is used, and the tangent there.

    Parameters
    ----------
    x : float
        From −2 to 2.
    h, g, f : str
        Names of `MACHINES`, in the order in which the number meets them.
    """

    LETTERS = (("h", "x", "u"), ("g", "u", "v"), ("f", "v", "y"))
    COLORS = (BLUE, ORANGE, GREEN)

    @course_style()
    def __init__(self, x: float = 0.0, h: str = "sine", g: str = "sigmoid", f: str = "minus"):
        figure = new_figure(*SIZE, layout="none")
        self._panels = [
            _Panel(figure, k, *letters, color)
            for k, (letters, color) in enumerate(zip(self.LETTERS, self.COLORS, strict=True))
        ]
        look = {"fontsize": 12, "color": INK}
        figure.text(0.47, 0.05, "dy/dx = f′(v) · g′(u) · h′(x) = ", ha="right", **look)
        self._product = figure.text(0.47, 0.05, "", animated=True, **look)
        super().__init__(
            figure,
            self._update,
            alt="Three curves side by side, h, g and f. On each a point: where its input stands "
            "on the horizontal axis and its output on the vertical one, and the tangent there. "
            "What leaves one curve enters the next. Below, the product of the three slopes.",
            x=Slider(
                -LARGEST_X,
                LARGEST_X,
                x,
                step=0.1,
                format=".1f",
                label="x",
                drag=(self._panels[0].ax, "x"),
            ),
            **{
                letter: Choice(
                    {machine.formula.format(into): key for key, machine in MACHINES.items()},
                    chosen,
                    label=f"{out} = {letter}({into})",
                )
                for (letter, into, out), chosen in zip(self.LETTERS, (h, g, f), strict=True)
            },
        )

    def _update(self, x, h, g, f):
        names = (h, g, f)
        result = run_machines(x, names)
        for k, (panel, name) in enumerate(zip(self._panels, names, strict=True)):
            panel.show(MACHINES[name], result.values[k], result.values[k + 1], result.slopes[k])
        factors = " · ".join(bracketed(slope) for slope in reversed(result.slopes))
        self._product.set_text(f"{factors} = {short(result.slope)}")
        measured = float(central_difference(whole(names), x))
        slopes = [short(slope) for slope in result.slopes]
        return (
            f"x = {short(x)} goes in, y = {short(result.values[-1])} comes out. The slopes "
            f"{slopes[0]}, {slopes[1]} and {slopes[2]} multiply to {short(result.slope)}; "
            f"nudging x gives {short(rounded(measured))}."
        )


def bracketed(number: float) -> str:
    """As a factor: negative numbers in parentheses."""
    return f"({short(number)})" if number < 0 else short(number)


def rounded(number: float) -> float:
    """Without the digits that a finite difference does not have."""
    return round(number, 7)


class _Panel:
    """The axes of one machine."""

    def __init__(self, figure, k, letter, into, out, color):
        ax = figure.add_axes([0.075 + 0.325 * k, 0.26, 0.255, 0.255 * SIZE[0] / SIZE[1]])
        low, high = -REACH - 0.2, REACH + 0.2
        self.ax = ax
        ax.set(xlim=(low, high), ylim=(low, high), xlabel=into, xticks=[-3, 0, 3])
        ax.set(yticks=[-3, 0, 3], aspect="equal")
        ax.set_ylabel(out, rotation=0)
        ax.yaxis.set_label_coords(-0.1, 0.7)
        ax.tick_params(labelsize=8.5, length=2)
        self._letter, self._into, self._out, self._low = letter, into, out, low
        self._grid = np.linspace(-REACH, REACH, 41)
        moving = {"animated": True}
        (self._guide,) = ax.plot([], [], color=GREY, ls=":", lw=1.4, **moving)
        (self._curve,) = ax.plot([], [], color=color, lw=2, **moving)
        (self._tangent,) = ax.plot([], [], color=VERMILION, lw=2.6, **moving)
        (self._point,) = ax.plot([], [], "o", color=VERMILION, markersize=7, **moving)
        above = {"transform": ax.transAxes, "ha": "center", **moving}
        self._title = ax.text(0.5, 1.19, "", fontweight="bold", fontsize=10, **above)
        self._slope = ax.text(0.5, 1.06, "", color=VERMILION, fontsize=9, **above)

    def show(self, machine, value, output, slope):
        self._curve.set_data(self._grid, machine.function(self._grid))
        self._guide.set_data([value, value, self._low], [self._low, output, output])
        self._point.set_data([value], [output])
        across = TANGENT / np.hypot(1, slope)
        self._tangent.set_data(
            [value - across, value + across], [output - slope * across, output + slope * across]
        )
        formula = machine.formula.format(self._into)
        self._title.set_text(f"{self._out} = {formula} = {short(output)}")
        self._slope.set_text(
            f"{self._letter}′({self._into}) = {fitting(slope)} at {self._into} = {fitting(value)}"
        )
