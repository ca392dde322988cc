"""Lesson 01: loss functions and their gradients."""

import numpy as np

from ..exercise import Case, Exercise, Slip, central_differences
from .common import batch_cases, numbers, one_hot, scaled, sign_flipped

__all__ = ["EXERCISES"]


def _predictions_and_targets(rng, batch, outputs):
    return numbers(rng, batch, outputs), numbers(rng, batch, outputs)


def _regression_cases(rng):
    return batch_cases(rng, _predictions_and_targets)


def _size(first, *rest):
    return first.size


TARGET_MINUS_PREDICTION = sign_flipped(
    "All your numbers have the right size and the opposite sign. It happens when the error is "
    "written as target minus prediction, which a square does not mind but a derivative does. Look "
    "at the difference: which of the two do you differentiate with respect to?"
)
MISSING_MEAN = Slip(
    "missing 1/n",
    "This is the gradient of the sum of the losses, not of their mean: it grows with the batch. "
    "Differentiating one term makes it easy to lose the factor that stands before the sum. Look at "
    "what the loss does with n, and carry it along.",
    after=scaled(_size),
)
MEAN_OVER_ROWS = Slip(
    "n counts only the rows",
    "You divide by the number of rows, but n counts all the elements of the mean, rows times "
    "columns. For a single column the two are the same, which is why it is easily overlooked. "
    "Look at where your n comes from.",
    after=scaled(lambda predictions, *rest: predictions.size / len(predictions)),
)


def mse_gradient(predictions, targets):
    """∂L/∂predictions for L = (1/n) Σ (predictions − targets)².

    predictions, targets : shape (batch, outputs); n counts all their elements.
    Returns an array of the same shape.
    """
    n = predictions.size
    return 2 / n * (predictions - targets)


MSE_GRADIENT = Exercise(
    lesson=1,
    title="The gradient of the mean squared error",
    statement=r"""
The loss is $L = \frac{1}{n} \sum_i (p_i - t_i)^2$ with predictions $p$ and targets $t$, both of
shape (batch, outputs); $n$ counts all their elements. Return $\partial L / \partial p$, an array
of the same shape: how the loss changes when each prediction grows a little.
""",
    reference=mse_gradient,
    outputs=("gradient",),
    cases=_regression_cases,
    numerical=central_differences(
        lambda predictions, targets: np.mean((predictions - targets) ** 2), "predictions"
    ),
    slips=(
        TARGET_MINUS_PREDICTION,
        MISSING_MEAN,
        MEAN_OVER_ROWS,
        Slip(
            "missing 2",
            "Everything is there but a constant: your numbers are half the right ones. Some texts "
            "write the loss with a ½ in front so that this constant cancels, and one remembers "
            "their gradient. Here there is no ½: look at the derivative of the square.",
            after=scaled(0.5),
        ),
        Slip(
            "the loss instead of its gradient",
            "These are the terms of the loss itself, before the sum: squared errors over n. They "
            "say how large the loss is, not in which direction it changes, and are never negative. "
            "Differentiate the square.",
            wrong=lambda predictions, targets: (predictions - targets) ** 2 / predictions.size,
        ),
        Slip(
            "derivative of the absolute value",
            "Yours is the gradient of the mean absolute error: only the sign of each error is "
            "left. A squared error pulls harder the larger it is, so the size has to stay.",
            wrong=lambda predictions, targets: np.sign(predictions - targets) / predictions.size,
        ),
    ),
    hints=(
        "Take a batch with a single number: L = (p − t)². What is its derivative by p?",
        "The loss is a mean of n such terms, and each prediction occurs in only one of them. So "
        "every entry of the gradient is the derivative of one term, times the factor before "
        "the sum.",
        "d/dp (p − t)² = 2 (p − t). Put the 1/n of the mean in front, and let NumPy do all "
        "entries at once.",
    ),
    worked_example="""
# Related: the gradient of the *sum* of squared errors, L = Σ (p − t)², for three numbers.
predictions = np.array([1.0, 2.0, 4.0])
targets = np.array([1.5, 2.0, 3.0])

errors = predictions - targets      # the inside of the square
gradient = 2 * errors               # the square brings down a 2; the inside has slope 1

# Does it hold? Move the last prediction a little and watch the loss.
moved = predictions + np.array([0, 0, 1e-6])
slope = (np.sum((moved - targets) ** 2) - np.sum(errors**2)) / 1e-6
print(gradient, round(slope, 4))
""",
    gap="2 / n * (predictions - targets)",
)


