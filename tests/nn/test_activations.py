"""Activation functions: known values, extremes, any shape and type, agreement with PyTorch."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from course_lib.nn import gelu, leaky_relu, relu, sigmoid, softmax, tanh

ELEMENTWISE = [sigmoid, tanh, relu, leaky_relu, gelu]
ALL = [*ELEMENTWISE, softmax]

any_floats = st.sampled_from([np.float32, np.float64]).flatmap(
    lambda dtype: arrays(
        dtype,
        array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4),
        elements=st.floats(
            allow_nan=False, allow_infinity=False, width=np.finfo(dtype).bits, allow_subnormal=False
        ),
    )
)


@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        (sigmoid, [0, math.log(3), -math.log(3)], [0.5, 0.75, 0.25]),
        (tanh, [0, math.log(2), -math.log(2)], [0, 0.6, -0.6]),
        (relu, [-3, 0, 2], [0, 0, 2]),
        (leaky_relu, [-3, 0, 2], [-0.03, 0, 2]),
        (gelu, [-1, 0, 1, 20, -20], [-0.158808009, 0, 0.841191991, 20, 0]),
        (softmax, [0, math.log(3)], [0.25, 0.75]),
    ],
)
def test_known_values(function, x, expected):
    np.testing.assert_allclose(function(x), expected, rtol=1e-8)


def test_leaky_relu_takes_any_slope_above_zero():
    assert leaky_relu([-2.0, 2.0], slope=0.5).tolist() == [-1, 2]


@pytest.mark.parametrize("x", [-5.0, -40.0, -700.0])
def test_sigmoid_keeps_its_digits_far_below_zero(x):
    assert sigmoid(x) == pytest.approx(math.exp(x) / (1 + math.exp(x)), rel=1e-14, abs=0)


def test_gelu_is_close_to_x_times_the_normal_distribution_function():
    x = np.linspace(-8, 8, 401)
    exact = [v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x]
    assert np.abs(gelu(x) - exact).max() < 5e-4


@given(any_floats)
def test_values_stay_finite_and_in_range_for_any_finite_input(x):
    before = x.copy()
    for function in ALL:
        y = function(x)
        assert y.shape == x.shape
        assert y.dtype == x.dtype
        assert np.isfinite(y).all()
    np.testing.assert_array_equal(x, before)
    for squashing, low in ((sigmoid, 0), (tanh, -1), (softmax, 0)):
        assert ((squashing(x) >= low) & (squashing(x) <= 1)).all()
    assert (relu(x) == np.where(x > 0, x, 0)).all()


@given(any_floats.filter(lambda x: np.abs(x).max() < 1e4))
def test_softmax_sums_to_one_along_every_axis_and_ignores_shifts(x):
    for axis in range(-x.ndim, x.ndim):
        p = softmax(x, axis=axis)
        np.testing.assert_allclose(p.sum(axis=axis), 1, rtol=1e-5)
    shifted = softmax(x.astype(float) + 1000.0)
    np.testing.assert_allclose(shifted, softmax(x.astype(float)), atol=1e-9)


def test_softmax_at_logits_1e4_is_certain():
    assert softmax([1e4, -1e4]).tolist() == [1, 0]


@pytest.mark.parametrize("function", ALL)
def test_any_array_like_of_real_numbers_gives_the_same(function):
    x = np.array([[-2, 0, 1], [3, -1, 0]])
    expected = function(x.astype(float))
    read_only = x.astype(float)
    read_only.flags.writeable = False
    wide = np.zeros((2, 6))
    wide[:, ::2] = x
    for same in (x, x.tolist(), x.astype(np.int8), np.asfortranarray(x), read_only, wide[:, ::2]):
        np.testing.assert_array_equal(function(same), expected)
    np.testing.assert_array_equal(function([True, False]), function([1.0, 0.0]))
    assert function(x.astype(np.float16)).dtype == np.float32


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_a_number_and_an_empty_array_keep_their_shape(function):
    assert np.shape(function(0.5)) == ()
    assert function([]).shape == (0,)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([1.0, np.nan], ValueError, r"x has shape \(2,\).*nan at \[1\]"),
        ([[np.inf, 1.0]], ValueError, r"x has shape \(1, 2\).*inf at \[0, 0\]"),
        (["a"], TypeError, r"x must be an array of real numbers, not values of type <U1"),
        ([1j], TypeError, r"x must be .* complex128"),
        (None, TypeError, r"x must be .* not None"),
        (np.array([1.0, None]), TypeError, r"x must be .* object"),
        ([[1.0], [1.0, 2.0]], TypeError, r"x must be a rectangular array"),
    ],
)
def test_errors_name_the_argument(function, x, error, message):
    with pytest.raises(error, match=message):
        function(x)


@pytest.mark.parametrize(
    ("x", "axis", "error", "message"),
    [
        (np.zeros((2, 3)), 2, ValueError, r"x has shape \(2, 3\).*no classes along axis 2"),
        (np.zeros((2, 0)), -1, ValueError, r"x has shape \(2, 0\).*no classes along axis -1"),
        (1.0, -1, ValueError, r"x has shape \(\)"),
        (np.zeros(2), 0.5, TypeError, r"axis must be a whole number"),
    ],
)
def test_softmax_names_an_axis_it_cannot_use(x, axis, error, message):
    with pytest.raises(error, match=message):
        softmax(x, axis=axis)


@pytest.mark.parametrize("slope", [0, -0.1, math.nan, math.inf])
def test_leaky_relu_refuses_a_slope_that_is_not_above_zero(slope):
    with pytest.raises(ValueError, match="slope must be in"):
        leaky_relu([1.0], slope=slope)


@pytest.mark.parametrize("function", ALL)
def test_agrees_with_pytorch(function, torch):
    functional = torch.nn.functional
    peers = {
        sigmoid: torch.sigmoid,
        tanh: torch.tanh,
        relu: torch.relu,
        leaky_relu: functional.leaky_relu,
        gelu: lambda x: functional.gelu(x, approximate="tanh"),
        softmax: lambda x: torch.softmax(x, dim=-1),
    }
    x = np.concatenate([np.random.default_rng(1).normal(size=50), [0, -30, 30, -1e4, 1e4]])
    np.testing.assert_allclose(
        function(x), peers[function](torch.tensor(x)).numpy(), rtol=1e-12, atol=1e-15
    )
