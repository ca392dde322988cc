"""Lesson 04: update rules, from the plain step to Adam."""

import numpy as np

from ..exercise import Case, Exercise, Slip
from .common import float32, numbers, whole_numbers

__all__ = ["EXERCISES"]


WRONG_DIRECTION = (
    "The weights move along the gradient instead of against it. The gradient points to where the "
    "loss grows fastest, so this is climbing, and the loss rises with every step. Look at the sign "
    "of the update."
)
RATE_TWICE = (
    "The learning rate is in your step twice. With a rate below 1 the square is much smaller, so "
    "training does not break, it only crawls; that is why this one is hard to see. Look for two "
    "places that multiply by it."
)


def gradient_step(w, gradient, learning_rate):
    """One step of gradient descent.

    w, gradient : equal shapes; learning_rate : number above 0.
    Returns the new weights in a new array; w stays as it was.
    """
    return w - learning_rate * gradient


def _step(rng, *shape):
    return numbers(rng, *shape), numbers(rng, *shape), rng.choice([0.1, 0.03, 0.5])


GRADIENT_STEP = Exercise(
    lesson=4,
    title="One step downhill",
    statement=r"""
Return the weights after one step, $w_{new} = w_{old} - \alpha\, \partial L / \partial w$. The
arrays `w` and `gradient` have equal, arbitrary shapes, and $\alpha$ is the learning rate. Make a
new array: whoever calls the function still needs the old weights.
""",
    reference=gradient_step,
    outputs=("w_new",),
    cases=lambda rng: [
        Case("3 weights", _step(rng, 3)),
        Case("a 2 by 4 matrix", _step(rng, 2, 4)),
        Case("one weight", _step(rng, 1)),
        Case("learning rate 2", (numbers(rng, 5), numbers(rng, 5), 2.0)),
        float32("4 weights", _step(rng, 4)),
        *whole_numbers("6 weights", _step(rng, 6)),
    ],
    slips=(
        Slip(
            "update in the wrong direction",
            WRONG_DIRECTION,
            wrong=lambda w, gradient, rate: w + rate * gradient,
            where=r"\+",
        ),
        Slip(
            "learning rate forgotten",
            "You subtract the whole gradient. Its size says how steep it is, not how far to go: on "
            "a steep slope a step of that length jumps across the valley. One argument of your "
            "function is not used.",
            wrong=lambda w, gradient, rate: w - gradient,
        ),
        Slip(
            "learning rate applied twice",
            RATE_TWICE,
            wrong=lambda w, gradient, rate: w - rate**2 * gradient,
        ),
        Slip(
            "only the step returned",
            "What you return is the change of the weights, −α times the gradient. The new weights "
            "are the old ones with that change.",
            wrong=lambda w, gradient, rate: -rate * gradient,
        ),
        Slip(
            "gradient brought to length 1",
            "You divide the gradient by its length, so every step is equally long. Plain descent "
            "takes shorter steps where it is flatter, which is how it comes to rest.",
            wrong=lambda w, gradient, rate: w - rate * gradient / np.linalg.norm(gradient),
            where="norm|sqrt",
        ),
        Slip(
            "weights scaled down",
            "The learning rate shrinks the weights themselves as well. That is weight decay, which "
            "comes in lesson 9. Look at what your rate is multiplied with.",
            wrong=lambda w, gradient, rate: w - rate * (gradient + w),
        ),
    ),
    hints=(
        "The gradient says which way is up. Which way do you want to go?",
        "The formula in the statement is nearly Python already; NumPy does all entries at once.",
        "`w - learning_rate * gradient` makes a new array. `w -= …` would change the caller's.",
    ),
    worked_example="""
# Related: one step *uphill*, to maximise f(x, y) = −x² − y² from (1, 2).
point = np.array([1.0, 2.0])
gradient = -2 * point                # of f, at this point
higher = point + 0.1 * gradient      # along the gradient f grows


def f(p):
    return -np.sum(p**2)


print(higher, round(f(point), 3), round(f(higher), 3))
""",
    gap="w - learning_rate * gradient",
)


