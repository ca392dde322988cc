"""The gradient on its way back, taken apart: what the slopes did to it, and what the weights."""

import numpy as np

from course_lib.live import Choice, LiveFigure, Slider

from .deep_signal import ACTIVATIONS, MAX_SLOPES, backward_factors
from .palette import BLUE, GREEN, GREY, VERMILION, course_style
from .picture import new_figure
from .words import scientific

__all__ = ["slope_product"]

DEEPEST = 50
LOW, HIGH = 1e-36, 1e18
SCALES = (0.1, 10)


@course_style()
def slope_product(depth: int = 20, activation: str = "sigmoid", scale: float = 1.0) -> LiveFigure:
    """The product of slopes, the product of weights, and the gradient, which is both together.

    Parameters
    ----------
    depth : int
        Hidden layers at which it opens: 2 to 50.
    activation : str
        One of `ACTIVATIONS`.
    scale : float
        Of the initial weights, as a multiple of Xavier's: 0.1 to 10.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 3.9)
    ax = figure.subplots()
    ax.set(
        yscale="log",
        xlim=(DEEPEST + 0.5, 0),
        ylim=(LOW, HIGH),
        xlabel="layers back from the output",
        ylabel="factor since the output",
    )
    ax.set_yticks([10.0**power for power in range(-36, 19, 6)])
    ax.yaxis.minorticks_off()
    ax.axhline(1, color=GREY, lw=0.8)
    styles = {
        "weights": ("s-", GREEN, "product of the weights' factors"),
        "gradient": ("o-", VERMILION, "the gradient: both together"),
        "slopes": ("^-", BLUE, "product of the slopes' factors"),
        "bound": (":", GREY, "the most that slopes allow"),
    }
    lines = {
        name: ax.plot([], [], style, color=color, label=label, ms=3.5, lw=1.3, animated=True)[0]
        for name, (style, color, label) in styles.items()
    }
    # Where the weights' factor is 1, the gradient is the product of the slopes: let both be seen.
    lines["gradient"].set(ms=7, mfc="none", zorder=3)
    figure.legend(fontsize=9, loc="outside upper right", ncols=2)

    layers = np.arange(DEEPEST + 1)

    def update(depth, activation, scale):
        factors = backward_factors(depth, activation, scale=scale)
        back = np.arange(1, depth + 1)
        products = {
            "slopes": np.cumprod(factors.slopes[::-1]),
            "weights": np.cumprod(factors.weights[::-1]),
            "gradient": factors.gradient[::-1],
        }
        for name, product in products.items():
            inside = (product > LOW) & (product < HIGH)
            lines[name].set_data(back[inside], product[inside])
        bounds = MAX_SLOPES[activation] ** layers.astype(float)
        lines["bound"].set_data(layers, bounds)
        slopes, weights, gradient = (product[-1] for product in products.values())
        return (
            f"{depth} layers back, {activation}: slopes × {scientific(slopes)} (at most "
            f"{scientific(bounds[depth])}), weights × {scientific(weights)}, together × "
            f"{scientific(gradient)}"
        )

    return LiveFigure(
        figure,
        update,
        alt="On a logarithmic axis, by the number of layers gone back from the output: the "
        "product of the slopes' factors, below the dotted line of the most that slopes allow; "
        "the product of the weights' factors; and the gradient, the product of the two.",
        depth=Slider(2, DEEPEST, depth, integer=True, step=6, unit="hidden layers"),
        activation=Choice(list(ACTIVATIONS), activation),
        scale=Slider(*SCALES, scale, log=True, positions=17, label="Weights", unit="× Xavier"),
    )
