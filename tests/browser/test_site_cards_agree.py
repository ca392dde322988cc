"""Cards in the site and in a notebook are the same: what one shows and notes, the other does, too.

Random scenarios are played twice, by Python's cards over a file and by the page's cards over a
storage. After each action both must show the same, and in the end both must hold the same
events.
"""

import hashlib
import json
import math
import random
import struct

import numpy as np
import pytest
from site_cards import write_page

from course_lib.practice import (
    calibration,
    course_map,
    exercise,
    name_the_cause,
    predict,
    quiz,
    reveal,
    review,
)
from course_lib.practice.challenges import CAUSES, CHALLENGES
from course_lib.practice.exercises import exercises
from course_lib.practice.gate import CONFIDENCES, number_typed
from course_lib.practice.lessons import EXTRAS, LESSONS
from course_lib.practice.ordering import digest
from course_lib.practice.question import _short
from course_lib.practice.questions import all_questions, predictions, quiz_questions
from course_lib.practice.store import progress
from course_lib.site.cards import card_data

SCENARIOS, STEPS = 300, (6, 12, 40)

RUN = """text => {
  const { KEPT_AS, KeptProgress, ...kinds } = course;
  class Storage {
    getItem(name) { return this[name] ?? null; }
    setItem(name, text) { this[name] = String(text); }
    removeItem(name) { delete this[name]; }
  }
  const stageWith = (demos) => ({ put: (name) => demos.includes(name), clear() {} });
  const make = {
    gate: (kept, data) => [new kinds.GateCard(kept, data)],
    reveal: (kept, data) => [new kinds.RevealCard(kept, data)],
    quiz: (kept, data, demos) => [new kinds.QuizCard(kept, data, stageWith(demos))],
    cause: (kept, data) => [new kinds.CauseCard(kept, data)],
    exercise: (kept, data) => [new kinds.ExerciseCard(kept, data)],
    map: (kept, data) => [new kinds.MapCard(kept, data)],
    calibration: (kept, data) => [new kinds.CalibrationCard(kept, data)],
    review: (kept, data, demos) => {
      const head = new kinds.ReviewCard(kept, data);
      const again = head.predictions.map((asked) => new kinds.AgainCard(kept, asked));
      const some = head.questions.length
        ? [new kinds.MissedQuizCard(kept, { ...data, questions: head.questions }, stageWith(demos))]
        : [];
      return [head, ...again, ...some];
    },
  };
  return JSON.stringify(JSON.parse(text).map(({ start, cards, demos, steps }) => {
    const storage = new Storage();
    storage.setItem(KEPT_AS, start);
    const kept = new KeptProgress(storage);
    const made = cards.flatMap(([kind, data]) => make[kind](kept, data, demos));
    made.forEach((card) => card.begin());
    // Pictures are long, and the same each time.
    const brief = (_, value) =>
      typeof value === "string" && value.startsWith("data:")
        ? value.length + value.slice(-40) : value;
    const shown = () => made.map(({ view, trouble }) =>
      JSON.parse(JSON.stringify({ ...view, troubled: trouble !== "" }, brief)));
    const views = [shown()];
    for (const [index, message] of steps) {
      made[index].send(message);
      views.push(shown());
    }
    return { views, events: kept.events };
  }));
}"""


@pytest.fixture
def page(open_page, tmp_path):
    """A page with the cards' script."""
    return open_page(write_page(tmp_path, "").as_uri()).page


# ------------------------------------------------------------------ events from anywhere


TYPED = (
    *("0.05", "0,05", "1/20", "5 %", "5%", "3e-4", "1,000", "1,5", "-2", "−3.5", "+4", " 7 "),
    *("1 000", "", "abc", "1/0", "0/0", "/3", "3/", "1/2/3", "nan", "inf", "infinity", "1e400"),
    *("1_000", "_1", "1__0", ".", ".5", "5.", "1,000,000", "1,00", "1,0000", "12,34,567", "0,001"),
    *("1.000,5", "1e", "e5", "0x10", "٣", "٠,٥", "١,000", "１２", "5%%", "1e-310", "--1", "1 e 3"),
    *("1e5/1e-3", "1,234/5", "5,%", ",5", ",", "\u00a05\u202f%", "\ufeff1", "1\x1f2"),
    *(None, True, 5, 0.25, 1e299, 2e300, []),
)


def anything(rng, *values):
    """One of the values, or now and then what does not belong there."""
    return rng.choice(("x", None, True, -1, 7, "")) if rng.random() < 0.08 else rng.choice(values)


def outcome(rng, asked):
    if asked.kind == "number":
        return round(10 ** rng.uniform(-6, 7), rng.randrange(9)) * rng.choice((1, 1, 1, -1))
    return rng.choice(asked.options).id


