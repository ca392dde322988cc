"""Lesson 08: clipping, batch normalisation, and finding where numbers go bad."""

import numpy as np

from ..exercise import Case, Exercise, Slip, central_differences
from .common import float32, numbers, sign_flipped, whole_numbers

__all__ = ["EXERCISES"]


def clip_by_value(gradient, limit):
    """Cut every entry to the range from −limit to limit.

    gradient : any shape; limit : number above 0.
    Returns a new array of the same shape.
    """
    return np.clip(gradient, -limit, limit)


def _gradient_and_limit(rng, *shape, limit=1.0):
    return 2 * numbers(rng, *shape), limit


CLIP_BY_VALUE = Exercise(
    lesson=8,
    title="Clip by value",
    statement=r"""
Return the gradient with every entry cut to $[-c, c]$, $c$ = `limit`: entries inside stay as they
are. `gradient` has any shape; the result is a new array of the same shape.
""",
    reference=clip_by_value,
    outputs=("clipped",),
    cases=lambda rng: [
        Case("6 entries", _gradient_and_limit(rng, 6)),
        Case("a 3 by 4 matrix", _gradient_and_limit(rng, 3, 4, limit=0.5)),
        Case("one entry", (np.array([-3.0]), 1.5)),
        Case("nothing to clip", (np.array([0.1, -0.2, 0.05]), 1.0)),
        Case("an entry of a million", (np.array([1e6, -0.3, -2.0]), 1.0)),
        float32("5 entries", _gradient_and_limit(rng, 5)),
        *whole_numbers("6 entries", _gradient_and_limit(rng, 6, limit=1.5)),
    ],
    slips=(
        Slip(
            "clip by norm where by value is asked",
            "You shorten the whole vector, so all entries shrink together. That is clipping by "
            "norm, which keeps the direction; here each entry is cut on its own.",
            wrong=lambda gradient, limit: gradient * min(1.0, limit / np.linalg.norm(gradient)),
            where="norm|sqrt",
        ),
        Slip(
            "only cut above",
            "Large positive entries are cut, large negative ones are not. A gradient explodes in "
            "both directions; look at what happens below zero.",
            wrong=lambda gradient, limit: np.minimum(gradient, limit),
            where="min|>",
        ),
        Slip(
            "sign lost",
            "Entries below −limit become +limit: the size is cut, the sign got lost. That turns "
            "the step round.",
            wrong=lambda gradient, limit: np.where(np.abs(gradient) > limit, limit, gradient),
            where="where|abs",
        ),
        Slip(
            "large entries set to zero",
            "You throw the large entries away. They are too long, but they point the right way: "
            "cut them to the limit.",
            wrong=lambda gradient, limit: np.where(np.abs(gradient) > limit, 0, gradient),
            where=r"\b0",
        ),
        Slip(
            "all entries scaled",
            "You scale everything so that the largest entry has size `limit`, also the entries "
            "that were inside, and also when nothing was too large.",
            wrong=lambda gradient, limit: gradient * (limit / np.abs(gradient).max()),
            where="max",
        ),
        Slip(
            "every entry set to the limit",
            "Only the signs are left; the small entries were pushed out to the limit too.",
            wrong=lambda gradient, limit: limit * np.sign(gradient),
            where="sign",
        ),
    ),
    hints=(
        "What should become of 0.3, of 7, and of −7, with limit 1?",
        "Nothing larger than the limit, nothing smaller than minus the limit. NumPy has a function "
        "for exactly that.",
        "np.clip(array, low, high) returns a new array.",
    ),
    worked_example="""
# Related: temperatures limited to what a thermometer can show, 0 to 40 degrees.
true = np.array([-12.0, 15.0, 55.0])
shown = np.minimum(np.maximum(true, 0), 40)    # from below, then from above
print(shown)
""",
    gap="-limit, limit",
)


def clip_by_global_norm(gradients, max_norm):
    """Shorten all gradients together if their common norm exceeds max_norm.

    gradients : list of arrays of any shapes; max_norm : number above 0.
    Returns a list of new arrays of the same shapes.
    """
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [factor * g for g in gradients]


def _norm(gradients):
    return np.sqrt(sum(np.sum(np.square(g)) for g in gradients))


def _shortened(gradients, norm, max_norm):
    factor = max_norm / norm if norm > max_norm else 1.0
    return [factor * g for g in gradients]


