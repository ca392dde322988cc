#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Start the course: one file, standard library only.

The first lines must stay readable to old Pythons (no f-strings, no annotations),
so that "your Python is too old" is a sentence and not a SyntaxError.
Messages are plain ASCII: Windows consoles still have code pages.
"""

from __future__ import print_function

import os
import subprocess
import sys

OLDEST_PYTHON = (3, 10)


def newer_python_on_path():
    """Name of a Python on the PATH that is new enough and starts, or None."""
    for minor in (13, 12, 11, 10, 14):
        name = "python3.%d" % minor
        try:
            child = subprocess.Popen(
                [name, "-c", ""], stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            child.communicate()
        except OSError:
            continue
        if child.returncode == 0:
            return name
    return None


def python_too_old_message(version, newer):
    advice = (
        "This machine also has %s, so run:  %s course.py" % (newer, newer)
        if newer
        else "Install a newer Python (your system's package manager or python.org has one) and run "
        "course.py with that."
    )
    return "\nThis course needs Python %d.%d or newer, and this is Python %s. %s" % (
        OLDEST_PYTHON + (version, advice)
    )


if sys.version_info < OLDEST_PYTHON:
    sys.exit(python_too_old_message("%d.%d.%d" % sys.version_info[:3], newer_python_on_path()))

import argparse
import collections
import contextlib
import errno
import hashlib
import importlib.util
import json
import platform
import queue
import re
import secrets
import shutil
import socket
import tempfile
import textwrap
import threading
import time

ROOT = os.path.dirname(os.path.realpath(__file__))
WINDOWS = os.name == "nt"
DEFAULT_PORT = 8888
MOST_PROCESSES = 4  # for the tests: each may run a JupyterLab and a browser

# Measured on Linux, in MB: what the packages take when installed (426; 35, 168, 868, 121, 82,
# 118), and twice their downloads, once in pip's cache and once where pip unpacks them.
MEGABYTES = {
    "": 620,
    "test": 70,
    "browser": 280,
    "oracle": 1300,
    "hub": 210,
    "assignments": 130,
    "site": 180,
}

STAMP_FORMAT = 2


class Problem(Exception):
    """Something the person at the keyboard can put right; the text says what and how."""

    exit_code = 1


class NoNetwork(Problem):
    """pip could not download; it has changed nothing."""


class NotWritable(Problem):
    """The course's folder, or a part of it, belongs to somebody else."""


class Stopped(Problem):
    """The person pressed Ctrl-C."""

    exit_code = 130


# ---------------------------------------------------------------------------
# What is said
# ---------------------------------------------------------------------------


def say(text=""):
    print(text, flush=True)


def complain(problem):
    say_to_stderr = "\n" + textwrap.fill(
        str(problem), width=88, break_long_words=False, break_on_hyphens=False
    )
    sys.stdout.flush()
    print(say_to_stderr, file=sys.stderr, flush=True)


def command_line(*words):
    """How to type a course.py command here, e.g. `python3 course.py test`."""
    return " ".join(("python" if WINDOWS else "python3", "course.py") + words)


def megabytes_needed(extras):
    return sum(MEGABYTES.get(extra, 0) for extra in ("",) + tuple(extras))


def free_megabytes(path):
    """Free space in MB; infinite where the system does not tell."""
    try:
        return shutil.disk_usage(path).free // 10**6
    except OSError:
        return float("inf")


def disk_full(root, extras):
    places = "%s MB are free in %s" % (free_megabytes(root), root)
    temporary = tempfile.gettempdir()
    places += " and %s MB in %s, where downloads are unpacked" % (
        free_megabytes(temporary),
        temporary,
    )
    return Problem(
        "The disk is full, so the installation could not be completed: %s; the course needs about "
        "%d MB. Free some space (or move the course's folder to a larger disk, or set TMPDIR to a "
        "folder with space) and run the same command again; it continues from here."
        % (places, megabytes_needed(extras))
    )


def not_writable(root, error):
    return NotWritable(
        "Cannot write to the course's folder %s (%s). The course keeps its environment there, in "
        ".venv. Copy the folder to a place that is yours, for example your home directory, or "
        "change its permissions, and run course.py there." % (root, error)
    )


