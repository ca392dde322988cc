"""What it costs to learn the digits with batches of one size or another, in steps and in digits.

The runs lie beside this file in ``batch_cost.npz``. ``python -m course_lib.demos.batch_cost``
computes them anew, in a few minutes of one core: for each of `SIZES` and `RATES` and five seeds,
the number of steps until 90 % of the validation digits are right.
"""

from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np

from course_lib.data import batches
from course_lib.nn import SGD, NonFiniteError, TrainingDiverged, softmax_cross_entropy, train

from .digit_runs import digits
from .digit_training import digit_network
from .palette import BLUE, GREY, VERMILION, course_style
from .picture import Picture, new_figure
from .threads import one_thread

__all__ = [
    "GOAL",
    "RATES",
    "SEEDS",
    "SIZES",
    "BatchCost",
    "batch_cost_figure",
    "load_batch_cost",
    "seconds_per_step",
    "steps_to_goal",
]

STORED = Path(__file__).with_suffix(".npz")

DIGITS = 7000
GOAL = 0.9
"""Of the validation digits right."""
SIZES = (1, 4, 16, 32, 64, 128, 256, 1024, DIGITS)
RATES = (0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8)
SEEDS = range(5)
MOST_STEPS, MOST_EPOCHS = 4000, 80
ASKED_EVERY = 32  # digits; or after each step, if a batch is larger


class BatchCost(NamedTuple):
    """The stored runs.

    Attributes
    ----------
    all_steps : ndarray, shape (SIZES, RATES, SEEDS)
        Until the goal; NaN if it was not reached in 4,000 steps or 80 epochs.
    """

    all_steps: np.ndarray

    @property
    def medians(self) -> np.ndarray:
        """Median steps of each size and rate, infinite if half of the seeds do not arrive."""
        return np.median(np.nan_to_num(self.all_steps, nan=np.inf), axis=-1)

    @property
    def rates(self) -> np.ndarray:
        """For each size the rate with the smallest median, shape (SIZES,)."""
        return np.array(RATES)[self.medians.argmin(axis=1)]

    @property
    def steps(self) -> np.ndarray:
        """For each size the median of the steps at that rate, shape (SIZES,)."""
        return self.medians.min(axis=1)

    @property
    def digits(self) -> np.ndarray:
        """How many digits were looked at in those steps, repetitions counted, shape (SIZES,).

        An incomplete last batch of an epoch holds fewer digits than `SIZES` says.
        """
        per_epoch = -(-DIGITS // np.array(SIZES))
        epochs, rest = np.divmod(self.steps, per_epoch)
        return epochs * DIGITS + rest * np.array(SIZES)

    @property
    def at_its_rate(self) -> np.ndarray:
        """The steps of each seed at the rate chosen, shape (SIZES, SEEDS)."""
        return self.all_steps[np.arange(len(SIZES)), self.medians.argmin(axis=1)]


def load_batch_cost() -> BatchCost:
    """The stored runs."""
    with np.load(STORED, allow_pickle=False) as stored:
        return BatchCost(stored["steps"].astype(float))


def steps_to_goal(batch_size: int, learning_rate: float, seed: int = 0) -> float:
    """How many steps of plain gradient descent until 90 % of the validation digits are right.

    Parameters
    ----------
    batch_size : int
        1 to 7,000.
    learning_rate : float
    seed : int
        Of the weights and the order of the digits.

    Returns
    -------
    float
        NaN if it does not get there in 4,000 steps or 80 epochs, whichever is less.
    """
    network = digit_network(seed, dtype=np.float32)
    order = batches(*digits().train, batch_size, epochs=MOST_EPOCHS, seed=seed)
    records = train(network, order, loss=softmax_cross_entropy, optimizer=SGD(learning_rate))
    every = max(1, ASKED_EVERY // batch_size)
    with one_thread(), np.errstate(over="ignore", invalid="ignore"):
        try:
            for record in records:
                if record.step % every == 0 and _accuracy(network) >= GOAL:
                    return float(record.step)
                if record.step >= MOST_STEPS:
                    break
        except (TrainingDiverged, NonFiniteError):
            pass
    return float("nan")


def _accuracy(network):
    x, labels = digits().validation
    return np.mean(network.forward(x).argmax(axis=1) == labels)


def seconds_per_step(batch_size: int, *, repeats: int | None = None) -> float:
    """How long one training step takes on this machine, with one thread: the median.

    Parameters
    ----------
    batch_size : int
    repeats : int, optional
        More for small batches, whose steps are short, unless given.

    Returns
    -------
    float
        In seconds.
    """
    network = digit_network(0, dtype=np.float32)
    order = batches(*digits().train, batch_size, epochs=None, seed=0)
    records = train(network, order, loss=softmax_cross_entropy, optimizer=SGD(0.01))
    times = []
    with one_thread():
        for _ in range((repeats or max(15, 400 // batch_size)) + 3):
            begin = perf_counter()
            next(records)
            times.append(perf_counter() - begin)
    return float(np.median(times[3:]))  # the first ones warm up


@course_style()
def batch_cost_figure(cost: BatchCost) -> Picture:
    """Steps, and digits looked at, until 90 % are right, over the batch size.

    Parameters
    ----------
    cost : BatchCost

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 3.1)
    left, right = figure.subplots(1, 2)
    sizes = np.array(SIZES)
    left.plot(sizes, cost.steps[0] / sizes, "--", color=GREY, lw=1.2)
    left.text(9, 560, "double the batch,\nhalf the steps", color=GREY, fontsize=9)
    for ax, middle, seeds, color, mark in (
        (left, cost.steps, cost.at_its_rate, BLUE, "o"),
        (right, cost.digits, cost.at_its_rate * sizes[:, None], VERMILION, "s"),
    ):
        ax.plot(sizes, seeds, mark, color=color, ms=3.5, alpha=0.4, mew=0)
        ax.plot(sizes, middle, f"{mark}-", color=color, ms=7, mec="white")
        ax.set(xscale="log", yscale="log", xlabel="batch size (digits)")
        ax.set_xticks([1, 10, 100, 1000, 7000], ["1", "10", "100", "1,000", "7,000"])
        ax.minorticks_off()
        ax.yaxis.set_major_formatter(lambda count, _: f"{count:,.0f}")
    left.set(ylim=(20, 6000), ylabel="steps to 90 %")
    right.set(ylim=(700, 600_000), ylabel="digits looked at to 90 %")
    said = ", ".join(
        f"{size:,}: {steps:,.0f} steps" for size, steps in zip(SIZES, cost.steps, strict=True)
    )
    return Picture(
        figure,
        f"Left, the steps until 90 % of the validation digits are right, by batch size: they fall, "
        f"first steeply and then hardly ({said}). Right, the digits looked at: they are fewest for "
        f"small batches and rise with large ones.",
    )


def main():
    steps = np.array(
        [[[steps_to_goal(size, rate, seed) for seed in SEEDS] for rate in RATES] for size in SIZES]
    )
    np.savez_compressed(STORED, steps=steps.astype(np.float32))
    print(f"{STORED.name}: {STORED.stat().st_size / 1e3:.1f} kB")


if __name__ == "__main__":
    main()
