"""Landscapes: their slopes are those of their heights, and their minima are where they say."""

import numpy as np
import pytest

from course_lib.data import Crater, DoubleWell, Himmelblau

LANDSCAPES = {
    "double well, a curve": DoubleWell(2, half_distance=1.5, tilt=0.2),
    "double well, a surface": DoubleWell(1, tilt=-0.1, across=[0.5]),
    "double well, three weights": DoubleWell(1, across=[0.5, 2]),
    "Himmelblau": Himmelblau(),
    "Himmelblau, half as wide": Himmelblau(0.02, 0.5),
    "crater": Crater([1, 4], depth=0.5),
}
EACH = pytest.mark.parametrize("surface", LANDSCAPES.values(), ids=LANDSCAPES)


@EACH
def test_the_gradient_is_the_slope_of_the_loss(surface):
    places = np.random.default_rng(0).uniform(-2, 2, (20, surface.dimensions))
    gradient = surface.gradient(places)
    assert gradient.shape == places.shape
    for i in range(surface.dimensions):
        away = np.zeros(surface.dimensions)
        away[i] = 1e-5
        slope = (surface.loss(places + away) - surface.loss(places - away)) / 2e-5
        np.testing.assert_allclose(gradient[:, i], slope, rtol=1e-6, atol=1e-8)


@EACH
def test_at_each_minimum_the_gradient_is_zero_and_every_way_leads_up(surface):
    for minimum in surface.minima:
        np.testing.assert_allclose(surface.gradient(minimum), 0, atol=1e-12)
        around = minimum + 0.01 * np.random.default_rng(1).normal(size=(50, surface.dimensions))
        assert (surface.loss(around) > surface.loss(minimum)).all()


@EACH
def test_the_loss_of_one_place_is_a_number_and_of_many_an_array(surface):
    assert isinstance(surface(np.zeros(surface.dimensions)), float)
    assert surface.loss(np.zeros((3, 2, surface.dimensions))).shape == (3, 2)


@EACH
def test_a_place_with_too_many_weights_is_refused(surface):
    with pytest.raises(ValueError, match=rf"needs \(…, {surface.dimensions}\)"):
        surface.loss(np.zeros(surface.dimensions + 1))


def test_without_tilt_the_wells_are_at_the_distance_and_curve_as_said():
    well = DoubleWell(3, half_distance=2)
    np.testing.assert_allclose(well.minima, [[-2], [2]])
    np.testing.assert_allclose(well.ridge, [0], atol=1e-12)
    nudge = np.array([1e-5])
    for place, curvature in ((well.minima[0], 3), (well.ridge, -1.5)):
        bend = (well.gradient(place + nudge) - well.gradient(place - nudge)) / 2e-5
        np.testing.assert_allclose(bend, curvature, rtol=1e-6)


def test_a_tilt_makes_the_left_well_the_deeper_one():
    well = DoubleWell(1, tilt=0.1, across=[1])
    left, right = well.loss(well.minima)
    assert left < right < well.loss(well.ridge)
    np.testing.assert_allclose(well.gradient(well.ridge), 0, atol=1e-12)


def test_the_four_valleys_of_himmelblau_are_at_loss_zero():
    np.testing.assert_allclose(Himmelblau(1).loss(Himmelblau().minima), 0, atol=1e-20)


def test_a_crater_is_a_bowl_in_the_middle_and_level_far_out():
    crater = Crater([2], depth=3)
    assert crater([0.001]) == pytest.approx(1e-6, rel=1e-3)
    assert crater([100]) == 3
    assert np.abs(crater.gradient([10.0])).max() < 1e-10


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DoubleWell(0), "curvature must be above 0"),
        (lambda: DoubleWell(1, tilt=0.2), r"tilt must be within ± 0\.192"),
        (lambda: DoubleWell(1, across=[-1]), "across must be"),
        (lambda: Himmelblau(0), "scale must be above 0"),
        (lambda: Crater([1, 0]), "curvatures must be above 0"),
        (lambda: Crater([1], depth=-1), "depth must be"),
    ],
)
def test_nonsense_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