def _layers(rng, scale, *shapes):
    return [numbers(rng, *shape, scale=scale) for shape in shapes]


CLIP_BY_GLOBAL_NORM = Exercise(
    lesson=8,
    title="Clip by global norm",
    statement=r"""
`gradients` is a list of arrays, one for each parameter. Their global norm is
$\lVert g \rVert = \sqrt{\sum g_i^2}$ over *all* entries of *all* arrays. If it exceeds $c$ =
`max_norm`, multiply every array by $c / \lVert g \rVert$, which keeps the direction; otherwise
leave them as they are. Return a list of new arrays.
""",
    reference=clip_by_global_norm,
    outputs=("clipped",),
    cases=lambda rng: [
        Case("two layers, too long", (_layers(rng, 2.0, (3, 4), (4,)), 1.0)),
        Case("three arrays, too long", (_layers(rng, 1.0, (2, 2), (2,), (2, 3)), 0.5)),
        Case("short enough", ([np.array([0.1, -0.2]), np.array([[0.3]])], 1.0)),
        Case("one array", (_layers(rng, 3.0, (5,)), 2.0)),
        Case("all zeros", ([np.zeros(3), np.zeros((2, 2))], 1.0)),
        Case("long together, each short", ([np.full(4, 0.4), np.full(4, 0.4)], 1.0)),
        float32("two layers", (_layers(rng, 2.0, (2, 3), (3,)), 1.0)),
        *whole_numbers("two layers", (_layers(rng, 2.0, (2, 3), (3,)), 1.5)),
    ],
    slips=(
        Slip(
            "clip by value where the norm is asked",
            "You cut each entry on its own. That changes the direction of the step: large entries "
            "lose, small ones stay. Clipping by norm shortens the whole vector.",
            wrong=lambda gradients, max_norm: [np.clip(g, -max_norm, max_norm) for g in gradients],
            where="clip|min|max",
        ),
        Slip(
            "each array by its own norm",
            "Every array is shortened by its own norm, so the layers change in proportion to one "
            "another and the direction of the whole step with them. *Global* means one norm for "
            "all. Look at where the norm is computed: inside the loop or before it?",
            wrong=lambda gradients, max_norm: [
                _shortened([g], _norm([g]), max_norm)[0] for g in gradients
            ],
            where="norm|sqrt",
        ),
        Slip(
            "always rescaled",
            "You bring every gradient to length max_norm, also those that were shorter. Near a "
            "minimum the steps would then never get small, and a gradient of zero is divided by "
            "zero.",
            wrong=lambda gradients, max_norm: [
                np.float64(max_norm) / _norm(gradients) * g for g in gradients
            ],
            where="/",
        ),
        Slip(
            "root forgotten",
            "Your norm is the sum of squares; its root is missing. Long gradients are then cut far "
            "too much.",
            wrong=lambda gradients, max_norm: _shortened(
                gradients, _norm(gradients) ** 2, max_norm
            ),
            where="sum",
        ),
        Slip(
            "absolute values for squares",
            "You add up absolute values. The length of a vector comes from its squares, by "
            "Pythagoras.",
            wrong=lambda gradients, max_norm: _shortened(
                gradients, sum(np.abs(g).sum() for g in gradients), max_norm
            ),
            where="abs",
        ),
        Slip(
            "norms of the arrays added",
            "You add the norms of the arrays. Lengths in directions at right angles do not add; "
            "their squares do.",
            wrong=lambda gradients, max_norm: _shortened(
                gradients, sum(_norm([g]) for g in gradients), max_norm
            ),
            where="norm|sqrt",
        ),
        Slip(
            "largest entry for the norm",
            "You measure the gradient by its largest entry. Its length counts all entries.",
            wrong=lambda gradients, max_norm: _shortened(
                gradients, max(np.abs(g).max() for g in gradients), max_norm
            ),
            where="max",
        ),
        Slip(
            "factor upside down",
            "You multiply by norm over max_norm, which makes a long gradient longer still.",
            wrong=lambda gradients, max_norm: [
                (_norm(gradients) / max_norm if _norm(gradients) > max_norm else 1.0) * g
                for g in gradients
            ],
            where="/",
        ),
    ),
    hints=(
        "Imagine all arrays laid end to end as one long vector. What is its length?",
        "Sum the squares over all arrays, then one root. Compare it with max_norm once.",
        "If the norm is larger, every array is multiplied by the same factor max_norm / norm; else "
        "the factor is 1.",
    ),
    worked_example="""
# Related: shorten one vector to length 2 if it is longer.
v = np.array([3.0, 4.0])

length = np.sqrt(np.sum(v**2))                 # 5, by Pythagoras
factor = 2 / length if length > 2 else 1.0
print(length, factor * v, v / length)          # the direction v / length has not changed
""",
    gap="max_norm / norm if norm > max_norm else 1.0",
)