def gradient_descent(gradient, start, learning_rate, steps):
    """The path of gradient descent.

    gradient : function, gradient(w) is ∂L/∂w at w; start : shape (d,).
    learning_rate : number; steps : how many, 0 or more.
    Returns the path, shape (steps + 1, d): the start and the point after each step.
    """
    path = [start]
    for _ in range(steps):
        w = path[-1]
        path.append(w - learning_rate * gradient(w))
    return np.array(path)


def _bowl(*curvatures):
    """The gradient of ½ Σ λᵢ wᵢ²."""
    scale = np.array(curvatures)

    def gradient(w):
        return scale * w

    return gradient


def _wavy(w):
    return np.cos(w) + 0.2 * w


def _descent(gradient, start, rate, steps, direction=-1):
    path = [start]
    for _ in range(steps):
        path.append(path[-1] + direction * rate * gradient(path[-1]))
    return np.array(path)


GRADIENT_DESCENT = Exercise(
    lesson=4,
    title="A whole path downhill",
    statement=r"""
Repeat $w \leftarrow w - \alpha\, \nabla L(w)$ for `steps` steps from `start`, shape $(d,)$.
`gradient` is a function: call it where you are. Return all points as an array of shape
(steps + 1, $d$), the start first.
""",
    reference=gradient_descent,
    outputs=("path",),
    cases=lambda rng: [
        Case("a bowl in 2-D, 5 steps", (_bowl(1.0, 4.0), np.array([2.0, -1.0]), 0.2, 5)),
        Case("a bowl in 3-D, 4 steps", (_bowl(0.5, 1.0, 3.0), numbers(rng, 3), 0.3, 4)),
        Case("a wavy valley, 6 steps", (_wavy, np.array([1.5]), 0.5, 6)),
        Case("one step", (_bowl(2.0, 1.0), numbers(rng, 2), 0.1, 1)),
        Case("no step at all", (_bowl(2.0, 1.0), numbers(rng, 2), 0.1, 0)),
        Case("a start of whole numbers", (_bowl(1.0, 3.0), np.array([3.0, -2.0]), 0.25, 3)),
        Case("the same as integers", (_bowl(1.0, 3.0), np.array([3, -2]), 0.25, 3), "integer"),
    ],
    slips=(
        Slip(
            "update in the wrong direction",
            WRONG_DIRECTION,
            wrong=lambda *args: _descent(*args, direction=1),
            where=r"\+=|\+ *learning_rate",
        ),
        Slip(
            "gradient always taken at the start",
            "Every step uses the slope of the starting point, so your path is a straight line. "
            "Walking changes where you stand, and with it the slope: ask for the gradient anew in "
            "each step. Look at where you call `gradient`.",
            wrong=lambda gradient, start, rate, steps: np.array(
                [start - k * rate * gradient(start) for k in range(steps + 1)]
            ),
            where=r"gradient\(",
        ),
        Slip(
            "the start is missing",
            "Your path begins after the first step. A path of `steps` steps has steps + 1 points, "
            "as a fence has one post more than gaps.",
            wrong=lambda gradient, start, rate, steps: _descent(gradient, start, rate, steps)[1:],
        ),
        Slip(
            "one step too few",
            "The last point is missing: your loop runs one time too few. Count the points for "
            "steps = 1.",
            wrong=lambda gradient, start, rate, steps: _descent(
                gradient, start, rate, max(steps - 1, 0)
            ),
            where="range|while",
        ),
        Slip(
            "only the last point",
            "You return where the walk ends. The whole path is wanted, one row for each point.",
            wrong=lambda *args: _descent(*args)[-1],
            where="^return",
        ),
        Slip(
            "the same array stored again and again",
            "All rows of your path are equal to the last point. An in-place update such as "
            "`w -= …` changes the one array that every entry of the list refers to. Store a copy, "
            "or make a new array in each step.",
            wrong=lambda *args: np.repeat(_descent(*args)[-1:], args[3] + 1, axis=0),
            where=r"-=|append",
        ),
        Slip(
            "learning rate applied twice",
            RATE_TWICE,
            wrong=lambda gradient, start, rate, steps: _descent(gradient, start, rate**2, steps),
        ),
        Slip(
            "learning rate forgotten",
            "Each step subtracts the whole gradient. In a steep direction that overshoots further "
            "every time. One argument of your function is not used.",
            wrong=lambda gradient, start, rate, steps: _descent(gradient, start, 1.0, steps),
        ),
    ),
    hints=(
        "Keep a list of points that begins with the start. What happens in one turn of the loop?",
        "The newest point is path[-1]. Ask for the gradient there, take a step, append the result.",
        "`path.append(w - learning_rate * gradient(w))` makes a new array each time; "
        "np.array(path) stacks the points into rows.",
    ),
    worked_example="""
# Related: Newton's method for √2, keeping all its points: x ← x − (x² − 2) / (2x).
points = [2.0]
for _ in range(4):
    x = points[-1]                             # the newest point
    points.append(x - (x**2 - 2) / (2 * x))    # computed from it, not from the first
print(np.array(points).round(6))
""",
    gap="w - learning_rate * gradient(w)",
)


