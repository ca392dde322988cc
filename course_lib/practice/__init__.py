"""Practice: exercises, and checks that name the slip.

`check("mse_gradient", my_function)` runs the learner's function on several inputs and says what
is right, or which known slip gives exactly those numbers. `exercises(lesson)` lists what there
is to do; an `Exercise` holds its statement, stub, gap version, worked example, hints and solution.
"""

from .check import check
from .exercise import Exercise
from .exercises import exercise, exercises
from .result import CheckResult

__all__ = ["CheckResult", "Exercise", "check", "exercise", "exercises"]
