"""The best recipe, reached step by step: what each change gives on the validation digits.

Every step keeps the changes before it. The numbers lie beside this file in ``recipe_steps.npz``:
five seeds each, on the validation digits; of the last step alone also on the test digits.
``python -m course_lib.demos.recipe_steps`` computes them anew, in about three minutes of one core.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.data import RandomAffine, batches, iterations_per_epoch
from course_lib.nn import (
    SGD,
    Adam,
    AdamW,
    Dense,
    Network,
    ReLU,
    evaluate,
    one_cycle,
    softmax_cross_entropy,
    train,
)

from .digit_runs import digits
from .palette import BLUE, GREY, ORANGE, course_style
from .picture import Picture, new_figure
from .threads import one_thread

__all__ = [
    "RECIPE",
    "SEEDS",
    "RecipeErrors",
    "Step",
    "load_recipe_errors",
    "recipe_figure",
    "run_step",
]

STORED = Path(__file__).with_suffix(".npz")

SEEDS = range(5)
BATCH_SIZE = 100
AUGMENT = RandomAffine(rotation=12, scale=0.1, shear=0.15, shift=1.5)


class Step(NamedTuple):
    """One way to train.

    Attributes
    ----------
    change : str
        What is new beside the step before.
    hidden : tuple of int
        Units of each hidden layer.
    optimizer : callable (steps, mask) → Optimizer
    augment : callable (x, rng) → x, or None
    epochs : int
    """

    change: str
    hidden: tuple[int, ...]
    optimizer: Callable
    augment: Callable | None
    epochs: int


def _sgd(steps, mask):
    return SGD(0.3)


def _adam(steps, mask):
    return Adam(0.001)


def _one_cycle(steps, mask):
    return AdamW(one_cycle(0.004, total_steps=steps), decay_mask=mask)


RECIPE = (
    Step("64 units, plain SGD, 10 epochs", (64,), _sgd, None, 10),
    Step("256 units instead of 64", (256,), _sgd, None, 10),
    Step("Adam instead of SGD", (256,), _adam, None, 10),
    Step("the rate rises and falls once", (256,), _one_cycle, None, 10),
    Step("digits turned, shifted, slanted", (256,), _one_cycle, AUGMENT, 10),
    Step("30 epochs instead of 10", (256,), _one_cycle, AUGMENT, 30),
    Step("a second layer of 128 units", (256, 128), _one_cycle, AUGMENT, 30),
)
"""The recipe, each step with all the changes before it; AdamW's weight decay is at its default."""


class RecipeErrors(NamedTuple):
    """What the recipe's steps reach.

    Attributes
    ----------
    validation : ndarray, shape (steps, seeds)
        Fraction of the 1,000 validation digits read wrongly.
    test : ndarray, shape (seeds,)
        Fraction of the 2,000 test digits that the networks of the last step read wrongly.
    """

    validation: np.ndarray
    test: np.ndarray


def run_step(step: Step, seed: int) -> Network:
    """Train by one step of the recipe, in float32.

    Parameters
    ----------
    step : Step
    seed : int
        Of the weights, the order of the digits and their augmentation.

    Returns
    -------
    Network
    """
    sizes = (784, *step.hidden)
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [Dense(n_in, n_out), ReLU()]
    network = Network([*layers, Dense(sizes[-1], 10)], seed=seed, dtype=np.float32)
    steps = step.epochs * iterations_per_epoch(len(digits().train.y), BATCH_SIZE)
    portions = batches(
        *digits().train, BATCH_SIZE, epochs=step.epochs, seed=seed, augment=step.augment
    )
    optimizer = step.optimizer(steps, network.weight_mask)
    with one_thread():
        for _ in train(network, portions, loss=softmax_cross_entropy, optimizer=optimizer):
            pass
    return network


def error(network: Network, part) -> float:
    """The fraction of digits that a network reads wrongly."""
    return 1 - evaluate(network, *part, loss=softmax_cross_entropy).accuracy


def recipe_errors(progress: Callable = print) -> RecipeErrors:
    """Train every step with every seed, anew."""
    validation = []
    for step in RECIPE:
        networks = [run_step(step, seed) for seed in SEEDS]
        validation.append([error(network, digits().validation) for network in networks])
        progress(f"{step.change:34} {100 * np.mean(validation[-1]):.2f} %")
    return RecipeErrors(
        np.array(validation), np.array([error(network, digits().test) for network in networks])
    )


def load_recipe_errors() -> RecipeErrors:
    """The stored errors of `RECIPE`."""
    with np.load(STORED, allow_pickle=False) as stored:
        return RecipeErrors(stored["validation"], stored["test"])


@course_style()
def recipe_figure(errors: RecipeErrors) -> Picture:
    """A table that is also a picture: the change, its five seeds, their mean and spread.

    Parameters
    ----------
    errors : RecipeErrors

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 3.1)
    ax = figure.subplots()
    means = 100 * errors.validation.mean(axis=1)
    spreads = 100 * errors.validation.std(axis=1, ddof=1)
    places = np.arange(len(RECIPE))
    ax.plot(means, places, "-", color=GREY, lw=1, zorder=1)
    for place, row in enumerate(100 * errors.validation):
        ax.plot(row, np.full(len(row), place), "o", color=BLUE, ms=5, alpha=0.55, mew=0)
        ax.plot(means[place], place, "|", color=ORANGE, ms=16, mew=3)
        ax.annotate(
            f"{means[place]:.1f} ± {spreads[place]:.1f}",
            (1.01, place),
            xycoords=("axes fraction", "data"),
            va="center",
            annotation_clip=False,
        )
    ax.set_yticks(places, [step.change for step in RECIPE])
    ax.set(xlabel="validation error (%): five seeds (dots) and their mean (bar)", xlim=(0, None))
    ax.set_title("mean ± spread", loc="right", fontsize=9)
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    said = "; ".join(
        f"{step.change}: {mean:.1f} ± {spread:.1f} %"
        for step, mean, spread in zip(RECIPE, means, spreads, strict=True)
    )
    return Picture(
        figure, f"Validation error after each change, mean and spread of five seeds. {said}."
    )


def main():
    np.savez_compressed(STORED, **recipe_errors()._asdict())
    print(f"{STORED.name}: {STORED.stat().st_size / 1e3:.1f} kB")


if __name__ == "__main__":
    main()
