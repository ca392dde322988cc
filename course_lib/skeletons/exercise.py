"""A new exercise in a lesson that is there: its module's entry, and its cells in the notebook."""

import ast
from pathlib import Path

from .edits import add_before, add_to_tuple, tidy
from .names import checked_name, find_lesson, is_taken
from .notebooks import exercise_cells, insert_before_summary, run
from .problems import Problem
from .templates import fill
from .transaction import Transaction

__all__ = ["exercise_source", "new_exercise", "reference_of"]

NAMES = (
    ("from ..exercise import", "Exercise, Slip, central_differences"),
    ("from .common import", "batch_cases, numbers, scaled, sign_flipped"),
)


def new_exercise(root: Path, lesson: str, name: str) -> list[str]:
    """Make an exercise.

    Parameters
    ----------
    root : Path
    lesson : str
        Number or name of a lesson that has exercises.
    name : str
        Of the function that the learner writes, and of the exercise.

    Returns
    -------
    list of str
        What was made, and what to do next, in lines.
    """
    item = find_lesson(lesson)
    module = f"course_lib/practice/exercises/{item.name}.py"
    if not (root / module).is_file():
        raise Problem(
            f"Lesson {item.number:02} has no exercises and no module {module}. Choose a "
            "lesson from 0 to 10, or one that you have made."
        )
    checked_name(name, "exercise")
    if is_taken(name):
        raise Problem(f"There is an exercise {name} already. Choose another name.")
    source = exercise_source(name, item.number)
    stem = item.file.removesuffix(".ipynb")
    with Transaction(root) as files:
        if name in _names_in(files.read(module)):
            raise Problem(f"{module} uses the name {name} already. Choose another one.")
        files.change(module, lambda text: tidy(_added(text, name, source), root))
        files.change(
            f"notebooks/{item.file}",
            lambda text: insert_before_summary(
                text, lambda sources: exercise_cells(name, reference_of(source), sources)
            ),
        )
        print(f"Running {stem} …", flush=True)
        run(root, stem)
    return [
        f"{module}: the answer, slips, hints and a worked example of {name}",
        f"notebooks/{item.file}: the card and the cell to write in, before the summary",
        "",
        f"Test it:  python3 course.py test tests/practice -k {name}",
        "Then write your own: the right answer first, then each slip as the code that makes it.",
        "After a change of the answer's docstring, change the cell in the notebook, too, and run",
        f"          python3 course.py refresh {stem}",
    ]


def exercise_source(name: str, number: int) -> str:
    """Python source of the exercise."""
    return fill("exercise.py.txt", name=name, NAME=name.upper(), number=number)


def reference_of(source: str) -> str:
    """Source of the right answer, which comes first."""
    return source.partition("\n\n\n")[0] + "\n"


def _added(text, name, source):
    text = add_before(text, r"^EXERCISES = \(", source + "\n\n")
    text = add_to_tuple(text, "EXERCISES", name.upper())
    # Imported once more; ruff joins what is imported twice.
    where = r"^from \.\.exercise import"
    lines = "".join(f"{head} {names}\n" for head, names in NAMES)
    return add_before(text, where, lines)


def _names_in(text):
    """Names that the module uses, in small and in capital letters."""
    nodes = list(ast.walk(ast.parse(text)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    names |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    return {name.lower() for name in names}
