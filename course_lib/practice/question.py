"""What a quiz question and a prediction are, apart from how they are shown."""

import math
from dataclasses import dataclass

from .ordering import digest, shuffled

__all__ = ["CLOSE", "Choice", "Option", "Prediction", "Question", "seal"]

LETTERS = "ABCDEFGH"


def seal(question, text):
    """What `Question.key` is for the choice that is right.

    It keeps the answer from those who scroll through the notebook, search the package, or open
    the page's inspector before they have answered. It is a cover, not a lock: four choices are
    soon tried, and the explanations stand in the open beside them.
    """
    return digest("the best answer to", question, "is", text)


@dataclass(frozen=True)
class Choice:
    """One answer to a quiz question.

    Parameters
    ----------
    text : str
    because : str
        Why it is right, or why it is tempting and yet wrong. It stands under the choice, so it
        must not mention a letter or a position: every learner sees another order.
    see : str
        Name of the demo preset that shows it; else the question's.
    """

    text: str
    because: str
    see: str = ""


@dataclass(frozen=True)
class Question:
    """A quiz question with one best answer.

    Parameters
    ----------
    id : str
        The same for as long as the question asks the same thing.
    lesson : int
        The lesson to revisit for it.
    topic : str
        What to revisit, as it reads after "Look again at".
    text : str
        `` `code` `` is shown as code.
    choices : tuple of Choice
    key : str
        The `seal` of the best answer.
    see : str
        Name of the demo preset that shows what it is about.
    """

    id: str
    lesson: int
    topic: str
    text: str
    choices: tuple
    key: str
    see: str = ""

    def is_right(self, choice):
        """Whether it is the best answer."""
        return seal(self.id, choice.text) == self.key

    def ordered(self, *seed):
        """The choices as one learner sees them."""
        by_text = {choice.text: choice for choice in self.choices}
        return [by_text[text] for text in shuffled(by_text, *seed, self.id)]

    def mark(self, choice):
        """What stands for the choice in the learner's file, whatever its position."""
        return digest(self.id, choice.text)


@dataclass(frozen=True)
class Option:
    """One possible outcome of a demo.

    Parameters
    ----------
    id : str
        What the lesson passes to `reveal` if this is what happens, e.g. "diverges".
    text : str
        For a picture: what it shows, for those who do not see it.
    sketch : str
        Name of a curve of `sketches`, if the options are pictures.
    """

    id: str
    text: str
    sketch: str = ""


CLOSE = 1.25


@dataclass(frozen=True)
class Prediction:
    """A question to answer before a demo. What is true, the demo says.

    Parameters
    ----------
    id : str
    lesson : int
    text : str
    because : str
        A sentence or two for afterwards; true whatever was guessed.
    options : tuple of Option
        Empty if a number is asked for.
    in_order : bool
        The options are a scale: they are not shuffled.
    unit : str
        Of the number.
    factor : float
        A number counts as right if it is within this factor of the truth, ...
    margin : float, optional
        ... or, if given, within this distance of it.
    """

    id: str
    lesson: int
    text: str
    because: str = ""
    options: tuple = ()
    in_order: bool = False
    unit: str = ""
    factor: float = CLOSE
    margin: float | None = None

    @property
    def kind(self):
        """ "number", "choice" or "picture"."""
        if not self.options:
            return "number"
        return "picture" if self.options[0].sketch else "choice"

    def ordered(self, *seed):
        """The options as one learner sees them."""
        if self.in_order:
            return list(self.options)
        by_id = {option.id: option for option in self.options}
        return [by_id[id] for id in shuffled(by_id, *seed, self.id)]

    def option(self, id):
        """The option with this id; None if there is none."""
        return next((option for option in self.options if option.id == id), None)

    def outcome(self, value):
        """What a demo found, as it is kept: the id of an option, or a float.

        Raises
        ------
        ValueError
            If it is neither.
        """
        if self.kind != "number":
            if self.option(value) is None:
                ids = ", ".join(repr(option.id) for option in self.options)
                raise ValueError(f"{self.id}: the outcome must be one of {ids}, not {value!r}.")
            return str(value)
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f"{self.id}: the outcome must be a finite number, not {value!r}.")
        return number

    def is_right(self, guess, truth):
        """Whether a guess came close enough."""
        if self.kind != "number":
            return guess == truth
        if self.margin is not None:
            return abs(guess - truth) <= self.margin * (1 + 1e-9)
        if truth == 0 or guess * truth <= 0:
            return guess == truth
        return abs(math.log(guess / truth)) <= math.log(self.factor) * (1 + 1e-9)

    @property
    def allowance(self):
        """How close a number must come, in words."""
        if self.margin is not None:
            return f"within {self.margin:g}{self.unit_text}"
        if self.factor < 2:
            return f"within {100 * (self.factor - 1):.0f} %"
        return f"within a factor of {self.factor:g}"

    @property
    def unit_text(self):
        """The unit with the space before it."""
        return f" {self.unit}" if self.unit else ""

    def in_words(self, value):
        """A guess or an outcome as text."""
        if self.kind == "number":
            return f"{_short(value)}{self.unit_text}"
        option = self.option(value)
        return option.text if option else str(value)


def _short(number):
    """Three significant digits, without an exponent where none is needed."""
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    if 1e-4 <= abs(number) < 1e6:
        return f"{float(f'{number:.3g}'):,.10g}"
    return f"{number:.3g}"
