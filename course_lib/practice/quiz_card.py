"""The quiz: one question a card, and for every choice why it is tempting, or right."""

from . import presets
from .card import Card, Framed, Stage, html_choices, html_text
from .lessons import lesson
from .question import LETTERS
from .questions import quiz_questions
from .standing import quiz_standing

__all__ = ["Quiz", "QuizCard", "quiz"]

GREAT = "Great job! You understand how neural networks learn."
ENOUGH = 7  # of the eight questions of the review


def quiz(name, presets=None):
    """Show a quiz.

    Parameters
    ----------
    name : str or int
        A lesson's name or number, e.g. "learning_rates"; "review" for the eight questions on all
        of them.
    presets : dict {str: callable}, optional
        Functions that open demos, by the names of `presets.PRESETS`.

    Returns
    -------
    Quiz

    Examples
    --------
    >>> quiz("learning_rates")
    """
    home = lesson(name)
    questions = quiz_questions(home.name)
    if not questions:
        raise ValueError(f"There is no quiz for {name!r}.")
    title = "Quiz: the whole course" if home.name == "review" else f"Quiz: {home.title}"
    return Quiz(QuizCard(home.name, title, questions), presets)


class Quiz(Framed):
    """A quiz card, and below it the place where its demos open."""

    def __init__(self, card, presets=None):
        self.stage = Stage()
        card.presets = dict(presets or {})
        card.stage = self.stage
        super().__init__(card, self.stage)


