"""Layers, losses and whole networks against two independent autodiffs: Value and PyTorch."""

import copy
import math

import numpy as np
import pytest

from course_lib.nn import (
    GELU,
    Adam,
    BatchNorm,
    Dense,
    Dropout,
    LayerNorm,
    LeakyReLU,
    Momentum,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    Value,
    binary_cross_entropy,
    cosine,
    hinge,
    huber,
    mae,
    mse,
    softmax_cross_entropy,
    train,
)

RNG = np.random.default_rng(8)
X = RNG.normal(size=(4, 3))
TARGETS = {
    mse: RNG.normal(size=(4, 2)),
    mae: RNG.normal(size=(4, 2)),
    huber: 3 * RNG.normal(size=(4, 2)),
    hinge: RNG.choice([-1, 1], size=(4, 2)),
    binary_cross_entropy: RNG.uniform(size=(4, 2)),
    softmax_cross_entropy: RNG.integers(2, size=4),
}

NETWORKS = {
    "one layer": lambda: [Dense(3, 2)],
    "without b": lambda: [Dense(3, 2, bias=False)],
    "sigmoid": lambda: [Dense(3, 4), Sigmoid(), Dense(4, 2)],
    "tanh": lambda: [Dense(3, 4), Tanh(), Dense(4, 2), Tanh()],
    "relu": lambda: [Dense(3, 4), ReLU(), Dense(4, 4), ReLU(), Dense(4, 2)],
    "leaky relu": lambda: [Dense(3, 4), LeakyReLU(0.1), Dense(4, 2)],
    "gelu": lambda: [Dense(3, 4), GELU(), Dense(4, 2)],
    "softmax": lambda: [Dense(3, 4), Softmax(), Dense(4, 2), Softmax()],
    "batch norm": lambda: [Dense(3, 4), BatchNorm(4), ReLU(), Dense(4, 2), BatchNorm(2)],
    "layer norm": lambda: [LayerNorm(3), Dense(3, 4), LayerNorm(4), Tanh(), Dense(4, 2)],
    "dropout": lambda: [Dense(3, 6), Dropout(0.4), Tanh(), Dense(6, 2), Dropout(0.2)],
    "residual": lambda: [
        Residual(Dense(3, 4), Tanh(), Residual(Dense(4, 4), GELU()), Dense(4, 3)),
        Dense(3, 2),
    ],
    "all": lambda: [
        Dense(3, 5), BatchNorm(5), GELU(), Dropout(0.3),
        Residual(LayerNorm(5), Dense(5, 6), LeakyReLU(), Dense(6, 5)),
        Sigmoid(), Dense(5, 2),
    ],
}  # fmt: skip
each_network = pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
each_loss = pytest.mark.parametrize("loss", TARGETS)


def network_of(make):
    """A network whose γ and β are not 1 and 0."""
    network = Network(make(), seed=2)
    network.parameters += 0.1 * np.random.default_rng(3).normal(size=network.parameters.size)
    return network


def elementwise(function):
    return np.vectorize(function, otypes=[object])


values = elementwise(Value)


