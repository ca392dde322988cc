"""Lesson 07: why gradients vanish, and what initialisation and shortcuts do about it."""

import numpy as np

from ..exercise import Case, Exercise, Slip, central_differences
from .common import float32, numbers, sign_flipped, whole_numbers

__all__ = ["EXERCISES"]


def he_weights(z):
    """Weights for a ReLU layer from standard normal numbers: variance 2 / n_in.

    z : shape (n_in, n_out), drawn with mean 0 and variance 1.
    Returns an array of the same shape.
    """
    n_in = len(z)
    return z * np.sqrt(2 / n_in)


HE_WEIGHTS = Exercise(
    lesson=7,
    title="He initialisation",
    statement=r"""
A ReLU layer keeps the size of its signal if its weights have mean 0 and variance
$\frac{2}{n_{in}}$. Given $z$, shape $(n_{in}, n_{out})$, drawn with variance 1, return weights of
that variance, of the same shape. Recall that multiplying by $c$ multiplies a variance by $c^2$.
""",
    reference=he_weights,
    outputs=("W",),
    cases=lambda rng: [
        Case("4 inputs, 3 outputs", (numbers(rng, 4, 3),)),
        Case("2 inputs, 5 outputs", (numbers(rng, 2, 5),)),
        Case("a square layer", (numbers(rng, 3, 3),)),
        Case("one input", (numbers(rng, 1, 4),)),
        Case("50 inputs", (numbers(rng, 50, 2),)),
        float32("6 inputs, 2 outputs", (numbers(rng, 6, 2),)),
        *whole_numbers("5 inputs, 2 outputs", (numbers(rng, 5, 2),)),
    ],
    slips=(
        Slip(
            "root forgotten",
            "You multiply by the variance itself. A factor c changes the variance by c², so the "
            "signal would shrink from layer to layer. Which c has the square 2/n_in?",
            wrong=lambda z: z * 2 / len(z),
        ),
        Slip(
            "number of outputs instead of inputs",
            "You divide by n_out. A unit adds up its *inputs*, and the more there are, the smaller "
            "each weight has to be. With the course's (n_in, n_out), which axis is that?",
            wrong=lambda z: z * np.sqrt(2 / z.shape[1]),
            where=r"shape\[|len",
        ),
        Slip(
            "missing 2",
            "Your variance is 1/n_in, which suits a layer without activation. ReLU sets half of "
            "its inputs to zero, and the 2 makes up for that.",
            wrong=lambda z: z * np.sqrt(1 / len(z)),
        ),
        Slip(
            "Xavier instead of He",
            "Your variance is 2/(n_in + n_out), made for tanh. For ReLU it is smaller than needed "
            "whenever the layer does not shrink.",
            wrong=lambda z: z * np.sqrt(2 / sum(z.shape)),
        ),
        Slip(
            "divided instead of multiplied",
            "The factor went in upside down: the weights grow with the number of inputs.",
            wrong=lambda z: z / np.sqrt(2 / len(z)),
        ),
        Slip(
            "divided by all weights",
            "You divide by the number of all entries, inputs times outputs. Each output unit sees "
            "only its own n_in weights.",
            wrong=lambda z: z * np.sqrt(2 / z.size),
            where="size",
        ),
    ),
    hints=(
        "If z has variance 1, which variance has c · z?",
        "c² is to be 2/n_in. And n_in is the number of rows of z.",
        "Multiply z by np.sqrt(2 / number of rows).",
    ),
    worked_example="""
# Related: numbers of variance 1 made into numbers of standard deviation 0.5.
z = np.random.default_rng(0).normal(size=10_000)
x = 0.5 * z                                     # factor 0.5, variance 0.5² = 0.25
print(round(z.var(), 2), round(x.var(), 2), round(x.std(), 2))
""",
    gap="np.sqrt(2 / n_in)",
)


def xavier_std(n_in, n_out):
    """Standard deviation of Xavier (Glorot) initialisation, for tanh and sigmoid.

    n_in, n_out : whole numbers. The variance is 2 / (n_in + n_out).
    Returns one number.
    """
    return np.sqrt(2 / (n_in + n_out))


