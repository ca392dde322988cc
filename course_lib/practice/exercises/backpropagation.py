"""Lesson 03: the backward pass of each part, and of two layers in a row."""

import numpy as np

from ..exercise import Case, Exercise, Slip, central_differences
from .common import batch_cases, float32, numbers, one_hot, scaled, sign_flipped, whole_numbers

__all__ = ["EXERCISES"]


def dense_backward(grad_output, x, W):
    """Backward pass of z = x W + b, where rows are examples.

    grad_output : ∂L/∂z, shape (batch, n_out); the mean over the batch is already in it.
    x : (batch, n_in); W : (n_in, n_out).
    Returns dx (batch, n_in), dW (n_in, n_out), db (n_out,).
    """
    dx = grad_output @ W.T
    dW = x.T @ grad_output
    db = grad_output.sum(axis=0)
    return dx, dW, db


def _dense(rng, batch, n_in, n_out):
    return numbers(rng, batch, n_out), numbers(rng, batch, n_in), numbers(rng, n_in, n_out)


def _dense_loss(grad_output, x, W, b=0.0):
    return float(np.sum(grad_output * (x @ W + b)))


def _dense_differences(grad_output, x, W):
    b = np.zeros(W.shape[1])
    return central_differences(_dense_loss, "x", "W", "b")(grad_output, x, W, b)


def _replace(position, change):
    """An `after` that changes one output only."""

    def after(outputs, *args):
        return tuple(
            change(output, *args) if k == position else output for k, output in enumerate(outputs)
        )

    return after


def _mean_over_batch(gradient, grad_output, *rest):
    return gradient / len(grad_output)


DENSE_BACKWARD = Exercise(
    lesson=3,
    title="Backward through a dense layer",
    statement=r"""
The forward pass is $z = x W + b$ with $x$ of shape (batch, n_in), $W$ (n_in, n_out), $b$
(n_out,). Given $G = \partial L / \partial z$, shape (batch, n_out), return
$\partial L / \partial x$, $\partial L / \partial W$ and $\partial L / \partial b$, each of the
shape of what it belongs to. The loss was a mean over the batch, and that $1/n$ is already in $G$.
""",
    reference=dense_backward,
    outputs=("dx", "dW", "db"),
    cases=lambda rng: [
        Case("4 examples, 3 in, 2 out", _dense(rng, 4, 3, 2)),
        Case("3 examples, 3 in, 3 out", _dense(rng, 3, 3, 3)),
        Case("5 examples, 2 in, 4 out", _dense(rng, 5, 2, 4)),
        Case("one example", _dense(rng, 1, 3, 4)),
        Case("one output", _dense(rng, 4, 3, 1)),
        float32("3 examples", _dense(rng, 3, 4, 2)),
        *whole_numbers("4 examples", _dense(rng, 4, 2, 3)),
    ],
    numerical=_dense_differences,
    slips=(
        Slip(
            "W where Wᵀ is due",
            "For dx you multiply by W as it stands. In the forward pass W leads from n_in to "
            "n_out; backward the way leads from n_out to n_in. With a square W the shapes fit "
            "either way and only the numbers are wrong; otherwise NumPy reports sizes that do not "
            "match.",
            wrong=lambda grad_output, x, W: (
                grad_output @ W,
                x.T @ grad_output,
                grad_output.sum(axis=0),
            ),
            where=r"@ *W|W\b",
        ),
        Slip(
            "dW transposed",
            "The numbers of dW are right, in rows and columns exchanged: it has shape (n_out, "
            "n_in). In the column convention of other texts it would be so; here dW must have the "
            "shape of W, or the update cannot be subtracted.",
            after=_replace(1, lambda dW, *args: dW.T),
            where=r"dW *=",
        ),
        Slip(
            "bias summed over the wrong axis",
            "db adds up each row, over the outputs. Every example shares the same b, so for each "
            "output the contributions of all *examples* add up. With a square batch the shape "
            "gives no warning; look at `axis`.",
            wrong=lambda grad_output, x, W: (
                grad_output @ W.T,
                x.T @ grad_output,
                grad_output.sum(axis=1),
            ),
            where=r"db *=|axis",
        ),
        Slip(
            "bias summed over everything",
            "db is a single number in yours: without `axis`, the sum runs over examples and "
            "outputs alike. Each output has its own bias.",
            wrong=lambda grad_output, x, W: (
                grad_output @ W.T,
                x.T @ grad_output,
                grad_output.sum(),
            ),
            where=r"db *=|sum\(",
        ),
        Slip(
            "batch mean once more in dW",
            "dW is divided by the number of examples, but that was done already: the loss is a "
            "mean, so G carries the 1/n. Texts whose G lacks it write dW = (1/m) …; mixing the two "
            "divides twice.",
            after=_replace(1, _mean_over_batch),
            where=r"dW *=",
        ),
        Slip(
            "batch mean once more in db",
            "db is a mean over the examples, but the 1/n is already in G. It adds up what each "
            "example wants of the bias. dW has no mean in yours either; the two must agree.",
            after=_replace(2, _mean_over_batch),
            where=r"db *=|mean",
        ),
        Slip(
            "batch mean once more in dW and db",
            "You divide dW and db by the number of examples. That belongs to texts in which the "
            "loss is a sum; here the mean was taken in the loss, and its 1/n came along in G. "
            "Twice the mean is a learning rate that shrinks with the batch.",
            wrong=lambda grad_output, x, W: (
                grad_output @ W.T,
                x.T @ grad_output / len(x),
                grad_output.sum(axis=0) / len(x),
            ),
        ),
        sign_flipped(
            "All three have the opposite sign. The minus of descent belongs to the update, "
            "w − α dW; the gradient itself points uphill."
        ),
    ),
    hints=(
        "Write the shapes: G (batch, n_out), x (batch, n_in), W (n_in, n_out). Only one product "
        "of x and G has the shape of W, and only one of G and W that of x.",
        "dW[i, j] collects, over all examples, xᵢ times the gradient of output j. db[j] is the "
        "same with an input that is always 1.",
        "dW = xᵀ G, dx = G Wᵀ, and db sums G over the rows.",
    ),
    worked_example="""
# Related: z = x w with a single output, no bias; G has shape (batch,).
x = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]])   # (3, 2)
w = np.array([0.5, -1.0])                             # (2,)
G = np.array([0.1, 0.2, -0.1])                        # ∂L/∂z, one for each example

dw = x.T @ G                  # (2, 3) @ (3,) = (2,): each weight hears of every example
dx = np.outer(G, w)           # (3, 2): each example hears of every weight
print(dw.round(3))
print(dx.round(3))
""",
    gap="x.T @ grad_output",
)


