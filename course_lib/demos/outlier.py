"""One wrong price among ten, and the lines that three losses then ask for."""

from typing import NamedTuple

import numpy as np
from matplotlib.patches import Patch

from course_lib.live import LiveFigure, Slider

from .line_losses import FITS, LOSSES, Line, fit_mse, loss_slopes, loss_terms, share, ten_houses
from .palette import BLUE, GREEN, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .words import percent

__all__ = ["OUTLIER", "ThreeFits", "one_outlier", "three_fits"]

OUTLIER = 9  # the largest house: far from the middle, so that it can turn the line
AREA, PRICE, HIGHEST = (40, 215), (0, 1600), 1500
LOOKS = {
    "MSE": {"color": BLUE, "ls": "-"},
    "MAE": {"color": VERMILION, "ls": "--"},
    "Huber": {"color": GREEN, "ls": "-."},
}


class ThreeFits(NamedTuple):
    """The best lines under MSE, MAE and Huber loss, and what the outlier has to do with them.

    Attributes
    ----------
    lines : dict {str: Line}
    shares, pulls : dict {str: float}
        Before any line gives way, on the line through the right prices: how much of each loss,
        and of the pull on all predictions, is due to the outlier, 0 to 1.
    """

    lines: dict[str, Line]
    shares: dict[str, float]
    pulls: dict[str, float]


def three_fits(price: float | None = None) -> ThreeFits:
    """Fit the ten houses, one of them at this price, under each loss.

    Parameters
    ----------
    price : float, optional
        Of house number `OUTLIER`, in thousand euros; its right one unless given.

    Returns
    -------
    ThreeFits
    """
    area, prices = ten_houses()
    before = fit_mse(area, prices)
    if price is not None:
        prices[OUTLIER] = price
    errors = before(area) - prices
    return ThreeFits(
        {loss: FITS[loss](area, prices) for loss in LOSSES},
        {loss: share(loss_terms(errors, loss), OUTLIER) for loss in LOSSES},
        {loss: share(loss_slopes(errors, loss), OUTLIER) for loss in LOSSES},
    )


@course_style()
def one_outlier(price: float | None = None) -> LiveFigure:
    """Ten houses, one with a price to drag, and the best line under each of three losses.

    Parameters
    ----------
    price : float, optional
        At which it opens, in thousand euros: 0 to 1,500. The house's right one unless given.

    Returns
    -------
    LiveFigure
    """
    area, prices = ten_houses()
    right = float(prices[OUTLIER])
    others = np.delete(np.arange(len(area)), OUTLIER)
    figure = new_figure(7.2, 3.6)
    ax, bars = figure.subplots(1, 2, width_ratios=[2.1, 1])
    ax.set(xlim=AREA, ylim=PRICE, xlabel="floor area (m²)", ylabel="price (thousand €)")
    ax.plot(area[others], prices[others], "o", color=INK, ms=5)
    ax.plot(area[OUTLIER], right, "o", mfc="none", mec=GREY, ms=9, label="its right price")
    ends = np.array(AREA)
    ax.plot(ends, fit_mse(area, prices)(ends), color=GREY, lw=1, label="fit to right prices")
    lines = {loss: ax.plot([], [], label=loss, animated=True, **LOOKS[loss])[0] for loss in LOSSES}
    (dragged,) = ax.plot([], [], "D", color=INK, mec="white", ms=9, animated=True)
    ax.legend(loc="upper left", fontsize=9)
    bars.set(xlim=(-0.6, 2.6), ylim=(0, 1.22), yticks=[0, 0.25, 0.5, 0.75, 1])
    bars.set_ylabel("due to ◆, on the grey line")
    bars.set_xticks(range(3), LOSSES)
    bars.tick_params(axis="x", length=0)
    bars.grid(False, axis="x")
    bars.yaxis.set_major_formatter(lambda share, _: percent(share))
    colors = [LOOKS[loss]["color"] for loss in LOSSES]
    columns = []
    for side, alpha, hatch in ((-0.2, 1, ""), (0.2, 0.35, "////")):
        places = np.arange(3) + side
        heights = bars.bar(places, 0, 0.36, color=colors, alpha=alpha, hatch=hatch, animated=True)
        words = [
            bars.text(x, 0, "", ha="center", va="bottom", fontsize=8, animated=True) for x in places
        ]
        columns.append((heights, words))
    keys = [
        Patch(color=GREY, label="loss"),
        Patch(color=GREY, alpha=0.35, hatch="////", label="pull"),
    ]
    bars.legend(handles=keys, loc="upper center", ncols=2, fontsize=9, columnspacing=1)

    def update(price):
        fits = three_fits(price)
        dragged.set_data([area[OUTLIER]], [price])
        for loss in LOSSES:
            lines[loss].set_data(ends, fits.lines[loss](ends))
        for (heights, words), shares in zip(columns, (fits.shares, fits.pulls), strict=True):
            for bar, word, loss in zip(heights, words, LOSSES, strict=True):
                bar.set_height(shares[loss])
                word.set_y(shares[loss])
                word.set_text(f"{100 * shares[loss]:.0f}")
        slopes = ", ".join(f"{loss} {fits.lines[loss].slope:.2f}" for loss in LOSSES)
        loss_shares, pull_shares = (
            ", ".join(f"{loss} {percent(shares[loss])}" for loss in LOSSES)
            for shares in (fits.shares, fits.pulls)
        )
        return (
            f"one price is {price:,.0f} thousand € instead of {right:,.0f}. Slope of the best "
            f"line, thousand € per m²: {slopes}. Due to this house, on the grey line: of the loss "
            f"{loss_shares}; of the pull {pull_shares}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, ten houses, price over floor area, one of them a diamond with a price to set, "
        "and the best straight line under each of three losses. Right, for each loss, how much "
        "of it, and of the pull on the line, is due to this one house.",
        price=Slider(
            0,
            HIGHEST,
            round(right) if price is None else price,
            step=25,
            label="Price of one house",
            unit="thousand €",
            format=",.0f",
            drag=(ax, "y"),
        ),
    )