XAVIER_STD = Exercise(
    lesson=7,
    title="Xavier initialisation",
    statement=r"""
To keep the signal forward, the weights should have variance $1 / n_{in}$; to keep the gradient
backward, $1 / n_{out}$. Xavier initialisation divides by the mean of the two numbers: variance
$\frac{2}{n_{in} + n_{out}}$. Return the *standard deviation*.
""",
    reference=xavier_std,
    outputs=("std",),
    cases=lambda rng: [
        Case("784 in, 64 out", (784, 64)),
        Case("64 in, 10 out", (64, 10)),
        Case("10 in, 300 out", (10, 300)),
        Case("equally many", (32, 32)),
        Case("one in, one out", (1, 1)),
    ],
    slips=(
        Slip(
            "variance instead of standard deviation",
            "This is the variance. Weights are drawn as standard deviation times a normal number; "
            "with the variance in its place they come out far too small.",
            wrong=lambda n_in, n_out: 2 / (n_in + n_out),
        ),
        Slip(
            "He instead of Xavier",
            "This is He initialisation, made for ReLU: it looks at the inputs only. Xavier is a "
            "compromise between forward and backward.",
            wrong=lambda n_in, n_out: np.sqrt(2 / n_in),
        ),
        Slip(
            "only the inputs",
            "√(1/n_in) keeps the signal on its way forward. On the way back the gradient meets "
            "n_out; both should have their say.",
            wrong=lambda n_in, n_out: np.sqrt(1 / n_in),
        ),
        Slip(
            "missing 2",
            "You divide by the sum of the two numbers, but the compromise is their mean.",
            wrong=lambda n_in, n_out: np.sqrt(1 / (n_in + n_out)),
        ),
        Slip(
            "limit of the uniform version",
            "√(6/(n_in + n_out)) is the limit a of the version with uniform weights in [−a, a]; "
            "their standard deviation is a/√3. Here the standard deviation is asked for.",
            wrong=lambda n_in, n_out: np.sqrt(6 / (n_in + n_out)),
        ),
        Slip(
            "parentheses missing",
            "2 / n_in + n_out is something else than 2 / (n_in + n_out): division binds more "
            "tightly than the sum.",
            wrong=lambda n_in, n_out: np.sqrt(2 / n_in + n_out),
        ),
    ),
    hints=(
        "Variance and standard deviation: how does one come from the other?",
        "The standard deviation is the root of the variance.",
        "np.sqrt of 2 over the sum; put the sum in parentheses.",
    ),
    worked_example="""
# Related: the standard deviation of a fair die, from its variance.
faces = np.arange(1, 7)
variance = np.mean((faces - faces.mean()) ** 2)
print(round(variance, 4), round(np.sqrt(variance), 4))    # the root of the variance
""",
    gap="np.sqrt(2 / (n_in + n_out))",
)


def sigmoid_chain_slope(x, weights):
    """∂a/∂x through a chain of sigmoids: a ← σ(w · a) for each w, beginning with a = x.

    x : number; weights : shape (depth,).
    Returns one number.
    """
    a, slope = x, 1.0
    for w in weights:
        a = 1 / (1 + np.exp(-w * a))
        slope = slope * w * a * (1 - a)
    return slope


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _chain(x, weights):
    a = x
    for w in weights:
        a = _sigmoid(w * a)
    return a


def _chain_slope(x, weights, factor):
    """The product of `factor(w, z, a)` over the layers."""
    a, product = x, 1.0
    for w in weights:
        z = w * a
        a = _sigmoid(z)
        product = product * factor(w, z, a)
    return product


