"""The four points of lesson 11: each measurement is what it claims to be."""

from itertools import pairwise

import numpy as np
import pytest

from course_lib.demos.backward_cost import backward_cost_figure, digit_reader, in_words
from course_lib.demos.digit_runs import digits
from course_lib.demos.error_travels import (
    KINDS,
    chosen_digits,
    error_travel,
    error_travels,
    trained_network,
)
from course_lib.demos.gradient_cost import Cost, count_multiplications
from course_lib.demos.renumbering import renumbered
from course_lib.demos.same_accuracy import (
    POINTS,
    SCENARIOS,
    SEEDS,
    Scenario,
    load_starts,
    same_accuracy,
    start,
)
from course_lib.demos.very_deep import (
    DEPTHS,
    RECIPES,
    deep_recipe_run,
    load_very_deep,
    very_deep,
)
from course_lib.nn import Dense, Network, ReLU, Sigmoid, numerical_gradient, softmax_cross_entropy

# ---------------------------------------------------------------------- what a backward pass costs


def test_a_backward_pass_costs_one_to_two_forward_passes_whatever_the_size():
    costs = [count_multiplications(digit_reader(4**k)) for k in range(8)]
    ratios = [cost.ratio for cost in costs]
    assert costs[0].weights < 1000 < 500e6 < costs[-1].weights
    assert all(1 <= ratio < 2 for ratio in ratios)
    assert ratios == sorted(ratios)


def test_a_reader_has_the_weights_of_the_network_it_stands_for():
    widths = digit_reader(16)
    layers = [Dense(n, m) for n, m in pairwise(widths)]
    assert count_multiplications(widths).weights == Network(layers, seed=0).parameters.size
    with pytest.raises(ValueError, match="hidden must be"):
        digit_reader(0)


def test_the_picture_says_the_counted_costs_and_no_times():
    counted = [count_multiplications(digit_reader(n)) for n in (1, 64)]
    with_times = backward_cost_figure(counted, [Cost(1000, 1.0, 7.0)])
    assert with_times.alt == backward_cost_figure(counted, []).alt
    assert "from 809 to 59,210" in with_times.alt
    assert with_times.figure.axes[0].get_ylim()[1] > 7


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 ms"),
        (0.02, "20 ms"),
        (59, "59 seconds"),
        (90, "1.5 minutes"),
        (86400 * 400, "400 days"),
    ],
)
def test_times_in_words(seconds, words):
    assert in_words(seconds) == words


# ---------------------------------------------------------------------- the error travels


def small_network():
    return Network([Dense(5, 4), ReLU(), Dense(4, 6), ReLU(), Dense(6, 3)], seed=0)


def test_the_product_of_the_factors_is_the_gradient_and_a_nudge_agrees():
    network = small_network()
    x = np.random.default_rng(2).standard_normal(5)
    travel = error_travel(network, x, 2)
    _, gradient = softmax_cross_entropy(network.forward(x[None]), [2])
    network.backward(gradient)
    assert np.abs(network.layers[0].dW).max() > 0.01
    error = travel.errors[-1]
    for layer, factor in zip((2, 1), travel.factors[:0:-1], strict=True):
        error = error @ factor
        assert error == pytest.approx(travel.errors[layer])
    assert x[:, None] @ error == pytest.approx(network.layers[0].dW)
    for k, layer in enumerate(network.layers[::2], start=1):
        assert travel.weight_gradient(k) == pytest.approx(layer.dW)

    def loss_at_pixels(pixels):
        return softmax_cross_entropy(network.forward(pixels[None]), [2])[0]

    assert travel.errors[0][0] == pytest.approx(numerical_gradient(loss_at_pixels, x), abs=1e-6)


def test_the_two_factors_of_a_layer_multiply_to_the_change_in_length():
    travel = error_travel(small_network(), np.arange(5.0), 0)
    lengths = [np.linalg.norm(error) for error in travel.errors]
    change = np.array(lengths[:-1]) / lengths[1:]
    assert travel.weights * travel.slopes == pytest.approx(change)
    assert travel.slopes[0] == 1
    assert (travel.slopes <= 1).all()


def test_an_error_that_is_gone_has_no_factors():
    network = Network([Dense(2, 2), ReLU(), Dense(2, 2), ReLU(), Dense(2, 2)], seed=0)
    for layer in network.layers[:3:2]:
        layer.b[:] = -100
    travel = error_travel(network, [1.0, 1.0], 0)
    assert not travel.weight_gradient(1).any()
    assert travel.slopes.tolist() == [0, 0, 0]


def test_where_a_unit_is_silent_its_error_is_zero():
    network, row = trained_network(), chosen_digits()["surely wrong"]
    travel = error_travel(network, digits().validation.x[row], digits().validation.y[row])
    for a, error in zip(travel.activations[1:-1], travel.errors[1:-1], strict=True):
        assert ((a == 0) == (error == 0)).all()


def test_networks_of_other_layers_are_refused():
    with pytest.raises(ValueError, match="Dense and ReLU"):
        error_travel(Network([Dense(2, 2), Sigmoid(), Dense(2, 2)], seed=0), [1, 2], 0)


