"""Every exercise of the catalogue: complete, consistent, and right by independent means."""

import contextlib
import io

import numpy as np
import pytest

from course_lib.nn import relative_error
from course_lib.practice.check import check
from course_lib.practice.comparing import agree
from course_lib.practice.exercise import GAP
from course_lib.practice.exercises import exercise, exercises
from course_lib.practice.slips import outcomes

ALL = pytest.mark.parametrize("item", exercises(), ids=lambda item: item.id)


def arrays_in(value):
    if isinstance(value, np.ndarray):
        return [value]
    return [a for part in value for a in arrays_in(part)] if isinstance(value, list | tuple) else []


def test_every_lesson_from_1_to_9_has_at_least_three_exercises():
    for lesson in range(1, 10):
        assert len(exercises(lesson)) >= 3
    lessons = [item.lesson for item in exercises()]
    assert lessons == sorted(lessons)


def test_an_unknown_name_is_refused_with_the_names_spelt_alike():
    with pytest.raises(ValueError, match="mse_gradient"):
        exercise("mse_gradent")
    with pytest.raises(ValueError, match="no exercise"):
        check(None, lambda: 0)


@ALL
def test_the_reference_passes(item):
    result = check(item.id, item.reference)
    assert result.passed, result
    assert bool(result)
    assert result.slips == ()


@ALL
def test_a_pass_says_what_was_checked(item):
    text = repr(check(item.id, item.reference))
    for case in item.make_cases():
        assert case.label in " ".join(text.split())


@ALL
def test_the_shown_solution_passes(item, cell):
    assert check(item.id, cell(item.solution, item.id)).passed


@ALL
def test_the_stub_is_not_attempted_and_raises_nothing(item, cell):
    result = check(item.id, cell(item.stub, item.id))
    assert result.status == "not attempted"
    assert repr(result) == f"○ {item.id}: not attempted yet"
    assert not result.passed


@ALL
def test_the_gap_version_is_not_attempted_until_its_gap_is_filled(item, cell):
    assert item.solution.count(item.gap) == 1
    assert item.gap_version.count(GAP) == 1
    assert check(item.id, cell(item.gap_version, item.id)).status == "not attempted"
    filled = item.gap_version.replace(GAP, item.gap)
    assert check(item.id, cell(filled, item.id)).passed


@ALL
def test_stub_and_gap_leave_work_to_do(item, cell):
    assert item.gap not in item.stub
    assert len(item.stub.splitlines()) < len(item.solution.splitlines()) + 1
    if item.given:
        # What is given runs; only the rest is missing.
        assert item.given in item.stub
        assert item.given in item.solution


@ALL
def test_the_worked_example_runs_and_prints_the_same_each_time(item):
    def run():
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(item.worked_example, "<worked example>", "exec"), {"np": np})
        return printed.getvalue()

    first = run()
    assert first.strip()
    assert run() == first


@ALL
def test_the_worked_example_is_another_problem(item):
    assert item.id not in item.worked_example
    assert item.gap not in item.worked_example


@ALL
def test_statement_and_hints_are_there(item):
    assert "$" in item.statement  # a formula
    assert len(item.hints) == 3
    assert len(set(item.hints)) == 3
    assert item.title
    assert item.reference.__doc__
    assert item.signature.startswith(f"{item.id}(")


@ALL
def test_no_message_gives_the_solution_away(item):
    for slip in item.slips:
        assert item.gap not in slip.message
    assert item.gap not in repr(check(item.id, lambda *args: 0.123))


@ALL
def test_messages_are_a_few_sentences(item):
    for slip in item.slips:
        assert slip.message.endswith((".", ")", "?")), slip.name
        assert 40 <= len(slip.message) <= 420, slip.name


@ALL
def test_slip_names_are_unique(item):
    names = [slip.name for slip in item.slips]
    assert len(set(names)) == len(names) >= 4


@pytest.mark.parametrize(
    "item", [item for item in exercises() if item.numerical], ids=lambda item: item.id
)
def test_the_reference_agrees_with_finite_differences(item):
    compared = 0
    for case in item.make_cases():
        # Float32 inputs are exact in float64, in which the reference can show what it is worth.
        args = tuple(
            a.astype(np.float64) if isinstance(a, np.ndarray) and a.dtype == np.float32 else a
            for a in case.args
        )
        if not case.differentiable:
            continue
        (right,) = outcomes(item.reference, item, [type(case)(case.label, args)])
        for output, numerical in zip(right, item.numerical(*args), strict=True):
            if numerical is not None:
                assert relative_error(output, numerical) <= 1e-6, case.label
                compared += 1
    assert compared >= 3


@ALL
def test_cases_are_the_same_at_every_call(item):
    for one, two in zip(item.make_cases(), item.make_cases(), strict=True):
        assert one.label == two.label
        for a, b in zip(arrays_in(one.args), arrays_in(two.args), strict=True):
            np.testing.assert_array_equal(a, b)
            assert not np.shares_memory(a, b)


def same_numbers(one, other):
    """Whether two lists of arguments hold equal numbers, whatever their types."""
    ones, others = arrays_in(one), arrays_in(other)
    return [a.shape for a in ones] == [b.shape for b in others] and all(map(agree, ones, others))


@ALL
def test_integer_cases_have_a_twin_of_floats(item):
    cases = item.make_cases()
    for case in cases:
        if case.kind == "integer":
            twins = [other for other in cases if other.kind == "ordinary"]
            assert any(same_numbers(case.args, other.args) for other in twins), case.label


def test_gradients_of_the_catalogue_are_compared_with_differences():
    gradients = [item for item in exercises() if "gradient" in item.id or "backward" in item.id]
    rules = {"gradient_step", "gradient_descent", "l2_gradients"}
    assert len(gradients) >= 15
    for item in gradients:
        assert item.numerical or item.id in rules, item.id


@pytest.mark.parametrize(
    "needed",
    [
        "sign flipped",
        "missing 1/n",
        "missing 2",
        "sum for mean",
        "transposed",
        "activation derivative forgotten",
        "derivative taken at a instead of z",
        "bias summed over the wrong axis",
        "softmax without max-shift",
        "probabilities used as logits",
        "softmax over the wrong axis",
        "missing batch mean in dW",
        "missing batch mean in db",
        "ReLU mask from the wrong tensor",
        "W where Wᵀ is due",
        "learning rate applied twice",
        "update in the wrong direction",
        "momentum sign",
        "momentum buffer not carried",
        "bias correction forgotten",
        "epsilon inside the root",
        "weight decay on biases",
        "clip by value where the norm is asked",
        "dropout without rescaling",
        "unbiased variance",
        "running averages reversed",
    ],
)
def test_the_catalogue_knows_the_slip(needed):
    assert any(slip.name == needed for item in exercises() for slip in item.slips)
