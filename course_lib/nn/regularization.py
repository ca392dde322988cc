"""Regularisation: penalties on the weights, and stopping while the validation loss is lowest.

Dropout is a layer, in `layers.py`; decoupled weight decay is in the optimizer `AdamW`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .checks import non_negative, positive_integer, real_array
from .network import Network

__all__ = ["L1", "L2", "EarlyStopping"]


@dataclass(frozen=True)
class L1:
    """A penalty that pulls every weight towards zero with the same force.

    R(w) = λ Σ |wᵢ|,  ∂R/∂wᵢ = λ sign(wᵢ)  (0 at 0)

    Parameters
    ----------
    strength : float
        λ, 0 or more.

    Raises
    ------
    ValueError
        If `strength` is negative or not finite.
    """

    strength: float

    def __post_init__(self):
        non_negative("strength", self.strength)

    def __call__(
        self, weights: ArrayLike, mask: np.ndarray | None = None
    ) -> tuple[float, np.ndarray]:
        """The penalty and its gradient.

        Parameters
        ----------
        weights : array_like, any shape
        mask : ndarray of bool, shape of `weights`, or None
            Which weights count; None for all.

        Returns
        -------
        penalty : float
        gradient : ndarray, shape of `weights`
        """
        weights = _masked(weights, mask)
        return self.strength * float(np.abs(weights).sum()), self.strength * np.sign(weights)


@dataclass(frozen=True)
class L2:
    """A penalty that pulls every weight towards zero in proportion to its size.

    R(w) = ½ λ Σ wᵢ²,  ∂R/∂wᵢ = λ wᵢ

    With the factor ½, λ is the weight decay of plain gradient descent: w ← (1 − α λ) w − α g.

    Parameters
    ----------
    strength : float
        λ, 0 or more.

    Raises
    ------
    ValueError
        If `strength` is negative or not finite.
    """

    strength: float

    def __post_init__(self):
        non_negative("strength", self.strength)

    def __call__(
        self, weights: ArrayLike, mask: np.ndarray | None = None
    ) -> tuple[float, np.ndarray]:
        """The penalty and its gradient; arguments and results as for `L1`."""
        weights = _masked(weights, mask)
        return 0.5 * self.strength * float(np.vdot(weights, weights)), self.strength * weights


class EarlyStopping:
    """Says when the validation loss has not improved for a while, and keeps the best network.

    Parameters
    ----------
    patience : int
        How many values in a row may fail to improve before `stopped` becomes True.
    min_delta : float
        How far below the best a value must lie to count as better.

    Attributes
    ----------
    best : float
        The lowest value so far (infinity before the first).
    best_checkpoint : dict or None
        ``network.checkpoint()`` at that time.
    stopped : bool

    Examples
    --------
    >>> stopping = EarlyStopping(patience=2)
    >>> [stopping.update(loss) for loss in (0.9, 0.5, 0.6, 0.55)]
    [False, False, False, True]
    """

    def __init__(self, patience: int, *, min_delta: float = 0.0):
        self.patience = positive_integer("patience", patience)
        self.min_delta = non_negative("min_delta", min_delta)
        self.best = math.inf
        self.best_checkpoint = None
        self.waited = 0

    @property
    def stopped(self) -> bool:
        return self.waited >= self.patience

    def update(self, value: float, network: Network | None = None) -> bool:
        """Take note of a validation loss.

        Parameters
        ----------
        value : float
            Lower is better. NaN counts as no improvement.
        network : Network or None
            If given, its checkpoint is kept whenever the value is the best so far.

        Returns
        -------
        bool
            `stopped`: whether patience has run out.
        """
        if value < self.best - self.min_delta:
            self.best, self.waited = float(value), 0
            if network is not None:
                self.best_checkpoint = network.checkpoint()
        else:
            self.waited += 1
        return self.stopped

    def restore(self, network: Network) -> None:
        """Put the best checkpoint back into the network.

        Parameters
        ----------
        network : Network

        Raises
        ------
        RuntimeError
            If no checkpoint was kept.
        """
        if self.best_checkpoint is None:
            raise RuntimeError(
                "No checkpoint was kept. Call update(validation_loss, network) at least once "
                "with a finite loss before restore(network)."
            )
        network.restore(self.best_checkpoint)


def _masked(weights, mask):
    weights = real_array("weights", weights)
    if mask is None:
        return weights
    if np.shape(mask) != weights.shape:
        raise ValueError(
            f"mask has shape {np.shape(mask)}, but it needs the shape of weights, {weights.shape}."
        )
    return weights * np.asarray(mask, dtype=weights.dtype)
