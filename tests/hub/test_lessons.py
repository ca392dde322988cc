"""What a teacher changes reaches learners, and nothing that a learner did is lost."""

import copy
import json
import os
import shutil

import nbformat
import needs_hub  # noqa: F401
import pytest
from course_hub import lessons
from course_hub.problem import Problem

# nbgitpuller leaves the closing of its pipes to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NAME = "notebooks/01_lesson.ipynb"


def notebook(*texts):
    return {
        "cells": [
            {"cell_type": "markdown", "id": f"cell-{text[:3]}", "metadata": {}, "source": [text]}
            for text in texts
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def write(folder, content, name=NAME):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1))


def read(folder, name=NAME):
    return json.loads((folder / name).read_text())


def texts(folder, name=NAME):
    return ["".join(cell["source"]) for cell in read(folder, name)["cells"]]


@pytest.fixture
def teacher(tmp_path):
    """A course of one lesson, with what else lies in its folder."""
    folder = tmp_path / "course"
    write(folder, notebook("one", "two", "three", "four", "five"))
    (folder / "docs").mkdir()
    (folder / "docs" / "cheat_sheet.html").write_text("sheet")
    (folder / "hub").mkdir()
    (folder / "hub" / "settings.yaml").write_text("secret")
    write(folder, notebook("older"), "notebooks/.ipynb_checkpoints/01-checkpoint.ipynb")
    return folder


@pytest.fixture
def repository(tmp_path, teacher):
    place = tmp_path / "lessons.git"
    assert lessons.publish(teacher, place)
    return place


@pytest.fixture
def learner(tmp_path, repository):
    """Bring a learner's copy up to date; returns it, and keeps what was said."""
    folder = tmp_path / "home" / "copy"
    folder.parent.mkdir()
    said = []

    def fetch(source=None):
        lessons.fetch(str(source or repository), folder, said.append)
        return folder

    fetch.said = said
    return fetch


def test_a_copy_holds_the_lessons_and_nothing_else_and_is_the_learners_alone(learner):
    folder = learner()
    files = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    assert files == {NAME, "docs/cheat_sheet.html"}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in folder.parent.iterdir()] == ["copy"]


def test_publishing_twice_changes_nothing(teacher, repository):
    assert not lessons.publish(teacher, repository)


def test_a_change_reaches_a_copy_that_was_edited_elsewhere(teacher, repository, learner):
    folder = learner()
    write(folder, notebook("one", "two", "three", "four", "my five"))
    write(teacher, notebook("better one", "two", "three", "four", "five"))
    assert lessons.publish(teacher, repository)
    assert texts(learner()) == ["better one", "two", "three", "four", "my five"]


def test_where_both_changed_the_same_the_learners_stays(teacher, repository, learner):
    folder = learner()
    write(folder, notebook("one", "two", "my three", "four", "five"))
    write(teacher, notebook("one", "two", "your three", "four", "better five"))
    lessons.publish(teacher, repository)
    assert texts(learner()) == ["one", "two", "my three", "four", "better five"]


def test_a_merge_that_is_no_notebook_is_undone_and_the_teachers_put_beside(
    teacher, repository, learner
):
    """A cell that the teacher moved and the learner edited would be there twice."""
    base = notebook("one", "two", "three", "four", "five", "six", "seven", "eight")
    write(teacher, base)
    lessons.publish(teacher, repository)
    folder = learner()
    mine = copy.deepcopy(base)
    mine["cells"][1]["source"] = ["my two"]
    write(folder, mine)
    moved = copy.deepcopy(base)
    moved["cells"].insert(5, moved["cells"].pop(1))
    write(teacher, moved)
    lessons.publish(teacher, repository)
    learner()
    assert read(folder) == mine
    assert read(folder, f"notebooks/01_lesson {lessons.TEACHERS}.ipynb") == moved
    assert any("both changed it" in line for line in learner.said)
    nbformat.validate(read(folder))
    # The next version comes as if nothing had been.
    moved["cells"][0]["source"] = ["better one"]
    write(teacher, moved)
    lessons.publish(teacher, repository)
    assert texts(learner())[:2] == ["better one", "my two"]


def test_a_lesson_the_teacher_deletes_stays_with_who_has_worked_in_it(teacher, repository, learner):
    folder = learner()
    write(folder, notebook("mine"))
    (teacher / NAME).unlink()
    write(teacher, notebook("new"), "notebooks/02_next.ipynb")
    lessons.publish(teacher, repository)
    learner()
    assert texts(folder) == ["mine"]
    assert texts(folder, "notebooks/02_next.ipynb") == ["new"]


def test_a_teachers_own_handouts_come_and_go_with_the_lessons(teacher, repository, learner):
    folder = learner()
    write(teacher, notebook("homework"), "handouts/week_1/homework.ipynb")
    assert lessons.publish(teacher, repository)
    assert texts(learner(), "handouts/week_1/homework.ipynb") == ["homework"]
    shutil.rmtree(teacher / "handouts")
    assert lessons.publish(teacher, repository)
    learner()
    assert not (folder / "handouts").exists()


def test_a_file_of_the_learners_makes_way_and_is_kept(teacher, repository, learner):
    folder = learner()
    write(folder, notebook("my own"), "notebooks/02_next.ipynb")
    write(teacher, notebook("new"), "notebooks/02_next.ipynb")
    lessons.publish(teacher, repository)
    learner()
    assert texts(folder, "notebooks/02_next.ipynb") == ["new"]
    (kept,) = (folder / "notebooks").glob("02_next__*.ipynb")
    assert texts(folder, kept.relative_to(folder)) == ["my own"]


def test_a_half_written_lesson_is_not_handed_out(teacher, repository):
    (teacher / NAME).write_text('{"cells": [')
    with pytest.raises(Problem, match=r"01_lesson\.ipynb"):
        lessons.publish(teacher, repository)


def test_without_the_repository_a_learner_goes_on_with_what_is_there(learner, tmp_path):
    folder = learner(tmp_path / "none.git")
    assert folder.is_dir()
    assert any("could not be brought up to date" in line for line in learner.said)
    learner()
    write(folder, notebook("mine"))
    learner(tmp_path / "none.git")
    shutil.rmtree(folder / ".git")
    learner()
    assert texts(folder) == ["mine"]


def test_the_settings_of_git_are_left_as_they_were(learner, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "mine")
    learner()
    assert os.environ["GIT_CONFIG_GLOBAL"] == "mine"
