"""The picture of claimed and measured gradients."""

import numpy as np

from course_lib.demos.matched_pairs import matched_pairs_figure


def test_a_pair_that_agrees_lies_on_the_diagonal_and_another_is_marked_otherwise():
    claimed = np.linspace(-1, 1, 6).reshape(3, 2)
    picture = matched_pairs_figure({"a + b": (claimed, claimed), "c + d": (claimed, claimed / 4)})
    assert picture.alt.endswith("a + b: on the diagonal; c + d: off the diagonal.")
    markers = [ax.lines[1].get_marker() for ax in picture.figure.axes]
    assert markers == ["o", "X"]
