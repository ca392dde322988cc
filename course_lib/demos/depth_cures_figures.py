"""The stored runs of twenty layers with and without each cure: a table to see, and a lab."""

import numpy as np

from course_lib.live import Choice, LiveFigure, Toggle

from .deep_signal import ACTIVATIONS
from .depth_cures import (
    COMBINATIONS,
    DEPTH,
    GUESSING,
    POINTS,
    STEPS,
    Combination,
    DepthCures,
    load_depth_cures,
)
from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import Picture, new_figure
from .words import percent, plain

__all__ = ["ROWS", "cures_figure", "cures_lab"]

ROWS = {
    "no cure": Combination(),
    "ReLU alone": Combination("ReLU"),
    "tanh alone": Combination("tanh"),
    "initial weights alone": Combination(fitting=True),
    "residual connections alone": Combination(residual=True),
    "batch normalisation alone": Combination(normalization=True),
    "tanh + initial weights": Combination("tanh", fitting=True),
    "ReLU + initial weights": Combination("ReLU", fitting=True),
    "ReLU + initial weights + residual": Combination("ReLU", fitting=True, residual=True),
    "ReLU + residual + normalisation": Combination("ReLU", residual=True, normalization=True),
    "all together": Combination("ReLU", True, True, True),
}
"""The rows of the table: each cure alone, some together, and all."""


@course_style()
def cures_figure(cures: DepthCures) -> Picture:
    """Test accuracy of each of `ROWS`: a dot for each seed, and mean ± standard deviation.

    Parameters
    ----------
    cures : DepthCures

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 3.9)
    ax = figure.subplots()
    for y, combination in enumerate(ROWS.values()):
        accuracy = 100 * cures.test(combination)
        ax.plot(accuracy, np.full(len(accuracy), y), "o", color=BLUE, ms=5, alpha=0.5, mew=0)
        ax.plot([accuracy.mean()] * 2, [y - 0.3, y + 0.3], color=VERMILION, lw=2)
        told = f"{accuracy.mean():.1f} ± {accuracy.std(ddof=1):.1f}"
        told = "overflows" if cures.overflows(combination) else told
        ax.text(104, y, told, va="center", fontsize=9.5)
    ax.axvline(100 * GUESSING, color=GREY, ls="--", lw=1.2)
    ax.text(100 * GUESSING + 1, len(ROWS) - 0.45, "guessing", color=GREY, fontsize=9, va="center")
    ax.set(xlim=(0, 100), ylim=(len(ROWS) - 0.2, -0.7), xlabel="test accuracy (%)")
    ax.set_yticks(range(len(ROWS)), list(ROWS))
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    told = "; ".join(f"{name} {percent(cures.test(row).mean())}" for name, row in ROWS.items())
    return Picture(
        figure,
        f"Test accuracy of networks with {DEPTH} hidden layers, five seeds each: {told}.",
    )


@course_style()
def cures_lab(
    activation: str = "sigmoid",
    fitting: bool = False,
    residual: bool = False,
    normalization: bool = False,
) -> LiveFigure:
    """Switch each cure on and off: five runs of the network, and its place among all.

    Parameters
    ----------
    activation, fitting, residual, normalization
        Of the `Combination` at which it opens.

    Returns
    -------
    LiveFigure
    """
    cures = load_depth_cures()
    figure = new_figure(7.2, 3.2)
    curves, ranks = figure.subplots(1, 2, width_ratios=[1.35, 1])
    means = 100 * cures.test_accuracy.mean(axis=1)
    order = means.argsort()
    curves.set(xlim=(0, STEPS), ylim=(0, 100), xlabel="step", ylabel="validation accuracy (%)")
    curves.axhline(100 * GUESSING, color=GREY, ls="--", lw=1.2)
    curves.text(STEPS, 3, "guessing ", color=GREY, ha="right", fontsize=9)
    ranks.plot(means[order], np.arange(len(order)), "o", color=GREY, ms=4)
    ranks.axvline(100 * GUESSING, color=GREY, ls="--", lw=1.2)
    ranks.set(
        xlim=(0, 100), yticks=[], xlabel="test accuracy (%)", ylabel="all combinations, in order"
    )
    ranks.grid(visible=False, axis="y")
    steps = np.rint(np.linspace(0, STEPS, POINTS))
    seeds = [
        curves.plot([], [], color=BLUE, lw=1, alpha=0.6, animated=True)[0]
        for _ in cures.validation_accuracy[0]
    ]
    (mean,) = curves.plot([], [], color=VERMILION, lw=2.4, animated=True)
    (spread,) = ranks.plot([], [], color=VERMILION, lw=2.4, animated=True)
    (here,) = ranks.plot([], [], "o", color=VERMILION, ms=9, mec="white", animated=True)
    broken = curves.text(STEPS / 2, 50, "", color=INK, ha="center", va="center", animated=True)

    def update(activation, fitting, residual, normalization):
        combination = Combination(activation, fitting, residual, normalization)
        index = COMBINATIONS.index(combination)
        runs = 100 * cures.validation_accuracy[index]
        for line, run in zip(seeds, runs, strict=True):
            there = np.isfinite(run)
            line.set_data(steps[there], run[there])
        there = np.isfinite(runs).all(axis=0)
        mean.set_data(steps[there], runs[:, there].mean(axis=0))
        overflows = cures.overflows(combination)
        broken.set_text("overflows, at every rate tried" if overflows else "")
        accuracy = 100 * cures.test(combination)
        middle, sd = accuracy.mean(), accuracy.std(ddof=1)
        place = int(np.flatnonzero(order == index)[0])
        spread.set_data([middle - sd, middle + sd], [place, place])
        here.set_data([middle], [place])
        if overflows:
            return f"{_words(combination)}: every run overflows, at every learning rate tried"
        return (
            f"{_words(combination)}: test accuracy {middle:.1f} ± {sd:.1f} % "
            f"(mean and standard deviation of five seeds; learning rate "
            f"{plain(cures.rate[index])})"
        )

    return LiveFigure(
        figure,
        update,
        alt=f"Left, validation accuracy by step of five runs of a network with {DEPTH} hidden "
        "layers, and their mean. Right, the mean test accuracy of all combinations of cures, in "
        "order, with the one chosen marked.",
        activation=Choice(list(ACTIVATIONS), activation),
        fitting=Toggle(fitting, label="Fitting initial weights"),
        residual=Toggle(residual, label="Residual connections"),
        normalization=Toggle(normalization, label="Batch normalisation"),
    )


def _words(combination):
    parts = [combination.activation]
    parts.append(f"{combination.initializer} weights")
    parts += ["residual connections"] * combination.residual
    parts += ["batch normalisation"] * combination.normalization
    return ", ".join(parts)
