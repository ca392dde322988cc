"""Paths of gradient descent: as the formula says, for one ball or many, and never an overflow."""

import numpy as np
import pytest

from course_lib.data import DoubleWell, QuadraticBowl, Saddle
from course_lib.demos.descent_paths import FAR, curvatures, descend, first_outside, steps_until
from course_lib.nn import SGD, Adam, Momentum, RMSProp

BOWL = QuadraticBowl([1, 4])


def test_in_a_bowl_each_step_multiplies_by_one_minus_rate_times_curvature():
    path = descend(BOWL, [2, 1], 0.1, 10)
    steps = np.arange(11)[:, None]
    np.testing.assert_allclose(path, [2, 1] * (1 - 0.1 * np.array([1, 4])) ** steps)


def test_no_step_leaves_the_start():
    np.testing.assert_array_equal(descend(BOWL, [2, 1], 0.1, 0), [[2, 1]])


@pytest.mark.parametrize("optimizer", [SGD(0.1), Momentum(0.05), RMSProp(0.02), Adam(0.1)])
def test_many_balls_roll_as_each_would_alone(optimizer):
    well = DoubleWell(1, tilt=0.1, across=[2])
    starts = np.random.default_rng(0).uniform(-2, 2, (3, 4, 2))
    together = descend(well, starts, optimizer, 25)
    assert together.shape == (26, 3, 4, 2)
    for place in np.ndindex(3, 4):
        alone = descend(well, starts[place], optimizer, 25)
        np.testing.assert_allclose(together[(slice(None), *place)], alone, rtol=1e-12)


def test_an_optimizer_that_was_used_before_starts_afresh():
    optimizer = Momentum(0.05)
    first = descend(BOWL, [2, 1], optimizer, 20)
    np.testing.assert_array_equal(descend(BOWL, [2, 1], optimizer, 20), first)


def test_the_start_that_was_handed_in_is_not_changed():
    start = np.array([2.0, 1.0])
    descend(BOWL, start, 0.1, 5)
    np.testing.assert_array_equal(start, [2, 1])


def test_uphill_multiplies_by_one_plus_rate_times_curvature():
    path = descend(BOWL, [2, 1], 0.1, 5, uphill=True)
    np.testing.assert_allclose(path[-1], [2 * 1.1**5, 1.4**5])
    assert (np.diff(BOWL.loss(path)) > 0).all()


@pytest.mark.parametrize("optimizer", [SGD(1e5), Momentum(1e5)])
def test_a_ball_that_runs_away_is_left_where_it_is_beyond_far(optimizer):
    well = DoubleWell(1, across=[2])
    with np.errstate(all="raise"):
        path = descend(well, [[2.0, 1.0], [0.0, 0.0]], optimizer, 200)
    assert np.isfinite(path).all()
    left = first_outside(path[:, 0], -FAR, FAR)
    assert (path[left:, 0] == path[left, 0]).all()
    np.testing.assert_array_equal(path[-1, 1], [0, 0])


def test_first_outside_names_the_step():
    path = [[0, 0], [1, 0], [3, 0], [0, 0]]
    assert first_outside(path, -2, 2) == 2
    assert first_outside(path, [-2, -2], [2.9, 2]) == 2
    assert first_outside(path, -5, 5) is None


def test_steps_until_wants_the_value_to_stay_below():
    assert steps_until([4, 2, 0.5, 0.2], 1) == 2
    assert steps_until([4, 0.5, 2, 0.2], 1) == 3
    assert steps_until([4, 2, 0.5, 2], 1) is None
    assert steps_until([0.5, 0.4], 1) == 0
    assert steps_until([np.nan, 0.4], 1) == 1


def test_curvatures_are_the_eigenvalues_of_the_hessian():
    np.testing.assert_allclose(curvatures(QuadraticBowl([1, 9], angle=30), [3, 2]), [1, 9])
    np.testing.assert_allclose(curvatures(Saddle(2, 0.5, angle=20), [0, 0]), [-0.5, 2])
    well = DoubleWell(2, across=[3])
    np.testing.assert_allclose(curvatures(well, well.ridge), [-1, 3], rtol=1e-6)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="steps must be 0 or more, not -1"):
        descend(BOWL, [2, 1], 0.1, -1)
    with pytest.raises(ValueError, match="start must be finite"):
        descend(BOWL, [np.nan, 1], 0.1, 1)
    with pytest.raises(ValueError, match="needs"):
        descend(BOWL, [1, 1, 1], 0.1, 1)
