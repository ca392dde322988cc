"""Make the folder of a class: source and release of each assignment, and nbgrader's settings."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat

from course_lib.practice.exercises import exercises

from .notebook import assignment_name, instructor_notebook, total_points
from .problem import Problem

__all__ = ["CONFIG", "course_folder", "lesson_numbers", "make", "nbgrader", "put_scripts_on_path"]

CONFIG = "nbgrader_config.py"
SIGN = "# nbgrader's settings for the assignments of How neural networks learn."
SETTINGS = f"""{SIGN}
# Change what you like; `python3 course.py assignments` never overwrites this file.
import os

from course_lib.assignments.preprocessors import GradeApart, KnownCells
from nbgrader import preprocessors as nbgrader_steps

c = get_config()
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
c.CourseDirectory.course_id = "how-neural-networks-learn"

# A learner's function is begun with three dots, as in the lessons.
c.ClearSolutions.code_stub = {{"python": "..."}}

# The learners' code runs in an isolated process, and the points are computed outside of it. Without
# these two lines nbgrader runs both in one kernel, with your rights.
c.Autograde.sanitize_preprocessors = [
    nbgrader_steps.ClearOutput,
    KnownCells,
    nbgrader_steps.DeduplicateIds,
    nbgrader_steps.OverwriteKernelspec,
    nbgrader_steps.OverwriteCells,
    nbgrader_steps.CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    GradeApart,
    nbgrader_steps.LimitOutput,
    nbgrader_steps.SaveAutoGrades,
    nbgrader_steps.AssignLatePenalties,
    nbgrader_steps.CheckCellMetadata,
]

# For `nbgrader zip_collect`: files named anna_lesson_03.ipynb.
c.FileNameCollectorPlugin.named_regexp = (
    r".*?(?P<student_id>[A-Za-z0-9][\\w.@-]*?)_(?P<file_id>lesson_\\d\\d)\\.ipynb$"
)
"""


def lesson_numbers(words=()):
    """Numbers of the lessons to make: those that are named, or all that have exercises.

    Raises
    ------
    Problem
        If there is no such lesson, or it has no exercises.
    """
    there = sorted({item.lesson for item in exercises()})
    numbers = []
    for word in words:
        number = int(word) if word.isdecimal() else None
        if number not in there:
            raise Problem(
                f"There is no lesson {word!r} with exercises. Those with exercises are "
                f"{', '.join(f'{n:02d}' for n in there)}; for example:  --lesson 03"
            )
        numbers.append(number)
    return sorted(set(numbers)) or there


def make(folder, numbers, *, force=False, say=print):
    """Make assignments in a folder.

    Parameters
    ----------
    folder : path
        New, empty, or made by this function before. What is handed in there and the gradebook are
        never touched.
    numbers : sequence of int
        Lessons.
    force : bool
        Make assignments anew that are there, with other hidden inputs.
    say : callable
        Takes a line for the person.

    Raises
    ------
    Problem
        If the folder holds something else, or an assignment is there and not to be made anew.
    """
    folder = Path(folder).absolute()
    _prepare(folder, numbers, force)
    for number in numbers:
        name = assignment_name(number)
        notebook = instructor_notebook(number)
        source = folder / "source" / name / f"{name}.ipynb"
        source.parent.mkdir(parents=True, exist_ok=True)
        temporary = source.with_suffix(".new")
        nbformat.write(notebook, temporary)
        os.replace(temporary, source)
        done = nbgrader(folder, "generate_assignment", name, "--force")
        if done.returncode:
            raise Problem(f"nbgrader could not make {name}. It said:\n{done.stdout[-2000:]}")
        say(f"{name}: {len(exercises(number))} exercises, {total_points(number)} points")


def _prepare(folder, numbers, force):
    if folder.exists() and not folder.is_dir():
        raise Problem(f"{folder} is a file. Name a folder:  --to class")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise Problem(
            f"{folder} holds other things, and nothing there is to be mixed up. Name a new folder."
        )
    there = [
        assignment_name(n) for n in numbers if (folder / "source" / assignment_name(n)).exists()
    ]
    if there and not force:
        raise Problem(
            f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} in {folder} already. With "
            f"--force the assignment is made anew, with other hidden inputs, and what you changed "
            f"in source and release is lost; what is handed in stays, and so does the gradebook."
        )
    try:
        # Solutions and hidden inputs lie in it: for nobody else's eyes.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / CONFIG).exists():
            (folder / CONFIG).write_text(SETTINGS, encoding="utf-8")
    except OSError as error:
        raise Problem(f"{folder} cannot be written: {error}. Name another folder.") from error


def _is_ours(folder):
    config = folder / CONFIG
    return config.is_file() and SIGN in config.read_text(encoding="utf-8", errors="replace")


def course_folder(folder):
    """The absolute path of a folder that `make` has made.

    Raises
    ------
    Problem
        If it is none.
    """
    folder = Path(folder).absolute()
    if not folder.is_dir():
        raise Problem(f"There is no folder {folder}.")
    if not _is_ours(folder) or not (folder / "source").is_dir():
        raise Problem(
            f"{folder} was not made by this program. First:  python3 course.py assignments "
            f"--to {folder}"
        )
    return folder


def put_scripts_on_path():
    """nbgrader starts `alembic`, which lies beside this Python, by its bare name."""
    scripts, path = sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = scripts + os.pathsep + path


def nbgrader(folder, *words):
    """Run an nbgrader command in a folder; its output is text, both streams together."""
    put_scripts_on_path()
    command = [sys.executable, "-m", "nbgrader", *words]
    return subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
