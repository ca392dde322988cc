"""Guessing digits blindfold, and choosing the best guesser: how choosing flatters."""

from functools import cache
from typing import NamedTuple

import numpy as np

from course_lib.live import Choice, LiveFigure, Slider

from .digit_runs import digits
from .palette import BLUE, GREY, INK, SKY, VERMILION, course_style
from .picture import new_figure
from .words import percent

__all__ = ["Guessers", "best_of_many", "best_validation_by_number", "blind_guessers"]

MOST = 1000
SIZES = (100, 300, 1000)
REPETITIONS = 400


class Guessers(NamedTuple):
    """How often each guesser is right.

    Attributes
    ----------
    validation, test : ndarray, shape (guessers,)
        Fraction of the validation digits, and of all 2,000 test digits.
    """

    validation: np.ndarray
    test: np.ndarray


@cache
def blind_guessers(validation_digits: int = 300, seed: int = 1) -> Guessers:
    """Let a thousand guessers say a random digit for each image, without looking.

    Parameters
    ----------
    validation_digits : int
        How many digits they are validated on: 1 to 1,000.
    seed : int

    Returns
    -------
    Guessers
    """
    labels = digits().validation.y[:validation_digits], digits().test.y
    rng = np.random.default_rng(seed)
    return Guessers(
        *((rng.integers(10, size=(MOST, len(y)), dtype=np.int8) == y).mean(axis=1) for y in labels)
    )


@cache
def best_validation_by_number(validation_digits: int = 300, seed: int = 0) -> np.ndarray:
    """The best validation accuracy among the first 1, 2, …, 1,000 guessers, on average.

    Each guess is right with probability 1/10, so that a guesser's score is binomial.

    Parameters
    ----------
    validation_digits : int
    seed : int

    Returns
    -------
    ndarray, shape (1000,)
        Mean over many repetitions of the whole contest.
    """
    rng = np.random.default_rng(seed)
    right = rng.binomial(validation_digits, 0.1, size=(REPETITIONS, MOST))
    return np.maximum.accumulate(right, axis=1).mean(axis=0) / validation_digits


@course_style()
def best_of_many(number: int = 1, validation_digits: int = 300) -> LiveFigure:
    """A slider for the number of guessers: the winner's score on validation and on test digits.

    Parameters
    ----------
    number : int
        At which it opens: 1 to 1,000.
    validation_digits : int
        At which it opens: of `SIZES`.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=[1.1, 1])
    left.axline((10, 10), slope=1, color=GREY, lw=1, ls=":")
    left.text(17.1, 16.2, "equal", color=GREY, fontsize=9, ha="right", rotation=38)
    left.set(xlim=(0, 24), ylim=(6, 17.5), xlabel="validation accuracy (%)",
             ylabel="test accuracy (%)")  # fmt: skip
    right.set(xlim=(0.9, MOST * 1.15), ylim=(6, 24), xlabel="how many to choose from",
              ylabel="accuracy of the chosen one (%)")  # fmt: skip
    right.set_xscale("log")
    right.axhline(10, color=BLUE, ls="--", lw=1.6)
    right.text(1.2, 7.1, "in truth, 10 %", color=BLUE, fontsize=9)
    (cloud,) = left.plot([], [], "o", color=SKY, ms=4, alpha=0.5, mew=0, animated=True)
    (mean,) = right.plot([], [], "-", color=VERMILION, lw=2, animated=True)
    right.text(1.2, 22.3, "on validation, on average", color=VERMILION, fontsize=9)
    (winner,) = left.plot([], [], "D", color=VERMILION, ms=9, mec="white", animated=True)
    (here,) = right.plot([], [], ":", color=INK, lw=1.2, animated=True)
    (dots,) = right.plot([], [], "D", color=VERMILION, ms=8, mec="white", animated=True)
    (truth,) = right.plot([], [], "o", color=BLUE, ms=8, mec="white", animated=True)
    numbers = np.arange(1, MOST + 1)

    def update(number, validation_digits):
        guessers = blind_guessers(validation_digits)
        validation, test = (100 * told[:number] for told in guessers)
        best = int(validation.argmax())
        cloud.set_data(validation, test)
        winner.set_data([validation[best]], [test[best]])
        average = 100 * best_validation_by_number(validation_digits)
        mean.set_data(numbers, average)
        here.set_data([number, number], [6, 24])
        dots.set_data([number], [validation[best]])
        truth.set_data([number], [test[best]])
        chosen = "a single guesser" if number == 1 else f"the best of {number:,} guessers"
        return (
            f"{chosen} on {validation_digits:,} validation digits: "
            f"{percent(validation[best] / 100, 1)} there, {percent(test[best] / 100, 1)} on the "
            f"2,000 test digits; on average over many such contests, "
            f"{percent(average[number - 1] / 100, 1)} and 10.0 %"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, each guesser's accuracy on validation and on test digits: a cloud around ten "
        "percent, the one with the best validation accuracy marked at its right edge. Right, the "
        "accuracy of the chosen one by how many there were to choose from: on validation it "
        "climbs, in truth it stays at ten percent.",
        number=Slider(1, MOST, number, log=True, integer=True, positions=31, label="Guessers"),
        validation_digits=Choice(
            {f"{n:,}": n for n in SIZES}, validation_digits, label="Validation digits"
        ),
    )
