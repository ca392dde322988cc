"""A learning-rate finder: one short run with an ever larger rate, and how to read its curve."""

from typing import NamedTuple

import numpy as np

from course_lib.data import batches
from course_lib.live import Choice, LiveFigure, Slider
from course_lib.nn import SGD, TrainingDiverged, softmax_cross_entropy, train

from .curves import running_mean
from .digit_runs import digits
from .digit_training import digit_network
from .learning_rate_sweep import load_learning_rate_sweep
from .palette import BLUE, GREEN, GREY, INK, ORANGE, VERMILION, course_style
from .picture import new_figure
from .threads import one_thread

__all__ = ["FinderCurve", "FinderReading", "finder_run", "rate_finder", "read_finder"]

LOW, HIGH = 1e-4, 10
STEPS = 200
SEEDS = (0, 1, 2)


class FinderCurve(NamedTuple):
    """The loss of each batch, and the rate of the step made with it.

    Attributes
    ----------
    rates, losses : ndarray, shape (steps,)
        NaN from where the run overflows.
    """

    rates: np.ndarray
    losses: np.ndarray


class FinderReading(NamedTuple):
    """What one reads from a finder's curve.

    Attributes
    ----------
    smoothed : ndarray, shape (steps,)
        Running mean of the losses.
    steepest, lowest, tenth : float
        The rate where the smoothed loss falls fastest, the one where it is lowest, and a tenth of
        that.
    """

    smoothed: np.ndarray
    steepest: float
    lowest: float
    tenth: float


def finder_run(
    seed: int = 0,
    *,
    low: float = LOW,
    high: float = HIGH,
    steps: int = STEPS,
    batch_size: int = 100,
) -> FinderCurve:
    """Train the digit network with a rate that grows by the same factor at each step.

    α(t) = low · (high / low)^(t / (steps − 1))

    Parameters
    ----------
    seed : int
        Of the weights and of the order of the digits.
    low, high : float
        First and last rate.
    steps, batch_size : int

    Returns
    -------
    FinderCurve

    References
    ----------
    L. Smith, "Cyclical learning rates for training neural networks", WACV 2017.
    """
    rates = np.geomspace(low, high, steps)
    losses = np.full(steps, np.nan)
    network = digit_network(seed, dtype=np.float32)
    order = batches(*digits().train, batch_size, epochs=None, seed=seed)
    optimizer = SGD(lambda step: rates[min(step, steps - 1)])
    with one_thread():
        records = train(network, order, loss=softmax_cross_entropy, optimizer=optimizer)
        try:
            for step in range(steps):
                losses[step] = next(records).loss
        except TrainingDiverged:
            pass  # the rest stays NaN
    return FinderCurve(rates, losses)


def read_finder(curve: FinderCurve, smoothing: int = 10) -> FinderReading:
    """Smooth a finder's curve and read three rates from it.

    Parameters
    ----------
    curve : FinderCurve
    smoothing : int
        Number of batches in the running mean, 1 or more.

    Returns
    -------
    FinderReading
    """
    smoothed = running_mean(curve.losses, smoothing)
    smoothed[~np.isfinite(curve.losses)] = np.nan
    lowest = int(np.nanargmin(smoothed))
    # Before it is lowest: beyond, single bad batches make slopes that mean nothing.
    slope = np.gradient(smoothed[: max(lowest, 2)])
    steepest = float(curve.rates[int(slope.argmin())])
    return FinderReading(
        smoothed, steepest, float(curve.rates[lowest]), float(curve.rates[lowest] / 10)
    )


@course_style()
def rate_finder(smoothing: int = 10, seed: int = 0) -> LiveFigure:
    """The finder's curve on the digits, its readings, and the range that the sweep measured.

    Parameters
    ----------
    smoothing : int
        At which it opens, 1 to 40 batches.
    seed : int
        At which it opens, 0, 1 or 2.

    Returns
    -------
    LiveFigure
    """
    sweep = load_learning_rate_sweep()
    curves = {seed: finder_run(seed) for seed in SEEDS}
    figure = new_figure(7.2, 3.2)
    ax = figure.subplots()
    ax.set(
        xscale="log",
        xlim=(LOW, HIGH),
        ylim=(0, 3.2),
        xlabel="learning rate of the step",
        ylabel="loss (nats per digit)",
    )
    ax.xaxis.set_major_formatter(lambda rate, _: f"{rate:g}")
    ax.axvline(sweep.best, color=GREY, ls="--", lw=1.2)
    ax.text(sweep.best * 0.95, 0.06, "best of\nthe sweep", color=GREY, fontsize=9, ha="right")
    ax.axvspan(sweep.edge[1], HIGH, fc=(ORANGE, 0.25), ec=GREY, lw=0)
    ax.text(sweep.edge[1] * 1.1, 0.06, "sweep\nbreaks down", fontsize=9)
    (raw,) = ax.plot([], [], color=BLUE, lw=0.8, alpha=0.45, label="each batch", animated=True)
    (mean,) = ax.plot([], [], color=BLUE, label="running mean", animated=True)
    marks = [
        ax.plot([], [], marker, color=color, ms=9, mec="white", ls="", label=name, animated=True)[0]
        for marker, color, name in (
            ("s", GREEN, "steepest"),
            ("o", VERMILION, "lowest"),
            ("D", INK, "a tenth of the lowest"),
        )
    ]
    ax.legend(loc="lower left", fontsize=9)

    def update(smoothing, seed):
        curve = curves[seed]
        reading = read_finder(curve, smoothing)
        raw.set_data(curve.rates, np.minimum(curve.losses, 9))
        mean.set_data(curve.rates, np.minimum(reading.smoothed, 9))
        for mark, rate in zip(
            marks, (reading.steepest, reading.lowest, reading.tenth), strict=True
        ):
            at = int(np.abs(np.log(curve.rates / rate)).argmin())
            mark.set_data([rate], [reading.smoothed[at]])
        return (
            f"running mean of {smoothing} batch{'es' * (smoothing != 1)}: lowest loss at rate "
            f"{reading.lowest:.2g}, a tenth of it is {reading.tenth:.2g}; steepest at "
            f"{reading.steepest:.2g}. The sweep found {sweep.best:.2g} best, and broke down at "
            f"{sweep.edge[1]:.2g}"
        )

    return LiveFigure(
        figure,
        update,
        alt="The loss of each batch by the learning rate of its step, on a logarithmic axis: "
        "level, then falling, then climbing steeply; three marks for the readings.",
        smoothing=Slider(1, 40, smoothing, integer=True, label="Batches in the running mean"),
        seed=Choice({f"seed {seed}": seed for seed in SEEDS}, seed, label="Start"),
    )
