"""Fixtures for what a person may lack, and settings for all tests."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import hypothesis
import matplotlib
import pytest

# Tests draw into memory. (Not through MPLBACKEND: notebook kernels would inherit it.)
matplotlib.use("agg")

IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false", "no")

hypothesis.settings.register_profile("course", deadline=None, derandomize=IN_CI)
hypothesis.settings.load_profile("course")


def lacking(what):
    """Skip on a person's machine; fail in CI, where nothing may be lacking."""
    if IN_CI:
        pytest.fail(f"CI must not skip: {what}")
    pytest.skip(what)


@pytest.fixture(scope="session")
def torch():
    """PyTorch, the independent oracle for gradients and optimizers."""
    try:
        import torch
    except ImportError:
        lacking("PyTorch is not installed; `python3 course.py test --oracle` installs it")
    # On arrays this small a second thread only waits for its turn.
    torch.set_num_threads(1)
    return torch


@pytest.fixture(scope="session")
def chromium():
    """Path of a Chromium or Chrome to drive, with Playwright there to drive it."""
    if importlib.util.find_spec("playwright") is None:
        lacking("Playwright is not installed; `pip install -e .[browser]` installs it")
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    return lacking("no Chromium found; on Debian and Ubuntu: sudo apt install chromium")


SITE_SECONDS = 3600
SITE_REPOSITORY = "https://github.com/someone/how-neural-networks-learn"


@pytest.fixture(scope="session")
def site():
    """The folder of the whole site, made by its command.

    What it made of unchanged notebooks is kept from one time to the next, as for its users; of
    several test processes, one makes it and the others wait.
    """
    if importlib.util.find_spec("sphinx") is None or importlib.util.find_spec("myst_nb") is None:
        lacking("Sphinx is not installed; `pip install -e .[site]` installs it")
    from course_lib.practice.file_lock import locked

    folder = Path(__file__).resolve().parents[1] / "build" / "site-tested"
    folder.mkdir(parents=True, exist_ok=True)
    told = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    mark = folder / "made-for"
    with locked(folder / "lock", SITE_SECONDS):
        if not mark.exists() or mark.read_text() != told:
            made = subprocess.run(
                [
                    *(sys.executable, "-m", "course_lib.site", "--to", str(folder)),
                    *("--repository", SITE_REPOSITORY),
                ],
                cwd=folder.parents[1],
                capture_output=True,
                text=True,
            )
            assert made.returncode == 0, made.stdout + made.stderr
            mark.write_text(told)
    return folder / "html"
