"""The training generator: order of events, records, divergence explained, evaluation."""

import pickle

import numpy as np
import pytest

from course_lib.nn import (
    L2,
    SGD,
    Adam,
    BatchNorm,
    Dense,
    Dropout,
    EarlyStopping,
    Evaluation,
    Layer,
    Network,
    ReLU,
    Residual,
    Tanh,
    TrainingDiverged,
    accuracy,
    binary_cross_entropy,
    clip_by_global_norm,
    clip_by_value,
    cosine,
    evaluate,
    gradient_norm,
    mae,
    mse,
    softmax_cross_entropy,
    train,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = X @ np.array([[1.0, 0.0], [0.0, -2.0], [0.5, 0.5]]) + [0.1, -0.1]
ONE, ZERO = np.ones((1, 1)), np.zeros((1, 1))


def linear():
    return Network([Dense(3, 2)], seed=0)


def chain_of(*weights, layer=Dense):
    """Layers of one weight each."""
    network = Network([layer(1, 1) for _ in weights])
    network.parameters = np.ravel([(w, 0) for w in weights])
    return network


def constant_loss(gradient):
    return lambda output, y: (1.0, np.full(output.shape, gradient))


def diverge(network, x=ONE, y=ZERO, *, loss=mse, rate=0.1, steps=5, **options):
    with pytest.raises(TrainingDiverged) as caught:
        list(train(network, [(x, y)] * steps, loss=loss, optimizer=SGD(rate), **options))
    return caught.value


def test_training_finds_the_line():
    network = linear()
    *_, last = train(network, [(X, Y)] * 500, loss=mse, optimizer=SGD(0.1))
    assert last.step == 500
    assert last.loss < 1e-12
    np.testing.assert_allclose(network.layers[0].b, [0.1, -0.1], atol=1e-6)
    np.testing.assert_allclose(network.layers[0].W, [[1, 0], [0, -2], [0.5, 0.5]], atol=1e-6)


def test_each_step_is_the_one_written_out():
    network, peer = linear(), linear()
    losses = []
    for record in train(network, [(X, Y)] * 3, loss=mse, optimizer=SGD(0.1)):
        loss, gradient = mse(peer.forward(X, training=True), Y)
        peer.backward(gradient)
        peer.parameters -= 0.1 * peer.gradients
        losses.append(loss)
        assert record.loss == loss
        np.testing.assert_array_equal(network.parameters, peer.parameters)
    assert losses == sorted(losses, reverse=True)


def test_nothing_happens_until_a_record_is_asked_for():
    network = linear()
    before = network.parameters.copy()
    given = []

    def batches():
        for number in range(3):
            given.append(number)
            yield X, Y

    records = train(network, batches(), loss=mse, optimizer=SGD(0.1))
    np.testing.assert_array_equal(network.parameters, before)
    assert given == []
    assert next(records).step == 1
    assert given == [0]
    after_one = network.parameters.copy()
    assert not np.array_equal(after_one, before)
    records.close()
    np.testing.assert_array_equal(network.parameters, after_one)
    assert given == [0]


def test_stopping_early_and_going_on_is_the_same_as_going_through():
    def run(portions):
        network, optimizer, steps = linear(), Adam(0.1), []
        for portion in portions:
            records = train(network, [(X, Y)] * portion, loss=mse, optimizer=optimizer)
            steps += [record.step for record in records]
        return network.parameters, steps

    whole, steps = run([6])
    parts, part_steps = run([2, 4])
    np.testing.assert_array_equal(whole, parts)
    assert steps == [1, 2, 3, 4, 5, 6]
    assert part_steps == [1, 2, 1, 2, 3, 4]


def test_no_batches_give_no_records():
    assert list(train(linear(), [], loss=mse, optimizer=SGD(0.1))) == []


def test_records_tell_the_learning_rate_used_and_the_epoch_of_the_batch():
    class Batch(tuple):
        __slots__ = ()
        epoch = 7

    optimizer = SGD(cosine(0.1, total_steps=2))
    batches = [(X, Y), Batch((X, Y, "more")), (X, Y)]
    records = list(train(linear(), batches, loss=mse, optimizer=optimizer))
    assert [record.learning_rate for record in records] == pytest.approx([0.1, 0.05, 0])
    assert [record.epoch for record in records] == [0, 7, 0]
    assert all(type(record.loss) is float for record in records)


def test_the_learning_rate_may_be_moved_while_training():
    optimizer = SGD(0.1)
    records = train(linear(), [(X, Y)] * 3, loss=mse, optimizer=optimizer)
    assert next(records).learning_rate == 0.1
    optimizer.learning_rate = 0.02
    assert next(records).learning_rate == 0.02


def test_gradient_norms_are_recorded_when_asked_and_before_clipping():
    network = linear()
    _, gradient = mse(network.forward(X), Y)
    network.backward(gradient)
    expected = {
        "0.Dense.W": np.linalg.norm(network.layers[0].dW),
        "0.Dense.b": np.linalg.norm(network.layers[0].db),
    }
    options = {"loss": mse, "optimizer": SGD(0.1), "clip": lambda g: clip_by_value(g, 1e-3)}
    record = next(train(network, [(X, Y)], record_gradient_norms=True, **options))
    assert record.gradient_norms == pytest.approx(expected)
    assert next(train(linear(), [(X, Y)], **options)).gradient_norms is None


def test_clipping_bounds_the_step():
    network = linear()
    before = network.parameters.copy()
    options = {"loss": mse, "optimizer": SGD(1.0)}
    list(train(network, [(X, Y)], clip=lambda g: clip_by_global_norm(g, 0.01), **options))
    assert gradient_norm(network.parameters - before) == pytest.approx(0.01)


def test_a_penalty_counts_for_weights_and_not_for_biases():
    network = linear()
    network.layers[0].b = [3, 4]
    w = network.layers[0].W.copy()
    record = next(
        train(network, [(X, Y)], loss=constant_loss(0.0), optimizer=SGD(0.1), penalty=L2(0.5))
    )
    np.testing.assert_allclose(network.layers[0].W, (1 - 0.1 * 0.5) * w)
    assert network.layers[0].b.tolist() == [3, 4]
    assert record.loss == pytest.approx(1.0 + 0.25 * np.sum(w**2))


def test_training_uses_dropout_and_the_statistics_of_the_batch():
    network = Network([Dense(3, 50), BatchNorm(50), Dropout(0.5), Dense(50, 2)], seed=0)
    other = network.copy()
    list(train(network, [(X, Y)] * 2, loss=mse, optimizer=SGD(0.0)))
    assert network.layers[1].state["running_mean"].any()
    np.testing.assert_array_equal(network.parameters, other.parameters)
    output = other.forward(X, training=True)
    record = next(train(other, [(X, Y)], loss=mse, optimizer=SGD(0.0)))
    assert record.loss != pytest.approx(mse(output, Y)[0])


def test_the_same_seed_trains_the_same_network():
    def run(seed):
        network = Network([Dense(3, 8), ReLU(), Dropout(0.3), Dense(8, 2)], seed=seed)
        list(train(network, [(X, Y)] * 5, loss=mse, optimizer=Adam(0.01)))
        return network.parameters

    np.testing.assert_array_equal(run(3), run(3))
    assert not np.array_equal(run(3), run(4))


def test_losses_of_ones_own_may_return_numpy_scalars_and_lists():
    def loss(output, y):
        return np.float32(2.5), np.ones(output.shape).tolist()

    record = next(train(linear(), [(X, Y)], loss=loss, optimizer=SGD(0.1)))
    assert record.loss == 2.5
    assert type(record.loss) is float


def test_a_network_without_parameters_can_be_run():
    options = {"loss": mse, "optimizer": Adam(0.1), "penalty": L2(0.1)}
    record = next(train(Network([Tanh()]), [(Y, Y)], record_gradient_norms=True, **options))
    assert record.gradient_norms == {}


# Divergence: what, where, when, why.


def test_an_activation_that_overflows_is_named():
    error = diverge(chain_of(1.0, 1e200, 1e200, 1.0), loss=mae, rate=0.25)
    assert (error.kind, error.layer, error.step) == ("activation", "2.Dense", 1)
    assert "too high" in error.cause
    assert "0.25" in error.cause
    assert str(error) == (
        f"Training diverged at step 1: the activation of 2.Dense is no longer a finite number. "
        f"{error.cause}"
    )


def test_an_activation_that_overflows_in_the_last_layer_is_named():
    error = diverge(chain_of(1e200, 1e200), loss=mae)
    assert (error.kind, error.layer, error.step) == ("activation", "1.Dense", 1)


def test_after_an_activation_diverged_the_parameters_are_those_before():
    network = chain_of(1e200, 1e200)
    before = network.parameters.copy()
    diverge(network, loss=mae)
    np.testing.assert_array_equal(network.parameters, before)


def test_a_learning_rate_that_is_too_high_is_the_cause_some_steps_later():
    network = Network([Dense(3, 4), Tanh(), Dense(4, 2)], seed=0)
    error = diverge(network, X, Y, rate=1e3, steps=1000)
    assert error.step > 5
    assert "learning rate (1000) is too high" in error.cause
    assert np.isfinite(network.parameters).all()


def test_a_loss_that_overflows_is_named():
    error = diverge(chain_of(1e200))
    assert (error.kind, error.layer, error.step) == ("activation", "loss", 1)
    assert str(error).startswith("Training diverged at step 1: the loss is no longer")


@pytest.mark.parametrize(
    "loss",
    [
        lambda output, y: (np.nan, np.zeros(output.shape)),
        lambda output, y: (1.0, np.full(output.shape, np.nan)),
    ],
)
def test_a_loss_that_returns_nan_is_named(loss):
    error = diverge(chain_of(1.0), loss=loss)
    assert (error.kind, error.layer) == ("activation", "loss")


def test_a_penalty_that_overflows_is_named():
    error = diverge(chain_of(1e160), ZERO, penalty=L2(1.0))
    assert (error.kind, error.layer) == ("activation", "loss")


def test_a_gradient_that_overflows_on_its_way_back_is_named():
    network = chain_of(1.0, 1e200, 1.0)
    before = network.parameters.copy()
    error = diverge(network, ZERO, loss=constant_loss(1e200))
    assert (error.kind, error.layer, error.step) == ("gradient", "1.Dense", 1)
    assert "exploding gradients" in error.cause
    np.testing.assert_array_equal(network.parameters, before)


def test_a_gradient_that_overflows_in_a_weight_is_named():
    network = chain_of(1e-200, 1.0)
    error = diverge(network, np.full((1, 1), 1e200), loss=constant_loss(1e200))
    assert (error.kind, error.layer) == ("gradient", "0.Dense.W")
    assert network.parameters.tolist() == [1e-200, 0, 1, 0]


def test_of_several_gradients_that_overflowed_the_one_nearest_to_the_loss_is_named():
    network = chain_of(1.0, 1.0)
    error = diverge(network, np.full((1, 1), 1e200), loss=constant_loss(1e200))
    assert (error.kind, error.layer) == ("gradient", "1.Dense.W")


def test_clipping_does_not_hide_a_gradient_that_overflowed():
    network = chain_of(1.0)
    error = diverge(
        network,
        np.full((1, 1), 1e200),
        loss=constant_loss(1e200),
        clip=lambda g: clip_by_value(g, 1.0),
    )
    assert error.kind == "gradient"


def test_a_parameter_whose_update_overflows_is_named():
    error = diverge(chain_of(1.0, 2.0), loss=constant_loss(3.0), rate=1e308)
    assert (error.kind, error.layer, error.step) == ("parameter", "0.Dense.W", 1)
    assert "learning rate (1e+308) is too high" in error.cause


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_parameter_that_was_poisoned_before_is_named(value):
    network = Network([Dense(3, 4), ReLU(), Dense(4, 2)], seed=0)
    network.layers[2].W[1, 1] = value
    error = diverge(network, np.ones((2, 3)), np.zeros((2, 2)))
    assert (error.kind, error.layer, error.step) == ("parameter", "2.Dense.W", 1)
    assert "outside of training" in error.cause


def test_a_parameter_poisoned_between_two_records_is_named_with_its_step():
    network = linear()
    records = train(network, [(X, Y)] * 5, loss=mse, optimizer=SGD(0.1))
    next(records)
    next(records)
    network.layers[0].b[0] = np.inf
    with pytest.raises(TrainingDiverged) as caught:
        next(records)
    assert (caught.value.kind, caught.value.layer, caught.value.step) == (
        "parameter", "0.Dense.b", 3,
    )  # fmt: skip


class Exploding(Layer):
    """Multiplies by 10²⁰⁰ forward, or only backward."""

    def __init__(self, forward=1.0):
        super().__init__()
        self.factor = forward

    def forward(self, x, training=False):
        self._cache = x
        return self._checked_input(x) * self.factor

    def backward(self, grad_output):
        return self._checked_gradient(grad_output, self._cache.shape) * 1e200


@pytest.mark.parametrize(
    ("layers", "layer"),
    [
        ([Residual(Exploding(1e200), Exploding(1e200), Tanh())], "0.Residual.1.Exploding"),
        ([Tanh(), Residual(Residual(Exploding(1e200), Exploding(1e200), Tanh()))],
         "1.Residual.0.Residual.1.Exploding"),
        ([Exploding(1e200), Exploding(1e200), Residual(Tanh())], "1.Exploding"),
        ([Exploding(1e200), Residual(Exploding(1e200)), Tanh()], "1.Residual.0.Exploding"),
    ],
)  # fmt: skip
def test_an_activation_inside_a_residual_is_named(layers, layer):
    error = diverge(Network(layers), loss=mae)
    assert (error.kind, error.layer) == ("activation", layer)


@pytest.mark.parametrize(
    ("layers", "layer"),
    [
        ([Tanh(), Residual(Tanh(), Exploding(), Exploding(), Tanh())], "1.Residual.1.Exploding"),
        ([Residual(Tanh(), Exploding(), Tanh()), Exploding(), Exploding()], "1.Exploding"),
        ([Residual(Tanh(), Residual(Exploding(), Tanh())), Exploding(), Exploding()],
         "1.Exploding"),
        ([Tanh(), Residual(Exploding(), Exploding())], "1.Residual.0.Exploding"),
    ],
)  # fmt: skip
def test_a_gradient_inside_and_after_a_residual_is_named(layers, layer):
    error = diverge(Network(layers), ZERO, loss=constant_loss(1.0))
    assert (error.kind, error.layer) == ("gradient", layer)


def test_divergence_is_an_arithmetic_error_that_can_be_pickled():
    error = diverge(chain_of(1e200, 1e200), loss=mae)
    assert isinstance(error, ArithmeticError)
    other = pickle.loads(pickle.dumps(error))
    assert str(other) == str(error)
    assert (other.kind, other.layer, other.step) == (error.kind, error.layer, error.step)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"network": None}, TypeError, "network must be a Network"),
        ({"batches": None}, TypeError, "batches must be an iterable"),
        ({"batches": 3}, TypeError, "batches must be an iterable"),
        ({"loss": "mse"}, TypeError, "loss must be a function"),
        ({"optimizer": 0.1}, TypeError, r"optimizer must be an Optimizer such as SGD\(0\.1\)"),
        ({"optimizer": SGD}, TypeError, "optimizer must be an Optimizer"),
        ({"clip": 1.0}, TypeError, "clip must be a function"),
        ({"penalty": 1.0}, TypeError, "penalty must be a function"),
    ],
)
def test_arguments_of_the_wrong_kind_are_refused_at_once(change, error, message):
    arguments = {"network": linear(), "batches": [(X, Y)], "loss": mse, "optimizer": SGD(0.1)}
    arguments.update(change)
    with pytest.raises(error, match=message):
        train(arguments.pop("network"), arguments.pop("batches"), **arguments)


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ((X,), TypeError, r"batches must give \(x, y\) pairs"),
        (X, TypeError, r"batches must give \(x, y\) pairs, but one is a ndarray"),
        (None, TypeError, r"batches must give \(x, y\) pairs"),
        ((X[:, :2], Y), ValueError, r"x has shape \(40, 2\), but Dense\(3, 2\) needs \(batch, 3\)"),
        ((X[:0], Y[:0]), ValueError, r"x has shape \(0, 3\): the batch is empty"),
        ((X * np.nan, Y), ValueError, r"x has shape \(40, 3\) and must hold finite"),
        ((X, Y[:3]), ValueError, r"targets has shape \(3, 2\)"),
        ((X, Y + np.inf), ValueError, r"targets has shape \(40, 2\) and must hold finite"),
    ],
)
def test_a_batch_that_does_not_fit_is_no_divergence(batch, error, message):
    network = linear()
    before = network.parameters.copy()
    with pytest.raises(error, match=message):
        list(train(network, [batch], loss=mse, optimizer=SGD(0.1)))
    np.testing.assert_array_equal(network.parameters, before)