def mae_gradient(predictions, targets):
    """∂L/∂predictions for L = (1/n) Σ |predictions − targets|.

    predictions, targets : shape (batch, outputs); n counts all their elements.
    Returns an array of the same shape; 0 where prediction and target are equal.
    """
    n = predictions.size
    return np.sign(predictions - targets) / n


MAE_GRADIENT = Exercise(
    lesson=1,
    title="The gradient of the mean absolute error",
    statement=r"""
The loss is $L = \frac{1}{n} \sum_i |p_i - t_i|$, with $p$ and $t$ of shape (batch, outputs) and
$n$ the number of all their elements. Return $\partial L / \partial p$, of the same shape. Where
$p_i = t_i$ the absolute value has a kink; take 0 there.
""",
    reference=mae_gradient,
    outputs=("gradient",),
    cases=_regression_cases,
    numerical=central_differences(
        lambda predictions, targets: np.mean(np.abs(predictions - targets)), "predictions"
    ),
    slips=(
        TARGET_MINUS_PREDICTION,
        MISSING_MEAN,
        MEAN_OVER_ROWS,
        Slip(
            "the loss instead of its gradient",
            "These are the absolute errors over n, the terms of the loss. The slope of |e| is not "
            "its height: look at the graph of the absolute value, left and right of zero.",
            wrong=lambda predictions, targets: np.abs(predictions - targets) / predictions.size,
        ),
        Slip(
            "derivative of the square",
            "This is the gradient of a squared error: it grows with the error. An absolute value "
            "has the same slope however far from zero it is.",
            wrong=lambda predictions, targets: 2 * (predictions - targets) / predictions.size,
        ),
        Slip(
            "sign of the prediction",
            "You take the sign of the predictions, but the kink of |p − t| lies where prediction "
            "and target are equal, not at zero. Look at what stands between the bars.",
            wrong=lambda predictions, targets: np.sign(predictions) / predictions.size,
        ),
        Slip(
            "no zero at the kink",
            "Right everywhere but where prediction and target are equal: a comparison such as "
            "`errors > 0` has only two outcomes, and so sends the kink to one side. At the kink "
            "the exercise wants 0.",
            wrong=lambda predictions, targets: (
                np.where(predictions > targets, 1, -1) / predictions.size
            ),
            where="where|[<>]",
        ),
    ),
    hints=(
        "Draw |e|. What is its slope on the right of zero, and on the left?",
        "The slope depends only on which side of the target the prediction lies. NumPy has a "
        "function that returns −1, 0 or 1.",
        "np.sign of the errors gives all slopes at once; the mean still has its 1/n.",
    ),
    worked_example="""
# Related: the slope of f(x) = |x − 3| at a few places.
x = np.array([0.0, 2.9, 3.0, 10.0])

inside = x - 3
slope = np.where(inside > 0, 1, np.where(inside < 0, -1, 0))   # −1 left of 3, +1 right of it

numerical = (np.abs(x + 1e-6 - 3) - np.abs(x - 1e-6 - 3)) / 2e-6
print(slope, numerical.round(4))
""",
    gap="np.sign(predictions - targets)",
)


def huber_gradient(predictions, targets, delta):
    """∂L/∂predictions for the Huber loss L = (1/n) Σ h(predictions − targets).

    h(e) = ½ e² for |e| ≤ delta, else delta (|e| − ½ delta)
    predictions, targets : shape (batch, outputs); n counts all their elements.
    delta : float, above 0.
    Returns an array of the same shape.
    """
    n = predictions.size
    errors = predictions - targets
    slopes = np.where(np.abs(errors) <= delta, errors, delta * np.sign(errors))
    return slopes / n


