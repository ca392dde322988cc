"""The six runs gone wrong: each shows its symptom, its repair passes, and a disguise does not."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

from course_lib.practice import check, course_map, name_the_cause, progress
from course_lib.practice.cause_card import evidence
from course_lib.practice.challenges import (
    BATCH,
    CAUSES,
    CHALLENGES,
    broken_run,
    challenge,
    digits,
    healthy_run,
    namespace,
    observations,
)

pytestmark = pytest.mark.usefixtures("folder")
ALL = pytest.mark.parametrize("item", CHALLENGES.values(), ids=lambda item: item.cause)
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "12_challenges.ipynb"

SPLIT_FIRST = """\
    x, y, order = x[::2], y[::2], rng.permutation(500)
    val, train = order[:150], order[150:]
    moved = [np.roll(x[train], shift, axis=1) for shift in (0, 1, -1)]
    return np.concatenate(moved), np.tile(y[train], 3), x[val], y[val]
"""


def edited(number, *changes):
    """The broken script with some of its text replaced."""
    text = challenge(number).script
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return challenge(number).function(text)


def split_first():
    text = challenge(5).script
    start, end = text.index("    x, y = x[::2]"), text.index("\ndef build_5")
    return challenge(5).function(text[:start] + SPLIT_FIRST + text[end:])


def of(cause):
    (found,) = [item for item in CHALLENGES.values() if item.cause == cause]
    return found.number


# ---------------------------------------------------------------------- symptoms


def test_the_healthy_run_starts_at_even_guessing_and_learns():
    run = healthy_run()
    assert run.losses[0] == pytest.approx(np.log(10), abs=0.1)
    assert run.fresh_accuracy > 0.85
    assert run.silent == 0


@pytest.mark.parametrize("cause", ["high", "order", "sum", "dead", "sign"])
def test_five_runs_do_not_learn(cause):
    assert broken_run(of(cause)).fresh_accuracy < 0.4


def test_each_symptom_is_that_of_one_run_only():
    symptoms = {
        "sign": lambda seen: seen["ratio"] < -0.99,
        "sum": lambda seen: abs(seen["ratio"] - BATCH) < 0.1,
        "high": lambda seen: seen["slower"] > 0.8 and abs(seen["ratio"] - 1) < 0.01,
        "order": lambda seen: seen["labels"] == 1,
        "dead": lambda seen: seen["silent before"] == 32,
        "leak": lambda seen: seen["copies"] != (0, 0) and seen["validation"] - seen["fresh"] > 0.04,
    }
    for cause, shows in symptoms.items():
        assert [n for n in range(1, 7) if shows(observations(n))] == [of(cause)]


def test_the_dead_run_is_quiet_and_starts_where_it_should():
    losses = broken_run(of("dead")).losses
    assert losses[0] == pytest.approx(np.log(10), abs=1e-3)
    assert np.ptp(losses) < 0.3


# ---------------------------------------------------------------------- repairs


@ALL
def test_an_untouched_script_is_not_attempted(item):
    result = check(item.id, item.function(item.script))
    assert str(result) == f"○ {item.id}: not attempted yet: still the broken run"
    assert not [event for event in progress().events if event["kind"] == "try"]


@ALL
def test_the_repaired_script_passes_and_is_remembered(item):
    repaired = split_first() if item.cause == "leak" else item.function(item.healthy)
    result = check(item.id, repaired)
    assert result.passed, result
    row = course_map()._view["lessons"][12]
    assert row["facts"] == ["Runs: 1 of 6 repaired"]


def test_all_six_repaired_make_the_sheet_done():
    assert course_map()._view["lessons"][12]["status"] == "not started"
    for id in CHALLENGES:
        progress().record("try", exercise=id, passed=True, found="passed")
    view = course_map()._view
    assert view["lessons"][12]["status"] == "done"
    assert view["summary"] == "0 of 12 lessons done"


HALF = {
    "a step uphill on the wrong gradient": (
        lambda: edited(of("sign"), ("-= 0.2", "+= 0.2")), "gradient still has the wrong sign"),
    "a smaller rate for a wrong sign": (
        lambda: edited(of("sign"), ("-= 0.2", "-= 0.002")), "gradient still has the wrong sign"),
    "a smaller rate that hides the missing 1/m": (
        lambda: edited(of("sum"), ("-= 0.2", "-= 0.005")), "gradient still is not that"),
    "a rate ten times too large": (
        lambda: edited(of("high"), ("-= 20.0", "-= 2.0")), "not healthy yet"),
    "a rate that is now too small": (
        lambda: edited(of("high"), ("-= 20.0", "-= 0.002")), "not healthy yet"),
    "an order drawn once": (
        lambda: edited(of("order"), ("np.sort(order[200:])", "order[200:]")), "same batches"),
    "a smaller rate for dead units": (
        lambda: edited(of("dead"), ("-= 0.2", "-= 0.02")), "not healthy yet"),
    "a larger rate for dead units": (
        lambda: edited(of("dead"), ("-= 0.2", "-= 1.0")), "not healthy yet"),
    "only the overlap removed": (
        lambda: edited(of("leak"), ("order[150:]", "order[300:]")), "part of the leak"),
    "only the copies removed": (
        lambda: edited(
            of("leak"),
            ("np.tile(y[::2], 3)", "y[::2]"),
            ("np.concatenate([x, np.roll(x, 1, axis=1), np.roll(x, -1, axis=1)])", "x"),
        ), "part of the leak"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "title"), HALF.values(), ids=HALF)
def test_a_half_repair_fails_and_is_named(make, title):
    repaired = make()
    found = check(repaired.__name__, repaired)
    assert found.status == "failed"
    assert found.kind == "half repaired"
    assert title in found.title


CURES = {
    "high": [("-= 0.2 *", "-= 0.002 *")],
    "dead": [("rng.uniform(-0.05, 0.05,", "rng.normal(0, 0.05,")],
    "epochs": [("range(6)", "range(12)")],
    "units": [("ReLU()", "Sigmoid()")],
}


@ALL
@pytest.mark.parametrize("other", CURES)
def test_the_cure_for_another_fault_does_not_pass(item, other):
    text = item.script
    for old, new in CURES[other]:
        text = text.replace(old, new)
    if text == item.script or (other == item.cause):
        text = text.replace("range(6)", "range(5)")
    text = text.replace("Sigmoid()", "LeakyReLU(0.01)")
    names = namespace("from course_lib.nn import LeakyReLU\n" + text)
    assert not check(item.id, names[item.id]).passed


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (None, "call"),
        (lambda x, y: None, "call"),
        (lambda x, y, seed: None, "result"),
        (lambda x, y, seed: (1, 2, 3), "result"),
        (lambda x, y, seed: 1 / 0, "exception"),
    ],
)
def test_what_is_no_training_run_is_said_and_raises_nothing(function, kind):
    result = check("train_1", function)
    assert (result.status, result.kind) == ("failed", kind)


def test_an_input_that_is_changed_is_found():
    train = challenge(1).function(challenge(1).healthy)

    def changing(x, y, seed=0):
        x *= 0.5
        return train(x, y, seed)

    assert check("train_1", changing).kind == "changed input"


# ---------------------------------------------------------------------- the card


@ALL
def test_the_card_leads_from_a_wrong_cause_to_the_right_one(item, press):
    card = name_the_cause(item.number)
    order = card._ordered()
    wrong = next(cause for cause in order if cause != item.cause)
    view = press(card, "submit", question=item.id, position=order.index(wrong))
    assert view["phase"] == "feedback"
    assert [c["because"] for c in view["choices"] if c["chosen"]] == [evidence(item.number, wrong)]
    assert not any(choice["right"] for choice in view["choices"])
    assert press(card, "go_on")["phase"] == "question"
    view = press(card, "submit", question=item.id, position=order.index(item.cause))
    assert view["right"]
    made = [event for event in progress().events if event["kind"] == "cause"]
    assert [event["right"] for event in made] == [False, True]


@ALL
def test_every_cause_has_evidence_with_a_number_or_a_count(item):
    for cause in CAUSES:
        said = evidence(item.number, cause)
        assert any(sign.isdigit() for sign in said), said
        assert "{" not in said
        assert "nan" not in said


# ---------------------------------------------------------------------- the notebook


def test_the_notebook_holds_the_scripts_and_gives_no_fault_away():
    cells = nbformat.read(NOTEBOOK, 4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    for item in CHALLENGES.values():
        (found,) = [source for source in sources if f"def {item.id}(" in source]
        assert "\n".join(filter(None, found.split("\n"))) == "\n".join(
            filter(None, item.script.split("\n"))
        )
        assert "#" not in found
        assert len([line for line in found.split("\n") if line]) <= 30


def test_the_digits_are_sorted_and_the_same_each_time():
    x, y = digits()
    assert x.shape == (1000, 784)
    assert (np.diff(y) >= 0).all()
    np.testing.assert_array_equal(x, digits()[0])
