"""Deep networks that learn, or not: layers that stand still, dead and identical units, cures."""

import numpy as np
import pytest
from last_bits import accuracies, assert_could_be_one_of

from course_lib.data import load_mnist
from course_lib.demos.activation_slope import FUNCTIONS, activation_slope, slope_at
from course_lib.demos.dead_units import count_dead, dead_units, dead_units_figure
from course_lib.demos.deep_signal import deep_network
from course_lib.demos.deep_training import deep_run, weight_matrices
from course_lib.demos.depth_cures import (
    COMBINATIONS,
    GUESSING,
    POINTS,
    RATES,
    SEEDS,
    Combination,
    cure_run,
    load_depth_cures,
)
from course_lib.demos.depth_cures_figures import ROWS, cures_figure, cures_lab
from course_lib.demos.learning_speed import learning_speed, speed_runs
from course_lib.demos.symmetric_units import difference_of_units, train_few_units
from course_lib.nn import Dense, Network, ReLU, evaluate, softmax_cross_entropy


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_slopes_are_those_of_the_function(activation):
    z = np.array([-6, -1.3, -0.2, 0.4, 2, 5])
    numerical = (FUNCTIONS[activation](z + 1e-6) - FUNCTIONS[activation](z - 1e-6)) / 2e-6
    np.testing.assert_allclose(slope_at(activation, z), numerical, atol=1e-9)


def test_the_sigmoid_is_steepest_at_zero_with_a_quarter():
    slopes = slope_at("sigmoid", np.linspace(-8, 8, 161))
    assert slopes.max() == 0.25
    assert slopes.argmax() == 80


def test_the_point_can_be_dragged_and_the_caption_follows():
    live = activation_slope()
    assert "ten such slopes multiply to 9.5·10⁻⁷" in live.caption
    live.z = 4.0
    assert "slope 0.0177" in live.caption
    live.activation = "ReLU"
    assert "slope 1;" in live.caption
    live.close()


# ---------------------------------------------------------------------- learning


def test_a_run_measures_the_change_of_each_layer():
    run = deep_run(2, "tanh", "Xavier", steps=10, points=3)
    np.testing.assert_array_equal(run.steps, [0, 5, 10])
    assert run.change.shape == (3, 3)
    assert not run.change[0].any()
    before = weight_matrices(deep_network(2, "tanh", "Xavier", dtype=np.float32))
    after = weight_matrices(run.network)
    for k in range(3):
        moved = np.linalg.norm(after[k] - before[k]) / np.linalg.norm(before[k])
        assert run.change[-1, k] == pytest.approx(moved, rel=1e-5)
    told = evaluate(
        run.network, *load_mnist(dtype=np.float32).validation, loss=softmax_cross_entropy
    )
    assert run.accuracy[-1] == told.accuracy


def test_a_run_that_overflows_is_nan_from_there_on():
    run = deep_run(20, "ReLU", "He", residual=True, learning_rate=0.1, steps=20, points=5)
    assert run.network is None
    assert np.isfinite(run.accuracy[0])
    assert np.isnan(run.accuracy[-1])
    assert np.isnan(run.change[-1]).all()


@pytest.fixture(scope="module")
def runs():
    return speed_runs()


def test_early_layers_of_sigmoids_hardly_move_and_those_of_relus_do(runs):
    sigmoid, relu = (runs[name].change[-1] for name in ("sigmoid", "ReLU"))
    assert sigmoid[0] < sigmoid[7] / 100
    assert relu.max() < 10 * relu.min()


def test_deep_sigmoids_stay_at_guessing_where_relus_learn(runs):
    assert runs["sigmoid"].accuracy.max() < 0.2
    assert runs["ReLU"].accuracy[-1] > 0.8


def test_the_figure_of_the_run_tells_what_was_measured(runs):
    live = learning_speed(runs=runs)
    assert "accuracy 10 %; ReLU: layer 1 moved by 0.34" in live.caption
    live.step = 0
    assert live.caption.startswith("after 0 steps")
    assert "not finite" not in live.caption
    live.close()


