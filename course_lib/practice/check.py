"""`check`: run a learner's function, and say what is right or which slip it holds."""

from functools import partial

import numpy as np

from course_lib.nn import relative_error

from . import attempts, explaining, slips
from .comparing import Unreadable, agree, read, tolerance
from .exercises import exercise
from .result import CheckResult
from .running import call
from .source_lines import Source, error_line, loop_line

__all__ = ["check", "diagnose"]

TIMEOUT = 5.0  # seconds for one call; the inputs are tiny


def check(name, function, *, timeout=TIMEOUT):
    """Check a solution of an exercise.

    The function is called on several inputs. Its results are compared with those of a reference
    and, if they are gradients, with finite differences; if they are wrong, with those of known
    slips. Nothing it does reaches the notebook: it works on copies, its printing is kept back,
    random generators are put back, and an endless loop is ended.

    Parameters
    ----------
    name : str
        Id of the exercise, e.g. "mse_gradient".
    function : callable
    timeout : float
        Seconds after which a call counts as endless.

    Returns
    -------
    CheckResult
        True if passed; prints as a short text.

    Raises
    ------
    ValueError
        If there is no exercise of that name. Whatever the function does, nothing is raised.

    Examples
    --------
    >>> check("mse_gradient", lambda p, t: 2 * (p - t) / p.size).passed
    True
    """
    return diagnose(exercise(name), function, timeout=timeout)


def diagnose(exercise, function, *, timeout=TIMEOUT, call=call):
    """`check` for an `Exercise` instead of its name.

    Parameters
    ----------
    exercise : Exercise
    function : callable
    timeout : float
    call : callable, optional
        What calls the function, with the signature of `running.call`: a grader lets it run in
        another process.
    """
    return _Check(exercise, function, timeout, call).run()


