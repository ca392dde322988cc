"""Schedules on a noisy parabola: the rate by step, and the noise floor that it leaves."""

from collections.abc import Callable

import numpy as np

from course_lib.live import Choice, LiveFigure, Slider
from course_lib.nn import constant, cosine, one_cycle, step_decay, warmup

from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .words import plain

__all__ = ["SCHEDULES", "noise_floor", "noisy_descent", "schedules_figure"]

STEPS = 400
START = 10.0
CURVATURE, NOISE = 1.0, 1.0
RUNS = 300
LAST = 40  # steps, for the mean that the caption says

SCHEDULES: dict[str, Callable[[float], Callable[[int], float]]] = {
    "constant": constant,
    "step": lambda peak: step_decay(peak, factor=0.1, every=200),
    "cosine": lambda peak: cosine(peak, total_steps=STEPS),
    "warm-up": lambda peak: warmup(peak, steps=60),
    "warm-up, then cosine": lambda peak: warmup(cosine(peak, total_steps=STEPS - 60), steps=60),
    "one-cycle": lambda peak: one_cycle(peak, total_steps=STEPS),
}
"""From a peak to a schedule of `STEPS` steps."""


def noise_floor(learning_rate: float) -> float:
    """The mean loss at which a constant rate stays on the noisy parabola.

    α σ² / (2 (2 − α λ)), from w's stationary variance α² σ² / (1 − (1 − α λ)²)

    Parameters
    ----------
    learning_rate : float
        α, above 0 and below the limit 2/λ.

    Returns
    -------
    float
    """
    return learning_rate * NOISE**2 / (2 * (2 - learning_rate * CURVATURE))


def noisy_descent(
    schedule: Callable[[int], float], *, steps: int = STEPS, runs: int = RUNS, seed: int = 0
) -> np.ndarray:
    """The losses of many runs on L(w) = ½ λ w², whose gradients come with noise.

    w ← w − α(t) (λ w + σ ε),  ε ~ N(0, 1)

    Parameters
    ----------
    schedule : callable (step) → float
    steps, runs, seed : int

    Returns
    -------
    ndarray, shape (steps + 1, runs)
    """
    noise = NOISE * np.random.default_rng(seed).standard_normal((steps, runs))
    w = np.empty((steps + 1, runs))
    w[0] = START
    for step in range(steps):
        w[step + 1] = w[step] - schedule(step) * (CURVATURE * w[step] + noise[step])
    return 0.5 * CURVATURE * w**2


@course_style()
def schedules_figure(schedule: str = "constant", peak: float = 0.3) -> LiveFigure:
    """The rate by step, and what it does to the loss: one run, and the mean of 300.

    Parameters
    ----------
    schedule : str
        At which it opens: one of `SCHEDULES`.
    peak : float
        The highest rate, at which it opens: 0.01 to 1.5.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.2)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.3])
    left.set(xlim=(0, STEPS), ylim=(0, 1.6), xlabel="step", ylabel="learning rate")
    right.set(xlim=(0, STEPS), ylim=(1e-5, 1e2), yscale="log", xlabel="step", ylabel="loss")
    (rate_line,) = left.plot([], [], color=VERMILION, animated=True)
    (run,) = right.plot([], [], color=BLUE, lw=0.7, alpha=0.5, label="one run", animated=True)
    (dotted,) = right.plot(
        [], [], ":", color=INK, lw=1.4, label="mean at a constant rate", animated=True
    )
    (mean,) = right.plot([], [], color=BLUE, lw=2, label="mean of 300 runs", animated=True)
    (floor,) = right.plot([], [], "--", color=GREY, lw=1.2, label="its noise floor", animated=True)
    right.legend(handles=[run, mean, dotted, floor], fontsize=8.5, loc="upper right")
    steps = np.arange(STEPS)

    def update(schedule, peak):
        function = SCHEDULES[schedule](peak)
        losses = noisy_descent(function)
        rates = [function(step) for step in range(STEPS)]
        rate_line.set_data(steps, rates)
        run.set_data(np.arange(STEPS + 1), losses[:, 0])
        means = losses.mean(axis=1)
        mean.set_data(np.arange(STEPS + 1), means)
        dotted.set_data(np.arange(STEPS + 1), noisy_descent(constant(peak)).mean(axis=1))
        floor.set_data([0, STEPS], [noise_floor(peak)] * 2)
        return (
            f"{schedule}, highest rate {plain(peak)}, last rate {rates[-1]:.2g}: mean loss of the "
            f"last {LAST} steps {means[-LAST:].mean():.2g}; the noise floor of a constant "
            f"{plain(peak)} is {noise_floor(peak):.2g}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, the learning rate by step. Right, on a logarithmic axis, the loss by step: it "
        "falls and then stays at a floor that depends on the rate.",
        schedule=Choice(list(SCHEDULES), schedule),
        peak=Slider(0.01, 1.5, peak, log=True, positions=23, label="Highest learning rate"),
    )