def translate_os_error(error, root, extras=()):
    """The Problem behind an OSError, or None when it is none we know."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return disk_full(root, extras)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return not_writable(root, error)
    return None


def venv_package_advice():
    """Which package brings `venv`, for this machine and this Python."""
    version = "%d.%d" % sys.version_info[:2]
    return (
        "On Debian and Ubuntu:  sudo apt install python%s-venv  -- on Fedora:  sudo dnf install "
        "python3-pip python3-libs  -- on openSUSE:  sudo zypper install python3-pip  -- elsewhere, "
        "the Python from python.org has everything." % version
    )


def venv_missing():
    return Problem(
        "This Python (%s) comes without the modules 'venv' and 'ensurepip', which the course needs "
        "to make its own environment. %s Then run the same command again."
        % (sys.executable, venv_package_advice())
    )


DISK_FULL = re.compile(
    r"No space left on device|\[Errno 28\]|not enough space on the disk|Disk quota exceeded", re.I
)
CERTIFICATE = re.compile(r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|SSLCertVerif", re.I)
PROXY = re.compile(r"ProxyError|Cannot connect to proxy|Tunnel connection failed|407 Proxy", re.I)
NO_NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|nodename nor servname"
    r"|getaddrinfo failed|Failed to resolve|No address associated|NewConnectionError"
    r"|Failed to establish a new connection|Connection refused|Connection reset|Connection aborted"
    r"|ConnectTimeout|ReadTimeout|Read timed out|connection timed out|Network is unreachable"
    r"|No route to host|Max retries exceeded|IncompleteRead|ConnectionError",
    re.I,
)
NO_SSL = re.compile(r"SSL module is not available", re.I)
NOTHING_FOUND = re.compile(
    r"Could not find a version that satisfies the requirement (\S+).*from versions: none", re.I
)
NOT_FOR_THIS = re.compile(r"No matching distribution found for (\S+)", re.I)
NOT_ALLOWED = re.compile(r"Permission denied|Read-only file system|Access is denied", re.I)


def explain_pip_failure(output, returncode, root, extras, log):
    """The Problem that pip's output speaks of, or None when it is none we know.

    Disk first: a full disk is certain, while a retried connection may have
    been a hiccup long before the true failure.
    """
    see = " The whole record is in %s." % log
    again = "then run the same command again."
    if DISK_FULL.search(output):
        return disk_full(root, extras)
    if NO_SSL.search(output):
        return Problem(
            "This Python (%s) was built without SSL, so it cannot download packages. Run course.py "
            "with another Python, for example the one of your system or of python.org."
            % sys.executable
            + see
        )
    if CERTIFICATE.search(output):
        return NoNetwork(
            "Python packages could not be downloaded, because the package server's certificate was "
            "not accepted. Usual causes: the computer's clock is wrong, or a company or school "
            "network inspects traffic with its own certificate; in the second case set PIP_CERT to "
            "that certificate's file (ask whoever runs the network); " + again + see
        )
    if PROXY.search(output):
        return NoNetwork(
            "Python packages could not be downloaded, because the proxy did not let pip through. "
            "Check the environment variables HTTPS_PROXY and HTTP_PROXY (or pip's proxy setting), "
            + again
            + see
        )
    if NO_NETWORK.search(output):
        return NoNetwork(
            "Python packages could not be downloaded: the package server did not answer. Check "
            "that this computer is online (and, behind a proxy, that HTTPS_PROXY is set), "
            + again
            + " Only the first start needs the network; later ones work offline."
            + see
        )
    nothing = NOTHING_FOUND.search(output)
    if nothing:
        return NoNetwork(
            "The package server knows no %s. If pip is set to a mirror or to work offline ('pip "
            "config list' and the variables PIP_... tell), that setting is the cause; else check "
            "that this computer is online, %s" % (nothing.group(1), again) + see
        )
    missing = NOT_FOR_THIS.search(output)
    if missing:
        return Problem(
            "There is no release of %s for this Python (%s on %s %s). A Python version that is a "
            "year or two old is the safest choice: install one and run course.py with it."
            % (missing.group(1), platform.python_version(), platform.system(), platform.machine())
            + see
        )
    if NOT_ALLOWED.search(output):
        return not_writable(root, "pip was refused; see %s" % log)
    if returncode in (-9, 137):
        return Problem(
            "The system stopped the installation, most likely for lack of memory. Close other "
            "programs and run the same command again; it continues from here." + see
        )
    if min(free_megabytes(path) for path in (root, tempfile.gettempdir())) < 20:
        return disk_full(root, extras)  # the part of venv that brings pip fails without a reason
    return None


# ---------------------------------------------------------------------------
# The environment
# ---------------------------------------------------------------------------

# What the environment's own Python says of itself. A package is damaged when pip's
# record of it is missing, or a file in that record is missing or unduly empty: so
# look those that a killed pip, a full disk or a power cut leaves behind.
PROBE = """
import csv, importlib.util, json, os, sys, sysconfig
site = sysconfig.get_path("purelib")
def is_damaged(info):
    try:
        with open(os.path.join(site, info, "RECORD"), encoding="utf-8", newline="") as file:
            record = list(csv.reader(file))
        for path, _, size in record:
            if not path.endswith(".pyc"):
                found = os.stat(os.path.join(site, path)).st_size
                if not found and size not in ("", "0"):
                    return True
    except (OSError, ValueError, csv.Error):
        return True
    return not record
