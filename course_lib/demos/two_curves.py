"""Training and validation curves of a network that learns few digits, or many: the gap."""

import numpy as np

from course_lib.live import Choice, LiveFigure, Steps

from .few_digits import BATCH_SIZE
from .overfitting_runs import COUNTS, STEPS_TOLD, load_runs
from .palette import BLUE, INK, VERMILION, course_style
from .picture import new_figure
from .words import percent

__all__ = ["two_curves"]

SEED = 0
LOSS_TOP, ERROR_TOP = 1.6, 50


@course_style()
def two_curves(count: int = 200, step: int = len(STEPS_TOLD) - 1) -> LiveFigure:
    """Loss and error on training and validation digits by step, and the gap between them.

    Parameters
    ----------
    count : int
        Training digits with which it opens: of `COUNTS`.
    step : int
        Point at which it opens: 0 to 40, fifty updates each.

    Returns
    -------
    LiveFigure
    """
    runs = load_runs("counts")
    figure = new_figure(7.2, 3.3)
    left, right = figure.subplots(1, 2)
    left.set(ylim=(0, LOSS_TOP), ylabel="loss (nats per digit)")
    right.set(ylim=(0, ERROR_TOP), ylabel="error (%)")
    training, validation, gaps = [], [], []
    for ax in (left, right):
        ax.set(xlim=(0, 1.03 * STEPS_TOLD[-1]), xlabel="step")
        gaps += ax.plot([], [], "_-", color=INK, lw=1.4, ms=9, animated=True)
        training += ax.plot([], [], "o--", color=BLUE, ms=5, mec="white", markevery=[-1],
                            label="training", animated=True)  # fmt: skip
        validation += ax.plot([], [], "D-", color=VERMILION, ms=5, mec="white", markevery=[-1],
                              label="validation", animated=True)  # fmt: skip
    (lowest,) = left.plot([], [], "v", color=VERMILION, ms=7, mec="white", animated=True)
    name = left.text(0, 0, "gap", va="center", fontsize=9.5, animated=True)
    right.legend(loc="upper right")

    def update(count, step):
        index = COUNTS.index(count)
        for k, (of_training, of_validation, scale, top) in enumerate(
            (
                (runs.training_loss, runs.validation_loss, 1, LOSS_TOP),
                (runs.training_error, runs.validation_error, 100, ERROR_TOP),
            )
        ):
            ours, theirs = (scale * curve[index, SEED] for curve in (of_training, of_validation))
            for line, curve in ((training[k], ours), (validation[k], theirs)):
                line.set_data(STEPS_TOLD[: step + 1], np.minimum(curve, 2 * top)[: step + 1])
            gaps[k].set_data([STEPS_TOLD[step]] * 2, np.minimum([ours[step], theirs[step]], top))
        loss = runs.validation_loss[index, SEED]
        ours = runs.training_loss[index, SEED, step]
        best = int(loss[: step + 1].argmin())
        lowest.set_data([STEPS_TOLD[best]], [min(loss[best], LOSS_TOP) + 0.07])
        early = STEPS_TOLD[step] < 300
        name.set_horizontalalignment("left" if early else "right")
        name.set_position(
            (STEPS_TOLD[step] + 40 * (1 if early else -1), min(loss[step] + ours, LOSS_TOP) / 2)
        )
        seen = STEPS_TOLD[step] * BATCH_SIZE / count
        return (
            f"{count:,} digits, step {STEPS_TOLD[step]:,} ({seen:.0f} epochs): training loss "
            f"{ours:.2f}, validation loss {loss[step]:.2f}, gap {loss[step] - ours:.2f} (lowest "
            f"validation loss so far {loss[best]:.2f}, at step {STEPS_TOLD[best]:,}); error "
            f"{percent(runs.training_error[index, SEED, step])} and "
            f"{percent(runs.validation_error[index, SEED, step])}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Loss, left, and error, right, by step: of the training digits as a dashed line, of "
        "the validation digits as a solid one, with a bracket for the gap between them. A triangle "
        "marks the lowest validation loss so far.",
        count=Choice({f"{n:,}": n for n in COUNTS}, count, label="Training digits"),
        step=Steps([f"step {k:,}" for k in STEPS_TOLD], step, label="Up to", speed=10),
    )
