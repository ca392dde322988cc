"""What a training run has told so far, step by step."""

from array import array
from typing import NamedTuple

import numpy as np

__all__ = ["History", "Measurement"]


class Measurement(NamedTuple):
    """How good the network is on the validation digits, after so many steps.

    Attributes
    ----------
    step : int
    loss : float
        Mean cross-entropy, in nats per digit.
    error : float
        Fraction of wrong answers, 0 to 1.
    responding, hidden : int
        How many ReLU units answer at least one validation digit with more than zero, and how
        many there are, in the layer with the smallest share; both 0 without ReLU units.
    """

    step: int
    loss: float
    error: float
    responding: int = 0
    hidden: int = 0

    @property
    def accuracy(self) -> float:
        """Fraction of right answers, 0 to 1."""
        return 1 - self.error

    @property
    def responding_share(self) -> float:
        """Fraction of the hidden units that respond, 0 to 1."""
        return self.responding / self.hidden if self.hidden else 1.0


class History:
    """Everything a run has told so far, as arrays for plotting.

    Attributes
    ----------
    losses, learning_rates, batch_sizes : ndarray, shape (steps,)
        Of each update: the loss of its batch before the update, and what it was made with.
    measurements : list of Measurement
    returns : list of (int, int)
        After a divergence at step i the network of step j was restored: (i, j).
    """

    def __init__(self):
        self._losses, self._rates, self._sizes = array("d"), array("d"), array("q")
        self.measurements = []
        self.returns = []

    def add(self, loss: float, learning_rate: float, batch_size: int):
        """Note one update."""
        self._losses.append(loss)
        self._rates.append(learning_rate)
        self._sizes.append(batch_size)

    def __len__(self):
        return len(self._losses)

    @property
    def losses(self) -> np.ndarray:
        return np.array(self._losses)

    @property
    def learning_rates(self) -> np.ndarray:
        return np.array(self._rates)

    @property
    def batch_sizes(self) -> np.ndarray:
        return np.array(self._sizes)

    @property
    def steps(self) -> np.ndarray:
        """1, 2, …: the number of each update in `losses`."""
        return np.arange(1, len(self) + 1)

    @property
    def measured_steps(self) -> np.ndarray:
        return np.array([m.step for m in self.measurements])

    @property
    def validation_losses(self) -> np.ndarray:
        return np.array([m.loss for m in self.measurements])

    @property
    def validation_errors(self) -> np.ndarray:
        return np.array([m.error for m in self.measurements])
