"""Lesson 02: the chain rule, on numbers, on graphs that branch, and on matrices."""

import numpy as np

from ..exercise import Case, Exercise, Slip, central_differences
from .common import float32, numbers, sign_flipped, whole_numbers

__all__ = ["EXERCISES"]


def machine_slope(x):
    """dy/dx of the machine y = sin(v), v = u², u = 3x + 1.

    x : shape (n,); the slope is wanted at each of these places.
    Returns an array of the same shape.
    """
    u = 3 * x + 1
    v = u**2
    return np.cos(v) * 2 * u * 3


MACHINE_SLOPE = Exercise(
    lesson=2,
    title="Three slopes multiplied",
    statement=r"""
A machine of three parts: $u = 3x + 1$, then $v = u^2$, then $y = \sin v$. Return the slope
$\frac{dy}{dx} = \frac{dy}{dv} \cdot \frac{dv}{du} \cdot \frac{du}{dx}$ at every entry of $x$,
shape $(n,)$.
""",
    reference=machine_slope,
    outputs=("slope",),
    cases=lambda rng: [
        Case("five places", (numbers(rng, 5, scale=0.5),)),
        Case("eight places", (numbers(rng, 8, scale=0.5),)),
        Case("one place", (numbers(rng, 1, scale=0.5),)),
        float32("four places", (numbers(rng, 4, scale=0.5),)),
        *whole_numbers("six places", (numbers(rng, 6, scale=0.6),)),
    ],
    numerical=central_differences(lambda x: np.sum(np.sin((3 * x + 1) ** 2)), "x"),
    slips=(
        Slip(
            "innermost slope missing",
            "Two of the three slopes are there; the one of 3x + 1 is not. A straight line looks "
            "too simple to count, but when x moves by 1, u moves by more than 1. Look at du/dx.",
            wrong=lambda x: np.cos((3 * x + 1) ** 2) * 2 * (3 * x + 1),
        ),
        Slip(
            "middle slope missing",
            "The slope of the square is missing: you went from the sine straight to 3x + 1. Every "
            "part of the machine contributes one factor. Count yours.",
            wrong=lambda x: np.cos((3 * x + 1) ** 2) * 3,
        ),
        Slip(
            "outermost slope missing",
            "This is dv/dx; the last part of the machine, the sine, has a slope too. Look at what "
            "happens to v before it becomes y.",
            wrong=lambda x: 6 * (3 * x + 1),
        ),
        Slip(
            "outer slope taken at x",
            "The factors are right, but the cosine is taken at x. Each slope belongs to the place "
            "where its own part stands: the sine never sees x, only what the parts before it "
            "made of it.",
            wrong=lambda x: np.cos(x) * 2 * (3 * x + 1) * 3,
            where="cos",
        ),
        Slip(
            "outer slope taken at u",
            "The cosine is taken at u, one part too early. The input of the sine is what comes "
            "out of the square.",
            wrong=lambda x: np.cos(3 * x + 1) * 2 * (3 * x + 1) * 3,
            where="cos",
        ),
        Slip(
            "middle slope taken at x",
            "The slope of the square is taken at x, but what is squared is u. Ask of each factor: "
            "what goes into this part?",
            wrong=lambda x: np.cos((3 * x + 1) ** 2) * 2 * x * 3,
        ),
        Slip(
            "slope of the square as a number",
            "The 2 came down, but a parabola has another slope at each place: d(u²)/du still "
            "contains u.",
            wrong=lambda x: np.cos((3 * x + 1) ** 2) * 2 * 3,
        ),
        Slip(
            "2 of the square forgotten",
            "Half of the right slope: the exponent comes down as a factor. The slope of u² is not "
            "u. Nudge 1 by 0.01 and square it, and see how far it goes.",
            wrong=lambda x: np.cos((3 * x + 1) ** 2) * (3 * x + 1) * 3,
        ),
        Slip(
            "middle slope taken at v",
            "The slope of the square is taken at v, which is what the square returns. A slope is "
            "taken at what goes into its part.",
            wrong=lambda x: np.cos((3 * x + 1) ** 2) * 2 * (3 * x + 1) ** 2 * 3,
        ),
        Slip(
            "slopes added",
            "You add the three slopes. Parts one behind the other amplify one another: 3 times as "
            "fast and then 2 times as fast is 6 times, not 5. Adding is for branches.",
            wrong=lambda x: np.cos((3 * x + 1) ** 2) + 2 * (3 * x + 1) + 3,
            where=r"\+",
        ),
        Slip(
            "outer function not differentiated",
            "You multiply by sin v itself instead of its slope. The height of the sine and its "
            "slope are different things: at its top the slope is 0.",
            wrong=lambda x: np.sin((3 * x + 1) ** 2) * 2 * (3 * x + 1) * 3,
            where="sin",
        ),
        sign_flipped(
            "Right but for the sign. The derivative of the cosine carries a minus, that of the "
            "sine does not; the two are easily mixed up. Look at sin near 0: does it rise or fall?"
        ),
    ),
    hints=(
        "Write the three parts below each other, and beside each its own slope.",
        "d sin(v)/dv = cos v, d(u²)/du = 2u, d(3x + 1)/dx = 3. Each is taken at its own input.",
        "Compute u and v first, as the machine does; then multiply the three slopes.",
    ),
    worked_example="""
# Related: y = exp(u), u = −2x, at two places.
x = np.array([0.0, 0.5])

u = -2 * x                   # forward, part by part
y = np.exp(u)
slope = np.exp(u) * -2       # slope of exp at u, times slope of −2x

numerical = (np.exp(-2 * (x + 1e-6)) - np.exp(-2 * (x - 1e-6))) / 2e-6
print(slope.round(4), numerical.round(4))
""",
    gap="np.cos(v) * 2 * u * 3",
)


