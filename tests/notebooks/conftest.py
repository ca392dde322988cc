"""Runs a test over every notebook, of the course or also of its documentation."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # for notebook_text and known_numbers

import pytest
from notebook_text import LESSON_PATHS, NOTEBOOK_PATHS, Notebook


def pytest_generate_tests(metafunc):
    for name, paths in (("notebook_path", NOTEBOOK_PATHS), ("lesson_path", LESSON_PATHS)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, paths, ids=lambda path: path.stem)


@pytest.fixture
def lesson(lesson_path):
    return Notebook(lesson_path)
