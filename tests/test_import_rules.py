"""Imports go one way, so that each part can be read, tested and used without the later ones."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "course_lib"

# What each part may import of the course, and of other packages beside the standard library.
RULES = {
    "nn": (set(), {"numpy"}),
    "data": (set(), {"numpy"}),
    "live": (set(), {"numpy", "matplotlib", "anywidget", "traitlets", "ipywidgets", "IPython"}),
    "demos": (
        {"nn", "data", "live"},
        {"numpy", "matplotlib", "anywidget", "traitlets", "ipywidgets", "IPython", "PIL", "tqdm"}
        | {"threadpoolctl"},
    ),
    # Only making and grading need nbgrader; every other module works without it.
    "assignments": ({"practice"}, {"numpy", "nbformat", "nbconvert", "traitlets", "nbgrader"}),
    # Runs the notebooks, so it may know every part; Sphinx is a program that it calls.
    "site": (
        {"demos", "live", "practice"},
        {"numpy", "PIL", "IPython", "nbformat", "nbclient", "traitlets"},
    ),
    # They write files beside the package; what they write imports the rest.
    "skeletons": ({"practice"}, set()),
    "practice": (
        {"nn", "data", "live"},
        {"numpy", "matplotlib", "anywidget", "ipywidgets", "traitlets", "IPython", "platformdirs"},
    ),
}
NOTEBOOKS = {"course_lib", "numpy", "matplotlib"}
# Of commands of course.py that run a part of the course.
EXTRAS_OF_PARTS = ("assignments", "site")
# Where a package has another name than its module.
DISTRIBUTIONS = {"PIL": "pillow"}
# The longest code a cell may hold, in lines without comments: more is helper code for the package.
LONGEST_FUNCTION = 15
LONGEST_CELL = 30


def parts():
    return sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


def modules():
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def imported(tree, package=()):
    """Full names of all modules that are imported anywhere in the tree, also within functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join([*base, *([node.module] if node.module else [])])
            # `from course_lib import nn` and `from .. import nn` name a part, too.
            yield from (f"{name}.{alias.name}" for alias in node.names)


def foreign(names):
    """The first names of modules that are neither the course's nor Python's."""
    first = {name.partition(".")[0] for name in names}
    return first - set(sys.stdlib_module_names) - {"course_lib"}


def imports_of(path):
    package = path.relative_to(ROOT).parent.parts
    return set(imported(ast.parse(path.read_text(encoding="utf-8")), package))


def test_every_part_has_a_rule():
    assert set(parts()) <= set(RULES)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_what_its_part_may(path):
    relative = path.relative_to(PACKAGE).parts
    if len(relative) == 1:
        assert not imports_of(path), "course_lib/__init__.py stays empty"
        return
    part = relative[0]
    of_course, of_others = RULES[part]
    names = imports_of(path)
    inner = {name.split(".")[1] for name in names if name.startswith("course_lib.")}
    assert inner & set(parts()) <= of_course | {part}
    assert foreign(names) <= of_others


def test_the_rules_see_every_form_of_import():
    code = """
import os, numpy.linalg as la
from course_lib import nn
from course_lib.data import batches
from . import sibling
from .. import live
from ..practice.store import Progress
def late():
    import torch
"""
    found = set(imported(ast.parse(code), ("course_lib", "demos")))
    assert found == {
        "os",
        "numpy.linalg",
        "course_lib.nn",
        "course_lib.data.batches",
        "course_lib.demos.sibling",
        "course_lib.live",
        "course_lib.practice.store.Progress",
        "torch",
    }
    assert foreign(found) == {"numpy", "torch"}


@pytest.mark.parametrize("part", ["nn", "data"])
def test_the_mathematics_loads_numpy_and_nothing_else(part):
    """Measured in a fresh Python, where nothing is loaded yet."""
    code = (
        "import sys, numpy\n"
        "before = set(sys.modules)\n"
        f"import course_lib.{part}\n"
        # Cython makes modules that come from no file.
        "for name in set(sys.modules) - before:\n"
        "    if getattr(sys.modules[name], '__file__', None):\n"
        "        print(name)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    assert "course_lib" in loaded
    assert foreign(loaded) <= {"numpy"}


def test_every_package_that_the_course_imports_is_declared_or_certain_to_come_along():
    """Certain: a declared package itself requires it, without condition."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {Requirement(line).name for line in project["dependencies"]}
    for name in list(names):
        for line in importlib.metadata.requires(name) or ():
            if Requirement(line).marker is None:
                names.add(Requirement(line).name)
    # Parts that a command of course.py runs, which installs their extra first.
    for extra in EXTRAS_OF_PARTS:
        lines = project["optional-dependencies"][extra]
        names |= {Requirement(line).name for line in lines}
    names = {name.lower() for name in names}
    found = set()
    for path in modules():
        found |= foreign(imports_of(path))
    assert {DISTRIBUTIONS.get(name, name).lower() for name in found} <= names


def code_of(cell):
    """The cell's Python, without IPython's own commands."""
    return re.sub(r"^\s*[%!].*$", "pass", cell.source, flags=re.M)


def notebook_cells():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in nbformat.v4.reads(path.read_text(encoding="utf-8")).cells:
            if cell.cell_type == "code":
                yield pytest.param(ast.parse(code_of(cell)), id=f"{path.stem}-{cell.id}")


@pytest.mark.parametrize("tree", list(notebook_cells()))
def test_a_notebook_imports_only_the_course_numpy_and_matplotlib(tree):
    names = set(imported(tree))
    assert {name.partition(".")[0] for name in names} <= NOTEBOOKS
    assert not any(name.endswith(".*") for name in names), "star imports hide where names are from"
    private = [name for name in names if re.search(r"\._[a-z]", name)]
    assert not private


def lines_of_code(node):
    """Without comments and the docstring: unparsed, a statement is a line."""
    body = node.body
    if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
        body = body[1:]
    return sum(len(ast.unparse(statement).splitlines()) for statement in body)


@pytest.mark.parametrize("tree", list(notebook_cells()))
def test_a_notebook_holds_short_code_and_no_helpers(tree):
    assert lines_of_code(tree) <= LONGEST_CELL
    for node in ast.walk(tree):
        assert not isinstance(node, ast.AsyncFunctionDef)
        if isinstance(node, ast.FunctionDef):
            assert lines_of_code(node) <= LONGEST_FUNCTION, node.name
