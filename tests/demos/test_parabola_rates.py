"""Learning rates on parabolas: the three rates, the limit, two curvatures, five curves."""

import numpy as np
import pytest

from course_lib.data import QuadraticBowl, house_prices
from course_lib.demos.curvature_limit import curvature_limit, steps_to, verdict
from course_lib.demos.descent_paths import descend
from course_lib.demos.five_curves import FIVE_CASES, five_curves
from course_lib.demos.three_rates import (
    STEPS,
    THREE_RATES,
    OneWeightFit,
    loss_outcome,
    losses_by_step,
    rooms_fit,
    three_rates,
)
from course_lib.demos.two_curvatures import STEEP, best_rate, two_curvatures
from course_lib.nn import mse

# ---------------------------------------------------------------------- three rates


def test_the_fit_is_the_mean_squared_error_of_the_library():
    houses, fit = house_prices(), rooms_fit()
    rooms = houses.x[:, [1]]
    for w in (0.0, 50.0, fit.best):
        loss, _ = mse(w * rooms, houses.y)
        assert fit.loss(w) == pytest.approx(loss, rel=1e-12)


def test_curvature_is_the_second_difference_of_the_loss():
    fit = rooms_fit()
    second = fit.loss(101) - 2 * fit.loss(100) + fit.loss(99)
    assert fit.curvature == pytest.approx(second, rel=1e-8)


def test_the_three_rates_are_too_high_right_and_too_low_on_one_problem():
    fit = rooms_fit()
    outcomes = [loss_outcome(losses_by_step(fit, rate), fit.floor) for rate in THREE_RATES]
    assert outcomes == ["diverges", "falls", "hardly moves"]
    assert losses_by_step(fit, 0.01)[-1] == pytest.approx(fit.floor, rel=1e-6)


@pytest.mark.parametrize(
    ("unit", "right"), [(100, (0.1,)), (10, (0.0001,)), (1, ())], ids=["100 m²", "10 m²", "m²"]
)
def test_another_unit_makes_other_rates_converge(unit, right):
    houses = house_prices()
    fit = OneWeightFit.of(houses.x[:, 0] / unit, houses.y[:, 0])
    fastest = [rate for rate in THREE_RATES if steps_to(1 - rate * fit.curvature) < 124.5]
    assert [rate for rate in right if rate not in fastest] == []
    assert all(rate < 2 / fit.curvature for rate in fastest)
    if not right:
        assert fastest == []


def test_outcomes_are_told_apart():
    assert loss_outcome([4, 2, 1, 0.5]) == "falls"
    assert loss_outcome([4, 3.9, 3.8]) == "hardly moves"
    assert loss_outcome([4, 3, 3.5, 2, 2.8]) == "jumps"
    assert loss_outcome([4, 8, np.inf]) == "diverges"
    assert loss_outcome([4, np.nan]) == "diverges"


def test_the_caption_says_loss_and_factor():
    live = three_rates(step=1)
    assert "w = 43.4" in live.caption
    assert "by 0.594" in live.caption
    live.learning_rate = 0.1
    live.step = STEPS
    assert "·10²⁹" in live.caption
    assert "−3.06" in live.caption


# ---------------------------------------------------------------------- the limit


@pytest.mark.parametrize("curvature", [1.0, 40.0, 1000.0])
@pytest.mark.parametrize(("share", "end"), [(0.98, "closer"), (1.02, "farther")])
def test_the_limit_is_two_over_the_curvature(curvature, share, end):
    bowl = QuadraticBowl([curvature])
    path = descend(bowl, [1.0], share * 2 / curvature, 40)[:, 0]
    assert (abs(path[-1]) < 1) == (end == "closer")
    np.testing.assert_allclose(path, (1 - 2 * share) ** np.arange(41), rtol=1e-9)


def test_verdicts_change_at_0_at_minus_1_and_where_it_takes_long():
    assert verdict(0.6) == "converges"
    assert verdict(0.99) == "creeps"
    assert verdict(-0.8) == "oscillates, converges"
    assert verdict(-1.0) == "bounces for ever"
    assert verdict(-1.01) == "diverges"


@pytest.mark.parametrize("factor", [0.6, -0.8, 0.99, 0.5])
def test_steps_to_is_the_first_step_below_the_share(factor):
    steps = steps_to(factor)
    assert abs(factor) ** steps <= 0.01 < abs(factor) ** (steps - 1)


def test_captions_name_limit_factor_and_outcome():
    live = curvature_limit()
    assert "limit 2/λ = 0.05" in live.caption
    assert "1 − αλ = 0.6, converges" in live.caption
    live.learning_rate = 0.1
    assert "1 − αλ = −3, diverges" in live.caption
    live.curvature = 10
    assert "limit 2/λ = 0.2" in live.caption
    assert "after 1 step" in live.caption
    live.learning_rate, live.curvature = 0.01, 251
    assert "diverges" in live.caption


# ---------------------------------------------------------------------- two curvatures


@pytest.mark.parametrize("condition", [1, 10, 100])
def test_at_the_best_rate_both_directions_shrink_alike_and_no_rate_is_faster(condition):
    flat = STEEP / condition
    rate, factor = best_rate(STEEP, flat)
    assert [abs(1 - rate * STEEP), abs(1 - rate * flat)] == pytest.approx([factor, factor])
    for other in (0.9 * rate, 1.1 * rate):
        assert max(abs(1 - other * STEEP), abs(1 - other * flat)) > factor


def test_the_steep_direction_alone_decides_whether_it_diverges():
    live = two_curvatures(condition=20)
    live.learning_rate = 0.205
    assert "never" in live.caption
    live.condition = 1
    assert "never" in live.caption
    live.learning_rate = 0.195
    assert "never" not in live.caption


# ---------------------------------------------------------------------- five curves


def test_each_of_the_five_curves_does_what_its_name_says():
    losses = {
        case.name: case.surface.loss(descend(case.surface, [case.start], case.learning_rate, 60))
        for case in FIVE_CASES
    }
    share = {name: loss[-1] / loss[0] for name, loss in losses.items()}
    assert 0.25 < share["creeping"] < 0.5
    assert share["converging"] < 1e-6
    assert share["divergence"] > 100
    plateau = losses["plateau"]
    assert plateau[20] > 0.9 * plateau[0]
    assert plateau[-1] < 1e-6
    swings = np.diff(losses["oscillation"][30:])
    assert (swings[1:] * swings[:-1] < 0).all()
    assert np.abs(swings).min() > 0.1 * losses["oscillation"][0]


@pytest.mark.parametrize("case", FIVE_CASES, ids=lambda case: case.name)
def test_the_gradient_of_each_ground_is_its_slope(case):
    for w in (-2.0, 0.3, 1.5):
        nudged = [case.surface.loss(np.array([w + h])) for h in (1e-6, -1e-6)]
        slope = float(case.surface.gradient(np.array([w]))[0])
        assert slope == pytest.approx((nudged[0] - nudged[1]) / 2e-6, rel=1e-5)


def test_the_picture_names_its_five_curves():
    assert all(case.name in five_curves().alt for case in FIVE_CASES)
