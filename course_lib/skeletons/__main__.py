"""``python3 course.py new``: make the skeleton of a demo, an exercise or a lesson."""

import argparse
import signal
import sys
from pathlib import Path

import course_lib

from .demo import new_demo
from .exercise import new_exercise
from .lesson import new_lesson
from .problems import Problem

ROOT = Path(course_lib.__file__).resolve().parents[1]


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    made = argparse.ArgumentParser(
        prog="course.py new",
        description="Make a small demo, exercise or lesson that passes all tests, to be filled in.",
    )
    kinds = made.add_subparsers(dest="kind", required=True, metavar="demo|exercise|lesson")
    demo = kinds.add_parser("demo", help="a live figure and its tests")
    demo.add_argument("name", help="of the module and the function, e.g. two_hills")
    exercise = kinds.add_parser("exercise", help="an exercise in a lesson, with its check")
    exercise.add_argument("lesson", help="number or name, e.g. 4 or gradient_descent")
    exercise.add_argument("name", help="of the function to write, e.g. nesterov_step")
    lesson = kinds.add_parser("lesson", help="a notebook with all its parts")
    lesson.add_argument("word", metavar="NN_name", help="number and name, e.g. 13_attention")
    lesson.add_argument("title", help='in quotation marks, e.g. "Attention"')
    return made


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Make what is asked for; says what was made and what to do next.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the command line, unless given.
    root : Path
        The repository.

    Returns
    -------
    int
        The exit code: 0, or 1 if nothing was made.
    """
    wish = parser().parse_args(arguments)
    try:
        if not (root / "tests" / "notebooks" / "refresh.py").is_file():
            raise Problem(f"{root} is no copy of the whole course: its tests are missing.")
        if wish.kind == "demo":
            lines = new_demo(root, wish.name)
        elif wish.kind == "exercise":
            lines = new_exercise(root, wish.lesson, wish.name)
        else:
            lines = new_lesson(root, wish.word, wish.title)
    except Problem as problem:
        print(f"Nothing was made. {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; nothing was made.", file=sys.stderr)
        return 130
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    # Being told to end is an error like others: what was begun is taken back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
