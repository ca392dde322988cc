"""Gathers the pages of the site and has Sphinx make it."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat

import course_lib
from course_lib.practice.lessons import EXTRAS, LESSONS

from . import front, open_in, scripts
from .embed import PIECES
from .lessons import page_of
from .wording import reword

__all__ = ["Settings", "SiteError", "build"]

ROOT = Path(course_lib.__file__).resolve().parents[1]
# Left over from a run that was broken off, and of no use to a later one.
_WORK, _PAGES = "work", "html"


class SiteError(Exception):
    """Why the site could not be made, and what to do."""


@dataclass(frozen=True)
class Settings:
    """What a site says of its own address and of where its lessons can be run.

    Parameters
    ----------
    repository : str
        Web address of the public repository, such as ``https://github.com/you/course``; without
        it, the buttons for Binder and Colab lead to a page that says what to do.
    branch : str
    hub : str
        Web address of your JupyterHub, if there is one.
    """

    repository: str = ""
    branch: str = "main"
    hub: str = ""


def build(folder: Path, settings: Settings = Settings(), *, fresh: bool = False, say=print) -> Path:
    """Make the site.

    Parameters
    ----------
    folder : Path
        Where to work; the pages are in its folder ``html``, the rest saves time when it is made
        again.
    settings : Settings
    fresh : bool
        Make everything anew.
    say : callable (str)
        Told of the progress.

    Returns
    -------
    Path
        Folder of the pages.

    Raises
    ------
    SiteError
        If a notebook fails or Sphinx finds fault with a page.
    """
    folder = Path(folder)
    work, pages = folder / _WORK, folder / _PAGES
    if fresh:
        _remove(work)
    work.mkdir(parents=True, exist_ok=True)
    source = work / "source"
    _remove(source)
    source.mkdir()
    _make_lessons(work, source, settings, say)
    _copy_documents(source, settings)
    extra = _extra_files(work, source)
    (source / "index.md").write_text(front.page(ROOT, extra, _documents(source)), encoding="utf-8")
    say("Making the pages …")
    _sphinx(source, extra, work, pages)
    _mend(pages)
    (pages / ".nojekyll").touch()  # GitHub Pages would leave out folders that begin with "_"
    return pages


# -------------------------------------------------------------------- lessons


def notebooks() -> list[Path]:
    """The notebooks that become pages."""
    lessons = [ROOT / "notebooks" / one.file for one in (*LESSONS, *EXTRAS)]
    return [*lessons, ROOT / "docs" / "live_figures.ipynb"]


def _make_lessons(work, source, settings, say):
    """Run what has changed since last time, two notebooks at once."""
    package = _package_fingerprint()
    (work / "lessons").mkdir(exist_ok=True)
    jobs = {}
    for path in notebooks():
        stamp = hashlib.sha256(path.read_bytes() + package.encode()).hexdigest()
        if not _is_fresh(work, path, stamp):
            jobs[path] = package, work, stamp
    if jobs:
        say(f"Running {len(jobs)} notebooks, for a few minutes …")
    with ProcessPoolExecutor(max_workers=2) as pool:
        waiting = {path: pool.submit(_make_lesson, path, *job) for path, job in jobs.items()}
        for path, job in waiting.items():
            try:
                job.result()
            except Exception as error:
                pool.shutdown(cancel_futures=True)
                raise SiteError(f"A notebook could not be run: {error}") from None
            say(f"  {path.name}")
    for path in notebooks():
        page = nbformat.read(work / "lessons" / path.name, as_version=4)
        reword(page)
        _put_below_title(page, open_in.buttons(path, ROOT, settings))
        target = source / path.relative_to(ROOT)
        target.parent.mkdir(exist_ok=True)
        nbformat.write(page, target)


def _put_below_title(page, html):
    """Insert HTML below the title, which is the first line of the first cell."""
    title, _, rest = page.cells[0].source.partition("\n")
    page.cells[0].source = f"{title}\n\n{html}\n\n{rest.lstrip()}"


def _make_lesson(path, package, work, stamp):
    nbformat.write(page_of(path, work, package), work / "lessons" / path.name)
    _stamp_of(work, path).write_text(stamp, encoding="utf-8")


def _stamp_of(work, path):
    return work / "lessons" / f"{path.stem}.stamp"


def _is_fresh(work, path, stamp):
    file = _stamp_of(work, path)
    return file.exists() and file.read_text(encoding="utf-8") == stamp


# What the browser runs, and what is done after the notebooks have run, changes no frame.
_AFTERWARDS = {"static", "assignments", "skeletons", "__pycache__"}
_AFTERWARDS |= {
    f"{name}.py" for name in ("__main__", "build", "front", "open_in", "scripts", "wording")
}


def _package_fingerprint():
    """What the frames and cards of all pages depend on: the package, as a short name."""
    package = Path(course_lib.__file__).parent
    summed = hashlib.sha256()
    for file in sorted(package.rglob("*")):
        inside = file.relative_to(package)
        if file.is_file() and not _AFTERWARDS.intersection(inside.parts):
            summed.update(inside.as_posix().encode() + file.read_bytes())
    return summed.hexdigest()[:8]


# -------------------------------------------------------------------- other pages


def _copy_documents(source, settings):
    """The pages of docs/, with links to files that are no pages leading to the repository."""
    (source / "docs").mkdir(exist_ok=True)
    for path in sorted((ROOT / "docs").iterdir()):
        if path.suffix == ".md":
            text = path.read_text(encoding="utf-8")
            text = _links_that_hold(text, path, settings)
            (source / "docs" / path.name).write_text(text, encoding="utf-8")
        elif path.suffix in (".html", ".png", ".svg"):
            shutil.copy(path, source / "docs" / path.name)
    for name in ("CHANGELOG.md", "CONTRIBUTING.md"):
        path = ROOT / name
        if path.exists():
            text = _links_that_hold(path.read_text(encoding="utf-8"), path, settings)
            (source / name).write_text(text, encoding="utf-8")


def _documents(source):
    """The pages around the course, those for learners first."""
    first = ["docs/elsewhere", "docs/teachers", "docs/classroom", "docs/assignments"]
    found = sorted(
        path.relative_to(source).with_suffix("").as_posix()
        for path in source.rglob("*")
        if path.suffix in (".md", ".ipynb") and path.parent.name != "notebooks"
    )
    return [name for name in first if name in found] + [n for n in found if n not in first]


_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def _links_that_hold(text, path, settings):
    """Links to what the site has stay; others lead to the repository, or become plain text."""

    def changed(match):
        words, target, anchor = match[1], match[2], match[3] or ""
        if re.match(r"\w+:", target):
            return match[0]
        file = (path.parent / target).resolve()
        if not file.is_relative_to(ROOT):
            return match[0]
        inside = file.relative_to(ROOT)
        if _is_page(inside):
            # JupyterLab calls a heading "2-The-scrubber", MyST "2-the-scrubber".
            mystic = re.sub(r"[^\w#-]", "", anchor).lower() if inside.suffix == ".ipynb" else anchor
            return f"[{words}]({target}{mystic})"
        if settings.repository:
            kind = "tree" if file.is_dir() else "blob"
            place = f"{settings.repository}/{kind}/{settings.branch}/{inside.as_posix()}"
            return f"[{words}]({place}{anchor})"
        return words if "`" in words else f"{words} (`{inside.as_posix()}`)"

    return _LINK.sub(changed, text)


def _is_page(inside):
    if inside.suffix == ".ipynb":
        return ROOT / inside in notebooks()
    if inside.parts[0] == "docs":
        return inside.suffix in (".md", ".html", ".png", ".svg") and (ROOT / inside).exists()
    return inside.as_posix() in ("CHANGELOG.md", "CONTRIBUTING.md")


def _extra_files(work, source):
    """What is served as it is: pieces, images, and the notebooks to download."""
    extra = work / "extra"
    _remove(extra)
    (extra / PIECES).mkdir(parents=True)
    (extra / "notebooks").mkdir()
    for path in notebooks():
        # Pieces that no page names any more stay behind.
        page = (work / "lessons" / path.name).read_text(encoding="utf-8")
        for name in set(re.findall(rf"\.\./{PIECES}/([\w.-]+)", page)):
            made, target = work / PIECES / name, extra / PIECES / name
            if made.is_dir():
                shutil.copytree(made, target, dirs_exist_ok=True, copy_function=_linked)
            elif not target.exists():
                _linked(made, target)
        if path.parent.name == "notebooks":
            shutil.copy(path, extra / "notebooks" / path.name)
    static = source / "_static"
    static.mkdir(exist_ok=True)
    (static / "course.js").write_text(scripts.script(), encoding="utf-8")
    (static / "course.css").write_text(scripts.style(), encoding="utf-8")
    return extra


def _linked(made, target):
    """Copy a file, without its bytes where the system can."""
    if Path(target).exists():
        return
    try:
        os.link(made, target)
    except OSError:
        shutil.copy(made, target)


# -------------------------------------------------------------------- Sphinx


def _sphinx(source, extra, work, pages):
    given = {"extra": str(extra), "static": str(source / "_static")}
    (source / "site.json").write_text(json.dumps(given), encoding="utf-8")
    _remove(pages)
    _remove(work / "doctrees")  # of pages that are gone, Sphinx would keep no index to search
    options = ["--quiet", "--fail-on-warning", "--keep-going"]
    variables = {**os.environ, "COURSE_SITE": str(source / "site.json")}
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", *options, "-b", "html"),
            *("-c", str(ROOT / "docs"), "-d", str(work / "doctrees")),
            *(str(source), str(pages)),
        ],
        env=variables,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ran.returncode:
        said = "\n".join(dict.fromkeys(ran.stderr.strip().splitlines()))
        raise SiteError(f"Sphinx finds fault with the pages:\n{said}")


# What the theme leaves out, and screen readers need.
_MENDED = (
    ('<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">'),
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="All pages">'),
    ('<aside class="toc-drawer">', '<aside class="toc-drawer" aria-label="On this page">'),
    ('<aside class="toc-drawer no-toc">', '<aside class="toc-drawer no-toc" hidden>'),
    ('<div id="search-results"></div>', '<h1>Search</h1><div id="search-results"></div>'),
    ('<th class="head"><p></p></th>', '<td class="head"></td>'),
    ('<th class="head"></th>', '<td class="head"></td>'),
)


def _mend(pages):
    for page in pages.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for left, right in _MENDED:
            text = text.replace(left, right)
        text = re.sub(
            r'<a href="#" class="back-to-top.*?</a>',
            r'<nav aria-label="This page">\g<0></nav>',
            text,
            flags=re.DOTALL,
        )
        # A page that Sphinx did not make, the cheat sheet, is one to open all the same.
        text = re.sub(r'download="" (href="[^"]*\.html")', r"\1", text)
        page.write_text(text, encoding="utf-8")


def _remove(folder):
    if folder.exists():
        shutil.rmtree(folder)
