"""`python3 course.py new`: what it makes passes the tests; what it cannot make changes nothing."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.practice.lessons import EXTRAS
from course_lib.skeletons import edits, exercise, lesson
from course_lib.skeletons.__main__ import main
from course_lib.skeletons.problems import Problem
from course_lib.skeletons.templates import TEMPLATES, fill
from course_lib.skeletons.transaction import Transaction

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    *(
        ".git",
        ".venv",
        ".*_cache",
        ".hypothesis",
        "__pycache__",
        ".ipynb_checkpoints",
        "*.egg-info",
    ),
    *("build", "_build", "dist", "datasets", "test-results", "node_modules", ".jupyterhub*"),
)
NEXT = EXTRAS[-1].number + 1
WORD, STEM = f"{NEXT:02}_attention", f"{NEXT:02}_attention"


def copy_of_the_course(folder):
    """The repository in another place."""
    return Path(shutil.copytree(ROOT, folder / "course", ignore=LEFT_OUT))


def in_the_copy(root, *words, check=True):
    """Run a module of Python there, on the copy's own course_lib."""
    run = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert not check or run.returncode == 0, run.stdout + run.stderr
    return run


def state(root):
    """Every file, by its content."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A copy with a new demo, a new exercise and a new lesson, and what the commands said."""
    root = copy_of_the_course(tmp_path_factory.mktemp("made"))
    before = state(root)
    said = [
        in_the_copy(root, "course_lib.skeletons", *words).stdout
        for words in (
            ("demo", "two_hills"),
            ("exercise", "0", "first_slope"),
            ("lesson", WORD, "Attention in transformers"),
        )
    ]
    after = state(root)
    return root, said, [name for name in after if after[name] != before.get(name)]


def test_what_was_made_and_what_to_do_next_is_said(made):
    root, (demo, task, whole), _ = made
    for said, file in (
        (demo, "course_lib/demos/two_hills.py"),
        (demo, "tests/demos/test_two_hills.py"),
        (task, "course_lib/practice/exercises/start_here.py"),
        (task, "notebooks/00_start_here.ipynb"),
        (whole, f"notebooks/{STEM}.ipynb"),
        (whole, "docs/teachers.md"),
    ):
        assert file in said
        assert (root / file).is_file()
    assert all("python3 course.py" in said for said in (demo, task, whole))


def test_the_new_notebook_is_stored_with_its_outputs(made):
    root, *_ = made
    cells = json.loads((root / "notebooks" / f"{STEM}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert all(cell["outputs"] for cell in code)


def test_what_was_made_is_clean(made):
    root, _, names = made
    files = [name for name in names if name.endswith((".py", ".ipynb"))]
    assert len(files) >= 12
    for words in (["check", "--output-format=concise"], ["format", "--check"]):
        in_the_copy(root, "ruff", *words, "--no-cache", *files)


def test_what_was_made_passes_the_tests_of_the_course(made):
    """Those that are quick: the form, the catalogue, the demos, every cell of the new lesson."""
    root, *_ = made
    new = f"{STEM} or attention or first_slope or two_hills or 00_start_here or skeletons"
    general = "questions_exercises or README or guide_has or written or readme or map"
    files = [f"tests/notebooks/test_{name}.py" for name in ("lessons", "hygiene", "numbers")]
    files += [f"tests/practice/test_{name}.py" for name in ("exercises", "slips", "questions")]
    files += ["tests/notebooks/test_spelling.py", "tests/practice/test_map_card.py"]
    files += ["tests/test_readme.py", "tests/test_import_rules.py", "tests/docs/test_teachers.py"]
    files += ["tests/demos/test_two_hills.py", "tests/demos/test_attention_demo.py"]
    run = in_the_copy(
        root, "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", "-k", f"{new} or {general}",
        *files, f"notebooks/{STEM}.ipynb", check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr
    assert int(re.search(r"(\d+) passed", run.stdout)[1]) > 150


# ---------------------------------------------------------------------- what is refused


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return copy_of_the_course(tmp_path_factory.mktemp("pristine"))


@pytest.fixture
def unchanged(pristine):
    """The copy, which the test must leave as it was."""
    before = state(pristine)
    yield pristine
    assert state(pristine) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["demo", "Two Hills"], "for example two_hills"),
        (["demo", "2hills"], "a letter first"),
        (["demo", "lambda"], "cannot be the name"),
        (["demo", "sum"], "4 to 30 letters"),
        (["demo", "print"], "Python's own"),
        (["demo", "a" * 31], "4 to 30 letters"),
        (["demo", "ball_1d"], "There is a file course_lib/demos/ball_1d.py already"),
        (["exercise", "4", "adam_step"], "There is an exercise adam_step already"),
        (["exercise", "4", "numbers"], "uses the name numbers already"),
        (["exercise", "twenty", "new_step"], "There is no lesson 'twenty'. There are: 00_start"),
        (["exercise", "11", "new_step"], "Lesson 11 has no exercises"),
        (["exercise", "4", "new-step"], "for example new_step"),
        (["lesson", "attention", "Attention"], f"called like {NEXT:02}_a_name"),
        (["lesson", "05_attention", "Attention"], f"The next is {NEXT:02}"),
        (["lesson", f"{NEXT + 1}_attention", "Attention"], f"The next is {NEXT:02}"),
        (["lesson", f"{NEXT:02}_overfitting", "Attention"], "There is a lesson overfitting"),
        (["lesson", WORD, "Overfitting"], "There is a lesson of that title already: 09"),
        (["lesson", WORD, 'A "quoted" title'], "cannot be a title"),
        (["lesson", WORD, "A | b"], "cannot be a title"),
        (["lesson", WORD, ""], "cannot be a title"),
    ],
)
def test_a_wish_that_cannot_be_granted_is_refused_in_words(unchanged, capsys, words, said):
    assert main(words, unchanged) == 1
    heard = capsys.readouterr()
    assert heard.err.startswith("Nothing was made. ")
    assert said in heard.err
    assert heard.out == ""


