"""The training loop, as a generator that yields one record for each step."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .checks import (
    NonFiniteError,
    all_finite,
    batch_of_rows,
    loss_and_gradient,
    positive_integer,
    rectangular,
    require_finite,
)
from .clipping import gradient_norm
from .losses import Loss
from .metrics import accuracy
from .network import Network
from .optimizers import Optimizer

__all__ = ["Evaluation", "TrainingDiverged", "TrainingRecord", "evaluate", "train"]


class TrainingRecord(NamedTuple):
    """What one training step tells.

    Attributes
    ----------
    step : int
        1, 2, …: how many updates have been made in this run.
    epoch : int
        0 during the first pass over the data; 0 throughout if the batches do not say.
    loss : float
        Of this batch, before the update, penalty included.
    learning_rate : float
        Used for this update.
    gradient_norms : dict of str to float, or None
        ‖∂L/∂block‖ for each block of parameters, before clipping, if asked for.
    """

    step: int
    epoch: int
    loss: float
    learning_rate: float
    gradient_norms: dict | None = None


class TrainingDiverged(ArithmeticError):
    """A number became NaN or infinite during training.

    Attributes
    ----------
    kind : str
        "activation", "gradient" or "parameter": what was not finite first.
    layer : str
        The first layer in which it happened, e.g. ``"2.Dense"``; its parameter, where one is to
        blame, e.g. ``"2.Dense.W"``; or ``"loss"``.
    step : int
        1, 2, …: the step in which it happened.
    cause : str
        The likely cause and what to try.
    """

    def __init__(self, kind: str, layer: str, step: int, cause: str):
        what = "loss" if layer == "loss" and kind == "activation" else f"{kind} of {layer}"
        super().__init__(
            f"Training diverged at step {step}: the {what} is no longer a finite number. {cause}"
        )
        self.kind, self.layer, self.step, self.cause = kind, layer, step, cause

    def __reduce__(self):
        return type(self), (self.kind, self.layer, self.step, self.cause)


CAUSES = {
    "activation": (
        "The weights have grown so large that their products overflow: most likely the learning "
        "rate ({rate:g}) is too high, or the initial weights are too large. Try a tenth of the "
        "learning rate, clip the gradient, or use He or Xavier initialisation."
    ),
    "gradient": (
        "The error grew on its way back through the layers: exploding gradients, from weights that "
        "are too large or a learning rate ({rate:g}) that is too high. Try clipping by global "
        "norm, a tenth of the learning rate, or He or Xavier initialisation."
    ),
    "parameter": (
        "The update was larger than the largest number: the learning rate ({rate:g}) is too high "
        "for gradients of this size. Try a tenth of it, or clip the gradient."
    ),
    "parameter before": (
        "It was not finite even before the update: something outside of training wrote NaN or "
        "infinity into it. Build the network again, or restore a checkpoint."
    ),
}


def train(
    network: Network,
    batches: Iterable[tuple],
    *,
    loss: Loss,
    optimizer: Optimizer,
    clip: Callable[[np.ndarray], object] | None = None,
    penalty: Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]] | None = None,
    record_gradient_norms: bool = False,
) -> Iterator[TrainingRecord]:
    """Train a network, one step each time the next record is asked for.

    For each batch: forward, loss, backward, then (if given) penalty and clip, and one step of
    the optimizer. Nothing happens until the records are iterated, and stopping early is fine:
    the network is complete between two records.

    Parameters
    ----------
    network : Network
    batches : iterable of (x, y, …)
        x of shape (batch, n_in), y what the loss wants. If a batch has an attribute `epoch`, as
        those of `course_lib.data.batches`, the record repeats it.
    loss : callable (output, y) → (loss, gradient)
    optimizer : Optimizer
    clip : callable (gradients), optional
        Changes the flat gradient vector in place, e.g.
        ``lambda gradients: clip_by_global_norm(gradients, 1.0)``.
    penalty : callable (parameters, mask) → (penalty, gradient), optional
        E.g. ``L2(1e-4)``; applied to weight matrices, not to biases.
    record_gradient_norms : bool

    Yields
    ------
    TrainingRecord

    Raises
    ------
    TrainingDiverged
        When a number becomes NaN or infinite: it names the first layer, whether activation,
        gradient or parameter, the step, and the likely cause. After an activation or a gradient
        diverged, the parameters are still finite.
    ValueError, TypeError
        If a batch has the wrong shape or holds NaN, or an argument is of the wrong kind.

    Examples
    --------
    >>> from course_lib.nn import Dense, Network, SGD, mse
    >>> network = Network([Dense(1, 1)], seed=0)
    >>> batches = [(np.array([[1.0], [2.0]]), np.array([[2.0], [4.0]]))] * 500
    >>> for record in train(network, batches, loss=mse, optimizer=SGD(0.1)):
    ...     pass
    >>> record.step, round(float(network.layers[0].W[0, 0]), 3)
    (500, 2.0)
    """
    if not hasattr(network, "parameters") or not hasattr(network, "forward"):
        raise TypeError(f"network must be a Network, not {network!r}.")
    if isinstance(optimizer, type) or not hasattr(optimizer, "step"):
        raise TypeError(f"optimizer must be an Optimizer such as SGD(0.1), not {optimizer!r}.")
    for name, function in (("loss", loss), ("clip", clip), ("penalty", penalty)):
        if not callable(function) and (name == "loss" or function is not None):
            raise TypeError(f"{name} must be a function, not {function!r}.")
    try:
        iterator = iter(batches)
    except TypeError:
        raise TypeError(f"batches must be an iterable of (x, y) pairs, not {batches!r}.") from None
    return _steps(network, iterator, loss, optimizer, clip, penalty, record_gradient_norms)


def _steps(network, iterator, loss, optimizer, clip, penalty, record_gradient_norms):
    mask = network.weight_mask if penalty else None
    for step, batch in enumerate(iterator, start=1):
        x, y = _inputs_and_targets(batch)
        rate = optimizer.current_learning_rate
        # Overflow is caught below, where it can be explained.
        with np.errstate(over="ignore", invalid="ignore"):
            value = _gradient(network, x, y, loss, penalty, mask, step, rate)
            try:
                norms = _gradient_norms(network) if record_gradient_norms else None
                if clip:
                    require_finite("gradients", network.gradients)  # clipping could hide infinity
                    clip(network.gradients)
                optimizer.step(network.parameters, network.gradients)
            except NonFiniteError as error:
                # The error travels backward: the last bad block was the first to go wrong.
                bad = _first_block(network, network.gradients, backward=True)
                _diverged("gradient", bad, step, rate, error)
        if not all_finite(network.parameters):
            _diverged("parameter", _first_block(network, network.parameters), step, rate)
        yield TrainingRecord(step, getattr(batch, "epoch", 0), value, rate, norms)


def _inputs_and_targets(batch):
    if not isinstance(batch, tuple | list) or len(batch) < 2:
        raise TypeError(f"batches must give (x, y) pairs, but one is a {type(batch).__name__}.")
    return batch[:2]


def _gradient(network, x, y, loss, penalty, mask, step, rate):
    """Fill network.gradients; returns the loss, or raises TrainingDiverged."""
    try:
        output = network.forward(x, training=True)
    except NonFiniteError as error:
        layer = _before(network, getattr(error, "layer", None))
        if layer is None:
            raise  # it is x itself that is not finite
        _explain_activation(network, layer, step, rate, error)
    if not all_finite(output):
        _explain_activation(network, network.layers[-1].name, step, rate)
    value, grad_output = loss_and_gradient(loss, output, y)
    if not (math.isfinite(value) and all_finite(grad_output)):
        _diverged("activation", "loss", step, rate)
    try:
        network.backward(grad_output)
    except NonFiniteError as error:
        _diverged("gradient", _after(network, getattr(error, "layer", None)), step, rate, error)
    if penalty:
        extra, gradient = penalty(network.parameters, mask)
        value += extra
        if not math.isfinite(value):
            _diverged("activation", "loss", step, rate)
        network.gradients += gradient
    return value


def _gradient_norms(network):
    return {name: gradient_norm(network.gradients[where]) for name, where in network.blocks.items()}


def _explain_activation(network, layer, step, rate, error=None):
    """An activation is bad: because of its own layer, unless a parameter was bad already."""
    if not all_finite(network.parameters):
        bad = _first_block(network, network.parameters)
        _diverged("parameter", bad, step, rate, error, cause="parameter before")
    _diverged("activation", layer, step, rate, error)


def _diverged(kind, layer, step, rate, error=None, cause=None):
    raise TrainingDiverged(kind, layer, step, CAUSES[cause or kind].format(rate=rate)) from error


def _before(network, layer):
    """Name of the layer whose output `layer` received, None if that is the network's input."""
    position = _position(network, layer, inner=0)
    return network.leaves[position - 1].name if position else None


