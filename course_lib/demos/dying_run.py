"""Training runs that die, each from another cause, and what can be read off their remains.

The loop here is a plain one, as one writes it at first: it asks no questions, and computes on
with whatever it has. It only writes down the largest number of each layer, in each step. From
that record `diagnose` tells which number was the first to leave the finite ones, and why.
"""

from collections.abc import Callable
from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from course_lib.data import batches

from .deep_signal import deep_network
from .deep_training import weight_matrices
from .digit_runs import digits
from .threads import one_thread

__all__ = [
    "CASES",
    "COLUMNS",
    "DEPTH",
    "KINDS",
    "STEPS",
    "Case",
    "Finding",
    "Remains",
    "diagnose",
    "dying_run",
    "naive_loss",
    "naive_softmax",
    "stable_loss",
]

DEPTH = 10
STEPS = 16
BATCH_SIZE = 100
KINDS = ("activation", "gradient", "parameter")
COLUMNS = ("pixels", *map(str, range(1, DEPTH + 1)), "logits", "softmax", "loss")
"""What a step computes, in order; a number is a hidden layer."""
LARGEST = float(np.finfo(np.float32).max)


class Remains(NamedTuple):
    """The largest |number| of each step, kind and column.

    Attributes
    ----------
    largest : ndarray, shape (steps, 3, columns)
        Axis 1 as in `KINDS`, axis 2 as in `COLUMNS`. NaN or infinite if one of them is; −1 where
        there is nothing, e.g. no parameter of the pixels.
    smallest_probability : ndarray, shape (steps,)
        That the softmax gave to the right digit.
    losses : ndarray, shape (steps,)
    """

    largest: np.ndarray
    smallest_probability: np.ndarray
    losses: np.ndarray


def naive_softmax(z: np.ndarray) -> np.ndarray:
    """eᶻ / Σ eᶻ, as the formula says: overflows at large logits; z of shape (batch, classes)."""
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def _shifted_softmax(z):
    return naive_softmax(z - z.max(axis=1, keepdims=True))


def naive_loss(z, p, y):
    """−ln of the probability of the right class, and its gradient on the way through softmax.

    ∂L/∂p = −1 / (n p) at the right class,  ∂L/∂z = p (∂L/∂p − Σ p ∂L/∂p)
    """
    rows = np.arange(len(y))
    dp = np.zeros_like(p)
    dp[rows, y] = -1 / (len(y) * p[rows, y])
    return -np.log(p[rows, y]).mean(), p * (dp - (p * dp).sum(axis=1, keepdims=True))


def stable_loss(z, p, y):
    """ln Σ eᶻ − z_y, with the largest logit taken out of the sum, and its gradient (p − Y) / n."""
    rows = np.arange(len(y))
    shifted = z - z.max(axis=1, keepdims=True)
    loss = (np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]).mean()
    dz = p.copy()
    dz[rows, y] -= 1
    return loss, dz / np.float32(len(y))


def _blank_scan(x, step):
    """From step 6 on, one image of the batch is an empty sheet; each is divided by its maximum."""
    x = x.copy()
    if step >= 6:
        x[37] = 0
    return x / x.max(axis=1, keepdims=True)


def _without_blanks(x, step):
    x = _blank_scan(x, step)
    return np.where(np.isfinite(x), x, np.float32(0))


class Case(NamedTuple):
    """How a run is set up.

    Attributes
    ----------
    rate : float
    scale : float
        Of He's weights.
    normal : bool
        Standard normal weights in place of He's.
    softmax, loss, prepare : callable
    seed : int
        Of the weights.
    """

    rate: float = 0.1
    scale: float = 1.0
    normal: bool = False
    softmax: Callable = _shifted_softmax
    loss: Callable = stable_loss
    prepare: Callable = lambda x, step: x
    seed: int = 0


CASES = {
    "learning rate too high": (Case(rate=3.0), Case(rate=0.1)),
    "initial weights too large": (Case(normal=True), Case()),
    "logarithm of zero": (
        Case(rate=0.04, scale=1.35, seed=6, loss=naive_loss),
        Case(rate=0.04, scale=1.35, seed=6),
    ),
    "overflow in softmax": (
        Case(rate=0.02, scale=1.38, seed=13, softmax=naive_softmax),
        Case(rate=0.02, scale=1.38, seed=13),
    ),
    "NaN in the data": (Case(prepare=_blank_scan), Case(prepare=_without_blanks)),
}
"""By cause: the run that dies, and the same run cured."""


def initial_weights(case: Case) -> list[np.ndarray]:
    """float32 weight matrices of the network, from the pixels on."""
    network = deep_network(DEPTH, "ReLU", "He", scale=case.scale, seed=case.seed, dtype=np.float32)
    weights = [W.copy() for W in weight_matrices(network)]
    if case.normal:
        weights = [W / np.float32(np.sqrt(2 / len(W))) for W in weights]
    return weights


