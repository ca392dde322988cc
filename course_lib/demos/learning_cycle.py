"""The five steps of learning, one after another, on a network small enough to show every number."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_lib.nn import Dense, Network, ReLU, mse

__all__ = ["PHASES", "RATES", "TARGET", "Iteration", "Moment", "first_network", "run_cycle"]

# A kiosk: 20 °C, sunny half of the day, 100 ice creams sold.
INPUT = np.array([[2.0, 0.5]])
TARGET = np.array([[1.0]])
RATES = (0.005, 0.25)
ITERATIONS = 6

# Each of the five steps, and what of it is shown at once.
PHASES = (
    ("forward pass", "hidden layer"),
    ("forward pass", "output"),
    ("loss", ""),
    ("backward pass", "output"),
    ("backward pass", "hidden layer"),
    ("update", ""),
    ("repeat", ""),
)


def first_network() -> Network:
    """Two inputs, two hidden ReLU units, one output; round weights, to follow by hand."""
    network = Network([Dense(2, 2), ReLU(), Dense(2, 1)], seed=0, dtype=np.float64)
    hidden, _, output = network.layers
    hidden.W, hidden.b = [[0.4, 0.2], [-0.6, 0.8]], [0.0, 0.0]
    output.W, output.b = [[0.5], [-0.7]], [0.0]
    return network


class Layer(NamedTuple):
    """Weights, biases, and their gradients, of one layer."""

    W: np.ndarray
    b: np.ndarray
    dW: np.ndarray
    db: np.ndarray


@dataclass(frozen=True)
class Iteration:
    """All numbers of one iteration.

    Attributes
    ----------
    z, hidden : ndarray, shape (2,)
        Weighted sums of the hidden units, and what ReLU makes of them.
    prediction, loss : float
    dz : ndarray, shape (2,)
        ∂L/∂z of the hidden units.
    dprediction : float
        ∂L/∂prediction.
    layers : (Layer, Layer)
        Before the update.
    """

    z: np.ndarray
    hidden: np.ndarray
    prediction: float
    loss: float
    dz: np.ndarray
    dprediction: float
    layers: tuple


def run_cycle(learning_rate: float, iterations: int = ITERATIONS + 1) -> list:
    """Train on one example with plain gradient descent, and keep every number.

    L = (prediction − target)²,  w ← w − learning_rate · ∂L/∂w

    Parameters
    ----------
    learning_rate : float
        0 or more.
    iterations : int

    Returns
    -------
    list of Iteration

    Raises
    ------
    ValueError
        If the learning rate is negative.
    """
    if not learning_rate >= 0:
        raise ValueError(f"learning_rate must be 0 or more, not {learning_rate!r}.")
    network = first_network()
    first, _, last = network.layers
    kept = []
    for _ in range(iterations):
        prediction = network.forward(INPUT)
        loss, gradient = mse(prediction, TARGET)
        network.backward(gradient)
        z = INPUT @ first.W + first.b
        layers = tuple(
            Layer(layer.W.copy(), layer.b.copy(), layer.dW.copy(), layer.db.copy())
            for layer in (first, last)
        )
        kept.append(
            Iteration(
                z=z[0],
                hidden=np.maximum(0, z[0]),
                prediction=float(prediction[0, 0]),
                loss=float(loss),
                dz=first.db.copy(),  # of a single example, the bias's gradient is that of z
                dprediction=float(gradient[0, 0]),
                layers=layers,
            )
        )
        network.parameters -= learning_rate * network.gradients
    return kept


class Moment(NamedTuple):
    """A position of the walk: the iteration, from 0, and the index of its phase."""

    iteration: int
    phase: int

    @classmethod
    def at(cls, step: int) -> "Moment":
        return cls(*divmod(step, len(PHASES)))

    @property
    def name(self) -> str:
        """As a screen reader says it."""
        step, part = PHASES[self.phase]
        return f"iteration {self.iteration + 1}, {step}{': ' if part else ''}{part}"

    def reached(self, phase: int) -> bool:
        """Whether this phase of the iteration is over or going on."""
        return self.phase >= phase
