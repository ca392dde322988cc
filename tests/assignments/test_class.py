"""A class is graded with nbgrader's own commands: right, wrong, hostile, empty and broken work."""

import copy
import csv
import hashlib
import shutil
import subprocess
import sys
import time

import nbformat
import pytest
from classroom import LESSON, NAME, Classroom, cell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from course_lib.assignments import handing_in, making
from course_lib.assignments.__main__ import main
from course_lib.assignments.hidden import points
from course_lib.assignments.notebook import instructor_notebook, total_points
from course_lib.assignments.problem import Problem
from course_lib.practice.exercises import exercise, exercises

HEAD = "def dense_backward(grad_output, x, W):\n"
RIGHT = exercise("dense_backward").solution
ALL, REST = 24, 20  # all points, and those without the 4 of dense_backward
SHORT = "c.GradeApart.call_seconds = c.GradeApart.cell_seconds = 1.0\n"


# What a learner writes into the cell of dense_backward, with all else right.
CELLS = {
    "right": RIGHT,
    "slip": HEAD + "    return grad_output @ W.T, x.T @ grad_output, grad_output.sum(axis=1)\n",
    "endless_function": HEAD + "    while True:\n        pass\n",
    "endless_cell": "while True:\n    pass\n",
    "ends_python": HEAD + "    import os\n    os._exit(0)\n",
    "exits": "import sys\nsys.exit()\n" + RIGHT,
    "reads": HEAD + "    return open('/etc/passwd').read()\n",
    "forks": HEAD + "    import os\n    while True:\n        os.fork()\n",
    "hog": HEAD + "    return [bytearray(10**10) for _ in range(100)]\n",
    "syntax": "def dense_backward(grad_output, x, W)\n    return 1\n",
    "renamed": RIGHT.replace("dense_backward", "my_backward"),
}
FOUND = {
    "slip": "bias summed over the wrong axis",
    "endless_function": "it does not come back",
    "endless_cell": "had not come back",
    "ends_python": "it stops with SystemExit",
    "exits": "tries to end Python",
    "reads": "it stops with PermissionError",
    "forks": "it stops with PermissionError",
    "hog": "MemoryError",
    "syntax": "SyntaxError",
    "renamed": "renamed",
}
# What a learner puts before an empty notebook.
FIRST = {
    "replaces_numpy": "import numpy as np\nnp.allclose = np.array_equal = lambda *a, **k: True",
    "replaces_grader": "import sys, types\nfake = types.ModuleType('course_lib.assignments')\n"
    "fake.grade = lambda *a, **k: k['points']\nsys.modules['course_lib.assignments'] = fake\n"
    "import builtins\nbuiltins.AssertionError = ZeroDivisionError",
    "prints_score": "print('24 of 24 points')\n24",
    "looks_around": "import glob\nprint(glob.glob('../**/*.ipynb', recursive=True))",
}


def hand_in_everything(room):
    for student, source in CELLS.items():
        room.hand_in(student, room.solved(dense_backward=source))
    room.hand_in("empty", room.released())
    for student, source in FIRST.items():
        notebook = room.released()
        notebook.cells.insert(0, new_code_cell(source))
        room.hand_in(student, notebook)
    marks = room.released()
    for one in marks.cells:
        if one.metadata.nbgrader["grade"]:
            one.source, one.metadata.nbgrader["points"] = "1000", 1000
            one.outputs = [new_output("execute_result", {"text/plain": "24"}, execution_count=1)]
    forged = {"grade_id": "bonus", "grade": True, "points": 100, "solution": False}
    marks.cells.append(new_code_cell("24", metadata={"nbgrader": forged}))
    room.hand_in("forges_marks", marks)
    no_tests = room.solved()
    no_tests.cells = [one for one in no_tests.cells if not one.metadata.nbgrader["grade"]]
    room.hand_in("deleted_tests", no_tests)
    nothing = room.released()
    nothing.cells = []
    room.hand_in("deleted_all", nothing)
    twice = room.solved()
    again = copy.deepcopy(cell(twice, "dense_backward"))
    again.id = "copied"
    twice.cells.insert(0, again)
    twice.cells.insert(0, new_markdown_cell("<script>alert(1)</script> a < b"))
    room.hand_in("copied_a_cell", twice)
    room.hand_in("damaged", '{"cells": [')
    room.hand_in("misnamed", room.solved())
    misnamed = room.folder / "submitted" / "misnamed"
    (misnamed / NAME / f"{NAME}.ipynb").rename(misnamed / NAME / f"{NAME} (1).ipynb")
    shutil.copytree(misnamed / NAME, room.folder / "submitted" / "elsewhere" / "lesson3")
    link = room.folder / "submitted" / "link" / NAME
    link.mkdir(parents=True)
    (link / f"{NAME}.ipynb").symlink_to(room.folder / "source" / NAME / f"{NAME}.ipynb")


