"""The messages of argument checks, which all of nn shares."""

import math

import numpy as np
import pytest

from course_lib.nn import NonFiniteError
from course_lib.nn.checks import (
    all_finite,
    batch_of_rows,
    copy_into,
    non_negative,
    number_in,
    positive,
    positive_integer,
    real_array,
    require_finite,
    same_shape,
)


def test_all_finite_looks_at_each_number_when_the_sum_of_squares_overflows():
    assert all_finite(np.full(5, 1e30, np.float32))
    assert all_finite(np.full((2, 3), 1e200))
    assert not all_finite(np.array([1e200, np.nan]))
    assert not all_finite(np.array([[1.0, -np.inf]]).T)
    assert all_finite(np.zeros((0, 3)))
    assert not all_finite(np.array([np.inf, -np.inf]))


def test_require_finite_counts_and_locates():
    with pytest.raises(NonFiniteError) as caught:
        require_finite("x", np.array([[1.0, 2.0], [np.inf, np.nan]]))
    assert str(caught.value) == (
        "x has shape (2, 2) and must hold finite numbers, but 2 of 4 are not: "
        "the first is inf at [1, 0]."
    )


def test_a_non_finite_error_is_a_value_error():
    assert issubclass(NonFiniteError, ValueError)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        ([1, 2], np.float64),
        ([True, False], np.float64),
        (np.array([1, 2], np.uint8), np.float64),
        (np.array([1, 2], np.float16), np.float32),
        (np.array([1, 2], np.float32), np.float32),
        (np.array([1.0, 2.0]), np.float64),
    ],
)
def test_real_array_chooses_a_type_wide_enough(value, dtype):
    assert real_array("x", value).dtype == dtype
    assert real_array("x", value, np.float32).dtype == np.float32


def test_real_array_copies_only_if_it_must():
    x = np.ones((3, 2))
    assert real_array("x", x) is x
    assert np.shares_memory(real_array("x", x[::2]), x)


def test_real_array_takes_subclasses_for_plain_arrays():
    class Tagged(np.ndarray):
        pass

    assert type(real_array("x", np.ones(2).view(Tagged))) is np.ndarray


def test_a_number_too_large_for_float32_is_named():
    with pytest.raises(NonFiniteError, match=r"x has shape \(2,\).*fit into float32.* 1e\+300"):
        real_array("x", [1.0, 1e300], np.float32)


@pytest.mark.parametrize(
    "value", [None, "a", [1j], [None, 1.0], np.array(["2020-01-01"], "M8[D]"), {"a": 1}, object()]
)
def test_what_is_not_real_is_refused(value):
    with pytest.raises(TypeError, match="x must be an array of real numbers, not "):
        real_array("x", value)


def test_batch_of_rows_explains_the_usual_slips():
    assert batch_of_rows("x", [[1, 2]], 2).shape == (1, 2)
    with pytest.raises(ValueError) as caught:
        batch_of_rows("x", [1, 2], 2, needed_by="Dense(2, 3)")
    assert str(caught.value) == (
        "x has shape (2,), but Dense(2, 3) needs (batch, 2). "
        "A single example is a batch of one: x[None, :]."
    )
    with pytest.raises(ValueError, match=r"images has shape .* images\.reshape\(len\(images\)"):
        batch_of_rows("images", np.zeros((5, 28, 28)), 784)
    with pytest.raises(ValueError, match=r"x has shape \(3,\), but .* \(batch, 2\)\.$"):
        batch_of_rows("x", np.zeros(3), 2)


def test_same_shape_suggests_a_reshape_only_where_it_can_help():
    same_shape("y", np.zeros((2, 1)), "p", np.zeros((2, 1)))
    with pytest.raises(ValueError, match=r"y has shape \(2,\).*p, \(2, 1\)\. Write y\.reshape"):
        same_shape("y", np.zeros(2), "p", np.zeros((2, 1)))
    with pytest.raises(ValueError, match=r"\(2, 1\)\.$"):
        same_shape("y", np.zeros(3), "p", np.zeros((2, 1)))


@pytest.mark.parametrize("value", [1, np.int64(3), np.array(2), np.uint8(7)])
def test_whole_numbers_of_any_type_are_ints(value):
    assert type(positive_integer("n", value)) is int


@pytest.mark.parametrize("value", [1.0, "1", None, True, np.bool_(True), [1, 2]])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(TypeError, match="n must be a whole number"):
        positive_integer("n", value)


@pytest.mark.parametrize("value", [0.5, 1, np.float32(0.25), np.array(0.5)])
def test_numbers_of_any_type_are_floats(value):
    assert type(number_in("rate", value, 0, 1)) is float


@pytest.mark.parametrize(
    "value", ["0.5", b"1", None, True, [0.5], np.array([0.5]), 1j, [[1], [1, 2]]]
)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match=r"rate must be a number in \[0, 1\]"):
        number_in("rate", value, 0, 1)


def test_intervals_are_written_with_their_open_ends():
    assert number_in("rate", 0, 0, 1, high_open=True) == 0
    with pytest.raises(ValueError, match=r"^rate must be in \[0, 1\), not 1\.$"):
        number_in("rate", 1, 0, 1, high_open=True)
    with pytest.raises(ValueError, match=r"^rate must be in \(0, 1\], not 0\.$"):
        number_in("rate", 0, 0, 1, low_open=True)
    for check, refused in ((positive, 0), (non_negative, -1e-300)):
        for value in (refused, math.nan, math.inf):
            with pytest.raises(ValueError, match="rate must be in"):
                check("rate", value)


def test_copy_into_writes_all_or_nothing():
    target = np.zeros((2, 2))
    copy_into(target, [[1, 2], [3, 4]], "W")
    with pytest.raises(ValueError, match=r"W has shape \(2, 2\); an array of shape \(2,\)"):
        copy_into(target, [5, 6], "W")
    assert target.tolist() == [[1, 2], [3, 4]]