SIGMOID_CHAIN_SLOPE = Exercise(
    lesson=7,
    title="What a chain of sigmoids leaves of a gradient",
    statement=r"""
A network with one unit in each layer: $a_0 = x$, $z_k = w_k a_{k-1}$, $a_k = \sigma(z_k)$ for all
entries of `weights`, shape (depth,). Return $\partial a_{depth} / \partial x$, one number: the
product of a factor $w_k\, \sigma'(z_k)$ for each layer.
""",
    reference=sigmoid_chain_slope,
    outputs=("slope",),
    cases=lambda rng: [
        Case("3 layers", (0.5, numbers(rng, 3))),
        Case("one layer", (-1.2, numbers(rng, 1))),
        Case("6 layers with weights near 2", (0.3, 2 + 0.3 * numbers(rng, 6))),
        Case("2 layers, large weights", (0.8, np.array([4.0, -3.5]))),
        Case("no layer", (1.5, np.zeros(0))),
        Case("whole numbers", (1.0, np.array([2.0, -1.0, 3.0]))),
        Case("the same as integers", (1, np.array([2, -1, 3])), "integer"),
    ],
    numerical=central_differences(lambda x, weights: float(_chain(float(x), weights)), "x"),
    slips=(
        Slip(
            "weights forgotten",
            "You multiply the slopes of the sigmoids only. Between two layers the signal also goes "
            "through a weight, and large weights can make up for small slopes. Look at z = w a.",
            wrong=lambda x, weights: _chain_slope(x, weights, lambda w, z, a: a * (1 - a)),
        ),
        Slip(
            "activation derivative forgotten",
            "You multiply the weights only, as in a network without activations. It is the slope "
            "of the sigmoid, at most ¼, that makes the gradient vanish.",
            wrong=lambda x, weights: _chain_slope(x, weights, lambda w, z, a: w),
        ),
        Slip(
            "derivative taken at a instead of z",
            "The slope is σ′(a), so the sigmoid was applied twice. It is σ′(z), or a(1 − a) with a "
            "itself.",
            wrong=lambda x, weights: _chain_slope(
                x, weights, lambda w, z, a: w * _sigmoid(a) * (1 - _sigmoid(a))
            ),
        ),
        Slip(
            "derivative taken at z instead of a",
            "In a(1 − a) you have z where the output a belongs.",
            wrong=lambda x, weights: _chain_slope(x, weights, lambda w, z, a: w * z * (1 - z)),
        ),
        Slip(
            "activation instead of its slope",
            "You multiply by a = σ(z) itself. A unit that is fully on has a near 1, and hardly any "
            "slope.",
            wrong=lambda x, weights: _chain_slope(x, weights, lambda w, z, a: w * a),
        ),
        Slip(
            "the largest slope everywhere",
            "You use ¼ for every layer. That is the slope at z = 0, and an upper bound; the true "
            "product is smaller still.",
            wrong=lambda x, weights: _chain_slope(x, weights, lambda w, z, a: w * 0.25),
            where=r"0\.25|/ *4",
        ),
        Slip(
            "slopes added",
            "You add up the factors of the layers. Layers one behind the other multiply, and that "
            "is why small ones become tiny so fast.",
            wrong=lambda x, weights: (
                sum(
                    _chain_slope(_chain(x, weights[:k]), weights[k : k + 1], _one_factor)
                    for k in range(len(weights))
                )
                + (0.0 if len(weights) else 1.0)
            ),
            where=r"\+",
        ),
        Slip(
            "all slopes taken at the input",
            "Every layer's slope is taken with the same x: a is never moved on. What goes into a "
            "layer is what the one before it made. Look at what your loop updates.",
            wrong=lambda x, weights: np.prod(
                [w * _sigmoid(w * x) * (1 - _sigmoid(w * x)) for w in weights]
            ),
        ),
        Slip(
            "the output instead of its slope",
            "This is a at the end of the chain. How much it changes with x is wanted.",
            wrong=_chain,
            where="^return",
        ),
    ),
    hints=(
        "Two things travel along the chain: the signal a, and the product of slopes so far.",
        "A layer does z = w a and a = σ(z); its slopes are w and a(1 − a), with the new a.",
        "In each turn: a = σ(w · a), then slope = slope · w · a · (1 − a).",
    ),
    worked_example="""
# Related: the slope of sin(sin(sin(x))) at x = 1, carried along in a loop.
a, slope = 1.0, 1.0
for _ in range(3):
    slope = slope * np.cos(a)      # slope of this sine, at what goes into it
    a = np.sin(a)                  # then move on

numerical = (np.sin(np.sin(np.sin(1 + 1e-6))) - np.sin(np.sin(np.sin(1 - 1e-6)))) / 2e-6
print(round(slope, 5), round(numerical, 5))
""",
    gap="slope * w * a * (1 - a)",
)


def _one_factor(w, z, a):
    return w * a * (1 - a)


def residual_backward(grad_output, x, W):
    """∂L/∂x for a residual block a = x + tanh(x W).

    grad_output : ∂L/∂a, shape (batch, d); x : (batch, d); W : (d, d).
    Returns an array of shape (batch, d).
    """
    t = np.tanh(x @ W)
    return grad_output + (grad_output * (1 - t**2)) @ W.T


def _block(rng, batch, d):
    return numbers(rng, batch, d), numbers(rng, batch, d), numbers(rng, d, d, scale=0.7)