def _huber_loss(predictions, targets, delta):
    size = np.abs(predictions - targets)
    return np.mean(np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta)))


# Thresholds that no error of two decimals can meet: there the finite difference is less exact.
HUBER_GRADIENT = Exercise(
    lesson=1,
    title="The gradient of the Huber loss",
    statement=r"""
The Huber loss is a parabola near zero and a straight line beyond: $L = \frac{1}{n} \sum_i h(e_i)$
with $e = p - t$ and $h(e) = \frac{1}{2} e^2$ for $|e| \le \delta$, else
$\delta\,(|e| - \frac{1}{2}\delta)$. The predictions $p$ and targets $t$ have shape
(batch, outputs); $n$ counts all elements. Return $\partial L / \partial p$, of the same shape.
""",
    reference=huber_gradient,
    outputs=("gradient",),
    cases=lambda rng: batch_cases(
        rng, lambda rng, b, k: (numbers(rng, b, k), numbers(rng, b, k), rng.choice([0.755, 1.305]))
    ),
    numerical=central_differences(_huber_loss, "predictions"),
    slips=(
        TARGET_MINUS_PREDICTION,
        MISSING_MEAN,
        MEAN_OVER_ROWS,
        Slip(
            "delta missing on the straight part",
            "The small errors are right. For the large ones your slope is ±1, as if the loss there "
            "were |e|, but the straight part is δ times that. At |e| = δ the two parts must meet "
            "with the same slope; check that yours do.",
            wrong=lambda predictions, targets, delta: (
                np.where(
                    np.abs(predictions - targets) <= delta,
                    predictions - targets,
                    np.sign(predictions - targets),
                )
                / predictions.size
            ),
            where="sign|where",
        ),
        Slip(
            "sign lost on the straight part",
            "Large errors get slope +δ on both sides, also where the prediction is too low. It "
            "comes from differentiating δ(|e| − ½δ) as if |e| were e. Look at the errors below −δ.",
            wrong=lambda predictions, targets, delta: (
                np.where(np.abs(predictions - targets) <= delta, predictions - targets, delta)
                / predictions.size
            ),
            where="where|delta",
        ),
        Slip(
            "comparison without the absolute value",
            "Errors far below zero are treated as small, because `e <= delta` holds for every "
            "negative number. The formula compares |e|.",
            wrong=lambda predictions, targets, delta: (
                np.where(predictions - targets <= delta, predictions - targets, delta)
                / predictions.size
            ),
            where="<|>",
        ),
        Slip(
            "factor 2 too many",
            "The small errors come out twice as large as they should. The square brings down a 2, "
            "but the Huber loss has a ½ that takes it away again.",
            wrong=lambda predictions, targets, delta: (
                np.where(
                    np.abs(predictions - targets) <= delta,
                    2 * (predictions - targets),
                    delta * np.sign(predictions - targets),
                )
                / predictions.size
            ),
            where=r"\b2\b",
        ),
        Slip(
            "squared error everywhere",
            "You use the parabola's slope also for large errors. Then an outlier pulls as hard as "
            "with squared error, and the straight part is what the Huber loss was made for.",
            wrong=lambda predictions, targets, delta: (predictions - targets) / predictions.size,
        ),
    ),
    hints=(
        "Two pieces, two slopes. What is the derivative of ½ e², and of δ(|e| − ½δ)?",
        "Beyond δ the slope no longer depends on how large the error is, only on its sign.",
        "np.where(condition, slope of the parabola, slope of the line) chooses entry by entry; the "
        "condition needs |e|. Then the mean's 1/n.",
    ),
    worked_example="""
# Related: the slope of a function in two pieces, f(x) = x² for x ≤ 1, else 2x − 1.
x = np.array([-1.0, 0.5, 1.0, 3.0])

left = 2 * x                        # slope of x²
right = np.full_like(x, 2.0)        # slope of 2x − 1: the same everywhere
slope = np.where(x <= 1, left, right)
print(slope)                        # no jump at x = 1: both pieces have slope 2 there
""",
    gap="np.abs(errors) <= delta, errors, delta * np.sign(errors)",
)


