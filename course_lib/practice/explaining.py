"""Say in the learner's terms what went wrong, when no known slip explains it."""

import ast
import re

import numpy as np

from .comparing import agree, different_entries
from .exercise import GAP
from .source_lines import statement_at

__all__ = ["explain_error", "explain_not_finite", "explain_numbers", "explain_shape"]

SIMPLE = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return | ast.Expr
MATMUL = "mismatch in its core dimension|shapes .* not aligned|does not have enough dimensions"


def explain_error(error, frame, line_number):
    """What an exception means.

    Parameters
    ----------
    error : BaseException
    frame : frame or None
        Of the learner's code; its variables give the shapes.
    line_number : int or None
        The line on which it left that code.

    Returns
    -------
    title, message : str
    """
    kind, text = type(error).__name__.lstrip("_"), str(error)
    title = f"it stops with {kind}"
    shapes = _shapes_on(frame, line_number)
    if isinstance(error, RecursionError):
        return title, (
            "Your function calls itself and never stops doing so. Look for the call of its own "
            "name inside it."
        )
    if isinstance(error, UnboundLocalError):
        name = _quoted(text)
        return title, (
            f"`{name}` is used before it has a value. Python takes a name that is assigned "
            f"anywhere in a function for a variable of that function, even above the assignment."
        )
    if isinstance(error, NameError):
        name = _quoted(text)
        if name == "np":
            return title, "`np` is not known here. Run `import numpy as np` in a cell first."
        return title, (
            f"`{name}` is not known at that point. Either it is spelt differently where it gets "
            f"its value, or it is not an argument of your function."
        )
    if isinstance(error, ValueError) and re.search(MATMUL, text):
        return title, (
            f"A matrix product does not fit: {shapes}. For `A @ B`, the last size of A must equal "
            f"the first of B. Write the shapes beside each factor and ask whether one of them has "
            f"to be transposed, or the order changed."
        )
    if "broadcast" in text:
        found = " and ".join(re.findall(r"\([\d, ]*\)", text)[:2])
        return title, (
            f"NumPy cannot combine the shapes {found} element by element"
            f"{': ' + shapes if shapes else ''}. Sizes are compared from the right and must be "
            f"equal or 1. If an axis vanished in a sum or maximum, `keepdims=True` keeps it; "
            f"otherwise look for a transposition."
        )
    if "read-only" in text:
        return title, "Your function writes into an array that it was given. Make a new array."
    if "Cannot cast ufunc" in text:
        return title, (
            "You change an array of whole numbers in place, and a fraction does not fit into it. "
            "`x = x / n` makes a new array; `x /= n` writes into the old one."
        )
    if isinstance(error, AttributeError):
        return title, (
            f"{_sentence(text)} Check the spelling, and whether the thing before the dot is what "
            f"you think it is{': ' + shapes if shapes else ''}."
        )
    if isinstance(error, IndexError):
        return title, (
            f"{_sentence(text)} Indices run from 0 to size − 1, and an array has as many indices "
            f"as axes{': ' + shapes if shapes else ''}."
        )
    if isinstance(error, ZeroDivisionError):
        return title, "A division by zero. Ask which count can be zero, and for which input."
    if isinstance(error, TypeError) and "not callable" in text:
        return title, (
            f"{_sentence(text)} Parentheses after a name call a function: perhaps a `*` is missing "
            f"before them, or square brackets are meant."
        )
    if isinstance(error, TypeError) and re.search("only .* arrays can be converted", text):
        return title, (
            "A function for a single number got a whole array. Functions of `math` take numbers; "
            "those of `np`, such as np.exp, take arrays."
        )
    if isinstance(error, AssertionError):
        return title, f"Your own `assert` does not hold here. {_sentence(text)}".strip()
    if isinstance(error, KeyError):
        return title, f"There is no key {text} in that dictionary."
    if isinstance(error, MemoryError):
        return "it stops with MemoryError", (
            f"That array would need more memory than there is{': ' + shapes if shapes else ''}. "
            f"Perhaps a column met a row and became a table."
        )
    if isinstance(error, SystemExit | KeyboardInterrupt):
        return title, "Your function tries to end Python. Leave a function with `return`."
    details = f"{_sentence(text)} " if text else ""
    hint = f" On that line, {shapes}." if shapes else ""
    return title, f"{details}Python raised it while running your function.{hint}"


def is_unfilled_gap(error):
    """Whether an exception comes from the gap that the learner has yet to fill."""
    return isinstance(error, NameError) and getattr(error, "name", _quoted(str(error))) == GAP


