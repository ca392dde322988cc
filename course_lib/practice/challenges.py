"""Six training runs gone wrong: their scripts, and what a repaired one is measured by."""

import copy
import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from course_lib.data import load_mnist
from course_lib.nn import Network, ReLU, numerical_gradient

__all__ = ["CAUSES", "CHALLENGES", "Challenge", "Run", "challenge", "digits", "fresh_digits"]

BATCH, UNITS = 40, 32

SCRIPT = """\
def split_#(x, y, rng):
    order = rng.permutation(len(x))
    val, train = order[:200], order[200:]
    return x[train], y[train], x[val], y[val]

def build_#(rng):
    network = Network([Dense(784, 32), ReLU(), Dense(32, 10)], seed=rng)
    network.layers[0].W[...] = rng.uniform(-0.05, 0.05, (784, 32))
    return network

def loss_#(logits, labels):
    p, targets = softmax(logits), np.eye(10)[labels]
    loss = -np.mean(np.log(p[targets == 1] + 1e-12))
    return loss, (p - targets) / len(labels)

def train_#(x, y, seed=0):
    rng = np.random.default_rng(seed)
    x_train, y_train, x_val, y_val = split_#(x, y, rng)
    network, losses, accuracies = build_#(rng), [], []
    for _ in range(6):
        order = rng.permutation(len(x_train))
        for rows in np.split(order, range(40, len(order), 40)):
            loss, gradient = loss_#(network.forward(x_train[rows]), y_train[rows])
            network.backward(gradient)
            network.parameters -= 0.2 * network.gradients
            losses.append(loss)
        right = [accuracy(network.forward(a), b) for a, b in [(x_train, y_train), (x_val, y_val)]]
        accuracies.append(right)
    return network, losses, accuracies
"""

CAUSES = {
    "sign": "The gradient of the loss points the wrong way",
    "high": "The learning rate is far too large",
    "low": "The learning rate is far too small",
    "order": "The digits come in one and the same order in every epoch",
    "leak": "Validation digits, or near copies of them, are among the training digits",
    "dead": "The hidden units are silent from the start",
    "sum": "The gradient is the sum over the batch instead of its mean",
    "pairs": "Images and labels have been torn apart",
}


@dataclass(frozen=True)
class Challenge:
    """One patient.

    Parameters
    ----------
    number : int
    cause : str
        Key of `CAUSES`.
    faults : tuple of (healthy text, broken text)
        What of `SCRIPT` is different.
    """

    number: int
    cause: str
    faults: tuple

    @property
    def id(self):
        """The name of its function, by which `check` finds it."""
        return f"train_{self.number}"

    parameters = ("x", "y", "seed")

    @property
    def healthy(self):
        """The repaired script."""
        return SCRIPT.replace("#", str(self.number))

    @property
    def script(self):
        """The broken script, as it stands in the notebook."""
        text = SCRIPT
        for healthy, broken in self.faults:
            if text.count(healthy) != 1:
                raise ValueError(f"{healthy!r} does not stand once in the script.")
            text = text.replace(healthy, broken)
        return text.replace("#", str(self.number))

    def function(self, source):
        """`train_…` of a script."""
        return namespace(source)[self.id]


SORTED = (
    ("val, train = order[:200], order[200:]", "val, train = order[:200], np.sort(order[200:])"),
    ("order = rng.permutation(len(x_train))", "order = np.arange(len(x_train))"),
)
COPIES = (
    (
        "    order = rng.permutation(len(x))\n    val, train = order[:200], order[200:]\n",
        "    x, y = x[::2], np.tile(y[::2], 3)\n"
        "    x = np.concatenate([x, np.roll(x, 1, axis=1), np.roll(x, -1, axis=1)])\n"
        "    order = rng.permutation(len(x))\n"
        "    val, train = order[:300], order[150:]\n",
    ),
)
CHALLENGES = {
    item.id: item
    for item in (
        Challenge(1, "high", (("-= 0.2 *", "-= 20.0 *"),)),
        Challenge(2, "order", SORTED),
        Challenge(3, "sum", (("(p - targets) / len(labels)", "(p - targets)"),)),
        Challenge(4, "dead", (("rng.uniform(-0.05, 0.05,", "rng.uniform(-0.1, 0.0,"),)),
        Challenge(5, "leak", COPIES),
        Challenge(6, "sign", (("(p - targets) /", "(targets - p) /"),)),
    )
}


def challenge(number):
    """The patient with this number, 1 to 6.

    Raises
    ------
    ValueError
        If there is none.
    """
    for item in CHALLENGES.values():
        if item.number == number:
            return item
    raise ValueError(f"There is no challenge {number!r}; they are numbered 1 to {len(CHALLENGES)}.")


def namespace(source):
    """The names that a script defines."""
    from course_lib import nn

    names = {"np": np} | {
        name: getattr(nn, name) for name in ("Dense", "Network", "ReLU", "accuracy", "softmax")
    }
    exec(compile(source, "<script>", "exec"), names)
    return names


@cache
def _training_digits():
    return load_mnist().train


def digits():
    """The 1,000 digits of all six scripts, sorted by label as an archive might keep them.

    Returns
    -------
    x : ndarray, shape (1000, 784)
    y : ndarray of int, shape (1000,)
    """
    x, y = _training_digits().x[:1000], _training_digits().y[:1000]
    order = np.argsort(y, kind="stable")
    return x[order], y[order]


def fresh_digits():
    """2,000 other digits, which no script is given."""
    return _training_digits().x[1000:3000], _training_digits().y[1000:3000]


