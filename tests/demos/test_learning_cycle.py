"""The five steps on a tiny network: its numbers are those of paper and pencil, and of nudging."""

import re

import numpy as np
import pytest

from course_lib.demos.learning_cycle import (
    INPUT,
    ITERATIONS,
    PHASES,
    RATES,
    TARGET,
    Moment,
    first_network,
    run_cycle,
)
from course_lib.demos.learning_cycle_figure import FIVE, learning_cycle
from course_lib.demos.learning_cycle_words import caption, number, sums
from course_lib.nn import mse

STEPS = ITERATIONS * len(PHASES)


def test_the_first_iteration_is_what_one_computes_by_hand():
    first = run_cycle(0.02)[0]
    np.testing.assert_allclose(first.hidden, [0.5, 0.8])
    assert first.prediction == pytest.approx(0.5 * 0.5 - 0.7 * 0.8)
    assert first.loss == pytest.approx(1.31**2)
    assert first.dprediction == pytest.approx(-2.62)
    np.testing.assert_allclose(first.dz, [-1.31, 1.834])
    np.testing.assert_allclose(first.layers[0].dW, np.outer([2, 0.5], [-1.31, 1.834]))
    np.testing.assert_allclose(first.layers[1].dW[:, 0], [-1.31, -2.096])


def test_the_gradients_are_those_of_nudging_each_parameter():
    now = run_cycle(0.1)[0]
    gradients = np.concatenate([a.ravel() for layer in now.layers for a in (layer.dW, layer.db)])
    for k, gradient in enumerate(gradients):
        losses = []
        for hair in (1e-6, -1e-6):
            network = first_network()
            network.parameters[k] += hair
            losses.append(mse(network.forward(INPUT), TARGET)[0])
        assert gradient == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-6)


def test_an_update_moves_every_parameter_against_its_gradient():
    now, after = run_cycle(0.03)[:2]
    for old, new in zip(now.layers, after.layers, strict=True):
        np.testing.assert_allclose(new.W, old.W - 0.03 * old.dW)
        np.testing.assert_allclose(new.b, old.b - 0.03 * old.db)


def test_small_steps_lower_the_loss_every_time_and_the_longest_raises_it():
    for rate in (RATES[0], 0.02, 0.05):
        assert (np.diff([iteration.loss for iteration in run_cycle(rate)]) < 0).all()
    losses = [iteration.loss for iteration in run_cycle(RATES[1])]
    assert losses[1] > losses[0]


def test_at_a_rate_of_zero_nothing_moves_and_a_negative_one_is_refused():
    assert len({iteration.loss for iteration in run_cycle(0)}) == 1
    with pytest.raises(ValueError, match="learning_rate"):
        run_cycle(-0.1)


def test_a_unit_that_answers_zero_passes_no_error_on():
    silent = run_cycle(RATES[1])[1]
    assert silent.hidden[1] == 0
    assert silent.dz[1] == 0
    assert not silent.layers[0].dW[:, 1].any()
    assert silent.dz[0] != 0


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.50"), (-0.314, "−0.31"), (-0.001, "0.00"), (12, "12.00")]
)
def test_numbers_are_written_with_two_decimals_and_a_true_minus(value, text):
    assert number(value) == text


def computed(line):
    """Left and right side of the last equation in a line, as numbers."""
    left, right = line.rsplit("=", 1)
    left = left.split(":")[-1].split("=")[-1].replace("such as", "").replace("slope of bend", "")
    left = left.replace("each weight: that × its input, as", "").split(" as ")[-1]
    for sign, plain in (("−", "-"), ("·", "*"), ("²", "**2")):
        left, right = left.replace(sign, plain), right.replace(sign, plain)
    return eval(left, {"max": max}), float(right)


@pytest.mark.parametrize("rate", [0.02, RATES[1]])
def test_every_sum_that_is_shown_is_right_within_its_rounding(rate):
    run = run_cycle(rate)
    seen = 0
    for step in range(STEPS):
        moment = Moment.at(step)
        now, after = run[moment.iteration], run[moment.iteration + 1]
        for line in sums(now, after, moment.phase, rate):
            if re.search(r"= −?[\d.]+$", line):
                left, right = computed(line)
                assert left == pytest.approx(right, abs=0.06), line
                seen += 1
    assert seen == ITERATIONS * (2 + 1 + 1 + 3 + 3 + 1)


def test_captions_say_where_we_are_and_the_number_that_matters():
    run = run_cycle(0.02)
    said = [caption(*run[:2], Moment(0, phase), 0.02) for phase in range(len(PHASES))]
    for words, (step, _) in zip(said, PHASES, strict=True):
        assert words.startswith(f"Iteration 1, {step}: ")
        assert words.endswith(" Learning rate 0.02.")
    expected = ("0.50 and 0.80", "−0.31", "1.72", "−2.62", "3.67", "0.40 to 0.45", "1.02")
    for words, figure in zip(said, expected, strict=True):
        assert figure in words
    assert "went too far" in caption(*run_cycle(RATES[1])[:2], Moment(0, 6), RATES[1])
    assert "went too far" not in said[6]


def test_the_walk_has_five_steps_in_each_iteration_in_their_order():
    names = [Moment.at(step).name for step in range(STEPS)]
    assert len(set(names)) == STEPS
    assert list(dict.fromkeys(step for step, _ in PHASES)) == list(FIVE)
    assert names[0] == "iteration 1, forward pass: hidden layer"
    assert names[-1] == f"iteration {ITERATIONS}, repeat"


def test_every_position_of_the_figure_shows_something_of_its_own():
    live = learning_cycle()
    captions = set()
    for step in range(STEPS):
        live.step = step
        captions.add(live.caption)
    assert len(captions) == STEPS
    before = live.frame_image(step=4, learning_rate=0.02)
    assert not np.array_equal(before, live.frame_image(step=5, learning_rate=0.02))
    live.close()


def test_the_preset_of_a_long_step_opens_where_the_loss_has_risen():
    live = learning_cycle(learning_rate=0.25, step=6)
    assert live.learning_rate == 0.25
    assert "went too far" in live.caption
    live.close()
