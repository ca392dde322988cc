"""A batch of digits through a deep network and back: what arrives at each layer, either way.

The networks are those of `course_lib.nn`, and the numbers those of their forward and backward
pass. `deep_network` builds one, `deep_signal` sends the signal, `backward_factors` takes the way
back apart into what the slopes and what the weights did.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from course_lib.data import Split, load_mnist
from course_lib.nn import (
    BatchNorm,
    Dense,
    Layer,
    LayerNorm,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Tanh,
    he_normal,
    normal,
    softmax_cross_entropy,
    xavier_normal,
    zeros,
)

from .threads import one_thread

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "MAX_SLOPES",
    "NORMALIZATIONS",
    "WIDTH",
    "BackwardFactors",
    "DeepSignal",
    "Probe",
    "backward_factors",
    "deep_network",
    "deep_signal",
    "digit_batch",
]

WIDTH = 64
"""Units in each hidden layer."""
BATCH = 100

ACTIVATIONS = {"sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}
MAX_SLOPES = {"sigmoid": 0.25, "tanh": 1.0, "ReLU": 1.0}
"""The steepest slope of each activation."""
INITIALIZERS = {"zeros": zeros, "small": normal(0.01), "Xavier": xavier_normal, "He": he_normal}
NORMALIZATIONS = {"none": None, "batch": BatchNorm, "layer": LayerNorm}


class Probe(Layer):
    """A layer that lets everything pass unchanged, and remembers it.

    Attributes
    ----------
    activations, gradients : ndarray, shape (batch, width), or None
        What passed forward and backward last.
    """

    activations = gradients = None

    def forward(self, x, training=False):
        self.activations = x
        return x

    def backward(self, grad_output):
        self.gradients = grad_output
        return grad_output


def deep_network(
    depth: int,
    activation: str = "sigmoid",
    initializer: str = "Xavier",
    *,
    scale: float = 1.0,
    residual: bool = False,
    normalization: str = "none",
    width: int = WIDTH,
    seed: int = 0,
    dtype: DTypeLike = np.float64,
    probes: bool = False,
) -> Network:
    """784 pixels → `depth` hidden layers of `width` units → 10 logits.

    hidden layer k:  a_k = f(norm(a_{k−1} W_k + b_k));  with shortcuts, from the second layer on,
    a_k = a_{k−1} + f(norm(a_{k−1} W_k + b_k))

    Parameters
    ----------
    depth : int
        Number of hidden layers, 1 or more.
    activation : str
        One of `ACTIVATIONS`: f.
    initializer : str
        One of `INITIALIZERS`, for all weight matrices; biases start at zero.
    scale : float
        Multiplies all initial weights.
    residual : bool
        Whether there are shortcuts.
    normalization : str
        One of `NORMALIZATIONS`; it stands between the weights and the activation.
    width : int
        Units in each hidden layer.
    seed : int
        Of the weights. Networks of one seed draw the same random numbers, and scale them as their
        initializer says.
    dtype : numpy dtype
        float64 or float32.
    probes : bool
        Whether a `Probe` stands after each activation.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        If `depth` is below 1, or a name is unknown; the message says which there are.
    """
    if depth < 1:
        raise ValueError(f"depth must be 1 or more hidden layers, not {depth!r}.")
    make_activation = _choose("activation", activation, ACTIVATIONS)
    draw = _choose("initializer", initializer, INITIALIZERS)
    make_norm = _choose("normalization", normalization, NORMALIZATIONS)
    rng = np.random.default_rng(seed)

    def scaled(shape, rng):
        return scale * draw(shape, rng)

    layers = []
    for k in range(depth):
        block = [Dense(784 if k == 0 else width, width, initializer=scaled, seed=rng)]
        block += [make_norm(width)] if make_norm else []
        block += [make_activation(), Probe()] if probes else [make_activation()]
        layers += [Residual(*block)] if residual and k > 0 else block
    return Network([*layers, Dense(width, 10, initializer=scaled, seed=rng)], dtype=dtype)


def _choose(argument, name, known):
    if name not in known:
        raise ValueError(f"{argument} must be one of {', '.join(known)}, not {name!r}.")
    return known[name]


@cache
def digit_batch(size: int = BATCH) -> Split:
    """The first training digits, as the networks here see them.

    Parameters
    ----------
    size : int
        How many, up to 7,000.

    Returns
    -------
    Split
        x of shape (size, 784), from 0 (paper) to 1 (ink); y of shape (size,).
    """
    x, y = load_mnist().train
    return Split(x[:size], y[:size])


class DeepSignal(NamedTuple):
    """What one forward and one backward pass left in each layer, from the input to the output.

    Attributes
    ----------
    activations : tuple of ndarray, each (batch, width)
        What the activation function of each hidden layer returned; with shortcuts, before the
        shortcut was added.
    weight_gradients : tuple of ndarray, each (n_in, n_out)
        ∂L/∂W of each hidden layer, and last that of the output layer: one more than activations.
    loss : float
        Cross-entropy, in nats per digit.
    """

    activations: tuple[np.ndarray, ...]
    weight_gradients: tuple[np.ndarray, ...]
    loss: float

    @property
    def gradient_norms(self) -> np.ndarray:
        """‖∂L/∂W‖ of each layer, shape (depth + 1,)."""
        return np.array([np.linalg.norm(gradient) for gradient in self.weight_gradients])


def deep_signal(
    depth: int,
    activation: str = "sigmoid",
    initializer: str = "Xavier",
    *,
    scale: float = 1.0,
    residual: bool = False,
    normalization: str = "none",
    seed: int = 0,
) -> DeepSignal:
    """Send the first hundred training digits through an untrained deep network, and back.

    Parameters are those of `deep_network`.

    Returns
    -------
    DeepSignal

    Raises
    ------
    NonFiniteError
        If a number overflows on the way.
    """
    network = deep_network(
        depth,
        activation,
        initializer,
        scale=scale,
        residual=residual,
        normalization=normalization,
        seed=seed,
        probes=True,
    )
    x, y = digit_batch()
    with one_thread():
        loss, gradient = softmax_cross_entropy(network.forward(x, training=True), y)
        network.backward(gradient)
    return DeepSignal(
        tuple(layer.activations for layer in network.leaves if isinstance(layer, Probe)),
        tuple(layer.dW for layer in network.leaves if isinstance(layer, Dense)),
        loss,
    )


class BackwardFactors(NamedTuple):
    """How the gradient changed on its way back, layer by layer; shapes (depth,).

    With δ_k = ∂L/∂z_k at what goes into the activation of hidden layer k, and G_k = ∂L/∂a_k at
    what comes out of it:  slopes_k = ‖δ_k‖ / ‖G_k‖,  weights_k = ‖G_k‖ / ‖δ_{k+1}‖

    Attributes
    ----------
    slopes : ndarray
        By what factor the activation of each layer shrank the gradient: at most its steepest
        slope.
    weights : ndarray
        By what factor the weight matrix after each layer changed it.
    """

    slopes: np.ndarray
    weights: np.ndarray

    @property
    def gradient(self) -> np.ndarray:
        """‖δ_k‖ as a multiple of that at the output: the product of all factors from there."""
        return np.cumprod((self.slopes * self.weights)[::-1])[::-1]


def backward_factors(
    depth: int,
    activation: str = "sigmoid",
    initializer: str = "Xavier",
    *,
    scale: float = 1.0,
    seed: int = 0,
) -> BackwardFactors:
    """Follow the gradient back through a plain deep network, and measure each factor.

    Parameters are those of `deep_network`.

    Returns
    -------
    BackwardFactors
        NaN where the gradient is zero already.
    """
    network = deep_network(depth, activation, initializer, scale=scale, seed=seed)
    x, y = digit_batch()
    with one_thread():
        _, gradient = softmax_cross_entropy(network.forward(x), y)
        norms = [np.linalg.norm(gradient)]
        for layer in network.layers[:0:-1]:
            gradient = layer.backward(gradient)
            norms.append(np.linalg.norm(gradient))
    norms = np.array(norms)
    with np.errstate(invalid="ignore"):
        factors = (norms[1:] / norms[:-1])[::-1]
    # From the input on: activation, weights after it, activation, …, the output's weights.
    return BackwardFactors(slopes=factors[0::2], weights=factors[1::2])
