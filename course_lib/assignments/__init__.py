"""Assignments: the exercises as notebooks for nbgrader, graded apart from the learner's code.

`python3 course.py assignments` makes them and grades what comes back; docs/assignments.md tells a
teacher how.

- `hidden` draws inputs that the learner has not seen, and makes an exercise of them.
- `notebook` and `making` write the assignments; `nbgrader` makes the learner's version of them.
- `sandbox` runs a learner's code in an isolated process, `session` goes through one notebook with
  it, and `grading` gives the points. The score is computed here, where no learner's code runs.
- `preprocessors` puts this into nbgrader's `autograde`; `handing_in` looks through what was handed
  in, and reports.
"""

from .grading import grade

__all__ = ["grade"]
