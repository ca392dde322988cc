"""The full set, against a small one of the same form on a server of this machine."""

import gzip
import hashlib
import http.server
import os
import socket
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

from course_lib.data import MNIST_SHA256, MNIST_URL, DataError, load_full_mnist

NAMES = list(MNIST_SHA256)
TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = NAMES


def idx(array, code=8):
    """A gzipped IDX file, written from its description and not with the code under test."""
    header = struct.pack(">HBB", 0, code, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0)


def small_mnist(n_train=30, n_test=12, n_labels=None):
    rng = np.random.default_rng(0)
    return {
        TRAIN_X: rng.integers(256, size=(n_train, 28, 28)),
        TRAIN_Y: rng.integers(10, size=n_labels or n_train),
        TEST_X: rng.integers(256, size=(n_test, 28, 28)),
        TEST_Y: rng.integers(10, size=n_test),
    }


def digest(files):
    return {name: hashlib.sha256(files[name]).hexdigest() for name in NAMES}


ARRAYS = small_mnist()
FILES = {name: idx(array) for name, array in ARRAYS.items()}
SHA256 = digest(FILES)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the test wishes, and writes down what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server, name = self.server, self.path.rsplit("/", 1)[-1]
        wanted = self.headers.get("Range")
        server.asked.append((name, wanted))
        if name not in server.files:
            self.send_error(404)
            return
        content, start = server.files[name], 0
        if wanted and server.knows_ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(server.status)
        content = content[start:]
        if server.announces_length:
            self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content[: server.breaks_off_after.pop(name, None)])
        self.close_connection = True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = dict(FILES)
        self.asked = []
        self.knows_ranges = self.announces_length = True
        self.status = 200
        self.breaks_off_after = {}
        self.url = f"http://127.0.0.1:{self.server_port}/mnist/"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path):
    """A folder that holds the four files."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def load(folder, server=None, checksums=SHA256, **options):
    if server is not None:
        options.update(download=True, url=server.url)
    return load_full_mnist(folder, checksums=checksums, **{"validation": 10, **options})


def check_complete(mnist):
    """The splits hold exactly the digits of the files."""
    assert [len(split.y) for split in mnist] == [20, 10, 12]
    np.testing.assert_array_equal(mnist.test.y, ARRAYS[TEST_Y])
    np.testing.assert_allclose(mnist.test.x, ARRAYS[TEST_X].reshape(12, 784) / 255)
    x = np.concatenate([mnist.train.x, mnist.validation.x])
    y = np.concatenate([mnist.train.y, mnist.validation.y])
    found = sorted((row.tobytes(), label) for row, label in zip(np.rint(x * 255), y, strict=True))
    wanted = ARRAYS[TRAIN_X].reshape(30, 784).astype(float)
    rows = zip(wanted, ARRAYS[TRAIN_Y], strict=True)
    assert found == sorted((row.tobytes(), label) for row, label in rows)


def test_complete_files_are_read_without_network(folder):
    check_complete(load(folder))


def test_the_folder_may_be_a_string(folder):
    check_complete(load(str(folder)))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_form_and_number_type_are_chosen_as_with_the_embedded_digits(folder, dtype):
    for split in load(folder, flat=False, dtype=dtype):
        assert split.x.shape[1:] == (28, 28)
        assert split.x.dtype == dtype
        assert split.x.flags.writeable


def test_the_seed_decides_which_digits_are_set_aside(folder):
    first, again, other = (load(folder, seed=seed).validation.x for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_missing_files_are_named(folder):
    (folder / TRAIN_Y).unlink()
    (folder / TEST_X).unlink()
    with pytest.raises(DataError, match=f"lacks {TRAIN_Y}, {TEST_X}.*download=True"):
        load(folder)


def test_a_missing_folder_is_an_error_and_not_made(tmp_path):
    with pytest.raises(DataError, match="lacks"):
        load(tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_file_is_refused(folder, name):
    (folder / name).write_bytes(FILES[name][:-1])
    with pytest.raises(DataError, match=f"{name} is damaged or truncated.*Delete"):
        load(folder)


@pytest.mark.parametrize("name", NAMES)
def test_one_flipped_bit_is_noticed(folder, name):
    content = bytearray(FILES[name])
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(DataError, match=f"{name} is damaged or truncated"):
        load(folder)


def replaced(folder, name, content):
    """Checksums that agree with the folder after one file has been replaced."""
    (folder / name).write_bytes(content)
    return digest({**FILES, name: content})


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Not found</html>", FILES[TRAIN_X][:-9], gzip.compress(b"")[:-4]],
    # Not the bytes: gzip writes the time into them, and of two processes each would have its own.
    ids=["empty", "of a website", "cut off", "cut off in its checksum"],
)
def test_what_is_no_complete_gzip_file_is_refused(folder, content):
    with pytest.raises(DataError, match=f"{TRAIN_X} is not (a complete gzip|an IDX) file"):
        load(folder, checksums=replaced(folder, TRAIN_X, content))


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"\0\0"),
        idx(ARRAYS[TRAIN_X], code=13),
        idx(ARRAYS[TRAIN_Y]),
        idx(ARRAYS[TRAIN_X].reshape(30, 784)),
    ],
    ids=["no header", "of floats", "labels", "rows"],
)
def test_what_is_no_idx_file_of_images_is_refused(folder, content):
    with pytest.raises(DataError, match=f"{TRAIN_X} is not an IDX file of bytes with 3"):
        load(folder, checksums=replaced(folder, TRAIN_X, content))


@pytest.mark.parametrize("shape", [(31, 28, 28), (29, 28, 28), (2**31, 2**31, 4)])
def test_wrong_announced_counts_are_refused(folder, shape):
    data = struct.pack(">4B3I", 0, 0, 8, 3, *shape) + ARRAYS[TRAIN_X].astype(np.uint8).tobytes()
    with pytest.raises(DataError, match=r"announces .* but holds 23,520"):
        load(folder, checksums=replaced(folder, TRAIN_X, gzip.compress(data)))


def test_counts_whose_product_overflows_64_bits_are_refused(folder):
    empty = struct.pack(">4B3I", 0, 0, 8, 3, 2**31, 2**31, 4)
    with pytest.raises(DataError, match=r"announces .* but holds 0"):
        load(folder, checksums=replaced(folder, TRAIN_X, gzip.compress(empty)))


def test_images_and_labels_of_different_number_are_refused(tmp_path):
    files = {name: idx(array) for name, array in small_mnist(n_labels=29).items()}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=r"training files do not .*: 30 images, 29 labels"):
        load(tmp_path, checksums=digest(files))


def test_more_validation_digits_than_there_are_is_refused(folder):
    with pytest.raises(ValueError, match="validation must be from 0 to 29, not 30"):
        load(folder, validation=30)


def test_download_into_a_folder_that_does_not_exist_yet(tmp_path, server):
    check_complete(load(tmp_path / "a" / "b", server))
    assert sorted(os.listdir(tmp_path / "a" / "b")) == sorted(NAMES)


def test_only_missing_files_are_fetched(folder, server):
    (folder / TEST_Y).unlink()
    check_complete(load(folder, server))
    assert server.asked == [(TEST_Y, None)]


def test_the_url_needs_no_slash_at_its_end(tmp_path, server):
    check_complete(load(tmp_path, download=True, url=server.url.rstrip("/")))


def test_a_second_load_needs_no_server(tmp_path, server):
    load(tmp_path, server)
    server.asked.clear()
    check_complete(load(tmp_path, server))
    assert not server.asked


def test_a_download_that_broke_off_is_continued_where_it_stopped(tmp_path, server):
    server.breaks_off_after[TRAIN_X] = 5000
    with pytest.raises(DataError, match=r"broke off after 5,000 of .* bytes\. What has arrived"):
        load(tmp_path, server)
    assert (tmp_path / (TRAIN_X + ".part")).read_bytes() == FILES[TRAIN_X][:5000]
    assert not (tmp_path / TRAIN_X).exists()
    server.asked.clear()
    check_complete(load(tmp_path, server))
    assert server.asked[0] == (TRAIN_X, "bytes=5000-")
    assert sorted(os.listdir(tmp_path)) == sorted(NAMES)


def test_a_download_may_break_off_again_and_again(tmp_path, server):
    third = len(FILES[TRAIN_X]) // 3
    for arrived in (third, 2 * third):
        server.breaks_off_after[TRAIN_X] = third
        with pytest.raises(DataError, match="broke off"):
            load(tmp_path, server)
        assert (tmp_path / (TRAIN_X + ".part")).stat().st_size == arrived
    check_complete(load(tmp_path, server))


def test_a_server_that_ignores_ranges_sends_everything_anew(tmp_path, server):
    server.knows_ranges = False
    server.breaks_off_after[TRAIN_X] = 5000
    with pytest.raises(DataError, match="broke off"):
        load(tmp_path, server)
    check_complete(load(tmp_path, server))
    assert (TRAIN_X, "bytes=5000-") in server.asked


def test_a_download_without_announced_length_that_breaks_off_is_noticed(tmp_path, server):
    server.announces_length = False
    server.breaks_off_after[TRAIN_X] = 5000
    with pytest.raises(DataError, match="is damaged"):
        load(tmp_path, server)
    check_complete(load(tmp_path, server))


def test_a_complete_but_unnamed_download_is_not_fetched_again(tmp_path, server):
    """The program ended between the last byte and the renaming: the server answers 416."""
    (tmp_path / (TRAIN_X + ".part")).write_bytes(FILES[TRAIN_X])
    check_complete(load(tmp_path, server))
    assert server.asked[0] == (TRAIN_X, f"bytes={len(FILES[TRAIN_X])}-")


def test_more_bytes_than_there_are_lead_to_a_new_download(tmp_path, server):
    (tmp_path / (TRAIN_X + ".part")).write_bytes(FILES[TRAIN_X] + b"more")
    with pytest.raises(DataError, match="deleted; run the same call"):
        load(tmp_path, server)
    check_complete(load(tmp_path, server))


def test_416_to_a_first_request_is_an_error(tmp_path, server):
    server.files[TRAIN_X] = b""
    server.status = 416
    with pytest.raises(DataError, match="the server says HTTP Error 416"):
        load(tmp_path, server)


def test_other_content_than_promised_never_gets_the_name(tmp_path, server):
    server.files[TRAIN_X] = b"<html>Please log in to this network</html>"
    with pytest.raises(DataError, match=r"is damaged: SHA-256 .* instead of"):
        load(tmp_path, server)
    assert not os.listdir(tmp_path)


def test_a_half_file_of_another_content_is_deleted_and_fetched_anew(tmp_path, server):
    (tmp_path / (TRAIN_X + ".part")).write_bytes(b"x" * 100)
    with pytest.raises(DataError, match="is damaged"):
        load(tmp_path, server)
    check_complete(load(tmp_path, server))


def test_a_file_the_server_does_not_have_is_named(tmp_path, server):
    del server.files[TEST_X]
    with pytest.raises(DataError, match=f"{TEST_X} could not be downloaded: .*404"):
        load(tmp_path, server)


def test_an_unreachable_server_is_an_error_that_speaks_of_the_network(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}/"
        with pytest.raises(DataError, match=r"could not be downloaded .*network connection"):
            load(tmp_path, download=True, url=url)


def test_an_address_that_is_none_is_an_error(tmp_path):
    with pytest.raises(DataError, match="could not be downloaded"):
        load(tmp_path, download=True, url="no address")


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path, server):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="could not be saved"):
        load(tmp_path / "file" / "folder", server)


def test_a_full_disk_is_named_and_what_arrived_is_kept(tmp_path, server):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    (tmp_path / (TRAIN_X + ".part")).symlink_to("/dev/full")
    with pytest.raises(DataError, match=r"could not be saved .*No space left"):
        load(tmp_path, server)


def test_the_published_set_has_four_files_and_an_encrypted_address():
    assert [name.split("-")[:2] for name in NAMES] == [
        ["train", "images"],
        ["train", "labels"],
        ["t10k", "images"],
        ["t10k", "labels"],
    ]
    assert MNIST_URL.startswith("https://")
    assert all(len(bytes.fromhex(sha256)) == 32 for sha256 in MNIST_SHA256.values())
