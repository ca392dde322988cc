"""The training session of lesson 10, without a screen."""

import numpy as np
import pytest

from course_lib.data import Split, load_mnist
from course_lib.demos.digit_training import TrainingSession, digit_network
from course_lib.nn import Dense, Network, evaluate, softmax_cross_entropy


@pytest.fixture(scope="module")
def digits():
    training, validation, _ = load_mnist()
    return Split(training.x[:1000], training.y[:1000]), Split(
        validation.x[:300], validation.y[:300]
    )


def advance(session, steps):
    for _ in range(steps):
        session.advance()


def test_the_same_seed_gives_the_same_numbers(digits):
    one, two, other = (TrainingSession(digits, seed=seed) for seed in (3, 3, 4))
    for session in (one, two, other):
        advance(session, 25)
    np.testing.assert_array_equal(one.network.parameters, two.network.parameters)
    np.testing.assert_array_equal(one.history.losses, two.history.losses)
    assert one.history.measurements == two.history.measurements
    assert not np.array_equal(one.history.losses, other.history.losses)


def test_reset_gives_the_same_run_again_and_keeps_the_old_one(digits):
    session = TrainingSession(digits, learning_rate=0.2)
    untrained = session.network.parameters.copy()
    advance(session, 15)
    first = session.history
    session.reset()
    assert session.step == 0
    assert session.learning_rate == 0.2
    np.testing.assert_array_equal(session.network.parameters, untrained)
    assert session.earlier_runs == [first]
    advance(session, 15)
    np.testing.assert_array_equal(session.history.losses, first.losses)


def test_a_reset_before_the_first_step_leaves_no_earlier_run(digits):
    session = TrainingSession(digits)
    session.reset()
    assert session.earlier_runs == []


def test_a_new_learning_rate_counts_from_the_next_step_on(digits):
    session = TrainingSession(digits, learning_rate=0.1)
    advance(session, 2)
    before = session.network.parameters.copy()
    session.learning_rate = 0.025
    session.advance()
    np.testing.assert_allclose(
        session.network.parameters, before - 0.025 * session.network.gradients, rtol=0, atol=1e-15
    )
    assert session.history.learning_rates.tolist() == [0.1, 0.1, 0.025]


def test_a_learning_rate_of_zero_changes_nothing(digits):
    session = TrainingSession(digits, learning_rate=0)
    before = session.network.parameters.copy()
    advance(session, 12)
    np.testing.assert_array_equal(session.network.parameters, before)


def test_a_new_batch_size_counts_from_the_next_step_on(digits):
    session = TrainingSession(digits, batch_size=100)
    seen = []
    forward = session.network.layers[0].forward
    session.network.layers[0].forward = lambda x, training=False: (
        seen.append(len(x)) if training else None,
        forward(x, training),
    )[1]
    advance(session, 2)
    session.batch_size = 7
    advance(session, 2)
    assert seen == [100, 100, 7, 7]
    assert session.history.batch_sizes.tolist() == seen


def test_epochs_are_counted_through_changes_of_the_batch_size(digits):
    session = TrainingSession(digits, batch_size=500)
    advance(session, 2)
    assert session.epoch == 0
    session.batch_size = 1000
    advance(session, 2)
    assert session.epoch == 2


@pytest.mark.parametrize("size", [0, -1, 1001])
def test_an_impossible_batch_size_is_refused(digits, size):
    session = TrainingSession(digits)
    with pytest.raises(ValueError, match="batch_size must be from 1 to 1,000"):
        session.batch_size = size
    assert session.batch_size == 100


def test_measurements_are_those_of_the_validation_digits(digits):
    session = TrainingSession(digits, measure_every=5)
    advance(session, 12)
    assert session.history.measured_steps.tolist() == [0, 5, 10]
    loss, accuracy = evaluate(session.network, *digits[1], loss=softmax_cross_entropy)
    measured = session.measure()
    assert measured.step == 12
    assert measured.loss == pytest.approx(loss, abs=1e-12)
    assert measured.accuracy == pytest.approx(accuracy, abs=1e-12)
    assert session.latest == measured


