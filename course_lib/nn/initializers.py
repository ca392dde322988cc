"""Initial weights: each initializer takes a shape (n_in, n_out) and a random generator.

`zeros`, `xavier_normal`, `xavier_uniform`, `he_normal` and `he_uniform` are initializers;
`normal(sigma)` makes one. Pass them to `Dense(…, initializer=he_normal)`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .checks import non_negative

__all__ = ["he_normal", "he_uniform", "normal", "xavier_normal", "xavier_uniform", "zeros"]

# In quotes, because numpy loads its random numbers only when they are first used.
Initializer = Callable[[tuple[int, int], "np.random.Generator"], np.ndarray]


def zeros(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """All weights zero: every unit of a layer then computes, and learns, the same.

    Parameters
    ----------
    shape : (int, int)
        (n_in, n_out).
    rng : numpy.random.Generator
        Not used.

    Returns
    -------
    ndarray of float64, shape `shape`
    """
    return np.zeros(shape)


def normal(sigma: float) -> Initializer:
    """An initializer that draws W ~ N(0, σ²), whatever the layer's width.

    Parameters
    ----------
    sigma : float
        Standard deviation, 0 or more.

    Returns
    -------
    callable (shape, rng) → ndarray

    Raises
    ------
    ValueError
        If `sigma` is negative or not finite.
    """
    sigma = non_negative("sigma", sigma)

    def normal_initializer(shape, rng):
        return sigma * rng.standard_normal(shape)

    return normal_initializer


def xavier_normal(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Xavier (also: Glorot) initialisation, W ~ N(0, 2 / (n_in + n_out)), for tanh and sigmoid.

    Parameters
    ----------
    shape : (int, int)
        (n_in, n_out).
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float64, shape `shape`

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS 2010.
    """
    n_in, n_out = shape
    return np.sqrt(2 / (n_in + n_out)) * rng.standard_normal(shape)


def xavier_uniform(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Xavier initialisation, W ~ U(−a, a) with a = √(6 / (n_in + n_out)).

    Same variance as `xavier_normal`; parameters, result and source as there.
    """
    n_in, n_out = shape
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """He initialisation, W ~ N(0, 2 / n_in) (plain normal, not truncated), for ReLU.

    ReLU halves the mean square of its input; the factor 2 makes up for it.

    Parameters
    ----------
    shape : (int, int)
        (n_in, n_out).
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float64, shape `shape`

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015, equation 10.
    """
    n_in, _ = shape
    return np.sqrt(2 / n_in) * rng.standard_normal(shape)


def he_uniform(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """He initialisation, W ~ U(−a, a) with a = √(6 / n_in).

    Same variance as `he_normal`; parameters, result and source as there.
    """
    n_in, _ = shape
    limit = np.sqrt(6 / n_in)
    return rng.uniform(-limit, limit, shape)
