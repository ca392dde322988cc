"""Cures for overfitting, each to be switched on: the stored runs as a lab and as a table."""

from collections.abc import Mapping

import numpy as np

from course_lib.live import LiveFigure, Toggle

from .few_digits import Cures
from .overfitting_runs import COMBINATIONS, SEEDS, STEPS_TOLD, combination, load_runs
from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import Picture, new_figure
from .words import percent

__all__ = ["NAMES", "cures_lab", "cures_table", "final_errors", "treatments"]

NAMES = {
    "dropout": "dropout",
    "l1": "L1",
    "l2": "L2",
    "more_data": "more data",
    "shift": "augmentation",
}
"""Of the fields of `Cures`. Early stopping comes on top of any combination of these."""
LOSS_TOP = 1.2


def treatments() -> dict[tuple[Cures, bool], np.ndarray]:
    """The validation error of each treatment, at the end or where early stopping stops.

    Returns
    -------
    dict of (Cures, early stopping) to ndarray of shape (SEEDS,)
    """
    runs = load_runs("cures")
    return {
        (cures, early): runs.final("validation_error", early)[k]
        for early in (False, True)
        for k, cures in enumerate(COMBINATIONS)
    }


def final_errors(*names: str, early: bool = False) -> np.ndarray:
    """Validation error of each seed with these cures of `NAMES`, shape (SEEDS,)."""
    return treatments()[combination(*names), early]


def rows() -> dict[str, np.ndarray]:
    """What the table shows: no cure, each alone, all, and the best of all 64."""
    every = treatments()
    best = min(every, key=lambda key: every[key].mean())
    return {
        "no cure": final_errors(),
        "L1": final_errors("l1"),
        "L2": final_errors("l2"),
        "early stopping": final_errors(early=True),
        "dropout": final_errors("dropout"),
        "more data (twice as many)": final_errors("more_data"),
        "augmentation": final_errors("shift"),
        "all six": final_errors(*NAMES, early=True),
        f"lowest of 64: {words(*best)}": every[best],
    }


def words(cures: Cures, early: bool) -> str:
    """A treatment as people say it."""
    on = [
        name for field, name in NAMES.items() if getattr(cures, field) != Cures()._asdict()[field]
    ]
    return ", ".join(on + ["early stopping"] * early) or "no cure"


@course_style()
def cures_table(table: Mapping[str, np.ndarray] | None = None) -> Picture:
    """Validation error of each cure: a dot for each seed, and mean ± standard deviation.

    Parameters
    ----------
    table : mapping of name to validation errors, optional
        Default: no cure, each cure alone, all together, and the best combination.

    Returns
    -------
    Picture
    """
    table = rows() if table is None else table
    figure = new_figure(7.2, 0.6 + 0.33 * len(table))
    ax = figure.subplots()
    for y, errors in enumerate(table.values()):
        errors = 100 * errors
        ax.plot(errors, np.full(len(errors), y), "o", color=BLUE, ms=5, alpha=0.5, mew=0)
        ax.plot([errors.mean()] * 2, [y - 0.3, y + 0.3], color=VERMILION, lw=2)
        ax.text(24.6, y, f"{errors.mean():.1f} ± {errors.std(ddof=1):.1f}", va="center",
                fontsize=9.5)  # fmt: skip
    names = [name.replace(": ", ":\n") for name in table]
    ax.axvline(100 * next(iter(table.values())).mean(), color=GREY, ls="--", lw=1.2)
    ax.set(xlim=(0, 24), ylim=(len(table) - 0.4, -0.6), xlabel="validation error (%)")
    ax.set_yticks(range(len(table)), names)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    told = "; ".join(f"{name} {percent(errors.mean(), 1)}" for name, errors in table.items())
    return Picture(figure, f"Validation error, five seeds each: {told}.")


