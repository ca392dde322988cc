"""The gradients of many batches around that of all digits, and their noise by batch size."""

import numpy as np
from numpy.typing import ArrayLike

from course_lib.live import Choice, LiveFigure, Toggle

from .gradient_noise import DIGITS, SIZES, STATES, expected_noise, load_gradient_noise
from .palette import BLUE, GREY, INK, ORANGE, VERMILION, course_style
from .picture import new_figure
from .size_slider import SizeSlider
from .words import percent, plain

__all__ = ["CLOUD", "batch_means", "gradient_noise"]

CLOUD = 200  # batches
REACH = (-5.0, 7.0), (-6.0, 6.0)


def batch_means(
    values: ArrayLike, batch_size: int, *, replace: bool, count: int = CLOUD, seed: int = 0
) -> np.ndarray:
    """The mean of each of many random batches.

    Parameters
    ----------
    values : array_like, shape (n, …)
        One for each example.
    batch_size : int
    replace : bool
        Whether an example may occur several times in a batch.
    count, seed : int

    Returns
    -------
    ndarray, shape (count, …)
    """
    values = np.asarray(values)
    rng = np.random.default_rng(seed)
    n = len(values)
    means = np.empty((count, *values.shape[1:]))
    for row in range(count):
        if replace:
            chosen = rng.integers(n, size=batch_size)
        elif batch_size < n:
            chosen = rng.choice(n, batch_size, replace=False, shuffle=False)
        else:
            chosen = slice(None)
        means[row] = values[chosen].mean(axis=0)
    return means


@course_style()
def gradient_noise(
    batch_size: int = 16, state: str = "at the start", with_replacement: bool = False
) -> LiveFigure:
    """Two hundred batch gradients in two of their 50,890 directions, and the length of the noise.

    Parameters
    ----------
    batch_size : int
        At which it opens: one of `SIZES`.
    state : str
        One of `STATES`.
    with_replacement : bool
        Whether a digit may occur several times in a batch.

    Returns
    -------
    LiveFigure
    """
    measured = load_gradient_noise()
    sizes = np.array(SIZES)
    figure = new_figure(7.2, 3.7)
    left, right = figure.subplots(1, 2, width_ratios=[1.05, 1])
    left.set(xlim=REACH[0], ylim=REACH[1], aspect="equal")
    left.set(xlabel="along the full gradient (its length = 1)", ylabel="across it")
    left.axvline(0, color=GREY, lw=1)
    left.text(-4.8, -5.7, "uphill", color=GREY, fontsize=9)
    left.text(6.8, -5.7, "downhill", color=GREY, fontsize=9, ha="right")
    (dots,) = left.plot([], [], "o", color=BLUE, ms=3.5, alpha=0.55, mew=0, animated=True)
    arrow = {"arrowstyle": "-|>", "color": VERMILION, "lw": 2, "shrinkA": 0, "shrinkB": 0}
    left.annotate("", (1, 0), (0, 0), arrowprops=arrow, zorder=5)
    (tip,) = left.plot([1], [0], "D", color=VERMILION, ms=5, mec="white", mew=0.8, animated=True)

    right.set(xscale="log", yscale="log", xlim=(0.8, 9000), ylim=(0.05, 40))
    right.set(xlabel="batch size B (digits)", ylabel="noise (full gradient = 1)")
    right.set_xticks([1, 10, 100, 1000, 7000], ["1", "10", "100", "1,000", "7,000"])
    right.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    right.minorticks_off()
    right.axhline(1, color=GREY, lw=1)
    right.text(8500, 1.12, "full gradient", color=GREY, fontsize=9, ha="right")
    (law,) = right.plot([], [], "--", color=ORANGE, label="law σ/√B", animated=True)
    (finite,) = right.plot(
        [], [], ":", color=INK, lw=1.4, label="law, different digits", animated=True
    )
    (points,) = right.plot([], [], "o", color=BLUE, ms=5, label="measured", animated=True)
    (now,) = right.plot([], [], "o", color=VERMILION, ms=10, mec="white", animated=True)
    right.legend(fontsize=9, loc="lower left")
    many = np.geomspace(1, DIGITS, 120)

    def update(batch_size, state, with_replacement):
        noise = measured[state]
        values = np.stack([noise.along, noise.across], axis=1)
        cloud = batch_means(values, batch_size, replace=with_replacement)
        inside = (np.abs(cloud - (1, 0)) < 6).all(axis=1)
        dots.set_data(*cloud[inside].T)
        tip.set_data([1], [0])
        lengths = (noise.with_replacement if with_replacement else noise.drawn) / noise.length
        sigma = noise.single / noise.length
        shown = lengths > 1e-3
        points.set_data(sizes[shown], lengths[shown])
        law.set_data([1, DIGITS], expected_noise(sigma, [1, DIGITS]))
        limited = expected_noise(sigma, many[:-1], DIGITS)
        finite.set_data(*([], []) if with_replacement else (many[:-1], limited))
        at = SIZES.index(batch_size)
        now.set_data(sizes[at : at + 1][shown[at : at + 1]], lengths[at : at + 1][shown[at]])
        downhill = percent((cloud[:, 0] > 0).mean())
        outside = CLOUD - inside.sum()
        where = f", {outside} of them outside of the picture" if outside else ""
        law_here = expected_noise(sigma, batch_size, None if with_replacement else DIGITS)
        found = plain(lengths[at]) if shown[at] else "0"
        return (
            f"batches of {batch_size:,}, {state}: the noise is {found} times as long as the full "
            f"gradient (law: {plain(float(law_here))}). Of {CLOUD} batches "
            f"{downhill} point downhill{where}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, a cloud of 200 batch gradients around the full gradient, in two directions; it "
        "shrinks with the batch size. Right, the length of the noise by batch size on logarithmic "
        "axes: the measured points lie on the line of the law.",
        batch_size=SizeSlider(SIZES, batch_size, drag=(right, "x")),
        state=Choice(list(STATES), state, label="Network"),
        with_replacement=Toggle(with_replacement, label="Draw with replacement"),
    )
