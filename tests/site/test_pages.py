"""The pages of the site as files: whole, light, asking nobody, with links that lead somewhere."""

import html.parser
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from course_lib.practice.exercises import exercises
from course_lib.practice.lessons import EXTRAS, LESSONS
from course_lib.practice.questions import predictions, quiz_questions

ROOT = Path(__file__).parents[2]
LESSON_FILES = [one.file for one in (*LESSONS, *EXTRAS)]
REPOSITORY = "github.com/someone/how-neural-networks-learn"

# What a browser fetches by itself: (tag, attribute).
FETCHED = {
    *((tag, "src") for tag in ("script", "img", "iframe", "audio", "video", "source", "embed")),
    *(("img", "srcset"), ("object", "data"), ("link", "href"), ("use", "href")),
}


class Page(html.parser.HTMLParser):
    """Tags, ids and texts of one page."""

    def __init__(self, path):
        super().__init__()
        self.path, self.tags, self.ids, self.counts = path, [], set(), {}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append((tag, given))
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        self.counts[tag] = self.counts.get(tag, 0) + 1

    def fetched(self):
        for tag, given in self.tags:
            for name, value in given.items():
                if (tag, name) in FETCHED and value:
                    yield value

    def links(self):
        return [given["href"] for tag, given in self.tags if tag == "a" and given.get("href")]

    def with_class(self, name):
        return [given for _, given in self.tags if name in (given.get("class") or "").split()]


@cache
def parsed(path):
    return Page(path)


@pytest.fixture(scope="module")
def pages(site):
    """All pages that readers see, by their path in the site."""
    found = [path for path in site.rglob("*.html") if not {"_static"} & set(path.parts)]
    return {path.relative_to(site).as_posix(): parsed(path) for path in sorted(found)}


@pytest.fixture(params=LESSON_FILES, ids=lambda name: name[:2])
def lesson(request, pages):
    """One lesson: its page, and the notebook it was made from."""
    notebook = nbformat.read(ROOT / "notebooks" / request.param, as_version=4)
    return pages[f"notebooks/{Path(request.param).stem}.html"], notebook


def test_each_document_and_the_front_have_a_page(pages):
    documents = [f"docs/{path.stem}.html" for path in (ROOT / "docs").glob("*.md")]
    missing = {"index.html", "search.html", "docs/live_figures.html", *documents} - set(pages)
    assert not missing


def test_no_page_asks_another_host_for_anything(pages):
    asked = {
        (name, value)
        for name, page in pages.items()
        for value in page.fetched()
        if urlsplit(value).netloc
    }
    assert not asked


def test_no_style_sheet_and_no_script_of_the_course_names_another_host(site):
    for sheet in site.rglob("*.css"):
        urls = re.findall(r"url\(([^)]*)\)|@import\s+(\S+)", sheet.read_text(encoding="utf-8"))
        assert not [url for pair in urls for url in pair if "//" in url and "data:" not in url]
    course = (site / "_static" / "course.js").read_text(encoding="utf-8")
    assert not re.search(r"https?://(?!www\.w3\.org/)|\bfetch\(|\bimport\(", course)


def test_every_link_within_the_site_leads_to_a_file_and_a_place_on_it(site, pages):
    broken = []
    for name, page in pages.items():
        for link in (*page.links(), *page.fetched()):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = page.path
            if parts.path:
                target = (page.path.parent / unquote(parts.path)).resolve()
            if not target.exists():
                broken.append(f"{name}: {link}")
            elif target.suffix != ".html":
                continue
            elif parts.fragment and unquote(parts.fragment) not in parsed(target).ids:
                broken.append(f"{name}: {link} (no such place)")
    assert not broken, "\n".join(broken)


def test_a_link_to_the_cheat_sheet_opens_it(pages):
    sheets = [
        given
        for page in pages.values()
        for tag, given in page.tags
        if tag == "a" and given.get("href", "").endswith("cheat_sheet.html")
    ]
    assert len(sheets) >= 3
    assert not [given for given in sheets if "download" in given]


def test_links_to_other_sites_are_web_addresses(pages):
    odd = {
        (name, link)
        for name, page in pages.items()
        for link in page.links()
        if urlsplit(link).scheme not in ("", "https", "http", "mailto")
    }
    assert not odd


def test_each_page_has_a_title_of_its_own_and_one_heading_of_the_first_rank(pages):
    for name, page in pages.items():
        assert page.counts.get("h1") == 1, name
    texts = {name: page.path.read_text(encoding="utf-8") for name, page in pages.items()}
    titles = [re.search(r"<title>(.*?)</title>", text, re.S)[1] for text in texts.values()]
    assert len(set(titles)) == len(titles)


