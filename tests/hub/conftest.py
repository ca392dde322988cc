"""Two running hubs for all tests of a file that asks; what a person may lack for them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# Tests are imported by file, not as packages; and the hub is a folder of programs.
sys.path[:0] = [str(HERE), str(HERE.parent / "browser"), str(ROOT / "hub")]


@pytest.fixture(scope="session")
def hub_machine():
    """A machine on which a hub can run, with accounts made for it."""
    import reachable
    from needs_hub import lacking

    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        lacking("a hub with accounts of its own needs root; run the tests of tests/hub with sudo")
    for program, package in (
        ("node", "nodejs"),
        ("npm", "npm"),
        ("git", "git"),
        ("useradd", "passwd"),
    ):
        if shutil.which(program) is None:
            lacking(f"{program} is missing; on Debian and Ubuntu: sudo apt install {package}")
    command = reachable.command(["true"], ROOT)
    if command[0] != "true" and subprocess.run(command, capture_output=True).returncode:
        lacking(
            "other accounts cannot reach this checkout or its Python, and this root may not mount; "
            "run the tests in a folder like /srv, with the system's Python"
        )


@pytest.fixture(scope="session")
def class_hub(hub_machine):
    """A hub with eight learners of this machine, who log in with its passwords."""
    from class_hub import ClassHub

    with ClassHub(learners=8, authenticator="pam", memory="1G") as hub:
        yield hub


@pytest.fixture(scope="session")
def small_hub(hub_machine):
    """A hub with accounts of its own, which ends idle servers after seconds."""
    from class_hub import ClassHub

    with ClassHub(
        authenticator="native",
        admins=["teacher"],
        cull_after_minutes=0.2,
        cull_every_minutes=0.02,
    ) as hub:
        yield hub
