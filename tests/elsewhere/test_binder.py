"""Binder: what repo2docker makes of the repository, and its steps in an environment here."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
BINDER = ROOT / ".binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENTS = BINDER / "requirements.txt"
POST_BUILD = BINDER / "postBuild"

# Of the environment that repo2docker 2026.4.0 begins with, what the course also asks for.
BASE = {"jupyterlab": "4.4.9", "notebook": "7.4.7", "ipywidgets": "8.1.7", "ipykernel": "7.0.1"}


def test_binder_installs_what_the_package_depends_on_and_nothing_for_tests():
    lines = re.findall(r"^[^#\n].*", REQUIREMENTS.read_text(encoding="utf-8"), re.M)
    assert sorted(lines) == sorted(PROJECT["dependencies"])


def test_binders_python_is_one_that_the_package_allows():
    version = (BINDER / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert SpecifierSet(PROJECT["requires-python"]).contains(version)


def test_the_last_step_can_be_run_and_keeps_to_what_is_installed():
    text = POST_BUILD.read_text(encoding="utf-8")
    assert os.name == "nt" or os.access(POST_BUILD, os.X_OK)
    assert text.startswith("#!")
    assert "--no-deps" in text


@pytest.mark.parametrize("name", sorted(BASE))
def test_what_repo2docker_begins_with_is_kept(name):
    allowed = {one.name: one.specifier for one in map(Requirement, PROJECT["dependencies"])}
    assert allowed.get(name, SpecifierSet()).contains(BASE[name])


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The repository, as far as Binder needs it."""
    folder = tmp_path_factory.mktemp("binder") / "course"
    left_out = shutil.ignore_patterns("__pycache__", "*.egg-info", ".ipynb_checkpoints")
    for name in ("course_lib", "notebooks", ".binder", "LICENSES"):
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    for name in ("pyproject.toml", "README.md", "environment.yml", "LICENSE", "LICENSE-TEXT.md"):
        shutil.copy(ROOT / name, folder)
    return folder


def test_repo2docker_takes_the_folder_and_installs_packages_before_it_copies_the_course(
    make_environment, copy
):
    environment = make_environment("repo2docker")
    environment.pip_install("jupyter-repo2docker==2026.4.0")
    script = """
import sys
from repo2docker.app import Repo2Docker
app = Repo2Docker(repo=".", build=False, run=False)
for kind in app.buildpacks:
    pack = kind(app.base_image)
    pack.platform = "linux/amd64"
    if pack.detect():
        print("pack:", kind.__name__)
        print("python:", pack.python_version)
        print(pack.render())
        break
"""
    said = environment.run(environment.python, "-c", script, cwd=copy)
    assert "pack: PythonBuildPack\n" in said
    assert "python: 3.12\n" in said
    install, everything, last = (
        said.index(step)
        for step in (
            'pip install --no-cache-dir -r ".binder/requirements.txt"',
            " src/ ${REPO_DIR}/\n",
            "./.binder/postBuild",
        )
    )
    assert install < everything < last
    assert "env update" not in said  # environment.yml, with the tests' packages, is not used


def test_after_binders_steps_a_lesson_runs_and_jupyterlab_is_as_repo2docker_has_it(
    make_environment, copy, tmp_path
):
    environment = make_environment("learner")
    environment.pip_install(*(f"{name}=={version}" for name, version in BASE.items()))
    environment.pip_install("-r", str(copy / ".binder" / "requirements.txt"))
    environment.run("bash", ".binder/postBuild", cwd=copy)
    said = environment.run(environment.python, "-m", "pip", "list", "--format=freeze")
    for name, version in BASE.items():
        assert f"{name}=={version}\n" in said
    assert "pytest" not in said
    environment.run(environment.python, "-m", "pip", "check")
    found = environment.run_lessons("00", course=copy, COURSE_PROGRESS_DIR=str(tmp_path))
    assert found["00_start_here"]["errors"] == []
    assert found["00_start_here"]["warnings"] == []
    assert found["00_start_here"]["widgets"] >= 10
