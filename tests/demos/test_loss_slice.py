"""The plane through the loss: its directions, its projection, and the loss measured on it."""

import numpy as np
import pytest

from course_lib.demos.loss_slice import LossSlice, measure_slice, principal_directions
from course_lib.nn import Dense, Network, mse

RNG = np.random.default_rng(0)


def test_principal_directions_find_the_plane_that_a_run_was_made_in():
    axes = np.linalg.qr(RNG.normal(size=(9, 2)))[0].T
    path = np.column_stack([np.linspace(-5, 7, 30), np.sin(np.linspace(0, 6, 30))])
    trajectory = 3 + path @ axes
    center, directions, share = principal_directions(trajectory)
    assert share == pytest.approx(1)
    np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(center, trajectory.mean(axis=0))
    inside = (trajectory - center) @ directions.T @ directions
    np.testing.assert_allclose(inside, trajectory - center, atol=1e-12)


def test_the_run_ends_on_the_positive_side_of_the_first_direction():
    trajectory = RNG.normal(size=(20, 6)).cumsum(axis=0)
    for run in (trajectory, trajectory[::-1]):
        center, directions, _ = principal_directions(run)
        assert directions[0] @ (run[-1] - center) > 0


def test_share_is_what_the_plane_does_not_leave_over():
    trajectory = RNG.normal(size=(50, 4)) * [4, 3, 2, 1]
    center, directions, share = principal_directions(trajectory)
    away = trajectory - center
    left_over = away - away @ directions.T @ directions
    assert share == pytest.approx(1 - (left_over**2).sum() / (away**2).sum())


@pytest.mark.parametrize(
    ("trajectory", "message"),
    [
        (np.zeros((2, 5)), r"shape \(2, 5\).*at least 3"),
        (np.zeros(5), r"shape \(5,\)"),
        (np.outer(np.arange(4.0), np.ones(3)), "on a line"),
    ],
)
def test_runs_without_a_plane_are_refused(trajectory, message):
    with pytest.raises(ValueError, match=message):
        principal_directions(trajectory)


def test_project_undoes_parameters_at_and_measures_the_distance():
    directions = np.linalg.qr(RNG.normal(size=(7, 3)))[0].T
    plane = LossSlice(RNG.normal(size=7), directions[:2], None, None, None)
    point = plane.parameters_at(1.5, -2.0)
    assert plane.project(point) == pytest.approx((1.5, -2.0, 0.0), abs=1e-7)
    assert plane.project(point + 4 * directions[2]) == pytest.approx((1.5, -2.0, 4.0))
    with pytest.raises(ValueError, match=r"shape \(3,\).*\(7,\)"):
        plane.project(np.zeros(3))


def test_slice_holds_the_loss_at_each_of_its_points_and_leaves_the_network_alone():
    network = Network([Dense(2, 1)], seed=0)
    before = network.parameters.copy()
    x, y = RNG.normal(size=(8, 2)), RNG.normal(size=(8, 1))
    center, directions = np.array([1.0, 2.0, 3.0]), np.eye(3)[:2]
    plane = measure_slice(network, x, y, mse, center, directions, [-1, 0, 2], [0.5, 1])
    assert plane.losses.shape == (2, 3)
    expected = np.mean((x @ [1.0 + 2, 2.0 + 0.5] + 3.0 - y[:, 0]) ** 2)
    assert plane.losses[0, 2] == pytest.approx(expected)
    np.testing.assert_array_equal(network.parameters, before)


def plane_of_six_heights():
    losses = np.array([[0.0, 1.0, 2.0], [4.0, 5.0, 6.0]])
    return LossSlice(np.zeros(2), np.eye(2), np.array([0.0, 1, 2]), np.array([-1.0, 1]), losses)


def test_height_is_bilinear_between_the_points_of_the_grid():
    heights = plane_of_six_heights().height([0, 2, 0.5, 1.5], [-1, 1, 0, 0.5])
    np.testing.assert_allclose(heights, [0, 6, 2.5, 4.5])


def test_beyond_the_edge_the_height_is_that_at_the_edge():
    plane = plane_of_six_heights()
    np.testing.assert_allclose(plane.height([-9, 9], [-9, 9]), [0, 6])
    assert plane.holds(2, -1)
    assert not plane.holds(2.1, 0)
    assert not plane.holds(1, 1.1)
