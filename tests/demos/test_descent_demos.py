"""The demos of gradient descent: what they compute, and what their pictures and captions say."""

import numpy as np
import pytest

from course_lib.demos import (
    ball_1d,
    ball_2d,
    basins,
    directions,
    landscape,
    momentum_valley,
    optimizer_race,
    two_balls,
)
from course_lib.demos.descent_paths import curvatures
from course_lib.nn import SGD

FIGURES = {
    "ball_1d": ball_1d.ball_1d,
    "ball_1d two minima": lambda: ball_1d.ball_1d("two minima"),
    "ball_2d": ball_2d.ball_2d,
    "ball_2d all": lambda: ball_2d.ball_2d(*landscape.SURFACES),
    "basins": basins.basins,
    "directions": directions.directions,
    "momentum_valley": momentum_valley.momentum_valley,
    "optimizer_race": optimizer_race.optimizer_race,
    "two_balls": two_balls.two_balls,
}


@pytest.fixture
def live():
    """Opens a figure, and closes it after the test."""
    opened = []

    def open_figure(make, *args, **options):
        opened.append(make(*args, **options))
        return opened[-1]

    yield open_figure
    for figure in opened:
        figure.close()


def extremes(control):
    return control.values[0], control.values[-1]


@pytest.mark.parametrize("name", FIGURES)
def test_every_extreme_of_the_controls_gives_a_picture_and_a_caption(name, live):
    figure = live(FIGURES[name])
    captions = {figure.caption}
    for control, positions in figure._controls.items():
        for value in extremes(positions):
            setattr(figure, control, value)
            assert not figure._frame(figure._key()).error, (control, value)
            captions.add(figure.caption)
        figure.reset()
    assert all(len(caption) > 15 for caption in captions)
    assert len(captions) >= 3
    assert not any("not finite" in caption for caption in captions)


@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_with_numbers_is_named(name, live):
    for ax in live(FIGURES[name]).scene.figure.axes:
        if ax.axison:
            assert ax.get_xlabel(), ax
            shares_heights = any(
                other.get_ylabel() for other in ax.get_shared_y_axes().get_siblings(ax)
            )
            assert ax.get_ylabel() or shares_heights, ax


# ---------------------------------------------------------------------- landscapes


def test_the_landscapes_curve_as_they_say():
    said = {name: landscape.shape_in_words(each) for name, each in landscape.SURFACES.items()}
    assert said["round bowl"] == "curvatures 0.5 and 0.5 at the bottom"
    assert said["narrow valley"] == "curvatures 0.05 and 0.6 at the bottom"
    assert said["saddle"] == "curvatures −0.3 and 0.5 at the saddle"
    assert landscape.shape_in_words(landscape.CURVES["bowl"]) == "curvature 1 at the bottom"


@pytest.mark.parametrize("each", landscape.SURFACES.values(), ids=landscape.SURFACES)
def test_at_the_place_whose_curvature_is_stated_the_gradient_is_zero(each):
    np.testing.assert_allclose(each.surface.gradient(each.place), 0, atol=1e-12)


@pytest.mark.parametrize("each", landscape.SURFACES.values(), ids=landscape.SURFACES)
def test_a_landscape_fits_into_the_box_in_which_it_is_shown(each):
    *_, loss = landscape.grid(each)
    assert loss.min() >= ball_2d.LOWEST
    assert np.quantile(loss, 0.99) <= ball_2d.HIGHEST


def test_a_landscape_that_does_not_exist_is_refused_with_a_list():
    with pytest.raises(ValueError, match="There are: bowl, two minima"):
        ball_1d.ball_1d("volcano")


# ---------------------------------------------------------------------- one weight


def test_on_the_bowl_each_step_multiplies_w_by_one_minus_rate():
    w, loss = ball_1d.ball_path("bowl", -2.5, 0.3)
    np.testing.assert_allclose(w, -2.5 * 0.7 ** np.arange(16))
    np.testing.assert_allclose(loss, w**2 / 2)


@pytest.mark.parametrize(("rate", "end"), [(1.0, 0.0), (1.9, 2.5 * 0.9**15), (2.1, 2.5 * 1.1**15)])
def test_the_bowl_has_its_best_rate_at_1_and_its_limit_at_2(rate, end):
    w, _ = ball_1d.ball_path("bowl", -2.5, rate)
    assert abs(w[-1]) == pytest.approx(end)


