"""The guide for teachers: every lesson is in it, and every demo gives the reading it promises."""

import ast
import importlib
import itertools
import pkgutil
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

import course_lib.demos
from course_lib.practice import exercises
from course_lib.practice.lessons import EXTRAS, LESSONS
from course_lib.practice.questions import predictions

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "teachers.md").read_text(encoding="utf-8")
ALL = (*LESSONS, *EXTRAS)
MODULES = [module.name for module in pkgutil.iter_modules(course_lib.demos.__path__)]
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")


def section(item):
    """The part of the guide about a lesson."""
    title = re.escape(f"Lesson {item.number}: {item.title}")
    found = re.findall(rf"^## {title}$(.*?)(?=^## |\Z)", GUIDE, re.M | re.S)
    assert len(found) == 1, f"docs/teachers.md needs one section '## Lesson {item.number}: …'"
    return found[0]


def misconceptions(item):
    """Its items: (what people believe, the whole text, the lines of what is read then)."""
    _, _, text = section(item).partition("**Misconceptions, and what to show**")
    text = text.partition("\n**Ask**")[0]
    for part in re.split(r"\n(?=- \*\*)", text.strip()):
        readings = re.findall(r"^  > (.*)$", part, re.M)
        yield re.match(r"- \*\*(.+?)\*\*", part)[1], part, readings


def cases():
    """Every misconception of the guide."""
    for item in ALL:
        for belief, text, readings in misconceptions(item):
            yield pytest.param(item, text, readings, id=f"{item.number:02}-{belief[:40]}")


CASES = pytest.mark.parametrize(("item", "text", "readings"), list(cases()))


@cache
def cells(item):
    """The cells of a lesson's notebook."""
    path = ROOT / "notebooks" / item.file
    return nbformat.v4.reads(path.read_text(encoding="utf-8")).cells


def demo_of(item, text):
    """The module that the lesson has the named demo from, the demo, and how the lesson opens it."""
    name = re.search(r"Demo `(\w+)`", text)[1]
    sources = [cell.source for cell in cells(item) if cell.cell_type == "code"]
    imports = re.findall(r"from course_lib\.demos\.(\w+) import ([\w, ]+)", "\n".join(sources))
    homes = [module for module, names in imports if name in re.split(r",\s*", names)]
    assert homes, f"lesson {item.number} does not import {name} from course_lib.demos"
    calls = [
        node
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == name
    ]
    assert calls, f"lesson {item.number} does not show {name}"
    return homes[0], getattr(importlib.import_module(f"course_lib.demos.{homes[0]}"), name), calls


def settings(text):
    """Pairs of a control's label and the text of the position that is to be set, in order."""
    return re.findall(r"\*([^*]+)\* to \*\*([^*]+)\*\*", text)


def opened(demo, call):
    """The demo as the lesson opens it, as far as its arguments are written out."""
    try:
        arguments = [ast.literal_eval(node) for node in call.args]
        keywords = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
    except ValueError:
        return demo()
    return demo(*arguments, **keywords)


def set_control(live, label, position):
    """Do what the guide says, by the label and the position's text that a reader sees."""
    labels = {name: control.spec(name)["label"] for name, control in live._controls.items()}
    names = [name for name, said in labels.items() if said == label]
    assert names, f"there is no control {label!r}: {sorted(labels.values())}"
    control = live._controls[names[0]]
    if control.kind == "toggle":
        setattr(live, names[0], position == "on")
        return
    assert position in control.texts, f"{label!r} has no position {position!r}: {control.texts}"
    setattr(live, names[0], control.values[control.texts.index(position)])


def plain(text):
    return " ".join(text.split())


# ---------------------------------------------------------------------- the sections


def test_the_guide_has_a_section_for_every_lesson_in_order_and_no_other():
    found = re.findall(r"^## Lesson (\d+): (.+)$", GUIDE, re.M)
    assert found == [(str(item.number), item.title) for item in ALL]


