"""The form that every lesson has, so that a learner who knows one finds the way in all."""

import ast
import itertools
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from notebook_text import CODE, LINK, Notebook, prose

from course_lib.demos.presets import DEMOS
from course_lib.practice import exercises
from course_lib.practice.challenges import CHALLENGES
from course_lib.practice.exercises import exercise
from course_lib.practice.lessons import EXTRAS, LESSONS
from course_lib.practice.presets import PRESETS
from course_lib.practice.questions import prediction, predictions, quiz_questions

ROOT = Path(__file__).parents[2]
ALL = (*LESSONS, *EXTRAS)
WRITTEN = [item for item in ALL if (ROOT / "notebooks" / item.file).exists()]
FILES = {item.file for item in ALL}


@pytest.fixture
def home(lesson):
    """What the course knows of this lesson."""
    (found,) = [item for item in ALL if item.file == lesson.path.name]
    return found


@pytest.fixture
def first(lesson):
    return lesson.text[0]


def calls(sources, *names):
    """Calls of these functions in code, in order: (name, first argument, keywords)."""
    found = []
    for source in sources:
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
            name = getattr(node.func, "id", getattr(node.func, "attr", None))
            if name in names:
                assert node.args, f"{name} of nothing: {source}"
                argument = ast.literal_eval(node.args[0])
                found.append((name, argument, {word.arg for word in node.keywords}))
    return found


def ids_in(sources, *names):
    return [argument for _, argument, _ in calls(sources, *names)]


# ---------------------------------------------------------------------- the title cell


def test_the_file_and_the_title_are_those_of_the_course(lesson, home, first):
    assert first.startswith(f"# {home.title}\n")
    assert lesson.headings(1) == [home.title]


def test_the_objectives_are_four_to_six(first):
    found = re.search(r"^\*\*Afterwards you can\*\*\n\n((?:[-*] .*\n(?:  .*\n)*)+)", first, re.M)
    assert found, "there is no list after **Afterwards you can**"
    objectives = re.findall(r"^[-*] (.*)", found[1], re.M)
    assert 4 <= len(objectives) <= 6


def test_the_time_is_said_in_minutes_with_the_exercises(first, home):
    low, high = map(int, re.search(r"\*\*Time\*\* (\d+) to (\d+) minutes", first).groups())
    assert (low, high) == ((20, 30) if home.number == 0 else (30, 45))


def test_it_builds_on_earlier_lessons_only(first, home):
    builds_on = re.search(r"\*\*It builds on\*\*(.*?)(?:\n\n|\Z)", first, re.S)[1]
    found = links(builds_on)
    earlier = {item.file for item in ALL[: home.number]}
    assert set(found) <= earlier
    assert found or home.number == 0, "what it builds on is not linked"


def test_it_says_how_to_read_it(first):
    assert "**How to read it**" in first


# ---------------------------------------------------------------------- the sections


