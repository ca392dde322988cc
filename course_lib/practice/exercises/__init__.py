"""The catalogue of exercises: one module for each lesson.

To add one, write the right answer as a function that uses only `np`, and an `Exercise` about it in
the module of its lesson. The tests run over the whole catalogue: they hold that the slips can be
told apart on the inputs, that each is named, and that other wrong code is not.
"""

import difflib

from . import (
    backpropagation,
    chain_rule,
    exploding_gradients,
    gradient_descent,
    learning_rates,
    loss_functions,
    mini_batches,
    overfitting,
    start_here,
    train_mnist,
    vanishing_gradients,
)

__all__ = ["exercise", "exercises"]

LESSONS = (
    start_here,
    loss_functions,
    chain_rule,
    backpropagation,
    gradient_descent,
    learning_rates,
    mini_batches,
    vanishing_gradients,
    exploding_gradients,
    overfitting,
    train_mnist,
)
CATALOGUE = {item.id: item for lesson in LESSONS for item in lesson.EXERCISES}


def exercises(lesson=None):
    """All exercises in the order of the course, or those of one lesson.

    Parameters
    ----------
    lesson : int, optional

    Returns
    -------
    tuple of Exercise
    """
    return tuple(item for item in CATALOGUE.values() if lesson in (None, item.lesson))


def exercise(name):
    """The exercise with the id `name`.

    Raises
    ------
    ValueError
        If there is none; the message names those that are spelt alike.
    """
    if name in CATALOGUE:
        return CATALOGUE[name]
    close = difflib.get_close_matches(str(name), CATALOGUE, n=3)
    hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
    raise ValueError(f"There is no exercise {name!r}.{hint}")
