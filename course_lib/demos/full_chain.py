"""Every factor of ∂L/∂w¹ in a network of three layers, beside the formula that leaves some out."""

from typing import NamedTuple

import numpy as np
from matplotlib.patches import FancyBboxPatch

from course_lib.live import LiveFigure, Slider
from course_lib.nn.value import Value

from .difference_step import central_difference
from .palette import BLUE, GREEN, GREY, INK, ORANGE, PAPER, VERMILION, course_style
from .picture import new_figure
from .value_graph import drawing_axes
from .value_words import short

__all__ = ["FACTORS", "READINGS", "ChainFactors", "FullChain", "chain_factors", "loss_of"]

X, Y = 1.5, 0.0  # the one example: its input, and what should come out
WEIGHTS = (1.0, -1.5, 2.0)

FACTORS = ("∂L/∂a³", "∂a³/∂z³", "∂z³/∂a²", "∂a²/∂z²", "∂z²/∂a¹", "∂a¹/∂z¹", "∂z¹/∂w¹")
READINGS = (
    "shortened, ending in ∂z²/∂w² = a¹",
    "shortened, ending in x",
    "shortened, ending in 0",
)


class ChainFactors(NamedTuple):
    """What `chain_factors` returns.

    Attributes
    ----------
    values : dict {str: float}
        "w¹", "z¹", "a¹", … "L", as the forward pass found them.
    factors : dict {str: float}
        The seven of `FACTORS`, from the loss to w¹.
    """

    values: dict
    factors: dict

    @property
    def full(self):
        """The product of all seven."""
        return float(np.prod([*self.factors.values()]))

    @property
    def shared(self):
        """The product of the first four, ∂L/∂z², which both formulas have."""
        return float(np.prod([*self.factors.values()][:4]))

    def shortened(self):
        """What ∂L/∂z² · ∂z²/∂w¹ gives, by how its last factor is read.

        Returns
        -------
        dict {str: float}
            The key is one of `READINGS`: a¹, because layer 2 multiplies its weight with a¹; x,
            because the weight w¹ is multiplied with x; 0, because z² = w² a¹ holds no w¹.
        """
        last = (self.values["a¹"], X, 0.0)
        return {name: self.shared * factor for name, factor in zip(READINGS, last, strict=True)}


def loss_of(w1: float, w2: float, w3: float) -> float:
    """L = ½ (a³ − y)², with zˡ = wˡ aˡ⁻¹, aˡ = σ(zˡ) and a⁰ = x: the forward pass alone.

    Parameters
    ----------
    w1, w2, w3 : float

    Returns
    -------
    float
    """
    a = X
    for w in (w1, w2, w3):
        a = 1 / (1 + np.exp(-w * a))
    return 0.5 * (a - Y) ** 2


def chain_factors(w1: float, w2: float, w3: float) -> ChainFactors:
    """Forward through three layers of one unit, and every local derivative on the way back.

    Parameters
    ----------
    w1, w2, w3 : float

    Returns
    -------
    ChainFactors
    """
    a, values, back = X, {"w¹": w1}, []
    for layer, w in zip("¹²³", (w1, w2, w3), strict=True):
        before, z = a, w * a
        a = float(1 / (1 + np.exp(-z)))
        values |= {f"z{layer}": z, f"a{layer}": a}
        back += [before if layer == "¹" else w, a * (1 - a)]
    values["L"] = 0.5 * (a - Y) ** 2
    back.append(a - Y)
    return ChainFactors(values, dict(zip(FACTORS, reversed(back), strict=True)))


def network_of_values(w1: float, w2: float, w3: float) -> tuple[Value, Value]:
    """The same network in `Value`s: an independent way to the gradient.

    Returns
    -------
    (Value, Value)
        The loss, `backward` called, and w¹.
    """
    weights = [Value(w, label=f"w{layer}") for w, layer in zip((w1, w2, w3), "¹²³", strict=True)]
    a = Value(X, label="x")
    for w in weights:
        a = (w * a).sigmoid()
    loss = 0.5 * (a - Y) ** 2
    loss.backward()
    return loss, weights[0]


