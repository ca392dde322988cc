"""Loss functions: each returns the loss and its gradient with respect to its first argument.

The loss is the mean over the batch, and so is its gradient: a batch of 32 and a batch of
256 give gradients of the same size. Classification losses take *logits* (the scores before
sigmoid or softmax), because the combined formula stays finite where the logarithm of a
rounded probability would not.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .activations import _sigmoid
from .checks import batch_of_rows, positive, real_array, rectangular, same_shape

__all__ = ["binary_cross_entropy", "hinge", "huber", "mae", "mse", "softmax_cross_entropy"]

Loss = Callable[[np.ndarray, ArrayLike], tuple[float, np.ndarray]]


def mse(predictions: ArrayLike, targets: ArrayLike) -> tuple[float, np.ndarray]:
    """Mean squared error.

    L = (1/n) Σ (pᵢ − tᵢ)²,  ∂L/∂pᵢ = (2/n) (pᵢ − tᵢ)

    n counts all elements, batch × outputs. There is no factor ½.

    Parameters
    ----------
    predictions : array_like, shape (batch,) or (batch, outputs)
        In the unit of the targets.
    targets : array_like, shape of `predictions`

    Returns
    -------
    loss : float
        In the squared unit of the targets.
    gradient : ndarray, shape of `predictions`

    Raises
    ------
    ValueError
        If the shapes differ (nothing is broadcast), the batch is empty, or a value is NaN or
        infinite.
    TypeError
        If an argument is not an array of real numbers.

    Examples
    --------
    >>> loss, gradient = mse([1.0, 2.0], [1.0, 4.0])
    >>> loss, gradient.tolist()
    (2.0, [0.0, -2.0])
    """
    predictions, targets = _paired("predictions", predictions, "targets", targets)
    errors = predictions - targets
    # The loss is summed in float64: squares of float32 numbers above 10¹⁹ overflow in float32.
    loss = float(np.mean(np.square(errors, dtype=np.float64)))
    return loss, (2 / errors.size) * errors


def mae(predictions: ArrayLike, targets: ArrayLike) -> tuple[float, np.ndarray]:
    """Mean absolute error.

    L = (1/n) Σ |pᵢ − tᵢ|,  ∂L/∂pᵢ = (1/n) sign(pᵢ − tᵢ)  (0 where they are equal)

    Parameters
    ----------
    predictions : array_like, shape (batch,) or (batch, outputs)
    targets : array_like, shape of `predictions`

    Returns
    -------
    loss : float
        In the unit of the targets.
    gradient : ndarray, shape of `predictions`

    Raises
    ------
    ValueError, TypeError
        As for `mse`.
    """
    predictions, targets = _paired("predictions", predictions, "targets", targets)
    errors = predictions - targets
    loss = float(np.mean(np.abs(errors), dtype=np.float64))
    return loss, np.sign(errors) / errors.dtype.type(errors.size)


def huber(
    predictions: ArrayLike, targets: ArrayLike, delta: float = 1.0
) -> tuple[float, np.ndarray]:
    """Huber loss: squared for small errors, absolute for large ones.

    L = (1/n) Σ h(eᵢ),  h(e) = ½ e² for |e| ≤ δ, else δ (|e| − ½ δ)
    ∂L/∂pᵢ = (1/n) clip(eᵢ, −δ, δ),  eᵢ = pᵢ − tᵢ

    Parameters
    ----------
    predictions : array_like, shape (batch,) or (batch, outputs)
    targets : array_like, shape of `predictions`
    delta : float
        Where the parabola becomes a line; above 0, in the unit of the targets.

    Returns
    -------
    loss : float
    gradient : ndarray, shape of `predictions`

    Raises
    ------
    ValueError, TypeError
        As for `mse`; ValueError also if `delta` is not above 0.

    References
    ----------
    P. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics
    35, 1964.
    """
    delta = positive("delta", delta)
    predictions, targets = _paired("predictions", predictions, "targets", targets)
    errors = predictions - targets
    clipped = np.clip(errors, -delta, delta)
    # clipped · (e − ½ clipped) is ½ e² inside and δ (|e| − ½ δ) outside.
    losses = np.multiply(clipped, errors - 0.5 * clipped, dtype=np.float64)
    return float(np.mean(losses)), clipped / clipped.dtype.type(errors.size)


def hinge(scores: ArrayLike, labels: ArrayLike) -> tuple[float, np.ndarray]:
    """Hinge loss for two classes, the loss of support vector machines.

    L = (1/n) Σ max(0, 1 − yᵢ sᵢ),  ∂L/∂sᵢ = −yᵢ/n where yᵢ sᵢ < 1, else 0

    Parameters
    ----------
    scores : array_like, shape (batch,) or (batch, outputs)
        Positive for class +1, negative for class −1.
    labels : array_like, shape of `scores`
        −1 or +1 (not 0 or 1).

    Returns
    -------
    loss : float
    gradient : ndarray, shape of `scores`

    Raises
    ------
    ValueError
        If a label is neither −1 nor +1, or as for `mse`.
    TypeError
        As for `mse`.
    """
    scores, labels = _paired("scores", scores, "labels", labels)
    wrong = np.abs(labels) != 1
    if wrong.any():
        hint = " Labels of 0 and 1 become −1 and +1 by 2 * labels - 1."
        raise ValueError(
            f"labels has shape {labels.shape} and must hold only −1 and +1, but it holds "
            f"{labels[wrong].flat[0]:g}.{hint if np.isin(labels, (0, 1)).all() else ''}"
        )
    margins = 1 - labels * scores
    loss = float(np.mean(np.maximum(margins, 0), dtype=np.float64))
    return loss, np.where(margins > 0, -labels, 0) / scores.dtype.type(scores.size)


def binary_cross_entropy(logits: ArrayLike, labels: ArrayLike) -> tuple[float, np.ndarray]:
    """Cross-entropy for yes-or-no questions, from logits.

    L = −(1/n) Σ [yᵢ log σ(zᵢ) + (1 − yᵢ) log(1 − σ(zᵢ))]
      = (1/n) Σ [max(zᵢ, 0) − zᵢ yᵢ + log(1 + e^(−|zᵢ|))]
    ∂L/∂zᵢ = (1/n) (σ(zᵢ) − yᵢ)

    The second form is the first, rearranged so that no exponential can overflow and no
    logarithm meets a zero.

    Parameters
    ----------
    logits : array_like, shape (batch,) or (batch, outputs)
        Scores before the sigmoid. Any finite number, also ±10 000.
    labels : array_like, shape of `logits`
        0 or 1, or a probability in between.

    Returns
    -------
    loss : float
        In nats.
    gradient : ndarray, shape of `logits`

    Raises
    ------
    ValueError
        If a label lies outside [0, 1], or as for `mse`.
    TypeError
        As for `mse`.
    """
    logits, labels = _paired("logits", logits, "labels", labels)
    _require_probabilities(labels)
    losses = np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))
    loss = float(np.mean(losses, dtype=np.float64))
    return loss, (_sigmoid(logits) - labels) / logits.dtype.type(logits.size)


def softmax_cross_entropy(logits: ArrayLike, labels: ArrayLike) -> tuple[float, np.ndarray]:
    """Cross-entropy between the labels and the softmax of the logits.

    L = −(1/n) Σᵢ Σⱼ yᵢⱼ log softmax(zᵢ)ⱼ,  log softmax(z)ⱼ = zⱼ − log Σₖ e^(zₖ)
    ∂L/∂zᵢⱼ = (1/n) (softmax(zᵢ)ⱼ − yᵢⱼ)

    Parameters
    ----------
    logits : array_like, shape (batch, classes)
        Scores before the softmax. Any finite number, also ±10 000.
    labels : array_like, shape (batch,) or (batch, classes)
        The number of the right class, 0 … classes − 1; or a row of probabilities that sum
        to one (one-hot rows are a special case).

    Returns
    -------
    loss : float
        In nats; log(classes) for a network that knows nothing.
    gradient : ndarray, shape (batch, classes)

    Raises
    ------
    ValueError
        If `logits` is not (batch, classes), the batch is empty, the shapes do not fit, a class
        number is out of range, a row is not a probability distribution, or a value is NaN or
        infinite.
    TypeError
        If class numbers are not integers, or an argument is not an array of real numbers.

    Examples
    --------
    >>> loss, gradient = softmax_cross_entropy([[0.0, 0.0]], [1])
    >>> round(loss, 4), gradient.tolist()
    (0.6931, [[0.5, -0.5]])
    """
    logits = batch_of_rows("logits", logits, needed_by="softmax_cross_entropy")
    n, classes = logits.shape
    labels = rectangular("labels", labels)
    rows = np.arange(n)
    largest = logits[rows, logits.argmax(axis=1)]  # three times as fast as max(axis=1)
    shifted = logits - largest[:, None]
    gradient = np.exp(shifted)
    totals = gradient.sum(axis=1, keepdims=True)
    gradient /= totals
    log_totals = np.log(totals[:, 0])
    if labels.shape == (n,):
        _require_class_numbers(labels, classes)
        losses = log_totals - shifted[rows, labels]
        gradient[rows, labels] -= 1
    elif labels.shape == logits.shape:
        labels = real_array("labels", labels, logits.dtype)
        _require_probabilities(labels)
        sums = labels.sum(axis=1)
        worst = int(np.argmax(np.abs(sums - 1)))
        if abs(sums[worst] - 1) > 1e-4:
            raise ValueError(
                f"each row of labels must sum to 1, but row {worst} sums to {sums[worst]:g}."
            )
        losses = sums * log_totals - (labels * shifted).sum(axis=1)
        # Σⱼ yⱼ is 1 up to rounding; keeping it makes this the exact gradient of the line above.
        gradient *= sums[:, None]
        gradient -= labels
    else:
        hint = " Class numbers in one column: labels.ravel()." if labels.shape == (n, 1) else ""
        raise ValueError(
            f"labels has shape {labels.shape}, but logits of shape {logits.shape} need labels of "
            f"shape ({n},) with class numbers or {logits.shape} with probabilities.{hint}"
        )
    gradient /= n
    return float(losses.sum(dtype=np.float64)) / n, gradient


def _paired(name, values, other_name, others):
    """The two arguments of a loss: finite, of equal shape, not empty, in the dtype of the first."""
    values = real_array(name, values)
    others = real_array(other_name, others, values.dtype)
    same_shape(other_name, others, name, values)
    if values.size == 0:
        raise ValueError(
            f"{name} has shape {values.shape}: the mean over an empty batch is undefined."
        )
    return values, others


def _require_probabilities(labels):
    low, high = labels.min(), labels.max()
    if low < 0 or high > 1:
        raise ValueError(
            f"labels has shape {labels.shape} and must lie in [0, 1], but it holds "
            f"{low if low < 0 else high:g}."
        )


def _require_class_numbers(labels, classes):
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"labels of shape {labels.shape} must be class numbers of an integer type, not "
            f"{labels.dtype}; if they are whole numbers, use labels.astype(int)."
        )
    low, high = labels.min(), labels.max()
    if low < 0 or high >= classes:
        raise ValueError(
            f"labels has shape {labels.shape} and must hold class numbers from 0 to {classes - 1} "
            f"(logits has {classes} columns), but it holds {low if low < 0 else high}."
        )
