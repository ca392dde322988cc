"""Gradient clipping, in place, for when gradients explode."""

import math

import numpy as np

from .checks import positive

__all__ = ["clip_by_global_norm", "clip_by_value"]


def clip_by_value(gradients, limit):
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
        If `limit` is not above 0.
    """
    _require_floats(gradients)
    limit = positive("limit", limit)
    cut = int(np.count_nonzero(np.abs(gradients) > limit))
    np.clip(gradients, -limit, limit, out=gradients)
    return cut


def clip_by_global_norm(gradients, max_norm):
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
        If `max_norm` is not above 0.

    References
    ----------
    R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
    networks", ICML 2013, algorithm 1.
    """
    _require_floats(gradients)
    max_norm = positive("max_norm", max_norm)
    norm = gradient_norm(gradients)
    if math.isfinite(norm) and norm > max_norm:
        # Two factors: max_norm / norm alone could round to zero in float32.
        largest = float(np.abs(gradients).max())
        gradients /= largest
        gradients *= max_norm / (norm / largest)
    return norm


def gradient_norm(gradients):
    """‖g‖ as a float, computed so that squares neither overflow nor vanish."""
    largest = float(np.abs(gradients).max(initial=0))
    if largest == 0 or not math.isfinite(largest):
        return largest
    scaled = gradients / gradients.dtype.type(largest)
    return largest * math.sqrt(float(np.vdot(scaled, scaled)))


def _require_floats(gradients):
    if not isinstance(gradients, np.ndarray) or gradients.dtype.kind != "f":
        held = getattr(gradients, "dtype", type(gradients).__name__)
        raise TypeError(f"gradients must be a floating-point array, not {held}.")
