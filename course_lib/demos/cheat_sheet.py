"""The course on one page: shown in a notebook, and as a page to print.

``python -m course_lib.demos.cheat_sheet`` writes ``docs/cheat_sheet.html``. What stands on it is
in `cheat_sheet_content`.
"""

import re
from html import escape
from pathlib import Path

from . import cheat_sheet_content as content

__all__ = ["CheatSheet", "cheat_sheet"]

DOCS = Path(__file__).parents[2] / "docs" / "cheat_sheet.html"
TITLE = "How neural networks learn: the cheat sheet"

# In a page that knows no theme of JupyterLab, the second value counts.
STYLE = """\
.cheat-sheet { --ink: var(--jp-content-font-color0, #222); --paper: var(--jp-layout-color0, #fff);
  --line: var(--jp-border-color1, #bbb); --shade: var(--jp-layout-color2, #f0f0f0);
  color: var(--ink); background: var(--paper); font: 13px/1.35 system-ui, sans-serif; }
.cheat-sheet .columns { columns: 2 30em; column-gap: 1.6em; }
.cheat-sheet section { break-inside: avoid; margin: 0 0 .8em; }
.cheat-sheet h2, .cheat-sheet h3 { font-size: 1.1em; margin: 0 0 .25em; padding: 0 0 .1em;
  color: inherit; border-bottom: 2px solid #0072B2; }
.cheat-sheet table { border-collapse: collapse; table-layout: auto; width: 100%; margin: 0;
  font-size: 1em; }
.cheat-sheet th, .cheat-sheet td { text-align: left; vertical-align: top; white-space: normal;
  padding: .12em .6em .12em 0; border: 0; border-bottom: 1px solid var(--line);
  background: var(--paper); max-width: none; }
.cheat-sheet th { font-weight: 600; }
.cheat-sheet code { font: .95em/1.35 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  color: inherit; background: none; padding: 0; }
.cheat-sheet td code { display: block; padding-left: 1.2em; text-indent: -1.2em; }
.cheat-sheet pre { margin: 0; padding: .4em .6em; background: var(--shade); color: inherit;
  overflow-x: auto; line-height: 1.3; }
.cheat-sheet pre code { font-size: .88em; }
.cheat-sheet .shapes code { white-space: nowrap; }
.cheat-sheet p, .cheat-sheet ul { margin: .2em 0; }
.cheat-sheet ul { padding-left: 1.2em; }
"""

PAGE_STYLE = """\
@page { margin: 8mm; }
body { margin: 1.5em auto; padding: 0 1em; max-width: 75em; background: #fff; }
h1 { font: 600 20px system-ui, sans-serif; margin: 0 0 .5em; color: #222; }
@media print {
  body { margin: 0; padding: 0; max-width: none; }
  h1 { font-size: 11pt; margin: 0 0 1.5mm; }
  .cheat-sheet { font-size: 6.9pt; line-height: 1.22; }
  .cheat-sheet .columns { columns: 2; column-gap: 5mm; }
  .cheat-sheet section { margin-bottom: 1.6mm; }
  .cheat-sheet pre { overflow: hidden; print-color-adjust: exact; }
}
"""


# Named three times over, the rules outweigh those of JupyterLab for tables and code.
STYLE, PAGE_STYLE = (
    style.replace(".cheat-sheet ", 3 * ".cheat-sheet" + " ") for style in (STYLE, PAGE_STYLE)
)


