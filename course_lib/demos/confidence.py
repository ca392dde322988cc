"""A picture, two answers, and what a probability for the true one costs."""

import numpy as np
from numpy.typing import ArrayLike

from course_lib.live import Choice, LiveFigure, Slider

from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure

__all__ = ["costs_of_probability", "how_confident"]

LEAST = 0.001
ANIMALS = ("cat", "dog")


def costs_of_probability(p: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """What the probability of the true class costs, among two classes.

    cross-entropy −ln p,  squared error (1 − p)²

    Parameters
    ----------
    p : array_like
        Above 0, at most 1.

    Returns
    -------
    cross_entropy, squared_error : ndarray, shape of `p`
        The first in nats, the second without a unit.
    """
    p = np.asarray(p, dtype=float)
    return -np.log(p), (1 - p) ** 2


@course_style()
def how_confident(probability_of_cat: float = 0.8, truth: str = "cat") -> LiveFigure:
    """Cat or dog: a confidence to set, a truth to choose, and the loss that follows.

    Parameters
    ----------
    probability_of_cat : float
        With which it opens: 0.001 to 0.999.
    truth : str
        With which it opens: "cat" or "dog".

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.0)
    bars, ax = figure.subplots(1, 2, width_ratios=[1, 2.4])
    bars.set(xlim=(-0.6, 1.6), ylim=(0, 1.12), yticks=[0, 0.5, 1], ylabel="probability ŷ")
    bars.set_yticklabels(["0 %", "50 %", "100 %"])
    bars.set_xticks([0, 1], ANIMALS)
    bars.tick_params(axis="x", length=0)
    bars.grid(False, axis="x")
    columns = bars.bar([0, 1], [0, 0], 0.6, color=[GREY, GREY], animated=True)
    marks = [bars.text(k, 0, "", ha="center", va="bottom", animated=True) for k in range(2)]
    p = np.concatenate([np.geomspace(LEAST, 0.1, 60), np.linspace(0.11, 1, 90)])
    cross_entropy, squared_error = costs_of_probability(p)
    ax.plot(p, cross_entropy, color=BLUE, label="cross-entropy, −ln ŷ")
    ax.plot(p, squared_error, color=VERMILION, ls="--", label="squared error, (1 − ŷ)²")
    ax.axvline(0.5, color=GREY, lw=0.8, ls=":")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.2, 7.2), ylabel="loss of this picture")
    ax.set_xlabel("probability ŷ given to what is true")
    ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    ax.legend(loc="upper right", fontsize=9)
    (dot,) = ax.plot([], [], "o", color=BLUE, mec="white", ms=10, animated=True)
    (square,) = ax.plot([], [], "s", color=VERMILION, mec="white", ms=8, animated=True)
    (drop,) = ax.plot([], [], ":", color=INK, lw=1, animated=True)

    def update(probability_of_cat, truth):
        shares = np.array([probability_of_cat, 1 - probability_of_cat])
        true = ANIMALS.index(truth)
        for k, (column, mark) in enumerate(zip(columns, marks, strict=True)):
            column.set_height(shares[k])
            column.set_facecolor(BLUE if k == true else GREY)
            column.set_hatch("///" if k == true else "")
            mark.set_y(shares[k])
            mark.set_text("is true" if k == true else "")
        given = shares[true]
        cost, squared = (float(value) for value in costs_of_probability(given))
        dot.set_data([given], [cost])
        square.set_data([given], [squared])
        drop.set_data([given, given], [0, cost])
        verdict = "confident and wrong: " if given < 0.1 else ""
        return (
            f"it is a {truth}, and “{truth}” has {_share(given)}: {verdict}"
            f"cross-entropy {cost:.2f}, squared error {squared:.2f}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, two bars: the probabilities for cat and for dog; the true one is hatched. "
        "Right, the loss over the probability given to what is true: cross-entropy climbs without "
        "end towards zero probability, squared error ends at 1.",
        probability_of_cat=Slider(
            LEAST,
            1 - LEAST,
            probability_of_cat,
            positions=999,
            label="Probability of “cat”",
            format=_share,
        ),
        truth=Choice(ANIMALS, truth, label="It is a"),
    )


def _share(p):
    return f"{100 * p:.1f} %"
