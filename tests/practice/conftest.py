"""Learner's code as it reaches a check: text of a notebook cell, compiled as IPython does."""

import itertools
import linecache

import numpy as np
import pytest

NUMBERS = itertools.count()


@pytest.fixture
def cell():
    """Run the text of a cell; returns its names, or one of them.

    Like IPython, it registers the text with `linecache`, so that tracebacks have lines.
    """

    def run(source, name=None):
        source = source.lstrip("\n")
        filename = f"<cell {next(NUMBERS)}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        names = {"np": np}
        exec(compile(source, filename, "exec"), names)
        return names[name] if name else names

    return run


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for the progress of this test alone."""
    folder = tmp_path / "progress"
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(folder))
    # Waiting for the disk is for the tests that end processes.
    monkeypatch.setattr("os.fsync", lambda handle: None)
    return folder


@pytest.fixture
def press():
    """Do what the page does: send a card a message. Returns what the card shows then."""

    def press(card, action, **details):
        card._handle_custom_msg({"do": action, **details}, [])
        return card._view

    return press
