"""The five steps of learning as a live figure to step through."""

from functools import lru_cache

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from course_lib.live import LiveFigure, Slider, Steps

from .learning_cycle import INPUT, ITERATIONS, PHASES, RATES, TARGET, Moment, run_cycle
from .learning_cycle_words import caption, number, sums
from .network_drawing import edge_between, flow_mark, layer_places
from .palette import BLUE, GREEN, GREY, INK, PAPER, PURPLE, VERMILION, course_style
from .picture import DPI

__all__ = ["learning_cycle"]

WIDTH, HEIGHT = 7.2, 5.3
RADIUS = 0.3
FIVE = {
    "forward pass": BLUE,
    "loss": PURPLE,
    "backward pass": VERMILION,
    "update": GREEN,
    "repeat": GREY,
}
EMPTY, KNOWN = "#F4F4F4", "#E7F1F8"
INPUTS, HIDDEN, (OUTPUT,), (LOSS,) = layer_places(
    (2, 2, 1, 1), (0.75, 2.95, 5.0, 6.55), middle=3.25, apart=1.7
)
FIRST = [(i, j, edge_between(INPUTS[i], HIDDEN[j], RADIUS)) for i in range(2) for j in range(2)]
LAST = [(i, 0, edge_between(HIDDEN[i], OUTPUT, RADIUS)) for i in range(2)]
TO_LOSS = edge_between(OUTPUT, LOSS, RADIUS)
# A weight's label stands on its edge, nearer to where the edges fan out.
LABEL_AT = {0: 0.27, 1: 0.42}


def learning_cycle(*, learning_rate: float = 0.02, step: int = 0) -> LiveFigure:
    """A network with six weights to be stepped through its first iterations.

    Parameters
    ----------
    learning_rate : float
        At which the figure opens, 0.005 to 0.25.
    step : int
        At which it opens; each iteration has seven: two of the forward pass, the loss, two of
        the backward pass, the update, the repetition.

    Returns
    -------
    LiveFigure
    """
    drawing = _Drawing()
    moments = [Moment.at(k).name for k in range(ITERATIONS * len(PHASES))]
    return LiveFigure(
        drawing.figure,
        drawing.update,
        alt=(
            "Above, the five steps of learning, the present one marked: forward pass, loss, "
            "backward pass, update, repeat. Below, a network: two inputs, two hidden units, one "
            "prediction, the loss, with the number on each node and each edge. At the bottom, the "
            "present step as a sum, and the loss by iteration."
        ),
        step=Steps(moments, step, label="Step", speed=0.7),
        learning_rate=Slider(
            *RATES, learning_rate, log=True, positions=15, label="Learning rate α"
        ),
    )


@lru_cache(maxsize=32)
def _run(learning_rate):
    return run_cycle(learning_rate)


