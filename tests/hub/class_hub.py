"""A hub on the loopback with accounts of this machine, for tests and the benchmark."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import reachable
import requests
import yaml
from course_hub import checks
from learner_client import PATIENCE_S, Learner

__all__ = ["ROOT", "ClassHub", "copy_course", "end_processes", "free_ports", "server_process"]

ROOT = Path(__file__).resolve().parents[2]


def free_ports(number):
    """The first of so many ports in a row that no one listens on."""
    for first in range(18000 + secrets.randbelow(4000), 32000, 10):
        with contextlib.ExitStack() as stack:
            try:
                for port in range(first, first + number):
                    probe = stack.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError("no free ports")


def copy_course(folder):
    """What a teacher has of the course, in a folder that tests may change."""
    ignored = shutil.ignore_patterns(
        "__pycache__", ".ipynb_checkpoints", "state", "settings.yaml", "node_modules"
    )
    for name in ("hub", "notebooks", "course_lib"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "cheat_sheet.html", folder / "docs")
    # Installed once for all tests, in the checkout, where `course.py hub` would install it.
    checks.install_proxy(ROOT / "hub", folder / "npm.log")
    (folder / "hub" / "node_modules").symlink_to(ROOT / "hub" / "node_modules")
    # Whatever the umask of who runs the tests: learners read the course and do not change it.
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", folder], check=True)


class ClassHub:
    """A running hub, in a folder that learners can reach.

    Parameters
    ----------
    learners : int
        How many accounts to make for it; they are removed at the end.
    **settings
        Of hub/settings.yaml.
    """

    def __init__(self, learners=0, **settings):
        self.number = learners
        self.settings = settings
        self.process = None
        self.accounts = []

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="course-hub-"))
        self.folder.chmod(0o755)
        self.course = self.folder / "course"
        try:
            copy_course(self.course)
            self._make_accounts()
            self._write_settings()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        for name in self.accounts:
            end_processes(name)
            subprocess.run(["userdel", "--remove", name], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_accounts(self):
        self.tag = secrets.token_hex(3)
        names = [f"t{self.tag}-{number}" for number in range(1, self.number + 1)]
        # Also when the making stops halfway, what is made is removed.
        self.accounts = list(names)
        self.passwords = {}
        if not names:
            return
        class_list = self.folder / "class.txt"
        class_list.write_text("# the class\n" + "\n".join(names) + "\n")
        self.call("--add-learners", str(class_list)).check_returncode()
        (sheet,) = self.folder.glob("class-passwords-*.txt")
        assert sheet.stat().st_mode & 0o777 == 0o600
        self.passwords = dict(line.split("\t") for line in sheet.read_text().splitlines())
        sheet.unlink()
        self.settings.setdefault("learners", "class.txt")

    def _write_settings(self):
        self.port = self.settings.setdefault("port", free_ports(3))
        self.url = f"http://127.0.0.1:{self.port}/"
        self.settings.setdefault("state", "state")
        self.file = self.folder / "settings.yaml"
        self.file.write_text(yaml.safe_dump(self.settings))
        self.file.chmod(0o600)
        self.log = self.folder / "hub.log"

    def command(self, *words):
        start = [sys.executable, self.course / "hub" / "start.py", *words]
        return reachable.command(start, ROOT)

    def environment(self):
        names = ("COURSE_", "JUPYTER", "CONFIGPROXY", "OAUTH", "PYTHONPATH")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(names)}
        # The checkout under test, also where another one is installed.
        return kept | {"PYTHONPATH": str(self.course), "PYTHONDONTWRITEBYTECODE": "1"}

    def call(self, *words):
        """Run `course.py hub WORDS`, and wait for its end."""
        return subprocess.run(
            self.command(*words), env=self.environment(), capture_output=True, text=True
        )

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command("--settings", self.file, "--verbose"),
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_for(self.url, self.process)
        except RuntimeError:
            raise RuntimeError(f"The hub did not start:\n{self.tail()}") from None

    def stop(self):
        """End the hub as Ctrl-C does, which ends the learners' servers."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process = None

    def tail(self, lines=60):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def learner(self, name, password=None):
        """A new browser of a learner."""
        return Learner(self.url, name, password or self.passwords[name])

    def home(self, name):
        return Path(pwd.getpwnam(name).pw_dir)


def wait_for(url, process):
    """Wait until the hub at this address answers; it is this process."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(requests.RequestException), requests.Session() as session:
            session.trust_env = False
            if session.get(f"{url}hub/health", timeout=5).ok:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("The hub did not start.")
        time.sleep(0.2)


def processes(account):
    """Ids of the processes that run as this account."""
    uid = pwd.getpwnam(account).pw_uid
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and folder.stat().st_uid == uid:
                found.append(int(folder.name))
    return found


def server_process(account):
    """Id of the account's JupyterLab server."""
    for number in processes(account):
        with contextlib.suppress(OSError):
            if b"jupyterhub.singleuser" in Path(f"/proc/{number}/cmdline").read_bytes():
                return number
    return None


def end_processes(account):
    with contextlib.suppress(KeyError):
        for number in processes(account):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
