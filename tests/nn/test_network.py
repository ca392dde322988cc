"""Network: flat vectors and their views, seeds, checkpoints, files, copies, and clear errors."""

import copy
import pickle

import numpy as np
import pytest

from course_lib.nn import (
    BatchNorm,
    Dense,
    Dropout,
    LayerNorm,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Tanh,
    mse,
    sigmoid,
    softmax,
)

X = np.random.default_rng(0).normal(size=(5, 3))


def small(seed=0, **options):
    layers = [Dense(3, 4), BatchNorm(4), ReLU(), Residual(Dense(4, 4), Tanh()), Dense(4, 2)]
    return Network(layers, seed=seed, **options)


def trained(network, steps=3):
    """Some plain steps, so that parameters and running averages have moved."""
    for _ in range(steps):
        _, gradient = mse(network.forward(X, training=True), np.ones((5, 2)))
        network.backward(gradient)
        network.parameters -= 0.1 * network.gradients
    return network


def assert_views(network):
    """Every array of every layer shares memory with the flat vectors."""
    places = dict(zip(("0.Dense", "4.Dense"), (network.layers[0], network.layers[4]), strict=True))
    places["3.Residual.0.Dense"] = network.layers[3].sublayers[0]
    for name, layer in places.items():
        network.parameters[network.blocks[f"{name}.W"]] = 7
        assert (layer.W == 7).all()
        layer.b = np.arange(len(layer.b))
        np.testing.assert_array_equal(network.block(f"{name}.b"), np.arange(len(layer.b)))
        layer.dW[...] = 3
        assert (network.gradients[network.blocks[f"{name}.W"]] == 3).all()


def test_forward_and_backward_run_through_the_layers():
    network = Network([Dense(2, 1), Sigmoid()])
    network.parameters = [1.0, -1.0, 0.5]
    output = network.forward([[2.0, 1.5]])
    assert output[0, 0] == pytest.approx(sigmoid(1.0))
    slope = sigmoid(1.0) * (1 - sigmoid(1.0))
    grad_x = network.backward([[1.0]], need_input_grad=True)
    np.testing.assert_allclose(network.gradients, slope * np.array([2.0, 1.5, 1.0]))
    np.testing.assert_allclose(grad_x, slope * np.array([[1.0, -1.0]]))


def test_backward_gives_the_same_gradients_with_and_without_that_of_the_input():
    network = small()
    _, gradient = mse(network.forward(X, training=True), np.ones((5, 2)))
    assert network.backward(gradient) is None
    gradients = network.gradients.copy()
    assert network.backward(gradient, need_input_grad=True).shape == X.shape
    np.testing.assert_array_equal(network.gradients, gradients)


def test_vectors_hold_every_parameter_once_in_the_order_of_the_layers():
    network = small()
    assert list(network.blocks) == [
        "0.Dense.W", "0.Dense.b", "1.BatchNorm.gamma", "1.BatchNorm.beta",
        "3.Residual.0.Dense.W", "3.Residual.0.Dense.b", "4.Dense.W", "4.Dense.b",
    ]  # fmt: skip
    assert network.parameters.shape == (16 + 8 + 20 + 10,) == network.gradients.shape
    assert network.shapes["4.Dense.W"] == (4, 2)
    ends = [where.stop for where in network.blocks.values()]
    starts = [where.start for where in network.blocks.values()]
    assert starts == [0, *ends[:-1]]
    assert [layer.name for layer in network.leaves] == [
        "0.Dense", "1.BatchNorm", "2.ReLU", "3.Residual.0.Dense", "3.Residual.1.Tanh", "4.Dense",
    ]  # fmt: skip


def test_layer_arrays_are_views_of_the_vectors():
    assert_views(small())


def test_views_survive_assignment_of_whole_vectors():
    network = small()
    vector = network.parameters
    network.parameters = np.arange(54)
    network.gradients = np.ones(54)
    network.parameters += 1
    assert network.parameters is vector
    assert network.layers[0].W[0].tolist() == [1, 2, 3, 4]
    assert network.layers[0].db.tolist() == [1, 1, 1, 1]
    assert_views(network)


def test_a_layer_keeps_its_numbers_when_a_network_takes_it():
    layer = Dense(3, 2, seed=5)
    w = layer.W.copy()
    np.testing.assert_array_equal(Network([layer]).layers[0].W, w)