def multiply_add_backward(a, b, c, upstream):
    """Gradients of a, b and c for the node e = a · b + c.

    a, b, c : numbers; upstream : ∂L/∂e, a number.
    Returns (∂L/∂a, ∂L/∂b, ∂L/∂c).
    """
    da = b * upstream
    db = a * upstream
    dc = upstream
    return da, db, dc


MULTIPLY_ADD_BACKWARD = Exercise(
    lesson=2,
    title="Backward through a product and a sum",
    statement=r"""
In a graph of numbers a node computes $e = a \cdot b + c$; further on a loss $L$ follows. Given
`upstream` $= \partial L / \partial e$, return the three numbers $\partial L / \partial a$,
$\partial L / \partial b$, $\partial L / \partial c$: local derivative times upstream.
""",
    reference=multiply_add_backward,
    outputs=("da", "db", "dc"),
    cases=lambda rng: [
        Case("a=2, b=−3, c=10, upstream 0.5", (2.0, -3.0, 10.0, 0.5)),
        Case("negative upstream", (0.7, 1.9, -0.4, -2.5)),
        Case("b = 0", (1.5, 0.0, 0.3, 4.0)),
        Case("whole numbers", (3, 4, -2, 7)),
        Case("upstream 1", (-1.2, 0.6, 2.2, 1.0)),
    ],
    numerical=central_differences(
        lambda a, b, c, upstream: float(upstream * (a * b + c)), "a", "b", "c"
    ),
    slips=(
        Slip(
            "own value instead of the other's",
            "In a product each factor gets its own value as slope in yours. Move a by 1: by how "
            "much does a · b grow? It is the other factor that decides.",
            wrong=lambda a, b, c, upstream: (a * upstream, b * upstream, upstream),
        ),
        Slip(
            "upstream forgotten",
            "These are the local derivatives ∂e/∂·. They are half of the chain rule; the loss "
            "hears of e only through what follows it. Look for where `upstream` should come in.",
            wrong=lambda a, b, c, upstream: (b, a, 1.0),
        ),
        Slip(
            "upstream forgotten at the sum",
            "da and db are right. The sum hands its gradient on unchanged, and it is tempting to "
            "write its local derivative 1 and stop there. The chain rule holds for c too.",
            wrong=lambda a, b, c, upstream: (b * upstream, a * upstream, 1.0),
        ),
        Slip(
            "value of c as its slope",
            "You multiply by c, as in a product. How much does a · b + c grow when c grows by 1, "
            "and does that depend on how large c is?",
            wrong=lambda a, b, c, upstream: (b * upstream, a * upstream, c * upstream),
        ),
        Slip(
            "no gradient for the summand",
            "c gets nothing in yours. A constant has derivative zero, but c is an input of the "
            "node here: moving it moves e.",
            wrong=lambda a, b, c, upstream: (b * upstream, a * upstream, 0.0),
        ),
        Slip(
            "upstream added",
            "You add the upstream gradient to the local derivative. Slopes one behind the other "
            "multiply; only gradients that arrive over different paths are added.",
            wrong=lambda a, b, c, upstream: (b + upstream, a + upstream, 1.0 + upstream),
            where=r"\+",
        ),
        sign_flipped(
            "All three have the opposite sign. A gradient says which way the loss grows; the "
            "minus belongs to the update, not here."
        ),
    ),
    hints=(
        "Nudge a by a small h and hold b and c still: how much does e change?",
        "The local derivatives are ∂e/∂a = b, ∂e/∂b = a, ∂e/∂c = 1.",
        "Multiply each of the three by `upstream`, and return them in the order a, b, c.",
    ),
    worked_example="""
# Related: the node e = a / b with upstream ∂L/∂e = 2.
a, b, upstream = 3.0, 4.0, 2.0

da = upstream / b                # ∂e/∂a = 1/b
db = upstream * -a / b**2        # ∂e/∂b = −a/b²

h = 1e-6                         # the same by nudging b
print(da, db, round(upstream * (a / (b + h) - a / (b - h)) / (2 * h), 6))
""",
    gap="b * upstream",
)


