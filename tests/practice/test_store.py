"""What the learner has done: recorded, shared by notebooks, taken along, begun anew."""

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from course_lib.practice import progress
from course_lib.practice.progress_file import VERSION, parse
from course_lib.practice.store import Progress, default_path


@pytest.fixture
def mine(tmp_path):
    return Progress(tmp_path / "p" / "progress.json")


def again(mine):
    """What another kernel would see."""
    return Progress(mine.path)


def test_the_folder_is_the_one_in_the_environment(folder):
    assert default_path() == folder / "progress.json"
    assert progress() is progress()
    assert progress().path == folder / "progress.json"


def test_without_it_the_folder_is_the_persons_own(monkeypatch):
    monkeypatch.delenv("COURSE_PROGRESS_DIR")
    path = default_path()
    assert path.is_relative_to(Path.home())
    assert not path.is_relative_to(Path(__file__).parents[2])


def test_looking_makes_no_file(mine):
    assert mine.events == ()
    assert mine.notice == ""
    assert not mine.path.exists()


def test_what_is_recorded_is_there_for_the_next_kernel(mine):
    assert mine.record("try", exercise="mse_gradient", passed=False) is True
    (event,) = again(mine).events
    assert event["kind"] == "try"
    assert event["exercise"] == "mse_gradient"
    assert event["passed"] is False


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"x", object()])
def test_only_simple_facts_are_recorded(mine, value):
    with pytest.raises(TypeError, match="exercise"):
        mine.record("try", exercise=value)
    assert mine.events == ()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_refused(mine, value):
    with pytest.raises(ValueError, match="guess must be finite"):
        mine.record("guess", guess=value)
    assert mine.events == ()


def test_the_learners_number_stays(mine):
    learner = mine.learner
    assert learner == again(mine).learner
    mine.record("try")
    assert learner == again(mine).learner == mine.learner


def test_two_kernels_that_start_at_once_agree_on_the_learner(tmp_path):
    one, two = (Progress(tmp_path / "progress.json") for _ in range(2))
    assert one.events == two.events == ()
    assert one.learner == two.learner


def test_two_kernels_see_each_others_events(mine):
    other = again(mine)
    mine.record("try", exercise="a")
    other.record("try", exercise="b")
    assert [e["exercise"] for e in mine.events] == ["a", "b"]
    assert mine.events == other.events


def test_observers_hear_of_own_and_of_refreshed_changes(mine):
    heard = []
    callback = lambda: heard.append(len(mine.events))  # noqa: E731
    mine.observe(callback)
    mine.record("try")
    again(mine).record("try")
    assert heard == [1]
    mine.refresh()
    mine.refresh()
    assert heard == [1, 2]
    mine.unobserve(callback)
    mine.unobserve(callback)
    mine.record("try")
    assert heard == [1, 2]


