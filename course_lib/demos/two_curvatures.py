"""Two curvatures and one learning rate: the steepest sets the limit, the flattest the time."""

import numpy as np

from course_lib.data import QuadraticBowl
from course_lib.live import LiveFigure, Slider

from .curvature_limit import steps_to
from .descent_paths import descend
from .palette import BLUE, GREEN, GREY, ORANGE, VERMILION, course_style
from .picture import new_figure
from .words import plain

__all__ = ["STEEP", "best_rate", "two_curvatures"]

STEEP = 10.0
START = (-4.0, 1.0)  # along the flat and along the steep direction
STEPS = 60
LEVELS = (0.3, 1, 2.5, 5, 10, 20)


def best_rate(steep: float, flat: float) -> tuple[float, float]:
    """The rate at which the slower of two directions is fastest, and the factor per step there.

    α = 2 / (λ_max + λ_min),  |1 − αλ| = (κ − 1) / (κ + 1) for both,  κ = λ_max / λ_min

    Parameters
    ----------
    steep, flat : float
        λ_max and λ_min.

    Returns
    -------
    rate, factor : float

    References
    ----------
    Y. Nesterov, "Introductory lectures on convex optimization", 2004, theorem 2.1.15.
    """
    return 2 / (steep + flat), (steep - flat) / (steep + flat)


@course_style()
def two_curvatures(condition: float = 20.0, learning_rate: float = 0.18) -> LiveFigure:
    """A path in a valley from above, and how far it still is along each of the two directions.

    Parameters
    ----------
    condition : float
        κ = λ_max / λ_min at which it opens, 1 to 100; λ_max is 10.
    learning_rate : float
        At which it opens, 0.01 to 0.25.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.3)
    left, right = figure.subplots(1, 2)
    left.set(xlim=(-5, 5), ylim=(-2.4, 2.4), xlabel="flat direction", ylabel="steep direction")
    rings = [left.plot([], [], color=GREY, lw=0.9, animated=True)[0] for _ in LEVELS]
    left.plot(0, 0, "+", color=GREY, ms=9)
    (trail,) = left.plot([], [], "o-", color=BLUE, ms=3, lw=1, animated=True)
    (ball,) = left.plot([], [], "o", color=VERMILION, ms=8, mec="white", animated=True)
    right.set(
        xlim=(0, STEPS),
        ylim=(1e-4, 1e2),
        yscale="log",
        xlabel="step",
        ylabel="distance, its start = 1",
    )
    right.axhline(0.01, color=GREY, ls=":", lw=1.2)
    right.text(STEPS, 0.012, "a hundredth", color=GREY, ha="right", fontsize=9)
    (steep_line,) = right.plot(
        [], [], "o-", color=ORANGE, ms=3, lw=1.2, label="steep direction", animated=True
    )
    (flat_line,) = right.plot([], [], "-", color=GREEN, label="flat direction", animated=True)
    right.legend(loc="upper right", fontsize=9)
    angle = np.linspace(0, 2 * np.pi, 73)

    def update(condition, learning_rate):
        flat = STEEP / condition
        bowl = QuadraticBowl([flat, STEEP])
        path = descend(bowl, START, learning_rate, STEPS, far=1e60)
        for ring, level in zip(rings, LEVELS, strict=True):
            ring.set_data(
                np.sqrt(2 * level / flat) * np.cos(angle),
                np.sqrt(2 * level / STEEP) * np.sin(angle),
            )
        inside = (np.abs(path) < (6, 4)).all(axis=1)
        shown = path[: len(path) if inside.all() else int(inside.argmin()) + 1]
        trail.set_data(*np.clip(shown, -12, 12).T)
        ball.set_data(*np.clip(shown, -12, 12)[-1:].T)
        away = np.clip(np.abs(path / START), 1e-12, 1e12)
        flat_line.set_data(np.arange(STEPS + 1), away[:, 0])
        steep_line.set_data(np.arange(STEPS + 1), away[:, 1])
        factors = 1 - learning_rate * np.array([STEEP, flat])
        return (
            f"condition number κ = {plain(condition)}, learning rate {plain(learning_rate)} "
            f"(limit 2/λ_max = {plain(bowl.max_learning_rate)}): factor per step "
            f"{_signed(factors[0])} along the steep direction, {_signed(factors[1])} along the "
            f"flat one; to a hundredth: {_steps(factors[0])}, {_steps(factors[1])}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, a valley from above, with the path of gradient descent. Right, the distance "
        "from the minimum by step, along the steep and along the flat direction.",
        condition=Slider(1, 100, condition, log=True, positions=21, label="Condition number κ"),
        learning_rate=Slider(0.01, 0.25, learning_rate, step=0.005, label="Learning rate α"),
    )


def _signed(number):
    return f"{number:.3g}".replace("-", "−")


def _steps(factor):
    steps = steps_to(factor)
    return f"{steps:,.0f} step{'s' * (steps != 1)}" if np.isfinite(steps) else "never"
