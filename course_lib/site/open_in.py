"""The row of buttons under a lesson's title: where to run it."""

import html
import re
import subprocess
from pathlib import Path
from urllib.parse import quote

from course_lib.practice.lessons import EXTRAS, LESSONS

__all__ = ["address_of", "binder", "buttons", "colab"]

_ELSEWHERE = "../docs/elsewhere.html"
_NOTE = (
    "Everything that moves works on this page: sliders, guesses, quizzes. What you do is kept in "
    "this browser. To write code and have it checked, open the lesson in JupyterLab."
)


def buttons(path: Path, root: Path, settings) -> str:
    """The buttons, as one block of HTML.

    Parameters
    ----------
    path : Path
        The notebook.
    root : Path
        Of the repository.
    settings : build.Settings

    Returns
    -------
    str
    """
    inside = path.relative_to(root).as_posix()
    numbers = {one.file: one.number for one in (*LESSONS, *EXTRAS)}
    number = numbers.get(path.name)
    parts = [_jupyterlab(path, number, settings.repository)]
    for name, address, fallback in (
        ("Binder", binder(settings, inside), f"{_ELSEWHERE}#binder"),
        ("Colab", colab(settings, inside), f"{_ELSEWHERE}#colab"),
        ("JupyterHub", _hub(settings, inside), ""),
    ):
        if address or fallback:
            parts.append(f'<a class="open-button" href="{address or fallback}">Open in {name}</a>')
    parts.append(
        '<button type="button" class="open-button open-print">Print or save as PDF</button>'
    )
    note = f'<p class="open-note">{_NOTE}</p>' if number is not None else ""
    row = "".join(parts)
    return f'<nav class="open-in" aria-label="Run or print this lesson">{row}</nav>\n{note}'


def _jupyterlab(path, number, repository):
    if number is None:
        steps = "<p>In the course's folder: <code>python3 course.py</code>, then open it there.</p>"
    else:
        course = f'<a href="{html.escape(repository)}">course</a>' if repository else "course"
        steps = (
            f"<p>With the {course} on your computer, in its folder:</p>"
            f"<pre><code>python3 course.py {number}</code></pre>"
            f'<p>Or only <a download href="{path.name}">this notebook</a>; it needs the course\'s '
            f"package beside it.</p>"
        )
    return (
        '<details class="open-lab"><summary class="open-button">Open in JupyterLab</summary>'
        f'<div class="open-steps">{steps}</div></details>'
    )


def address_of(root: Path) -> str:
    """The repository's web address, from where it was cloned; "" if that is no public host.

    Parameters
    ----------
    root : Path
    """
    asked = ["git", "-C", str(root), "remote", "get-url", "origin"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
    found = re.fullmatch(
        r"(?:https://|ssh://git@|git@)(?:[^@/]*@)?(github\.com|gitlab\.com)[:/](.+?)(?:\.git)?/?",
        said,
    )
    return f"https://{found[1]}/{found[2]}" if found else ""


def binder(settings, inside: str) -> str:
    """The address that opens a file of the repository on mybinder.org; "" without repository."""
    if not settings.repository:
        return ""
    host, place = _split(settings.repository)
    if host == "github.com":
        where = f"gh/{place}"
    elif host == "gitlab.com":
        where = f"gl/{quote(place, safe='')}"
    else:
        where = f"git/{quote(settings.repository, safe='')}"
    target = quote(f"lab/tree/{inside}", safe="/")
    return f"https://mybinder.org/v2/{where}/{quote(settings.branch, safe='')}?urlpath={target}"


def colab(settings, inside: str) -> str:
    """The address that opens a notebook in Colab; "" unless the repository is on GitHub."""
    host, place = _split(settings.repository) if settings.repository else ("", "")
    if host != "github.com":
        return ""
    file = f"{place}/blob/{quote(settings.branch)}/{inside}"
    return f"https://colab.research.google.com/github/{file}"


def _hub(settings, inside):
    if not settings.hub:
        return ""
    return f"{html.escape(settings.hub.rstrip('/'))}/hub/user-redirect/lab/tree/{inside}"


def _split(repository):
    found = re.fullmatch(r"https?://([^/]+)/(.+?)(?:\.git)?/?", repository)
    if not found:
        raise ValueError(
            f"The repository must be a web address such as https://github.com/you/course, not "
            f"{repository!r}."
        )
    return found[1], found[2]
