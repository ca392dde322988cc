"""Training on the digits in three orders: shuffled anew each epoch, once for all, or sorted.

The runs lie beside this file in ``unshuffled.npz``. ``python -m course_lib.demos.unshuffled``
computes them anew, in half a minute of one core: three epochs of batches of 100 for each of
`ORDERS` and `RATES`, and every other step, how many of each validation digit are right.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.data import batches, iterations_per_epoch
from course_lib.live import Choice, LiveFigure, Steps
from course_lib.nn import SGD, softmax_cross_entropy, train

from .digit_runs import digits
from .digit_training import digit_network
from .palette import BLUE, GREY, VERMILION, course_style
from .picture import new_figure
from .threads import one_thread
from .words import percent

__all__ = ["ORDERS", "RATES", "OrderedRun", "known", "load_runs", "ordered_run", "unshuffled"]

STORED = Path(__file__).with_suffix(".npz")

ORDERS = ("shuffled anew each epoch", "shuffled once", "sorted")
RATES = (0.02, 0.1, 0.5)
BATCH_SIZE, EPOCHS, EVERY = 100, 3, 2
KNOWN = 0.5  # a digit of which at least this fraction is read right


class OrderedRun(NamedTuple):
    """One run.

    Attributes
    ----------
    steps : ndarray of int, shape (points,)
        0, 2, 4, …
    right : ndarray of int, shape (points, 10)
        How many validation digits of each kind are read right.
    """

    steps: np.ndarray
    right: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """`right` as fractions of all digits of that kind."""
        return self.right / counts()

    @property
    def accuracy(self) -> np.ndarray:
        """Over all kinds, shape (points,)."""
        return self.right.sum(axis=1) / counts().sum()


def counts() -> np.ndarray:
    """How many validation digits there are of each kind, shape (10,)."""
    return np.bincount(digits().validation.y, minlength=10)


def known(shares: ArrayLike) -> int:
    """How many of the ten digits are read right at least half of the time.

    Parameters
    ----------
    shares : array_like, shape (10,)
    """
    return int(np.count_nonzero(np.asarray(shares) >= KNOWN))


def ordered_run(order: str, learning_rate: float, seed: int = 0) -> OrderedRun:
    """Train with the digits in one of three orders, and ask for each kind of digit on the way.

    Parameters
    ----------
    order : str
        One of `ORDERS`.
    learning_rate : float
    seed : int
        Of the weights, and of the shuffling.

    Returns
    -------
    OrderedRun
    """
    if order not in ORDERS:
        raise ValueError(f"order must be one of {', '.join(ORDERS)}, not {order!r}.")
    x, labels = digits().train
    if order == "sorted":
        rows = np.argsort(labels, kind="stable")
    else:
        rows = np.random.default_rng(seed).permutation(len(labels))
    portions = batches(
        x[rows],
        labels[rows],
        BATCH_SIZE,
        epochs=EPOCHS,
        shuffle=order == ORDERS[0],
        seed=seed,
    )
    network = digit_network(seed, dtype=np.float32)
    steps, right = [0], [_right(network)]
    with one_thread():
        optimizer = SGD(learning_rate)
        for record in train(network, portions, loss=softmax_cross_entropy, optimizer=optimizer):
            if record.step % EVERY == 0:
                steps.append(record.step)
                right.append(_right(network))
    return OrderedRun(np.array(steps), np.array(right))


def _right(network):
    x, labels = digits().validation
    return np.bincount(labels[network.forward(x).argmax(axis=1) == labels], minlength=10)


def load_runs() -> dict[tuple[str, float], OrderedRun]:
    """The stored runs, by order and learning rate."""
    with np.load(STORED, allow_pickle=False) as stored:
        right = stored["right"].astype(int)
    steps = EVERY * np.arange(right.shape[2])
    return {
        (order, rate): OrderedRun(steps, right[i, j])
        for i, order in enumerate(ORDERS)
        for j, rate in enumerate(RATES)
    }


@course_style()
def unshuffled(order: str = "sorted", learning_rate: float = 0.1, step: int = 35) -> LiveFigure:
    """Which digits a network knows while it is trained in one order or another.

    Parameters
    ----------
    order : str
        One of `ORDERS`.
    learning_rate : float
        One of `RATES`.
    step : int
        Point of the run at which it opens, two training steps each: 0 to 105.

    Returns
    -------
    LiveFigure
    """
    runs = load_runs()
    per_epoch = iterations_per_epoch(len(digits().train.y), BATCH_SIZE)
    sorted_labels = np.sort(digits().train.y)
    figure = new_figure(7.2, 3.1)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
    bars = left.bar(range(10), np.zeros(10), 0.75, color=BLUE, animated=True)
    left.set(xlabel="digit", ylabel="read right", xticks=range(10), ylim=(0, 1.12))
    left.grid(False, axis="x")
    (fed,) = left.plot([], [], "v", color=VERMILION, ms=9, mew=0, animated=True)
    left.set_title("▼ in the last batch", fontsize=9, color=VERMILION, loc="right")
    steps = runs[order, learning_rate].steps
    right.set(xlabel="training step", xlim=(0, steps[-1] + 5), ylim=(0, 1.12), ylabel="accuracy")
    for ax in (left, right):
        ax.set_yticks(np.linspace(0, 1, 6))
        ax.yaxis.set_major_formatter(lambda share, _: percent(share))
    for epoch in range(1, EPOCHS + 1):
        right.axvline(epoch * per_epoch, color=GREY, lw=1, ls=":")
        right.text((epoch - 0.5) * per_epoch, 1.04, f"epoch {epoch}", ha="center", color=GREY)
    right.axhline(0.1, color=GREY, lw=1, ls="--")
    right.text(steps[-1], 0.115, "guessing", color=GREY, fontsize=9, ha="right")
    (whole,) = right.plot([], [], color=BLUE, lw=1, alpha=0.45, animated=True)
    (curve,) = right.plot([], [], color=BLUE, animated=True)
    (head,) = right.plot([], [], "o", color=VERMILION, ms=8, mec="white", animated=True)

    def update(order, learning_rate, step):
        run = runs[order, learning_rate]
        shares, accuracy = run.shares[step], run.accuracy
        for bar, share in zip(bars, shares, strict=True):
            bar.set_height(share)
        shown = np.arange(10)
        if order == "sorted" and step:
            batch = (run.steps[step] - 1) % per_epoch
            shown = np.unique(sorted_labels[batch * BATCH_SIZE : (batch + 1) * BATCH_SIZE])
        fed.set_data(shown, np.full(len(shown), 1.06))
        if step == 0:
            fed.set_data([], [])
        whole.set_data(run.steps, accuracy)
        curve.set_data(run.steps[: step + 1], accuracy[: step + 1])
        head.set_data(run.steps[step : step + 1], accuracy[step : step + 1])
        count = known(shares)
        return (
            f"{order}, learning rate {learning_rate:g}: after {run.steps[step]} steps "
            f"({run.steps[step] / per_epoch:.2f} epochs) {percent(accuracy[step])} of the "
            f"validation digits are right; {count} of the 10 digits {'is' if count == 1 else 'are'}"
            f" known (half of them or more right)"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, for each digit, what fraction of it is read right, and which digits the last "
        "batch held. Right, the accuracy by training step over three epochs.",
        order=Choice(list(ORDERS), order, label="Order"),
        learning_rate=Choice({f"{rate:g}": rate for rate in RATES}, learning_rate),
        step=Steps([f"step {count}" for count in steps], step, label="Replay", speed=10),
    )


def main():
    right = [[ordered_run(order, rate).right for rate in RATES] for order in ORDERS]
    np.savez_compressed(STORED, right=np.array(right, dtype=np.uint8))
    print(f"{STORED.name}: {STORED.stat().st_size / 1e3:.1f} kB")


if __name__ == "__main__":
    main()
