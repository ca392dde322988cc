"""Augmentation: each image moves as a whole, by what was drawn, and the input stays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib.data import RandomAffine, RandomShift, load_mnist

EVERYTHING = {"rotation": 15, "scale": 0.1, "shear": 0.2, "shift": 2}


@pytest.fixture(scope="module")
def digits():
    return load_mnist().train.x[:50]


class Drawn:
    """A generator whose next numbers are known, so that the change is known."""

    def __init__(self, *numbers):
        self.numbers = np.array(numbers)

    def uniform(self, low, high, size):
        assert (low, high, size) == (-1, 1, self.numbers.shape)
        return self.numbers


def affine(images, *, rotation=0, scale=0, shear=0, right=0, down=0):
    """The images changed by exactly this."""
    largest = {"rotation": 180, "scale": 0.9, "shear": 1, "shift": 100}
    share = (rotation / 180, scale / 0.9, shear, right / 100, down / 100)
    rng = Drawn(*(np.full(len(images), part) for part in share))
    return RandomAffine(**largest)(images, rng)


def shifted(image, down, right):
    """By copying pixel for pixel."""
    result = np.zeros_like(image)
    side = len(image)
    for row in range(side):
        for column in range(side):
            if 0 <= row - down < side and 0 <= column - right < side:
                result[row, column] = image[row - down, column - right]
    return result


images = arrays(
    float, st.tuples(st.integers(1, 4), st.just(5), st.just(5)), elements=st.floats(0, 1)
)


@given(x=images, reach=st.integers(0, 7), seed=st.integers(0, 1000))
def test_shift_is_exact_and_within_its_limit(x, reach, seed):
    moved = RandomShift(reach)(x, np.random.default_rng(seed))
    limit = range(-reach, reach + 1)
    for old, new in zip(x, moved, strict=True):
        assert any(
            np.array_equal(new, shifted(old, down, right)) for down in limit for right in limit
        )


def test_all_shifts_occur_equally_often_and_independently():
    x = np.zeros((9000, 7, 7))
    x[:, 3, 3] = 1
    moved = RandomShift(1)(x, np.random.default_rng(0))
    places, found = np.unique(moved.reshape(9000, 49).argmax(axis=1), return_counts=True)
    assert places.tolist() == [16, 17, 18, 23, 24, 25, 30, 31, 32]
    np.testing.assert_allclose(found, 1000, rtol=0.15)


@pytest.mark.parametrize("augment", [RandomShift(0), RandomAffine()])
def test_nothing_to_change_changes_nothing(augment, digits):
    np.testing.assert_array_equal(augment(digits, np.random.default_rng(0)), digits)


@pytest.mark.parametrize("augment", [RandomShift(2), RandomAffine(**EVERYTHING)], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(50, 784), (50, 28, 28)])
def test_shape_and_number_type_stay_and_so_does_the_input(augment, dtype, shape, digits):
    x = digits.astype(dtype).reshape(shape)
    kept = x.copy()
    changed = augment(x, np.random.default_rng(0))
    assert changed.shape == shape
    assert changed.dtype == dtype
    np.testing.assert_array_equal(x, kept)
    assert not np.shares_memory(changed, x)
    assert not np.array_equal(changed, x)


@pytest.mark.parametrize("augment", [RandomShift(2), RandomAffine(**EVERYTHING)], ids=repr)
def test_the_seed_decides_the_change(augment, digits):
    first, again, other = (augment(digits, np.random.default_rng(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("augment", [RandomShift(2), RandomAffine(**EVERYTHING)], ids=repr)
def test_pixels_stay_between_paper_and_ink(augment, digits):
    changed = augment(digits, np.random.default_rng(0))
    assert changed.min() >= 0
    assert changed.max() <= 1


@pytest.mark.parametrize("augment", [RandomShift(3), RandomAffine(**EVERYTHING)], ids=repr)
def test_non_contiguous_images_and_an_empty_batch_are_welcome(augment, digits):
    sparse = augment(digits[::2], np.random.default_rng(0))
    np.testing.assert_array_equal(sparse, augment(digits[::2].copy(), np.random.default_rng(0)))
    assert augment(digits[:0], np.random.default_rng(0)).shape == (0, 784)


@pytest.mark.parametrize("quarters", [1, -1, 2])
def test_quarter_turns_are_exact_and_clockwise(quarters, digits):
    x = digits.reshape(-1, 28, 28)
    turned = affine(x, rotation=90 * quarters)
    np.testing.assert_allclose(turned, np.rot90(x, -quarters, axes=(1, 2)), atol=1e-4)


@given(right=st.integers(-6, 6), down=st.integers(-6, 6))
def test_shift_by_whole_pixels_copies_them(right, down):
    x = np.random.default_rng(0).uniform(size=(2, 5, 5))
    moved = affine(x, right=right, down=down)
    for old, new in zip(x, moved, strict=True):
        np.testing.assert_allclose(new, shifted(old, down, right), atol=1e-4)


def test_half_a_pixel_is_the_mean_of_two_neighbours():
    x = np.zeros((1, 3, 3))
    x[0, 1, 1] = 1
    np.testing.assert_allclose(affine(x, right=0.5)[0, 1], [0, 0.5, 0.5], atol=1e-5)


def width_and_height(image):
    """Standard deviation of the ink along the columns and the rows."""
    total = image.sum()
    result = []
    for axis in (0, 1):
        profile = image.sum(axis=axis)
        place = np.arange(len(profile))
        middle = (profile * place).sum() / total
        result.append(np.sqrt((profile * (place - middle) ** 2).sum() / total))
    return np.array(result)


@pytest.mark.parametrize("scale", [0.2, -0.2])
def test_scale_makes_larger_and_smaller(scale):
    axis = np.arange(28) - 13.5
    blob = np.exp(-(axis[:, None] ** 2 + axis**2) / (2 * 3**2))[None]
    found = width_and_height(affine(blob, scale=scale)[0]) / width_and_height(blob[0])
    np.testing.assert_allclose(found, 1 + scale, rtol=0.01)


def test_shear_moves_rows_sideways_in_proportion_to_their_height():
    x = np.zeros((1, 9, 9))
    x[0, :, 4] = 1
    sheared = affine(x, shear=0.5)[0]
    middle = (sheared * np.arange(9)).sum(axis=1) / sheared.sum(axis=1)
    np.testing.assert_allclose(np.abs(np.diff(middle)), 0.5, atol=1e-4)


def test_changes_stay_within_their_limits():
    """A dot at a known place: where it lands tells how far the image was turned and shifted."""
    x = np.zeros((500, 41, 41))
    x[:, 20, 35] = 1
    changed = RandomAffine(rotation=20)(x, np.random.default_rng(0))
    ink = changed.sum(axis=(1, 2))
    rows = (changed.sum(axis=2) @ np.arange(41)) / ink - 20
    columns = (changed.sum(axis=1) @ np.arange(41)) / ink - 20
    degrees = np.degrees(np.arctan2(rows, columns))
    assert 19 < np.abs(degrees).max() < 21.5
    assert abs(degrees.mean()) < 2
    changed = RandomAffine(shift=3)(x, np.random.default_rng(0))
    ink = changed.sum(axis=(1, 2))
    columns = (changed.sum(axis=1) @ np.arange(41)) / ink - 35
    assert 2.8 < np.abs(columns).max() < 3.01


@pytest.mark.parametrize("augment", [RandomShift(1), RandomAffine(shift=1)], ids=repr)
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (np.zeros((2, 784), np.uint8), TypeError, "floating-point pixels, not uint8"),
        (np.zeros((2, 10)), ValueError, r"x has shape \(2, 10\), but .* square images"),
        (np.zeros((2, 4, 5)), ValueError, r"x has shape \(2, 4, 5\)"),
        (np.zeros(784), ValueError, r"x has shape \(784,\)"),
    ],
)
def test_what_is_no_batch_of_square_images_is_refused(augment, x, error, message):
    with pytest.raises(error, match=message):
        augment(x, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: RandomShift(-1), ValueError, "max_shift must be at least 0"),
        (lambda: RandomShift(1.5), TypeError, "max_shift must be a whole number"),
        (lambda: RandomAffine(rotation=181), ValueError, "rotation must be a finite number in"),
        (lambda: RandomAffine(scale=1), ValueError, "scale must be"),
        (lambda: RandomAffine(shear=-0.1), ValueError, "shear must be"),
        (lambda: RandomAffine(shift=float("nan")), ValueError, "shift must be"),
        (lambda: RandomAffine(shift="far"), TypeError, "shift must be a number"),
    ],
)
def test_impossible_limits_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_the_settings_can_be_read_from_the_object():
    assert repr(RandomShift(2)) == "RandomShift(2)"
    made = RandomAffine(**EVERYTHING)
    assert repr(made) == "RandomAffine(rotation=15, scale=0.1, shear=0.2, shift=2)"
