"""What the isolated process gives up before it runs foreign code.

Rights and limits are held by the system. The audit hook is not: it is a seat belt that stops what
is written in plain Python, with a message that a learner understands.
"""

import os
import sys
import sysconfig

try:
    import resource
except ImportError:  # Windows
    resource = None

__all__ = ["refuse_the_rest", "set_limits"]

REFUSED = (
    "ctypes.",
    "ftplib.",
    "os.chmod",
    "os.chown",
    "os.exec",
    "os.fork",
    "os.kill",
    "os.link",
    "os.mkdir",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.spawn",
    "os.startfile",
    "os.symlink",
    "os.system",
    "os.truncate",
    "pty.",
    "shutil.",
    "signal.pthread_kill",
    "socket.",
    "sqlite3.",
    "subprocess.",
    "urllib.",
    "webbrowser.",
)
READING = ("open", "os.listdir", "os.scandir")


def _address_space():
    """Bytes of address space in use; a guess where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="utf-8") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 2**30


# Found now: later the process may not read what tells it.
USED = _address_space()
FOLDERS = {sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
LIBRARY = tuple(name + os.sep for folder in FOLDERS for name in (folder, os.path.realpath(folder)))
MESSAGE = "A notebook that is graded may not do that ({}): files, network and processes are closed."


def set_limits(*, uid, memory, cpu):
    """Become a user without rights, and take no more than this.

    Parameters
    ----------
    uid : int or None
        Number of the user to become; possible only for root.
    memory : int
        Bytes beyond what the process has now.
    cpu : int
        Seconds of processor time.
    """
    if uid is not None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    if resource is None:
        return
    wanted = {
        "RLIMIT_CPU": cpu,
        "RLIMIT_AS": USED + memory,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NPROC": 0,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_CORE": 0,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            _, hard = resource.getrlimit(kind)
            if hard != resource.RLIM_INFINITY:
                value = min(value, hard)
            # Some systems know a limit and refuse to set it.
            try:
                resource.setrlimit(kind, (value, value))
            except (OSError, ValueError):
                continue


def refuse_the_rest():
    """Raise `PermissionError` at files, network and processes; cannot be taken back."""
    sys.dont_write_bytecode = True
    reading, refused, library, fspath = frozenset(READING), REFUSED, LIBRARY, os.fspath
    write_flags = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def hook(event, args):
        if event in reading:
            path = fspath(args[0]) if args and hasattr(args[0], "__fspath__") else args[0]
            if event == "open":
                _, mode, flags = args
                writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (
                    isinstance(flags, int) and flags & write_flags
                )
                if writes:
                    raise PermissionError(MESSAGE.format("open a file for writing"))
            if isinstance(path, bytes):
                path = path.decode(errors="replace")
            inside = isinstance(path, str) and ".." not in path and (path + "/").startswith(library)
            if not inside:
                raise PermissionError(MESSAGE.format("read a file"))
        elif event.startswith(refused):
            raise PermissionError(MESSAGE.format(event))

    sys.addaudithook(hook)