def test_plus_instead_of_minus_climbs_with_ever_longer_steps():
    w, loss = ball_1d.ball_path("bowl", -0.6, 0.15, uphill=True)
    assert (np.diff(loss) > 0).all()
    assert (np.diff(np.abs(np.diff(w))) > 0).all()
    assert ball_1d.outcome(loss) == "rises"


def test_the_caption_says_place_loss_slope_and_next_step(live):
    figure = live(ball_1d.ball_1d, start=-2.4, learning_rate=0.3, step=0)
    assert figure.caption == (
        "step 0: w = −2.40, loss 2.88, slope −2.40; the next step is −α · slope = 0.72"
    )

    figure = live(ball_1d.ball_1d, start=-2.4, learning_rate=0.3, step=0, uphill=True)
    assert figure.caption.endswith("the next step is +α · slope = −0.72")
    figure.uphill = False
    assert figure.caption.endswith("the next step is −α · slope = 0.72")


def test_a_ball_that_leaves_is_said_to_have_left_and_nothing_overflows(live):
    figure = live(ball_1d.ball_1d, learning_rate=2.5, step=1)
    assert "left the picture in step 1" in figure.caption
    figure.step = 15
    assert figure.caption.endswith("is now to the right of it")
    assert "−" not in figure.caption.split(",")[0]
    assert "e+" not in figure.caption


@pytest.mark.parametrize(
    ("number", "words"),
    [(-3.456, "−3.5"), (20.2, "20"), (-12345.0, "−12,000"), (3e7, "beyond a million"),
     (-3e7, "beyond minus a million")],
)  # fmt: skip
def test_numbers_far_away_are_said_short(number, words):
    assert ball_1d.far(number) == words


def test_a_number_nearby_has_two_decimals_and_no_minus_zero():
    assert [ball_1d.near(x) for x in (-0.001, -1.5, 2)] == ["0.00", "−1.50", "2.00"]


# ---------------------------------------------------------------------- two weights


def test_the_ball_is_on_the_map_and_on_the_mountain_at_the_same_place(live):
    figure = live(ball_2d.ball_2d, start=(-1.0, 2.0), learning_rate=0.1)
    figure._frame(figure._key())
    flat, tall = figure.scene.figure.axes
    balls = [
        next(line for line in ax.lines if line.get_marker() == "o" and line.get_markersize() == 11)
        for ax in (flat, tall)
    ]
    path, losses = ball_2d.ball_places("round bowl", (-1.0, 2.0), 0.1)
    x, y, z = (values[0] for values in balls[1].get_data_3d())
    np.testing.assert_allclose(np.ravel(balls[0].get_data()), path[-1])
    np.testing.assert_allclose((x, y), path[-1])
    assert z == pytest.approx(losses[-1], abs=0.2)


def test_a_start_on_the_ridge_of_the_saddle_comes_to_rest_there_and_beside_it_slips_away():
    on_ridge, _ = ball_2d.ball_places("saddle", (-2.0, 0.0), 0.4)
    beside, losses = ball_2d.ball_places("saddle", (-2.0, 0.25), 0.4)
    np.testing.assert_allclose(on_ridge[-1], 0, atol=1e-3)
    assert abs(beside[-1, 1]) > 10
    assert losses[-1] < -10


def test_the_drop_down_is_there_only_for_several_landscapes(live):
    assert "landscape" not in live(ball_2d.ball_2d)._controls
    figure = live(ball_2d.ball_2d, "saddle", "round bowl")
    assert figure.caption.startswith("saddle")
    figure.landscape = "round bowl"
    assert figure.caption.startswith("round bowl")


# ---------------------------------------------------------------------- directions


def test_the_slope_is_the_cosine_of_the_angle_to_the_gradient():
    gradient = directions.HILL.gradient(directions.PLACE)
    for degrees in (-180, -60, 0, 30, 90):
        way = directions.turned(gradient, degrees)
        slope = directions.slope_along(directions.HILL, directions.PLACE, way)
        expected = np.linalg.norm(gradient) * np.cos(np.deg2rad(degrees))
        assert slope == pytest.approx(expected, abs=1e-8)


def test_the_caption_knows_the_contour_and_the_steepest_way(live):
    figure = live(directions.directions, angle=90)
    assert figure.caption == "90° from the gradient: slope 0, along the contour"
    figure.angle = 180
    assert figure.caption.endswith("down as steeply as it goes")
    assert figure.caption.startswith("180° from the gradient: slope −0.6")


