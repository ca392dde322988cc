"""JupyterLite: the course without threads, processes and locks; and the build of docs/elsewhere.md.

Pyodide's NumPy and matplotlib cannot be had here; docs/elsewhere.md says what that leaves untested.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LESSONS = ("00_start_here", "03_backpropagation", "10_train_mnist")
PAGE = ROOT / "docs" / "elsewhere.md"


def as_in_pyodide(*words, folder):
    variables = os.environ | {"COURSE_PROGRESS_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *words], env=variables, capture_output=True, text=True, timeout=300
    )


def test_lessons_run_where_no_thread_no_process_and_no_lock_is_to_be_had(tmp_path):
    files = [str(ROOT / "notebooks" / f"{name}.ipynb") for name in LESSONS]
    done = as_in_pyodide(str(HERE / "as_in_pyodide.py"), *files, folder=tmp_path)
    assert done.stdout.splitlines()[-1:] == ["all cells ran"], done.stdout + done.stderr


def test_there_an_exercise_is_checked_and_progress_is_kept(tmp_path):
    code = f"""
import sys
sys.path.insert(0, {str(HERE)!r})
from as_in_pyodide import become_like_pyodide
become_like_pyodide()
import threading
from course_lib.practice import check, file_lock, progress
assert file_lock.fcntl is None and file_lock.msvcrt is None
try:
    threading.Thread(target=print).start()
except RuntimeError:
    print("no threads")
print(check("mse_gradient", lambda prediction, target: 2 * (prediction - target)).passed)
progress().record("note", text="kept")
print(progress().path.exists(), len(progress().events) > 1)
"""
    done = as_in_pyodide("-c", code, folder=tmp_path)
    assert done.stdout.splitlines() == ["no threads", "False", "True True"], (
        done.stdout + done.stderr
    )


def commands():
    """What the page says to type to build the site, line by line."""
    section = PAGE.read_text(encoding="utf-8").split("\n## JupyterLite", 1)[1]
    return re.search(r"```\n(.*?)```", section, re.S)[1].strip().splitlines()


def test_the_pages_commands_build_a_site_with_the_lessons_the_package_and_its_widgets(
    make_environment, tmp_path
):
    course = tmp_path / "course"
    left_out = shutil.ignore_patterns("__pycache__", "*.egg-info", ".ipynb_checkpoints")
    for name in ("course_lib", "notebooks", "LICENSES"):
        shutil.copytree(ROOT / name, course / name, ignore=left_out)
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT.md"):
        shutil.copy(ROOT / name, course)
    environment = make_environment("lite")
    for line in commands():
        environment.run("bash", "-c", line, cwd=course)
    site = course / "lite"
    names = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.name for path in (site / "files").glob("*.ipynb")} == names
    (wheel,) = (site / "pypi").glob("how_neural_networks_learn-*.whl")
    known = json.loads((site / "pypi" / "all.json").read_text(encoding="utf-8"))
    assert wheel.name in json.dumps(known["how-neural-networks-learn"])
    settings = json.loads((site / "jupyter-lite.json").read_text(encoding="utf-8"))
    extensions = {one["name"] for one in settings["jupyter-config-data"]["federated_extensions"]}
    assert extensions >= {
        "@jupyter-widgets/jupyterlab-manager",
        "anywidget",
        "@jupyterlite/pyodide-kernel-extension",
    }


def test_the_page_gives_the_cell_that_installs_what_the_course_imports():
    section = PAGE.read_text(encoding="utf-8").split("\n## JupyterLite", 1)[1]
    first, second = re.findall(r"^%pip install .*", section, re.M)[:2]
    wanted = ("numpy", "matplotlib", "ipywidgets", "anywidget", "tqdm", "threadpoolctl")
    assert all(name in first.split() for name in (*wanted, "platformdirs"))
    assert second.split()[2:] == ["-q", "--no-deps", "how-neural-networks-learn"]


@pytest.mark.parametrize("name", ["fcntl", "msvcrt"])
def test_the_stand_in_for_pyodide_lacks_a_module(name, tmp_path):
    code = f"""
import sys
sys.path.insert(0, {str(HERE)!r})
from as_in_pyodide import become_like_pyodide
become_like_pyodide()
import {name}
"""
    assert "ModuleNotFoundError" in as_in_pyodide("-c", code, folder=tmp_path).stderr