def momentum_step(w, v, gradient, learning_rate, beta):
    """One step of gradient descent with momentum.

    v ← β v + g,  w ← w − α v
    w, v, gradient : equal shapes; learning_rate α, beta β : numbers.
    Returns (w, v), both new arrays.
    """
    v_new = beta * v + gradient
    w_new = w - learning_rate * v_new
    return w_new, v_new


def _momentum(rng, *shape, rate=0.1, beta=0.9):
    return numbers(rng, *shape), numbers(rng, *shape), numbers(rng, *shape), rate, beta


MOMENTUM_STEP = Exercise(
    lesson=4,
    title="A ball that keeps rolling",
    statement=r"""
With momentum the weights move by a velocity $v$, which collects the gradients:
$v \leftarrow \beta v + g$, then $w \leftarrow w - \alpha v$. The arrays $w$, $v$, $g$ have equal
shapes. Return the new $w$ and the new $v$, in this order, as new arrays.
""",
    reference=momentum_step,
    outputs=("w", "v"),
    cases=lambda rng: [
        Case("3 weights", _momentum(rng, 3)),
        Case("a 2 by 3 matrix", _momentum(rng, 2, 3, rate=0.3, beta=0.5)),
        Case("one weight", _momentum(rng, 1, rate=0.05, beta=0.8)),
        Case("the first step, v = 0", (numbers(rng, 4), np.zeros(4), numbers(rng, 4), 0.2, 0.9)),
        float32("4 weights", _momentum(rng, 4)),
        *whole_numbers("5 weights", _momentum(rng, 5)),
    ],
    slips=(
        Slip(
            "update in the wrong direction",
            "The velocity is right, but the weights move along it instead of against it. It "
            "collects gradients, and gradients point uphill.",
            wrong=lambda w, v, g, rate, beta: (w + rate * (beta * v + g), beta * v + g),
            where=r"w.*\+",
        ),
        Slip(
            "momentum sign",
            "The old velocity enters with a minus, so it brakes instead of carrying on. It may "
            "come from writing the update's minus into the velocity. In this form both terms of v "
            "have the same sign, and the minus comes only when w moves.",
            wrong=lambda w, v, g, rate, beta: (w - rate * (g - beta * v), g - beta * v),
        ),
        Slip(
            "momentum buffer not carried",
            "w is right, but you hand back the velocity that came in. Then the next step knows "
            "nothing of this one, and there is no momentum. Look at the second thing you return.",
            wrong=lambda w, v, g, rate, beta: (w - rate * (beta * v + g), v),
            where="^return",
        ),
        Slip(
            "momentum forgotten",
            "Your velocity is just the gradient: the old one left no trace. That is plain gradient "
            "descent.",
            wrong=lambda w, v, g, rate, beta: (w - rate * g, g),
        ),
        Slip(
            "step with the old velocity",
            "v is right, but w moves by the velocity from before this gradient. Everything then "
            "happens one step late. Mind the order of the two lines.",
            wrong=lambda w, v, g, rate, beta: (w - rate * v, beta * v + g),
            where=r"w.*=.*-",
        ),
        Slip(
            "learning rate applied twice",
            "α is in the velocity and in the step. Either place alone can be right, depending on "
            "the text; here it belongs to the step only.",
            wrong=lambda w, v, g, rate, beta: (
                w - rate * (beta * v + rate * g),
                beta * v + rate * g,
            ),
        ),
        Slip(
            "learning rate inside the velocity",
            "You use another convention, v ← βv + αg and w ← w − v. It is sound too, and differs "
            "once the rate changes: old steps then keep their old rate. This course leaves α out "
            "of v.",
            wrong=lambda w, v, g, rate, beta: (w - (beta * v + rate * g), beta * v + rate * g),
        ),
        Slip(
            "gradient weighted by 1 − β",
            "Your velocity is an average of gradients, as in Adam. In this form the gradient "
            "enters whole, so that with a steady slope the steps grow to 1/(1 − β) times their "
            "size.",
            wrong=lambda w, v, g, rate, beta: (
                w - rate * (beta * v + (1 - beta) * g),
                beta * v + (1 - beta) * g,
            ),
            where=r"1 *- *beta",
        ),
        Slip(
            "beta on the gradient",
            "β multiplies the new gradient, and the old velocity stays whole. Then nothing is ever "
            "forgotten and the ball never slows down. Which of the two should fade?",
            wrong=lambda w, v, g, rate, beta: (w - rate * (v + beta * g), v + beta * g),
        ),
        Slip(
            "learning rate forgotten",
            "The weights move by the whole velocity; α is not used.",
            wrong=lambda w, v, g, rate, beta: (w - (beta * v + g), beta * v + g),
        ),
        Slip(
            "look-ahead of Nesterov",
            "v is right, but w moves by g + βv: that is Nesterov's variant, which looks one step "
            "ahead. Here the step is the velocity itself.",
            wrong=lambda w, v, g, rate, beta: (
                w - rate * (g + beta * (beta * v + g)),
                beta * v + g,
            ),
        ),
    ),
    hints=(
        "Two lines, in the order of the formula: first the velocity, then the weights.",
        "The new velocity is a fraction β of the old one, plus the gradient, whole.",
        "w moves against the *new* velocity, times α. Return both, and change neither argument.",
    ),
    worked_example="""
# Related: what the velocity does under a steady gradient of 1, with β = 0.5.
v = 0.0
for _ in range(6):
    v = 0.5 * v + 1.0       # half of the old velocity stays, the gradient comes in whole
    print(v, end=" ")       # it grows to 1 / (1 − 0.5) = 2
""",
    gap="beta * v + gradient",
)