packages = {}
for info in os.listdir(site):
    if info.endswith(".dist-info") and not info.startswith("~"):
        packages[info.split("-")[0].lower()] = os.path.join(site, info)
spec = importlib.util.find_spec("course_lib")
print(json.dumps({
    "python": "%d.%d" % sys.version_info[:2],
    "prefix": sys.prefix,
    "packages": packages,
    "damaged": [name for name, info in packages.items() if is_damaged(info)],
    "course_lib": spec and spec.origin,
}))
"""

# The font manager lists the fonts when it is first imported: now, and not while
# the learner waits for the first figure.
VERIFY = """
import numpy, matplotlib.font_manager, jupyterlab, ipykernel, ipywidgets, anywidget, tqdm
import course_lib
"""

# Nothing is fetched from the internet behind the learner's back, and no
# "would you like news?" covers the lesson.
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
}


# Of Python's own variables, those that only say how text and bytes are written.
PYTHON_VARIABLES_KEPT = (
    "PYTHONUTF8",
    "PYTHONIOENCODING",
    "PYTHONHASHSEED",
    "PYTHONDONTWRITEBYTECODE",
)


def current_python():
    return "%d.%d" % sys.version_info[:2]


def base_python():
    """The interpreter to make environments with: never the one inside .venv itself."""
    if sys.prefix == sys.base_prefix:
        return sys.executable
    candidates = [getattr(sys, "_base_executable", "")]
    if WINDOWS:
        candidates.append(os.path.join(sys.base_prefix, "python.exe"))
    else:
        candidates.append(os.path.join(sys.base_prefix, "bin", "python" + current_python()))
    for candidate in candidates:
        if candidate and candidate != sys.executable and os.path.exists(candidate):
            return candidate
    return sys.executable


class Environment(object):
    """The folder .venv beside course.py: what is in it, making it, mending it."""

    def __init__(self, root):
        self.root = root
        self.folder = os.path.join(root, ".venv")
        self.scripts = os.path.join(self.folder, "Scripts" if WINDOWS else "bin")
        self.python = os.path.join(self.scripts, "python.exe" if WINDOWS else "python")
        self.stamp = os.path.join(self.folder, "course-ready.json")
        self.lock = os.path.join(self.folder, "course.lock")
        self.log = os.path.join(self.folder, "install.log")
        self._lock_handle = None

    # -- looking ------------------------------------------------------------

    def variables(self):
        """Environment variables for everything that runs inside.

        Isolated from the person's other Pythons, kernels, Jupyter settings and plot
        styles; their pip configuration (mirrors, proxies, certificates) stays.
        """
        variables = {
            name: value
            for name, value in os.environ.items()
            if name in PYTHON_VARIABLES_KEPT or not name.startswith("PYTHON")
        }
        for name in (
            "__PYVENV_LAUNCHER__",
            "CONDA_PREFIX",
            "PIP_TARGET",
            "PIP_PREFIX",
            "PIP_ROOT",
            "PIP_PYTHON",
            "JUPYTER_PATH",
            "JUPYTER_CONFIG_PATH",
            "JUPYTERLAB_DIR",
            "MPLBACKEND",
        ):
            variables.pop(name, None)
        variables.update(
            PYTHONNOUSERSITE="1",
            PIP_USER="0",
            JUPYTER_PREFER_ENV_PATH="1",
            JUPYTER_CONFIG_DIR=os.path.join(self.folder, "var", "jupyter"),
            JUPYTERLAB_WORKSPACES_DIR=os.path.join(self.folder, "var", "workspaces"),
            IPYTHONDIR=os.path.join(self.folder, "var", "ipython"),
            MPLCONFIGDIR=os.path.join(self.folder, "var", "matplotlib"),
            VIRTUAL_ENV=self.folder,
            PATH=self.scripts + os.pathsep + os.environ.get("PATH", os.defpath),
        )
        return variables

    def pyproject_hash(self):
        path = os.path.join(self.root, "pyproject.toml")
        try:
            with open(path, "rb") as file:
                return hashlib.sha256(file.read().replace(b"\r\n", b"\n")).hexdigest()
        except OSError:
            raise Problem(
                "There is no pyproject.toml beside course.py (looked in %s). course.py works only "
                "inside the course's own folder: download or clone the whole course and run the "
                "course.py in it." % self.root
            )

    def read_stamp(self):
        """What the last complete installation wrote, or {} when there is none."""
        try:
            with open(self.stamp, encoding="utf-8") as file:
                stamp = json.load(file)
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) and stamp.get("format") == STAMP_FORMAT else {}

    def write_stamp(self, extras):
        """Last of all, and in one move: a stamp on disk means a complete environment."""
        probe = self.probe()
        temporary = self.stamp + ".new"
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(
                {
                    "format": STAMP_FORMAT,
                    "pyproject": self.pyproject_hash(),
                    "python": probe["python"],
                    "root": self.root,
                    "extras": sorted(extras),
                    "packages": sorted(probe["packages"]),
                },
                file,
            )
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.stamp)

    def probe(self):
        """What the environment's own Python says of itself, or None if it does not run."""
        try:
            output = subprocess.check_output(
                [self.python, "-I", "-c", PROBE],
                stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                env=self.variables(),
                timeout=120,
            )
            return json.loads(output.decode("utf-8"))
        except (OSError, ValueError, subprocess.SubprocessError):
            return None

    def why_unusable(self, probe):
        """Why the folder must be made anew, or None when pip can go on in it."""
        stamp = self.read_stamp()
        if probe is None:
            return "its Python does not start"
        if os.path.realpath(probe["prefix"]) != os.path.realpath(self.folder):
            return "it is not a complete environment"
        python = probe["python"]
        if tuple(map(int, python.split("."))) < OLDEST_PYTHON:
            return "its Python %s is too old" % python
        if stamp.get("python", python) != python:
            return "it was made with Python %s, which is now %s" % (stamp["python"], python)
        if "pip" not in probe["packages"] or "pip" in probe["damaged"]:
            return "its pip is not complete"
        if stamp.get("root", self.root) != self.root:
            return "the course's folder has moved"
        return None

    def is_whole(self, probe, extras):
        """True when all that the last complete installation brought is still there."""
        stamp = self.read_stamp()
        packages = set(stamp.get("packages", ()))
        return bool(
            packages
            and not self.why_unusable(probe)
            and set(extras) <= set(stamp.get("extras", ()))
            and packages <= set(probe["packages"])
            and not packages & set(probe["damaged"])
            and os.path.realpath(probe["course_lib"] or "").startswith(
                os.path.realpath(self.root) + os.sep
            )
        )

    def is_ready(self, extras=()):
        """True when nothing is to be installed: no pip, no network, a fraction of a second."""
        if self.read_stamp().get("pyproject") != self.pyproject_hash():
            return False
        return self.is_whole(self.probe(), extras)

    # -- making -------------------------------------------------------------

    def prepare(self, extras=()):
        """Make, complete or mend the environment; return at once when it is ready."""
        if self.is_ready(extras):
            return
        try:
            with self.only_one_at_a_time():
                # Another start may have finished the work while this one waited.
                if not self.is_ready(extras):
                    self.install(extras)
        except OSError as error:
            problem = translate_os_error(error, self.root, extras)
            if problem is None:
                raise
            raise problem
        except KeyboardInterrupt:
            raise Stopped(
                "Stopped. The installation is not finished; what is there stays, and the next "
                "'%s' continues from here." % command_line(*sys.argv[1:])
            )

    @contextlib.contextmanager
    def only_one_at_a_time(self):
        """Hold a lock that the system drops when this process and its pip have ended."""
        if os.path.islink(self.folder) or os.path.isfile(self.folder):
            raise Problem(
                "%s is a link or a file, and course.py makes its own folder of that name. Move it "
                "away and run the same command again." % self.folder
            )
        os.makedirs(self.folder, exist_ok=True)
        handle = open(self.lock, "a+")
        try:
            told = False
            while not try_lock(handle):
                if not told:
                    say(
                        "Another start of the course is installing in this folder; "
                        "waiting for it to finish ..."
                    )
                    told = True
                time.sleep(0.3)
            self._lock_handle = handle
            yield
        finally:
            self._lock_handle = None
            handle.close()

    def install(self, extras):
        stamp = self.read_stamp()
        # An extra once installed is kept in step with pyproject.toml.
        wanted = set(extras) | set(stamp.get("extras", ()))
        probe = self.probe() if self.was_begun() else None
        unusable = self.why_unusable(probe) if self.was_begun() else "new"
        was_whole = self.is_whole(probe, extras)
        if unusable:
            if unusable != "new":
                say("The environment in .venv cannot be used (%s); making it anew." % unusable)
        elif not self.is_whole(probe, ()):
            say("The installation in .venv is not complete; continuing it.")
            # Without its record, pip takes a package for missing and brings it again.
            for name in probe["damaged"]:
                shutil.rmtree(probe["packages"][name])
        self.warn_when_space_is_short(wanted, fresh=bool(unusable))
        if unusable:
            self.make_venv()
        # While packages change, no stamp says that all is well.
        with contextlib.suppress(FileNotFoundError):
            os.replace(self.stamp, self.stamp + ".aside")
        try:
            problem = self.fill(wanted)
        except NoNetwork as no_network:
            # pip downloads everything before it changes anything.
            with contextlib.suppress(FileNotFoundError):
                os.replace(self.stamp + ".aside", self.stamp)
            if not was_whole:
                raise
            complain(no_network)
            say("\nUntil then, the course goes on with the packages it has.")
            return
        if problem is not None and not unusable:
            # A killed pip can leave packages that pip itself cannot mend.
            say("Completing .venv did not work; making it anew.")
            self.make_venv()
            problem = self.fill(wanted)
        if problem is not None:
            raise problem
        self.write_stamp(wanted)

    def was_begun(self):
        kept = {os.path.basename(self.lock), os.path.basename(self.log)}
        return bool(set(os.listdir(self.folder)) - kept)

    def warn_when_space_is_short(self, extras, fresh):
        needed = megabytes_needed(extras) if fresh else 0
        free = free_megabytes(self.root)
        if free < needed:
            say(
                "Warning: the installation takes about %d MB and only %d MB are free in %s."
                % (needed, free, self.root)
            )

    def make_venv(self):
        if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
            raise venv_missing()
        for name in os.listdir(self.folder):
            path = os.path.join(self.folder, name)
            if path == self.lock:
                continue
            try:
                if os.path.isdir(path) and not os.path.islink(path):
                    shutil.rmtree(path)
                else:
                    os.remove(path)
            except OSError as error:
                raise Problem(
                    "The old environment could not be removed (%s). Close every JupyterLab and "
                    "terminal that still uses it, or delete the folder %s yourself, and run the "
                    "same command again." % (error, self.folder)
                )
        say("Making an isolated Python %s environment in .venv ..." % current_python())
        code, output = self.run_step([base_python(), "-m", "venv", self.folder])
        if code == 0:
            return
        if re.search(r"ensurepip is not available|No module named '?(venv|ensurepip)", output):
            raise venv_missing()
        problem = explain_pip_failure(output, code, self.root, (), self.log)
        if problem is None:
            self.show_end_of(output)
            problem = Problem(
                "Python could not make the environment in %s; its last words are above. If they "
                "speak of venv or ensurepip: %s" % (self.folder, venv_package_advice())
            )
        raise problem

    def fill(self, extras):
        """Install the course and its packages and try them.

        Returns the Problem when a fresh environment might help; raises it
        when only the person can.
        """
        target = "." + ("[%s]" % ",".join(sorted(extras)) if extras else "")
        say(
            "Installing the course's packages%s; the first time takes some minutes ..."
            % (" for " + ", ".join(sorted(extras)) if extras else "")
        )
        command = [self.python, "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
        command += ["--disable-pip-version-check", "--prefer-binary", "-e", target]
        code, output = self.run_step(command)
        if code != 0:
            problem = explain_pip_failure(output, code, self.root, extras, self.log)
            if problem is not None:
                raise problem
            self.show_end_of(output)
            return Problem(
                "Installing the course's packages failed; pip's last words are above, and all of "
                "them in %s. Running the same command again is safe; if it fails in the same way, "
                "please report it with that file." % self.log
            )
        say("Checking that they work ...")
        self.write_lab_settings()
        code, output = self.run_step([self.python, "-I", "-c", VERIFY])
        if code != 0:
            if DISK_FULL.search(output):
                raise disk_full(self.root, extras)
            self.show_end_of(output)
            return Problem(
                "The packages are installed but do not work; the error is above. Delete the folder "
                "%s and run the same command again; if it fails in the same way, please report it "
                "with the lines above." % self.folder
            )
        return None

    def write_lab_settings(self):
        folder = os.path.join(self.folder, "share", "jupyter", "lab", "settings")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "overrides.json"), "w", encoding="utf-8") as file:
            json.dump(LAB_SETTINGS, file, indent=2)

    # -- running ------------------------------------------------------------

    def run_step(self, command):
        """Run a command with its output in the log; show now and then that it lives."""
        kept = collections.deque(maxlen=2000)
        options = {}
        if self._lock_handle is not None and not WINDOWS:
            # The child inherits the lock: if this process is killed and pip lives on,
            # the next start waits for it and does not write into the same files.
            options["pass_fds"] = (self._lock_handle.fileno(),)
        child = subprocess.Popen(
            command,
            cwd=self.root,
            env=self.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **options
        )
        lines = queue.Queue()

        def read():
            with child.stdout:
                for line in child.stdout:
                    lines.put(line.decode("utf-8", "replace"))
            lines.put(None)

        threading.Thread(target=read, daemon=True).start()
        life = SignOfLife()
        try:
            with contextlib.ExitStack() as stack:
                log = None
                with contextlib.suppress(OSError):
                    log = stack.enter_context(
                        open(self.log, "a", encoding="utf-8", errors="replace")
                    )
                    log.write("\n$ %s\n" % " ".join(command))
                while True:
                    try:
                        line = lines.get(timeout=0.5)
                    except queue.Empty:
                        life.show()
                        continue
                    if line is None:
                        break
                    kept.append(line)
                    life.note(line)
                    # A full disk must not hide what pip says of it.
                    with contextlib.suppress(OSError, ValueError):
                        if log is not None:
                            log.write(line)
                            log.flush()
        except (OSError, ValueError):
            pass  # closing a log on a full disk
        except KeyboardInterrupt:
            # Ctrl-C reached the child as well: let it end before we speak.
            with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
                child.wait(timeout=20)
            if child.poll() is None:
                child.kill()
            raise
        finally:
            life.clear()
        return child.wait(), "".join(kept)

    def show_end_of(self, output):
        say()
        for line in output.rstrip().splitlines()[-15:]:
            say("    " + line)