def dense_backward_columns(dZ, A_prev, W):
    """Backward pass of Z = W A_prev + b, where columns are examples and the mean comes here.

    dZ : (n_out, m), the gradient of each example's own loss; A_prev : (n_in, m); W : (n_out, n_in).
    Returns dW (n_out, n_in), db (n_out, 1), dA_prev (n_in, m).
    """
    m = dZ.shape[1]
    dW = dZ @ A_prev.T / m
    db = dZ.sum(axis=1, keepdims=True) / m
    dA_prev = W.T @ dZ
    return dW, db, dA_prev


def _columns(rng, n_in, n_out, m):
    return numbers(rng, n_out, m), numbers(rng, n_in, m), numbers(rng, n_out, n_in)


def _columns_loss(dZ, A_prev, W, b):
    return float(np.sum(dZ * (W @ A_prev + b)))


def _columns_differences(dZ, A_prev, W):
    m, b = dZ.shape[1], np.zeros((len(W), 1))
    dW, db, dA_prev = central_differences(_columns_loss, "W", "b", "A_prev")(dZ, A_prev, W, b)
    return dW / m, db / m, dA_prev


def _times_m(gradient, dZ, *rest):
    return gradient * dZ.shape[1]


DENSE_BACKWARD_COLUMNS = Exercise(
    lesson=3,
    title="The same layer in the column convention",
    statement=r"""
Many texts let *columns* be examples: $Z = W A_{prev} + b$ with $A_{prev}$ of shape (n_in, m), $W$
(n_out, n_in), $b$ (n_out, 1), and divide by the number of examples only here:
$dW = \frac{1}{m}\, dZ\, A_{prev}^\top$, $db = \frac{1}{m} \sum dZ$ (over the examples),
$dA_{prev} = W^\top dZ$. Given $dZ$ (n_out, m), return $dW$, $db$ and $dA_{prev}$ in the shapes of
$W$, $b$ and $A_{prev}$.
""",
    reference=dense_backward_columns,
    outputs=("dW", "db", "dA_prev"),
    cases=lambda rng: [
        Case("3 in, 2 out, 4 examples", _columns(rng, 3, 2, 4)),
        Case("3 in, 3 out, 3 examples", _columns(rng, 3, 3, 3)),
        Case("2 in, 4 out, 5 examples", _columns(rng, 2, 4, 5)),
        Case("one example", _columns(rng, 3, 2, 1)),
        float32("4 examples", _columns(rng, 2, 3, 4)),
        *whole_numbers("3 examples", _columns(rng, 4, 2, 3)),
    ],
    numerical=_columns_differences,
    slips=(
        Slip(
            "missing batch mean in dW",
            "db is a mean over the examples, dW a sum. Both belong to the same loss, so both need "
            "the 1/m; with only one of them the bias learns m times as slowly as the weights.",
            after=_replace(0, _times_m),
            where=r"dW *=",
        ),
        Slip(
            "missing batch mean in db",
            "dW is a mean over the examples, db a sum. Both belong to the same loss, so both need "
            "the 1/m; with only one of them the bias learns m times as fast as the weights.",
            after=_replace(1, _times_m),
            where=r"db *=",
        ),
        Slip(
            "missing 1/m in dW and db",
            "Both are sums over the examples. In this convention dZ belongs to each example's own "
            "loss, and the mean is taken in dW and db.",
            wrong=lambda dZ, A_prev, W: (
                dZ @ A_prev.T,
                dZ.sum(axis=1, keepdims=True),
                W.T @ dZ,
            ),
        ),
        Slip(
            "1/m in dA_prev",
            "You divide dA_prev by m as well. It holds a column for each example, so nothing was "
            "summed there that a mean could be taken of; and the next layer down will divide.",
            after=_replace(2, lambda dA_prev, dZ, *rest: dA_prev / dZ.shape[1]),
            where=r"dA_prev *=",
        ),
        Slip(
            "bias summed over the wrong axis",
            "db sums over the outputs, down each column. Here the examples lie side by side: the "
            "sum over the examples runs along the rows. The row convention has the other axis, "
            "which makes this one easy to copy wrongly.",
            wrong=lambda dZ, A_prev, W: (
                dZ @ A_prev.T / dZ.shape[1],
                dZ.sum(axis=0, keepdims=True) / dZ.shape[1],
                W.T @ dZ,
            ),
            where=r"db *=|axis",
        ),
        Slip(
            "bias without its second axis",
            "The numbers of db are right, but its shape is (n_out,) instead of (n_out, 1). Added "
            "to Z it would then be laid along the examples. One argument of `sum` keeps the axis.",
            wrong=lambda dZ, A_prev, W: (
                dZ @ A_prev.T / dZ.shape[1],
                dZ.sum(axis=1) / dZ.shape[1],
                W.T @ dZ,
            ),
            where=r"db *=|sum\(",
        ),
        Slip(
            "W where Wᵀ is due",
            "For dA_prev you use W as in the forward pass. It leads from n_in to n_out, and "
            "backward we go the other way. Only with a square W the shapes let that pass.",
            wrong=lambda dZ, A_prev, W: (
                dZ @ A_prev.T / dZ.shape[1],
                dZ.sum(axis=1, keepdims=True) / dZ.shape[1],
                W @ dZ,
            ),
            where=r"W *@|dot\(",
        ),
        Slip(
            "dW transposed",
            "dW has the shape (n_in, n_out), that of the row convention. Here W is (n_out, n_in), "
            "and its gradient must match it entry by entry.",
            after=_replace(0, lambda dW, *rest: dW.T),
            where=r"dW *=",
        ),
        sign_flipped("All three have the opposite sign. The minus belongs to the update."),
    ),
    hints=(
        "Transpose everything of the row convention: x becomes A_prevᵀ, G becomes dZᵀ, W becomes "
        "Wᵀ. What becomes of dW = xᵀ G?",
        "(A B)ᵀ = Bᵀ Aᵀ. So dW = dZ A_prevᵀ and dA_prev = Wᵀ dZ; examples are columns now, so the "
        "sum for db runs over axis 1.",
        "Divide dW and db by m, the number of columns; keep the second axis of db with "
        "`keepdims=True`.",
    ),
    worked_example="""
# Related: sum and mean over examples that are columns.
dZ = np.array([[1.0, 3.0, 2.0], [0.0, -3.0, 6.0]])   # 2 outputs, 3 examples

total = dZ.sum(axis=1, keepdims=True)                # (2, 1): along each row
print(total)
print(total / dZ.shape[1])                           # divided by the number of examples
""",
    gap="dZ.sum(axis=1, keepdims=True) / m",
)