@course_style()
def cures_lab(
    dropout: bool = False,
    l1: bool = False,
    l2: bool = False,
    early_stopping: bool = False,
    more_data: bool = False,
    augmentation: bool = False,
) -> LiveFigure:
    """Switch each cure on and off: the two losses, and the validation error among all 64.

    Parameters
    ----------
    dropout, l1, l2, early_stopping, more_data, augmentation : bool
        What is on when it opens.

    Returns
    -------
    LiveFigure
    """
    runs, every = load_runs("cures"), treatments()
    order = sorted(every, key=lambda key: every[key].mean())
    place_of = {key: place for place, key in enumerate(order)}
    means = [100 * every[key].mean() for key in order]
    untreated = every[Cures(), False].mean()
    figure = new_figure(7.2, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=[1.35, 1])
    left.set(xlim=(0, STEPS_TOLD[-1]), ylim=(0, LOSS_TOP), xlabel="step",
             ylabel="loss (nats per digit)")  # fmt: skip
    index = COMBINATIONS.index(Cures())
    for curve, look in ((runs.training_loss, "--"), (runs.validation_loss, "-")):
        left.plot(STEPS_TOLD, curve[index].mean(axis=0), look, color=GREY, lw=1.3)
    left.plot([], [], "-", color=GREY, lw=1.3, label="no cure")
    right.plot(means, np.arange(len(order)), "o", color=GREY, ms=3)
    right.axvline(100 * untreated, color=GREY, ls="--", lw=1.2)
    right.text(100 * untreated + 0.3, len(order) * 0.12, "no cure", color=GREY, fontsize=9)
    right.set(xlim=(0, 24), ylim=(len(order), -1), yticks=[], xlabel="validation error (%)",
              ylabel="all 64 combinations, in order")  # fmt: skip
    right.grid(visible=False, axis="y")
    thin = [left.plot([], [], color=VERMILION, lw=0.8, alpha=0.5, animated=True)[0] for _ in SEEDS]
    (training,) = left.plot([], [], "--", color=BLUE, lw=2.2, label="training", animated=True)
    (validation,) = left.plot([], [], color=VERMILION, lw=2.4, label="validation", animated=True)
    (kept,) = left.plot([], [], "v", color=INK, ms=6, mec="white", animated=True)
    left.legend(loc="upper right", ncols=3, fontsize=8.5, columnspacing=1, handlelength=1.8)
    (spread,) = right.plot([], [], color=VERMILION, lw=2.4, animated=True)
    (here,) = right.plot([], [], "o", color=VERMILION, ms=9, mec="white", animated=True)

    def update(dropout, l1, l2, early_stopping, more_data, augmentation):
        switches = (dropout, l1, l2, more_data, augmentation)
        cures = combination(*(name for name, on in zip(NAMES, switches, strict=True) if on))
        index = COMBINATIONS.index(cures)
        losses = runs.validation_loss[index]
        ends = runs.stopped[index] if early_stopping else np.full(len(SEEDS), len(STEPS_TOLD) - 1)
        for line, loss, end in zip(thin, losses, ends, strict=True):
            line.set_data(STEPS_TOLD[: end + 1], np.minimum(loss, 2 * LOSS_TOP)[: end + 1])
        for line, curve in ((training, runs.training_loss[index]), (validation, losses)):
            shown = np.minimum(curve.mean(axis=0), 2 * LOSS_TOP)[: ends.min() + 1]
            line.set_data(STEPS_TOLD[: len(shown)], shown)
        best = runs.best[index]
        kept.set_data([], [])
        if early_stopping:
            kept.set_data(STEPS_TOLD[best], losses[np.arange(len(SEEDS)), best] + 0.035)
        errors = 100 * every[cures, early_stopping]
        middle, sd = errors.mean(), errors.std(ddof=1)
        place = place_of[cures, early_stopping]
        spread.set_data([middle - sd, middle + sd], [place, place])
        here.set_data([middle], [place])
        loss = runs.final("validation_loss", early_stopping)[index].mean()
        return (
            f"{words(cures, early_stopping)}: validation error {middle:.1f} ± {sd:.1f} %, "
            f"validation loss {loss:.2f} (means of five seeds ± standard deviation), "
            f"place {place + 1} of {len(order)}"
        )

    left.set_xticks(range(0, STEPS_TOLD[-1] + 1, 500))

    return LiveFigure(
        figure,
        update,
        alt="Left, training loss (dashed) and validation loss (solid) by step, means of five "
        "seeds, with the five validation curves thin, and those without cures in grey. Triangles "
        "mark where early stopping keeps the network. Right, the validation error of all 64 "
        "combinations, in order, with the one chosen marked.",
        dropout=Toggle(dropout, label="Dropout"),
        l1=Toggle(l1, label="L1"),
        l2=Toggle(l2, label="L2"),
        early_stopping=Toggle(early_stopping, label="Early stopping"),
        more_data=Toggle(more_data, label="More data"),
        augmentation=Toggle(augmentation, label="Augmentation"),
    )
