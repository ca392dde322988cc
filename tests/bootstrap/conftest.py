"""A copy of the course in which everything is real but pip, which a fake one replaces."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAKE_PIP = Path(__file__).with_name("fake_pip.py")

# course.py would make the environment with this program: a real one, but with the fake pip.
MAKE_VENV = """#!{python}
import os, shutil, sys, venv
assert sys.argv[1:3] == ["-m", "venv"], sys.argv
venv.create(sys.argv[3], symlinks=True, with_pip=False)
site = os.path.join(sys.argv[3], "lib", "python%d.%d" % sys.version_info[:2], "site-packages")
os.makedirs(os.path.join(site, "pip"))
shutil.copy({fake_pip!r}, os.path.join(site, "pip", "__main__.py"))
os.makedirs(os.path.join(site, "pip-0.dist-info"))
with open(os.path.join(site, "pip-0.dist-info", "RECORD"), "w") as file:
    file.write("pip/__main__.py,,1\\n")
"""
# A shell that runs the tests in the background has Ctrl-C ignored, by all they start.
RUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {root!r})
import course
course.base_python = lambda: {maker!r}
{patch}
sys.exit(course.main(sys.argv[1:]))
"""


def load_course(path=ROOT / "course.py"):
    spec = importlib.util.spec_from_file_location("course", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def course():
    """course.py as a module, fresh, so that a test may change it."""
    return load_course()


class Run:
    """What a finished start of the course said and became."""

    def __init__(self, process, output):
        self.code = process.returncode
        self.text = output
        # Messages are folded to the width of a terminal.
        self.words = " ".join(output.split())
        line = next((line for line in output.splitlines() if line.startswith("RUN ")), None)
        self.became = None
        if line:
            name, self.folder, self.arguments, self.environ = json.loads(line[4:])
            self.became = (name, self.folder)


class Copy:
    """The course in a folder of its own."""

    def __init__(self, root):
        self.root = root
        (root / "notebooks").mkdir(parents=True)
        (root / "course_lib").mkdir()
        (root / "course_lib" / "__init__.py").touch()
        (root / "notebooks" / "00_start_here.ipynb").touch()
        (root / "pyproject.toml").write_text("[project]\n")
        shutil.copy(ROOT / "course.py", root)
        self.maker = root / "make-venv"
        self.maker.write_text(MAKE_VENV.format(python=sys.executable, fake_pip=str(FAKE_PIP)))
        self.maker.chmod(0o755)
        self.patch = ""
        self.running = []

    @property
    def venv(self):
        return self.root / ".venv"

    @property
    def site(self):
        return self.venv / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"

    @property
    def stamp(self):
        return self.venv / "course-ready.json"

    @property
    def pip_calls(self):
        path = self.root / "pip-calls"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def begin(self, *arguments, pip=None, **variables):
        """Start the course and do not wait."""
        code = RUN.format(root=str(self.root), maker=str(self.maker), patch=self.patch)
        environ = {name: value for name, value in os.environ.items() if name != "CI"}
        environ.update(FAKE_PIP=json.dumps(pip or {}), **variables)
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=environ,
            cwd=self.root.parent,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def finish(self, process):
        return Run(process, process.communicate(timeout=60)[0])

    def start(self, *arguments, pip=None, **variables):
        """Start the course and wait until it ends or becomes JupyterLab, which ends at once."""
        return self.finish(self.begin(*arguments, pip=pip, **variables))

    def wait_for(self, path):
        for _ in range(600):
            if path.exists():
                return
            time.sleep(0.05)
        raise AssertionError(f"{path} did not come")

    def is_ready(self):
        """Whether the next start would go straight to the lesson."""
        return load_course(self.root / "course.py").Environment(str(self.root)).is_ready()

    def opens(self, *arguments, **options):
        """A start that must come as far as JupyterLab."""
        run = self.start(*arguments, **options)
        assert run.code == 0, run.text
        assert run.became, run.text
        return run


@pytest.fixture
def copy(tmp_path):
    copy = Copy(tmp_path / "course")
    yield copy
    for process in copy.running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def installed(copy):
    """A copy of the course that has been started once."""
    copy.opens()
    return copy
