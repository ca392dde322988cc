"""The right answers are right: each against another implementation, or against what it promises."""

import itertools

import numpy as np
import pytest

from course_lib import nn
from course_lib.data.batches import batches, iterations_per_epoch
from course_lib.practice.exercises import exercise

RNG = np.random.default_rng(0)


def answer(name, *args):
    return exercise(name).reference(*args)


def normal(*shape):
    return RNG.normal(size=shape)


@pytest.mark.parametrize("shape", [(1, 1), (5, 3)])
def test_gradients_of_losses_are_those_of_nn(shape):
    p, t = normal(*shape), normal(*shape)
    labels = (t > 0).astype(float)
    classes = RNG.integers(shape[1], size=shape[0])
    one_hot = np.eye(shape[1])[classes]
    close = np.testing.assert_allclose
    close(answer("mse_gradient", p, t), nn.mse(p, t)[1])
    close(answer("mae_gradient", p, t), nn.mae(p, t)[1])
    close(answer("huber_gradient", p, t, 0.7), nn.huber(p, t, 0.7)[1])
    close(answer("binary_cross_entropy", p, labels), nn.binary_cross_entropy(p, labels)[0])
    close(answer("binary_cross_entropy_gradient", p, labels), nn.binary_cross_entropy(p, labels)[1])
    expected = nn.softmax_cross_entropy(p, classes)[1]
    close(answer("softmax_cross_entropy_gradient", p, one_hot), expected, atol=1e-15)
    close(answer("softmax_cross_entropy_backward", p, classes), expected, atol=1e-15)


def test_log_sum_exp_is_that_of_numpy_also_at_1e4():
    x = np.concatenate([normal(4, 3), normal(2, 3) + 1e4, normal(2, 3) - 1e4])
    np.testing.assert_allclose(answer("log_sum_exp", x), np.logaddexp.reduce(x, axis=1))


def test_stable_answers_are_finite_at_1e4():
    z = np.array([[1e4, -1e4], [-1e4, -1e4]])
    one_hot = np.eye(2)
    for name in ("softmax_cross_entropy_gradient", "binary_cross_entropy"):
        assert np.isfinite(answer(name, z, one_hot)).all()
    assert answer("binary_cross_entropy", z[:1], np.zeros((1, 2))) == 5e3


def test_both_conventions_of_the_dense_layer_agree():
    G, x, W = normal(4, 2), normal(4, 3), normal(3, 2)
    dx, dW, db = answer("dense_backward", G / 4, x, W)
    dW_columns, db_columns, dx_columns = answer("dense_backward_columns", G.T, x.T, W.T)
    np.testing.assert_allclose(dW_columns.T, dW)
    np.testing.assert_allclose(db_columns.ravel(), db)
    np.testing.assert_allclose(dx_columns.T / 4, dx)


def test_two_layers_are_those_of_a_network():
    x, classes = normal(5, 3), RNG.integers(4, size=5)
    network = nn.Network([nn.Dense(3, 6), nn.ReLU(), nn.Dense(6, 4)], seed=1, dtype=np.float64)
    first, _, last = network.layers
    _, grad = nn.softmax_cross_entropy(network.forward(x), classes)
    network.backward(grad)
    gradients = answer(
        "two_layer_backward", x, np.eye(4)[classes], first.W, first.b, last.W, last.b
    )
    for mine, theirs in zip(gradients, (first.dW, first.db, last.dW, last.db), strict=True):
        np.testing.assert_allclose(mine, theirs)


@pytest.mark.parametrize(
    ("name", "optimizer", "state", "numbers"),
    [
        ("gradient_step", nn.SGD(0.1), 0, (0.1,)),
        ("momentum_step", nn.Momentum(0.1, beta=0.8), 1, (0.1, 0.8)),
        ("rmsprop_step", nn.RMSProp(0.1, beta=0.9, epsilon=0.01), 1, (0.1, 0.9, 0.01)),
        (
            "adam_step",
            nn.Adam(0.1, beta1=0.8, beta2=0.95, epsilon=0.01),
            2,
            (0.1, 0.8, 0.95, 0.01),
        ),
    ],
)
def test_update_rules_are_those_of_nn_for_five_steps(name, optimizer, state, numbers):
    w = normal(6)
    theirs, kept = w.copy(), [np.zeros(6)] * state
    for t in range(1, 6):
        g = normal(6)
        optimizer.step(theirs, g)
        time = (t,) if name == "adam_step" else ()
        result = answer(name, w, *kept, g, *time, *numbers)
        w, *kept = result if state else (result,)
        np.testing.assert_allclose(w, theirs)


