"""Read what a function returned, and compare it with what is right."""

import numpy as np

__all__ = ["Unreadable", "agree", "different_entries", "read", "tolerance", "unread"]


class Unreadable(Exception):
    """What was returned is not what the exercise asks for; the message is for the learner."""

    def __init__(self, title, message):
        super().__init__(message)
        self.title = title
        self.message = message


def read(value, exercise, like):
    """What a learner returned, as a tuple with an array (or list of arrays) for each output.

    Parameters
    ----------
    value : object
    exercise : Exercise
    like : tuple
        The right outputs: where they hold a list of arrays, a list is asked for.

    Raises
    ------
    Unreadable
    """
    names = exercise.outputs
    if value is None:
        raise Unreadable(
            "it returns None",
            f"{exercise.id} computes something but gives nothing back. In Python the result "
            f"leaves a function only through `return`; printing it is not enough.",
        )
    if len(names) == 1:
        if isinstance(value, tuple) and not isinstance(like[0], list):
            _require_single(value, exercise, like[0])
        return (_read_output(value, names[0], like[0]),)
    wanted = f"{len(names)} things, ({', '.join(names)})"
    if isinstance(value, np.ndarray) and value.ndim and value.shape[0] == len(names):
        same = {np.shape(part) for part in like}
        if len(same) == 1:
            value = list(value)
    if not isinstance(value, tuple | list):
        raise Unreadable(
            "one result where several are needed",
            f"{exercise.id} should return {wanted}, but it returns {_kind(value)}. "
            f"Separate the results by commas after `return`.",
        )
    if len(value) != len(names):
        raise Unreadable(
            "another number of results",
            f"{exercise.id} should return {wanted}, but it returns {len(value)}.",
        )
    return tuple(
        _read_output(part, name, right)
        for part, name, right in zip(value, names, like, strict=True)
    )


def unread(value, count):
    """The right outputs, or those of a slip, as a tuple of arrays or lists of arrays."""
    parts = value if count > 1 else (value,)
    return tuple(
        [np.asarray(item) for item in part] if isinstance(part, list) else np.asarray(part)
        for part in parts
    )


def _require_single(value, exercise, like):
    """A tuple where one array is needed: fine if it is that array's rows, as a list would be."""
    if np.ndim(like) and len(value) == len(like) and all(np.ndim(part) == 0 for part in value):
        return
    if len(value) == 1:
        raise Unreadable(
            "a comma too many",
            f"{exercise.id} returns a tuple with one thing in it. A comma at the end of the "
            f"`return` line makes a tuple; leave it out.",
        )
    right = [i for i, part in enumerate(value, start=1) if _is(part, like)]
    hint = f" Number {right[0]} of them is right: return it alone." if right else ""
    raise Unreadable(
        "another number of results",
        f"{exercise.id} should return only {exercise.outputs[0]}, but it returns "
        f"{len(value)} things.{hint}",
    )


def _is(value, right):
    """Whether one of several results is the one that is asked for."""
    try:
        return agree(_read_array(value, ""), right)
    except Unreadable:
        return False


def _read_output(value, name, like):
    if isinstance(like, list):
        if isinstance(value, np.ndarray) and value.ndim:
            value = list(value)
        if not isinstance(value, list | tuple):
            raise Unreadable(
                f"{name} is not a list",
                f"{name} should be a list of {len(like)} arrays, but it is {_kind(value)}.",
            )
        return [_read_array(item, f"{name}[{i}]") for i, item in enumerate(value)]
    return _read_array(value, name)


def _read_array(value, name):
    try:
        array = np.asarray(value)
    except Exception:
        array = np.asarray(None)
    if array.dtype.kind == "O" and isinstance(value, list | tuple):
        raise Unreadable(
            f"{name} is not an array of numbers",
            f"{name} is a {type(value).__name__} that does not form an array: its parts differ "
            f"in length or are no numbers.",
        )
    if array.dtype.kind not in "fiub":
        raise Unreadable(
            f"{name} is not an array of numbers",
            f"{name} should hold numbers, but it is {_kind(value)}.",
        )
    return array


def _kind(value):
    """What a value is, in words, without anything that changes from run to run."""
    if value is None:
        return "None"
    if value is Ellipsis:
        return "`...`"
    if isinstance(value, np.ndarray):
        return f"one array of shape {value.shape}, dtype {value.dtype}"
    if isinstance(value, bool | int | float | complex | np.number):
        return f"the number {value}"
    name = type(value).__name__
    hint = {
        "function": "; call it with parentheses",
        "builtin_function_or_method": "; call it with parentheses",
        "method": "; call it with parentheses",
        "generator": "; it was made by `yield` or by parentheses around a loop",
        "coroutine": "; `async` is not needed here",
    }.get(name, "")
    article = "an" if name[0].lower() in "aeiou" else "a"
    return f"{article} {name}{hint}"


def tolerance(*arrays):
    """How far apart, relative to the largest entry, two equal results may be.

    The loosest of the dtypes involved decides: another order of summation must not matter.
    """
    coarsest = min(
        (np.finfo(a.dtype).bits for a in arrays if a.dtype.kind == "f"),
        default=64,
    )
    return {16: 2e-2, 32: 2e-4}.get(coarsest, 1e-6)


def agree(got, right, coarse=()):
    """Whether two outputs have equal shapes and, within rounding, equal numbers.

    NaN and infinity agree with themselves, so that a slip can be recognised by them.

    Parameters
    ----------
    got, right : ndarray or list of ndarray
    coarse : sequence of ndarray
        Inputs, whose dtype limits how exact the result can be.
    """
    if isinstance(right, list):
        return (
            isinstance(got, list)
            and len(got) == len(right)
            and all(agree(g, r, coarse) for g, r in zip(got, right, strict=True))
        )
    if isinstance(got, list) or got.shape != right.shape:
        return False
    return not different_entries(got, right, coarse).any()


def different_entries(got, right, coarse=()):
    """Where two arrays of equal shape differ by more than rounding: an array of bool."""
    limit = tolerance(got, *coarse)
    got, right = got.astype(np.float64), right.astype(np.float64)
    sizes = np.abs(right[np.isfinite(right)])
    scale = max(sizes.max(initial=0.0), 1e-3)
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(got - right) <= limit * (scale + np.abs(right))
    same = (got == right) | (np.isnan(got) & np.isnan(right))
    return ~(same | (close & np.isfinite(right) & np.isfinite(got)))
