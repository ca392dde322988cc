"""The course's part in `nbgrader autograde`: nbgrader keeps the books, this computes the points.

`KnownCells` puts every cell that carries points back as the teacher made it, whatever was done to
the submission. `GradeApart` replaces nbgrader's `Execute`: instead of one kernel in which the
learner's code and the tests meet, the learner's cells run in an isolated process, and the points
are computed in this one. nbgrader's own steps then read the points from the outputs.
"""

import ast

from nbconvert.preprocessors import Preprocessor
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from traitlets import Bool, Float

from course_lib.practice.exercises import exercise as find_exercise

from .grading import judge
from .sandbox import ISOLATION, Died, strongest_isolation
from .session import Session

__all__ = ["GradeApart", "KnownCells", "hidden_test"]

WEAK = (
    "The learners' code cannot be shut in well enough on this computer: only {isolation!r} works, "
    "that is {what}. On Linux install bubblewrap (Debian and Ubuntu: sudo apt install bubblewrap). "
    "docs/assignments.md tells what else helps. If you know and trust everybody whose notebooks "
    "you grade, add --weak-isolation to the command, or set c.GradeApart.weak_isolation = True in "
    "nbgrader_config.py."
)


class KnownCells(Preprocessor):
    """Trust no mark in a submission: take each cell's role and points from the gradebook.

    Marks that the gradebook does not know are removed, and cells with points that are missing are
    put at the end. Of two cells with one mark the last keeps it. HTML that the learner wrote is
    escaped: a script in it would run in the browser of whoever reads the feedback.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess(self, notebook, resources):
        from nbgrader.api import Gradebook

        place = resources["nbgrader"]
        with Gradebook(place["db_url"]) as gradebook:
            known = gradebook.find_notebook(place["notebook"], place["assignment"])
            points = {cell.name: cell.max_score for cell in known.grade_cells}
            solutions = {cell.name for cell in known.solution_cells}
            cells = {
                cell.name: (cell, _mark(cell, points.get(cell.name), cell.name in solutions))
                for cell in known.source_cells
            }
            seen, harmless = set(), SanitizeHTML()
            for cell in reversed(notebook.cells):
                mark = cell.metadata.pop("nbgrader", None)
                name = mark.get("grade_id") if isinstance(mark, dict) else None
                if isinstance(name, str) and name in cells and name not in seen:
                    seen.add(name)
                    cell.metadata["nbgrader"] = dict(cells[name][1])
                elif cell.cell_type != "code":
                    cell.source = harmless.sanitize_html_tags(cell.source)
                    cell.pop("attachments", None)
            for name, (source, mark) in cells.items():
                if name not in seen and mark["grade"]:
                    new = new_code_cell if source.cell_type == "code" else new_markdown_cell
                    text = "" if mark["solution"] else source.source
                    notebook.cells.append(new(text, metadata={"nbgrader": dict(mark)}))
        return notebook, resources


def _mark(cell, points, solution):
    """nbgrader's metadata of a cell."""
    mark = {
        "grade_id": cell.name,
        "cell_type": cell.cell_type,
        "checksum": cell.checksum,
        "grade": points is not None,
        "solution": solution,
        "locked": bool(cell.locked),
        "task": False,
        "schema_version": 3,
    }
    if points is not None:
        mark["points"] = points
    return mark


class GradeApart(Preprocessor):
    """Run a submission in an isolated process and write the points into its test cells."""

    enabled = Bool(True).tag(config=True)
    weak_isolation = Bool(False, help="Grade even where learners' code is not well shut in.").tag(
        config=True
    )
    call_seconds = Float(5.0, help="For one call of a learner's function.").tag(config=True)
    cell_seconds = Float(10.0, help="For one cell.").tag(config=True)
    notebook_seconds = Float(120.0, help="For all of a notebook.").tag(config=True)

    _isolation = None

    def isolation(self):
        """The isolation to use; refuses one that is too weak."""
        if GradeApart._isolation is None:
            GradeApart._isolation = strongest_isolation()
        found = GradeApart._isolation
        if found != "bubblewrap" and not self.weak_isolation:
            raise RuntimeError(WEAK.format(isolation=found, what=ISOLATION[found]))
        return found

    def preprocess(self, notebook, resources):
        session = Session(
            self.isolation(), seconds=self.notebook_seconds, cell_seconds=self.cell_seconds
        )
        with session:
            troubles = {}
            for cell in notebook.cells:
                if cell.cell_type != "code":
                    continue
                mark = cell.metadata.get("nbgrader", {})
                test = hidden_test(cell.source) if mark.get("grade") else None
                if test is None:
                    trouble = session.run(cell.source)
                    cell.outputs = _outputs_of_cell(trouble)
                    troubles[mark.get("grade_id")] = trouble
                else:
                    name, seed = test
                    trouble = troubles.get(name, "")
                    cell.outputs = self.graded(session, name, seed, mark["points"], trouble)
        return notebook, resources

    def graded(self, session, name, seed, points, trouble):
        """Outputs of a test cell; nbgrader reads the points from them."""
        try:
            function = session.function(name)
        except Died as death:
            return _no_points(name, f"{death} {trouble}".strip())
        if function is None:
            why = trouble or "Was it renamed, or its cell deleted?"
            return _no_points(name, f"There is no function `{name}`. {why}")
        verdict = judge(name, seed, points, function, call=session.call, timeout=self.call_seconds)
        if not verdict.points:
            return _no_points(name, str(verdict.result), verdict.result.title)
        text = new_output("stream", name="stdout", text=f"{verdict}\n")
        data = {"text/plain": f"{verdict.points:g}"}
        return [text, new_output("execute_result", data=data, execution_count=None)]


def hidden_test(source):
    """(exercise, seed) of a test cell that the course made; None for another cell."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "grade":
            try:
                name = ast.literal_eval(node.args[0])
                seed = {k.arg: ast.literal_eval(k.value) for k in node.keywords}["seed"]
                find_exercise(name)
            except (IndexError, KeyError, ValueError):
                return None
            return name, seed
    return None


def _outputs_of_cell(trouble):
    return [_error("error", trouble)] if trouble else []


def _no_points(name, text, title=None):
    """An error, to nbgrader no points; its value is the finding in one line."""
    return [_error(title or text.splitlines()[0], f"0 points\n{text}", name)]


def _error(value, text, name="cell"):
    return new_output("error", ename=name, evalue=value, traceback=text.splitlines())