class CheatSheet:
    """The sheet: the last line of a cell shows it.

    Examples
    --------
    >>> cheat_sheet()
    The course on one page: ...
    """

    def body(self, level: int = 3) -> str:
        """The sheet as HTML, without its style; nothing in it is fetched from anywhere.

        Parameters
        ----------
        level : int
            Of its headings: 2 or 3.

        Returns
        -------
        str
        """
        columns = [
            ("Shapes: rows are examples", _table(_shape_rows(), kind="shapes")),
            ("Forward, and back (dW means ∂L/∂W)", _table(_layer_rows(), "layer forward backward")),
            ("Losses and their gradients", _table(_loss_rows(), "loss formula gradient")),
            ("The loop", f"<pre><code>{escape(content.LOOP)}</code></pre>"),
            ("Initial weights, drawn with mean 0", _table(_initializer_rows())),
            ("Updates (gradient g, rate α, step t)", _table(_update_rows())),
            ("Around the update", _table(_trick_rows())),
            ("Learning rate", _list(content.LEARNING_RATES)),
            ("Worth remembering", _list(content.NOTES)),
        ]
        heads = "symptom likely-cause look-at cure"
        symptoms = _table([map(escape, row) for row in content.SYMPTOMS], heads)
        return (
            '<div class="cheat-sheet"><div class="columns">'
            + "".join(_section(*part, level) for part in columns)
            + "</div>"
            + _section("When training goes wrong", symptoms, level)
            + "</div>"
        )

    def page(self) -> str:
        """The sheet as a page of its own, which prints on one side of A4 or Letter."""
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width">\n'
            f"<title>{TITLE}</title>\n<style>\n{STYLE}{PAGE_STYLE}</style>\n</head>\n<body>\n"
            f"<main>\n<h1>{TITLE}</h1>\n{self.body(level=2)}\n</main>\n</body>\n</html>\n"
        )

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, to be opened in a browser and printed.

        Parameters
        ----------
        path : str or Path
            A name that ends in .html.

        Returns
        -------
        Path
        """
        path = Path(path)
        if path.suffix != ".html":
            raise ValueError(f"path must end in .html, so that a browser opens it, not {path}.")
        path.write_text(self.page(), encoding="utf-8")
        return path

    def __repr__(self):
        names = [name for name, *_ in (*content.LAYERS, *content.LOSSES, *content.UPDATES)]
        return (
            f"The course on one page: {len(names)} layers, losses and update rules with their "
            f"formulas, the loop, and {len(content.SYMPTOMS)} symptoms with causes and cures."
        )

    def _repr_html_(self):
        return f"<style>\n{STYLE}</style>\n{self.body()}"


def cheat_sheet() -> CheatSheet:
    """The course on one page: formulas, shapes, the loop, and what to do when it goes wrong.

    Returns
    -------
    CheatSheet
        `save` writes it as a page to print.
    """
    return CheatSheet()


def _shape_rows():
    return [(_code(name), _code(shape), escape(words)) for name, shape, words in content.SHAPES]


def _layer_rows():
    return [(name, _codes(forth), _codes(back)) for name, forth, back in content.LAYERS]


def _loss_rows():
    return [(escape(name), _code(loss), _code(slope)) for name, loss, slope in content.LOSSES]


def _initializer_rows():
    return [(name, f"for {use}", _code(spread)) for name, use, spread in content.INITIALIZERS]


def _update_rows():
    return [(name, _codes(lines)) for name, lines in content.UPDATES]


def _trick_rows():
    return [(name, _code(formula)) for name, formula in content.TRICKS]


def _code(formula):
    """Indices such as n_in are set low."""
    lowered = re.sub(r"_(in|out)", r"<sub>\1</sub>", escape(formula, quote=False))
    return f"<code>{lowered}</code>"


def _codes(formulas):
    return "".join(map(_code, formulas))


def _table(rows, heads="", kind="plain"):
    head = "".join(f'<th scope="col">{word.replace("-", " ")}</th>' for word in heads.split())
    body = ""
    for first, *rest in rows:
        body += f'<tr><th scope="row">{first}</th>'
        body += "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
    head = f"<thead><tr>{head}</tr></thead>" if heads else ""
    return f'<table class="{kind}">{head}<tbody>{body}</tbody></table>'


def _list(points):
    return "<ul>" + "".join(f"<li>{escape(point)}</li>" for point in points) + "</ul>"


def _section(title, inner, level):
    return f"<section><h{level}>{escape(title)}</h{level}>{inner}</section>"


if __name__ == "__main__":
    cheat_sheet().save(DOCS)