def relu_backward(grad_output, z):
    """Backward pass of a = max(0, z), entry by entry.

    grad_output : ∂L/∂a; z : input of the forward pass; both (batch, features).
    Returns ∂L/∂z, same shape; take 0 as the slope at z = 0.
    """
    return grad_output * (z > 0)


def _kinkless(rng, *shape):
    """Numbers none of which is 0, so that ReLU has a slope at each."""
    z = numbers(rng, *shape)
    return np.where(np.abs(z) < 0.05, 0.5, z)


def _relu_cases(rng):
    def make(rng, batch, features):
        return numbers(rng, batch, features), _kinkless(rng, batch, features)

    whole = rng.integers(-3, 4, size=(2, 4, 3))
    whole[1, 0] = [0, -2, 1]
    return [
        *batch_cases(rng, make, integers=False),
        Case("numbers that are exactly 0", (numbers(rng, 2, 2), np.eye(2)), smooth=False),
        Case("whole numbers", (whole[0] + 0.0, whole[1] + 0.0), smooth=False),
        Case("the same as integers", (whole[0], whole[1]), "integer"),
    ]


RELU_BACKWARD = Exercise(
    lesson=3,
    title="Backward through ReLU",
    statement=r"""
The forward pass is $a = \max(0, z)$, entry by entry. Given $G = \partial L / \partial a$ and the
$z$ of the forward pass, both of shape (batch, features), return $\partial L / \partial z$, of the
same shape. At the kink $z = 0$ take slope 0.
""",
    reference=relu_backward,
    outputs=("dz",),
    cases=_relu_cases,
    numerical=central_differences(
        lambda grad_output, z: float(np.sum(grad_output * np.maximum(z, 0))), "z"
    ),
    slips=(
        Slip(
            "ReLU mask from the wrong tensor",
            "You let through what is positive in `grad_output`. Whether the gate was open was "
            "decided in the forward pass, by z; a gradient that arrives there may well be "
            "negative. Look at what stands in the comparison.",
            wrong=lambda grad_output, z: grad_output * (grad_output > 0),
            where=r">|maximum|where|clip",
        ),
        Slip(
            "activation derivative forgotten",
            "The gradient comes out as it went in. ReLU was flat for every negative z, so nothing "
            "may pass there.",
            wrong=lambda grad_output, z: grad_output * 1,
        ),
        Slip(
            "upstream forgotten",
            "You return the slopes, 0 or 1. The chain rule wants them multiplied by what arrives "
            "from the layer above.",
            wrong=lambda grad_output, z: (z > 0) * 1.0,
        ),
        Slip(
            "activation instead of its slope",
            "You multiply by max(0, z), the output of ReLU. Its slope is wanted: how much a "
            "changes when z does.",
            wrong=lambda grad_output, z: grad_output * np.maximum(z, 0),
            where=r"maximum|\* *z",
        ),
        Slip(
            "gate open at zero",
            "Right everywhere but where z is exactly 0, which you count as open. There is a kink, "
            "and the course (as most libraries) takes slope 0 there. Look at the comparison.",
            wrong=lambda grad_output, z: grad_output * (z >= 0),
            where="[<>]=?",
        ),
        Slip(
            "mask the wrong way round",
            "You let the gradient pass where the unit was off, and stop it where it was on.",
            wrong=lambda grad_output, z: grad_output * (z <= 0),
            where="[<>]=?",
        ),
        sign_flipped(
            "The right entries pass, with the opposite sign. The slope of ReLU is 0 or 1, never "
            "negative."
        ),
    ),
    hints=(
        "Draw max(0, z). Which two slopes does it have?",
        "∂L/∂z = G times the slope at z, entry by entry. The slope depends on z alone.",
        "z > 0 is an array of True and False, which multiply like 1 and 0.",
    ),
    worked_example="""
# Related: backward through a = |z|, whose slope is −1 or 1.
z = np.array([[1.5, -2.0], [-0.5, 3.0]])
G = np.array([[10.0, 10.0], [-1.0, -1.0]])

slope = np.where(z > 0, 1.0, -1.0)    # decided by z, the input of the forward pass
print(G * slope)                      # chain rule: times what arrives
""",
    gap="(z > 0)",
)


