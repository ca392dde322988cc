"""A deep network before training: the gradients and the activations of its layers, by depth."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from course_lib.live import Choice, LiveFigure, Slider, Toggle

from .deep_signal import ACTIVATIONS, INITIALIZERS, MAX_SLOPES, DeepSignal, deep_signal
from .palette import BLUE, GREEN, GREY, INK, VERMILION, course_style
from .picture import new_figure
from .words import scientific

__all__ = ["WEIGHT_WORDS", "DepthFigure", "depth_lab", "gradient_words"]

SLOTS = 8
"""How many layers have room for a histogram."""
ROOM = 0.8
"""How far a histogram's longest bar reaches towards the next one."""
DEEPEST = 50


WEIGHT_WORDS = {
    "zeros": "all weights zero",
    "small": "small weights",
    "Xavier": "Xavier weights",
    "He": "He weights",
}


class DepthFigure:
    """Two axes over the layers of a network, from the input on the left to the output.

    Above, on a logarithmic axis, the norm of ∂L/∂W of every layer, and for some of the layers the
    histogram of its entries, by size. Below, the histogram of the activations of those layers.
    Each histogram is scaled to its own longest bar. What lies beyond an axis is shown at its end;
    entries that are exactly zero lie below.

    Parameters
    ----------
    gradient_range : tuple (float, float)
        Ends of the upper axis, both above 0.
    most_active : float
        Upper end of the lower axis, above 1; it is linear from −1 to 1, and logarithmic beyond.
    guide : str, optional
        What the legend calls the guide that `show` can draw.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    """

    ALT = (
        "Above, for each layer of the network from the input to the output, the norm of its "
        "gradient on a logarithmic axis, and histograms of the gradient's entries. Below, "
        "histograms of the activations of the same layers."
    )

    @course_style()
    def __init__(
        self,
        gradient_range: tuple[float, float] = (1e-38, 1e6),
        most_active: float = 1e2,
        guide: str | None = None,
    ):
        self.figure = new_figure(7.2, 5.4)
        self._above, self._below = self.figure.subplots(2, 1, height_ratios=[1.5, 1])
        self._low, self._high = gradient_range
        decades = np.log10(self._high / self._low)
        # A histogram has about ninety bins; the band for zeros is as tall as five of them.
        self._zero = self._low / 10 ** (decades / 90)
        self._floor = self._low / 10 ** (decades / 18)
        self._gradient_edges = np.append(self._floor, np.geomspace(self._zero, self._high, 92))
        powers = _round_powers(np.log10(self._low), np.log10(self._high))
        self._above.set(
            yscale="log", ylim=(self._floor, self._high), ylabel="size of the gradient ∂L/∂W"
        )
        self._above.set_yticks([10.0**power for power in powers])
        self._above.yaxis.minorticks_off()
        self._above.axhspan(self._floor, self._zero, color="#EEEEEE", lw=0, zorder=0)
        self._above.text(-0.58, np.sqrt(self._floor * self._zero), "0", va="center", ha="right")

        self._activation_edges = _activation_edges(most_active)
        decades = int(np.log10(most_active))
        self._below.set_yscale("symlog", linthresh=1, linscale=2)
        self._below.set(ylim=(-1.15, most_active), ylabel="activation")
        ticks = [-1, -0.5, 0, 0.5, *(10.0**power for power in range(decades + 1))]
        self._below.set_yticks(ticks, [f"{tick:g}".replace("-", "−") for tick in ticks])
        self._below.yaxis.minorticks_off()
        for ax in (self._above, self._below):
            ax.set_xlim(-0.5, SLOTS + 0.35)
            ax.set_xticks([SLOTS], [" "])
            ax.tick_params(axis="x", length=0, pad=6)
            ax.grid(visible=False, axis="x")
            _number(ax, SLOTS, "out")
        self._below.set_xlabel("layer, from the input to the output")
        self._make_artists(guide)

    def _make_artists(self, guide):
        (self._norms,) = self._above.plot(
            [], [], "o-", color=VERMILION, ms=3.5, lw=1.4, animated=True
        )
        (self._below_axis,) = self._above.plot([], [], "v", color=VERMILION, ms=5, animated=True)
        (self._above_axis,) = self._above.plot([], [], "^", color=VERMILION, ms=5, animated=True)
        (self._guide,) = self._above.plot([], [], ":", color=GREY, lw=1.4, animated=True)
        self._gradient_shapes = _shapes(self._above, BLUE)
        self._activation_shapes = _shapes(self._below, GREEN)
        self._numbers = [
            [_number(ax, x, animated=True) for x in range(SLOTS)]
            for ax in (self._above, self._below)
        ]
        labels = {
            "norm of the gradient": self._norms,
            "histogram of its entries": self._gradient_shapes[0],
        }
        if guide is not None:
            labels[guide] = self._guide
        self._above.legend(
            handles=list(labels.values()),
            labels=list(labels),
            loc="lower right",
            bbox_to_anchor=(1, 1),
            fontsize=9,
            ncols=3,
            columnspacing=1.4,
            borderaxespad=0,
        )

    def show(self, signal: DeepSignal, slope: float | None = None) -> None:
        """Move everything to show this signal.

        Parameters
        ----------
        signal : DeepSignal
        slope : float, optional
            Draws a guide: what becomes of the last hidden layer's norm if each layer on the way
            back multiplies it by this.
        """
        depth = len(signal.activations)
        layers = np.unique(np.rint(np.linspace(0, depth - 1, min(depth, SLOTS))).astype(int))
        slots = np.linspace(0, SLOTS - 1, len(layers)) if depth > 1 else np.zeros(1)
        x = np.append(np.interp(np.arange(depth), layers, slots), SLOTS)
        self._show_norms(x, signal.gradient_norms, slope)
        for i in range(SLOTS):
            shown = i < len(layers)
            outlines = np.zeros((2, 0, 2))
            if shown:
                gradients, activations = (
                    values[layers[i]] for values in (signal.weight_gradients, signal.activations)
                )
                outlines = (
                    _outline(slots[i], np.abs(gradients), self._gradient_edges),
                    _outline(slots[i], activations, self._activation_edges),
                )
            self._gradient_shapes[i].set_xy(outlines[0])
            self._activation_shapes[i].set_xy(outlines[1])
            for texts in self._numbers:
                texts[i].set_text(str(layers[i] + 1) if shown else "")
                texts[i].set_x(slots[i] if shown else 0)

    def _show_norms(self, x, norms, slope):
        low, high = norms < self._low, norms > self._high
        inside = ~low & ~high
        self._norms.set_data(x[inside], norms[inside])
        self._below_axis.set_data(x[low], np.full(low.sum(), self._zero))
        self._above_axis.set_data(x[high], np.full(high.sum(), self._high))
        self._guide.set_data([], [])
        last = len(norms) - 2
        if slope is not None and inside[last]:
            guide = norms[last] * slope ** (last - np.arange(last + 1.0))
            # It leaves the picture where it falls below; no need to follow it further.
            self._guide.set_data(x[:-1], np.maximum(guide, self._floor))


