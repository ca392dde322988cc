"""Real processes: killed at any moment, and writing at once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")


def run(what, folder, *arguments):
    done = subprocess.run(
        [sys.executable, str(HERE / "kills.py"), what, str(folder), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_of_200_killed_writers_none_loses_what_it_reported(tmp_path):
    found = run("kill", tmp_path, 200)
    assert found["kills"] == 200
    assert found["lost"] == []
    assert found["notices"] == []
    # The kills did meet what they were meant for.
    assert found["while writing"] >= 20
    assert found["reported"] >= 100


def test_a_writer_ended_before_any_of_its_calls_leaves_a_whole_file(tmp_path):
    found = run("steps", tmp_path)
    assert found["lost"] == []
    assert found["notices"] == []
    assert found["ended"] >= 10


def test_four_writers_at_once_keep_every_event(tmp_path):
    found = run("race", tmp_path, 4)
    assert found["reported"] == found["kept"] == 100
    assert found["lost"] == []
    assert found["learners"] == 1
    assert found["notices"] == []
