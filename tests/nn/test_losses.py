"""Losses: known values, finite differences, extremes, and clear errors."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib.nn import (
    binary_cross_entropy,
    hinge,
    huber,
    mae,
    mse,
    numerical_gradient,
    relative_error,
    softmax_cross_entropy,
)

RNG = np.random.default_rng(0)
REGRESSION = [mse, mae, huber]
PAIRED = [*REGRESSION, hinge, binary_cross_entropy]


def example(loss, shape):
    """Outputs and fitting targets."""
    outputs = RNG.normal(size=shape)
    if loss is hinge:
        return outputs, RNG.choice([-1, 1], size=shape)
    if loss is binary_cross_entropy:
        return outputs, RNG.uniform(size=shape)
    if loss is softmax_cross_entropy:
        return outputs, RNG.integers(shape[1], size=shape[0])
    return outputs, RNG.normal(size=shape)


@pytest.mark.parametrize(
    ("loss", "outputs", "targets", "value", "gradient"),
    [
        (mse, [1.0, 2.0], [1.0, 4.0], 2.0, [0.0, -2.0]),
        (mae, [1.0, 2.0], [1.0, 4.0], 1.0, [0.0, -0.5]),
        (huber, [0.5, 4.0], [0.0, 0.0], (0.125 + 3.5) / 2, [0.25, 0.5]),
        (hinge, [0.5, 2.0], [1, 1], 0.25, [-0.5, 0.0]),
        (binary_cross_entropy, [0.0, 0.0], [1, 0], math.log(2), [-0.25, 0.25]),
    ],
)
def test_known_values(loss, outputs, targets, value, gradient):
    found, found_gradient = loss(outputs, targets)
    assert found == pytest.approx(value)
    np.testing.assert_allclose(found_gradient, gradient)


def test_softmax_cross_entropy_of_equal_logits_is_log_of_the_number_of_classes():
    loss, gradient = softmax_cross_entropy(np.zeros((4, 10)), [0, 3, 9, 5])
    assert loss == pytest.approx(math.log(10))
    assert gradient[0, 0] == pytest.approx((0.1 - 1) / 4)
    assert gradient[0, 1] == pytest.approx(0.1 / 4)


@pytest.mark.parametrize("loss", [*PAIRED, softmax_cross_entropy])
@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (5, 3)])
def test_gradient_agrees_with_finite_differences(loss, shape):
    outputs, targets = example(loss, shape)
    numerical = numerical_gradient(lambda z: loss(z, targets)[0], outputs)
    assert relative_error(loss(outputs, targets)[1], numerical) <= 1e-6


def test_probability_labels_and_class_numbers_agree():
    logits, labels = example(softmax_cross_entropy, (6, 4))
    loss, gradient = softmax_cross_entropy(logits, labels)
    loss_rows, gradient_rows = softmax_cross_entropy(logits, np.eye(4)[labels])
    assert loss_rows == pytest.approx(loss)
    np.testing.assert_allclose(gradient_rows, gradient)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropies_are_finite_at_logits_1e4(dtype):
    logits = np.array([[1e4, -1e4], [-1e4, 1e4]], dtype)
    loss, gradient = softmax_cross_entropy(logits, [1, 1])
    assert loss == pytest.approx(1e4)
    np.testing.assert_allclose(gradient, [[0.5, -0.5], [0, 0]])
    loss, gradient = binary_cross_entropy(logits, np.array([[1, 1], [1, 1]]))
    assert loss == pytest.approx(5e3)
    np.testing.assert_allclose(gradient, [[0, -0.25], [-0.25, 0]])
    assert gradient.dtype == dtype


@given(arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 4)),
              elements=st.floats(-1e4, 1e4)))  # fmt: skip
def test_softmax_cross_entropy_gradient_rows_sum_to_zero(logits):
    loss, gradient = softmax_cross_entropy(logits, np.zeros(len(logits), int))
    assert loss >= 0
    assert np.abs(gradient.sum(axis=1)).max() < 1e-12


def test_one_class_has_no_loss_and_no_gradient():
    loss, gradient = softmax_cross_entropy([[3.0], [-2.0]], [0, 0])
    assert loss == 0
    assert not gradient.any()


@pytest.mark.parametrize("loss", PAIRED)
def test_integers_and_non_contiguous_arrays_give_the_same(loss):
    outputs = np.array([[3, -2, 1, 0], [0, 1, 2, -3]])
    targets = np.ones((2, 4), int)
    expected, gradient = loss(outputs.astype(float), targets.astype(float))
    found, found_gradient = loss(outputs, targets)
    assert found == expected
    transposed, transposed_gradient = loss(np.asfortranarray(outputs), targets)
    assert transposed == pytest.approx(expected)
    np.testing.assert_array_equal(found_gradient, gradient)
    np.testing.assert_array_equal(transposed_gradient, gradient)


@pytest.mark.parametrize("loss", [*PAIRED, softmax_cross_entropy])
def test_arguments_are_not_changed(loss):
    outputs, targets = example(loss, (4, 3))
    before = outputs.copy(), targets.copy()
    loss(outputs, targets)
    np.testing.assert_array_equal(outputs, before[0])
    np.testing.assert_array_equal(targets, before[1])


@pytest.mark.parametrize("loss", PAIRED)
def test_shapes_that_would_broadcast_are_refused(loss):
    with pytest.raises(ValueError, match=r"has shape \(3,\), but it needs .*\(3, 1\)"):
        loss(np.zeros((3, 1)), np.ones(3))


@pytest.mark.parametrize("loss", PAIRED)
def test_empty_batch_is_refused(loss):
    with pytest.raises(ValueError, match=r"shape \(0, 2\).*empty"):
        loss(np.zeros((0, 2)), np.zeros((0, 2)))


@pytest.mark.parametrize(
    ("logits", "labels", "error", "message"),
    [
        (np.zeros((0, 3)), [], ValueError, r"logits has shape \(0, 3\)"),
        (np.zeros(3), [0], ValueError, r"logits has shape \(3,\)"),
        (np.zeros((2, 3)), [0, 3], ValueError, r"from 0 to 2 .* holds 3"),
        (np.zeros((2, 3)), [0, -1], ValueError, r"holds -1"),
        (np.zeros((2, 3)), [0.0, 1.0], TypeError, r"integer type, not float64"),
        (np.zeros((2, 3)), [[0], [1]], ValueError, r"labels\.ravel"),
        (np.zeros((2, 3)), [0, 1, 2], ValueError, r"labels has shape \(3,\)"),
        (np.zeros((1, 3)), [[0.5, 0.2, 0.2]], ValueError, r"row 0 sums to 0\.9"),
        (np.zeros((1, 2)), [[1.5, -0.5]], ValueError, r"lie in \[0, 1\].*-0\.5"),
        ([[0.0, np.nan]], [0], ValueError, r"logits has shape \(1, 2\).*nan at \[0, 1\]"),
        (None, [0], TypeError, r"logits must be .* not None"),
        ([[0.0, 1.0], [2.0]], [0, 1], TypeError, r"logits must be a rectangular array"),
    ],
)
def test_softmax_cross_entropy_names_what_is_wrong(logits, labels, error, message):
    with pytest.raises(error, match=message):
        softmax_cross_entropy(logits, labels)


def test_hinge_names_labels_of_the_other_convention():
    with pytest.raises(ValueError, match=r"only −1 and \+1.*2 \* labels - 1"):
        hinge([1.0, 2.0], [0, 1])


def test_huber_refuses_a_delta_of_zero():
    with pytest.raises(ValueError, match="delta"):
        huber([1.0], [2.0], delta=0)


@pytest.mark.parametrize("loss", [*PAIRED, softmax_cross_entropy])
def test_losses_agree_with_pytorch(loss, torch):
    functional = torch.nn.functional
    peers = {
        mse: functional.mse_loss,
        mae: functional.l1_loss,
        huber: functional.huber_loss,
        hinge: lambda s, y: torch.relu(1 - y * s).mean(),
        binary_cross_entropy: functional.binary_cross_entropy_with_logits,
        softmax_cross_entropy: functional.cross_entropy,
    }
    outputs, targets = example(loss, (7, 5))
    z = torch.tensor(outputs, requires_grad=True)
    y = torch.tensor(targets if loss is softmax_cross_entropy else targets.astype(float))
    value = peers[loss](z, y)
    value.backward()
    found, gradient = loss(outputs, targets)
    assert found == pytest.approx(float(value.detach()), rel=1e-12)
    np.testing.assert_allclose(gradient, z.grad.numpy(), atol=1e-15)
