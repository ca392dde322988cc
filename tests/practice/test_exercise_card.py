"""The exercise card: hints one after another, the solution in its time, tries remembered."""

import pytest

from course_lib.practice import check, exercise
from course_lib.practice.store import progress

pytestmark = pytest.mark.usefixtures("folder")

RIGHT = lambda p, t: 2 * (p - t) / p.size  # noqa: E731
WRONG = lambda p, t: -2 * (p - t) / p.size  # noqa: E731


@pytest.fixture
def card():
    return exercise("mse_gradient")


def test_nothing_is_open_at_first(card):
    view = card._view
    assert view["status"] == "Not tried yet"
    assert (view["hints"], view["solution"], view["checked"]) == ([], "", "")
    state = str({k: v for k, v in card.get_state().items() if k not in ("_esm", "_css")})
    for hint in card.exercise.hints:
        assert hint not in state
    assert "2 / n * (predictions - targets)" not in state


def test_the_three_ways_to_begin_are_there(card):
    codes = [start["code"] for start in card._view["starts"]]
    assert codes == [
        card.exercise.worked_example.strip(),
        card.exercise.gap_version.strip(),
        card.exercise.stub.strip(),
    ]


def test_hints_open_one_by_one_and_stay(card, press):
    hints = list(card.exercise.hints)
    for number in (1, 2, 3):
        view = press(card, "hint")
        assert view["hints"] == hints[:number]
        assert hints[number - 1] in view["said"]
    assert press(card, "hint")["hints"] == hints
    assert exercise("mse_gradient")._view["hints"] == hints


def test_before_three_tries_the_solution_asks_back(card, press):
    view = press(card, "ask_for_solution")
    assert "not tried it yet" in view["asking"]
    assert view["solution"] == ""
    assert press(card, "keep_trying")["asking"] == ""
    press(card, "ask_for_solution")
    view = press(card, "solution")
    assert view["solution"] == card.exercise.solution
    assert exercise("mse_gradient")._view["solution"] == card.exercise.solution


def test_after_three_tries_the_solution_opens_at_once(card, press):
    for tries in ("1 try so far", "2 tries so far", "3 tries so far"):
        assert not check("mse_gradient", WRONG)
        assert card._view["status"] == tries
        assert card._view["last"] == "sign flipped"
    assert card._view["solution_note"] == ""
    assert press(card, "ask_for_solution")["solution"] == card.exercise.solution


def test_a_pass_says_what_was_checked(card):
    check("mse_gradient", WRONG)
    check("mse_gradient", RIGHT)
    assert card._view["status"] == "Passed at the second try"
    assert card._view["passed"]
    assert card._view["checked"] == card.exercise.checked
    assert card._view["last"] == ""
    check("mse_gradient", WRONG)
    assert card._view["status"] == "Passed at the second try"


def test_a_stub_is_no_try(card):
    def mse_gradient(predictions, targets):
        """To do."""

    result = check("mse_gradient", mse_gradient)
    assert result.status == "not attempted"
    assert progress().events == ()
    assert card._view["status"] == "Not tried yet"


def test_a_check_gives_its_diagnosis_even_if_nothing_can_be_remembered(
    tmp_path, monkeypatch, capsys
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path / "file"))
    assert check("mse_gradient", RIGHT)
    assert check("mse_gradient", WRONG).slips == ("sign flipped",)
    assert capsys.readouterr().out.count("not saved") == 1


def test_failed_tries_beyond_a_hundred_leave_the_file_as_it_is(monkeypatch, capsys):
    from course_lib.practice import recorded_check

    monkeypatch.setattr(recorded_check, "TRIES_KEPT", 2)
    for _ in range(4):
        check("mse_gradient", WRONG)
    assert len(progress().events) == 2
    check("mse_gradient", RIGHT)
    assert len(progress().events) == 3


def test_the_task_is_shown_as_markdown_and_the_card_as_a_widget(card, monkeypatch):
    shown = []
    monkeypatch.setattr(
        "course_lib.practice.exercise_card.display", lambda *args, **options: shown.append(args[0])
    )
    card._ipython_display_()
    task, widget = shown
    assert card.exercise.statement.strip() in task.data
    assert "application/vnd.jupyter.widget-view+json" in widget
    assert "mse_gradient" in widget["text/plain"]


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "first"), (3, "third"), (4, "4th"), (11, "11th"), (21, "21st"), (112, "112th")],
)
def test_ordinals(number, word):
    from course_lib.practice.exercise_card import _ordinal

    assert _ordinal(number) == word