def rmsprop_step(w, s, gradient, learning_rate, beta, epsilon):
    """One step of RMSProp.

    s ← β s + (1 − β) g²,  w ← w − α g / (√s + ε)
    w, s, gradient : equal shapes, s not negative; the rest numbers.
    Returns (w, s), both new arrays.
    """
    s_new = beta * s + (1 - beta) * gradient**2
    w_new = w - learning_rate * gradient / (np.sqrt(s_new) + epsilon)
    return w_new, s_new


def _rmsprop(rng, *shape, rate=0.1, beta=0.9, epsilon=0.02):
    w, g = numbers(rng, *shape), numbers(rng, *shape)
    return w, numbers(rng, *shape) ** 2, g, rate, beta, epsilon


def _rms(w, s, g, rate, beta, epsilon, *, s_new=None, used=None, direction=-1):
    """RMSProp with its average, or what the step divides by, replaced."""
    average = beta * s + (1 - beta) * g**2 if s_new is None else s_new(s, g, beta)
    divisor = np.sqrt(average) + epsilon if used is None else used(average, s, epsilon)
    return w + direction * rate * g / divisor, average


RMSPROP_STEP = Exercise(
    lesson=4,
    title="A step size for each weight",
    statement=r"""
RMSProp keeps for each weight a running average of its squared gradients,
$s \leftarrow \beta s + (1 - \beta)\, g^2$, and divides by its root:
$w \leftarrow w - \alpha\, g / (\sqrt{s} + \varepsilon)$. All arrays have equal shapes. Return the
new $w$ and the new $s$. ($\varepsilon$ stands outside the root.)
""",
    reference=rmsprop_step,
    outputs=("w", "s"),
    cases=lambda rng: [
        Case("3 weights", _rmsprop(rng, 3)),
        Case("a 2 by 3 matrix", _rmsprop(rng, 2, 3, rate=0.3, beta=0.8, epsilon=0.1)),
        Case("one weight", _rmsprop(rng, 1, rate=0.5, beta=0.95)),
        Case(
            "the first step, s = 0", (numbers(rng, 4), np.zeros(4), numbers(rng, 4), 0.2, 0.9, 0.01)
        ),
        Case(
            "a weight without gradient",
            (numbers(rng, 3), np.zeros(3), np.array([0.0, 1.2, -0.3]), 0.2, 0.9, 1e-3),
        ),
        float32("4 weights", _rmsprop(rng, 4)),
        *whole_numbers("5 weights", _rmsprop(rng, 5)),
    ],
    slips=(
        Slip(
            "update in the wrong direction",
            WRONG_DIRECTION,
            wrong=lambda *args: _rms(*args, direction=1),
            where=r"w.*\+",
        ),
        Slip(
            "epsilon inside the root",
            "You take the root of s + ε. For a tiny s that makes a great difference: √10⁻⁸ is "
            "10⁻⁴. Some libraries do it so; here ε is added after the root. Look at the "
            "parentheses of np.sqrt.",
            wrong=lambda *args: _rms(*args, used=lambda new, old, eps: np.sqrt(new + eps)),
            where="sqrt|0\\.5",
        ),
        Slip(
            "root forgotten",
            "You divide by s itself, the mean of *squared* gradients. Then a gradient twice as "
            "large gives a step half as long. With the root, g and its divisor have the same unit.",
            wrong=lambda *args: _rms(*args, used=lambda new, old, eps: new + eps),
        ),
        Slip(
            "gradient not squared",
            "s averages the gradients themselves, so it can be negative and its root does not "
            "exist. The size of the gradients is wanted, whatever their sign.",
            wrong=lambda *args: _rms(*args, s_new=lambda s, g, beta: beta * s + (1 - beta) * g),
        ),
        Slip(
            "averages reversed",
            "β and 1 − β have changed places: with β = 0.9, your average forgets 90 % at every "
            "step. β is the share of the old value that stays.",
            wrong=lambda *args: _rms(*args, s_new=lambda s, g, beta: (1 - beta) * s + beta * g**2),
            where=r"1 *- *beta",
        ),
        Slip(
            "squares added instead of averaged",
            "The new square enters whole, without 1 − β. Then s grows to 1/(1 − β) times what it "
            "should be, and the steps are too short from then on.",
            wrong=lambda *args: _rms(*args, s_new=lambda s, g, beta: beta * s + g**2),
        ),
        Slip(
            "step with the old average",
            "s is right, but w is divided by the root of the average from before. At the first "
            "step that is zero, and the step explodes. Mind the order of the two lines.",
            wrong=lambda *args: _rms(*args, used=lambda new, old, eps: np.sqrt(old) + eps),
            where="sqrt",
        ),
        Slip(
            "average not carried",
            "w is right, but you hand back the s that came in, so the next step starts from "
            "nothing. Look at the second thing you return.",
            wrong=lambda w, s, *rest: (_rms(w, s, *rest)[0], s),
            where="^return",
        ),
        Slip(
            "epsilon forgotten",
            "Where a weight has had no gradient at all, your step is 0/0. ε stands there so that "
            "this never happens.",
            wrong=lambda *args: _rms(*args, used=lambda new, old, eps: np.sqrt(new)),
            where="sqrt",
        ),
        Slip(
            "learning rate applied twice",
            RATE_TWICE,
            wrong=lambda w, s, g, rate, beta, eps: _rms(w, s, g, rate**2, beta, eps),
        ),
        Slip(
            "division forgotten",
            "s is right, but the step does not use it: this is plain gradient descent. The point "
            "of s is that every weight gets its own step size.",
            wrong=lambda *args: _rms(*args, used=lambda new, old, eps: 1.0),
        ),
    ),
    hints=(
        "Two lines, as in the statement: the average first, then the step that uses it.",
        "s is an average: a share β of the old value and a share 1 − β of the new square.",
        "Divide α g by (np.sqrt(new s) + ε), entry by entry, and subtract from w.",
    ),
    worked_example="""
# Related: a running average of the numbers 1, 3, 3, 3 with β = 0.5.
average = 0.0
for x in (1.0, 3.0, 3.0, 3.0):
    average = 0.5 * average + (1 - 0.5) * x    # a share of the old, the rest from the new
    print(average, end=" ")                    # it creeps up to 3
""",
    gap="beta * s + (1 - beta) * gradient**2",
)


