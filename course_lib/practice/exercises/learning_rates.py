"""Lesson 05: how large a learning rate may be, and how it changes while training."""

import numpy as np

from ..exercise import Case, Exercise, Slip

__all__ = ["EXERCISES"]


def max_stable_rate(hessian):
    """The learning rate above which descent on a quadratic bowl diverges: 2 / λ_max.

    hessian : symmetric, shape (d, d), its eigenvalues above 0.
    Returns one number.
    """
    curvatures = np.linalg.eigvalsh(hessian)
    return 2 / curvatures.max()


def _hessian(rng, d):
    a = rng.normal(size=(d, d + 1)).round(1)
    return a @ a.T + 0.5 * np.eye(d)


MAX_STABLE_RATE = Exercise(
    lesson=5,
    title="The largest rate that still converges",
    statement=r"""
On the bowl $L(w) = \frac{1}{2} w^\top H w$ a step multiplies the distance along each eigenvector
of $H$ by $1 - \alpha \lambda$, with $\lambda$ its eigenvalue, the curvature in that direction.
Descent converges while all of these are between −1 and 1. Return the limit for $\alpha$ as one
number. $H$ is symmetric, of shape $(d, d)$, with positive eigenvalues.
""",
    reference=max_stable_rate,
    outputs=("rate",),
    cases=lambda rng: [
        Case("curvatures 4 and 1", (np.diag([4.0, 1.0]),)),
        Case("a tilted bowl in 2-D", (np.array([[3.0, 1.5], [1.5, 2.0]]),)),
        Case("a bowl in 3-D", (_hessian(rng, 3),)),
        Case("a bowl in 5-D", (_hessian(rng, 5),)),
        Case("one dimension", (np.array([[0.25]]),)),
        Case("a bowl in float32", (_hessian(rng, 4).astype(np.float32),)),
        Case("whole numbers", (np.array([[5.0, 2.0], [2.0, 3.0]]),)),
        Case("the same as integers", (np.array([[5, 2], [2, 3]]),), "integer"),
    ],
    slips=(
        Slip(
            "the rate that lands in the minimum",
            "1/λ_max makes the factor 1 − αλ exactly 0: along the steepest direction one step "
            "suffices. That is the best rate there, not the limit. Descent may overshoot and still "
            "come closer; how far can the factor go below 0?",
            wrong=lambda hessian: 1 / np.linalg.eigvalsh(hessian).max(),
        ),
        Slip(
            "smallest curvature",
            "You use the flattest direction, which tolerates the largest rate. All directions "
            "share one α, so the most demanding one sets the limit.",
            wrong=lambda hessian: 2 / np.linalg.eigvalsh(hessian).min(),
            where=r"min|\[0\]",
        ),
        Slip(
            "curvature along the axes only",
            "You take the largest entry of H, the curvature along a coordinate axis. If the bowl "
            "lies at an angle, it is steeper in a direction between the axes; the eigenvalues of H "
            "find it.",
            wrong=lambda hessian: 2 / hessian.max(),
        ),
        Slip(
            "sum of all curvatures",
            "You divide by the trace, all curvatures added up. A rate below that is safe, but the "
            "directions do not add to one another: each has a factor of its own.",
            wrong=lambda hessian: 2 / np.trace(hessian),
            where="trace|sum",
        ),
        Slip(
            "upside down",
            "Yours grows with the curvature. The steeper the bowl, the shorter the steps must be.",
            wrong=lambda hessian: np.linalg.eigvalsh(hessian).max() / 2,
        ),
        Slip(
            "root of the curvature",
            "You take a root of the eigenvalue, as if H were a matrix of the data (whose singular "
            "values are such roots). H holds second derivatives already.",
            wrong=lambda hessian: 2 / np.sqrt(np.linalg.eigvalsh(hessian).max()),
            where="sqrt|svd|norm",
        ),
    ),
    hints=(
        "In one dimension: for which α is |1 − αλ| < 1?",
        "−1 < 1 − αλ gives α < 2/λ. With several directions, which λ is the strictest?",
        "np.linalg.eigvalsh(hessian) gives all eigenvalues of a symmetric matrix.",
    ),
    worked_example="""
# Related: watch the factor 1 − αλ in one dimension, λ = 4.
for rate in (0.1, 0.25, 0.4, 0.5, 0.6):
    factor = 1 - rate * 4
    w = 1.0
    for _ in range(20):
        w = w - rate * 4 * w
    print(rate, round(factor, 2), round(abs(w), 4))
""",
    gap="2 / curvatures.max()",
)