def explain_shape(name, got, right, case):
    """What a wrong shape points to.

    Returns
    -------
    title, message : str
    """
    if isinstance(right, list):
        return f"{name} has another length", (
            f"For {case.label}, {name} should hold {len(right)} arrays, but yours holds {len(got)}."
            if len(got) != len(right)
            else f"For {case.label}, the arrays in {name} should have the shapes "
            f"{', '.join(str(a.shape) for a in right)}, but yours have "
            f"{', '.join(str(a.shape) for a in got)}."
        )
    had, needed = got.shape, right.shape
    if had == needed[::-1]:
        hint = "It is transposed: the two sizes are right, in the other order."
    elif tuple(size for size in had if size != 1) == tuple(size for size in needed if size != 1):
        hint = (
            "An axis of length 1 is too many: `keepdims=True` or a slice such as x[:, :1] keeps "
            "one that has to go."
            if len(had) > len(needed)
            else "An axis of length 1 got lost: `keepdims=True` keeps it in a sum, and a slice "
            "x[:, :1] keeps it in a selection."
        )
    elif len(had) == len(needed) + 1 and len(needed) == 1:
        hint = (
            "An axis is still there that should have been summed over; or a column (n, 1) met a "
            "row (n,), which broadcasts to a whole table."
        )
    elif got.size == right.size:
        hint = "The number of entries is right, so they are only arranged differently."
    elif len(had) < len(needed):
        hint = (
            f"Something was summed or selected away: {len(had)} of {len(needed)} axes are left. "
            f"Check `axis=` in every sum and mean."
        )
    elif len(had) == len(needed) == 1:
        hint = "Probably the sum went over the other axis: check `axis=`."
    elif len(had) == len(needed) and all(h in (1, n) for h, n in zip(had, needed, strict=True)):
        axis = next(i for i, (h, n) in enumerate(zip(had, needed, strict=True)) if h != n)
        hint = f"Axis {axis} was summed or averaged into a single entry; it has to stay."
    else:
        hint = "Write the shapes beside each factor and follow them through your code."
    return f"{name} has the wrong shape", (
        f"For {case.label}, {name} should have shape {needed}, but yours has {had}. {hint}"
    )


def explain_not_finite(name, got, case, line):
    """Where NaN or infinity first appears.

    Returns
    -------
    title, message : str
    """
    bad = ~np.isfinite(got)
    place = [int(i) for i in np.argwhere(bad)[0]]
    value = "NaN" if np.isnan(got[tuple(place)]) else "infinity"
    where = f" at {place}" if place else ""
    reason = (
        "NumPy first meets an overflow or an undefined operation on the line below."
        if line
        else "Typical sources are 0/0, log(0), and exp of a large number."
    )
    return f"{name} is not finite", (
        f"For {case.label}, {name} holds {value}{where} ({np.count_nonzero(bad)} of {got.size} "
        f"entries are not finite). {reason}"
    )


def explain_numbers(exercise, cases, got, right):
    """How wrong numbers differ from the right ones.

    Parameters
    ----------
    exercise : Exercise
    cases : sequence of Case
    got, right : sequence
        For each case the learner's outputs and the right ones. Cases in which the learner's are
        an exception or have other shapes are left out.

    Returns
    -------
    title, message : str
    """
    everywhere = len(cases)
    usable = [i for i in range(everywhere) if _same_shapes(got[i], right[i])]
    cases, got, right = ([values[i] for i in usable] for values in (cases, got, right))
    wrong_in = {
        i: [k for k in range(len(exercise.outputs)) if not _agree(got[i][k], right[i][k], case)]
        for i, case in enumerate(cases)
    }
    wrong_cases = [i for i, outputs in wrong_in.items() if outputs]
    i = wrong_cases[0]
    wrong = wrong_in[i]
    k = wrong[0]
    name = exercise.outputs[k]
    place, mine, wanted, differ, size = _first_difference(got[i][k], right[i][k], cases[i])
    source = "it should be"
    if exercise.numerical and cases[i].differentiable:
        numerical = exercise.numerical(*cases[i].args)[k]
        if numerical is not None:
            wanted = float(numerical[tuple(place)])
            source = "finite differences give"
    at = f"[{', '.join(map(str, place))}]" if place else ""
    sentences = [
        f"For {cases[i].label}, {name}{at} is {_number(mine)}, but {source} {_number(wanted)}"
        + (f" ({differ} of {size} entries differ)." if size > 1 else ".")
    ]
    sentences.append(_pattern(k, cases, got, right))
    if len(wrong) < len(exercise.outputs):
        fine = [n for j, n in enumerate(exercise.outputs) if j not in wrong]
        sentences.append(f"{' and '.join(fine)} {'is' if len(fine) == 1 else 'are'} right.")
    if len(wrong_cases) == 1 < len(cases) == everywhere:
        sentences.append("All other inputs come out right, so look at what is special about it.")
    return f"{name} has wrong numbers", " ".join(filter(None, sentences))


