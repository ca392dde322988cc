"""Gradient clipping: values, norm, direction, in place, extremes, and clear errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib.nn import clip_by_global_norm, clip_by_value, gradient_norm

CLIPS = [clip_by_value, clip_by_global_norm]
vectors = arrays(np.float64, st.integers(0, 8), elements=st.floats(-1e4, 1e4))


def test_clip_by_value_cuts_each_entry_in_place():
    g = np.array([[3.0, -0.5], [-7.0, 1.0]])
    assert clip_by_value(g, 1.0) == 2
    assert g.tolist() == [[1, -0.5], [-1, 1]]


def test_clip_by_global_norm_keeps_the_direction_in_place():
    g = np.array([3.0, -4.0])
    assert clip_by_global_norm(g, 1.0) == pytest.approx(5)
    np.testing.assert_allclose(g, [0.6, -0.8])


@pytest.mark.parametrize("clip", CLIPS)
def test_small_gradients_are_left_exactly_as_they_are(clip):
    g = np.array([0.1, -0.3])
    clip(g, 1.0)
    assert g.tolist() == [0.1, -0.3]


@given(vectors, st.floats(1e-3, 1e3))
def test_the_norm_never_exceeds_its_limit_and_the_direction_stays(g, limit):
    clipped = g.copy()
    norm = clip_by_global_norm(clipped, limit)
    assert norm == pytest.approx(np.linalg.norm(g))
    assert np.linalg.norm(clipped) <= limit * (1 + 1e-12)
    expected = g * min(1, limit / norm) if norm else g
    np.testing.assert_allclose(clipped, expected, atol=1e-300)


@given(vectors, st.floats(1e-3, 1e3))
def test_no_entry_exceeds_the_limit_of_clip_by_value(g, limit):
    clipped = g.copy()
    cut = clip_by_value(clipped, limit)
    assert cut == np.sum(np.abs(g) > limit)
    np.testing.assert_array_equal(clipped, np.sign(g) * np.minimum(np.abs(g), limit))


@pytest.mark.parametrize("size", [1e30, 1e-30])
def test_norm_is_right_where_squares_overflow_or_vanish_in_float32(size):
    g = np.array([3, 4], np.float32) * np.float32(size)
    assert gradient_norm(g) == pytest.approx(5 * size, rel=1e-6, abs=0)
    assert clip_by_global_norm(g, size) == pytest.approx(5 * size, rel=1e-6, abs=0)
    np.testing.assert_allclose(g, np.array([0.6, 0.8]) * size, rtol=1e-6)
    assert g.dtype == np.float32


def test_huge_gradients_are_clipped_to_ordinary_size():
    g = np.array([3e38, -3e38, 0], np.float32)
    clip_by_global_norm(g, 1.0)
    np.testing.assert_allclose(g, [0.5**0.5, -(0.5**0.5), 0], rtol=1e-6)


def test_gradient_norm_takes_any_array():
    assert gradient_norm([[3, 0], [0, 4]]) == 5
    assert gradient_norm([]) == 0
    assert gradient_norm(np.zeros(3)) == 0
    assert gradient_norm([1e300, 1e300]) == pytest.approx(2**0.5 * 1e300)


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize(
    ("gradients", "error", "message"),
    [
        ([1.0, 2.0], TypeError, "gradients must be a floating-point array, not list"),
        (np.array([1, 2]), TypeError, "gradients must be a floating-point array, not int64"),
        (np.array([1.0, np.nan]), ValueError, r"gradients has shape \(2,\).*nan at \[1\]"),
        (np.array([np.inf]), ValueError, r"gradients has shape \(1,\).*inf at \[0\]"),
    ],
)
def test_errors_name_the_argument(clip, gradients, error, message):
    with pytest.raises(error, match=message):
        clip(gradients, 1.0)


@pytest.mark.parametrize("clip", CLIPS)
def test_a_read_only_array_is_refused(clip):
    g = np.ones(2)
    g.flags.writeable = False
    with pytest.raises(ValueError, match=r"gradients has shape \(2,\).*read-only"):
        clip(g, 0.1)


@pytest.mark.parametrize("limit", [0, -1, np.nan, np.inf])
def test_limits_that_are_not_above_zero_are_refused(limit):
    with pytest.raises(ValueError, match="limit must be in"):
        clip_by_value(np.ones(2), limit)
    with pytest.raises(ValueError, match="max_norm must be in"):
        clip_by_global_norm(np.ones(2), limit)


def test_global_norm_agrees_with_pytorch(torch):
    g = np.random.default_rng(0).normal(size=30)
    peer = torch.zeros(30, dtype=torch.float64, requires_grad=True)
    peer.grad = torch.tensor(g)
    norm = torch.nn.utils.clip_grad_norm_([peer], 2.0)
    assert clip_by_global_norm(g, 2.0) == pytest.approx(float(norm))
    np.testing.assert_allclose(g, peer.grad.numpy(), rtol=1e-6)
