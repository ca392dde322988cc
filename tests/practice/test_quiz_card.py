"""The quiz: what the page is told and when, what is scored, what is said."""

import json

import ipywidgets
import pytest

from course_lib.practice import quiz
from course_lib.practice.presets import PRESETS, register
from course_lib.practice.question import LETTERS
from course_lib.practice.questions import quiz_questions
from course_lib.practice.quiz_card import GREAT
from course_lib.practice.store import progress

pytestmark = pytest.mark.usefixtures("folder")

EIGHT = quiz_questions("review")


def place_of(card, asked, right):
    """Where a right or a wrong choice stands."""
    ordered = card._ordered(asked, card._standing())
    return next(i for i, choice in enumerate(ordered) if asked.is_right(choice) is right)


def play(card, press, *rights):
    """Answer the questions one after another, right or wrong."""
    questions = {asked.id: asked for asked in card.questions}
    for right in rights:
        asked = questions[card._view["question"]]
        press(card, "submit", question=asked.id, position=place_of(card, asked, right))
        press(card, "go_on")
    return card._view


def test_one_question_is_shown_at_a_time():
    view = quiz("review").card._view
    assert (view["phase"], view["number"], view["count"]) == ("question", 1, 8)
    assert view["text"] == EIGHT[0].text
    assert {choice["text"] for choice in view["choices"]} == {c.text for c in EIGHT[0].choices}


def test_before_the_answer_the_page_is_told_nothing_of_it():
    card = quiz("review").card
    state = json.dumps(
        {name: value for name, value in card.get_state().items() if name not in ("_esm", "_css")},
        default=str,
    )
    for asked in EIGHT:
        assert asked.key not in state
        for choice in asked.choices:
            assert choice.because[:20] not in state
            assert asked.mark(choice) not in state
    assert "right" not in json.dumps(card._view["choices"])


@pytest.mark.parametrize("right", [True, False])
def test_an_answer_is_explained_choice_by_choice(press, right):
    card = quiz("review").card
    asked = EIGHT[0]
    place = place_of(card, asked, right)
    view = press(card, "submit", question=asked.id, position=place)
    assert view["phase"] == "feedback"
    assert view["right"] is right
    assert view["verdict"].startswith(LETTERS[place])
    assert ("is right" in view["verdict"]) is right
    assert view["said"] == view["verdict"]
    by_text = {choice["text"]: choice for choice in view["choices"]}
    for choice in asked.choices:
        shown = by_text[choice.text]
        assert shown["because"] == choice.because
        assert shown["right"] is asked.is_right(choice)
    assert [choice["chosen"] for choice in view["choices"]].index(True) == place
    assert view["next"] == "Next question"


def test_the_first_answer_counts(press):
    card = quiz("review").card
    asked = EIGHT[0]
    press(card, "submit", question=asked.id, position=place_of(card, asked, False))
    view = press(card, "submit", question=asked.id, position=place_of(card, asked, True))
    assert view["right"] is False
    assert view["marks"][0] is False


@pytest.mark.parametrize(
    ("right", "message"),
    [(8, GREAT), (7, GREAT), (6, "A good part"), (4, "A good part"), (3, "another look"),
     (0, "another look")],
)  # fmt: skip
def test_the_score_and_its_message(press, right, message):
    view = play(quiz("review").card, press, *[True] * right, *[False] * (8 - right))
    assert view["phase"] == "done"
    assert view["score"] == f"{right}/8"
    assert message in view["message"]
    assert view["said"] == view["message"]
    topics = [topic for item in view["revisit"] for topic in item["topics"]]
    assert len(topics) == 8 - right


def test_the_message_from_seven_on_is_the_one_that_was_asked_for():
    assert GREAT == "Great job! You understand how neural networks learn."


def test_what_to_revisit_is_linked_by_lesson(press):
    view = play(quiz("review").card, press, *[False] * 2, *[True] * 6)
    (item,) = view["revisit"]
    assert item["link"] == "03_backpropagation.ipynb"
    assert item["topics"] == [EIGHT[0].topic, EIGHT[1].topic]


def test_a_second_card_and_another_kernel_go_on_where_the_first_was(press, folder):
    first, second = quiz("review").card, quiz("review").card
    play(first, press, True, False)
    assert second._view["number"] == 3
    assert second._view["marks"][:3] == [True, False, None]
    from course_lib.practice import store

    store._opened.clear()  # as in another kernel
    third = quiz("review").card
    assert third._view["marks"][:3] == [True, False, None]
    assert third._view["choices"] == second._view["choices"]