class QuizCard(Card):
    """The questions of one quiz, one at a time.

    Parameters
    ----------
    id : str
        Under which answers are kept.
    title : str
    questions : sequence of Question
    """

    ACTIONS = ("submit", "go_on", "look_at", "start_again", "see")

    def __init__(self, id, title, questions):
        self.id, self.title, self.questions = id, title, tuple(questions)
        self.presets, self.stage = {}, None
        self._shown = None
        self._missing = ""
        super().__init__()

    # ------------------------------------------------------------------ what the learner does

    def submit(self, question, position):
        """Answer a question with the choice at a position, counted from 0 as it is shown."""
        asked = next(q for q in self.questions if q.id == question)
        standing = self._standing()
        if asked.id not in standing.answers:
            choice = self._ordered(asked, standing)[position]
            self.progress.record(
                "answer",
                quiz=self.id,
                question=asked.id,
                choice=asked.mark(choice),
                right=asked.is_right(choice),
                round=standing.round,
            )
        self._shown = asked.id
        self._missing = ""
        self.say(self._feedback(asked, self._standing())["verdict"])

    def go_on(self):
        """To the next question that has no answer yet, or to the result."""
        self._leave()
        view = self.describe()
        self.say(view["message"] if view["phase"] == "done" else "")

    def look_at(self, question):
        """Show an answered question again."""
        if question in self._standing().answers:
            self._shown = question

    def start_again(self):
        """Begin another round, in another order of the choices."""
        standing = self._standing()
        if standing.answers:
            self.progress.record("quiz again", quiz=self.id, round=standing.round + 1)
        self._leave()
        self.say("")

    def see(self, preset):
        """Open a demo below the card."""
        function = presets.find(preset, self.presets)
        if function is None or self.stage is None:
            self._missing = preset
            self.say(_not_here(preset))
            return
        self._missing = ""
        self.say(f"Opened below: {presets.PRESETS[preset].label}.")
        self.stage.put(function)

    def _leave(self):
        self._shown = None
        self._missing = ""
        if self.stage is not None:
            self.stage.clear()

    # ------------------------------------------------------------------ what the page shows

    def describe(self):
        standing = self._standing()
        head = {
            "kind": "quiz",
            "title": self.title,
            "marks": [
                None if q.id not in standing.answers else standing.answers[q.id][1]
                for q in self.questions
            ],
            "missing": self._missing_note(),
        }
        asked = next((q for q in self.questions if q.id == self._shown), None)
        if asked is None:
            asked = next((q for q in self.questions if q.id not in standing.answers), None)
        if asked is None:
            return {**head, "phase": "done", **self._result(standing)}
        view = {
            **head,
            "id": f"{standing.round} {asked.id}",
            "question": asked.id,
            "number": self.questions.index(asked) + 1,
            "count": len(self.questions),
            "text": asked.text,
        }
        if asked.id in standing.answers:
            return {**view, "phase": "feedback", **self._feedback(asked, standing)}
        choices = [{"text": choice.text} for choice in self._ordered(asked, standing)]
        return {**view, "phase": "question", "choices": choices}

    def _feedback(self, asked, standing):
        mark, right = standing.answers[asked.id]
        choices, see = [], asked.see
        for letter, choice in zip(LETTERS, self._ordered(asked, standing), strict=False):
            chosen = asked.mark(choice) == mark
            choices.append(
                {
                    "text": choice.text,
                    "because": choice.because,
                    "chosen": chosen,
                    "right": asked.is_right(choice),
                }
            )
            if chosen:
                verdict = f"{letter} is right." if right else f"{letter} is not the best answer."
                see = choice.see or asked.see
        left = sum(q.id not in standing.answers for q in self.questions)
        return {
            "choices": choices,
            "verdict": verdict if any(c["chosen"] for c in choices) else "Answered.",
            "right": right,
            "see": {"name": see, "label": presets.PRESETS[see].label} if see else None,
            "next": "Next question" if left else "To the result",
        }

    def _result(self, standing):
        score, count = standing.score, len(self.questions)
        missed = [q for q in self.questions if not standing.answers[q.id][1]]
        return {
            "score": f"{score}/{count}",
            "message": self._message(score, count),
            "best": (
                f"Your best round so far: {standing.best}/{count}."
                if standing.best is not None and standing.best > score
                else ""
            ),
            "revisit": _to_revisit(missed),
            "questions": [
                {"id": q.id, "text": q.text, "right": standing.answers[q.id][1]}
                for q in self.questions
            ],
        }

    def _message(self, score, count):
        if self.id == "review":
            if score >= ENOUGH:
                return GREAT
            if score >= count // 2:
                return "A good part of it is there. What to revisit:"
            return "This is worth another look, one lesson at a time. What to revisit:"
        if score == count:
            return "All of them right. On to the next lesson."
        if score == 0:
            return "None yet, and now you know where to look. What to revisit:"
        return "Well on the way. What to revisit:"

    def _missing_note(self):
        if not self._missing:
            return None
        home = lesson(presets.PRESETS[self._missing].lesson)
        return {"text": _not_here(self._missing), "link": home.file, "title": str(home)}

    def _events(self):
        return self.progress.events

    def _standing(self):
        return quiz_standing(self._events(), self.id, [q.id for q in self.questions])

    def _ordered(self, asked, standing):
        return asked.ordered(self.progress.learner, self.id, standing.round)

    # ------------------------------------------------------------------ without widgets

    def fallback(self):
        lines, parts = [self.title], [f"<p><strong>{self.title}</strong></p>"]
        for number, asked in enumerate(self.questions, start=1):
            choices = [choice.text for choice in asked.ordered("page")]
            lines.append(f"\n{number}. {asked.text}")
            lines += [f"   {x}) {text}" for x, text in zip(LETTERS, choices, strict=False)]
            parts.append(
                f'<ol start="{number}"><li>{html_text(asked.text)}{html_choices(choices)}</li></ol>'
            )
        hint = "Run the notebook to answer, and to see why each answer is right or tempting."
        return "\n".join([*lines, "", hint]), "".join([*parts, f"<p><em>{hint}</em></p>"])


def _not_here(preset):
    home = lesson(presets.PRESETS[preset].lesson)
    return f"This demo is not open in this notebook. You find it in lesson {home}."


def _to_revisit(missed):
    by_lesson = {}
    for asked in missed:
        by_lesson.setdefault(asked.lesson, []).append(asked.topic)
    return [
        {"title": str(lesson(number)), "link": lesson(number).file, "topics": topics}
        for number, topics in sorted(by_lesson.items())
    ]
