"""The exercise card: the task, hints one after another, the solution, and how it stands."""

import html

from IPython.display import Markdown, display

from .card import Card
from .exercises import exercise as find_exercise
from .standing import TRIES_BEFORE_SOLUTION, exercise_standing

__all__ = ["ExerciseCard", "exercise"]


def exercise(name):
    """Show an exercise: its task, staged hints, and the solution when it is time.

    Parameters
    ----------
    name : str
        Id of the exercise, e.g. "mse_gradient".

    Returns
    -------
    ExerciseCard
        Its `exercise` holds stub, gap version and worked example as text.
    """
    return ExerciseCard(find_exercise(name))


class ExerciseCard(Card):
    """One exercise and the learner's way through it.

    Parameters
    ----------
    exercise : Exercise
    """

    ACTIONS = ("hint", "ask_for_solution", "keep_trying", "solution")

    def __init__(self, exercise):
        self.exercise = exercise
        self._asking = False
        super().__init__()

    # ------------------------------------------------------------------ what the learner does

    def hint(self):
        """Open the next hint; it stays open."""
        number = self._standing().hints + 1
        if number <= len(self.exercise.hints):
            self.progress.record("hint", exercise=self.exercise.id, number=number)
            self.say(f"Hint {number}: {self.exercise.hints[number - 1]}")

    def ask_for_solution(self):
        """Open the solution; before three tries, ask back first."""
        if self._standing().solution_is_open:
            self.solution()
        else:
            self._asking = True
            self.say(self._question())

    def keep_trying(self):
        """Leave the solution closed."""
        self._asking = False
        self.say("")

    def solution(self):
        """Open the solution."""
        self._asking = False
        if not self._standing().solution:
            self.progress.record("solution", exercise=self.exercise.id)
        self.say("The solution is open.")

    # ------------------------------------------------------------------ what the page shows

    def describe(self):
        item, standing = self.exercise, self._standing()
        view = {
            "kind": "exercise",
            "id": item.id,
            "title": f"Exercise {item.id}",
            "status": self._status(standing),
            "passed": standing.passed,
            "checked": item.checked if standing.passed else "",
            "last": standing.last if standing.tries and not standing.passed else "",
            "hints": list(item.hints[: standing.hints]),
            "hints_total": len(item.hints),
            "asking": self._question() if self._asking else "",
            "solution": item.solution if standing.solution else "",
            "solution_note": (
                ""
                if standing.solution_is_open
                else f"opens after {TRIES_BEFORE_SOLUTION} tries, or if you ask for it"
            ),
            "starts": [
                {"name": "A worked example of something related", "code": item.worked_example},
                {"name": "The solution with a gap to fill", "code": item.gap_version},
                {"name": "The empty function", "code": item.stub},
            ],
            "call": f'check("{item.id}", {item.id})',
        }
        view["starts"] = [{**start, "code": start["code"].strip()} for start in view["starts"]]
        return view

    @staticmethod
    def _status(standing):
        if standing.passed:
            return f"Passed at the {_ordinal(standing.tries_until_pass)} try"
        if not standing.tries:
            return "Not tried yet"
        return "1 try so far" if standing.tries == 1 else f"{standing.tries} tries so far"

    def _question(self):
        tries = self._standing().tries
        so_far = "not tried it yet" if not tries else f"tried it {_times(tries)}"
        return f"You have {so_far}. Do you want to see the solution now?"

    def _standing(self):
        return exercise_standing(self.progress.events, self.exercise.id)

    # ------------------------------------------------------------------ in and out of the page

    def _ipython_display_(self, **kwargs):
        # The task holds formulas. Every notebook renders those in Markdown; none inside a widget.
        display(Markdown(self.task))
        data, metadata = self._repr_mimebundle_(**kwargs)
        display(data, metadata=metadata, raw=True)

    @property
    def task(self):
        """Title and statement as Markdown."""
        return f"**{self.exercise.title}**\n\n{self.exercise.statement.strip()}"

    def fallback(self):
        item = self.exercise
        lines = [
            f"Exercise {item.signature}: {item.title}",
            f'Write the function, then run check("{item.id}", {item.id}).',
            f"Here, in the notebook: a worked example, a version with a gap, "
            f"{len(item.hints)} hints and the solution.",
        ]
        page = f"<p><em>{html.escape(' '.join(lines[1:]))}</em></p>"
        return "\n".join(lines), page


def _ordinal(number):
    words = {1: "first", 2: "second", 3: "third"}
    if number in words:
        return words[number]
    endings = {1: "st", 2: "nd", 3: "rd"}
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else endings.get(number % 10, 'th')}"


def _times(number):
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