def batch_norm_forward(x, gamma, beta, epsilon):
    """Batch normalisation in training: γ x̂ + β with x̂ = (x − μ) / √(σ² + ε).

    x : shape (batch, features); gamma, beta : (features,); epsilon : number above 0.
    μ and σ² are mean and variance of each column, the variance without correction (1/batch).
    Returns an array of shape (batch, features).
    """
    mean = x.mean(axis=0)
    variance = x.var(axis=0)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta


def _normalised(x, gamma, beta, epsilon, *, axis=0, ddof=0, divisor=None, centre=True, affine=True):
    mean = x.mean(axis=axis, keepdims=True) if centre else 0
    with np.errstate(all="ignore"):
        count = x.shape[axis] if axis is not None else x.size
        variance = x.var(axis=axis, keepdims=True) * np.divide(count, np.float64(count - ddof))
    by = np.sqrt(variance + epsilon) if divisor is None else divisor(variance, epsilon)
    x_hat = (x - mean) / by
    return gamma * x_hat + beta if affine else x_hat


def _norm_args(rng, batch, features, epsilon=0.05):
    x = 2 * numbers(rng, batch, features) + numbers(rng, features)
    return x, 1 + 0.5 * numbers(rng, features), numbers(rng, features), epsilon


def _constant_column(rng):
    x, gamma, beta, _ = _norm_args(rng, 4, 3)
    x[:, 1] = 0.7
    return x, gamma, beta, 1e-3


BATCH_NORM_FORWARD = Exercise(
    lesson=8,
    title="Batch normalisation, forward",
    statement=r"""
For $x$ of shape (batch, features) compute mean $\mu$ and variance $\sigma^2 = \frac{1}{n} \sum
(x - \mu)^2$ of each *feature* over the batch, then $\hat x = (x - \mu) / \sqrt{\sigma^2 +
\varepsilon}$ and return $\gamma \hat x + \beta$, shape (batch, features). $\gamma$ and $\beta$
have shape (features,).
""",
    reference=batch_norm_forward,
    outputs=("out",),
    cases=lambda rng: [
        Case("a batch of 5 with 3 features", _norm_args(rng, 5, 3)),
        Case("a batch of 2 with 4 features", _norm_args(rng, 2, 4, epsilon=0.1)),
        Case("as many examples as features", _norm_args(rng, 4, 4)),
        Case("one feature", _norm_args(rng, 6, 1)),
        Case("a feature that never changes", _constant_column(rng)),
        float32("a batch of 4", _norm_args(rng, 4, 2)),
        *whole_numbers("a batch of 5", _norm_args(rng, 5, 3)),
    ],
    slips=(
        Slip(
            "unbiased variance",
            "Your variance divides by n − 1, as a statistician would to estimate that of a whole "
            "population (ddof=1 in NumPy, the default elsewhere). Batch normalisation uses the "
            "variance of this batch, with 1/n.",
            wrong=lambda *args: _normalised(*args, ddof=1),
            where="ddof|- *1|var|std",
        ),
        Slip(
            "statistics over the wrong axis",
            "You normalise each example over its features; that is layer normalisation. Batch "
            "normalisation compares a feature across the batch. Look at `axis`.",
            wrong=lambda *args: _normalised(*args, axis=1),
            where="axis *= *1|axis",
        ),
        Slip(
            "one mean and variance for all",
            "Without `axis`, mean and variance are taken over the whole table. Every feature has "
            "its own.",
            wrong=lambda *args: _normalised(*args, axis=None),
            where=r"mean\(|var\(|std\(",
        ),
        Slip(
            "epsilon outside the root",
            "You add ε to the standard deviation, after the root. Adam does it so; here it is "
            "added to the variance. Look at the parentheses of the root.",
            wrong=lambda *args: _normalised(*args, divisor=lambda var, eps: np.sqrt(var) + eps),
            where="sqrt|std",
        ),
        Slip(
            "epsilon forgotten",
            "A feature that does not change has variance 0, and you divide by it. ε prevents that.",
            wrong=lambda *args: _normalised(*args, divisor=lambda var, eps: np.sqrt(var)),
            where="sqrt|std",
        ),
        Slip(
            "root forgotten",
            "You divide by the variance. Its root, the standard deviation, has the unit of x.",
            wrong=lambda *args: _normalised(*args, divisor=lambda var, eps: var + eps),
            where="/",
        ),
        Slip(
            "scale and shift forgotten",
            "This is x̂. The layer also has γ and β, so that the network can undo the "
            "normalisation where it needs to.",
            wrong=lambda *args: _normalised(*args, affine=False),
            where="^return",
        ),
        Slip(
            "scale and shift exchanged",
            "γ and β have changed places: γ multiplies, β is added.",
            wrong=lambda x, gamma, beta, epsilon: _normalised(x, beta, gamma, epsilon),
            where="gamma",
        ),
        Slip(
            "mean not subtracted",
            "You divide by the standard deviation, but the mean is still there.",
            wrong=lambda *args: _normalised(*args, centre=False),
            where="/",
        ),
    ),
    hints=(
        "How many means are there? One for each feature: which axis disappears?",
        "axis=0 runs over the batch. x.var(axis=0) divides by n, as needed here.",
        "(x − mean) / np.sqrt(variance + epsilon), then times gamma, plus beta; the shapes "
        "broadcast.",
    ),
    worked_example="""
# Related: centre each column of a table and bring it to standard deviation 1.
table = np.array([[1.0, 100.0], [3.0, 300.0], [5.0, 200.0]])

centred = table - table.mean(axis=0)          # one mean for each column
scaled = centred / table.std(axis=0)
print(scaled.round(3))
print(scaled.mean(axis=0).round(6), scaled.std(axis=0).round(6))
""",
    gap="(x - mean) / np.sqrt(variance + epsilon)",
)


