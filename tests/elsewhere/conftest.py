"""Environments like those of other services, made of packages from the package server."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false", "no")
WANTED = "COURSE_TEST_ENVIRONMENTS"


class Environment:
    """A Python environment of its own, with `pip` and nothing else.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.bin = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = str(self.bin / "python")
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)

    def run(self, *words, cwd=ROOT, **variables):
        """Run a command with this environment's programs first; its standard output."""
        clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        clean |= {
            "PATH": os.pathsep.join([str(self.bin), clean["PATH"]]),
            "VIRTUAL_ENV": str(self.folder),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        done = subprocess.run(
            list(words), cwd=cwd, env=clean | variables, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def pip_install(self, *words):
        self.run(self.python, "-m", "pip", "install", "--quiet", *words)

    def run_lessons(self, *numbers, course=ROOT, **variables):
        """Run lessons in a kernel of this environment: {lesson: what came out}."""
        files = [str(next((course / "notebooks").glob(f"{number}_*.ipynb"))) for number in numbers]
        script = str(HERE / "run_lessons.py")
        return json.loads(self.run(self.python, script, *files, cwd=course, **variables))


@pytest.fixture(scope="session")
def make_environment(tmp_path_factory):
    """Make an `Environment`: some hundred MB from the package server, so not unasked."""
    if not (IN_CI or os.environ.get(WANTED)):
        pytest.skip(f"installs several hundred MB for this test; {WANTED}=1 allows it")

    def make_environment(name):
        return Environment(tmp_path_factory.mktemp(name) / "environment")

    return make_environment
