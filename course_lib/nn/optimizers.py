"""Optimizers: each turns a gradient vector into a step of the parameter vector, in place.

In every formula w are the parameters, g the gradients, α the learning rate of this step and
t = 1, 2, … the number of the step. The learning rate is a number or a schedule (step → number,
from step 0 on). State is kept between steps; `reset()` forgets it.
"""

import numpy as np

from .checks import non_negative, number_in, positive, require_finite, writable_floats
from .schedules import Schedule

__all__ = ["SGD", "Adam", "AdamW", "Momentum", "Nesterov", "Optimizer", "RMSProp"]


class Optimizer:
    """Base class: counts steps, looks up the learning rate, checks the two vectors.

    Parameters
    ----------
    learning_rate : float or callable (step) → float
        A number of 0 or more, or a schedule. May be changed between steps.

    Attributes
    ----------
    steps : int
        How many steps have been made.
    """

    def __init__(self, learning_rate: float | Schedule):
        self.learning_rate = learning_rate
        self.reset()

    @property
    def learning_rate(self) -> float | Schedule:
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float | Schedule):
        self._learning_rate = value if callable(value) else non_negative("learning_rate", value)

    @property
    def current_learning_rate(self) -> float:
        """The number that the next step will use."""
        if callable(self._learning_rate):
            return non_negative(
                f"the schedule at step {self.steps}", self._learning_rate(self.steps)
            )
        return self._learning_rate

    def reset(self) -> None:
        """Forget all state: the next step is the first."""
        self.steps = 0
        self._buffers = {}

    def step(self, parameters: np.ndarray, gradients: np.ndarray) -> None:
        """Update `parameters` in place.

        Parameters
        ----------
        parameters, gradients : ndarray, equal shapes, of floating-point numbers
            Usually ``network.parameters`` and ``network.gradients``; gradients are not changed.

        Raises
        ------
        ValueError
            If the shapes differ, or differ from those of the steps before, `gradients` holds NaN
            or infinity, or the schedule gives no rate; nothing is changed then.
        TypeError
            If an argument is not a floating-point array (a list cannot be changed in place).
        """
        writable_floats("parameters", parameters)
        if not isinstance(gradients, np.ndarray) or gradients.dtype.kind != "f":
            held = getattr(gradients, "dtype", type(gradients).__name__)
            raise TypeError(f"gradients must be a floating-point array, not {held}.")
        if parameters.shape != gradients.shape:
            raise ValueError(
                f"gradients has shape {gradients.shape}, but it needs the shape of parameters, "
                f"{parameters.shape}."
            )
        require_finite("gradients", gradients)
        rate = self.current_learning_rate
        self._update(parameters, gradients, rate)
        self.steps += 1

    def _update(self, w, g, rate):
        raise NotImplementedError(f"{type(self).__name__} must define _update(w, g, rate).")

    def _buffer(self, name, like):
        """An array kept between steps, zero at first."""
        buffer = self._buffers.get(name)
        if buffer is None:
            buffer = self._buffers[name] = np.zeros_like(like)
        elif buffer.shape != like.shape:
            raise ValueError(
                f"parameters has shape {like.shape}, but this optimizer has made {self.steps} "
                f"steps with shape {buffer.shape}. Use a new optimizer, or call reset()."
            )
        return buffer

    def __repr__(self):
        return f"{type(self).__name__}(learning_rate={self.learning_rate})"


class SGD(Optimizer):
    """(Stochastic) gradient descent.

    w ← w − α g

    Parameters
    ----------
    learning_rate : float or schedule

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> SGD(0.1).step(w, np.array([10.0, 0.0]))
    >>> w.tolist()
    [0.0, 2.0]
    """

    def _update(self, w, g, rate):
        step = self._buffer("step", w)
        np.multiply(g, rate, out=step)
        w -= step


class Momentum(Optimizer):
    """Gradient descent with momentum, the ball that keeps rolling.

    v ← β v + g,  w ← w − α v      (v₀ = 0)

    The convention of PyTorch: g enters v whole, not times 1 − β, so that with a constant
    gradient the steps grow to α g / (1 − β).

    Parameters
    ----------
    learning_rate : float or schedule
    beta : float
        In [0, 1).

    References
    ----------
    B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
    """

    def __init__(self, learning_rate: float | Schedule, *, beta: float = 0.9):
        super().__init__(learning_rate)
        self.beta = number_in("beta", beta, 0, 1, high_open=True)

    def _update(self, w, g, rate):
        v, step = self._buffer("velocity", w), self._buffer("step", w)
        v *= self.beta
        v += g
        np.multiply(v, rate, out=step)
        w -= step


