"""Three learning rates on one problem: the price of a house from its number of rooms."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.data import QuadraticBowl, house_prices
from course_lib.live import Choice, LiveFigure, Steps

from .descent_paths import descend
from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .words import plain

__all__ = [
    "STEPS",
    "THREE_RATES",
    "OneWeightFit",
    "loss_outcome",
    "losses_by_step",
    "rooms_fit",
    "three_rates",
]

THREE_RATES = (0.1, 0.01, 0.0001)
STEPS = 25
START = 0.0  # thousand euros a room: a house costs nothing
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
FAR = 1e150  # where the loss, a square, is still a number


class OneWeightFit(NamedTuple):
    """The mean squared error of ŷ = w x, a parabola in its only weight.

    L(w) = (1/n) Σ (w xᵢ − yᵢ)² = floor + ½ λ (w − best)²,  λ = (2/n) Σ xᵢ²

    Attributes
    ----------
    curvature : float
        λ: the second derivative, the same everywhere.
    best, floor : float
        Where the minimum is, and how low.
    """

    curvature: float
    best: float
    floor: float

    @classmethod
    def of(cls, x: ArrayLike, y: ArrayLike) -> "OneWeightFit":
        """The fit of y by w x.

        Parameters
        ----------
        x, y : array_like, shape (n,)
        """
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        best = (x @ y) / (x @ x)
        return cls(float(2 * np.mean(x**2)), float(best), float(np.mean((best * x - y) ** 2)))

    @property
    def bowl(self) -> QuadraticBowl:
        """The parabola without its floor."""
        return QuadraticBowl([self.curvature], minimum=[self.best])

    def loss(self, w: ArrayLike) -> np.ndarray:
        """L(w), of the shape of `w`."""
        return self.floor + 0.5 * self.curvature * (np.asarray(w) - self.best) ** 2


def rooms_fit() -> OneWeightFit:
    """Price in thousand euros by rooms, of the 200 houses of `house_prices`."""
    houses = house_prices()
    return OneWeightFit.of(houses.x[:, houses.features.index("rooms")], houses.y[:, 0])


def losses_by_step(fit: OneWeightFit, learning_rate: float, steps: int = STEPS) -> np.ndarray:
    """The loss at the start and after each step of gradient descent from w = 0.

    Returns
    -------
    ndarray, shape (steps + 1,)
    """
    return fit.loss(descend(fit.bowl, [START], learning_rate, steps, far=FAR)[:, 0])


def loss_outcome(losses: ArrayLike, floor: float = 0.0) -> str:
    """What a loss curve did, in the words of the prediction before it.

    Parameters
    ----------
    losses : array_like, shape (steps + 1,)
    floor : float
        The lowest loss there is.

    Returns
    -------
    str
        "diverges" (ends above its start), "hardly moves" (makes less than a quarter of its way),
        "jumps" (goes up again and again), or "falls".
    """
    above = np.asarray(losses) - floor
    if not above[-1] <= above[0]:
        return "diverges"
    if above[-1] > 0.75 * above[0]:
        return "hardly moves"
    rises = np.diff(above) > 1e-9 * above[0]
    return "jumps" if rises.mean() > 0.25 else "falls"


@course_style()
def three_rates(learning_rate: float = 0.01, step: int = 10) -> LiveFigure:
    """A weight that rolls down its parabola at one of three rates, and its loss by step.

    Parameters
    ----------
    learning_rate : float
        At which it opens: one of `THREE_RATES`.
    step : int
        At which it opens: 0 to `STEPS`.

    Returns
    -------
    LiveFigure
    """
    fit = rooms_fit()
    paths = {rate: descend(fit.bowl, [START], rate, STEPS, far=FAR)[:, 0] for rate in THREE_RATES}
    figure = new_figure(7.2, 3.1)
    left, right = figure.subplots(1, 2)
    w = np.linspace(-270, 480, 200)
    left.plot(w, fit.loss(w) / 1e6, color=GREY, lw=1.2)
    left.axvline(fit.best, color=GREY, ls=":", lw=1.2)
    left.set(
        xlim=(-270, 480),
        ylim=(-0.2, 3.0),
        xlabel="w (thousand € a room)",
        ylabel="loss (million (thousand €)²)",
    )
    left.text(fit.best, -0.16, " minimum", color=GREY, fontsize=9)
    right.set(
        xlim=(0, STEPS), ylim=(3e3, 3e7), yscale="log", xlabel="step", ylabel="loss (thousand €)²"
    )
    right.axhline(fit.loss(START), color=GREY, ls="--", lw=1.2)
    right.text(STEPS, 1.2 * fit.loss(START), "at the start", color=GREY, ha="right", fontsize=9)
    right.axhline(fit.floor, color=GREY, ls=":", lw=1.2)
    right.text(STEPS, 0.6 * fit.floor, "lowest possible", color=GREY, ha="right", fontsize=9)
    (trail,) = left.plot([], [], "o-", color=BLUE, ms=4, lw=1, animated=True)
    (ball,) = left.plot([], [], "o", color=VERMILION, ms=10, mec="white", animated=True)
    gone = left.text(106, 2.75, "", ha="center", color=INK, animated=True)
    (curve,) = right.plot([], [], "-", color=BLUE, animated=True)
    (now,) = right.plot([], [], "o", color=VERMILION, ms=8, mec="white", animated=True)

    def update(learning_rate, step):
        path = paths[learning_rate][: step + 1]
        losses = fit.loss(path)
        shown = np.clip(path, *left.get_xlim()) == path
        trail.set_data(path[shown], losses[shown] / 1e6)
        ball.set_data(path[-1:][shown[-1:]], losses[-1:][shown[-1:]] / 1e6)
        gone.set_text("" if shown[-1] else f"w = {_short(path[-1])}, outside of the picture")
        # Far outside, a line need not be followed any further.
        drawn = np.minimum(losses, 1e12)
        curve.set_data(np.arange(step + 1), drawn)
        now.set_data([step], drawn[-1:])
        factor = 1 - learning_rate * fit.curvature
        return (
            f"learning rate {learning_rate:g}, after {step} step{'s' * (step != 1)}: "
            f"w = {_short(path[-1])}, loss {_short(losses[-1])}. Each step multiplies the distance "
            f"from the minimum by {plain(factor).replace('-', '−')}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, the loss over the weight w: a parabola, with the place after each step of "
        "gradient descent. Right, the loss by step, on a logarithmic axis.",
        learning_rate=Choice({f"{rate:g}": rate for rate in THREE_RATES}, learning_rate),
        step=Steps(STEPS + 1, step, speed=8),
    )


def _short(number):
    """As a whole, or with a power of ten where the number is huge."""
    if abs(number) < 1e6:
        return plain(number).replace("-", "−")
    digits, power = f"{number:.1e}".split("e")
    return f"{digits}·10{str(int(power)).translate(SUPERSCRIPTS)}".replace("-", "−")
