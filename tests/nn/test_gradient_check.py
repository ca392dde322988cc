"""Gradient checking: passes right layers, finds broken ones, and names the worst entry."""

import math

import numpy as np
import pytest

from course_lib.nn import (
    GELU,
    BatchNorm,
    Dense,
    Dropout,
    LayerNorm,
    LeakyReLU,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    binary_cross_entropy,
    gradient_check,
    hinge,
    huber,
    mae,
    mse,
    numerical_gradient,
    relative_error,
    softmax_cross_entropy,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 3))
TARGETS = {
    mse: RNG.normal(size=(6, 2)),
    mae: RNG.normal(size=(6, 2)),
    huber: 3 * RNG.normal(size=(6, 2)),
    hinge: RNG.choice([-1, 1], size=(6, 2)),
    binary_cross_entropy: RNG.uniform(size=(6, 2)),
    softmax_cross_entropy: RNG.integers(2, size=6),
}


def everything():
    return Network(
        [
            Dense(3, 5),
            BatchNorm(5),
            LeakyReLU(0.1),
            Dropout(0.3),
            Residual(Dense(5, 4), LayerNorm(4), GELU(), Dropout(0.2), Dense(4, 5)),
            Tanh(),
            Dense(5, 4),
            Sigmoid(),
            Dense(4, 4),
            Softmax(),
            Dense(4, 2),
        ],
        seed=1,
    )


class BrokenDense(Dense):
    """Its gradient of one weight is wrong."""

    def backward(self, grad_output):
        grad_x = super().backward(grad_output)
        self.dW[1, 0] += 0.01
        return grad_x


class ForgetfulTanh(Tanh):
    """Passes the gradient on without its own derivative."""

    def backward(self, grad_output):
        super().backward(grad_output)
        return np.asarray(grad_output)


@pytest.mark.parametrize("loss", TARGETS)
@pytest.mark.parametrize("training", [False, True])
def test_a_network_of_every_layer_passes_with_every_loss(loss, training):
    check = gradient_check(everything(), X, TARGETS[loss], loss, training=training)
    assert check, str(check)
    assert check.worst.relative_error <= 1e-6
    assert {block.name for block in check.blocks} == {*everything().blocks, "x"}


def test_a_wrong_gradient_is_found_and_its_entry_named():
    network = Network([Dense(3, 4, seed=0), Tanh(), BrokenDense(4, 2, seed=1), Tanh()])
    check = gradient_check(network, X, TARGETS[mse], mse)
    assert not check
    assert check.worst.name == "2.BrokenDense.W"
    assert check.worst.worst == (1, 0)
    assert check.worst.backprop - check.worst.numerical == pytest.approx(0.01, rel=1e-6)
    text = str(check)
    assert "FAILED: 2.BrokenDense.W is wrong, most at [1, 0]: backprop" in text
    assert f"numerical {check.worst.numerical:.8g}" in text
    right = {block.name for block in check.blocks if block.relative_error < 1e-6}
    assert right == {"0.Dense.W", "0.Dense.b", "2.BrokenDense.b", "x"}


def test_a_forgotten_derivative_spoils_what_lies_before_it_only():
    network = Network([Dense(3, 4, seed=0), ForgetfulTanh(), Dense(4, 2, seed=1)])
    check = gradient_check(network, X, TARGETS[mse], mse)
    wrong = {block.name for block in check.blocks if block.relative_error > 1e-6}
    assert wrong == {"0.Dense.W", "0.Dense.b", "x"}


def test_a_wrong_gradient_of_the_loss_is_found():
    def half(output, y):
        loss, gradient = mse(output, y)
        return loss, gradient / 2

    check = gradient_check(everything(), X, TARGETS[mse], half)
    assert not check
    assert check.worst.relative_error == pytest.approx(1 / 3, rel=1e-3)


def test_a_gradient_that_is_not_finite_fails():
    class Poisoned(Dense):
        def backward(self, grad_output):
            grad_x = super().backward(grad_output)
            self.dW[0, 1] = np.nan
            return grad_x

    # The first block passes, so that NaN must not hide behind it.
    network = Network([Dense(3, 4, seed=0), Poisoned(4, 2, seed=1)])
    check = gradient_check(network, X, TARGETS[mse], mse)
    assert not check
    assert check.worst.name == "1.Poisoned.W"
    assert check.worst.worst == (0, 1)
    assert math.isinf(check.worst.relative_error)


def test_a_passing_check_prints_a_table():
    lines = str(gradient_check(Network([Dense(3, 2)], seed=0), X, TARGETS[mse], mse)).split("\n")
    assert len(lines) == 4
    assert lines[0].startswith("0.Dense.W  relative error ")
    assert lines[0].endswith("(6 entries)")
    assert lines[-1] == "passed: every block is within 1e-06"


def test_the_network_is_left_as_it_was():
    network = everything()
    x, before = X.copy(), network.checkpoint()
    state = network.layers[3].rng.bit_generator.state
    gradient_check(network, x, TARGETS[mse], mse, training=True)
    for name, values in network.checkpoint().items():
        np.testing.assert_array_equal(values, before[name])
    assert network.layers[3].rng.bit_generator.state == state
    np.testing.assert_array_equal(x, X)


