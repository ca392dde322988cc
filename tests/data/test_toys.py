"""Toy problems: the rule each states is the rule its points follow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.data import house_prices, regression_line, spirals, two_moons, xor

CLASSIFIED = [two_moons, spirals, xor]
ALL = [regression_line, house_prices, *CLASSIFIED]
few = settings(max_examples=30)


def distance(x, curve):
    """From each point to the nearest one of a finely drawn curve."""
    return np.linalg.norm(x[:, None] - curve[None], axis=2).min(axis=1)


def points(result):
    return result[0], result[1]


@pytest.mark.parametrize("toy", ALL)
def test_the_same_seed_gives_the_same_points(toy):
    for first, again in zip(points(toy(40, seed=5)), points(toy(40, seed=5)), strict=True):
        np.testing.assert_array_equal(first, again)
    generator = np.random.default_rng(5)
    np.testing.assert_array_equal(toy(40, seed=generator)[0], toy(40, seed=5)[0])
    assert not np.array_equal(toy(40, seed=5)[0], toy(40, seed=6)[0])


@pytest.mark.parametrize("toy", CLASSIFIED)
@few
@given(n=st.integers(2, 200), seed=st.integers(0, 1000))
def test_shapes_and_labels(toy, n, seed):
    x, y = toy(n, seed=seed)
    assert x.shape == (n, 2)
    assert y.shape == (n,)
    assert y.dtype.kind == "i"
    assert set(y) <= {0, 1}
    assert np.isfinite(x).all()


@pytest.mark.parametrize("toy", CLASSIFIED)
@pytest.mark.parametrize("n", [2, 3, 100, 101])
def test_both_classes_get_half_of_the_points(toy, n):
    counts = np.bincount(toy(n)[1], minlength=2)
    # The corners of `xor` take turns 0, 1, 1, 0.
    assert abs(counts[0] - counts[1]) <= 1


@pytest.mark.parametrize("toy", CLASSIFIED)
def test_classes_come_in_random_order(toy):
    y = toy(100)[1]
    changes = np.count_nonzero(np.diff(y))
    assert 30 < changes < 70


def test_regression_line_without_noise_is_the_line():
    x, y = regression_line(20, slope=-3, intercept=0.5, noise=0)
    assert x.shape == y.shape == (20, 1)
    np.testing.assert_allclose(y, -3 * x + 0.5)
    assert (np.abs(x) <= 1).all()


def test_noise_of_the_regression_line_has_the_stated_spread():
    x, y = regression_line(20_000, slope=2, intercept=1, noise=0.3)
    rest = (y - (2 * x + 1)).ravel()
    assert rest.std() == pytest.approx(0.3, rel=0.03)
    assert rest.mean() == pytest.approx(0, abs=0.01)
    assert np.corrcoef(rest, x.ravel())[0, 1] == pytest.approx(0, abs=0.03)


def test_houses_without_noise_follow_the_stated_rule():
    houses = house_prices(500, noise=0)
    area, rooms, age = houses.x.T
    np.testing.assert_allclose(houses.y[:, 0], 50 + 3 * area + 15 * rooms - 0.8 * age)
    np.testing.assert_allclose(houses.x @ houses.coefficients + houses.intercept, houses.y[:, 0])


def test_houses_have_possible_sizes_ages_and_rooms():
    area, rooms, age = house_prices(5000).x.T
    assert area.min() >= 40
    assert area.max() <= 200
    assert rooms.min() == 1
    np.testing.assert_array_equal(rooms, np.rint(rooms))
    assert np.corrcoef(area, rooms)[0, 1] > 0.8
    assert age.min() == 0
    assert age.max() == 80
    np.testing.assert_array_equal(age, np.rint(age))


def test_every_column_of_the_houses_has_a_name_and_a_unit():
    houses = house_prices(3)
    assert houses.x.shape == (3, 3)
    assert houses.y.shape == (3, 1)
    assert len(houses.features) == len(houses.units) == len(houses.coefficients) == 3
    assert (houses.target, houses.target_unit) == ("price", "thousand €")


def test_no_house_is_given_away_however_large_the_noise():
    assert house_prices(1000, noise=1000).y.min() == 10


def test_least_squares_finds_the_rule_of_the_houses():
    houses = house_prices(5000, noise=20)
    columns = np.column_stack([houses.x, np.ones(5000)])
    found = np.linalg.lstsq(columns, houses.y[:, 0], rcond=None)[0]
    np.testing.assert_allclose(found[:3], houses.coefficients, rtol=0.1)


def test_moons_without_noise_are_half_circles():
    x, y = two_moons(101, noise=0)
    np.testing.assert_allclose(np.linalg.norm(x[y == 0], axis=1), 1)
    assert (x[y == 0, 1] >= 0).all()
    np.testing.assert_allclose(np.linalg.norm(x[y == 1] - [1, 0.5], axis=1), 1)
    assert (x[y == 1, 1] <= 0.5).all()


def best_line_accuracy(x, y):
    """Of the best of very many straight boundaries."""
    best = 0.5
    for angle in np.linspace(0, np.pi, 180, endpoint=False):
        order = np.argsort(x @ [np.cos(angle), np.sin(angle)])
        ones = np.concatenate([[0], np.cumsum(y[order])])
        zeros = np.arange(len(y) + 1) - ones
        right = zeros + ones[-1] - ones
        best = max(best, right.max() / len(y), 1 - right.min() / len(y))
    return best


@pytest.mark.parametrize(
    ("toy", "most"),
    [(two_moons, 0.93), (spirals, 0.75), (xor, 0.8)],
    ids=["moons", "spirals", "xor"],
)
def test_no_straight_line_parts_the_classes(toy, most):
    assert best_line_accuracy(*toy(400)) < most


@pytest.mark.parametrize("toy", CLASSIFIED)
def test_nearest_neighbour_parts_the_classes(toy):
    """The problems can be learned: it is only the straight line that fails."""
    x, y = toy(400)
    apart = np.linalg.norm(x[:, None] - x[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert (y[apart.argmin(axis=1)] == y).mean() > 0.97


@few
@given(classes=st.integers(1, 5), turns=st.floats(0, 3))
def test_spirals_without_noise_lie_on_their_arms(classes, turns):
    x, y = spirals(60, classes=classes, turns=turns, noise=0)
    radius = np.linalg.norm(x, axis=1)
    assert radius.min() == pytest.approx(0.1)
    assert radius.max() == pytest.approx(1)
    for k in range(classes):
        r = radius[y == k]
        phi = 2 * np.pi * (turns * r + k / classes)
        expected = np.column_stack([r * np.cos(phi), r * np.sin(phi)])
        np.testing.assert_allclose(x[y == k], expected, atol=1e-12)


def test_spiral_classes_share_the_points_as_evenly_as_can_be():
    assert sorted(np.bincount(spirals(11, classes=3)[1])) == [3, 4, 4]


def test_xor_without_noise_is_the_truth_table():
    x, y = xor(4, noise=0)
    table = {tuple(row): label for row, label in zip(x.tolist(), y.tolist(), strict=True)}
    assert table == {(-1, -1): 0, (-1, 1): 1, (1, -1): 1, (1, 1): 0}


@pytest.mark.parametrize(("toy", "noise"), [(two_moons, 0.1), (spirals, 0.05), (xor, 0.15)])
def test_noise_has_the_stated_spread_in_both_directions(toy, noise):
    """The same seed with and without noise: what differs is the noise."""
    rest = toy(5000, noise=noise, seed=1)[0] - toy(5000, noise=0, seed=1)[0]
    np.testing.assert_allclose(rest.std(axis=0), noise, rtol=0.05)
    np.testing.assert_allclose(rest.mean(axis=0), 0, atol=noise / 15)
    assert abs(np.corrcoef(rest.T)[0, 1]) < 0.05


@pytest.mark.parametrize("toy", ALL)
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n": 0}, ValueError, "n must be at least [12], not 0"),
        ({"n": 2.5}, TypeError, "n must be a whole number"),
        ({"noise": -0.1}, ValueError, "noise must be a finite number in"),
        ({"noise": float("nan")}, ValueError, "noise must be a finite number"),
        ({"noise": "much"}, TypeError, "noise must be a number"),
    ],
)
def test_impossible_arguments_are_named(toy, options, error, message):
    with pytest.raises(error, match=message):
        toy(**options)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spirals(2, classes=3), "n must be at least 3, not 2"),
        (lambda: spirals(classes=0), "classes must be at least 1"),
        (lambda: spirals(turns=-1), "turns must be a finite number"),
        (lambda: two_moons(1), "n must be at least 2"),
        (lambda: regression_line(slope=float("inf")), "slope must be a finite"),
        (lambda: regression_line(intercept=float("nan")), "intercept must be a finite"),
    ],
)
def test_impossible_arguments_of_one_problem_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
