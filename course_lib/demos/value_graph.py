"""A computational graph of `Value`s: numbers on its nodes, local derivatives on its edges."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from course_lib.nn.value import Value

from .graph_layout import arrange, columns_of
from .palette import BLUE, GREY, INK, PAPER, PURPLE, VERMILION, course_style
from .picture import Picture, new_figure
from .value_words import fitting, formula_of, graph_in_words, is_constant, signed

__all__ = ["GraphDrawing", "drawing_axes", "value_graph"]

CARD = (1.0, 0.66)  # inches
CONSTANT = (0.42, 0.3)
PORTS = 0.22  # inches between two edges at the same side of a card
ROW = 0.92  # inches from card to card, at least
GAP = 0.5  # inches between two columns, at least; a longer graph is drawn smaller
LONGEST_TITLE = 15  # characters


def drawing_axes(figure: Figure, rectangle=(0.0, 0.0, 1.0, 1.0)) -> Axes:
    """Axes without axes, measured in inches from their lower left corner.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        With layout "none".
    rectangle : (left, bottom, width, height)
        In fractions of the figure.
    """
    ax = figure.add_axes(rectangle)
    ax.set_axis_off()
    width, height = figure.get_size_inches() * rectangle[2:]
    ax.set(xlim=(0, width), ylim=(0, height))
    return ax


@dataclass(frozen=True)
class _Card:
    """Where a value stands, and the two texts that change."""

    center: np.ndarray
    size: tuple
    data: object
    grad: object


class GraphDrawing:
    """One graph in axes of inches; `update` puts the numbers of another graph of its form in it.

    Each node shows ``data``, its value in the forward pass, and ``grad``, ∂(result)/∂(node).
    Each edge shows the local derivative ∂(node)/∂(operand).

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        From `drawing_axes`.
    root : Value
        The result, from which the graph is followed back.
    local_derivatives, gradients : bool
        Whether to show them.
    contributions : bool
        Also show, at the start of each edge, what comes back over it: local derivative × the
        gradient of the node it leads to. They add up to the gradient of the operand.
    moving : str
        "nothing"; "numbers" change under a control; "all" is for a graph that a control shows
        or hides as well.
    """

    @course_style()
    def __init__(
        self,
        ax: Axes,
        root: Value,
        *,
        local_derivatives: bool = True,
        gradients: bool = True,
        contributions: bool = False,
        moving: str = "nothing",
    ):
        self.ax = ax
        self.gradients, self.contributions = gradients, contributions
        self._local = local_derivatives
        self._moving = moving
        self.artists = []
        columns = 1 + max(columns_of(root).values())
        left, right = ax.get_xlim()
        bottom, top = ax.get_ylim()
        # In a graph of many columns everything is drawn smaller.
        self.scale = min(1.0, (right - left) / (columns * (CARD[0] + GAP) - GAP + 0.16))
        left, right, bottom, top = (edge / self.scale for edge in (left, right, bottom, top))
        ax.set(xlim=(left, right), ylim=(bottom, top))
        layout = arrange(root, (right - left, top - bottom), CARD)
        places = {value: place + np.array([left, bottom]) for value, place in layout.places.items()}
        self._ends = []
        for edge in layout.edges:
            self._draw_edge(edge, places, np.array([left, bottom]))
        self._cards = [self._draw_card(value, places[value]) for value in root.ancestors()]
        self.update(root)

    def update(self, root: Value):
        """Show the numbers of `root` and all it was computed from.

        Parameters
        ----------
        root : Value
            Of a graph with the same form as the first one, `backward` called.
        """
        order = root.ancestors()
        if len(order) != len(self._cards):
            raise ValueError(
                f"root is a graph of {len(order)} values, but {len(self._cards)} are drawn. "
                "A graph of another form needs another GraphDrawing."
            )
        for card, value in zip(self._cards, order, strict=True):
            card.data.set_text(fitting(value.data))
            if card.grad is not None:
                card.grad.set_text(fitting(value.grad))
        edges = [(value, pair) for value in order for pair in value.parents]
        for (local, sent), (value, (_, slope)) in zip(self._ends, edges, strict=True):
            if local is not None:
                local.set_text(f"× {fitting(slope)}")
            if sent is not None:
                sent.set_text(signed(slope * value.grad))

    def set_visible(self, visible: bool):
        """Show or hide all of it."""
        for artist in self.artists:
            artist.set_visible(visible)

    # ------------------------------------------------------------------ the parts

    def _draw_card(self, value, center):
        constant = is_constant(value)
        size = CONSTANT if constant else CARD
        x, y = center
        self._patch(
            FancyBboxPatch(
                (x - size[0] / 2, y - size[1] / 2),
                *size,
                boxstyle="round,pad=0,rounding_size=0.09",
                facecolor=PAPER,
                edgecolor=GREY if constant else INK,
                lw=0.9 if constant else 1.3,
                zorder=3,
            )
        )
        if constant:
            return _Card(center, size, self._text(x, y, "", True, color=GREY), None)
        formula = formula_of(value)
        title = " = ".join(part for part in (value.label, formula) if part)
        if len(title) > LONGEST_TITLE:
            title = value.label or value.operation
        low, high = y - size[1] / 2, y + size[1] / 2
        title_y = high - 0.13 if self.gradients else high - 0.19
        look = {"fontweight": "bold", "fontsize": 9.5 if len(title) < 12 else 8.5}
        self._text(x, title_y, title, False, **look)
        rows = [("data", BLUE), ("grad", VERMILION)] if self.gradients else [("data", BLUE)]
        numbers = []
        for row, (name, color) in enumerate(rows):
            at = low + (0.31, 0.12)[row] if self.gradients else low + 0.19
            self._text(x - 0.43, at, name, False, ha="left", color=GREY, fontsize=8.5)
            numbers.append(self._text(x + 0.43, at, "", True, ha="right", color=color))
        return _Card(center, size, *numbers, *[None] * (2 - len(numbers)))

    def _draw_edge(self, edge, places, origin):
        tail = CONSTANT if is_constant(edge.parent) else CARD
        start = places[edge.parent] + (tail[0] / 2, edge.leaves_at * min(PORTS, tail[1] / 2))
        end = places[edge.value] + (-CARD[0] / 2 - 0.06, edge.enters_at * PORTS)
        points = [start, *(point + origin for point in edge.bends), end]
        path, middle = _curve(points, edge.bow, 0.73 if self.contributions else 0.5)
        self._patch(PathPatch(path, facecolor="none", edgecolor=GREY, lw=1.3, zorder=1))
        (head,) = self.ax.plot(*end, marker=">", color=GREY, markersize=6 * self.scale, zorder=2)
        self._keep(head, False)
        paper = {"boxstyle": "round,pad=0.12", "facecolor": PAPER, "edgecolor": "none"}
        local = sent = None
        asked = not is_constant(edge.parent)  # nobody asks for the slope of a constant
        if self._local and asked:
            local = self._text(*middle, "", True, color=PURPLE, bbox=paper, fontsize=9, zorder=4)
        if self.contributions and asked:
            at = start + np.array([0.07, 0.0])
            sent = self._text(
                *at, "", True, ha="left", color=VERMILION, bbox=paper, fontsize=9, zorder=4
            )
        self._ends.append((local, sent))

    def _text(self, x, y, words, changes, *, ha="center", zorder=5, **look):
        look["fontsize"] = self.scale * look.get("fontsize", 10)
        text = self.ax.text(x, y, words, ha=ha, va="center_baseline", zorder=zorder, **look)
        self._keep(text, changes)
        return text

    def _patch(self, patch):
        self.ax.add_patch(patch)
        self._keep(patch, False)

    def _keep(self, artist, changes):
        artist.set_animated(self._moving == "all" or (changes and self._moving == "numbers"))
        self.artists.append(artist)


def _curve(points, bow, where):
    """A path through points, level at each of them, and a point of its first piece."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for a, b in pairwise(points):
        reach = np.array([(b[0] - a[0]) / 2, 0.0])
        swing = np.array([0.0, bow])
        vertices += [a + reach + swing, b - reach + swing, b]
        codes += [Path.CURVE4] * 3
    a, c, d, b = vertices[:4]
    t, s = where, 1 - where
    return Path(vertices, codes), s**3 * a + 3 * s * s * t * c + 3 * s * t * t * d + t**3 * b


@course_style()
def value_graph(
    root: Value,
    *,
    local_derivatives: bool = True,
    gradients: bool = True,
    contributions: bool = False,
    width: float = 7.2,
    height: float | None = None,
) -> Picture:
    """A picture of how a number was computed, and of what its backward pass found.

    Parameters
    ----------
    root : Value
        The result; call its `backward` first to show gradients.
    local_derivatives, gradients, contributions : bool
        As in `GraphDrawing`.
    width, height : float
        In inches; enough rows for the graph unless given.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError
        If root is no `Value`.
    """
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, not {root!r}. Compute it from Value(…) numbers.")
    if height is None:
        height = ROW * arrange(root, (width, 1.0), CARD).rows + 0.12
    figure = new_figure(width, height, layout="none")
    GraphDrawing(
        drawing_axes(figure),
        root,
        local_derivatives=local_derivatives,
        gradients=gradients,
        contributions=contributions,
    )
    return Picture(figure, f"A computational graph. {graph_in_words(root)}.")
