"""A new demo: a module with a pure function and a live figure, and its tests."""

from pathlib import Path

from .edits import tidy
from .names import checked_name
from .problems import Problem
from .templates import fill
from .transaction import Transaction

__all__ = ["add_demo", "new_demo"]


def new_demo(root: Path, name: str) -> list[str]:
    """Make a demo.

    Parameters
    ----------
    root : Path
    name : str
        Of the module in `course_lib.demos`, and of the function that makes the figure.

    Returns
    -------
    list of str
        What was made, and what to do next, in lines.
    """
    checked_name(name, "demo")
    with Transaction(root) as files:
        add_demo(files, name)
    return [
        f"course_lib/demos/{name}.py: a function from numbers to numbers, and the live figure",
        f"tests/demos/test_{name}.py: its tests, which pass",
        "",
        f"Show it in a notebook:  from course_lib.demos.{name} import {name}; {name}()",
        f"Test it:                python3 course.py test tests/demos/test_{name}.py",
        "Then put your own function, figure, alternative text, caption and tests in their places.",
        "A quiz can open it once it has a name in course_lib/practice/presets.py and in",
        "course_lib/demos/presets.py.",
    ]


def add_demo(files: Transaction, name: str) -> None:
    """Write the files of a demo."""
    if (files.root / "course_lib" / "demos" / name).exists():
        raise Problem(f"There is a folder course_lib/demos/{name} already. Choose another name.")
    files.create(f"course_lib/demos/{name}.py", tidy(fill("demo.py.txt", name=name), files.root))
    files.create(
        f"tests/demos/test_{name}.py", tidy(fill("test_demo.py.txt", name=name), files.root)
    )
