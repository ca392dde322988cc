"""The learner's file: whole at every moment, shared by several notebooks, never thrown away.

A change is made under a lock: read the file, add to it, write a new file beside it, flush it to the
disk, and put it in the old one's place in one step. So a reader or a kill at any moment meets the
old file or the new one, both complete. The same text is kept a second time as a backup, for disks
and programs that damage files.

The file is JSON, one event a line::

    {"course": "how-neural-networks-learn", "version": 1, "learner": "9f2c…", "events": [
    {"id": "3b…", "time": "2026-03-01T09:30:00Z", "kind": "try", "exercise": "mse_gradient", …},
    …
    ]}

`learner` is a random number that seeds the order of the choices; a reset draws a new one, by which
other notebooks know that what they remember is of the past.
"""

import contextlib
import glob
import itertools
import json
import os
import re
import secrets
import time
from dataclasses import dataclass, replace
from pathlib import Path

from .file_lock import locked

__all__ = [
    "COURSE",
    "VERSION",
    "Damaged",
    "Document",
    "NewerVersion",
    "ProgressFile",
    "dump",
    "parse",
]

COURSE = "how-neural-networks-learn"
VERSION = 1

ID_TIME_KIND = ("id", "time", "kind")
SIMPLE = str | bool | int | float

WINDOWS = os.name == "nt"


class Damaged(ValueError):
    """A text that is no progress file."""


class NewerVersion(ValueError):
    """A file of a version that this course does not know."""


@dataclass(frozen=True)
class Document:
    """What the file holds.

    Attributes
    ----------
    learner : str
        Random; the same for as long as the progress is not reset.
    events : tuple of dict
        In the order in which they were saved. Each has an `id`, a `time` (UTC) and a `kind`; all
        values are strings, numbers, booleans or None.
    """

    learner: str
    events: tuple = ()

    @classmethod
    def new(cls):
        """An empty one, with a learner of its own."""
        return cls(secrets.token_hex(8))

    def with_events(self, events):
        """The document with those of the events added that it does not hold yet."""
        known = {event["id"] for event in self.events}
        added = []
        for event in events:
            if event["id"] not in known:
                known.add(event["id"])
                added.append(event)
        return replace(self, events=(*self.events, *added)) if added else self


def dump(document):
    """The document as the text of a file; the opposite of `parse`."""
    head = json.dumps({"course": COURSE, "version": VERSION, "learner": document.learner})
    lines = ",\n".join(json.dumps(event, allow_nan=False) for event in document.events)
    return f'{head[:-1]}, "events": [\n{lines}\n]}}\n'


def parse(text):
    """Read the text of a file.

    Parameters
    ----------
    text : str or bytes

    Returns
    -------
    Document

    Raises
    ------
    NewerVersion
        If it was written by a later version of the course.
    Damaged
        If it is anything else but such a file, complete.
    """
    try:
        held = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"it is not JSON ({error})") from None
    if not isinstance(held, dict) or held.get("course") != COURSE:
        raise Damaged("it does not say that it belongs to this course")
    version = held.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise Damaged("its version is not a number")
    if version > VERSION:
        raise NewerVersion(f"it has version {version}; this course knows version {VERSION}")
    learner, events = held.get("learner"), held.get("events")
    if not isinstance(learner, str) or not re.fullmatch(r"[0-9a-f]{4,64}", learner):
        raise Damaged("it names no learner")
    if not isinstance(events, list) or not all(map(_is_event, events)):
        raise Damaged("its list of events is broken")
    return Document(learner).with_events(events)


def _no_constant(name):
    raise ValueError(f"{name} is not a number of JSON")


def _is_event(event):
    return (
        isinstance(event, dict)
        and all(isinstance(event.get(field), str) and event[field] for field in ID_TIME_KIND)
        and all(value is None or isinstance(value, SIMPLE) for value in event.values())
    )


