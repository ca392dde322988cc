"""Layers: known values, finite differences, any shape and type, and clear errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.nn import (
    GELU,
    BatchNorm,
    Dense,
    Dropout,
    Layer,
    LayerNorm,
    LeakyReLU,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    he_uniform,
    normal,
    numerical_gradient,
    relative_error,
    zeros,
)

ACTIVATIONS = [Sigmoid, Tanh, ReLU, LeakyReLU, GELU, Softmax]

# Each makes a layer from 3 to 3 features.
LAYERS = {
    "Dense": lambda: Dense(3, 3, seed=0),
    "Dense without b": lambda: Dense(3, 3, seed=0, bias=False),
    **{layer.__name__: layer for layer in ACTIVATIONS},
    "LeakyReLU(0.2)": lambda: LeakyReLU(0.2),
    "Dropout": lambda: Dropout(0.4, seed=0),
    "BatchNorm": lambda: BatchNorm(3),
    "LayerNorm": lambda: LayerNorm(3),
    "Residual": lambda: Residual(Dense(3, 4, seed=1), Tanh(), Dense(4, 3, seed=2)),
    "nested Residual": lambda: Residual(Residual(Dense(3, 3, seed=1), Tanh()), LayerNorm(3)),
}
each_layer = pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)


def all_layers(layer):
    yield layer
    for inner in layer.sublayers:
        yield from all_layers(inner)


def assert_backward_is_right(layer, x, training):
    """Compare backward with finite differences of Σ G ⊙ forward(x), G random."""
    masks = [(inner.rng, inner.rng.bit_generator.state) for inner in all_layers(layer) if inner.rng]

    def output(values):
        for rng, state in masks:
            rng.bit_generator.state = state
        return layer.forward(values, training)

    g = np.random.default_rng(77).normal(size=output(x).shape)
    grad_x = layer.backward(g)
    assert relative_error(grad_x, numerical_gradient(lambda v: np.sum(g * output(v)), x)) <= 1e-6
    for inner in all_layers(layer):
        for name, values in inner.parameters.items():
            gradient = inner.gradients[name].copy()
            start = values.copy()

            def loss_at(v, values=values):
                values[...] = v
                return np.sum(g * output(x))

            numerical = numerical_gradient(loss_at, start)
            values[...] = start
            assert relative_error(gradient, numerical) <= 1e-6, f"{name} of {inner!r}"


@each_layer
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("n", [3, 5])
def test_backward_agrees_with_finite_differences(make, training, n):
    assert_backward_is_right(make(), np.random.default_rng(n).normal(size=(n, 3)), training)


@each_layer
def test_backward_agrees_with_finite_differences_for_a_single_row(make):
    x = np.random.default_rng(9).normal(size=(1, 3))
    assert_backward_is_right(make(), x, training=not isinstance(make(), BatchNorm))


@settings(max_examples=25)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.booleans(), st.integers(0, 99))
def test_dense_is_right_for_any_shape(n, n_in, n_out, bias, seed):
    layer = Dense(n_in, n_out, seed=seed, bias=bias)
    assert_backward_is_right(layer, np.random.default_rng(seed).normal(size=(n, n_in)), False)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_gradient_of_a_single_row_is_the_product_of_each_input_with_each_output(dtype):
    rng = np.random.default_rng(4)
    network = Network([Dense(40, 30)], dtype=np.float32)
    layer = network.layers[0]
    x, grad_output = rng.normal(size=(1, 40)).astype(np.float32), rng.normal(size=(1, 30))
    x[0, ::3] = 0
    grad_output = grad_output.astype(dtype)
    layer.forward(x)
    layer.backward(grad_output)
    np.testing.assert_array_equal(layer.dW, np.outer(x, grad_output).astype(np.float32))
    # Zeros are printed as 0, not as −0, like those of a larger batch.
    assert not np.signbit(layer.dW[::3]).any()
    assert network.gradients[: 40 * 30].tolist() == layer.dW.ravel().tolist()


def test_dense_known_values():
    layer = Dense(2, 2)
    layer.W, layer.b = [[1, 2], [3, 4]], [10, 20]
    z = layer.forward([[1, 0], [1, 1]])
    assert z.tolist() == [[11, 22], [14, 26]]
    grad_x = layer.backward([[1, 0], [0, 10]])
    assert layer.dW.tolist() == [[1, 10], [0, 10]]
    assert layer.db.tolist() == [1, 10]
    assert grad_x.tolist() == [[1, 3], [20, 40]]


@pytest.mark.parametrize(
    ("layer", "output", "gradient"),
    [
        (Sigmoid(), [0.75, 0.5, 0.25], [0.1875, 0.25, 0.1875]),
        (Tanh(), [0.8, 0, -0.8], [0.36, 1, 0.36]),
        (ReLU(), [np.log(3), 0, 0], [1, 0, 0]),
        (LeakyReLU(0.5), [np.log(3), 0, -np.log(3) / 2], [1, 0.5, 0.5]),
        (Softmax(), [9 / 13, 3 / 13, 1 / 13], [0, 0, 0]),
    ],
)
def test_activation_layers_known_values_with_the_convention_at_zero(layer, output, gradient):
    x = np.array([[np.log(3), 0, -np.log(3)]])
    np.testing.assert_allclose(layer.forward(x)[0], output, atol=1e-15)
    np.testing.assert_allclose(layer.backward(np.ones((1, 3)))[0], gradient, atol=1e-15)


def test_softmax_layer_backward_is_the_jacobian_of_softmax():
    layer = Softmax()
    p = layer.forward([[0.3, -1.0, 2.0]])[0]
    jacobian = np.diag(p) - np.outer(p, p)
    for column, g in zip(jacobian.T, np.eye(3), strict=True):
        np.testing.assert_allclose(layer.backward(g[None, :])[0], column)


@pytest.mark.parametrize("make", [*ACTIVATIONS, lambda: LayerNorm(2), lambda: BatchNorm(2)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_inputs_of_1e4_give_finite_outputs_and_gradients(make, dtype):
    layer = make()
    x = np.array([[1e4, -1e4], [-1e4, 1e4], [1e4, 1e4]], dtype)
    assert np.isfinite(layer.forward(x, training=True)).all()
    assert np.isfinite(layer.backward(np.ones((3, 2), dtype))).all()


@pytest.mark.parametrize("layer", [ReLU(), LeakyReLU(), GELU()])
def test_the_positive_side_does_not_saturate(layer):
    layer.forward([[1e4, 1e300]])
    assert layer.backward([[1.0, 1.0]]).tolist() == [[1, 1]]


@each_layer
def test_backward_twice_gives_the_same(make):
    layer = make()
    layer.forward(np.random.default_rng(0).normal(size=(4, 3)), training=True)
    g = np.ones((4, 3))
    first = layer.backward(g)
    gradients = {name: values.copy() for name, values in layer.gradients.items()}
    np.testing.assert_array_equal(layer.backward(g), first)
    for name, values in layer.gradients.items():
        np.testing.assert_array_equal(values, gradients[name])


@each_layer
def test_inputs_and_gradients_given_are_not_changed(make):
    layer = make()
    x, g = np.random.default_rng(0).normal(size=(2, 4, 3))
    before_x, before_g = x.copy(), g.copy()
    x.flags.writeable = g.flags.writeable = False
    layer.forward(x, training=True)
    layer.backward(g)
    np.testing.assert_array_equal(x, before_x)
    np.testing.assert_array_equal(g, before_g)


@each_layer
def test_any_array_like_of_real_numbers_gives_the_same(make):
    x = np.array([[-2, 0, 1], [3, -1, 0], [1, 1, -4]])
    g = np.array([[1, 2, 0], [0, -1, 3], [1, 0, 1]])
    wide = np.zeros((3, 6))
    wide[:, ::2] = x

    def run(x, g):
        layer = make()
        return layer.forward(x, True), layer.backward(g)

    output, gradient = run(x.astype(float), g.astype(float))
    for same in (x, x.tolist(), x.astype(np.int16), np.asfortranarray(x), wide[:, ::2]):
        found, found_gradient = run(same, np.asfortranarray(g))
        np.testing.assert_allclose(found, output, rtol=1e-14)
        np.testing.assert_allclose(found_gradient, gradient, atol=1e-14)


@pytest.mark.parametrize("make", [*ACTIVATIONS, lambda: Dropout(0.5)])
def test_layers_without_parameters_keep_the_type_of_their_input(make):
    layer = make()
    x = np.ones((2, 3), np.float32)
    assert layer.forward(x, training=True).dtype == np.float32
    assert layer.backward(x).dtype == np.float32
    assert not layer.parameters


@each_layer
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (np.zeros(3), ValueError, r"x has shape \(3,\), but .* needs \(batch, .*x\[None, :\]"),
        (np.zeros((2, 3, 1)), ValueError, r"x has shape \(2, 3, 1\).*x\.reshape"),
        (np.zeros((0, 3)), ValueError, r"x has shape \(0, 3\): the batch is empty"),
        ([[1.0, np.nan, 0.0]], ValueError, r"x has shape \(1, 3\).*nan at \[0, 1\]"),
        ([[1.0, 2.0, -np.inf]], ValueError, r"x has shape \(1, 3\).*-inf at \[0, 2\]"),
        ([["1", "2", "3"]], TypeError, r"x must be an array of real numbers"),
        (None, TypeError, r"x must be .* not None"),
        ([[1, 2, 3], [4, 5]], TypeError, r"x must be a rectangular array"),
    ],
)
def test_forward_names_what_is_wrong_with_x(make, x, error, message):
    with pytest.raises(error, match=message):
        make().forward(x)


@pytest.mark.parametrize("make", ACTIVATIONS)
def test_a_batch_without_features_is_refused(make):
    with pytest.raises(ValueError, match=r"x has shape \(2, 0\): there are no columns"):
        make().forward(np.zeros((2, 0)))


@pytest.mark.parametrize("name", ["Dense", "BatchNorm", "LayerNorm", "Residual"])
def test_forward_names_the_shape_it_needs(name):
    with pytest.raises(ValueError, match=r"x has shape \(2, 4\), but .* needs \(batch, 3\)"):
        LAYERS[name]().forward(np.zeros((2, 4)))


@each_layer
def test_backward_names_what_is_wrong_with_grad_output(make):
    layer = make()
    with pytest.raises(RuntimeError, match=r"call forward\(x\) before backward"):
        layer.backward(np.zeros((2, 3)))
    layer.forward(np.arange(6.0).reshape(2, 3), training=True)
    with pytest.raises(ValueError, match=r"grad_output has shape \(3,\), but .*\(2, 3\)"):
        layer.backward(np.zeros(3))
    with pytest.raises(ValueError, match=r"grad_output has shape \(2, 3\).*nan at \[0, 0\]"):
        layer.backward(np.full((2, 3), np.nan))
    with pytest.raises(TypeError, match="grad_output must be"):
        layer.backward(None)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((0, 2), {}, ValueError, "n_in must be at least 1, not 0"),
        ((2, -1), {}, ValueError, "n_out must be at least 1, not -1"),
        ((2.0, 2), {}, TypeError, "n_in must be a whole number"),
        ((2, "2"), {}, TypeError, "n_out must be a whole number"),
        ((2, True), {}, TypeError, "n_out must be a whole number"),
        ((2, 2), {"initializer": "he"}, TypeError, "initializer must be a function"),
        ((2, 1), {"initializer": lambda s, r: np.ones(2)}, ValueError, r"shape \(2, 1\).*\(2,\)"),
    ],
)
def test_dense_names_what_is_wrong(arguments, options, error, message):
    with pytest.raises(error, match=message):
        Dense(*arguments, **options)


def test_dense_draws_from_its_initializer_and_seed():
    w = Dense(4, 3, seed=7).W
    np.testing.assert_array_equal(Dense(4, 3, seed=np.random.default_rng(7)).W, w)
    assert not np.array_equal(Dense(4, 3, seed=8).W, w)
    assert not Dense(4, 3, initializer=zeros).W.any()
    assert not np.array_equal(Dense(4, 3, initializer=he_uniform, seed=7).W, w)
    assert np.abs(Dense(50, 50, initializer=normal(1e-3), seed=0).W).max() < 1e-2
    assert not Dense(4, 3, seed=7).b.any()


def test_dense_without_bias_has_no_b():
    layer = Dense(2, 3, bias=False)
    assert list(layer.parameters) == ["W"]
    assert layer.forward(np.zeros((1, 2))).tolist() == [[0, 0, 0]]
    with pytest.raises(AttributeError, match=r"bias=False\) has no b"):
        _ = layer.b
    assert not hasattr(layer, "db")


def test_assigning_weights_copies_in_place():
    layer = Dense(2, 2)
    array = layer.W
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    layer.W = values
    values[0, 0] = 99
    assert layer.W is array
    assert array.tolist() == [[1, 2], [3, 4]]
    layer.W = layer.W.T
    assert array.tolist() == [[1, 3], [2, 4]]
    layer.W -= 1
    assert array.tolist() == [[0, 2], [1, 3]]
    layer.dW = np.ones((2, 2))
    assert layer.gradients["W"].all()


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (np.zeros((3, 2)), ValueError, r"W of Dense\(2, 3\) has shape \(2, 3\).*\(3, 2\)"),
        (0.0, ValueError, r"has shape \(2, 3\).*shape \(\)"),
        (np.zeros((2, 3)) + 1j, TypeError, "must be real numbers, not values of type complex128"),
        ([[1, 2, 3], [4]], TypeError, r"W of Dense\(2, 3\) must be a rectangular array"),
    ],
)
def test_assigning_other_than_fitting_numbers_is_refused(values, error, message):
    layer = Dense(2, 3, seed=0)
    before = layer.W.copy()
    with pytest.raises(error, match=message):
        layer.W = values
    np.testing.assert_array_equal(layer.W, before)


def test_dropout_zeroes_its_rate_and_scales_up_the_rest():
    layer = Dropout(0.25, seed=0)
    a = layer.forward(np.ones((400, 100)), training=True)
    dropped = a == 0
    assert np.mean(dropped) == pytest.approx(0.25, abs=0.01)
    np.testing.assert_allclose(a[~dropped], 1 / 0.75)
    np.testing.assert_array_equal(layer.backward(np.ones((400, 100))), a)


def test_dropout_draws_a_new_mask_each_time_and_the_same_from_the_same_seed():
    x = np.ones((5, 20))
    layer = Dropout(0.5, seed=3)
    first, second = layer.forward(x, True), layer.forward(x, True)
    assert not np.array_equal(first, second)
    again = Dropout(0.5, seed=np.random.default_rng(3))
    np.testing.assert_array_equal(again.forward(x, True), first)
    np.testing.assert_array_equal(again.forward(x, True), second)


@pytest.mark.parametrize(("rate", "training"), [(0, True), (0.5, False)])
def test_dropout_is_the_identity_in_prediction_and_at_rate_zero(rate, training):
    x = np.arange(6.0).reshape(2, 3)
    layer = Dropout(rate, seed=0)
    np.testing.assert_array_equal(layer.forward(x, training), x)
    np.testing.assert_array_equal(layer.backward(x), x)


@pytest.mark.parametrize("rate", [1, 1.0, -0.1, np.nan, 2])
def test_dropout_refuses_rates_outside_0_to_1(rate):
    with pytest.raises(ValueError, match=r"rate must be in \[0, 1\)"):
        Dropout(rate)


@pytest.mark.parametrize("rate", [None, "0.5", [0.5], True])
def test_dropout_refuses_what_is_no_number(rate):
    with pytest.raises(TypeError, match="rate must be a number"):
        Dropout(rate)


def test_leaky_relu_layer_refuses_a_slope_of_zero():
    with pytest.raises(ValueError, match="slope"):
        LeakyReLU(0)


def test_residual_adds_its_input_and_passes_the_gradient_on():
    inner = Dense(2, 2, seed=0)
    layer = Residual(inner)
    inner.W, inner.b = [[0, 2], [0, 0]], [1, 0]
    assert layer.forward([[3, 4]]).tolist() == [[4, 10]]
    assert layer.backward([[1, 1]]).tolist() == [[3, 1]]
    inner.W, inner.b = np.zeros((2, 2)), np.zeros(2)
    assert layer.forward([[3, 4]]).tolist() == [[3, 4]]
    assert layer.backward([[5, 6]]).tolist() == [[5, 6]]


@pytest.mark.parametrize(
    ("layers", "error", "message"),
    [
        ((), ValueError, "Residual needs at least one layer"),
        ((Dense(2, 3),), ValueError, "2 go in and 3 come out"),
        ((ReLU(), Dense(2, 3)), ValueError, "2 go in and 3 come out"),
        ((Dense(2, 3), Dense(2, 2)), ValueError, r"layer 1, Dense\(2, 2\), needs 2 .* gives 3"),
        ((ReLU,), TypeError, r"not a layer\. Write ReLU\(\)\."),
    ],
)
def test_residual_refuses_layers_that_do_not_fit(layers, error, message):
    with pytest.raises(error, match=message):
        Residual(*layers)


def test_residual_of_layers_of_any_width_takes_any_width():
    layer = Residual(ReLU(), Dropout(0.5))
    assert layer.forward([[1.0, -1.0]]).tolist() == [[2, -1]]
    assert layer.forward([[1.0]]).tolist() == [[2]]


def test_a_layer_of_ones_own_needs_forward_and_backward():
    class Nothing(Layer):
        pass

    with pytest.raises(NotImplementedError, match=r"Nothing must define forward"):
        Nothing().forward([[1.0]])
    with pytest.raises(NotImplementedError, match=r"Nothing must define backward"):
        Nothing().backward([[1.0]])


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Dense(2, 3), "Dense(2, 3)"),
        (Dense(2, 3, bias=False), "Dense(2, 3, bias=False)"),
        (ReLU(), "ReLU()"),
        (LeakyReLU(0.2), "LeakyReLU(0.2)"),
        (Dropout(0.5), "Dropout(0.5)"),
        (Residual(Dense(2, 2), Tanh()), "Residual(Dense(2, 2), Tanh())"),
        (BatchNorm(4), "BatchNorm(4)"),
    ],
)
def test_layers_print_how_they_were_made(layer, text):
    assert repr(layer) == text
