"""Points for one exercise, from the diagnosis of its check."""

from dataclasses import dataclass

from course_lib.practice.check import diagnose
from course_lib.practice.exercises import exercise as find_exercise
from course_lib.practice.result import CheckResult
from course_lib.practice.slips import CHANGED_INPUT, INTEGER_INPUT

from .hidden import hidden_exercise

__all__ = ["Verdict", "grade", "judge"]


@dataclass(frozen=True)
class Verdict:
    """What an exercise got.

    Attributes
    ----------
    points, most : float
    result : CheckResult
        Names the slip.
    """

    points: float
    most: float
    result: CheckResult

    def __str__(self):
        return f"{self.points:g} of {self.most:g} points\n{self.result}"


def judge(name, seed, most, function, **how):
    """Grade a function on hidden inputs.

    Full points if everything is right. Half if the formula is, and only special inputs bring a
    slip out: numbers that overflow, whole numbers of an integer type, or an input that is changed
    in place. Else none.

    Parameters
    ----------
    name : str
        Id of the exercise.
    seed : int
        Of the hidden inputs.
    most : float
        Points of the exercise.
    function : callable
    **how
        `timeout` and `call` of `diagnose`: who calls the function, and for how long.

    Returns
    -------
    Verdict
    """
    asked = hidden_exercise(find_exercise(name), seed)
    result = diagnose(asked, function, **how)
    small = {CHANGED_INPUT.name, INTEGER_INPUT.name}
    small |= {slip.name for slip in asked.slips if slip.overflow}
    share = 0.0
    if result.passed:
        share = 1.0
    elif result.slips and set(result.slips) <= small and "result is wrong" not in result.message:
        share = 0.5
    return Verdict(share * most, most, result)


def grade(name, function, *, seed, points):
    """Points for a function, in the process that calls this.

    It stands in the hidden tests of the assignments. `course_lib.assignments` does not run it
    beside the learner's code when it grades; who runs `nbgrader` without that gets the same points
    here, but from a process in which the learner's code could have changed anything.

    Returns
    -------
    float

    Raises
    ------
    AssertionError
        If there are no points; the text says why.
    """
    verdict = judge(name, seed, points, function)
    if not verdict.points:
        raise AssertionError(str(verdict))
    print(verdict)
    return verdict.points
