"""What a quiz calls right is what the course's own code computes."""

import numpy as np
import pytest

from course_lib import nn
from course_lib.data import batches
from course_lib.practice.questions import all_questions, prediction

RNG = np.random.default_rng(0)


@pytest.fixture
def best():
    """The text of the best answer to a question."""

    def best(id):
        (asked,) = [asked for asked in all_questions() if asked.id == id]
        (text,) = [choice.text for choice in asked.choices if asked.is_right(choice)]
        return text

    return best


def test_losses(best):
    errors = np.array([1, 1, 1, 1, 10.0])
    assert (
        best("share_of_the_outlier") == f"About {100 * errors[-1] ** 2 / (errors**2).sum():.0f} %"
    )

    logits = np.log([[0.01, 0.99]])
    loss, _ = nn.softmax_cross_entropy(logits, np.array([0]))
    assert best("cross_entropy_of_one_percent") == f"About {loss:.1f}"

    loss, _ = nn.softmax_cross_entropy(np.zeros((5, 10)), np.arange(5))
    assert best("loss_before_training") == f"{loss:.1f}"

    z = np.log(0.999 / 0.001) * np.ones((1, 1))
    _, by_cross_entropy = nn.binary_cross_entropy(z, np.zeros((1, 1)))
    p = nn.sigmoid(z)
    by_squared_error = nn.mse(p, np.zeros((1, 1)))[1] * p * (1 - p)
    assert by_cross_entropy > 100 * by_squared_error
    assert by_cross_entropy == pytest.approx(1, abs=0.01)
    assert by_squared_error == pytest.approx(0.002, abs=1e-5)
    assert best("gradient_at_a_confident_mistake").startswith("Cross-entropy")


def test_chain_rule(best):
    x = nn.Value(1.0)
    (3 * x * -2).backward()
    assert best("slopes_in_a_chain") == f"{x.grad:.0f}".replace("-", "−")

    x = nn.Value(1.0)
    (3 * x + 2 * x).backward()
    assert best("value_used_twice") == f"{x.grad:.0f}"

    rows, columns = (np.ones((2, 3)) @ np.ones((3, 4))).shape
    assert best("shape_of_a_jacobian") == f"{rows} × {columns}"


def test_backpropagation(best):
    logits, labels = RNG.normal(size=(4, 3)), np.array([0, 2, 1, 1])
    _, gradient = nn.softmax_cross_entropy(logits, labels)
    assert np.allclose(gradient, (nn.softmax(logits) - np.eye(3)[labels]) / 4)
    by_differences = nn.numerical_gradient(
        lambda z: nn.softmax_cross_entropy(z, labels)[0], logits.copy()
    )
    assert np.allclose(gradient, by_differences, atol=1e-7)
    assert best("prediction_minus_label_of_what").startswith("The logits")

    x, dZ = RNG.normal(size=(32, 784)), RNG.normal(size=(32, 64))
    network = nn.Network([nn.Dense(784, 64)], seed=0)
    network.forward(x)
    network.backward(dZ)
    expression = best("which_product_is_dw").strip("`")
    assert np.allclose(eval(expression, {"x": x, "dZ": dZ}), network.layers[0].dW)

    relu = nn.ReLU()
    relu.forward(np.array([[-2.0]]))
    assert best("relu_backward").startswith(f"{relu.backward(np.array([[0.7]])).item():.0f},")


def test_gradient_descent(best):
    w = np.array([2.0])
    nn.SGD(0.1).step(w, np.array([-4.0]))
    assert best("one_update_by_hand") == f"{w.item():.1f}"

    momentum, w = nn.Momentum(1.0, beta=0.9), np.zeros(1)
    for _ in range(200):
        before = w.copy()
        momentum.step(w, np.ones(1))
    assert best("velocity_under_constant_gradient") == f"{(before - w).item():.0f}"


