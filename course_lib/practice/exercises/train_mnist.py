"""Lesson 10: how good a trained classifier is, in numbers one may report."""

import numpy as np

from ..exercise import Case, Exercise, Slip
from .common import numbers

__all__ = ["EXERCISES"]


def error_percent(logits, labels):
    """How many percent of the rows have their largest logit somewhere else than at the label.

    logits : (batch, classes); labels : (batch,), the number of the right class of each row.
    Returns a number from 0 to 100.
    """
    answers = logits.argmax(axis=1)
    return 100 * np.mean(answers != labels)


def _scores(rng, n, classes):
    return numbers(rng, n, classes), rng.integers(classes, size=n)


ERROR_PERCENT = Exercise(
    lesson=10,
    title="The error, in percent",
    statement=r"""
The training panel shows the error. Compute it: of the rows of the logits $z$, shape
(batch, classes), how many percent have their largest entry somewhere else than at the right class?
The labels are class numbers, shape (batch,). Return one number from 0 to 100.
""",
    reference=error_percent,
    outputs=("error",),
    cases=lambda rng: [
        Case("8 rows of 3 classes", _scores(rng, 8, 3)),
        Case("50 rows of 10 classes", _scores(rng, 50, 10)),
        Case("as many rows as classes", _scores(rng, 4, 4)),
        Case("one row, answered rightly", (np.array([[0.1, 2.0, -1.0]]), np.array([1]))),
        Case("one row, answered wrongly", (np.array([[0.1, 2.0, -1.0]]), np.array([0]))),
        Case("logits of whole numbers", (np.array([[3.0, 1.0], [0.0, 2.0]]), np.array([0, 0]))),
        Case("the same as integers", (np.array([[3, 1], [0, 2]]), np.array([0, 0])), "integer"),
    ],
    slips=(
        Slip(
            "accuracy instead of error",
            "That is the share of right answers. The error is what is missing to 100 %.",
            after=lambda outputs, *args: tuple(100 - output for output in outputs),
            where="==",
        ),
        Slip(
            "fraction instead of percent",
            "That is a fraction of 1. Percent means out of a hundred.",
            after=lambda outputs, *args: tuple(output / 100 for output in outputs),
        ),
        Slip(
            "number of mistakes",
            "That is how many rows are wrong. Divide by the number of rows, and it can be compared "
            "between sets of different size.",
            wrong=lambda logits, labels: np.sum(logits.argmax(axis=1) != labels),
            where="sum",
        ),
        Slip(
            "largest of each column",
            "You look for the largest entry down each column, which is the example that likes a "
            "class best. The answers of the network stand along each row.",
            wrong=lambda logits, labels: (
                100 * np.mean(logits.argmax(axis=0) != labels)
                if logits.shape[0] == logits.shape[1]
                else np.nan
            ),
            where="axis|argmax",
        ),
    ),
    hints=(
        "First the network's answer in each row, then how often it differs from the label.",
        "logits.argmax(axis=1) gives the position of the largest entry of each row.",
        "np.mean of an array of True and False is the share of True.",
    ),
    worked_example="""
# Related: the share of rainy days, in percent.
rain = np.array([0.0, 2.5, 0.0, 1.0])      # millimetres on four days
print(100 * np.mean(rain > 0))
""",
    gap="100 * np.mean(answers != labels)",
)


def confusion_counts(answers, labels, classes):
    """How often class i was answered with class j: row i, column j.

    answers, labels : (n,), class numbers from 0 to classes - 1.
    Returns an array of shape (classes, classes).
    """
    counts = np.zeros((classes, classes))
    for answer, label in zip(answers, labels, strict=True):
        counts[label, answer] += 1
    return counts


def _answers(rng, n, classes):
    return rng.integers(classes, size=n), rng.integers(classes, size=n), classes