def branches_backward(x, y, upstream):
    """Gradients of x and y for e = x · y + x², where x is used on two branches.

    x, y : numbers; upstream : ∂L/∂e, a number.
    Returns (∂L/∂x, ∂L/∂y).
    """
    dx_product = y * upstream
    dx_square = 2 * x * upstream
    dx = dx_product + dx_square
    dy = x * upstream
    return dx, dy


BRANCHES_BACKWARD = Exercise(
    lesson=2,
    title="Branches add",
    statement=r"""
Here $x$ reaches the result on two branches: $p = x \cdot y$, $q = x^2$ and $e = p + q$. Given
`upstream` $= \partial L / \partial e$, return the numbers $\partial L / \partial x$ and
$\partial L / \partial y$.
""",
    reference=branches_backward,
    outputs=("dx", "dy"),
    cases=lambda rng: [
        Case("x=3, y=−2, upstream 0.5", (3.0, -2.0, 0.5)),
        Case("negative upstream", (0.4, 1.7, -3.0)),
        Case("both negative", (-1.3, -0.9, 2.0)),
        Case("x = 0", (0.0, 1.1, 5.0)),
        Case("whole numbers", (2, 5, 3)),
        Case("upstream 1", (1.6, 0.2, 1.0)),
    ],
    numerical=central_differences(
        lambda x, y, upstream: float(upstream * (x * y + x**2)), "x", "y"
    ),
    slips=(
        Slip(
            "only the product's branch",
            "dx counts only the path through x · y. When x moves, x² moves as well, and the loss "
            "feels both. It happens when a gradient is overwritten (`=`) instead of collected.",
            wrong=lambda x, y, upstream: (y * upstream, x * upstream),
        ),
        Slip(
            "only the square's branch",
            "dx counts only the path through x². The later branch has overwritten the earlier one, "
            "the oldest bug of automatic differentiation. What arrives over several paths has to "
            "be collected.",
            wrong=lambda x, y, upstream: (2 * x * upstream, x * upstream),
        ),
        Slip(
            "branches multiplied",
            "You multiply what comes over the two branches. Parts one behind the other multiply; "
            "paths side by side do not, since the loss changes by the one and by the other.",
            wrong=lambda x, y, upstream: (y * upstream * 2 * x * upstream, x * upstream),
        ),
        Slip(
            "branches averaged",
            "You take the mean of the two branches. There is no sharing out: nudge x, and both p "
            "and q change by their full amount.",
            wrong=lambda x, y, upstream: ((y + 2 * x) * upstream / 2, x * upstream),
            where=r"/|mean",
        ),
        Slip(
            "upstream forgotten",
            "These are ∂e/∂x and ∂e/∂y. To get to the loss, multiply each path by what arrives "
            "from above.",
            wrong=lambda x, y, upstream: (y + 2 * x, x),
        ),
        Slip(
            "upstream on one branch only",
            "One of the two paths to x is multiplied by upstream, the other is not. Parentheses "
            "around the sum are easily forgotten. Both branches lead through e.",
            wrong=lambda x, y, upstream: (y + 2 * x * upstream, x * upstream),
        ),
        Slip(
            "missing 2",
            "The path through x² has slope x in yours. x² is x · x: the same x on two edges, and "
            "each of them counts.",
            wrong=lambda x, y, upstream: ((y + x) * upstream, x * upstream),
        ),
    ),
    hints=(
        "Draw the graph. How many paths lead from x to e, and how many from y?",
        "Along each path multiply the local derivatives: y for the product, 2x for the square.",
        "Add the two paths of x, and multiply everything by `upstream`.",
    ),
    worked_example="""
# Related: b = a + a and e = 3b, so a reaches b on two edges.
a, upstream = 5.0, 2.0

db = 3 * upstream                # one path from b to e
da = 1 * db + 1 * db             # two edges from a to b: their gradients add
print(db, da)                    # e = 6a, so da must be 6 times upstream
""",
    gap="dx_product + dx_square",
)


