"""The questions of the course: complete, fair, and the eight of the review word for word."""

import collections
import re
from pathlib import Path

import numpy as np
import pytest

from course_lib.practice.lessons import EXTRAS, LESSONS, lesson
from course_lib.practice.presets import PRESETS
from course_lib.practice.question import Prediction, seal
from course_lib.practice.questions import (
    all_questions,
    prediction,
    predictions,
    quiz_questions,
)
from course_lib.practice.sketches import SKETCHES, svg

QUESTIONS = pytest.mark.parametrize("asked", all_questions(), ids=lambda asked: asked.id)
PREDICTIONS = pytest.mark.parametrize("asked", predictions(), ids=lambda asked: asked.id)
OWN = [asked for asked in all_questions() if asked not in quiz_questions("review")]

EIGHT = """\
What is the main purpose of backpropagation?
- To make predictions
+ To calculate gradients and update weights to reduce error
- To preprocess input data
- To evaluate model performance
In which direction does information flow during backpropagation?
- Input to output
+ Output to input (backward)
- Bidirectional
- Random direction
What mathematical concept enables backpropagation to work efficiently?
- Integration
+ The chain rule
- Matrix addition
- Linear regression
In the weight update rule w_new = w_old − α × ∂L/∂w, why do we subtract the gradient?
- To increase the error
+ To move in the direction of steepest descent (minimize error)
- To normalize the weights
- It's a mathematical convention
What happens if the learning rate is too high?
- Training becomes very slow
+ The model might overshoot the minimum and fail to converge
- The gradients become zero
- The model achieves perfect accuracy
Which loss function is typically used for binary classification?
- Mean Squared Error
+ Cross-entropy loss
- Hinge loss
- Absolute error
What is an epoch in neural network training?
- One forward pass
- One backward pass
+ One complete pass through the entire training dataset
- One weight update
What is the vanishing gradient problem?
- Gradients become too large
+ Gradients become very small in deep networks, slowing learning
- Gradients disappear completely
- Learning rate becomes zero
"""


def right(asked):
    (choice,) = [choice for choice in asked.choices if asked.is_right(choice)]
    return choice


def test_the_eight_questions_stand_word_for_word():
    lines = []
    for asked in quiz_questions("review"):
        lines.append(asked.text)
        lines += [f"{'+' if asked.is_right(c) else '-'} {c.text}" for c in asked.choices]
    assert "\n".join(lines) + "\n" == EIGHT


def test_the_first_of_the_eight_is_said_to_say_too_much():
    because = right(quiz_questions("review")[0]).because
    assert "says too much" in because
    assert "optimiser" in because


def test_each_lesson_from_0_to_10_has_three_or_four_questions():
    for number in range(11):
        questions = quiz_questions(lesson(number).name)
        assert 3 <= len(questions) <= 4
        assert {asked.lesson for asked in questions} == {number}


def test_no_id_and_no_text_occurs_twice():
    ids = [asked.id for asked in (*all_questions(), *predictions())]
    texts = [asked.text for asked in (*all_questions(), *predictions())]
    assert len(set(ids)) == len(ids)
    assert len(set(texts)) == len(texts)


@QUESTIONS
def test_a_question_is_complete(asked):
    assert re.fullmatch(r"[a-z0-9_]+", asked.id)
    assert len(asked.choices) == len({choice.text for choice in asked.choices}) == 4
    assert right(asked)
    assert asked.see in PRESETS
    assert asked.topic
    assert lesson(asked.lesson) in (*LESSONS, *EXTRAS)
    for choice in asked.choices:
        assert choice.see == "" or choice.see in PRESETS
        # Enough to say why, and not more than one reads.
        assert 40 <= len(choice.because) <= 260, choice.because
        assert choice.because.endswith((".", "!", ".)"))


@QUESTIONS
def test_an_explanation_mentions_no_letter_and_no_position(asked):
    for choice in asked.choices:
        assert not re.search(
            r"\b(answer|choice|option) [A-D]\b|\b[A-D]\)|\b(first|second|third|last|above|below) "
            r"(answer|choice|option)\b|\b(correct|wrong) answer\b",
            choice.because,
        )


@QUESTIONS
def test_the_key_is_the_seal_of_one_choice(asked):
    seals = [seal(asked.id, choice.text) for choice in asked.choices]
    assert seals.count(asked.key) == 1


def test_the_key_is_not_to_be_read_in_the_source():
    folder = Path(__file__).parents[2] / "course_lib" / "practice" / "questions"
    for file in folder.glob("*.py"):
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"\b(right|correct|answer|is_right)\s*=", source), file.name
        for key in re.findall(r"key=(.*),", source):
            assert re.fullmatch(r'"[0-9a-f]{16}"', key)


