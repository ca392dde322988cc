"""Lesson 06: mini-batches, epochs and iterations."""

import numpy as np

from ..exercise import Case, Exercise, Slip, central_differences
from .common import float32, numbers, scaled, sign_flipped, whole_numbers

__all__ = ["EXERCISES"]


def iterations_per_epoch(n, batch_size):
    """How many updates one pass over n examples makes; the last batch may be smaller.

    n, batch_size : whole numbers of at least 1.
    Returns a whole number.
    """
    return int(np.ceil(n / batch_size))


ITERATIONS_PER_EPOCH = Exercise(
    lesson=6,
    title="Iterations per epoch",
    statement=r"""
One epoch goes through all $n$ examples once, in batches of `batch_size`; each batch makes one
iteration. If the division leaves a rest, the last batch is smaller and still counts. Return the
number of iterations, $\lceil n / B \rceil$.
""",
    reference=iterations_per_epoch,
    outputs=("iterations",),
    cases=lambda rng: [
        Case("10,000 examples in batches of 100", (10_000, 100)),
        Case("10,000 examples in batches of 128", (10_000, 128)),
        Case("100 examples in batches of 3", (100, 3)),
        Case("a batch larger than the data", (5, 8)),
        Case("one example at a time", (7, 1)),
        Case("all at once", (60, 60)),
        Case("one example", (1, 1)),
    ],
    slips=(
        Slip(
            "last incomplete batch forgotten",
            "`//` leaves out what does not fill a batch. The last examples would never be seen: "
            "the smaller batch is one more iteration. Try 10 examples in batches of 4 by hand.",
            wrong=lambda n, batch_size: n // batch_size,
            where="//|int|floor",
        ),
        Slip(
            "always one more",
            "You add one batch for the rest even when there is none: 10,000 examples in batches of "
            "100 are exactly 100.",
            wrong=lambda n, batch_size: n // batch_size + 1,
            where=r"\+ *1",
        ),
        Slip(
            "rounded to the nearest",
            "A rest of less than half a batch is rounded away. However few examples are left, they "
            "need a batch.",
            wrong=lambda n, batch_size: round(n / batch_size),
            where="round",
        ),
        Slip(
            "a fraction of an iteration",
            "Your answer has a fraction. Iterations are counted in whole numbers; what does the "
            "rest mean?",
            wrong=lambda n, batch_size: n / batch_size,
        ),
        Slip(
            "upside down",
            "You divide the size of the batch by the number of examples. Larger batches make fewer "
            "iterations.",
            wrong=lambda n, batch_size: batch_size / n,
        ),
        Slip(
            "one iteration for each example",
            "You count every example as an iteration. Weights are updated once a batch.",
            wrong=lambda n, batch_size: n,
        ),
    ),
    hints=(
        "How many batches are 10 examples in batches of 4? Draw them.",
        "Divide and round *up*. 10/4 = 2.5 becomes 3, 8/4 stays 2.",
        "np.ceil rounds up, or without floats: -(-n // batch_size).",
    ),
    worked_example="""
# Related: how many full boxes of 12 can be packed from 100 eggs, and what is left?
eggs, box = 100, 12
print(eggs // box, eggs % box)       # // rounds down: only full boxes count here
""",
    gap="np.ceil(n / batch_size)",
)


def cut_batches(order, batch_size):
    """Cut a shuffled list of example numbers into batches, in this order.

    order : shape (n,), whole numbers; batch_size : at least 1.
    Returns a list of arrays; the last one may be shorter.
    """
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


