"""The two ways through a network: predictions forward, errors back."""

from itertools import pairwise

from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from .network_drawing import edge_between, layer_places
from .palette import BLUE, INK, PURPLE, VERMILION, course_style
from .picture import Picture, new_figure

__all__ = ["flow_diagram"]

WIDTH, HEIGHT, MIDDLE = 7.2, 4.0, 2.0
RADIUS = 0.2
COLUMNS = {"Input": 0.95, "Hidden": 2.85, "Output": 4.75}
LOSS_AT = 6.4


@course_style()
def flow_diagram() -> Picture:
    """A network of three layers, above it what flows forward, below it what flows back.

    Returns
    -------
    Picture
    """
    figure = new_figure(WIDTH, HEIGHT, layout="none")
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
    ax.axis("off")
    layers = layer_places((3, 4, 2), COLUMNS.values(), middle=MIDDLE, apart=0.53)
    for left, right in pairwise(layers):
        for a in left:
            for b in right:
                ax.plot(*edge_between(a, b, RADIUS).T, color="#C4C4C4", lw=1, zorder=1)
    for (name, x), nodes in zip(COLUMNS.items(), layers, strict=True):
        ax.add_patch(
            FancyBboxPatch(
                (x - 0.42, MIDDLE - 1.12), 0.84, 2.24, fc="#F7F7F7", ec="#DDDDDD", lw=1, zorder=0,
                boxstyle="round,pad=0,rounding_size=0.16",
            )
        )  # fmt: skip
        for node in nodes:
            ax.add_patch(Circle(node, RADIUS, fc="#E7F1F8", ec=INK, lw=1.2, zorder=3))
        for y, color in ((MIDDLE + 1.42, BLUE), (MIDDLE - 1.42, VERMILION)):
            ax.text(x, y, name, ha="center", va="center", weight="bold", color=color, fontsize=11)
    box = {"boxstyle": "round,pad=0,rounding_size=0.16", "lw": 1.6, "zorder": 3}
    ax.add_patch(FancyBboxPatch((LOSS_AT - 0.5, MIDDLE - 0.42), 1.0, 0.84, fc="#FBF0F6",
                                ec=PURPLE, **box))  # fmt: skip
    ax.text(LOSS_AT, MIDDLE + 0.13, "Loss", ha="center", va="center", weight="bold", zorder=4)
    ax.text(LOSS_AT, MIDDLE - 0.15, "how far off?", ha="center", va="center", fontsize=9, zorder=4)
    for node in layers[-1]:
        ax.plot([node[0] + RADIUS, LOSS_AT - 0.5], [node[1], MIDDLE], color="#C4C4C4", lw=1)
    _ways(ax)
    return Picture(
        figure,
        "A network of three layers and the loss. Above, blue: predictions flow forward, Input to "
        "Hidden to Output to the loss. Below, vermilion: errors flow back, from the loss to Output "
        "to Hidden to Input.",
    )


def _ways(ax):
    """The arrows between the layers' names, and what travels along them."""
    stops = [*COLUMNS.values(), LOSS_AT]
    for forward, y, color in ((True, MIDDLE + 1.42, BLUE), (False, MIDDLE - 1.42, VERMILION)):
        for k, (a, b) in enumerate(pairwise(stops)):
            last = k == len(stops) - 2
            start, end = (a + 0.45, y), (b - (0.0 if last else 0.45), y)
            # The last one turns the corner, from Output to the loss or back.
            bend = "arc3"
            if last:
                end = (LOSS_AT, MIDDLE + (0.47 if forward else -0.47))
                bend = "angle,angleA=0,angleB=90,rad=14"
            if not forward:
                start, end = end, start
                bend = bend.replace("angleA=0,angleB=90", "angleA=90,angleB=0")
            ax.add_patch(
                FancyArrowPatch(
                    start, end, connectionstyle=bend, arrowstyle="-|>", mutation_scale=16,
                    color=color, lw=2.2,
                    shrinkA=0, shrinkB=0,
                )
            )  # fmt: skip
    look = {"ha": "center", "va": "center", "fontsize": 9.5}
    middle = (COLUMNS["Input"] + COLUMNS["Output"]) / 2
    ax.text(middle, HEIGHT - 0.24, "predictions forward: each layer hands on its numbers",
            color=BLUE, **look)  # fmt: skip
    ax.text(middle, 0.24, "errors back: each weight hears its share of the blame",
            color=VERMILION, **look)  # fmt: skip