RESIDUAL_BACKWARD = Exercise(
    lesson=7,
    title="Backward through a shortcut",
    statement=r"""
A residual block computes $a = x + \tanh(x W)$ with $x$ of shape (batch, d) and $W$ (d, d). Given
$G = \partial L / \partial a$, shape (batch, d), return $\partial L / \partial x$: $x$ reaches the
output on two paths.
""",
    reference=residual_backward,
    outputs=("dx",),
    cases=lambda rng: [
        Case("a batch of 4 with 3 features", _block(rng, 4, 3)),
        Case("a batch of 2 with 5 features", _block(rng, 2, 5)),
        Case("as many examples as features", _block(rng, 3, 3)),
        Case("one example", _block(rng, 1, 4)),
        Case("one feature", _block(rng, 5, 1)),
        float32("a batch of 3", _block(rng, 3, 2)),
        *whole_numbers("a batch of 3", _block(rng, 3, 2)),
    ],
    numerical=central_differences(
        lambda grad_output, x, W: float(np.sum(grad_output * (x + np.tanh(x @ W)))), "x"
    ),
    slips=(
        Slip(
            "shortcut forgotten",
            "Your gradient comes only through the tanh and W. The `x +` in front is a path of its "
            "own with slope 1, and the reason why residual networks can be deep. Where paths meet, "
            "their gradients add.",
            wrong=lambda G, x, W: (G * (1 - np.tanh(x @ W) ** 2)) @ W.T,
        ),
        Slip(
            "only the shortcut",
            "Only the path along the shortcut is there. x also goes through W and the tanh.",
            wrong=lambda G, x, W: G * 1,
        ),
        Slip(
            "paths multiplied",
            "You multiply what comes over the two paths. Paths side by side add.",
            wrong=lambda G, x, W: G * ((G * (1 - np.tanh(x @ W) ** 2)) @ W.T),
        ),
        Slip(
            "activation derivative forgotten",
            "Both paths are there, but on the inner one the slope of tanh is missing.",
            wrong=lambda G, x, W: G + G @ W.T,
        ),
        Slip(
            "derivative taken at z instead of a",
            "In 1 − a² you have z = x W where the output of tanh belongs.",
            wrong=lambda G, x, W: G + (G * (1 - (x @ W) ** 2)) @ W.T,
        ),
        Slip(
            "derivative taken at a instead of z",
            "The slope of tanh is taken at its own output: tanh was applied twice.",
            wrong=lambda G, x, W: G + (G * (1 - np.tanh(np.tanh(x @ W)) ** 2)) @ W.T,
            where="tanh",
        ),
        Slip(
            "W where Wᵀ is due",
            "On the way back you multiply by W as in the forward pass. W is square here, so the "
            "shapes fit either way and only the numbers tell.",
            wrong=lambda G, x, W: G + (G * (1 - np.tanh(x @ W) ** 2)) @ W,
            where=r"@ *W\b",
        ),
        Slip(
            "1 added instead of the upstream",
            "For the shortcut you add 1, its local slope. The chain rule multiplies it by what "
            "arrives, so G itself has to be added.",
            wrong=lambda G, x, W: 1 + (G * (1 - np.tanh(x @ W) ** 2)) @ W.T,
            where=r"\+ *1\b|1 *\+",
        ),
        sign_flipped("Right sizes, opposite signs. The minus belongs to the update."),
        Slip(
            "slope multiplied after W",
            "The slope of tanh is applied after W, on the wrong side. Backward the order is "
            "reversed: first through the tanh, then through W.",
            wrong=lambda G, x, W: G + (G @ W.T) * (1 - np.tanh(x @ W) ** 2),
        ),
    ),
    hints=(
        "Draw the block: which two paths lead from x to a?",
        "Along the shortcut G arrives as it is. Along the other path it goes back through tanh, "
        "then through W.",
        "Through tanh: G · (1 − t²). Through W: … @ Wᵀ. Then add G.",
    ),
    worked_example="""
# Related: a = x + x², one number; G = ∂L/∂a = 3.
x, G = 2.0, 3.0

shortcut = G * 1             # the slope of x is 1
inner = G * 2 * x            # the slope of x² is 2x
print(shortcut + inner)      # two paths, so they add: 3 · (1 + 4)
""",
    gap="(grad_output * (1 - t**2)) @ W.T",
)


EXERCISES = (HE_WEIGHTS, XAVIER_STD, SIGMOID_CHAIN_SLOPE, RESIDUAL_BACKWARD)
