"""Practice cards as HTML for a page without a kernel; `static/cards` brings them to life there.

What a page without JavaScript shows is the card's own text, as in a notebook without widgets.
Beside it lies, as JSON, what the card is made of; never which answer is right in plain words.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_lib.practice import page
from course_lib.practice.calibration_card import CalibrationCard
from course_lib.practice.card import Card, Framed
from course_lib.practice.cause_card import CauseCard, evidence
from course_lib.practice.challenges import CAUSES, CHALLENGES
from course_lib.practice.exercise_card import ExerciseCard
from course_lib.practice.exercises import exercises
from course_lib.practice.gate import CONFIDENCES, Gate, GateCard, RevealCard
from course_lib.practice.lessons import EXTRAS, LESSONS, lesson
from course_lib.practice.map_card import MapCard
from course_lib.practice.presets import PRESETS, find
from course_lib.practice.question import seal
from course_lib.practice.questions import all_questions, predictions, quiz_questions
from course_lib.practice.quiz_card import Quiz, QuizCard
from course_lib.practice.review_card import Review
from course_lib.practice.sketches import picture
from course_lib.practice.standing import TRIES_BEFORE_SOLUTION

__all__ = ["CARD_FILES", "card_data", "card_html"]

STATIC = Path(__file__).parent / "static" / "cards"

#: To be joined after `dom.js` and `theme.js` of the live figures; each needs only those before it.
CARD_FILES = (
    *(page.STATIC / f"{name}.js" for name in ("parts", "quiz", "gate", "exercise", "map")),
    page.STATIC / "card_view.js",
    *(
        STATIC / f"{name}.js"
        for name in (
            "sha256",
            "ordering",
            "numbers",
            "progress_text",
            "kept",
            "standing",
            "page_card",
            "prediction",
            "gate_card",
            "quiz_card",
            "cause_card",
            "exercise_card",
            "map_card",
            "calibration_card",
            "review_card",
            "cards",
        )
    ),
)


def card_html(card: Card | Framed, embed: Callable[[Any], str] | None = None) -> str:
    """A card as a piece of HTML; `showCards` of the page's script brings it to life.

    Parameters
    ----------
    card : Card or Framed
        What `predict`, `reveal`, `quiz`, `exercise`, `course_map`, `review`, `calibration` or
        `name_the_cause` returned.
    embed : callable (what a demo returned) → str, optional
        HTML of a demo; "" for one that this page does not hold. Called for the demo of a gate and
        for the presets that a quiz's questions name.

    Returns
    -------
    str

    Raises
    ------
    TypeError
        If it is no card that a page can show.
    """
    head = getattr(card, "card", card)
    # First, as the truth of a gate may be its demo's doing.
    demos = _demos(card, embed) if embed else {}
    kind, data = card_data(card)
    scripts = [_script("data-card", data)]
    scripts += [_script(f'data-demo="{name}"', text) for name, text in demos.items() if text]
    plain = head.fallback()[1]
    return (
        f'<div class="course-card" data-kind="{kind}">\n'
        f'<div class="course-card-plain">{plain}</div>\n' + "\n".join(scripts) + "\n</div>"
    )


def card_data(card: Card | Framed) -> tuple[str, dict]:
    """What the page's script makes a card of: its kind, and a dictionary for JSON."""
    for type_, kind, describe in _KINDS:
        if isinstance(card, type_):
            return kind, describe(card)
    raise TypeError(
        "A page can show what predict, reveal, quiz, exercise, course_map, review, calibration "
        f"and name_the_cause return, but not {type(card).__name__}."
    )


def _script(attribute, data):
    # A "</script>" in a text must not end the element.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" {attribute}>{text}</script>'


# ------------------------------------------------------------------ predictions


def _prediction(asked):
    return {
        "id": asked.id,
        "lesson": asked.lesson,
        "link": _link(lesson(asked.lesson)),
        "kind": asked.kind,
        "text": asked.text,
        "because": asked.because,
        "options": [
            {"id": option.id, "text": option.text, "sketch": option.sketch}
            for option in asked.options
        ],
        "pictures": {
            option.sketch: picture(option.sketch) for option in asked.options if option.sketch
        },
        "in_order": asked.in_order,
        "unit": asked.unit,
        "factor": asked.factor,
        "margin": asked.margin,
        "allowance": asked.allowance,
        "confidences": [{"value": value, "text": text} for value, text in CONFIDENCES],
    }


