"""Gradient clipping, in place, for when gradients explode."""

import math

import numpy as np
from numpy.typing import ArrayLike

from .checks import positive, real_array, require_finite, writable_floats

__all__ = ["clip_by_global_norm", "clip_by_value", "gradient_norm"]


def clip_by_value(gradients: np.ndarray, limit: float) -> int:
    """Cut every entry to [−limit, limit]. This can change the gradient's direction.

    gᵢ ← min(max(gᵢ, −limit), limit)

    Parameters
    ----------
    gradients : ndarray of floats, any shape
        Changed in place.
    limit : float
        Above 0.

    Returns
    -------
    int
        How many entries were cut.

    Raises
    ------
    TypeError
        If `gradients` is not a floating-point array.
    ValueError
        If `limit` is not above 0, or `gradients` is read-only or holds NaN or infinity.
    """
    writable_floats("gradients", gradients)
    require_finite("gradients", gradients)
    limit = positive("limit", limit)
    cut = int(np.count_nonzero(np.abs(gradients) > limit))
    np.clip(gradients, -limit, limit, out=gradients)
    return cut


def clip_by_global_norm(gradients: np.ndarray, max_norm: float) -> float:
    """Shorten the gradient vector to `max_norm` if it is longer. The direction is kept.

    g ← g · min(1, max_norm / ‖g‖),  ‖g‖ = √(Σ gᵢ²)

    Parameters
    ----------
    gradients : ndarray of floats
        The flat vector of all gradients; changed in place.
    max_norm : float
        Above 0.

    Returns
    -------
    float
        The norm before clipping.

    Raises
    ------
    TypeError
        If `gradients` is not a floating-point array.
    ValueError
        If `max_norm` is not above 0, or `gradients` is read-only or holds NaN or infinity.

    References
    ----------
    R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
    networks", ICML 2013, algorithm 1.
    """
    writable_floats("gradients", gradients)
    max_norm = positive("max_norm", max_norm)
    norm = gradient_norm(gradients)
    if norm > max_norm:
        # Two factors: max_norm / norm alone could round to zero in float32.
        largest = float(np.abs(gradients).max())
        gradients /= largest
        gradients *= max_norm / (norm / largest)
    return norm


def gradient_norm(gradients: ArrayLike) -> float:
    """The Euclidean length of a gradient, computed so that squares neither overflow nor vanish.

    ‖g‖ = √(Σ gᵢ²) = m √(Σ (gᵢ/m)²),  m = max |gᵢ|

    Parameters
    ----------
    gradients : array_like, any shape

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If `gradients` is not an array of real numbers.
    ValueError
        If it holds NaN or infinity.
    """
    gradients = real_array("gradients", gradients)
    largest = float(np.abs(gradients).max(initial=0))
    if largest == 0:
        return 0.0
    scaled = gradients / gradients.dtype.type(largest)
    return largest * math.sqrt(float(np.vdot(scaled, scaled)))