def test_another_round_begins_empty_in_another_order_and_keeps_the_best(press):
    card = quiz("review").card
    before = [[choice.text for choice in card._ordered(a, card._standing())] for a in EIGHT]
    play(card, press, *[True] * 8)
    view = press(card, "start_again")
    assert view["number"] == 1
    assert view["marks"] == [None] * 8
    assert before != [[c.text for c in card._ordered(a, card._standing())] for a in EIGHT]
    view = play(card, press, *[False] * 8)
    assert view["score"] == "0/8"
    assert "8/8" in view["best"]


def test_an_answered_question_can_be_looked_at_again(press):
    card = quiz("review").card
    play(card, press, *[True] * 8)
    view = press(card, "look_at", question=EIGHT[2].id)
    assert (view["phase"], view["text"]) == ("feedback", EIGHT[2].text)
    assert press(card, "go_on")["phase"] == "done"


def test_a_question_without_an_answer_cannot_be_looked_at(press):
    card = quiz("review").card
    assert press(card, "look_at", question=EIGHT[2].id)["phase"] == "question"


@pytest.mark.parametrize(
    "message",
    [
        {"question": "no such", "position": 0},
        {"question": EIGHT[0].id, "position": 99},
        {"question": EIGHT[0].id, "position": "first"},
        {},
    ],
)
def test_a_message_that_makes_no_sense_is_answered_politely(press, message, capsys):
    card = quiz("review").card
    view = press(card, "submit", **message)
    assert "did not work" in view["notice"]
    assert view["phase"] == "question"
    assert progress().events == ()
    assert press(card, "go_on")["notice"] == ""


@pytest.mark.parametrize("action", ["close", "describe", "_show", "record", None])
def test_the_page_can_only_do_what_is_offered(press, action):
    card = quiz("review").card
    before = card._view
    assert press(card, action) == before


def test_a_preset_opens_below_the_card(press):
    shown = ipywidgets.Label("the demo")
    opened = quiz("review", presets={EIGHT[1].see: lambda: shown})
    card = opened.card
    play(card, press, True)
    asked = EIGHT[1]
    view = press(card, "submit", question=asked.id, position=place_of(card, asked, True))
    view = press(card, "see", preset=view["see"]["name"])
    assert shown in opened.stage.children
    assert view["missing"] is None
    press(card, "go_on")
    assert opened.stage.children == ()


def test_a_registered_preset_opens_too(press, monkeypatch):
    from course_lib.practice import presets

    monkeypatch.setattr(presets, "_functions", {})
    calls = []
    register("scrubber", lambda: calls.append("opened"))
    press(quiz("review").card, "see", preset="scrubber")
    assert calls == ["opened"]
    with pytest.raises(ValueError, match="no preset"):
        register("no such", print)


def test_a_preset_that_is_not_there_is_said_with_its_lesson(press):
    view = press(quiz("review").card, "see", preset="depth")
    assert "07 Vanishing gradients" in view["missing"]["text"]
    assert view["missing"]["link"] == "07_vanishing_gradients.ipynb"
    assert view["said"] == view["missing"]["text"]


def test_a_wrong_choice_may_have_a_preset_of_its_own(press):
    card = quiz("review").card
    asked = next(a for a in EIGHT if a.id == "learning_rate_too_high")
    slow = next(c for c in asked.choices if c.see)
    place = card._ordered(asked, card._standing()).index(slow)
    view = press(card, "submit", question=asked.id, position=place)
    assert view["see"] == {"name": slow.see, "label": PRESETS[slow.see].label}
    assert slow.see != asked.see


@pytest.mark.parametrize("name", [0, 1, 5, 10, "overfitting", "review", 11])
def test_quizzes_are_found_by_name_and_number(name):
    assert quiz(name).card._view["count"] >= 3


@pytest.mark.parametrize("name", ["no such", 12])
def test_a_quiz_that_is_not_there_is_refused(name):
    with pytest.raises(ValueError, match=r"no (quiz|lesson)"):
        quiz(name)


def test_lesson_quizzes_have_messages_too(press):
    assert "All of them" in play(quiz(1).card, press, *[True] * 4)["message"]
    assert "revisit" in play(quiz(2).card, press, True, False, True, False)["message"]
    assert "None yet" in play(quiz(3).card, press, *[False] * 4)["message"]
