"""Where gradient descent goes on a surface: the path of any optimiser, and what to say of it."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from course_lib.nn import SGD, Optimizer

__all__ = [
    "FAR",
    "Surface",
    "curvatures",
    "descend",
    "first_outside",
    "steps_until",
]

FAR = 1e6
"""Beyond this distance along any weight, a path is not followed further."""


class Surface(Protocol):
    """A loss over a few weights, as `course_lib.data` has them."""

    def loss(self, w: ArrayLike) -> np.ndarray: ...

    def gradient(self, w: ArrayLike) -> np.ndarray: ...


def descend(
    surface: Surface,
    start: ArrayLike,
    optimizer: Optimizer | float,
    steps: int,
    *,
    uphill: bool = False,
    far: float = FAR,
) -> np.ndarray:
    """The path of an optimiser from a start, or from many starts at once.

    w ← w − α ∂L/∂w (or what the optimiser makes of ∂L/∂w), `steps` times

    Every optimiser here treats each number by itself; so many balls roll side by side in one
    array as each would alone.

    Parameters
    ----------
    surface : Surface
    start : array_like, shape (d,) or (…, d)
    optimizer : Optimizer or float
        A number is the learning rate of plain gradient descent. What an optimiser remembers of
        earlier steps is forgotten first.
    steps : int
        0 or more.
    uphill : bool
        Plus in place of the minus: the optimiser is handed −∂L/∂w.
    far : float
        A ball with |wᵢ| > far stays where it is, so that nothing overflows.

    Returns
    -------
    ndarray, shape (steps + 1, …, d)
        The start, and the place after each step.

    Raises
    ------
    ValueError
        If `steps` is negative, or `start` does not fit the surface or is not finite.
    """
    if steps < 0:
        raise ValueError(f"steps must be 0 or more, not {steps}.")
    w = np.array(start, dtype=np.float64)
    if not np.isfinite(w).all():
        raise ValueError(f"start must be finite, not {w.tolist()}.")
    if not isinstance(optimizer, Optimizer):
        optimizer = SGD(optimizer)
    optimizer.reset()
    path = np.empty((steps + 1, *w.shape))
    path[0] = w
    for step in range(1, steps + 1):
        gone = np.abs(w).max(axis=-1, keepdims=True) > far
        gradient = np.where(gone, 0.0, surface.gradient(np.where(gone, 0.0, w)))
        optimizer.step(w, -gradient if uphill else gradient)
        np.copyto(w, path[step - 1], where=gone)
        path[step] = w
    return path


def first_outside(path: ArrayLike, low: ArrayLike, high: ArrayLike) -> int | None:
    """The first step at which a path lies outside of low ≤ w ≤ high; None if there is none.

    Parameters
    ----------
    path : array_like, shape (steps + 1, d)
    low, high : array_like, shape (d,) or ()
        Of the part that a picture shows.

    Returns
    -------
    int or None
    """
    path = np.asarray(path)
    outside = ((path < low) | (path > high)).any(axis=-1)
    return int(outside.argmax()) if outside.any() else None


def steps_until(values: ArrayLike, threshold: float) -> int | None:
    """After how many steps a value is below a threshold, and stays below; None if it never is.

    Parameters
    ----------
    values : array_like, shape (steps + 1,)
        A loss, a gradient norm, …; the first is that of the start.
    threshold : float

    Returns
    -------
    int or None
    """
    above = ~(np.asarray(values) < threshold)
    if not above.any():
        return 0
    last = len(above) - 1 - int(above[::-1].argmax())
    return last + 1 if last + 1 < len(above) else None


def curvatures(surface: Surface, w: ArrayLike, *, nudge: float = 1e-5) -> np.ndarray:
    """The principal curvatures at a place: the eigenvalues of the Hessian.

    H = ∂²L/∂w², by central differences of the gradient

    Parameters
    ----------
    surface : Surface
    w : array_like, shape (d,)
    nudge : float

    Returns
    -------
    ndarray, shape (d,)
        Ascending. All above 0: a minimum, if the gradient is zero; of both signs: a saddle.
    """
    w = np.asarray(w, dtype=np.float64)
    nudges = nudge * np.eye(len(w))
    hessian = (surface.gradient(w + nudges) - surface.gradient(w - nudges)) / (2 * nudge)
    return np.linalg.eigvalsh((hessian + hessian.T) / 2)
