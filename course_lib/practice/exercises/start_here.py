"""Lesson 00: a first correction, and a first unit."""

import numpy as np

from ..exercise import Case, Exercise, Slip
from .common import numbers

__all__ = ["EXERCISES"]


def next_speed(speed, miss, correction):
    """The speed of the next throw, corrected in proportion to the last miss.

    speed : of the last throw, in m/s.
    miss : how far beyond the hoop it came down, in m; negative if it fell short.
    correction : in m/s for each m of miss.
    Returns a number, in m/s.
    """
    return speed - correction * miss


NEXT_SPEED = Exercise(
    lesson=0,
    title="The next throw",
    statement=r"""
A throw with the speed $v$ came down $m$ metres beyond the hoop; a negative $m$ means that it fell
short. For each metre of miss the player changes the speed by $c$: slower after a throw that was too
long, faster after one that was too short. Return the speed of the next throw.
""",
    reference=next_speed,
    outputs=("speed",),
    cases=lambda rng: [
        Case("a throw that fell short", (6.6, -1.24, 0.3)),
        Case("a throw that was too long", (7.5, 0.5, 0.4)),
        Case("a throw that was right", (7.25, 0.0, 0.3)),
        Case("a large correction", (7.0, 0.25, 1.4)),
        Case("three throws at once", (numbers(rng, 3) + 7, numbers(rng, 3), 0.5)),
    ],
    slips=(
        Slip(
            "update in the wrong direction",
            "You add the correction. After a throw that was too long, the miss is above zero, and "
            "the next one must be slower. Look at the sign.",
            wrong=lambda speed, miss, correction: speed + correction * miss,
            where=r"\+",
        ),
        Slip(
            "sign of the miss ignored",
            "Your throws only ever become slower: you use how far off it was, and not on which "
            "side. The sign of the miss is what says which way to correct.",
            wrong=lambda speed, miss, correction: speed - correction * np.abs(miss),
            where="abs",
        ),
        Slip(
            "correction forgotten",
            "You subtract the whole miss, as if a metre were a metre per second. How much speed a "
            "metre is worth, the correction says.",
            wrong=lambda speed, miss, correction: speed - miss,
        ),
        Slip(
            "change instead of new value",
            "That is the change of speed. The next throw starts from the speed of the last one.",
            wrong=lambda speed, miss, correction: -correction * miss,
        ),
        Slip(
            "correction in proportion to the speed",
            "You multiply the speed into the change. The correction is already in m/s for each "
            "metre, whatever the speed.",
            wrong=lambda speed, miss, correction: speed * (1 - correction * miss),
        ),
        Slip(
            "divided instead of multiplied",
            "You divide by the correction. A larger correction must change the speed more.",
            wrong=lambda speed, miss, correction: speed - miss / correction,
            where="/",
        ),
    ),
    hints=(
        "Start from the old speed, and change it.",
        "The change is correction times miss. Which sign makes a long throw slower?",
        "Old speed minus correction times miss.",
    ),
    worked_example="""
# Related: a shower that is too hot. Each degree too much turns the tap back by 5 percent points.
tap, too_hot = 60.0, 4.0
print(tap - 5.0 * too_hot)       # 40: less hot water; had it been too cold, more
""",
    gap="correction * miss",
)


def hidden_unit(x, w, b):
    """What one unit with ReLU answers: the weighted sum of its inputs, bent at zero.

    x, w : (n_in,), inputs and their weights; b : its bias, a number.
    Returns a number, 0 or more.
    """
    z = np.sum(x * w) + b
    return np.maximum(0, z)


HIDDEN_UNIT = Exercise(
    lesson=0,
    title="One unit",
    statement=r"""
A hidden unit multiplies each input with its weight, adds the products and its bias,
$z = \sum_i x_i w_i + b$, and answers $\max(0, z)$. Inputs and weights have shape (n_in,), the bias
is a number. Return the answer.
""",
    reference=hidden_unit,
    outputs=("answer",),
    cases=lambda rng: [
        Case("the first unit of this lesson", (np.array([2.0, 0.5]), np.array([0.4, -0.6]), 0.1)),
        Case("a unit that answers 0", (np.array([2.0, 0.5]), np.array([-0.4, 0.6]), 0.1)),
        Case("a unit that its bias wakes", (np.array([1.0, 1.0]), np.array([-0.5, 0.2]), 0.8)),
        Case("a unit that its bias silences", (np.array([1.0, 2.0]), np.array([0.5, 0.2]), -1.5)),
        Case("five inputs", (numbers(rng, 5) ** 2, numbers(rng, 5) ** 2, -0.25)),
        Case("one input", (np.array([3.0]), np.array([0.5]), 0.5)),
    ],
    slips=(
        Slip(
            "bend forgotten",
            "Your unit answers with z itself, also below zero. Without the bend, layer upon layer "
            "would be no more than one layer.",
            wrong=lambda x, w, b: np.sum(x * w) + b,
        ),
        Slip(
            "bias forgotten",
            "The sum is right, but the bias is missing: the unit cannot shift where it wakes.",
            wrong=lambda x, w, b: np.maximum(0, np.sum(x * w)),
        ),
        Slip(
            "bias added after the bend",
            "You bend the sum first and then add the bias. The bias belongs inside: it decides "
            "where the bend is.",
            wrong=lambda x, w, b: np.maximum(0, np.sum(x * w)) + b,
        ),
        Slip(
            "bias subtracted",
            "You subtract the bias. It is added, whatever its sign.",
            wrong=lambda x, w, b: np.maximum(0, np.sum(x * w) - b),
        ),
        Slip(
            "mean for sum",
            "You take the mean of the products. A unit adds them up.",
            wrong=lambda x, w, b: np.maximum(0, np.mean(x * w) + b),
            where="mean",
        ),
        Slip(
            "each product bent on its own",
            "You bend every product before adding, so that none can hold another back. The sum is "
            "bent, once.",
            wrong=lambda x, w, b: np.sum(np.maximum(0, x * w)) + b,
        ),
        Slip(
            "minimum for maximum",
            "You keep what is below zero and drop the rest. ReLU does the reverse.",
            wrong=lambda x, w, b: np.minimum(0, np.sum(x * w) + b),
            where="min",
        ),
        Slip(
            "bias added for every input",
            "The bias is inside the sum, so it counts once for each input. It is added once.",
            wrong=lambda x, w, b: np.maximum(0, np.sum(x * w + b)),
        ),
    ),
    hints=(
        "Two lines: first the weighted sum z, then the bend.",
        "x * w multiplies input by input; np.sum adds the products.",
        "np.maximum(0, z) is 0 where z is below zero, and z elsewhere.",
    ),
    worked_example="""
# Related: a bill. Three prices, how many of each, and a delivery charge.
prices, counts = np.array([2.0, 3.5, 1.0]), np.array([1, 2, 4])
print(np.sum(prices * counts) + 5.0)     # 18
""",
    gap="np.sum(x * w) + b",
)


EXERCISES = (NEXT_SPEED, HIDDEN_UNIT)
