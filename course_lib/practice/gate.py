"""The prediction gate: a guess before the demo, and guess and truth side by side after it."""

import re

from .card import Card, Framed, Stage, html_choices, html_text
from .lessons import lesson
from .question import LETTERS
from .questions import prediction
from .sketches import picture
from .standing import PredictionStanding, prediction_standing

__all__ = ["Gate", "GateCard", "RevealCard", "predict", "reveal"]

CONFIDENCES = (
    (0.25, "25 %: a guess"),
    (0.5, "50 %: could be"),
    (0.7, "70 %: I think so"),
    (0.9, "90 %: fairly sure"),
    (0.99, "99 %: certain"),
)

HEADING = "Predict first"
SKIP = "You can skip this; the demo works either way."


def predict(name, demo=None, truth=None):
    """Ask for a prediction before a demo.

    The simplest use is three cells: ``predict("…")``, the demo, ``reveal("…", what_came_out)``.
    With `demo`, the three are one cell, and the demo opens once the guess is made or skipped.

    Parameters
    ----------
    name : str
        Id of the prediction.
    demo : callable () → anything a cell can show, optional
    truth : as in `reveal`, optional
        Needs `demo`.

    Returns
    -------
    GateCard or Gate
    """
    asked = prediction(name)
    if demo is None:
        if truth is not None:
            raise ValueError("truth goes with demo; without a demo, call reveal below it.")
        return GateCard(asked)
    return Gate(asked, demo, truth)


def reveal(name, truth, note=""):
    """Show guess and truth side by side, below the demo.

    Parameters
    ----------
    name : str
        Id of the prediction.
    truth : str, float or callable () → either
        What the demo found: the id of an option, or a number. Compute it; do not type it.
    note : str
        How it came out, in a few words: "0.153 after 200 steps".

    Returns
    -------
    RevealCard

    Raises
    ------
    ValueError
        If the truth is none of the options, or no finite number.
    """
    asked = prediction(name)
    return RevealCard(asked, asked.outcome(truth() if callable(truth) else truth), note)


class GateCard(Card):
    """A question, the learner's guess and how sure they are.

    Parameters
    ----------
    asked : Prediction
    """

    ACTIONS = ("guess", "skip", "change")

    def __init__(self, asked):
        self.asked = asked
        self._changing = False
        self._problem = ""
        super().__init__()

    # ------------------------------------------------------------------ what the learner does

    def guess(self, value, confidence):
        """Make a guess.

        Parameters
        ----------
        value : str or float
            The id of an option, or a number, also as it is typed.
        confidence : float
            Probability, in the learner's eyes, that the guess is right.
        """
        value, self._problem = read_guess(self.asked, value, confidence)
        if self._problem:
            self.say(self._problem)
            return
        self._changing = False
        self._record(value, float(confidence))
        self.say("Your guess is noted. Now the demo.")

    def skip(self):
        """Go to the demo without a guess."""
        self._problem, self._changing = "", False
        if self._standing().guess is None:
            self.progress.record("skip", prediction=self.asked.id)
        self.say("Skipped. The demo is below.")

    def change(self):
        """Guess again, as long as the truth has not been seen."""
        self._changing = self._standing().truth is None
        self._problem = ""
        self.say("")

    def _record(self, value, confidence):
        self.progress.record("guess", prediction=self.asked.id, guess=value, confidence=confidence)

    # ------------------------------------------------------------------ what the page shows

    @property
    def passed(self):
        """Whether the way to the demo is free: guessed, skipped, or the truth is known."""
        standing = self._standing()
        return standing.guess is not None or standing.skipped or standing.truth is not None

    def describe(self):
        standing = self._standing()
        view = {"kind": "gate", "title": HEADING, "id": self.asked.id, "text": self.asked.text}
        if not self.passed or (self._changing and standing.truth is None):
            return {**view, **self._form()}
        return {**view, **self._after(standing)}

    def _form(self):
        return {
            "phase": "question",
            "hint": SKIP,
            "input": self.asked.kind,
            "options": [
                {"id": option.id, "text": option.text, "picture": picture(option.sketch)}
                for option in self.asked.ordered(self.progress.learner)
            ],
            "unit": self.asked.unit,
            "allowance": self.asked.allowance if self.asked.kind == "number" else "",
            "confidences": [{"value": value, "text": text} for value, text in CONFIDENCES],
            "problem": self._problem,
        }

    def _after(self, standing):
        view = {"phase": "waiting", "comparison": None, "can_change": standing.truth is None}
        if standing.truth is not None:
            view["comparison"] = comparison(self.asked, standing)
        elif standing.guess is not None:
            view["guess"] = shown(self.asked, standing.guess, standing.confidence)
        return view

    def _standing(self):
        return prediction_standing(self.progress.events, self.asked.id)

    def fallback(self):
        texts = [option.text for option in self.asked.ordered("page")]
        lines = [f"{HEADING}: {self.asked.text}"]
        lines += [f"   {x}) {text}" for x, text in zip(LETTERS, texts, strict=False)]
        body = html_choices(texts) if texts else ""
        if not texts:
            lines.append(f"   A number{' in ' + self.asked.unit if self.asked.unit else ''}.")
        page = f"<p><strong>{HEADING}</strong><br>{html_text(self.asked.text)}</p>{body}"
        return "\n".join(lines), page


