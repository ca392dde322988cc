"""Fixtures for what a person may lack, and settings for all tests."""

import importlib.util
import os
import shutil

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
