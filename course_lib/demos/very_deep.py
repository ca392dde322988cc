"""From 2 to 50 hidden layers, without and with the techniques of lessons 7 and 8.

The signals are computed when they are shown. The training runs lie beside this file in
``very_deep.npz``; ``python -m course_lib.demos.very_deep`` computes them anew, in about five
minutes of one core: for each recipe and depth, every rate of `RATES` is tried with the seed
`TRIAL_SEED`, and with the best one on the validation digits the runs of `SEEDS` are made.
"""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.live import LiveFigure, Slider

from .deep_signal import deep_signal
from .deep_training import GUESSING, DeepRun, accuracy_on_test_digits, best_of_rates, deep_run
from .palette import GREEN, GREY, VERMILION, course_style
from .picture import new_figure
from .words import percent, scientific

__all__ = [
    "DEPTHS",
    "RECIPES",
    "SEEDS",
    "STEPS",
    "VeryDeep",
    "deep_recipe_run",
    "load_very_deep",
    "very_deep",
]

STORED = Path(__file__).with_suffix(".npz")

DEPTHS = tuple(range(2, 51, 6))
STEPS, POINTS = 350, 11
SEEDS = range(3)
TRIAL_SEED = 100
RATES = (0.03, 0.1, 0.3)
LOWEST = 1e-40

RECIPES = {
    "none": {"activation": "sigmoid", "initializer": "small"},
    "ReLU and He's weights": {"activation": "ReLU", "initializer": "He"},
    "ReLU, shortcuts, batch norm": {
        "activation": "ReLU",
        "initializer": "small",
        "residual": True,
        "normalization": "batch",
    },
}
"""Without any technique, with two, and with three; words for `deep_network`."""


class VeryDeep(NamedTuple):
    """The stored runs; the first two axes are those of `RECIPES` and `DEPTHS`.

    Attributes
    ----------
    rate : ndarray, shape (recipes, depths)
    validation : ndarray, shape (recipes, depths, seeds, POINTS)
        Accuracy along each run; `GUESSING` from where it overflows.
    test : ndarray, shape (recipes, depths, seeds)
        Accuracy at its end.
    """

    rate: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    def at(self, recipe: str, depth: int) -> np.ndarray:
        """Test accuracy of each seed, shape (seeds,)."""
        return self.test[list(RECIPES).index(recipe), DEPTHS.index(depth)]


def load_very_deep() -> VeryDeep:
    """The stored runs, in float64."""
    with np.load(STORED, allow_pickle=False) as stored:
        return VeryDeep(*(stored[name].astype(float) for name in VeryDeep._fields))


def deep_recipe_run(
    recipe: str, depth: int, learning_rate: float, seed: int, points: int = POINTS
) -> DeepRun:
    """One run, computed anew.

    Parameters
    ----------
    recipe : str
        One of `RECIPES`.
    depth : int
    learning_rate : float
    seed : int
    points : int
        How many measurements.

    Returns
    -------
    DeepRun
    """
    return deep_run(
        depth, **RECIPES[recipe], learning_rate=learning_rate, steps=STEPS, points=points, seed=seed
    )


@course_style()
def very_deep(depth: int = 2) -> LiveFigure:
    """Gradient norms by layer before training, and accuracy in training, by depth and recipe.

    Parameters
    ----------
    depth : int
        One of `DEPTHS`, at which it opens.

    Returns
    -------
    LiveFigure
    """
    runs = load_very_deep()
    figure = new_figure(7.2, 3.5)
    left, right = figure.subplots(1, 2)
    left.set(
        xlim=(-0.02, 1.02),
        yscale="log",
        ylim=(LOWEST, 1e6),
        xlabel="hidden layer (share of the depth)",
        ylabel="gradient norm before training",
    )
    left.set_yticks([10.0**power for power in range(-40, 7, 10)])
    left.yaxis.minorticks_off()
    right.set(xlim=(0, STEPS), ylim=(0, 1), xlabel="training step", ylabel="validation accuracy")
    right.yaxis.set_major_formatter(lambda share, _: percent(share))
    right.axhline(GUESSING, color=GREY, ls="--", lw=1.2)
    right.text(STEPS, 0.03, "guessing ", color=GREY, fontsize=9, ha="right")
    steps = np.rint(np.linspace(0, STEPS, POINTS))
    lines, means, spreads = [], [], []
    for name, style, color in zip(
        RECIPES, ("s-", "^-", "o-"), (GREY, GREEN, VERMILION), strict=True
    ):
        left.plot([], [], style, color=color, ms=4, lw=1.3, label=name)
        lines.append(left.plot([], [], style, color=color, ms=4, lw=1.3, animated=True)[0])
        means.append(right.plot([], [], style, color=color, ms=4, lw=2, animated=True)[0])
        spreads.append(
            [right.plot([], [], color=color, lw=0.9, alpha=0.5, animated=True)[0] for _ in SEEDS]
        )
    figure.legend(loc="outside upper left", ncols=3, fontsize=9)

    def update(depth):
        said = []
        for i, (name, recipe) in enumerate(RECIPES.items()):
            norms = deep_signal(depth, **recipe).gradient_norms[:-1]
            shown = norms > LOWEST
            lines[i].set_data(np.linspace(0, 1, depth)[shown], norms[shown])
            curves = runs.validation[i, DEPTHS.index(depth)]
            means[i].set_data(steps, curves.mean(axis=0))
            for line, curve in zip(spreads[i], curves, strict=True):
                line.set_data(steps, curve)
            accuracy = runs.at(name, depth).mean()
            said.append(
                f"{name}: first gradient {scientific(norms[0] / norms[-1])} × the last, test "
                f"accuracy {percent(accuracy)}"
            )
        return f"{depth} hidden layers. " + "; ".join(said)

    return LiveFigure(
        figure,
        update,
        alt="Left, the gradient norm of each hidden layer before training, on a logarithmic axis. "
        "Right, the validation accuracy by training step. Each for three recipes: none of the "
        "techniques; ReLU and He's weights; ReLU, shortcuts and batch normalisation.",
        depth=Slider(DEPTHS[0], DEPTHS[-1], depth, step=6, integer=True, unit="hidden layers"),
    )


def _trial(recipe, depth, learning_rate):
    return [deep_recipe_run(recipe, depth, learning_rate, TRIAL_SEED, points=2).accuracy[-1]]


def main():
    rates, curves, tests = [], [], []
    for recipe in RECIPES:
        for depth in DEPTHS:
            rates.append(best_of_rates(RATES, partial(_trial, recipe, depth)))
            runs = [deep_recipe_run(recipe, depth, rates[-1], seed) for seed in SEEDS]
            curves.append([np.nan_to_num(run.accuracy, nan=GUESSING) for run in runs])
            tests.append([accuracy_on_test_digits(run) for run in runs])
            print(recipe, depth, f"rate {rates[-1]:g}", *np.round(tests[-1], 3), flush=True)
    shape = (len(RECIPES), len(DEPTHS))
    np.savez_compressed(
        STORED,
        rate=np.reshape(rates, shape),
        validation=np.array(curves, np.float32).reshape(*shape, len(SEEDS), POINTS),
        test=np.array(tests, np.float32).reshape(*shape, len(SEEDS)),
    )


if __name__ == "__main__":
    main()