def log_sum_exp(x):
    """log Σⱼ exp(xⱼ) of each row, without overflow.

    x : shape (batch, classes); any finite numbers, also ±10 000.
    Returns an array of shape (batch,).
    """
    highest = x.max(axis=1, keepdims=True)
    return highest[:, 0] + np.log(np.exp(x - highest).sum(axis=1))


def _extreme_logits(rng, batch, classes):
    """Rows that hold numbers near +10 000 and near −10 000, and rows where all are low.

    In eighths, which float32 holds exactly also up there.
    """
    logits = np.rint(8 * numbers(rng, batch, classes)) / 8
    logits[0] += 1e4 * np.where(np.arange(classes) % 2, -1, 1)
    logits[1:] -= 1e4
    return logits


OVERFLOW = (
    "The formula is right on paper and fails in floating point: exp(710) is already infinite, and "
    "exp(−750) is 0, whose logarithm is minus infinity. It is tempting because small logits never "
    "show it. Think of a number that may be subtracted from a whole row without changing the "
    "result; look at the exponential."
)


LOG_SUM_EXP = Exercise(
    lesson=1,
    title="log-sum-exp, without overflow",
    statement=r"""
For each row of $x$, shape (batch, classes), return $\log \sum_j e^{x_j}$, an array of shape
(batch,). The numbers may be as large as $\pm 10\,000$, where $e^{x}$ itself overflows or vanishes;
the result must still be finite.
""",
    reference=log_sum_exp,
    outputs=("log_sum",),
    cases=lambda rng: [
        *batch_cases(rng, lambda rng, b, k: (2 * numbers(rng, b, k),)),
        Case("numbers near ±10 000", (_extreme_logits(rng, 3, 4),), "extreme"),
    ],
    slips=(
        Slip(
            "no max-shift",
            OVERFLOW,
            wrong=lambda x: np.log(np.exp(x).sum(axis=1)),
            where=r"exp\(",
            overflow=True,
        ),
        Slip(
            "maximum added, but not subtracted",
            "You add the maximum of the row without having taken it out, so it counts twice, and "
            "the exponentials are as large as before. Inside goes x minus the maximum.",
            wrong=lambda x: x.max(axis=1) + np.log(np.exp(x).sum(axis=1)),
            where=r"exp\(",
        ),
        Slip(
            "one sum for the whole batch",
            "You add up the exponentials of all rows together. Each example has a sum of its own: "
            "say along which axis to add.",
            wrong=lambda x: x.max(axis=1) + np.log(np.exp(x - x.max(axis=1, keepdims=True)).sum()),
            where="sum",
        ),
        Slip(
            "maximum not added back",
            "You subtract the maximum of each row, which keeps the exponentials in range, but the "
            "result is then too small by just that maximum. What was taken out of the logarithm "
            "as a factor has to come back as a summand.",
            wrong=lambda x: np.log(np.exp(x - x.max(axis=1, keepdims=True)).sum(axis=1)),
            where="log",
        ),
        Slip(
            "sum over the wrong axis",
            "You go down the columns, over the batch, but each example is a row with its own sum. "
            "With a square table both give the right shape, so the shape alone cannot warn. Look "
            "at `axis`.",
            wrong=lambda x: (
                x.max(axis=0) + np.log(np.exp(x - x.max(axis=0, keepdims=True)).sum(axis=0))
            ),
            where="axis",
        ),
        Slip(
            "only the maximum",
            "This is the largest number of each row. log-sum-exp lies a little above it, by up to "
            "log(classes): it is a soft maximum. The other numbers of the row are missing.",
            wrong=lambda x: x.max(axis=1),
        ),
        Slip(
            "logarithm inside the sum",
            "You take the logarithm of each exponential and sum then, which just sums the row. "
            "The logarithm of a sum is not the sum of the logarithms. Look at the order.",
            wrong=lambda x: x.sum(axis=1),
        ),
        Slip(
            "mean for sum",
            "You average the exponentials instead of adding them; the result is too small by "
            "log(classes). The formula has a plain Σ.",
            wrong=lambda x: (
                x.max(axis=1) + np.log(np.exp(x - x.max(axis=1, keepdims=True)).mean(axis=1))
            ),
            where="mean",
        ),
    ),
    hints=(
        "Try np.exp(1000.0) in a cell. Where in the formula does that number appear, and is the "
        "final result large too?",
        "Σ e^x = e^m · Σ e^(x − m) for any m. Take the logarithm of the right-hand side.",
        "With m the maximum of the row no exponent is above 0 and one is exactly 0. "
        "`x.max(axis=1, keepdims=True)` keeps the shape (batch, 1), which lines up with the rows.",
    ),
    worked_example="""
# Related: the product of many small probabilities, which underflows; its logarithm does not.
probabilities = np.full(500, 0.1)

print(np.prod(probabilities))                 # 10⁻⁵⁰⁰ is too small for a float: 0.0
print(round(np.sum(np.log(probabilities)), 3))  # the same number's logarithm, exact
""",
    gap="np.log(np.exp(x - highest).sum(axis=1))",
)