def batch_norm_backward(grad_output, x, gamma, epsilon):
    """Backward pass of batch normalisation in training, out = γ x̂ + β.

    grad_output : ∂L/∂out, shape (batch, features); x : (batch, features).
    gamma : (features,); epsilon : number. x̂ = (x − μ) / √(σ² + ε) with the batch's μ and σ².
    Returns dx (batch, features), dgamma (features,), dbeta (features,).
    """
    inverse_std = 1 / np.sqrt(x.var(axis=0) + epsilon)
    x_hat = (x - x.mean(axis=0)) * inverse_std
    dgamma = (grad_output * x_hat).sum(axis=0)
    dbeta = grad_output.sum(axis=0)
    dx_hat = grad_output * gamma
    mean_part = dx_hat.mean(axis=0)
    variance_part = x_hat * (dx_hat * x_hat).mean(axis=0)
    dx = inverse_std * (dx_hat - mean_part - variance_part)
    return dx, dgamma, dbeta


def _norm_loss(grad_output, x, gamma, epsilon, beta=0.0):
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + epsilon)
    return float(np.sum(grad_output * (gamma * x_hat + beta)))


def _norm_differences(grad_output, x, gamma, epsilon):
    beta = np.zeros(x.shape[1])
    differences = central_differences(_norm_loss, "x", "gamma", "beta")
    return differences(grad_output, x, gamma, epsilon, beta)


def _norm_backward(
    G, x, gamma, epsilon, *, mean_path=True, variance_path=True, use_gamma=True, total=np.mean
):
    inverse_std = 1 / np.sqrt(x.var(axis=0) + epsilon)
    x_hat = (x - x.mean(axis=0)) * inverse_std
    dx_hat = G * gamma if use_gamma else G
    dx = dx_hat
    if mean_path:
        dx = dx - total(dx_hat, axis=0)
    if variance_path:
        dx = dx - x_hat * total(dx_hat * x_hat, axis=0)
    return inverse_std * dx, (G * x_hat).sum(axis=0), G.sum(axis=0)


def _replaced(outputs, **changes):
    names = ("dx", "dgamma", "dbeta")
    return tuple(changes.get(name, output) for name, output in zip(names, outputs, strict=True))


def _norm_backward_args(rng, batch, features, epsilon=0.05):
    x, gamma, _, epsilon = _norm_args(rng, batch, features, epsilon)
    return numbers(rng, batch, features), x, gamma, epsilon


