"""The drawing of a computational graph: where things stand, what they say, and that it is right."""

import doctest

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.figure import Figure

from course_lib.demos import value_words
from course_lib.demos.graph_layout import arrange, columns_of
from course_lib.demos.palette import PURPLE, VERMILION
from course_lib.demos.value_graph import CARD, GraphDrawing, drawing_axes, value_graph
from course_lib.demos.value_words import fitting, formula_of
from course_lib.nn import Value


def named(value, label):
    value.label = label
    return value


def product_and_square(x=3.0, y=-2.0):
    """e = x y + x²: x is used on two branches."""
    x, y = Value(x, label="x"), Value(y, label="y")
    e = named(named(x * y, "p") + named(x**2, "q"), "e")
    e.backward()
    return e


def diamond():
    """x feeds a and, past it, the result; so one edge skips a column."""
    x = Value(0.5, label="x")
    y = named(named(named(x.tanh(), "a") ** 2, "b") * x, "y")
    y.backward()
    return y


def by_label(root):
    return {value.label: value for value in root.ancestors()}


def drawn_in(color, picture):
    (ax,) = picture.figure.axes
    texts = (text for text in ax.texts if same_color(text.get_color(), color))
    return [text.get_text() for text in texts]


def test_a_value_stands_to_the_right_of_all_it_was_computed_from():
    for root in (product_and_square(), diamond()):
        columns = columns_of(root)
        for value in root.ancestors():
            assert all(columns[parent] < columns[value] for parent, _ in value.parents)
        assert min(columns.values()) == 0
        assert max(columns, key=columns.get) is root


def test_an_input_stands_just_before_its_first_use():
    late = Value(1.0, label="late")
    y = Value(2.0, label="x").tanh().tanh().tanh() + late
    columns = columns_of(y)
    assert columns[late] == 3 < columns[y] == 4


@pytest.mark.parametrize("root", [product_and_square(), diamond()], ids=["branches", "skip"])
def test_cards_lie_inside_the_room_and_apart(root):
    width, height = 7.2, 3.0
    places = list(arrange(root, (width, height), CARD).places.values())
    for place in places:
        assert CARD[0] / 2 <= place[0] <= width - CARD[0] / 2
        assert CARD[1] / 2 <= place[1] <= height - CARD[1] / 2
    for i, a in enumerate(places):
        for b in places[:i]:
            apart = np.abs(a - b)
            assert apart[0] > CARD[0] or apart[1] > CARD[1]


def test_an_edge_past_a_column_gets_a_place_of_its_own_there():
    root = diamond()
    layout = arrange(root, (7.2, 2.0), CARD)
    bends = {(e.parent.label, e.value.label): len(e.bends) for e in layout.edges}
    assert bends == {("x", "a"): 0, ("a", "b"): 0, ("b", "y"): 0, ("x", "y"): 2}


def test_two_edges_between_the_same_nodes_swing_apart():
    a = Value(2.0, label="a")
    bows = [edge.bow for edge in arrange(a + a, (7.2, 1.0), CARD).edges]
    assert bows[0] == -bows[1] != 0


def test_every_edge_shows_its_local_derivative_and_what_it_sends_back():
    picture = value_graph(product_and_square(), contributions=True)
    assert sorted(drawn_in(PURPLE, picture)) == sorted(["× −2", "× 3", "× 6", "× 1", "× 1"])
    sent = [text for text in drawn_in(VERMILION, picture) if text[0] in "+−" and " " in text]
    assert sorted(sent) == sorted(["− 2", "+ 3", "+ 6", "+ 1", "+ 1"])


def test_what_is_sent_back_is_local_derivative_times_upstream():
    a = Value(2.0, label="a")
    b = named(a + a, "b")
    c = named(b * b, "c")
    c.backward()
    sent = [text for text in drawn_in(VERMILION, value_graph(c, contributions=True)) if " " in text]
    assert sorted(sent) == ["+ 4", "+ 4", "+ 8", "+ 8"]


