"""Grade what a class has handed in: look through the files, run nbgrader, report."""

import contextlib
import csv
import os
import re
import warnings
from pathlib import Path

import nbformat

from .making import nbgrader, put_scripts_on_path
from .notebook import assignment_name
from .preprocessors import WEAK
from .problem import Problem
from .sandbox import ISOLATION, strongest_isolation

__all__ = ["grade_class", "why_unreadable"]

LARGEST = 20 * 10**6  # bytes of a notebook
NAME = re.compile(r"[A-Za-z0-9][\w.@-]*")
LOG = "grading.log"


def grade_class(folder, numbers=None, *, again=False, weak_isolation=False, say=print):
    """Grade all that is new in `submitted`, and write feedback and tables.

    A submission that cannot be read gets no points and a line that says why. No file in
    `submitted` is changed.

    Parameters
    ----------
    folder : Path
        Made by `making.make`.
    numbers : sequence of int, optional
        Lessons; by default those of which something is handed in.
    again : bool
        Grade also what has not changed.
    weak_isolation : bool
        Grade even if learners' code cannot be shut in well.
    say : callable

    Returns
    -------
    int
        0, or 1 if something could not be graded.

    Raises
    ------
    Problem
        If nothing can be graded at all.
    """
    handed_in = _handed_in(folder, numbers)
    misplaced = _misplaced(folder)
    isolation = strongest_isolation()
    if isolation != "bubblewrap" and not weak_isolation:
        raise Problem(WEAK.format(isolation=isolation, what=ISOLATION[isolation]))
    say(f"Learners' code runs apart ({isolation}): {ISOLATION[isolation]}.")
    (folder / LOG).write_text("", encoding="utf-8")
    notes = {}
    for name, students in handed_in.items():
        for student in students:
            if why := why_unreadable(folder, student, name):
                notes[student, name] = why
                _no_points(folder, student, name)
        readable = [s for s in students if (s, name) not in notes]
        new = [s for s in readable if again or _has_changed(folder, s, name)]
        say(f"{name}: {len(students)} handed in, {len(new)} to grade")
        if new:
            _autograde(folder, name, set(students) - set(new), weak_isolation)
            for student in new:
                if not _autograded(folder, student, name).exists():
                    notes[student, name] = f"nbgrader could not grade it; {LOG} says why"
                    _no_points(folder, student, name)
            _run(folder, "generate_feedback", name, "--force")
    _run(folder, "export", f"--to={folder / 'grades.csv'}")
    _report(folder, handed_in, notes, say)
    say(f"\nFeedback is in {folder / 'feedback'}; grades.csv has the totals, results.csv every")
    say(f"exercise and what was found, and {LOG} what nbgrader said.")
    if misplaced:
        say(f"\nNot graded, as it does not lie where a submission does ({_place(folder)}):")
        for path in misplaced:
            say(f"  {path}")
    return 1 if notes or misplaced else 0


def _handed_in(folder, numbers):
    """For each assignment the students who have handed in something."""
    submitted = folder / "submitted"
    wanted = None if numbers is None else {assignment_name(number) for number in numbers}
    made = {path.name for path in (folder / "source").iterdir() if path.is_dir()}
    if wanted and wanted - made:
        raise Problem(f"{', '.join(sorted(wanted - made))} was not made in {folder}.")
    found = {}
    for path in sorted(submitted.glob("*/*")):
        student, name = path.parent.name, path.name
        if name in (made if wanted is None else wanted):
            if not NAME.fullmatch(student):
                raise Problem(
                    f"The name of the folder {path.parent} is not one of a learner. Rename it: "
                    f"letters, digits and . _ - @, beginning with a letter or digit."
                )
            found.setdefault(name, []).append(student)
    if not found:
        place = _place(folder, min(wanted or made, default="lesson_03"))
        there = ", ".join(str(path.relative_to(submitted)) for path in _misplaced(folder)[:3])
        aside = f" What lies there in another place is left aside: {there}." if there else ""
        raise Problem(f"Nothing is handed in: there is no {place}.{aside}")
    return found


def _place(folder, name="lesson_03"):
    return folder / "submitted" / "NAME" / name / f"{name}.ipynb"


def _misplaced(folder):
    """What lies in `submitted`, and is not in a learner's folder under an assignment's name."""
    submitted = folder / "submitted"
    made = {path.name for path in (folder / "source").iterdir() if path.is_dir()}
    found = [path for path in submitted.glob("*") if not path.is_dir()]
    found += [path for path in submitted.glob("*/*") if path.name not in made]
    return sorted(path for path in found if not path.name.startswith("."))