# ---------------------------------------------------------------------- where descent ends


def test_each_ball_ends_in_the_valley_on_its_side():
    assert two_balls.valley_of(-0.5, 0.1) == "the left valley"
    assert two_balls.valley_of(0.75, 0.1) == "the right valley"
    assert two_balls.valley_of(0.75, 2.5) == "neither valley"


def test_the_strip_says_of_each_start_what_its_own_ball_does(live):
    figure = live(two_balls.two_balls, learning_rate=0.1)
    figure._frame(figure._key())
    strips = [line for line in figure.scene.figure.axes[0].lines if line.get_markersize() == 5]
    assert [len(strip.get_xdata()) for strip in strips][:2] == [27, 23]
    for strip, valley in zip(strips, two_balls.VALLEYS, strict=True):
        for start in strip.get_xdata()[::5]:
            assert two_balls.valley_of(start, figure.learning_rate) == valley


def test_a_start_in_a_minimum_belongs_to_it():
    for surface in basins.TERRAINS.values():
        where = basins.basins_of(surface, surface.minima, 0.1)
        np.testing.assert_array_equal(where, np.arange(len(surface.minima)))


def test_above_its_limit_a_minimum_keeps_no_start():
    """Where 2 / λ_max is below the rate, a ball not exactly in the minimum is thrown out."""
    surface = basins.TERRAINS["four minima"]
    limits = np.array([2 / curvatures(surface, minimum)[-1] for minimum in surface.minima])
    starts = np.random.default_rng(0).uniform(-2.5, 2.5, (300, 2))
    rate = 1.05 * limits.min()
    assert (rate < np.delete(limits, limits.argmin())).all()
    counts = [(basins.basins_of(surface, starts, rate) == k).sum() for k in range(4)]
    assert counts[limits.argmin()] == 0
    assert all(np.delete(counts, limits.argmin()) > 30)


# ---------------------------------------------------------------------- momentum and others


def test_momentum_wins_at_a_low_rate_and_loses_at_a_high_one():
    def arrivals(rate):
        shares = momentum_valley.valley_losses(rate, 0.9)
        return [momentum_valley.steps_until(share, 0.01) for share in shares]

    assert arrivals(0.1) == [137, 44]
    plain, rolling = arrivals(0.47)
    assert plain < rolling


def test_without_beta_momentum_is_gradient_descent():
    plain, rolling = momentum_valley.valley_paths(0.2, 0.0)
    np.testing.assert_allclose(plain, rolling)


def test_an_arrival_is_said_in_words():
    assert momentum_valley.arrival(np.array([1, 0.5, 0.005])) == (
        "is at 1 % of the loss after 2 steps"
    )
    assert momentum_valley.arrival(np.array([1, 0.5])) == "is not at 1 % after 1 steps"
    assert momentum_valley.arrival(np.array([1, 3.0])) == "diverges"


@pytest.mark.parametrize("name", optimizer_race.GROUNDS)
def test_the_rates_of_the_race_are_the_best_of_each_optimizer(name):
    ground = optimizer_race.GROUNDS[name]
    for make, rate in zip(optimizer_race.OPTIMIZERS.values(), ground.rates, strict=True):
        best, _ = optimizer_race.best_rate(ground.surface, ground.start, make)
        assert rate == pytest.approx(best, rel=0.005)


def test_on_each_ground_another_optimizer_arrives_first():
    winners = []
    for ground in optimizer_race.GROUNDS.values():
        steps = {
            name: optimizer_race.steps_to_arrive(ground.surface, ground.start, make(rate))
            for (name, make), rate in zip(
                optimizer_race.OPTIMIZERS.items(), ground.rates, strict=True
            )
        }
        winners.append(min(steps, key=steps.get))
    assert winners == ["gradient descent", "momentum", "RMSProp", "Adam"]


def test_one_step_at_the_inverse_curvature_reaches_the_bottom_of_a_round_bowl():
    ground = optimizer_race.GROUNDS["round bowl"]
    assert optimizer_race.steps_to_arrive(ground.surface, ground.start, SGD(1.0)) == 1


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.5, "above 100 %"), (1.0, "100 %"), (0.42, "42 %"), (0.05, "5.0 %"), (1e-5, "below 0.1 %")],
)
def test_a_share_of_the_loss_in_words(share, words):
    assert optimizer_race.share_in_words(share) == words