def tanh_slope(z):
    """The local slope of a = tanh(z).

    z : any shape; also large numbers.
    Returns an array of the same shape.
    """
    a = np.tanh(z)
    return 1 - a**2


TANH_SLOPE = Exercise(
    lesson=2,
    title="The local slope of tanh",
    statement=r"""
Return $\frac{da}{dz}$ of $a = \tanh z$ at every entry of $z$ (any shape). It can be written with
$a$ alone: $\frac{da}{dz} = 1 - a^2$.
""",
    reference=tanh_slope,
    outputs=("slope",),
    cases=lambda rng: [
        Case("a batch of 4 with 3 columns", (numbers(rng, 4, 3),)),
        Case("a row of 6", (numbers(rng, 6),)),
        Case("one number", (numbers(rng, 1, 1),)),
        Case("numbers of ±1000", (np.array([1000.0, -1000.0, 0.5]),), "extreme"),
        float32("a batch of 3", (numbers(rng, 3, 2),)),
        *whole_numbers("a row of 5", (numbers(rng, 5),)),
    ],
    numerical=central_differences(lambda z: np.sum(np.tanh(z)), "z"),
    slips=(
        Slip(
            "derivative taken at z instead of a",
            "You put z where a = tanh(z) belongs. The formula 1 − a² is written with the *output* "
            "of tanh, which is handy, because the forward pass has it already. Yours becomes "
            "negative as soon as |z| > 1, and tanh never falls.",
            wrong=lambda z: 1 - z**2,
        ),
        Slip(
            "derivative taken at a instead of z",
            "You apply tanh a second time: the slope is taken at a, as if a were the input. It "
            "happens when a function that computes slopes from z is handed the cached output.",
            wrong=lambda z: 1 - np.tanh(np.tanh(z)) ** 2,
        ),
        Slip(
            "square forgotten",
            "1 − a instead of 1 − a²: then the slope would be different left and right of zero, "
            "up to 2 on the left. But tanh looks the same on both sides.",
            wrong=lambda z: 1 - np.tanh(z),
        ),
        Slip(
            "slope of the sigmoid",
            "a(1 − a) is the slope of the sigmoid, for its own a. tanh is taller and steeper: its "
            "slope at 0 is 1.",
            wrong=lambda z: np.tanh(z) * (1 - np.tanh(z)),
        ),
        Slip(
            "activation not differentiated",
            "This is tanh itself. The slope is how fast it changes: largest at 0, where tanh is 0.",
            wrong=lambda z: np.tanh(z),
        ),
        sign_flipped(
            "Your slopes are negative, but tanh rises everywhere. Look at which term is taken from "
            "which."
        ),
    ),
    hints=(
        "Sketch tanh. Where is it steepest, and how steep is it far out?",
        "The formula uses a, the output. So compute tanh once and keep it.",
        "a = np.tanh(z), then 1 minus its square, entry by entry.",
    ),
    worked_example="""
# Related: the local slope of a = exp(z), which can be written with a alone, too: it is a.
z = np.array([-1.0, 0.0, 2.0])

a = np.exp(z)
slope = a

numerical = (np.exp(z + 1e-6) - np.exp(z - 1e-6)) / 2e-6
print(slope.round(4), numerical.round(4))
""",
    gap="1 - a**2",
)