def _submission(folder, student, name):
    return folder / "submitted" / student / name / f"{name}.ipynb"


def _autograded(folder, student, name):
    return folder / "autograded" / student / name / f"{name}.ipynb"


def why_unreadable(folder, student, name):
    """Why a submission cannot be graded; "" if it can."""
    path = _submission(folder, student, name)
    inside = [path.parents[1], path.parent]
    if path.parent.is_dir():
        inside += path.parent.rglob("*")
    if any(part.is_symlink() for part in inside):
        return "it holds a link to another place, which is not followed"
    if not path.is_file():
        others = [one.name for one in path.parent.glob("*.ipynb")] if path.parent.is_dir() else []
        return f"there is no {path.name}" + (
            f", but {others[0]}: is that it? Then rename it" if len(others) == 1 else ""
        )
    if path.stat().st_size > LARGEST:
        return f"{path.name} is larger than {LARGEST // 10**6} MB"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what nbformat can repair
            notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
            nbformat.validate(notebook, relax_add_props=True)
    except Exception as error:  # whatever nbformat stumbles over
        line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        return f"{path.name} is no notebook, or damaged ({line[:100]})"
    return ""


def _has_changed(folder, student, name):
    graded = _autograded(folder, student, name)
    if not graded.exists():
        return True
    given, source = _submission(folder, student, name), folder / "source" / name / f"{name}.ipynb"
    return max(given.stat().st_mtime, source.stat().st_mtime) > graded.stat().st_mtime


def _autograde(folder, name, others, weak_isolation):
    words = ["autograde", name, "--force"]
    if others:
        words.append(f"--CourseDirectory.student_id_exclude={','.join(sorted(others))}")
    if weak_isolation:
        words.append("--GradeApart.weak_isolation=True")
    _run(folder, *words)


def _run(folder, *words):
    done = nbgrader(folder, *words)
    with open(folder / LOG, "a", encoding="utf-8") as log:
        log.write(f"$ nbgrader {' '.join(words)}\n{done.stdout}\n")
    return done


def _no_points(folder, student, name):
    """Note in the gradebook that there was a submission, and no points."""
    graded = _autograded(folder, student, name)
    with contextlib.suppress(FileNotFoundError):
        graded.unlink()  # of an earlier submission
    with warnings.catch_warnings(), _gradebook(folder) as gradebook:
        warnings.simplefilter("ignore")  # of SQLAlchemy, about nbgrader's own calls
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(name, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = 0
                grade.needs_manual_grade = False
        gradebook.db.commit()


def _gradebook(folder):
    from nbgrader.api import Gradebook

    put_scripts_on_path()
    return Gradebook(f"sqlite:///{folder / 'gradebook.db'}")


def _report(folder, handed_in, notes, say):
    """Print a line for each submission; write results.csv, a line for each exercise."""
    rows = []
    with _gradebook(folder) as gradebook:
        for name, students in handed_in.items():
            for student in students:
                submission = gradebook.find_submission(name, student)
                note = notes.get((student, name), "")
                line = f"{student:20} {name}  {submission.score:g} of {submission.max_score:g}"
                say(f"  {line}" + (f"   {note}" if note else ""))
                found = _findings(_autograded(folder, student, name))
                for notebook in submission.notebooks:
                    for grade in notebook.grades:
                        finding = note or found.get(grade.name, "")
                        task = grade.name.removeprefix("test-")
                        rows.append((name, student, task, grade.score, grade.max_score, finding))
    temporary = folder / "results.csv.new"
    with open(temporary, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["assignment", "student", "exercise", "points", "most", "finding"])
        writer.writerows(rows)
    os.replace(temporary, folder / "results.csv")


def _findings(path: Path):
    """For each test cell of a graded notebook what was found, in a few words."""
    if not path.exists():
        return {}
    found = {}
    for cell in nbformat.read(path, as_version=4).cells:
        mark = cell.metadata.get("nbgrader", {})
        if not mark.get("grade") or cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                found[mark["grade_id"]] = output.evalue
            elif output.output_type == "stream":
                line = output.text.splitlines()[1] if "\n" in output.text else output.text
                found[mark["grade_id"]] = line.partition(": ")[2]
    return found
