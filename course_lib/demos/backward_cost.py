"""What a backward pass costs, in forward passes, for networks from a thousand weights to millions.

The counting is that of `gradient_cost`, the clock that of `gradient_times`.
"""

from collections.abc import Sequence

import numpy as np

from .gradient_cost import Cost
from .palette import BLUE, GREY, VERMILION, course_style
from .picture import Picture, new_figure

__all__ = ["backward_cost_figure", "digit_reader", "in_words"]

HIDDEN_LAYERS = 3


def digit_reader(hidden: int) -> tuple[int, ...]:
    """The widths of a network that reads digits: 784 pixels, three hidden layers, 10 logits.

    Parameters
    ----------
    hidden : int
        Units in each hidden layer, 1 or more.

    Returns
    -------
    tuple of int
    """
    if hidden < 1:
        raise ValueError(f"hidden must be 1 unit or more, not {hidden}.")
    return (784, *[int(hidden)] * HIDDEN_LAYERS, 10)


def in_words(seconds: float) -> str:
    """A time in the largest unit that fits.

    Parameters
    ----------
    seconds : float
        0 or more.

    Examples
    --------
    >>> in_words(0.0123), in_words(7200), in_words(3e6)
    ('12 ms', '2.0 hours', '35 days')
    """
    for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds")):
        if seconds >= unit:
            number = seconds / unit
            return f"{number:,.1f} {name}" if number < 10 else f"{number:,.0f} {name}"
    return f"{1000 * seconds:.2g} ms"


@course_style()
def backward_cost_figure(counted: Sequence[Cost], timed: Sequence[Cost]) -> Picture:
    """The cost of the backward pass in forward passes, over the number of weights.

    Parameters
    ----------
    counted, timed : sequence of Cost
        From `count_multiplications` and from `measure_passes`.

    Returns
    -------
    Picture
        Its alternative text speaks of the counted costs only, which are the same everywhere.
    """
    figure = new_figure(7.2, 2.9)
    ax = figure.subplots()
    weights = [cost.weights for cost in counted]
    ratios = [cost.ratio for cost in counted]
    ax.axhline(2, color=GREY, ls="--", lw=1.2)
    ax.text(weights[0], 2.06, "two forward passes", color=GREY, fontsize=9, va="bottom")
    ax.plot(weights, ratios, "o-", color=BLUE, ms=5, label="counted")
    times = np.array([cost.ratio for cost in timed])
    ax.plot(
        [cost.weights for cost in timed], times, "s", color=VERMILION, ms=8, label="by the clock"
    )
    ax.legend(loc="lower right")
    highest = max([2.6, *(1.15 * times)])
    ax.set(
        xscale="log",
        ylim=(0, highest),
        xlabel="weights and biases",
        ylabel="backward pass\n(forward passes)",
    )
    return Picture(
        figure,
        f"The cost of a backward pass in forward passes, over the number of weights and biases, "
        f"from {weights[0]:,} to {weights[-1]:,}: counted, it rises from {ratios[0]:.2f} to "
        f"{ratios[-1]:.2f} and never reaches 2; squares show what a clock says.",
    )