def binary_cross_entropy(logits, labels):
    """L = −(1/n) Σ [y log σ(z) + (1 − y) log(1 − σ(z))], without overflow.

    logits : z, shape (batch, outputs); any finite numbers, also ±10 000.
    labels : y, same shape, 0 or 1.
    Returns one number; n counts all elements.
    """
    losses = np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))
    return losses.mean()


def _logits_and_labels(rng, batch, outputs):
    labels = (rng.random((batch, outputs)) < 0.5).astype(float)
    labels.flat[0] = 1.0  # so that the two terms of the loss are never both absent
    return 2 * numbers(rng, batch, outputs), labels


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _binary_loss(logits, labels):
    p = _sigmoid(logits)
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


BINARY_CROSS_ENTROPY = Exercise(
    lesson=1,
    title="Binary cross-entropy from logits",
    statement=r"""
Return the mean loss $L = -\frac{1}{n} \sum_i \left[ y_i \log \sigma(z_i) + (1 - y_i)
\log(1 - \sigma(z_i)) \right]$ of logits $z$ and labels $y \in \{0, 1\}$, both of shape
(batch, outputs), with $\sigma(z) = 1 / (1 + e^{-z})$. It must be finite for $z = \pm 10\,000$ too,
where $\sigma(z)$ rounds to 0 or 1. Useful: $-\log \sigma(z) = \log(1 + e^{-z})$.
""",
    reference=binary_cross_entropy,
    outputs=("loss",),
    cases=lambda rng: [
        *batch_cases(rng, _logits_and_labels),
        Case(
            "logits of ±10 000",
            (np.array([[1e4, -1e4], [-1e4, 1e4], [1e4, -1e4]]), np.eye(3)[:, :2]),
            "extreme",
        ),
    ],
    slips=(
        Slip(
            "logarithm of a rounded probability",
            "On paper it is right, but for large logits σ(z) rounds to exactly 0 or 1 and the "
            "logarithm meets a zero, or the exponential overflows. Moderate logits never show it. "
            "Combine logarithm and sigmoid on paper before you compute.",
            wrong=_binary_loss,
            where=r"log\(|exp\(",
            overflow=True,
        ),
        Slip(
            "probabilities clipped away from zero",
            "Your loss is finite, but only because the probability was pushed away from 0 by a "
            "tiny constant. A confident mistake then costs about 30 instead of 10 000, and its "
            "gradient is gone. Write the formula so that no constant is needed.",
            wrong=lambda logits, labels: (
                -np.mean(
                    labels * np.log(np.clip(1 / (1 + np.exp(-logits)), 1e-12, 1))
                    + (1 - labels) * np.log(np.clip(1 / (1 + np.exp(logits)), 1e-12, 1))
                )
            ),
            where=r"clip|1e-|maximum",
        ),
        Slip(
            "sum for mean",
            "You add up the losses, the formula averages them. With a sum the loss and its "
            "gradient grow with the batch, and a learning rate fits only one batch size.",
            after=scaled(_size),
            where="sum",
        ),
        sign_flipped(
            "Your loss is negative. Logarithms of probabilities are at most 0, and the minus sign "
            "before the sum makes a loss of them. Look at that sign.",
        ),
        Slip(
            "probabilities used as logits",
            "You squash the scores twice: σ is applied to something that is already σ(z). It "
            "happens when a formula for probabilities is fed into one for logits. Every "
            "confidence then shrinks to between 0.5 and 0.73.",
            wrong=lambda logits, labels: _binary_loss(_sigmoid(logits), labels),
        ),
        Slip(
            "only the term for y = 1",
            "Examples with label 0 cost nothing in yours. Taking −y log ŷ from the multi-class "
            "formula is tempting, but there the other class has its own column. Here 1 − y is "
            "that column.",
            wrong=lambda logits, labels: np.mean(labels * np.logaddexp(0, -logits)),
        ),
        Slip(
            "labels swapped",
            "Your loss treats 1 as 0 and 0 as 1: a confident right answer costs most. Look at "
            "which logarithm is multiplied by y.",
            wrong=lambda logits, labels: np.mean(
                (1 - labels) * np.logaddexp(0, -logits) + labels * np.logaddexp(0, logits)
            ),
        ),
    ),
    hints=(
        "What does your formula give for z = 1000 and y = 0? Print σ(z) and 1 − σ(z).",
        "−log σ(z) = log(1 + e^(−z)) and −log(1 − σ(z)) = log(1 + e^z). Their difference is just "
        "z. So the whole loss of one example is log(1 + e^z) − z y.",
        "log(1 + e^z) = max(z, 0) + log(1 + e^(−|z|)): now the exponent is never positive. "
        "(np.logaddexp(0, z) computes just that.)",
    ),
    worked_example="""
# Related: the loss of one example with label 1, −log σ(z), naive and stable.
z = np.array([-800.0, -2.0, 0.0, 3.0])

with np.errstate(all="ignore"):
    naive = -np.log(1 / (1 + np.exp(-z)))
stable = np.maximum(-z, 0) + np.log1p(np.exp(-np.abs(z)))   # no exponent above 0
print(naive.round(4))
print(stable.round(4))
""",
    gap="np.log1p(np.exp(-np.abs(logits)))",
)