def run(layer, x, parameters, ops):
    """The forward pass in training, written again in the numbers of an oracle."""
    p = {key: parameters[f"{layer.name}.{key}"] for key in layer.parameters}
    match layer:
        case Dense():
            return x @ p["W"] + p["b"] if layer.bias else x @ p["W"]
        case Sigmoid():
            return ops["sigmoid"](x)
        case Tanh():
            return ops["tanh"](x)
        case ReLU():
            return ops["relu"](x)
        case LeakyReLU():
            return ops["relu"](x) - layer.slope * ops["relu"](-x)
        case GELU():
            return 0.5 * x * (1 + ops["tanh"](math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        case Softmax():
            exponentials = ops["exp"](x)
            return exponentials / exponentials.sum(axis=1, keepdims=True)
        case Dropout():
            mask = copy.deepcopy(layer).forward(np.ones(x.shape), training=True)
            return x * ops["constant"](mask)
        case BatchNorm() | LayerNorm():
            axis = 0 if isinstance(layer, BatchNorm) else 1
            away = x - x.sum(axis=axis, keepdims=True) / x.shape[axis]
            variance = (away**2).sum(axis=axis, keepdims=True) / x.shape[axis]
            return p["gamma"] * away * (variance + layer.epsilon) ** -0.5 + p["beta"]
        case Residual():
            inner = x
            for sublayer in layer.sublayers:
                inner = run(sublayer, inner, parameters, ops)
            return x + inner


VALUE_OPS = {
    "sigmoid": elementwise(Value.sigmoid),
    "tanh": elementwise(Value.tanh),
    "relu": elementwise(Value.relu),
    "exp": elementwise(Value.exp),
    "constant": np.asarray,
}


def value_loss(loss, z, y):
    """The losses, written with operations of Value."""
    if loss is softmax_cross_entropy:
        terms = [sum(v.exp() for v in row).log() - row[k] for row, k in zip(z, y, strict=True)]
        return sum(terms) / len(terms)
    formula = {
        mse: lambda z, y: (z - y) ** 2,
        mae: lambda z, y: (z - y).relu() + (y - z).relu(),
        huber: lambda z, y: 0.5 * (z - y) ** 2 if abs(z.data - y) <= 1
        else (z - y).relu() + (y - z).relu() - 0.5,
        hinge: lambda z, y: (1 - float(y) * z).relu(),
        binary_cross_entropy: lambda z, y: -y * z.sigmoid().log()
        - (1 - y) * (1 - z.sigmoid()).log(),
    }[loss]  # fmt: skip
    return elementwise(formula)(z, y).sum() / z.size


def gradients_of(values):
    return np.vectorize(lambda v: v.grad, otypes=[float])(values)


@each_network
@each_loss
def test_networks_and_losses_agree_with_value(make, loss):
    network = network_of(make)
    parameters = {name: values(network.block(name)) for name in network.blocks}
    x = z = values(X)
    for layer in network.layers:
        z = run(layer, z, parameters, VALUE_OPS)
    oracle = value_loss(loss, z, TARGETS[loss])
    oracle.backward()

    output = network.forward(X, training=True)
    found, grad_output = loss(output, TARGETS[loss])
    grad_x = network.backward(grad_output, need_input_grad=True)
    assert found == pytest.approx(oracle.data, rel=1e-12)
    np.testing.assert_allclose(grad_x, gradients_of(x), rtol=1e-9, atol=1e-13)
    for name in network.blocks:
        np.testing.assert_allclose(
            network.block(name, network.gradients),
            gradients_of(parameters[name]),
            rtol=1e-9,
            atol=1e-13,
            err_msg=name,
        )


def torch_ops(torch):
    return {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "exp": torch.exp,
        "constant": torch.tensor,
    }


def torch_loss(torch, loss):
    functional = torch.nn.functional
    return {
        mse: functional.mse_loss,
        mae: functional.l1_loss,
        huber: functional.huber_loss,
        hinge: lambda z, y: torch.relu(1 - y * z).mean(),
        binary_cross_entropy: functional.binary_cross_entropy_with_logits,
        softmax_cross_entropy: functional.cross_entropy,
    }[loss]


@each_network
@each_loss
def test_networks_and_losses_agree_with_pytorch(make, loss, torch):
    network = network_of(make)
    parameters = {
        name: torch.tensor(network.block(name), requires_grad=True) for name in network.blocks
    }
    x = z = torch.tensor(X, requires_grad=True)
    for layer in network.layers:
        z = run(layer, z, parameters, torch_ops(torch))
    y = torch.tensor(TARGETS[loss])
    oracle = torch_loss(torch, loss)(z, y if loss is softmax_cross_entropy else y.double())
    oracle.backward()

    output = network.forward(X, training=True)
    found, grad_output = loss(output, TARGETS[loss])
    grad_x = network.backward(grad_output, need_input_grad=True)
    np.testing.assert_allclose(output, z.detach().numpy(), rtol=1e-10, atol=1e-13)
    assert found == pytest.approx(float(oracle.detach()), rel=1e-12)
    np.testing.assert_allclose(grad_x, x.grad.numpy(), rtol=1e-9, atol=1e-13)
    for name in network.blocks:
        np.testing.assert_allclose(
            network.block(name, network.gradients),
            parameters[name].grad.numpy(),
            rtol=1e-9,
            atol=1e-13,
            err_msg=name,
        )


@pytest.mark.parametrize("optimizer", ["Adam", "Momentum"])
def test_a_training_run_ends_where_that_of_pytorch_ends(optimizer, torch):
    modules = [torch.nn.Linear(3, 8), torch.nn.BatchNorm1d(8), torch.nn.ReLU(),
               torch.nn.Linear(8, 8), torch.nn.LayerNorm(8), torch.nn.GELU("tanh"),
               torch.nn.Linear(8, 4)]  # fmt: skip
    peer = torch.nn.Sequential(*modules).double()
    network = Network(
        [Dense(3, 8), BatchNorm(8), ReLU(), Dense(8, 8), LayerNorm(8), GELU(), Dense(8, 4)], seed=0
    )
    tensors = list(peer.parameters())
    with torch.no_grad():
        for name, tensor in zip(network.blocks, tensors, strict=True):
            tensor.copy_(torch.tensor(network.block(name).T))
    if optimizer == "Adam":
        ours, theirs = Adam(0.05), torch.optim.Adam(tensors, lr=0.05)
    else:
        ours = Momentum(0.05)
        theirs = torch.optim.SGD(tensors, lr=0.05, momentum=0.9)
    ours.learning_rate = cosine(0.05, total_steps=25)
    follower = torch.optim.lr_scheduler.CosineAnnealingLR(theirs, T_max=25)

    rng = np.random.default_rng(1)
    batches = [(rng.normal(size=(16, 3)), rng.integers(4, size=16)) for _ in range(25)]
    records = train(network, batches, loss=softmax_cross_entropy, optimizer=ours)
    for (x, y), record in zip(batches, records, strict=True):
        theirs.zero_grad()
        loss = torch.nn.functional.cross_entropy(peer(torch.tensor(x)), torch.tensor(y))
        loss.backward()
        theirs.step()
        follower.step()
        assert record.loss == pytest.approx(float(loss.detach()), rel=1e-8)
    for name, tensor in zip(network.blocks, tensors, strict=True):
        np.testing.assert_allclose(
            network.block(name).T, tensor.detach().numpy(), rtol=1e-6, atol=1e-8, err_msg=name
        )
    peer.eval()
    x = rng.normal(size=(5, 3))
    np.testing.assert_allclose(
        network.forward(x), peer(torch.tensor(x)).detach().numpy(), rtol=1e-6, atol=1e-8
    )
