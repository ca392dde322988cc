"""Notebooks taken apart, and what of their Markdown is prose."""

import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
LESSON_PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOK_PATHS = sorted([*LESSON_PATHS, *(ROOT / "docs").glob("*.ipynb")])

CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1|`+[^`]+?`+", re.M | re.S)
MATHEMATICS = re.compile(r"\$\$.*?\$\$|(?<![\\$])\$[^$]+\$", re.S)
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?([^\s)>]+)>?[^)]*\)")
TAG = re.compile(r"</?\w[^>]*>|&\w+;|\\(?=[\[\]*_$])")


class Notebook:
    """A notebook, taken apart.

    Attributes
    ----------
    path : Path
    cells : list
    text : list of str
        The sources of the Markdown cells.
    code : list of str
        The sources of the code cells.
    """

    def __init__(self, path):
        self.path, self.stem = path, path.stem
        self.cells = nbformat.v4.reads(path.read_text(encoding="utf-8")).cells
        self.text = [cell.source for cell in self.cells if cell.cell_type == "markdown"]
        self.code = [cell.source for cell in self.cells if cell.cell_type == "code"]

    def headings(self, level):
        """Texts of the headings of one level, in order."""
        return re.findall(rf"^{'#' * level} +(.+?) *$", CODE.sub("", "\n\n".join(self.text)), re.M)

    def section(self, title):
        """The Markdown from the heading `## title` to the next of its level."""
        whole = "\n\n".join(self.text)
        found = re.search(rf"^## {re.escape(title)} *$(.*?)(?=^## |\Z)", whole, re.M | re.S)
        return found[1] if found else ""


def prose(markdown, *, headings=True):
    """The words of some Markdown: no code, no formulas, no addresses, no tags.

    Parameters
    ----------
    markdown : str
    headings : bool
        Whether headings are kept.

    Returns
    -------
    str
    """
    text = MATHEMATICS.sub(" … ", CODE.sub(" … ", markdown))
    text = LINK.sub(r"\1", text)
    if not headings:
        text = re.sub(r"^#+ .*$", "", text, flags=re.M)
    return TAG.sub("", text)
