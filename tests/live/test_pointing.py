"""Where options and slider positions lie in the picture, for a pointer to find them."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course_lib.live import Choice, LiveFigure, Slider, stream


def axes(count=1, **options):
    fig = Figure(figsize=(4, 2), dpi=100)
    made = fig.subplots(1, count, squeeze=False)[0]
    for ax in made:
        ax.set(xlim=(0, 10), ylim=(0, 1), **options)
        ax.plot([], [], animated=True)
    return made


def figure_with(fig, **controls):
    return LiveFigure(fig, lambda **values: str(values), **controls)


def spec_of(live, name):
    return next(spec for spec in live._scene["controls"] if spec["name"] == name)


def test_places_are_sent_as_pixels_from_the_top_left():
    (ax,) = axes()
    ax.set_position((0.25, 0.5, 0.5, 0.25))  # pixels 100 to 300, and 50 to 100 from the top
    places = {"corner": (0, 0), "middle": (5, 0.5), "edge": ((0, 1), (10, 0))}
    node = Choice(["corner", "middle", "edge", "nowhere"], places=places)
    live = figure_with(ax.figure, node=node)
    assert spec_of(live, "node")["places"] == [
        [0, [100, 100]],
        [1, [200, 75]],
        [2, [100, 50, 300, 100]],
    ]


def test_places_may_be_given_by_value_and_by_name():
    (ax,) = axes()
    choice = Choice({"one": 1, "two": 2}, places={1: (1, 0), "two": (2, 0)})
    live = figure_with(ax.figure, node=choice)
    assert [index for index, _ in spec_of(live, "node")["places"]] == [0, 1]


def test_a_dragged_slider_has_a_pixel_for_each_position():
    (ax,) = axes()
    ax.set_position((0.25, 0.5, 0.5, 0.25))
    x = Slider(0, 10, positions=3, drag=(ax, "x"))
    y = Slider(0, 1, positions=3, drag=(ax, "y"))
    live = figure_with(ax.figure, x=x, y=y)
    box = [100, 50, 300, 100]
    assert spec_of(live, "x")["drag"] == {"along": "x", "box": box, "at": [100, 200, 300]}
    assert spec_of(live, "y")["drag"] == {"along": "y", "box": box, "at": [100, 75, 50]}


def test_a_logarithmic_slider_on_logarithmic_axes_has_even_pixels():
    (ax,) = axes()
    ax.set(xscale="log", xlim=(0.01, 1))
    live = figure_with(ax.figure, x=Slider(0.01, 1, log=True, positions=5, drag=(ax, "x")))
    at = np.array(spec_of(live, "x")["drag"]["at"])
    np.testing.assert_allclose(np.diff(at), np.diff(at)[0], atol=0.02)


@pytest.mark.parametrize("nonpositive", ["clip", "mask"])
def test_zero_lies_far_away_on_logarithmic_axes(nonpositive):
    (ax,) = axes()
    ax.set_xscale("log", nonpositive=nonpositive)
    ax.set_xlim(0.1, 10)
    live = figure_with(ax.figure, x=Slider(0, 10, positions=11, drag=(ax, "x")))
    at = spec_of(live, "x")["drag"]["at"]
    assert abs(at[0]) > 10_000
    assert at[1] < at[2] < 400


def test_a_layout_engine_moves_the_places_with_the_axes():
    fig = Figure(figsize=(4, 2), layout="constrained")
    ax = fig.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1), ylabel="a\nhigh\nlabel")
    ax.plot([], [], animated=True)
    live = figure_with(fig, x=Slider(0, 1, positions=2, drag=(ax, "x")))
    left, right = spec_of(live, "x")["drag"]["at"]
    assert (left, right) == pytest.approx((ax.bbox.x0, ax.bbox.x1), abs=0.01)
    assert left > 50


def test_axes_in_a_subfigure_and_inset_axes_are_part_of_the_figure():
    fig = Figure(figsize=(4, 2))
    ax = fig.subfigures(1, 2)[1].subplots()
    inset = ax.inset_axes((0.5, 0.5, 0.4, 0.4))
    ax.plot([], [], animated=True)
    x, y = Slider(0, 1, drag=(ax, "x")), Slider(0, 1, drag=(inset, "y"))
    live = figure_with(fig, x=x, y=y)
    assert spec_of(live, "x")["drag"]["box"] != spec_of(live, "y")["drag"]["box"]


def test_controls_of_a_stream_follow_the_pointer_too():
    (ax,) = axes()
    rate = Slider(0, 10, drag=(ax, "x"))
    live = stream(ax.figure, str, lambda: iter([1]), rate=rate)
    assert "drag" in spec_of(live, "rate")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda ax: Choice(["a"], places={"b": (0, 0)}), ValueError, "places: 'b' is not one of"),
        (lambda ax: Choice(["a"], places=[(0, 0)]), TypeError, "places must be a mapping"),
        (lambda ax: Choice(["a"], places={"a": 3}), ValueError, r"place of a must be a point"),
        (lambda ax: Choice(["a"], places={"a": (0, 1, 2)}), ValueError, "place of a must be a"),
        (lambda ax: Choice(["a"], places={"a": "xy"}), ValueError, "place of a must be a point"),
        (lambda ax: Choice(["a"], places={"a": (0, np.nan)}), ValueError, "must be finite"),
        (lambda ax: Choice({"a": 1}, places={"a": (0, 0), 1: (1, 1)}), ValueError, "a twice"),
        (lambda ax: Choice(["a"], axes=ax), ValueError, "give places too"),
        (lambda ax: Choice(["a"], places={"a": (0, 0)}, axes=3), TypeError, "axes must be"),
        (lambda ax: Slider(0, 1, drag=ax), TypeError, r'drag must be \(axes, "x"\)'),
        (lambda ax: Slider(0, 1, drag=("x", ax)), TypeError, "matplotlib axes first, not 'x'"),
        (lambda ax: Slider(0, 1, drag=(ax, "z")), ValueError, 'along "x" or "y", not \'z\''),
    ],
)
def test_a_wrong_argument_is_named(make, error, words):
    (ax,) = axes()
    with pytest.raises(error, match=words):
        make(ax)


def test_axes_of_another_figure_are_refused():
    (ax,), (other,) = axes(title="mine"), axes(title="theirs")
    with pytest.raises(ValueError, match="x: Axes 'theirs' is not part of the live figure"):
        figure_with(ax.figure, x=Slider(0, 1, drag=(other, "x")))
    removed = ax.figure.add_axes((0, 0, 1, 1))
    removed.remove()
    with pytest.raises(ValueError, match="k: Axes is not part"):
        figure_with(ax.figure, k=Choice(["a"], places={"a": (0, 0)}, axes=removed))


def test_places_need_their_axes_if_there_are_several():
    left, right = axes(2)
    with pytest.raises(ValueError, match="node: the figure has 2 axes"):
        figure_with(left.figure, node=Choice(["a"], places={"a": (0, 0)}))
    live = figure_with(left.figure, node=Choice(["a"], places={"a": (5, 0)}, axes=right))
    assert spec_of(live, "node")["places"][0][1][0] > 200


def test_a_place_outside_of_the_figure_is_refused():
    (ax,) = axes()
    with pytest.raises(ValueError, match=r"node: the place of a, .*, is outside of the figure"):
        figure_with(ax.figure, node=Choice(["a"], places={"a": (1000, 0)}))


def test_two_sliders_cannot_be_dragged_along_the_same_way():
    (ax,) = axes()
    with pytest.raises(ValueError, match="a and b are both dragged along x"):
        figure_with(ax.figure, a=Slider(0, 1, drag=(ax, "x")), b=Slider(0, 1, drag=(ax, "x")))


@pytest.mark.parametrize(("projection", "words"), [("3d", "3-D axes"), ("polar", "not polar")])
def test_a_drag_needs_flat_axes(projection, words):
    fig = Figure()
    ax = fig.add_subplot(projection=projection)
    ax.plot([], [], animated=True)
    with pytest.raises(ValueError, match=words):
        figure_with(fig, x=Slider(0, 1, drag=(ax, "x")))


@pytest.mark.parametrize("animated", [False, True])
def test_update_cannot_move_the_axes_under_the_pointer(animated):
    (ax,) = axes()
    ax.set_animated(animated)

    def update(x):
        ax.set_xlim(0, 10 + x)

    live = LiveFigure(ax.figure, update, x=Slider(0, 1, 0, positions=2, drag=(ax, "x")))
    assert live._frame(0).error is None
    assert "in which the pointer moves a control" in live._frame(1).error