def test_units_that_start_from_zeros_stay_the_same_and_random_ones_do_not():
    zeros, random = (train_few_units(name, epochs=1).layers for name in ("zeros", "Xavier"))
    assert np.abs(zeros[0].W).max() > 0.01, "they should have learned something"
    assert difference_of_units(zeros[0].W) < 1e-9
    assert difference_of_units(zeros[2].W.T) < 1e-9
    assert difference_of_units(random[0].W) > 0.1


def test_a_unit_is_dead_if_no_example_wakes_it():
    network = Network([Dense(2, 3), ReLU(), Dense(3, 1)])
    network.layers[0].W = [[1, 0, -1], [0, 1, 0]]
    network.layers[0].b = [0, -5, 0]
    assert count_dead(network, [[1.0, 2.0], [2.0, 1.0]]) == (2, 3)
    assert count_dead(network, [[1.0, 6.0], [-2.0, 1.0]]) == (0, 3)


def test_long_steps_kill_units_and_short_ones_do_not():
    found = dead_units([0.1, 4.0], steps=20)
    assert found.dead[0] < 0.1
    assert found.dead[1] > 0.8
    assert found.accuracy[1] < 0.2 < found.accuracy[0]
    assert "at 0.1, 3 % are dead; at 4, " in dead_units_figure(found).alt


# ---------------------------------------------------------------------- cures


def test_the_stored_runs_are_complete():
    cures = load_depth_cures()
    assert len(COMBINATIONS) == 24
    assert cures.validation_accuracy.shape == (24, len(SEEDS), POINTS)
    assert cures.test_accuracy.shape == (24, len(SEEDS))
    assert set(cures.rate) <= set(RATES)
    assert np.isfinite(cures.test_accuracy).all()


@pytest.mark.parametrize(
    "combination", [Combination("tanh", fitting=True, residual=True), Combination("ReLU", True)]
)
def test_a_stored_run_could_be_one_computed_anew(combination, monkeypatch):
    cures = load_depth_cures()
    index = COMBINATIONS.index(combination)
    runs = accuracies(
        monkeypatch, lambda: cure_run(combination, cures.rate[index], seed=0).accuracy
    )
    assert_could_be_one_of(cures.validation_accuracy[index, 0], runs)


def test_neither_relu_nor_fitting_weights_cure_alone_but_together_they_do():
    cures = load_depth_cures()
    for alone in (Combination(), Combination("ReLU"), Combination(fitting=True)):
        assert cures.test(alone).max() < 0.15
    for together in (Combination("ReLU", True), Combination("tanh", True)):
        assert cures.test(together).min() > 0.7
    for alone in (Combination(residual=True), Combination(normalization=True)):
        assert cures.test(alone).min() > 0.7


def test_he_weights_with_shortcuts_and_nothing_else_overflow():
    cures = load_depth_cures()
    clash = Combination("ReLU", fitting=True, residual=True)
    assert [c for c in COMBINATIONS if cures.overflows(c)] == [clash]
    np.testing.assert_allclose(cures.test(clash), GUESSING)


def test_the_initial_weights_fit_the_activation():
    assert Combination("ReLU", True).initializer == "He"
    assert Combination("tanh", True).initializer == "Xavier"
    assert Combination("ReLU").initializer == "small"


def test_the_table_has_a_row_for_each_cure_alone_and_for_all():
    cures = load_depth_cures()
    picture = cures_figure(cures)
    for cure in ("ReLU", "initial weights", "residual connections", "batch normalisation"):
        assert f"{cure} alone" in picture.alt
    assert ROWS["all together"] == Combination("ReLU", True, True, True)
    written = [text.get_text() for text in picture.figure.axes[0].texts]
    assert "92.8 ± 0.6" in written
    assert written.count("overflows") == 1


def test_the_lab_shows_every_combination():
    live = cures_lab()
    live.fill()
    assert live.caption.startswith("sigmoid, small weights: test accuracy 11.1 ± 0.2 %")
    live.residual = True
    assert "80.5 ± 3.3 %" in live.caption
    live.activation, live.fitting = "ReLU", True
    assert "every run overflows" in live.caption
    live.close()