def adam_step(w, m, s, gradient, t, learning_rate, beta1, beta2, epsilon):
    """One step of Adam; t = 1, 2, … is its number.

    m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²
    m̂ = m / (1 − β₁ᵗ),  ŝ = s / (1 − β₂ᵗ),  w ← w − α m̂ / (√ŝ + ε)
    w, m, s, gradient : equal shapes, s not negative; the rest numbers.
    Returns (w, m, s), new arrays; m and s without the correction.
    """
    m_new = beta1 * m + (1 - beta1) * gradient
    s_new = beta2 * s + (1 - beta2) * gradient**2
    m_hat = m_new / (1 - beta1**t)
    s_hat = s_new / (1 - beta2**t)
    w_new = w - learning_rate * m_hat / (np.sqrt(s_hat) + epsilon)
    return w_new, m_new, s_new


def _adam_args(rng, *shape, t=3, rate=0.1, beta1=0.9, beta2=0.99, epsilon=0.02):
    w, m, g = numbers(rng, *shape), numbers(rng, *shape), numbers(rng, *shape)
    return w, m, numbers(rng, *shape) ** 2, g, t, rate, beta1, beta2, epsilon


def _adam(
    w, m, s, g, t, rate, beta1, beta2, epsilon, *,
    m_correction=None, s_correction=None, divisor=None, square=None, direction=-1,
):  # fmt: skip
    """Adam with one of its parts replaced."""
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g**2 if square is None else square(g))
    m_hat = m / (1 - beta1**t if m_correction is None else m_correction(beta1, t))
    s_hat = s / (1 - beta2**t if s_correction is None else s_correction(beta2, t))
    by = np.sqrt(s_hat) + epsilon if divisor is None else divisor(s_hat, epsilon)
    return w + direction * rate * m_hat / by, m, s


