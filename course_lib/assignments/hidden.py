"""Hidden inputs: an exercise as it is graded, on numbers that the learner has not seen."""

import dataclasses
import secrets

import numpy as np

from course_lib.practice.check import diagnose
from course_lib.practice.exercise import Case
from course_lib.practice.exercises.common import numbers
from course_lib.practice.running import differs

__all__ = ["FRESH", "draw_seed", "hidden_exercise", "new_cases", "points", "with_slip"]

NEW_CASES = 4  # that every exercise has at least


def points(exercise):
    """What an exercise is worth: 2, 4 or 6 points, by the length of its solution.

    Even, so that half of it is a whole number.
    """
    lines = len(exercise.solution.splitlines()) - len(exercise.stub.splitlines()) + 1
    return 2 if lines <= 2 else 4 if lines <= 5 else 6


def hidden_exercise(exercise, seed):
    """The exercise with other inputs: those that chance makes, drawn anew, and all special ones.

    Parameters
    ----------
    exercise : Exercise
    seed : int

    Returns
    -------
    Exercise
        Without finite differences: they serve explanations, and fail close to a kink.
    """

    def cases(rng):
        return new_cases(exercise, seed) + [
            case for case in exercise.make_cases() if case.label not in _drawn_labels(exercise)
        ]

    return dataclasses.replace(exercise, cases=cases, numerical=None)


def new_cases(exercise, seed):
    """The inputs among those of `hidden_exercise` that are in no check a learner can run."""
    rng = np.random.default_rng(seed)
    drawn = _drawn_labels(exercise)
    if exercise.id in FRESH:
        return list(FRESH[exercise.id](rng))
    cases = [case for case in exercise.cases(rng) if case.label in drawn]
    while len(cases) < NEW_CASES:
        cases += [
            case for case in exercise.cases(rng) if case.label in drawn and case.kind == "ordinary"
        ]
    return cases


def _drawn_labels(exercise):
    """Labels of the inputs that chance has a part in."""
    one, other = (exercise.cases(np.random.default_rng(seed)) for seed in (1, 2))
    return {
        case.label for case, again in zip(one, other, strict=True) if differs(case.args, again.args)
    }


def draw_seed(exercise):
    """A secret seed with which the reference passes, and every known slip is named.

    By bad luck random inputs can hide a slip: a mask without zeros, two equal numbers.
    """
    for _ in range(100):
        seed = secrets.randbelow(2**31)
        if _tells_apart(hidden_exercise(exercise, seed)):
            return seed
    raise RuntimeError(f"No random inputs of {exercise.id} tell its slips apart.")


def _tells_apart(exercise):
    return diagnose(exercise, exercise.reference).passed and all(
        diagnose(exercise, with_slip(exercise, slip)).slips == (slip.name,)
        for slip in exercise.slips
    )


def with_slip(exercise, slip):
    """A function that makes a slip."""
    if slip.after is None:
        return slip.wrong

    def function(*args):
        result = exercise.reference(*args)
        outputs = result if len(exercise.outputs) > 1 else (result,)
        outputs = slip.after(tuple(_as_array(output) for output in outputs), *args)
        return outputs if len(exercise.outputs) > 1 else outputs[0]

    return function


def _as_array(output):
    return output if isinstance(output, list) else np.asarray(output)


# For exercises whose checks use the same numbers for everybody.


def _floats(rng, count, number=5, scale=2.0):
    for _ in range(number):
        yield tuple(float(x) for x in numbers(rng, count, scale=scale) + 0.005)


def _between(rng, low, high):
    return round(float(rng.uniform(low, high)), 3)


def _told(rows):
    return [Case(f"another input, number {i}", row) for i, row in enumerate(rows, start=1)]


def _sigmoid_chain(rng):
    for x, y, *weights in _floats(rng, 5, scale=1.0):
        yield (x, abs(y) % 1, *weights)


def _distances(rng):
    for steps in (2, 3, 5, 8):
        yield (
            _between(rng, 0.5, 3),
            _between(rng, 0.5, 4),
            _between(rng, 0.1, 0.6),
            steps,
        )


def _cosines(rng):
    for share in (0.2, 0.45, 0.7, 0.9, 1.0, 1.4):
        total = int(rng.integers(40, 200))
        yield (round(share * total), total, _between(rng, 0.2, 1), _between(rng, 0.01, 0.1))


def _warm_ups(rng):
    for share in (0.0, 0.3, 0.6, 1.0, 3.0):
        steps = int(rng.integers(5, 40))
        yield (round(share * steps), steps, _between(rng, 0.05, 1))


def _finders(rng):
    for count, diverged in ((12, 0), (20, 3), (31, 5), (9, 1)):
        rates = np.logspace(-5, rng.uniform(0, 1), count)
        lowest = int(rng.integers(count // 3, count - diverged - 2))
        losses = 0.5 + 0.1 * np.abs(np.arange(count) - lowest) + 0.01 * rng.random(count)
        losses[count - diverged :] = np.nan
        yield (rates, losses)


def _epochs(rng):
    for batch in (7, 32, 100, 250):
        yield (int(rng.integers(batch + 1, 20 * batch)), batch)
    yield (3 * int(rng.integers(5, 50)), 3)


def _batch_means(rng):
    for count in (2, 3, 4, 6):
        sizes = rng.integers(1, 65, size=count)
        yield ((0.1 + rng.random(count)).round(2), sizes)


def _widths(rng):
    for _ in range(5):
        yield tuple(int(width) for width in rng.integers(2, 900, size=2))


def _layers(rng):
    for bad in (0, 1, 3, None):
        arrays = [numbers(rng, *rng.integers(1, 4, size=2)) for _ in range(4)]
        for layer in range(4 if bad is None else bad, 4):
            arrays[layer].flat[rng.integers(arrays[layer].size)] = rng.choice(
                [np.nan, np.inf, -np.inf]
            )
        yield (arrays,)


def _validation_losses(rng):
    for epochs, patience in ((9, 2), (12, 3), (10, 1), (14, 4), (7, 9)):
        trend = np.abs(np.linspace(-0.6, 0.4, epochs)) + 0.3
        yield ((trend + 0.25 * rng.random(epochs)).round(2), patience)


def _answers(rng):
    for n in (40, 125, 600, 3000):
        yield (int(rng.integers(n // 4, n)), n)


FRESH = {
    "multiply_add_backward": lambda rng: _told(_floats(rng, 4)),
    "branches_backward": lambda rng: _told(_floats(rng, 3)),
    "first_weight_gradient": lambda rng: _told(_sigmoid_chain(rng)),
    "distance_after": lambda rng: _told(_distances(rng)),
    "cosine_rate": lambda rng: _told(_cosines(rng)),
    "warmup_rate": lambda rng: _told(_warm_ups(rng)),
    "find_learning_rate": lambda rng: _told(_finders(rng)),
    "iterations_per_epoch": lambda rng: _told(_epochs(rng)),
    "mean_of_batches": lambda rng: _told(_batch_means(rng)),
    "xavier_std": lambda rng: _told(_widths(rng)),
    "first_not_finite": lambda rng: _told(_layers(rng)),
    "early_stopping": lambda rng: _told(_validation_losses(rng)),
    "accuracy_with_error": lambda rng: _told(_answers(rng)),
}
"""For an exercise whose cases ignore the generator: new inputs, from one."""
