"""The embedded digits: what is in the file, how it is split, and what happens to a broken one."""

import hashlib
import io
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.data import DataError, load_mnist
from course_lib.data import mnist as module


@pytest.fixture(scope="module")
def raw():
    """The 10,000 digits as bytes, none set aside."""
    return load_mnist(validation=0, dtype=np.uint8)


def rows(*splits):
    """Each image as bytes, to compare images with images."""
    return [image.tobytes() for split in splits for image in split.x]


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """Put other content where the package expects its file of digits."""

    def put(content):
        path = tmp_path / "mnist_10k.npz"
        if content is not None:
            path.write_bytes(content)
        monkeypatch.setattr(module, "EMBEDDED", path)

    return put


def test_shapes_types_and_range():
    train, validation, test = load_mnist()
    assert train.x.shape == (7000, 784)
    assert validation.x.shape == (1000, 784)
    assert test.x.shape == (2000, 784)
    for split in (train, validation, test):
        assert split.x.dtype == np.float64
        assert split.y.dtype == np.int64
        assert split.y.shape == split.x.shape[:1]
        assert split.x.min() == 0
        assert split.x.max() == 1


def test_float32_pixels_run_from_exactly_0_to_exactly_1():
    train = load_mnist(dtype=np.float32).train
    assert train.x.dtype == np.float32
    assert train.x.min() == 0
    assert train.x.max() == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_pixel_is_its_byte_over_255(raw, dtype):
    scaled = load_mnist(validation=0, dtype=dtype)
    np.testing.assert_allclose(scaled.test.x, raw.test.x / 255, rtol=1e-6)


def test_images_and_rows_hold_the_same_pixels(raw):
    images = load_mnist(validation=0, flat=False, dtype=np.uint8)
    assert images.train.x.shape == (8000, 28, 28)
    np.testing.assert_array_equal(images.train.x.reshape(8000, 784), raw.train.x)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_what_is_loaded_is_contiguous_and_may_be_changed(dtype):
    for split in load_mnist(dtype=dtype):
        assert split.x.flags.c_contiguous
        assert split.x.flags.writeable
        assert split.y.flags.writeable


def test_classes_are_balanced_and_split_alike(raw):
    train, test = np.bincount(raw.train.y), np.bincount(raw.test.y)
    assert len(train) == len(test) == 10
    # MNIST itself is uneven: there are more ones than fives.
    assert (np.abs(train / 800 - 1) < 0.2).all()
    np.testing.assert_allclose(train, 4 * test, atol=4)


def test_images_are_centred_by_mass_as_mnist_is(raw):
    """Within half a pixel: images whose axes or bytes were mixed up are not."""
    images = raw.train.x.reshape(-1, 28, 28).astype(float)
    ink = images.sum(axis=(1, 2))
    row = (images.sum(axis=2) @ np.arange(28)) / ink
    column = (images.sum(axis=1) @ np.arange(28)) / ink
    assert np.abs(row - 14).max() <= 0.5
    assert np.abs(column - 14).max() <= 0.5


def test_a_one_is_a_stroke_and_a_zero_a_ring(raw):
    images = raw.train.x.reshape(-1, 28, 28) / 255
    one, zero = (images[raw.train.y == digit].mean(axis=0) for digit in (1, 0))
    assert one[14, 14] > 0.7
    assert zero[14, 14] < 0.1
    assert (one[:, 14] > 0.3).sum() > 2 * (one[14] > 0.3).sum()


def test_no_image_occurs_in_two_splits():
    train, validation, test = (set(rows(split)) for split in load_mnist(dtype=np.uint8))
    assert not train & validation
    assert not train & test
    assert not validation & test


