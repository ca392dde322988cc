"""The review: what was missed comes back, until it is right."""

import pytest

from course_lib.practice import predict, quiz, reveal, review
from course_lib.practice.quiz_card import Quiz
from course_lib.practice.review_card import (
    AgainCard,
    missed_predictions,
    missed_questions,
)
from course_lib.practice.store import progress

pytestmark = pytest.mark.usefixtures("folder")


def miss_a_prediction(press):
    press(predict("outlier_in_three_losses"), "guess", value="mae", confidence=0.9)
    press(reveal("outlier_in_three_losses", "mse", "81 times"), "show")


def answer(press, card, right):
    asked = next(q for q in card.questions if q.id == card._view["question"])
    ordered = card._ordered(asked, card._standing())
    place = next(i for i, choice in enumerate(ordered) if asked.is_right(choice) is right)
    press(card, "submit", question=asked.id, position=place)
    press(card, "go_on")
    return asked


def test_nothing_missed_is_said():
    opened = review()
    assert "Nothing you have answered is wrong" in opened.card._view["text"]
    assert len(opened.children) == 1


def test_a_missed_prediction_is_asked_again_and_leaves_when_right(press):
    miss_a_prediction(press)
    opened = review()
    (head, again) = opened.children
    assert isinstance(again, AgainCard)
    assert head._view["lessons"][0]["link"] == "01_loss_functions.ipynb"
    assert again._view["phase"] == "question"
    assert "81 times" not in str(again._view)

    view = press(again, "guess", value="huber", confidence=0.5)
    assert view["comparison"]["right"] is False
    assert [a.id for a in missed_predictions(progress().events)] == ["outlier_in_three_losses"]

    again = review().children[1]
    assert again._view["phase"] == "question"
    view = press(again, "guess", value="mse", confidence=0.5)
    assert view["comparison"]["right"] is True
    assert view["comparison"]["note"] == "81 times"
    assert missed_predictions(progress().events) == []
    assert len(review().children) == 1


def test_what_is_asked_again_does_not_change_the_first_guess(press):
    from course_lib.practice import calibration

    miss_a_prediction(press)
    press(review().children[1], "guess", value="mse", confidence=0.5)
    card = calibration()
    assert (card.confidences, card.outcomes) == ([0.9], [False])


def test_a_missed_prediction_can_just_be_looked_at(press):
    miss_a_prediction(press)
    view = press(review().children[1], "skip")
    assert view["comparison"]["truth"]["text"] == "The mean squared error"
    assert missed_predictions(progress().events)


def test_missed_questions_of_all_quizzes_come_back_until_right(press):
    first, second = quiz("loss_functions").card, quiz("review").card
    wrong = [answer(press, first, False), answer(press, second, False)]
    answer(press, first, True)
    assert [a.id for a in missed_questions(progress().events)] == [a.id for a in wrong]

    opened = review().children[-1]
    assert isinstance(opened, Quiz)
    card = opened.card
    assert card._view["count"] == 2
    answer(press, card, True)
    answer(press, card, False)
    assert card._view["score"] == "1/2"
    assert [a.id for a in missed_questions(progress().events)] == [wrong[1].id]
    assert review().children[-1].card._view["count"] == 1


def test_the_review_leaves_the_score_of_the_quizzes_alone(press):
    card = quiz("loss_functions").card
    for _ in range(4):
        answer(press, card, False)
    again = review().children[-1].card
    answer(press, again, True)
    assert quiz("loss_functions").card._view["score"] == "0/4"