KINDS = (
    *("guess", "truth", "skip", "guess again", "answer", "answer", "quiz again", "mark"),
    *("try", "hint", "solution", "cause", "a later kind"),
)


def any_event(rng):
    kind = rng.choice(KINDS)
    event = {"id": f"{rng.getrandbits(64):016x}", "time": "2026-03-01T09:30:00Z", "kind": kind}
    asked = rng.choice(predictions())
    question = rng.choice(all_questions())
    right = anything(rng, True, False)
    lesson = rng.choice((*LESSONS, *EXTRAS))
    facts = {
        "guess": {
            "prediction": asked.id,
            "guess": outcome(rng, asked),
            "confidence": anything(rng, *(value for value, _ in CONFIDENCES)),
        },
        "truth": {
            "prediction": asked.id,
            "truth": outcome(rng, asked),
            "note": anything(rng, "", "after 3 steps"),
            "right": right,
        },
        "skip": {"prediction": asked.id},
        "guess again": {"prediction": asked.id, "guess": outcome(rng, asked), "right": right},
        "answer": {
            "quiz": rng.choice((lesson.name, question_home(question), "missed")),
            "question": question.id,
            "choice": anything(rng, *(question.mark(choice) for choice in question.choices)),
            "right": right,
            "round": anything(rng, 1, 1, 1, 2, 3),
        },
        "quiz again": {"quiz": question_home(question), "round": anything(rng, 2, 3)},
        "mark": {"lesson": anything(rng, lesson.number), "done": anything(rng, True, False)},
        "try": {
            "exercise": rng.choice([item.id for item in exercises()] + list(CHALLENGES)),
            "passed": anything(rng, True, False),
            "found": anything(rng, "", "sign flipped"),
        },
        "hint": {"exercise": rng.choice(exercises()).id, "number": anything(rng, 1, 2, 3)},
        "solution": {"exercise": rng.choice(exercises()).id},
        "cause": {
            "challenge": rng.choice(list(CHALLENGES)),
            "cause": rng.choice(list(CAUSES)),
            "right": right,
        },
    }
    return event | facts.get(kind, {"fact": 1})


def question_home(question):
    return next(item.name for item in LESSONS if question in quiz_questions(item.name))


def as_text(events, learner="0123456789abcdef", version=1):
    return json.dumps(
        {
            "course": "how-neural-networks-learn",
            "version": version,
            "learner": learner,
            "events": events,
        }
    )


# ------------------------------------------------------------------ cards, and what to do with them


def some_cards(rng, evidence_of):
    """Cards that share one progress; what a button of them can send."""
    kind = rng.choice(("gate", "gate", "quiz", "quiz", "exercise", "map", "review", "cause"))
    if kind == "gate":
        numbers = [item for item in predictions() if item.kind == "number"]
        asked = rng.choice((rng.choice(numbers), rng.choice(predictions())))
        return [predict(asked.id), reveal(asked.id, outcome(rng, asked), rng.choice(("", "so")))]
    if kind == "quiz":
        names = [item.name for item in LESSONS if quiz_questions(item.name)]
        return [quiz(rng.choice(names), presets=DEMOS), course_map()]
    if kind == "exercise":
        return [exercise(rng.choice(exercises()).id), course_map()]
    if kind == "map":
        return [course_map(), calibration()]
    if kind == "review":
        return [review(presets=DEMOS), calibration()]
    return [name_the_cause(rng.choice(evidence_of)), course_map()]


DEMOS = {"one outlier": lambda: None, "function machine": lambda: None, "depth": lambda: None}


def parts(card):
    """The cards that this one is made of, in the order in which the page makes them."""
    if not hasattr(card, "card"):
        return [card] if hasattr(card, "ACTIONS") else []
    return [card.card, *(part for child in card.children[1:] for part in parts(child))]