def test_the_sections_are_numbered_without_a_gap(lesson):
    numbers = [int(n) for n in re.findall(r"^(\d+) \S", "\n".join(lesson.headings(2)), re.M)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 3


def test_it_ends_with_summary_quiz_and_where_to_go_on(lesson, home):
    ending = ["Summary", "Quiz", "Where to go on"]
    if home.name == "review" or not quiz_questions(home.name):
        ending.remove("Quiz")
    headings = lesson.headings(2)
    assert headings[-len(ending) :] == ending
    for heading in headings[: -len(ending)]:
        assert re.match(r"\d+ \S|Exercises\b", heading), heading


def test_the_summary_has_three_points_or_more(lesson):
    assert len(re.findall(r"^[-*] ", lesson.section("Summary"), re.M)) >= 3


def test_it_leads_on_to_the_next_lesson_to_things_to_try_and_to_a_source(lesson, home):
    found = links(lesson.section("Where to go on"))
    if home.number + 1 < len(LESSONS):
        assert LESSONS[home.number + 1].file in found
    assert len(re.findall(r"^[-*] ", lesson.section("Where to go on"), re.M)) >= 2
    assert any(link.startswith("https://") for link in found), "no source is cited"


def test_headings_go_down_one_level_at_a_time(lesson):
    levels = [len(marks) for marks in re.findall(r"^(#+) \S", "\n\n".join(lesson.text), re.M)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize(
    ("other", "word"),
    [
        (r"cost functions?|error functions?|objective functions?", "loss"),
        (r"step sizes?", "learning rate"),
        (r"ground truth", "target"),
        (r"minibatch\w*", "batch or mini-batch"),
        (r"development (set|data)", "validation data"),
    ],
)
def test_one_thing_has_one_name_that_of_the_vocabulary_in_lesson_0(lesson, other, word):
    own_words = prose(LINK.sub("", "\n\n".join(lesson.text)))  # a cited title keeps its own
    found = re.findall(rf"\b(?:{other})\b", own_words, re.I)
    assert not found, f"say {word}"


# ---------------------------------------------------------------------- links


def test_every_relative_link_leads_to_a_file_and_every_other_is_well_formed(notebook_path):
    prose = without_code(notebook_path)
    for source in prose:
        for link in links(source):
            if "://" in link:
                parts = urlsplit(link)
                assert parts.scheme == "https", link
                assert re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.netloc), link
            elif link.startswith("#"):
                assert link[1:] in anchors(prose), link
            else:
                path = (notebook_path.parent / link.partition("#")[0]).resolve()
                written_later = path.parent == ROOT / "notebooks" and path.name in FILES
                assert path.is_file() or written_later, link


def test_no_address_stands_bare_in_the_prose(notebook_path):
    for source in without_code(notebook_path):
        assert not re.search(r"(?<![(<`\"'\[])https?://", source), source


def links(markdown):
    return [address for _, address in LINK.findall(markdown)]


def test_a_link_to_a_lesson_bears_its_title_or_names_its_number(lesson):
    by_file = {item.file: item for item in ALL}
    for source in lesson.text:
        for words, link in LINK.findall(source):
            if link not in by_file:
                continue
            item = by_file[link]
            numbers = re.findall(r"\d+", words)
            assert item.title in words or not numbers or item.number in map(int, numbers), words


def test_a_section_or_lesson_that_is_named_by_number_exists(lesson):
    sections = len([heading for heading in lesson.headings(2) if heading[0].isdigit()])
    for source in lesson.text:
        for number in re.findall(r"\b[Ss]ections? (\d+)", source):
            assert 1 <= int(number) <= sections, f"section {number}"
        for number in re.findall(r"\b[Ll]essons? (\d+)", source):
            assert 0 <= int(number) < len(ALL), f"lesson {number}"


def without_code(path):
    """The Markdown cells of a notebook, its code cut out."""
    return [CODE.sub("", text) for text in Notebook(path).text]


def anchors(sources):
    """What JupyterLab calls the headings."""
    headings = re.findall(r"^#+ +(.+?) *$", "\n\n".join(sources), re.M)
    return {heading.replace(" ", "-") for heading in headings}


# ---------------------------------------------------------------------- what is practised


def test_each_prediction_of_the_lesson_is_asked_once_and_then_answered(lesson, home):
    """One that is never asked would leave the lesson's part of the map incomplete for ever."""
    found = calls(lesson.code, "predict", "reveal")
    asked = [(name, words) for call, name, words in found if call == "predict"]
    for name, words in asked:
        assert prediction(name).lesson == home.number, name
        shown = [call for call in found if call[1] == name]
        if "truth" in words:
            assert "demo" in words
            assert [call for call, *_ in shown] == ["predict"], name
        else:
            assert [call for call, *_ in shown] == ["predict", "reveal"], name
    assert {name for name, _ in asked} == {item.id for item in predictions(home.number)}
    assert {call[1] for call in found} == {name for name, _ in asked}


def test_each_exercise_of_the_lesson_is_checked(lesson, home):
    checked = ids_in(lesson.code, "check")
    if home.name == "challenges":
        assert checked == list(CHALLENGES)
        return
    for name in {*checked, *ids_in(lesson.code, "exercise")}:
        assert exercise(name).lesson == home.number, name
    assert set(ids_in(lesson.code, "exercise")) <= set(checked)
    assert set(checked) == {item.id for item in exercises(home.number)}


def test_a_stub_says_what_its_exercise_says(lesson, home):
    """The function in the cell that checks it: the signature and docstring of the exercise."""
    if home.name == "challenges":
        return  # no stubs: whole scripts, held by tests/practice/test_challenges.py
    for source in lesson.code:
        tree = ast.parse(source)
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        stubs = {node.name: signature(node) for node in functions}
        for name in ids_in([source], "check"):
            assert name in stubs, f"no function {name} in the cell that checks it"
            (model,) = ast.parse(exercise(name).stub).body
            assert stubs[name] == signature(model), name


def signature(node):
    return ast.dump(node.args), ast.get_docstring(node)


def test_the_quiz_is_the_lessons_own_and_can_open_the_demos(lesson, home):
    found = calls(lesson.code, "quiz")
    if not quiz_questions(home.name):
        assert not found
        return
    ((_, name, words),) = found
    assert name == home.name
    assert "presets" in words


def test_the_demos_of_written_lessons_can_be_opened_from_the_quizzes():
    assert set(DEMOS) <= set(PRESETS)
    written = {item.number for item in WRITTEN}
    missing = [
        name for name, preset in PRESETS.items() if preset.lesson in written and name not in DEMOS
    ]
    assert not missing, f"course_lib/demos/presets.py lacks {missing}"


@pytest.mark.parametrize("name", DEMOS)
def test_a_preset_opens(name):
    shown = DEMOS[name]()
    try:
        assert hasattr(shown, "_repr_mimebundle_"), "a cell cannot show it"
    finally:
        getattr(shown, "close", lambda: None)()
