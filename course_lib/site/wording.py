"""What lessons say of running their cells, as it is true on a page where nothing is run."""

import re

__all__ = ["REWORDED", "reword"]

_RUN = "Run the cells from top to bottom with <kbd>Shift</kbd> + <kbd>Enter</kbd>"
_GAP = "put your expression in place of `____`, run the cell, and read what the check says."

#: What the notebooks say → what the page says.
REWORDED = {
    _RUN: "All cells have been run; read from top to bottom",
    "commit to a guess before you run on.": "commit to a guess before you read on.",
    "Guesses, solutions and answers are kept in a file on this computer and sent nowhere.": (
        "Guesses and answers are kept in this browser and sent nowhere."
    ),
    "Replace the gap `____`, and run the cell.": (
        "In JupyterLab, replace the gap `____`, and run the cell."
    ),
    _GAP: (
        "in JupyterLab, put your expression in place of `____`, run the cell, and read what the "
        "check says."
    ),
    "Run it and read it line by line.": "Read it line by line.",
    # The training panel, of which a page shows a recorded run.
    "Under **Start from** you can begin from scratch, with an error of about 90 %.\n": (
        "Below, 300 steps from there are recorded. In JupyterLab you train yourself: under "
        "**Start from** you can begin from scratch, with an error of about 90 %.\n"
    ),
    "The picture is also in the kernel, and changes as you draw:": (
        "In JupyterLab the picture is also in the kernel, and changes as you draw; here is the "
        "example:"
    ),
    'If the link does not open where you are, `cheat_sheet().save("cheat_sheet.html")` writes the '
    "same page beside this notebook.\n\n": "",
    "One patient a section. Run the script and look at its chart; measure in the free cell; name "
    "the cause on the card; then\nedit the script where it stands, run it again, and run the check "
    "below.": (
        "One patient a section. Look at the script and at its chart, and name the cause on the "
        "card. To measure in the free cell, to repair the script and to check the repair, open "
        "this lesson in JupyterLab."
    ),
    "Now edit the script above, run it": "Now, in JupyterLab, edit the script above, run it",
    "Edit the script above, run it, and run the check below.": (
        "In JupyterLab, edit the script above, run it, and run the check below."
    ),
}

# Says nothing that the exercise's card does not, and the card knows of progress brought along.
_NOT_TRIED = re.compile(r"○ [^\n]*: not attempted yet[^\n]*\n?")


def reword(page) -> None:
    """Change, in a notebook that becomes a page, what only holds where its cells can be run.

    Parameters
    ----------
    page : NotebookNode
    """
    for cell in page.cells:
        if cell.cell_type == "markdown":
            for said, instead in REWORDED.items():
                cell.source = cell.source.replace(said, instead)
        elif cell.cell_type == "code":
            cell.outputs = [one for one in cell.outputs if not _NOT_TRIED.fullmatch(_text(one))]


def _text(output):
    return output.get("data", {}).get("text/plain", "")
