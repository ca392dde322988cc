"""Initializers: the moments they promise, shapes, seeds."""

import numpy as np
import pytest

from course_lib.nn import he_normal, he_uniform, normal, xavier_normal, xavier_uniform, zeros

SHAPE = (300, 200)


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        (normal(0.3), 0.09),
        (xavier_normal, 2 / 500),
        (xavier_uniform, 2 / 500),
        (he_normal, 2 / 300),
        (he_uniform, 2 / 300),
    ],
)
def test_mean_is_zero_and_variance_as_promised(initializer, variance):
    w = initializer(SHAPE, np.random.default_rng(0))
    assert w.shape == SHAPE
    assert w.dtype == np.float64
    assert abs(w.mean()) < 4 * np.sqrt(variance / w.size)
    assert w.var() == pytest.approx(variance, rel=0.03)


@pytest.mark.parametrize(
    ("initializer", "limit"),
    [(xavier_uniform, np.sqrt(6 / 500)), (he_uniform, np.sqrt(6 / 300))],
)
def test_uniform_initializers_fill_their_interval(initializer, limit):
    w = initializer(SHAPE, np.random.default_rng(0))
    assert np.abs(w).max() <= limit
    assert np.abs(w).max() > 0.999 * limit


@pytest.mark.parametrize("initializer", [normal(1.0), xavier_normal, he_normal])
def test_normal_initializers_are_not_truncated(initializer):
    w = initializer(SHAPE, np.random.default_rng(0))
    assert np.abs(w).max() > 3.5 * w.std()
    assert np.mean((w / w.std()) ** 4) == pytest.approx(3, abs=0.1)


def test_zeros_and_a_sigma_of_zero_give_zeros():
    assert not zeros((2, 3), np.random.default_rng(0)).any()
    assert not normal(0)((2, 3), np.random.default_rng(0)).any()


@pytest.mark.parametrize(
    "initializer", [normal(0.3), xavier_normal, xavier_uniform, he_normal, he_uniform]
)
def test_the_same_generator_state_gives_the_same_weights(initializer):
    first, second = (initializer((3, 2), np.random.default_rng(seed)) for seed in (1, 1))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, initializer((3, 2), np.random.default_rng(2)))


def test_he_keeps_the_mean_square_through_relu_layers():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(500, 200))
    for _ in range(10):
        a = np.maximum(a @ he_normal((200, 200), rng), 0)
    assert 0.4 < np.mean(a**2) < 2.5


@pytest.mark.parametrize("sigma", [-0.1, np.nan, np.inf])
def test_normal_refuses_a_sigma_that_is_no_standard_deviation(sigma):
    with pytest.raises(ValueError, match="sigma must be in"):
        normal(sigma)