def test_learning_rates(best):
    def after(rate, steps=400):
        w = np.array([1.0])
        for _ in range(steps):
            nn.SGD(rate).step(w, 8 * w)
        return abs(w.item())

    limit = float(best("limit_on_a_parabola"))
    assert after(0.99 * limit) < 1e-2
    assert after(1.01 * limit) > 1e2

    # 20 % closer at each jump: the factor is −0.8 = 1 − αλ.
    rate = 1.8 / 8
    assert 1 / 8 < rate < limit
    assert "below the limit, but above the best" in best("jumping_and_coming_closer")


def test_mini_batches(best):
    x = np.zeros((10_000, 1))
    sizes = [len(batch.x) for batch in batches(x, np.zeros(10_000, int), 64, seed=0)]
    assert best("iterations_in_an_epoch") == str(len(sizes))
    assert sizes[-1] == 16

    means = [RNG.normal(size=(4000, size)).mean(axis=1).std() for size in (16, 64)]
    assert means[0] / means[1] == pytest.approx(2, abs=0.15)
    assert "a half" in best("noise_from_16_to_64")


def test_vanishing_gradients(best):
    slope = nn.sigmoid(np.zeros(1)) * (1 - nn.sigmoid(np.zeros(1)))
    assert 0.9e6 < 1 / slope.item() ** 10 < 1.1e6
    assert best("ten_sigmoids") == "About a millionth"

    layers = [nn.Dense(3, 4, initializer=nn.zeros), nn.Tanh(), nn.Dense(4, 2, initializer=nn.zeros)]
    network = nn.Network(layers, seed=0)
    x, labels = RNG.normal(size=(9, 3)), np.array([0] * 6 + [1] * 3)
    for _ in range(20):
        _, gradient = nn.softmax_cross_entropy(network.forward(x), labels)
        network.backward(gradient)
        nn.SGD(0.5).step(network.parameters, network.gradients)
    assert not layers[0].W.any()
    assert not layers[0].b.any()
    assert not layers[2].W.any()
    assert layers[2].b.all()
    assert best("all_zeros") == "The biases of the output only"


def test_exploding_gradients(best):
    gradient = np.array([6.0, 8.0])
    nn.clip_by_global_norm(gradient, 5)
    assert best("clip_by_norm") == f"({gradient[0]:.0f}, {gradient[1]:.0f})"

    norm = nn.BatchNorm(2)
    nn.Network([norm], seed=0)
    for _ in range(300):
        norm.forward(RNG.normal(5, 3, size=(100, 2)), training=True)
    one = norm.forward(np.array([[5.0, 8.0]]))
    assert one == pytest.approx(np.array([[0, 1]]), abs=0.3)
    assert best("batch_norm_on_one_example") == "Running averages from training"


def test_overfitting_and_training(best):
    dropout = nn.Dropout(0.5)
    x = RNG.normal(size=(3, 4))
    assert np.array_equal(dropout.forward(x), x)
    assert best("dropout_in_use") == "It is off, and nothing is scaled"

    error = 2 * np.sqrt(0.95 * 0.05 / 1000)
    assert best("uncertainty_of_an_accuracy") == f"By {100 * error:.1f} percentage points"

    logits = 20 * RNG.normal(size=(2000, 10))
    labels = RNG.integers(10, size=2000)
    assert nn.softmax_cross_entropy(logits, labels)[0] > 14
    assert best("first_loss_of_fourteen") == "Its initial weights are too large"


def test_what_a_prediction_says_afterwards():
    angle = np.degrees(np.arctan2(0.1, 1) - np.arctan2(0.1, 8))
    assert 1 < angle < 10
    assert prediction("clipping_and_direction").option("few degrees")
    asked = prediction("number_of_parameters")
    network = nn.Network([nn.Dense(784, 64), nn.ReLU(), nn.Dense(64, 10)], seed=0)
    assert asked.is_right(50_000, network.parameters.size)
    assert not asked.is_right(784 * 64 * 10, network.parameters.size)
