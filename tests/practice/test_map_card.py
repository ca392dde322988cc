"""The map: how far each lesson is, taking progress along, beginning anew."""

from pathlib import Path

import pytest

from course_lib.practice import course_map, exercises, predict, quiz, reveal
from course_lib.practice.lessons import EXTRAS, LESSONS, lesson
from course_lib.practice.map_card import lesson_standing
from course_lib.practice.questions import predictions, quiz_questions
from course_lib.practice.store import Progress, progress

pytestmark = pytest.mark.usefixtures("folder")


def row(number):
    return course_map()._view["lessons"][number]


def pass_all(number, but=0):
    tasks = exercises(number)
    for task in tasks[: len(tasks) - but]:
        progress().record("try", exercise=task.id, passed=True)


def answer_all(name, right=True):
    for asked in quiz_questions(name):
        progress().record("answer", quiz=name, question=asked.id, right=right, round=1)


def test_every_lesson_has_its_row_and_link():
    rows = course_map()._view["lessons"]
    assert [r["number"] for r in rows] == list(range(len(LESSONS) + len(EXTRAS)))
    assert [r["link"] for r in rows] == [item.file for item in (*LESSONS, *EXTRAS)]
    assert {r["status"] for r in rows} == {"not started"}


def test_every_notebook_of_the_course_is_on_the_map():
    notebooks = Path(__file__).parents[2] / "notebooks"
    assert {path.name for path in notebooks.glob("*.ipynb")} <= {
        item.file for item in (*LESSONS, *EXTRAS)
    }


def test_a_lesson_is_started_by_whatever_is_done_in_it(press):
    press(predict("loss_at_the_high_rate"), "skip")
    progress().record("hint", exercise=exercises(4)[0].id, number=1)
    progress().record(
        "answer", quiz="overfitting", question="curves_that_part", right=False, round=1
    )
    started = [r["number"] for r in course_map()._view["lessons"] if r["status"] == "started"]
    assert started == [4, 5, 9]


def test_a_lesson_is_done_when_its_exercises_are_passed_and_its_quiz_is_answered():
    pass_all(1, but=1)
    answer_all("loss_functions", right=False)
    assert row(1)["status"] == "started"
    pass_all(1)
    assert row(1)["status"] == "done"
    assert course_map()._view["summary"] == "1 of 12 lessons done"


def test_the_facts_count():
    pass_all(1, but=2)
    answer_all("loss_functions")
    total = len(exercises(1))
    facts = row(1)["facts"]
    assert facts[0] == f"Exercises: {total - 2} of {total} passed"
    assert facts[1] == "Quiz: 4 of 4 right"


def test_predictions_are_counted_with_their_hits(press):
    press(predict("outlier_in_three_losses"), "guess", value="mse", confidence=0.9)
    press(reveal("outlier_in_three_losses", "mse"), "show")
    assert row(1)["facts"][-1] == f"Predictions: 1 of {len(predictions(1))} made, 1 right"


def test_predictions_begin_a_lesson_and_do_not_end_it(press):
    for asked in predictions(0):
        press(predict(asked.id), "skip")
    assert row(0)["status"] == "started"


def test_the_review_is_done_with_its_quiz():
    answer_all("review")
    assert row(11)["status"] == "done"


def test_the_learner_has_the_last_word(press):
    card = course_map()
    assert press(card, "mark", lesson=3, done=True)["lessons"][3]["status"] == "done"
    assert "done" in card._view["said"]
    assert press(card, "mark", lesson=3, done=False)["lessons"][3]["status"] == "not started"
    pass_all(1)
    answer_all("loss_functions")
    assert press(card, "mark", lesson=1, done=False)["lessons"][1]["status"] == "started"


def test_the_map_follows_what_is_done_beside_it(press):
    card = course_map()
    press(predict("loss_at_the_high_rate"), "skip")
    assert card._view["lessons"][5]["status"] == "started"


def test_a_refresh_shows_what_another_notebook_has_done(press):
    card = course_map()
    Progress(progress().path).record("mark", lesson=2, done=True)
    assert press(card, "refresh")["lessons"][2]["status"] == "done"


def test_a_copy_is_handed_to_the_page_and_comes_back(press, monkeypatch, tmp_path):
    card, sent = course_map(), []
    press(card, "mark", lesson=2, done=True)
    monkeypatch.setattr(card, "send", lambda message: sent.append(message))
    press(card, "export")
    (message,) = sent
    assert message["type"] == "download"

    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path / "other"))
    other = course_map()
    view = press(other, "import_file", text=message["text"])
    assert view["lessons"][2]["status"] == "done"
    assert view["message"] == "1 new entry in this file."
    assert "Nothing new" in press(other, "import_file", text=message["text"])["message"]
    assert "Nothing was changed" in press(other, "import_file", text="rubbish")["message"]
    assert progress().events != ()


def test_a_reset_is_asked_for_twice(press):
    card = course_map()
    press(card, "mark", lesson=2, done=True)
    assert press(card, "reset")["lessons"][2]["status"] == "done"
    assert press(card, "ask_reset")["asking"] is True
    assert press(card, "keep")["lessons"][2]["status"] == "done"
    press(card, "ask_reset")
    view = press(card, "reset")
    assert view["lessons"][2]["status"] == "not started"
    assert "before-reset-1" in view["message"]


def test_notices_reach_the_card(folder):
    progress().record("mark", lesson=2, done=True)
    progress().path.write_text("broken")
    assert "damaged" in course_map()._view["notice"]


def test_quizzes_and_maps_agree_on_a_lesson(press):
    card = quiz("chain_rule").card
    for _ in range(4):
        press(card, "submit", question=card._view["question"], position=0)
        press(card, "go_on")
    facts = lesson_standing(progress().events, lesson("chain_rule"))["facts"]
    assert f"Quiz: {card._standing().score} of 4 right" in facts
