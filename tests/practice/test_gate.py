"""The prediction gate: guess, skip, change; truth only when it is wanted."""

import json

import ipywidgets
import pytest

from course_lib.practice import predict, reveal
from course_lib.practice.gate import CONFIDENCES, Gate, number_typed
from course_lib.practice.questions import prediction
from course_lib.practice.store import progress

pytestmark = pytest.mark.usefixtures("folder")

CHOICE, PICTURE, NUMBER = "outlier_in_three_losses", "loss_at_the_high_rate", "limit_on_the_digits"


def test_a_gate_asks_with_choices_and_confidence():
    view = predict(CHOICE)._view
    assert (view["phase"], view["input"]) == ("question", "choice")
    assert {o["id"] for o in view["options"]} == {o.id for o in prediction(CHOICE).options}
    assert [c["value"] for c in view["confidences"]] == [value for value, _ in CONFIDENCES]


def test_pictures_are_sent_as_svg_and_described_by_their_text():
    view = predict(PICTURE)._view
    assert view["input"] == "picture"
    for option in view["options"]:
        assert option["picture"].startswith("data:image/svg+xml;base64,")
        assert option["text"]


def test_a_number_is_asked_for_with_its_allowance():
    view = predict(NUMBER)._view
    assert view["input"] == "number"
    assert view["allowance"] == "within a factor of 3"
    assert view["options"] == []


def test_a_scale_is_not_shuffled_and_other_options_are():
    ordered = prediction("limit_when_curvature_doubles")
    assert [o["id"] for o in predict(ordered.id)._view["options"]] == [
        o.id for o in ordered.options
    ]
    orders = {tuple(o.id for o in prediction(PICTURE).ordered(f"{n:04x}")) for n in range(50)}
    assert len(orders) > 10


def test_a_guess_is_noted_and_shown(press):
    view = press(predict(CHOICE), "guess", value="mse", confidence=0.9)
    assert view["phase"] == "waiting"
    assert view["guess"] == {
        "text": "The mean squared error",
        "picture": None,
        "sure": "90 % sure",
    }
    assert view["can_change"]
    (event,) = progress().events
    assert (event["guess"], event["confidence"]) == ("mse", 0.9)


@pytest.mark.parametrize(
    ("name", "value", "confidence", "problem"),
    [
        (CHOICE, None, 0.9, "choose"),
        (CHOICE, "no such", 0.9, "choose"),
        (CHOICE, "mse", None, "how sure"),
        (CHOICE, "mse", 1.5, "how sure"),
        (CHOICE, "mse", "very", "how sure"),
        (NUMBER, "", 0.9, "number"),
        (NUMBER, "a lot", 0.9, "number"),
        (NUMBER, "nan", 0.9, "number"),
        (NUMBER, "1/0", 0.9, "number"),
        (NUMBER, None, 0.9, "number"),
    ],
)
def test_an_incomplete_guess_is_asked_back(press, name, value, confidence, problem):
    view = press(predict(name), "guess", value=value, confidence=confidence)
    assert view["phase"] == "question"
    assert problem in view["problem"]
    assert view["said"] == view["problem"]
    assert progress().events == ()


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0.5", 0.5), (" 1e-3 ", 1e-3), ("0,5", 0.5), ("1,000", 1000), ("1,000,000", 1e6),
     ("0,125", 0.125), ("1/20", 0.05), ("−3", -3), ("5%", 0.05), ("2 500", 2500),
     ("1,234.5", 1234.5), (7, 7), (0.25, 0.25), ("1e400", None), ("infinity", None), ("", None),
     ("1,2,", None), ([], None)],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed, number):
    assert number_typed(typed) == number


def test_five_percent_is_five_where_percent_is_asked_for():
    assert number_typed("5 %", percent=True) == 5


def test_the_truth_is_not_on_the_page_before_it_is_wanted(press):
    card = reveal(NUMBER, 0.4321, note="0.4321 measured")
    state = {k: v for k, v in card.get_state().items() if k not in ("_esm", "_css")}
    assert "0.4321" not in json.dumps(state, default=str)
    assert "0.432" in json.dumps(press(card, "show"))


