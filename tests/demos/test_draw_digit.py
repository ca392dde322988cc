"""Drawn digits become pictures as those of MNIST, and the stored network reads them."""

import base64
import re

import numpy as np
import pytest

from course_lib.data import load_mnist
from course_lib.demos.digit_reader import digit_reader
from course_lib.demos.draw_digit import DrawDigit, answer, layers_of
from course_lib.demos.drawn_picture import EXAMPLE, as_mnist, ink_of, picture_of
from course_lib.nn import Dense, Dropout, Network, ReLU, Tanh, evaluate, softmax_cross_entropy


def arc(x, y, rx, ry, start, end):
    """Part of an ellipse; angles in degrees, clockwise from the right, as the picture is seen."""
    angles = np.radians(np.linspace(start, end, 25))
    return np.stack([x + rx * np.cos(angles), y + ry * np.sin(angles)], axis=1)


DRAWN = {
    0: [arc(14, 14, 5, 8, -90, 270)],
    1: [[(14.5, 6), (13.5, 22)]],
    2: [np.concatenate([arc(14, 10, 5, 4.5, -170, 40), [(8.5, 22), (19.5, 21.5)]])],
    3: EXAMPLE,
    4: [[(10, 6), (8.5, 14), (18.5, 13.5)], [(17, 7), (15.5, 22.5)]],
    5: [[(18, 6), (10.5, 6.5), (9.5, 13)], arc(13, 17, 5, 5, -135, 140)],
    6: [np.concatenate([[(16, 5.5), (11, 11), (9, 17)], arc(13.5, 18, 4.5, 4.5, -180, 180)])],
    7: [[(8.5, 7), (19, 6.5), (15, 14), (12.5, 22.5)]],
    8: [
        np.concatenate([arc(14, 9.5, 4, 4, 90, 450), arc(14, 18, 4.8, 4.6, -90, 270)]),
    ],
    9: [np.concatenate([arc(14, 10.5, 4.5, 4.5, 0, 360), [(18, 15), (17, 22.5)]])],
}


def moved(strokes, *, size=1.0, turn=0.0, by=(0.0, 0.0)):
    """Strokes smaller about the middle, turned by degrees, and shifted."""
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    matrix = size * np.array([[cos, sin], [-sin, cos]])
    return [(np.asarray(stroke) - 14) @ matrix + 14 + np.asarray(by) for stroke in strokes]


@pytest.fixture(scope="module")
def reader():
    return digit_reader()


def test_a_digit_of_mnist_comes_out_as_it_went_in():
    for digit in load_mnist(flat=False).test.x[:300]:
        large = np.kron(digit, np.ones((9, 9)))
        np.testing.assert_allclose(as_mnist(large), digit, atol=1e-9)


def test_where_a_digit_of_mnist_lies_and_how_large_it_is_makes_no_difference():
    for digit in load_mnist(flat=False).test.x[300:350]:
        for factor, (down, right) in ((2, (0, 5)), (4, (17, 0))):
            large = np.kron(digit, np.ones((factor, factor)))
            large = np.pad(large, ((down, 0), (right, 3)))
            np.testing.assert_allclose(as_mnist(large), digit, atol=1e-9)


@pytest.mark.parametrize("digit", DRAWN)
def test_a_drawing_shifted_or_of_another_size_gives_the_same_picture(digit):
    picture = picture_of(DRAWN[digit])
    np.testing.assert_allclose(picture_of(moved(DRAWN[digit], by=(-3.0, 2.5))), picture, atol=1e-6)
    for size in (0.4, 0.75, 1.3):
        other = picture_of(moved(DRAWN[digit], size=size, by=(1.0, 0.0)))
        np.testing.assert_allclose(other, picture, atol=1e-6)


@pytest.mark.parametrize("digit", DRAWN)
def test_a_picture_is_20_pixels_long_and_centred_by_mass(digit):
    picture = picture_of(DRAWN[digit])
    assert picture.shape == (28, 28)
    assert picture.min() == 0
    assert 0.99 < picture.max() <= 1 + 1e-12
    rows, columns = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    mass = picture.sum()
    assert abs(picture.sum(axis=1) @ np.arange(28) / mass - 14) <= 0.5 + 1e-9
    assert abs(picture.sum(axis=0) @ np.arange(28) / mass - 14) <= 0.5 + 1e-9
    assert len(np.unique(picture)) > 20  # grey at the edges


