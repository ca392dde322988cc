"""Learning-rate schedules: functions that make a function from the step (0, 1, …) to a rate.

Pass one as an optimizer's `learning_rate`: ``SGD(cosine(0.5, total_steps=400))``. After
`total_steps` a schedule stays at its last value.
"""

import math
from collections.abc import Callable

from .checks import non_negative, number_in, positive_integer

__all__ = ["constant", "cosine", "one_cycle", "step_decay", "warmup"]

Schedule = Callable[[int], float]


def constant(rate: float) -> Schedule:
    """The same rate at every step.

    α(t) = rate

    Parameters
    ----------
    rate : float
        0 or more.

    Returns
    -------
    callable (step) → float
    """
    rate = non_negative("rate", rate)
    return lambda step: rate


def step_decay(initial: float, *, factor: float, every: int) -> Schedule:
    """A rate that is multiplied by `factor` every so many steps.

    α(t) = initial · factor^⌊t / every⌋

    Parameters
    ----------
    initial : float
        0 or more.
    factor : float
        In (0, 1].
    every : int
        Steps between two drops.

    Returns
    -------
    callable (step) → float
    """
    initial = non_negative("initial", initial)
    factor = number_in("factor", factor, 0, 1, low_open=True)
    every = positive_integer("every", every)
    return lambda step: initial * factor ** (step // every)


def cosine(initial: float, *, total_steps: int, final: float = 0.0) -> Schedule:
    """A rate that falls along half a cosine wave.

    α(t) = final + ½ (initial − final) (1 + cos(π t / total_steps))

    Parameters
    ----------
    initial, final : float
        0 or more.
    total_steps : int

    Returns
    -------
    callable (step) → float

    References
    ----------
    I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts",
    ICLR 2017, equation 5 without restarts.
    """
    initial, final = non_negative("initial", initial), non_negative("final", final)
    total_steps = positive_integer("total_steps", total_steps)
    return lambda step: _half_cosine(initial, final, step / total_steps)


def warmup(then: float | Schedule, *, steps: int) -> Schedule:
    """A rate that rises linearly from near zero, and then follows another schedule.

    α(t) = then(0) · (t + 1) / steps for t < steps, afterwards then(t − steps)

    Parameters
    ----------
    then : float or callable (step) → float
        What follows the warm-up.
    steps : int
        Length of the warm-up.

    Returns
    -------
    callable (step) → float
    """
    then = then if callable(then) else constant(then)
    steps = positive_integer("steps", steps)
    return lambda step: then(0) * (step + 1) / steps if step < steps else then(step - steps)


def one_cycle(
    peak: float,
    *,
    total_steps: int,
    warmup_fraction: float = 0.3,
    initial_divisor: float = 25,
    final_divisor: float = 1e4,
) -> Schedule:
    """A rate that rises to a peak and falls to almost nothing, each along half a cosine wave.

    α rises from a = peak / initial_divisor to peak during the first
    warmup_fraction · total_steps steps, then falls to a / final_divisor.

    Parameters
    ----------
    peak : float
        0 or more.
    total_steps : int
    warmup_fraction : float
        In (0, 1).
    initial_divisor, final_divisor : float
        1 or more.

    Returns
    -------
    callable (step) → float

    References
    ----------
    L. Smith and N. Topin, "Super-convergence", arXiv:1708.07120; defaults of PyTorch's
    ``OneCycleLR``.
    """
    peak = non_negative("peak", peak)
    total_steps = positive_integer("total_steps", total_steps)
    fraction = number_in("warmup_fraction", warmup_fraction, 0, 1, low_open=True, high_open=True)
    initial = peak / number_in("initial_divisor", initial_divisor, 1, math.inf, high_open=True)
    final = initial / number_in("final_divisor", final_divisor, 1, math.inf, high_open=True)
    rise = fraction * total_steps

    def rate(step):
        if step < rise:
            return _half_cosine(initial, peak, step / rise)
        return _half_cosine(peak, final, (step - rise) / (total_steps - rise))

    return rate


def _half_cosine(start, end, progress):
    return end + 0.5 * (start - end) * (1 + math.cos(math.pi * min(progress, 1.0)))
