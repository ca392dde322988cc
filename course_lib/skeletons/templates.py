"""The files in `templates`, with the names of the new part put in."""

import re
from pathlib import Path

__all__ = ["fill"]

TEMPLATES = Path(__file__).with_name("templates")


def fill(template: str, /, **words: object) -> str:
    """A template with `@word@` replaced by the value of `word`.

    Parameters
    ----------
    template : str
        Of a file in `templates`.
    **words
        Every word that the template needs.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If the template needs another word.
    """
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    return re.sub(r"@(\w+)@", lambda found: str(words[found[1]]), text)
