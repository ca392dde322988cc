"""How good a classifier is, in numbers people understand."""

import numpy as np

from .checks import batch_of_rows, positive_integer

__all__ = ["accuracy", "confusion_matrix"]


def accuracy(logits, labels):
    """The fraction of examples whose largest logit is that of the right class.

    With a single column, positive logits mean class 1.

    Parameters
    ----------
    logits : array_like, shape (batch, classes)
        Probabilities do as well, except with a single column.
    labels : array_like of int, shape (batch,)

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If the shapes do not fit or the batch is empty.
    """
    logits = batch_of_rows("logits", logits, needed_by="accuracy")
    labels = np.asarray(labels)
    if labels.shape == (len(logits), 1):
        labels = labels[:, 0]
    if labels.shape != (len(logits),):
        raise ValueError(
            f"labels has shape {labels.shape}, but logits of shape {logits.shape} need labels of "
            f"shape ({len(logits)},)."
        )
    predicted = logits.argmax(axis=1) if logits.shape[1] > 1 else logits[:, 0] > 0
    return float(np.mean(predicted == labels))


def confusion_matrix(predicted, labels, classes=None):
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
    """
    predicted, labels = np.asarray(predicted), np.asarray(labels)
    if predicted.shape != labels.shape or labels.ndim != 1:
        raise ValueError(
            f"predicted has shape {predicted.shape} and labels {labels.shape}; both need (n,)."
        )
    numbers = np.concatenate([predicted, labels])
    if numbers.size and numbers.dtype.kind not in "iu":
        raise TypeError(f"predicted and labels must be class numbers, not {numbers.dtype}.")
    if classes is None:
        classes = int(numbers.max(initial=0)) + 1
    classes = positive_integer("classes", classes)
    if numbers.size and (numbers.min() < 0 or numbers.max() >= classes):
        raise ValueError(
            f"class numbers must be from 0 to {classes - 1}, but they go from {numbers.min()} to "
            f"{numbers.max()}."
        )
    cells = labels.astype(np.int64) * classes + predicted.astype(np.int64)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)
