"""Start the isolated process, talk to it, and end it, whatever it does.

Three kinds of isolation, the best that is there:

- ``bubblewrap``: on Linux, with the program `bwrap`. The process sees Python and NumPy and no
  other file, has no network, sees no other process, has no rights, and cannot fork.
- ``other user``: for root without `bwrap`. The process becomes a user without rights: what is
  closed to everybody is closed to it; what everybody may read it can read, and the network is
  there.
- ``limits``: anywhere else. Time and memory are limited, and an audit hook refuses files, network
  and processes; who knows Python well can get around that hook.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from .jail.wire import Malformed, read_message, write_message

__all__ = ["ISOLATION", "Died", "Sandbox", "strongest_isolation"]

NOBODY = 65534
JAIL = Path(__file__).with_name("jail")
ISOLATION = {
    "bubblewrap": "no files but Python's, no network, no other process, no rights, limited time "
    "and memory",
    "other user": "a user without rights, limited time and memory; files that everybody may read "
    "and the network are NOT closed to code that knows its way",
    "limits": "limited time and memory, and a seat belt against files, network and processes; code "
    "that knows its way can read and change what YOU can",
}
START = (
    "import sys; sys.path.insert(0, {folder!r}); from jail.worker import main; main({settings!r})"
)


class Died(Exception):
    """The process is gone: it ended itself, was ended for taking too long, or talked nonsense.

    Attributes
    ----------
    late : bool
        It was ended because its time was up.
    """

    def __init__(self, message, *, late=False):
        super().__init__(message)
        self.late = late


def strongest_isolation():
    """Name of the best isolation that works here; `bwrap` is tried, not only looked for."""
    if bwrap := shutil.which("bwrap"):
        command = [*_bubblewrap(bwrap, None), sys.executable, "-I", "-c", "import numpy"]
        tried = subprocess.run(command, capture_output=True, timeout=60)
        if tried.returncode == 0:
            return "bubblewrap"
    return "other user" if _is_root() and others_can_run_python() else "limits"


def others_can_run_python():
    """Whether a user without rights gets at this Python: not if it lies, say, in ``/root``."""
    folders = map(Path, _python_folders())
    return all(
        folder.stat().st_mode & 0o001
        for one in folders
        if one.exists()
        for folder in (one, *one.parents)
    )


class Sandbox:
    """One isolated process.

    Parameters
    ----------
    isolation : str
        One of `ISOLATION`.
    memory : int
        Bytes that it may use beyond Python and NumPy.
    cpu : int
        Seconds of processor time in all.
    """

    def __init__(self, isolation, *, memory=2**30, cpu=120):
        self._folder = tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True)
        scratch = Path(self._folder.name)
        scratch.chmod(0o755)
        shutil.copytree(JAIL, scratch / "jail", ignore=shutil.ignore_patterns("__pycache__"))
        uid = NOBODY if _is_root() and isolation != "limits" else None
        command = [
            sys.executable,
            "-I",
            "-c",
            START.format(folder=str(scratch), settings={"uid": uid, "memory": memory, "cpu": cpu}),
        ]
        if isolation == "bubblewrap":
            command = [*_bubblewrap(shutil.which("bwrap"), scratch), *command]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # silent once it runs
            cwd=scratch,
            env=_environment(),
            start_new_session=os.name != "nt",
        )
        try:
            with self._within(60):
                read_message(self._process.stdout)
        except (EOFError, Malformed, OSError) as error:
            self._end()
            said = self._process.stderr.read().decode(errors="replace").strip()
            self.close()
            raise RuntimeError(
                f"The isolated process ({isolation}) did not start. Can {sys.executable} import "
                f"NumPy, and may every user read where they are installed? It said:\n{said}"
            ) from error

    def ask(self, head, blob=b"", *, seconds, answer_call=None):
        """Send a message and return the answer, (head, blob).

        Parameters
        ----------
        head : dict
        blob : bytes
        seconds : float
            After which the process is ended.
        answer_call : callable (head, blob) → (head, blob), optional
            Answers when the process asks for a function of the grader.

        Raises
        ------
        Died
            The process is gone and this object of no more use.
        """
        try:
            with self._within(seconds) as late:
                write_message(self._process.stdin, head, blob)
                reply, data = read_message(self._process.stdout)
                while "function" in reply and answer_call is not None:
                    write_message(self._process.stdin, *answer_call(reply, data))
                    reply, data = read_message(self._process.stdout)
                return reply, data
        except (EOFError, OSError, Malformed) as error:
            self.close()
            too_late = late.is_set()
            message = "Its time was up." if too_late else str(error) or "It ended Python."
            raise Died(message, late=too_late) from error

    def _within(self, seconds):
        return _Deadline(self._end, seconds)

    def _end(self):
        """End the process and all that it started."""
        try:
            if os.name == "nt":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()

    def close(self):
        self._end()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                stream.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.close()


class _Deadline:
    """Calls `end` if the block takes longer than some seconds; gives an event that tells so."""

    def __init__(self, end, seconds):
        self._late = threading.Event()
        self._timer = threading.Timer(seconds, self._ring, (end,))
        self._timer.daemon = True

    def _ring(self, end):
        self._late.set()
        end()

    def __enter__(self):
        self._timer.start()
        return self._late

    def __exit__(self, *details):
        self._timer.cancel()


def _is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _environment():
    """No variable of the teacher's goes in: it may hold a password."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**kept, **threads, "PATH": os.defpath, "LC_ALL": "C.UTF-8"}


def _bubblewrap(bwrap, scratch):
    """`bwrap` with a file system of its own, in which only Python's folders are, read-only."""
    command = [bwrap, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--dev", "/dev"]
    # Root needs no user namespace: the process becomes another user by itself.
    if _is_root():
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY)]
    shown = [Path("/usr"), *map(Path, _python_folders())]
    if scratch is not None:
        shown.append(scratch)
    # The folders above may be closed to others, as /root is; here they hold nothing else.
    above = {parent for folder in shown for parent in folder.parents if parent.name}
    for parent in sorted(above, key=_depth):
        command += ["--perms", "0755", "--dir", str(parent)]
    for folder in sorted(set(shown), key=_depth):
        command += ["--ro-bind", str(folder), str(folder)]
    for name in ("bin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            command += ["--ro-bind", str(path), str(path)]
    course = Path(__file__).parents[1]
    if any(folder in course.parents for folder in shown):
        command += ["--tmpfs", str(course)]
    return [*command, "--remount-ro", "/", "--chdir", "/"]


def _depth(path):
    return len(path.parts), path


def _python_folders():
    """Where this Python and NumPy are."""
    import numpy

    folders = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    numpy_folder = Path(numpy.__file__).parents[1]
    if not any(Path(folder) in numpy_folder.parents for folder in folders):
        folders.add(str(numpy_folder))
    real = {os.path.dirname(os.path.realpath(sys.executable))}
    return sorted(folders | {folder for folder in real if not folder.startswith("/usr")})