class SignOfLife(object):
    """A line that changes in a terminal; in a file or a CI log, one line every 20 seconds."""

    def __init__(self):
        self.start = self.last = time.monotonic()
        self.doing = ""
        self.terminal = sys.stdout.isatty()
        self.shown = False

    def note(self, line):
        found = re.match(r"\s*(Collecting|Downloading|Building) (\S+)", line)
        if found:
            name = re.split(r"[-<>=!~;\[]", found.group(2).rsplit("/", 1)[-1])[0]
            self.doing = found.group(1).lower() + " " + name
        elif line.startswith("Installing collected packages"):
            self.doing = "unpacking; the longest part"
        elif "Retrying" in line:
            self.doing = "the network does not answer; trying again"
        self.show()

    def show(self):
        now = time.monotonic()
        if now - self.last < (0.2 if self.terminal else 20):
            return
        self.last = now
        text = "   %3d s  %s" % (now - self.start, self.doing)
        if self.terminal:
            width = shutil.get_terminal_size().columns - 1
            print("\r" + text[:width].ljust(min(width, 70)), end="", flush=True)
            self.shown = True
        else:
            say(text)

    def clear(self):
        if self.shown:
            width = min(shutil.get_terminal_size().columns - 1, 70)
            print("\r" + " " * width, end="\r", flush=True)