def softmax_cross_entropy_backward(logits, labels):
    """∂L/∂logits of the mean softmax cross-entropy, from class numbers.

    logits : (batch, classes); any finite numbers, also ±10 000.
    labels : (batch,), the number of the right class of each row.
    Returns an array of shape (batch, classes).
    """
    rows = np.arange(len(logits))
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    gradient = exponentials / exponentials.sum(axis=1, keepdims=True)
    gradient[rows, labels] -= 1
    return gradient / len(logits)


def _softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _naive_softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def _minus_one_hot(probabilities, labels):
    return probabilities - np.eye(probabilities.shape[1])[labels]


def _minus_one_in_columns(logits, labels):
    gradient = _softmax(logits)
    gradient[:, labels] -= 1
    return gradient / len(logits)


def _class_numbers_loss(logits, labels):
    return float(-np.mean(np.log(_softmax(logits)[np.arange(len(labels)), labels])))


def _logits_and_classes(rng, batch, classes):
    return 2 * numbers(rng, batch, classes), rng.integers(classes, size=batch)


def _extreme_logits_and_classes(rng):
    logits = np.rint(8 * numbers(rng, 3, 4)) / 8  # exact in float32, also near 10 000
    logits[0, 1] += 1e4
    logits[1] -= 1e4
    logits[2, ::2] -= 1e4
    return logits, np.array([0, 3, 1])


