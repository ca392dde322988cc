"""Loss surfaces with more than one low place, or with hardly any slope, for gradient descent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .checks import real_number
from .surfaces import _Surface

__all__ = ["Crater", "DoubleWell", "Himmelblau"]


class DoubleWell(_Surface):
    """Two valleys side by side, one of them deeper, with a ridge between.

    L(w) = k (w₁² − a²)² / (8 a²) + t w₁ + ½ Σᵢ λᵢ wᵢ² (i ≥ 2)

    Without tilt, t = 0, the minima are at w₁ = ± a with curvature k, and the ridge at w₁ = 0
    curves down with k / 2. A tilt t > 0 makes the left valley the deeper one.

    Parameters
    ----------
    curvature : float
        k, above 0.
    half_distance : float
        a, above 0.
    tilt : float
        t; so small that the upper valley is left: |t| < k a / (3 √3).
    across : sequence of floats
        λ, the curvatures along the other weights; empty for a curve.

    Attributes
    ----------
    minima : ndarray, shape (2, d)
        From left to right.
    ridge : ndarray, shape (d,)
        The lowest place between them, where the gradient is zero, too.

    Raises
    ------
    ValueError
        If a curvature or the distance is not above 0, or the tilt leaves a single valley.
    """

    def __init__(
        self,
        curvature: float = 1.0,
        *,
        half_distance: float = 1.0,
        tilt: float = 0.0,
        across: Sequence[float] = (),
    ):
        self.curvature = _positive("curvature", curvature)
        self.half_distance = _positive("half_distance", half_distance)
        self.across = np.array([_positive("across", value) for value in across])
        self.dimensions = 1 + len(self.across)
        steepest = self.curvature * self.half_distance / (3 * np.sqrt(3))
        self.tilt = real_number("tilt", tilt)
        if abs(self.tilt) >= steepest:
            raise ValueError(
                f"tilt must be within ± {steepest:.3g} for these wells, not {self.tilt:g}: a "
                f"steeper one leaves a single valley."
            )
        # The gradient along w₁ is zero where w₁³ − a² w₁ + 2 a² t / k = 0.
        square = self.half_distance**2
        flat = np.sort(np.roots([1, 0, -square, 2 * square * self.tilt / self.curvature]).real)
        places = np.zeros((3, self.dimensions))
        places[:, 0] = flat
        self.minima, self.ridge = places[[0, 2]], places[1]

    def _loss(self, w):
        first, rest = w[..., 0], w[..., 1:]
        square = self.half_distance**2
        well = self.curvature * (first**2 - square) ** 2 / (8 * square)
        return well + self.tilt * first + 0.5 * np.sum(self.across * rest**2, axis=-1)

    def _gradient(self, w):
        first, square = w[..., 0], self.half_distance**2
        gradient = np.empty_like(w)
        gradient[..., 0] = self.curvature * first * (first**2 - square) / (2 * square) + self.tilt
        gradient[..., 1:] = self.across * w[..., 1:]
        return gradient


class Himmelblau(_Surface):
    """Four valleys, equally deep, with four saddles and a peak between them.

    L(w) = ((u₁² + u₂ − 11)² + (u₁ + u₂² − 7)²) · scale,  u = w / size

    Parameters
    ----------
    scale, size : float
        Of the height and of the ground; above 0.

    Attributes
    ----------
    minima : ndarray, shape (4, 2)
        Where L = 0, to the last digit but a few.

    References
    ----------
    D. Himmelblau, "Applied nonlinear programming", McGraw-Hill 1972.
    """

    def __init__(self, scale: float = 0.01, size: float = 1.0):
        self.scale, self.size = _positive("scale", scale), _positive("size", size)
        self.minima = self.size * np.array(
            [[3.0, 2.0], [-2.805118086952745, 3.131312518250573],
             [-3.779310253377747, -3.283185991286170], [3.584428340330492, -1.848126526964404]]
        )  # fmt: skip

    def _loss(self, w):
        x, y = w[..., 0] / self.size, w[..., 1] / self.size
        return self.scale * ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2)

    def _gradient(self, w):
        x, y = w[..., 0] / self.size, w[..., 1] / self.size
        first, second = x**2 + y - 11, x + y**2 - 7
        gradient = np.stack([4 * x * first + 2 * second, 2 * first + 4 * y * second], axis=-1)
        return self.scale / self.size * gradient


class Crater(_Surface):
    """A hollow in a plain: steep near its middle, and almost level further out.

    L(w) = h (1 − exp(−½ Σᵢ λᵢ wᵢ² / h))

    Parameters
    ----------
    curvatures : sequence of d floats
        λ, each above 0: the curvatures at the bottom, w = 0.
    depth : float
        h, above 0.
    """

    def __init__(self, curvatures: Sequence[float], *, depth: float = 1.0):
        self.curvatures = np.array([_positive("curvatures", value) for value in curvatures])
        self.depth = _positive("depth", depth)
        self.dimensions = len(self.curvatures)
        self.minima = np.zeros((1, self.dimensions))

    def _loss(self, w):
        return -self.depth * np.expm1(-self._quadratic(w) / self.depth)

    def _gradient(self, w):
        return self.curvatures * w * np.exp(-self._quadratic(w) / self.depth)[..., None]

    def _quadratic(self, w):
        return 0.5 * np.sum(self.curvatures * w**2, axis=-1)


def _positive(name, value):
    number = real_number(name, value, 0)
    if number == 0:
        raise ValueError(f"{name} must be above 0, not 0.")
    return number