def test_gradient_descent_is_repeated_steps():
    path = answer("gradient_descent", lambda w: 3 * w, np.array([2.0]), 0.1, 4)
    np.testing.assert_allclose(path.ravel(), 2 * 0.7 ** np.arange(5))


def test_the_largest_stable_rate_parts_convergence_from_divergence():
    H = np.array([[3.0, 1.0], [1.0, 2.0]])
    limit = answer("max_stable_rate", H)
    for factor, converges in ((0.99, True), (1.01, False)):
        w = np.array([1.0, 1.0])
        for _ in range(2000):
            w = w - factor * limit * H @ w
        assert (np.linalg.norm(w) < 1) == converges


@pytest.mark.parametrize("rate", [0.1, 0.45, 0.6])
def test_distance_after_is_that_of_steps_taken_one_by_one(rate):
    w = 1.5
    for steps in range(5):
        assert answer("distance_after", 1.5, 4.0, rate, steps) == pytest.approx(w)
        w -= rate * 4.0 * w


def test_schedules_are_those_of_nn():
    cosine = nn.cosine(0.5, total_steps=40, final=0.1)
    warmup = nn.warmup(0.3, steps=8)
    for step in range(60):
        assert answer("cosine_rate", step, 40, 0.5, 0.1) == pytest.approx(cosine(step))
        assert answer("warmup_rate", step, 8, 0.3) == pytest.approx(warmup(step))


def test_the_learning_rate_is_a_tenth_of_the_best():
    rates, losses = np.array([0.01, 0.1, 1.0, 10.0]), np.array([2.0, 1.0, 3.0, np.nan])
    assert answer("find_learning_rate", rates, losses) == pytest.approx(0.01)


@pytest.mark.parametrize(("n", "batch_size"), [(10, 4), (8, 4), (3, 5), (1, 1), (10_000, 100)])
def test_batches_are_those_of_the_loader(n, batch_size):
    assert answer("iterations_per_epoch", n, batch_size) == iterations_per_epoch(n, batch_size)
    order = RNG.permutation(n)
    cut = answer("cut_batches", order, batch_size)
    loader = batches(order, order, batch_size, shuffle=False)
    for mine, theirs in zip(cut, loader, strict=True):
        np.testing.assert_array_equal(mine, theirs.x)


def test_shuffling_keeps_pairs_and_starts_with_the_first_of_the_order():
    x, y, order = np.arange(12.0).reshape(6, 2), np.arange(6), RNG.permutation(6)
    new_x, new_y = answer("shuffle_together", x, y, order)
    np.testing.assert_array_equal(new_x[:, 0], 2 * new_y)
    assert new_y[0] == order[0]


def test_the_mean_of_batches_is_the_mean_of_all_examples():
    losses = RNG.random(13)
    parts = np.split(losses, [5, 10])
    means, sizes = np.array([p.mean() for p in parts]), np.array([len(p) for p in parts])
    assert answer("mean_of_batches", means, sizes) == pytest.approx(losses.mean())


def test_initialisations_have_the_spread_of_nn():
    z = normal(200, 50)
    he = nn.he_normal((200, 50), np.random.default_rng(1))
    assert answer("he_weights", z).std() == pytest.approx(he.std(), rel=0.05)
    xavier = nn.xavier_normal((200, 50), np.random.default_rng(1))
    assert answer("xavier_std", 200, 50) == pytest.approx(xavier.std(), rel=0.05)