def test_measuring_twice_at_one_step_counts_once_and_does_not_disturb_training(digits):
    measured, undisturbed = TrainingSession(digits), TrainingSession(digits)
    for _ in range(7):
        measured.advance()
        measured.measure()
        measured.measure()
        undisturbed.advance()
    assert measured.history.measured_steps.tolist() == list(range(8))
    np.testing.assert_array_equal(measured.network.parameters, undisturbed.network.parameters)


def test_training_lowers_the_validation_error_from_guessing_to_less_than_a_third(digits):
    session = TrainingSession(digits, learning_rate=0.2)
    assert session.latest.error > 0.8
    advance(session, 100)
    assert session.latest.error < 0.3


def test_a_silent_hidden_layer_stops_the_run_with_its_cause_and_a_way_on(digits):
    session = TrainingSession(digits, learning_rate=0.1)
    advance(session, 40)
    sound = session.network.parameters.copy()
    error = session.latest.error
    session.learning_rate = 30
    going = [session.advance() for _ in range(10)]
    assert going == [True] * 9 + [False]
    assert session.divergence.step == 50
    assert "gone silent" in session.divergence.what
    assert "learning rate 30" in session.divergence.cause
    assert "step 40" in session.divergence.way_on
    np.testing.assert_array_equal(session.network.parameters, sound)
    assert session.latest.error == error
    assert session.history.returns == [(50, 40)]


def test_after_a_divergence_a_lower_rate_goes_on_and_all_history_is_kept(digits):
    session = TrainingSession(digits, learning_rate=0.1)
    advance(session, 40)
    before = session.history.losses
    session.learning_rate = 30
    while session.advance():
        pass
    session.learning_rate = 0.1
    advance(session, 60)
    assert session.divergence is None
    assert session.step == 110
    np.testing.assert_array_equal(session.history.losses[:40], before)
    assert session.latest.error < session.history.measurements[4].error


def test_a_climbing_loss_stops_the_run(digits):
    session = TrainingSession(digits, learning_rate=1, batch_size=1, seed=1)
    while session.advance():
        assert session.step < 50
    assert "the loss has climbed to" in session.divergence.what
    assert "back in place" in session.divergence.way_on


def linear_network(seed):
    return Network([Dense(784, 40), Dense(40, 40), Dense(40, 10)], seed=seed)


def test_a_non_finite_number_is_explained_and_not_raised(digits):
    session = TrainingSession(digits, learning_rate=1e9, build=linear_network)
    untrained = session.network.parameters.copy()
    while session.advance():
        assert session.step < 10  # before the validation digits are asked
    divergence = session.divergence
    assert "no longer a finite number" in divergence.what
    assert f"step {session.step}" in divergence.what
    assert "1e+09" in divergence.cause
    assert "network from the start is back" in divergence.way_on
    assert np.isnan(session.history.losses[-1])
    np.testing.assert_array_equal(session.network.parameters, untrained)
    session.learning_rate = 0.01
    assert session.advance()
    assert session.divergence is None


def test_numbers_that_overflow_on_the_validation_digits_are_explained(digits):
    session = TrainingSession(digits, build=linear_network)
    session.advance()
    session.network.parameters *= 1e200
    session.measure()
    assert "no longer finite" in session.divergence.what
    assert np.isfinite(session.network.parameters).all()


def test_digit_network_has_the_layers_of_the_lesson():
    network = digit_network(seed=0)
    assert network.parameters.size == 784 * 64 + 64 + 64 * 10 + 10
    np.testing.assert_array_equal(network.parameters, digit_network(seed=0).parameters)


def test_a_session_may_start_from_given_parameters_and_comes_back_to_them(digits):
    start = digit_network(seed=5).parameters.copy()
    session = TrainingSession(digits, start=start)
    np.testing.assert_array_equal(session.network.parameters, start)
    advance(session, 3)
    session.reset()
    np.testing.assert_array_equal(session.network.parameters, start)
    session.start = None
    session.reset()
    np.testing.assert_array_equal(session.network.parameters, digit_network(seed=0).parameters)