def test_the_network_is_left_as_it_was_when_the_loss_fails():
    network = everything()
    before = network.parameters.copy()
    calls = []

    def failing(output, y):
        calls.append(1)
        if len(calls) > 5:
            raise RuntimeError("enough")
        return mse(output, y)

    with pytest.raises(RuntimeError, match="enough"):
        gradient_check(network, X, TARGETS[mse], failing)
    np.testing.assert_array_equal(network.parameters, before)


def test_the_right_gradients_are_left_in_the_network():
    network = everything()
    gradient_check(network, X, TARGETS[mse], mse)
    found = network.gradients.copy()
    network.backward(mse(network.forward(X), TARGETS[mse])[1])
    np.testing.assert_allclose(found, network.gradients, rtol=1e-12)


def test_max_entries_checks_a_seeded_choice():
    network = Network([Dense(3, 4), Tanh(), Dense(4, 2)], seed=0)
    check = gradient_check(network, X, TARGETS[mse], mse, max_entries=5)
    assert [block.checked for block in check.blocks] == [5, 4, 5, 2, 5]
    again = gradient_check(network, X, TARGETS[mse], mse, max_entries=5)
    assert check == again


def test_a_network_without_parameters_has_its_input_checked():
    check = gradient_check(Network([Tanh()]), X, X, mse)
    assert check
    assert [block.name for block in check.blocks] == ["x"]


def test_a_bias_without_effect_passes():
    network = Network([Dense(3, 2), BatchNorm(2)], seed=0)
    assert gradient_check(network, X, TARGETS[mse], mse, training=True)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"network": Network([ReLU()], dtype=np.float32)}, TypeError, "needs a network in float64"),
        ({"x": np.zeros((2, 4))}, ValueError, r"x has shape \(2, 4\)"),
        ({"x": X + np.nan}, ValueError, r"x has shape \(6, 3\) and must hold finite"),
        ({"y": np.zeros((6, 3))}, ValueError, r"targets has shape \(6, 3\)"),
        ({"loss": lambda z, y: 1.0}, TypeError, "loss must return two things"),
        ({"loss": lambda z, y: (z[0], z)}, TypeError, r"the loss must be one number.*\(2,\)"),
        ({"epsilon": 0}, ValueError, "epsilon must be in"),
        ({"tolerance": math.nan}, ValueError, "tolerance must be in"),
        ({"max_entries": 0}, ValueError, "max_entries must be at least 1"),
    ],
)
def test_arguments_that_do_not_fit_are_named(change, error, message):
    arguments = {"network": everything(), "x": X, "y": TARGETS[mse], "loss": mse, **change}
    with pytest.raises(error, match=message):
        gradient_check(**arguments)


def test_a_first_layer_whose_gradient_has_another_shape_is_named():
    class Transposed(Dense):
        def backward(self, grad_output):
            return super().backward(grad_output).T

    with pytest.raises(ValueError, match=r"first layer returned has shape \(3, 6\).*x, \(6, 3\)"):
        gradient_check(Network([Transposed(3, 2)]), X, TARGETS[mse], mse)


def test_numerical_gradient_of_known_functions():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    before = x.copy()
    np.testing.assert_allclose(numerical_gradient(lambda v: np.sum(v**3), x), 3 * x**2, rtol=1e-8)
    np.testing.assert_array_equal(x, before)
    assert numerical_gradient(lambda v: v**2, 3) == pytest.approx(6)
    assert numerical_gradient(lambda v: np.sum(v**2), [1, 2]).tolist() == pytest.approx([2, 4])


def test_the_error_of_numerical_gradient_shrinks_with_the_square_of_epsilon():
    errors = [
        abs(float(numerical_gradient(np.exp, 1.0, epsilon=epsilon)) - math.e)
        for epsilon in (1e-2, 1e-3)
    ]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize(
    ("x", "epsilon", "message"),
    [([np.nan], 1e-5, "x has shape"), ([1.0], 0, "epsilon"), ([1.0], np.inf, "epsilon")],
)
def test_numerical_gradient_names_what_is_wrong(x, epsilon, message):
    with pytest.raises(ValueError, match=message):
        numerical_gradient(np.sum, x, epsilon=epsilon)


def test_numerical_gradient_needs_a_function_of_one_value():
    with pytest.raises(TypeError, match=r"must be one number, but it is an array of shape \(2,\)"):
        numerical_gradient(np.square, [1.0, 2.0])


@pytest.mark.parametrize(
    ("gradient", "reference", "error"),
    [
        ([3.0, 4.0], [3.0, 4.0], 0),
        ([3.0, 4.0], [0.0, 0.0], 1),
        ([1.0], [-1.0], 1),
        ([2.0], [1.0], 1 / 3),
        ([0.0], [0.0], 0),
        ([1e300], [2e300], 1 / 3),
    ],
)
def test_relative_error_known_values(gradient, reference, error):
    assert relative_error(gradient, reference) == pytest.approx(error, abs=1e-15)


def test_relative_error_names_what_is_wrong():
    with pytest.raises(ValueError, match=r"gradient has shape \(2,\).*reference, \(3,\)"):
        relative_error(np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match=r"reference .* must hold finite"):
        relative_error([1.0], [np.nan])
