"""A loss with a cliff, from a unit that talks to itself fifty times, and gradient descent there."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from course_lib.live import Choice, LiveFigure, Slider, Steps
from course_lib.nn import clip_by_global_norm, clip_by_value, sigmoid

from .descent_paths import first_outside
from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .words import plain, scientific

__all__ = ["CLIPS", "LEARNING_RATE", "START", "cliff_figure", "recurrent_loss", "run_on_cliff"]

TURNS = 50
FIRST_STATE = 0.5
TARGET = 0.7
START = (5.0, -2.2)
LEARNING_RATE = 0.3
STEPS = 80
W_RANGE, B_RANGE = (3.8, 6.6), (-3.2, -1.4)
FLOOR = 1e-4  # of the lengths shown
LEVELS = np.arange(0, 0.49, 0.04)

CLIPS = {"no clipping": None, "by norm": clip_by_global_norm, "by value": clip_by_value}


def recurrent_loss(parameters: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The loss of one recurrent unit after fifty turns, and its gradient.

    x ← w σ(x) + b, fifty times, from x = 0.5;  L = (σ(x) − 0.7)²

    Parameters
    ----------
    parameters : array_like, shape (…, 2)
        w and b, the same in each turn.

    Returns
    -------
    loss : ndarray, shape (…)
    gradient : ndarray, shape (…, 2)

    References
    ----------
    R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
    networks", ICML 2013, figure 6.
    """
    w, b = np.moveaxis(np.asarray(parameters, dtype=float), -1, 0)
    x, answers = np.full(w.shape, FIRST_STATE), []
    for _ in range(TURNS):
        answers.append(sigmoid(x))
        x = w * answers[-1] + b
    answer = sigmoid(x)
    error = answer - TARGET
    dx = 2 * error * answer * (1 - answer)
    dw, db = np.zeros(w.shape), np.zeros(w.shape)
    for s in reversed(answers):  # the same w and b in each turn: their gradients add
        dw, db = dw + dx * s, db + dx
        dx = dx * w * s * (1 - s)
    return error**2, np.stack([dw, db], axis=-1)


@cache
def run_on_cliff(clip: str, limit: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradient descent from `START`, with or without clipping.

    Parameters
    ----------
    clip : str
        Of `CLIPS`.
    limit : float

    Returns
    -------
    places : ndarray, shape (81, 2)
    losses : ndarray, shape (81,)
    norms : ndarray, shape (81,)
        Of the gradient before clipping.
    """
    place, places, losses, norms = np.array(START), [], [], []
    for _ in range(STEPS + 1):
        loss, gradient = recurrent_loss(place)
        places.append(place)
        losses.append(float(loss))
        norms.append(float(np.linalg.norm(gradient)))
        if CLIPS[clip]:
            CLIPS[clip](gradient, limit)
        place = place - LEARNING_RATE * gradient
    return np.array(places), np.array(losses), np.array(norms)


@course_style()
def cliff_figure(clip: str = "no clipping", limit: float = 0.3, step: int = STEPS) -> LiveFigure:
    """The map of the loss with the path on it, and the length of the gradient by step.

    Parameters
    ----------
    clip : str
        Of `CLIPS`, at which it opens.
    limit : float
        From 0.03 to 3.
    step : int
        From 0 to 80.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.7)
    ground, curve = figure.subplots(1, 2, width_ratios=[1.15, 1])
    w, b = np.linspace(*W_RANGE, 181), np.linspace(*B_RANGE, 181)
    loss, _ = recurrent_loss(np.stack(np.meshgrid(w, b), axis=-1))
    filled = ground.contourf(w, b, loss, LEVELS, cmap="cividis", extend="max")
    bar = figure.colorbar(filled, ax=ground, location="top", aspect=40, pad=0.02)
    bar.set_label("loss")
    bar.set_ticks([0, 0.1, 0.2, 0.3, 0.4])
    ground.set(xlim=W_RANGE, ylim=B_RANGE, xlabel="weight w", ylabel="bias b")
    ground.grid(visible=False)
    (halo,) = ground.plot([], [], color="white", lw=3, animated=True)
    (trail,) = ground.plot([], [], "o-", color=INK, ms=3, lw=1.1, animated=True)
    (ball,) = ground.plot([], [], "o", color=VERMILION, ms=10, mec="white", animated=True)
    ground.plot(*START, "o", color="white", mec=INK, ms=8)
    gone = ground.text(
        *(0.5, 0.95, ""),
        transform=ground.transAxes,
        color="white",
        ha="center",
        va="top",
        fontweight="bold",
        animated=True,
    )
    curve.set(yscale="log", xlim=(-1, STEPS + 1), ylim=(FLOOR, 1e4))
    curve.set(xlabel="step", ylabel="length of the gradient")
    curve.set_yticks([10.0**power for power in range(-4, 5, 2)])
    curve.minorticks_off()
    (norms_line,) = curve.plot([], [], "o-", color=BLUE, ms=3, lw=1.2, animated=True)
    (here,) = curve.plot([], [], "o", color=VERMILION, ms=8, mec="white", animated=True)
    (threshold,) = curve.plot([], [], "--", color=GREY, lw=1.2, animated=True)
    limit_name = curve.text(STEPS, 1, "", color=GREY, ha="right", va="bottom", animated=True)
    low, high = np.array([W_RANGE, B_RANGE]).T

    def update(clip, limit, step):
        places, losses, norms = run_on_cliff(clip, limit)
        out = first_outside(places[: step + 1], low, high)
        seen = places[: step + 1 if out is None else out + 1]
        for line in (halo, trail):
            line.set_data(*np.clip(seen, -99, 99).T)
        ball.set_data(*places[step : step + 1].T if out is None else ([], []))
        gone.set_text("" if out is None else f"off the map in step {out}")
        shown = np.maximum(norms[: step + 1], FLOOR)
        norms_line.set_data(np.arange(step + 1), shown)
        here.set_data([step], shown[-1:])
        threshold.set_data([-1, STEPS + 1], [limit, limit])
        limit_name.set(position=(STEPS, limit * 1.5), text=f"limit {plain(limit)}")
        return (
            f"{clip}{'' if CLIPS[clip] else ' (limit not used)'}, limit {plain(limit)}: longest "
            f"gradient {scientific(norms[: step + 1].max())}; after {step} steps loss "
            f"{losses[step]:.3f} at w = {_place(places[step, 0])}, b = {_place(places[step, 1])}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, a map of the loss over a weight and a bias: a slope, and at its lower end a "
        "cliff. On it the path of gradient descent. Right, the length of the gradient by step on "
        "a logarithmic axis, with the limit as a dashed line.",
        clip=Choice(list(CLIPS), clip, label="Clipping"),
        limit=Slider(0.03, 3, limit, log=True, positions=9, label="Limit", format=".2g"),
        step=Steps(STEPS + 1, step, speed=8),
    )


def _place(value):
    return f"{value:.2f}".replace("-", "−")