def _reveal(card):
    return {"asked": _prediction(card.asked), "truth": card.truth, "note": card.note}


def _gate_with_demo(gate):
    return {
        "asked": _prediction(gate.card.asked),
        "reveal": None if gate.truth is None else _reveal(gate.comparison()),
    }


# ------------------------------------------------------------------ quizzes


def _question(asked):
    return {
        "id": asked.id,
        "lesson": asked.lesson,
        "topic": asked.topic,
        "text": asked.text,
        "key": asked.key,
        "see": asked.see,
        "choices": [
            {"text": choice.text, "because": choice.because, "see": choice.see}
            for choice in asked.choices
        ],
    }


def _questions(questions, more_lessons=()):
    names = _named_presets(questions)
    numbers = {asked.lesson for asked in questions} | {PRESETS[name].lesson for name in names}
    return {
        "questions": [_question(asked) for asked in questions],
        "presets": {
            name: {"label": PRESETS[name].label, "lesson": PRESETS[name].lesson} for name in names
        },
        "lessons": {
            number: {"title": str(lesson(number)), "link": _link(lesson(number))}
            for number in sorted(numbers | set(more_lessons))
        },
    }


def _named_presets(questions):
    """Names of the demos that questions or their choices want to show, each once."""
    names = [
        see
        for asked in questions
        for see in (asked.see, *(choice.see for choice in asked.choices))
        if see
    ]
    return list(dict.fromkeys(names))


def _quiz(card):
    return {"id": card.id, "title": card.title, **_questions(card.questions)}


def _review(_review):
    asked = predictions()
    return {
        "predictions": [_prediction(item) for item in asked],
        **_questions(all_questions(), (item.lesson for item in asked)),
    }


def _cause(card):
    item = card.challenge
    return {
        "id": item.id,
        "number": item.number,
        "count": len(CHALLENGES),
        "key": seal(item.id, item.cause),
        "causes": [
            {"id": cause, "text": text, "evidence": evidence(item.number, cause)}
            for cause, text in CAUSES.items()
        ],
    }


def _demos(card, embed):
    if isinstance(card, Gate):
        return {"demo": embed(card.demo())}
    if isinstance(card, Review):
        questions, own = all_questions(), card.presets
    elif isinstance(card, Quiz | QuizCard):
        head = getattr(card, "card", card)
        questions, own = head.questions, head.presets
    else:
        return {}
    functions = {name: find(name, own) for name in _named_presets(questions)}
    return {name: embed(function()) for name, function in functions.items() if function}


# ------------------------------------------------------------------ the others


def _exercise(card):
    item = card.exercise
    starts = (
        ("A worked example of something related", item.worked_example),
        ("The solution with a gap to fill", item.gap_version),
        ("The empty function", item.stub),
    )
    return {
        "id": item.id,
        "hints": list(item.hints),
        "checked": item.checked,
        "solution": item.solution,
        "starts": [{"name": name, "code": code.strip()} for name, code in starts],
        "note": f"opens after {TRIES_BEFORE_SOLUTION} tries, or if you ask for it",
    }


def _map(_card):
    return {
        "lessons": [
            {
                "number": item.number,
                "name": item.name,
                "title": item.title,
                "link": _link(item),
                "extra": item in EXTRAS,
                "repairs": item.name == "challenges",
                "tasks": (
                    list(CHALLENGES)
                    if item.name == "challenges"
                    else [task.id for task in exercises(item.number)]
                ),
                "questions": [asked.id for asked in quiz_questions(item.name)],
                "predictions": [asked.id for asked in predictions(item.number)],
            }
            for item in (*LESSONS, *EXTRAS)
        ]
    }


def _calibration(_card):
    return {"predictions": [asked.id for asked in predictions()]}


def _link(item):
    """The page of a lesson, as notebooks link to each other: all lie in one folder."""
    return item.file.removesuffix(".ipynb") + ".html"


_KINDS = (
    (GateCard, "gate", lambda card: _prediction(card.asked)),
    (RevealCard, "reveal", _reveal),
    (Gate, "gate with demo", _gate_with_demo),
    (Quiz, "quiz", lambda quiz: _quiz(quiz.card)),
    (QuizCard, "quiz", _quiz),
    (CauseCard, "cause", _cause),
    (ExerciseCard, "exercise", _exercise),
    (MapCard, "map", _map),
    (CalibrationCard, "calibration", _calibration),
    (Review, "review", _review),
)
