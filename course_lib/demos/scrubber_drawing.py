"""The scrubber's figure: the graph, the listing, and the chain rule of what is picked."""

from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from matplotlib.path import Path

from .backprop_trace import EXAMPLES, trace_backpropagation
from .network_graph import CONNECTIONS, NODES, edge_ends, flow_mark, label_place, radius
from .network_places import Place
from .palette import BLUE, GREY, INK, PURPLE, VERMILION, course_style
from .picture import DPI
from .scrubber_words import number, scrubber_caption, target

__all__ = ["PLACES", "ScrubberDrawing"]

WIDTH, HEIGHT = 7.2, 6.6
GRADIENT_LOOK = {"color": VERMILION, "style": "italic"}
EMPTY, KNOWN = "#F4F4F4", "#E7F1F8"
CODE_TOP, CODE_LEFT, CODE_STEP = 2.52, 0.12, 0.152
PANEL = 3.62
COLUMNS = (PANEL, PANEL + 1.34, PANEL + 2.6)

# The network never changes, so neither does what can be picked.
PLACES = trace_backpropagation(*EXAMPLES["both hidden units on"]).places


class ScrubberDrawing:
    """The figure; `update` shows a step of a trace."""

    @course_style()
    def __init__(self, traces):
        self._traces = traces
        self.figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
        self.ax = self.figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
        self.ax.axis("off")
        self._draw_marks()
        self._draw_network()
        self._draw_code()
        self._draw_panel()

    # ------------------------------------------------------------------ what is drawn once

    def _text(self, x, y, words="", **look):
        look = {"fontsize": 9.5, "va": "center_baseline", "ha": "center"} | look
        return self.ax.text(x, y, words, **look)

    def _draw_marks(self):
        """Below everything else: the halo of what is picked, the glow of what is computed."""
        ax = self.ax
        self._halo_edges = LineCollection([], colors=PURPLE, lw=9, alpha=0.5)
        self._glow_edges = LineCollection([], lw=3)
        self._flow = PathCollection([], lw=0)
        for artist, zorder in ((self._halo_edges, 0.5), (self._glow_edges, 1.5), (self._flow, 1.6)):
            ax.add_collection(artist, autolim=False)
            artist.set(animated=True, zorder=zorder)
        self._halo = ax.add_patch(Circle((0, 0), 0.36, color=PURPLE, alpha=0.5, lw=0))
        self._halo.set(animated=True, zorder=0.6)
        self._glow = [ax.add_patch(Circle((0, 0), 0.31, fill=False, lw=4)) for _ in range(2)]
        for ring in self._glow:
            ring.set(animated=True, zorder=2)

    def _draw_network(self):
        ax = self.ax
        for start, end, _ in CONNECTIONS:
            ax.plot(*edge_ends(start, end).T, color="#BBBBBB", lw=1.2, zorder=1)
        self._discs, self._values, self._gradients = {}, {}, {}
        for place, (x, y) in NODES.items():
            given = place.array[0] in "xb"
            r = radius(place)
            look = {"ec": GREY, "lw": 1, "zorder": 3} | (
                {"fc": KNOWN} if given else {"fc": EMPTY, "ls": (0, (3, 2))}
            )
            ax.add_patch(Circle((x, y), r, **look))
            if not given:
                disc = Circle((x, y), r, fc=KNOWN, ec=INK, lw=1.2, zorder=4, animated=True)
                self._discs[place] = ax.add_patch(disc)
            if place.array[0] == "b":
                self._given(x, y, place, fontsize=9)
                name = x - 0.3, y + 0.09, "right"
                below = x - 0.3, y - 0.1, "right"
            else:
                self._values[place] = self._text(x, y, animated=True, zorder=5)
                # Beside the edge to the bias, where there is one.
                aside = 0.3 if place.array[0] == "z" else 0
                top = place.index == (0,)
                name = x - aside * top, y + r + 0.13, "center"
                below = x + aside * (not top), y - r - 0.13, "center"
            self._text(*name[:2], place.name, fontsize=9, ha=name[2], zorder=5)
            self._gradients[place] = self._gradient_text(*below[:2], ha=below[2])
        for _, _, weight in CONNECTIONS:
            if weight is None:
                continue
            x, y = label_place(weight)
            ax.add_patch(
                FancyBboxPatch(
                    (x - 0.21, y - 0.15), 0.42, 0.3, fc="white", ec="none", zorder=3,
                    boxstyle="round,pad=0,rounding_size=0.08",
                )
            )  # fmt: skip
            self._given(x, y + 0.075, weight)
            self._gradients[weight] = self._gradient_text(x, y - 0.085)
        self._labels = [
            self._text(x, y + 0.57, animated=True, fontsize=9)
            for x, y in (NODES[Place("p", (i,))] for i in range(2))
        ]
        self._heading = self._text(
            CODE_LEFT, HEIGHT - 0.2, ha="left", fontsize=11, weight="bold", animated=True
        )
        look = {"ha": "right", "fontsize": 9}
        self._text(WIDTH - 1.49, HEIGHT - 0.2, "upright: value,", **look)
        self._text(WIDTH - 0.12, HEIGHT - 0.2, "slanted: its gradient", **look, **GRADIENT_LOOK)

    def _given(self, x, y, place, **look):
        """The value of a weight or a bias, which is the same in every example."""
        value = next(iter(self._traces.values())).value(place)
        self._text(x, y, number(value, 2), zorder=5, **look)

    def _gradient_text(self, x, y, **look):
        return self._text(x, y, animated=True, zorder=5, **GRADIENT_LOOK, **look)

    def _row(self, step):
        """Height of a line of the code; two headings stand between the lines."""
        trace = next(iter(self._traces.values()))
        return CODE_TOP - CODE_STEP * (step + (step > trace.forward_lines))

    def _draw_code(self):
        ax, trace = self.ax, next(iter(self._traces.values()))
        bar = {"width": PANEL - 0.3, "height": CODE_STEP, "animated": True}
        self._bar = ax.add_patch(Rectangle((CODE_LEFT - 0.06, 0), **bar, lw=0, alpha=0.3))
        self._frame = ax.add_patch(
            Rectangle((CODE_LEFT - 0.06, 0), **bar, fc="none", ec=PURPLE, lw=1.8)
        )
        look = {"family": "DejaVu Sans Mono", "fontsize": 8.5, "ha": "left"}
        self._text(CODE_LEFT, self._row(0), "forward", **look | {"color": BLUE, "weight": "bold"})
        back = self._row(trace.forward_lines) - CODE_STEP
        self._text(CODE_LEFT, back, "backward", **look | {"color": VERMILION, "weight": "bold"})
        for step, line in enumerate(trace.lines, 1):
            self._text(
                CODE_LEFT + 0.16,
                self._row(step),
                f"{step}",
                **look | {"ha": "right", "color": GREY},
            )
            code, _, comment = line.partition("  #")
            self._text(CODE_LEFT + 0.26, self._row(step), code, **look)
            if comment:
                x = CODE_LEFT + 0.26 + (len(code) + 1) * 0.0711
                self._text(x, self._row(step), f"#{comment}", **look | {"color": GREY})

    def _draw_panel(self):
        self.ax.plot([PANEL - 0.16] * 2, [0.15, CODE_TOP + 0.1], color="#D0D0D0", lw=0.8)
        left = {"ha": "left"}
        self._title = self._text(PANEL, CODE_TOP, animated=True, **left, fontsize=12, weight="bold")
        self._words = self._text(PANEL, CODE_TOP - 0.24, animated=True, **left, fontsize=9)
        for x, words in zip(
            COLUMNS, ("local derivative", "×  upstream", "=  product"), strict=True
        ):
            self._text(x, CODE_TOP - 0.56, words, **left, fontsize=8.5, color=GREY)
        self._terms = [
            [
                [self._text(x, y - below, animated=True, **left, fontsize=size) for x in COLUMNS]
                for below, size in ((0, 10), (0.165, 8.5))
            ]
            for y in (CODE_TOP - 0.8, CODE_TOP - 1.22)
        ]
        self.ax.plot([PANEL, WIDTH - 0.12], [0.83] * 2, color="#D0D0D0", lw=0.8)
        self._results = []
        for y, words, look in (
            (0.63, "gradient, by the code", {"color": VERMILION, "weight": "bold"}),
            (0.36, "finite difference", {"color": INK}),
        ):
            self._text(PANEL, y, words, **left, fontsize=9.5)
            self._results.append(
                self._text(COLUMNS[2] + 0.2, y, animated=True, **left, fontsize=10.5, **look)
            )

    # ------------------------------------------------------------------ what a step changes

    def update(self, step, pick, example):
        """Show the state after `step` lines."""
        trace = self._traces[example]
        place = next(p for p in PLACES if p.key == pick)
        forward = step <= trace.forward_lines
        color = BLUE if forward else VERMILION
        self._show_numbers(trace, step)
        self._show_glow(trace, step, color, forward)
        self._show_pick(trace, step, place)
        self._show_chain(trace, step, place)
        way = (
            "Forward: values flow to the right"
            if forward
            else "Backward: gradients flow to the left"
        )
        self._heading.set(
            text=way if step else "Given: inputs, weights, labels", color=color if step else INK
        )
        for i, label in enumerate(self._labels):
            label.set_text(f"y{'₁₂'[i]} = {trace.values['y'][0, i]:g}")
        return scrubber_caption(trace, step, place)

    def _show_numbers(self, trace, step):
        for place in PLACES:
            known = step >= trace.made_by(place.array)
            if place in self._values:
                self._values[place].set_text(number(trace.value(place), 2) if known else "")
            if place in self._discs:
                self._discs[place].set_visible(known)
            there = step >= self._gradient_step(trace, place)
            self._gradients[place].set_text(number(trace.gradient(place), 2) if there else "")

    def _gradient_step(self, trace, place):
        return trace.forward_lines + 1 if place.array == "L" else trace.made_by(place.gradient)

    def _show_glow(self, trace, step, color, forward):
        array = target(trace.lines[step - 1]) if step else ""
        array = array if forward else array[1:]  # dW2 → W2
        made = [place for place in PLACES if place.array == array]
        nodes = [place for place in made if place in NODES] + [None, None]
        for ring, place in zip(self._glow, nodes, strict=False):
            ring.set(visible=place is not None, color=color)
            if place is not None:
                ring.set(center=NODES[place], radius=radius(place) + 0.03)
        edges = [
            (start, end)
            for start, end, weight in CONNECTIONS
            if weight in made or (end if forward else start) in made
        ]
        self._glow_edges.set(segments=[edge_ends(*edge) for edge in edges], color=color)
        self._flow.set(paths=[Path(flow_mark(*edge, forward)) for edge in edges], color=color)
        self._bar.set(y=self._row(step) - CODE_STEP / 2 - 0.01, fc=color, visible=bool(step))

    def _show_pick(self, trace, step, place):
        through = [term.through for term in trace.terms(place)]
        edges = [
            edge_ends(start, end)
            for start, end, weight in CONNECTIONS
            if weight == place or (start == place and end in through)
        ]
        self._halo_edges.set_segments(edges)
        self._halo.set_visible(place in NODES)
        if place in NODES:
            self._halo.set(center=NODES[place], radius=radius(place) + 0.1)
        line = self._gradient_step(trace, place)
        self._frame.set(y=self._row(line) - CODE_STEP / 2 - 0.01, visible=place.array != "L")

    def _show_chain(self, trace, step, place):
        self._title.set_text(f"{place.name}")
        self._words.set_text(f"{place.words}")
        there = step >= self._gradient_step(trace, place)
        terms = list(trace.terms(place))
        for rows, term in zip(self._terms, terms + [None] * (2 - len(terms)), strict=True):
            numbers, formulas = rows
            if term is None or place.array == "L":
                texts, names = ("", "", ""), ("", "", "")
            else:
                texts = (
                    (
                        number(term.local),
                        f"×  {number(term.upstream)}",
                        f"=  {number(term.product)}",
                    )
                    if there
                    else ("…", "×  …", "=  …")
                )
                up = "∂L/∂L" if term.through.array == "L" else f"∂L/∂{term.through.name}"
                names = (term.what, f"    {up}", "")
            for cells, words in ((numbers, texts), (formulas, names)):
                for cell, word in zip(cells, words, strict=True):
                    cell.set_text(word)
        gradient, difference = self._results
        gradient.set_text(number(trace.gradient(place)) if there else "not yet")
        seen = step >= trace.forward_lines
        difference.set_text(number(trace.finite_difference(place)) if seen else "not yet")