def test_weight_mask_marks_matrices_only():
    network = small()
    marked = {name for name, where in network.blocks.items() if network.weight_mask[where].all()}
    assert marked == {"0.Dense.W", "3.Residual.0.Dense.W", "4.Dense.W"}
    assert network.weight_mask.sum() == 12 + 16 + 8


def test_block_shows_a_part_of_any_vector():
    network = small()
    assert np.shares_memory(network.block("0.Dense.W"), network.parameters)
    assert network.block("0.Dense.W", np.arange(54.0))[1].tolist() == [4, 5, 6, 7]


def test_the_same_seed_gives_the_same_network_and_masks():
    def run(seed):
        network = Network([Dense(3, 8), Dropout(0.5), Dense(8, 2)], seed=seed)
        return network.forward(X, training=True)

    np.testing.assert_array_equal(run(1), run(1))
    np.testing.assert_array_equal(run(1), run(np.random.default_rng(1)))
    assert not np.array_equal(run(1), run(2))


def test_without_a_seed_layers_keep_what_they_have():
    w = Dense(3, 2, seed=4).W
    np.testing.assert_array_equal(Network([Dense(3, 2, seed=4)]).layers[0].W, w)
    assert not np.array_equal(Network([Dense(3, 2, seed=4)], seed=5).layers[0].W, w)


def test_layers_of_one_seed_differ_from_each_other():
    network = Network([Dense(3, 3), Dense(3, 3)], seed=0)
    assert not np.array_equal(network.layers[0].W, network.layers[1].W)


@pytest.mark.parametrize("dtype", [np.float32, "float64"])
def test_everything_has_the_type_of_the_network(dtype):
    network = small(dtype=dtype)
    output = network.forward(X.astype(int), training=True)
    grad_x = network.backward(np.ones_like(output), need_input_grad=True)
    for array in (network.parameters, network.gradients, network.layers[0].dW, output, grad_x):
        assert array.dtype == network.dtype == dtype


def test_float32_agrees_with_float64_to_its_precision():
    exact, fast = small(), small(dtype=np.float32)
    np.testing.assert_allclose(fast.forward(X, True), exact.forward(X, True), atol=1e-5)
    for network in (exact, fast):
        network.backward(np.ones((5, 2)))
    np.testing.assert_allclose(fast.gradients, exact.gradients, atol=1e-4)


def test_predictions_are_probabilities_and_classes():
    network = small()
    logits = network.forward(X)
    np.testing.assert_allclose(network.predict_probabilities(X), softmax(logits))
    np.testing.assert_array_equal(network.predict(X), logits.argmax(axis=1))
    one = Network([Dense(3, 1)], seed=0)
    logits = one.forward(X)
    np.testing.assert_allclose(one.predict_probabilities(X), sigmoid(logits))
    np.testing.assert_array_equal(one.predict(X), (logits[:, 0] > 0).astype(int))
    assert set(one.predict(np.concatenate([X, -X]))) == {0, 1}


def test_restore_returns_to_the_checkpoint_with_running_averages():
    network = small()
    before, checkpoint = network.forward(X), network.checkpoint()
    trained(network)
    assert not np.allclose(network.forward(X), before)
    network.restore(checkpoint)
    np.testing.assert_array_equal(network.forward(X), before)
    assert_views(network)


def test_a_checkpoint_does_not_follow_the_network():
    network = small()
    checkpoint = network.checkpoint()
    copies = {name: values.copy() for name, values in checkpoint.items()}
    trained(network)
    for name, values in checkpoint.items():
        np.testing.assert_array_equal(values, copies[name])


def damaged(checkpoint, **changes):
    return {k: v for k, v in {**checkpoint, **changes}.items() if v is not None}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameters": np.zeros(3)}, r"its parameters has shape \(3,\), this network's has \(54,"),
        ({"parameters": None}, "it lacks parameters"),
        ({"1.BatchNorm.running_mean": None}, "it lacks 1.BatchNorm.running_mean"),
        ({"9.BatchNorm.running_mean": np.zeros(4)}, "it also has 9.BatchNorm.running_mean"),
        ({"1.BatchNorm.running_mean": np.array(list("abcd"))}, "running_mean holds no real"),
    ],
)
def test_restoring_what_does_not_fit_changes_nothing(changes, message):
    network = small()
    other = damaged(trained(small()).checkpoint(), **changes)
    before = network.checkpoint()
    with pytest.raises(ValueError, match=message):
        network.restore(other)
    for name, values in network.checkpoint().items():
        np.testing.assert_array_equal(values, before[name])