BATCH_NORM_BACKWARD = Exercise(
    lesson=8,
    title="Batch normalisation, backward",
    statement=r"""
Forward: $\hat x = (x - \mu) / \sqrt{\sigma^2 + \varepsilon}$ and out $= \gamma \hat x + \beta$,
with mean and variance of each column of $x$, shape (batch, features). Given
$G = \partial L / \partial$out, return $\partial L / \partial x$ (batch, features),
$\partial L / \partial \gamma$ (features,) and $\partial L / \partial \beta$ (features,). Mind that
$\mu$ and $\sigma^2$ depend on $x$ too. With $\hat G = G \gamma$:
$\partial L / \partial x = (\hat G - \overline{\hat G} - \hat x\, \overline{\hat G \hat x}) /
\sqrt{\sigma^2 + \varepsilon}$, the bar being the mean over the batch.
""",
    reference=batch_norm_backward,
    outputs=("dx", "dgamma", "dbeta"),
    given="x_hat = ",
    cases=lambda rng: [
        Case("a batch of 5 with 3 features", _norm_backward_args(rng, 5, 3)),
        Case("a batch of 3 with 4 features", _norm_backward_args(rng, 3, 4, epsilon=0.1)),
        Case("as many examples as features", _norm_backward_args(rng, 4, 4)),
        Case("one feature", _norm_backward_args(rng, 6, 1)),
        float32("a batch of 4", _norm_backward_args(rng, 4, 2)),
        *whole_numbers("a batch of 5", _norm_backward_args(rng, 5, 3)),
    ],
    numerical=_norm_differences,
    slips=(
        Slip(
            "mean and variance taken as constants",
            "You differentiate as if μ and σ² were fixed numbers. That is right in prediction, "
            "with running averages; in training every x moves the mean and the variance of its "
            "batch, and both paths count.",
            wrong=lambda *args: _norm_backward(*args, mean_path=False, variance_path=False),
            where=r"dx *=",
        ),
        Slip(
            "path through the variance forgotten",
            "The mean's part is there, that of the variance is not: a larger x also stretches the "
            "batch, and so shrinks all the others.",
            wrong=lambda *args: _norm_backward(*args, variance_path=False),
            where=r"dx *=",
        ),
        Slip(
            "path through the mean forgotten",
            "The variance's part is there, that of the mean is not: a larger x also moves the "
            "mean, which is subtracted from every example.",
            wrong=lambda *args: _norm_backward(*args, mean_path=False),
            where=r"dx *=",
        ),
        Slip(
            "gamma forgotten in dx",
            "dgamma and dbeta are right. On the way to x the gradient passes the multiplication "
            "by γ first.",
            wrong=lambda *args: _norm_backward(*args, use_gamma=False),
            where=r"dx_hat *=|dx *=",
        ),
        Slip(
            "sums for means in dx",
            "In dx you subtract sums where means are due. They come from the 1/n in μ and σ², so "
            "each is divided by the size of the batch.",
            wrong=lambda *args: _norm_backward(*args, total=np.sum),
            where=r"dx *=|sum",
        ),
        Slip(
            "dgamma without x̂",
            "Your dgamma equals dbeta. γ multiplies x̂, so its gradient collects G times x̂.",
            wrong=lambda G, x, gamma, epsilon: _replaced(
                _norm_backward(G, x, gamma, epsilon), dgamma=G.sum(axis=0)
            ),
            where=r"dgamma *=",
        ),
        Slip(
            "dgamma with x instead of x̂",
            "dgamma collects G times x. What γ was multiplied by is x̂, after the normalisation.",
            wrong=lambda G, x, gamma, epsilon: _replaced(
                _norm_backward(G, x, gamma, epsilon), dgamma=(G * x).sum(axis=0)
            ),
            where=r"dgamma *=",
        ),
        Slip(
            "means for sums in dgamma and dbeta",
            "You average dgamma and dbeta over the batch. The mean of the loss is already in G; "
            "parameters that serve all examples collect a sum.",
            wrong=lambda G, x, gamma, epsilon: _replaced(
                _norm_backward(G, x, gamma, epsilon),
                dgamma=_norm_backward(G, x, gamma, epsilon)[1] / len(x),
                dbeta=G.mean(axis=0),
            ),
            where=r"dgamma *=|mean",
        ),
        Slip(
            "dgamma and dbeta summed over the wrong axis",
            "They are summed along the rows, over the features. Each feature has its own γ and β, "
            "which serve all examples: look at `axis`.",
            wrong=lambda G, x, gamma, epsilon: _replaced(
                _norm_backward(G, x, gamma, epsilon),
                dgamma=(G * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + epsilon)).sum(axis=1),
                dbeta=G.sum(axis=1),
            ),
            where=r"axis *= *1",
        ),
        sign_flipped("All three have the opposite sign. The minus belongs to the update."),
    ),
    hints=(
        "dgamma and dbeta are as in a dense layer with one input: γ multiplies x̂, β is added.",
        "For dx follow three paths from x to x̂: directly, through μ, and through σ².",
        "With dx_hat = G · γ: subtract its mean over the batch, and x̂ times the mean of "
        "dx_hat · x̂; then divide by √(σ² + ε).",
    ),
    worked_example="""
# Related: backward through centring alone, c = x − mean(x), for one column.
x = np.array([1.0, 4.0, 7.0])
G = np.array([1.0, 0.0, -0.5])        # ∂L/∂c

dx = G - G.mean()                     # directly, and through the mean that x moves
moved = x + np.array([1e-6, 0, 0])
slope = (np.sum(G * (moved - moved.mean())) - np.sum(G * (x - x.mean()))) / 1e-6
print(dx.round(4), round(slope, 4))
""",
    gap="dx_hat - mean_part - variance_part",
)


