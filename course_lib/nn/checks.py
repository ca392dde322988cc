"""Argument checks: every error names the argument, what it had, and what it needs."""

import math
import operator

import numpy as np


class NonFiniteError(ValueError):
    """An array holds NaN or infinity; the message says which array and where."""


def all_finite(array):
    """True if `array` holds neither NaN nor infinity.

    The sum of squares is finite only if every element is; it costs one BLAS call.
    It may overflow on finite numbers, so only then each element is looked at.
    """
    flat = array.ravel(order="K")
    return math.isfinite(np.vdot(flat, flat)) or bool(np.isfinite(flat).all())


def require_finite(name, array):
    """Raise `NonFiniteError` naming the first NaN or infinite entry of `array`."""
    if not all_finite(array):
        bad = ~np.isfinite(array)
        where = [int(i) for i in np.argwhere(bad)[0]]
        value = array[tuple(where)]
        raise NonFiniteError(
            f"{name} has shape {array.shape} and must hold finite numbers, but "
            f"{np.count_nonzero(bad)} of {array.size} are not: the first is {value} at {where}."
        )


def real_array(name, value, dtype=None):
    """`value` as an array of real floating-point numbers, copied only if it must be.

    Integers and booleans become float64 (or `dtype`); float16 becomes float32, because
    sums of squares overflow in it.

    Raises
    ------
    TypeError
        If `value` is not a rectangular array of real numbers.
    NonFiniteError
        If it holds NaN or infinity.
    """
    array = rectangular(name, value)
    if array.dtype.kind not in "fiub":
        held = "None" if value is None else f"values of type {array.dtype}"
        raise TypeError(f"{name} must be an array of real numbers, not {held}.")
    if dtype is None:
        if array.dtype.kind != "f":
            dtype = np.float64
        elif array.dtype == np.float16:
            dtype = np.float32
        else:
            dtype = array.dtype
    if array.dtype != dtype:
        with np.errstate(over="ignore"):
            converted = array.astype(dtype)
        if not all_finite(converted) and all_finite(array):
            raise NonFiniteError(
                f"{name} has shape {array.shape} and must fit into {np.dtype(dtype)}, but it holds "
                f"{array[~np.isfinite(converted)][0]:g}."
            )
        array = converted
    require_finite(name, array)
    return array


def rectangular(name, value):
    """`value` as an array of any type; a list of rows of different lengths is refused."""
    try:
        return np.asarray(value)
    except ValueError as error:
        raise TypeError(
            f"{name} must be a rectangular array; its rows differ in length ({error})."
        ) from None


def copy_into(target, values, name):
    """Write `values` into an array, once it is certain that they are numbers of its shape."""
    values = rectangular(name, values)
    if values.dtype.kind not in "fiub":
        raise TypeError(f"{name} must be real numbers, not values of type {values.dtype}.")
    if values.shape != target.shape:
        raise ValueError(
            f"{name} has shape {target.shape}; an array of shape {values.shape} cannot replace it."
        )
    target[...] = values


def writable_floats(name, array):
    """Raise unless `array` is a floating-point array that can be changed in place."""
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        held = getattr(array, "dtype", type(array).__name__)
        raise TypeError(f"{name} must be a floating-point array, not {held}.")
    if not array.flags.writeable:
        raise ValueError(
            f"{name} has shape {array.shape} and is changed in place, but the array is read-only; "
            f"pass a copy."
        )


def batch_of_rows(name, value, columns=None, dtype=None, needed_by="this function"):
    """`value` as a finite array of shape (batch, columns) with at least one row and column."""
    array = real_array(name, value, dtype)
    if array.ndim != 2 or (columns is not None and array.shape[1] != columns):
        wanted = f"(batch, {'features' if columns is None else columns})"
        hint = ""
        if array.ndim == 1 and columns in (None, array.size):
            hint = f" A single example is a batch of one: {name}[None, :]."
        elif array.ndim > 2:
            hint = f" Flatten each example: {name}.reshape(len({name}), -1)."
        raise ValueError(f"{name} has shape {array.shape}, but {needed_by} needs {wanted}.{hint}")
    if array.size == 0:
        lacking = "the batch is empty" if array.shape[0] == 0 else "there are no columns"
        raise ValueError(
            f"{name} has shape {array.shape}: {lacking}, but {needed_by} needs at least one "
            f"{'example' if array.shape[0] == 0 else 'column'}."
        )
    return array


def same_shape(name, array, other_name, other):
    """Raise ValueError unless the two arrays have equal shapes (nothing is broadcast)."""
    if array.shape != other.shape:
        hint = ""
        if array.size == other.size:
            hint = f" Write {name}.reshape({other_name}.shape) if the order of the values agrees."
        raise ValueError(
            f"{name} has shape {array.shape}, but it needs the shape of {other_name}, "
            f"{other.shape}.{hint}"
        )


def loss_and_gradient(loss, output, y):
    """What a loss function returns, as a float and an array."""
    result = loss(output, y)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise TypeError(
            f"loss must return two things, the loss and its gradient, but it returned {result!r}."
        )
    return one_number("the loss", result[0]), np.asarray(result[1])


def one_number(name, value):
    """`value` as a float; an array of no dimensions counts as a number."""
    if not isinstance(value, float) and np.ndim(value):
        raise TypeError(
            f"{name} must be one number, but it is an array of shape {np.shape(value)}."
        )
    return float(value)


def positive_integer(name, value):
    """`value` as an int of at least 1."""
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number (an int), not {value!r}.") from None
    if number < 1:
        raise ValueError(f"{name} must be at least 1, not {number}.")
    return number


def number_in(name, value, low, high, *, low_open=False, high_open=False):
    """`value` as a float within an interval, e.g. [0, 1)."""
    interval = f"{'(' if low_open else '['}{low:g}, {high:g}{')' if high_open else ']'}"
    try:
        # float() alone would also take "0.1", True and, in older versions of NumPy, [0.1].
        if isinstance(value, str | bytes | bool | np.bool_) or np.ndim(value):
            raise TypeError
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number in {interval}, not {value!r}.") from None
    above = number > low if low_open else number >= low
    below = number < high if high_open else number <= high
    if not (above and below):
        raise ValueError(f"{name} must be in {interval}, not {number:g}.")
    return number


def positive(name, value):
    """`value` as a finite float above zero."""
    return number_in(name, value, 0, math.inf, low_open=True, high_open=True)


def non_negative(name, value):
    """`value` as a finite float of zero or more."""
    return number_in(name, value, 0, math.inf, high_open=True)
