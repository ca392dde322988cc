"""The learner's file: what is read, what is refused, what is set aside."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.practice.progress_file import (
    VERSION,
    Damaged,
    Document,
    NewerVersion,
    ProgressFile,
    dump,
    parse,
)


def event(id, **facts):
    return {"id": id, "time": "2026-01-01T00:00:00Z", "kind": "try", **facts}


VALUES = st.one_of(
    st.text(),
    st.booleans(),
    st.none(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)
EVENTS = st.lists(
    st.builds(
        lambda id, facts: {**facts, **event(id)},
        st.text(min_size=1),
        st.dictionaries(st.text(), VALUES, max_size=4),
    ),
    unique_by=lambda event: event["id"],
    max_size=5,
)


@given(EVENTS)
def test_what_is_dumped_is_parsed_as_it_was(events):
    document = Document("0123abcd", tuple(events))
    assert parse(dump(document)) == document
    assert parse(dump(document).encode()) == document


def good():
    return json.loads(dump(Document("0123abcd", (event("a"),))))


BROKEN = {
    "empty": "",
    "cut off": dump(Document("0123abcd", (event("a"),)))[:-5],
    "two files in one": dump(Document("0123abcd")) * 2,
    "binary": b"\xff\xfe\x00garbage",
    "a list": "[]",
    "another program's": '{"version": 1, "learner": "0123abcd", "events": []}',
    "no version": json.dumps({**good(), "version": None}),
    "version true": json.dumps({**good(), "version": True}),
    "version zero": json.dumps({**good(), "version": 0}),
    "no learner": json.dumps({**good(), "learner": ""}),
    "learner with a path": json.dumps({**good(), "learner": "../../x"}),
    "events as text": json.dumps({**good(), "events": "none"}),
    "an event without an id": json.dumps({**good(), "events": [{"time": "t", "kind": "k"}]}),
    "an event with a list": json.dumps({**good(), "events": [event("a", exercise=["x"])]}),
    "an infinite number": json.dumps({**good(), "events": [event("a", guess=float("inf"))]}),
    "nested deeply": "[" * 100_000,
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_text_is_called_damaged(text):
    with pytest.raises(Damaged):
        parse(text)


def test_a_later_version_is_not_called_damaged():
    with pytest.raises(NewerVersion, match=str(VERSION + 1)):
        parse(json.dumps({**good(), "version": VERSION + 1, "learner": 17, "events": {}}))


def test_an_event_counts_once_however_often_it_is_added():
    document = Document("0123abcd").with_events([event("a"), event("b"), event("a")])
    assert [e["id"] for e in document.events] == ["a", "b"]
    assert document.with_events([event("b")]) is document


@pytest.fixture
def file(tmp_path):
    return ProgressFile(tmp_path / "p" / "progress.json")


START = Document("0123abcd")


def test_reading_makes_no_file(file):
    assert file.read() is None
    assert not file.path.parent.exists()


def test_what_one_adds_another_reads(file):
    other = ProgressFile(file.path)
    assert other.read() is None
    file.add([event("a")], START)
    assert [e["id"] for e in other.read().events] == ["a"]
    other.add([event("b")], START)
    assert [e["id"] for e in file.read().events] == ["a", "b"]
    assert file.read().learner == START.learner


def test_no_temporary_files_stay(file):
    # As a kill leaves them.
    file.path.parent.mkdir()
    (file.path.parent / "progress.json.new-999").write_text("half")
    file.add([event("a")], START)
    assert {path.name for path in file.path.parent.iterdir()} == {
        "progress.json",
        "progress.json.backup",
        "progress.json.lock",
    }


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_damaged_file_is_set_aside_and_nothing_is_lost(file, text):
    file.add([event("a")], START)
    file.add([event("b")], START)
    damaged = text if isinstance(text, bytes) else text.encode()
    file.path.write_bytes(damaged)

    found = ProgressFile(file.path)
    assert [e["id"] for e in found.read().events] == ["a", "b"]
    (finding,) = found.findings
    aside = file.path.with_name("progress.json.damaged-1")
    assert str(aside) in finding
    assert "2 entries" in finding
    assert aside.read_bytes() == damaged
    assert parse(file.path.read_bytes()).events == found.read().events


def test_each_damaged_file_gets_a_name_of_its_own(file):
    file.add([event("a")], START)
    for number in (1, 2, 3):
        file.path.write_text(f"broken {number}")
        assert ProgressFile(file.path).read().events
    for number in (1, 2, 3):
        aside = file.path.with_name(f"progress.json.damaged-{number}")
        assert aside.read_text() == f"broken {number}"


def test_a_file_damaged_while_a_notebook_is_open_keeps_what_that_notebook_knows(file):
    document = file.add([event("a")], START)
    file.path.write_text("broken")
    file.backup.write_text("broken too")
    assert [e["id"] for e in file.add([event("b")], document).events] == ["a", "b"]
    asides = sorted(path.read_text() for path in file.path.parent.glob("*damaged*"))
    assert asides == ["broken", "broken too"]


def test_a_backup_that_lags_behind_is_completed_from_an_open_notebook(file):
    document = file.add([event("a")], START)
    lagging = file.backup.read_bytes()
    document = file.add([event("b")], document)
    file.backup.write_bytes(lagging)
    file.path.write_text("broken")
    assert [e["id"] for e in file.add([event("c")], document).events] == ["a", "b", "c"]


def test_what_an_open_notebook_knows_from_before_a_reset_does_not_come_back(file):
    document = file.add([event("a")], START)
    ProgressFile(file.path).replace(Document("ffff"), "before-reset")
    file.path.write_text("broken")
    assert [e["id"] for e in file.add([event("b")], document).events] == ["b"]


def test_without_a_backup_one_begins_empty_and_is_told(file):
    file.path.parent.mkdir()
    file.path.write_text("broken")
    assert file.read() is None
    assert "no backup" in file.findings[0]
    assert file.read() is None
    assert len(file.findings) == 1
    file.add([event("a")], START)
    assert [e["id"] for e in ProgressFile(file.path).read().events] == ["a"]


def test_a_folder_in_place_of_the_file_is_set_aside(file):
    file.add([event("a")], START)
    file.path.unlink()
    file.path.mkdir()
    assert [e["id"] for e in ProgressFile(file.path).read().events] == ["a"]


def test_a_file_that_was_removed_comes_back_from_its_backup(file):
    file.add([event("a")], START)
    file.path.unlink()
    other = ProgressFile(file.path)
    assert [e["id"] for e in other.read().events] == ["a"]
    assert "missing" in other.findings[0]


def test_a_later_version_is_left_untouched(file):
    file.path.parent.mkdir()
    text = json.dumps({**good(), "version": VERSION + 1})
    file.path.write_text(text)
    with pytest.raises(NewerVersion):
        file.read()
    with pytest.raises(NewerVersion):
        file.add([event("b")], START)
    with pytest.raises(NewerVersion):
        file.replace(Document.new(), "before-reset")
    assert file.path.read_text() == text
    assert not file.backup.exists()


def test_a_backup_of_a_later_version_is_not_overwritten(file):
    file.add([event("a")], START)
    newer = json.dumps({**good(), "version": VERSION + 1})
    file.backup.write_text(newer)
    file.path.write_text("broken")
    with pytest.raises(NewerVersion):
        file.add([event("b")], START)
    assert file.backup.read_text() == newer
    assert file.path.read_text() == "broken"


def test_replacing_keeps_the_old_file(file):
    file.add([event("a")], START)
    before = file.path.read_bytes()
    old = file.replace(Document("ffff"), "before-reset")
    assert old.read_bytes() == before
    assert ProgressFile(file.path).read() == Document("ffff")
    assert file.replace(Document("eeee"), "before-reset") != old


def test_a_link_stays_a_link(tmp_path):
    real = tmp_path / "real.json"
    link = tmp_path / "progress.json"
    link.symlink_to(real)
    ProgressFile(link).add([event("a")], START)
    assert link.is_symlink()
    assert parse(real.read_bytes()).events == (event("a"),)


def test_a_full_disk_leaves_the_old_file(file, monkeypatch):
    file.add([event("a")], START)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        file.add([event("b")], START)
    monkeypatch.undo()
    assert [e["id"] for e in ProgressFile(file.path).read().events] == ["a"]
    assert not list(file.path.parent.glob("*.new-*"))


def test_the_file_is_for_its_owner_only(file):
    file.add([event("a")], START)
    assert file.path.stat().st_mode & 0o077 == 0