def _no_correction(beta, t):
    return 1.0


def _adam_stores_corrected(w, m, s, g, t, rate, beta1, beta2, epsilon):
    w, m, s = _adam(w, m, s, g, t, rate, beta1, beta2, epsilon)
    return w, m / (1 - beta1**t), s / (1 - beta2**t)


ADAM_STEP = Exercise(
    lesson=4,
    title="Adam",
    statement=r"""
Adam joins momentum and RMSProp: $m \leftarrow \beta_1 m + (1 - \beta_1)\, g$ and
$s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2$. Both start at zero and are too small at first;
$\hat m = m / (1 - \beta_1^t)$ and $\hat s = s / (1 - \beta_2^t)$ correct that in step
$t = 1, 2, \dots$ Then $w \leftarrow w - \alpha\, \hat m / (\sqrt{\hat s} + \varepsilon)$. Return
the new $w$, $m$ and $s$ ($m$ and $s$ uncorrected).
""",
    reference=adam_step,
    outputs=("w", "m", "s"),
    cases=lambda rng: [
        Case("3 weights, step 3", _adam_args(rng, 3)),
        Case("a 2 by 3 matrix, step 2", _adam_args(rng, 2, 3, t=2, rate=0.3, beta1=0.8)),
        Case("one weight, step 10", _adam_args(rng, 1, t=10, beta2=0.95, epsilon=0.1)),
        Case(
            "the first step",
            (numbers(rng, 4), np.zeros(4), np.zeros(4), numbers(rng, 4), 1, 0.2, 0.9, 0.99, 0.05),
        ),
        float32("4 weights, step 3", _adam_args(rng, 4)),
        *whole_numbers("5 weights, step 4", _adam_args(rng, 5, t=4)),
    ],
    slips=(
        Slip(
            "bias correction forgotten",
            "You use m and s as they are. Both start at zero and need many steps to fill up, "
            "unequally fast, so the first steps come out wrong by a large factor. Look at what "
            "happens between the averages and the step.",
            wrong=lambda *args: _adam(
                *args, m_correction=_no_correction, s_correction=_no_correction
            ),
        ),
        Slip(
            "bias correction only of m",
            "m is corrected, s is not. s fills up even more slowly (β₂ is closer to 1), so its "
            "root is far too small at first and the steps far too long.",
            wrong=lambda *args: _adam(*args, s_correction=_no_correction),
            where="sqrt",
        ),
        Slip(
            "bias correction only of s",
            "s is corrected, m is not: the first steps are too short.",
            wrong=lambda *args: _adam(*args, m_correction=_no_correction),
        ),
        Slip(
            "exponent t forgotten",
            "You divide by 1 − β in every step. That is right for the first one only; later the "
            "averages have filled up and need ever less correction. The number of the step has to "
            "come in.",
            wrong=lambda *args: _adam(
                *args, m_correction=lambda beta, t: 1 - beta, s_correction=lambda beta, t: 1 - beta
            ),
            where=r"1 *- *beta",
        ),
        Slip(
            "steps counted from 0",
            "Your correction uses t − 1, so the first step divides by 1 − β⁰ = 0. t is 1 in the "
            "first step.",
            wrong=lambda *args: _adam(
                *args,
                m_correction=lambda beta, t: 1 - np.float64(beta) ** (t - 1),
                s_correction=lambda beta, t: 1 - np.float64(beta) ** (t - 1),
            ),
            where=r"t *- *1",
        ),
        Slip(
            "corrected averages handed on",
            "w is right, but you return m̂ and ŝ. Carried on, they would be corrected again in "
            "every step. The correction is for this step's use; the averages go on without it.",
            wrong=_adam_stores_corrected,
            where="^return",
        ),
        Slip(
            "betas exchanged",
            "β₁ and β₂ have changed places. β₁ belongs to the gradients, β₂ to their squares.",
            wrong=lambda w, m, s, g, t, rate, beta1, beta2, epsilon: _adam(
                w, m, s, g, t, rate, beta2, beta1, epsilon
            ),
            where="beta[12]",
        ),
        Slip(
            "epsilon inside the root",
            "You take the root of ŝ + ε; here ε is added after the root. For tiny gradients that "
            "decides how long the step is. Look at the parentheses.",
            wrong=lambda *args: _adam(*args, divisor=lambda s_hat, eps: np.sqrt(s_hat + eps)),
            where="sqrt",
        ),
        Slip(
            "root forgotten",
            "You divide by ŝ, a mean of squares. Only its root has the size of a gradient.",
            wrong=lambda *args: _adam(*args, divisor=lambda s_hat, eps: s_hat + eps),
        ),
        Slip(
            "gradient not squared",
            "s averages the gradients themselves; it should average their squares.",
            wrong=lambda *args: _adam(*args, square=lambda g: g),
        ),
        Slip(
            "update in the wrong direction",
            WRONG_DIRECTION,
            wrong=lambda *args: _adam(*args, direction=1),
            where=r"w.*\+",
        ),
        Slip(
            "learning rate applied twice",
            RATE_TWICE,
            wrong=lambda w, m, s, g, t, rate, *rest: _adam(w, m, s, g, t, rate**2, *rest),
        ),
        Slip(
            "gradient instead of its average",
            "m and s are right, but the step divides g itself: the momentum half of Adam is not "
            "used.",
            wrong=lambda w, m, s, g, t, rate, beta1, beta2, epsilon: (
                w
                - rate
                * g
                / (
                    np.sqrt(_adam(w, m, s, g, t, rate, beta1, beta2, 0)[2] / (1 - beta2**t))
                    + epsilon
                ),
                beta1 * m + (1 - beta1) * g,
                beta2 * s + (1 - beta2) * g**2,
            ),
        ),
    ),
    hints=(
        "Five lines, in the order of the statement: m, s, m̂, ŝ, w.",
        "The correction divides by 1 − β to the power t, for m with β₁ and for s with β₂.",
        "The step is α m̂ / (√ŝ + ε); return the new m and s as they were before correction.",
    ),
    worked_example="""
# Related: the correction at work. Average the constant 5 with β = 0.9, from zero.
average = 0.0
for t in (1, 2, 3):
    average = 0.9 * average + 0.1 * 5.0
    print(round(average, 4), round(average / (1 - 0.9**t), 4))   # raw, corrected
""",
    gap="m_new / (1 - beta1**t)",
)


EXERCISES = (GRADIENT_STEP, GRADIENT_DESCENT, MOMENTUM_STEP, RMSPROP_STEP, ADAM_STEP)