def test_restoring_something_else_is_refused():
    with pytest.raises(TypeError, match="checkpoint must be"):
        small().restore(None)


def test_a_saved_network_loads_into_one_built_alike(tmp_path):
    network, path = trained(small()), tmp_path / "network.npz"
    network.save(path)
    other = small(seed=1)
    other.load(str(path))
    np.testing.assert_array_equal(other.forward(X), network.forward(X))
    assert_views(other)
    assert [file.name for file in tmp_path.iterdir()] == ["network.npz"]


def test_saving_replaces_the_file_whole(tmp_path):
    path = tmp_path / "network.npz"
    small(seed=1).save(path)
    network = small(seed=2)
    network.save(path)
    other = small(seed=3)
    other.load(path)
    np.testing.assert_array_equal(other.parameters, network.parameters)


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "network.npz"
    small(seed=1).save(path)
    content = path.read_bytes()

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr("course_lib.nn.network.os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        small(seed=2).save(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"not a file of arrays",
        lambda content: content[: len(content) // 2],
        lambda content: content[:100] + bytes([content[100] ^ 255]) + content[101:],
    ],
    ids=["empty", "text", "truncated", "one byte flipped"],
)
def test_a_damaged_file_is_refused_and_changes_nothing(tmp_path, damage):
    path = tmp_path / "network.npz"
    trained(small()).save(path)
    path.write_bytes(damage(path.read_bytes()))
    network = small(seed=1)
    before = network.parameters.copy()
    with pytest.raises(ValueError, match=r"network\.npz is not a file written by Network\.save"):
        network.load(path)
    np.testing.assert_array_equal(network.parameters, before)


def test_a_file_with_pickled_objects_is_refused(tmp_path):
    path = tmp_path / "network.npz"
    np.savez(path, parameters=np.array([print], dtype=object))
    with pytest.raises(ValueError, match="not a file written by"):
        small().load(path)


def test_a_file_of_another_network_is_refused(tmp_path):
    path = tmp_path / "network.npz"
    Network([Dense(3, 2)]).save(path)
    with pytest.raises(ValueError, match="of another network: it lacks"):
        small().load(path)
    with pytest.raises(FileNotFoundError):
        small().load(tmp_path / "none.npz")


@pytest.mark.parametrize(
    "duplicate",
    [copy.deepcopy, Network.copy, lambda network: pickle.loads(pickle.dumps(network))],
    ids=["deepcopy", "copy", "pickle"],
)
def test_copies_are_equal_and_independent(duplicate):
    network = trained(small())
    other = duplicate(network)
    np.testing.assert_array_equal(other.forward(X), network.forward(X))
    np.testing.assert_array_equal(other.gradients, network.gradients)
    assert not np.shares_memory(other.parameters, network.parameters)
    before = network.forward(X)
    trained(other)
    np.testing.assert_array_equal(network.forward(X), before)
    assert_views(other)


def test_copies_draw_the_same_dropout_masks():
    network = Network([Dense(3, 8), Dropout(0.5)], seed=0)
    other = network.copy()
    np.testing.assert_array_equal(network.forward(X, True), other.forward(X, True))


def test_a_network_whose_layers_were_taken_says_so():
    layers = [Dense(3, 4), ReLU(), Residual(Dense(4, 4))]
    first = Network(layers)
    second = Network([ReLU(), *layers])
    with pytest.raises(RuntimeError, match=r"newer network \(the first as 1\.Dense\)"):
        first.forward(X)
    assert second.forward(X).shape == (5, 4)


def test_layers_of_a_forgotten_network_can_be_used_again():
    layers = [Dense(3, 4), ReLU()]
    w = Network(layers).layers[0].W.copy()
    np.testing.assert_array_equal(Network(layers).layers[0].W, w)


