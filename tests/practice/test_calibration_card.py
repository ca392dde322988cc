"""Calibration: the Brier score, the guesses by confidence, what is said of them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.practice import brier_score, calibration, predict, reveal
from course_lib.practice.calibration_card import in_words, levels
from course_lib.practice.questions import predictions


def test_known_brier_scores():
    assert brier_score([1, 1], [True, True]) == 0
    assert brier_score([1, 1], [False, False]) == 1
    assert brier_score([0.5] * 4, [True, False, False, True]) == 0.25
    assert brier_score([0.9, 0.6], [True, False]) == pytest.approx((0.01 + 0.36) / 2)
    assert math.isnan(brier_score([], []))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_no_one_does_better_than_to_say_how_often_they_are_right(guesses):
    confidences, outcomes = zip(*guesses, strict=True)
    share = np.mean(outcomes)
    constant = [brier_score([p] * len(outcomes), outcomes) for p in (share, 0, 0.3, 1)]
    assert constant[0] <= min(constant) + 1e-12
    assert 0 <= brier_score(confidences, outcomes) <= 1


def test_guesses_are_sorted_by_confidence():
    rows = levels([0.9, 0.5, 0.9, 0.9], [True, False, False, True])
    assert [(r.confidence, r.count, r.right) for r in rows] == [(0.5, 1, 0), (0.9, 3, 2)]
    assert rows[1].share == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("confidences", "outcomes", "said"),
    [
        ([0.9] * 20, [True] * 8 + [False] * 12, "overconfident"),
        ([0.5] * 20, [True] * 19 + [False], "know more than you think"),
        ([0.7] * 20, [True] * 13 + [False] * 7, "Well calibrated"),
        ([0.9] * 3, [False] * 3, "too few"),
    ],
)
def test_what_is_said_depends_on_more_than_chance(confidences, outcomes, said):
    text = in_words(confidences, outcomes)
    assert said in text
    assert f"{100 * np.mean(outcomes):.0f} %" in text


@pytest.mark.usefixtures("folder")
def test_without_guesses_the_card_says_what_will_be_there():
    card = calibration()
    assert "will see" in card._view["empty"]
    assert math.isnan(card.brier)


@pytest.mark.usefixtures("folder")
def test_settled_guesses_are_counted_and_drawn(press):
    card = calibration()
    choices = [asked for asked in predictions() if asked.options][:3]
    for asked, right, confidence in zip(choices, (True, False, True), (0.9, 0.9, 0.5), strict=True):
        guess, other = asked.options[0].id, asked.options[1].id
        press(predict(asked.id), "guess", value=guess, confidence=confidence)
        press(reveal(asked.id, guess if right else other), "show")
    press(predict(predictions()[-1].id), "skip")
    assert card.confidences == [0.9, 0.9, 0.5]
    assert card.outcomes == [True, False, True]
    assert card.brier == pytest.approx(np.mean([0.01, 0.81, 0.25]))
    view = card._view
    assert view["rows"] == [
        {"sure": "50 %", "count": 1, "right": 1, "share": "100 %"},
        {"sure": "90 %", "count": 2, "right": 1, "share": "50 %"},
    ]
    assert view["brier"] == f"{card.brier:.2f}"
    assert view["alt"] == "50 % sure: right in 1 of 1; 90 % sure: right in 1 of 2"
    assert all(p.startswith("data:image/svg+xml;base64,") for p in view["pictures"].values())
    assert set(view["pictures"]) == {"light", "dark"}
