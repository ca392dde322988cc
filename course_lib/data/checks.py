"""Argument checks shared by the loaders, and the error for files that cannot be used."""

import operator

import numpy as np


class DataError(Exception):
    """A data file is missing, damaged or not what it should be; the message says what to do."""


def whole_number(name, value, low, high=None):
    """`value` as an int from `low` to `high`."""
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {value!r}.") from None
    if number < low or (high is not None and number > high):
        wanted = f"at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name} must be {wanted}, not {number}.")
    return number


def real_number(name, value, low=-np.inf, high=np.inf):
    """`value` as a finite float from `low` to `high`."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, not {value!r}.") from None
    if not (np.isfinite(number) and low <= number <= high):
        raise ValueError(f"{name} must be a finite number in [{low:g}, {high:g}], not {number:g}.")
    return number


def image_dtype(dtype):
    """`dtype` as a numpy dtype that images can have."""
    dtype = np.dtype(dtype)
    if dtype not in (np.dtype(np.uint8), np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(f"dtype must be uint8, float32 or float64, not {dtype}.")
    return dtype