SOFTMAX_CROSS_ENTROPY_BACKWARD = Exercise(
    lesson=3,
    title="Backward through softmax and cross-entropy",
    statement=r"""
The last layer gives logits $z$, shape (batch, classes); $p$ is the softmax of each row, and
$L = -\frac{1}{n} \sum_i \log p_{i, c_i}$ with $c_i$ the right class of row $i$. The labels are
these class numbers, shape (batch,). Return $\partial L / \partial z$, shape (batch, classes),
finite also for logits of $\pm 10\,000$.
""",
    reference=softmax_cross_entropy_backward,
    outputs=("gradient",),
    cases=lambda rng: [
        *batch_cases(rng, _logits_and_classes),
        Case("logits near ±10 000", _extreme_logits_and_classes(rng), "extreme"),
    ],
    numerical=central_differences(_class_numbers_loss, "logits"),
    slips=(
        sign_flipped(
            "Right sizes, opposite signs. The gradient of the right class is negative (raising its "
            "logit lowers the loss), those of the others positive; check which is which in yours."
        ),
        Slip(
            "missing 1/n",
            "Each row is the gradient of its own loss, but the loss is a mean over the rows. With "
            "one example that makes no difference, which hides it.",
            after=scaled(lambda logits, labels: len(logits)),
        ),
        Slip(
            "divided by all elements",
            "You divide by rows times classes; the mean runs over the rows only.",
            after=scaled(lambda logits, labels: 1 / logits.shape[1]),
            where=r"size|mean|/",
        ),
        Slip(
            "1 subtracted from whole columns",
            "`[:, labels]` picks whole columns, so the 1 is taken from every row for every label "
            "in the batch. To pick one entry in each row, the row numbers have to stand where the "
            "colon stands.",
            wrong=_minus_one_in_columns,
            where=r"\[ *:",
        ),
        Slip(
            "class numbers used as probabilities",
            "You subtract the class number itself: 3 for class 3. The numbers of the classes are "
            "names; what is subtracted is a 1 in the column with that name.",
            wrong=lambda logits, labels: (_softmax(logits) - labels[:, None]) / len(logits),
        ),
        Slip(
            "labels forgotten",
            "These are the probabilities over n. Without the labels every row pushes all its "
            "logits down, and the network is never told what is right.",
            wrong=lambda logits, labels: _softmax(logits) / len(logits),
        ),
        Slip(
            "softmax over the wrong axis",
            "Your probabilities sum to one down the columns, over the examples. Each row is one "
            "example and needs its own softmax; look at `axis`.",
            wrong=lambda logits, labels: (
                _minus_one_hot(_softmax(logits, axis=0), labels) / len(logits)
            ),
            where="axis",
        ),
        Slip(
            "softmax without max-shift",
            "Right on paper, but exp of a large logit is infinite, and infinity over infinity is "
            "not a number. Small logits never show it. Subtract something from each row before "
            "the exponential; the softmax does not notice.",
            wrong=lambda logits, labels: (
                _minus_one_hot(_naive_softmax(logits), labels) / len(logits)
            ),
            where=r"exp\(",
            overflow=True,
        ),
        Slip(
            "probabilities used as logits",
            "The softmax was applied twice: all classes come out nearly alike. The argument holds "
            "logits, as they leave the last dense layer.",
            wrong=lambda logits, labels: (
                _minus_one_hot(_softmax(_softmax(logits)), labels) / len(logits)
            ),
        ),
    ),
    hints=(
        "For one row L = −z_c + log Σ e^(z_k). Differentiate by z_c, and by any other z_j.",
        "Row by row the gradient is the probabilities, minus 1 at the right class. Divide by the "
        "number of rows.",
        "`p[np.arange(n), labels] -= 1` subtracts 1 in one entry of each row. Shift each row by "
        "its maximum before exp, with `keepdims=True`.",
    ),
    worked_example="""
# Related: pick one entry from each row, by the number of its column.
table = np.array([[10, 11, 12], [20, 21, 22]])
columns = np.array([2, 0])

rows = np.arange(len(table))           # 0, 1: each row once
print(table[rows, columns])            # pairs (0, 2) and (1, 0)
print(table[:, columns])               # not the same: whole columns
""",
    gap="gradient[rows, labels] -= 1",
)


