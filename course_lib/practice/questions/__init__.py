"""The catalogue of quiz questions and predictions: one module for each lesson."""

import difflib

from ..lessons import EXTRAS, LESSONS
from . import (
    backpropagation,
    chain_rule,
    exploding_gradients,
    gradient_descent,
    learning_rates,
    loss_functions,
    mini_batches,
    overfitting,
    review,
    start_here,
    train_mnist,
    vanishing_gradients,
)

__all__ = ["all_questions", "prediction", "predictions", "quiz_questions"]

MODULES = {
    "start_here": start_here,
    "loss_functions": loss_functions,
    "chain_rule": chain_rule,
    "backpropagation": backpropagation,
    "gradient_descent": gradient_descent,
    "learning_rates": learning_rates,
    "mini_batches": mini_batches,
    "vanishing_gradients": vanishing_gradients,
    "exploding_gradients": exploding_gradients,
    "overfitting": overfitting,
    "train_mnist": train_mnist,
    "review": review,
}
PREDICTIONS = {item.id: item for module in MODULES.values() for item in module.PREDICTIONS}


def quiz_questions(name):
    """The questions of a lesson's quiz, by the lesson's name; empty if it has none.

    Returns
    -------
    tuple of Question
    """
    return MODULES[name].QUIZ if name in MODULES else ()


def all_questions():
    """All questions, in the order of the course.

    Returns
    -------
    tuple of Question
    """
    every = (*LESSONS, *EXTRAS)
    return tuple(question for item in every for question in quiz_questions(item.name))


def predictions(lesson=None):
    """All predictions in the order of the course, or those of one lesson by its number.

    Returns
    -------
    tuple of Prediction
    """
    return tuple(item for item in PREDICTIONS.values() if lesson in (None, item.lesson))


def prediction(name):
    """The prediction with this id.

    Raises
    ------
    ValueError
        If there is none; the message names those that are spelt alike.
    """
    if name in PREDICTIONS:
        return PREDICTIONS[name]
    close = difflib.get_close_matches(str(name), PREDICTIONS, n=3)
    hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
    raise ValueError(f"There is no prediction {name!r}.{hint}")
