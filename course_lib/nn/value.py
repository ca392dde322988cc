"""A scalar reverse-mode autodiff on one page: every operation records its local derivatives."""

import math

__all__ = ["Value"]


class Value:
    """A number that remembers how it was computed.

    `data` is the number, `grad` is ∂(result)/∂(this) after ``result.backward()``, `parents` pairs
    each operand with ∂(this)/∂(operand), `operation` and `label` name it. After micrograd (2020).

    >>> a = Value(3.0)
    >>> b = a * a + 2
    >>> b.backward()
    >>> b.data, a.grad
    (11.0, 6.0)
    """

    def __init__(self, data: float, parents: tuple = (), operation: str = "", label: str = ""):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.operation = operation
        self.label = label

    def __add__(self, other: "Value | float") -> "Value":
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)), "+")

    def __mul__(self, other: "Value | float") -> "Value":
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)), "×")

    def __pow__(self, exponent: float) -> "Value":
        slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
        return Value(self.data**exponent, ((self, slope),), f"^{exponent:g}")

    def exp(self) -> "Value":
        y = math.exp(self.data)
        return Value(y, ((self, y),), "exp")

    def log(self) -> "Value":
        return Value(math.log(self.data), ((self, 1 / self.data),), "log")

    def tanh(self) -> "Value":
        y = math.tanh(self.data)
        return Value(y, ((self, 1 - y * y),), "tanh")

    def sigmoid(self) -> "Value":
        y = math.exp(min(self.data, 0.0)) / (1.0 + math.exp(-abs(self.data)))
        return Value(y, ((self, y * (1 - y)),), "σ")

    def relu(self) -> "Value":
        return Value(max(self.data, 0.0), ((self, 1.0 if self.data > 0 else 0.0),), "ReLU")

    def __neg__(self) -> "Value":
        return self * -1

    def __sub__(self, other: "Value | float") -> "Value":
        return self + -1 * other

    def __truediv__(self, other: "Value | float") -> "Value":
        return self * other**-1

    def __rsub__(self, other: "Value | float") -> "Value":
        return -self + other

    def __rtruediv__(self, other: "Value | float") -> "Value":
        return self**-1 * other

    __radd__, __rmul__ = __add__, __mul__

    def ancestors(self) -> list["Value"]:
        """All values this one depends on, itself last, each after all of its parents."""
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            value, parents_done = stack.pop()
            if parents_done:
                order.append(value)
            elif value not in seen:
                seen.add(value)
                stack.append((value, True))
                stack.extend((parent, False) for parent, _ in value.parents)
        return order

    def backward(self) -> None:
        """Fill in `grad` of this value and all its ancestors; earlier results are forgotten."""
        order = self.ancestors()
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, local_derivative in value.parents:
                parent.grad += local_derivative * value.grad

    def __repr__(self):
        return f"Value({self.data:.6g}, grad={self.grad:.6g})"
