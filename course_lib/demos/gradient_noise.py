"""How far the gradient of a batch of digits is from that of all, by the size of the batch.

The measurements lie beside this file in ``gradient_noise.npz``. ``python -m
course_lib.demos.gradient_noise`` computes them anew, in half a minute of one core, for
`digit_network` at the start and after three epochs.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.data import batches
from course_lib.nn import SGD, Network, softmax_cross_entropy, train

from .digit_runs import digits
from .digit_training import digit_network
from .threads import one_thread

__all__ = [
    "SIZES",
    "STATES",
    "GradientNoise",
    "batch_gradient",
    "draws_of",
    "expected_noise",
    "load_gradient_noise",
    "measured_noise",
    "projections",
    "squared_lengths",
    "trained",
]

STORED = Path(__file__).with_suffix(".npz")

DIGITS = 7000
SIZES = (*(2**k for k in range(13)), DIGITS)
STATES = {"at the start": 0, "after three epochs": 210}
"""Where on the way the gradients are taken: the number of steps before."""
FEWEST_DRAWS, MOST_DRAWS = 30, 2000
BATCH_SIZE, LEARNING_RATE = 100, 0.2  # of the steps before
ROWS_FOR_DIRECTION, TURNS = 2000, 8


class GradientNoise(NamedTuple):
    """What was measured at one of `STATES`.

    Attributes
    ----------
    length : float
        ‖g‖, of the gradient over all digits.
    single : float
        σ: the root of the mean of ‖gᵢ − g‖² over all single digits.
    along, across : ndarray, shape (digits,)
        Each digit's gradient gᵢ in the direction of g, and in the direction perpendicular to
        it in which the gᵢ differ most; in units of ‖g‖.
    drawn, with_replacement : ndarray, shape (SIZES,)
        Root of the mean of ‖g_B − g‖² over many batches: of different digits, and of digits
        that may occur several times.
    """

    length: float
    single: float
    along: np.ndarray
    across: np.ndarray
    drawn: np.ndarray
    with_replacement: np.ndarray

    @property
    def equal_size(self) -> float:
        """The batch size σ²/‖g‖² at which the noise is as long as the gradient."""
        return (self.single / self.length) ** 2


def expected_noise(single: float, batch_size: ArrayLike, n: int | None = None) -> np.ndarray:
    """The noise of the mean of a batch.

    σ/√B for independent draws; σ/√B · √((n − B)/(n − 1)) if B different ones of n are drawn

    Parameters
    ----------
    single : float
        σ: the noise of one example.
    batch_size : array_like
        B.
    n : int, optional
        The size of the set from which different examples are drawn.

    Returns
    -------
    ndarray
    """
    size = np.asarray(batch_size, dtype=float)
    noise = single / np.sqrt(size)
    if n is None:
        return noise
    return noise * np.sqrt((n - size) / max(n - 1, 1))


def trained(steps: int) -> Network:
    """`digit_network` after so many steps of 100 digits at a rate of 0.2."""
    network = digit_network(0, dtype=np.float32)
    order = batches(*digits().train, BATCH_SIZE, epochs=None, seed=0)
    records = train(network, order, loss=softmax_cross_entropy, optimizer=SGD(LEARNING_RATE))
    with one_thread():
        for _ in range(steps):
            next(records)
    return network


def batch_gradient(
    network: Network, rows: ArrayLike, weights: ArrayLike | None = None
) -> np.ndarray:
    """The gradient of the mean loss over some training digits, shape (parameters,).

    Parameters
    ----------
    network : Network
    rows : array_like of int, shape (B,)
        Which digits; one may occur several times.
    weights : array_like, shape (B,), optional
        Each digit's gradient is multiplied by its weight before the mean is taken.
    """
    x, labels = digits().train
    _, gradient = softmax_cross_entropy(network.forward(x[rows]), labels[rows])
    if weights is not None:
        gradient = gradient * np.asarray(weights, dtype=gradient.dtype)[:, None]
    network.backward(gradient)
    return network.gradients.copy()


def _signals(network, rows):
    """Of each digit: what enters each Dense layer, and ∂L/∂z of that layer."""
    x, labels = digits().train
    first, relu, last = network.layers
    inner = first.forward(x[rows])
    hidden = relu.forward(inner)
    _, mean_gradient = softmax_cross_entropy(last.forward(hidden), labels[rows])
    outer_delta = mean_gradient * len(hidden)
    inner_delta = (outer_delta @ last.W.T) * (inner > 0)
    return (x[rows], inner_delta), (hidden, outer_delta)


def projections(network: Network, direction: ArrayLike, rows: ArrayLike) -> np.ndarray:
    """gᵢ · v for the gradient gᵢ of each single digit, without writing any gᵢ down.

    A layer's weight gradient is a ⊗ δ, so its product with V is (a V) · δ.

    Parameters
    ----------
    network : Network
        784 → ReLU → 10, as `digit_network`.
    direction : array_like, shape (parameters,)
        v.
    rows : array_like of int, shape (B,)

    Returns
    -------
    ndarray, shape (B,)
    """
    direction = np.asarray(direction, dtype=network.parameters.dtype)
    found, start = 0.0, 0
    for inputs, delta in _signals(network, rows):
        n, m = inputs.shape[1], delta.shape[1]
        weights = direction[start : start + n * m].reshape(n, m)
        biases = direction[start + n * m : start + (n + 1) * m]
        found = found + np.sum((inputs @ weights + biases) * delta, axis=1)
        start += (n + 1) * m
    return found


def squared_lengths(network: Network, rows: ArrayLike) -> np.ndarray:
    """‖gᵢ‖² of each single digit, shape (B,): Σ over the layers of (‖a‖² + 1) ‖δ‖²."""
    return sum(
        (np.sum(inputs**2, axis=1) + 1) * np.sum(delta**2, axis=1)
        for inputs, delta in _signals(network, rows)
    )


def draws_of(batch_size: int) -> int:
    """How many batches of a size are measured: more of small ones, which differ more."""
    return int(np.clip(2 * 8192 // batch_size, FEWEST_DRAWS, MOST_DRAWS))


def measured_noise(
    network: Network,
    batch_size: int,
    *,
    replace: bool,
    draws: int | None = None,
    seed: int = 0,
) -> float:
    """Root of the mean of ‖g_B − g‖² over batches drawn at random.

    Parameters
    ----------
    network : Network
    batch_size : int
    replace : bool
        Whether a digit may occur several times in a batch.
    draws : int, optional
        How many batches; `draws_of` the size unless given.
    seed : int

    Returns
    -------
    float
    """
    rng = np.random.default_rng(seed)
    with one_thread():
        whole = batch_gradient(network, np.arange(DIGITS))
        squares = [
            np.sum((batch_gradient(network, rng.choice(DIGITS, batch_size, replace)) - whole) ** 2)
            for _ in range(draws or draws_of(batch_size))
        ]
    return float(np.sqrt(np.mean(squares)))


def main_noise_direction(network: Network, whole: np.ndarray) -> np.ndarray:
    """The unit vector perpendicular to g along which the gᵢ differ most, by power iteration."""
    rows = np.arange(ROWS_FOR_DIRECTION)
    vector = np.random.default_rng(0).standard_normal(whole.size)
    unit = whole / np.linalg.norm(whole)
    for _ in range(TURNS):
        vector = vector - (vector @ unit) * unit
        vector = vector / np.linalg.norm(vector)
        shares = projections(network, vector, rows)
        vector = batch_gradient(network, rows, shares).astype(float)
    vector = vector - (vector @ unit) * unit
    return vector / np.linalg.norm(vector)


def load_gradient_noise() -> dict[str, GradientNoise]:
    """What was measured, by the name of the state."""
    with np.load(STORED, allow_pickle=False) as stored:
        fields = {name: stored[name].astype(float) for name in GradientNoise._fields}
    return {
        state: GradientNoise(
            *(float(values[i]) if values.ndim == 1 else values[i] for values in fields.values())
        )
        for i, state in enumerate(STATES)
    }


def measure(steps: int) -> GradientNoise:
    """All that is stored of one state, computed anew."""
    network = trained(steps)
    everyone = np.arange(DIGITS)
    with one_thread():
        whole = batch_gradient(network, everyone).astype(float)
        length = float(np.linalg.norm(whole))
        single = float(np.sqrt(squared_lengths(network, everyone).mean() - length**2))
        along = projections(network, whole / length, everyone) / length
        across = projections(network, main_noise_direction(network, whole), everyone) / length
    noise = [
        [measured_noise(network, size, replace=replace) for size in SIZES]
        for replace in (False, True)
    ]
    return GradientNoise(length, single, along, across, *map(np.array, noise))


def main():
    measured = [measure(steps) for steps in STATES.values()]
    arrays = {
        name: np.array([getattr(one, name) for one in measured], dtype=np.float32)
        for name in GradientNoise._fields
    }
    np.savez_compressed(STORED, **arrays)
    print(f"{STORED.name}: {STORED.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
