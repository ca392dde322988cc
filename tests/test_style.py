"""ruff finds nothing, in the package, the tests, the notebooks and course.py."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def ruff(*arguments):
    run = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return run.returncode, run.stdout + run.stderr


def test_lint():
    code, said = ruff("check", "--no-cache", "--output-format=concise", ".")
    assert code == 0, said


def test_format():
    code, said = ruff("format", "--check", "--no-cache", ".")
    assert code == 0, said


def test_course_py_is_clean_within_the_grammar_of_old_pythons():
    """Left out of the project's settings, which would modernise what old Pythons must read."""
    rules = "E,F,W,B,PT,RUF,SIM"
    # E402: imports follow the check of the version. B904, RUF005: `raise … from` and unpacking in
    # lists are too new. SIM115: the lock's file stays open on purpose.
    ignored = "E402,B904,RUF005,SIM115"
    code, said = ruff(
        *("check", "--no-cache", "--isolated", "--line-length=100", "--output-format=concise"),
        *(f"--select={rules}", f"--ignore={ignored}", "course.py"),
    )
    assert code == 0, said


def test_the_notebooks_are_among_what_is_checked():
    code, said = ruff("check", "--no-cache", "--show-files", ".")
    assert code == 0, said
    files = said.splitlines()
    for name in ("notebooks/10_train_mnist.ipynb", "course_lib/nn/losses.py", "tests/conftest.py"):
        assert str(ROOT / name) in files
    assert str(ROOT / "course.py") not in files