def try_lock(handle):
    """Take the lock without waiting; False when another process holds it."""
    try:
        if WINDOWS:
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network file systems know no locks: better unguarded than unusable.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


# ---------------------------------------------------------------------------
# Opening a lesson
# ---------------------------------------------------------------------------


def find_lesson(root, wanted=None):
    """Path, relative to root, of the first lesson or of the one whose file begins so."""
    folder = os.path.join(root, "notebooks")
    lessons = []
    if os.path.isdir(folder):
        # By stem: a learner's "00_start_here-Copy1.ipynb" comes after the original.
        lessons = sorted(
            (name for name in os.listdir(folder) if re.match(r"\d.*\.ipynb$", name)),
            key=lambda name: os.path.splitext(name)[0],
        )
    if not lessons:
        raise Problem(
            "There are no lessons in %s. The download seems incomplete: download or clone the "
            "whole course again." % folder
        )
    if wanted is None:
        return os.path.join("notebooks", lessons[0])
    plain = os.path.basename(wanted)
    for name in lessons:
        if plain in (name, os.path.splitext(name)[0]):
            return os.path.join("notebooks", name)
    if wanted.isdigit():
        for name in lessons:
            number = re.match(r"\d+", name)
            if number and int(number.group()) == int(wanted):
                return os.path.join("notebooks", name)
    raise Problem(
        "There is no lesson '%s'. The lessons are: %s. For example:  %s"
        % (
            wanted,
            ", ".join(os.path.splitext(name)[0] for name in lessons),
            command_line(re.split(r"\D", lessons[-1])[0] or lessons[-1]),
        )
    )