def binary_cross_entropy_gradient(logits, labels):
    """∂L/∂logits of the mean binary cross-entropy.

    L = −(1/n) Σ [y log σ(z) + (1 − y) log(1 − σ(z))],  σ(z) = 1 / (1 + e⁻ᶻ)
    logits : z, shape (batch, outputs).
    labels : y, same shape, 0 or 1.
    Returns an array of the same shape; n counts all elements.
    """
    n = logits.size
    probabilities = 1 / (1 + np.exp(-logits))
    return (probabilities - labels) / n


BINARY_CROSS_ENTROPY_GRADIENT = Exercise(
    lesson=1,
    title="The gradient of binary cross-entropy",
    statement=r"""
With $p = \sigma(z)$ the loss is $L = -\frac{1}{n} \sum_i \left[ y_i \log p_i + (1 - y_i)
\log(1 - p_i) \right]$. Return $\partial L / \partial z$ for logits $z$ and labels $y$ of shape
(batch, outputs): with respect to the *logits*, not the probabilities. Recall
$\sigma'(z) = p\,(1 - p)$.
""",
    reference=binary_cross_entropy_gradient,
    outputs=("gradient",),
    cases=lambda rng: batch_cases(rng, _logits_and_labels),
    numerical=central_differences(_binary_loss, "logits"),
    slips=(
        sign_flipped(
            "Right sizes, opposite signs: yours is (y − p) where the derivative gives (p − y). "
            "The minus before the sum is easily lost on the way. A prediction that is too high "
            "must get a positive gradient, so that a step against it lowers it."
        ),
        MISSING_MEAN,
        MEAN_OVER_ROWS,
        Slip(
            "sigmoid forgotten",
            "You subtract the labels from the logits themselves, which are scores from minus to "
            "plus infinity. The labels are probabilities, so something has to squash the scores "
            "first.",
            wrong=lambda logits, labels: (logits - labels) / logits.size,
        ),
        Slip(
            "gradient with respect to the probabilities",
            "This is ∂L/∂p, as in many texts; for logits the chain rule goes one step further, "
            "through the sigmoid. Multiply by ∂p/∂z on paper and see what cancels.",
            wrong=lambda logits, labels: (
                (_sigmoid(logits) - labels)
                / (_sigmoid(logits) * (1 - _sigmoid(logits)))
                / logits.size
            ),
        ),
        Slip(
            "activation derivative twice",
            "There is a factor p(1 − p) in your result that has already cancelled: it is the "
            "gradient for squared error through a sigmoid, up to a 2. With cross-entropy the "
            "logarithm's 1/p(1 − p) takes it away, and that is the point of the pairing.",
            wrong=lambda logits, labels: (
                (_sigmoid(logits) - labels)
                * _sigmoid(logits)
                * (1 - _sigmoid(logits))
                / logits.size
            ),
        ),
        Slip(
            "factor 2 too many",
            "Twice the right numbers: the 2 of a squared error got in. Cross-entropy holds no "
            "square.",
            after=scaled(2),
        ),
        Slip(
            "sigmoid applied twice",
            "You squash numbers that are already probabilities. Whatever their sign, they come out "
            "between 0.5 and 0.73. Look for a second σ.",
            wrong=lambda logits, labels: (_sigmoid(_sigmoid(logits)) - labels) / logits.size,
        ),
    ),
    hints=(
        "Go in two steps: ∂L/∂p for one example, then times ∂p/∂z.",
        "For one example −[y log p + (1 − y) log(1 − p)] has derivative (p − y) / (p (1 − p)) "
        "with respect to p.",
        "Multiply that by p (1 − p): nearly all cancels. What is left is divided by n.",
    ),
    worked_example="""
# Related: the derivative of the log-probability log σ(z) of one example.
z = 0.8
p = 1 / (1 + np.exp(-z))

by_p = 1 / p                 # outer derivative: of log p
by_z = by_p * p * (1 - p)    # times the inner one, σ′(z) = p (1 − p); the p cancels

numerical = (np.log(1 / (1 + np.exp(-z - 1e-6))) - np.log(1 / (1 + np.exp(-z + 1e-6)))) / 2e-6
print(round(by_z, 5), round(1 - p, 5), round(numerical, 5))
""",
    gap="(probabilities - labels)",
)


