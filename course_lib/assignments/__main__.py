"""The command line: `python3 course.py assignments …`."""

import argparse
import importlib.util
import sys

from .handing_in import grade_class
from .making import course_folder, lesson_numbers, make
from .problem import Problem

__all__ = ["main"]

DESCRIPTION = """Makes graded assignments of the course's exercises, and grades what comes back.

  course.py assignments --to class                 all lessons, in the folder class
  course.py assignments --lesson 03 --to class     one lesson
  course.py assignments grade class                grade what is in class/submitted

docs/assignments.md says the rest."""


def main(words):
    """Returns the exit code."""
    try:
        if importlib.util.find_spec("nbgrader") is None:
            raise Problem(
                "nbgrader is not installed here. `python3 course.py assignments` installs it; in "
                'an environment of your own:  pip install -e ".[assignments]"'
            )
        if words[:1] == ["grade"]:
            return _grade(words[1:])
        return _make(words)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


def _make(words):
    parser = argparse.ArgumentParser(
        prog="course.py assignments",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--lesson",
        action="append",
        default=[],
        help="e.g. 03; may be given again (default: all lessons)",
    )
    parser.add_argument("--to", required=True, metavar="DIR", help="folder of the class")
    parser.add_argument(
        "--force", action="store_true", help="make assignments anew that are there already"
    )
    options = parser.parse_args(words)
    numbers = lesson_numbers(options.lesson)
    make(options.to, numbers, force=options.force)
    folder = course_folder(options.to)
    print(f"\nHand out the notebooks in {folder / 'release'}.")
    print(f"Put what comes back into {folder / 'submitted'}, as anna/lesson_03/lesson_03.ipynb.")
    return 0


def _grade(words):
    parser = argparse.ArgumentParser(
        prog="course.py assignments grade",
        description="Grades what is in DIR/submitted, as NAME/lesson_03/lesson_03.ipynb, and "
        "writes feedback, grades.csv and results.csv into DIR.",
    )
    parser.add_argument("folder", metavar="DIR", help="folder of the class")
    parser.add_argument(
        "--lesson", action="append", default=[], help="only this one; may be given again"
    )
    parser.add_argument(
        "--again", action="store_true", help="also what was graded and has not changed since"
    )
    parser.add_argument(
        "--weak-isolation",
        action="store_true",
        help="grade even if the learners' code cannot be shut in well (see docs/assignments.md)",
    )
    options = parser.parse_args(words)
    folder = course_folder(options.folder)
    numbers = lesson_numbers(options.lesson) if options.lesson else None
    return grade_class(folder, numbers, again=options.again, weak_isolation=options.weak_isolation)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