def any_message(rng, card, view):
    """What the page could send now; sometimes what it should not."""
    kind = view["kind"]
    if rng.random() < 0.03:
        return {"do": rng.choice(("describe", "close", "appear", "", None))}
    if kind == "gate":
        options = [option.id for option in card.asked.options]
        number = rng.choice((rng.choice(TYPED), f"{rng.uniform(-3, 300):.{rng.randrange(6)}f}"))
        value = rng.choice((*options, *options, "nope", None, 3)) if options else number
        sure = rng.choice((0.25, 0.5, 0.7, 0.9, 0.99, rng.random(), 0, 1, 2, -1, None, "0.5", True))
        return rng.choice(
            [{"do": "guess", "value": value, "confidence": sure}] * 4
            + [{"do": "skip"}, {"do": "change"}]
        )
    if kind == "reveal":
        return {"do": "show"}
    if kind == "exercise":
        return {"do": rng.choice(card.ACTIONS)}
    if kind == "map":
        return any_message_to_map(rng)
    if kind == "calibration":
        return {"do": "refresh"}
    if kind == "review":
        return {"do": "nothing"}
    question = view.get("question")
    if len(card.ACTIONS) == 2:
        position = rng.choice((*range(8), *range(8), -1, 8, None, "1", 1.5))
        submit = {"do": "submit", "question": question, "position": position}
        return rng.choice([submit] * 2 + [{"do": "go_on"}])
    if rng.random() < 0.1:
        question = rng.choice(("nope", None, *(item.id for item in card.questions)))
    position = rng.choice((*range(4), *range(4), -1, 4, None, "1", 1.5))
    see = view.get("see")
    return rng.choice(
        [{"do": "submit", "question": question, "position": position}] * 4
        + [{"do": "go_on"}] * 3
        + [{"do": "start_again"}, {"do": "look_at", "question": rng.choice(card.questions).id}]
        + ([{"do": "see", "preset": see["name"]}] * 3 if see else [])
    )


def any_message_to_map(rng):
    copies = (
        as_text([any_event(rng) for _ in range(4)], learner="beef"),
        as_text([], version=2),
        as_text([{"id": "1"}]),
        as_text([], learner="?"),
        as_text([], version="1"),
        as_text([{**any_event(rng), "list": [1]}]),
        *("", "{", "[]", "null", '{"course": "another"}', '{"course": NaN}'),
    )
    lesson = rng.choice((*range(13), 13, None, "1"))
    return rng.choice(
        [{"do": "mark", "lesson": lesson, "done": rng.choice((True, False, True, None))}] * 3
        + [{"do": "import_file", "text": rng.choice(copies)}] * 3
        + [{"do": do} for do in ("refresh", "export", "ask_reset", "keep")]
    )


# ------------------------------------------------------------------ the comparison


def as_the_page_has_it(view, card):
    """A view as JSON, with what is said differently in a page taken out of it."""
    return without_differences(in_page({**view, "troubled": card._trouble != ""}))


def in_page(value):
    if isinstance(value, dict):
        return {
            name: item.replace(".ipynb", ".html") if name == "link" else in_page(item)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [in_page(item) for item in value]
    if not isinstance(value, str):
        return value
    if value.startswith("data:"):
        return f"{len(value)}{value[-40:]}"
    return value.replace("is not open in this notebook", "is not on this page")


def without_differences(view):
    view = dict(view)
    for name in ("notice", "pictures", "how", "where", "question"):
        # The question of a quiz is its id.
        if name != "question" or view["kind"] == "map":
            view.pop(name, None)
    view.pop("aside", None)
    if view["kind"] == "review":
        view["text"] = view["text"].replace("run this cell", "open this page")
    for name in ("said", "message"):
        # Each JSON reader has its own words for what it cannot read.
        if "it is not JSON" in str(view.get(name)):
            view[name] = view[name].partition("it is not JSON")[0]
    return view


def without_names(events):
    return [{k: v for k, v in event.items() if k not in ("id", "time")} for event in events]


def play(number, folder, monkeypatch):
    """One scenario with Python's cards: what to play in the page, and what must come out."""
    rng = random.Random(number)
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(folder / str(number)))
    events = [any_event(rng) for _ in range(rng.choice((0, 3, 30, 120)))]
    learner = f"{rng.getrandbits(64):016x}"
    start = as_text(events, learner)
    progress().path.parent.mkdir()
    progress().path.write_text(start)
    shown = some_cards(rng, (1, 4))
    cards = [part for card in shown for part in parts(card)]
    views = [[as_the_page_has_it(card._view, card) for card in cards]]
    steps = []
    for _ in range(rng.choice(STEPS)):
        index = rng.randrange(len(cards))
        message = any_message(rng, cards[index], cards[index]._view)
        cards[index]._handle_custom_msg(dict(message), [])
        steps.append([index, message])
        views.append([as_the_page_has_it(card._view, card) for card in cards])
    data = [card_data(card) for card in shown]
    scenario = {"start": start, "cards": data, "demos": list(DEMOS), "steps": steps}
    expected = {"views": views, "events": without_names(progress().events)}
    for card in cards:
        card.close()
    return scenario, expected


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """All scenarios, played in Python."""
    folder = tmp_path_factory.mktemp("played")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda handle: None)
        patch.setattr("traceback.print_exc", lambda: None)
        return [play(number, folder, patch) for number in range(SCENARIOS)]


