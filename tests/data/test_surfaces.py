"""Loss surfaces: gradients, curvature, and where gradient descent stops converging."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib.data import QuadraticBowl, Saddle

curvature = st.floats(0.01, 100)
coordinate = st.floats(-10, 10)
angle = st.floats(-180, 180)


def points(d=2):
    return arrays(float, d, elements=coordinate)


def central_difference(f, w, step=1e-4):
    """∂f/∂w; exact for a quadratic, but for rounding."""
    gradient = np.zeros_like(w)
    for i in range(len(w)):
        away = np.zeros_like(w)
        away[i] = step
        gradient[i] = (f(w + away) - f(w - away)) / (2 * step)
    return gradient


def descend(surface, w, rate, steps):
    for _ in range(steps):
        w = w - rate * surface.gradient(w)
    return w


def bowls():
    pair = st.lists(curvature, min_size=2, max_size=2)
    return st.builds(lambda c, a, m: QuadraticBowl(c, angle=a, minimum=m), pair, angle, points())


def saddles():
    return st.builds(
        lambda u, d, a, c: Saddle(u, d, angle=a, center=c), curvature, curvature, angle, points()
    )


@given(surface=bowls() | saddles(), w=points())
def test_gradient_agrees_with_finite_differences(surface, w):
    numerical = central_difference(surface, w)
    scale = 1 + np.abs(surface.hessian).max() * (1 + np.abs(w - surface.center).max())
    np.testing.assert_allclose(surface.gradient(w), numerical, atol=1e-7 * scale)


@given(d=st.integers(1, 6), data=st.data())
def test_gradient_agrees_with_finite_differences_in_any_dimension(d, data):
    bowl = QuadraticBowl(data.draw(arrays(float, d, elements=curvature)))
    w = data.draw(points(d))
    numerical = central_difference(bowl, w)
    np.testing.assert_allclose(bowl.gradient(w), numerical, rtol=1e-6, atol=1e-3)


def test_known_values():
    bowl = QuadraticBowl([2, 8], minimum=[1, -1])
    assert bowl.loss([2, 1]) == 0.5 * (2 * 1 + 8 * 4)
    np.testing.assert_array_equal(bowl.gradient([2, 1]), [2, 16])
    saddle = Saddle(up=2, down=4)
    assert saddle([3, 1]) == 0.5 * (2 * 9 - 4)
    np.testing.assert_array_equal(saddle.gradient([3, 1]), [6, -4])


@given(bowl=bowls(), w=points())
def test_a_bowl_is_lowest_at_its_minimum(bowl, w):
    assert bowl(bowl.center) == 0
    np.testing.assert_array_equal(bowl.gradient(bowl.center), [0, 0])
    assert bowl(w) >= -1e-9


@given(first=curvature, second=curvature, angle=angle)
def test_turning_a_bowl_keeps_its_curvatures(first, second, angle):
    bowl = QuadraticBowl([first, second], angle=angle)
    found = np.linalg.eigvalsh(bowl.hessian)
    np.testing.assert_allclose(found, sorted([first, second]), rtol=1e-9)
    assert bowl.lambda_max == pytest.approx(max(first, second))


def test_the_angle_turns_counter_clockwise():
    """At 90° the flat first axis points along the second weight, at 45° along (1, 1)."""
    assert QuadraticBowl([1, 9], angle=90).loss([0, 1]) == pytest.approx(0.5)
    assert QuadraticBowl([1, 9], angle=45).loss([1, 1]) == pytest.approx(1)
    assert QuadraticBowl([1, 9], angle=45).loss([1, -1]) == pytest.approx(9)


@given(bowl=bowls(), w=points())
def test_descent_converges_below_2_over_lambda_max_and_diverges_above(bowl, w):
    steepest = np.linalg.eigh(bowl.hessian)[1][:, -1]
    start = bowl.center + steepest  # here the steepest direction decides alone
    edge = bowl.max_learning_rate
    assert bowl(descend(bowl, start, 0.99 * edge, 200)) < 0.01 * bowl(start)
    assert bowl(descend(bowl, start, 1.01 * edge, 200)) > 10 * bowl(start)
    # Below the edge, the loss falls from anywhere.
    assert bowl(descend(bowl, w, 0.99 * edge, 1)) <= bowl(w) * (1 + 1e-9)


def test_at_the_edge_descent_jumps_back_and_forth_forever():
    bowl = QuadraticBowl([1, 10])
    w = descend(bowl, np.array([0.0, 1.0]), bowl.max_learning_rate, 1001)
    np.testing.assert_allclose(w, [0, -1])


@given(saddle=saddles())
def test_a_saddle_is_flat_at_its_centre_and_no_minimum(saddle):
    np.testing.assert_array_equal(saddle.gradient(saddle.center), [0, 0])
    down, up = np.linalg.eigh(saddle.hessian)[1].T
    assert saddle(saddle.center + up) > 0 > saddle(saddle.center + down)


def test_descent_slips_off_a_saddle_from_beside_the_ridge():
    saddle = Saddle()
    on_ridge = descend(saddle, np.array([1.0, 0.0]), 0.1, 200)
    np.testing.assert_allclose(on_ridge, [0, 0], atol=1e-8)
    beside = descend(saddle, np.array([1.0, 1e-6]), 0.1, 200)
    assert abs(beside[1]) > 10
    assert saddle(beside) < -10


def test_a_saddles_largest_curvature_is_the_upward_one():
    assert Saddle(up=4, down=9).lambda_max == pytest.approx(4)


def test_a_grid_of_weights_gives_a_grid_of_losses():
    bowl = QuadraticBowl([1, 5], angle=30, minimum=[1, 2])
    grid = np.stack(np.meshgrid(np.linspace(-2, 2, 4), np.linspace(-1, 1, 3)), axis=-1)
    loss, gradient = bowl(grid), bowl.gradient(grid)
    assert loss.shape == (3, 4)
    assert gradient.shape == (3, 4, 2)
    for i, j in np.ndindex(3, 4):
        assert loss[i, j] == pytest.approx(bowl(grid[i, j]))
        np.testing.assert_allclose(gradient[i, j], bowl.gradient(grid[i, j]))


def test_one_point_gives_a_number_and_integers_are_welcome():
    loss = QuadraticBowl([1, 1])(np.array([1, 2]))
    assert isinstance(loss, float)
    assert loss == 2.5


@pytest.mark.parametrize("w", [1.0, [1.0], [1.0, 2.0, 3.0], np.zeros((2, 3))])
def test_a_point_of_another_dimension_is_refused(w):
    surface = QuadraticBowl([1, 2])
    message = r"w has shape .*, but it needs \(…, 2\)"
    with pytest.raises(ValueError, match=message):
        surface(w)
    with pytest.raises(ValueError, match=message):
        surface.gradient(w)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: QuadraticBowl([1, 0]), "curvatures must be above 0, but one is 0.*use Saddle"),
        (lambda: QuadraticBowl([1, -2]), "one is -2"),
        (lambda: QuadraticBowl([]), "curvatures must be a sequence of finite numbers"),
        (lambda: QuadraticBowl(3.0), "curvatures must be a sequence"),
        (lambda: QuadraticBowl([1, np.nan]), "curvatures must be a sequence of finite"),
        (lambda: QuadraticBowl([1, np.inf]), "curvatures must be a sequence of finite"),
        (lambda: QuadraticBowl([1, 2, 3], angle=10), "angle needs 2 curvatures, not 3"),
        (lambda: QuadraticBowl([1, 2], angle=np.inf), "angle must be a finite number"),
        (lambda: QuadraticBowl([1, 2], minimum=[0]), "minimum has 1 numbers, .* has 2 weights"),
        (lambda: QuadraticBowl([1, 2], minimum=[0, np.nan]), "minimum must be a sequence of"),
        (lambda: Saddle(up=0), "up and down must be above 0, not 0 and 1"),
        (lambda: Saddle(down=-1), "down must be a finite number in"),
        (lambda: Saddle(center=[1, 2, 3]), "3 numbers"),
    ],
)
def test_impossible_surfaces_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