@pytest.mark.parametrize(
    ("title", "numbers"),
    [("x", {"3", "4"}), ("y", {"−2", "3"}), ("p = x · y", {"−6", "1"}), ("q = x²", {"9", "1"})],
)
def test_each_card_holds_its_own_numbers(title, numbers):
    texts = value_graph(product_and_square()).figure.axes[0].texts
    (head,) = (text for text in texts if text.get_text() == title)
    on_card = {
        text.get_text()
        for text in texts
        if abs(text.get_position()[0] - head.get_position()[0]) < CARD[0] / 2
        and 0 < head.get_position()[1] - text.get_position()[1] < CARD[1]
    }
    assert on_card == numbers | {"data", "grad"}


def test_what_comes_back_to_a_node_adds_up_to_its_gradient():
    root = product_and_square()
    x = by_label(root)["x"]
    sent = [slope * v.grad for v in root.ancestors() for p, slope in v.parents if p is x]
    assert sum(sent) == x.grad == 4


def test_the_alternative_text_says_every_named_number():
    picture = value_graph(product_and_square())
    for part in ("x is 3 with gradient 4", "y is −2 with gradient 3", "e is 3 with gradient 1"):
        assert part in picture.alt


def test_a_forward_picture_shows_no_gradient():
    texts = [t.get_text() for t in value_graph(diamond(), gradients=False).figure.axes[0].texts]
    assert "data" in texts
    assert "grad" not in texts


def test_update_puts_in_the_numbers_of_another_graph_of_its_form():
    ax = drawing_axes(Figure(figsize=(7.2, 2.5)))
    drawing = GraphDrawing(ax, product_and_square(), moving="numbers")
    drawing.update(product_and_square(1.0, 5.0))
    texts = [text.get_text() for text in ax.texts]
    assert "× 5" in texts
    assert texts.count("7") == 1  # the gradient of x, 5 + 2


def test_update_refuses_a_graph_of_another_form():
    drawing = GraphDrawing(drawing_axes(Figure(figsize=(7.2, 2.5))), product_and_square())
    with pytest.raises(ValueError, match="root is a graph of 4 values, but 5 are drawn"):
        drawing.update(diamond())


def test_only_what_changes_is_animated():
    root = product_and_square()
    for moving, expected in (("nothing", 0), ("all", None), ("numbers", 15)):
        drawing = GraphDrawing(drawing_axes(Figure(figsize=(7.2, 2.5))), root, moving=moving)
        animated = sum(artist.get_animated() for artist in drawing.artists)
        # Two numbers on each of five cards, one on each of five edges.
        assert animated == (len(drawing.artists) if expected is None else expected)


def test_a_graph_with_many_columns_is_drawn_smaller_and_still_fits():
    value = Value(0.1, label="x")
    for _ in range(9):
        value = value.tanh()
    ax = drawing_axes(Figure(figsize=(7.2, 1.0)))
    drawing = GraphDrawing(ax, value)
    assert 0.4 < drawing.scale < 0.6
    assert ax.get_xlim()[1] == pytest.approx(7.2 / drawing.scale)


def test_a_hidden_graph_shows_nothing():
    drawing = GraphDrawing(drawing_axes(Figure(figsize=(7.2, 2.5))), product_and_square())
    drawing.set_visible(False)
    assert not any(artist.get_visible() for artist in drawing.artists)


def test_formulas_are_written_with_the_names_of_their_parts():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    for value, formula in (
        (a * b + 1, "a · b + 1"),
        ((a + b) * b, "(a + b) · b"),
        (a - 3, "a − 3"),
        (5 * a, "5 · a"),
        (a / b, "a · b⁻¹"),
        ((a + b).sigmoid(), "σ(a + b)"),
        (a, ""),
    ):
        assert formula_of(value) == formula


def test_a_number_on_a_card_has_at_most_seven_characters():
    numbers = np.concatenate([10.0 ** np.arange(-3, 5), -(10.0 ** np.arange(-3, 5))]) * 1.2345
    assert all(len(fitting(number)) <= 7 for number in numbers)


def test_the_examples_in_the_docstrings_are_true():
    result = doctest.testmod(value_words)
    assert result.failed == 0
    assert result.attempted > 3


def test_what_is_no_value_is_refused():
    with pytest.raises(TypeError, match=r"root must be a Value, not 3\.0"):
        value_graph(3.0)