def port_is_free(port):
    """True when a server on this machine can listen there."""
    families = [(socket.AF_INET, "127.0.0.1")]
    if socket.has_ipv6:
        families.append((socket.AF_INET6, "::1"))
    for family, address in families:
        try:
            probe = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            continue
        with contextlib.closing(probe):
            try:
                if not WINDOWS:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
            except OSError as error:
                if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    continue  # no IPv6 loopback here
                return False
    return True


def next_free_port(first):
    for port in range(first, min(first + 200, 65536)):
        if port_is_free(port):
            return port
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def choose_port(asked):
    """The port to use: the asked one or none; without one, the first that is free."""
    if asked is None:
        port = next_free_port(DEFAULT_PORT)
        if port != DEFAULT_PORT:
            say("Port %d is in use by another program; using %d." % (DEFAULT_PORT, port))
        return port
    if not 1 <= asked <= 65535:
        raise Problem("A port is a number from 1 to 65535; %d is not. Try 8888." % asked)
    if not port_is_free(asked):
        free = next_free_port(max(asked + 1, 1024))
        raise Problem(
            "Port %d cannot be used: another program has it, or it is reserved by the system. "
            "Port %d is free:  %s" % (asked, free, command_line("--port", str(free)))
        )
    return asked


def jupyterlab_command(python, root, lesson, port, browser):
    command = [
        python,
        "-m",
        "jupyterlab",
        os.path.join(root, lesson),
        "--ServerApp.root_dir=" + root,
        "--ServerApp.port=%d" % port,
        # The address printed below must be the true one.
        "--ServerApp.port_retries=0",
        # Ctrl-C ends the server at once, without a question.
        "--ServerApp.answer_yes=True",
        # The usual manager asks a package server for its list.
        "--LabApp.extension_manager=readonly",
        # The terminal is for what the learner must know.
        "--log-level=ERROR",
        # Without it, every kernel warns that others might listen.
        "--KernelManager.transport_encryption=auto",
    ]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # containers; elsewhere JupyterLab would refuse
    return command


