"""What a gradient costs: the counts, and that both ways that are timed do the same work."""

import numpy as np
import pytest

from course_lib.demos.gradient_cost import count_multiplications, gradient_cost
from course_lib.demos.gradient_times import (
    measure_gradient_times,
    measure_passes,
    measured_cost_figure,
)
from course_lib.nn import Dense, Network, ReLU


def test_a_layer_multiplies_once_forward_and_twice_backward_but_the_first():
    cost = count_multiplications([3, 5, 2], batch=4)
    assert cost.forward == 4 * (3 * 5 + 5 * 2)
    assert cost.backward == 4 * (3 * 5 + 2 * 5 * 2)
    assert cost.weights == 3 * 5 + 5 + 5 * 2 + 2


def test_the_ratio_of_equal_layers_tends_to_two():
    ratios = [count_multiplications([64] * (n + 1)).ratio for n in range(1, 30)]
    np.testing.assert_allclose(ratios, 2 - 1 / np.arange(1, 30))


def test_counts_are_those_of_a_network_of_the_course():
    widths = [784, 64, 10]
    network = Network([Dense(784, 64), ReLU(), Dense(64, 10)], seed=0)
    assert count_multiplications(widths).weights == network.parameters.size
    assert count_multiplications(widths).finite_differences == 101_780


@pytest.mark.parametrize(("widths", "batch"), [([3], 1), ([3, 0], 1), ([3, 2], 0)])
def test_sizes_below_one_are_refused(widths, batch):
    with pytest.raises(ValueError, match="at least 1"):
        count_multiplications(widths, batch)


def test_times_are_of_gradients_that_agree_and_are_above_zero():
    times = measure_gradient_times([2, 3], repeats=1)
    assert times["weights"].tolist() == [8 * 2 + 2 + 2 * 4 + 4, 8 * 3 + 3 + 3 * 4 + 4]
    assert all((numbers > 0).all() for numbers in times.values())
    passes = measure_passes([4, 4, 4], 2, repeats=1)
    assert min(passes.forward, passes.backward) > 0
    assert passes.weights == 40


def test_the_picture_of_times_has_both_curves():
    times = {
        "weights": np.array([10, 100, 1000]),
        "backpropagation": np.array([1e-4, 1e-4, 2e-4]),
        "finite differences": np.array([1e-3, 1e-2, 1.0]),
    }
    picture = measured_cost_figure(times)
    lines = picture.figure.axes[0].lines
    assert [line.get_ydata().tolist() for line in lines] == [[1, 10, 1000], [0.1, 0.1, 0.2]]


def test_the_caption_says_how_many_times_as_much():
    live = gradient_cost(width=353, depth=8)
    assert "999,696 weights" in live.caption
    assert "2.88 forward passes" in live.caption
    assert "1,999,392 forward passes" in live.caption
    live.depth = 1
    assert "1 layer of 353 units" in live.caption
    assert "(1.00 for the way back)" in live.caption