@dataclass(frozen=True)
class Run:
    """What a training function returned, and what it is measured by.

    Parameters
    ----------
    network : Network
    losses : ndarray, shape (steps,)
    accuracies : ndarray, shape (epochs, 2)
        Of training and validation digits.
    """

    network: Network
    losses: np.ndarray
    accuracies: np.ndarray

    @property
    def fresh_accuracy(self):
        """On digits that the script was not given."""
        x, y = fresh_digits()
        with np.errstate(all="ignore"):
            return float(np.mean(self.network.forward(x).argmax(axis=1) == y))

    @property
    def silent(self):
        """How many hidden units answer 0 for every fresh digit."""
        return silent_units(self.network)


def silent_units(network):
    """How many units of the first ReLU layer answer 0 for every fresh digit; 0 without one."""
    values = fresh_digits()[0]
    with np.errstate(all="ignore"):
        for layer in network.layers:
            values = layer.forward(values)
            if isinstance(layer, ReLU):
                return int(np.sum(~(values > 0).any(axis=0)))
    return 0


def gradient_ratio(loss):
    """The gradient of a loss, divided by that of central differences; a batch of 40.

    Returns
    -------
    ratio : float
        The factor that fits best: 1 if right, −1 if the sign is wrong, 40 for sum instead of mean.
    off : float
        What no factor explains, relative to the gradient.
    """
    rng = np.random.default_rng(5)
    logits, labels = rng.normal(size=(BATCH, 10)), rng.integers(0, 10, BATCH)
    _, claimed = loss(logits.copy(), labels.copy())
    claimed = np.asarray(claimed, dtype=float)
    found = numerical_gradient(lambda values: loss(values.copy(), labels.copy())[0], logits)
    ratio = float(np.sum(claimed * found) / np.sum(found**2))
    return ratio, float(np.linalg.norm(claimed - ratio * found) / np.linalg.norm(claimed))


def copies(parts):
    """How many validation digits are among the training digits too.

    Parameters
    ----------
    parts : (x_train, y_train, x_val, y_val)

    Returns
    -------
    same : int
        Equal in every pixel.
    moved : int
        Equal after a shift by one or two pixels along the rows.
    """
    x_train, _, x_val, _ = parts
    known = {row.tobytes() for row in np.ascontiguousarray(x_train)}
    same = np.array([row.tobytes() in known for row in np.ascontiguousarray(x_val)])
    moved = np.zeros(len(x_val), dtype=bool)
    for shift in (-2, -1, 1, 2):
        rolled = np.ascontiguousarray(np.roll(x_val, shift, axis=1))
        moved |= np.array([row.tobytes() in known for row in rolled])
    return int(same.sum()), int((moved & ~same).sum())


def order_probe():
    """Blank pictures, a tenth of them labelled 1: a batch's loss tells how many of these it has.

    Returns
    -------
    x, y : as of `digits`
    """
    return np.zeros((1000, 784)), np.r_[np.zeros(900, dtype=int), np.ones(100, dtype=int)]


def same_order(run):
    """How alike the batch losses of two epochs of `order_probe` are: 1 if the order is the same.

    Returns
    -------
    float
        A correlation; 0 where there are too few batches to tell.
    """
    epochs = len(run.accuracies)
    if epochs < 4 or len(run.losses) % epochs or len(run.losses) // epochs < 6:
        return 0.0
    table = run.losses.reshape(epochs, -1)[-3:]
    if not np.isfinite(table).all() or (table.std(axis=1) < 1e-9).any():
        return 0.0
    correlations = np.corrcoef(table)
    return float(correlations[np.triu_indices(3, 1)].mean())


def run_script(source, data=None):
    """Run one of the course's own scripts.

    Parameters
    ----------
    source : str
    data : (x, y), optional
        Else `digits`.

    Returns
    -------
    Run
    """
    name = re.search(r"def (train_\d)", source)[1]
    with np.errstate(all="ignore"):
        network, losses, accuracies = namespace(source)[name](*(data or digits()))
    return Run(network, np.array(losses), np.array(accuracies))


@cache
def broken_run(number):
    """What the script in the notebook gives."""
    return run_script(challenge(number).script)


@cache
def healthy_run():
    """What it gives without the fault."""
    return run_script(challenge(1).healthy)


@cache
def observations(number):
    """What the tools of the course measure on a patient, by name."""
    item, run = challenge(number), broken_run(number)
    names = namespace(item.script)
    rng = np.random.default_rng(0)
    parts = names[f"split_{number}"](*copy.deepcopy(digits()), rng)

    def with_rate(factor):
        changed = re.sub(r"-= ([\d.]+)", lambda m: f"-= {factor * float(m[1]):g}", item.script)
        return run_script(changed).fresh_accuracy

    return {
        "rate": float(re.search(r"-= ([\d.]+)", item.script)[1]),
        "first": run.losses[0],
        "second": run.losses[1],
        "highest": run.losses.max(),
        "last": run.losses[-20:].mean(),
        "training": run.accuracies[-1, 0],
        "validation": run.accuracies[-1, 1],
        "fresh": run.fresh_accuracy,
        "ratio": gradient_ratio(names[f"loss_{number}"])[0],
        "copies": copies(parts),
        "in validation": len(parts[2]),
        "labels": len(set(parts[1][:BATCH].tolist())),
        "silent before": silent_units(names[f"build_{number}"](rng)),
        "silent after": run.silent,
        "nearest": _nearest(parts),
        "slower": with_rate(0.01),
        "faster": with_rate(10),
    }


def _nearest(parts):
    """How often the nearest training digit of a validation digit bears the same label."""
    x_train, y_train, x_val, y_val = parts
    distances = (x_train**2).sum(axis=1) - 2 * x_val @ x_train.T
    return float(np.mean(y_train[distances.argmin(axis=1)] == y_val))
