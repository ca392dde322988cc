"""The review: what was missed comes back, predictions and questions."""

from .card import Card, Framed
from .gate import GateCard, read_guess
from .lessons import lesson
from .questions import all_questions, predictions
from .quiz_card import Quiz, QuizCard
from .standing import PredictionStanding, prediction_standing
from .store import progress

__all__ = ["AgainCard", "Review", "missed_predictions", "missed_questions", "review"]


def review(presets=None):
    """Ask again what the learner missed: predictions first, then questions.

    Parameters
    ----------
    presets : dict {str: callable}, optional
        As for `quiz`.

    Returns
    -------
    Review
    """
    return Review(presets)


def missed_predictions(events):
    """Predictions that were wrong and have not been put right in the review, in course order."""
    return [asked for asked in predictions() if prediction_standing(events, asked.id).missed]


def missed_questions(events):
    """Quiz questions whose latest answer, in whatever quiz, was wrong; in course order."""
    latest = {
        event.get("question"): event.get("right") is True
        for event in events
        if event["kind"] == "answer"
    }
    return [asked for asked in all_questions() if latest.get(asked.id) is False]


class Review(Framed):
    """A list of what was missed; below it each prediction and question again."""

    def __init__(self, presets=None):
        self.presets = dict(presets or {})
        card = ReviewCard()
        below = [AgainCard(asked) for asked in card.predictions]
        if card.questions:
            below.append(Quiz(MissedQuizCard(card.questions), self.presets))
        super().__init__(card, *below)


class ReviewCard(Card):
    """The head of the review. What it lists was missed when the cell was run."""

    def __init__(self):
        events = progress().events
        self.predictions, self.questions = missed_predictions(events), missed_questions(events)
        super().__init__()

    def describe(self):
        by_lesson = {}
        for asked in self.predictions:
            by_lesson.setdefault(asked.lesson, []).append(f"prediction: {asked.text}")
        for asked in self.questions:
            by_lesson.setdefault(asked.lesson, []).append(f"question: {asked.topic}")
        some = bool(by_lesson)
        return {
            "kind": "review",
            "title": "What comes back",
            "text": (
                "You missed these when you met them first. Below they are asked again; those you "
                "get right leave the list the next time you run this cell."
                if some
                else "Nothing you have answered is wrong at present. What you miss in the lessons "
                "comes back here."
            ),
            "lessons": [
                {"title": str(lesson(number)), "link": lesson(number).file, "items": items}
                for number, items in sorted(by_lesson.items())
            ],
        }

    def fallback(self):
        text = "Review: the predictions and questions that you missed come back here."
        return text, f"<p>{text}</p>"


class AgainCard(GateCard):
    """A missed prediction, asked from memory: the demo has been seen."""

    def __init__(self, asked):
        self._mine = PredictionStanding()
        super().__init__(asked)

    def guess(self, value, confidence):
        value, self._problem = read_guess(self.asked, value, confidence)
        if self._problem:
            self.say(self._problem)
            return
        first = super()._standing()
        right = self.asked.is_right(value, first.truth)
        self._mine = PredictionStanding(
            value, float(confidence), truth=first.truth, note=first.note, right=right
        )
        self.progress.record("guess again", prediction=self.asked.id, guess=value, right=right)
        self.say("Right this time." if right else "Not yet; look at the demo again.")

    def skip(self):
        """Just show what came out."""
        first = super()._standing()
        self._mine = PredictionStanding(truth=first.truth, note=first.note)
        self.say("This is what came out.")

    def describe(self):
        view = {**super().describe(), "title": "Predict again"}
        if view["phase"] == "question":
            view["hint"] = ""
            view["skip"] = "Show what came out"
        return view

    def _standing(self):
        return self._mine


class MissedQuizCard(QuizCard):
    """A quiz of missed questions, begun with each run of the cell."""

    def __init__(self, questions):
        self._before = {event["id"] for event in progress().events}
        super().__init__("missed", "Questions to answer again", questions)

    def _events(self):
        return [event for event in self.progress.events if event["id"] not in self._before]