class _Check:
    def __init__(self, exercise, function, timeout, call):
        self.exercise, self.function, self.timeout = exercise, function, timeout
        self.call = partial(call, function, timeout=timeout)
        self.cases = exercise.make_cases()
        self.calls = []

    def run(self):
        if problem := attempts.wrong_call(self.function, self.exercise):
            return self.failed("call", *problem)
        if attempts.is_untouched(self.function, self.exercise):
            return self.not_attempted()
        self.source = Source(self.function)
        for case in self.cases:
            done = self.call(case.args)
            self.calls.append(done)
            if done.timed_out:
                return self.endless(case, done)
            if self.is_not_attempted(done):
                return self.not_attempted()
        self.right = slips.outcomes(self.exercise.reference, self.exercise, self.cases)
        self.got, unreadable = self.read_results()
        if unreadable:
            return self.not_readable(*unreadable)
        if not all(map(self.is_right, range(len(self.cases)))):
            return self.wrong()
        # (A failed result is false, so `or` would not do here.)
        for problem in (self.changed_input, self.not_reproducible, self.against_differences):
            result = problem()
            if result is not None:
                return result
        return self.passed()

    def read_results(self):
        """Outputs or exception for each case, and the first (case, reason) that is neither."""
        got = []
        for done, case, right in zip(self.calls, self.cases, self.right, strict=True):
            if done.error is not None:
                got.append(done.error)
                continue
            try:
                got.append(read(done.value, self.exercise, right))
            except Unreadable as reason:
                return got, (case, reason)
        return got, None

    def is_right(self, i):
        return isinstance(self.got[i], tuple) and not self.wrong_outputs(i)

    def first_wrong(self):
        return next(i for i in range(len(self.cases)) if not self.is_right(i))

    def wrong_outputs(self, i):
        """Positions of the outputs that are wrong for case i."""
        inputs = _arrays(self.cases[i].args)
        return [
            k
            for k, (mine, right) in enumerate(zip(self.got[i], self.right[i], strict=True))
            if not agree(mine, right, inputs)
        ]

    # What can be wrong, from "it does not come back" to "the numbers differ".

    def endless(self, case, done):
        line = loop_line(done.stuck_at, self.function)
        loops = line is not None and line.text.startswith(("while", "for"))
        message = (
            f"For {case.label} your function had not come back after {self.timeout:g} seconds, so "
            f"it was stopped. "
        )
        message += (
            "Ask what makes this loop end, and whether that changes inside it."
            if loops
            else "Look for a loop that never ends, or a call that waits."
        )
        if done.still_running:
            message += (
                " Python could not break it off; it may still be running. Restart the kernel "
                "(menu Kernel) before you go on."
            )
        return self.failed("endless loop", "it does not come back", message, line=line)

    def not_readable(self, case, reason):
        printed = next((done.printed for done in self.calls if done.printed), "")
        message = reason.message
        if reason.title == "it returns None" and printed:
            message += " (Yours printed something: return it instead.)"
        line = self.source.last_line()
        return self.failed("result", reason.title, message, line=line)

    def wrong(self):
        found = slips.find_slips(self.exercise, self.cases, self.got, self.right)
        if found:
            return self.named(found)
        first = self.first_wrong()
        if isinstance(self.got[first], BaseException):
            return self.exception(first)
        for problem in (
            partial(self.changed_input, also_wrong=True),
            partial(self.not_reproducible, first),
        ):
            result = problem()
            if result is not None:
                return result
        for k in self.wrong_outputs(first):
            if _shape(self.got[first][k]) != _shape(self.right[first][k]):
                return self.wrong_shape(first, k)
        for k in self.wrong_outputs(first):
            for array in _as_list(self.got[first][k]):
                if not np.isfinite(array).all():
                    return self.not_finite(first, k, array)
        title, message = explaining.explain_numbers(self.exercise, self.cases, self.got, self.right)
        return self.failed("numbers", title, message, line=self.output_line(first))

    def named(self, found):
        first = self.first_wrong()
        lines = [self.source.matching(slip.where) for slip in found]
        line = next(filter(None, lines), None)
        first_changed = self.first_changed()
        if line is None and first_changed is not None:
            line = self.writing_line(first_changed)
        if line is None and isinstance(self.got[first], BaseException):
            line, _ = error_line(self.got[first], self.function)
        if line is None:
            line = self.output_line(first)
        if first_changed is not None:
            found = (*found, slips.CHANGED_INPUT)
        title = " and ".join(slip.name for slip in found)
        message = " ".join(slip.message for slip in found)
        if len(found) > 1:
            title = f"{'two' if len(found) == 2 else 'several'} things at once: {title}"
            message = " ".join(f"({i}) {slip.message}" for i, slip in enumerate(found, start=1))
        return self.failed(
            "slip", title, message, line=line, slips=tuple(slip.name for slip in found)
        )

    def exception(self, i):
        error = self.got[i]
        line, frame = error_line(error, self.function)
        title, message = explaining.explain_error(error, frame, line.number if line else None)
        if not all(isinstance(got, BaseException) for got in self.got):
            message += f" It happens for {self.cases[i].label}."
        return self.failed("exception", title, message, line=line)

    def wrong_shape(self, i, k):
        title, message = explaining.explain_shape(
            self.exercise.outputs[k], self.got[i][k], self.right[i][k], self.cases[i]
        )
        return self.failed("shape", title, message, line=self.output_line(i))

    def not_finite(self, i, k, array):
        case = self.cases[i]
        again = self.call(case.args, floating_point_errors="raise")
        line = None
        if isinstance(again.error, FloatingPointError):
            line, _ = error_line(again.error, self.function)
        title, message = explaining.explain_not_finite(self.exercise.outputs[k], array, case, line)
        return self.failed("not finite", title, message, line=line)

    def first_changed(self):
        """The first case of which the function changed an argument, or None."""
        return next((i for i, done in enumerate(self.calls) if done.changed), None)

    def writing_line(self, i):
        """Where the function writes into an argument."""
        again = self.call(self.cases[i].args, read_only=True)
        return error_line(again.error, self.function)[0] if again.error else None

    def changed_input(self, also_wrong=False):
        i = self.first_changed()
        if i is None:
            return None
        names = [self.exercise.parameters[k] for k in self.calls[i].changed]
        result = "Its result is wrong too" if also_wrong else "Its result is right"
        return self.failed(
            "slip",
            slips.CHANGED_INPUT.name,
            f"{slips.CHANGED_INPUT.message} Here it is {' and '.join(names)}. {result}.",
            line=self.writing_line(i),
            slips=(slips.CHANGED_INPUT.name,),
        )

    def not_reproducible(self, i=0):
        """Whether a second call for case i gives something else; random numbers differ then."""
        case = self.cases[i]
        again = self.call(case.args, other_random_numbers=True)
        if again.timed_out:
            return self.endless(case, again)
        try:
            outputs = read(again.value, self.exercise, self.right[i])
            same = all(
                agree(one, other, _arrays(case.args))
                for one, other in zip(outputs, self.got[i], strict=True)
            )
        except Unreadable:
            same = False
        if same:
            return None
        return self.failed(
            "not reproducible",
            "another answer at the second call",
            "Called twice with the same input, your function gives two answers. Something is kept "
            "from one call to the next (a global variable, a default argument that is a list), or "
            "it draws random numbers.",
            line=self.source.matching(r"random|rng|global"),
        )

    def against_differences(self):
        """Compare with finite differences as well: the reference could be wrong, too."""
        if self.exercise.numerical is None:
            return None
        for i, case in enumerate(self.cases):
            if not case.differentiable:
                continue
            for k, numerical in enumerate(self.exercise.numerical(*case.args)):
                if numerical is None:
                    continue
                mine = self.got[i][k].astype(np.float64)
                limit = max(1e-5, tolerance(self.got[i][k], *_arrays(case.args)))
                if relative_error(mine, numerical) > limit:
                    return self.failed(
                        "numbers",
                        f"{self.exercise.outputs[k]} disagrees with finite differences",
                        f"For {case.label} it agrees with the course's reference, but not with "
                        f"finite differences. That is a fault of the course; please report it.",
                    )
        return None

    def passed(self):
        notes = ""
        if any(done.used_global_rng for done in self.calls):
            notes = (
                "One remark: it draws from a global random generator without needing to. Its "
                "state was put back."
            )
        return self.result("passed", "passed", "passed", notes, checked=self.exercise.checked)

    def is_not_attempted(self, done):
        return (
            isinstance(done.error, NotImplementedError)
            or done.value is Ellipsis
            or explaining.is_unfilled_gap(done.error)
        )

    def not_attempted(self):
        return self.result("not attempted", "not attempted", "not attempted yet")

    # Assembling the answer.

    def output_line(self, i):
        wrong = self.wrong_outputs(i) if isinstance(self.got[i], tuple) else [0]
        return self.source.output(wrong[0] if wrong else 0, len(self.exercise.outputs))

    def failed(self, kind, title, message, **details):
        return self.result("failed", kind, title, message, **details)

    def result(self, status, kind, title, message="", **details):
        printed = next((done.printed for done in self.calls if done.printed), "")
        return CheckResult(
            self.exercise.id, status, kind, title, message, printed=printed, **details
        )


def _arrays(args):
    return [arg for arg in args if isinstance(arg, np.ndarray)]


def _as_list(output):
    return output if isinstance(output, list) else [output]


def _shape(output):
    return [array.shape for array in _as_list(output)]