def running_average(running, batch, momentum):
    """Move a running average a little towards the newest value.

    running, batch : equal shapes; momentum : the weight of the newest, between 0 and 1.
    Returns a new array of the same shape.
    """
    return (1 - momentum) * running + momentum * batch


RUNNING_AVERAGE = Exercise(
    lesson=8,
    title="Running averages for prediction",
    statement=r"""
In prediction batch normalisation uses running averages. After each training batch
$r \leftarrow (1 - m)\, r + m\, b$, with $b$ the batch's mean (or variance), shape (features,), and
$m$ = `momentum`, the weight of the newest batch, often 0.1. Return the new average as a new array.
""",
    reference=running_average,
    outputs=("running",),
    cases=lambda rng: [
        Case("3 features", (numbers(rng, 3), numbers(rng, 3), 0.1)),
        Case("5 features, momentum 0.3", (numbers(rng, 5), numbers(rng, 5), 0.3)),
        Case("one feature", (numbers(rng, 1), numbers(rng, 1), 0.01)),
        Case("momentum 1", (numbers(rng, 2), numbers(rng, 2), 1.0)),
        float32("4 features", (numbers(rng, 4), numbers(rng, 4), 0.2)),
        *whole_numbers("4 features", (numbers(rng, 4), numbers(rng, 4), 0.25)),
    ],
    slips=(
        Slip(
            "running averages reversed",
            "The newest batch gets weight 1 − m and the past only m, so with m = 0.1 nearly all is "
            "forgotten at once. Libraries disagree on what they call momentum; here it is the "
            "weight of the newest.",
            wrong=lambda running, batch, momentum: momentum * running + (1 - momentum) * batch,
        ),
        Slip(
            "old average not scaled down",
            "You add the new share without taking anything from the old. The two weights must add "
            "up to 1, or the average grows without end.",
            wrong=lambda running, batch, momentum: running + momentum * batch,
        ),
        Slip(
            "newest batch whole",
            "The batch enters with weight 1. The two weights must add up to 1.",
            wrong=lambda running, batch, momentum: (1 - momentum) * running + batch,
        ),
        Slip(
            "only the newest batch",
            "You take the newest batch and forget the past. Then prediction depends on which batch "
            "happened to be last.",
            wrong=lambda running, batch, momentum: batch * 1,
        ),
        Slip(
            "plain mean of the two",
            "You average old and new half and half; `momentum` is not used.",
            wrong=lambda running, batch, momentum: (running + batch) / 2,
        ),
        Slip(
            "moved away from the batch",
            "You move in the wrong direction: the difference has the wrong sign. The average "
            "should come closer to the newest value.",
            wrong=lambda running, batch, momentum: running + momentum * (running - batch),
        ),
    ),
    hints=(
        "With m = 0.1, how much of the result should be old, and how much new?",
        "The weights are 1 − m and m.",
        "(1 − m) · old + m · new. It is the same as moving from old towards new by the share m.",
    ),
    worked_example="""
# Related: mix two paints, 30 % of the second.
first, second = np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])
print((1 - 0.3) * first + 0.3 * second)     # the shares add up to 1
""",
    gap="(1 - momentum) * running + momentum * batch",
)


