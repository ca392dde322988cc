"""Where the textbook formula of cross-entropy breaks in floating point, and one that does not."""

from typing import NamedTuple

import numpy as np

from course_lib.live import Choice, LiveFigure, Slider
from course_lib.nn import softmax_cross_entropy

from .palette import BLUE, GREEN, GREY, INK, VERMILION, course_style
from .picture import new_figure

__all__ = ["WAYS", "CrossEntropies", "cross_entropies", "largest_exponent", "softmax_overflow"]

WAYS = ("textbook, float32", "textbook, float64", "log-sum-exp, float32")
LOOKS = (
    {"color": VERMILION, "ls": "-", "lw": 5, "alpha": 0.55},
    {"color": GREEN, "ls": "-", "lw": 3},
    {"color": BLUE, "ls": "--", "lw": 1.8},
)
LOWEST, HIGHEST = 1.0, 10_000.0
WRONG, RIGHT = "confident and wrong", "confident and right"


class CrossEntropies(NamedTuple):
    """One loss computed in three ways, with what came up on the way.

    Attributes
    ----------
    losses : tuple of float
        In the order of `WAYS`; may be infinite or NaN.
    exponentials, probabilities : tuple of float
        e^z of the large logit, and the probability of the true class, by the textbook in float32
        and in float64.
    """

    losses: tuple[float, float, float]
    exponentials: tuple[float, float]
    probabilities: tuple[float, float]


def largest_exponent(dtype: type) -> float:
    """The largest z whose e^z is still a finite number of this type.

    Parameters
    ----------
    dtype : numpy.float32 or numpy.float64
    """
    return float(np.log(np.finfo(dtype).max))


def cross_entropies(z: float, label: int = 0) -> CrossEntropies:
    """The cross-entropy of the logits (0, z).

    textbook: −ln (e^(z_label) / Σ e^(z_k));  log-sum-exp: m + ln Σ e^(z_k − m) − z_label, m = max z

    Parameters
    ----------
    z : float
    label : int
        The number of the true class: 0 if a large z is wrong, 1 if it is right.

    Returns
    -------
    CrossEntropies
    """
    losses, exponentials, probabilities = [], [], []
    for dtype in (np.float32, np.float64):
        logits = np.array([0, z], dtype=dtype)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            exponential = np.exp(logits)
            probability = exponential[label] / exponential.sum()
            losses.append(float(-np.log(probability)))
        exponentials.append(float(exponential[1]))
        probabilities.append(float(probability))
    stable, _ = softmax_cross_entropy(np.array([[0, z]], dtype=np.float32), [label])
    return CrossEntropies((*losses, stable), tuple(exponentials), tuple(probabilities))


@course_style()
def softmax_overflow(logit: float = 10.0, answer: str = WRONG) -> LiveFigure:
    """The loss of a confident answer by three ways of computing it, over its logit.

    Parameters
    ----------
    logit : float
        At which it opens: 1 to 10,000.
    answer : str
        "confident and wrong" or "confident and right".

    Returns
    -------
    LiveFigure
    """
    grid = np.geomspace(LOWEST, HIGHEST, 400)
    curves = {
        label: np.array([cross_entropies(z, label).losses for z in grid]).T for label in (0, 1)
    }
    figure = new_figure(7.2, 3.5)
    ax, table = figure.subplots(1, 2, width_ratios=[1.5, 1])
    ax.set(xscale="log", xlim=(LOWEST, HIGHEST), xlabel="logit z of the answer it is sure of")
    ax.set_yscale("symlog", linthresh=1, linscale=0.6)
    ax.set(ylim=(-0.3, 6e4), yticks=[0, 1, 10, 100, 1000, 10_000], ylabel="loss (nats)")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda number, _: f"{number:,.0f}")
    ax.minorticks_off()
    for dtype, words in ((np.float32, "float32 ends"), (np.float64, "float64 ends")):
        ax.axvline(largest_exponent(dtype), color=GREY, ls=":", lw=1.2)
        ax.text(
            largest_exponent(dtype) * 0.94,
            1300,
            words,
            rotation=90,
            color=GREY,
            fontsize=8,
            ha="right",
            va="bottom",
        )
    lines = [ax.plot([], [], animated=True, **look)[0] for look in LOOKS]
    ends = [
        ax.plot([], [], "X", color=look["color"], mec="white", ms=10, animated=True)[0]
        for look in LOOKS[:2]
    ]
    (here,) = ax.plot([], [], ":", color=INK, lw=1.2, animated=True)
    (dot,) = ax.plot([], [], "o", color=BLUE, mec="white", ms=8, animated=True)
    table.set(xlim=(0, 1), ylim=(0, 1))
    table.set_axis_off()
    cells = []
    for top, way, look in zip((0.93, 0.55, 0.17), WAYS, LOOKS, strict=True):
        table.plot([0.0, 0.12], [top, top], clip_on=False, **look)
        table.text(0.16, top, way, color=INK, fontsize=9.5, fontweight="bold", va="center")
        cells.append(
            table.text(0.16, top - 0.06, "", fontsize=9.5, va="top", linespacing=1.4, animated=True)
        )

    def update(logit, answer):
        label = 1 if answer == RIGHT else 0
        found = cross_entropies(logit, label)
        for line, values in zip(lines, curves[label], strict=True):
            finite = np.isfinite(values)
            line.set_data(grid[finite], values[finite])
        for end, values in zip(ends, curves[label], strict=False):
            last = np.flatnonzero(np.isfinite(values))[-1]
            end.set_data([grid[last]], [values[last]])
        here.set_data([logit, logit], ax.get_ylim())
        dot.set_data([logit], [found.losses[2]])
        for cell, e, p, loss in zip(
            cells, found.exponentials, found.probabilities, found.losses, strict=False
        ):
            cell.set_text(f"e^z = {_short(e)},  ŷ = {_short(p)}\nloss {_short(loss)}")
        cells[2].set_text(f"loss {_short(found.losses[2])}")
        losses = [_short(loss) for loss in found.losses]
        return (
            f"logits 0 and {_short(logit)}, {answer}. Loss by the textbook: {losses[0]} in "
            f"float32, {losses[1]} in float64. By log-sum-exp: {losses[2]}"
        )

    return LiveFigure(
        figure,
        update,
        alt="The loss over the logit of a confident answer, computed in three ways. By the "
        "textbook the curve breaks off, in float32 earlier than in float64; by log-sum-exp it "
        "goes on to a logit of ten thousand.",
        logit=Slider(
            LOWEST,
            HIGHEST,
            logit,
            log=True,
            positions=121,
            label="Logit z",
            format=_short,
            drag=(ax, "x"),
        ),
        answer=Choice([WRONG, RIGHT], answer, label="It is"),
    )


def _short(value):
    """As Python says it, but short: inf, nan, or three digits."""
    if np.isnan(value):
        return "nan"
    if np.isinf(value):
        return "inf" if value > 0 else "−inf"
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e5:
        return f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"
    digit, _, exponent = f"{value:.0e}".partition("e")
    return f"{digit}e{int(exponent)}".replace("-", "−")
