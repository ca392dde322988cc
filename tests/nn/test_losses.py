"""Losses: known values, finite differences, extremes, and clear errors."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given, settings
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
    softmax,
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


def test_huber_is_quadratic_up_to_delta_and_linear_beyond():
    loss, gradient = huber([1.0, -5.0], [0.0, 0.0], delta=2.0)
    assert loss == pytest.approx((0.5 + 2 * (5 - 1)) / 2)
    np.testing.assert_allclose(gradient, [0.5, -1.0])
    errors, targets = 3 * RNG.normal(size=(4, 3)), np.zeros((4, 3))
    numerical = numerical_gradient(lambda p: huber(p, targets, delta=0.7)[0], errors)
    assert relative_error(huber(errors, targets, delta=0.7)[1], numerical) <= 1e-6


def test_at_their_kinks_losses_take_the_slope_they_document():
    assert mae([1.0], [1.0])[1].tolist() == [0]
    assert hinge([1.0, -1.0], [1, -1])[1].tolist() == [0, 0]


def test_gradient_with_probability_labels_agrees_with_finite_differences():
    logits = RNG.normal(size=(5, 4))
    labels = RNG.dirichlet(np.ones(4), size=5)
    numerical = numerical_gradient(lambda z: softmax_cross_entropy(z, labels)[0], logits)
    assert relative_error(softmax_cross_entropy(logits, labels)[1], numerical) <= 1e-6


def test_binary_cross_entropy_is_softmax_cross_entropy_with_a_second_logit_of_zero():
    logits, labels = RNG.normal(size=6), RNG.integers(2, size=6)
    two = np.stack([np.zeros(6), logits], axis=1)
    loss, gradient = binary_cross_entropy(logits, labels)
    expected, expected_gradient = softmax_cross_entropy(two, labels)
    assert loss == pytest.approx(expected)
    np.testing.assert_allclose(gradient, expected_gradient[:, 1])


@pytest.mark.parametrize("loss", [*PAIRED, softmax_cross_entropy])
def test_the_mean_makes_a_batch_twice_over_cost_the_same(loss):
    outputs, targets = example(loss, (5, 3))
    once, gradient = loss(outputs, targets)
    twice, halves = loss(np.concatenate([outputs] * 2), np.concatenate([targets] * 2))
    assert twice == pytest.approx(once)
    np.testing.assert_allclose(halves[:5], gradient / 2)


@pytest.mark.parametrize("loss", [*PAIRED, softmax_cross_entropy])
def test_a_perfect_answer_costs_nothing(loss):
    perfect = {
        hinge: ([[5.0, -5.0]], [[1, -1]]),
        binary_cross_entropy: ([[1e4, -1e4]], [[1, 0]]),
        softmax_cross_entropy: ([[1e4, -1e4]], [0]),
    }
    outputs, targets = perfect.get(loss, ([[5.0, -5.0]], [[5.0, -5.0]]))
    value, gradient = loss(outputs, targets)
    assert value == 0
    assert not gradient.any()


@pytest.mark.parametrize("loss", PAIRED)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(max_examples=30)
@given(data=st.data())
def test_losses_are_finite_and_of_their_types_for_any_shape(loss, dtype, data):
    shape = data.draw(st.one_of(st.tuples(st.integers(1, 6)),
                                st.tuples(st.integers(1, 4), st.integers(1, 3))))  # fmt: skip
    numbers = st.floats(-10000, 10000, width=32)
    outputs = data.draw(arrays(dtype, shape, elements=numbers))
    labels = {hinge: st.sampled_from([-1, 1]), binary_cross_entropy: st.integers(0, 1)}
    targets = data.draw(arrays(np.float64, shape, elements=labels.get(loss, numbers)))
    value, gradient = loss(outputs, targets)
    assert type(value) is float
    assert 0 <= value < 1e9
    assert gradient.shape == shape
    assert gradient.dtype == dtype
    assert np.isfinite(gradient).all()
    # These losses are convex: nowhere do they lie below a tangent.
    elsewhere = data.draw(arrays(dtype, shape, elements=numbers))
    tangent = value + np.sum(gradient.astype(float) * (elsewhere - outputs))
    other, _ = loss(elsewhere, targets)
    assert other >= tangent - 1e-4 * (1 + value + other)


@given(st.integers(1, 5), st.integers(1, 4), st.data())
def test_softmax_cross_entropy_is_that_of_its_probabilities(n, classes, data):
    logits = data.draw(arrays(np.float64, (n, classes), elements=st.floats(-20, 20)))
    labels = data.draw(arrays(np.uint8, n, elements=st.integers(0, classes - 1)))
    p = softmax(logits)
    loss, gradient = softmax_cross_entropy(logits, labels)
    assert loss == pytest.approx(-np.mean(np.log(p[np.arange(n), labels])), abs=1e-12)
    np.testing.assert_allclose(gradient, (p - np.eye(classes)[labels]) / n, atol=1e-15)
    shifted, _ = softmax_cross_entropy(logits + 123.0, labels)
    assert shifted == pytest.approx(loss, abs=1e-9)


@pytest.mark.parametrize("loss", REGRESSION)
def test_a_single_number_is_a_batch_of_one(loss):
    value, gradient = loss(3.0, 1.0)
    assert value == loss([3.0], [1.0])[0]
    assert gradient == loss([3.0], [1.0])[1][0]


def test_squares_that_overflow_in_float32_do_not_overflow_the_loss():
    errors = np.array([1e30, -1e30], np.float32)
    assert mse(errors, np.zeros(2))[0] == pytest.approx(1e60, rel=1e-6)
    many = np.full(1000, 1e38, np.float32)
    assert mae(many, np.zeros(1000))[0] == pytest.approx(1e38, rel=1e-6)


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.uint64, bool, float])
def test_class_rows_of_any_type_are_probabilities(kind):
    logits, labels = example(softmax_cross_entropy, (4, 3))
    expected, expected_gradient = softmax_cross_entropy(logits, labels)
    found, gradient = softmax_cross_entropy(logits, np.eye(3, dtype=kind)[labels])
    assert found == pytest.approx(expected)
    np.testing.assert_allclose(gradient, expected_gradient)


def test_softmax_cross_entropy_takes_any_layout_of_its_logits():
    logits, labels = example(softmax_cross_entropy, (6, 4))
    expected, expected_gradient = softmax_cross_entropy(logits, labels)
    wide = np.zeros((6, 8))
    wide[:, ::2] = logits
    read_only = logits.copy()
    read_only.flags.writeable = False
    for same in (np.asfortranarray(logits), wide[:, ::2], read_only, logits.tolist()):
        found, gradient = softmax_cross_entropy(same, labels.tolist())
        assert found == pytest.approx(expected, rel=1e-14)
        np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-13)


@pytest.mark.parametrize("loss", PAIRED)
@pytest.mark.parametrize(
    ("outputs", "targets", "error", "message"),
    [
        ([1.0, np.nan], [1.0, 1.0], ValueError, r"^{first} has shape \(2,\).*nan at \[1\]"),
        ([1.0, 1.0], [1.0, np.inf], ValueError, r"^{second} has shape \(2,\).*inf at \[1\]"),
        (["a", "b"], [1.0, 1.0], TypeError, r"^{first} must be an array of real numbers"),
        ([1.0, 1.0], None, TypeError, r"^{second} must be .* not None"),
        ([1.0, 1.0], [1.0, 1.0j], TypeError, r"^{second} must be .* complex128"),
        ([[1.0], [1.0, 2.0]], [1.0, 1.0], TypeError, r"^{first} must be a rectangular array"),
        ([1.0, 1.0], [1.0, 1.0, 1.0], ValueError,
         r"^{second} has shape \(3,\), but it needs the shape of {first}, \(2,\)"),
        ([], [], ValueError, r"^{first} has shape \(0,\).*empty"),
    ],
)  # fmt: skip
def test_losses_name_the_argument_that_is_wrong(loss, outputs, targets, error, message):
    first, second = [name for name in inspect.signature(loss).parameters if name != "delta"]
    with pytest.raises(error, match=message.replace("{first}", first).replace("{second}", second)):
        loss(outputs, targets)


def test_binary_cross_entropy_names_labels_that_are_no_probabilities():
    for label in (2, -0.5):
        with pytest.raises(ValueError, match=rf"labels has shape \(2,\).*\[0, 1\].*{label}"):
            binary_cross_entropy([0.0, 0.0], [1, label])


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (None, ValueError, r"labels has shape \(\)"),
        ([True, False], TypeError, "integer type, not bool"),
        (["a", "b"], TypeError, "integer type"),
        ([[0], [1, 2]], TypeError, "labels must be a rectangular array"),
        ([[1, 0, np.nan], [1, 0, 0]], ValueError, r"labels has shape \(2, 3\).*nan at \[0, 2\]"),
        ([[1, 0, 0j], [1, 0, 0]], TypeError, "labels must be an array of real numbers"),
    ],
)
def test_softmax_cross_entropy_names_labels_it_cannot_use(labels, error, message):
    with pytest.raises(error, match=message):
        softmax_cross_entropy(np.zeros((2, 3)), labels)
