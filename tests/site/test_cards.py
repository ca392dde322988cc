"""Cards as HTML for the site: everything is in it but which answer is right."""

import json
import re

import pytest

from course_lib.practice import course_map, exercise, name_the_cause, predict, quiz, reveal, review
from course_lib.practice.questions import all_questions
from course_lib.site.cards import card_html

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for the progress of this test alone."""
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path / "progress"))
    monkeypatch.setattr("os.fsync", lambda handle: None)


def scripts(html):
    """The JSON in a card, by attribute."""
    found = re.findall(r'<script type="application/json" ([^>]+)>(.*?)</script>', html, re.DOTALL)
    return {attribute: json.loads(text) for attribute, text in found}


def test_a_card_holds_its_fallback_and_its_data():
    card = predict("outlier_in_three_losses")
    html = card_html(card)
    assert html.startswith('<div class="course-card" data-kind="gate">')
    assert card.fallback()[1] in html
    data = scripts(html)["data-card"]
    assert data["text"] == card.asked.text
    assert data["link"] == "01_loss_functions.html"


def test_no_text_ends_the_element_that_holds_it():
    card = reveal("number_of_parameters", 5, "</script><b>&lt;")
    html = card_html(card)
    data = html[html.index("<script") :]
    assert data.count("</script>") == 1
    assert scripts(html)["data-card"]["note"] == "</script><b>&lt;"


def test_a_demo_is_embedded_in_json_that_the_page_reads_when_it_is_opened():
    gate = predict("two_starts_two_valleys", lambda: "the demo", lambda: "each in its own")
    held = scripts(card_html(gate, lambda shown: f'<img alt="{shown}"><script></script>'))
    assert held['data-demo="demo"'] == '<img alt="the demo"><script></script>'
    assert held["data-card"]["reveal"]["truth"] == "each in its own"


def test_the_truth_of_a_gate_may_be_its_demos_doing():
    found = {}
    gate = predict(
        "two_starts_two_valleys",
        lambda: found.update(truth="each in its own"),
        lambda: found["truth"],
    )
    assert scripts(card_html(gate, str))["data-card"]["reveal"]["truth"] == "each in its own"


def test_only_demos_that_the_questions_name_are_opened_and_empty_ones_left_out():
    opened = []

    def demo(name):
        return lambda: opened.append(name) or name

    presets = {name: demo(name) for name in ("function machine", "branches add", "dropout")}
    html = card_html(quiz("chain_rule", presets=presets), lambda x: "" if "add" in x else x)
    assert "dropout" not in opened
    assert "function machine" in opened
    assert [name for name in scripts(html) if "demo" in name] == ['data-demo="function machine"']


def test_the_review_holds_all_questions_and_opens_the_demos_it_was_given():
    html = card_html(review(presets={"one outlier": lambda: "outlier"}), str)
    held = scripts(html)
    assert len(held["data-card"]["questions"]) == len(all_questions())
    assert held['data-demo="one outlier"'] == "outlier"


def test_which_answer_is_right_stands_nowhere_in_plain_words():
    data = scripts(card_html(quiz("review")))["data-card"]
    assert not re.search(r'"(right|best|correct|answer)":', json.dumps(data))
    assert all(re.fullmatch("[0-9a-f]{16}", question["key"]) for question in data["questions"])
    cause = scripts(card_html(name_the_cause(1)))["data-card"]
    assert set(cause) == {"id", "number", "count", "key", "causes"}
    assert re.fullmatch("[0-9a-f]{16}", cause["key"])


def test_links_go_to_pages_of_the_same_folder():
    lessons = scripts(card_html(course_map()))["data-card"]["lessons"]
    assert lessons[3]["link"] == "03_backpropagation.html"
    assert ".ipynb" not in json.dumps(lessons)


def test_an_exercise_holds_its_hints_and_its_solution():
    data = scripts(card_html(exercise("mse_gradient")))["data-card"]
    assert len(data["hints"]) == 3
    assert "def mse_gradient" in data["solution"]


def test_what_is_no_card_is_refused():
    with pytest.raises(TypeError, match="but not str"):
        card_html("a card")


def test_all_scripts_of_the_site_have_names_of_their_own():
    from course_lib.site.scripts import FILES

    names = {}
    for file in FILES:
        text = re.sub(r"^export default .*\Z", "", file.read_text("utf-8"), flags=re.M | re.S)
        found = re.findall(
            r"^(?:export )?(?:async )?(?:function\*?|class|const|let|var) +(\w+)", text, re.M
        )
        for name in found:
            names.setdefault(name, []).append(file.name)
        assert found, f"{file.name} declares nothing"
    assert {name: files for name, files in names.items() if len(files) > 1} == {}
