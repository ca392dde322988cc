"""Signals through deep networks: true gradients, exact factors, and figures that show them."""

import numpy as np
import pytest

from course_lib.demos.deep_signal import (
    ACTIVATIONS,
    MAX_SLOPES,
    NORMALIZATIONS,
    WIDTH,
    backward_factors,
    deep_network,
    deep_signal,
    digit_batch,
)
from course_lib.demos.depth_lab import SLOTS, DepthFigure, depth_lab, gradient_words
from course_lib.demos.slope_product import slope_product
from course_lib.nn import Dense, gradient_check, softmax_cross_entropy


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_the_gradients_are_those_of_the_loss(activation, normalization, residual):
    network = deep_network(
        3, activation, "He", residual=residual, normalization=normalization, width=6, probes=True
    )
    x, y = digit_batch(12)
    report = gradient_check(
        network, x, y, softmax_cross_entropy, training=True, max_entries=12, tolerance=1e-5
    )
    assert report, str(report)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_signal_is_what_the_same_network_without_probes_computes(activation):
    signal = deep_signal(4, activation, "He", residual=True, seed=3)
    network = deep_network(4, activation, "He", residual=True, seed=3)
    x, y = digit_batch()
    loss, gradient = softmax_cross_entropy(network.forward(x, training=True), y)
    network.backward(gradient)
    assert signal.loss == pytest.approx(loss)
    dense = [layer for layer in network.leaves if isinstance(layer, Dense)]
    assert len(dense) == len(signal.weight_gradients) == 5
    for layer, found in zip(dense, signal.weight_gradients, strict=True):
        np.testing.assert_allclose(found, layer.dW)
    np.testing.assert_allclose(signal.gradient_norms, [np.linalg.norm(layer.dW) for layer in dense])


def test_activations_are_those_of_each_hidden_layer():
    signal = deep_signal(3, "tanh")
    network = deep_network(3, "tanh")
    x = digit_batch().x
    for k, found in enumerate(signal.activations):
        layer = network.layers[2 * k]
        x = np.tanh(x @ layer.W + layer.b)
        np.testing.assert_allclose(found, x)
        assert found.shape == (100, WIDTH)


def test_with_shortcuts_the_activations_stay_within_those_of_the_function():
    for a in deep_signal(20, "sigmoid", residual=True).activations:
        assert a.min() >= 0
        assert a.max() <= 1


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("scale", [0.3, 1, 5])
def test_no_slopes_factor_exceeds_the_steepest_slope(activation, scale):
    factors = backward_factors(12, activation, scale=scale)
    assert factors.slopes.shape == factors.weights.shape == (12,)
    assert (factors.slopes <= MAX_SLOPES[activation] + 1e-12).all()
    assert (factors.slopes > 0).all()


def test_the_factors_multiply_to_the_gradient():
    factors = backward_factors(6, "sigmoid", "He")
    network = deep_network(6, "sigmoid", "He")
    x, y = digit_batch()
    _, gradient = softmax_cross_entropy(network.forward(x), y)
    output = np.linalg.norm(gradient)
    for layer in network.layers[:0:-1]:
        gradient = layer.backward(gradient)
    # Of a Dense layer, db sums ∂L/∂z over the rows: another way to the same δ.
    assert factors.gradient[0] == pytest.approx(np.linalg.norm(gradient) / output)
    network.layers[0].parameter_gradients(gradient)
    np.testing.assert_allclose(network.layers[0].db, gradient.sum(axis=0))


def test_larger_weights_have_a_larger_factor_and_leave_the_slopes_of_relu():
    one, two = (backward_factors(5, "ReLU", scale=scale) for scale in (1, 2))
    # Not exactly twice: the error at the output is another one.
    np.testing.assert_allclose(two.weights, 2 * one.weights, rtol=0.05)
    np.testing.assert_allclose(two.slopes, one.slopes, rtol=0.05)


def test_large_weights_saturate_sigmoids_and_flatten_their_slopes():
    one, eight = (backward_factors(10, scale=scale) for scale in (1, 8))
    assert (eight.slopes[1:] < 0.6 * one.slopes[1:]).all()


def test_gradients_of_sigmoids_vanish_backwards_and_shortcuts_bring_them_back():
    plain = deep_signal(20).gradient_norms
    assert plain[0] < 1e-10 * plain[-2]
    assert (np.diff(np.log(plain[1:-1])) > 0).all()
    bypassed = deep_signal(20, residual=True).gradient_norms
    assert bypassed.min() > 0.1


def test_fitting_weights_keep_the_gradient_level_at_fifty_layers():
    for activation, initializer in (("tanh", "Xavier"), ("ReLU", "He")):
        norms = deep_signal(50, activation, initializer).gradient_norms
        assert norms.max() < 30 * norms.min()
        assert norms.min() > 0.01


def test_zero_weights_give_the_output_layer_a_gradient_only_from_sigmoids():
    assert not np.any(deep_signal(3, "tanh", "zeros").gradient_norms)
    norms = deep_signal(3, "sigmoid", "zeros").gradient_norms
    assert not norms[:-1].any()
    assert norms[-1] > 0.1


def test_one_seed_draws_the_same_numbers_for_every_initializer():
    xavier, he = (deep_network(2, "ReLU", name, seed=5) for name in ("Xavier", "He"))
    ratio = he.layers[0].W / xavier.layers[0].W
    np.testing.assert_allclose(ratio, np.sqrt((784 + WIDTH) / 784))
    again, other = (deep_network(2, seed=seed).parameters for seed in (0, 1))
    np.testing.assert_array_equal(again, deep_network(2).parameters)
    assert not np.array_equal(again, other)


