"""What the scrubber says: numbers, and the state of the pass in words."""

import math

from .backprop_trace import Trace
from .network_places import Place

__all__ = ["number", "scrubber_caption", "target"]


def number(value: float, digits: int = 4) -> str:
    """With a true minus, and without a minus before zero.

    Half-way cases go away from zero even if the value is a little off, so that a gradient and its
    finite difference are written alike.
    """
    rounded = round(value + math.copysign(1e-7, value), digits)
    return f"{rounded or 0.0:.{digits}f}".replace("-", "−")


def scrubber_caption(trace: Trace, step: int, place: Place) -> str:
    """The state of the pass after `step` lines, and the chain rule for one place, in words."""
    if step == 0:
        now = "Nothing is computed yet."
    else:
        way = "Forward" if step <= trace.forward_lines else "Backward"
        now = f"{way}, line {step} of {len(trace.lines)}: {_code(trace.lines[step - 1])}."
    if place.array == "L":
        known = f" = {number(trace.value(place))}" if step >= trace.forward_lines else ""
        return f"{now} L{known}: its gradient by itself is 1, where every backward pass begins."
    if step < trace.made_by(place.gradient):
        waits = f"∂L/∂{place.name} is not computed yet; line {trace.made_by(place.gradient)} will"
        if step >= trace.forward_lines:
            waits += f". Its finite difference is {number(trace.finite_difference(place))}"
        return f"{now} {waits}."
    products = ", plus ".join(
        f"local derivative {number(term.local)} ({term.what}) × upstream {number(term.upstream)} "
        f"(∂L/∂{term.through.name})"
        for term in trace.terms(place)
    )
    return (
        f"{now} ∂L/∂{place.name}: {products}; gradient {number(trace.gradient(place))}, "
        f"finite difference {number(trace.finite_difference(place))}."
    )


def _code(line):
    return line.split("  #")[0]


def target(line: str) -> str:
    """The array that a line of the code makes."""
    return line.split(" = ")[0]