def two_layer_jacobian(x, W1, W2):
    """The Jacobian of y = tanh(x W1) W2.

    x : shape (n_in,); W1 : (n_in, hidden); W2 : (hidden, n_out).
    Returns J, shape (n_out, n_in), with J[i, j] = ∂yᵢ/∂xⱼ.
    """
    a = np.tanh(x @ W1)
    J_tanh = np.diag(1 - a**2)
    return W2.T @ J_tanh @ W1.T


def _two_layers(rng, n_in, hidden, n_out):
    return (
        numbers(rng, n_in),
        numbers(rng, n_in, hidden, scale=0.7),
        numbers(rng, hidden, n_out),
    )


def _jacobian_column_by_column(x, W1, W2):
    step = 1e-5 * np.eye(x.size)
    forward = [np.tanh((x + s) @ W1) @ W2 for s in step]
    backward = [np.tanh((x - s) @ W1) @ W2 for s in step]
    return (((np.array(forward) - np.array(backward)) / 2e-5).T,)


TWO_LAYER_JACOBIAN = Exercise(
    lesson=2,
    title="A product of Jacobians",
    statement=r"""
A vector $x$, shape $(n_{in},)$, goes through $z = x W_1$, $a = \tanh z$, $y = a W_2$, with $W_1$
of shape $(n_{in}, h)$ and $W_2$ of shape $(h, n_{out})$. Return the Jacobian $J$, shape
$(n_{out}, n_{in})$, $J_{ij} = \partial y_i / \partial x_j$. By the chain rule it is a product of
three matrices, $\frac{\partial y}{\partial a} \frac{\partial a}{\partial z}
\frac{\partial z}{\partial x}$, of shapes $(n_{out}, h)$, $(h, h)$, $(h, n_{in})$.
""",
    reference=two_layer_jacobian,
    outputs=("J",),
    cases=lambda rng: [
        Case("3 inputs, 4 hidden, 2 outputs", _two_layers(rng, 3, 4, 2)),
        Case("3 of each", _two_layers(rng, 3, 3, 3)),
        Case("2 inputs, 3 hidden, 4 outputs", _two_layers(rng, 2, 3, 4)),
        Case("one input and one output", _two_layers(rng, 1, 5, 1)),
        float32("4 inputs, 2 hidden, 3 outputs", _two_layers(rng, 4, 2, 3)),
    ],
    numerical=_jacobian_column_by_column,
    slips=(
        Slip(
            "transposed",
            "All entries are right, but rows and columns are exchanged: J[i, j] should say how "
            "output i depends on input j. The row convention x W makes the other order tempting. "
            "Look at the shape that is asked for.",
            after=lambda outputs, *args: tuple(output.T for output in outputs),
        ),
        Slip(
            "activation derivative forgotten",
            "You multiply the two weight matrices and skip the tanh between them. It has a slope "
            "for each hidden unit, and that is the middle factor.",
            wrong=lambda x, W1, W2: W2.T @ W1.T,
        ),
        Slip(
            "derivative taken at a instead of z",
            "The slope of tanh is taken at a = tanh(z), so tanh was applied once more. The input "
            "of tanh is z; or use a directly in 1 − a².",
            wrong=lambda x, W1, W2: W2.T @ np.diag(1 - np.tanh(np.tanh(x @ W1)) ** 2) @ W1.T,
            where="tanh",
        ),
        Slip(
            "derivative taken at z instead of a",
            "In 1 − a² you have z where a belongs. That formula needs the output of tanh; with z "
            "the slopes even become negative.",
            wrong=lambda x, W1, W2: W2.T @ np.diag(1 - (x @ W1) ** 2) @ W1.T,
        ),
        Slip(
            "activation itself instead of its slope",
            "The middle factor holds the activations, tanh(z), where their slopes belong.",
            wrong=lambda x, W1, W2: W2.T @ np.diag(np.tanh(x @ W1)) @ W1.T,
            where="diag|tanh",
        ),
        Slip(
            "W where Wᵀ is due",
            "Two weight matrices stand there as they are, not transposed. If all sizes are equal, "
            "NumPy does not mind and the numbers are wrong; else it reports shapes that do not "
            "fit. Write (n_out, h), (h, h), (h, n_in) below your factors.",
            wrong=lambda x, W1, W2: W2 @ np.diag(1 - np.tanh(x @ W1) ** 2) @ W1,
            where="@",
        ),
        Slip(
            "factors in the order of the forward pass",
            "Your product starts with the first layer. Numbers may be swapped in a product, "
            "matrices not: the Jacobian of the last step stands on the left, because its rows are "
            "the outputs.",
            wrong=lambda x, W1, W2: W1.T @ np.diag(1 - np.tanh(x @ W1) ** 2) @ W2.T,
            where="@",
        ),
    ),
    hints=(
        "Three steps, three Jacobians. Write down the shape of each before you compute anything.",
        "For y = a W2, ∂yᵢ/∂aₖ = W2[k, i]: so that Jacobian is W2 transposed. tanh works entry by "
        "entry, so its Jacobian is diagonal.",
        "np.diag makes a diagonal matrix of the slopes 1 − a². Multiply the three with @, the last "
        "step on the left.",
    ),
    worked_example="""
# Related: the Jacobian of y = sin(x W), one layer, x of shape (2,), W of shape (2, 3).
x = np.array([0.3, -0.5])
W = np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]])

z = x @ W
J_sin = np.diag(np.cos(z))       # (3, 3): entry by entry, so diagonal
J = J_sin @ W.T                  # (3, 3) @ (3, 2) = (3, 2): outputs are rows
print(J.round(3))
""",
    gap="W2.T @ J_tanh @ W1.T",
)