def shared():
    return Dense(3, 3)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Network([]), ValueError, "Network needs at least one layer"),
        (lambda: Network(Dense(2, 2)), TypeError, r"needs a list of layers.* not Dense\(2, 2\)"),
        (lambda: Network(None), TypeError, "needs a list of layers"),
        (lambda: Network([Dense(3, 2), ReLU]), TypeError, r"layer 1 .* Write ReLU\(\)\."),
        (lambda: Network(["relu"]), TypeError, "layer 0 of Network is 'relu'"),
        (lambda: Network([Dense(3, 4), ReLU(), Dense(5, 2)]), ValueError,
         r"layer 2, Dense\(5, 2\), needs 5 features, but Dense\(3, 4\) before it gives 4"),
        (lambda: Network([Dense(3, 4), LayerNorm(3)]), ValueError, r"LayerNorm\(3\), needs 3"),
        (lambda: Network([ReLU()], dtype=int), TypeError, "dtype must be float32 or float64"),
        (lambda: Network([layer := shared(), ReLU(), layer]), ValueError,
         r"appears twice in the network \(0\.Dense and 2\.Dense\)"),
        (lambda: Network([layer := shared(), Residual(layer)]), ValueError,
         r"appears twice in the network \(0\.Dense and 1\.Residual\.0\.Dense\)"),
    ],
)  # fmt: skip
def test_layers_that_make_no_network_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("name", ["parameters", "gradients"])
def test_vectors_of_another_shape_or_type_are_refused(name):
    network = small()
    before = getattr(network, name).copy()
    with pytest.raises(ValueError, match=rf"{name} has shape \(54,\).*\(53,\)"):
        setattr(network, name, np.zeros(53))
    with pytest.raises(TypeError, match=f"{name} must be real numbers"):
        setattr(network, name, np.zeros(54) + 1j)
    np.testing.assert_array_equal(getattr(network, name), before)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros(3), r"x has shape \(3,\), but Dense\(3, 4\) needs \(batch, 3\)"),
        (np.zeros((2, 4)), r"x has shape \(2, 4\), but Dense\(3, 4\) needs \(batch, 3\)"),
        (np.zeros((0, 3)), r"x has shape \(0, 3\): the batch is empty"),
        ([[0, 0, np.nan]], r"nan at \[0, 2\]. Here x is the input of 0\.Dense"),
    ],
)
def test_forward_names_what_is_wrong_with_x(x, message):
    for method in ("forward", "predict", "predict_probabilities"):
        with pytest.raises(ValueError, match=message):
            getattr(small(), method)(x)


def test_a_value_that_stops_being_finite_inside_is_located():
    network = small()
    network.layers[3].sublayers[0].W[0, 0] = np.nan
    with pytest.raises(ValueError, match=r"x is the input of 3\.Residual\.1\.Tanh"):
        network.forward(np.ones((2, 3)))


def test_backward_names_what_is_wrong():
    network = small()
    with pytest.raises(RuntimeError, match=r"call forward\(x\) before"):
        network.backward(np.zeros((5, 2)))
    network.forward(X)
    with pytest.raises(ValueError, match=r"grad_output has shape \(5,\).*\(5, 2\)"):
        network.backward(np.zeros(5))
    with pytest.raises(ValueError, match=r"gradient of the output of 4\.Dense"):
        network.backward(np.full((5, 2), np.inf))


def test_the_gradient_stops_at_the_first_layer_that_learns():
    asked = []

    class Watched(Dropout):
        def backward(self, grad_output):
            asked.append(True)
            return super().backward(grad_output)

    network = Network([Watched(0.3), Tanh(), Residual(Dense(3, 3)), Dense(3, 2)], seed=0)
    output = network.forward(X, training=True)
    network.backward(output)
    gradients = network.gradients.copy()
    assert not asked
    grad_input = network.backward(output, need_input_grad=True)
    assert asked == [True]
    assert grad_input.shape == X.shape
    np.testing.assert_array_equal(network.gradients, gradients)
    assert gradients.all()


def test_a_network_without_parameters_works():
    network = Network([ReLU(), Dropout(0.5)], seed=0)
    assert network.parameters.shape == (0,)
    network.forward(X, training=True)
    network.backward(X)
    assert network.weight_mask.shape == (0,)
    network.restore(network.checkpoint())
    assert "0 parameters" in repr(network)


def test_it_prints_its_layers_and_size():
    text = repr(small())
    assert text.startswith("Network([Dense(3, 4), BatchNorm(4), ReLU(), Residual(")
    assert text.endswith("# 54 parameters, float64")