class ProgressFile:
    """One learner's file on the disk.

    Parameters
    ----------
    path : Path
        Its folder is made when something is written for the first time.

    Attributes
    ----------
    findings : list of str
        What had to be mended, in words for the learner; the reader takes them away.
    """

    def __init__(self, path):
        # A link stays a link: what it points to is replaced.
        self.path = Path(os.path.realpath(path))
        self.backup = self._beside("backup")
        self.lock = self._beside("lock")
        self.findings = []
        self._seen = (None, None)

    def read(self, remembered=None):
        """What the file holds; None if there is none yet.

        A damaged file is set aside, and the backup takes its place.

        Parameters
        ----------
        remembered : Document, optional
            What this process read last; if the file is damaged, its events are not lost either.

        Raises
        ------
        NewerVersion, OSError
        """
        stamp = self._stamp()
        if stamp is not None and stamp == self._seen[0]:
            return self._seen[1]
        try:
            document = self._parsed(self.path)
        except Damaged:
            return self._mend(remembered)
        if document is None and self.backup.exists():
            return self._mend(remembered)
        # Only if nobody replaced the file meanwhile is the stamp that of what was read.
        if stamp == self._stamp():
            self._seen = (stamp, document)
        return document

    def add(self, events, remembered):
        """Add events to the file, while no other process does.

        Parameters
        ----------
        events : iterable of dict
            Those that the file holds already are left out.
        remembered : Document
            As for `read`; and what to begin with where there is no file.

        Returns
        -------
        Document
            As it is on the disk now, flushed.

        Raises
        ------
        NewerVersion, OSError
            Then the file is as it was.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(self.lock):
            held = self._read_locked(remembered)
            document = (remembered if held is None else held).with_events(events)
            if document is not held:
                self._write(document)
            return document

    def replace(self, document, name):
        """Put another document in the place of the file, and keep the old one.

        Parameters
        ----------
        document : Document
        name : str
            What the old file's name gets appended, with a number.

        Returns
        -------
        Path or None
            Where the old file is now; None if there was none.

        Raises
        ------
        NewerVersion, OSError
        """
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(self.lock):
            old = None
            if self._read_locked(None) is not None:
                # A copy, so that at no moment the file is missing.
                old = self._free_name(name)
                self._write_whole(old, self.path.read_bytes())
            self._write(document)
            return old

    def _read_locked(self, remembered):
        try:
            document = self._parsed(self.path)
        except Damaged as reason:
            return self._restore(remembered, reason)
        if document is None and self.backup.exists():
            return self._restore(remembered, "it is missing")
        return document

    def _mend(self, remembered):
        try:
            with locked(self.lock):
                return self._read_locked(remembered)
        except OSError:
            # Nothing can be written here: leave everything as it is.
            rescued = self._rescued(remembered)
            self._tell(
                f"The progress file {self.path} is damaged or missing, and its folder cannot be "
                f"changed now; {_going_on(rescued)}"
            )
            return rescued

    def _restore(self, remembered, reason):
        """Set the damaged file aside, and write what is known of its content. Under the lock."""
        rescued = self._rescued(remembered)
        aside = self._set_aside(self.path)
        if self._backed_up() is None:
            self._set_aside(self.backup)
        if rescued is not None:
            self._write(rescued)
        if aside is None:
            self._tell(f"The progress file {self.path} was missing; {_going_on(rescued)}")
        else:
            self._tell(
                f"The progress file was damaged ({reason}). It was set aside as {aside}; "
                f"{_going_on(rescued)}"
            )
        return rescued

    def _set_aside(self, path):
        if not os.path.lexists(path):
            return None
        aside = self._free_name("damaged")
        os.rename(path, aside)
        return aside

    def _rescued(self, remembered):
        backup = self._backed_up()
        if backup is None:
            return remembered
        if remembered is not None and remembered.learner == backup.learner:
            return backup.with_events(remembered.events)
        return backup

    def _backed_up(self):
        try:
            return self._parsed(self.backup)
        except (Damaged, OSError):
            return None

    def _tell(self, finding):
        if finding not in self.findings:
            self.findings.append(finding)

    def _parsed(self, path):
        try:
            held = path.read_bytes()
        except FileNotFoundError:
            return None
        except IsADirectoryError:
            raise Damaged("it is a folder") from None
        return parse(held)

    def _stamp(self):
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _write(self, document):
        """Replace the file, then the backup. Under the lock."""
        text = dump(document).encode()
        self._write_whole(self.path, text)
        self._seen = (self._stamp(), document)
        # The file itself is safe; a full disk here costs the second copy only.
        with contextlib.suppress(OSError):
            self._write_whole(self.backup, text)

    def _write_whole(self, path, text):
        self._clear_leftovers()
        fresh = self._beside(f"new-{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
        try:
            with open(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _move(fresh, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(fresh)
            raise
        _flush_folder(path.parent)

    def _clear_leftovers(self):
        """Remove what a killed process was just writing."""
        for left in self.path.parent.glob(f"{glob.escape(self.path.name)}.new-*"):
            with contextlib.suppress(OSError):
                left.unlink()

    def _beside(self, what):
        return self.path.with_name(f"{self.path.name}.{what}")

    def _free_name(self, what):
        for number in itertools.count(1):
            path = self._beside(f"{what}-{number}")
            if not os.path.lexists(path):
                return path
        return None


def _going_on(document):
    if document is None:
        return "there is no backup, so the map begins empty."
    count = len(document.events)
    return f"the backup with {count} entr{'y' if count == 1 else 'ies'} is used."


_BINARY = getattr(os, "O_BINARY", 0)


def _move(source, target):
    for again in range(100):
        try:
            return os.replace(source, target)
        except PermissionError:
            # Windows moves no file over one that another process is reading just now.
            if not WINDOWS or again == 99:
                raise
            time.sleep(0.02)
    return None


def _flush_folder(folder):
    if WINDOWS:
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
