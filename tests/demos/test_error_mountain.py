"""The stored mountain says the truth: its loss, its checkpoint, and where training passes."""

import numpy as np
import pytest

from course_lib.data import load_mnist
from course_lib.demos.digit_training import digit_network
from course_lib.demos.error_mountain import (
    MOUNTAIN_DIGITS,
    MOUNTAIN_SEED,
    load_error_mountain,
)
from course_lib.nn import accuracy, softmax_cross_entropy


@pytest.fixture(scope="module")
def mountain():
    return load_error_mountain()


@pytest.fixture(scope="module")
def digits():
    return load_mnist(dtype=np.float32)


@pytest.fixture
def network():
    return digit_network(MOUNTAIN_SEED)


def test_checkpoint_is_wrong_on_45_percent_of_test_and_validation_digits(mountain, digits, network):
    network.parameters = mountain.checkpoint
    for part in (digits.test, digits.validation):
        assert 1 - accuracy(network.forward(part.x), part.y) == pytest.approx(0.45, abs=1e-9)


def test_untrained_network_is_wrong_on_about_90_percent(digits, network):
    for part in (digits.test, digits.validation):
        assert 1 - accuracy(network.forward(part.x), part.y) == pytest.approx(0.9, abs=0.02)


def test_stored_losses_are_those_of_the_network_on_the_plane(mountain, digits, network):
    x, y = digits.train.x[:MOUNTAIN_DIGITS], digits.train.y[:MOUNTAIN_DIGITS]
    plane = mountain.slice
    for row, column in [(0, 0), (30, 30), (12, 47), (60, 5)]:
        network.parameters = plane.parameters_at(plane.a[column], plane.b[row])
        loss, _ = softmax_cross_entropy(network.forward(x), y)
        assert plane.losses[row, column] == pytest.approx(loss, rel=1e-4)


def test_directions_are_orthonormal_and_hold_most_of_the_run(mountain):
    directions = mountain.slice.directions
    np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=2e-3)
    assert 0.98 < mountain.variance_share < 1


def test_start_and_checkpoint_lie_on_the_map_close_to_the_plane_and_downhill(mountain, network):
    plane = mountain.slice
    places = [plane.project(network.parameters), plane.project(mountain.checkpoint)]
    for a, b, distance in places:
        assert plane.a[0] < a < plane.a[-1]
        assert plane.b[0] < b < plane.b[-1]
        assert distance < 0.05 * (plane.a[-1] - plane.a[0])
    heights = [
        plane.losses[np.abs(plane.b - b).argmin(), np.abs(plane.a - a).argmin()]
        for a, b, _ in places
    ]
    assert heights[0] > heights[1] > 2 * plane.losses.min()
