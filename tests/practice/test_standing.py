"""What the events add up to, whatever order and state they are in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.practice.standing import (
    exercise_standing,
    prediction_standing,
    quiz_standing,
)


def tries(*passed, exercise="a", **facts):
    return [{"kind": "try", "exercise": exercise, "passed": p, **facts} for p in passed]


def test_an_exercise_counts_its_own_tries_until_it_is_passed():
    events = tries(False, exercise="b") + tries(False, False, True, False, found="missing 1/n")
    standing = exercise_standing(events, "a")
    assert (standing.tries, standing.passed, standing.tries_until_pass) == (4, True, 3)
    assert standing.last == "missing 1/n"


def test_the_solution_opens_after_three_tries_or_a_pass():
    assert [exercise_standing(tries(*[False] * n), "a").solution_is_open for n in range(5)] == [
        False,
        False,
        False,
        True,
        True,
    ]
    assert exercise_standing(tries(True), "a").solution_is_open


def test_hints_once_opened_stay_open():
    events = [{"kind": "hint", "exercise": "a", "number": n} for n in (1, 2, 1)]
    assert exercise_standing(events, "a").hints == 2


def answer(question, right, round=1, quiz="q"):
    return {
        "kind": "answer",
        "quiz": quiz,
        "question": question,
        "choice": f"{question} {right}",
        "right": right,
        "round": round,
    }


def test_in_a_quiz_the_first_answer_of_a_round_counts():
    events = [answer("x", False), answer("x", True), answer("y", True)]
    standing = quiz_standing(events, "q", ["x", "y", "z"])
    assert standing.score == 1
    assert standing.answers["x"] == ("x False", False)
    assert standing.best is None


def test_a_quiz_remembers_its_best_complete_round():
    events = [answer("x", True), answer("y", True)]
    events += [{"kind": "quiz again", "quiz": "q", "round": 2}, answer("x", False, 2)]
    standing = quiz_standing(events, "q", ["x", "y"])
    assert (standing.round, standing.score, standing.best) == (2, 0, 2)


def test_answers_to_questions_that_are_no_longer_asked_do_not_count():
    standing = quiz_standing([answer("old", True), answer("x", True)], "q", ["x", "y"])
    assert (standing.score, set(standing.answers)) == (1, {"x"})


def test_a_quiz_without_questions_is_never_complete():
    assert quiz_standing([], "q", []).best is None


def guess(value, confidence=0.7):
    return {"kind": "guess", "prediction": "p", "guess": value, "confidence": confidence}


def truth(value, right):
    return {"kind": "truth", "prediction": "p", "truth": value, "right": right, "note": "n"}


def test_the_last_guess_before_the_truth_counts():
    events = [guess("a", 0.5), guess("b", 0.9), truth("b", True), guess("a", 0.25)]
    standing = prediction_standing(events, "p")
    assert (standing.guess, standing.confidence, standing.right) == ("b", 0.9, True)
    assert (standing.truth, standing.note) == ("b", "n")
    assert not standing.missed


def test_a_truth_seen_without_a_guess_is_neither_right_nor_wrong():
    standing = prediction_standing([truth("b", False), guess("b")], "p")
    assert standing.right is None
    assert standing.guess is None
    assert not standing.missed


def test_a_skipped_prediction_can_still_be_guessed():
    skip = {"kind": "skip", "prediction": "p"}
    assert prediction_standing([skip], "p").skipped
    standing = prediction_standing([skip, guess("a"), skip], "p")
    assert (standing.guess, standing.skipped) == ("a", False)


@pytest.mark.parametrize(("again", "missed"), [([], True), ([False], True), ([False, True], False)])
def test_a_missed_prediction_stays_missed_until_it_is_put_right(again, missed):
    events = [guess("a"), truth("b", False)]
    events += [
        {"kind": "guess again", "prediction": "p", "guess": "b", "right": right} for right in again
    ]
    assert prediction_standing(events, "p").missed is missed


ODD = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3))
NAMES = st.sampled_from(["a", "q", "p", "x"])
FIELDS = ("exercise", "quiz", "prediction", "question", "round", "number", "guess", "truth",
          "right", "passed", "confidence", "choice", "found", "note")  # fmt: skip
KINDS = ("try", "hint", "solution", "answer", "quiz again", "guess", "guess again", "skip",
         "truth", "something new")  # fmt: skip


@given(
    st.lists(
        st.builds(
            lambda kind, facts: {**facts, "kind": kind},
            st.sampled_from(KINDS),
            st.dictionaries(st.sampled_from(FIELDS), st.one_of(NAMES, ODD)),
        ),
        max_size=8,
    )
)
def test_no_event_however_odd_breaks_anything(events):
    standing = exercise_standing(events, "a")
    assert standing.tries >= standing.tries_until_pass
    assert 0 <= quiz_standing(events, "q", ["x"]).score <= 1
    confidence = prediction_standing(events, "p").confidence
    assert confidence is None or 0 <= confidence <= 1