def sigmoid_mse_backward(z, y):
    """∂L/∂z for a = σ(z) and L = (1/2n) Σ (a − y)².

    z, y : shape (batch, outputs); n counts all elements.
    Returns an array of the same shape.
    """
    n = z.size
    a = 1 / (1 + np.exp(-z))
    return (a - y) * a * (1 - a) / n


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


SIGMOID_MSE_BACKWARD = Exercise(
    lesson=3,
    title="When “prediction − actual” is not dZ",
    statement=r"""
The output is $a = \sigma(z)$ and the loss $L = \frac{1}{2n} \sum (a - y)^2$, with $z$ and $y$ of
shape (batch, outputs) and $n$ the number of all elements. Return $\partial L / \partial z$. Texts
often start the backward pass with "prediction − actual"; here finite differences decide.
""",
    reference=sigmoid_mse_backward,
    outputs=("dz",),
    cases=lambda rng: batch_cases(
        rng, lambda rng, b, k: (1.5 * numbers(rng, b, k), rng.random((b, k)).round(2))
    ),
    numerical=central_differences(lambda z, y: float(0.5 * np.mean((_sigmoid(z) - y) ** 2)), "z"),
    slips=(
        Slip(
            "activation derivative forgotten",
            "This is ∂L/∂a, prediction minus actual. For sigmoid with cross-entropy it happens to "
            "be ∂L/∂z too, because the sigmoid's slope cancels; that is where the habit comes "
            "from. With squared error nothing cancels: one more factor is due.",
            wrong=lambda z, y: (_sigmoid(z) - y) / z.size,
        ),
        Slip(
            "derivative taken at a instead of z",
            "The slope is σ′(a): the sigmoid was applied a second time. Either σ′ of z, or "
            "a(1 − a) with a itself.",
            wrong=lambda z, y: (
                (_sigmoid(z) - y) * _sigmoid(_sigmoid(z)) * (1 - _sigmoid(_sigmoid(z))) / z.size
            ),
        ),
        Slip(
            "derivative taken at z instead of a",
            "You multiply by z(1 − z). The formula needs the output a of the sigmoid, which lies "
            "between 0 and 1; with z the slope can be negative.",
            wrong=lambda z, y: (_sigmoid(z) - y) * z * (1 - z) / z.size,
            where=r"1 *- *z",
        ),
        sign_flipped(
            "Opposite sign: the error went in as y − a. If the prediction is too high, the "
            "gradient must be positive."
        ),
        Slip(
            "missing 1/n",
            "The gradient of the sum of the losses: the mean's 1/n is missing.",
            after=scaled(lambda z, y: z.size),
        ),
        Slip(
            "factor 2 too many",
            "Twice the right numbers: the 2 from the square is there, but the loss has a ½.",
            after=scaled(2),
        ),
        Slip(
            "only half of the sigmoid's slope",
            "You multiply by a, where a(1 − a) is due: the second factor got lost.",
            wrong=lambda z, y: (_sigmoid(z) - y) * _sigmoid(z) / z.size,
        ),
    ),
    hints=(
        "Two steps back: from L to a, and from a to z. What is the factor of each?",
        "∂L/∂a = (a − y)/n, because the ½ cancels the 2. The second factor is the sigmoid's slope.",
        "σ′(z) = a(1 − a) with a = σ(z). Multiply the two, entry by entry.",
    ),
    worked_example="""
# Related: a matched pair, no activation at all: a = z with L = ½ (a − y)², one number.
z, y = 2.0, 0.5

dz = (z - y) * 1              # ∂L/∂a = a − y, and a = z has slope 1: here it *is* dZ
numerical = (0.5 * (z + 1e-6 - y) ** 2 - 0.5 * (z - 1e-6 - y) ** 2) / 2e-6
print(dz, round(numerical, 6))
""",
    gap="a * (1 - a)",
)


