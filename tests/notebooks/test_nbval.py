"""Strict nbval: every cell of every notebook is run, and another output is a failure."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).parents[2]


def pytest_here(*arguments):
    """The project's pytest, with its settings and in its folder."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            "pyproject.toml",
            "-p",
            "no:cacheprovider",
            *arguments,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def printed(text):
    return [new_output("stream", text=text)]


def result(text, **data):
    return [new_output("execute_result", data={"text/plain": text, **data}, execution_count=1)]


# (source, stored outputs, whether that is right)
CELLS = [
    ("print('same')", printed("same\n"), True),
    ("print('now')", printed("before\n"), False),
    ("6 * 7", result("42"), True),
    ("6 * 7", result("41"), False),
    ("'no output'; None", [], True),
    ("'one more'", [], False),
    ("None", result("'one less'"), False),
    ("print('twice'); print('twice')", printed("twice\n"), False),
    ("# NBVAL_IGNORE_OUTPUT\nprint('now')", printed("before\n"), True),
    ("import sys; print('careful', file=sys.stderr)", [], False),
    ("import warnings; warnings.warn('careful')", [], False),
    ("1 / 0", [], False),
]


def test_every_difference_of_an_output_is_a_failure_and_nothing_else_is(tmp_path):
    # A cell never run would not be compared; test_hygiene.py sees to that.
    cells = [
        new_code_cell(source, outputs=outputs, execution_count=count)
        for count, (source, outputs, _) in enumerate(CELLS, 1)
    ]
    path = tmp_path / "cells.ipynb"
    path.write_text(nbformat.writes(new_notebook(cells=cells)))
    run = pytest_here("-rA", "--tb=no", str(path))
    assert run.returncode == 1, run.stdout + run.stderr
    verdicts = re.findall(r"^(PASSED|FAILED) \S*::Cell (\d+)", run.stdout, re.M)
    found = {int(number): verdict == "PASSED" for verdict, number in verdicts}
    assert found == {number: right for number, (_, _, right) in enumerate(CELLS)}
    # A kernel or client that leaks would show here. (In CI, pytest repeats the cells above it.)
    assert "warnings summary" not in run.stdout
    assert "warning" not in run.stdout.splitlines()[-1]
    assert "ResourceWarning" not in run.stderr


@pytest.fixture(scope="module")
def collected():
    """How many cells pytest would run, by notebook."""
    run = pytest_here("--collect-only", "-q", "notebooks")
    assert run.returncode == 0, run.stdout + run.stderr
    return Counter(re.findall(r"^notebooks/(\S+\.ipynb)::Cell \d+", run.stdout, re.M))


def test_every_code_cell_of_every_notebook_is_run(collected):
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert paths, "there are no notebooks"
    expected = {}
    for path in paths:
        cells = nbformat.v4.reads(path.read_text(encoding="utf-8")).cells
        expected[path.name] = sum(cell.cell_type == "code" for cell in cells)
    assert collected == {name: count for name, count in expected.items() if count}


def test_no_cell_of_a_notebook_is_exempt_without_need(notebook_path):
    """Outputs are only ignored where clock times are printed; no cell is skipped."""
    for cell in nbformat.v4.reads(notebook_path.read_text(encoding="utf-8")).cells:
        if cell.cell_type != "code":
            continue
        marks = cell.source + " ".join(cell.metadata.get("tags", ()))
        assert not re.search(r"NBVAL_SKIP|nbval-skip|NBVAL_RAISES|raises-exception", marks), cell.id
        if re.search(r"NBVAL_IGNORE_OUTPUT|nbval-ignore-output", marks):
            shown = str(cell.outputs)
            times = r"\d\s*(s|ms|µs|seconds?)\b|\d×|times? as|faster|slower"
            assert re.search(times, shown), cell.id