def first_weight_gradient(x, y, w1, w2, w3):
    """∂L/∂w1 of three sigmoid layers with one unit each, L = ½ (a3 − y)².

    x, y, w1, w2, w3 : numbers. z1 = w1 x, z2 = w2 a1, z3 = w3 a2, aᵢ = σ(zᵢ).
    Returns one number.
    """
    a1 = 1 / (1 + np.exp(-w1 * x))
    a2 = 1 / (1 + np.exp(-w2 * a1))
    a3 = 1 / (1 + np.exp(-w3 * a2))
    dz3 = (a3 - y) * a3 * (1 - a3)
    dz2 = dz3 * w3 * a2 * (1 - a2)
    dz1 = dz2 * w2 * a1 * (1 - a1)
    return dz1 * x


def _three_layers(x, w1, w2, w3):
    a1 = _sigmoid(w1 * x)
    a2 = _sigmoid(w2 * a1)
    return a1, a2, _sigmoid(w3 * a2)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _slope(a):
    return a * (1 - a)


def _first_weight(x, y, w1, w2, w3, *, without=(), error=None, slope=_slope):
    """The chain for ∂L/∂w1, with factors left out or replaced."""
    a1, a2, a3 = _three_layers(x, w1, w2, w3)
    factors = {
        "error": a3 - y if error is None else error,
        "slope 3": slope(a3),
        "w3": w3,
        "slope 2": slope(a2),
        "w2": w2,
        "slope 1": slope(a1),
        "x": x,
    }
    return np.prod([value for name, value in factors.items() if name not in without])