def two_layer_backward(x, y, W1, b1, W2, b2):
    """All gradients of a network with one hidden ReLU layer and softmax cross-entropy.

    x : (batch, n_in); y : one-hot, (batch, classes).
    W1 : (n_in, hidden); b1 : (hidden,); W2 : (hidden, classes); b2 : (classes,).
    Returns dW1, db1, dW2, db2, each of the shape of its parameter.
    """
    n = len(x)
    z1 = x @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    dz2 = (p - y) / n
    dW2 = h.T @ dz2
    db2 = dz2.sum(axis=0)
    dz1 = dz2 @ W2.T * (z1 > 0)
    dW1 = x.T @ dz1
    db1 = dz1.sum(axis=0)
    return dW1, db1, dW2, db2


def _network(rng, batch, n_in, hidden, classes):
    return (
        numbers(rng, batch, n_in),
        one_hot(rng, batch, classes),
        numbers(rng, n_in, hidden),
        numbers(rng, hidden, scale=0.3),
        numbers(rng, hidden, classes),
        numbers(rng, classes, scale=0.3),
    )


def _network_loss(x, y, W1, b1, W2, b2):
    p = _softmax(np.maximum(x @ W1 + b1, 0) @ W2 + b2)
    return float(-np.mean(np.sum(y * np.log(p), axis=1)))


def _two_layers(
    x, y, W1, b1, W2, b2, *, error=None, mask=None, w2=None, below=None, bias_axis=0, factor=1.0
):
    """The backward pass with one of its steps replaced."""
    z1 = x @ W1 + b1
    h = np.maximum(z1, 0)
    p = _softmax(h @ W2 + b2)
    dz2 = (p - y if error is None else error(p, y)) * factor / len(x)
    dh = dz2 @ (W2.T if w2 is None else w2(W2))
    dz1 = dh * (z1 > 0 if mask is None else mask(dh, z1))
    below = h if below is None else below(z1)
    return (
        x.T @ dz1,
        dz1.sum(axis=bias_axis),
        below.T @ dz2,
        dz2.sum(axis=bias_axis),
    )