def test_clipping_is_that_of_nn():
    gradients = [normal(3, 2), normal(4)]
    flat = np.concatenate([g.ravel() for g in gradients])
    by_value, by_norm = flat.copy(), flat.copy()
    nn.clip_by_value(by_value, 0.5)
    nn.clip_by_global_norm(by_norm, 0.5)
    np.testing.assert_allclose(answer("clip_by_value", flat, 0.5), by_value)
    clipped = answer("clip_by_global_norm", gradients, 0.5)
    np.testing.assert_allclose(np.concatenate([g.ravel() for g in clipped]), by_norm)


def test_batch_normalisation_is_that_of_nn():
    x, gamma, beta, G = normal(6, 3), normal(3), normal(3), normal(6, 3)
    network = nn.Network([nn.BatchNorm(3, epsilon=0.01, momentum=0.2)], dtype=np.float64)
    (layer,) = network.layers
    layer.gamma, layer.beta = gamma, beta
    out = network.forward(x, training=True)
    np.testing.assert_allclose(answer("batch_norm_forward", x, gamma, beta, 0.01), out)
    dx = network.backward(G, need_input_grad=True)
    mine = answer("batch_norm_backward", G, x, gamma, 0.01)
    for one, other in zip(mine, (dx, layer.dgamma, layer.dbeta), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-14)
    mean = answer("running_average", np.zeros(3), x.mean(axis=0), 0.2)
    np.testing.assert_allclose(mean, layer.state["running_mean"])


def test_the_detective_finds_the_first_bad_array():
    good, nan, inf = np.ones(2), np.array([1, np.nan]), np.array([[-np.inf]])
    for arrays in itertools.product([good, nan, inf], repeat=3):
        bad = [i for i, a in enumerate(arrays) if a is not good]
        assert answer("first_not_finite", list(arrays)) == (bad[0] if bad else -1)


def test_weight_decay_is_that_of_nn():
    dW, db, W, b = normal(3, 2), normal(2), normal(3, 2), normal(2)
    new_dW, new_db = answer("l2_gradients", dW, db, W, b, 0.3)
    np.testing.assert_allclose(new_dW, dW + nn.L2(0.3)(W)[1])
    np.testing.assert_array_equal(new_db, db)


def test_dropout_keeps_the_mean_and_drops_the_share():
    out = answer("dropout_forward", np.ones((400, 500)), RNG.random((400, 500)), 0.3)
    assert out.mean() == pytest.approx(1, abs=0.01)
    assert (out == 0).mean() == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize("patience", [1, 2, 3])
def test_early_stopping_is_that_of_nn(patience):
    for _ in range(50):
        losses = RNG.integers(0, 6, size=RNG.integers(1, 12)).astype(float)
        stopping, best = nn.EarlyStopping(patience), 0
        for epoch, loss in enumerate(losses):
            best = epoch if loss < stopping.best else best
            if stopping.update(loss):
                break
        assert answer("early_stopping", losses, patience) == (best, epoch)


def test_standardising_uses_the_training_data_alone():
    train, test = 3 * normal(50, 2) + 1, normal(9, 2)
    new_train, new_test = answer("standardize", train, test)
    np.testing.assert_allclose(new_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(new_train.std(axis=0), 1)
    again, other = answer("standardize", train, test + 100)
    np.testing.assert_array_equal(again, new_train)
    np.testing.assert_allclose(other - new_test, 100 / train.std(axis=0) * np.ones((9, 1)))


def test_a_preparation_without_leak_ignores_whatever_happens_to_validation_data():
    x, copies, y = normal(20, 3), normal(20, 3), RNG.integers(10, size=20)
    order = RNG.permutation(20)
    train_x, train_y, validation_x, validation_y = answer(
        "prepare_without_leak", x, y, copies, order, 6
    )
    assert (train_x.shape, validation_x.shape) == ((28, 3), (6, 3))
    np.testing.assert_allclose(train_x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_array_equal(train_y, [*y[order[6:]], *y[order[6:]]])
    np.testing.assert_array_equal(validation_y, y[order[:6]])
    for data in (x, copies):
        data[order[:6]] += 100
    again, _, other, _ = answer("prepare_without_leak", x, y, copies, order, 6)
    np.testing.assert_array_equal(again, train_x)
    assert np.all(other > validation_x + 10)
