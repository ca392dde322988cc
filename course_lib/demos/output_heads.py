"""What can stand behind the last dense layer: an activation, and the loss it is paired with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["HEADS", "Head"]


@dataclass(frozen=True)
class Head:
    """An output activation and a loss, as code for one example, a row.

    Attributes
    ----------
    name : str
        "activation + loss".
    forward : (str, str)
        The lines that make p from z2, and L from p and the label y.
    backward : (str, str)
        The lines that make dp = ∂L/∂p, and dz2 = ∂L/∂z2.
    jacobian : callable (ndarray (k,)) → ndarray (k, k)
        From p the local derivatives: row j, column k is ∂p_k/∂z_j.
    slope, mixed : str
        These local derivatives as formulas: on the diagonal, and beside it ("" if it is 0).
    matched : bool
        Whether dz2 comes out as p − y.
    """

    name: str
    forward: tuple[str, str]
    backward: tuple[str, str]
    jacobian: Callable[[np.ndarray], np.ndarray]
    slope: str
    mixed: str = ""
    matched: bool = True


def _sigmoid_jacobian(p):
    return np.diag(p * (1 - p))


_HEADS = (
    Head(
        "softmax + cross-entropy",
        ("p = softmax(z2)", "L = -np.sum(y * np.log(p))"),
        ("dp = -y / p", "dz2 = p * (dp - dp @ p.T)  # = p - y"),
        lambda p: np.diag(p) - np.outer(p, p),
        "p (1 − p)",
        "−p₁ p₂",
    ),
    Head(
        "sigmoid + cross-entropy",
        # |1 − y − p| is the probability of what the label says: p where y = 1, 1 − p where y = 0.
        ("p = sigmoid(z2)", "L = -np.sum(np.log(np.abs(1 - y - p)))"),
        ("dp = (p - y) / (p * (1 - p))", "dz2 = dp * p * (1 - p)  # = p - y"),
        _sigmoid_jacobian,
        "p (1 − p)",
    ),
    Head(
        "linear + half squared error",
        ("p = 1.0 * z2", "L = np.sum((p - y) ** 2) / 2"),
        ("dp = p - y", "dz2 = 1.0 * dp  # = p - y"),
        lambda p: np.eye(len(p)),
        "1",
    ),
    Head(
        "sigmoid + half squared error",
        ("p = sigmoid(z2)", "L = np.sum((p - y) ** 2) / 2"),
        ("dp = p - y", "dz2 = dp * p * (1 - p)  # not p - y"),
        _sigmoid_jacobian,
        "p (1 − p)",
        matched=False,
    ),
)

HEADS = {head.name: head for head in _HEADS}
