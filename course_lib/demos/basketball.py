"""Learning to throw: shoot, see how far off, adjust."""

from typing import NamedTuple

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from course_lib.live import LiveFigure, Slider, Steps

from .palette import BLUE, GREEN, GREY, INK, ORANGE, VERMILION, course_style
from .picture import DPI

__all__ = ["Shots", "basketball", "landing", "shoot"]

GRAVITY = 9.81  # m/s²
ANGLE = np.radians(52)
HAND, HOOP = 2.1, 3.05  # heights, m
DISTANCE = 4.6  # from the hand to the middle of the hoop, m
RIM = 0.225  # its radius, m
CLEAN = 0.1  # how far from the middle a ball still falls through cleanly, m
FIRST_SPEED = 6.6  # m/s
SHOTS = 10


def landing(speed: float) -> float:
    """How far from the hand the ball comes down at the height of the hoop.

    x = v cos θ · t,  t = (v sin θ + √((v sin θ)² − 2 g h)) / g

    h is how much higher than the hand the hoop is. A ball too slow to get there counts where it is
    highest. Without air.

    Parameters
    ----------
    speed : float
        v, in m/s.

    Returns
    -------
    float
        In m.
    """
    up = speed * np.sin(ANGLE)
    time = (up + np.sqrt(max(0.0, up**2 - 2 * GRAVITY * (HOOP - HAND)))) / GRAVITY
    return float(speed * np.cos(ANGLE) * time)


class Shots(NamedTuple):
    """Some shots in a row, all arrays of the same length.

    Attributes
    ----------
    speed : ndarray
        In m/s.
    miss : ndarray
        How far beyond the middle of the hoop, in m; negative if short.
    """

    speed: np.ndarray
    miss: np.ndarray


def shoot(correction: float, shots: int = SHOTS, first: float = FIRST_SPEED) -> Shots:
    """Throw, see how far off, and throw again with a speed corrected in proportion.

    v ← v − correction · miss

    Parameters
    ----------
    correction : float
        In m/s for each m of miss.
    shots : int
    first : float
        The speed of the first shot, in m/s.

    Returns
    -------
    Shots
    """
    speeds, misses = [first], []
    for _ in range(shots):
        misses.append(landing(speeds[-1]) - DISTANCE)
        speeds.append(speeds[-1] - correction * misses[-1])
    return Shots(np.array(speeds[:-1]), np.array(misses))


def flight(speed: float, points: int = 60) -> np.ndarray:
    """The path of the ball until it is as low as the hoop again, shape (points, 2), in m."""
    t = np.linspace(0, landing(speed) / (speed * np.cos(ANGLE)), points)
    height = HAND + speed * np.sin(ANGLE) * t - GRAVITY * t**2 / 2
    return np.stack([speed * np.cos(ANGLE) * t, height], axis=1)


def in_words(miss: float) -> str:
    """A miss as a player calls it."""
    if abs(miss) <= CLEAN:
        return "in"
    return f"{abs(miss):.2f} m {'long' if miss > 0 else 'short'}"


