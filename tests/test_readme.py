"""The README promises what is there: its links, its lessons, its commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.practice.lessons import EXTRAS, LESSONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)\)", README)))
ROWS = dict(re.findall(r"^\| (\d\d) \| ([^|]+?) \|", README, re.M))


@pytest.mark.parametrize("link", LINKS)
def test_a_linked_file_exists(link):
    assert (ROOT / link).is_file()


def test_the_table_names_every_lesson_in_order():
    titles = {number: re.sub(r"\[(.*)\]\(.*\)", r"\1", cell) for number, cell in ROWS.items()}
    assert titles == {f"{lesson.number:02}": lesson.title for lesson in (*LESSONS, *EXTRAS)}
    assert list(titles) == sorted(titles)


@pytest.mark.parametrize("lesson", [*LESSONS, *EXTRAS], ids=str)
def test_a_lesson_is_linked_if_and_only_if_it_is_there(lesson):
    cell = ROWS[f"{lesson.number:02}"]
    exists = (ROOT / "notebooks" / lesson.file).exists()
    assert (f"(notebooks/{lesson.file})" in cell) == exists


def test_every_picture_has_an_alternative_text():
    pictures = re.findall(r"!\[(.*?)\]\(", README)
    assert pictures
    assert all(len(text) > 20 for text in pictures)


def test_the_commands_and_options_exist():
    run = subprocess.run(
        [sys.executable, "course.py", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    named = set(re.findall(r"course\.py (?:\w+ )?(--[\w-]+|test|refresh)", README))
    named |= set(re.findall(r"`(--(?:no-browser|port))\b", README))
    assert {"test", "refresh", "--no-browser", "--port", "--oracle"} <= named
    assert all(word in run.stdout for word in named)


def test_the_size_is_the_one_course_py_warns_with():
    said = int(re.search(r"about (\d+) MB", README)[1])
    source = (ROOT / "course.py").read_text(encoding="utf-8")
    needed = int(re.search(r'^MEGABYTES = \{\s*"": (\d+)', source, re.M)[1])
    assert said <= needed <= 2 * said


def test_continuous_integration_runs_the_readmes_test_command():
    (command,) = re.findall(r"^python3 course\.py test$", README, re.M)
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith(f"CI=true {command}") for line in lines)
