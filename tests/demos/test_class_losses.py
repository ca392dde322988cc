"""Cross-entropy in figures: what confidence costs, where formulas break, and two losses at work."""

import numpy as np
import pytest

from course_lib.demos.confidence import costs_of_probability, how_confident
from course_lib.demos.digit_confidence import digit_confidence, mean_losses, read_digits
from course_lib.demos.digit_losses import (
    DigitRun,
    digit_losses,
    softmax_squared_error,
    train_on_digits,
)
from course_lib.demos.softmax_overflow import cross_entropies, largest_exponent, softmax_overflow
from course_lib.demos.two_losses import logit_slopes, train_neuron, two_losses
from course_lib.nn import (
    binary_cross_entropy,
    mse,
    numerical_gradient,
    relative_error,
    sigmoid,
    softmax,
)

# ---------------------------------------------------------------------- confidence


def test_half_a_chance_costs_ln_2_and_a_hundredth_4_6():
    cross_entropy, squared_error = costs_of_probability([1, 0.5, 0.01])
    np.testing.assert_allclose(cross_entropy, [0, np.log(2), np.log(100)])
    np.testing.assert_allclose(squared_error, [0, 0.25, 0.9801])


def test_the_truth_decides_what_a_confidence_costs():
    live = how_confident(probability_of_cat=0.99, truth="dog")
    assert "“dog” has 1.0 %: confident and wrong: cross-entropy 4.61" in live.caption
    live.truth = "cat"
    assert "cross-entropy 0.01, squared error 0.00" in live.caption
    live.close()


# ---------------------------------------------------------------------- overflow


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_exponent_is_the_last_that_does_not_overflow(dtype):
    end = largest_exponent(dtype)
    with np.errstate(over="ignore"):
        assert np.isfinite(np.exp(dtype(0.999 * end)))
        assert np.isinf(np.exp(dtype(1.001 * end)))


@pytest.mark.parametrize("z", [1.0, 10.0, 80.0])
def test_below_88_all_three_ways_agree(z):
    for label in (0, 1):
        right = np.logaddexp(0, z) - label * z
        np.testing.assert_allclose(cross_entropies(z, label).losses, right, atol=1e-6, rtol=1e-5)


def test_above_88_float32_fails_in_two_ways_and_above_709_float64_too():
    assert np.isinf(cross_entropies(100, 0).losses[0])
    assert cross_entropies(100, 0).losses[1] == pytest.approx(100)
    assert np.isnan(cross_entropies(100, 1).losses[0])
    assert np.isinf(cross_entropies(1000, 0).losses[1])
    assert np.isnan(cross_entropies(1000, 1).losses[1])


def test_log_sum_exp_is_right_at_ten_thousand():
    assert cross_entropies(1e4, 0).losses[2] == 1e4
    assert cross_entropies(1e4, 1).losses[2] == 0


def test_the_caption_says_which_way_has_failed():
    live = softmax_overflow(logit=100)
    assert "inf in float32, 100 in float64. By log-sum-exp: 100" in live.caption
    live.answer = "confident and right"
    live.logit = 1000
    assert "nan in float32, nan in float64. By log-sum-exp: 0" in live.caption
    live.logit = 1e4
    assert live.caption.startswith("logits 0 and 10,000, confident and right.")
    live.close()


# ---------------------------------------------------------------------- a neuron


def test_the_slopes_by_the_logit_are_those_of_finite_differences():
    for z in (-4.0, -0.5, 0.0, 3.0):
        cross_entropy, squared_error = logit_slopes(z)
        nudged = numerical_gradient(lambda z: binary_cross_entropy(z, [1.0])[0], [z])
        assert relative_error([cross_entropy], nudged) < 1e-6
        nudged = numerical_gradient(lambda z: mse(sigmoid(z), [1.0])[0], [z])
        assert relative_error([squared_error], nudged) < 1e-6


