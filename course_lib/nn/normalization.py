"""Layers that keep activations at mean 0 and variance 1: BatchNorm and LayerNorm."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .checks import number_in, positive, positive_integer
from .layer import Layer, View

__all__ = ["BatchNorm", "LayerNorm"]


class _Normalization(Layer):
    """What the two share: x̂ = (x − μ) / √(σ² + ε), then γ x̂ + β with γ and β learned."""

    gamma = View("parameters", "gamma")
    beta = View("parameters", "beta")
    dgamma = View("gradients", "gamma")
    dbeta = View("gradients", "beta")

    def __init__(self, n_features: int, *, epsilon: float = 1e-5):
        super().__init__()
        self.n_in = self.n_out = positive_integer("n_features", n_features)
        self.epsilon = positive("epsilon", epsilon)
        self.add_parameter("gamma", np.ones(self.n_in))
        self.add_parameter("beta", np.zeros(self.n_in))

    def initialize(self, rng: np.random.Generator) -> None:
        self.gamma = np.ones(self.n_in)
        self.beta = np.zeros(self.n_in)

    def _normalize(self, x, mean, variance, axis):
        """γ x̂ + β. `axis` is that over which mean and variance were taken, None for constants."""
        inverse_std = 1 / np.sqrt(variance + self.epsilon)
        x_hat = (x - mean) * inverse_std
        self._cache = x_hat, inverse_std, axis
        return self.gamma * x_hat + self.beta

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        x_hat, inverse_std, axis = self._cache or (None, None, None)
        grad_output = self._checked_gradient(grad_output, np.shape(x_hat))
        np.sum(grad_output * x_hat, axis=0, out=self.dgamma)
        np.sum(grad_output, axis=0, out=self.dbeta)
        grad_x_hat = grad_output * self.gamma
        if axis is None:
            return grad_x_hat * inverse_std
        return inverse_std * (
            grad_x_hat
            - grad_x_hat.mean(axis=axis, keepdims=True)
            - x_hat * (grad_x_hat * x_hat).mean(axis=axis, keepdims=True)
        )

    def __repr__(self):
        return f"{type(self).__name__}({self.n_in})"


class BatchNorm(_Normalization):
    """Batch normalisation: each feature is centred and scaled over the batch.

    training:    μ, σ² are mean and (biased) variance of each column of the batch
    prediction:  μ, σ² are the running averages
    forward:     x̂ = (x − μ) / √(σ² + ε),  a = γ ⊙ x̂ + β
    backward:    dγ = Σ_rows G ⊙ x̂,  dβ = Σ_rows G,  with Ĝ = G ⊙ γ:
                 ∂L/∂x = (Ĝ − mean_rows(Ĝ) − x̂ ⊙ mean_rows(Ĝ ⊙ x̂)) / √(σ² + ε)   in training
                 ∂L/∂x = Ĝ / √(σ² + ε)                                           in prediction

    Conventions, those of PyTorch: running = (1 − momentum) · running + momentum · batch, and
    the running variance averages the *unbiased* batch variance, n/(n − 1) σ².

    Parameters
    ----------
    n_features : int
    momentum : float
        Weight of the newest batch in the running averages, in (0, 1].
    epsilon : float
        Added to the variance; above 0.

    Attributes
    ----------
    gamma, beta, dgamma, dbeta : ndarray, shape (n_features,)
    state : dict
        ``running_mean`` and ``running_variance``, shape (n_features,).

    Raises
    ------
    ValueError
        From `forward` in training, if the batch has only one row: its variance is zero.

    References
    ----------
    S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015.
    """

    def __init__(self, n_features: int, *, momentum: float = 0.1, epsilon: float = 1e-5):
        super().__init__(n_features, epsilon=epsilon)
        self.momentum = number_in("momentum", momentum, 0, 1, low_open=True)
        self.state = {"running_mean": np.zeros(self.n_in), "running_variance": np.ones(self.n_in)}

    def initialize(self, rng: np.random.Generator) -> None:
        super().initialize(rng)
        self.state["running_mean"][...] = 0
        self.state["running_variance"][...] = 1

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        x = self._checked_input(x, self.gamma.dtype)
        running_mean, running_variance = self.state["running_mean"], self.state["running_variance"]
        if not training:
            mean, variance = running_mean.astype(x.dtype), running_variance.astype(x.dtype)
            return self._normalize(x, mean, variance, axis=None)
        n = len(x)
        if n == 1:
            raise ValueError(
                f"x has shape {x.shape}: {self!r} needs at least 2 rows in training, because the "
                f"variance of one example is zero. Use a larger batch, or drop the last one."
            )
        mean, variance = x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True)
        running_mean += self.momentum * (mean[0] - running_mean)
        running_variance += self.momentum * (variance[0] * n / (n - 1) - running_variance)
        return self._normalize(x, mean, variance, axis=0)


class LayerNorm(_Normalization):
    """Layer normalisation: each example is centred and scaled over its features.

    forward:   x̂ = (x − μ) / √(σ² + ε),  a = γ ⊙ x̂ + β,  μ and σ² mean and variance of each row
    backward:  dγ = Σ_rows G ⊙ x̂,  dβ = Σ_rows G,  with Ĝ = G ⊙ γ:
               ∂L/∂x = (Ĝ − mean_columns(Ĝ) − x̂ ⊙ mean_columns(Ĝ ⊙ x̂)) / √(σ² + ε)

    Training and prediction do the same, and the size of the batch does not matter.

    Parameters
    ----------
    n_features : int
    epsilon : float
        Added to the variance; above 0.

    Attributes
    ----------
    gamma, beta, dgamma, dbeta : ndarray, shape (n_features,)

    References
    ----------
    J. Ba, J. Kiros and G. Hinton, "Layer normalization", arXiv:1607.06450.
    """

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        x = self._checked_input(x, self.gamma.dtype)
        mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
        return self._normalize(x, mean, variance, axis=1)