def _number(ax, x, text="", animated=False):
    """What a layer is called, below its place on the axis."""
    return ax.text(
        *(x, -0.04, text),
        transform=ax.get_xaxis_transform(),
        ha="center",
        va="top",
        color=INK,
        animated=animated,
    )


def _round_powers(low, high):
    """Whole powers of ten for about seven ticks, zero among them."""
    step = max(1, int(np.ceil((high - low) / 8)))
    first = int(np.ceil(low / step)) * step
    return range(first, int(high) + 1, step)


def _activation_edges(most):
    """Edges of bins that look equally tall on the axis; −1, 0 and 1 lie in the middle of theirs."""
    inner = np.arange(-1.025, 1.03, 0.05)
    outer = np.geomspace(inner[-1], most, int(10 * np.log10(most)) + 1)
    return np.concatenate([inner, outer[1:]])


def _shapes(ax: Axes, color):
    shapes = [
        Polygon(np.zeros((0, 2)), closed=True, fc=color, lw=0, alpha=0.8) for _ in range(SLOTS)
    ]
    for shape in shapes:
        shape.set_animated(True)
        ax.add_patch(shape)
    return shapes


def _outline(x, values, edges):
    """A histogram lying on its side: corners of its outline, shape (n, 2), right of x."""
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    filled = np.flatnonzero(counts)
    first, last = filled[0], filled[-1] + 1
    reach = x + ROOM * np.repeat(counts[first:last] / counts.max(), 2)
    heights = np.repeat(edges[first : last + 1], 2)[1:-1]
    corners = np.column_stack([reach, heights])
    return np.vstack([[x, heights[0]], corners, [x, heights[-1]]])


def gradient_words(signal: DeepSignal) -> str:
    """How the first layer's gradient compares with the last hidden layer's, in words."""
    first, last = signal.gradient_norms[0], signal.gradient_norms[-2]
    depth = len(signal.activations)
    told = f"gradient norm {scientific(last)} in layer {depth}, {scientific(first)} in layer 1"
    if first == 0 or last == 0:
        return told
    ratio = first / last
    if ratio < 1:
        return f"{told}: {scientific(1 / ratio)} times smaller"
    return f"{told}: {scientific(ratio)} times larger"


def depth_lab(
    depth: int = 20,
    activation: str = "sigmoid",
    initializer: str = "Xavier",
    residual: bool = False,
) -> LiveFigure:
    """An untrained deep network on the digits: what its depth does to gradients and activations.

    Parameters
    ----------
    depth : int
        Hidden layers at which it opens: 2 to 50.
    activation, initializer : str
        Of `ACTIVATIONS` and `INITIALIZERS`.
    residual : bool
        Whether it opens with shortcuts.

    Returns
    -------
    LiveFigure
    """
    figure = DepthFigure(guide="¼ per layer (sigmoid)")

    def update(depth, activation, initializer, residual):
        signal = deep_signal(depth, activation, initializer, residual=residual)
        slope = MAX_SLOPES[activation]
        figure.show(signal, slope if slope < 1 and not residual else None)
        shortcuts = ", residual connections" if residual else ""
        return (
            f"{depth} hidden layers, {activation}, {WEIGHT_WORDS[initializer]}{shortcuts}: "
            f"{gradient_words(signal)}"
        )

    return LiveFigure(
        figure.figure,
        update,
        alt=DepthFigure.ALT,
        depth=Slider(2, DEEPEST, depth, integer=True, step=3, unit="hidden layers"),
        activation=Choice(list(ACTIVATIONS), activation),
        initializer=Choice(list(INITIALIZERS), initializer, label="Initial weights"),
        residual=Toggle(residual, label="Residual connections"),
    )