def test_the_digits_chosen_are_what_they_are_called():
    x, y = digits().validation
    p = trained_network().predict_probabilities(x.astype(float))
    sure, barely, wrong = (chosen_digits()[kind] for kind in KINDS)
    assert p[sure].argmax() == y[sure]
    assert p[barely].argmax() == y[barely]
    assert p[wrong].argmax() != y[wrong]
    assert p[sure].max() > 0.99 > 0.5 > p[barely].max()


def test_a_trained_network_is_everyones_own():
    network = trained_network()
    network.parameters[:] = 0
    assert trained_network().parameters.any()


def test_the_error_arrives_layer_by_layer():
    figure = error_travels(stop=0)
    try:
        captions = []
        for stop in range(5):
            figure.stop = stop
            captions.append(figure.caption)
        assert "sets out at the logits" in captions[0]
        assert [f"at layer {k}" in captions[4 - k] for k in (3, 2, 1)] == [True] * 3
        assert "at the pixels" in captions[4]
    finally:
        figure.close()


# ---------------------------------------------------------------------- five starts


def test_stored_starts_are_those_that_are_computed():
    stored = load_starts()
    for name in ("as in lesson 10", "only 200 digits"):
        run = start(SCENARIOS[name], seed=1, points=2)
        assert run.test == pytest.approx(stored[name][1].test, abs=0.01)
        assert run.training[-1] == pytest.approx(stored[name][1].training[-1], abs=0.01)


def test_each_scenario_ends_as_the_lesson_says():
    ends = {
        name: (np.mean([r.training[-1] for r in runs]), np.array([r.test for r in runs]))
        for name, runs in load_starts().items()
    }
    assert {len(tests) for _, tests in ends.values()} == {len(SEEDS)}
    assert np.ptp(ends["as in lesson 10"][1]) < 0.02
    assert ends["as in lesson 10"][1].min() > 0.93
    assert ends["learning rate 1,000 times lower"][1].max() < 0.3
    assert ends["learning rate 20 times higher"][1].max() < 0.12
    assert ends["only 200 digits"][0] == 1
    assert ends["only 200 digits"][1].max() < 0.83
    assert ends["200 digits, labels drawn by lot"][0] == 1
    assert ends["200 digits, labels drawn by lot"][1].max() < 0.11


def test_at_the_high_rate_the_units_fall_silent():
    run = start(SCENARIOS["learning rate 20 times higher"], seed=0, points=2)
    hidden = run.network.layers[1].forward(run.network.layers[0].forward(digits().test.x))
    assert (hidden > 0).any(axis=0).mean() < 1 / 8


def test_labels_by_lot_are_right_as_often_as_any_other():
    from course_lib.demos.few_digits import few_digits, with_wrong_labels

    y = few_digits(200).y
    drawn = with_wrong_labels(y, SCENARIOS["200 digits, labels drawn by lot"].wrong_labels)
    assert (drawn == y).mean() == pytest.approx(0.1)
    assert Scenario() == SCENARIOS["as in lesson 10"]


def test_a_run_says_each_scenario_in_its_caption():
    figure = same_accuracy()
    try:
        captions = set()
        for name in SCENARIOS:
            figure.scenario = name
            assert figure.caption.startswith(name)
            captions.add(figure.caption)
        assert len(captions) == len(SCENARIOS)
    finally:
        figure.close()
    assert load_starts()["as in lesson 10"][0].training.shape == (POINTS,)


def test_renumbering_finds_a_shuffled_network_again_and_changes_no_answer():
    rng = np.random.default_rng(0)
    one, other = (Network([Dense(6, 5), ReLU(), Dense(5, 3)], seed=seed) for seed in (0, 1))
    order = rng.permutation(5)
    shuffled = one.copy()
    shuffled.layers[0].W, shuffled.layers[0].b = one.layers[0].W[:, order], one.layers[0].b[order]
    shuffled.layers[2].W = one.layers[2].W[order]
    assert not np.allclose(shuffled.parameters, one.parameters)
    assert renumbered(shuffled, like=one).parameters == pytest.approx(one.parameters)
    x = rng.standard_normal((4, 6))
    assert renumbered(other, like=one).forward(x) == pytest.approx(other.forward(x))
    with pytest.raises(ValueError, match="one hidden layer"):
        renumbered(one, like=small_network())


# ---------------------------------------------------------------------- very deep


def test_a_stored_deep_run_is_the_one_that_is_computed():
    stored = load_very_deep()
    recipe = "ReLU and He's weights"
    rate = stored.rate[list(RECIPES).index(recipe), 0]
    run = deep_recipe_run(recipe, DEPTHS[0], rate, seed=0, points=2)
    expected = stored.validation[list(RECIPES).index(recipe), 0, 0, -1]
    assert run.accuracy[-1] == pytest.approx(expected, abs=0.02)


def test_depth_needs_the_techniques():
    deep = load_very_deep()
    for depth in DEPTHS:
        assert deep.at("none", depth).max() < 0.12
        assert deep.at("ReLU, shortcuts, batch norm", depth).mean() > 0.85
    weights_only = [deep.at("ReLU and He's weights", depth).mean() for depth in DEPTHS]
    assert weights_only[0] > 0.9
    assert max(weights_only[-3:]) < 0.4


def test_the_deep_figure_tells_the_stored_accuracy():
    figure = very_deep(depth=50)
    try:
        assert figure.caption.startswith("50 hidden layers. none: first gradient")
        assert figure.caption.endswith("test accuracy 86 %")
    finally:
        figure.close()
