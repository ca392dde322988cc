"""Five ways a loss can go, each with the ground that makes it so."""

from typing import NamedTuple

import numpy as np

from course_lib.data import QuadraticBowl

from .descent_paths import descend
from .palette import BLUE, GREY, VERMILION, course_style
from .picture import Picture, new_figure

__all__ = ["FIVE_CASES", "Case", "FlatGround", "Lopsided", "five_curves"]

STEPS = 60


class FlatGround:
    """L(w) = w² / (1 + w²): a valley of curvature 2 in ground that is flat far away."""

    def loss(self, w):
        """L(w), shape (…) for w of shape (…, 1)."""
        square = np.asarray(w)[..., 0] ** 2
        return square / (1 + square)

    def gradient(self, w):
        """∂L/∂w = 2 w / (1 + w²)²."""
        w = np.asarray(w)
        return 2 * w / (1 + w**2) ** 2


class Lopsided:
    """L(w) = eʷ − w − 1: a valley of curvature eʷ, steep on the right and flat on the left."""

    def loss(self, w):
        """L(w), shape (…) for w of shape (…, 1)."""
        w = np.asarray(w)[..., 0]
        return np.exp(w) - w - 1

    def gradient(self, w):
        """∂L/∂w = eʷ − 1."""
        return np.exp(np.asarray(w)) - 1


class Case(NamedTuple):
    """A surface, a start and a rate.

    Attributes
    ----------
    name : str
    surface : Surface
    start, learning_rate : float
    height : float
        Of the picture.
    """

    name: str
    surface: object
    start: float
    learning_rate: float
    height: float = 7.8


PARABOLA = QuadraticBowl([2.0])  # limit 2/λ = 1

FIVE_CASES = (
    Case("creeping", PARABOLA, 2.5, 0.004),
    Case("converging", PARABOLA, 2.5, 0.08),
    Case("oscillation", Lopsided(), 0.6, 2.4, 0.9),
    Case("divergence", PARABOLA, 0.25, 1.03),
    Case("plateau", FlatGround(), 3.6, 0.6, 1.25),
)


@course_style()
def five_curves(cases: tuple[Case, ...] = FIVE_CASES) -> Picture:
    """For each case: above, the path on the ground; below, the loss by step.

    Parameters
    ----------
    cases : tuple of Case

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 3.1)
    ground, curves = figure.subplots(2, len(cases))
    w = np.linspace(-4, 4, 161)
    said = []
    for top, bottom, case in zip(ground, curves, cases, strict=True):
        path = descend(case.surface, [case.start], case.learning_rate, STEPS)
        losses = case.surface.loss(path)
        tall = case.height
        top.plot(w, case.surface.loss(w[:, None]), color=GREY, lw=1.2)
        inside = losses <= 1.5 * tall
        top.plot(path[inside, 0], losses[inside], "o-", color=BLUE, ms=2.5, lw=0.7)
        top.plot(*path[0], losses[0], "o", color=VERMILION, ms=7, mec="white")
        top.set(
            xlim=(-4, 4),
            ylim=(-0.06 * tall, tall),
            title=f"{case.name}\nα = {case.learning_rate:g}",
        )
        bottom.plot(losses, color=BLUE, lw=1.5)
        bottom.set(xlim=(0, STEPS), ylim=(-0.03 * tall, tall), xticks=[0, 30, 60])
        top.set(xticks=[0], yticks=[], xlabel="w")
        bottom.set(yticks=[], xlabel="step")
        said.append(f"{case.name} at rate {case.learning_rate:g}")
    ground[0].set_ylabel("loss")
    curves[0].set_ylabel("loss")
    return Picture(
        figure,
        f"Five loss curves over {STEPS} steps, each with the ground and the path that makes it: "
        f"{', '.join(said)}.",
    )