@cache
def dying_run(cause: str, cured: bool = False) -> Remains:
    """Run a plain training loop to its end, whatever happens.

    Parameters
    ----------
    cause : str
        Of `CASES`.
    cured : bool
        Whether the cause is taken away.

    Returns
    -------
    Remains

    Raises
    ------
    ValueError
        If there is no such cause.
    """
    if cause not in CASES:
        raise ValueError(f"cause must be one of {', '.join(CASES)}, not {cause!r}.")
    case = CASES[cause][cured]
    weights = initial_weights(case)
    biases = [np.zeros(W.shape[1], np.float32) for W in weights]
    largest = np.full((STEPS, len(KINDS), len(COLUMNS)), -1.0)
    probabilities, losses = np.empty(STEPS), np.empty(STEPS)
    order = batches(*digits().train, BATCH_SIZE, epochs=None, seed=0)
    with one_thread(), np.errstate(all="ignore"):
        for step, (x, y, *_) in enumerate(islice(order, STEPS)):
            a, gradients, p, losses[step] = _one_step(
                case, weights, biases, case.prepare(x, step + 1), y
            )
            probabilities[step] = p[np.arange(len(y)), y].min()
            for kind, arrays in enumerate((a, gradients, weights)):
                first = 0 if kind == 0 else 1
                for column, array in enumerate(arrays, start=first):
                    largest[step, kind, column] = _largest(array)
    return Remains(largest, probabilities, losses)


def _one_step(case, weights, biases, x, y):
    """Forward, backward, update, and nothing else."""
    a = [x]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a.append(np.maximum(a[-1] @ W + b, 0))
    z = a[-1] @ weights[-1] + biases[-1]
    p = case.softmax(z)
    loss, dz = case.loss(z, p, y)
    gradients = [None] * len(weights)
    for k in reversed(range(len(weights))):
        gradients[k] = dW = a[k].T @ dz
        db = dz.sum(axis=0)
        if k:
            dz = (dz @ weights[k].T) * (a[k] > 0)
        weights[k] -= np.float32(case.rate) * dW
        biases[k] -= np.float32(case.rate) * db
    return [*a, z, p, np.array([loss])], gradients, p, loss


def _largest(array):
    """max |array|: NaN if there is one, else infinity if there is one."""
    return np.abs(array).max()


class Finding(NamedTuple):
    """The first number that was not finite, and what it points to.

    Attributes
    ----------
    step : int
        1, 2, …
    kind : str
        Of `KINDS`.
    column : str
        Of `COLUMNS`.
    cause : str
        Of `CASES`.
    evidence : str
    """

    step: int
    kind: str
    column: str
    cause: str
    evidence: str


def diagnose(remains: Remains) -> Finding | None:
    """Name the first number that left the finite ones, and the cause that fits the record.

    A step computes activations from the pixels to the loss, gradients from the logits back to
    layer 1, then parameters. The first in this order is the origin; what comes later has caught it.

    Parameters
    ----------
    remains : Remains

    Returns
    -------
    Finding or None
        None if all numbers are finite.
    """
    for step, record in enumerate(remains.largest):
        for kind, values in enumerate(record):
            order = range(len(COLUMNS))
            for column in reversed(order) if KINDS[kind] == "gradient" else order:
                if not np.isfinite(values[column]):
                    cause, evidence = _cause(remains, step, column)
                    return Finding(step + 1, KINDS[kind], COLUMNS[column], cause, evidence)
    return None


def _cause(remains, step, column):
    where, activations = COLUMNS[column], remains.largest[step, 0]
    if where == "pixels":
        return "NaN in the data", "the pixels themselves are not finite; all before were"
    if where == "softmax":
        logit = activations[COLUMNS.index("logits")]
        return (
            "overflow in softmax",
            f"the logits are finite, the largest {logit:.0f}, but e to that power is not",
        )
    if where == "loss":
        return (
            "logarithm of zero",
            f"the smallest probability of a right answer is {remains.smallest_probability[step]:g}",
        )
    hidden = remains.largest[0, 0, 1 : DEPTH + 1]
    growth = (hidden[-1] / hidden[0]) ** (1 / (DEPTH - 1))
    if growth > 2:
        return (
            "initial weights too large",
            f"in step 1 already, each layer multiplied the activations by {growth:.1f}",
        )
    weights = remains.largest[:, 2, 1 : DEPTH + 2].max(axis=1)
    return (
        "learning rate too high",
        f"step 1 was sound (× {growth:.1f} per layer), then the largest weight grew from "
        f"{weights[0]:.2g} to {weights[max(step - 1, 0)]:.2g}",
    )
