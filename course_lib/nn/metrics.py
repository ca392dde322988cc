"""How good a classifier is, in numbers people understand."""

import numpy as np
from numpy.typing import ArrayLike

from .checks import batch_of_rows, positive_integer, real_array, rectangular

__all__ = ["accuracy", "confusion_matrix"]


def accuracy(logits: ArrayLike, labels: ArrayLike) -> float:
    """The fraction of examples whose largest logit is that of the right class.

    With a single column, positive logits mean class 1.

    Parameters
    ----------
    logits : array_like, shape (batch, classes)
        Probabilities do as well, except with a single column.
    labels : array_like, shape (batch,) or (batch, 1)
        Class numbers, 0 … classes − 1; 0 or 1 for a single column.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If the shapes do not fit, the batch is empty, a label is no class number, or a value is
        NaN or infinite.
    TypeError
        If an argument is not an array of real numbers.
    """
    logits = batch_of_rows("logits", logits, needed_by="accuracy")
    labels = real_array("labels", labels)
    if labels.shape == (len(logits), 1):
        labels = labels[:, 0]
    if labels.shape != (len(logits),):
        hint = " One-hot rows: labels.argmax(axis=1)." if labels.shape == logits.shape else ""
        raise ValueError(
            f"labels has shape {labels.shape}, but logits of shape {logits.shape} need labels of "
            f"shape ({len(logits)},).{hint}"
        )
    classes = max(logits.shape[1], 2)
    wrong = (labels < 0) | (labels >= classes) | (labels % 1 != 0)
    if wrong.any():
        raise ValueError(
            f"labels has shape {labels.shape} and must hold class numbers from 0 to {classes - 1} "
            f"(logits has shape {logits.shape}), but it holds {labels[wrong][0]:g}."
        )
    predicted = logits.argmax(axis=1) if logits.shape[1] > 1 else logits[:, 0] > 0
    return float(np.mean(predicted == labels))


def confusion_matrix(
    predicted: ArrayLike, labels: ArrayLike, classes: int | None = None
) -> np.ndarray:
    """How often class i (row) was taken for class j (column).

    Parameters
    ----------
    predicted, labels : array_like of int, shape (n,)
        Class numbers from 0.
    classes : int or None
        Number of classes; None for the largest number seen, plus one.

    Returns
    -------
    ndarray of int, shape (classes, classes)

    Raises
    ------
    ValueError
        If the shapes differ, or a class number is out of range.
    TypeError
        If class numbers are not integers.
    """
    predicted = _class_numbers("predicted", predicted)
    labels = _class_numbers("labels", labels)
    if predicted.shape != labels.shape or labels.ndim != 1:
        raise ValueError(
            f"predicted has shape {predicted.shape} and labels {labels.shape}; both need (n,)."
        )
    numbers = np.concatenate([predicted, labels])
    if classes is None:
        classes = int(numbers.max(initial=0)) + 1
    classes = positive_integer("classes", classes)
    if numbers.size and (numbers.min() < 0 or numbers.max() >= classes):
        raise ValueError(
            f"class numbers must be from 0 to {classes - 1}, but they go from {numbers.min()} to "
            f"{numbers.max()}."
        )
    cells = labels * classes + predicted
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def _class_numbers(name, values):
    values = rectangular(name, values)
    if values.size and values.dtype.kind not in "iu":
        raise TypeError(
            f"{name} of shape {values.shape} must be class numbers of an integer type, not "
            f"{values.dtype}."
        )
    return values.astype(np.int64)
