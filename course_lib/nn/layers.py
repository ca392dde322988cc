"""The layers: Dense, the activations, Dropout and Residual. Rows are examples.

In every formula x is the layer's input, G = ∂L/∂output is `grad_output`, and ⊙ multiplies
element by element. The normalising layers are in `normalization.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from .activations import GELU_CUBIC, GELU_SCALE, _gelu_tanh, _sigmoid
from .checks import number_in, positive, positive_integer
from .initializers import Initializer, he_normal
from .layer import Layer, View

__all__ = [
    "GELU",
    "Dense",
    "Dropout",
    "LeakyReLU",
    "ReLU",
    "Residual",
    "Sigmoid",
    "Softmax",
    "Tanh",
]


class Dense(Layer):
    """A fully connected layer.

    forward:   z = x W + b
    backward:  dW = xᵀ G,  db = Σ_rows G,  ∂L/∂x = G Wᵀ

    The mean over the batch is already in G, because the losses are means; so there is no 1/m
    here.

    Parameters
    ----------
    n_in, n_out : int
        Number of features in and out.
    initializer : callable (shape, rng) → ndarray
        Draws W, shape (n_in, n_out); the default suits ReLU. b starts at zero.
    seed : int, numpy.random.Generator or None
    bias : bool
        Whether there is a b.

    Attributes
    ----------
    W, dW : ndarray, shape (n_in, n_out)
    b, db : ndarray, shape (n_out,)
        Writing to them (``layer.W = …``) copies values in place.

    Raises
    ------
    ValueError, TypeError
        If `n_in` or `n_out` is not a whole number of at least 1, `initializer` is no function, or
        what it draws has not the shape of W.
    """

    W = View("parameters", "W")
    b = View("parameters", "b")
    dW = View("gradients", "W")
    db = View("gradients", "b")

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        initializer: Initializer = he_normal,
        seed: int | np.random.Generator | None = None,
        bias: bool = True,
    ):
        super().__init__()
        self.n_in = positive_integer("n_in", n_in)
        self.n_out = positive_integer("n_out", n_out)
        if not callable(initializer):
            raise TypeError(
                f"initializer must be a function such as he_normal or normal(0.1), not "
                f"{initializer!r}."
            )
        self.initializer = initializer
        self.bias = bias
        self.add_parameter("W", np.zeros((self.n_in, self.n_out)))
        if bias:
            self.add_parameter("b", np.zeros(self.n_out))
        self.initialize(np.random.default_rng(seed))

    def initialize(self, rng: np.random.Generator) -> None:
        self.W = self.initializer((self.n_in, self.n_out), rng)
        if self.bias:
            self.b = np.zeros(self.n_out)

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        x = self._checked_input(x, self.W.dtype)
        self._cache = x
        z = x @ self.W
        if self.bias:
            z += self.b
        return z

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        grad_output = self._parameter_gradients(grad_output)
        return grad_output @ self.W.T

    def parameter_gradients(self, grad_output: ArrayLike) -> None:
        self._parameter_gradients(grad_output)

    def _parameter_gradients(self, grad_output):
        x = self._cache
        shape = None if x is None else (len(x), self.n_out)
        grad_output = self._checked_gradient(grad_output, shape)
        if len(x) == 1 and grad_output.dtype == x.dtype:
            np.dot(x.T, grad_output, out=self.dW)  # matmul is ten times slower for a single row
        else:
            np.matmul(x.T, grad_output, out=self.dW)
        if self.bias:
            grad_output.sum(axis=0, out=self.db)
        return grad_output

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out}{'' if self.bias else ', bias=False'})"


class Sigmoid(Layer):
    """The sigmoid, element by element.

    forward:   a = σ(x) = 1 / (1 + e⁻ˣ)
    backward:  ∂L/∂x = G ⊙ a ⊙ (1 − a)
    """

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        self._cache = a = _sigmoid(self._checked_input(x))
        return a

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        a = self._cache
        return self._checked_gradient(grad_output, np.shape(a)) * (a * (1 - a))


class Tanh(Layer):
    """The hyperbolic tangent, element by element.

    forward:   a = tanh(x)
    backward:  ∂L/∂x = G ⊙ (1 − a²)
    """

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        self._cache = a = np.tanh(self._checked_input(x))
        return a

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        a = self._cache
        return self._checked_gradient(grad_output, np.shape(a)) * (1 - a * a)


class ReLU(Layer):
    """The rectified linear unit, element by element.

    forward:   a = max(0, x)
    backward:  ∂L/∂x = G where x > 0, else 0   (the convention at x = 0 is 0)
    """

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        x = self._checked_input(x)
        zero = np.zeros(x.shape[1], x.dtype)  # NumPy compares with a row faster than with a number
        self._cache = a = np.maximum(x, zero)
        return a

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        a = self._cache
        return self._checked_gradient(grad_output, np.shape(a)) * (a > 0)


class LeakyReLU(Layer):
    """ReLU with a small slope on the negative side.

    forward:   a = x where x > 0, else slope · x
    backward:  ∂L/∂x = G where x > 0, else slope · G

    Parameters
    ----------
    slope : float
        Above 0.
    """

    def __init__(self, slope: float = 0.01):
        super().__init__()
        self.slope = positive("slope", slope)

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        self._cache = x = self._checked_input(x)
        return np.where(x > 0, x, self.slope * x)

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        x = self._cache
        grad_output = self._checked_gradient(grad_output, np.shape(x))
        return np.where(x > 0, grad_output, self.slope * grad_output)

    def __repr__(self):
        return f"LeakyReLU({self.slope:g})"


class GELU(Layer):
    """The Gaussian error linear unit in its tanh form; see `gelu`.

    forward:   a = ½ x (1 + t),  t = tanh(√(2/π) (x + 0.044715 x³))
    backward:  ∂L/∂x = G ⊙ [½ (1 + t) + ½ x (1 − t²) √(2/π) (1 + 0.134145 x²)]
    """

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        x = self._checked_input(x)
        t = _gelu_tanh(x)
        self._cache = x, t
        return 0.5 * x * (1 + t)

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        x, t = self._cache or (None, None)
        grad_output = self._checked_gradient(grad_output, np.shape(x))
        x_inner = np.clip(x, -10, 10)  # beyond, 1 − t² is zero
        slope = GELU_SCALE * (1 + 3 * GELU_CUBIC * x_inner * x_inner)
        return grad_output * (0.5 * (1 + t) + 0.5 * x_inner * (1 - t * t) * slope)


class Softmax(Layer):
    """Scores to probabilities, row by row.

    forward:   pᵢ = e^(xᵢ − max x) / Σⱼ e^(xⱼ − max x)
    backward:  ∂L/∂x = p ⊙ (G − Σⱼ Gⱼ pⱼ)

    A network that ends in it must not be trained with `softmax_cross_entropy`, which has its
    own softmax: its numbers would be used as logits a second time.
    """

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        x = self._checked_input(x)
        p = np.exp(x - x.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        self._cache = p
        return p

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        p = self._cache
        grad_output = self._checked_gradient(grad_output, np.shape(p))
        return p * (grad_output - (grad_output * p).sum(axis=1, keepdims=True))


class Dropout(Layer):
    """Inverted dropout: in training each number is zeroed with probability `rate`.

    training:    a = x ⊙ m / (1 − rate),  m = 1 with probability 1 − rate, else 0
    prediction:  a = x
    backward:    ∂L/∂x = G ⊙ m / (1 − rate)

    Dividing by 1 − rate keeps the mean, so that prediction needs no correction.

    Parameters
    ----------
    rate : float
        In [0, 1).
    seed : int, numpy.random.Generator or None
        Of the masks.

    References
    ----------
    N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
    JMLR 15, 2014.
    """

    def __init__(self, rate: float, *, seed: int | np.random.Generator | None = None):
        super().__init__()
        self.rate = number_in("rate", rate, 0, 1, high_open=True)
        self.rng = np.random.default_rng(seed)

    def initialize(self, rng: np.random.Generator) -> None:
        self.rng = np.random.default_rng(rng.integers(2**63))

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        x = self._checked_input(x)
        if not training or self.rate == 0:
            self._cache = np.ones((), x.dtype), x.shape
            return x
        kept = self.rng.random(x.shape, dtype=np.float32) >= self.rate
        scaled_mask = kept * x.dtype.type(1 / (1 - self.rate))
        self._cache = scaled_mask, x.shape
        return x * scaled_mask

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        scaled_mask, shape = self._cache or (None, None)
        return self._checked_gradient(grad_output, shape) * scaled_mask

    def __repr__(self):
        return f"Dropout({self.rate:g})"


class Residual(Layer):
    """A shortcut around some layers, along which the gradient passes undiminished.

    forward:   a = x + f(x),  f the inner layers in their order
    backward:  ∂L/∂x = G + ∂f/∂xᵀ G

    Parameters
    ----------
    *layers : Layer
        At least one; f must return as many features as it takes.

    Raises
    ------
    ValueError
        If there is no inner layer, or f changes the number of features.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition",
    CVPR 2016.
    """

    def __init__(self, *layers: Layer):
        super().__init__()
        self.sublayers = chain(layers, "Residual")
        self.n_in = next((layer.n_in for layer in layers if layer.n_in is not None), None)
        n_out = next((layer.n_out for layer in layers[::-1] if layer.n_out is not None), None)
        if self.n_in != n_out:
            raise ValueError(
                f"Residual adds its input to the output of its layers, so both need the same "
                f"number of features, but {self.n_in} go in and {n_out} come out."
            )
        self.n_out = n_out

    def initialize(self, rng: np.random.Generator) -> None:
        for layer in self.sublayers:
            layer.initialize(rng)

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        x = self._checked_input(x)
        self._cache = x.shape
        inner = x
        for layer in self.sublayers:
            inner = layer.forward(inner, training)
        return x + inner

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        grad_output = self._checked_gradient(grad_output, self._cache)
        inner = grad_output
        for layer in reversed(self.sublayers):
            inner = layer.backward(inner)
        return grad_output + inner

    def __repr__(self):
        return f"Residual({', '.join(map(repr, self.sublayers))})"


def chain(layers, owner):
    """`layers` as a tuple, once it is certain that they are layers that fit one another."""
    if not isinstance(layers, Iterable):
        raise TypeError(f"{owner} needs a list of layers, such as [Dense(2, 1)], not {layers!r}.")
    layers = tuple(layers)
    if not layers:
        raise ValueError(f"{owner} needs at least one layer.")
    features, giver = None, None
    for position, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            hint = f" Write {layer.__name__}()." if isinstance(layer, type) else ""
            raise TypeError(f"layer {position} of {owner} is {layer!r}, not a layer.{hint}")
        if features is not None and layer.n_in not in (None, features):
            raise ValueError(
                f"layer {position}, {layer!r}, needs {layer.n_in} features, but {giver!r} before "
                f"it gives {features}."
            )
        if layer.n_out is not None:
            features, giver = layer.n_out, layer
    return layers
