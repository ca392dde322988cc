"""The answer of a check, as a learner reads it."""

import re
import textwrap
from dataclasses import dataclass

from .source_lines import CodeLine

__all__ = ["CheckResult"]

WIDTH = 88
MARKS = {"passed": "✓", "failed": "✗", "not attempted": "○"}


@dataclass(frozen=True)
class CheckResult:
    """What `check` found. True if the exercise is passed; reads well when printed.

    Attributes
    ----------
    exercise : str
        Its id.
    status : str
        "passed", "failed" or "not attempted".
    kind : str
        What the message is about: "slip", "numbers", "shape", "not finite", "result",
        "exception", "endless loop", "call", "changed input", "not reproducible"; "passed" and
        "not attempted" as the status.
    title : str
        The finding in a few words.
    message : str
        Two or three sentences.
    slips : tuple of str
        Names of the slips that give exactly the learner's numbers; most often one or none.
    line : CodeLine or None
        Where to look in the learner's code.
    checked : str
        What was compared; for a passed exercise.
    printed : str
        The beginning of what the function printed.
    """

    exercise: str
    status: str
    kind: str
    title: str
    message: str = ""
    slips: tuple = ()
    line: CodeLine | None = None
    checked: str = ""
    printed: str = ""

    @property
    def passed(self):
        return self.status == "passed"

    def __bool__(self):
        return self.passed

    def __str__(self):
        parts = [f"{MARKS[self.status]} {self.exercise}: {self.title}"]
        for text in (self.message, self.checked):
            if text:
                parts.append(_wrapped(text))
        if self.line:
            parts.append(f"Look at {self.line}")
        return "\n".join(parts)

    __repr__ = __str__


def _wrapped(text):
    """The text in lines, none of which ends within a shape such as (4, 3)."""
    together = re.sub(r"(?<=\d), (?=\d)", ",\0", text)
    return textwrap.fill(together, WIDTH, break_long_words=False).replace("\0", " ")
