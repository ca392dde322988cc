"""Two runs on the digits with the same start and the same batches: A, and B, which leaves A.

The runs lie beside this file in ``ab_runs.npz``. ``python -m course_lib.demos.ab_runs`` computes
them anew, in about a minute of one core. Every number is that of a `digit_run` of seed 0, with
batches of 100.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from course_lib.live import Choice, LiveFigure, Slider, Steps
from course_lib.nn import cosine

from .digit_runs import DigitRun, digit_run
from .palette import BLUE, GREY, VERMILION, course_style
from .picture import new_figure
from .words import percent, plain

__all__ = ["AB_STEPS", "BRANCHES", "RATES_A", "RATES_B", "ab_runs", "ab_schedule", "branch_run"]

STORED = Path(__file__).with_suffix(".npz")

AB_STEPS, POINTS = 200, 41
RATES_A = (0.01, 0.1, 0.3, 1.0, 3.0)
RATES_B = (*RATES_A, "cosine")
"""A rate, or "cosine": from A's rate down to 0 at the end."""
BRANCHES = (0, 25, 50, 75, 100)


def ab_schedule(
    rate_a: float, rate_b: float | str = "same", branch: int = 0
) -> Callable[[int], float]:
    """A's rate up to a step, and B's from then on.

    Parameters
    ----------
    rate_a : float
    rate_b : float or "same" or "cosine"
    branch : int
        How many steps are made with A's rate.

    Returns
    -------
    callable (step) → float
    """
    if rate_b == "same":
        return lambda step: rate_a
    if rate_b == "cosine":
        fall = cosine(rate_a, total_steps=AB_STEPS - branch)
        return lambda step: rate_a if step < branch else fall(step - branch)
    return lambda step: rate_a if step < branch else rate_b


def branch_run(rate_a: float, rate_b: float | str = "same", branch: int = 0) -> DigitRun:
    """A run of `AB_STEPS` steps, computed anew; see `ab_schedule`."""
    return digit_run(ab_schedule(rate_a, rate_b, branch), steps=AB_STEPS, points=POINTS)


def load_runs() -> dict[tuple, np.ndarray]:
    """Of each (rate_a, rate_b, branch): validation loss and error, shape (2, points)."""
    with np.load(STORED, allow_pickle=False) as stored:
        told = stored["told"].astype(float)
    return dict(zip(_all_runs(), told, strict=True))


def _all_runs():
    yield from ((a, "same", 0) for a in RATES_A)
    yield from ((a, b, k) for a in RATES_A for b in RATES_B if b != a for k in BRANCHES)


@course_style()
def ab_runs(
    rate_a: float = 3.0, rate_b: float | str = 0.3, branch: int = 25, step: int = POINTS - 1
) -> LiveFigure:
    """A and B side by side; B may leave A at any of some steps, and both are scrubbed together.

    Parameters
    ----------
    rate_a, rate_b : float (or "cosine" for B)
        At which it opens: of `RATES_A` and `RATES_B`.
    branch : int
        The step at which B takes another rate, at which it opens: of `BRANCHES`.
    step : int
        Point at which it opens: 0 to 40, five steps each.

    Returns
    -------
    LiveFigure
    """
    runs = load_runs()
    steps = np.linspace(0, AB_STEPS, POINTS).astype(int)
    figure = new_figure(7.2, 3.4)
    axes = figure.subplots(1, 2)
    for ax, label, top in zip(axes, ("loss (nats per digit)", "error (%)"), (3, 100), strict=True):
        ax.set(xlim=(0, AB_STEPS), ylim=(0, top), xlabel="step", ylabel=f"validation {label}")
    lines_a = [ax.plot([], [], color=BLUE, label="A", animated=True)[0] for ax in axes]
    lines_b = [ax.plot([], [], "--", color=VERMILION, label="B", animated=True)[0] for ax in axes]
    heads = [
        ax.plot([], [], marker, color=color, ms=8, mec="white", animated=True)[0]
        for marker, color in (("o", BLUE), ("D", VERMILION))
        for ax in axes
    ]
    forks = [ax.axvline(0, color=GREY, ls=":", lw=1.4, animated=True) for ax in axes]
    axes[1].legend(loc="upper right", bbox_to_anchor=(1, 0.86))

    def update(rate_a, rate_b, branch, step):
        a = runs[rate_a, "same", 0]
        b = a if rate_b == rate_a else runs[rate_a, rate_b, branch]
        for lines, told, first in ((lines_a, a, 0), (lines_b, b, 2)):
            for line, head, values, scale in zip(
                lines, heads[first:], told, (1, 100), strict=False
            ):
                shown = np.minimum(scale * values, 300)
                line.set_data(steps[: step + 1], shown[: step + 1])
                head.set_data(steps[step : step + 1], shown[step : step + 1])
        for fork in forks:
            fork.set_xdata([branch, branch])
        rate_of_b = f"{rate_b:g}" if rate_b != "cosine" else "a cosine down to 0"
        if branch:
            rate_of_b = f"{rate_a:g} up to step {branch}, then {rate_of_b}"
        return (
            f"step {steps[step]}. A (rate {rate_a:g}): loss {_loss(a[0, step])}, error "
            f"{percent(a[1, step], 1)}. B (rate {rate_of_b}): loss {_loss(b[0, step])}, error "
            f"{percent(b[1, step], 1)}"
        )

    names_b = {"falls to 0 (cosine)" if rate == "cosine" else f"{rate:g}": rate for rate in RATES_B}
    return LiveFigure(
        figure,
        update,
        alt="Validation loss and error by step, of two runs with the same start and the same "
        "batches: A as a solid line, B as a dashed one; a dotted line marks where B takes another "
        "rate.",
        rate_a=Choice({f"{rate:g}": rate for rate in RATES_A}, rate_a, label="A: learning rate"),
        rate_b=Choice(names_b, rate_b, label="B: learning rate"),
        branch=Slider(
            *BRANCHES[:: len(BRANCHES) - 1],
            branch,
            step=BRANCHES[1],
            integer=True,
            label="B takes its own rate from step",
            drag=(axes[0], "x"),
        ),
        step=Steps([f"step {k}" for k in steps], step, label="Both runs at", speed=8),
    )


def _loss(value):
    return plain(value) if value < 1e4 else "overflowing"


def main():
    told = np.array([branch_run(*which)[2:] for which in _all_runs()], dtype=np.float32)
    np.savez_compressed(STORED, told=told)
    print(f"{STORED.name}: {STORED.stat().st_size / 1e3:.0f} kB, {len(told)} runs")


if __name__ == "__main__":
    main()
