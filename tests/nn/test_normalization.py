"""BatchNorm and LayerNorm: known values, running averages, invariances, PyTorch.

Finite differences, types and wrong shapes are in test_layers.py, together with all layers.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import BatchNorm, Dense, LayerNorm, Network

X = np.random.default_rng(2).normal(3, 2, size=(6, 4))


def test_batchnorm_known_values():
    layer = BatchNorm(2, epsilon=1e-12)
    layer.gamma, layer.beta = [1, 10], [0, 5]
    a = layer.forward([[0, 1], [4, 3]], training=True)
    np.testing.assert_allclose(a, [[-1, -5], [1, 15]])
    np.testing.assert_allclose(layer.backward([[1, 2], [0, 1]]), 0, atol=1e-9)
    np.testing.assert_allclose(layer.dgamma, [-1, -1])
    np.testing.assert_allclose(layer.dbeta, [1, 3])


def test_layernorm_known_values():
    layer = LayerNorm(2, epsilon=1e-12)
    layer.gamma, layer.beta = [1, 10], [0, 5]
    np.testing.assert_allclose(layer.forward([[0, 2], [7, 3]]), [[-1, 15], [1, -5]])
    layer.backward([[1, 2], [0, 1]])
    np.testing.assert_allclose(layer.dgamma, [-1, 1])
    np.testing.assert_allclose(layer.dbeta, [1, 3])


def test_batchnorm_running_averages_use_the_unbiased_variance():
    layer = BatchNorm(1, momentum=0.25)
    layer.forward([[0], [4]], training=True)
    assert layer.state["running_mean"].tolist() == [0.25 * 2]
    assert layer.state["running_variance"].tolist() == [0.75 + 0.25 * 8]


def test_batchnorm_predicts_with_its_running_averages_and_leaves_them():
    layer = BatchNorm(1, momentum=1.0, epsilon=1e-12)
    layer.forward([[0], [4]], training=True)
    state = {name: values.copy() for name, values in layer.state.items()}
    np.testing.assert_allclose(layer.forward([[6]]), [[4 / np.sqrt(8)]])
    np.testing.assert_allclose(layer.backward([[1]]), [[1 / np.sqrt(8)]])
    assert layer.state == state


def test_batchnorm_refuses_a_single_row_in_training_only():
    layer = BatchNorm(4)
    with pytest.raises(ValueError, match=r"x has shape \(1, 4\).*at least 2 rows in training"):
        layer.forward(X[:1], training=True)
    assert layer.forward(X[:1]).shape == (1, 4)


def test_a_constant_column_gives_beta():
    x = np.full((3, 2), 7.0)
    for layer in (BatchNorm(2), LayerNorm(2)):
        layer.beta = [1, 2]
        np.testing.assert_allclose(layer.forward(x, training=True), [[1, 2]] * 3)
        assert np.isfinite(layer.backward(np.ones((3, 2)))).all()


@given(st.floats(0.5, 100), st.floats(-100, 100))
def test_batchnorm_ignores_scale_and_shift_of_a_feature(scale, shift):
    expected = BatchNorm(4, epsilon=1e-12).forward(X, training=True)
    found = BatchNorm(4, epsilon=1e-12).forward(scale * X + shift, training=True)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


@given(st.floats(0.5, 100), st.floats(-100, 100))
def test_layernorm_ignores_scale_and_shift_of_an_example(scale, shift):
    layer = LayerNorm(4, epsilon=1e-12)
    expected = layer.forward(X)
    np.testing.assert_allclose(layer.forward(scale * X + shift), expected, rtol=1e-6, atol=1e-9)


def test_layernorm_treats_each_example_alone():
    layer = LayerNorm(4)
    one_by_one = np.concatenate([layer.forward(row[None, :]) for row in X])
    np.testing.assert_array_equal(layer.forward(X, training=True), one_by_one)


def test_initialize_forgets_what_was_learned():
    layer = BatchNorm(4)
    layer.gamma, layer.beta = 2 * np.ones(4), np.ones(4)
    layer.forward(X, training=True)
    layer.initialize(np.random.default_rng(0))
    np.testing.assert_array_equal(layer.forward(X), BatchNorm(4).forward(X))


def test_running_averages_stay_in_float64_in_a_float32_network():
    network = Network([Dense(4, 3), BatchNorm(3)], seed=0, dtype=np.float32)
    assert network.forward(X, training=True).dtype == np.float32
    assert network.layers[1].state["running_mean"].dtype == np.float64
    assert network.forward(X).dtype == np.float32


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BatchNorm(0), "n_features must be at least 1"),
        (lambda: LayerNorm(-3), "n_features must be at least 1"),
        (lambda: BatchNorm(3, momentum=0), r"momentum must be in \(0, 1\]"),
        (lambda: BatchNorm(3, momentum=1.5), r"momentum must be in \(0, 1\]"),
        (lambda: LayerNorm(3, epsilon=0), "epsilon must be in"),
    ],
)
def test_arguments_out_of_range_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("kind", ["BatchNorm", "LayerNorm"])
def test_training_and_prediction_agree_with_pytorch(kind, torch):
    rng = np.random.default_rng(4)
    gamma, beta = rng.normal(size=(2, 4))
    if kind == "BatchNorm":
        ours, theirs = BatchNorm(4), torch.nn.BatchNorm1d(4, dtype=torch.float64)
    else:
        ours, theirs = LayerNorm(4), torch.nn.LayerNorm(4, dtype=torch.float64)
    ours.gamma, ours.beta = gamma, beta
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(gamma))
        theirs.bias.copy_(torch.tensor(beta))
    for training in (True, True, False):
        x, g = rng.normal(size=(2, 7, 4))
        theirs.train(training).zero_grad()
        x_torch = torch.tensor(x, requires_grad=True)
        output = theirs(x_torch)
        output.backward(torch.tensor(g))
        np.testing.assert_allclose(ours.forward(x, training), output.detach().numpy(), atol=1e-12)
        np.testing.assert_allclose(ours.backward(g), x_torch.grad.numpy(), atol=1e-12)
        np.testing.assert_allclose(ours.dgamma, theirs.weight.grad.numpy(), atol=1e-12)
        np.testing.assert_allclose(ours.dbeta, theirs.bias.grad.numpy(), atol=1e-12)
    if kind == "BatchNorm":
        np.testing.assert_allclose(ours.state["running_mean"], theirs.running_mean.numpy())
        np.testing.assert_allclose(ours.state["running_variance"], theirs.running_var.numpy())
