"""Where nodes stand, edges end and marks point; and the diagram of the two ways."""

import numpy as np

from course_lib.demos.flow_diagram import flow_diagram
from course_lib.demos.network_drawing import edge_between, flow_mark, layer_places


def test_layers_are_centered_and_go_from_top_to_bottom():
    places = layer_places((3, 2), (1.0, 4.0), middle=2.0, apart=0.5)
    np.testing.assert_allclose(places[0], [[1, 2.5], [1, 2.0], [1, 1.5]])
    np.testing.assert_allclose(places[1], [[4, 2.25], [4, 1.75]])


def test_an_edge_goes_from_rim_to_rim():
    start, end = edge_between((0, 0), (3, 4), radius=0.5)
    assert np.linalg.norm(start) == 0.5
    assert np.isclose(np.linalg.norm(end - start), 4)
    assert np.isclose(start[0] * end[1], start[1] * end[0])


def test_a_mark_points_forward_or_back():
    edge = np.array([[0.0, 1.0], [4.0, 1.0]])
    tip, *base = flow_mark(edge, forward=True, where=0.5)
    assert tip[0] > 2 > max(x for x, _ in base)
    tip, *base = flow_mark(edge, forward=False, where=0.5)
    assert tip[0] < 2 < min(x for x, _ in base)


def test_the_diagram_says_both_ways_in_words():
    picture = flow_diagram()
    assert "Input to Hidden to Output" in repr(picture)
    assert "Output to Hidden to Input" in repr(picture)
    texts = [text.get_text() for text in picture.figure.axes[0].texts]
    assert [texts.count(name) for name in ("Input", "Hidden", "Output")] == [2, 2, 2]