class FullChain(LiveFigure):
    """The chain with its seven factors, and four ways to the gradient beside a finite difference.

    Parameters
    ----------
    w1, w2, w3 : float
        From −3 to 3.
    """

    LIMIT = 0.16  # no gradient here is larger, whatever the weights

    @course_style()
    def __init__(self, w1: float = WEIGHTS[0], w2: float = WEIGHTS[1], w3: float = WEIGHTS[2]):
        figure = new_figure(7.2, 3.9, layout="none")
        self._draw_chain(drawing_axes(figure, (0, 0.53, 1, 0.47)))
        self._draw_bars(figure.add_axes([0.43, 0.125, 0.43, 0.39]))
        slider = {"step": 0.5, "format": short}
        super().__init__(
            figure,
            self._update,
            alt="Above, the chain w¹, z¹, a¹, z², a², z³, a³, L with a number at each and the "
            "seven local derivatives between them; the three next to w¹ are left out of the "
            "shortened formula. Below, bars: the gradient by a finite difference, by all seven "
            "factors, and by the shortened formula in three readings.",
            w1=Slider(-3, 3, w1, label="w¹", **slider),
            w2=Slider(-3, 3, w2, label="w²", **slider),
            w3=Slider(-3, 3, w3, label="w³", **slider),
        )

    def _draw_chain(self, ax):
        names = ("w¹", "z¹", "a¹", "z²", "a²", "z³", "a³", "L")
        places = np.linspace(0.42, 6.78, len(names))
        step, y = places[1] - places[0], 1.06
        self._node_texts, self._factor_texts = {}, {}
        for name, x in zip(names, places, strict=True):
            box = FancyBboxPatch(
                (x - 0.26, y - 0.25),
                0.52,
                0.5,
                boxstyle="round,pad=0,rounding_size=0.08",
                facecolor=PAPER,
                edgecolor=INK,
                lw=1.3,
            )
            ax.add_patch(box)
            middle = {"ha": "center", "va": "center"}
            ax.text(x, y + 0.11, name, fontweight="bold", **middle)
            self._node_texts[name] = ax.text(
                x, y - 0.11, "", color=BLUE, fontsize=9.5, animated=True, **middle
            )
        for factor, right in zip(FACTORS, places[::-1], strict=False):
            left = right - step
            skipped = factor in FACTORS[4:]
            color = VERMILION if skipped else GREEN
            arrow = {"arrowstyle": "<|-", "color": color, "lw": 1.4, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", (right - 0.27, y), (left + 0.27, y), arrowprops=arrow)
            x = (left + right) / 2
            ax.text(x, y + 0.52, factor, ha="center", color=color, fontsize=9)
            self._factor_texts[factor] = ax.text(
                x, y + 0.34, "", ha="center", color=color, fontsize=9.5, animated=True
            )
        self._bracket(ax, places[3] - 0.05, places[7] + 0.26, GREEN, "both formulas: ∂L/∂z²")
        self._bracket(ax, places[0] - 0.26, places[3] - 0.25, VERMILION, "left out when shortened")

    @staticmethod
    def _bracket(ax, left, right, color, words):
        ax.plot([left, left, right, right], [0.74, 0.66, 0.66, 0.74], color=color, lw=1.3)
        ax.text((left + right) / 2, 0.46, words, ha="center", color=color, fontsize=9.5)

    def _draw_bars(self, ax):
        rows = ("finite difference", "all seven factors", *READINGS)
        colors = (GREY, GREEN, ORANGE, VERMILION, BLUE)
        hatches = ("", "", "///", "...", "")
        self._bars = ax.barh(
            range(len(rows)), np.ones(len(rows)), height=0.62, color=colors, animated=True
        )
        for bar, hatch in zip(self._bars, hatches, strict=True):
            bar.set(hatch=hatch, edgecolor=PAPER, linewidth=0)
        ax.set_yticks(range(len(rows)), rows)
        ax.set(xlim=(-self.LIMIT, self.LIMIT), ylim=(len(rows) - 0.4, -0.6))
        ax.set_xlabel("∂L/∂w¹", labelpad=1)
        ax.axvline(0, color=INK, lw=0.9)
        ax.tick_params(axis="y", length=0)
        (self._truth,) = ax.plot([], [], color=GREY, ls="--", lw=1.2, animated=True)
        self._numbers = [
            ax.text(1.03, row, "", transform=ax.get_yaxis_transform(), va="center", animated=True)
            for row in range(len(rows))
        ]

    def _update(self, w1, w2, w3):
        chain = chain_factors(w1, w2, w3)
        measured = float(central_difference(lambda w: loss_of(w, w2, w3), w1))
        for name, text in self._node_texts.items():
            text.set_text(short(chain.values[name]))
        for name, text in self._factor_texts.items():
            text.set_text(short(chain.factors[name]))
        results = [measured, chain.full, *chain.shortened().values()]
        for bar, text, result in zip(self._bars, self._numbers, results, strict=True):
            bar.set_width(result)
            text.set_text(_four(result))
        self._truth.set_data([measured, measured], [-0.6, 4.6])
        by_a1, by_x, _ = map(_four, results[2:])
        return (
            f"Nudging w¹ gives {_four(measured)}, all seven factors give {_four(chain.full)}. The "
            f"shortened formula gives {by_a1} with a¹ as its last factor, {by_x} with x, or 0."
        )


def _four(number):
    return f"{number:.4f}".replace("-0.0000", "0.0000").replace("-", "−")
