"""Accuracy and the confusion matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import accuracy, confusion_matrix

LOGITS = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 0.0, 5.0], [4.0, 0.0, 1.0]])


def test_accuracy_is_the_fraction_of_largest_logits():
    assert accuracy(LOGITS, [0, 1, 2, 0]) == 1
    assert accuracy(LOGITS, [0, 1, 2, 2]) == 0.75
    assert accuracy(LOGITS, np.array([1, 0, 0, 1], np.uint8)) == 0


def test_accuracy_of_a_single_column_asks_for_its_sign():
    assert accuracy([[2.0], [-1.0], [0.0], [3.0]], [1, 0, 0, 0]) == 0.75
    assert accuracy([[2.0], [-1.0]], [[1.0], [0.0]]) == 1
    assert accuracy([[2.0], [-1.0]], [True, True]) == 0.5


@pytest.mark.parametrize(
    ("logits", "labels", "error", "message"),
    [
        (LOGITS, [0, 1], ValueError, r"labels has shape \(2,\).*\(4, 3\) need .* \(4,\)"),
        (LOGITS[0], [0, 1, 2], ValueError, r"logits has shape \(3,\), but accuracy needs"),
        (LOGITS[:0], [], ValueError, r"logits has shape \(0, 3\): the batch is empty"),
        (LOGITS[:3], np.eye(3), ValueError, r"labels has shape \(3, 3\).*labels\.argmax"),
        (LOGITS, [0, 1, 2, 3], ValueError, r"labels has shape \(4,\).*from 0 to 2.* holds 3"),
        (LOGITS, [0, 1, 2, -1], ValueError, r"labels .* from 0 to 2.* holds -1"),
        (LOGITS, [0, 1, 2, 0.5], ValueError, r"labels .* holds 0\.5"),
        (LOGITS[:, :1], [0, 1, 2, 0], ValueError, r"labels .* from 0 to 1.* holds 2"),
        (LOGITS, [0, 1, 2, np.nan], ValueError, r"labels has shape \(4,\).*nan at \[3\]"),
        (LOGITS, list("0120"), TypeError, "labels must be an array of real numbers"),
        (LOGITS, [[0], [1, 2]], TypeError, "labels must be a rectangular array"),
        (LOGITS + np.nan, [0, 1, 2, 0], ValueError, r"logits .* must hold finite numbers"),
    ],
)
def test_accuracy_names_what_is_wrong(logits, labels, error, message):
    with pytest.raises(error, match=message):
        accuracy(logits, labels)


def test_confusion_matrix_has_labels_in_rows_and_predictions_in_columns():
    found = confusion_matrix(predicted=[1, 1, 2, 0], labels=[0, 1, 2, 0])
    assert found.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=30))
def test_confusion_matrix_counts_every_example_once(pairs):
    predicted, labels = np.array(pairs, dtype=np.uint8).reshape(-1, 2).T
    found = confusion_matrix(predicted, labels, classes=5)
    assert found.shape == (5, 5)
    for i in range(5):
        for j in range(5):
            assert found[i, j] == sum(p == j and t == i for p, t in pairs)


def test_confusion_matrix_takes_any_integer_type():
    wide, narrow = np.array([0, 1], np.uint64), np.array([1, 1], np.int8)
    assert confusion_matrix(wide, narrow).tolist() == [[0, 0], [1, 1]]
    many = np.full(300, 200, np.uint8)
    assert confusion_matrix(many, many)[200, 200] == 300


@pytest.mark.parametrize(
    ("predicted", "labels", "classes", "error", "message"),
    [
        ([0, 1], [0], None, ValueError, r"predicted has shape \(2,\) and labels \(1,\)"),
        ([[0], [1]], [[0], [1]], None, ValueError, r"both need \(n,\)"),
        ([0, -1], [0, 1], None, ValueError, "from 0 to 1, but they go from -1"),
        ([0, 3], [0, 1], 3, ValueError, "from 0 to 2, but they go from 0 to 3"),
        ([0.0, 1.0], [0, 1], None, TypeError, r"predicted of shape \(2,\).*integer .*float64"),
        ([0, 1], ["0", "1"], None, TypeError, r"labels of shape \(2,\).*integer type"),
        ([0, 1], [0, 1], 0, ValueError, "classes must be at least 1"),
    ],
)
def test_confusion_matrix_names_what_is_wrong(predicted, labels, classes, error, message):
    with pytest.raises(error, match=message):
        confusion_matrix(predicted, labels, classes)
