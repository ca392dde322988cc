"""Loss surfaces with known curvature, on which gradient descent can be watched."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .checks import real_number

__all__ = ["QuadraticBowl", "Saddle"]


class _Surface:
    """A loss over `dimensions` weights; a subclass says its `_loss` and its `_gradient`."""

    dimensions = 2

    def loss(self, w: ArrayLike) -> np.ndarray | float:
        """L(w).

        Parameters
        ----------
        w : array_like, shape (…, d)

        Returns
        -------
        ndarray or float, shape (…)

        Raises
        ------
        ValueError
            If the last axis of `w` is not d.
        """
        loss = self._loss(self._checked(w))
        return float(loss) if loss.ndim == 0 else loss

    __call__ = loss

    def gradient(self, w: ArrayLike) -> np.ndarray:
        """∂L/∂w, of the shape of `w`; see `loss`."""
        return self._gradient(self._checked(w))

    def _checked(self, w):
        w = np.asarray(w, dtype=np.float64)
        if w.ndim == 0 or w.shape[-1] != self.dimensions:
            raise ValueError(f"w has shape {w.shape}, but it needs (…, {self.dimensions}).")
        return w


class _Quadratic(_Surface):
    """L(w) = ½ (w − w*)ᵀ H (w − w*) with a symmetric H; ∂L/∂w = H (w − w*)."""

    def __init__(self, hessian, minimum):
        self.hessian = hessian
        self.center = minimum
        self.dimensions = len(minimum)

    def _loss(self, w):
        away = w - self.center
        return 0.5 * np.sum(away * (away @ self.hessian), axis=-1)

    def _gradient(self, w):
        return (w - self.center) @ self.hessian

    @property
    def lambda_max(self) -> float:
        """The largest curvature: the largest eigenvalue of H."""
        return float(np.linalg.eigvalsh(self.hessian)[-1])

    @property
    def max_learning_rate(self) -> float:
        """2 / λ_max: gradient descent with a larger rate diverges along the steepest direction."""
        return 2 / self.lambda_max


class QuadraticBowl(_Quadratic):
    """A bowl whose curvature along each of its axes is chosen.

    L(w) = ½ Σᵢ λᵢ uᵢ²,  u = Rᵀ (w − w*)

    R turns the axes by `angle`. Gradient descent converges for α < 2 / λ_max; with curvatures
    of very different size, the bowl is a narrow valley.

    Parameters
    ----------
    curvatures : sequence of d floats
        λ, each above 0.
    angle : float
        Degrees, counter-clockwise; only for d = 2.
    minimum : sequence of d floats, or None
        w*; None for the origin.

    Attributes
    ----------
    hessian : ndarray, shape (d, d)
    center : ndarray, shape (d,)
        w*.

    Raises
    ------
    ValueError
        If a curvature is not above 0, the lengths differ, or an angle is given with d ≠ 2.

    Examples
    --------
    >>> bowl = QuadraticBowl([1, 10])
    >>> bowl([1.0, 1.0]), bowl.gradient([1.0, 1.0]).tolist(), bowl.max_learning_rate
    (5.5, [1.0, 10.0], 0.2)
    """

    def __init__(
        self,
        curvatures: Sequence[float],
        *,
        angle: float = 0.0,
        minimum: Sequence[float] | None = None,
    ):
        curvatures = _vector("curvatures", curvatures)
        if curvatures.min() <= 0:
            raise ValueError(
                f"curvatures must be above 0, but one is {curvatures.min():g}. "
                f"For a surface that curves down in one direction, use Saddle."
            )
        super().__init__(_rotated(curvatures, angle), _minimum(minimum, len(curvatures)))


class Saddle(_Quadratic):
    """A surface that curves up in one direction and down in the other.

    L(w) = ½ (up · u₁² − down · u₂²),  u = Rᵀ (w − w*)

    The gradient is zero at w*, which is no minimum: from anywhere off the ridge, descent slips
    away along u₂.

    Parameters
    ----------
    up, down : float
        Curvatures, above 0.
    angle : float
        Degrees, counter-clockwise.
    center : sequence of 2 floats, or None
        w*; None for the origin.

    Attributes
    ----------
    hessian : ndarray, shape (2, 2)
    center : ndarray, shape (2,)

    Raises
    ------
    ValueError
        If a curvature is not above 0.
    """

    def __init__(
        self,
        up: float = 1.0,
        down: float = 1.0,
        *,
        angle: float = 0.0,
        center: Sequence[float] | None = None,
    ):
        up, down = real_number("up", up, 0), real_number("down", down, 0)
        if up == 0 or down == 0:
            raise ValueError(f"up and down must be above 0, not {up:g} and {down:g}.")
        super().__init__(_rotated(np.array([up, -down]), angle), _minimum(center, 2))


def _rotated(curvatures, angle):
    angle = np.deg2rad(real_number("angle", angle))
    if angle == 0:
        return np.diag(curvatures)
    if len(curvatures) != 2:
        raise ValueError(f"angle needs 2 curvatures, not {len(curvatures)}.")
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.diag(curvatures) @ turn.T


def _minimum(minimum, d):
    if minimum is None:
        return np.zeros(d)
    minimum = _vector("minimum", minimum)
    if len(minimum) != d:
        raise ValueError(f"minimum has {len(minimum)} numbers, but the surface has {d} weights.")
    return minimum


def _vector(name, values):
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        raise ValueError(f"{name} must be a sequence of finite numbers, not {values.tolist()}.")
    return values
