"""The colours of every figure, and the look that goes with them."""

from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap

__all__ = [
    "BLACK",
    "BLUE",
    "GREEN",
    "GREY",
    "ORANGE",
    "PURPLE",
    "SKY",
    "VERMILION",
    "course_style",
    "line_colors",
]

# Okabe and Ito, "Color universal design", 2008: told apart with any kind of colour vision.
BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#767676"

INK, PAPER = "#222222", "#FFFFFF"
DARK_INK, DARK_PAPER = "#E0E0E0", "#111111"

# Blue for below zero, orange for above, and paper in between.
DIVERGING = LinearSegmentedColormap.from_list(
    "blue-orange", ["#00466E", SKY, PAPER, ORANGE, "#8A3D00"]
)


def _style(ink, paper, faint, first, second):
    return {
        "figure.facecolor": paper,
        "axes.facecolor": paper,
        "font.family": "DejaVu Sans",
        "font.size": 10,
        "text.color": ink,
        "axes.labelcolor": ink,
        "axes.edgecolor": GREY,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.prop_cycle": mpl.cycler(color=[first, second, GREEN, PURPLE, GREY]),
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": faint,
        "grid.linewidth": 0.8,
        "xtick.color": ink,
        "ytick.color": ink,
        "lines.linewidth": 1.8,
        "legend.frameon": False,
        "image.interpolation": "nearest",
    }


LIGHT_LINES = BLUE, VERMILION
# These two are too dim on black; their lighter neighbours stand in for them.
DARK_LINES = SKY, ORANGE
LIGHT = _style(INK, PAPER, "#E3E3E3", *LIGHT_LINES)
DARK = _style(DARK_INK, DARK_PAPER, "#333333", *DARK_LINES)


def line_colors(dark=False):
    """The two colours for lines that go with the paper.

    "C0" and "C1" would be looked up when the figure is drawn, outside of `course_style`.
    """
    return DARK_LINES if dark else LIGHT_LINES


@contextmanager
def course_style(dark=False):
    """Draw in the course's look, inside this block only."""
    with mpl.rc_context(DARK if dark else LIGHT):
        yield
