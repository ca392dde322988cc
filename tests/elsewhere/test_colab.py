"""Colab: the course with the packages that a new Colab notebook brings.

Colab itself cannot be had here; docs/elsewhere.md says what that leaves untested.
"""

import ast
import re
import sys
import types
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course_lib.live import LiveFigure, Slider
from course_lib.practice import predict

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGES = HERE / "colab_packages.txt"
RECORDED = PACKAGES.read_text(encoding="utf-8")
VERSIONS = {
    canonicalize_name(one.name): next(iter(one.specifier)).version
    for one in map(Requirement, re.findall(r"^[^#\n].*", RECORDED, re.M))
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEPENDENCIES = {
    canonicalize_name(one.name): one.specifier for one in map(Requirement, PROJECT["dependencies"])
}
# Their upper parts are Colab's own: no JupyterLab, and a kernel and ipywidgets of their choice.
COLABS_OWN = {"jupyterlab", "ipykernel", "ipywidgets"}
# What notebooks use, in course_lib; what makes the site, the hub and the assignments is no part.
PARTS = ("nn", "data", "live", "demos", "practice")
WIDGET = "application/vnd.jupyter.widget-view+json"
MANAGER = "https://example.org/manager.js"


def imported():
    """Modules that the parts of the course import, by their first name."""
    names = set()
    for part in PARTS:
        for path in (ROOT / "course_lib" / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names.add(node.module.split(".")[0])
    return {name.lower() for name in names - sys.stdlib_module_names - {"course_lib"}} - {"pil"}


def test_colab_has_every_package_that_the_course_imports():
    assert imported() >= {"numpy", "matplotlib", "anywidget"}
    assert imported() - set(VERSIONS) == set()


@pytest.mark.parametrize("name", sorted(set(DEPENDENCIES) - COLABS_OWN))
def test_colabs_version_is_one_that_the_course_allows(name):
    assert DEPENDENCIES[name].contains(VERSIONS[name]), VERSIONS[name]


def test_colabs_python_is_one_that_the_course_allows():
    (version,) = re.findall(r"Python ([\d.]+)", RECORDED)
    from packaging.specifiers import SpecifierSet

    assert SpecifierSet(PROJECT["requires-python"]).contains(version)


def test_the_page_gives_the_cell_that_installs_the_course_and_leaves_colabs_packages_alone():
    page = (ROOT / "docs" / "elsewhere.md").read_text(encoding="utf-8")
    section = page.split("\n## Colab", 1)[1].split("\n## ", 1)[0]
    cell = re.findall(r"^%pip install .*", section, re.M)[0]
    assert "--no-deps" in cell
    assert "git+https://" in cell
    for package in ("numpy", "matplotlib", "ipywidgets", "anywidget"):
        assert VERSIONS[package] in section


def make_figure():
    figure, ax = plt.subplots()
    (line,) = ax.plot([], [], animated=True)
    return LiveFigure(figure, lambda x: line.set_data([0, x], [0, 1]), x=Slider(0, 1))


@pytest.mark.parametrize(
    "make", [make_figure, lambda: predict("loss_at_the_high_rate")], ids=["figure", "card"]
)
def test_in_colab_an_output_names_the_manager_that_shows_its_widget(make, monkeypatch):
    """anywidget asks Colab for it, and what the course adds to an output must not lose it."""
    from anywidget import _util

    output = types.ModuleType("google.colab.output")
    output.asked = 0
    output._widgets = types.SimpleNamespace(_installed_url=MANAGER)

    def enable_custom_widget_manager():
        output.asked += 1

    output.enable_custom_widget_manager = enable_custom_widget_manager
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    _util.enable_custom_widget_manager_once.cache_clear()
    shown = make()
    try:
        data, metadata = shown._repr_mimebundle_()
        assert WIDGET in data
        assert metadata[WIDGET]["colab"]["custom_widget_manager"]["url"] == MANAGER
        assert output.asked == 1
    finally:
        shown.close()
        _util.enable_custom_widget_manager_once.cache_clear()


def test_lessons_run_with_colabs_packages(make_environment, tmp_path):
    environment = make_environment("colab")
    environment.pip_install("-r", str(PACKAGES))
    came_out = environment.run_lessons(
        "00", "04", PYTHONPATH=str(ROOT), COURSE_PROGRESS_DIR=str(tmp_path)
    )
    for lesson, found in came_out.items():
        assert found["errors"] == [], lesson
        assert found["warnings"] == [], lesson
        assert found["widgets"] >= 10, lesson
