"""The colours of every figure, and the look that goes with them."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap

__all__ = [
    "BLUE",
    "DIVERGING",
    "GREEN",
    "GREY",
    "INK",
    "ORANGE",
    "PURPLE",
    "SKY",
    "VERMILION",
    "course_style",
]

# Okabe and Ito, "Color universal design", 2008: told apart with any kind of colour vision.
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#767676"

INK, PAPER = "#222222", "#FFFFFF"

# Blue for below zero, orange for above, and paper in between.
DIVERGING = LinearSegmentedColormap.from_list(
    "blue-orange", ["#00466E", SKY, PAPER, ORANGE, "#8A3D00"]
)

STYLE = {
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.prop_cycle": mpl.cycler(color=[BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, GREY]),
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "image.interpolation": "nearest",
}


@contextmanager
def course_style() -> Iterator[None]:
    """Make figures in the course's look, inside this block only."""
    with mpl.rc_context(STYLE):
        yield