def test_any_actions_show_and_note_the_same_in_the_page_and_in_a_notebook(page, played):
    # Cards say on the console what went wrong; here much is meant to.
    page.evaluate("() => { console.error = () => {}; }")
    # As text: Playwright takes long over so many small objects.
    outcomes = json.loads(page.evaluate(RUN, json.dumps([scenario for scenario, _ in played])))
    kinds = {}
    for number, ((scenario, expected), found) in enumerate(zip(played, outcomes, strict=True)):
        for step, (wanted, got) in enumerate(zip(expected["views"], found["views"], strict=True)):
            done = scenario["steps"][step - 1] if step else "begin"
            for view, other in zip(wanted, got, strict=True):
                assert without_differences(other) == view, f"scenario {number}, step {step}: {done}"
                kinds.setdefault(view["kind"], set()).add(view.get("phase", ""))
        assert without_names(found["events"]) == expected["events"], f"scenario {number}"
    # The scenarios went everywhere.
    assert kinds["quiz"] == {"question", "feedback", "done"}
    assert kinds["gate"] == {"question", "waiting"}
    assert kinds["reveal"] == {"hidden", "shown"}
    assert {"map", "exercise", "calibration", "review"} <= set(kinds)


# ------------------------------------------------------------------ what cards are made of


def test_sha256_and_the_order_it_gives_are_those_of_python(page):
    rng = random.Random(0)
    alphabet = 'abc \n"é∂→𝛁<0'
    texts = ["".join(rng.choices(alphabet, k=n)) for n in [*range(140), 1000, 70_000]]
    found = page.evaluate("texts => texts.map(course.sha256)", texts)
    assert found == [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert page.evaluate("course.digest('ab', 7, 'é')") == digest("ab", 7, "é")


def test_numbers_are_written_as_python_writes_them(page):
    rng = random.Random(1)
    ties = [n / 8 for n in range(-40, 40)] + [n + 0.5 for n in range(12)] + [0.0005, 1005.0, 2.675]
    some = [rng.choice((1, -1)) * 10 ** rng.uniform(-12, 20) for _ in range(2000)]
    bits = [struct.unpack("d", rng.randbytes(8))[0] for _ in range(2000)]
    edges = [0.0, -0.0, 999.5, 9995.0, 99950.0, 999499.5, 999999.5, 1e-4, 9.999e-5, 1e15, 1e16, 1e6]
    numbers = [x for x in ties + some + bits + edges if math.isfinite(x)]
    found = page.evaluate(
        "numbers => numbers.map(x => [course.fixed(x, 0), course.fixed(x, 2), course.general(x, 3),"
        " course.general(x, 10), course.shortNumber(x)])",
        numbers,
    )
    for x, got in zip(numbers, found, strict=True):
        assert got == [f"{x:.0f}", f"{x:.2f}", f"{x:.3g}", f"{x:.10g}", _short(x)], repr(x)


def test_sums_are_numpys_to_the_last_bit(page):
    rng = np.random.default_rng(2)
    lists = [rng.normal(size=n).tolist() for n in [*range(1, 60), 128, 129, 300, 1000]]
    found = page.evaluate("lists => lists.map(course.pairwiseSum)", lists)
    assert found == [float(np.sum(numbers)) for numbers in lists]


def test_typed_numbers_are_read_as_python_reads_them(page):
    rng = random.Random(3)
    made = ["".join(rng.choices("0123459,.,/ %-+e_−", k=rng.randrange(1, 9))) for _ in range(4000)]
    for percent in (False, True):
        texts = [*TYPED, *made]
        found = page.evaluate(
            "([texts, percent]) => texts.map(text => course.numberTyped(text, percent))",
            [texts, percent],
        )
        for text, got in zip(texts, found, strict=True):
            assert got == number_typed(text, percent), repr(text)


def test_a_copy_saved_in_either_place_is_read_in_the_other(page, tmp_path, monkeypatch):
    rng = random.Random(4)
    events = [any_event(rng) for _ in range(200)]
    events[0]["found"] = '„∂L/∂w“ <b>\u2028 \\ " 𝛁'
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path / "one"))
    one = progress()
    one.import_text(as_text(events))
    from_page = page.evaluate(
        """text => {
          const kept = new course.KeptProgress(), count = kept.importText(text);
          kept.record("skip", { prediction: "five_starts" });
          kept.record("mark", { lesson: 3, done: true });
          return [count, kept.exportText(), localStorage.getItem(course.KEPT_AS)];
        }""",
        one.export_text(),
    )
    count, copy, kept = from_page
    assert count == len(events)
    assert copy == kept
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path / "two"))
    two = progress()
    assert two.import_text(copy) == len(events) + 2
    assert list(two.events[:-2]) == events
    assert one.import_text(copy) == 2
    assert page.evaluate("text => new course.KeptProgress().importText(text)", copy) == 0
