"""What the learner has done, kept from one day to the next."""

import contextlib
import os
import secrets
import threading
import time
from pathlib import Path

import platformdirs

from .file_lock import LockTimeout
from .progress_file import (
    COURSE,
    SIMPLE,
    Damaged,
    Document,
    NewerVersion,
    ProgressFile,
    dump,
    parse,
)

__all__ = ["Progress", "default_path", "progress"]

FOLDER_VARIABLE = "COURSE_PROGRESS_DIR"
FILE_NAME = "progress.json"
LARGEST_IMPORT = 20_000_000  # bytes; a busy year stays below one million

_opened = {}


def default_path():
    """Where progress is kept: the person's own data folder, or COURSE_PROGRESS_DIR.

    Returns
    -------
    Path
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        return Path(folder).expanduser().absolute() / FILE_NAME
    return Path(platformdirs.user_data_dir(COURSE, appauthor=False)) / FILE_NAME


def progress():
    """The progress of the person at this kernel; the same object at every call."""
    path = default_path()
    if path not in _opened:
        _opened[path] = Progress(path)
    return _opened[path]


class Progress:
    """A list of events in a file that several notebooks share.

    What cannot be saved (the folder is read-only, the disk full, the file written by a later
    version of the course) is kept in memory, and `notice` says so; it is tried again with the
    next event.

    Parameters
    ----------
    path : str or Path
        The file; it and its folder are made when there is something to save.

    Examples
    --------
    >>> progress().export("my_progress.json")       # to take along to another computer
    >>> progress().import_from("my_progress.json")  # adds to what is here
    """

    def __init__(self, path):
        self._file = ProgressFile(path)
        self._document = None
        self._pending = []
        self._findings = []
        self._trouble = ""
        self._observers = []
        self._told = None
        self._lock = threading.RLock()

    def __repr__(self):
        return f"Progress({str(self.path)!r})"

    @property
    def path(self):
        """Where the file is."""
        return self._file.path

    @property
    def learner(self):
        """A random number in hex that seeds the order of the choices; asking for it saves it."""
        with self._lock:
            self._read()
            if self._document is None:
                self._save(always=True)
            return self._document.learner

    @property
    def events(self):
        """All events so far, also those of other notebooks, as a tuple of dicts."""
        with self._lock:
            self._read()
            saved = () if self._document is None else self._document.events
            return (*saved, *self._pending)

    @property
    def notice(self):
        """What the learner should know: not saved and why, a damaged file; else empty."""
        with self._lock:
            return "\n".join(filter(None, [*self._findings, self._trouble]))

    def record(self, kind, **facts):
        """Add an event.

        Parameters
        ----------
        kind : str
        **facts
            Strings, finite numbers, booleans or None.

        Returns
        -------
        bool
            True once the event is on the disk, where a power cut cannot take it away; False if
            it is only remembered.
        """
        event = {
            "id": secrets.token_hex(8),
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "kind": kind,
            **facts,
        }
        _check_facts(facts)
        with self._lock:
            self._pending.append(event)
            saved = self._save()
        self._changed()
        return saved

    def observe(self, callback):
        """Have `callback()` called after each change made by this kernel."""
        self._observers.append(callback)

    def unobserve(self, callback):
        """The opposite of `observe`."""
        with contextlib.suppress(ValueError):
            self._observers.remove(callback)

    def refresh(self):
        """Try to save what waits; see what other notebooks have added, and tell the observers."""
        with self._lock:
            if self._pending:
                self._save()
        if self._version() != self._told:
            self._changed()

    # ------------------------------------------------------------------ taking along

    def export_text(self):
        """Everything, as the text of a file that `import_text` reads."""
        with self._lock:
            self._read()
            return dump((self._document or Document.new()).with_events(self._pending))

    def export(self, path):
        """Write everything into a file of its own.

        Parameters
        ----------
        path : str or Path
            A file that does not exist yet, or a folder.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        OSError
            If it exists already or cannot be written.
        """
        path = Path(path).expanduser()
        if path.is_dir():
            path = path / f"{COURSE}-progress.json"
        text = self.export_text()
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        return path

    def import_text(self, text):
        """Add the events of an exported file to what is here; those known already do not count.

        Parameters
        ----------
        text : str or bytes

        Returns
        -------
        int
            How many events were new.

        Raises
        ------
        ValueError
            If the text is no progress file of this course, or of a later version. Then nothing
            was changed.
        """
        if len(text) > LARGEST_IMPORT:
            raise ValueError("This is too large to be a progress file.")
        try:
            events = parse(text).events
        except Damaged as reason:
            raise ValueError(f"This is not a progress file of the course: {reason}.") from None
        except NewerVersion as reason:
            raise ValueError(
                f"This file comes from a later version of the course: {reason}."
            ) from None
        with self._lock:
            known = {event["id"] for event in self.events}
            new = [event for event in events if event["id"] not in known]
            self._pending.extend(new)
            if new:
                self._save()
        self._changed()
        return len(new)

    def import_from(self, path):
        """`import_text` for a file."""
        return self.import_text(Path(path).expanduser().read_bytes())

    def reset(self, *, confirm=False):
        """Begin anew. The old file is kept under another name.

        Parameters
        ----------
        confirm : bool
            Must be True: a reset by accident would be a pity.

        Returns
        -------
        Path or None
            The old file; None if nothing had been saved.
        """
        if not confirm:
            raise ValueError("To begin anew, say so: reset(confirm=True).")
        with self._lock:
            fresh = Document.new()
            old = None
            try:
                old = self._file.replace(fresh, "before-reset")
                self._trouble = ""
            except NewerVersion:
                raise ValueError(f"Not reset: {_NEWER}") from None
            except OSError as error:
                self._trouble = self._explain(error)
            self._document, self._pending, self._findings = fresh, [], []
        self._changed()
        return old

    # ------------------------------------------------------------------ the file

    def _read(self):
        try:
            found = self._file.read(self._document)
        except NewerVersion:
            self._trouble = _NEWER
        except OSError as error:
            self._trouble = self._explain(error)
        else:
            # A file that is not there (yet) takes nothing away from what is in memory only.
            if found is not None:
                self._document = found
        self._collect_findings()

    def _save(self, always=False):
        """Bring what is pending to the disk; whether that succeeded."""
        if not self._pending and not always:
            return True
        pending = tuple(self._pending)
        if self._document is None:
            self._document = Document.new()
        try:
            self._document = self._file.add(pending, self._document)
        except NewerVersion:
            self._trouble = _NEWER
        except OSError as error:
            self._trouble = self._explain(error)
        else:
            del self._pending[: len(pending)]
            self._trouble = ""
        self._collect_findings()
        return not self._pending

    def _collect_findings(self):
        for finding in self._file.findings:
            if finding not in self._findings:
                self._findings.append(finding)
        self._file.findings.clear()

    def _explain(self, error):
        if isinstance(error, LockTimeout):
            return (
                "Your progress could not be saved just now: another notebook has been using the "
                "file for long. It is remembered here, and saving is tried again."
            )
        reason = error.strerror or str(error)
        return (
            f"Your progress is not saved: {self.path} cannot be written ({reason}). It is "
            f"remembered until this kernel ends. To keep it, set {FOLDER_VARIABLE} to a folder of "
            f"your own, or export it."
        )

    def _version(self):
        events = self.events
        return len(events), events[-1]["id"] if events else None

    def _changed(self):
        self._told = self._version()
        for callback in list(self._observers):
            callback()


_NEWER = (
    "Your progress file was written by a later version of the course, so this version leaves it as "
    "it is. What you do now is remembered until the kernel ends. Update the course to go on."
)


def _check_facts(facts):
    for name, value in facts.items():
        if value is not None and not isinstance(value, SIMPLE):
            raise TypeError(f"{name} must be a string, a number or a boolean, not {value!r}.")
        if isinstance(value, float) and not abs(value) < float("inf"):
            raise ValueError(f"{name} must be finite, not {value!r}.")