@course_style()
def basketball(*, correction: float = 0.3, shot: int = 0) -> LiveFigure:
    """A player who corrects each throw by how far off the last one was.

    Parameters
    ----------
    correction : float
        At which the figure opens: 0.05 to 1.4 m/s for each m of miss.
    shot : int
        At which it opens, from 0.

    Returns
    -------
    LiveFigure
    """
    figure = Figure(figsize=(7.2, 3.3), dpi=DPI, layout="constrained")
    court, curve = figure.subplots(1, 2, width_ratios=(2.5, 1))
    _draw_court(court)
    earlier = LineCollection([], colors=GREY, lw=1, alpha=0.55, animated=True)
    court.add_collection(earlier, autolim=False)
    (ahead,) = court.plot([], [], color=BLUE, lw=1.2, ls=(0, (2, 2)), animated=True)
    (path,) = court.plot([], [], color=BLUE, lw=2, animated=True)
    ball = court.add_patch(Circle((0, 0), 0.12, fc=ORANGE, ec=INK, lw=1, zorder=5))
    ball.set_animated(True)
    (gap,) = court.plot([], [], "-", color=VERMILION, lw=2.5, animated=True, zorder=4)
    words = court.text(0, 0, "", ha="center", va="top", animated=True)

    curve.axhspan(-CLEAN, CLEAN, color=GREEN, alpha=0.25, lw=0)
    curve.text(SHOTS, CLEAN + 0.05, "in", color=GREEN, ha="right", va="bottom")
    curve.set(xlim=(0.4, SHOTS + 0.6), ylim=(-2.6, 2.6), xlabel="shot", ylabel="miss (m)")
    curve.set_xticks([1, 4, 7, 10])
    (misses,) = curve.plot([], [], "o-", color=VERMILION, ms=4.5, lw=1.5, animated=True)

    def update(shot, correction):
        speed, miss = shoot(correction, SHOTS + 1)
        earlier.set_segments([flight(v) for v in speed[max(0, shot - 4) : shot]])
        now = flight(speed[shot])
        path.set_data(*now.T)
        ahead.set_data(*flight(speed[shot + 1]).T)
        ball.set_center(now[-1])
        gap.set_data([DISTANCE, now[-1, 0]], [now[-1, 1]] * 2)
        is_in = abs(miss[shot]) <= CLEAN
        middle = np.clip((now[-1, 0] + DISTANCE) / 2, 0.5, 6.4)
        middle = max(middle, 6.1) if miss[shot] > 0 else middle  # clear of the pole
        words.set(
            position=(DISTANCE if is_in else middle, HOOP - 0.5),
            text=in_words(miss[shot]),
            color=GREEN if is_in else VERMILION,
        )
        misses.set_data(np.arange(1, shot + 2), miss[: shot + 1])
        said = f"Shot {shot + 1}, at {speed[shot]:.2f} m/s: {in_words(miss[shot])}."
        if not is_in:
            change = -correction * miss[shot]
            said += (
                f" So the next one {abs(change):.2f} m/s {'faster' if change > 0 else 'slower'}."
            )
        return said

    return LiveFigure(
        figure,
        update,
        alt=(
            "Left, a player throws at a hoop: the path of this ball, faint those before it, "
            "dotted the next one, and how far off it comes down. Right, the miss of each shot so "
            "far, in metres."
        ),
        shot=Steps([f"shot {k + 1}" for k in range(SHOTS)], shot, label="Shot", speed=1.5),
        correction=Slider(
            0.05, 1.4, correction, step=0.05, label="Correction", unit="m/s per metre of miss"
        ),
    )


def _draw_court(ax):
    """Floor, player, pole, board and hoop."""
    ax.set(xlim=(-0.8, 7.2), ylim=(0, 5.1), aspect="equal", xlabel="m")
    ax.grid(False)
    ax.spines["left"].set_visible(False)
    ax.set_yticks([])
    for line in ([(-0.28, 0), (-0.22, 0.8)], [(-0.1, 0), (-0.22, 0.8)], [(-0.22, 0.8), (-0.2, 1.5)],
                 [(-0.2, 1.45), (-0.02, HAND - 0.1)]):  # fmt: skip
        ax.plot(*np.transpose(line), color=INK, lw=3, solid_capstyle="round")
    ax.add_patch(Circle((-0.2, 1.68), 0.15, fc=INK))
    board = DISTANCE + RIM + 0.15
    ax.add_patch(Rectangle((board, 2.9), 0.05, 1.05, fc=GREY))
    ax.plot([board + 0.4] * 2, [0, 3.3], color=GREY, lw=3)
    ax.plot([board + 0.4, board], [3.3, 3.3], color=GREY, lw=3)
    ax.plot([DISTANCE - RIM, DISTANCE + RIM], [HOOP] * 2, color=VERMILION, lw=3, zorder=6)
    for side in (-1, 0, 1):
        x = DISTANCE + side * RIM
        ax.plot([x, DISTANCE + side * 0.6 * RIM], [HOOP, HOOP - 0.4], color=GREY, lw=0.8)
