"""Find the slip that gives exactly the learner's numbers.

A slip is named only if it reproduces the learner's result on every input. Two at once are
recognised where one of them works on the finished result (a flipped sign), where each concerns
another output (dW and db), or where one shows only on some inputs (overflow, whole numbers).
"""

import copy
import itertools

import numpy as np

from .comparing import agree, unread
from .exercise import Slip

__all__ = ["CHANGED_INPUT", "INTEGER_INPUT", "OTHER_ORDER", "find_slips", "outcomes"]


def _not_a_function_of_its_own(*args):
    raise NotImplementedError("This slip is recognised by what it does, not by its numbers.")


CHANGED_INPUT = Slip(
    "input changed in place",
    "Your function writes into an array that belongs to its caller. `x -= 1` and `x[...] = 0` "
    "change the caller's array, unlike `x = x - 1`, which makes a new one. The rest of a network "
    "still needs the old numbers, so the mistake surfaces far away from its cause.",
    wrong=_not_a_function_of_its_own,
)
INTEGER_INPUT = Slip(
    "integer input",
    "Your function is right for numbers with a fraction, but given whole numbers of an integer "
    "type it cuts the fractions off or stops. The usual source is a result array made by "
    "`np.zeros_like(x)` or `x.copy()`, which takes over the integer type of x.",
    wrong=_not_a_function_of_its_own,
    where=r"_like\(|\.copy\(|astype|//|np\.array\(",
)
OTHER_ORDER = Slip(
    "outputs in another order",
    "All the numbers are right, but they come back in another order than the exercise asks for. "
    "Whoever calls the function takes the first for the first, and with equal shapes nobody "
    "would notice.",
    wrong=_not_a_function_of_its_own,
    where=r"^return\b",
)


def outcomes(function, exercise, cases):
    """What a slip or the reference gives for each case: a tuple of outputs, or its exception."""
    results = []
    for case in cases:
        try:
            with np.errstate(all="ignore"):
                value = function(*copy.deepcopy(case.args))
            results.append(unread(value, len(exercise.outputs)))
        except Exception as error:  # a slip may fail on shapes, as the learner's code does
            results.append(error)
    return results


def find_slips(exercise, cases, got, right):
    """The slips that together reproduce the learner's results.

    Parameters
    ----------
    exercise : Exercise
    cases : sequence of Case
    got : sequence
        For each case the learner's outputs (a tuple), or the exception.
    right : sequence of tuple

    Returns
    -------
    tuple of Slip
        Empty if no slip fits.
    """
    search = _Search(exercise, cases, got, right)
    return (
        search.single()
        or search.other_order()
        or search.one_after_another()
        or search.one_for_each_output()
        or search.on_some_inputs()
    )