def test_guess_and_truth_stand_side_by_side_in_both_cards(press):
    gate, shown = predict(CHOICE), reveal(CHOICE, "mse", note="times 81")
    assert "not guessed yet" in shown._view["text"]
    press(gate, "guess", value="mae", confidence=0.99)
    assert shown._view["button"] == "Compare with my guess"
    view = press(shown, "show")["comparison"]
    assert view["guess"]["text"] == "The mean absolute error"
    assert view["truth"]["text"] == "The mean squared error"
    assert view["note"] == "times 81"
    assert view["right"] is False
    assert "you were sure" in view["verdict"]
    assert gate._view["comparison"] == view
    assert not gate._view["can_change"]


def test_a_guess_can_be_changed_until_the_truth_is_seen(press):
    gate, shown = predict(CHOICE), reveal(CHOICE, "mse")
    press(gate, "guess", value="mae", confidence=0.5)
    assert press(gate, "change")["phase"] == "question"
    press(gate, "guess", value="mse", confidence=0.7)
    assert press(shown, "show")["comparison"]["right"] is True
    assert press(gate, "change")["phase"] == "waiting"
    press(gate, "guess", value="mae", confidence=0.7)
    assert gate._view["comparison"]["right"] is True


def test_a_skipped_gate_lets_through_and_counts_for_nothing(press):
    gate, shown = predict(CHOICE), reveal(CHOICE, "mse")
    view = press(gate, "skip")
    assert (view["phase"], view.get("guess")) == ("waiting", None)
    view = press(shown, "show")["comparison"]
    assert (view["guess"], view["right"]) == (None, None)
    assert view["verdict"] == "This is what came out."


def test_another_kernel_shows_the_same(press):
    from course_lib.practice import store

    press(predict(NUMBER), "guess", value="0,5", confidence=0.7)
    press(reveal(NUMBER, 1.2, "measured"), "show")
    store._opened.clear()
    comparison = predict(NUMBER)._view["comparison"]
    assert comparison["guess"]["text"] == "0.5"
    assert comparison["truth"]["text"] == "1.2"
    assert comparison["right"] is True
    assert reveal(NUMBER, 1.2)._view["phase"] == "shown"


@pytest.mark.parametrize(
    ("name", "truth"),
    [(CHOICE, "no such"), (CHOICE, 1.0), (NUMBER, "high"), (NUMBER, float("nan"))],
)
def test_an_outcome_that_does_not_fit_is_refused_when_the_lesson_is_written(name, truth):
    with pytest.raises(ValueError, match=name):
        reveal(name, truth)


def test_the_outcome_may_be_a_function():
    assert reveal(NUMBER, lambda: 0.5).truth == 0.5


def test_with_a_demo_the_gate_opens_it_after_the_guess(press):
    shown, calls = ipywidgets.Label("demo"), []

    def demo():
        calls.append(1)
        return shown

    gate = predict(CHOICE, demo=demo, truth="mse")
    press(gate.card, "appear")
    assert isinstance(gate, Gate)
    assert calls == []
    assert len(gate.children) == 2
    press(gate.card, "guess", value="mse", confidence=0.7)
    assert calls == [1]
    assert shown in gate.stage.children
    assert press(gate.children[2], "show")["comparison"]["right"] is True
    press(gate.card, "change")
    assert calls == [1]


def test_with_a_demo_skipping_opens_it_as_well_and_so_does_a_past_guess(press):
    calls = []
    first = predict(CHOICE, demo=lambda: calls.append("skipped"))
    press(first.card, "appear")
    press(first.card, "skip")
    second = predict(CHOICE, demo=lambda: calls.append("later"))
    # Where no page shows it, as in a test of the notebook, nothing depends on an earlier guess.
    assert calls == ["skipped"]
    press(second.card, "appear")
    assert calls == ["skipped", "later"]


def test_a_truth_without_a_demo_is_refused():
    with pytest.raises(ValueError, match="reveal"):
        predict(CHOICE, truth="mse")
