"""Wrong labels, and whether a network learns them by heart: with and without each cure."""

import numpy as np

from course_lib.live import Choice, LiveFigure, Slider

from .overfitting_runs import NOISE, STEPS_TOLD, load_runs
from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .words import percent

__all__ = ["TREATMENTS", "label_noise", "noise_accuracy"]

TREATMENTS = {
    "none": (0, False),
    "dropout": (1, False),
    "L1": (2, False),
    "L2": (3, False),
    "early stopping": (0, True),
    "more data": (4, False),
    "augmentation": (5, False),
    "all of them": (6, True),
}
"""Each cure: its index in `NOISE_CURES`, and whether early stopping is used."""


def noise_accuracy(treatment: str = "none") -> tuple[np.ndarray, np.ndarray]:
    """Accuracy on the training digits, by the labels they were given, and on validation digits.

    Parameters
    ----------
    treatment : str
        Of `TREATMENTS`.

    Returns
    -------
    training, validation : ndarray, shape (NOISE, SEEDS)
        At the end, or where early stopping stops.
    """
    index, early = TREATMENTS[treatment]
    runs = load_runs("noise")
    rows = slice(index * len(NOISE), (index + 1) * len(NOISE))
    return tuple(
        1 - runs.final(name, early)[rows] for name in ("training_error", "validation_error")
    )


@course_style()
def label_noise(wrong: float = 0.2, treatment: str = "none") -> LiveFigure:
    """A slider for the share of wrong labels, a choice of cure, and both accuracies.

    Parameters
    ----------
    wrong : float
        At which it opens: 0, 0.1, …, 0.5.
    treatment : str
        Of `TREATMENTS`, with which it opens.

    Returns
    -------
    LiveFigure
    """
    runs, shares = load_runs("noise"), 100 * np.array(NOISE)
    plain = [100 * accuracy.mean(axis=1) for accuracy in noise_accuracy()]
    figure = new_figure(7.2, 3.4)
    left, right = figure.subplots(1, 2)
    for curve, look in zip(plain, ("o--", "D-"), strict=True):
        (grey,) = left.plot(shares, curve, look, color=GREY, ms=3, lw=1.2)
    grey.set_label("no cure")
    left.set(xlim=(-2, 52), ylim=(0, 103), xlabel="wrong labels (%)", ylabel="accuracy (%)")
    right.set(xlim=(0, STEPS_TOLD[-1]), ylim=(0, 103), xlabel="step", ylabel="accuracy (%)")
    lines, courses = [], []
    for look, color, name in (
        ("o--", BLUE, "training (labels as given)"),
        ("D-", VERMILION, "validation"),
    ):
        lines += left.plot([], [], look, color=color, ms=5, mec="white", label=name, animated=True)
        courses += right.plot([], [], look[1:], color=color, lw=2, animated=True)
    (stop,) = right.plot([], [], ":", color=INK, lw=1.4, animated=True)
    (here,) = left.plot([], [], ":", color=INK, lw=1.4, animated=True)
    left.legend(loc="lower left", fontsize=8.5)

    def update(wrong, treatment):
        index, early = TREATMENTS[treatment]
        level = int(np.argmin(np.abs(np.array(NOISE) - wrong)))
        here.set_data([shares[level]] * 2, [0, 103])
        at_end = noise_accuracy(treatment)
        for line, accuracy in zip(lines, at_end, strict=True):
            line.set_data(shares, 100 * accuracy.mean(axis=1))
        row = index * len(NOISE) + level
        for line, error in zip(courses, (runs.training_error, runs.validation_error), strict=True):
            line.set_data(STEPS_TOLD, 100 * (1 - error[row].mean(axis=0)))
        kept = STEPS_TOLD[runs.best[row]].mean()
        stop.set_data(*(([kept, kept], [0, 103]) if early else ([], [])))
        where = f"stopped at step {kept:.0f} on average" if early else "at the end"
        training, validation = (accuracy[level].mean() for accuracy in at_end)
        cure = {"none": "no cure", "all of them": "all cures"}.get(treatment, treatment)
        return (
            f"{percent(NOISE[level])} of the labels wrong, {cure}, {where}: accuracy on the "
            f"training labels {percent(training)}, on validation digits {percent(validation)} "
            f"(means of five seeds)"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, accuracy by share of wrong labels: on the training digits, by the labels they "
        "were given, dashed; on the validation digits, solid; in grey, both without a cure. Right, "
        "for the share chosen, both by step; a dotted line where early stopping stops.",
        wrong=Slider(0, NOISE[-1], wrong, step=0.1, label="Wrong labels", format=percent),
        treatment=Choice(list(TREATMENTS), treatment, label="Cure"),
    )