class _Drawing:
    """The figure; `update` shows one moment."""

    @course_style()
    def __init__(self):
        self.figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
        self.ax = self.figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
        self.ax.axis("off")
        self._draw_steps()
        self._draw_network()
        self._draw_sums()
        self._draw_curve()

    # ------------------------------------------------------------------ what is drawn once

    def _text(self, x, y, words="", **look):
        look = {"fontsize": 10, "va": "center_baseline", "ha": "center", "zorder": 6} | look
        return self.ax.text(x, y, words, **look)

    def _moving(self, x, y, **look):
        return self._text(x, y, animated=True, **look)

    def _draw_steps(self):
        """The five steps in a row, and a bright box for each that is lit when it is its turn."""
        self._lit = {}
        width, gap, y = 1.26, 0.175, HEIGHT - 0.29
        for k, (name, color) in enumerate(FIVE.items()):
            x = 0.1 + k * (width + gap)
            box = {"boxstyle": "round,pad=0,rounding_size=0.12"}
            self.ax.add_patch(
                FancyBboxPatch((x, y - 0.17), width, 0.34, fc=EMPTY, ec="#C8C8C8", lw=1, **box)
            )
            self._lit[name] = self.ax.add_patch(
                FancyBboxPatch(
                    (x, y - 0.17), width, 0.34, fc=(color, 0.2), ec=color, lw=2.2, zorder=2, **box
                )
            )
            self._lit[name].set_animated(True)
            self._text(x + width / 2, y, f"{k + 1}  {name}", fontsize=9.5)
            if k:
                self.ax.plot(x - gap / 2, y, ">", color=GREY, markersize=5)
        # And back from the last to the first.
        left, right, low = 0.1 + width / 2, WIDTH - 0.1 - width / 2, y - 0.33
        self.ax.plot([right, right, left, left], [y - 0.17, low, low, y - 0.23], color=GREY, lw=1)
        self.ax.plot(left, y - 0.22, "^", color=GREY, markersize=5)

    def _draw_network(self):
        ax = self.ax
        for *_, edge in (*FIRST, *LAST, (0, 0, TO_LOSS)):
            ax.plot(*edge.T, color="#BBBBBB", lw=1.2, zorder=1)
        self._glow = LineCollection([], lw=3, animated=True, zorder=2)
        self._flow = PolyCollection([], lw=0, animated=True, zorder=3)
        for artist in (self._glow, self._flow):
            ax.add_collection(artist, autolim=False)
        self._discs, self._values, self._slopes = {}, {}, {}
        names = {"warmth": INPUTS[0], "sunshine": INPUTS[1], "hidden 1": HIDDEN[0]}
        names |= {"hidden 2": HIDDEN[1], "prediction": OUTPUT, "loss": LOSS}
        for name, (x, y) in names.items():
            given = name in ("warmth", "sunshine")
            look = {"ec": GREY, "lw": 1.2, "zorder": 4, "fc": KNOWN if given else EMPTY}
            ax.add_patch(Circle((x, y), RADIUS, **look))
            self._discs[name] = ax.add_patch(
                Circle((x, y), RADIUS, zorder=5, animated=True, fc=KNOWN)
            )
            above = name not in ("sunshine", "hidden 2")
            self._text(x, y + (0.45 if above else -0.45), name, fontsize=9.5)
            self._values[name] = self._moving(x, y, fontsize=11)
            self._slopes[name] = self._slope(x, y + (-0.43 if above else 0.44))
        self._text(*(INPUTS[0] + [0, -0.42]), "20 °C", fontsize=8.5, color=GREY)
        self._text(*(INPUTS[1] + [0, 0.42]), "half the day", fontsize=8.5, color=GREY)
        x, y = LOSS
        self._text(x, y - 0.44, f"target {number(TARGET[0, 0])}", fontsize=9.5)
        self._text(x, y - 0.62, "100 ice creams", fontsize=8.5, color=GREY)
        self._weights, self._biases = {}, {}
        paper = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "edgecolor": "none"}
        for layer, edges in enumerate((FIRST, LAST)):
            for i, j, edge in edges:
                x, y = edge[0] + LABEL_AT[layer] * (edge[1] - edge[0])
                self._weights[layer, i, j] = (
                    self._moving(x, y + 0.09, bbox=paper, zorder=4),
                    self._slope(x, y - 0.09, bbox=paper, zorder=3.9),
                )
        for layer, j, (x, y) in ((0, 0, HIDDEN[0]), (0, 1, HIDDEN[1]), (1, 0, OUTPUT)):
            aside = (
                x + (0.4 if layer == 0 else 0.28),
                y + (0.34 if j == 0 and layer == 0 else -0.34),
            )
            self._biases[layer, j] = (
                self._moving(*aside, ha="left", fontsize=9),
                self._slope(aside[0] + 0.31, aside[1] - 0.18, ha="left", fontsize=9),
            )
        look = {"ha": "right", "fontsize": 9}
        self._text(WIDTH - 0.1, HEIGHT - 0.86, "upright: a value", **look)
        slanted = {"color": VERMILION, "style": "italic"}
        self._text(WIDTH - 0.1, HEIGHT - 1.05, "slanted: its gradient", **look, **slanted)
        self._rate = self._moving(WIDTH - 0.1, HEIGHT - 1.24, color=GREEN, **look)

    def _slope(self, x, y, **look):
        return self._moving(x, y, color=VERMILION, style="italic", **look)

    def _draw_sums(self):
        self._heading = self._moving(0.15, 1.42, ha="left", weight="bold", fontsize=11)
        self._lines = [
            self._moving(0.15, 1.1 - 0.25 * k, ha="left", fontsize=9.5) for k in range(3)
        ]

    def _draw_curve(self):
        box = (5.45 / WIDTH, 0.5 / HEIGHT, 1.62 / WIDTH, 1.02 / HEIGHT)
        ax = self.figure.add_axes(box, xlim=(0.6, ITERATIONS + 1.4), ylim=(0, 2.5))
        ax.set_xticks(range(1, ITERATIONS + 2))
        ax.set_yticks([0, 1, 2])
        ax.tick_params(labelsize=8.5, length=0)
        ax.set_xlabel("iteration", fontsize=8.5, labelpad=1)
        ax.set_ylabel("loss", fontsize=8.5, labelpad=2)
        (self._curve,) = ax.plot([], [], "o-", color=PURPLE, animated=True, ms=4.5, lw=1.5)

    # ------------------------------------------------------------------ what a moment changes

    def update(self, step, learning_rate):
        """Show one phase of one iteration."""
        moment = Moment.at(step)
        run = _run(learning_rate)
        now, after = run[moment.iteration], run[moment.iteration + 1]
        name, part = PHASES[moment.phase]
        for step_name, box in self._lit.items():
            box.set_visible(step_name == name)
        self._show_nodes(now, moment)
        self._show_parameters(now, after, moment)
        self._show_flow(moment.phase, FIVE[name])
        self._heading.set(
            text=f"Iteration {moment.iteration + 1}: {name}{', ' if part else ''}{part}",
            color=INK if name == "repeat" else FIVE[name],
        )
        self._rate.set_text(f"learning rate {learning_rate:.3g}")
        lines = sums(now, after, moment.phase, learning_rate)
        for text, words in zip(self._lines, [*lines, "", ""], strict=False):
            text.set_text(words)
        losses = [iteration.loss for iteration in run]
        known = moment.iteration + moment.reached(2) + moment.reached(6)
        self._curve.set_data(np.arange(1, known + 1), losses[:known])
        return caption(now, after, moment, learning_rate)

    def _show_nodes(self, now, moment):
        values = {
            "warmth": (INPUT[0, 0], 0, None, 9),
            "sunshine": (INPUT[0, 1], 0, None, 9),
            "hidden 1": (now.hidden[0], 0, now.dz[0], 4),
            "hidden 2": (now.hidden[1], 0, now.dz[1], 4),
            "prediction": (now.prediction, 1, now.dprediction, 3),
            "loss": (now.loss, 2, None, 9),
        }
        active = {
            0: ("hidden 1", "hidden 2"), 1: ("prediction",), 2: ("loss",),
            3: ("prediction",), 4: ("hidden 1", "hidden 2"),
        }.get(moment.phase, ())  # fmt: skip
        color = FIVE[PHASES[moment.phase][0]]
        for name, (value, value_from, slope, slope_from) in values.items():
            known = moment.phase < 6 and moment.reached(value_from)
            known = known or name in ("warmth", "sunshine")
            self._values[name].set_text(number(value) if known else "")
            there = slope is not None and slope_from <= moment.phase < 6
            self._slopes[name].set_text(number(slope) if there else "")
            lit = name in active
            self._discs[name].set(
                visible=known, ec=color if lit else GREY, lw=3 if lit else 1.2,
            )  # fmt: skip

    def _show_parameters(self, now, after, moment):
        updated = moment.phase >= 5
        for (layer, i, j), (value, slope) in self._weights.items():
            old, new = now.layers[layer].W[i, j], after.layers[layer].W[i, j]
            self._show_parameter(value, slope, moment, layer, old, new, now.layers[layer].dW[i, j])
        for (layer, j), (value, slope) in self._biases.items():
            old, new = now.layers[layer].b[j], after.layers[layer].b[j]
            self._show_parameter(value, slope, moment, layer, old, new, now.layers[layer].db[j])
            value.set_text(f"bias {number(new if updated else old)}")

    def _show_parameter(self, value, slope, moment, layer, old, new, gradient):
        updated = moment.phase >= 5
        value.set(
            text=number(new if updated else old),
            color=GREEN if moment.phase == 5 else INK,
            weight="bold" if moment.phase == 5 else "normal",
        )
        there = (4 if layer == 0 else 3) <= moment.phase < 6
        slope.set(text=number(gradient) if there else "")

    def _show_flow(self, phase, color):
        edges = {
            0: FIRST, 1: LAST, 2: [(0, 0, TO_LOSS)], 3: [*LAST, (0, 0, TO_LOSS)],
            4: [*FIRST, *LAST], 5: [*FIRST, *LAST],
        }.get(phase, [])  # fmt: skip
        self._glow.set(segments=[edge for *_, edge in edges], color=color)
        marks = [] if phase == 5 else [edge for *_, edge in edges]
        self._flow.set(
            verts=[flow_mark(edge, forward=phase < 3, where=0.72) for edge in marks], color=color
        )
