"""What several exercises share: inputs of different shapes and types, and the oldest slips."""

import numpy as np

from ..exercise import Case, Slip

__all__ = [
    "batch_cases",
    "float32",
    "numbers",
    "one_hot",
    "scaled",
    "sign_flipped",
    "whole_numbers",
]


def numbers(rng, *shape, scale=1.0):
    """Normal numbers with two decimals, so that a message shows an input as it is."""
    return (scale * rng.normal(size=shape)).round(2)


def one_hot(rng, n, classes):
    """Random labels as rows with a single one, shape (n, classes)."""
    return np.eye(classes)[rng.integers(classes, size=n)]


def float32(label, args):
    """A case with its floating-point arrays, also those in lists, in float32."""
    return Case(f"{label} in float32", _each_array(args, lambda a: a.astype(np.float32)))


def whole_numbers(label, args):
    """Two cases with rounded arrays: as floats, and of an integer type."""
    rounded = _each_array(args, _rounded)
    return (
        Case(f"{label} of whole numbers", rounded),
        Case("the same as integers", _each_array(rounded, lambda a: a.astype(int)), "integer"),
    )


def batch_cases(rng, make, *, integers=True):
    """Cases for functions of (batch, features): wide, square, one example, one number, types.

    Parameters
    ----------
    rng : numpy.random.Generator
    make : callable (rng, batch, features) → args
    integers : bool
        Whether whole numbers make sense as inputs.

    Returns
    -------
    list of Case
    """
    cases = [
        Case("a batch of 4 with 3 columns", make(rng, 4, 3)),
        Case("a batch of 2 with 5 columns", make(rng, 2, 5)),
        Case("a square batch, 3 by 3", make(rng, 3, 3)),
        Case("one example", make(rng, 1, 4)),
        Case("one column", make(rng, 6, 1)),
        float32("a batch of 5", make(rng, 5, 2)),
    ]
    if integers:
        cases.extend(whole_numbers("a batch of 4", make(rng, 4, 2)))
    return cases


def scaled(factor):
    """An `after` that multiplies every output by a number, or by a function of the arguments."""

    def after(outputs, *args):
        by = factor(*args) if callable(factor) else factor
        return tuple(by * output for output in outputs)

    return after


def sign_flipped(message):
    """The most frequent slip of all."""
    return Slip("sign flipped", message, after=scaled(-1))


def _each_array(value, change):
    """Change every floating-point array in arguments, however nested."""
    if isinstance(value, tuple | list):
        return type(value)(_each_array(part, change) for part in value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return change(value)
    return value


def _rounded(array):
    """Whole numbers from an array; labels of 0 and 1 are whole already and stay."""
    return array if np.array_equal(array, np.rint(array)) else np.rint(2 * array)
