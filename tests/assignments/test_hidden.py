"""Hidden inputs: new to the learner, and as able to tell slips apart as the shown ones."""

import numpy as np
import pytest

from course_lib.assignments import grade
from course_lib.assignments.grading import judge
from course_lib.assignments.hidden import (
    NEW_CASES,
    draw_seed,
    hidden_exercise,
    new_cases,
    points,
    with_slip,
)
from course_lib.practice.exercises import exercise, exercises
from course_lib.practice.running import differs

ALL = pytest.mark.parametrize("item", exercises(), ids=lambda item: item.id)
SEED = 7


@ALL
def test_there_are_inputs_that_no_check_shows(item):
    shown = item.make_cases()
    new = [
        case
        for case in new_cases(item, SEED)
        if all(differs(case.args, other.args) for other in shown)
    ]
    assert len(new) >= NEW_CASES
    other_seed = new_cases(item, SEED + 1)
    assert len(other_seed) == len(new_cases(item, SEED))
    pairs = zip(new_cases(item, SEED), other_seed, strict=True)
    assert sum(differs(one.args, other.args) for one, other in pairs) >= NEW_CASES - 1


@ALL
def test_the_reference_gets_all_points(item):
    verdict = judge(item.id, SEED, points(item), item.reference)
    assert verdict.points == verdict.most == points(item)


@ALL
def test_every_slip_loses_points_and_is_named(item):
    for slip in item.slips:
        verdict = judge(item.id, SEED, points(item), with_slip(item, slip))
        assert verdict.points == (verdict.most / 2 if slip.overflow else 0), slip.name
        assert verdict.result.slips == (slip.name,)


@ALL
def test_answers_learned_by_heart_get_no_full_points(item):
    shown = [(case.args, item.reference(*case.args)) for case in item.make_cases()]

    def by_heart(*args):
        for known, answer in shown:
            if not differs(args, known):
                return answer
        return None

    assert judge(item.id, SEED, points(item), by_heart).points == 0


def test_a_seed_is_drawn_again_until_the_slips_can_be_told_apart():
    item = exercise("mae_gradient")  # of twelve seeds, two have no zero where the kink is
    for _ in range(5):
        asked = hidden_exercise(item, draw_seed(item))
        kinks = [case for case in asked.make_cases() if (case.args[0] == case.args[1]).any()]
        assert kinks


def test_points_are_even_and_grow_with_the_length_of_the_solution():
    worth = {item.id: points(item) for item in exercises()}
    assert set(worth.values()) == {2, 4, 6}
    assert worth["relu_backward"] < worth["dense_backward"] < worth["two_layer_backward"]


def test_a_right_formula_that_fails_on_whole_numbers_or_changes_its_input_gets_half():
    def truncates(predictions, targets):
        result = np.zeros_like(predictions)
        result[...] = 2 * (predictions - targets) / predictions.size
        return result

    def changes(predictions, targets):
        predictions -= targets
        return 2 * predictions / predictions.size

    for function, slip in ((truncates, "integer input"), (changes, "input changed in place")):
        verdict = judge("mse_gradient", SEED, 4, function)
        assert slip in verdict.result.slips
        assert verdict.points == 2

    def changes_and_is_wrong(predictions, targets):
        predictions *= 2
        return predictions / predictions.size

    assert judge("mse_gradient", SEED, 4, changes_and_is_wrong).points == 0


def test_grade_in_one_process_gives_the_same_points_or_an_error(capsys):
    item = exercise("relu_backward")
    assert grade(item.id, item.reference, seed=SEED, points=2) == 2
    assert "2 of 2 points" in capsys.readouterr().out
    with pytest.raises(AssertionError, match=item.slips[0].name):
        grade(item.id, with_slip(item, item.slips[0]), seed=SEED, points=2)
