"""The recipe for digits: what it promises beyond its accuracy, which benchmarks/ measures."""

import numpy as np
import pytest

from course_lib.data import RandomShift, load_mnist
from course_lib.demos.recipes import train_digit_classifier


@pytest.fixture(scope="module")
def digits():
    return load_mnist()


@pytest.fixture
def few(digits):
    return digits.train.x[:300], digits.train.y[:300]


def test_a_single_pass_already_reads_most_new_digits(digits):
    network = train_digit_classifier(*digits.train, epochs=2)
    x, y = digits.validation
    assert np.mean(network.predict(x) == y) > 0.9


@pytest.mark.parametrize("augment", [True, False])
def test_the_same_seed_gives_the_same_network_and_another_does_not(few, augment):
    one, same, other = (
        train_digit_classifier(*few, seed=seed, augment=augment, epochs=1).parameters
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, other)


def unchanged(x, rng):
    return x


def test_augmentation_changes_what_the_network_learns_from(few):
    plain, changed = (
        train_digit_classifier(*few, augment=augment, epochs=1).parameters
        for augment in (unchanged, True)
    )
    assert not np.allclose(plain, changed)


def test_an_augmentation_of_your_own_sees_every_batch(few):
    seen = []

    def watched(x, rng):
        seen.append(len(x))
        return RandomShift(2)(x, rng)

    train_digit_classifier(*few, augment=watched, epochs=2)
    assert seen == [100] * 6


def test_progress_wraps_the_records_and_knows_how_many_there_will_be(few):
    steps = []

    def progress(records, total):
        for record in records:
            steps.append((record.step, total))
            yield record

    train_digit_classifier(*few, epochs=2, progress=progress)
    assert steps == [(step, 6) for step in range(1, 7)]


def test_dropout_hides_units_in_training_but_not_in_prediction(few):
    network = train_digit_classifier(*few, augment=False, epochs=1)
    x = few[0]
    assert not np.allclose(network.forward(x, training=True), network.forward(x, training=True))
    np.testing.assert_array_equal(network.forward(x), network.forward(x))


def test_the_digits_are_left_as_they_were(few):
    x, y = few
    before = x.copy(), y.copy()
    train_digit_classifier(x, y, epochs=1)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_raw_pixels_are_refused_and_the_way_out_is_named(few):
    x, y = few
    with pytest.raises(ValueError, match=r"from 0 to 1, but it goes from 0 to 255; .*x / 255"):
        train_digit_classifier((255 * x).round().astype(np.uint8), y)


def test_what_does_not_fit_is_refused_before_training(few):
    x, y = few
    with pytest.raises(ValueError, match="equally long"):
        train_digit_classifier(x, y[:-1])
    with pytest.raises(ValueError, match="no examples"):
        train_digit_classifier(x[:0], y[:0])
    with pytest.raises(ValueError, match=r"\(100, 100\).* needs \(batch, 784\)"):
        train_digit_classifier(x[:, :100], y)
    with pytest.raises(ValueError, match="class numbers from 0 to 9"):
        train_digit_classifier(x, y + 1)