def test_labels_out_of_range_are_named():
    with pytest.raises(ValueError, match=r"labels .* from 0 to 1 .* holds 2"):
        list(train(linear(), [(X[:2], [0, 2])], loss=softmax_cross_entropy, optimizer=SGD(0.1)))


@pytest.mark.parametrize("result", [1.0, None, (1.0,), (1.0, 2.0, 3.0)])
def test_a_loss_that_returns_something_else_is_explained(result):
    with pytest.raises(TypeError, match="loss must return two things"):
        list(train(linear(), [(X, Y)], loss=lambda o, y: result, optimizer=SGD(0.1)))


def test_a_schedule_that_gives_nan_is_named():
    optimizer = SGD(lambda step: 0.1 if step < 2 else np.nan)
    records = train(linear(), [(X, Y)] * 5, loss=mse, optimizer=optimizer)
    assert [next(records).step, next(records).step] == [1, 2]
    with pytest.raises(ValueError, match="the schedule at step 2 must be in"):
        next(records)


def test_early_stopping_ends_a_run_with_the_best_network():
    network = linear()
    stopping = EarlyStopping(patience=3)
    losses = []
    batches = ((X, Y) if step < 10 else (X, -Y) for step in range(100))
    for _ in train(network, batches, loss=mse, optimizer=SGD(0.1)):
        losses.append(evaluate(network, X, Y, loss=mse).loss)
        if stopping.update(losses[-1], network):
            break
    assert len(losses) == 13
    stopping.restore(network)
    assert evaluate(network, X, Y, loss=mse).loss == pytest.approx(min(losses))