def test_threads_lose_nothing(mine):
    def work(name):
        for number in range(10):
            mine.record("try", exercise=f"{name} {number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {f"{name} {number}" for name in "abcd" for number in range(10)}
    assert {event["exercise"] for event in again(mine).events} == expected
    assert len(mine.events) == 40


# ---------------------------------------------------------------- what cannot be saved


def test_where_no_folder_can_be_made_everything_works_in_memory(tmp_path):
    (tmp_path / "file").write_text("no folder")
    mine = Progress(tmp_path / "file" / "progress.json")
    learner = mine.learner
    assert mine.record("try", exercise="a") is False
    assert mine.record("try", exercise="b") is False
    assert [event["exercise"] for event in mine.events] == ["a", "b"]
    assert mine.learner == learner
    assert "not saved" in mine.notice
    assert "COURSE_PROGRESS_DIR" in mine.notice
    assert len(mine.notice.splitlines()) == 1
    assert len(parse(mine.export_text()).events) == 2


def test_in_memory_the_learner_stays_the_same(mine, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    learner = mine.learner
    assert mine.record("try", exercise="a") is False
    assert mine.learner == learner
    assert json.loads(mine.export_text())["learner"] == learner


def test_what_waited_is_saved_once_the_folder_can_be_made(tmp_path):
    obstacle = tmp_path / "file"
    obstacle.write_text("no folder")
    mine = Progress(obstacle / "progress.json")
    learner = mine.learner
    mine.record("try", exercise="a")
    obstacle.unlink()
    assert mine.record("try", exercise="b") is True
    assert mine.notice == ""
    other = again(mine)
    assert [event["exercise"] for event in other.events] == ["a", "b"]
    assert other.learner == learner


@pytest.fixture
def as_somebody_else():
    """Be no administrator for a while: to root, no folder is read-only."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not read-only on Windows")
def test_in_a_read_only_folder_old_progress_is_read_and_new_is_remembered(
    tmp_path_factory, request
):
    shared = tmp_path_factory.mktemp("shared")
    for parent in (shared, *shared.parents):
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o077 == 0:
            parent.chmod(0o711)
    Progress(shared / "progress.json").record("try", exercise="a")
    for file in shared.iterdir():
        file.chmod(0o444)
    shared.chmod(0o555)
    try:
        request.getfixturevalue("as_somebody_else")
        mine = Progress(shared / "progress.json")
        assert [event["exercise"] for event in mine.events] == ["a"]
        assert mine.notice == ""
        assert mine.record("try", exercise="b") is False
        assert [event["exercise"] for event in mine.events] == ["a", "b"]
        assert "not saved" in mine.notice
        assert {file.name for file in shared.iterdir()} == {
            "progress.json",
            "progress.json.backup",
            "progress.json.lock",
        }
    finally:
        if hasattr(os, "seteuid") and os.getuid() == 0:
            os.seteuid(0)
        shared.chmod(0o755)


def test_a_file_of_a_later_version_is_left_alone_and_said(mine):
    mine.record("try", exercise="a")
    text = json.dumps({**json.loads(mine.path.read_text()), "version": VERSION + 1})
    mine.path.write_text(text)
    other = again(mine)
    assert other.events == ()
    assert "later version" in other.notice
    assert other.record("try", exercise="b") is False
    assert [event["exercise"] for event in other.events] == ["b"]
    with pytest.raises(ValueError, match="later version"):
        other.reset(confirm=True)
    assert mine.path.read_text() == text


def test_a_damaged_file_is_said_and_the_backup_used(mine):
    mine.record("try", exercise="a")
    mine.path.write_text("{")
    other = again(mine)
    assert [event["exercise"] for event in other.events] == ["a"]
    assert "damaged" in other.notice
    assert other.record("try", exercise="b") is True
    assert "damaged" in other.notice


def test_a_lock_held_too_long_is_no_end(mine, monkeypatch):
    from course_lib.practice import progress_file
    from course_lib.practice.file_lock import locked

    mine.record("try", exercise="a")
    monkeypatch.setattr(progress_file, "locked", lambda path: locked(path, patience=0.05))
    with locked(mine.path.with_name("progress.json.lock")):
        assert mine.record("try", exercise="b") is False
        assert "another notebook" in mine.notice
    assert mine.record("try", exercise="c") is True
    assert [event["exercise"] for event in again(mine).events] == ["a", "b", "c"]


# ---------------------------------------------------------------- taking along


def test_an_exported_file_is_read_elsewhere_once(mine, tmp_path):
    mine.record("try", exercise="a")
    mine.record("try", exercise="b")
    file = mine.export(tmp_path / "mine.json")
    elsewhere = Progress(tmp_path / "elsewhere" / "progress.json")
    elsewhere.record("try", exercise="c")
    learner = elsewhere.learner
    assert elsewhere.import_from(file) == 2
    assert elsewhere.import_from(file) == 0
    assert [e["exercise"] for e in again(elsewhere).events] == ["c", "a", "b"]
    assert again(elsewhere).learner == learner


def test_an_export_into_a_folder_gets_a_name(mine, tmp_path):
    mine.record("try")
    file = mine.export(tmp_path)
    assert file.parent == tmp_path
    with pytest.raises(FileExistsError):
        mine.export(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "nothing", '{"course": "how-neural-networks-learn"}', "[1, 2]", "x" * 30_000_000],
)
def test_a_foreign_file_is_refused_and_changes_nothing(mine, text):
    mine.record("try", exercise="a")
    before = mine.path.read_bytes()
    with pytest.raises(ValueError, match="progress file"):
        mine.import_text(text)
    assert mine.path.read_bytes() == before
    assert len(mine.events) == 1


def test_a_file_of_a_later_version_is_not_imported(mine):
    mine.record("try", exercise="a")
    text = json.dumps({**json.loads(mine.path.read_text()), "version": VERSION + 1})
    with pytest.raises(ValueError, match="later version"):
        mine.import_text(text)


# ---------------------------------------------------------------- beginning anew


def test_a_reset_asks_for_confirmation(mine):
    mine.record("try")
    with pytest.raises(ValueError, match="confirm=True"):
        mine.reset()
    assert len(mine.events) == 1


def test_a_reset_keeps_the_old_file_and_draws_another_learner(mine):
    mine.record("try", exercise="a")
    before, learner = mine.path.read_bytes(), mine.learner
    old = mine.reset(confirm=True)
    assert old.read_bytes() == before
    assert mine.events == again(mine).events == ()
    assert mine.learner == again(mine).learner != learner
    assert mine.import_from(old) == 1


def test_after_a_reset_another_open_notebook_brings_nothing_back(mine):
    mine.record("try", exercise="a")
    other = again(mine)
    assert len(other.events) == 1
    mine.reset(confirm=True)
    other.record("try", exercise="b")
    assert [e["exercise"] for e in again(mine).events] == ["b"]


def test_a_reset_without_a_file_is_no_error(mine):
    assert mine.reset(confirm=True) is None
    assert mine.events == ()
