"""How fast each layer of a deep network learns: sigmoid and ReLU, at the same learning rate."""

import numpy as np

from course_lib.live import LiveFigure, Steps

from .deep_training import DeepRun, deep_run
from .palette import BLUE, GREY, VERMILION, course_style
from .picture import new_figure
from .words import percent, scientific

__all__ = ["DEPTH", "learning_speed", "speed_runs"]

DEPTH = 8
RATE = 0.1
STEPS = 350
POINTS = 26
NETWORKS = {"sigmoid": "Xavier", "ReLU": "He"}
"""Each activation with the initial weights made for it."""


def speed_runs() -> dict[str, DeepRun]:
    """The two runs: eight hidden layers, learning rate 0.1, 350 steps of 100 digits.

    Returns
    -------
    dict of str to DeepRun
        By activation.
    """
    return {
        activation: deep_run(
            DEPTH,
            activation,
            initializer,
            learning_rate=RATE,
            steps=STEPS,
            points=POINTS,
            dtype=np.float64,  # so that rounding does not tell
        )
        for activation, initializer in NETWORKS.items()
    }


@course_style()
def learning_speed(step: int = POINTS - 1, runs: dict[str, DeepRun] | None = None) -> LiveFigure:
    """By layer, how far the weights have come; and the accuracy by step.

    Parameters
    ----------
    step : int
        Point of the runs at which it opens: 0 to 25.
    runs : dict of str to DeepRun, optional
        What `speed_runs` returned, if it is there already.

    Returns
    -------
    LiveFigure
    """
    runs = runs or speed_runs()
    figure = new_figure(7.2, 3.3)
    change, accuracy = figure.subplots(1, 2)
    change.set(
        yscale="log",
        xlim=(0.6, DEPTH + 1.4),
        ylim=(1e-7, 5),
        xlabel="layer",
        ylabel="relative change of its weights",
    )
    change.set_xticks(range(1, DEPTH + 2), [*map(str, range(1, DEPTH + 1)), "out"])
    change.yaxis.minorticks_off()
    accuracy.set(xlim=(0, STEPS), ylim=(0, 100), xlabel="step", ylabel="validation accuracy (%)")
    accuracy.axhline(10, color=GREY, ls="--", lw=1.2)
    accuracy.text(STEPS, 3, "guessing ", color=GREY, ha="right", fontsize=9)
    styles = {"sigmoid": ("o-", VERMILION), "ReLU": ("s-", BLUE)}
    moved, curves, heads = {}, {}, {}
    for name, (style, color) in styles.items():
        (moved[name],) = change.plot([], [], style, color=color, label=name, animated=True)
        (curves[name],) = accuracy.plot([], [], color=color, animated=True)
        (heads[name],) = accuracy.plot(
            [], [], style[0], color=color, ms=8, mec="white", animated=True
        )
    change.legend(loc="lower right", fontsize=9)
    layers = np.arange(1, DEPTH + 2)

    def update(step):
        for name, run in runs.items():
            # Before the first step nothing has moved, and a logarithm has no zero.
            shown = run.change[step] > 0
            moved[name].set_data(layers[shown], run.change[step, shown])
            curves[name].set_data(run.steps[: step + 1], 100 * run.accuracy[: step + 1])
            heads[name].set_data(run.steps[step : step + 1], 100 * run.accuracy[step : step + 1])
        told = "; ".join(
            f"{name}: layer 1 moved by {scientific(run.change[step, 0])}, layer {DEPTH} by "
            f"{scientific(run.change[step, DEPTH - 1])}, accuracy {percent(run.accuracy[step])}"
            for name, run in runs.items()
        )
        return f"after {runs['ReLU'].steps[step]} steps, {told}"

    steps = [f"step {number}" for number in runs["ReLU"].steps]
    return LiveFigure(
        figure,
        update,
        alt="Left, by layer and on a logarithmic axis, the change of the weights relative to "
        "their size: for the sigmoid it falls from the output to the input, for ReLU it is about "
        "the same in all layers. Right, the accuracy by step: the sigmoid network stays at "
        "guessing, the ReLU network climbs.",
        step=Steps(steps, step, label="Training", speed=6),
    )
