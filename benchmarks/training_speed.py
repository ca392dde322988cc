"""How long does training 784-128-10 take, and against what?

One network, one set of digits, one recipe (ReLU, batch 100, 5 epochs, plain SGD at rate 0.1,
float32, 2 threads), trained by

* `course_lib.nn`, as a learner calls it;
* PyTorch on the CPU: `torch.nn` layers, batches taken by index from one shuffled permutation,
  the fastest way we know; and with the `DataLoader` of its tutorials;
* scikit-learn's `MLPClassifier`;
* a plain NumPy script: the same formulas with no layers and no checks;
* the floor: only the five matrix products of each step, into arrays made beforehand.

All start from weights of the same size and draw their own batches; the test accuracy of each is
reported, since a fast loop that learns less would be no comparison.
"""

import argparse
import math
import time
import warnings

from harness import (
    BLUE,
    GREY,
    HERE,
    ORANGE,
    interleave,
    machine,
    ratios,
    table,
    use_threads,
    write_section,
)

THREADS = 2
use_threads(THREADS)

import matplotlib  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402
from threadpoolctl import threadpool_info  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from course_lib.data import batches, load_mnist  # noqa: E402
from course_lib.nn import SGD, Dense, Network, ReLU, softmax_cross_entropy, train  # noqa: E402

matplotlib.use("agg")
import matplotlib.pyplot as plt  # noqa: E402

HIDDEN, BATCH, EPOCHS, RATE = 128, 100, 5, 0.1
COURSE, PYTORCH, SKLEARN = "course_lib.nn", "PyTorch", "scikit-learn"
LOADER = "PyTorch with its DataLoader"
SCRIPT, FLOOR = "plain NumPy script", "the products alone (floor)"

(x_train, y_train), _, (x_test, y_test) = load_mnist(validation=0, dtype=np.float32)
STEPS = EPOCHS * math.ceil(len(x_train) / BATCH)


def accuracy(predicted):
    return float(np.mean(predicted == y_test))


def course(seed):
    network = Network([Dense(784, HIDDEN), ReLU(), Dense(HIDDEN, 10)], seed=seed, dtype=np.float32)
    portions = batches(x_train, y_train, BATCH, epochs=EPOCHS, seed=seed)
    for _ in train(network, portions, loss=softmax_cross_entropy, optimizer=SGD(RATE)):
        pass
    return lambda: accuracy(network.predict(x_test))


def by_index(x, y):
    for rows in torch.randperm(len(x)).split(BATCH):
        yield x[rows], y[rows]


def by_loader(x, y):
    return DataLoader(TensorDataset(x, y), BATCH, shuffle=True)


def pytorch(seed, portions=by_index):
    torch.manual_seed(seed)
    x_all, y_all = torch.from_numpy(x_train), torch.from_numpy(y_train)
    model = torch.nn.Sequential(
        torch.nn.Linear(784, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 10)
    )
    for layer in (model[0], model[2]):
        torch.nn.init.kaiming_normal_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    loss = torch.nn.CrossEntropyLoss()
    for _ in range(EPOCHS):
        for x, y in portions(x_all, y_all):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
    return lambda: accuracy(model(torch.from_numpy(x_test)).argmax(dim=1).numpy())


