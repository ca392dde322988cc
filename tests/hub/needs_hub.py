"""Imported first by tests that need the packages of the extra `hub`."""

import importlib.util
import os
import shutil

import pytest

IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def lacking(what, **options):
    """Skip on a person's machine; fail in CI, where nothing may be lacking."""
    if IN_CI:
        pytest.fail(f"CI must not skip: {what}")
    pytest.skip(what, **options)


if importlib.util.find_spec("jupyterhub") is None:
    lacking("JupyterHub is not installed: pip install -e .[hub]", allow_module_level=True)
if shutil.which("git") is None:
    lacking("git is missing; on Debian: sudo apt install git", allow_module_level=True)
