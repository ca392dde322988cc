"""L1, L2 and early stopping."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib.nn import L1, L2, Dense, EarlyStopping, Network, numerical_gradient, relative_error


def test_known_values():
    penalty, gradient = L1(0.1)([3.0, -4.0, 0.0])
    assert penalty == pytest.approx(0.7)
    np.testing.assert_allclose(gradient, [0.1, -0.1, 0])
    penalty, gradient = L2(0.1)([3.0, -4.0, 0.0])
    assert penalty == pytest.approx(0.05 * 25)
    np.testing.assert_allclose(gradient, [0.3, -0.4, 0])


@pytest.mark.parametrize("penalty", [L1(0.3), L2(0.3)])
def test_gradient_agrees_with_finite_differences(penalty):
    w = np.random.default_rng(0).normal(size=(3, 4))
    mask = np.arange(12).reshape(3, 4) % 2 == 0
    for m in (None, mask):
        numerical = numerical_gradient(lambda v, m=m: penalty(v, m)[0], w)
        assert relative_error(penalty(w, m)[1], numerical) <= 1e-6


@pytest.mark.parametrize("penalty", [L1(0.3), L2(0.3)])
def test_a_mask_leaves_weights_out(penalty):
    w, mask = np.array([1.0, -2.0, 3.0]), np.array([True, False, True])
    before = w.copy()
    value, gradient = penalty(w, mask)
    expected, kept = penalty(w[mask])
    assert value == pytest.approx(expected)
    np.testing.assert_allclose(gradient, [kept[0], 0, kept[1]])
    np.testing.assert_array_equal(w, before)


@given(arrays(np.float64, st.integers(0, 5), elements=st.floats(-1e4, 1e4)))
def test_a_penalty_is_not_negative_and_its_gradient_points_away_from_zero(w):
    for penalty in (L1(0.1), L2(0.1)):
        value, gradient = penalty(w)
        assert value >= 0
        assert (gradient * w >= 0).all()


def test_float32_weights_give_float32_gradients():
    for penalty in (L1(0.1), L2(0.1)):
        assert penalty(np.ones(3, np.float32))[1].dtype == np.float32


@pytest.mark.parametrize("kind", [L1, L2])
def test_penalties_name_what_is_wrong(kind):
    for strength in (-1, math.nan, math.inf):
        with pytest.raises(ValueError, match="strength must be in"):
            kind(strength)
    with pytest.raises(ValueError, match=r"weights has shape \(1,\).*nan at \[0\]"):
        kind(0.1)([np.nan])
    with pytest.raises(ValueError, match=r"mask has shape \(2,\).*\(3,\)"):
        kind(0.1)(np.ones(3), np.ones(2, bool))


def test_l2_is_the_weight_decay_of_plain_gradient_descent():
    w, g, rate, strength = np.array([2.0, -1.0]), np.array([0.5, 0.1]), 0.1, 0.3
    descended = w - rate * (g + L2(strength)(w)[1])
    np.testing.assert_allclose(descended, (1 - rate * strength) * w - rate * g)


def test_early_stopping_waits_for_its_patience_in_a_row():
    stopping = EarlyStopping(patience=2)
    losses = [0.9, 0.5, 0.6, 0.4, 0.4, 0.41]
    assert [stopping.update(loss) for loss in losses] == [False] * 5 + [True]
    assert stopping.stopped
    assert stopping.best == 0.4


def test_early_stopping_asks_for_min_delta():
    stopping = EarlyStopping(patience=1, min_delta=0.1)
    assert not stopping.update(1.0)
    assert not stopping.update(0.85)
    assert stopping.update(0.8)
    assert stopping.best == 0.85


def test_early_stopping_counts_nan_as_no_improvement():
    stopping = EarlyStopping(patience=2)
    assert [stopping.update(loss) for loss in (math.nan, 1.0, math.nan, math.nan)] == [
        False, False, False, True,
    ]  # fmt: skip
    assert stopping.best == 1.0


def test_early_stopping_brings_the_best_network_back():
    network = Network([Dense(1, 1)])
    stopping = EarlyStopping(patience=3)
    for loss, weight in ((0.5, 1.0), (0.3, 2.0), (0.4, 3.0)):
        network.parameters = [weight, 0.0]
        stopping.update(loss, network)
    stopping.restore(network)
    assert network.parameters.tolist() == [2, 0]


def test_early_stopping_says_when_there_is_nothing_to_restore():
    stopping = EarlyStopping(patience=3)
    stopping.update(0.5)
    with pytest.raises(RuntimeError, match="No checkpoint was kept"):
        stopping.restore(Network([Dense(1, 1)]))


def test_early_stopping_refuses_arguments_out_of_range():
    with pytest.raises(ValueError, match="patience must be at least 1"):
        EarlyStopping(0)
    with pytest.raises(TypeError, match="patience must be a whole number"):
        EarlyStopping(1.5)
    with pytest.raises(ValueError, match="min_delta"):
        EarlyStopping(1, min_delta=-1)