def distance_after(start, curvature, learning_rate, steps):
    """Where gradient descent on L(w) = ½ λ w² is after some steps.

    start : number; curvature λ, learning_rate α : numbers; steps : 0 or more.
    Returns one number, with its sign.
    """
    factor = 1 - learning_rate * curvature
    return start * factor**steps


DISTANCE_AFTER = Exercise(
    lesson=5,
    title="Shrink, swing or explode",
    statement=r"""
On $L(w) = \frac{1}{2} \lambda w^2$ with minimum at 0, one step is
$w \leftarrow w - \alpha \lambda w$. Return $w$ after `steps` steps from `start`, with its sign:
one number, as a formula.
""",
    reference=distance_after,
    outputs=("w",),
    cases=lambda rng: [
        Case("a small rate", (2.0, 1.0, 0.1, 10)),
        Case("a rate that swings", (1.5, 4.0, 0.45, 7)),
        Case("a rate that explodes", (1.0, 4.0, 0.6, 5)),
        Case("no step", (3.0, 2.0, 0.3, 0)),
        Case("one step", (-2.0, 0.5, 0.8, 1)),
        Case("whole numbers", (3, 1, 3, 4)),
    ],
    slips=(
        Slip(
            "update in the wrong direction",
            "Your factor is 1 + αλ, so the distance grows whatever the rate. The step goes against "
            "the gradient.",
            wrong=lambda start, curvature, rate, steps: start * (1 + rate * curvature) ** steps,
            where=r"\+",
        ),
        Slip(
            "same distance in every step",
            "You subtract the first step again and again. The gradient shrinks with w, so each "
            "step takes away the same *share* of what is left: the factors multiply.",
            wrong=lambda start, curvature, rate, steps: start * (1 - rate * curvature * steps),
        ),
        Slip(
            "sign lost",
            "The distance is right, but always positive. Above α = 1/λ the ball lands on the other "
            "side each time, and the sign shows the swinging.",
            wrong=lambda start, curvature, rate, steps: start * abs(1 - rate * curvature) ** steps,
            where="abs",
        ),
        Slip(
            "exponential instead of power",
            "e^(−αλk) describes a ball that flows without steps. For small rates the two are "
            "close, but a flow cannot overshoot.",
            wrong=lambda start, curvature, rate, steps: start * np.exp(-rate * curvature * steps),
            where="exp",
        ),
        Slip(
            "one step too many",
            "You take steps + 1 steps. After 0 steps the ball still lies at the start.",
            wrong=lambda start, curvature, rate, steps: (
                start * (1 - rate * curvature) ** (steps + 1)
            ),
            where=r"\+ *1",
        ),
        Slip(
            "loss instead of position",
            "This is ½λw². The place w itself is wanted.",
            wrong=lambda start, curvature, rate, steps: (
                0.5 * curvature * (start * (1 - rate * curvature) ** steps) ** 2
            ),
        ),
    ),
    hints=(
        "Write w after one step as w times something. What is it?",
        "w − αλw = (1 − αλ) w. The next step multiplies by the same factor.",
        "After k steps: the start times (1 − αλ) to the power k.",
    ),
    worked_example="""
# Related: money that grows by 3 % a year, for 4 years.
money = 100.0
for _ in range(4):
    money = money + 0.03 * money       # each year a share of what is there
print(round(money, 4), round(100 * (1 + 0.03) ** 4, 4))
""",
    gap="start * factor**steps",
)


