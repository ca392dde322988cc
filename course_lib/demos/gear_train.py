"""Two pairs of gears on three shafts: the rates of the pairs multiply."""

import numpy as np

from course_lib.live import Choice, LiveFigure, Slider

from .palette import BLUE, GREY, INK, ORANGE, VERMILION, course_style
from .picture import new_figure
from .value_graph import drawing_axes
from .value_words import short

__all__ = ["GearTrain", "gear_outline", "gear_rates"]

MODULE = 0.095  # inches of diameter for each tooth
TEETH = 30  # of the two gears of a pair together, so that each pair fills the same room
PAIRS = {
    "20 teeth drive 10": (20, 10),
    "15 teeth drive 15": (15, 15),
    "10 teeth drive 20": (10, 20),
}
LEFT = (0.3, 4.05)  # inches: where the pairs begin
HEIGHT, HAND = 1.38, 0.36  # inches: of the shafts, and the length of a hand


def gear_rates(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float, float]:
    """Turns of the second shaft for one of the first, of the third for one of the second, and both.

    Each pair of teeth numbers (a, b) turns by −a/b: the other way round, and faster if b is the
    smaller gear. The two rates multiply.

    Parameters
    ----------
    first, second : (int, int)
        Teeth of the driving gear and of the driven one.

    Returns
    -------
    (float, float, float)
    """
    du, dv = -first[0] / first[1], -second[0] / second[1]
    return du, dv, du * dv


def gear_outline(teeth: int, turns: float, *, shift: float = 0.0) -> np.ndarray:
    """A cog wheel around the origin, in inches.

    Parameters
    ----------
    teeth : int
    turns : float
        How far it has turned, counter-clockwise.
    shift : float
        In teeth: where the first one stands at the beginning.

    Returns
    -------
    ndarray, shape (4 teeth, 2)
    """
    radius = MODULE * teeth / 2
    corners = (np.arange(teeth)[:, None] + np.array([-0.3, -0.17, 0.17, 0.3]) + shift).ravel()
    angle = 2 * np.pi * (corners / teeth + turns)
    reach = radius + MODULE * np.tile([-0.6, 0.5, 0.5, -0.6], teeth)
    return np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])


class GearTrain(LiveFigure):
    """Turn the first shaft and see how far the others turn.

    Parameters
    ----------
    turns : float
        Of the first shaft, 0 to 1.
    first, second : str
        One of `PAIRS` each.
    """

    @course_style()
    def __init__(
        self,
        turns: float = 0.1,
        first: str = "20 teeth drive 10",
        second: str = "20 teeth drive 10",
    ):
        figure = new_figure(7.2, 2.75, layout="none")
        ax = drawing_axes(figure)
        right = LEFT[0] + MODULE * TEETH
        for dy in (-0.06, 0.06):  # an axle: the two gears in the middle turn as one
            ax.plot([right, LEFT[1]], [HEIGHT + dy] * 2, color=GREY, lw=2)
        ax.text((right + LEFT[1]) / 2, HEIGHT + 0.14, "one axle", ha="center", fontsize=9)
        self._gears = [
            ax.fill([0], [0], facecolor=color, edgecolor=INK, lw=0.8, animated=True)[0]
            for color in (BLUE, BLUE, ORANGE, ORANGE)
        ]
        self._hands = [
            ax.plot([], [], "-o", color=INK, lw=2, markersize=4, animated=True)[0] for _ in range(4)
        ]
        words = {"ha": "center", "fontsize": 10.5}
        self._turned = [ax.text(0, 0.1, "", animated=True, **words) for _ in range(4)]
        self._rates = [
            ax.text(left + MODULE * TEETH / 2, 2.55, "", color=VERMILION, animated=True, **words)
            for left in LEFT
        ]
        super().__init__(
            figure,
            self._update,
            alt="Three shafts x, u and y. A gear on x drives one on u; a second gear on the "
            "axle of u drives one on y. Hands show how far each has turned.",
            turns=Slider(0, 1, turns, step=0.02, label="Turns of x", format=short),
            first=Choice(PAIRS, PAIRS[first], label="x to u"),
            second=Choice(PAIRS, PAIRS[second], label="u to y"),
        )

    def _update(self, turns, first, second):
        du, dv, both = gear_rates(first, second)
        turned = (turns, du * turns, both * turns)
        teeth = (first[0], first[1], second[0], second[1])
        shafts = (0, 1, 1, 2)
        for k, (count, shaft, x) in enumerate(zip(teeth, shafts, _centers(teeth), strict=True)):
            turn, place = turned[shaft], np.array([x, HEIGHT])
            # Opposite a tooth of the driving gear, the driven one has a gap.
            shift = 0.5 if k % 2 and count % 2 == 0 else 0.0
            self._gears[k].set_xy(gear_outline(count, turn, shift=shift) + place)
            # The hand points up while nothing has turned.
            tip = place + HAND * np.array([-np.sin(2 * np.pi * turn), np.cos(2 * np.pi * turn)])
            self._hands[k].set_data(*np.transpose([place, tip]))
            self._turned[k].set_text(f"{'xuuy'[k]} = {short(turn)}")
            self._turned[k].set_x(x)
        self._rates[0].set_text(f"du/dx = {short(du)}")
        self._rates[1].set_text(f"dy/du = {short(dv)}")
        return (
            f"While x makes {short(turns)} turns, u makes {short(turned[1])} and y "
            f"{short(turned[2])}: the rates {short(du)} and {short(dv)} multiply to {short(both)}."
        )


def _centers(teeth):
    """Where the four gears stand, in inches from the left: those of a pair just touch."""
    a, b, c, d = (MODULE * count / 2 for count in teeth)
    return LEFT[0] + a, LEFT[0] + 2 * a + b, LEFT[1] + c, LEFT[1] + 2 * c + d