class RevealCard(Card):
    """Guess and truth, once the learner wants to see them.

    Parameters
    ----------
    asked : Prediction
    truth : str or float
    note : str
    """

    ACTIONS = ("show",)

    def __init__(self, asked, truth, note=""):
        self.asked, self.truth, self.note = asked, truth, note
        super().__init__()

    def show(self):
        """Show what came out. From now on a guess no longer counts."""
        standing = self._standing()
        if standing.truth is None:
            right = standing.guess is not None and self.asked.is_right(standing.guess, self.truth)
            self.progress.record(
                "truth",
                prediction=self.asked.id,
                truth=self.truth,
                note=self.note,
                right=right,
            )
        self.say(comparison(self.asked, self._standing())["verdict"])

    def describe(self):
        standing = self._standing()
        view = {"kind": "reveal", "id": self.asked.id, "title": "Guess and truth"}
        if standing.truth is not None:
            return {**view, "phase": "shown", "comparison": comparison(self.asked, standing)}
        guessed = standing.guess is not None
        return {
            **view,
            "phase": "hidden",
            "text": (
                "You have made your guess. When you have tried the demo:"
                if guessed
                else "You have not guessed yet. The question stands above the demo."
            ),
            "button": "Compare with my guess" if guessed else "Show it without a guess",
        }

    def _standing(self):
        return prediction_standing(self.progress.events, self.asked.id)

    def fallback(self):
        truth = self.asked.in_words(self.truth) + (f" ({self.note})" if self.note else "")
        because = f" {self.asked.because}" if self.asked.because else ""
        text = f"What came out: {truth}.{because}".replace("..", ".")
        page = f"<details><summary>Show what came out</summary><p>{html_text(text)}</p></details>"
        return text, page


class Gate(Framed):
    """Question, demo and comparison in one: the demo opens when the question is behind."""

    def __init__(self, asked, demo, truth):
        self.stage = Stage()
        self.demo, self.truth = demo, truth
        self._open = False
        card = GateCard(asked)
        super().__init__(card, self.stage)
        card.progress.observe(self._follow)
        card.appeared = self._follow

    def _follow(self):
        # Only in a page: what a run without one leaves must not depend on an earlier guess.
        if self._open or not self.card.is_shown or not self.card.passed:
            return
        self._open = True
        self.stage.put(self.demo)
        if self.truth is not None:
            self.children = (*self.children, self.comparison())

    def comparison(self):
        """The card with guess and truth; the demo comes first, as the truth may be its doing."""
        return reveal(self.card.asked.id, self.truth)

    def close(self):
        self.card.progress.unobserve(self._follow)
        super().close()


def read_guess(asked, value, confidence):
    """A guess as the page sends it, and what is wrong with it ("" if nothing).

    Returns
    -------
    value : str, float or None
    problem : str
    """
    if asked.kind == "number":
        value = number_typed(value, asked.unit == "%")
        if value is None:
            return None, "Please type a number, for example 0.05 or 3e-4."
    elif asked.option(value) is None:
        return None, "Please choose one of the answers."
    if not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        return None, "Please say how sure you are."
    return value, ""


def number_typed(text, percent=False):
    """The number that a person typed; None if it is none.

    Parameters
    ----------
    text : str or float
        Also with a decimal comma, thousands, a fraction "1/20", or a percent sign.
    percent : bool
        The number is asked for in percent, so that "5 %" means 5 and not 0.05.

    Returns
    -------
    float or None
    """
    if isinstance(text, int | float):
        text = repr(text)
    if not isinstance(text, str):
        return None
    text = re.sub(r"\s", "", text).replace("−", "-")
    scale = 0.01 if text.endswith("%") and not percent else 1.0
    text = text.rstrip("%")
    if re.fullmatch(r"[^,.]*,\d*", text) and not re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
        text = text.replace(",", ".")
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    above, _, below = text.partition("/")
    try:
        number = scale * float(above) / (float(below) if below else 1.0)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if abs(number) < 1e300 else None


def shown(asked, value, confidence=None):
    """A guess or an outcome for the page: text, and its picture if there is one."""
    option = asked.option(value) if asked.options else None
    return {
        "text": asked.in_words(value),
        "picture": picture(option.sketch) if option else None,
        "sure": f"{100 * confidence:.0f} % sure" if confidence is not None else "",
    }


def comparison(asked, standing: PredictionStanding):
    """Guess and truth for the page, and what to think of them."""
    view = {
        "truth": shown(asked, standing.truth),
        "note": standing.note,
        "because": asked.because,
        "guess": None,
        "right": standing.right,
        "verdict": "This is what came out.",
        "link": lesson(asked.lesson).file,
    }
    if standing.guess is not None:
        view["guess"] = shown(asked, standing.guess, standing.confidence)
        view["verdict"] = verdict(asked, standing)
    return view


def verdict(asked, standing):
    """One sentence on guess and truth."""
    sure = standing.confidence is not None and standing.confidence >= 0.9
    if standing.right:
        if asked.kind == "number" and standing.guess != standing.truth:
            return f"You had it: {asked.allowance}."
        return "You had it, and knew it." if sure else "You had it."
    if sure:
        return "A surprise, and you were sure: the best moment to learn something."
    return "Not what you expected. What did you overlook?"
