"""The suspicious experiment with each of its leaks left open or closed."""

import numpy as np

from course_lib.live import LiveFigure, Toggle

from .leak import LEAK_SEEDS, WAYS, Way, leak_scores
from .palette import BLUE, GREY, VERMILION, course_style
from .picture import new_figure
from .words import percent

__all__ = ["leak_lab", "leak_of_each"]


def leak_of_each() -> dict[str, float]:
    """By how much the reported accuracy falls if one line of the experiment alone is mended.

    Returns
    -------
    dict of field of `Way` to float
    """
    as_handed_in = leak_scores(Way())[0].mean()
    return {
        name: float(as_handed_in - leak_scores(Way()._replace(**{name: False}))[0].mean())
        for name in Way._fields
    }


@course_style()
def leak_lab(
    copies_after: bool = False, training_statistics: bool = False, last_epoch: bool = False
) -> LiveFigure:
    """Mend each line: what the experiment reports, and what is true of new digits.

    Parameters
    ----------
    copies_after, training_statistics, last_epoch : bool
        Which lines are mended when it opens.

    Returns
    -------
    LiveFigure
    """
    scores = {way: 100 * leak_scores(way) for way in WAYS}
    figure = new_figure(7.2, 2.3)
    ax = figure.subplots()
    rows = {"reported": 0, "on new digits": 1}
    ax.set(xlim=(64, 100.5), ylim=(1.6, -0.6), xlabel="accuracy (%)")
    ax.set_yticks(list(rows.values()), list(rows))
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    as_handed_in = scores[Way()][0].mean()
    ax.axvline(as_handed_in, color=GREY, ls="--", lw=1.2)
    ax.text(as_handed_in - 0.4, 0.55, "as handed in", color=GREY, fontsize=9, ha="right")
    looks = (("D", VERMILION), ("o", BLUE))
    dots = [
        ax.plot([], [], mark, color=color, ms=5, alpha=0.4, mew=0, animated=True)[0]
        for mark, color in looks
    ]
    means = [ax.plot([], [], color=color, lw=3, animated=True)[0] for _, color in looks]

    def update(copies_after, training_statistics, last_epoch):
        way = Way(not copies_after, not training_statistics, not last_epoch)
        for row, accuracy in enumerate(scores[way]):
            dots[row].set_data(accuracy, row + np.linspace(-0.18, 0.18, len(accuracy)))
            means[row].set_data([accuracy.mean()] * 2, [row - 0.32, row + 0.32])
        reported, new = scores[way].mean(axis=1) / 100
        mended = ("nothing", "one line", "two lines", "three lines")[3 - sum(way)]
        return (
            f"{mended} mended: {percent(reported, 1)} reported, {percent(new, 1)} on new digits "
            f"(means of {len(LEAK_SEEDS)} seeds), {100 * (reported - new):+.1f} points".replace(
                "-", "−"
            )
        )

    return LiveFigure(
        figure,
        update,
        alt="Two rows of dots, one for each seed, with their means: the accuracy that the "
        "experiment reports, and that on new digits. A dashed line marks what was reported as it "
        "was handed in.",
        copies_after=Toggle(copies_after, label="Split first, then copy"),
        training_statistics=Toggle(training_statistics, label="Training statistics only"),
        last_epoch=Toggle(last_epoch, label="Report the last epoch"),
    )