def test_the_pen_leaves_as_much_ink_as_those_of_mnist():
    x, y = load_mnist().train
    for digit, strokes in DRAWN.items():
        ink = x[y == digit].sum(axis=1)
        assert np.quantile(ink, 0.02) < picture_of(strokes).sum() < np.quantile(ink, 0.98)


def test_no_stroke_gives_blank_paper_and_a_touch_gives_a_dot():
    assert ink_of([]) is None
    assert not picture_of([]).any()
    assert not picture_of([[]]).any()
    dot = picture_of([[(3, 25)]])
    assert 4 < dot.sum() < 10
    assert dot[14, 14] > 0.99


def test_the_stored_network_reads_enough_test_digits(reader):
    test = load_mnist(dtype=np.float32).test
    assert evaluate(reader, *test, loss=softmax_cross_entropy).accuracy > 0.975


@pytest.mark.parametrize("digit", DRAWN)
def test_the_stored_network_reads_drawn_digits(reader, digit):
    for change in ({}, {"turn": 10}, {"turn": -10}, {"size": 0.5, "by": (5, -5)}):
        probabilities, _ = answer(layers_of(reader), picture_of(moved(DRAWN[digit], **change)))
        assert probabilities.argmax() == digit, change


def test_the_forward_pass_is_that_of_the_course():
    network = Network([Dense(784, 30), ReLU(), Dropout(0.5), Dense(30, 20), Dense(20, 10)], seed=3)
    x = load_mnist().test.x[:5]
    layers = layers_of(network)
    assert [relu for *_, relu in layers] == [True, False, False]
    for row, expected in zip(x, network.predict_probabilities(x), strict=True):
        probabilities, first = answer(layers, row)
        np.testing.assert_allclose(probabilities, expected, atol=1e-6)
        assert first.shape == (30,)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: "network", TypeError, "network must be a Network"),
        (lambda: Network([Dense(784, 10), Tanh()]), ValueError, "Tanh"),
        (lambda: Network([ReLU(), Dense(784, 10)]), ValueError, "first must be Dense"),
        (lambda: Network([Dense(100, 10)]), ValueError, "100 → 10"),
        (lambda: Network([Dense(784, 32), ReLU()]), ValueError, "784 → 32"),
    ],
)
def test_another_kind_of_network_is_refused_with_its_reason(make, error, words):
    with pytest.raises(error, match=re.escape(words)):
        DrawDigit(make())


def test_the_widget_opens_with_an_example_that_is_read(reader):
    widget = DrawDigit()
    np.testing.assert_array_equal(widget.picture, picture_of(EXAMPLE))
    expected = reader.predict_probabilities(widget.picture.reshape(1, -1))[0]
    np.testing.assert_allclose(widget.probabilities, expected, atol=1e-5)
    assert widget.probabilities.argmax() == 3


def test_what_the_page_answers_can_be_observed():
    widget = DrawDigit(strokes=DRAWN[1])
    heard = []
    widget.observe(lambda change: heard.append(change["name"]), ["picture", "probabilities"])
    sent = np.concatenate([np.linspace(0, 1, 784), np.eye(10)[7]])
    widget._answer = base64.b64encode(sent.tobytes()).decode()
    assert sorted(heard) == ["picture", "probabilities"]
    np.testing.assert_array_equal(widget.picture.reshape(-1), sent[:784])
    np.testing.assert_array_equal(widget.probabilities, np.eye(10)[7])


def test_without_widgets_there_are_a_picture_and_its_words():
    data, metadata = DrawDigit()._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == metadata["image/png"]["alt"]
    assert "most probable is 3" in data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_saved_page_asks_for_nothing(tmp_path):
    DrawDigit().save_html(tmp_path / "draw.html", title="Draw < here")
    text = (tmp_path / "draw.html").read_text(encoding="utf-8")
    assert "<title>Draw &lt; here</title>" in text
    assert not re.findall(r"(?:src|href)=\"(?!data:)", text)
    assert "import " not in re.sub(r"//.*|/\*.*?\*/", "", text.split('<script type="module">')[1])
