"""The numbers of the scrubber's network, and what they are called.

Names carry their place in the array as a subscript: z1₂ is the second entry of z1, W1₁₂ the weight
from x₁ to z1₂.
"""

from dataclasses import dataclass

__all__ = ["Place"]


@dataclass(frozen=True)
class Place:
    """One number of the network: an entry of one of its arrays.

    Attributes
    ----------
    array : str
        As the code calls it: "W1".
    index : tuple of int
        Counted from 0; rows of x, z1, a1, z2 and p are left out, as there is one example.
    """

    array: str
    index: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """With subscripts that count from 1: W1₁₂."""
        return self.array + "".join("₁₂₃₄₅₆₇₈₉"[i] for i in self.index)

    @property
    def key(self) -> str:
        """For code: W1_12."""
        return "_".join([self.array, "".join(str(i + 1) for i in self.index)]).rstrip("_")

    @property
    def gradient(self) -> str:
        """The array in which the code keeps ∂L/∂(this array)."""
        return f"d{self.array}"

    @property
    def words(self) -> str:
        """What it is."""
        kind = self.array.rstrip("12")
        if kind == "W":
            source, target = ("x", "z1") if self.array == "W1" else ("a1", "z2")
            start, end = Place(source, self.index[:1]), Place(target, self.index[1:])
            return f"the weight from {start.name} to {end.name}"
        return {
            "x": "an input",
            "b": f"the bias of {Place('z' + self.array[-1], self.index).name}",
            "z": "a weighted sum",
            "a": "what the hidden unit answers",
            "p": "a prediction",
            "L": "the loss",
        }[kind]
