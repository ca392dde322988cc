"""Every number of one forward and one backward pass, line by line of the code that computes it.

The code is text that is executed one line at a time: what a reader sees is what is computed.
"""

from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
from numpy.typing import ArrayLike

from course_lib.nn import sigmoid, softmax

from .network_places import Place
from .output_heads import HEADS, Head

__all__ = [
    "EXAMPLES",
    "W1",
    "W2",
    "Term",
    "Trace",
    "b1",
    "b2",
    "trace_backpropagation",
]

NUDGE = 1e-5

W1 = np.array([[0.8, 0.3], [-0.4, 0.9]])
b1 = np.array([0.1, -0.2])
W2 = np.array([[0.9, -0.6], [-0.5, 0.8]])
b2 = np.array([0.1, -0.1])

# Input and label of one example each; the network's weights are always the same.
EXAMPLES = {
    "both hidden units on": ([1.0, 0.5], [1, 0]),
    "second hidden unit off": ([1.0, -0.5], [1, 0]),
    "sure and wrong": ([2.0, 0.2], [0, 1]),
}


@dataclass(frozen=True)
class Term:
    """One product of the chain rule: how a place acts on one next place, times the gradient there.

    Attributes
    ----------
    through : Place
        The next place.
    what : str
        The local derivative as a formula.
    local, upstream : float
    """

    through: Place
    what: str
    local: float
    upstream: float

    @property
    def product(self) -> float:
        return self.local * self.upstream


@dataclass(frozen=True)
class Trace:
    """One forward and one backward pass.

    Attributes
    ----------
    head : Head
    lines : tuple of str
        The code, forward then backward.
    forward_lines : int
        How many of them are forward.
    values : dict of str to ndarray
        Every array the code has made or was given, by its name; one row for one example.
    """

    head: Head
    lines: tuple[str, ...]
    forward_lines: int
    values: dict = field(repr=False)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every number that has a gradient, in the order of the forward pass."""
        found = []
        for array in ("x", "W1", "b1", "z1", "a1", "W2", "b2", "z2", "p"):
            shape = np.shape(self.values[array])
            shape = shape if array[0] in "Wb" else shape[1:]
            found += [Place(array, index) for index in np.ndindex(shape)]
        return (*found, Place("L"))

    def made_by(self, array: str) -> int:
        """The step after which an array is known; 0 if it is known from the start."""
        for step, line in enumerate(self.lines, 1):
            if line.split(" = ")[0] == array:
                return step
        return 0

    def value(self, place: Place) -> float:
        """The number itself."""
        return _entry(self.values[place.array], place)

    def gradient(self, place: Place) -> float:
        """∂L/∂place, as the code has computed it."""
        return 1.0 if place.array == "L" else _entry(self.values[place.gradient], place)

    def finite_difference(self, place: Place) -> float:
        """∂L/∂place by nudging: (L(place + ε) − L(place − ε)) / 2ε, all after it computed again."""
        if place.array == "L":
            return 1.0
        if place not in self._differences:
            above, below = (self._loss_if_nudged(place, sign * NUDGE) for sign in (1, -1))
            self._differences[place] = (above - below) / (2 * NUDGE)
        return self._differences[place]

    @cached_property
    def _differences(self):
        return {}

    def _loss_if_nudged(self, place, nudge):
        given = {name: self.values[name] for name in GIVEN}
        return float(_run(self.lines[: self.forward_lines], given, place, nudge)["L"])

    def terms(self, place: Place) -> tuple[Term, ...]:
        """Local derivative × upstream gradient, along each edge that leaves `place`."""
        v, array, index = self.values, place.array, place.index
        if array == "L":
            return (Term(place, "∂L/∂L", 1.0, 1.0),)
        if array[0] == "W":
            source, target = ("x", "z1") if array == "W1" else ("a1", "z2")
            start = Place(source, index[:1])
            return (self._term(Place(target, index[1:]), start.name, self.value(start)),)
        if array[0] == "b":
            return (self._term(Place("z" + array[1], index), "1", 1.0),)
        if array in ("x", "a1"):
            weights, target = ("W1", "z1") if array == "x" else ("W2", "z2")
            return tuple(
                self._term(Place(target, (j,)), Place(weights, (*index, j)).name, weight)
                for j, weight in enumerate(v[weights][index[0]])
            )
        if array == "z1":
            return (self._term(Place("a1", index), "ReLU′(z)", float(self.value(place) > 0)),)
        if array == "p":
            return (Term(Place("L"), f"∂L/∂{place.name}", self.gradient(place), 1.0),)
        slopes = self.head.jacobian(v["p"][0])[index[0]]
        return tuple(
            self._term(
                Place("p", (k,)), self.head.slope if index == (k,) else self.head.mixed, slope
            )
            for k, slope in enumerate(slopes)
            if index == (k,) or self.head.mixed
        )

    def _term(self, through, what, local):
        return Term(through, what, float(local), self.gradient(through))


GIVEN = ("x", "y", "W1", "b1", "W2", "b2")


def trace_backpropagation(
    x: ArrayLike, y: ArrayLike, head: Head = HEADS["softmax + cross-entropy"]
) -> Trace:
    """Run the code on one example and keep every number.

    Parameters
    ----------
    x : array_like, shape (2,)
    y : array_like, shape (2,)
        The label: 1 at the right answer, 0 elsewhere.
    head : Head

    Returns
    -------
    Trace

    Raises
    ------
    ValueError
        If `x` or `y` does not hold two finite numbers.
    """
    given = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    for name, numbers in (("x", x), ("y", y)):
        row = np.asarray(numbers, dtype=float)
        if row.shape != (2,) or not np.isfinite(row).all():
            raise ValueError(
                f"{name} must hold two finite numbers, as [1.0, 0.5], not {numbers!r}."
            )
        given[name] = row.reshape(1, 2)
    forward = (
        "z1 = x @ W1 + b1",
        "a1 = np.maximum(0, z1)",
        "z2 = a1 @ W2 + b2",
        *head.forward,
    )
    backward = (
        *head.backward,
        "dW2 = a1.T @ dz2",
        "db2 = dz2.sum(axis=0)",
        "da1 = dz2 @ W2.T",
        "dz1 = da1 * (z1 > 0)",
        "dW1 = x.T @ dz1",
        "db1 = dz1.sum(axis=0)",
        "dx = dz1 @ W1.T",
    )
    lines = forward + backward
    return Trace(head, lines, len(forward), _run(lines, given))


def _run(lines, given, nudged=None, nudge=0.0):
    """The arrays after these lines; one entry of one of them nudged as soon as it is there."""
    known = {"np": np, "sigmoid": sigmoid, "softmax": softmax}
    arrays = {name: np.array(values, dtype=float) for name, values in given.items()}
    if nudged is not None and nudged.array in arrays:
        _add(arrays[nudged.array], nudged, nudge)
    for line in lines:
        exec(_compiled(line), known, arrays)
        name = line.split(" = ")[0]
        if nudged is not None and nudged.array == name:
            arrays[name] = np.array(arrays[name], dtype=float)
            _add(arrays[name], nudged, nudge)
    return arrays


@cache
def _compiled(line):
    return compile(line, "<the listing>", "exec")


def _add(array, place, nudge):
    array[_where(array, place)] += nudge


def _entry(array, place):
    return float(np.asarray(array)[_where(array, place)])


def _where(array, place):
    """The index of a place in its array, which may have a row for the one example before it."""
    missing = np.ndim(array) - len(place.index)
    return (0,) * missing + place.index