@settings(max_examples=10)
@given(validation=st.integers(0, 7999), seed=st.integers(0, 2**32))
def test_validation_digits_are_taken_from_the_training_digits(raw, validation, seed):
    train, chosen, test = load_mnist(validation=validation, seed=seed, dtype=np.uint8)
    assert len(train.y) == 8000 - validation
    assert len(chosen.y) == validation
    assert sorted(rows(train, chosen)) == sorted(rows(raw.train))
    np.testing.assert_array_equal(test.x, raw.test.x)
    labels = dict(zip(rows(raw.train), raw.train.y, strict=True))
    assert [labels[row] for row in rows(chosen)] == chosen.y.tolist()


def test_the_seed_decides_which_digits_are_set_aside():
    first, again, other = (rows(load_mnist(seed=seed).validation) for seed in (3, 3, 4))
    assert first == again
    assert set(first) != set(other)
    assert rows(load_mnist(seed=np.random.default_rng(3)).validation) == first


@pytest.mark.parametrize("validation", [-1, 8000, 10**6])
def test_too_many_validation_digits_are_refused(validation):
    with pytest.raises(ValueError, match=r"validation must be from 0 to 7999, not"):
        load_mnist(validation=validation)


@pytest.mark.parametrize("validation", [0.5, "1000", None, True])
def test_validation_is_a_whole_number(validation):
    with pytest.raises(TypeError, match="validation must be a whole number"):
        load_mnist(validation=validation)


@pytest.mark.parametrize("dtype", [np.int64, np.float16, bool])
def test_other_number_types_are_refused(dtype):
    with pytest.raises(TypeError, match="dtype must be uint8, float32 or float64"):
        load_mnist(dtype=dtype)


def test_float32_takes_half_the_memory():
    def peak(dtype):
        tracemalloc.start()
        load_mnist(dtype=dtype)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(np.float32) < 0.6 * peak(np.float64)


def test_the_file_has_the_stated_checksum():
    content = module.EMBEDDED.read_bytes()
    assert hashlib.sha256(content).hexdigest() == module.EMBEDDED_SHA256


def test_a_missing_file_is_named_with_the_way_to_get_it_back(stored):
    stored(None)
    with pytest.raises(DataError, match=r"mnist_10k\.npz, is missing.*git checkout"):
        load_mnist()


@pytest.mark.parametrize("kept", [0, 1, 1000, -1])
def test_a_truncated_file_is_refused(stored, kept):
    content = module.EMBEDDED.read_bytes()[:kept]
    stored(content)
    with pytest.raises(DataError, match=f"is damaged: its {len(content):,} bytes"):
        load_mnist()


@settings(max_examples=10)
@given(data=st.data())
def test_one_flipped_bit_anywhere_is_noticed(data, tmp_path_factory):
    content = bytearray(module.EMBEDDED.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path_factory.mktemp("flipped") / "mnist_10k.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match="is damaged"):
        module.read_embedded(path)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    (tmp_path / "mnist_10k.npz").mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        module.read_embedded(tmp_path / "mnist_10k.npz")


def checksummed(path, content):
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def test_pickled_objects_are_never_loaded(tmp_path):
    """Even from a file with the right checksum."""
    buffer = io.BytesIO()
    arrays = dict.fromkeys(module.EMBEDDED_SHAPES, np.array([{"a": 1}], dtype=object))
    np.savez(buffer, **arrays)
    path = tmp_path / "digits.npz"
    with pytest.raises(DataError, match="allow_pickle"):
        module.read_embedded(path, checksummed(path, buffer.getvalue()))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 broken"])
def test_what_is_no_archive_of_arrays_is_refused(tmp_path, content):
    path = tmp_path / "digits.npz"
    with pytest.raises(DataError, match=r"digits\.npz, cannot be read"):
        module.read_embedded(path, checksummed(path, content))


def test_an_archive_that_lacks_an_array_is_refused(tmp_path):
    buffer = io.BytesIO()
    np.savez(buffer, x_train=np.zeros(3))
    path = tmp_path / "digits.npz"
    with pytest.raises(DataError, match="y_train"):
        module.read_embedded(path, checksummed(path, buffer.getvalue()))