def test_every_image_has_words(pages):
    for name, page in pages.items():
        images = [given for tag, given in page.tags if tag == "img"]
        assert all((given.get("alt") or "").strip() for given in images), name


# -------------------------------------------------------------------- lessons


def test_nothing_is_left_of_widgets_that_need_a_kernel(lesson):
    page, _ = lesson
    text = page.path.read_text(encoding="utf-8")
    assert "widget-view" not in text
    assert "Run the notebook to answer" not in re.sub(
        r'<div class="course-card-plain">.*?</div>', "", text, flags=re.S
    )


def test_every_figure_that_moves_has_its_pieces_and_a_still_picture(site, lesson):
    page, _ = lesson
    places = page.with_class("live-pieces")
    for given in places:
        folder = (page.path.parent / given["data-pieces"]).resolve()
        head = folder / "head.js"
        assert head.read_text(encoding="utf-8").startswith(f'livePiece("{folder.name}/head",')
        names = {path.stem for path in folder.iterdir()}
        assert {"frames-0", "light-1", "light-2", "dark-1", "dark-2"} <= names
    images = [given for tag, given in page.tags if tag == "img"]
    assert len(images) >= len(places)


def test_each_card_of_the_notebook_is_on_the_page(lesson):
    page, notebook = lesson
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    kinds = [given["data-kind"] for given in page.with_class("course-card")]
    for call, kind in (
        ("exercise", "exercise"),
        ("reveal", "reveal"),
        ("course_map", "map"),
        ("name_the_cause", "cause"),
        ("calibration", "calibration"),
    ):
        calls = re.findall(rf"^{call}\(", code, flags=re.M)
        assert kinds.count(kind) == len(calls), call
    gates = re.findall(r"^predict\(", code, flags=re.M)
    assert kinds.count("gate") + kinds.count("gate with demo") == len(gates)


def test_questions_and_exercises_can_be_read_without_javascript(lesson):
    page, notebook = lesson
    text = page.path.read_text(encoding="utf-8")
    plain = " ".join(re.findall(r'<div class="course-card-plain">(.*?)\n<script', text, re.S))
    number = int(page.path.name[:2])
    code = "\n".join(cell.source for cell in notebook.cells)
    wanted = [asked.text for asked in predictions(number) if f'predict("{asked.id}"' in code]
    wanted += [asked.text for asked in quiz_questions(LESSON_FILES[number][3:-6])]
    written = [one for one in exercises(number) if f'exercise("{one.id}")' in code]
    kinds = [given["data-kind"] for given in page.with_class("course-card")]
    assert kinds.count("exercise") == len(written)
    words = re.sub(r"<[^>]*>|&\w+;|&#x?\w+;", "", plain)
    for one in wanted:
        start = re.split(r"[`&<>\"']", one)[0]
        assert start in words, one


def test_formulas_are_set_as_formulas_in_exercises_too(lesson):
    page, _ = lesson
    text = page.path.read_text(encoding="utf-8")
    shown = re.sub(r"<(script|style|pre)\b.*?</\1>", "", text, flags=re.S)
    assert re.findall(r"\$[^$<]+\$", shown) == []


def test_a_lesson_can_be_opened_elsewhere(lesson):
    page, _ = lesson
    name = page.path.with_suffix(".ipynb").name
    links = page.links()
    assert name in links, "the notebook to download"
    assert (page.path.parent / name).read_bytes() == (ROOT / "notebooks" / name).read_bytes()
    assert any(link.startswith("https://mybinder.org/v2/gh/someone/") for link in links)
    assert f"https://colab.research.google.com/{REPOSITORY.replace('.com', '')}/blob/main/" in (
        "".join(link for link in links if "colab" in link)
    )
    assert f"course.py {int(name[:2])}<" in page.path.read_text(encoding="utf-8")


def test_a_lesson_is_light_before_anything_is_moved(site, lesson):
    """All it fetches when it is read to its end."""
    page, _ = lesson
    local = {value for value in page.fetched() if not value.startswith("data:")}
    files = {(page.path.parent / urlsplit(value).path).resolve() for value in local}
    for given in page.with_class("live-pieces"):
        folder = (page.path.parent / given["data-pieces"]).resolve()
        files |= {folder / f"{name}.js" for name in ("head", "light-1", "frames-0")}
    total = page.path.stat().st_size + sum(file.stat().st_size for file in files)
    assert total < 3_000_000
