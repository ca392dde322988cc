"""A plane cut through the loss of a network: what a ball can roll on, and what it leaves out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["LossSlice", "measure_slice", "principal_directions"]


class LossSlice(NamedTuple):
    """The loss of a network on a plane through its parameter space, measured on a grid.

    w(a, b) = center + a · directions[0] + b · directions[1]

    Attributes
    ----------
    center : ndarray, shape (parameters,)
    directions : ndarray, shape (2, parameters)
        Orthonormal, so that a and b are distances in parameter space.
    a, b : ndarray, shapes (columns,) and (rows,)
        Where the loss was measured.
    losses : ndarray, shape (rows, columns)
        The loss at w(a, b), in nats.
    """

    center: np.ndarray
    directions: np.ndarray
    a: np.ndarray
    b: np.ndarray
    losses: np.ndarray

    def parameters_at(self, a, b):
        """w(a, b), shape (parameters,)."""
        return self.center + a * self.directions[0] + b * self.directions[1]

    def project(self, parameters):
        """The foot of the perpendicular from a point onto the plane, and its length.

        Parameters
        ----------
        parameters : array_like, shape (parameters,)

        Returns
        -------
        a, b, distance : float

        Raises
        ------
        ValueError
            If `parameters` belongs to a network of another size.
        """
        parameters = np.asarray(parameters)
        if parameters.shape != self.center.shape:
            raise ValueError(
                f"parameters has shape {parameters.shape}, but this plane lies in a space of "
                f"{self.center.size:,} parameters: it needs {self.center.shape}."
            )
        away = parameters - self.center
        a, b = self.directions @ away
        within = away @ away - a * a - b * b
        return float(a), float(b), float(np.sqrt(max(within, 0.0)))

    def height(self, a: ArrayLike, b: ArrayLike) -> np.ndarray:
        """The loss between the points of the grid, bilinear; beyond the edge, that at the edge.

        Parameters
        ----------
        a, b : array_like, shape (n,)

        Returns
        -------
        ndarray, shape (n,)
        """
        row, down = _cell(self.b, b)
        column, right = _cell(self.a, a)
        z = self.losses
        near = (1 - right) * z[row, column] + right * z[row, column + 1]
        far = (1 - right) * z[row + 1, column] + right * z[row + 1, column + 1]
        return (1 - down) * near + down * far

    def holds(self, a: float, b: float) -> bool:
        """Whether a point of the plane is on the part that was measured."""
        return bool(self.a[0] <= a <= self.a[-1] and self.b[0] <= b <= self.b[-1])


def _cell(grid, values):
    """For each value the cell of an even grid that it is in, and how far across, 0 to 1."""
    position = (np.clip(values, grid[0], grid[-1]) - grid[0]) / (grid[1] - grid[0])
    cell = np.minimum(position.astype(int), len(grid) - 2)
    return cell, position - cell


def principal_directions(trajectory):
    """The plane that follows a training run most closely.

    center = mean of the run, directions = the first two principal components

    Parameters
    ----------
    trajectory : array_like, shape (steps, parameters)
        At least three different points.

    Returns
    -------
    center : ndarray, shape (parameters,)
    directions : ndarray, shape (2, parameters)
        Orthonormal; the run ends on the positive side of the first.
    share : float
        How much of the run's variance lies in the plane, 0 to 1.

    Raises
    ------
    ValueError
        If there are fewer than three points, or they do not span a plane.

    References
    ----------
    H. Li et al., "Visualizing the loss landscape of neural nets", NeurIPS 2018, section 7.
    """
    trajectory = np.asarray(trajectory, dtype=np.float64)
    if trajectory.ndim != 2 or len(trajectory) < 3:
        raise ValueError(
            f"trajectory has shape {trajectory.shape}, but it needs (steps, parameters) with at "
            f"least 3 steps."
        )
    center = trajectory.mean(axis=0)
    away = trajectory - center
    _, lengths, directions = np.linalg.svd(away, full_matrices=False)
    if lengths[1] <= 1e-9 * lengths[0]:
        raise ValueError("the points of trajectory lie on a line, so they do not span a plane.")
    directions = directions[:2]
    if directions[0] @ away[-1] < 0:
        directions = -directions
    variance = lengths**2
    return center, directions, float(variance[:2].sum() / variance.sum())


def measure_slice(network, x, y, loss, center, directions, a, b):
    """Measure the loss at every point of a grid on a plane.

    Parameters
    ----------
    network : Network
        Left as it was.
    x, y : array_like
        The examples on which the loss is measured.
    loss : callable (output, y) → (loss, gradient)
    center : array_like, shape (parameters,)
    directions : array_like, shape (2, parameters)
    a, b : array_like, shapes (columns,) and (rows,)

    Returns
    -------
    LossSlice
    """
    plane = LossSlice(center, directions, np.asarray(a), np.asarray(b), None)
    before = network.parameters.copy()
    losses = np.empty((len(plane.b), len(plane.a)))
    try:
        for row, column in np.ndindex(losses.shape):
            network.parameters = plane.parameters_at(plane.a[column], plane.b[row])
            losses[row, column] = loss(network.forward(x), y)[0]
    finally:
        network.parameters = before
    return plane._replace(losses=losses)