def softmax_cross_entropy_gradient(logits, labels):
    """∂L/∂logits of the mean softmax cross-entropy.

    L = −(1/n) Σᵢ Σⱼ yᵢⱼ log pᵢⱼ,  pᵢ = softmax of row i,  n = batch
    logits : shape (batch, classes); any finite numbers, also ±10 000.
    labels : y, same shape, one-hot rows.
    Returns an array of the same shape.
    """
    n = len(logits)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    return (probabilities - labels) / n


def _softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _naive_softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def _softmax_loss(logits, labels):
    return -np.mean(np.sum(labels * np.log(_softmax(logits)), axis=1))


def _logits_and_one_hot(rng, batch, classes):
    return 2 * numbers(rng, batch, classes), one_hot(rng, batch, classes)


SOFTMAX_CROSS_ENTROPY_GRADIENT = Exercise(
    lesson=1,
    title="The gradient of softmax cross-entropy",
    statement=r"""
Each row of the logits $z$, shape (batch, classes), becomes probabilities
$p_j = e^{z_j} / \sum_k e^{z_k}$; the loss is $L = -\frac{1}{n} \sum_i \sum_j y_{ij} \log p_{ij}$
with one-hot labels $y$ and $n$ the number of rows. Return $\partial L / \partial z$, of shape
(batch, classes); finite for logits of $\pm 10\,000$ too.
""",
    reference=softmax_cross_entropy_gradient,
    outputs=("gradient",),
    cases=lambda rng: [
        *batch_cases(rng, _logits_and_one_hot),
        Case(
            "logits near ±10 000",
            (_extreme_logits(rng, 3, 4), one_hot(rng, 3, 4)),
            "extreme",
        ),
    ],
    numerical=central_differences(_softmax_loss, "logits"),
    slips=(
        sign_flipped(
            "Right sizes, opposite signs: (y − p) where the gradient is (p − y). The minus before "
            "the sum got lost, or the update's minus was put in here. The gradient points uphill; "
            "the optimiser turns it round."
        ),
        Slip(
            "missing 1/n",
            "This is the gradient of the summed loss: each row is right, but the mean over the "
            "batch is missing. With one example the two agree, so a test with one row does not "
            "show it.",
            after=scaled(lambda logits, labels: len(logits)),
        ),
        Slip(
            "divided by all elements",
            "You divide by rows times classes. Here the mean runs over the examples only: the sum "
            "over the classes is part of each example's loss. Look at where your n comes from.",
            after=scaled(lambda logits, labels: 1 / logits.shape[1]),
            where=r"size|mean|/",
        ),
        Slip(
            "softmax over the wrong axis",
            "Your probabilities sum to one down each column, across the examples. Each example is "
            "a row and needs its own softmax. NumPy does not complain, as the shape is the same "
            "either way; look at `axis`.",
            wrong=lambda logits, labels: (_softmax(logits, axis=0) - labels) / len(logits),
            where="axis",
        ),
        Slip(
            "softmax over the whole batch",
            "Without `axis`, the sum runs over the whole table, so all examples share one total. "
            "Each row must sum to one on its own.",
            wrong=lambda logits, labels: (
                (np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum() - labels)
                / len(logits)
            ),
            where=r"sum\(",
        ),
        Slip(
            "softmax without max-shift",
            OVERFLOW,
            wrong=lambda logits, labels: (_naive_softmax(logits) - labels) / len(logits),
            where=r"exp\(",
            overflow=True,
        ),
        Slip(
            "sigmoid for softmax",
            "You squash each score on its own, but the classes exclude one another: raising one "
            "score must lower the probabilities of the others. A sigmoid belongs to yes-or-no "
            "questions.",
            wrong=lambda logits, labels: (_sigmoid(logits) - labels) / len(logits),
        ),
        Slip(
            "probabilities used as logits",
            "A softmax of a softmax: the scores are squashed twice, and the result is nearly the "
            "same for every class. It happens when a network already ends in a softmax. Look for "
            "the second one.",
            wrong=lambda logits, labels: (_softmax(_softmax(logits)) - labels) / len(logits),
        ),
        Slip(
            "only the right class",
            "Your gradient is zero at all the wrong classes. Only the right class appears in the "
            "loss, but the softmax ties them together: raising another score lowers its "
            "probability.",
            wrong=lambda logits, labels: labels * (_softmax(logits) - labels) / len(logits),
        ),
    ),
    hints=(
        "For one example with right class c, L = −z_c + log Σ e^(z_k). What is its derivative "
        "with respect to z_c, and to another z_j?",
        "The derivative of log Σ e^(z_k) with respect to z_j is just the probability p_j. The "
        "−z_c contributes only at the right class, which is what the one-hot row marks.",
        "So row by row the gradient is probabilities minus one-hot row, and the mean over the "
        "batch adds 1/n. Subtract the row maximum before exp, with `keepdims=True`.",
    ),
    worked_example="""
# Related: the gradient of log Σ exp(z), for one row of three scores.
z = np.array([1.0, 3.0, 0.0])

e = np.exp(z - z.max())      # subtracting the maximum changes nothing but avoids overflow
gradient = e / e.sum()       # it is the softmax itself

moved = z + np.array([1e-6, 0, 0])
slope = (np.log(np.exp(moved).sum()) - np.log(np.exp(z).sum())) / 1e-6
print(gradient.round(4), round(slope, 4))
""",
    gap="(probabilities - labels)",
)


EXERCISES = (
    MSE_GRADIENT,
    MAE_GRADIENT,
    HUBER_GRADIENT,
    LOG_SUM_EXP,
    BINARY_CROSS_ENTROPY,
    BINARY_CROSS_ENTROPY_GRADIENT,
    SOFTMAX_CROSS_ENTROPY_GRADIENT,
)
