"""The front page of the site: a figure to move, and the way to each lesson."""

import re
from pathlib import Path

from course_lib.demos.ball_1d import ball_1d
from course_lib.practice.lessons import EXTRAS, LESSONS

from .embed import Embedder

__all__ = ["page"]

_PAGE = """\
# How neural networks learn

A course that you hold in your hands. You read a paragraph, guess, move a slider, and see at once
what happens on real numbers. Here is its main idea; move the sliders:

{figure}

The ball is the network, the height is its error, and each step goes down by slope times learning
rate. The lessons show where the slope comes from, why some rates break the training, and what all
of it does to 10,000 handwritten digits.

<p><a class="open-button open-begin" href="notebooks/{first}">Begin with lesson 00</a></p>

## Lessons

{table}

[The course on one page](docs/cheat_sheet.html) is a cheat sheet to print.

## Your progress

What you guess, answer and solve on these pages is kept in this browser, and nowhere else.

<div class="course-progress"></div>

```{{toctree}}
:hidden:
:caption: Lessons

{lessons}
```

```{{toctree}}
:hidden:
:caption: Around the course

{documents}
```
"""


def page(root: Path, extra: Path, documents: list[str]) -> str:
    """The front page in Markdown.

    Parameters
    ----------
    root : Path
        Of the repository.
    extra : Path
        Folder of files that are served as they are.
    documents : list of str
        The other pages, without suffix, in order.

    Returns
    -------
    str
    """
    # Other pages lie one folder deep.
    figure = Embedder(extra).html(ball_1d()).replace("../", "")
    readme = (root / "README.md").read_text(encoding="utf-8")
    table = re.search(r"^\| \| lesson .*?(?=\n\n)", readme, re.MULTILINE | re.DOTALL)[0]
    lessons = [f"{one} <notebooks/{Path(one.file).stem}>" for one in (*LESSONS, *EXTRAS)]
    return _PAGE.format(
        figure=figure,
        first=f"{Path(LESSONS[0].file).stem}.html",
        table=table,
        lessons="\n".join(lessons),
        documents="\n".join(documents),
    )
