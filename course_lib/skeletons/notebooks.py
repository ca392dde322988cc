"""Cells of notebooks: made from a template, added to a lesson, and run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from .problems import Problem

__all__ = ["cells_of", "exercise_cells", "insert_before_summary", "notebook", "run", "stub_cell"]

MARK = re.compile(r"^%% (markdown|code|stub)\n", re.M)


def markdown(source: str) -> dict:
    """A cell with text."""
    return {"cell_type": "markdown", "metadata": {}, "source": source.strip("\n")}


def code(source: str) -> dict:
    """A cell with code, not run yet."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source.strip("\n"),
    }


def stub_cell(name: str, reference: str) -> dict:
    """The cell in which an exercise is written and checked.

    Parameters
    ----------
    name : str
        Of the exercise.
    reference : str
        Source of the right answer; what it begins with, up to its docstring, is the stub.
    """
    head = re.match(r'def .*?""".*?"""\n', reference, re.S)[0]
    return code(f'{head}    ...\n\n\ncheck("{name}", {name})')


def exercise_cells(name: str, reference: str, sources: list[str]) -> list[dict]:
    """The two cells of an exercise, for a notebook with these sources of code."""
    imports = "\n".join(re.findall(r"from course_lib\.practice import .*", "\n".join(sources)))
    missing = [word for word in ("check", "exercise") if not re.search(rf"\b{word}\b", imports)]
    line = f"from course_lib.practice import {', '.join(missing)}\n\n" if missing else ""
    return [code(f'{line}exercise("{name}")'), stub_cell(name, reference)]


def cells_of(text: str, references: dict[str, str]) -> list[dict]:
    """Cells from a template in which lines like `%% code` part them.

    Parameters
    ----------
    text : str
    references : dict of str to str
        Sources of the exercises that `%% stub` names.
    """
    _, *parts = MARK.split(text)
    makers = {
        "markdown": markdown,
        "code": code,
        "stub": lambda name: stub_cell(name.strip(), references[name.strip()]),
    }
    return [makers[kind](source) for kind, source in zip(parts[::2], parts[1::2], strict=True)]


def notebook(cells: list[dict]) -> str:
    """A notebook as text, without outputs."""
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def insert_before_summary(text: str, cells) -> str:
    """The text of a notebook with cells before its summary.

    Parameters
    ----------
    text : str
    cells : callable (sources of the code cells) → list of dict

    Raises
    ------
    Problem
        If there is no heading "## Summary".
    """
    content = json.loads(text)
    every = content["cells"]
    sources = ["".join(cell["source"]) for cell in every if cell["cell_type"] == "code"]
    for place, cell in enumerate(every):
        source = "".join(cell["source"])
        found = re.search(r"^## Summary *$", source, re.M)
        if cell["cell_type"] == "markdown" and found:
            before, after = source[: found.start()].strip("\n"), source[found.start() :]
            parts = [{**cell, "source": after}]
            if before:
                # The part above keeps the cell's id; the summary gets one of its own.
                parts = [{**cell, "source": before}, *cells(sources), markdown(after)]
            else:
                parts = [*cells(sources), *parts]
            content["cells"][place : place + 1] = parts
            return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    raise Problem("The notebook has no heading '## Summary' to put an exercise before.")


def run(root: Path, *stems: str) -> None:
    """Run notebooks and store their outputs, as `python3 course.py refresh` does.

    Raises
    ------
    Problem
        If a cell fails; the text shows it.
    """
    path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, str(root / "tests" / "notebooks" / "refresh.py"), *stems],
        cwd=root,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise Problem(f"A notebook does not run:\n{done.stdout}{done.stderr}".rstrip())
