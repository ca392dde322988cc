"""One process at a time: a lock that ends with the process that holds it."""

import contextlib
import os
import time

try:
    import fcntl
except ImportError:
    fcntl = None
try:
    import msvcrt
except ImportError:
    msvcrt = None

__all__ = ["LockTimeout", "locked"]

PAUSE = 0.01  # seconds between two tries


class LockTimeout(OSError):
    """Another process did not let go in time."""


@contextlib.contextmanager
def locked(path, patience=10.0):
    """Hold the lock that belongs to a file.

    The operating system lets go of it when the process ends, in whatever way. The empty file
    stays: removing it would let two processes lock two different files of the same name.

    Parameters
    ----------
    path : str or Path
        The lock's own file; made if missing.
    patience : float
        Seconds to wait for others.

    Raises
    ------
    LockTimeout
        If it was not free in time.
    OSError
        If the file cannot be opened for writing.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(handle, path, time.monotonic() + patience)
        try:
            yield
        finally:
            _let_go(handle)
    finally:
        os.close(handle)


def _wait_for(handle, path, deadline):
    while not _take(handle):
        if time.monotonic() > deadline:
            raise LockTimeout(f"{path} is held by another process")
        time.sleep(PAUSE)


if fcntl:

    def _take(handle):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # A file system without locks: a replaced file is still whole, only turns are not kept.
            return True
        return True

    def _let_go(handle):
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)

elif msvcrt:  # Windows

    def _take(handle):
        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _let_go(handle):
        os.lseek(handle, 0, os.SEEK_SET)
        with contextlib.suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:  # a Python in the browser, such as Pyodide: there is one process

    def _take(handle):
        return True

    def _let_go(handle):
        pass