@pytest.mark.parametrize("item", ALL, ids=str)
def test_a_section_has_goals_the_notebooks_own_time_and_two_misconceptions(item):
    text = section(item)
    assert re.search(r"^\*\*Goals\*\* \S.{30,}", text, re.M)
    time = re.compile(r"\*\*Time\*\* (\d+) to (\d+) minutes")
    assert time.search(text).groups() == time.search(cells(item)[0].source).groups()
    assert len(list(misconceptions(item))) >= 2


@pytest.mark.parametrize("item", ALL, ids=str)
def test_what_is_voted_on_and_assigned_is_the_lessons_own(item):
    for line, known in (
        ("Vote", {asked.id for asked in predictions(item.number)}),
        ("Assign", {task.id for task in exercises(item.number)}),
    ):
        for found in re.findall(rf"^\*\*{line}\*\* (.*)$", section(item), re.M):
            assert set(re.findall(r"`(\w+)`", found)) <= known


# ---------------------------------------------------------------------- the demos


@CASES
def test_the_section_that_is_linked_holds_the_demo(item, text, readings):
    name = re.search(r"Demo `(\w+)`", text)[1]
    number, target = re.search(r"\[section (\d+)\]\(([^)]+)\)", text).groups()
    assert target.partition("#")[0] == f"../notebooks/{item.file}"
    here, at = [], None
    for cell in cells(item):
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^## (.+)$", cell.source, re.M):
                at = heading
        elif re.search(rf"\b{name}\b", cell.source):
            here.append(at)
    (heading,) = {found for found in here if found and found.startswith(f"{number} ")}
    # As JupyterLab names headings; it cannot be said for those with formulas.
    anchor = target.partition("#")[2]
    assert anchor == ("" if "$" in heading else heading.replace(" ", "-"))


@CASES
def test_the_demo_gives_the_reading(item, text, readings):
    module, demo, calls = demo_of(item, text)
    assert module in MODULES
    wanted = [plain(reading) for reading in readings]
    assert wanted or settings(text), "nothing is set and nothing is read"
    outputs = plain(
        " ".join(
            output.get("text", "") + " " + output.get("data", {}).get("text/plain", "")
            for cell in cells(item)
            if cell.cell_type == "code"
            for output in cell.outputs
        )
    )
    steps = settings(text)
    if not steps:
        assert all(reading in outputs for reading in wanted)
        return
    live = opened(demo, calls[0])
    try:
        captions = []
        for label, position in steps:
            set_control(live, label, position)
            captions.append(plain(live.caption))
        for reading in wanted:
            assert reading in outputs or any(reading in caption for caption in captions), captions
    finally:
        live.close()


# ---------------------------------------------------------------------- plans and links


def test_the_plans_take_the_time_they_say():
    plans = GUIDE.partition("## Three plans")[2].partition("\n## ")[0]
    tables = re.findall(r"\| minutes .*?\n((?:\|.*\n)+)", plans)
    sums = [sum(map(int, re.findall(r"^\| (\d+) \|", table, re.M))) for table in tables]
    assert sums == [90, 240]
    weeks = re.findall(r"^\| (\d) \| (.*) \|", plans.partition("**Eight weeks**")[2], re.M)
    assert [int(week) for week, _ in weeks] == list(range(1, 9))
    named = set(re.findall(r"notebooks/(\w+\.ipynb)", " ".join(row for _, row in weeks)))
    assert named >= {item.file for item in LESSONS}


PAGES = [ROOT / "docs" / "teachers.md", ROOT / "docs" / "data.md"]
PAGES += [ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "LICENSE-TEXT.md")]


def anchors(path):
    """What may stand behind #, as code hosts name headings, or JupyterLab those of notebooks."""
    if path.suffix == ".ipynb":
        cells = nbformat.v4.reads(path.read_text(encoding="utf-8")).cells
        lines = itertools.chain(*(c.source.splitlines() for c in cells if c.cell_type != "code"))
        return {line.lstrip("# ").replace(" ", "-") for line in lines if line.startswith("#")}
    headings = re.findall(r"^#+ +(.+?) *$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page):
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), link
        if anchor:
            assert anchor in anchors(path), link
