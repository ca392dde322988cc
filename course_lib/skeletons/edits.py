"""Entries in files that are there: pure functions from a text to a text."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from .problems import Problem

__all__ = [
    "add_after_last_row",
    "add_before",
    "add_import",
    "add_to_dictionary",
    "add_to_tuple",
    "tidy",
]


def add_to_tuple(text: str, variable: str, entry: str) -> str:
    """Python source with one more entry at the end of a tuple, `variable = (…)`.

    Raises
    ------
    Problem
        If there is no such tuple at the top of the module.
    """
    return _add_inside(text, variable, ast.Tuple, entry)


def add_to_dictionary(text: str, variable: str, entry: str) -> str:
    """Python source with one more `key: value` at the end of a dictionary, `variable = {…}`."""
    return _add_inside(text, variable, ast.Dict, entry)


def add_import(text: str, name: str) -> str:
    """Python source in which `from . import (…)` imports one more module of the package."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module is None:
            names = sorted({alias.name for alias in node.names} | {name})
            lines = text.splitlines(keepends=True)
            new = f"from . import (\n    {', '.join(names)},\n)\n"
            return "".join([*lines[: node.lineno - 1], new, *lines[node.end_lineno :]])
    raise Problem("There is no `from . import …` to add a module to. Nothing was changed.")


def add_before(text: str, pattern: str, block: str) -> str:
    """A text with a block before the last line that matches.

    Raises
    ------
    Problem
        If no line does.
    """
    found = list(re.finditer(pattern, text, re.M))
    if not found:
        raise Problem(f"No line is like {pattern!r}; cannot tell where to write.")
    return text[: found[-1].start()] + block + text[found[-1].start() :]


def add_after_last_row(text: str, pattern: str, row: str) -> str:
    """A text with a line after the last one that matches."""
    found = list(re.finditer(pattern + r".*\n", text, re.M))
    if not found:
        raise Problem(f"No line begins like {pattern!r}; cannot tell where to write.")
    return text[: found[-1].end()] + row + "\n" + text[found[-1].end() :]


def tidy(text: str, root: Path) -> str:
    """Python source with its imports sorted and its lines broken, as ruff and the tests want it.

    Parameters
    ----------
    text : str
    root : Path
        Where ruff's settings are.
    """
    for words in (["check", "--select=I,RUF022", "--fix-only", "--quiet"], ["format", "--quiet"]):
        command = [sys.executable, "-m", "ruff", *words, "--no-cache", "--stdin-filename=new.py"]
        run = subprocess.run(
            [*command, "-"], cwd=root, input=text, capture_output=True, text=True, encoding="utf-8"
        )
        if run.returncode:
            raise Problem(f"ruff cannot read what would be written:\n{run.stderr}")
        text = run.stdout
    return text


def _add_inside(text, variable, kind, entry):
    for node in ast.parse(text).body:
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        names = [getattr(target, "id", None) for target in targets]
        if variable in names and isinstance(node.value, kind):
            # Columns are counted in bytes.
            lines = text.encode().splitlines(keepends=True)
            end = sum(map(len, lines[: node.value.end_lineno - 1])) + node.value.end_col_offset
            source = text.encode()
            inside = source[: end - 1].rstrip()
            comma = b"" if inside.endswith((b",", b"(", b"{")) else b","
            return (inside + comma + b"\n" + entry.encode() + b",\n" + source[end - 1 :]).decode()
    raise Problem(f"There is no {variable} to add to. Nothing was changed.")