CONFUSION_COUNTS = Exercise(
    lesson=10,
    title="A confusion matrix",
    statement=r"""
Count all answers of a classifier in a table $C$, shape (classes, classes): $C_{ij}$ is how often
an example of class $i$ was given the answer $j$. Rows say what it is, columns what it was taken
for. The answers and the labels are class numbers, shape $(n,)$; a class may be missing in both.
""",
    reference=confusion_counts,
    outputs=("counts",),
    cases=lambda rng: [
        Case("20 answers of 3 classes", _answers(rng, 20, 3)),
        Case("200 answers of 10 classes", _answers(rng, 200, 10)),
        Case("one answer", (np.array([2]), np.array([0]), 3)),
        Case("no mistake", (np.array([0, 1, 1]), np.array([0, 1, 1]), 2)),
        Case("a class that never occurs", (np.array([0, 0, 3]), np.array([3, 0, 0]), 5)),
        Case("one class", (np.array([0, 0]), np.array([0, 0]), 1)),
    ],
    slips=(
        Slip(
            "transposed",
            "Your rows are the answers and your columns what it is. Both ways are in use; here the "
            "row is the truth.",
            after=lambda outputs, *args: tuple(output.T for output in outputs),
        ),
        Slip(
            "each pair counted once",
            "Every entry is 0 or 1: a pair that occurs again is not counted again. With index "
            "arrays, `counts[labels, answers] += 1` adds only once for each place; np.add.at adds "
            "every time.",
            wrong=lambda answers, labels, classes: np.minimum(
                confusion_counts(answers, labels, classes), 1
            ),
            where=r"\[.*labels.*\]|= *1",
        ),
        Slip(
            "only the right answers",
            "You count the diagonal only. The mistakes beside it are what the table is for.",
            wrong=lambda answers, labels, classes: np.diag(
                np.diag(confusion_counts(answers, labels, classes))
            ),
            where="==",
        ),
        Slip(
            "only the mistakes",
            "The diagonal is empty: right answers belong into the table too, so that each row adds "
            "up to the number of examples of its class.",
            wrong=lambda answers, labels, classes: (
                confusion_counts(answers, labels, classes)
                - np.diag(np.diag(confusion_counts(answers, labels, classes)))
            ),
            where="!=",
        ),
        Slip(
            "shares instead of counts",
            "You have divided by the number of examples. Counts are wanted.",
            wrong=lambda answers, labels, classes: (
                confusion_counts(answers, labels, classes) / len(labels)
            ),
            where="/|mean",
        ),
    ),
    hints=(
        "Start with a table of zeros, and go through the examples one by one.",
        "Each example adds 1 in exactly one place. Which row, which column?",
        "Row: the label. Column: the answer.",
    ),
    worked_example="""
# Related: how often each face of a die came up.
throws = np.array([3, 6, 3, 1])
counts = np.zeros(6)
for throw in throws:
    counts[throw - 1] += 1                 # face 1 stands at place 0
print(counts)
""",
    gap="counts[label, answer] += 1",
)


def accuracy_with_error(right, n):
    """The accuracy of a classifier, and two standard errors of it.

    right : how many of n examples it answered rightly.
    Returns two numbers between 0 and 1: p and 2 √(p (1 − p) / n).
    """
    p = right / n
    return p, 2 * np.sqrt(p * (1 - p) / n)


ACCURACY_WITH_ERROR = Exercise(
    lesson=10,
    title="An accuracy, honestly reported",
    statement=r"""
A classifier answers `right` of $n$ examples rightly. Return its accuracy $p$, a number from 0 to 1,
and its uncertainty $2 \sqrt{p\,(1 - p) / n}$: two standard errors, so that $p \pm$ this holds the
true value about 19 times out of 20.
""",
    reference=accuracy_with_error,
    outputs=("p", "uncertainty"),
    cases=lambda rng: [
        Case("1,895 right of 2,000", (1895, 2000)),
        Case("936 right of 1,000", (936, 1000)),
        Case("half of 50", (25, 50)),
        Case("all of 10", (10, 10)),
        Case("none of 7", (0, 7)),
        Case("one of one", (1, 1)),
    ],
    slips=(
        Slip(
            "one standard error",
            "This is one standard error; the true value is within it only about two times out of "
            "three. Two are wanted.",
            after=lambda outputs, right, n: (outputs[0], outputs[1] / 2),
        ),
        Slip(
            "root forgotten",
            "You have 2 p (1 − p) / n, without the root. That is (twice) the variance. With four "
            "times as many examples the uncertainty becomes half, not a quarter.",
            wrong=lambda right, n: (right / n, 2 * (right / n) * (1 - right / n) / n),
        ),
        Slip(
            "spread of one example",
            "The division by n is missing: √(p (1 − p)) is how much a single answer varies. The "
            "mean of n answers varies less.",
            wrong=lambda right, n: (right / n, 2 * np.sqrt(right / n * (1 - right / n))),
            where="sqrt",
        ),
        Slip(
            "n outside of the root",
            "You divide by n after taking the root. The n belongs under it: the uncertainty "
            "shrinks with √n.",
            wrong=lambda right, n: (right / n, 2 * np.sqrt(right / n * (1 - right / n)) / n),
            where="sqrt",
        ),
        Slip(
            "percent",
            "Both in percent would be right on a poster; here fractions of 1 are wanted.",
            after=lambda outputs, right, n: tuple(100 * output for output in outputs),
            where="100",
        ),
    ),
    hints=(
        "Two numbers, in this order: p, then its uncertainty.",
        "p is the share of right answers.",
        "Everything after the 2 stands under the root: p (1 − p), divided by n.",
    ),
    worked_example="""
# Related: the standard error of the mean of five measured lengths.
lengths = np.array([10.1, 9.9, 10.0, 10.2, 9.8])
print(round(lengths.std(ddof=1) / np.sqrt(len(lengths)), 4))
""",
    gap="2 * np.sqrt(p * (1 - p) / n)",
)


EXERCISES = (ERROR_PERCENT, CONFUSION_COUNTS, ACCURACY_WITH_ERROR)
