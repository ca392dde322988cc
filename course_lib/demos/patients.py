"""The chart of a training run: its loss by step, its accuracies by epoch."""

import numpy as np
from numpy.typing import ArrayLike

from .palette import BLUE, GREY, VERMILION, course_style
from .picture import Picture, new_figure
from .words import percent

__all__ = ["run_chart"]

EVEN = np.log(10)  # the loss of even guessing among ten digits


@course_style()
def run_chart(losses: ArrayLike, accuracies: ArrayLike) -> Picture:
    """The curves of a run: loss by step, training and validation accuracy by epoch.

    Parameters
    ----------
    losses : array_like, shape (steps,)
        In nats per digit.
    accuracies : array_like, shape (epochs, 2)
        Of training and validation digits, from 0 to 1.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the shapes are others.
    """
    losses, accuracies = np.asarray(losses, float), np.asarray(accuracies, float)
    if losses.ndim != 1 or not losses.size:
        raise ValueError(f"losses has shape {losses.shape}; it needs one number for each step.")
    if accuracies.ndim != 2 or accuracies.shape[1] != 2 or not len(accuracies):
        raise ValueError(
            f"accuracies has shape {accuracies.shape}; it needs a row (training, validation) for "
            f"each epoch."
        )
    figure = new_figure(7.2, 2.9)
    left, right = figure.subplots(1, 2, width_ratios=[1.35, 1])
    left.axhline(EVEN, color=GREY, ls=":", lw=1.6)
    left.plot(np.arange(1, len(losses) + 1), losses, color=BLUE, lw=1.4)
    left.set(xlabel="step", ylabel="loss (nats per digit)", xlim=(0, len(losses) + 1))
    highest = np.nanmax(np.where(np.isfinite(losses), losses, np.nan))
    left.set_ylim(0, max(3.0, 1.06 * highest))
    left.text(len(losses), EVEN, "ln 10", ha="right", va="top", fontsize=9)
    epochs = np.arange(1, len(accuracies) + 1)
    right.plot(epochs, 100 * accuracies[:, 0], "o--", color=BLUE, ms=5, mec="white",
               label="training")  # fmt: skip
    right.plot(epochs, 100 * accuracies[:, 1], "D-", color=VERMILION, ms=5, mec="white",
               label="validation")  # fmt: skip
    right.set(xlabel="epoch", ylabel="accuracy (%)", ylim=(0, 103), xticks=epochs)
    right.legend(loc="best")
    return Picture(figure, _told(losses, accuracies))


def _told(losses, accuracies):
    # Rounded, and silent on how a diverging run ends: that is another on another processor.
    start = f"Loss by step, {losses[0]:.1f} at the first"
    if not np.isfinite(losses).all() or losses.max() > 3 * EVEN:
        end = "later above three times ln 10"
    else:
        end = f"{losses[-max(1, len(losses) // len(accuracies)) :].mean():.1f} over the last epoch"
    training, validation = accuracies[-1]
    if training < 0.4:
        reached = "both end below 40 %"
    else:
        reached = f"they end at {percent(training)} and {percent(validation)}"
    return f"{start}, {end}. Accuracy of training and validation digits by epoch: {reached}."