def test_scale_multiplies_weights_and_leaves_biases():
    one, three = (deep_network(2, scale=scale) for scale in (1, 3))
    np.testing.assert_allclose(three.parameters, 3 * one.parameters)
    assert not three.layers[0].b.any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"depth": 0}, "depth must be 1 or more hidden layers, not 0"),
        ({"activation": "relu"}, "activation must be one of sigmoid, tanh, ReLU, not 'relu'"),
        ({"initializer": "he"}, "initializer must be one of zeros, small, Xavier, He, not 'he'"),
        ({"normalization": "no"}, "normalization must be one of none, batch, layer, not 'no'"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        deep_network(**{"depth": 2, **arguments})


# ---------------------------------------------------------------------- the figures


def artists(figure):
    above, below = figure.figure.axes
    return above.lines, above.patches, below.patches


def filled(patches):
    return [patch for patch in patches if patch.get_animated() and len(patch.get_xy()) > 1]


@pytest.mark.parametrize(("depth", "shown"), [(1, 1), (2, 2), (7, 7), (8, 8), (50, SLOTS)])
def test_there_is_a_histogram_for_each_layer_up_to_the_slots(depth, shown):
    figure = DepthFigure()
    figure.show(deep_signal(depth))
    _, above, below = artists(figure)
    assert len(filled(above)) == len(filled(below)) == shown
    words = [text.get_text() for text in figure.figure.axes[1].texts if text.get_animated()]
    numbers = [int(word) for word in words if word]
    assert len(numbers) == shown
    assert (numbers[0], numbers[-1]) == (1, depth)


def test_the_norms_stand_where_they_are_measured():
    figure, signal = DepthFigure(), deep_signal(20)
    figure.show(signal)
    line = next(line for line in artists(figure)[0] if line.get_marker() == "o")
    np.testing.assert_allclose(line.get_ydata(), signal.gradient_norms)
    x = line.get_xdata()
    assert (np.diff(x) > 0).all()
    assert (x[0], x[-1]) == (0, SLOTS)


def test_the_histograms_hold_the_entries():
    figure, signal = DepthFigure(), deep_signal(2, "tanh", "Xavier")
    figure.show(signal)
    _, gradients, activations = artists(figure)
    for patch, values in zip(filled(activations), signal.activations, strict=True):
        heights = patch.get_xy()[:, 1]
        assert heights.min() <= values.min()
        assert heights.max() >= values.max()
        assert np.ptp(heights) < np.ptp(values) + 0.11
    sizes = np.abs(signal.weight_gradients[1])
    heights = filled(gradients)[1].get_xy()[:, 1]
    assert heights.max() >= sizes.max()
    assert heights.max() < 5 * sizes.max()


def test_what_is_beyond_the_axis_is_marked_at_its_ends():
    figure = DepthFigure()
    figure.show(deep_signal(50, "ReLU", "He", residual=True))
    up = next(line for line in artists(figure)[0] if line.get_marker() == "^")
    assert len(up.get_xdata()) > 20
    figure.show(deep_signal(50, "ReLU", "small"))
    down = next(line for line in artists(figure)[0] if line.get_marker() == "v")
    assert len(down.get_xdata()) == 51
    assert not len(up.get_xdata())


def test_entries_that_are_zero_lie_in_the_band_below():
    figure = DepthFigure()
    figure.show(deep_signal(2, "tanh", "zeros"))
    for patch in filled(artists(figure)[1]):
        assert patch.get_xy()[:, 1].max() < 1e-38


def test_the_guide_falls_by_the_slope_in_each_layer():
    figure, signal = DepthFigure(), deep_signal(10)
    figure.show(signal, slope=0.25)
    guide = next(line for line in artists(figure)[0] if line.get_linestyle() == ":")
    y = np.asarray(guide.get_ydata())
    np.testing.assert_allclose(y[:-1] / y[1:], 0.25)
    assert y[-1] == pytest.approx(signal.gradient_norms[-2])


def test_words_say_which_gradient_is_smaller():
    assert gradient_words(deep_signal(20)).endswith("4.7·10¹¹ times smaller")
    assert gradient_words(deep_signal(20, "ReLU", "He")).endswith("4.8 times larger")
    assert gradient_words(deep_signal(2, "tanh", "zeros")) == (
        "gradient norm 0 in layer 2, 0 in layer 1"
    )


def test_the_lab_offers_depths_from_2_to_50_and_every_switch():
    live = depth_lab()
    assert live.strategy == "table"
    first = live.caption
    live.depth = 50
    assert live.caption.startswith("50 hidden layers, sigmoid, Xavier weights: ")
    live.residual = True
    assert "residual connections" in live.caption
    for name, value in (("depth", 2), ("activation", "ReLU"), ("initializer", "zeros")):
        setattr(live, name, value)
        assert live.caption != first
        assert "not finite" not in live.caption
    live.close()


def test_the_products_of_the_figure_are_those_of_the_factors():
    live = slope_product(depth=20)
    assert "slopes × 2.8·10⁻¹³ (at most 9.1·10⁻¹³), weights × 1.1" in live.caption
    live.activation = "ReLU"
    assert "(at most 1)" in live.caption
    live.close()
