"""Every number in a lesson's prose is one that its cells compute.

A number in prose counts if it has a decimal point, is a percentage, or is 10 or more. It must be
what some number in the lesson's code, or in what its cells put out, rounds to. Since strict nbval
holds those outputs true, a number in prose cannot grow stale unnoticed. The rest is in
known_numbers.py, with reasons.
"""

import io
import math
import re
import tokenize

import pytest
from known_numbers import KNOWN
from notebook_text import LESSON_PATHS, MATHEMATICS, Notebook, prose

NUMBER = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e[-−+]?\d+)?)(?![\w]|\.\d)"
    r"(?P<percent>\s?%)?"
)
# Numbers that only point somewhere, and the time that a lesson takes.
POINTER = re.compile(
    r"\*\*Time\*\* \d+ to \d+ minutes"
    r"|\b(?:[Ss]ections?|[Ll]essons?|[Ee]xercises?|[Cc]hapters?|[Ff]igures?|pp?\.|[Vv]ol\.)\s\d+"
    r"(?:(?:,| and| to|–)\s?\d+)*"
)
LIST = re.compile(r"^\s*\d+\.\s", re.M)
YEAR = re.compile(r"\b(?:18|19|20)\d\d\b(?![,.]\d)")
# In formulas, what is said to come out: "= 0.693".
RESULT = re.compile(r"(?:=|≈|\\approx)\s*[-−]?(\d+\.\d+)(?![\d.])")
# What these put out is written, not computed.
WRITTEN = re.compile(r"\b(predict|quiz|exercise|check)\(")


def value_of(text):
    return float(text.replace(",", "").replace("−", "-"))


def without_years(paragraph):
    """The years cut out of a paragraph that links to its source."""
    return YEAR.sub("", paragraph) if "](https://" in paragraph else paragraph


def numbers_in_prose(markdown):
    """(as written, value, decimals, percent) of each number that counts."""
    markdown = "\n\n".join(without_years(part) for part in re.split(r"\n\n|\n(?=[-*] )", markdown))
    text = LIST.sub("", POINTER.sub("", prose(markdown, headings=False)))
    found = []
    for match in NUMBER.finditer(text):
        written, percent = match["number"], bool(match["percent"])
        if "." in written or "e" in written or percent or value_of(written) >= 10:
            found.append((written, percent))
    for formula in MATHEMATICS.findall(markdown):
        found += [(written, False) for written in RESULT.findall(formula)]
    return found


def numbers_computed(lesson):
    """Every number in the code, comments and texts excepted, and in the outputs' words."""
    found = set()
    for cell in lesson.cells:
        if cell.cell_type != "code":
            continue
        for token in tokenize.generate_tokens(io.StringIO(cell.source).readline):
            if token.type == tokenize.NUMBER:
                found.add(abs(complex(token.string.replace("_", ""))))
        if not WRITTEN.search(cell.source):
            for output in cell.outputs:
                words = output.get("text", "") + output.get("data", {}).get("text/plain", "")
                found |= {value_of(match["number"]) for match in NUMBER.finditer(words)}
    return found


def rounds_to(value, written):
    """Whether a value, written with as many digits, reads like that."""
    mantissa, _, exponent = written.replace(",", "").replace("−", "-").partition("e")
    decimals = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - decimals)
    return math.isclose(value, value_of(written), abs_tol=0.5 * unit * (1 + 1e-9), rel_tol=1e-12)


def is_computed(written, percent, computed):
    return any(
        rounds_to(value, written) or (percent and rounds_to(100 * value, written))
        for value in computed
    )


def unexplained(lesson):
    """The numbers in prose that no cell computes and no reason explains."""
    computed, known = numbers_computed(lesson), KNOWN.get(lesson.stem, {})
    found = {pair for text in lesson.text for pair in numbers_in_prose(text)}
    return {
        written
        for written, percent in found
        if written not in known and not is_computed(written, percent, computed)
    }


def test_every_number_in_prose_is_computed_by_a_cell(lesson):
    missing = sorted(unexplained(lesson))
    assert not missing, f"no cell computes {missing}; let one do so, or say why in known_numbers.py"


def entries():
    written = {path.stem for path in LESSON_PATHS}
    return [(stem, number) for stem in KNOWN if stem in written for number in KNOWN[stem]]


@pytest.mark.parametrize(("stem", "number"), entries())
def test_a_number_known_without_a_cell_is_needed_and_true(stem, number):
    reason, value = KNOWN[stem][number]
    assert reason
    assert value is None or rounds_to(value, number)
    (path,) = [path for path in LESSON_PATHS if path.stem == stem]
    lesson = Notebook(path)
    uses = [pair for text in lesson.text for pair in numbers_in_prose(text) if pair[0] == number]
    assert uses, "the prose no longer says it"
    computed = numbers_computed(lesson)
    assert not all(is_computed(*use, computed) for use in uses), "a cell computes it by now"


@pytest.mark.parametrize(
    ("markdown", "numbers"),
    [
        ("It fell to 0.25, from 12 or 1,234.5.", ["0.25", "12", "1,234.5"]),
        ("Only 3 of 9 steps, and 5 %.", ["5"]),
        ("## 12 Twelve\n\n13. See section 14, lessons 10 and 11, `15.0` or [here](16.ipynb).", []),
        (
            "Below $x = 17.5 y$ and $x^{18}$, a loss of $\\ln 2 = 0.693$, $c = -4.5$.",
            ["17.5", "0.693", "4.5"],
        ),
        (
            "By 1998, 12.\n\nA. Author, [T](https://doi.org/1), 2001, 13.\n- 2002",
            ["1998", "12", "13", "2002"],
        ),
        ("A rate of 1e-4, v2.5 and 2.5.1 are names.", ["1e-4"]),
    ],
)
def test_which_numbers_of_prose_count(markdown, numbers):
    assert [written for written, _ in numbers_in_prose(markdown)] == numbers


@pytest.mark.parametrize(
    ("value", "written", "same"),
    [
        (0.6931, "0.69", True),
        (0.6931, "0.70", False),
        (0.695, "0.69", True),
        (50890, "50,890", True),
        (50890.4, "50,891", False),
        (9.6e-5, "1e-4", True),
        (0.1531, "15.3", False),
    ],
)
def test_a_number_stands_for_what_rounds_to_it(value, written, same):
    assert rounds_to(value, written) == same


def test_a_percentage_may_be_computed_as_a_fraction():
    assert is_computed("15.3", True, {0.1531})
    assert not is_computed("15.3", False, {0.1531})
