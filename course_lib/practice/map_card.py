"""The map of the course: what is done, what is begun, and how to take it along."""

import html

from .card import Card
from .challenges import CHALLENGES
from .exercises import exercises
from .lessons import EXTRAS, LESSONS
from .questions import predictions, quiz_questions
from .standing import exercise_standing, prediction_standing, quiz_standing
from .store import FOLDER_VARIABLE

__all__ = ["MapCard", "course_map", "lesson_standing"]

DONE, STARTED, NOT_STARTED = "done", "started", "not started"


def course_map():
    """Show the map of the lessons, with what the learner has done in each.

    Returns
    -------
    MapCard
    """
    return MapCard()


def lesson_standing(events, item):
    """How far the learner is in one lesson.

    A lesson is done when its exercises are passed and its quiz is answered, or when the learner
    says so. Predictions can be skipped, so they do not count.

    Parameters
    ----------
    events : sequence of dict
    item : Lesson

    Returns
    -------
    dict
        "status", and "facts": a list of texts.
    """
    repairs = item.name == "challenges"
    ids = CHALLENGES if repairs else [task.id for task in exercises(item.number)]
    tasks = [exercise_standing(events, id) for id in ids]
    asked = [question.id for question in quiz_questions(item.name)]
    quiz = quiz_standing(events, item.name, asked)
    guesses = [prediction_standing(events, p.id) for p in predictions(item.number)]
    passed = sum(task.passed for task in tasks)
    made = sum(guess.guess is not None for guess in guesses)
    behind = sum(
        guess.guess is not None or guess.skipped or guess.truth is not None for guess in guesses
    )
    facts = []
    if tasks:
        what, done = ("Runs", "repaired") if repairs else ("Exercises", "passed")
        facts.append(f"{what}: {passed} of {len(tasks)} {done}")
    if asked and quiz.best is not None:
        facts.append(f"Quiz: {quiz.best} of {len(asked)} right")
    elif asked:
        facts.append(f"Quiz: {len(quiz.answers)} of {len(asked)} answered")
    if guesses:
        right = sum(guess.right is True for guess in guesses)
        facts.append(
            f"Predictions: {made} of {len(guesses)} made" + (f", {right} right" if made else "")
        )
    begun = quiz.answers or quiz.best is not None or behind
    begun = begun or any(task.tries or task.hints or task.solution for task in tasks)
    complete = passed == len(tasks) and (not asked or quiz.best is not None)
    marked = _marked(events, item.number)
    if marked or (complete and marked is None):
        status = DONE
    else:
        status = STARTED if begun or complete else NOT_STARTED
    return {"status": status, "facts": facts}


def _marked(events, number):
    """Whether the learner has called a lesson done (True) or not done after all (False)."""
    marked = None
    for event in events:
        if event["kind"] == "mark" and event.get("lesson") == number:
            marked = event.get("done") is True
    return marked


class MapCard(Card):
    """The lessons as a list with links."""

    ACTIONS = ("mark", "refresh", "export", "import_file", "ask_reset", "keep", "reset")

    def __init__(self):
        self._asking = False
        self._message = ""
        super().__init__()

    # ------------------------------------------------------------------ what the learner does

    def mark(self, lesson, done):
        """Call a lesson done, or not."""
        item = next(item for item in (*LESSONS, *EXTRAS) if item.number == lesson)
        self.progress.record("mark", lesson=item.number, done=bool(done))
        self.say(f"{item.title}: {lesson_standing(self.progress.events, item)['status']}.")

    def refresh(self):
        """Look for what other notebooks have added."""
        self.progress.refresh()

    def export(self):
        """Hand the page a file to download."""
        self.send(
            {
                "type": "download",
                "name": "how-neural-networks-learn-progress.json",
                "text": self.progress.export_text(),
            }
        )
        self._tell("Your progress is in your downloads.")

    def import_file(self, text):
        """Add what a file from elsewhere holds."""
        try:
            count = self.progress.import_text(text)
        except ValueError as error:
            self._tell(f"{error} Nothing was changed.")
        else:
            entries = f"{count} new entr{'y' if count == 1 else 'ies'}"
            self._tell(f"{entries if count else 'Nothing new'} in this file.")

    def ask_reset(self):
        """Ask before beginning anew."""
        self._asking = True
        self._message = ""
        self.say("Do you want to begin anew?")

    def keep(self):
        """Keep everything."""
        self._asking = False
        self._tell("Nothing was changed.")

    def reset(self):
        """Begin anew, after having been asked."""
        if not self._asking:
            return
        self._asking = False
        try:
            old = self.progress.reset(confirm=True)
        except ValueError as error:
            self._tell(str(error))
        else:
            kept = f" What you had is kept in {old}." if old else ""
            self._tell(f"You begin anew.{kept}")

    def _tell(self, message):
        self._message = message
        self.say(message)

    # ------------------------------------------------------------------ what the page shows

    def describe(self):
        events = self.progress.events
        rows = [
            {
                "number": item.number,
                "title": item.title,
                "link": item.file,
                **lesson_standing(events, item),
            }
            for item in (*LESSONS, *EXTRAS)
        ]
        done = sum(row["status"] == DONE for row in rows[: len(LESSONS)])
        return {
            "kind": "map",
            "title": "Your way through the course",
            "summary": f"{done} of {len(LESSONS)} lessons done",
            "lessons": rows,
            "asking": self._asking,
            "message": self._message,
            "where": (
                f"Kept in {self.progress.path}. To keep it elsewhere, set {FOLDER_VARIABLE} "
                f"to a folder before you start."
            ),
        }

    def fallback(self):
        lines = ["The lessons", *(f"   {item}" for item in (*LESSONS, *EXTRAS))]
        items = "".join(
            f'<li><a href="{item.file}">{html.escape(item.title)}</a></li>'
            for item in (*LESSONS, *EXTRAS)
        )
        return "\n".join(lines), f'<p><strong>The lessons</strong></p><ol start="0">{items}</ol>'