POINTS = {
    **dict.fromkeys(CELLS, REST),
    **dict.fromkeys(FIRST, 0),
    "right": ALL,
    "exits": REST,
    "empty": 0,
    "forges_marks": 0,
    "deleted_tests": ALL,
    "deleted_all": 0,
    "copied_a_cell": ALL,
    "damaged": 0,
    "misnamed": 0,
    "link": 0,
}


def digests(folder):
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def room(nbgrader, isolation, tmp_path_factory):
    """The class after the real commands have made and graded."""
    folder = tmp_path_factory.mktemp("class")
    room = Classroom(folder / "class")
    command = [sys.executable, "-m", "course_lib.assignments"]
    made = subprocess.run(
        [*command, "--lesson", "03", "--to", str(room.folder)], capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    assert f"{NAME}: 6 exercises, {ALL} points" in made.stdout
    with open(room.folder / making.CONFIG, "a", encoding="utf-8") as config:
        config.write(SHORT)
    hand_in_everything(room)
    room.before, start = digests(room.folder / "submitted"), time.monotonic()
    room.graded = subprocess.run(
        [*command, "grade", str(room.folder)], capture_output=True, text=True, timeout=250
    )
    room.seconds = time.monotonic() - start
    with open(room.folder / "results.csv", newline="", encoding="utf-8") as file:
        room.rows = list(csv.DictReader(file))
    return room


def test_each_submission_gets_its_points_and_no_more(room):
    got = dict.fromkeys(POINTS, 0.0)
    for row in room.rows:
        got[row["student"]] += float(row["points"])
    assert got == POINTS


def test_the_totals_in_nbgraders_export_are_the_same(room):
    with open(room.folder / "grades.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["student_id"]: float(row["score"]) for row in rows} == POINTS
    assert {float(row["max_score"]) for row in rows} == {ALL}


def test_points_are_lost_exactly_where_something_is_wrong_and_it_is_named(room):
    for row in room.rows:
        if row["student"] in FOUND:
            if row["exercise"] == "dense_backward":
                assert float(row["points"]) == 0
                assert FOUND[row["student"]] in row["finding"], row
            else:
                assert row["points"] == row["most"], row
        if row["student"] in ("empty", "deleted_all"):
            assert float(row["points"]) == 0


def test_the_feedback_names_the_slip_and_holds_no_script(room):
    page = room.folder / "feedback" / "slip" / NAME / f"{NAME}.html"
    assert "bias summed over the wrong axis" in page.read_text(encoding="utf-8")
    page = room.folder / "feedback" / "copied_a_cell" / NAME / f"{NAME}.html"
    assert "<script>alert(1)" not in page.read_text(encoding="utf-8")


def test_what_cannot_be_read_is_reported_and_no_submission_is_changed(room):
    assert room.graded.returncode == 1
    lines = {line.split()[0]: line for line in room.graded.stdout.splitlines() if line[:2] == "  "}
    assert "no notebook, or damaged" in lines["damaged"]
    assert "a link to another place" in lines["link"]
    assert f"there is no {NAME}.ipynb, but {NAME} (1).ipynb: is that it?" in lines["misnamed"]
    assert digests(room.folder / "submitted") == room.before
    assert "Traceback" not in room.graded.stderr


def test_what_lies_in_the_wrong_place_is_named_and_not_passed_over(room, tmp_path):
    _, found, end = room.graded.stdout.partition("does not lie where a submission does")
    assert found
    assert end.splitlines()[1:] == [f"  {room.folder / 'submitted' / 'elsewhere' / 'lesson3'}"]
    folder = tmp_path / "class"
    (folder / "source" / NAME).mkdir(parents=True)
    (folder / "submitted").mkdir()
    (folder / "submitted" / "anna_lesson_03.ipynb").touch()
    (folder / "submitted" / ".DS_Store").touch()
    with pytest.raises(Problem, match=r"place is left aside: anna_lesson_03\.ipynb\.$"):
        handing_in.grade_class(folder)


def test_grading_again_grades_only_what_has_changed(room):
    room.hand_in("empty", room.solved())
    said = []
    handing_in.grade_class(room.folder, [LESSON], say=said.append)
    assert f"{NAME}: {len(POINTS)} handed in, 1 to grade" in said
    room.hand_in("empty", room.released())
    (line,) = [line for line in said if line.split()[0] == "empty"]
    assert f"{ALL} of {ALL}" in line


def test_a_learners_notebook_holds_no_solution_and_no_hidden_test(room):
    text = nbformat.writes(room.released())
    assert "grade(" not in text
    assert "seed" not in text
    source = nbformat.read(room.folder / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    for item in exercises(LESSON):
        assert cell(room.released(), item.id).source.strip() == item.stub.strip()
        assert "seed=" in cell(source, f"test-{item.id}").source
        assert item.gap in cell(source, item.id).source
        assert item.gap not in text


def test_no_lessons_notebook_leaks_after_nbgraders_steps(nbgrader, monkeypatch):
    from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

    monkeypatch.setattr("course_lib.assignments.notebook.draw_seed", lambda item: 987654321)
    for number in making.lesson_numbers():
        notebook, resources = instructor_notebook(number), {}
        assert "987654321" in nbformat.writes(notebook)
        assert f"{total_points(number)} points in all" in notebook.cells[0].source
        clear = ClearSolutions(code_stub={"python": "..."})
        for step in (clear, ClearHiddenTests()):
            notebook, resources = step.preprocess(notebook, resources)
        text = nbformat.writes(notebook)
        assert "987654321" not in text
        assert "grade(" not in text
        for item in exercises(number):
            assert cell(notebook, item.id).source.strip() == item.stub.strip()
            assert cell(notebook, f"test-{item.id}").metadata.nbgrader["points"] == points(item)
            assert f'check("{item.id}", {item.id})' in text.replace('\\"', '"')


# What is refused, before anything is written.


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--lesson", "99", "--to", "{new}"], "no lesson '99'"),
        (["--lesson", "11", "--to", "{new}"], "no lesson '11'"),
        (["--lesson", "three", "--to", "{new}"], "no lesson 'three'"),
        (["--to", "{file}"], "is a file"),
        (["--to", "{other}"], "holds other things"),
        (["grade", "{new}"], "There is no folder"),
        (["grade", "{other}"], "was not made by this program"),
    ],
)
def test_bad_input_is_told_and_nothing_written(nbgrader, tmp_path, capsys, words, says):
    places = {"new": tmp_path / "new", "file": tmp_path / "file", "other": tmp_path / "other"}
    places["file"].write_text("mine")
    places["other"].mkdir()
    (places["other"] / "mine.txt").write_text("mine")
    before = digests(tmp_path)
    assert main([word.format(**places) for word in words]) == 1
    assert says in capsys.readouterr().err
    assert digests(tmp_path) == before
    assert not places["new"].exists()


def test_an_assignment_that_is_there_is_made_anew_only_when_told_so(room, capsys):
    before = digests(room.folder / "source")
    assert main(["--lesson", "03", "--to", str(room.folder)]) == 1
    assert "--force" in capsys.readouterr().err
    assert digests(room.folder / "source") == before


def test_grading_without_isolation_is_refused_unless_asked_for(room, monkeypatch):
    monkeypatch.setattr(handing_in, "strongest_isolation", lambda: "limits")
    with pytest.raises(Problem, match="bubblewrap"):
        handing_in.grade_class(room.folder)


def test_nothing_handed_in_and_strange_names_are_told(room, tmp_path):
    folder = tmp_path / "class"
    (folder / "source" / NAME).mkdir(parents=True)
    with pytest.raises(Problem, match="Nothing is handed in"):
        handing_in.grade_class(folder)
    with pytest.raises(Problem, match="lesson_05 was not made"):
        handing_in.grade_class(folder, [5])
    (folder / "submitted" / "=cmd()" / NAME).mkdir(parents=True)
    with pytest.raises(Problem, match="name of the folder"):
        handing_in.grade_class(folder)