def first_not_finite(arrays):
    """Position of the first array that holds NaN or infinity.

    arrays : list of arrays, such as the activations of the layers in order.
    Returns a whole number; −1 if all are finite.
    """
    for i, array in enumerate(arrays):
        if not np.isfinite(array).all():
            return i
    return -1


FIRST_NOT_FINITE = Exercise(
    lesson=8,
    title="NaN detective",
    statement=r"""
A run has died: somewhere a number became NaN or infinite, and from there it spread. `arrays` is a
list of arrays of any shapes, one for each layer in order. Return the position of the first that
holds NaN or $\pm\infty$, or −1 if all are finite.
""",
    reference=first_not_finite,
    outputs=("position",),
    cases=lambda rng: [
        Case("NaN in layer 2", ([np.ones(3), np.zeros((2, 2)), np.array([1.0, np.nan])],)),
        Case(
            "infinity before NaN",
            ([np.ones(2), np.array([np.inf, 1.0]), np.array([np.nan]), np.full(2, np.nan)],),
        ),
        Case("minus infinity first", ([np.array([[0.5, -np.inf]]), np.ones(2)],)),
        Case("a layer of NaN only", ([np.ones(2), np.full(3, np.nan), np.array([1.0, np.nan])],)),
        Case("all finite", ([np.ones(2), np.array([1e300, -1e300])],)),
        Case("one finite layer", ([np.array([0.0])],)),
    ],
    slips=(
        Slip(
            "infinity overlooked",
            "You look for NaN only. Infinity usually comes first, and turns into NaN a layer later "
            "(∞ − ∞, ∞/∞): so you accuse the wrong layer.",
            wrong=lambda arrays: next((i for i, a in enumerate(arrays) if np.isnan(a).any()), -1),
            where="isnan",
        ),
        Slip(
            "NaN overlooked",
            "You look for infinity only. A NaN is neither large nor infinite, and every comparison "
            "with it is false.",
            wrong=lambda arrays: next((i for i, a in enumerate(arrays) if np.isinf(a).any()), -1),
            where="isinf|[<>]",
        ),
        Slip(
            "last instead of first",
            "You return the last bad layer. What went wrong spreads to all that follow; the first "
            "one is the suspect. Look at what happens after a find.",
            wrong=lambda arrays: max(
                (i for i, a in enumerate(arrays) if not np.isfinite(a).all()), default=-1
            ),
        ),
        Slip(
            "only layers that are bad throughout",
            "You report a layer only if *none* of its numbers is finite. One bad entry is enough: "
            "compare `all` and `any`.",
            wrong=lambda arrays: next(
                (i for i, a in enumerate(arrays) if not np.isfinite(a).any()), -1
            ),
            where="any|all",
        ),
        Slip(
            "0 when nothing is wrong",
            "If all is finite you return 0, which is also the answer for the first layer. The "
            "exercise asks for −1 there.",
            wrong=lambda arrays: next(
                (i for i, a in enumerate(arrays) if not np.isfinite(a).all()), 0
            ),
        ),
        Slip(
            "counted from 1",
            "Your positions start at 1. In Python the first is number 0.",
            wrong=lambda arrays: next(
                (i + 1 for i, a in enumerate(arrays) if not np.isfinite(a).all()), -1
            ),
        ),
    ),
    hints=(
        "Which NumPy function is True for ordinary numbers and False for both NaN and ±∞?",
        "np.isfinite(array) tells entry by entry; a layer is healthy if `.all()` of them are True.",
        "Go through `enumerate(arrays)`, return the position at the first find, and −1 after the "
        "loop.",
    ),
    worked_example="""
# Related: the first word that holds a digit.
words = ["start", "lesson", "step2", "x9"]


def first_with_digit(words):
    for i, word in enumerate(words):
        if any(letter.isdigit() for letter in word):
            return i          # the first find ends the search
    return -1                 # reached only without a find


print(first_with_digit(words), first_with_digit(["none"]))
""",
    gap="not np.isfinite(array).all()",
)


EXERCISES = (
    CLIP_BY_VALUE,
    CLIP_BY_GLOBAL_NORM,
    BATCH_NORM_FORWARD,
    BATCH_NORM_BACKWARD,
    RUNNING_AVERAGE,
    FIRST_NOT_FINITE,
)
