"""The notebook of an assignment, with solutions and hidden tests, as nbgrader takes it."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.practice.exercises import exercises
from course_lib.practice.lessons import lesson as find_lesson

from .hidden import draw_seed, points

__all__ = ["assignment_name", "instructor_notebook", "total_points"]

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
INTRODUCTION = """
# {title}: assignment

{count} exercises, {total} points in all. They are those of lesson {number:02d}, where each has a
worked example and hints.

- Write your function where the three dots are, and keep its name. NumPy is there as `np`; the
  course's own library is not when this is graded.
- The `check` below each function tries it on some inputs and names the slip, as in the lesson. Run
  it as often as you like; it gives no points.
- Points are given on inputs that are not shown here: all of them if your function is right; half if
  the formula is and only special inputs go wrong (numbers that overflow, whole numbers, an input
  that was changed); else none.
- What a notebook may do when it is graded is limited: no files, no network, no other programs, a
  few seconds for each function.
"""
SETUP = """import numpy as np

from course_lib.practice import check"""
TEST = """# {points} points, on inputs that are not shown.
### BEGIN HIDDEN TESTS
from course_lib.assignments import grade

grade("{name}", {name}, seed={seed}, points={points})
### END HIDDEN TESTS"""


def assignment_name(number):
    """As in the folders, e.g. "lesson_03"."""
    return f"lesson_{number:02d}"


def total_points(number):
    """All points of a lesson's assignment."""
    return sum(points(item) for item in exercises(number))


def instructor_notebook(number):
    """The notebook of a lesson's exercises, with new hidden inputs.

    Parameters
    ----------
    number : int
        Of the lesson.

    Returns
    -------
    nbformat.NotebookNode
    """
    items = exercises(number)
    introduction = INTRODUCTION.format(
        title=find_lesson(number).title, count=len(items), total=total_points(number), number=number
    )
    cells = [
        _cell("introduction", introduction.strip(), new_markdown_cell, locked=True),
        _cell("setup", SETUP, new_code_cell, locked=True),
    ]
    for item in items:
        cells += _cells_of(item)
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def _cells_of(item):
    worth = points(item)
    statement = f"## {item.title} ({worth} points)\n\n{item.statement.strip()}"
    check = f'check("{item.id}", {item.id})'
    test = TEST.format(points=worth, name=item.id, seed=draw_seed(item))
    return [
        _cell(f"task-{item.id}", statement, new_markdown_cell, locked=True),
        _cell(item.id, _marked_solution(item), new_code_cell, solution=True),
        _cell(f"check-{item.id}", check, new_code_cell, locked=True),
        _cell(f"test-{item.id}", test, new_code_cell, locked=True, grade=True, points=worth),
    ]


def _marked_solution(item):
    """The solution, in which nbgrader finds what to take out so that the stub is left."""
    lines = item.solution.splitlines()
    kept = len(item.stub.splitlines()) - 1
    begin, end = "    ### BEGIN SOLUTION", "    ### END SOLUTION"
    return "\n".join([*lines[:kept], begin, *lines[kept:], end])


def _cell(name, source, new, **role):
    mark = {"grade_id": name, "grade": False, "solution": False, "locked": False, "task": False}
    metadata = {"nbgrader": {**mark, "schema_version": 3, **role}}
    if role.get("locked"):
        metadata |= {"deletable": False, "editable": False}
    return new(source, metadata=metadata, id=name.replace("_", "-")[:64])