def _after(network, layer):
    """Name of the layer whose gradient `layer` received, or "loss"."""
    position = _position(network, layer, inner=-1)
    return "loss" if position + 1 >= len(network.leaves) else network.leaves[position + 1].name


def _position(network, layer, inner):
    """Where among the leaves a layer is; a Residual counts as its first or last inner layer."""
    while layer is not None and layer.sublayers:
        layer = layer.sublayers[inner]
    return network.leaves.index(layer) if layer in network.leaves else 0


def _first_block(network, vector, backward=False):
    names = list(network.blocks)
    for name in reversed(names) if backward else names:
        if not all_finite(vector[network.blocks[name]]):
            return name
    raise AssertionError("called without a non-finite entry")


class Evaluation(NamedTuple):
    """What `evaluate` found on a whole data set.

    Attributes
    ----------
    loss : float
    accuracy : float or None
        In [0, 1]; None for targets that are no classes.
    """

    loss: float
    accuracy: float | None


def evaluate(
    network: Network, x: ArrayLike, y: ArrayLike, *, loss: Loss, batch_size: int = 1000
) -> Evaluation:
    """Loss and accuracy of a network on a data set, in prediction mode.

    Parameters
    ----------
    network : Network
    x : array_like, shape (n, n_in)
    y : array_like, first axis n
        Integer class numbers of shape (n,) give an accuracy, other targets do not.
    loss : callable (output, y) → (loss, gradient)
        Must be a mean over the examples, as those of this package are.
    batch_size : int
        How many rows to compute at a time.

    Returns
    -------
    Evaluation
        (loss, accuracy)

    Raises
    ------
    ValueError
        If x and y differ in length, or there is no example.
    """
    batch_size = positive_integer("batch_size", batch_size)
    x, y = batch_of_rows("x", x, needed_by="evaluate"), rectangular("y", y)
    if y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"x has shape {x.shape} and y {y.shape}: they differ in length.")
    classify = y.ndim == 1 and y.dtype.kind in "iu"
    loss_sum, correct = 0.0, 0.0
    for start in range(0, len(x), batch_size):
        rows = slice(start, start + batch_size)
        output = network.forward(x[rows])
        loss_sum += loss_and_gradient(loss, output, y[rows])[0] * len(output)
        if classify:
            correct += accuracy(output, y[rows]) * len(output)
    return Evaluation(loss_sum / len(x), correct / len(x) if classify else None)
