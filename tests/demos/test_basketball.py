"""A throw corrected by its miss: physics, the correction, and what too much of it does."""

import numpy as np
import pytest

from course_lib.demos.basketball import (
    ANGLE,
    CLEAN,
    DISTANCE,
    GRAVITY,
    HAND,
    HOOP,
    basketball,
    flight,
    in_words,
    landing,
    shoot,
)


@pytest.mark.parametrize("speed", [6.0, 7.4, 9.0])
def test_a_ball_comes_down_at_the_height_of_the_hoop(speed):
    time = landing(speed) / (speed * np.cos(ANGLE))
    height = HAND + speed * np.sin(ANGLE) * time - GRAVITY * time**2 / 2
    assert height == pytest.approx(HOOP)
    assert speed * np.sin(ANGLE) < GRAVITY * time  # on its way down


def test_a_ball_too_slow_for_the_hoop_counts_where_it_is_highest():
    path = flight(4.0)
    assert path[-1, 1] < HOOP
    assert path[-1, 1] == pytest.approx(path[:, 1].max())
    assert path[-1, 0] == pytest.approx(landing(4.0))


def test_faster_means_further():
    assert (np.diff([landing(v) for v in np.linspace(2, 12, 40)]) > 0).all()


def test_each_speed_is_the_last_one_less_the_correction_times_the_miss():
    speed, miss = shoot(0.3)
    np.testing.assert_allclose(speed[1:], speed[:-1] - 0.3 * miss[:-1])
    np.testing.assert_allclose(miss, [landing(v) - DISTANCE for v in speed])


def test_a_small_correction_creeps_in_and_a_large_one_swings_out():
    small, large = shoot(0.3).miss, shoot(1.4).miss
    assert (small < 0).all()
    assert (np.diff(np.abs(small)) < 0).all()
    assert abs(small[-1]) < CLEAN
    assert (large[1:] * large[:-1] < 0).all()
    assert (np.diff(np.abs(large[:4])) > 0).all()


def test_corrections_converge_up_to_two_over_the_slope_near_the_hoop():
    near = shoot(0.3).speed[-1]
    slope = (landing(near + 1e-5) - landing(near - 1e-5)) / 2e-5
    for share, converges in ((0.5, True), (0.95, True), (1.05, False)):
        miss = shoot(share * 2 / slope, shots=60, first=near + 0.01).miss
        assert (abs(miss[-1]) < abs(miss[0])) == converges


@pytest.mark.parametrize(
    ("miss", "words"), [(0.0, "in"), (-CLEAN, "in"), (0.5, "0.50 m long"), (-1.239, "1.24 m short")]
)
def test_a_miss_is_said_as_a_player_says_it(miss, words):
    assert in_words(miss) == words


def test_the_caption_says_the_miss_and_what_follows_from_it():
    live = basketball()
    assert live.caption == "Shot 1, at 6.60 m/s: 1.24 m short. So the next one 0.37 m/s faster."
    live.shot = 9
    assert live.caption == "Shot 10, at 7.44 m/s: in."
    live.close()
    live = basketball(correction=1.4, shot=1)
    assert live.caption.endswith("slower.")
    live.close()
