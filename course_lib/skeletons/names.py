"""Which names a new part may have."""

import builtins
import keyword
import re
from pathlib import Path

from course_lib.practice.exercises import CATALOGUE
from course_lib.practice.lessons import EXTRAS, LESSONS

from .problems import Problem

__all__ = ["checked_lesson", "checked_name", "checked_title", "find_lesson"]

TITLE = re.compile(r"[^\W\d_](?:[\w ,:;?’()+–-]*[\w?)])?")


def checked_name(name: str, what: str) -> str:
    """A name that can be that of a module and of a function.

    Parameters
    ----------
    name : str
    what : str
        "demo", "exercise" or "lesson", for the message.

    Returns
    -------
    str
        The same.

    Raises
    ------
    Problem
        If it is no such name.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or keyword.iskeyword(name):
        words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789")
        like = f", for example {words}" if len(words) > 2 and not keyword.iskeyword(words) else ""
        raise Problem(
            f"'{name}' cannot be the name of a {what}: it also becomes that of a Python module and "
            f"function. Use small letters, digits and single underscores, a letter first{like}."
        )
    if not 4 <= len(name) <= 30:
        raise Problem(f"'{name}' should have 4 to 30 letters, so that it says what the {what} is.")
    if hasattr(builtins, name):
        raise Problem(f"'{name}' is Python's own; choose another name for the {what}.")
    return name


def checked_title(title: str) -> str:
    """A title that can stand in a heading, in a table and in a text of Python.

    Raises
    ------
    Problem
        If it cannot.
    """
    title = " ".join(title.split())
    if not TITLE.fullmatch(title) or not 3 <= len(title) <= 50:
        raise Problem(
            f"'{title}' cannot be a title: use 3 to 50 letters, digits, spaces and , : ; ? – ( ), "
            "a letter first."
        )
    taken = [str(item) for item in (*LESSONS, *EXTRAS) if item.title.lower() == title.lower()]
    if taken:
        raise Problem(f"There is a lesson of that title already: {taken[0]}.")
    return title


def checked_lesson(word: str, root: Path) -> tuple[int, str]:
    """Number and name of a new lesson, from a word like "13_attention".

    Raises
    ------
    Problem
        If it is not of that form, the name is taken, or the number is not the next one.
    """
    found = re.fullmatch(r"(\d+)_(.*)", word)
    free = max(item.number for item in (*LESSONS, *EXTRAS)) + 1
    if not found:
        raise Problem(f"A lesson is called like {free:02}_a_name, not '{word}'.")
    number, name = int(found[1]), checked_name(found[2], "lesson")
    if any(item.name == name for item in (*LESSONS, *EXTRAS)):
        raise Problem(f"There is a lesson {name} already.")
    if number != free or len(found[1]) != 2:
        raise Problem(
            f"'{found[1]}' cannot be the number of a new lesson. The next is {free:02}: lessons "
            "are numbered without gaps, and the others' numbers stand in links, in prose and in "
            f"learners' progress. Say  new lesson {free:02}_{name}"
        )
    same = [path.name for path in (root / "notebooks").glob(f"{number:02}_*.ipynb")]
    if same:
        raise Problem(f"notebooks/{same[0]} has the number {number:02} already; remove it first.")
    return number, name


def find_lesson(word: str):
    """The lesson that is meant by a number, a name or a file's name.

    Returns
    -------
    Lesson

    Raises
    ------
    Problem
        If there is none; the message names them.
    """
    stem = Path(word).name.removesuffix(".ipynb")
    for item in (*LESSONS, *EXTRAS):
        if stem in (item.name, item.file.removesuffix(".ipynb")):
            return item
        if stem.isdigit() and int(stem) == item.number:
            return item
    names = ", ".join(item.file.removesuffix(".ipynb") for item in (*LESSONS, *EXTRAS))
    raise Problem(f"There is no lesson '{word}'. There are: {names}.")


def is_taken(name: str) -> bool:
    """Whether there is an exercise of this name."""
    return name in CATALOGUE