class Nesterov(Momentum):
    """Momentum that looks ahead (Nesterov's accelerated gradient).

    v ← β v + g,  w ← w − α (g + β v)      (v₀ = 0)

    Parameters
    ----------
    learning_rate : float or schedule
    beta : float
        In [0, 1).

    References
    ----------
    I. Sutskever et al., "On the importance of initialization and momentum in deep learning",
    ICML 2013; this form: PyTorch's ``SGD(nesterov=True)``.
    """

    def _update(self, w, g, rate):
        v, step = self._buffer("velocity", w), self._buffer("step", w)
        v *= self.beta
        v += g
        np.multiply(v, self.beta, out=step)
        step += g
        step *= rate
        w -= step


class RMSProp(Optimizer):
    """Gradient descent with a step of its own for each weight.

    s ← β s + (1 − β) g²,  w ← w − α g / (√s + ε)      (s₀ = 0)

    Parameters
    ----------
    learning_rate : float or schedule
    beta : float
        In [0, 1).
    epsilon : float
        Above 0; outside the root.

    References
    ----------
    T. Tieleman and G. Hinton, Coursera lecture 6.5, 2012.
    """

    def __init__(
        self, learning_rate: float | Schedule, *, beta: float = 0.99, epsilon: float = 1e-8
    ):
        super().__init__(learning_rate)
        self.beta = number_in("beta", beta, 0, 1, high_open=True)
        self.epsilon = positive("epsilon", epsilon)

    def _update(self, w, g, rate):
        s, step = self._buffer("square", w), self._buffer("step", w)
        np.multiply(g, g, out=step)
        step *= 1 - self.beta
        s *= self.beta
        s += step
        np.sqrt(s, out=step)
        step += self.epsilon
        np.divide(g, step, out=step)
        step *= rate
        w -= step


class Adam(Optimizer):
    """Momentum and a step of its own for each weight, both corrected for starting at zero.

    m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²      (m₀ = s₀ = 0)
    m̂ = m / (1 − β₁ᵗ),  ŝ = s / (1 − β₂ᵗ)
    w ← w − α m̂ / (√ŝ + ε)

    Parameters
    ----------
    learning_rate : float or schedule
    beta1, beta2 : float
        In [0, 1).
    epsilon : float
        Above 0; outside the root.

    References
    ----------
    D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
    """

    def __init__(
        self,
        learning_rate: float | Schedule = 0.001,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ):
        super().__init__(learning_rate)
        self.beta1 = number_in("beta1", beta1, 0, 1, high_open=True)
        self.beta2 = number_in("beta2", beta2, 0, 1, high_open=True)
        self.epsilon = positive("epsilon", epsilon)

    def _update(self, w, g, rate):
        m, s = self._buffer("mean", w), self._buffer("square", w)
        scratch = self._buffer("scratch", w)
        t = self.steps + 1
        np.multiply(g, 1 - self.beta1, out=scratch)
        m *= self.beta1
        m += scratch
        np.multiply(g, g, out=scratch)
        scratch *= 1 - self.beta2
        s *= self.beta2
        s += scratch
        # The corrections are numbers, so they go to where they cost nothing:
        # α m̂ / (√ŝ + ε) = α′ m / (√s + ε′)
        root = np.sqrt(1 - self.beta2**t)
        np.sqrt(s, out=scratch)
        scratch += self.epsilon * root
        np.divide(m, scratch, out=scratch)
        scratch *= rate * root / (1 - self.beta1**t)
        w -= scratch


class AdamW(Adam):
    """Adam with decoupled weight decay.

    w ← w − α λ w (where `decay_mask` is True), then the step of Adam

    Parameters
    ----------
    learning_rate : float or schedule
    weight_decay : float
        λ, 0 or more.
    decay_mask : ndarray of bool, shape of the parameters, or None
        What decays; None for everything. ``network.weight_mask`` leaves the biases out.
    **adam
        `beta1`, `beta2` and `epsilon`, as for `Adam`.

    References
    ----------
    I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
    """

    def __init__(
        self,
        learning_rate: float | Schedule = 0.001,
        *,
        weight_decay: float = 0.01,
        decay_mask: np.ndarray | None = None,
        **adam: float,
    ):
        super().__init__(learning_rate, **adam)
        self.weight_decay = non_negative("weight_decay", weight_decay)
        self.decay_mask = decay_mask

    def _update(self, w, g, rate):
        scratch = self._buffer("scratch", w)
        if self.decay_mask is None:
            w *= 1 - rate * self.weight_decay
        else:
            if np.shape(self.decay_mask) != w.shape:
                raise ValueError(
                    f"decay_mask has shape {np.shape(self.decay_mask)}, but it needs the shape of "
                    f"parameters, {w.shape}."
                )
            decay = self._buffers.get("decay")
            if decay is None:
                decay = self._buffers["decay"] = np.asarray(self.decay_mask, dtype=w.dtype)
            np.multiply(w, decay, out=scratch)
            scratch *= rate * self.weight_decay
            w -= scratch
        super()._update(w, g, rate)
