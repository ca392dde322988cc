"""The figures of lesson 10: each says what it shows, names its axes, and refuses nonsense."""

import base64
import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from course_lib.demos.curves import (
    LiveCurves,
    TrainingCurves,
    loss_figure,
    running_mean,
)
from course_lib.demos.digit_training import TrainingSession
from course_lib.demos.digits import (
    answer_figure,
    confusion_figure,
    digit_gallery,
    mistake_gallery,
    most_confident_mistakes,
    weight_gallery,
)
from course_lib.demos.error_mountain import MOUNTAIN_SEED, load_error_mountain
from course_lib.demos.history import History, Measurement
from course_lib.demos.picture import Picture, png
from course_lib.demos.step_length import losses_along_step, step_length_figure
from course_lib.demos.training_figure import Track, TrainingFigure
from course_lib.nn import Dense, Evaluation, Network, ReLU, TrainingRecord, softmax_cross_entropy

IMAGES = np.random.default_rng(0).random((12, 784))
LABELS = np.arange(12) % 10


def probabilities_with_mistakes():
    """Twelve answers: rows 3, 7 and 5 are wrong, with 0.9, 0.8 and 0.6."""
    sure = np.full((12, 10), 0.01)
    sure[np.arange(12), LABELS] = 0.91
    for row, wrong, share in ((3, 8, 0.9), (7, 1, 0.8), (5, 6, 0.6)):
        sure[row] = (1 - share) / 9
        sure[row, wrong] = share
    return sure


def all_pictures():
    matrix = np.diag(np.full(10, 20))
    matrix[4, 9] = 3
    rates = np.geomspace(0.01, 10, 5)
    return {
        "digit_gallery": digit_gallery(IMAGES, LABELS),
        "answer": answer_figure(IMAGES[0], np.full(10, 0.1), 3),
        "mistakes": mistake_gallery(IMAGES, LABELS, probabilities_with_mistakes()),
        "weights": weight_gallery(np.random.default_rng(1).standard_normal((784, 20))),
        "confusion": confusion_figure(matrix),
        "losses": loss_figure([2.3, 1.9, 1.2]),
        "step_length": step_length_figure(rates, np.array([2.0, 1.5, 1.2, 3.0, 9.0]), 2.2),
    }


PICTURES = all_pictures()


@pytest.mark.parametrize("name", PICTURES)
def test_every_figure_has_alternative_text_in_the_notebook(name):
    data, metadata = PICTURES[name]._repr_mimebundle_()
    assert len(data["text/plain"]) > 40
    assert metadata["image/png"]["alt"] == data["text/plain"]
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert image.size == (2 * metadata["image/png"]["width"], 2 * metadata["image/png"]["height"])


@pytest.mark.parametrize("name", ["answer", "confusion", "losses", "step_length"])
def test_axes_with_numbers_are_named(name):
    for ax in PICTURES[name].figure.axes:
        names = (ax.get_xlabel(), ax.get_ylabel())
        assert all(names) if len(ax.get_xticks()) else any(names), ax


def test_every_bar_chart_among_the_mistakes_is_named():
    figure = PICTURES["mistakes"].figure
    charts = [ax for cell in figure.subfigs for ax in cell.axes if ax.patches]
    assert len(charts) == 3
    assert {(ax.get_xlabel(), ax.get_ylabel()) for ax in charts} == {("probability", "answer")}


@pytest.mark.parametrize("name", PICTURES)
def test_no_ink_is_cut_off_at_the_edge(name):
    image = Image.open(io.BytesIO(png(PICTURES[name].figure))).convert("L")
    pixels = np.asarray(image)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert border.min() > 200


def test_a_picture_is_the_same_file_each_time():
    assert png(digit_gallery(IMAGES, LABELS).figure) == png(digit_gallery(IMAGES, LABELS).figure)


def test_a_gallery_shows_each_digit_with_its_label_above():
    axes = [ax for ax in PICTURES["digit_gallery"].figure.axes if ax.images]
    assert [ax.get_title("center") for ax in axes] == [str(label) for label in LABELS]
    for ax, image in zip(axes, IMAGES, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), image.reshape(28, 28))


