"""What all cards have: outputs without widgets, one voice, an end."""

import json
import re

import pytest

from course_lib.practice import (
    calibration,
    course_map,
    exercise,
    name_the_cause,
    predict,
    progress,
    quiz,
    reveal,
    review,
)
from course_lib.practice.card import Card
from course_lib.practice.lessons import EXTRAS, LESSONS
from course_lib.practice.page import FILES, SCRIPT
from course_lib.practice.questions import all_questions, quiz_questions

pytestmark = pytest.mark.usefixtures("folder")

MAKERS = {
    "gate": lambda: predict("loss_at_the_high_rate"),
    "number": lambda: predict("limit_on_the_digits"),
    "reveal": lambda: reveal("limit_on_the_digits", 1.25),
    "gate with a demo": lambda: predict("limit_on_the_digits", demo=lambda: None, truth=1.25),
    "exercise": lambda: exercise("mse_gradient"),
    "quiz": lambda: quiz("review"),
    "map": course_map,
    "cause": lambda: name_the_cause(3),
    "calibration": calibration,
    "review": review,
}
ALL = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def bundle(widget):
    data, _ = widget._repr_mimebundle_()
    return data


def fill(press):
    """A learner who has done something of everything."""
    press(predict("loss_at_the_high_rate"), "guess", value="jumps", confidence=0.9)
    press(reveal("loss_at_the_high_rate", "diverges"), "show")
    press(predict("limit_on_the_digits"), "guess", value="1", confidence=0.5)
    press(reveal("limit_on_the_digits", 1.25), "show")
    press(exercise("mse_gradient"), "hint")
    card = quiz("review").card
    for _ in range(8):
        press(card, "submit", question=card._view["question"], position=0)
        press(card, "go_on")
    press(course_map(), "mark", lesson=3, done=True)


@ALL
def test_text_and_html_do_not_depend_on_the_learner(make, press):
    before = bundle(make())
    fill(press)
    progress().reset(confirm=True)  # another learner, another order of the choices
    fill(press)
    after = bundle(make())
    for mime in ("text/plain", "text/html"):
        assert before[mime] == after[mime]
        assert before[mime]


@ALL
def test_the_widget_is_offered_first(make):
    assert "application/vnd.jupyter.widget-view+json" in bundle(make())


def test_the_quiz_without_widgets_has_all_questions_and_no_answer():
    data = bundle(quiz("review"))
    for asked in quiz_questions("review"):
        assert asked.text in data["text/plain"]
        for choice in asked.choices:
            assert choice.text in data["text/plain"]
            assert choice.because[:25] not in data["text/plain"] + data["text/html"]
    assert len(re.findall(r"^ +[A-D]\) ", data["text/plain"], re.MULTILINE)) == 32
    places = [
        [asked.is_right(choice) for choice in asked.ordered("page")].index(True)
        for asked in all_questions()
    ]
    assert set(places) == {0, 1, 2, 3}


def test_the_map_without_widgets_links_the_lessons():
    page = bundle(course_map())["text/html"]
    assert re.findall(r'href="([^"]*)"', page) == [item.file for item in (*LESSONS, *EXTRAS)]


def test_html_is_escaped_and_code_is_code():
    page = bundle(quiz("backpropagation"))["text/html"]
    assert "<code>x.T @ dZ</code>" in page
    assert "`" not in page


def test_the_view_can_be_sent_as_json(press):
    fill(press)
    for make in MAKERS.values():
        widget = make()
        card = widget if isinstance(widget, Card) else widget.card
        assert json.loads(json.dumps(card._view, allow_nan=False)) == card._view


def test_a_closed_card_hears_nothing_more():
    card = course_map()
    card.close()
    view = card._view
    progress().record("mark", lesson=3, done=True)
    assert card._view == view


def test_a_retired_card_lives_as_long_as_it_is_shown(press):
    shown, unseen = course_map(), course_map()
    press(shown, "appear")
    for card in (shown, unseen):
        card.retire()
    progress().record("mark", lesson=3, done=True)
    assert shown._view["lessons"][3]["status"] == "done"
    assert unseen._view["lessons"][3]["status"] == "not started"
    press(shown, "vanish")
    progress().record("mark", lesson=3, done=False)
    assert shown._view["lessons"][3]["status"] == "done"


def test_without_a_place_to_save_every_card_works_and_says_so(tmp_path, monkeypatch, press):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path / "file"))
    fill(press)
    for make in MAKERS.values():
        widget = make()
        card = widget if isinstance(widget, Card) else widget.card
        assert "not saved" in card._view["notice"]
    assert course_map()._view["lessons"][3]["status"] == "done"


def test_no_name_is_declared_twice_in_the_joined_script():
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", SCRIPT, re.MULTILINE)
    assert len(names) == len(set(names))
    assert len(names) > 20


def test_the_joined_script_imports_nothing_and_exports_once():
    assert not re.search(r"^import ", SCRIPT, re.MULTILINE)
    assert re.findall(r"^export .*", SCRIPT, re.MULTILINE) == ["export default {"]
    assert all(file.exists() for file in FILES)


def test_a_static_page_shows_the_text_and_the_links():
    import nbconvert
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    cells = [
        new_code_cell(
            outputs=[new_output("execute_result", data=bundle(make()), execution_count=1)]
        )
        for make in MAKERS.values()
    ]
    page, _ = nbconvert.HTMLExporter(template_name="basic").from_notebook_node(
        new_notebook(cells=cells)
    )
    assert "What is the main purpose of backpropagation?" in page
    assert "At which rate does training break down?" in page
    assert 'href="05_learning_rates.ipynb"' in page or 'href="05_learning_rates.html"' in page
    assert "widget-view" not in page