def cosine_rate(step, total_steps, initial, final):
    """Learning rate that falls along half a cosine wave, and stays at its end.

    step : 0, 1, …, also beyond total_steps; initial, final : numbers.
    Returns one number.
    """
    progress = min(step / total_steps, 1)
    return final + 0.5 * (initial - final) * (1 + np.cos(np.pi * progress))


def _half_wave(progress, initial, final):
    return final + 0.5 * (initial - final) * (1 + np.cos(np.pi * progress))


COSINE_RATE = Exercise(
    lesson=5,
    title="A cosine schedule",
    statement=r"""
Return the learning rate $\alpha(t) = \alpha_{end} + \frac{1}{2} (\alpha_0 - \alpha_{end})
\left( 1 + \cos \frac{\pi t}{T} \right)$ of step $t$ with $T$ = `total_steps`, $\alpha_0$ =
`initial`, $\alpha_{end}$ = `final`. Beyond $T$ it stays at $\alpha_{end}$.
""",
    reference=cosine_rate,
    outputs=("rate",),
    cases=lambda rng: [
        Case("the first step", (0, 100, 0.5, 0.0)),
        Case("half way", (50, 100, 0.5, 0.1)),
        Case("a quarter", (30, 120, 0.2, 0.01)),
        Case("near the end", (90, 100, 1.0, 0.2)),
        Case("the last step", (80, 80, 0.3, 0.05)),
        Case("beyond the end", (150, 100, 0.5, 0.1)),
    ],
    slips=(
        Slip(
            "final rate forgotten",
            "Your rate falls to 0 whatever `final` is. It is the floor on which the wave stands, "
            "and the wave is lower by as much.",
            wrong=lambda step, total, initial, final: _half_wave(min(step / total, 1), initial, 0),
        ),
        Slip(
            "final rate added on top",
            "You add the floor, but the wave keeps its full height, so it starts at initial + "
            "final. Check step 0.",
            wrong=lambda step, total, initial, final: (
                final + _half_wave(min(step / total, 1), initial, 0)
            ),
        ),
        Slip(
            "½ forgotten",
            "1 + cos goes from 2 to 0, so your wave is twice as high as it should be. Check step "
            "0: the rate must be `initial`.",
            wrong=lambda step, total, initial, final: (
                final + (initial - final) * (1 + np.cos(np.pi * min(step / total, 1)))
            ),
        ),
        Slip(
            "not held at the end",
            "Up to the last step all is right; after it the cosine rises again and so does your "
            "rate. Look at how far along the wave you may go.",
            wrong=lambda step, total, initial, final: _half_wave(step / total, initial, final),
        ),
        Slip(
            "a whole wave",
            "Your rate falls and comes back up to `initial`: the cosine runs through a full turn. "
            "Half a turn leads from its top to its bottom.",
            wrong=lambda step, total, initial, final: _half_wave(
                2 * min(step / total, 1), initial, final
            ),
            where="cos",
        ),
        Slip(
            "π forgotten",
            "The cosine gets the plain progress from 0 to 1, which is only a third of the way "
            "down. It counts in radians.",
            wrong=lambda step, total, initial, final: _half_wave(
                min(step / total, 1) / np.pi, initial, final
            ),
            where="cos",
        ),
        Slip(
            "rising instead of falling",
            "Your schedule starts at the final rate and ends at the initial one. Look at the sign "
            "of the cosine, or at which of the two comes first.",
            wrong=lambda step, total, initial, final: _half_wave(
                min(step / total, 1), final, initial
            ),
        ),
        Slip(
            "straight line",
            "Right at both ends and in the middle, but a straight line in between. The cosine "
            "stays high longer at first, and flattens out at the end.",
            wrong=lambda step, total, initial, final: (
                initial + (final - initial) * min(step / total, 1)
            ),
        ),
    ),
    hints=(
        "What is progress t/T at the start, half way, and beyond the end? Never more than 1.",
        "1 + cos(π · progress) goes from 2 down to 0. Half of it goes from 1 to 0.",
        "Stretch that to the height initial − final and set it on the floor `final`.",
    ),
    worked_example="""
# Related: a straight-line schedule from 0.4 to 0.1 in 30 steps that stays at its end.
for step in (0, 15, 30, 45):
    progress = min(step / 30, 1)               # never beyond the end
    print(step, round(0.1 + (0.4 - 0.1) * (1 - progress), 3))
""",
    gap="1 + np.cos(np.pi * progress)",
)