class _Search:
    def __init__(self, exercise, cases, got, right):
        self.exercise, self.cases, self.got, self.right = exercise, cases, got, right
        self.table = [(slip, self._outcomes(slip)) for slip in exercise.slips]
        self.everything = range(len(cases))

    def other_order(self):
        count = len(self.exercise.outputs)
        if not all(isinstance(g, tuple) for g in self.got):
            return ()
        for order in itertools.permutations(range(count)):
            if order == tuple(range(count)):
                continue
            shuffled = [tuple(r[k] for k in order) for r in self.right]
            if self._explains(shuffled, self.everything):
                return (OTHER_ORDER,)
        return ()

    def single(self):
        for slip, result in self.table:
            if slip.overflow:
                fits = self._overflows_only()
            else:
                fits = self._explains(result, self.everything)
            if fits:
                return (slip,)
        return ()

    def one_after_another(self):
        for second in self.exercise.slips:
            if second.after is None:
                continue
            for first, result in self.table:
                if first is second or first.overflow:
                    continue
                both = self._applied(second, result)
                if self._explains(both, self.everything):
                    return (first, second)
        return ()

    def one_for_each_output(self):
        count = len(self.exercise.outputs)
        if count < 2 or not all(isinstance(g, tuple) for g in self.got):
            return ()
        mine_wrong = {k for k in range(count) if not self._same(self.got, self.right, k)}
        candidates = []
        for slip, result in self.table:
            if not all(isinstance(r, tuple) for r in result):
                continue
            wrong = {k for k in range(count) if not self._same(result, self.right, k)}
            shared = {k for k in wrong & mine_wrong if self._same(self.got, result, k)}
            if shared:
                candidates.append((slip, wrong, shared))
        best = None
        for (one, wrong1, shared1), (two, wrong2, shared2) in itertools.combinations(candidates, 2):
            if shared1 | shared2 != mine_wrong or not (shared1 - shared2 and shared2 - shared1):
                continue
            if not (wrong1 - shared1 <= shared2 and wrong2 - shared2 <= shared1):
                continue
            surplus = len(wrong1 - shared1) + len(wrong2 - shared2)
            if best is None or surplus < best[0]:
                best = surplus, (one, two)
        return best[1] if best else ()

    def on_some_inputs(self):
        """A slip (or none) on ordinary inputs, and another that only some inputs bring out."""
        kinds = {
            kind: [i for i, case in enumerate(self.cases) if case.kind == kind]
            for kind in ("ordinary", "integer", "extreme")
        }
        overflow = next((slip for slip in self.exercise.slips if slip.overflow), None)
        candidates = [((), self.right)]
        candidates += [((slip,), result) for slip, result in self.table if not slip.overflow]
        for slips, result in candidates:
            if slips and not self._explains(result, kinds["ordinary"]):
                continue
            if not self._fits(result, kinds["ordinary"]):
                continue
            extra = ()
            if not self._fits(result, kinds["integer"]):
                # The same numbers in floating point are among the ordinary inputs.
                extra += (INTEGER_INPUT,)
            if not self._fits(result, kinds["extreme"]):
                if overflow is None or not self._overflows_at(kinds["extreme"], result):
                    continue
                extra += (overflow,)
            if extra:
                return slips + extra
        return ()

    def _outcomes(self, slip):
        if slip.after is None:
            return outcomes(slip.wrong, self.exercise, self.cases)
        return self._applied(slip, self.right)

    def _applied(self, slip, result):
        """What a slip that works on the result makes of it."""
        return [
            tuple(slip.after(r, *copy.deepcopy(case.args))) if isinstance(r, tuple) else r
            for r, case in zip(result, self.cases, strict=True)
        ]

    def _explains(self, result, where):
        """Whether a result fits, and is wrong somewhere: else it would say nothing."""
        return self._fits(result, where) and any(
            isinstance(result[i], tuple) and not self._agree(result[i], self.right[i], i)
            for i in where
        )

    def _fits(self, result, where):
        return all(self._fits_at(i, self.got[i], result[i]) for i in where)

    def _fits_at(self, i, mine, slip):
        if isinstance(slip, Exception):
            return isinstance(mine, type(slip))
        return isinstance(mine, tuple) and self._agree(mine, slip, i)

    def _agree(self, one, other, i):
        inputs = [arg for arg in self.cases[i].args if isinstance(arg, np.ndarray)]
        return all(agree(a, b, inputs) for a, b in zip(one, other, strict=True))

    def _same(self, one, other, k):
        """Whether output k agrees in all cases."""
        return all(self._agree((one[i][k],), (other[i][k],), i) for i in self.everything)

    def _overflows_only(self):
        ordinary = [i for i, case in enumerate(self.cases) if case.kind != "extreme"]
        extreme = [i for i, case in enumerate(self.cases) if case.kind == "extreme"]
        return self._fits(self.right, ordinary) and self._overflows_at(extreme, self.right)

    def _overflows_at(self, where, otherwise):
        """Whether every result that does not fit is not finite, and there is one."""
        bad = [i for i in where if not self._fits_at(i, self.got[i], otherwise[i])]
        return bool(bad) and all(_not_finite(self.got[i]) for i in bad)


def _not_finite(got):
    if isinstance(got, Exception):
        return isinstance(got, OverflowError | FloatingPointError | ZeroDivisionError)
    arrays = [a for output in got for a in (output if isinstance(output, list) else [output])]
    return not all(np.isfinite(a).all() for a in arrays)