def test_a_missing_word_is_answered_by_the_usage(capsys):
    with pytest.raises(SystemExit):
        main(["lesson", WORD])
    assert "usage: course.py new lesson" in capsys.readouterr().err


def test_outside_of_a_whole_copy_nothing_is_made(tmp_path, capsys):
    assert main(["demo", "two_hills"], tmp_path) == 1
    assert "no copy of the whole course" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [Problem("A notebook does not run."), KeyboardInterrupt()])
@pytest.mark.parametrize("kind", ["exercise", "lesson"])
def test_what_fails_half_way_leaves_nothing_half_made(unchanged, monkeypatch, capsys, kind, error):
    def run(root, *stems):
        assert state(root) != before
        raise error

    before = state(unchanged)
    monkeypatch.setattr({"exercise": exercise, "lesson": lesson}[kind], "run", run)
    words = {"exercise": ["exercise", "5", "new_step"], "lesson": ["lesson", WORD, "Attention"]}
    assert main(words[kind], unchanged) != 0
    assert "othing was made" in capsys.readouterr().err


def test_a_register_of_another_form_is_a_problem_and_no_guess(unchanged, capsys):
    file = unchanged / "course_lib" / "practice" / "lessons.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("EXTRAS = (", "FURTHER = ("), encoding="utf-8")
    changed = state(unchanged)
    try:
        assert main(["lesson", WORD, "Attention"], unchanged) == 1
        assert "There is no EXTRAS" in capsys.readouterr().err
        assert state(unchanged) == changed
    finally:
        file.write_text(text, encoding="utf-8")


def test_a_cell_that_fails_is_shown(pristine, tmp_path):
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    path = tmp_path / "failing.ipynb"
    content = {"cells": [{**cell, "source": "1 / 0"}], "metadata": {}}
    path.write_text(json.dumps({**content, "nbformat": 4, "nbformat_minor": 5}))
    with pytest.raises(Problem, match="division by zero"):
        lesson.run(pristine, str(path))


# ---------------------------------------------------------------------- the parts


def test_a_transaction_puts_back_what_it_changed_and_removes_what_it_made(tmp_path):
    (tmp_path / "old.txt").write_text("old")
    (tmp_path / "other.txt").write_text("other")
    files = Transaction(tmp_path)
    files.create("new/folder/new.txt", "new")
    files.change("old.txt", str.upper)
    files.keep("other.txt")
    (tmp_path / "other.txt").write_text("by another program")
    assert files.created == ["new/folder/new.txt"]
    assert files.changed == ["old.txt", "other.txt"]
    with pytest.raises(RuntimeError), files:
        raise RuntimeError
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.txt", "other.txt"]
    assert (tmp_path / "old.txt").read_text() == "old"
    assert (tmp_path / "other.txt").read_text() == "other"


def test_a_transaction_never_overwrites(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Problem, match=r"mine\.txt already"), Transaction(tmp_path) as files:
        files.create("mine.txt", "new")
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A = (1, 2)\n", "A = (1, 2, 3)\n"),
        ("A = (1,)\nB = (4,)\n", "A = (1, 3)\nB = (4,)\n"),
        ("A = ()\n", "A = (3,)\n"),
        ('A = ("ü²",)  # words\n', 'A = (\n    "ü²",\n    3,\n)  # words\n'),
    ],
)
def test_an_entry_is_added_at_the_end_of_a_tuple(before, after):
    found = edits.add_to_tuple(before, "A", "3")
    assert edits.ast.dump(edits.ast.parse(found)) == edits.ast.dump(edits.ast.parse(after))


def test_every_word_of_a_template_has_to_be_given():
    with pytest.raises(KeyError):
        fill("demo.py.txt")
    assert len(list(TEMPLATES.iterdir())) == 7
    assert not re.search(r"@\w+@", fill("demo.py.txt", name="two_hills"))
