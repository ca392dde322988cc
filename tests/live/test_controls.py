"""What the controls offer, accept and say."""

import numpy as np
import pytest

from course_lib.live import Choice, Slider, Steps, Toggle


def test_a_slider_offers_both_ends_and_equal_differences():
    values = Slider(-1, 2, positions=31).values
    assert values[0] == -1
    assert values[-1] == 2
    np.testing.assert_allclose(np.diff(values), 0.1)


def test_a_logarithmic_slider_offers_equal_ratios():
    values = np.array(Slider(1e-4, 1, positions=41, log=True).values)
    np.testing.assert_allclose(values[1:] / values[:-1], 10**0.1, rtol=1e-9)


def test_an_integer_slider_offers_each_whole_number_once():
    assert Slider(1, 5, integer=True).values == [1, 2, 3, 4, 5]
    assert all(isinstance(v, int) for v in Slider(1, 5, integer=True).values)


def test_a_logarithmic_integer_slider_has_no_number_twice():
    values = Slider(1, 1000, integer=True, log=True).values
    assert len(set(values)) == len(values)
    assert values[0] == 1
    assert values[-1] == 1000


def test_a_step_reaches_the_end_in_spite_of_rounding():
    assert Slider(0, 1, step=0.1).values == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]


def test_the_opening_value_is_offered_exactly():
    slider = Slider(1e-4, 0.3, 0.01, log=True)
    assert slider.values[slider.start] == 0.01
    assert slider.texts[slider.start] == "0.01"


def test_a_value_snaps_to_the_nearest_position():
    slider = Slider(0, 10, positions=11)
    assert slider.index_of(3.4) == 3
    assert slider.index_of(3.6) == 4
    # On a logarithmic slider, nearest is a matter of ratios.
    assert Slider(1, 100, positions=3, log=True).index_of(4) == 1


def test_values_are_said_with_unit_and_minus_sign():
    assert Slider(-1, 1, positions=3, unit="m/s").texts == ["−1 m/s", "0 m/s", "1 m/s"]
    assert Slider(0, 1, positions=3, format=".2f").texts == ["0.00", "0.50", "1.00"]
    assert Slider(0, 1, positions=3, format=lambda v: f"{v:.0%}").texts == ["0%", "50%", "100%"]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Slider(1, 1), ValueError, "min < max"),
        (lambda: Slider(0, 1, log=True), ValueError, "min > 0"),
        (lambda: Slider(0, 1, 2), ValueError, r"value=2 is outside the slider, \[0, 1\]"),
        (lambda: Slider(0, float("nan")), ValueError, "max must be finite"),
        (lambda: Slider("0", 1), TypeError, "min must be a number"),
        (lambda: Slider(0, 1, positions=1), ValueError, "at least 2 positions"),
        (lambda: Slider(0, 1, step=0), ValueError, "step must be above 0"),
        (lambda: Slider(0, 1, step=3), ValueError, "at least 2 positions"),
        (lambda: Slider(0, 1, step=0.1, positions=3), ValueError, "either positions or step"),
        (lambda: Slider(1, 2, step=0.1, log=True), ValueError, "give positions, not step"),
        (lambda: Slider(0.5, 3, integer=True), ValueError, "whole ends"),
        (lambda: Slider(0, 3, 1.5, integer=True), ValueError, "not whole"),
        (lambda: Slider(0, 1, label=3), TypeError, "label must be text"),
        (lambda: Choice([]), ValueError, "at least one option"),
        (lambda: Choice("abc"), TypeError, "list of names"),
        (lambda: Choice(["a", "a"]), ValueError, "different names"),
        (lambda: Choice(["a", "b"], "c"), ValueError, "'c' is not one of the options: a, b"),
        (lambda: Toggle(1), TypeError, "True or False"),
        (lambda: Steps(0), ValueError, "at least one step"),
        (lambda: Steps(3, 3), ValueError, "from 0 to 2"),
        (lambda: Steps(3, speed=0), ValueError, "speed must be above 0"),
    ],
)
def test_a_wrong_argument_is_named(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_choice_gives_the_value_and_sends_the_name():
    choice = Choice({"sum": np.sum, "mean": np.mean}, np.mean)
    assert choice.start == 1
    assert choice.to_json(np.sum) == "sum"
    assert choice.values[choice.index_of("mean")] is np.mean


def test_a_name_that_is_another_options_value_is_still_a_name():
    choice = Choice({"a": "b", "b": "a"})
    assert choice.from_json("a") == "b"
    assert choice.to_json("b") == "a"


def test_a_choice_tells_true_from_one():
    assert Choice({"one": 1, "yes": True}).index_of(True) == 1


def test_steps_are_said_by_their_names():
    steps = Steps(["forward", "loss", "backward"], 1)
    assert steps.values == [0, 1, 2]
    assert steps.texts[steps.start] == "loss"


def test_a_label_is_made_of_the_keyword():
    assert Slider(0, 1).spec("learning_rate")["label"] == "Learning rate"
    assert Slider(0, 1, label="α").spec("learning_rate")["label"] == "α"