CUT_BATCHES = Exercise(
    lesson=6,
    title="Cut an epoch into batches",
    statement=r"""
`order` holds the numbers of all $n$ examples in the order in which this epoch uses them, shape
$(n,)$. Return a list of arrays of `batch_size` numbers each, in this order; if $n$ is no multiple
of the batch size, the last array is shorter.
""",
    reference=cut_batches,
    outputs=("batches",),
    cases=lambda rng: [
        Case("10 examples, batches of 4", (rng.permutation(10), 4)),
        Case("6 examples, batches of 3", (rng.permutation(6), 3)),
        Case("9 examples, batches of 2", (rng.permutation(9), 2)),
        Case("a batch larger than the data", (rng.permutation(5), 8)),
        Case("one example at a time", (rng.permutation(3), 1)),
        Case("one example", (np.array([0]), 4)),
    ],
    slips=(
        Slip(
            "last incomplete batch forgotten",
            "The batches are right, but the last examples are in none of them. With a fresh order "
            "each epoch others are left out each time, so it is easily overlooked. What is left "
            "makes a shorter batch.",
            wrong=lambda order, batch_size: [
                order[i : i + batch_size] for i in range(0, len(order) - batch_size + 1, batch_size)
            ],
            where="range|//",
        ),
        Slip(
            "batch size taken for the number of batches",
            "You cut the data into `batch_size` parts. The name says how many examples *each* "
            "batch holds. np.array_split takes the number of parts.",
            wrong=lambda order, batch_size: np.array_split(order, batch_size),
            where="split",
        ),
        Slip(
            "batches overlap",
            "Each of your batches begins only one example after the last, so most examples are "
            "used several times in one epoch. Look at the step of the loop.",
            wrong=lambda order, batch_size: [order[i : i + batch_size] for i in range(len(order))],
            where="range",
        ),
        Slip(
            "dealt out like cards",
            "Your slices take every k-th example. All examples are used, but not in the order "
            "given: the first batch should hold the first ones. A slice `a[i::k]` jumps.",
            wrong=lambda order, batch_size: [
                order[i :: -(-len(order) // batch_size)]
                for i in range(-(-len(order) // batch_size))
            ],
            where="::",
        ),
        Slip(
            "order ignored",
            "Your batches hold 0, 1, 2, … as if `order` were not shuffled. The numbers in `order` "
            "are the examples; their positions are not.",
            wrong=lambda order, batch_size: [
                np.arange(len(order))[i : i + batch_size] for i in range(0, len(order), batch_size)
            ],
            where="arange|range",
        ),
    ),
    hints=(
        "At which positions of `order` do the batches begin?",
        "At 0, B, 2B, … A slice order[i : i + B] that reaches beyond the end is simply shorter.",
        "range(0, len(order), batch_size) gives the beginnings; collect the slices in a list.",
    ),
    worked_example="""
# Related: cut a word into pieces of three letters.
word = "gradients!"
pieces = [word[i : i + 3] for i in range(0, len(word), 3)]     # begin at 0, 3, 6, 9
print(pieces)                                                  # the last is shorter
""",
    gap="range(0, len(order), batch_size)",
)


def minibatch_gradient(x, y, w):
    """∂L/∂w of L = (1/B) Σ (xᵢ · w − yᵢ)², the mean over a batch of B examples.

    x : shape (B, d); y : (B,); w : (d,).
    Returns an array of shape (d,).
    """
    errors = x @ w - y
    return 2 / len(x) * x.T @ errors


def _linear(rng, batch, d):
    return numbers(rng, batch, d), numbers(rng, batch), numbers(rng, d)


MINIBATCH_GRADIENT = Exercise(
    lesson=6,
    title="The gradient of one batch",
    statement=r"""
A linear model predicts $x_i \cdot w$ for each row of $x$, shape $(B, d)$. The loss of a batch is
the mean $L = \frac{1}{B} \sum_i (x_i \cdot w - y_i)^2$ with $y$ of shape $(B,)$. Return
$\partial L / \partial w$, shape $(d,)$. Because it is a mean, one learning rate suits any batch
size.
""",
    reference=minibatch_gradient,
    outputs=("gradient",),
    cases=lambda rng: [
        Case("a batch of 5 with 3 features", _linear(rng, 5, 3)),
        Case("a batch of 2 with 4 features", _linear(rng, 2, 4)),
        Case("as many examples as features", _linear(rng, 3, 3)),
        Case("a batch of one", _linear(rng, 1, 3)),
        Case("one feature", _linear(rng, 6, 1)),
        float32("a batch of 4", _linear(rng, 4, 2)),
        *whole_numbers("a batch of 4", _linear(rng, 4, 3)),
    ],
    numerical=central_differences(lambda x, y, w: float(np.mean((x @ w - y) ** 2)), "w"),
    slips=(
        Slip(
            "sum for mean",
            "You add up the gradients of the examples. Then a batch of 256 takes steps 256 times "
            "as long as a single example, with the same learning rate. Look for the 1/B.",
            after=scaled(lambda x, y, w: len(x)),
        ),
        sign_flipped(
            "Right sizes, opposite signs: the error went in as y − x·w. A square hides that, its "
            "derivative does not."
        ),
        Slip(
            "missing 2",
            "Half the right numbers: the 2 that the square brings down is missing, and there is no "
            "½ in this loss to take it away.",
            after=scaled(0.5),
        ),
        Slip(
            "divided by the features",
            "You divide by d, the number of weights. The mean runs over the examples.",
            after=scaled(lambda x, y, w: len(x) / x.shape[1]),
            where=r"shape\[1\]|len\(w\)|w\.size",
        ),
        Slip(
            "divided by all elements of x",
            "You divide by the number of entries of x, examples times features. The mean of the "
            "loss has B terms.",
            after=scaled(lambda x, y, w: 1 / x.shape[1]),
            where=r"size|mean\(",
        ),
        Slip(
            "target forgotten",
            "Your errors are the predictions themselves, so the weights are pulled to zero "
            "whatever y is. One argument of your function is not used.",
            wrong=lambda x, y, w: 2 / len(x) * x.T @ (x @ w),
        ),
        Slip(
            "mean error instead of its product with x",
            "You average the errors first and multiply by the mean of x. Every example has its own "
            "error *and* its own x; the product comes before the mean.",
            wrong=lambda x, y, w: 2 * x.mean(axis=0) * np.mean(x @ w - y),
            where="mean",
        ),
    ),
    hints=(
        "For one example (x·w − y)²: what is the derivative by wⱼ?",
        "It is 2 (x·w − y) xⱼ. Average over the batch; a matrix product does the sum over the "
        "examples.",
        "errors = x @ w − y has shape (B,); x.T @ errors has shape (d,). Then 2/B.",
    ),
    worked_example="""
# Related: the mean of x·w over a batch, and its gradient by w.
x = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 0.0]])
w = np.array([0.5, -1.0])

print(np.mean(x @ w))             # one number
print(x.T @ np.ones(3) / 3)       # its gradient: each weight's feature, averaged
""",
    gap="x.T @ errors",
)


def shuffle_together(x, y, order):
    """Put examples and their labels into a new order.

    x : shape (n, features); y : (n,); order : (n,), each number from 0 to n − 1 once.
    Returns x and y in new arrays; first comes example number order[0].
    """
    return x[order], y[order]


def _examples(rng, n, features):
    order = rng.permutation(n)
    while n > 2 and np.array_equal(order, np.argsort(order)):
        order = rng.permutation(n)  # an order that is its own inverse would hide a slip
    return numbers(rng, n, features), np.arange(n) % 4, order


SHUFFLE_TOGETHER = Exercise(
    lesson=6,
    title="Shuffle without tearing pairs apart",
    statement=r"""
Before each epoch the examples are put into a new order. `order` holds each of the numbers
$0 \dots n - 1$ once: example number `order[0]` comes first, then `order[1]`, and so on. Return $x$,
shape $(n, f)$, and its labels $y$, shape $(n,)$, in this order, as new arrays.
""",
    reference=shuffle_together,
    outputs=("x", "y"),
    cases=lambda rng: [
        Case("6 examples", _examples(rng, 6, 2)),
        Case("5 examples with 5 features", _examples(rng, 5, 5)),
        Case("7 examples with one feature", _examples(rng, 7, 1)),
        Case("one example", _examples(rng, 1, 3)),
        float32("4 examples", _examples(rng, 4, 2)),
    ],
    slips=(
        Slip(
            "labels not shuffled",
            "x is in the new order, y in the old one: now most images carry the label of another. "
            "Training runs without complaint and learns nothing. Both have to move together.",
            wrong=lambda x, y, order: (x[order], y),
            where="^return",
        ),
        Slip(
            "examples not shuffled",
            "y is in the new order, x in the old one: now most images carry the label of another. "
            "Training runs without complaint and learns nothing. Both have to move together.",
            wrong=lambda x, y, order: (x, y[order]),
            where="^return",
        ),
        Slip(
            "order turned round",
            "Pairs stay together, but example i goes to place order[i], instead of place i getting "
            "example order[i]. Assigning to `new[order]` does the one, reading `old[order]` the "
            "other.",
            wrong=lambda x, y, order: (x[np.argsort(order)], y[np.argsort(order)]),
            where=r"\[ *order *\] *=|argsort",
        ),
        Slip(
            "labels sorted",
            "Your labels come out in sorted order, so they no longer belong to their examples.",
            wrong=lambda x, y, order: (x[order], np.sort(y)),
            where="sort",
        ),
        Slip(
            "nothing shuffled",
            "Both come back as they were. If you used `shuffle`, mind that it returns nothing and "
            "changes its argument; here `order` says it all.",
            wrong=lambda x, y, order: (x.copy(), y.copy()),
        ),
    ),
    hints=(
        "An array can be indexed by an array of whole numbers. Try y[[2, 0, 1]] on a small y.",
        "x[order] picks whole rows in that order and makes a new array.",
        "Index both x and y with the same `order`.",
    ),
    worked_example="""
# Related: the three tallest people, with their names.
names = np.array(["Ada", "Ben", "Cleo", "Dan"])
heights = np.array([165, 180, 172, 190])

tallest = np.argsort(-heights)[:3]        # positions, the tallest first
print(names[tallest], heights[tallest])   # the same positions in both: pairs stay together
""",
    gap="x[order], y[order]",
)


def mean_of_batches(means, sizes):
    """The mean over all examples, from the means of batches of unequal size.

    means : shape (k,), the mean loss of each batch; sizes : (k,), how many examples it had.
    Returns one number.
    """
    return np.sum(means * sizes) / np.sum(sizes)


MEAN_OF_BATCHES = Exercise(
    lesson=6,
    title="The loss of an epoch, last batch included",
    statement=r"""
An epoch gave $k$ batches with mean losses `means`, shape $(k,)$, of `sizes` examples each, shape
$(k,)$; the last batch is often smaller. Return the mean loss over all *examples* of the epoch.
""",
    reference=mean_of_batches,
    outputs=("mean",),
    cases=lambda rng: [
        Case(
            "two batches of 64 and one of 12", (np.array([0.5, 0.4, 2.0]), np.array([64, 64, 12]))
        ),
        Case("batches of equal size", (np.array([1.5, 0.5]), np.array([32, 32]))),
        Case("one batch", (np.array([0.7]), np.array([10]))),
        Case("five batches", (np.array([2.0, 1.2, 0.9, 1.1, 3.0]), np.array([8, 8, 8, 8, 1]))),
        Case("whole numbers", (np.array([3.0, 1.0, 2.0]), np.array([2, 2, 1]))),
        Case("the same as integers", (np.array([3, 1, 2]), np.array([2, 2, 1])), "integer"),
    ],
    slips=(
        Slip(
            "mean of the means",
            "Every batch counts the same in yours, so the few examples of the last one weigh far "
            "more than the others. It is right only for batches of equal size. What does each mean "
            "stand for?",
            wrong=lambda means, sizes: np.mean(means),
            where="mean",
        ),
        Slip(
            "divided by the number of batches",
            "You weigh each mean by its size, and then divide by how many batches there are. What "
            "did the weights add up to?",
            wrong=lambda means, sizes: np.sum(means * sizes) / len(means),
        ),
        Slip(
            "sum over all examples",
            "This is the total loss of the epoch. Divide by how many examples there were.",
            wrong=lambda means, sizes: np.sum(means * sizes),
        ),
        Slip(
            "sum of the means",
            "You add up the batch means; the result grows with the number of batches.",
            wrong=lambda means, sizes: np.sum(means),
        ),
        Slip(
            "last batch forgotten",
            "Your mean leaves the last batch out. Its examples count like all others.",
            wrong=lambda means, sizes: (
                np.sum(means[:-1] * sizes[:-1]) / np.sum(sizes[:-1]) if len(means) > 1 else means[0]
            ),
            where=r":-1",
        ),
    ),
    hints=(
        "How much loss, in sum, do the examples of one batch have?",
        "A batch with mean m and size s has total m · s. Add the totals of all batches.",
        "Divide the total by the number of all examples, the sum of the sizes.",
    ),
    worked_example="""
# Related: the average speed of a trip with an hour at 100 km/h and three hours at 60 km/h.
speeds = np.array([100.0, 60.0])
hours = np.array([1.0, 3.0])

print(speeds.mean())                         # as if both had lasted equally long
print((speeds * hours).sum() / hours.sum())  # distance over time
""",
    gap="np.sum(means * sizes)",
)


EXERCISES = (
    ITERATIONS_PER_EPOCH,
    CUT_BATCHES,
    MINIBATCH_GRADIENT,
    SHUFFLE_TOGETHER,
    MEAN_OF_BATCHES,
)
