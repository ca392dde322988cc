"""What the hub needs of this machine, looked at before it starts."""

import errno
import fcntl
import os
import pwd
import re
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

from .problem import Problem
from .spawners import is_root, spawner_class

__all__ = [
    "check_lessons",
    "check_machine",
    "check_ports",
    "install_proxy",
    "proxy_command",
    "take_state",
]

OLDEST_NODE = 18
NODE_ADVICE = "On Debian and Ubuntu:  sudo apt install nodejs npm  -- elsewhere see nodejs.org."


def check_machine(settings, course: Path) -> None:
    """Look for all that the hub needs.

    Raises
    ------
    Problem
        That names everything missing, with what brings it.
    """
    missing = []
    for look in (_find_platform, _find_node, _find_git, _find_spawner):
        try:
            look(settings)
        except Problem as problem:
            missing.append(str(problem))
    if not missing and is_root():
        missing = [*_what_learners_cannot_use(course), *_what_learners_could_change(course)]
    if missing:
        raise Problem("\n\n".join(missing))


def _find_platform(settings):
    if os.name == "nt":
        raise Problem(
            "JupyterHub does not run on Windows. Use a Linux machine, or WSL (Ubuntu) on this one."
        )


def _find_node(settings):
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        raise Problem(f"Node.js is missing; the hub's proxy runs on it. {NODE_ADVICE}")
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)", said)
    if not found or int(found[1]) < OLDEST_NODE:
        raise Problem(
            f"Node.js {said.strip()} is too old for the hub's proxy; it needs {OLDEST_NODE} or "
            f"newer. {NODE_ADVICE}"
        )
    return node


def _find_git(settings):
    if shutil.which("git") is None:
        raise Problem(
            "git is missing; it brings the lessons to the learners. On Debian and Ubuntu:  sudo "
            "apt install git"
        )


def _find_spawner(settings):
    spawner_class(settings)


def _as_nobody(*command):
    """Run a command as an account that owns nothing, as learners own nothing of the course."""
    nobody = pwd.getpwnam("nobody")
    return subprocess.run(
        command,
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        env={"PATH": os.environ.get("PATH", os.defpath)},
        capture_output=True,
        text=True,
    )


def _what_learners_cannot_use(course):
    """Why a learner could not start the course's Python, if so."""
    try:
        run = _as_nobody(sys.executable, "-B", "-c", "import course_lib, jupyterhub.singleuser")
        if run.returncode == 0:
            return []
        reason = run.stderr.strip().splitlines()[-1:]
    except PermissionError as error:
        reason = [str(error)]
    closed = [
        str(folder)
        for place in (course, Path(sys.base_prefix))
        for folder in (place, *place.parents)
        if not folder.stat().st_mode & stat.S_IXOTH
    ]
    where = f" Only some may enter {', '.join(dict.fromkeys(closed))}." if closed else ""
    return [
        f"Learners cannot run the course's Python ({''.join(reason) or 'no reason given'}).{where} "
        "Put the course where all may read it, for example in /srv; if the Python is in the way, "
        "delete .venv and start course.py with the system's (/usr/bin/python3)."
    ]


def _what_learners_could_change(course):
    """Files of the course that others than their owner may write."""
    open_to_all = []
    for folder, folders, files in os.walk(course):
        folders[:] = [name for name in folders if name not in (".git", "homes", "node_modules")]
        for name in (".", *files):
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if not stat.S_ISLNK(mode) and mode & stat.S_IWOTH:
                open_to_all.append(os.path.normpath(path))
    if not open_to_all:
        return []
    return [
        f"Learners could change the course: {len(open_to_all)} of its files may be written by all, "
        f"for example {open_to_all[0]}. Close them:  chmod -R o-w {course}"
    ]


def check_lessons(settings) -> None:
    """Look whether learners can read the lessons that are handed out.

    Raises
    ------
    Problem
        If the folder of the hub's state is closed to them.
    """
    if is_root() and _as_nobody("test", "-r", str(settings.lessons / "HEAD")).returncode:
        raise Problem(
            f"Learners cannot read the lessons in {settings.lessons}: a folder on the way is "
            "closed to them. Set `state` to a folder that all may enter, for example one in /srv "
            "or /var/lib; what is secret in it stays closed."
        )


def proxy_command(hub: Path) -> list[str]:
    """How the proxy is started, once it is installed."""
    node = shutil.which("node") or shutil.which("nodejs") or "node"
    package = hub / "node_modules" / "configurable-http-proxy"
    return [node, str(package / "bin" / "configurable-http-proxy")]


def install_proxy(hub: Path, log: Path, say=print) -> None:
    """Install the proxy beside the hub, if it is not there and whole.

    Raises
    ------
    Problem
        If npm is missing or fails.
    """
    command = [*proxy_command(hub), "--version"]
    if subprocess.run(command, capture_output=True).returncode == 0:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise Problem(f"npm is missing; it installs the hub's proxy. {NODE_ADVICE}")
    say("Installing the hub's proxy (configurable-http-proxy, about 10 MB) ...")
    # npm takes the newest version that suits this Node.js.
    install = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--omit=dev"]
    run = subprocess.run(install, cwd=hub, capture_output=True, text=True)
    log.write_text(run.stdout + run.stderr)
    if run.returncode or subprocess.run(command, capture_output=True).returncode:
        raise Problem(
            "npm could not install the hub's proxy. Is this machine online, and, behind a proxy, "
            f"is HTTPS_PROXY set? What npm said is in {log}."
        )


def take_state(settings) -> None:
    """Take the state's folder for this process and the hub that it becomes, until their end.

    Two hubs on one database would end each other's proxy and servers.

    Raises
    ------
    Problem
        If another hub runs on it.
    """
    # Not closed, and open in what this process becomes: so long the system keeps the lock.
    handle = os.open(settings.private / "running.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            return  # some network file systems know no locks
        raise Problem(
            f"This hub is running already; it keeps its things in {settings.state}. To start it "
            "anew, end it first: with Ctrl-C where it was started or, if systemd did,  sudo "
            "systemctl stop course-hub  -- a second hub needs settings with a `state` and a `port` "
            "of its own:  hub --settings FILE"
        ) from None
    os.set_inheritable(handle, True)


def check_ports(settings) -> None:
    """Look whether the hub's three ports are free.

    Raises
    ------
    Problem
        If another program has one. A proxy left by a hub that was killed is none: the hub ends it.
    """
    if _proxy_was_left(settings):
        return
    here = "127.0.0.1"
    for address, port in (
        (settings.address, settings.port),
        (here, settings.port + 1),
        (here, settings.port + 2),
    ):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                raise Problem(
                    f"Port {port} of {address} cannot be used ({error.strerror}). The hub takes "
                    f"`port` and the two after it; another hub may be running. Choose another: "
                    f"hub --port {settings.port + 10}"
                ) from None


def _proxy_was_left(settings):
    try:
        pid = int((settings.private / "proxy.pid").read_text().split()[0])
        said = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return False
    return b"configurable-http-proxy" in said