def warmup_rate(step, warmup_steps, peak):
    """Learning rate that rises in equal steps to its peak, and stays there.

    step : 0, 1, …; in step 0 it is peak / warmup_steps, in step warmup_steps − 1 the peak.
    Returns one number.
    """
    return peak * min((step + 1) / warmup_steps, 1)


WARMUP_RATE = Exercise(
    lesson=5,
    title="Warm-up",
    statement=r"""
Return the learning rate of step $t = 0, 1, \dots$ with a linear warm-up over $K$ =
`warmup_steps`: $\alpha(t) = \alpha_{peak}\, (t + 1) / K$ for $t < K$, then $\alpha_{peak}$. So the
very first step already moves, and step $K - 1$ has the full rate.
""",
    reference=warmup_rate,
    outputs=("rate",),
    cases=lambda rng: [
        Case("the first step", (0, 10, 0.5)),
        Case("the fourth step", (3, 10, 0.5)),
        Case("the last of the warm-up", (9, 10, 0.2)),
        Case("the first after it", (10, 10, 0.2)),
        Case("long after it", (500, 20, 0.3)),
        Case("a warm-up of one step", (0, 1, 0.4)),
    ],
    slips=(
        Slip(
            "first step with rate 0",
            "You use t/K, so step 0 has rate 0 and does nothing. Counting from 0 makes it natural; "
            "the formula has t + 1.",
            wrong=lambda step, warmup, peak: peak * min(step / warmup, 1),
        ),
        Slip(
            "rising for ever",
            "After the warm-up your rate goes on rising beyond the peak. Something has to stop it "
            "there.",
            wrong=lambda step, warmup, peak: peak * (step + 1) / warmup,
        ),
        Slip(
            "one step too long",
            "Right but for step K, where your rate is above the peak: the rising branch is still "
            "used there. Compare `<` and `<=`.",
            wrong=lambda step, warmup, peak: peak * (step + 1) / warmup if step <= warmup else peak,
            where="<=|>",
        ),
        Slip(
            "no warm-up",
            "Your rate is the peak from the start. In the first steps the weights are random, and "
            "that is when a full step does harm.",
            wrong=lambda step, warmup, peak: peak,
        ),
        Slip(
            "integer division",
            "`//` cuts the fraction off, so the rate is 0 until the warm-up is over.",
            wrong=lambda step, warmup, peak: peak * min((step + 1) // warmup, 1),
            where="//",
        ),
        Slip(
            "falling instead of rising",
            "Your rate starts at its peak and falls. A warm-up goes the other way.",
            wrong=lambda step, warmup, peak: peak * (1 - min((step + 1) / warmup, 1)),
        ),
    ),
    hints=(
        "Write down the rates for K = 4, steps 0 to 5, by hand.",
        "They are ¼, ½, ¾, 1, 1, 1 times the peak: (t + 1)/K, but never more than 1.",
        "min((step + 1) / warmup_steps, 1) is the fraction; multiply it by the peak.",
    ),
    worked_example="""
# Related: a *cool-down*: rate 0.3, and over the last 4 of 10 steps down in equal steps.
for step in range(10):
    left = 10 - step                       # steps still to do, this one included
    print(round(0.3 * min(left / 4, 1), 3), end=" ")
""",
    gap="min((step + 1) / warmup_steps, 1)",
)


def find_learning_rate(rates, losses):
    """Read a learning rate off the curve of a learning-rate finder.

    rates : rising, shape (k,); losses : shape (k,), NaN where training diverged.
    Returns one number: a tenth of the rate with the lowest loss.
    """
    best = np.nanargmin(losses)
    return rates[best] / 10


def _finder_curve(count, low, high, best, diverged=0):
    """A loss that falls towards `best` and rises steeply beyond it."""
    rates = np.logspace(low, high, count)
    distance = np.log10(rates) - best
    losses = 2.3 - 1.5 * np.exp(-(distance**2)) + np.where(distance > 0, distance**3, 0)
    if diverged:
        losses[-diverged:] = np.nan
    return rates, losses


FIND_LEARNING_RATE = Exercise(
    lesson=5,
    title="Read the learning-rate finder",
    statement=r"""
A learning-rate finder trains a little with ever larger rates and notes the loss at each. A common
rule: take a *tenth* of the rate with the lowest loss, because at the lowest loss training is
already close to breaking. `rates` and `losses` have shape $(k,)$; where training diverged, the
loss is NaN. Return the rate as one number.
""",
    reference=find_learning_rate,
    outputs=("rate",),
    cases=lambda rng: [
        Case("30 rates", _finder_curve(30, -4, 1, -0.6)),
        Case("rates that end in divergence", _finder_curve(25, -5, 2, -1.1, diverged=6)),
        Case("8 rates", _finder_curve(8, -3, 1, -1.5)),
        Case("one rate", (np.array([0.01]), np.array([1.8]))),
        Case(
            "a curve in float32",
            tuple(a.astype(np.float32) for a in _finder_curve(20, -4, 0, -0.8)),
        ),
    ],
    slips=(
        Slip(
            "the rate with the lowest loss itself",
            "That is the edge, where the next larger rate already does worse. The rule keeps a "
            "distance from it.",
            wrong=lambda rates, losses: rates[np.nanargmin(losses)],
        ),
        Slip(
            "NaN taken for the minimum",
            "`argmin` returns the place of the first NaN, so you pick a rate at which training had "
            "broken down. Every comparison with NaN is false, which makes it win here. NumPy has a "
            "minimum that ignores NaN.",
            wrong=lambda rates, losses: rates[np.argmin(losses)] / 10,
            where="min",
        ),
        Slip(
            "index returned",
            "You return the position in the array. What is wanted is the rate at that position, "
            "and a tenth of it.",
            wrong=lambda rates, losses: np.nanargmin(losses),
        ),
        Slip(
            "loss returned",
            "You return the lowest loss. Where it lies is the question: use its position to look "
            "into `rates`.",
            wrong=lambda rates, losses: np.nanmin(losses),
        ),
        Slip(
            "largest loss",
            "You look for the highest loss instead of the lowest.",
            wrong=lambda rates, losses: rates[np.nanargmax(losses)] / 10,
            where="max",
        ),
        Slip(
            "ten times larger",
            "You multiply by 10 where a tenth is wanted: far beyond the edge.",
            wrong=lambda rates, losses: rates[np.nanargmin(losses)] * 10,
            where=r"\* *10",
        ),
        Slip(
            "a tenth of the largest rate",
            "You take a tenth of the largest rate that was tried. The losses have to decide.",
            wrong=lambda rates, losses: rates.max() / 10,
        ),
    ),
    hints=(
        "First the position of the lowest loss, then the rate at that position.",
        "np.argmin gives a position, but a NaN confuses it. Look for a variant that ignores NaN.",
        "np.nanargmin(losses) is that position; `rates[position] / 10` the answer.",
    ),
    worked_example="""
# Related: the day on which it was warmest, where one measurement is missing.
days = np.array(["Mon", "Tue", "Wed", "Thu"])
degrees = np.array([18.5, np.nan, 21.0, 19.0])

print(np.argmax(degrees), np.nanargmax(degrees))     # the first is fooled by the gap
print(days[np.nanargmax(degrees)])
""",
    gap="np.nanargmin(losses)",
)


EXERCISES = (MAX_STABLE_RATE, DISTANCE_AFTER, COSINE_RATE, WARMUP_RATE, FIND_LEARNING_RATE)
