"""Activation functions: element by element, each with its derivative in its docstring.

All of them take an array of any shape, return a new array of the same shape and never
change their input. Integers are converted to float64. The layers of the same names
(`Sigmoid`, `Tanh`, `ReLU`, …) are in `layers.py`.
"""

import math
import operator

import numpy as np
from numpy.typing import ArrayLike

from .checks import positive, real_array

__all__ = ["gelu", "leaky_relu", "relu", "sigmoid", "softmax", "tanh"]


def sigmoid(x: ArrayLike) -> np.ndarray:
    """The logistic function, which squashes any number into (0, 1).

    σ(x) = 1 / (1 + e⁻ˣ),  σ′(x) = σ(x) (1 − σ(x)) ≤ 1/4

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray, shape of `x`

    Raises
    ------
    TypeError
        If `x` is not an array of real numbers.
    ValueError
        If `x` holds NaN or infinity.
    """
    return _sigmoid(real_array("x", x))


def _sigmoid(x):
    # Where e⁻ˣ overflows to infinity, 1/∞ = 0 is the right answer.
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def tanh(x: ArrayLike) -> np.ndarray:
    """The hyperbolic tangent, which squashes any number into (−1, 1).

    tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ),  tanh′(x) = 1 − tanh(x)²

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray, shape of `x`

    Raises
    ------
    TypeError, ValueError
        As for `sigmoid`.
    """
    return np.tanh(real_array("x", x))


def relu(x: ArrayLike) -> np.ndarray:
    """The rectified linear unit: negative numbers become zero.

    relu(x) = max(0, x),  relu′(x) = 1 for x > 0, else 0 (the convention at x = 0 is 0)

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray, shape of `x`

    Raises
    ------
    TypeError, ValueError
        As for `sigmoid`.

    References
    ----------
    V. Nair and G. Hinton, "Rectified linear units improve restricted Boltzmann machines",
    ICML 2010.
    """
    return np.maximum(real_array("x", x), 0)


def leaky_relu(x: ArrayLike, slope: float = 0.01) -> np.ndarray:
    """ReLU that lets a little through on the negative side.

    leaky(x) = x for x > 0, else slope · x;  leaky′(x) = 1 for x > 0, else slope

    Parameters
    ----------
    x : array_like, any shape
    slope : float
        Slope on the negative side, above 0.

    Returns
    -------
    ndarray, shape of `x`

    Raises
    ------
    TypeError, ValueError
        As for `sigmoid`; ValueError also if `slope` is not above 0.

    References
    ----------
    A. Maas, A. Hannun and A. Ng, "Rectifier nonlinearities improve neural network acoustic
    models", ICML 2013.
    """
    x = real_array("x", x)
    return np.where(x > 0, x, positive("slope", slope) * x)


GELU_SCALE = math.sqrt(2 / math.pi)
GELU_CUBIC = 0.044715


def gelu(x: ArrayLike) -> np.ndarray:
    """The Gaussian error linear unit, in its tanh form.

    gelu(x) = ½ x (1 + tanh u),  u = √(2/π) (x + 0.044715 x³)
    gelu′(x) = ½ (1 + tanh u) + ½ x (1 − tanh² u) u′,  u′ = √(2/π) (1 + 0.134145 x²)

    The exact GELU is x Φ(x) with the normal distribution function Φ; the tanh form differs
    from it by less than 5·10⁻⁴ and is the one of GPT-2.

    Parameters
    ----------
    x : array_like, any shape

    Returns
    -------
    ndarray, shape of `x`

    Raises
    ------
    TypeError, ValueError
        As for `sigmoid`.

    References
    ----------
    D. Hendrycks and K. Gimpel, "Gaussian error linear units", arXiv:1606.08415, section 2.
    """
    x = real_array("x", x)
    return 0.5 * x * (1 + _gelu_tanh(x))


def _gelu_tanh(x):
    # Beyond |x| = 10, tanh u is ±1 to the last bit; clipping keeps the cube finite.
    x = np.clip(x, -10, 10)
    return np.tanh(GELU_SCALE * (x + GELU_CUBIC * x**3))


def softmax(x: ArrayLike, axis: int = -1) -> np.ndarray:
    """Turn scores into probabilities that sum to one.

    softmax(x)ᵢ = e^(xᵢ − m) / Σⱼ e^(xⱼ − m),  m = max x
    ∂softmaxᵢ/∂xⱼ = softmaxᵢ (δᵢⱼ − softmaxⱼ)

    Subtracting the maximum m changes nothing mathematically and keeps e^x from overflowing.

    Parameters
    ----------
    x : array_like, shape (…, classes, …)
        Scores, also called logits.
    axis : int
        The axis of the classes, along which the result sums to one.

    Returns
    -------
    ndarray, shape of `x`

    Raises
    ------
    TypeError, ValueError
        As for `sigmoid`; ValueError also if `axis` does not exist or has length 0.
    """
    x = real_array("x", x)
    try:
        classes = x.shape[operator.index(axis)]
    except IndexError:
        classes = 0
    except TypeError:
        raise TypeError(f"axis must be a whole number (an int), not {axis!r}.") from None
    if classes == 0:
        raise ValueError(f"x has shape {x.shape}, so softmax has no classes along axis {axis}.")
    with np.errstate(over="ignore"):  # a difference of −∞ has the right exponential, 0
        exponentials = np.exp(x - x.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