# Evaluation.


@pytest.mark.parametrize("batch_size", [1, 7, 40, 1000])
def test_evaluation_does_not_depend_on_the_batch_size(batch_size):
    network = Network([Dense(3, 5), BatchNorm(5), ReLU(), Dropout(0.5), Dense(5, 4)], seed=0)
    labels = RNG.integers(4, size=40)
    expected = softmax_cross_entropy(network.forward(X), labels)[0]
    found = evaluate(network, X, labels, loss=softmax_cross_entropy, batch_size=batch_size)
    assert found.loss == pytest.approx(expected)
    assert found.accuracy == pytest.approx(accuracy(network.forward(X), labels))


def test_evaluation_changes_nothing():
    network = Network([Dense(3, 5), BatchNorm(5), Dropout(0.5), Dense(5, 2)], seed=0)
    before = network.checkpoint()
    first = evaluate(network, X, Y, loss=mse)
    assert evaluate(network, X, Y, loss=mse) == first
    for name, values in network.checkpoint().items():
        np.testing.assert_array_equal(values, before[name])


def test_evaluation_has_no_accuracy_for_numbers():
    assert evaluate(linear(), X, Y, loss=mse) == Evaluation(
        pytest.approx(mse(linear().forward(X), Y)[0]), None
    )
    labels = (Y[:, :1] > 0).astype(float)
    network = Network([Dense(3, 1)], seed=0)
    assert evaluate(network, X, labels, loss=binary_cross_entropy).accuracy is None


@pytest.mark.parametrize(
    ("x", "y", "batch_size", "message"),
    [
        (X, np.zeros((39, 2)), 10, r"x has shape \(40, 3\) and y \(39, 2\)"),
        (X, 1.0, 10, r"x has shape \(40, 3\) and y \(\)"),
        (X[:0], Y[:0], 10, r"x has shape \(0, 3\): the batch is empty"),
        (X[0], Y[0], 10, r"x has shape \(3,\), but evaluate needs"),
        (X, Y, 0, "batch_size must be at least 1"),
    ],
)
def test_evaluation_names_what_is_wrong(x, y, batch_size, message):
    with pytest.raises(ValueError, match=message):
        evaluate(linear(), x, y, loss=mse, batch_size=batch_size)