def test_images_may_be_flat_or_square_and_nothing_else():
    square = digit_gallery(IMAGES.reshape(-1, 28, 28), LABELS)
    assert png(square.figure) == png(PICTURES["digit_gallery"].figure)
    with pytest.raises(ValueError, match=r"\(12, 783\), but it needs \(n, 784\)"):
        digit_gallery(IMAGES[:, 1:], LABELS)
    with pytest.raises(ValueError, match="12 images but 11 labels"):
        digit_gallery(IMAGES, LABELS[1:])


def test_mistakes_come_surest_first():
    assert most_confident_mistakes(probabilities_with_mistakes(), LABELS).tolist() == [3, 7, 5]
    titles = [cell.get_suptitle() for cell in PICTURES["mistakes"].figure.subfigs]
    assert titles[0] == "is 3 (1 %), read as 8 (90 %)"
    assert "3 surest of 3 mistakes" in PICTURES["mistakes"].alt


def test_no_mistakes_is_said_and_not_an_empty_figure():
    picture = mistake_gallery(IMAGES, LABELS, np.eye(10)[LABELS])
    assert "No mistakes" in picture.alt


def test_the_confusion_figure_names_the_most_frequent_mistake():
    assert "3 times a 4 was read as 9" in PICTURES["confusion"].alt
    assert "200 of 203 are right" in PICTURES["confusion"].alt
    assert "no mistake" in confusion_figure(np.eye(10, dtype=int)).alt
    with pytest.raises(ValueError, match=r"\(3, 3\), but it needs \(10, 10\)"):
        confusion_figure(np.eye(3))


def test_weights_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"\(64, 784\), but it needs \(784, units\)"):
        weight_gallery(np.zeros((64, 784)))


def test_losses_along_a_step_are_those_of_steps_really_made():
    network = Network([Dense(784, 8), ReLU(), Dense(8, 10)], seed=0)
    before = network.parameters.copy()
    rates = [0.0, 0.1, 2.0]
    losses = losses_along_step(network, IMAGES, LABELS, rates)
    np.testing.assert_array_equal(network.parameters, before)
    for rate, loss in zip(rates, losses, strict=True):
        moved = network.copy()
        _, gradient = softmax_cross_entropy(moved.forward(IMAGES), LABELS)
        moved.backward(gradient)
        moved.parameters -= rate * moved.gradients
        assert loss == pytest.approx(softmax_cross_entropy(moved.forward(IMAGES), LABELS)[0])


def test_running_mean_looks_back_and_leaves_out_what_is_missing():
    np.testing.assert_allclose(running_mean([1, 3, 5, 7], window=2), [1, 2, 4, 6])
    np.testing.assert_allclose(running_mean([1, np.nan, 5], window=2), [1, 1, 5])
    assert np.isnan(running_mean([np.nan])).all()
    assert running_mean([]).shape == (0,)


def history(steps, level=1.0):
    made = History()
    for step in range(steps):
        made.add(level + 1 / (step + 1), 0.1, 100)
    made.measurements += [Measurement(step, level, 0.5) for step in range(0, steps + 1, 10)]
    return made


@pytest.fixture
def axes():
    return Figure().subplots(1, 2)


def drawn(ax):
    return {line.get_label(): line for line in ax.lines}


def test_curves_show_what_the_history_holds(axes):
    loss, accuracy = axes
    curves = TrainingCurves(loss, accuracy)
    curves.update(history(30))
    assert curves.last_step == 100
    line = drawn(loss)["validation digits"]
    np.testing.assert_allclose(line.get_xdata(), [0, 0.1, 0.2, 0.3])
    np.testing.assert_array_equal(line.get_ydata(), [1, 1, 1, 1])
    assert drawn(loss)["training batches"].get_xdata()[-1] == pytest.approx(0.3)
    assert set(drawn(accuracy)["validation digits"].get_ydata()) == {0.5}
    for ax in axes:
        assert ax.get_xlabel() == "training step"
        assert ax.get_ylabel()


@pytest.mark.parametrize(
    ("steps", "room"), [(1, 100), (100, 100), (101, 200), (700, 1000), (1001, 2000)]
)
def test_the_step_axis_has_room_for_all_steps_and_says_how_many(axes, steps, room):
    curves = TrainingCurves(*axes)
    curves.update(history(steps))
    assert curves.last_step == room
    for ax in axes:
        texts = [text.get_text() for text in ax.texts]
        assert texts == [f"{room * share / 4:,.0f}" for share in range(5)]