TWO_LAYER_BACKWARD = Exercise(
    lesson=3,
    title="Backward through two layers",
    statement=r"""
Forward (given): $z_1 = x W_1 + b_1$, $h = \max(0, z_1)$, $z_2 = h W_2 + b_2$, $p$ = softmax of each
row of $z_2$, $L = -\frac{1}{n} \sum_i \sum_j y_{ij} \log p_{ij}$. With $x$ (batch, n_in) and
one-hot $y$ (batch, classes), return the gradients $dW_1$ (n_in, hidden), $db_1$ (hidden,), $dW_2$
(hidden, classes), $db_2$ (classes,).
""",
    reference=two_layer_backward,
    outputs=("dW1", "db1", "dW2", "db2"),
    given="p = e / e.sum",
    cases=lambda rng: [
        Case("4 examples, layers 3, 5, 2", _network(rng, 4, 3, 5, 2)),
        Case("3 examples, layers 3, 3, 3", _network(rng, 3, 3, 3, 3)),
        Case("one example, layers 2, 4, 3", _network(rng, 1, 2, 4, 3)),
        Case("6 examples, layers 2, 3, 4", _network(rng, 6, 2, 3, 4)),
        float32("5 examples", _network(rng, 5, 4, 3, 2)),
    ],
    numerical=central_differences(_network_loss, "W1", "b1", "W2", "b2"),
    slips=(
        sign_flipped(
            "All four have the opposite sign: the backward pass was started with y − p. The "
            "gradient of the logits is p − y; the minus of descent comes in the update."
        ),
        Slip(
            "missing 1/n",
            "All four are sums over the batch. The mean of the loss enters once, at the very start "
            "of the backward pass, and then travels along by itself.",
            after=scaled(lambda x, *rest: len(x)),
            where=r"dz2 *=|p - y",
        ),
        Slip(
            "activation derivative forgotten",
            "The second layer is right. On the way through the hidden layer the slope of ReLU is "
            "missing: units that were off in the forward pass may not learn from this example.",
            wrong=lambda *args: _two_layers(*args, mask=lambda dh, z1: 1),
            where=r"W2\.T|dz1 *=|dh *=",
        ),
        Slip(
            "ReLU mask from the wrong tensor",
            "Your mask is taken from the gradient that comes back, not from z1. Which units were "
            "on was decided in the forward pass. Look at the comparison with zero.",
            wrong=lambda *args: _two_layers(*args, mask=lambda dh, z1: dh > 0),
            where=r"[<>] *0|maximum",
        ),
        Slip(
            "activation instead of its slope",
            "Back through ReLU you multiply by its output h. The slope is wanted, which is 0 or 1.",
            wrong=lambda *args: _two_layers(*args, mask=lambda dh, z1: np.maximum(z1, 0)),
            where=r"\* *h\b|dz1 *=",
        ),
        Slip(
            "W where Wᵀ is due",
            "From dz2 to the hidden layer you multiply by W2 as it stands. It leads forward, from "
            "hidden to classes. If both are equally many, nothing warns you but the numbers.",
            wrong=lambda *args: _two_layers(*args, w2=lambda W2: W2),
            where=r"@ *W2",
        ),
        Slip(
            "z where a is due",
            "In dW2 you use z1 instead of h. The second layer never saw z1: its input was what "
            "ReLU let through.",
            wrong=lambda *args: _two_layers(*args, below=lambda z1: z1),
            where=r"z1\.T|dW2 *=",
        ),
        Slip(
            "bias summed over the wrong axis",
            "db1 and db2 are summed along the rows. Each bias serves all examples, so its gradient "
            "adds up down the column.",
            wrong=lambda *args: _two_layers(*args, bias_axis=1),
            where=r"axis *= *1",
        ),
        Slip(
            "batch mean once more in dW1 and dW2",
            "The biases are right; both weight gradients are divided by n a second time. The mean "
            "is already in dz2.",
            wrong=lambda x, *rest: tuple(
                g / len(x) if g.ndim == 2 else g for g in _two_layers(x, *rest)
            ),
            where=r"dW2 *=",
        ),
        Slip(
            "missing batch mean in dW1 and dW2",
            "The biases are means over the batch, the weight gradients sums. If the 1/n stands at "
            "the start, in dz2, all four get it; if it comes at the end, none may be left out.",
            wrong=lambda x, *rest: tuple(
                g * len(x) if g.ndim == 2 else g for g in _two_layers(x, *rest)
            ),
            where=r"dW2 *=",
        ),
        Slip(
            "missing batch mean in db1 and db2",
            "The weight gradients are means over the batch, the biases sums. If the 1/n stands at "
            "the start, in dz2, all four get it; if it comes at the end, none may be left out.",
            wrong=lambda x, *rest: tuple(
                g * len(x) if g.ndim == 1 else g for g in _two_layers(x, *rest)
            ),
            where=r"db2 *=",
        ),
        Slip(
            "factor 2 too many",
            "All four are twice the right ones: a 2 as from a squared error. Cross-entropy has "
            "none.",
            after=scaled(2),
        ),
    ),
    hints=(
        "Walk back in the order z2, then W2 and b2, then h, z1, then W1 and b1. Write each shape.",
        "dz2 = (p − y)/n starts it. A dense layer gives its weights inputᵀ @ gradient, its bias "
        "the sum over rows, and hands gradient @ Wᵀ on.",
        "Between the layers multiply by the slope of ReLU, which is 1 where z1 > 0. Then the first "
        "layer is treated like the second, with x as its input.",
    ),
    worked_example="""
# Related: two layers without activation and one output: L = mean of (x W1 w2)ᵢ.
x = np.array([[1.0, 2.0], [3.0, -1.0]])                 # (2, 2)
W1 = np.array([[1.0, 0.0, 2.0], [0.5, 1.0, 0.0]])       # (2, 3)
w2 = np.array([[1.0], [-1.0], [0.5]])                   # (3, 1)

h = x @ W1
dz2 = np.full((2, 1), 1 / 2)          # the mean over two examples
dw2 = h.T @ dz2                       # input of the layer, transposed, times gradient
dh = dz2 @ w2.T                       # handed on to the layer below
dW1 = x.T @ dh
print(dw2.T)
print(dW1)
""",
    gap="dz2 @ W2.T * (z1 > 0)",
)


EXERCISES = (
    DENSE_BACKWARD,
    DENSE_BACKWARD_COLUMNS,
    RELU_BACKWARD,
    SOFTMAX_CROSS_ENTROPY_BACKWARD,
    SIGMOID_MSE_BACKWARD,
    TWO_LAYER_BACKWARD,
)
