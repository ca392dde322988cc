"""Practice: predictions before demos, exercises with checks that name the slip, quizzes, progress.

- `predict` asks before a demo; `reveal` shows guess and truth after it.
- `exercise` shows a task with hints and solution; `check` runs the learner's function and says
  what is right, or which known slip gives exactly those numbers. `exercises(lesson)` lists them.
- `quiz` asks a lesson's questions; `review` asks again what was missed; `calibration` compares how
  sure the learner was with how often they were right. `register_preset` gives a quiz its demos.
- `name_the_cause` asks what is wrong with one of the six training runs in `challenges`; `check`
  trains with the repaired script.
- `course_map` shows the lessons and what is done; `progress` is what all of them remember.
"""

from .calibration_card import brier_score, calibration
from .cause_card import name_the_cause
from .exercise import Exercise
from .exercise_card import exercise
from .exercises import exercises
from .gate import predict, reveal
from .map_card import course_map
from .presets import register as register_preset
from .quiz_card import quiz
from .recorded_check import check
from .result import CheckResult
from .review_card import review
from .store import progress

__all__ = [
    "CheckResult",
    "Exercise",
    "brier_score",
    "calibration",
    "check",
    "course_map",
    "exercise",
    "exercises",
    "name_the_cause",
    "predict",
    "progress",
    "quiz",
    "register_preset",
    "reveal",
    "review",
]
