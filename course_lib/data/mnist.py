"""The handwritten digits that come with the course: 10,000 real MNIST images."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from .checks import DataError, image_dtype, whole_number

__all__ = ["MNIST", "Split", "load_mnist"]

EMBEDDED = Path(__file__).with_name("mnist_10k.npz")
EMBEDDED_SHA256 = "a344d93dcaeff051093d6c5ed52e3f2ec6cb92c1b4ca9845d5c459c29e0f57a9"
EMBEDDED_SHAPES = {
    "x_train": (8000, 28, 28),
    "y_train": (8000,),
    "x_test": (2000, 28, 28),
    "y_test": (2000,),
}


class Split(NamedTuple):
    """Examples and their labels: x of shape (n, 784) or (n, 28, 28), y of shape (n,)."""

    x: np.ndarray
    y: np.ndarray


class MNIST(NamedTuple):
    """`train` to learn from, `validation` to choose by, `test` to report once at the end."""

    train: Split
    validation: Split
    test: Split


def load_mnist(
    *,
    validation: int = 1000,
    flat: bool = True,
    dtype: DTypeLike = np.float64,
    seed: int | np.random.Generator | None = 0,
) -> MNIST:
    """10,000 real handwritten digits, from a file inside the package; no network needed.

    x = pixel / 255, from 0 (paper) to 1 (ink)

    Parameters
    ----------
    validation : int
        How many of the 8,000 training digits to set aside for validation, 0 to 7,999; drawn at
        random with `seed`.
    flat : bool
        True for rows of 784 pixels, False for images of 28 × 28.
    dtype : numpy dtype
        float64 or float32; or uint8 for the raw pixels, 0 to 255.
    seed : int or numpy.random.Generator
        Which digits are the validation ones.

    Returns
    -------
    MNIST
        ``(train, validation, test)``, each ``(x, y)``; y are the digits 0 to 9 as int64. The
        2,000 test digits are always the same.

    Raises
    ------
    DataError
        If the file is missing, truncated or otherwise not the one shipped.
    ValueError, TypeError
        If `validation` is not a whole number in its range, or `dtype` is none of the three.

    References
    ----------
    Y. LeCun, C. Cortes and C. Burges, the MNIST database; the first 10,000 images of its
    training set, see ``mnist_10k.md`` beside this file.

    Examples
    --------
    >>> train, validation, test = load_mnist()
    >>> train.x.shape, validation.x.shape, test.x.shape
    ((7000, 784), (1000, 784), (2000, 784))
    """
    arrays = read_embedded(EMBEDDED)
    return arrange(
        Split(arrays["x_train"], arrays["y_train"]),
        Split(arrays["x_test"], arrays["y_test"]),
        validation=validation,
        flat=flat,
        dtype=dtype,
        seed=seed,
    )


def read_embedded(path, sha256=EMBEDDED_SHA256):
    """The arrays of the file shipped with the package, once its checksum is right."""
    mend = (
        "Put the original back: `git checkout -- course_lib/data` in a clone, or install "
        "the course again."
    )
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise DataError(f"The file of digits, {path.name}, is missing. {mend}") from None
    except OSError as error:
        raise DataError(f"The file of digits, {path.name}, cannot be read ({error}).") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DataError(
            f"The file of digits, {path.name}, is damaged: its {len(content):,} bytes have SHA-256 "
            f"{found[:12]}… instead of {sha256[:12]}…. {mend}"
        )
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: archive[name] for name in EMBEDDED_SHAPES}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"The file of digits, {path.name}, cannot be read ({error}).") from error


def arrange(train, test, *, validation, flat, dtype, seed):
    """Raw images to the form asked for, with validation images set aside."""
    dtype = image_dtype(dtype)
    n = len(train.y)
    validation = whole_number("validation", validation, 0, n - 1)
    order = np.random.default_rng(seed).permutation(n)
    # Sorted, so that the digits left to train on keep the order of the file.
    chosen, rest = np.sort(order[:validation]), np.sort(order[validation:])

    def prepare(split, rows=slice(None)):
        x = split.x[rows]
        x = x.reshape(len(x), x.shape[1] * x.shape[2]) if flat else x
        if dtype != np.uint8:
            x = np.multiply(x, dtype.type(1 / 255), dtype=dtype)
        return Split(np.require(x, requirements=["C", "W"]), split.y[rows].astype(np.int64))

    return MNIST(prepare(train, rest), prepare(train, chosen), prepare(test))