def sklearn(seed):
    classifier = MLPClassifier(
        (HIDDEN,), solver="sgd", learning_rate_init=RATE, momentum=0, alpha=0, batch_size=BATCH,
        max_iter=EPOCHS, tol=0, n_iter_no_change=EPOCHS + 1, random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        classifier.fit(x_train, y_train)
    return lambda: accuracy(classifier.predict(x_test))


def script(seed):
    rng = np.random.default_rng(seed)
    rate = np.float32(RATE)
    W1 = rng.normal(0, math.sqrt(2 / 784), (784, HIDDEN)).astype(np.float32)
    W2 = rng.normal(0, math.sqrt(2 / HIDDEN), (HIDDEN, 10)).astype(np.float32)
    b1, b2 = np.zeros(HIDDEN, np.float32), np.zeros(10, np.float32)
    for _ in range(EPOCHS):
        order = rng.permutation(len(x_train))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            x, y = x_train[rows], y_train[rows]
            a = np.maximum(x @ W1 + b1, 0)
            z = a @ W2 + b2
            dz = np.exp(z - z.max(axis=1, keepdims=True))
            dz /= dz.sum(axis=1, keepdims=True)
            dz[np.arange(len(y)), y] -= 1
            dz /= len(y)
            da = dz @ W2.T * (a > 0)
            W2 -= rate * (a.T @ dz)
            b2 -= rate * dz.sum(axis=0)
            W1 -= rate * (x.T @ da)
            b1 -= rate * da.sum(axis=0)
    return lambda: accuracy((np.maximum(x_test @ W1 + b1, 0) @ W2 + b2).argmax(axis=1))


def floor(seed):
    rng = np.random.default_rng(seed)
    x, a, da, dz, W1, W2 = (
        rng.random(shape, dtype=np.float32)
        for shape in ((BATCH, 784), (BATCH, HIDDEN), (BATCH, HIDDEN), (BATCH, 10), (784, HIDDEN),
                      (HIDDEN, 10))
    )  # fmt: skip
    z1, z2, da1 = np.empty_like(a), np.empty_like(dz), np.empty_like(a)
    dW1, dW2 = np.empty_like(W1), np.empty_like(W2)
    for _ in range(STEPS):
        np.matmul(x, W1, out=z1)
        np.matmul(a, W2, out=z2)
        np.matmul(a.T, dz, out=dW2)
        np.matmul(dz, W2.T, out=da1)
        np.matmul(x.T, da, out=dW1)
    return lambda: None


CONTENDERS = {
    COURSE: course,
    PYTORCH: pytorch,
    LOADER: lambda seed: pytorch(seed, by_loader),
    SKLEARN: sklearn,
    SCRIPT: script,
    FLOOR: floor,
}


def time_shares():
    """Microseconds a step that one training run spends in each of its parts, and in total.

    Each part is a function, wrapped in a stopwatch that does not count what it calls.
    """
    from course_lib.nn import layer, losses, optimizers, training

    spent, running = {}, []

    def watch(part, function):
        def watched(*arguments, **options):
            start = time.perf_counter()
            running.append(0.0)
            try:
                return function(*arguments, **options)
            finally:
                whole = time.perf_counter() - start
                own = whole - running.pop()
                if running:
                    running[-1] += whole
                spent.setdefault(part, []).append(own)

        return watched

    network = Network([Dense(784, HIDDEN), ReLU(), Dense(HIDDEN, 10)], seed=0, dtype=np.float32)
    optimizer = SGD(RATE)
    first, relu, last = network.layers
    products = "products with bias, ∂L/∂b"
    places = [
        (first, "forward", products),
        (first, "parameter_gradients", products),
        (last, "forward", products),
        (last, "backward", products),
        (relu, "forward", "ReLU"),
        (relu, "backward", "ReLU"),
        (optimizer, "_update", "the SGD step"),
        (layer.Layer, "_checked_input", "checks of numbers, shapes, types"),
        (layer.Layer, "_checked_gradient", "checks of numbers, shapes, types"),
        (training, "all_finite", "checks of numbers, shapes, types"),
        (optimizers, "require_finite", "checks of numbers, shapes, types"),
        (losses, "batch_of_rows", "checks of numbers, shapes, types"),
        (losses, "_require_class_numbers", "checks of numbers, shapes, types"),
    ]
    before = [(place, name, vars(place).get(name)) for place, name, _ in places]
    portions = batches(x_train, y_train, BATCH, epochs=EPOCHS, seed=0)
    fetch = watch("gathering the batch", lambda: next(portions, None))
    for place, name, part in places:
        setattr(place, name, watch(part, getattr(place, name)))
    try:
        records = train(
            network,
            iter(fetch, None),
            loss=watch("softmax, loss, its gradient", softmax_cross_entropy),
            optimizer=optimizer,
        )
        step = watch("the loop itself", lambda: next(records, None))
        while step() is not None:
            pass
    finally:
        for place, name, function in before:
            if function is None:
                delattr(place, name)
            else:
                setattr(place, name, function)
    return {part: sum(seconds) / STEPS * 1e6 for part, seconds in spent.items()}


def draw(microseconds, path):
    """One bar for each contender, in multiples of the floor."""
    fig, ax = plt.subplots(figsize=(7, 3.3), layout="constrained")
    names = sorted(microseconds, key=lambda name: microseconds[name])[::-1]
    values = [microseconds[name] / microseconds[FLOOR] for name in names]
    colours = [{COURSE: BLUE, FLOOR: GREY}.get(name, ORANGE) for name in names]
    hatches = ["//" if name == COURSE else "" for name in names]
    bars = ax.barh(names, values, color=colours, hatch=hatches, edgecolor="white")
    labels = [
        f"{value:.2f} ×  ({microseconds[name]:.0f} µs a step)"
        for name, value in zip(names, values, strict=True)
    ]
    ax.bar_label(bars, labels, padding=4)
    ax.axvline(1, color="black", linewidth=1)
    ax.set_xlim(0, max(values) * 1.6)
    ax.set_xlabel("time of the whole training, in multiples of the bare matrix products")
    ax.spines[["top", "right"]].set_visible(False)
    fig.savefig(path, dpi=150)
    plt.close(fig)


def kernels():
    """Which matrix kernels the libraries chose, and with how many threads."""
    found = {
        f"{pool['internal_api']} {pool['version']} (`{pool['architecture']}` kernel)"
        if pool.get("architecture")
        else pool["internal_api"]
        for pool in threadpool_info()
    }
    return f"{THREADS} threads; {', '.join(sorted(found))}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)

    # Before the contenders: once PyTorch has run, these alone were found to take twice as long.
    shares = []
    for _ in range(options.rounds):
        time.sleep(0.1)
        shares.append(time_shares())
    timings = interleave(CONTENDERS, options.rounds)

    wall = {name: [timing.wall for timing in timings[name]] for name in CONTENDERS}
    cpu = {name: [timing.cpu for timing in timings[name]] for name in CONTENDERS}
    microseconds = {name: min(wall[name]) / STEPS * 1e6 for name in CONTENDERS}
    rows = []
    for name in CONTENDERS:
        right = [timing.result() for timing in timings[name] if name != FLOOR]
        rows.append(
            [
                f"**{name}**" if name == COURSE else name,
                f"{microseconds[name]:.0f} µs",
                ratios(wall[name], wall[FLOOR]).text(),
                ratios(wall[name], wall[PYTORCH]).text(),
                f"{min(wall[name]) / min(wall[PYTORCH]):.2f}",
                f"{sum(cpu[name]) / sum(cpu[PYTORCH]):.2f}",
                f"{np.mean(right):.1%} ± {np.std(right):.1%}" if right else "—",
            ]
        )
    header = [
        f"784-{HIDDEN}-10, {EPOCHS} epochs of {len(x_train):,} digits",
        "a step, fastest round",
        "time ÷ floor: median (quartiles)",
        "time ÷ PyTorch: median (quartiles)",
        "fastest ÷ fastest PyTorch",
        "CPU time ÷ PyTorch",
        "test accuracy",
    ]
    parts = min(shares, key=lambda share: sum(share.values()))
    whole = sum(parts.values())
    bound_by_memory = parts["gathering the batch"] + parts["the SGD step"]
    part_rows = [
        [part, f"{spent:.0f} µs", f"{spent / microseconds[FLOOR]:.2f}"]
        for part, spent in sorted(parts.items(), key=lambda item: -item[1])
    ]
    part_rows.append(["sum", f"{whole:.0f} µs", f"{whole / microseconds[FLOOR]:.2f}"])

    draw(microseconds, HERE / "training_speed.png")
    alt = "; ".join(
        f"{name} {microseconds[name] / microseconds[FLOOR]:.2f}" for name in microseconds
    )
    body = "\n\n".join(
        [
            machine("numpy", "torch", "scikit-learn") + f" {kernels()}. {options.rounds} rounds.",
            table(header, rows),
            f"![Time of training in multiples of the floor: {alt}.](training_speed.png)",
            f"Where a step of `course_lib.nn` spends its time in the fastest of {len(shares)} "
            f"runs, with a stopwatch around each part (which itself adds to the sum); the floor is "
            f"{microseconds[FLOOR]:.0f} µs:",
            table(["part", "time a step", "÷ floor"], part_rows),
            f"Gathering the batch and the SGD step wait for memory: they read and write arrays "
            f"that do not fit into the cache of a core together. The floor and these "
            f"two alone come to {1 + bound_by_memory / microseconds[FLOOR]:.2f} of the floor.",
        ]
    )
    write_section("training_speed", "Training speed", body)
    print(body)


if __name__ == "__main__":
    main()
