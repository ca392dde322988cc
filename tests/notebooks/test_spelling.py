"""Every word of the course is in a dictionary of English, or in course_words.txt.

The dictionary is that of pyspellchecker: of the 64,000 misspellings that codespell lists, it
takes 1 in 250 for words.
"""

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from notebook_text import ROOT, prose
from spellchecker import SpellChecker

from course_lib.practice import exercises
from course_lib.practice.presets import PRESETS
from course_lib.practice.questions import all_questions, predictions

LIST = Path(__file__).with_name("course_words.txt")
COURSE_WORDS = LIST.read_text(encoding="utf-8").splitlines()

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])

# With an apostrophe inside; never part of a name with a dot, a line, a digit or a second capital.
WORD = re.compile(r"(?<![\w.@/=-])[^\W\d_]+(?:['’][^\W\d_]+)*(?![\w@/=(]|\.\w)")
# As in "Y. LeCun", "J.-P. Serre".
NAME = re.compile(r"\b(?:[A-Z]\.[ -]?)+(?:(?:van|von|de|la) )*[A-Z][\w-]+")


@cache
def is_known(word):
    return word in COURSE_WORDS or bool(_dictionary().known([word]))


@cache
def _dictionary():
    return SpellChecker(language="en")


def words(text):
    """The words of a text in lower case, without the genitive's s."""
    text = NAME.sub("", text).replace("’", "'").replace("-", " ").replace("–", " ")
    for match in WORD.finditer(text):
        word = match[0]
        if re.fullmatch(r"[^\W\d_][^\WA-Z\d_]*(?:'[a-z]+)?", word):
            yield re.sub(r"'s?$", "", word.lower())


def unknown(text):
    """Misspelt or unheard-of words, sorted."""
    return sorted({word for word in words(text) if len(word) > 2 and not is_known(word)})


def shown(notebook_path):
    """What a reader reads of a notebook: its Markdown, and what its cells say."""
    for cell in nbformat.v4.reads(notebook_path.read_text(encoding="utf-8")).cells:
        if cell.cell_type == "markdown":
            yield prose(cell.source)
            continue
        for output in cell.outputs:
            yield prose(output.get("text", "") + output.get("data", {}).get("text/plain", ""))


def practised():
    """Everything that the practice says about a task, by what it is about."""
    for asked in all_questions():
        choices = [part for choice in asked.choices for part in (choice.text, choice.because)]
        yield asked.id, [asked.topic, asked.text, *choices]
    for asked in predictions():
        options = [option.text for option in asked.options]
        yield asked.id, [asked.text, asked.because, asked.unit, *options]
    for task in exercises():
        slips = [part for slip in task.slips for part in (slip.name, slip.message)]
        docstring = task.reference.__doc__ or ""
        yield task.id, [task.title, task.statement, docstring, *task.hints, *slips]
    yield "presets", [preset.label for preset in PRESETS.values()]


def test_a_notebook_is_spelt_rightly(notebook_path):
    assert not unknown("\n".join(shown(notebook_path)))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_is_spelt_rightly(path):
    assert not unknown(prose(path.read_text(encoding="utf-8")))


def test_questions_exercises_and_hints_are_spelt_rightly():
    found = {about: unknown("\n".join(map(prose, texts))) for about, texts in practised()}
    assert not {about: mistakes for about, mistakes in found.items() if mistakes}


def test_the_words_of_the_course_are_sorted_and_in_no_dictionary():
    assert sorted(set(COURSE_WORDS)) == COURSE_WORDS
    assert all(word == word.lower() for word in COURSE_WORDS)
    assert not [word for word in COURSE_WORDS if _dictionary().known([word])]


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("The gradeint's lenght is seperate.", ["gradeint", "lenght", "seperate"]),
        ("Colour or color, behaviour or behavior; it doesn't matter.", []),
        ("An adress-book of Y. LeCun", ["adress"]),
        ("`np.sqtr`, TrainingPanel, $\\sqtr$ and course_lib.practise are names.", []),
        ("Recieve the [lossfunction](lossfunktion.ipynb).", ["lossfunction", "recieve"]),
    ],
)
def test_mistakes_are_found_and_names_are_none(text, mistakes):
    assert unknown(prose(text)) == mistakes
