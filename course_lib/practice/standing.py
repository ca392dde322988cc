"""Where the learner stands: what the events add up to. Pure functions of the list of events."""

from dataclasses import dataclass, field

__all__ = [
    "ExerciseStanding",
    "PredictionStanding",
    "QuizStanding",
    "exercise_standing",
    "prediction_standing",
    "quiz_standing",
]

TRIES_BEFORE_SOLUTION = 3


@dataclass
class ExerciseStanding:
    """One exercise: tries so far, whether passed, what has been opened, what was wrong last."""

    tries: int = 0
    passed: bool = False
    tries_until_pass: int = 0
    hints: int = 0
    solution: bool = False
    last: str = ""

    @property
    def solution_is_open(self):
        """Whether the solution may be opened without a question."""
        return self.passed or self.tries >= TRIES_BEFORE_SOLUTION


def exercise_standing(events, id):
    """The standing of the exercise with this id."""
    standing = ExerciseStanding()
    for event in events:
        if event.get("exercise") != id:
            continue
        kind = event["kind"]
        if kind == "try":
            standing.tries += 1
            standing.last = _text(event, "found")
            if event.get("passed") is True and not standing.passed:
                standing.passed = True
                standing.tries_until_pass = standing.tries
        elif kind == "hint":
            standing.hints = max(standing.hints, _number(event, "number"))
        elif kind == "solution":
            standing.solution = True
    return standing


@dataclass
class QuizStanding:
    """One quiz: the round that is going on, its answers, and the best round that was completed."""

    round: int = 1
    answers: dict = field(default_factory=dict)
    best: int | None = None

    @property
    def score(self):
        """Right answers of this round."""
        return sum(right for _, right in self.answers.values())


def quiz_standing(events, id, questions):
    """The standing of a quiz.

    Parameters
    ----------
    events : iterable of dict
    id : str
    questions : sequence of str
        Ids of its questions; what the file holds of others does not count.

    Returns
    -------
    QuizStanding
        `answers` maps a question's id to (mark of the choice, whether right): the first answer
        of the round.
    """
    wanted, rounds = set(questions), {1: {}}
    for event in events:
        if event.get("quiz") != id:
            continue
        number = max(1, _number(event, "round"))
        answers = rounds.setdefault(number, {})
        question = event.get("question")
        if event["kind"] == "answer" and question in wanted:
            answers.setdefault(question, (_text(event, "choice"), event.get("right") is True))
    complete = [
        sum(right for _, right in answers.values())
        for answers in rounds.values()
        if wanted and len(answers) == len(wanted)
    ]
    latest = max(rounds)
    return QuizStanding(latest, rounds[latest], max(complete, default=None))


@dataclass
class PredictionStanding:
    """One prediction: the guess, how sure, and what came out.

    `guess` and `truth` are the id of an option or a number, None as long as there is none;
    `confidence` is a probability. `again` is the same for the last time it was asked again, in
    the review; the first guess is the one that counts.
    """

    guess: str | float | None = None
    confidence: float | None = None
    skipped: bool = False
    truth: str | float | None = None
    note: str = ""
    right: bool | None = None
    again: "PredictionStanding | None" = None

    @property
    def missed(self):
        """Whether a guess was wrong and, if it was asked again, has not been put right."""
        return self.right is False and not (self.again and self.again.right)


def prediction_standing(events, id):
    """The standing of the prediction with this id."""
    standing = PredictionStanding()
    for event in events:
        if event.get("prediction") != id:
            continue
        kind = event["kind"]
        if kind == "guess again":
            standing.again = PredictionStanding(
                guess=event.get("guess"), truth=standing.truth, right=event.get("right") is True
            )
        elif kind == "guess" and standing.truth is None:
            standing.guess = event.get("guess")
            standing.confidence = _probability(event)
            standing.skipped = False
        elif kind == "skip" and standing.guess is None:
            standing.skipped = True
        elif kind == "truth" and standing.truth is None:
            standing.truth = event.get("truth")
            standing.note = _text(event, "note")
            if standing.guess is not None:
                standing.right = event.get("right") is True
    return standing


def _text(event, name):
    value = event.get(name)
    return value if isinstance(value, str) else ""


def _number(event, name):
    value = event.get(name)
    return value if isinstance(value, int) else 0


def _probability(event):
    value = event.get("confidence")
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None
