"""How many iterations an epoch has: examples, cut into batches, and what is left at the end."""

from typing import NamedTuple

import numpy as np

from course_lib.data import iterations_per_epoch
from course_lib.live import LiveFigure, Toggle

from .palette import BLUE, GREY, INK, ORANGE, course_style
from .picture import new_figure
from .size_slider import SizeSlider

__all__ = ["Epoch", "count_epoch", "epoch_counter", "epoch_in_words"]

EXAMPLES = (10, 20, 50, 60, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000, 8000)
EXAMPLES += (10_000, 12_345, 15_000, 20_000, 30_000, 50_000, 60_000, 100_000)
BATCH_SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 25, 32, 40, 50, 60, 64, 75, 80, 96, 100, 120)
BATCH_SIZES += (128, 150, 200, 250, 256, 300, 400, 500, 512, 600, 750, 1000, 1024, 2000, 2048, 4096)
BATCH_SIZES += (5000, 7000, 10_000)
MOST_CUTS = 240  # that can be told apart in the picture


class Epoch(NamedTuple):
    """The counts of one epoch.

    Attributes
    ----------
    iterations : int
    full : int
        How many batches are complete.
    rest : int
        Examples in the incomplete last batch; 0 if there is none.
    unseen : int
        Examples left out because that batch is dropped.
    """

    iterations: int
    full: int
    rest: int
    unseen: int


def count_epoch(examples: int, batch_size: int, *, drop_last: bool = False) -> Epoch:
    """Count the batches of one pass over the data.

    Parameters
    ----------
    examples, batch_size : int
        Each at least 1.
    drop_last : bool
        Leave an incomplete last batch out.

    Returns
    -------
    Epoch
    """
    iterations = iterations_per_epoch(examples, batch_size, drop_last=drop_last)
    full, rest = divmod(examples, batch_size)
    return Epoch(iterations, full, rest, rest if drop_last else 0)


def epoch_in_words(examples: int, batch_size: int, *, drop_last: bool = False) -> str:
    """The count as a sentence.

    Examples
    --------
    >>> epoch_in_words(10_000, 100)
    '10,000 samples / batch 100 = 100 iterations per epoch'
    """
    epoch = count_epoch(examples, batch_size, drop_last=drop_last)
    plural = "" if epoch.iterations == 1 else "s"
    sign, how = "=", ""
    if epoch.rest:
        sign = "→"
        last = f"the last batch has only {epoch.rest:,} of {batch_size:,}"
        if drop_last:
            last = f"the {epoch.rest:,} that fill no batch are dropped"
        how = f": {epoch.full:,} full batch{'' if epoch.full == 1 else 'es'}, and {last}"
    elif drop_last:
        how = "; there is no incomplete batch to drop"
    return (
        f"{examples:,} samples / batch {batch_size:,} {sign} {epoch.iterations:,} "
        f"iteration{plural} per epoch{how}"
    )


@course_style()
def epoch_counter(
    examples: int = 10_000, batch_size: int = 100, drop_last: bool = False
) -> LiveFigure:
    """An epoch as a strip of examples, cut into batches, and how many iterations it has.

    Parameters
    ----------
    examples, batch_size : int
        At which it opens; any whole numbers from 1 on.
    drop_last : bool
        Whether an incomplete last batch is left out.

    Returns
    -------
    LiveFigure
    """
    count_epoch(examples, batch_size)  # complains of sizes that are none
    figure = new_figure(7.2, 2.7)
    figure.set_layout_engine("none")
    ax = figure.add_axes((0.02, 0.0, 0.96, 1.0))
    ax.set_axis_off()
    ax.set(xlim=(-0.005, 1.005), ylim=(0, 2.7))

    def words(x, y, size, **look):
        look = {"ha": "left", "va": "center", "color": INK, **look}
        return ax.text(x, y, "", fontsize=size, animated=True, **look)

    def strip(color, **look):
        return ax.fill([0, 0, 0, 0], [0, 0, 0, 0], fc=color, lw=0, animated=True, **look)[0]

    equation = words(0, 2.36, 19)
    (edge,) = ax.plot([], [], color=GREY, lw=1, animated=True)
    whole, last = strip("#A9CFE8"), strip(ORANGE)
    (cuts,) = ax.plot([], [], color=BLUE, lw=1, animated=True)
    title = words(0, 1.88, 10)
    below = words(0, 0.96, 10)
    enlarged = strip(ORANGE)
    (frame,) = ax.plot([], [], color=GREY, lw=1, animated=True)

    def update(examples, batch_size, drop_last):
        epoch = count_epoch(examples, batch_size, drop_last=drop_last)
        plural = "" if epoch.iterations == 1 else "s"
        equation.set_text(
            f"{examples:,} / {batch_size:,} {'→' if epoch.rest else '='} "
            f"{epoch.iterations:,} iteration{plural} per epoch"
        )
        end = epoch.full * batch_size / examples
        whole.set_xy(_box(0, end, 1.25, 1.7))
        last.set_xy(_box(end, 1, 1.25, 1.7))
        last.set_facecolor("#DDDDDD" if drop_last else ORANGE)
        edge.set_data(*_box(0, 1, 1.25, 1.7, closed=True).T)
        at = np.arange(1, epoch.full + (epoch.rest > 0)) * batch_size / examples
        few = len(at) <= MOST_CUTS
        # One line to and fro along the edges: no gaps, which would count as missing values.
        heights = np.resize([1.25, 1.7, 1.7, 1.25], 2 * len(at))
        cuts.set_data(*(np.repeat(at, 2), heights) if few else ([], []))
        title.set_text(
            f"one epoch: all {examples:,} examples, "
            + ("cut into batches" if few else "its batches too many to draw")
            + f" (ten epochs: {10 * epoch.iterations:,} iterations)"
        )
        share = epoch.rest / batch_size
        if epoch.rest:
            what = "dropped, never used in this epoch" if drop_last else "used, as a smaller batch"
            below.set_text(
                f"the incomplete last batch, enlarged: {epoch.rest:,} of {batch_size:,}, {what}"
            )
        else:
            nothing = ": there is nothing to drop" if drop_last else ""
            below.set_text(f"the last batch is complete{nothing}")
        enlarged.set_xy(_box(0, share, 0.33, 0.78))
        enlarged.set_facecolor("#DDDDDD" if drop_last else ORANGE)
        frame.set_data(*(_box(0, 1, 0.33, 0.78, closed=True).T if epoch.rest else ([], [])))
        return epoch_in_words(examples, batch_size, drop_last=drop_last)

    return LiveFigure(
        figure,
        update,
        alt="An equation, examples / batch size = iterations per epoch; below it a strip of all "
        "examples cut into batches, and an incomplete last batch enlarged.",
        examples=SizeSlider(EXAMPLES, examples, label="Examples (samples)"),
        batch_size=SizeSlider(BATCH_SIZES, batch_size),
        drop_last=Toggle(drop_last, label="Drop an incomplete last batch (drop_last)"),
    )


def _box(left, right, bottom, top, closed=False):
    corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
    return np.array(corners + corners[:1] * closed)
