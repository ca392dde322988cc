"""What an exercise is: its statement, its right answer, its inputs, and the slips people make."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from course_lib.nn import numerical_gradient

__all__ = ["GAP", "Case", "Exercise", "Slip", "central_differences"]

GAP = "____"
"""What stands where the learner's expression goes. (`_` to `___` are IPython's own names.)"""


@dataclass(frozen=True)
class Case:
    """One input of a check.

    Parameters
    ----------
    label : str
        As it reads after "for": "a batch of 4", "one example".
    args : tuple
        Arguments in the order of the reference.
    kind : str
        ``"ordinary"``; ``"integer"`` if arrays hold whole numbers of an integer type (another
        case then holds the same numbers as floats, so that the type alone explains a
        difference); ``"extreme"`` if a naive formula overflows on them.
    smooth : bool
        Whether finite differences make sense: not at a kink, such as that of ReLU at 0.
    """

    label: str
    args: tuple
    kind: str = "ordinary"
    smooth: bool = True

    @property
    def differentiable(self):
        """Whether the check compares with finite differences here."""
        return self.smooth and self.kind == "ordinary"


@dataclass(frozen=True)
class Slip:
    """A mistake with a name, and the function that makes it.

    Parameters
    ----------
    name : str
        What it is called in the course, e.g. "missing 1/n".
    message : str
        Two or three sentences to the learner: what it is, why it is tempting, where to look.
    wrong : callable, optional
        The exercise's function with the slip in it.
    after : callable (outputs, *args) → outputs, optional
        Instead of `wrong`: what to do to the tuple of right outputs. Such a slip can be
        recognised on top of another one.
    where : str
        A regular expression for the line of the learner's code to point at; without a match
        it is the line that makes the first wrong output.
    overflow : bool
        The slip shows only in numbers that overflow: on extreme inputs anything that is not
        finite fits it.
    """

    name: str
    message: str
    wrong: Callable | None = None
    after: Callable | None = None
    where: str = ""
    overflow: bool = False

    def __post_init__(self):
        if (self.wrong is None) == (self.after is None):
            raise ValueError(f"slip {self.name!r} needs either wrong or after.")


@dataclass(frozen=True, eq=False)
class Exercise:
    """Everything the course knows about one exercise.

    The source of `reference` is the solution that is shown; stub and gap are cut from it, so
    that the three cannot contradict each other. It may use `np` and nothing else.

    Parameters
    ----------
    lesson : int
    title : str
    statement : str
        Markdown: the formula in LaTeX, the shapes of everything.
    reference : callable
        Its name is the exercise's id; its docstring stands in the stub.
    outputs : tuple of str
        Names of what it returns, in order.
    cases : callable (numpy.random.Generator) → sequence of Case
    slips : tuple of Slip
    hints : tuple of three str
        From "where to look" to "nearly there".
    worked_example : str
        Source of a *related* problem solved step by step; it prints its result.
    gap : str
        The expression of the solution that the gap version leaves out; occurs once in it.
    given : str
        Last line of the solution that the stub already holds; empty for none.
    numerical : callable (*args) → tuple of ndarray or None, optional
        What finite differences of an independent forward pass say; None for an output that is
        no gradient.
    """

    lesson: int
    title: str
    statement: str
    reference: Callable
    outputs: tuple
    cases: Callable = field(repr=False)
    slips: tuple = field(repr=False)
    hints: tuple = field(repr=False)
    worked_example: str = field(repr=False)
    gap: str = field(repr=False)
    given: str = field(default="", repr=False)
    numerical: Callable | None = field(default=None, repr=False)

    @property
    def id(self):
        """The name by which `check` finds it."""
        return self.reference.__name__

    @property
    def parameters(self):
        """Names of the arguments, in order."""
        return tuple(inspect.signature(self.reference).parameters)

    @property
    def signature(self):
        """As in "mse_gradient(predictions, targets)"."""
        return f"{self.id}({', '.join(self.parameters)})"

    @cached_property
    def solution(self):
        """Source of the right answer."""
        return textwrap.dedent(inspect.getsource(self.reference))

    @cached_property
    def stub(self):
        """What the learner starts from when writing it all."""
        lines = self.solution.splitlines()
        function = ast.parse(self.solution).body[0]
        kept = function.body[0].end_lineno
        if self.given:
            kept = 1 + next(i for i, line in enumerate(lines) if self.given in line)
        return "\n".join([*lines[:kept], "    ...", ""])

    @cached_property
    def gap_version(self):
        """The solution with one expression left out."""
        return self.solution.replace(self.gap, GAP)

    def make_cases(self):
        """The inputs of the check: the same at every call, in fresh arrays."""
        seed = int.from_bytes(self.id.encode(), "little")
        return tuple(self.cases(np.random.default_rng(seed)))

    @property
    def checked(self):
        """What a pass means, in a sentence or two."""
        labels = [case.label for case in self.make_cases()]
        differences = (
            "Where the function is smooth, also compared with finite differences. "
            if self.numerical
            else ""
        )
        return (
            f"Compared with the reference on {len(labels)} inputs: {'; '.join(labels)}. "
            f"{differences}Your function left its inputs as they were and gives the same answer "
            f"twice."
        )


def central_differences(loss: Callable, *wrt: str) -> Callable:
    """Make the `numerical` of an exercise whose outputs are gradients of one loss.

    Parameters
    ----------
    loss : callable (*args) → float
        Takes the arguments of the exercise; written without the reference.
    *wrt : str
        For each output, the argument that it is the gradient with respect to.
    """
    positions: Sequence[int] = [list(inspect.signature(loss).parameters).index(n) for n in wrt]

    def numerical(*args):
        def gradient(position):
            def loss_at(value):
                return loss(*args[:position], value, *args[position + 1 :])

            return numerical_gradient(loss_at, args[position])

        return tuple(gradient(position) for position in positions)

    return numerical