def open_lesson(root, arguments):
    parser = argparse.ArgumentParser(
        prog="course.py",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Opens the course in JupyterLab. The first start makes an isolated Python\n"
        "environment in .venv (some minutes, about %d MB); later ones take seconds\n"
        "and need no network." % MEGABYTES[""],
        epilog="other commands:\n"
        "  course.py test [...]      run every test; what follows goes to pytest\n"
        "                            (--oracle: also install PyTorch, to compare with)\n"
        "  course.py refresh [...]   run all notebooks again and store their outputs\n"
        "  course.py site [...]      make the course as web pages that need no kernel\n"
        "  course.py hub [...]       serve the course to a class with JupyterHub\n"
        "  course.py assignments [...]  make graded assignments of the exercises\n"
        "  course.py new [...]       make a new demo, lesson or exercise to fill in\n"
        "                            (--help after any of these says more)\n\n"
        "To start over, delete the folder .venv.",
    )
    parser.add_argument("lesson", nargs="?", help="lesson to open, e.g. 3 (default: the first)")
    parser.add_argument(
        "--port",
        type=int,
        help="port for JupyterLab (default: %d or the next free)" % DEFAULT_PORT,
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args(arguments)
    if options.lesson in COMMANDS:
        raise Problem(
            "'%s' comes first:  %s" % (options.lesson, command_line(options.lesson, "..."))
        )
    # What can be wrong is said before minutes of installing, not after.
    lesson = find_lesson(root, options.lesson)
    if options.port is not None:
        choose_port(options.port)
    environment = Environment(root)
    environment.prepare()
    port = choose_port(options.port)
    variables = environment.variables()
    token = variables.setdefault("JUPYTER_TOKEN", secrets.token_hex(24))
    say("Opening %s in JupyterLab; Ctrl-C here ends it." % lesson.replace(os.sep, "/"))
    say(
        "If no browser opens, go to\n  http://localhost:%d/lab/tree/%s?token=%s"
        % (port, lesson.replace(os.sep, "/"), token)
    )
    command = jupyterlab_command(environment.python, root, lesson, port, not options.no_browser)
    return run_in_place(command, root, variables)


def run_in_place(command, root, variables):
    """Become the command (Windows: wait for it), so that Ctrl-C and the exit code are its own."""
    os.chdir(root)
    sys.stdout.flush()
    if not WINDOWS:
        os.execve(command[0], command, variables)
    child = subprocess.Popen(command, env=variables)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            pass  # the child heard it too and is ending


# ---------------------------------------------------------------------------
# Tests and notebooks
# ---------------------------------------------------------------------------


# Where a person has not installed them, their tests are skipped; in CI they would fail.
EXTRAS_IN_CI = {"oracle", "hub", "assignments", "site"}


def in_ci():
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def side_by_side(arguments):
    """Options that let several processes share the tests, if all of them are wanted.

    A file stays in one process, and the files in their order: the browser comes last. Who picks
    tests, or wants a debugger, gets pytest as it is.
    """
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    how = ("--durations", "--tb", "-r", "-x", "-q", "-v")
    whole = all(word.startswith(how) for word in arguments)
    if processes < 2 or not whole:
        return []
    return ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]


