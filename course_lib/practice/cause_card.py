"""The cause card: what ails a run? A wrong answer is told what the run itself says against it."""

from .card import Card, html_choices, html_text
from .challenges import CAUSES, CHALLENGES, challenge, observations
from .ordering import shuffled
from .question import LETTERS

__all__ = ["CauseCard", "evidence", "name_the_cause"]

TEXT = "What is wrong with this run?"


def name_the_cause(number):
    """Ask for the cause of a run gone wrong.

    Parameters
    ----------
    number : int
        Of the patient, 1 to 6.

    Returns
    -------
    CauseCard
    """
    return CauseCard(challenge(number))


class CauseCard(Card):
    """The same eight causes for every patient; the learner may think again.

    Parameters
    ----------
    challenge : Challenge
    """

    ACTIONS = ("submit", "go_on")

    def __init__(self, challenge):
        self.challenge = challenge
        self._shown = None
        super().__init__()

    def submit(self, question, position):
        """Name the cause at a position, counted from 0 as it is shown."""
        cause = self._ordered()[position]
        if not self._solved():
            self.progress.record(
                "cause",
                challenge=self.challenge.id,
                cause=cause,
                right=cause == self.challenge.cause,
            )
        self._shown = cause
        self.say(f"{self._feedback()['verdict']} {evidence(self.challenge.number, cause)}")

    def go_on(self):
        """Think again."""
        self._shown = None
        self.say("")

    def describe(self):
        solved = self._solved()
        view = {
            "kind": "quiz",
            "title": f"Run {self.challenge.number}: name the cause",
            "id": self.challenge.id,
            "question": self.challenge.id,
            "number": self.challenge.number,
            "count": len(CHALLENGES),
            "marks": [True if solved else False if self._shown else None],
            "missing": None,
            "text": TEXT,
        }
        if self._shown is None and solved:
            self._shown = self.challenge.cause
        if self._shown is not None:
            return {**view, "phase": "feedback", **self._feedback()}
        choices = [{"text": CAUSES[cause]} for cause in self._ordered()]
        return {**view, "phase": "question", "choices": choices}

    def _feedback(self):
        right = self._shown == self.challenge.cause
        said = evidence(self.challenge.number, self._shown)
        return {
            "choices": [
                {
                    "text": CAUSES[cause],
                    "because": said if cause == self._shown else "",
                    "chosen": cause == self._shown,
                    "right": right and cause == self._shown,
                }
                for cause in self._ordered()
            ],
            "verdict": ("That is it. Now repair it." if right else "The run speaks against it."),
            "right": right,
            "see": None,
            "next": "Show the causes again" if right else "Think again",
        }

    def _solved(self):
        return any(
            event["kind"] == "cause"
            and event.get("challenge") == self.challenge.id
            and event.get("right") is True
            for event in self.progress.events
        )

    def _ordered(self):
        return shuffled(CAUSES, self.progress.learner, "causes")

    def fallback(self):
        texts = [CAUSES[cause] for cause in shuffled(CAUSES, "page", "causes")]
        title = f"Run {self.challenge.number}: {TEXT}"
        lines = [title, *(f"   {x}) {text}" for x, text in zip(LETTERS, texts, strict=True))]
        page = f"<p><strong>{html_text(title)}</strong></p>{html_choices(texts)}"
        return "\n".join(lines), page


def evidence(number, cause):
    """What the run says for or against a cause, in numbers measured on it.

    Parameters
    ----------
    number : int
    cause : str
        Key of `CAUSES`.

    Returns
    -------
    str
    """
    seen = observations(number)
    if cause == challenge(number).cause:
        return FOR[cause].format(**_words(seen))
    return _against(cause, seen).format(**_words(seen))


FOR = {
    "sign": "The gradient is {ratio} times that of central differences: every step goes uphill.",
    "high": "The gradient is right ({ratio} times that of central differences), yet the first step "
    "of rate {rate} takes the loss from {first} to {second}. With a hundredth of the rate the "
    "network reads {slower} of fresh digits.",
    "order": "Among the first 40 training digits there is one digit only. The loss falls while one "
    "digit lasts and leaps up at the next: the network answers what it saw last.",
    "leak": "{same} of the {in_validation} validation digits are training digits pixel for pixel, "
    "and {moved} more are the same moved sideways. Validation says {validation}, fresh digits say "
    "{fresh}.",
    "dead": "{silent_before} of 32 hidden units answer 0 for every digit before the first step. No "
    "gradient passes through them.",
    "sum": "The gradient is {ratio} times that of central differences on a batch of 40: a sum "
    "where the loss is a mean.",
}


def _against(cause, seen):
    """A sentence with places for the numbers."""
    if cause == "sign":
        return (
            "The gradient is {ratio} times that of central differences, so its direction is right. "
            "A wrong sign would give −1.00."
        )
    if cause == "sum":
        return (
            "The gradient is {ratio} times that of central differences on a batch of 40. A sum in "
            "place of the mean would give 40.00."
        )
    if cause == "high":
        if seen["slower"] > 0.8:
            return (
                "Nearly: the steps are too long, and a hundredth of the rate would hide it. But "
                "the rate {rate} suits the healthy script, and the gradient is {ratio} times that "
                "of central differences. Why?"
            )
        if seen["training"] > 0.9:
            return "The training accuracy reaches {training}, and the loss falls without a leap."
        return (
            "With a hundredth of the rate it is not cured: the network still reads only {slower} "
            "of fresh digits."
        )
    if cause == "low":
        if seen["training"] > 0.9:
            return "The training accuracy reaches {training} in six epochs: that is not slow."
        return (
            "With ten times the rate it is not cured: the network still reads only {faster} of "
            "fresh digits."
        )
    if cause == "order":
        return (
            "There are {labels} different digits among the first 40. In sorted order there would "
            "be one."
        )
    if cause == "leak":
        return (
            "None of the {in_validation} validation digits is among the training digits, moved or "
            "not. And a leak makes validation look too good; here it says {validation}."
        )
    if cause == "dead":
        if seen["silent after"] >= 8:
            return (
                "Before the first step {silent_before} of 32 hidden units are silent, at the end "
                "{silent_after}. Their silence is a consequence; of what?"
            )
        return "Before the first step {silent_before} of 32 hidden units are silent."
    return (
        "The nearest training digit of a validation digit bears the same label in {nearest} of all "
        "cases. Torn pairs would give about 10 %."
    )


def _words(seen):
    def number(value):
        return f"{value:.2f}".replace("-", "−")

    words = {key: number(seen[key]) for key in ("first", "second", "ratio")}
    shares = ("training", "validation", "fresh", "slower", "faster", "nearest")
    words |= {key: f"{100 * seen[key]:.0f} %" for key in shares}
    words |= {key: str(seen[key.replace("_", " ")]) for key in
              ("in_validation", "silent_before", "silent_after", "labels")}  # fmt: skip
    return words | {
        "same": str(seen["copies"][0]),
        "moved": str(seen["copies"][1]),
        "rate": f"{seen['rate']:g}",
    }
