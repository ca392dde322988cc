"""How many hidden units: error on 200 training digits and on validation digits by width."""

import numpy as np

from course_lib.live import LiveFigure, Slider

from .few_digits import DIGITS
from .overfitting_runs import STEPS_TOLD, WIDTHS, load_runs
from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .words import percent

__all__ = ["capacity", "parameters_of_width"]

LOSS_TOP = 3.0


def parameters_of_width(hidden: int) -> int:
    """Weights and biases of 784 pixels → hidden units → 10 logits: 784 h + h + 10 h + 10."""
    return 785 * hidden + 10 * (hidden + 1)


@course_style()
def capacity(hidden: int = 4) -> LiveFigure:
    """A slider for the number of hidden units: both errors by width, and the loss on the way.

    Parameters
    ----------
    hidden : int
        At which it opens: of `WIDTHS`, 1 to 512.

    Returns
    -------
    LiveFigure
    """
    runs = load_runs("widths")
    figure = new_figure(7.2, 3.3)
    left, right = figure.subplots(1, 2)
    widths = np.array(WIDTHS)
    for curve, look, color, name in (
        (100 * runs.final("training_error"), "o--", BLUE, "training"),
        (100 * runs.final("validation_error"), "D-", VERMILION, "validation"),
    ):
        for seed in curve.T:
            left.plot(widths, seed, look[0], color=color, ms=3, alpha=0.3, mew=0)
        left.plot(widths, curve.mean(axis=1), look, color=color, ms=5, mec="white", label=name)
    left.axhline(90, color=GREY, ls=":", lw=1.2)
    left.text(WIDTHS[-1] * 1.4, 91.5, "guessing", color=GREY, ha="right", fontsize=9)
    left.set_xscale("log", base=2)
    left.set_xticks(widths, [f"{width}" for width in widths], fontsize=8.5)
    left.minorticks_off()
    left.set(xlim=(0.7, WIDTHS[-1] * 1.4), ylim=(-2, 100), xlabel="hidden units",
             ylabel="error at the end (%)")  # fmt: skip
    left.legend(loc="upper right", bbox_to_anchor=(1, 0.9))
    right.set(xlim=(0, STEPS_TOLD[-1]), ylim=(0, LOSS_TOP), xlabel="step",
              ylabel="loss (nats per digit)")  # fmt: skip
    (here,) = left.plot([], [], "-", color=INK, lw=1.2, animated=True)
    thin = [
        right.plot([], [], look, color=color, lw=0.9, alpha=0.45, animated=True)[0]
        for look, color in (("--", BLUE), ("-", VERMILION))
        for _ in range(runs.training_loss.shape[1])
    ]
    means = [
        right.plot([], [], look, color=color, lw=2.2, animated=True)[0]
        for look, color in (("--", BLUE), ("-", VERMILION))
    ]

    def update(hidden):
        index = WIDTHS.index(hidden)
        here.set_data([hidden, hidden], [-2, 100])
        training, validation = runs.training_loss[index], runs.validation_loss[index]
        for line, loss in zip(thin, (*training, *validation), strict=True):
            line.set_data(STEPS_TOLD, np.minimum(loss, 2 * LOSS_TOP))
        for line, loss in zip(means, (training, validation), strict=True):
            line.set_data(STEPS_TOLD, np.minimum(loss.mean(axis=0), 2 * LOSS_TOP))
        units = "1 hidden unit" if hidden == 1 else f"{hidden} hidden units"
        ours, theirs = (
            runs.final(name)[index].mean() for name in ("training_error", "validation_error")
        )
        return (
            f"{units}, {parameters_of_width(hidden):,} parameters for {DIGITS} digits: training "
            f"error {percent(ours)}, validation error {percent(theirs)} (means of five seeds)"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, error at the end by number of hidden units, for training and validation "
        "digits: both fall, the training error to zero. Right, for the number chosen, both losses "
        "by step, five seeds and their means; training dashed, validation solid.",
        hidden=Slider(
            1,
            WIDTHS[-1],
            hidden,
            log=True,
            integer=True,
            positions=len(WIDTHS),
            label="Hidden units",
            drag=(left, "x"),
        ),
    )