def run_tests(root, arguments):
    extras = {"test", "browser"}
    if in_ci():
        extras |= EXTRAS_IN_CI
    elif "--oracle" in arguments:
        extras.add("oracle")
    arguments = [word for word in arguments if word != "--oracle"]
    environment = Environment(root)
    environment.prepare(extras)
    command = [environment.python, "-m", "pytest"] + side_by_side(arguments) + arguments
    return run_in_place(command, root, environment.variables())


def program(extra, *words):
    """A command that runs a Python program of the course, with the packages of one extra."""

    def run(root, arguments):
        environment = Environment(root)
        environment.prepare({extra})
        command = [environment.python] + list(words) + arguments
        return run_in_place(command, root, environment.variables())

    return run


def run_hub(root, arguments):
    if WINDOWS:
        raise Problem(
            "JupyterHub does not run on Windows. Use a Linux machine, or WSL (Ubuntu) on this one."
        )
    try:
        return program("hub", os.path.join("hub", "start.py"))(root, arguments)
    except NotWritable:
        if os.geteuid() == 0:
            raise
        raise Problem(
            "The course's folder %s is not yours to write in. A hub for a class needs root anyway, "
            "to give each learner an account:  sudo %s  -- To look at one alone (hub --demo), copy "
            "the course to a folder of yours." % (root, command_line("hub", *arguments))
        )


COMMANDS = {
    "test": run_tests,
    "refresh": program("test", os.path.join("tests", "notebooks", "refresh.py")),
    "site": program("site", "-m", "course_lib.site"),
    "hub": run_hub,
    "assignments": program("assignments", "-m", "course_lib.assignments"),
    "new": program("test", "-m", "course_lib.skeletons"),
}


def main(arguments, root=ROOT):
    for stream in (sys.stdout, sys.stderr):
        # A folder's name may hold letters that this console cannot show.
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")
    try:
        if arguments and arguments[0] in COMMANDS:
            return COMMANDS[arguments[0]](root, arguments[1:])
        return open_lesson(root, arguments)
    except Problem as problem:
        complain(problem)
        return problem.exit_code
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
