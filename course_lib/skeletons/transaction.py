"""Writing to several files, all or none of them."""

import os
import tempfile
from pathlib import Path

from .problems import Problem

__all__ = ["Transaction"]


class Transaction:
    """Remembers what every file was, and puts it back if the block ends with an error.

    Parameters
    ----------
    root : Path
        The repository; all files lie in it.

    Examples
    --------
    ::

        with Transaction(root) as files:
            files.create("docs/new.md", text)
            files.change("README.md", lambda text: text + "one more line")
    """

    def __init__(self, root: Path):
        self.root = root
        self.before: dict[Path, bytes | None] = {}
        self.folders: list[Path] = []

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if error is not None:
            self.restore()

    @property
    def created(self) -> list[str]:
        """Names of the files that are new, in the order in which they were made."""
        return [self._name(path) for path, content in self.before.items() if content is None]

    @property
    def changed(self) -> list[str]:
        """Names of the files that were there before and are different now."""
        return [
            self._name(path)
            for path, content in self.before.items()
            if content is not None and path.read_bytes() != content
        ]

    def read(self, name: str) -> str:
        """The text of a file of the repository.

        Raises
        ------
        Problem
            If it is not there.
        """
        try:
            return (self.root / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise Problem(f"{name} is missing; it should be part of the repository.") from None

    def create(self, name: str, text: str) -> None:
        """Write a new file.

        Raises
        ------
        Problem
            If there is one of that name already; nothing is ever overwritten.
        """
        path = self.root / name
        if path.exists() or path.is_symlink():
            raise Problem(f"There is a file {name} already. Choose another name, or remove it.")
        missing = [folder for folder in path.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            self.folders.append(folder)
        self.before[path] = None
        _write(path, text)

    def change(self, name: str, edit) -> None:
        """Write what `edit`, a function of the text, makes of a file."""
        path, text = self.root / name, self.read(name)
        new = edit(text)
        self.keep(name)
        _write(path, new)

    def keep(self, name: str) -> None:
        """Remember a file that another program is going to change."""
        path = self.root / name
        if path not in self.before:
            self.before[path] = path.read_bytes()

    def restore(self) -> None:
        """Put everything back as it was."""
        for path, content in self.before.items():
            if content is None:
                path.unlink(missing_ok=True)
            elif not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
        for folder in reversed(self.folders):
            # Python may have left its cache there.
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def _name(self, path):
        return path.relative_to(self.root).as_posix()


def _write(path, text):
    """In one move, so that a file is never half written."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    mode = path.stat().st_mode if path.exists() else 0o644
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