FIRST_WEIGHT_GRADIENT = Exercise(
    lesson=2,
    title="The full chain to the first weight",
    statement=r"""
Three layers of one sigmoid unit each: $z_1 = w_1 x$, $z_2 = w_2 a_1$, $z_3 = w_3 a_2$,
$a_i = \sigma(z_i)$, and $L = \frac{1}{2} (a_3 - y)^2$. Return $\partial L / \partial w_1$, one
number. The chain has seven factors; recall $\sigma'(z) = a\,(1 - a)$.
""",
    reference=first_weight_gradient,
    outputs=("dw1",),
    given="a3 = ",
    cases=lambda rng: [
        Case("x=1.5, y=1", (1.5, 1.0, 0.8, -1.2, 2.0)),
        Case("x=−0.7, y=0", (-0.7, 0.0, 1.9, 0.6, -1.4)),
        Case("x=2, y=0.3", (2.0, 0.3, -0.5, 1.7, 0.9)),
        Case("whole numbers", (2, 1, 1, -1, 3)),
    ],
    numerical=central_differences(
        lambda x, y, w1, w2, w3: float(0.5 * (_three_layers(x, w1, w2, w3)[2] - y) ** 2), "w1"
    ),
    slips=(
        Slip(
            "the shortened chain",
            "Your chain goes ∂L/∂a₃ · ∂a₃/∂z₃ · ∂z₃/∂a₂ · ∂a₂/∂z₂ and ends with ∂z₂/∂w₂: that is "
            "the gradient of w2. The formula is often printed like this under the name of w1. To "
            "reach w1 the chain has to go on through a1 and z1.",
            wrong=lambda x, y, w1, w2, w3: (
                _first_weight(x, y, w1, w2, w3, without=("w2", "slope 1", "x"))
                * _three_layers(x, w1, w2, w3)[0]
            ),
        ),
        Slip(
            "activation derivative of the first layer forgotten",
            "One sigmoid slope is missing, that of the first layer. Between a1 and w1 there is "
            "still z1: the slope of the sigmoid, and then x.",
            wrong=lambda *args: _first_weight(*args, without=("slope 1",)),
        ),
        Slip(
            "activation derivative of the output forgotten",
            "Your chain starts with a₃ − y and goes straight to w3. For squared error a₃ − y is "
            "∂L/∂a₃, so the slope of the last sigmoid is still due. (With cross-entropy it would "
            "cancel, hence the habit.)",
            wrong=lambda *args: _first_weight(*args, without=("slope 3",)),
        ),
        Slip(
            "weights left out",
            "All the slopes of the sigmoids are there, but not ∂z₃/∂a₂ and ∂z₂/∂a₁. Going from a "
            "layer to the one before passes through a weight each time.",
            wrong=lambda *args: _first_weight(*args, without=("w2", "w3")),
        ),
        Slip(
            "last factor x forgotten",
            "This is ∂L/∂z₁. The last step, from z₁ = w₁ x to w₁, has a slope as well.",
            wrong=lambda *args: _first_weight(*args, without=("x",)),
        ),
        Slip(
            "derivative taken at a instead of z",
            "Your slopes are σ′ at a₁, a₂, a₃: the sigmoid was applied once more. Either σ′(z) "
            "with the z of the layer, or a(1 − a) with its a.",
            wrong=lambda *args: _first_weight(*args, slope=lambda a: _slope(_sigmoid(a))),
        ),
        sign_flipped(
            "Everything right but the sign: the error went in as y − a₃. The square does not care, "
            "its derivative with respect to a₃ does."
        ),
        Slip(
            "factor 2 too many",
            "Twice the right number: the square's 2 is there, but the ½ in the loss takes it away.",
            wrong=lambda *args: 2 * _first_weight(*args),
        ),
    ),
    hints=(
        "Start at the loss and walk back: L, a₃, z₃, a₂, z₂, a₁, z₁, w₁. Seven steps, seven "
        "factors.",
        "Each layer contributes its slope a(1 − a), and each step from zᵢ to aᵢ₋₁ the weight wᵢ. "
        "The first factor is a₃ − y, the last one x.",
        "Carry one number: dz3 = (a3 − y) · a3(1 − a3), from it dz2 through w3 and the slope of "
        "layer 2, from that dz1 in the same way.",
    ),
    worked_example="""
# Related: one sigmoid layer, L = ½ (a − y)², a = σ(z), z = w x.
x, y, w = 1.5, 1.0, 0.8

a = 1 / (1 + np.exp(-w * x))
dz = (a - y) * a * (1 - a)       # ∂L/∂a times the sigmoid's slope
dw = dz * x                      # and the slope of z = w x with respect to w


def loss(w):
    return 0.5 * (1 / (1 + np.exp(-w * x)) - y) ** 2


print(round(dw, 6), round((loss(w + 1e-6) - loss(w - 1e-6)) / 2e-6, 6))
""",
    gap="dz2 * w2 * a1 * (1 - a1)",
)


EXERCISES = (
    MACHINE_SLOPE,
    MULTIPLY_ADD_BACKWARD,
    BRANCHES_BACKWARD,
    TANH_SLOPE,
    TWO_LAYER_JACOBIAN,
    FIRST_WEIGHT_GRADIENT,
)