def test_at_a_confident_mistake_only_squared_error_has_no_slope():
    cross_entropy, squared_error = logit_slopes(-8.0)
    assert cross_entropy == pytest.approx(-1, abs=1e-3)
    assert abs(squared_error) < 1e-3


def test_the_neuron_follows_its_slopes():
    run = train_neuron(-2.0, learning_rate=0.5, steps=3)
    for row, which in zip(run.probabilities, (0, 1), strict=True):
        z = -2.0
        for p in row:
            assert p == pytest.approx(sigmoid(np.array([z]))[0])
            z -= 0.5 * logit_slopes(z)[which]


def test_steps_to_a_probability_are_none_if_it_is_not_reached():
    run = train_neuron(-8.0, steps=50)
    assert run.steps_to(0.5) == (9, None)
    assert train_neuron(2.0, steps=1).steps_to(0.5) == (0, 0)


def test_the_caption_counts_the_steps_of_both():
    live = two_losses(start=-6)
    assert "slope −0.9975 and is above 50 % after 7 steps" in live.caption
    assert "slope −0.0049 and is above 50 % after 214 steps" in live.caption
    live.close()


# ---------------------------------------------------------------------- digits


def test_the_gradient_of_squared_error_through_softmax_is_that_of_finite_differences():
    logits = np.random.default_rng(0).normal(size=(4, 10))
    labels = np.array([3, 0, 9, 3])
    _, gradient = softmax_squared_error(logits, labels)
    nudged = numerical_gradient(lambda z: softmax_squared_error(z, labels)[0], logits)
    assert relative_error(gradient, nudged) < 1e-7


def test_from_an_ordinary_start_both_losses_read_nine_digits_in_ten():
    ends = [train_on_digits(loss).accuracies[-1] for loss in ("cross-entropy", "squared error")]
    assert min(ends) > 0.9
    assert abs(ends[0] - ends[1]) < 0.03


def test_from_a_confidently_wrong_start_squared_error_waits_and_learns_at_last():
    run = train_on_digits("squared error", push=10)
    assert run.accuracies[run.steps <= 50].max() < 0.3
    assert run.accuracies[-1] > 0.7
    assert train_on_digits("cross-entropy", push=10).accuracies[run.steps == 50] > 0.6


def test_a_run_that_never_reaches_a_share_says_so():
    run = DigitRun(np.array([0, 10]), np.array([0.1, 0.5]))
    assert run.steps_to(0.5) == 10
    assert run.steps_to(0.8) is None


def test_the_caption_of_the_digits_compares_both():
    live = digit_losses(push=0)
    assert "cross-entropy reaches 80 % after" in live.caption
    assert "squared error reaches 80 % after" in live.caption
    live.close()


def test_without_any_confidence_every_digit_costs_ln_10():
    means = mean_losses([0, 1, 3])
    assert means[0] == pytest.approx(np.log(10))
    assert means[1] < means[2] < means[0]


def test_one_digit_is_read_rightly_and_one_wrongly():
    read = read_digits()
    guesses = softmax(read.logits).argmax(axis=1)
    assert guesses[read.shown["read rightly"]] == read.labels[read.shown["read rightly"]]
    assert guesses[read.shown["read wrongly"]] != read.labels[read.shown["read wrongly"]]


def test_boldness_pays_where_it_is_right_and_costs_where_it_is_wrong():
    live = digit_confidence(sharpness=0, digit="read wrongly")
    assert "all answers alike: the right answer has 10 %, which costs 2.30" in live.caption

    def cost():
        return float(live.caption.partition("which costs ")[2].partition(";")[0])

    costs = {}
    for digit in ("read rightly", "read wrongly"):
        live.digit = digit
        costs[digit] = []
        for sharpness in (1, 2, 3):
            live.sharpness = sharpness
            costs[digit].append(cost())
    assert costs["read rightly"] == sorted(costs["read rightly"], reverse=True)
    assert costs["read wrongly"] == sorted(costs["read wrongly"])
    live.close()
