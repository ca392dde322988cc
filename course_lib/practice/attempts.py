"""Tell an exercise that was not yet begun, or not called the right way, from an attempt."""

import dis
import inspect

import numpy as np

from .exercise import GAP
from .source_lines import Source, code_of

__all__ = ["is_untouched", "wrong_call"]

EMPTY_BODY = {"RESUME", "NOP", "COPY_FREE_VARS", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}


def is_untouched(function, exercise):
    """Whether a function is still the stub: `...`, `pass`, or a gap that is not filled."""
    code = code_of(function)
    if code is None:
        return False
    if GAP in code.co_names or GAP in code.co_freevars:
        return True
    if Source(function).is_same_code_as(exercise.stub):
        return True
    does_nothing = {step.opname for step in dis.get_instructions(code)} <= EMPTY_BODY
    returned = [
        step.argval
        for step in dis.get_instructions(code)
        if step.opname in ("LOAD_CONST", "RETURN_CONST")
    ]
    return does_nothing and all(value is None or value is Ellipsis for value in returned)


def wrong_call(function, exercise):
    """Why `function` cannot be called as the exercise does; None if it can.

    Returns
    -------
    (title, message) or None
    """
    if not callable(function):
        hint = (
            f"it got the result of calling it. Leave out the parentheses: "
            f'check("{exercise.id}", {exercise.id}).'
            if function is None
            or isinstance(function, np.ndarray | np.number | int | float | tuple)
            else f"it got a {type(function).__name__}."
        )
        return "not a function", f"The check needs your function itself, but {hint}"
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    wanted = exercise.parameters
    try:
        signature.bind(*wanted)
    except TypeError:
        yours = [str(parameter) for parameter in signature.parameters.values()]
        return "another number of arguments", (
            f"The check calls {exercise.id} with {len(wanted)} argument"
            f"{'' if len(wanted) == 1 else 's'}, ({', '.join(wanted)}), but yours takes "
            f"({', '.join(yours)})."
        )
    return None