def _same_shapes(got, right):
    return isinstance(got, tuple) and all(
        [np.shape(a) for a in g] == [np.shape(a) for a in r]
        if isinstance(r, list)
        else g.shape == r.shape
        for g, r in zip(got, right, strict=True)
    )


def _first_difference(got, right, case):
    """Index, both numbers there, and how many of how many entries differ."""
    if isinstance(right, list):
        counts = [different_entries(g, r, _arrays(case)) for g, r in zip(got, right, strict=True)]
        first = next(j for j, c in enumerate(counts) if c.any())
        place, mine, wanted, _, _ = _first_difference(got[first], right[first], case)
        total = sum(int(c.sum()) for c in counts)
        return [first, *place], mine, wanted, total, sum(r.size for r in right)
    differs = different_entries(got, right, _arrays(case))
    place = [int(j) for j in np.argwhere(differs)[0]]
    there = tuple(place)
    return place, float(got[there]), float(right[there]), int(differs.sum()), right.size


def _pattern(k, cases, got, right):
    """A constant factor or offset, if that is all the difference; else nothing."""
    ordinary = [
        (case, g[k], r[k])
        for case, g, r in zip(cases, got, right, strict=True)
        if case.kind == "ordinary" and not isinstance(r[k], list)
    ]
    if all(_agree(mine, wanted, case) for case, mine, wanted in ordinary):
        return ""  # only other inputs show what is wrong
    ratios, offsets = [], []
    for _, mine, wanted in ordinary:
        mine, wanted = mine.astype(float).ravel(), wanted.astype(float).ravel()
        offsets.append(_constant(mine - wanted))
        zero = np.abs(wanted) < 1e-9
        if zero.all() or np.any(np.abs(mine[zero]) > 1e-9):
            ratios.append(None)
        else:
            ratios.append(_constant(mine[~zero] / wanted[~zero]))
    if None not in ratios:
        if not any(ratios):
            return "Every number of yours is 0."
        if np.ptp(ratios) < 1e-6 * abs(ratios[0]):
            return f"Everywhere yours is {ratios[0]:.3f} times the right number."
        # A single number is always a constant times another.
        if max(wanted.size for _, _, wanted in ordinary) > 1:
            far = int(np.argmax(np.abs(np.subtract(ratios, ratios[0]))))
            first, other = ordinary[0][0].label, ordinary[far][0].label
            ends = f"×{ratios[0]:.4g} for {first}, ×{ratios[far]:.4g} for {other}"
            return (
                f"For each input yours is a constant times the right number, but another constant "
                f"for another input ({ends}): look for something that depends on a size or on "
                f"another argument."
            )
    if None not in offsets and np.ptp(offsets) < 1e-6 * abs(offsets[0]):
        return f"Everywhere yours is the right number plus {offsets[0]:.4g}."
    return ""


def _constant(values):
    """The one value that all entries have, or None."""
    if values.size and np.isfinite(values).all() and np.ptp(values) <= 1e-6 * abs(values[0]):
        return float(values[0])
    return None


def _agree(got, right, case):
    return agree(got, right, _arrays(case))


def _arrays(case):
    return [arg for arg in case.args if isinstance(arg, np.ndarray)]


def _number(value):
    return f"{value:.5g}"


def _sentence(text):
    """An error text as a sentence, without what changes from run to run."""
    text = re.sub(r" at 0x[0-9a-f]+", "", text).strip().split("\n")[0]
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."


def _quoted(text):
    found = re.search(r"'([^']*)'", text)
    return found.group(1) if found else text


def _shapes_on(frame, line_number):
    """ "x is (4, 3), W.T is (2, 3)" for the arrays named on a line."""
    if frame is None or line_number is None:
        return ""
    statement = statement_at(frame.f_code, line_number)
    if not isinstance(statement, SIMPLE):
        return ""
    transposed = {
        node.value.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and node.attr == "T" and isinstance(node.value, ast.Name)
    }
    found = {}
    names = [
        node
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    ]
    for node in sorted(names, key=lambda node: (node.lineno, node.col_offset)):
        value = frame.f_locals.get(node.id)
        if isinstance(value, np.ndarray):
            if node.id in transposed:
                found[f"{node.id}.T"] = value.shape[::-1]
            else:
                found[node.id] = value.shape
    return ", ".join(f"{name} is {shape}" for name, shape in found.items())
