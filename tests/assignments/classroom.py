"""The folder of a class in a test."""

import copy
from pathlib import Path

import nbformat

from course_lib.practice.exercises import exercises

LESSON = 3
NAME = "lesson_03"


def cell(notebook, name):
    """The cell with an nbgrader id."""
    (found,) = [
        one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade_id") == name
    ]
    return found


class Classroom:
    """The folder of a class in a test."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def released(self):
        """The learner's notebook, as text, so that every sample begins with a fresh one."""
        path = self.folder / "release" / NAME / f"{NAME}.ipynb"
        return nbformat.read(path, as_version=4)

    def solved(self, **instead):
        """A notebook with the solutions, but for those given otherwise."""
        notebook = self.released()
        for item in exercises(LESSON):
            cell(notebook, item.id).source = instead.get(item.id, item.solution)
        return notebook

    def hand_in(self, student, notebook):
        """Put a notebook, or text, where submissions lie."""
        folder = self.folder / "submitted" / student / NAME
        folder.mkdir(parents=True, exist_ok=True)
        text = notebook if isinstance(notebook, str) else nbformat.writes(copy.deepcopy(notebook))
        (folder / f"{NAME}.ipynb").write_text(text, encoding="utf-8")
