"""A class: assignments made with the real command, samples handed in, graded with nbgrader."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

from course_lib.assignments import sandbox

# Tests are imported by file, not as packages: `import classroom` needs the folder named.
sys.path.insert(0, str(Path(__file__).resolve().parent))


def missing(what):
    """Skip for a person; fail in continuous integration."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false", "no"):
        pytest.fail(f"CI must have {what}")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def nbgrader():
    """nbgrader is installed."""
    if importlib.util.find_spec("nbgrader") is None:
        missing('nbgrader (pip install -e ".[assignments]")')


@pytest.fixture(scope="session")
def isolation():
    """The isolation that a teacher should have."""
    if not sys.platform.startswith("linux"):
        pytest.skip("bubblewrap is for Linux")
    if shutil.which("bwrap") is None or sandbox.strongest_isolation() != "bubblewrap":
        missing("bubblewrap (apt install bubblewrap) and the right to use it")
    return "bubblewrap"