def test_the_earlier_run_is_dotted_and_has_room_too(axes):
    curves = TrainingCurves(*axes, compare=True)
    curves.update(history(10), history(150, level=2))
    assert curves.last_step == 200
    earlier = drawn(axes[0])["earlier run"]
    assert earlier.get_linestyle() == ":"
    assert earlier.get_xdata()[-1] == pytest.approx(150 / 200)
    assert earlier.get_ydata()[-1] > 2
    assert "earlier run" in [text.get_text() for text in axes[0].get_legend().get_texts()]


def test_long_histories_are_thinned_but_keep_their_end(axes):
    curves = TrainingCurves(*axes)
    curves.update(history(25_001))
    for line in axes[0].lines:
        x = line.get_xdata()
        assert len(x) <= 251
        if len(x):
            assert x[-1] == pytest.approx(25_000 / 50_000, abs=1e-4)


def test_a_step_back_is_marked_in_both_axes(axes):
    curves = TrainingCurves(*axes)
    made = history(30)
    made.returns += [(20, 10), (25, 20)]
    curves.update(made)
    for ax in axes:
        marks = [line for line in ax.lines if line.get_linestyle() == "-."]
        assert sorted(set(marks[0].get_xdata())) == [0.2, 0.25]
        assert max(marks[0].get_ydata()) == ax.get_ylim()[1]


def test_nothing_that_stands_still_changes_with_the_run(axes):
    curves = TrainingCurves(*axes)
    limits = [(ax.get_xlim(), ax.get_ylim()) for ax in axes]
    curves.update(history(12_345))
    assert limits == [(ax.get_xlim(), ax.get_ylim()) for ax in axes]
    assert all(artist.get_animated() for ax in axes for artist in (*ax.lines, *ax.texts))


def test_the_ball_stands_where_the_weights_are_at_the_height_of_the_slice():
    loss_slice = load_error_mountain().slice
    figure, track = TrainingFigure(loss_slice), Track(loss_slice)
    session = TrainingSession(seed=MOUNTAIN_SEED, measure_every=100)
    track.add(session.network.parameters)
    for step in range(3):
        session.advance()
        track.add(session.network.parameters)
        figure.update(session, track)
        mountain = figure.figure.axes[0]
        ball = next(line for line in mountain.lines if line.get_marker() == "o")
        x, y, z = (values[0] for values in ball.get_data_3d())
        np.testing.assert_allclose((x, y), loss_slice.project(session.network.parameters)[:2])
        assert z == pytest.approx(loss_slice.height([x], [y])[0], abs=0.2)
        paths = [line for line in mountain.lines if line.get_marker() != "o"]
        assert all(len(path.get_data_3d()[0]) == step + 2 for path in paths)
    assert all((ax.get_xlabel() and ax.get_ylabel()) for ax in figure.figure.axes)
    assert figure.figure.axes[0].get_zlabel()


def test_a_ball_that_leaves_the_slice_stays_at_its_edge():
    loss_slice = load_error_mountain().slice
    figure, track = TrainingFigure(loss_slice), Track(loss_slice)
    session = TrainingSession(seed=MOUNTAIN_SEED, measure_every=100)
    track.add(session.network.parameters + 1e3 * loss_slice.directions[0])
    assert not track.inside
    figure.update(session, track)
    ball = next(line for line in figure.figure.axes[0].lines if line.get_marker() == "o")
    assert ball.get_data_3d()[0][0] == loss_slice.a[-1]


def test_live_curves_keep_the_text_they_started_with(capsys):
    curves = LiveCurves()
    for step in range(1, 4):
        curves.add(TrainingRecord(step, 0, 2.0 / step, 0.1))
    curves.measure(Evaluation(0.7, 0.8))
    curves.draw()
    lines = curves._figure.axes[0].lines
    assert any(np.array_equal(line.get_ydata(), [0.7]) for line in lines)
    assert repr(Picture(curves._figure, curves.alt)) == LiveCurves.ALT