@pytest.mark.parametrize("extreme", [max, min])
def test_length_does_not_give_the_answer_away(extreme):
    """Who always chooses the longest of our own choices, or the shortest, is right as by chance."""
    hits = 0
    for asked in OWN:
        length = extreme(len(choice.text) for choice in asked.choices)
        chosen = [choice for choice in asked.choices if len(choice.text) == length]
        hits += (right(asked) in chosen) / len(chosen)
    assert hits / len(OWN) < 0.36


def test_no_right_choice_stands_out_by_its_length():
    for asked in OWN:
        lengths = [len(choice.text) for choice in asked.choices]
        others = sorted(set(asked.choices) - {right(asked)}, key=lambda c: len(c.text))
        if max(lengths) > 15:
            assert len(right(asked).text) <= 1.5 * len(others[-1].text), asked.id
            assert len(right(asked).text) >= 0.6 * len(others[0].text), asked.id


def test_position_in_the_source_does_not_give_the_answer_away():
    places = collections.Counter(asked.choices.index(right(asked)) for asked in OWN)
    assert max(places.values()) <= 0.45 * len(OWN)
    assert set(places) == {0, 1, 2, 3}


def test_for_many_learners_the_best_answer_stands_everywhere_equally_often():
    asked = quiz_questions("review")[0]
    learners = 2000
    places = collections.Counter(
        asked.ordered(f"{learner:016x}", "review", 1).index(right(asked))
        for learner in range(learners)
    )
    # Four standard deviations of a binomial count.
    limit = 4 * np.sqrt(learners * 0.25 * 0.75)
    assert all(abs(places[place] - learners / 4) < limit for place in range(4))


def test_one_learner_sees_the_same_order_each_time_and_another_one_in_the_next_round():
    for asked in all_questions():
        first = asked.ordered("0123", "review", 1)
        assert first == asked.ordered("0123", "review", 1)
        assert set(first) == set(asked.choices)
    rounds = [[a.ordered("0123", "review", r) for a in all_questions()] for r in (1, 2)]
    assert sum(one != two for one, two in zip(*rounds, strict=True)) > len(all_questions()) / 2


@PREDICTIONS
def test_a_prediction_is_complete(asked):
    assert re.fullmatch(r"[a-z0-9_]+", asked.id)
    assert lesson(asked.lesson) in (*LESSONS, *EXTRAS)
    assert asked.text.rstrip(".").endswith("?") or "?" in asked.text
    assert asked.because.endswith(".")
    if asked.kind == "number":
        assert asked.margin is not None or asked.factor > 1
    else:
        ids = [option.id for option in asked.options]
        assert 2 <= len(set(ids)) == len(ids) <= 4
    if asked.kind == "picture":
        sketches = [option.sketch for option in asked.options]
        assert len(set(sketches)) == len(sketches)
        assert set(sketches) <= set(SKETCHES)


def test_every_lesson_with_demos_asks_for_a_prediction():
    for number in range(11):
        assert predictions(number)


def test_a_prediction_that_does_not_exist_is_refused_with_a_hint():
    with pytest.raises(ValueError, match="limit_on_the_digits"):
        prediction("limit_on_digits")


@pytest.mark.parametrize("name", SKETCHES)
def test_a_sketch_is_the_same_each_time_and_seen_whole(name):
    assert svg.__wrapped__(name) == svg.__wrapped__(name)
    y = SKETCHES[name](np.linspace(0, 1, 50))
    assert np.isfinite(y).all()
    assert y.min() >= 0
    if name != "rises out of the picture":
        assert y.max() <= 1
    assert len(svg(name)) < 20_000


NUMBER = Prediction("n", 0, "How many?")


def test_a_number_counts_within_a_factor_in_both_directions():
    asked = Prediction("n", 0, "How many?", factor=2)
    assert [asked.is_right(guess, 10.0) for guess in (4.9, 5, 10, 20, 20.1)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert not asked.is_right(-10.0, 10.0)
    assert asked.is_right(-8.0, -10.0)
    assert not asked.is_right(0.0, 10.0)
    assert asked.is_right(0.0, 0.0)
    assert not asked.is_right(1e-9, 0.0)


def test_a_number_counts_within_a_margin():
    asked = Prediction("n", 0, "How many?", margin=0.1)
    assert asked.is_right(0.1, 0.0)
    assert asked.is_right(-0.1, 0.0)
    assert not asked.is_right(0.11, 0.0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "many", None, [1, 2]])
def test_an_outcome_that_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="finite number"):
        NUMBER.outcome(value)


def test_numpy_numbers_are_outcomes():
    assert NUMBER.outcome(np.float32(0.5)) == 0.5
    assert type(NUMBER.outcome(np.int64(3))) is float


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.25, "0.25"), (50890, "50,890"), (2.302585, "2.3"), (0.000123456, "0.000123"),
     (1e-7, "1e-07"), (1234.5678, "1,230"), (-3.0, "-3"), (0.0, "0"), (1e20, "1e+20")],
)  # fmt: skip
def test_a_number_is_written_with_three_digits(number, text):
    assert NUMBER.in_words(number) == text
