"""The full MNIST set, 60,000 + 10,000 digits, from a folder or a resumable download."""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from .checks import DataError
from .mnist import MNIST, Split, arrange

__all__ = ["MNIST_SHA256", "MNIST_URL", "load_full_mnist"]

# A mirror kept by the PyTorch project; the original server asks not to be used.
MNIST_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"

MNIST_SHA256 = {
    "train-images-idx3-ubyte.gz": (
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    "train-labels-idx1-ubyte.gz": (
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    "t10k-images-idx3-ubyte.gz": (
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
}

CHUNK = 1 << 16


def load_full_mnist(
    folder: str | os.PathLike,
    *,
    download: bool = False,
    url: str = MNIST_URL,
    checksums: Mapping[str, str] = MNIST_SHA256,
    validation: int = 5000,
    flat: bool = True,
    dtype: DTypeLike = np.float64,
    seed: int | np.random.Generator | None = 0,
) -> MNIST:
    """The full MNIST set from its four original files.

    The folder holds the four files of `MNIST_SHA256`, as downloaded. With ``download=True``
    those that are missing are fetched first. A download that breaks off is kept as ``….part``
    and continued by the next call; a file gets its name only once its checksum is right.

    Parameters
    ----------
    folder : str or path-like
    download : bool
        Whether to fetch missing files; the folder is made if need be. About 11 MB.
    url : str
        Where to fetch from: the names of the files are appended.
    checksums : dict of str to str
        SHA-256 of each file: of the training images, training labels, test images, test labels.
    validation : int
        How many of the training digits to set aside.
    flat, dtype, seed
        As for `load_mnist`. In float64 the whole set takes 440 MB, in float32 half of it.

    Returns
    -------
    MNIST
        ``(train, validation, test)``, each ``(x, y)``.

    Raises
    ------
    DataError
        If a file is missing, truncated, damaged or not an IDX file, or the download fails.
    ValueError, TypeError
        As `load_mnist`.

    References
    ----------
    Y. LeCun, C. Cortes and C. Burges, the MNIST database of handwritten digits. The checksums
    are those of TensorFlow Datasets (``url_checksums/mnist.txt``).
    """
    folder = Path(folder)
    names = list(checksums)
    if download:
        for name in names:
            if not (folder / name).exists():
                _download(url.rstrip("/") + "/" + name, folder / name, checksums[name])
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        raise DataError(
            f"The folder {folder} lacks {', '.join(missing)}. Put the files there, or call "
            f"load_full_mnist(folder, download=True)."
        )
    train_x, train_y, test_x, test_y = (
        _read_idx(folder / name, checksums[name], dimensions)
        for name, dimensions in zip(names, (3, 1, 3, 1), strict=True)
    )
    for images, labels, part in ((train_x, train_y, "training"), (test_x, test_y, "test")):
        if len(images) != len(labels):
            raise DataError(
                f"The {part} files do not belong together: {len(images)} images, {len(labels)} "
                f"labels."
            )
    return arrange(
        Split(train_x, train_y),
        Split(test_x, test_y),
        validation=validation,
        flat=flat,
        dtype=dtype,
        seed=seed,
    )


def _read_idx(path, sha256, dimensions):
    """The array in a gzipped IDX file.

    IDX: bytes 0, 0, type (8 = uint8), number of dimensions; each dimension as a big-endian
    32-bit integer; then the numbers.
    """
    mend = f"Delete {path.name} and call load_full_mnist(folder, download=True)."
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error}).") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DataError(
            f"{path} is damaged or truncated: its {len(content):,} bytes do not have the expected "
            f"SHA-256 {sha256[:12]}…. {mend}"
        )
    try:
        data = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} is not a complete gzip file ({error}). {mend}") from error
    start = 4 + 4 * dimensions
    if len(data) < start or data[:4] != bytes([0, 0, 8, dimensions]):
        raise DataError(f"{path} is not an IDX file of bytes with {dimensions} dimension(s).")
    shape = tuple(int(size) for size in np.frombuffer(data, ">u4", dimensions, offset=4))
    if len(data) - start != math.prod(shape):
        raise DataError(f"{path} announces {shape} numbers but holds {len(data) - start:,}. {mend}")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def _download(url, path, sha256):
    """Fetch one file into place, continuing an earlier attempt."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _fetch(url, part)
        found = hashlib.sha256(part.read_bytes()).hexdigest()
        if found != sha256:
            part.unlink()
            raise DataError(
                f"What {url} sent is damaged: SHA-256 {found[:12]}… instead of {sha256[:12]}…. It "
                f"was deleted; run the same call to download it anew."
            )
        os.replace(part, path)
    except OSError as error:
        raise DataError(f"{url} could not be saved as {part} ({error}).") from error


def _fetch(url, part):
    """What is at the URL, from the byte on that `part` lacks."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import Request, urlopen

    again = "What has arrived is kept: run the same call again to continue."
    have = part.stat().st_size if part.exists() else 0
    try:
        request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
        with urlopen(request, timeout=30) as answer:
            # A server that knows no ranges sends everything, with status 200.
            mode = "ab" if have and answer.status == 206 else "wb"
            announced = answer.headers.get("Content-Length")
            received = 0
            with open(part, mode) as file:
                while chunk := answer.read(CHUNK):
                    file.write(chunk)
                    received += len(chunk)
    except HTTPError as error:
        if error.code == 416 and have:
            return  # nothing lies beyond what we have; the checksum decides
        raise DataError(f"{url} could not be downloaded: the server says {error}.") from error
    except (URLError, HTTPException, ConnectionError, TimeoutError, ValueError) as error:
        raise DataError(
            f"{url} could not be downloaded ({error}). Check the network connection. {again}"
        ) from error
    if announced is not None and received < int(announced):
        raise DataError(
            f"The download of {url} broke off after {received:,} of {int(announced):,} bytes. "
            f"{again}"
        )
