"""A new lesson after the last: notebook, questions, exercise, demo, and its entries everywhere."""

import importlib.util
import json
import re
import sys
from pathlib import Path

from course_lib.practice.question import seal

from .demo import add_demo
from .edits import add_after_last_row, add_before, add_import, add_to_dictionary, add_to_tuple, tidy
from .exercise import exercise_source, reference_of
from .names import checked_lesson, checked_title, is_taken
from .notebooks import cells_of, notebook, run
from .problems import Problem
from .templates import fill
from .transaction import Transaction

__all__ = ["new_lesson"]

PRACTICE = "course_lib/practice"
WORDS = "tests/notebooks/course_words.txt"
# The best answers of the template's questions, as in the quizzes of the course only by their seal.
ANSWERS = {
    "factor": "It multiplies w by 1 − α",
    "other_side": "Between 1 and 2",
    "one_step": "One, as the slope is w",
}


def new_lesson(root: Path, word: str, title: str) -> list[str]:
    """Make a lesson.

    Parameters
    ----------
    root : Path
    word : str
        Number and name, like "13_attention".
    title : str

    Returns
    -------
    list of str
        What was made, and what to do next, in lines.
    """
    title = checked_title(title)
    number, name = checked_lesson(word, root)
    stem, demo, exercise = f"{number:02}_{name}", f"{name}_demo", f"{name}_gradient"
    if is_taken(exercise):
        raise Problem(f"There is an exercise {exercise} already. Choose another name.")
    words = {"number": number, "name": name, "title": title, "file": f"{stem}.ipynb"}
    words |= {"demo": demo, "exercise": exercise, "number02": f"{number:02}"}
    with Transaction(root) as files:
        add_demo(files, demo)
        source = exercise_source(exercise, number)
        _write_modules(files, words, source)
        _register(files, words)
        spelt = _spell(files, title)
        cells = cells_of(fill("lesson.txt", **words), {exercise: reference_of(source)})
        files.create(f"notebooks/{stem}.ipynb", notebook(cells))
        maps = _notebooks_with_a_map(root)
        for path in maps:
            files.keep(f"notebooks/{path.name}")
        stems = [stem, *(path.stem for path in maps)]
        print(f"Running {', '.join(stems)} …", flush=True)
        run(root, *stems)
        made, changed = files.created, files.changed
    return [
        *(f"new:     {file}" for file in made),
        *(f"entered: {file}" for file in changed),
        *([f"Words of the title new to the spelling list: {', '.join(spelt)}."] if spelt else []),
        "",
        f"Open it:  python3 course.py {number}",
        f"Test it:  python3 course.py test tests/notebooks tests/practice -k '{name} or lesson'",
        "Then replace it part by part: the demo, the questions, the exercise, the prose. Then",
        f"          python3 course.py refresh {number}",
        "stores the outputs anew. In the README, say what one finds out; in docs/teachers.md, what",
        "people get wrong. The prose of lesson 0 that counts the lessons is yours to change, too.",
    ]


def _write_modules(files, words, source):
    name = words["name"]
    keys = {f"key_{id}": seal(f"{name}_{id}", text) for id, text in ANSWERS.items()}
    questions = fill("questions.py.txt", **words, **keys)
    files.create(f"{PRACTICE}/questions/{name}.py", tidy(questions, files.root))
    inside = words | {"exercise": source, "NAME": words["exercise"].upper()}
    exercises = fill("exercises.py.txt", **inside)
    files.create(f"{PRACTICE}/exercises/{name}.py", tidy(exercises, files.root))


def _register(files, words):
    """Name the lesson wherever lessons are named."""
    name, number, demo = words["name"], words["number"], words["demo"]
    python = {
        f"{PRACTICE}/lessons.py": [
            (add_to_tuple, "EXTRAS", f'Lesson({number}, "{name}", "{words["title"]}")')
        ],
        f"{PRACTICE}/questions/__init__.py": [
            (add_import, name),
            (add_to_dictionary, "MODULES", f'"{name}": {name}'),
        ],
        f"{PRACTICE}/exercises/__init__.py": [(add_import, name), (add_to_tuple, "LESSONS", name)],
        f"{PRACTICE}/presets.py": [
            (
                add_to_dictionary,
                "PRESETS",
                f'"{name} demo": Preset({number}, "the loss of a run by its learning rate")',
            )
        ],
        "course_lib/demos/presets.py": [
            (add_to_dictionary, "DEMOS", f'"{name} demo": _demo("{demo}", "{demo}")')
        ],
    }
    for file, entries in python.items():
        text = files.read(file)
        for add, *arguments in entries:
            text = add(text, *arguments)
        text = tidy(text, files.root)
        files.change(file, lambda _, text=text: text)
    row = f"| {number:02} | [{words['title']}](notebooks/{words['file']}) | To be written. |"
    files.change("README.md", lambda text: add_after_last_row(text, r"^\| \d\d \| ", row))
    section = fill("teachers.md.txt", **words)
    files.change("docs/teachers.md", lambda text: add_before(text, r"^## Sources$", section))


def _spell(files, title):
    """Enter the words of the title that no dictionary has; returns them."""
    folder = files.root / "tests" / "notebooks"
    sys.path.insert(0, str(folder))
    try:
        path = folder / "test_spelling.py"
        spec = importlib.util.spec_from_file_location("course_spelling", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        unknown = module.unknown(title)
    finally:
        sys.path.remove(str(folder))
    if unknown:
        files.change(
            WORDS, lambda text: "".join(f"{w}\n" for w in sorted({*text.splitlines(), *unknown}))
        )
    return unknown


def _notebooks_with_a_map(root):
    """Notebooks whose stored outputs list the lessons."""
    found = []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        if any(re.search(r"^course_map\(\)", source, re.M) for source in sources):
            found.append(path)
    return found
