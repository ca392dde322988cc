"""Gradient checking: compare a gradient with central differences, block by block."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .checks import (
    all_finite,
    loss_and_gradient,
    one_number,
    positive,
    positive_integer,
    real_array,
    same_shape,
)
from .clipping import gradient_norm
from .losses import Loss
from .network import Network

__all__ = ["BlockCheck", "GradientCheck", "gradient_check", "numerical_gradient", "relative_error"]


def numerical_gradient(
    function: Callable[[np.ndarray], float], x: ArrayLike, *, epsilon: float = 1e-5
) -> np.ndarray:
    """The gradient of a scalar function by central differences.

    ∂f/∂xᵢ ≈ (f(x + ε eᵢ) − f(x − ε eᵢ)) / 2ε, with an error that shrinks like ε²

    Two evaluations for each entry of x: exact enough to check a gradient, far too slow to train.

    Parameters
    ----------
    function : callable (ndarray) → float
    x : array_like, any shape
        Where; not changed. Computed in float64.
    epsilon : float
        Above 0. Too large, and the curve bends in between; too small, and rounding takes over.

    Returns
    -------
    ndarray of float64, shape of `x`

    Raises
    ------
    ValueError, TypeError
        If `x` is not an array of finite numbers, `epsilon` is not above 0, or the function does not
        return one number.
    """
    epsilon = positive("epsilon", epsilon)
    x = np.array(real_array("x", x), dtype=np.float64)
    gradient = np.empty_like(x)

    def evaluate():
        return one_number("the value of the function", function(x))

    for i in np.ndindex(x.shape):
        gradient[i] = _central_difference(evaluate, x, i, epsilon)
    return gradient


def relative_error(gradient: ArrayLike, reference: ArrayLike) -> float:
    """How far two gradients are apart: 0 if equal, 1 if one of them is zero.

    ‖g − r‖ / (‖g‖ + ‖r‖); 0 if both are zero

    Parameters
    ----------
    gradient, reference : array_like, equal shapes

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ, or a value is NaN or infinite.
    TypeError
        If an argument is not an array of real numbers.
    """
    gradient = real_array("gradient", gradient, np.float64)
    reference = real_array("reference", reference, np.float64)
    same_shape("gradient", gradient, "reference", reference)
    size = gradient_norm(gradient) + gradient_norm(reference)
    return gradient_norm(gradient - reference) / size if size else 0.0


@dataclass(frozen=True)
class BlockCheck:
    """The check of one block of parameters; `worst` is the index of the largest difference.

    The relative error is infinite if the gradient, or the loss nearby, is not a finite number.
    """

    name: str
    relative_error: float
    checked: int
    worst: tuple
    backprop: float
    numerical: float


@dataclass(frozen=True)
class GradientCheck:
    """The result of `gradient_check`: truthy if it passed, a table when printed.

    Attributes
    ----------
    blocks : tuple of BlockCheck
        One for each block of parameters, and one for the input x.
    tolerance : float
        The largest relative error of a block that passes.
    """

    blocks: tuple
    tolerance: float

    @property
    def worst(self) -> BlockCheck:
        """The block with the largest relative error."""
        return max(self.blocks, key=lambda block: block.relative_error)

    def __bool__(self):
        return self.worst.relative_error <= self.tolerance

    def __str__(self):
        width = max(len(block.name) for block in self.blocks)
        lines = [
            f"{block.name:<{width}}  relative error {block.relative_error:.1e}  "
            f"({block.checked} entries)"
            for block in self.blocks
        ]
        worst = self.worst
        if self:
            lines.append(f"passed: every block is within {self.tolerance:.0e}")
        else:
            lines.append(
                f"FAILED: {worst.name} is wrong, most at {list(worst.worst)}: "
                f"backprop {worst.backprop:.8g}, numerical {worst.numerical:.8g}"
            )
        return "\n".join(lines)


def gradient_check(
    network: Network,
    x: ArrayLike,
    y: ArrayLike,
    loss: Loss,
    *,
    epsilon: float = 1e-5,
    tolerance: float = 1e-6,
    training: bool = False,
    max_entries: int | None = None,
    seed: int | np.random.Generator | None = 0,
) -> GradientCheck:
    """Compare backpropagation with central differences for every parameter and the input.

    Parameters
    ----------
    network : Network
        In float64. Its parameters and running averages are left as they were.
    x : array_like, shape (batch, n_in)
    y : array_like
        What `loss` wants.
    loss : callable (output, y) → (loss, gradient)
    epsilon : float
        Step of the difference.
    tolerance : float
        Largest relative error of a block that passes.
    training : bool
        Check the training mode: BatchNorm uses the batch, and Dropout draws the same mask for
        every evaluation.
    max_entries : int or None
        Check at most so many entries of each block, chosen with `seed`; None for all.

    Returns
    -------
    GradientCheck

    Raises
    ------
    TypeError
        If the network is float32: rounding would hide the answer.
    ValueError
        As `network.forward` and `loss`.

    Notes
    -----
    A ReLU whose input lies within ε of its kink makes the difference wrong, not the gradient.
    """
    if network.dtype != np.float64:
        raise TypeError(
            f"gradient_check needs a network in float64, and this one is {network.dtype}. "
            f"Build it with dtype=np.float64."
        )
    epsilon, tolerance = positive("epsilon", epsilon), positive("tolerance", tolerance)
    if max_entries is not None:
        max_entries = positive_integer("max_entries", max_entries)
    x = np.array(real_array("x", x), dtype=np.float64)
    chooser = np.random.default_rng(seed)
    randomness = [
        (layer.rng, layer.rng.bit_generator.state) for layer in network.leaves if layer.rng
    ]
    before = network.checkpoint()

    def rewind():
        for rng, state in randomness:
            rng.bit_generator.state = state

    def evaluate():
        rewind()
        return loss_and_gradient(loss, network.forward(x, training), y)[0]

    try:
        rewind()
        _, grad_output = loss_and_gradient(loss, network.forward(x, training), y)
        grad_x = network.backward(grad_output, need_input_grad=True)
        same_shape("the gradient that the first layer returned", grad_x, "x", x)
        gradients = network.gradients.copy()
        blocks = [
            _check_block(
                name, network.block(name), network.block(name, gradients), evaluate, epsilon,
                max_entries, chooser,
            )
            for name in network.blocks
        ]  # fmt: skip
        blocks.append(_check_block("x", x, grad_x, evaluate, epsilon, max_entries, chooser))
        network.gradients = gradients
    finally:
        rewind()
        network.restore(before)
    return GradientCheck(tuple(blocks), tolerance)


def _check_block(name, values, gradient, evaluate, epsilon, max_entries, chooser):
    indices = np.arange(values.size)
    if max_entries is not None and max_entries < values.size:
        indices = np.sort(chooser.choice(values.size, max_entries, replace=False))
    places = [tuple(int(k) for k in np.unravel_index(i, values.shape)) for i in indices]
    backprop = np.array([gradient[place] for place in places])
    numerical = np.array(
        [_central_difference(evaluate, values, place, epsilon) for place in places]
    )
    # Rounding of the loss limits what a difference can see: a gradient below that, such as that
    # of a bias in front of BatchNorm, which is exactly zero, counts as equal.
    invisible = 100 * np.finfo(np.float64).eps * max(1.0, abs(evaluate())) / epsilon
    numerical = np.where(np.abs(backprop - numerical) < invisible, backprop, numerical)
    # np.argmax takes NaN for the largest number, which suits.
    worst = int(np.argmax(np.abs(backprop - numerical)))
    finite = all_finite(backprop) and all_finite(numerical)
    return BlockCheck(
        name,
        relative_error(backprop, numerical) if finite else math.inf,
        len(places),
        places[worst],
        float(backprop[worst]),
        float(numerical[worst]),
    )


def _central_difference(evaluate, values, place, epsilon):
    """(f(v + ε) − f(v − ε)) / 2ε for one entry of `values`, which is put back."""
    value = values[place]
    try:
        values[place] = value + epsilon
        above = evaluate()
        values[place] = value - epsilon
        below = evaluate()
    finally:
        values[place] = value
    return (above - below) / (2 * epsilon)
