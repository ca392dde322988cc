"""How good is a finite difference? Its error against its step: bending on one side, digits on the
other."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from course_lib.live import Choice, LiveFigure, Slider

from .palette import BLUE, GREEN, INK, VERMILION, course_style
from .picture import new_figure
from .value_words import short

__all__ = ["DifferenceStep", "central_difference", "forward_difference", "step_errors"]

STEPS = (1e-15, 1.0)
PER_DECADE = 4
AT = 0.6  # where the slope is wanted
EPSILON = np.finfo(float).eps


def forward_difference(function: Callable, x: ArrayLike, step: float) -> np.ndarray:
    """The slope of the line through x and x + h.

    (f(x + h) − f(x)) / h = f′(x) + (h / 2) f″(x) + …

    Parameters
    ----------
    function : callable ndarray → ndarray
    x : array_like, any shape
    step : float
        h, in units of x.

    Returns
    -------
    ndarray, shape of x
    """
    x = np.asarray(x, dtype=float)
    return (function(x + step) - function(x)) / step


def central_difference(function: Callable, x: ArrayLike, step: float = 1e-5) -> np.ndarray:
    """The slope of the line through x − h and x + h.

    (f(x + h) − f(x − h)) / 2h = f′(x) + (h² / 6) f‴(x) + …

    Parameters
    ----------
    function : callable ndarray → ndarray
    x : array_like, any shape
    step : float
        h, in units of x.

    Returns
    -------
    ndarray, shape of x
    """
    x = np.asarray(x, dtype=float)
    return (function(x + step) - function(x - step)) / (2 * step)


def step_errors(
    function: Callable, slope: float, x: float, steps: ArrayLike
) -> dict[str, np.ndarray]:
    """How far both differences are from the true slope, for each step.

    Parameters
    ----------
    function : callable ndarray → ndarray
    slope : float
        The true slope at x.
    x : float
    steps : array_like, shape (k,)

    Returns
    -------
    dict {"forward": ndarray, "central": ndarray}, each of shape (k,)
    """
    steps = np.asarray(steps, dtype=float)
    return {
        "forward": np.abs(forward_difference(function, x, steps) - slope),
        "central": np.abs(central_difference(function, x, steps) - slope),
    }


def wave(x: ArrayLike) -> np.ndarray:
    """The machine whose slope is wanted: y = exp((2 sin x)² / 3) / 8."""
    return np.exp((2 * np.sin(x)) ** 2 / 3) / 8


def wave_slope(x: float) -> float:
    """Its slope by the chain rule: y · 2u/3 · 2 cos x, with u = 2 sin x."""
    u = 2 * np.sin(x)
    return float(wave(x) * 2 * u / 3 * 2 * np.cos(x))


class DifferenceStep(LiveFigure):
    """A secant that turns into the tangent as its step shrinks, and the error, which comes back.

    Parameters
    ----------
    step : float
        Where the slider opens.
    kind : {"central", "forward"}
    """

    @course_style()
    def __init__(self, step: float = 0.5, kind: str = "central"):
        self._slope = wave_slope(AT)
        figure = new_figure(7.2, 3.1)
        self._curve_axes, self._error_axes = figure.subplots(1, 2, width_ratios=[1, 1.15])
        self._draw_curve()
        self._draw_errors()
        positions = round(PER_DECADE * np.log10(STEPS[1] / STEPS[0])) + 1
        super().__init__(
            figure,
            self._update,
            alt="Left, a curve with its tangent and a secant through two points a step apart. "
            "Right, the error of the secant's slope by the step, on logarithmic axes: it falls "
            "with the step, and rises again where the step is too small. The central difference "
            "lies lower than the forward one.",
            step=Slider(
                *STEPS,
                step,
                log=True,
                positions=positions,
                format=short,
                label="Step h",
                drag=(self._error_axes, "x"),
            ),
            kind=Choice(["central", "forward"], kind),
        )

    def _draw_curve(self):
        ax = self._curve_axes
        x = np.linspace(-0.2, 2.2, 121)
        ax.plot(x, wave(x), color=BLUE)
        y = wave(AT)
        ax.axline((AT, y), slope=self._slope, color=GREEN, ls="--", lw=1.3, label="tangent")
        ax.set(xlim=(-0.2, 2.2), ylim=(0, 0.62), xlabel="x", ylabel="y")
        look = {"color": VERMILION, "animated": True}
        (self._secant,) = ax.plot([], [], lw=1.6, label="secant", **look)
        (self._ends,) = ax.plot([], [], "o", markersize=6, **look)
        ax.legend(loc="upper left")

    def _draw_errors(self):
        ax = self._error_axes
        steps = np.geomspace(*STEPS, 181)
        errors = step_errors(wave, self._slope, AT, steps)
        least = 1e-13  # of some steps all the digits happen to be right
        ax.loglog(steps, errors["forward"].clip(least), color=INK, lw=1, ls=":", label="forward")
        ax.loglog(steps, errors["central"].clip(least), color=BLUE, lw=1.4, label="central")
        ax.set(xlim=STEPS, ylim=(least, 3), xlabel="step h", ylabel="error of the slope")
        ax.text(2e-14, 3e-9, "rounding", color=INK, rotation=-33)
        ax.text(5e-3, 1e-11, "truncation", color=INK, ha="center")
        ax.legend(loc="lower left", fontsize=9)
        (self._mark,) = ax.plot([], [], "o", color=VERMILION, markersize=8, animated=True)

    def _update(self, step, kind):
        left = AT - step if kind == "central" else AT
        ends = np.array([left, AT + step])
        slope = float(
            (central_difference if kind == "central" else forward_difference)(wave, AT, step)
        )
        self._ends.set_data(ends, wave(ends))
        far = np.array([-3.0, 5.0])
        self._secant.set_data(far, wave(left) + slope * (far - left))
        error = float(step_errors(wave, self._slope, AT, [step])[kind][0])
        self._mark.set_data([step], [max(error, 1e-13)])
        return (
            f"Step {short(step)}, {kind} difference: slope {slope:.7f}, true slope "
            f"{self._slope:.7f}, error {short(float(f'{error:.0e}'))}. {self._why(step, kind)}"
        )

    def _why(self, step, kind):
        """Which of the two errors is the larger one, as theory estimates them."""
        rounding = EPSILON * wave(AT) / step
        truncation = step**2 if kind == "central" else step
        if truncation > 10 * rounding:
            return "The step is so long that the curve bends within it."
        if rounding > 10 * truncation:
            shared = min(16, max(0, round(-np.log10(step * self._slope / wave(AT)))))
            return (
                f"The step is so short that the two heights share about {shared} of their 16 "
                "digits; their difference is left with the few others."
            )
        return "Both errors are small here: about the best step there is."
