"""Lesson 09: regularisation, and data kept apart that have to be apart."""

import numpy as np

from ..exercise import Case, Exercise, Slip
from .common import float32, numbers, whole_numbers

__all__ = ["EXERCISES"]


def l2_gradients(dW, db, W, b, strength):
    """Add the gradient of the penalty R = ½ λ Σ W² to the gradients of a layer.

    dW, W : equal shapes; db, b : equal shapes; strength λ : number. Biases are not penalised.
    Returns (dW, db), new arrays.
    """
    return dW + strength * W, db.copy()


def _layer(rng, n_in, n_out, strength=0.1):
    return (
        numbers(rng, n_in, n_out),
        numbers(rng, n_out),
        numbers(rng, n_in, n_out),
        numbers(rng, n_out),
        strength,
    )


L2_GRADIENTS = Exercise(
    lesson=9,
    title="Weight decay",
    statement=r"""
The loss gets a penalty $R = \frac{\lambda}{2} \sum_{ij} W_{ij}^2$ on the weights of a layer, not
on its biases. Given the gradients $dW$, shape (n_in, n_out), and $db$, shape (n_out,), of the loss
without it, return the gradients of loss plus penalty, as new arrays.
""",
    reference=l2_gradients,
    outputs=("dW", "db"),
    cases=lambda rng: [
        Case("3 in, 2 out", _layer(rng, 3, 2)),
        Case("2 in, 4 out", _layer(rng, 2, 4, strength=0.5)),
        Case("one weight", _layer(rng, 1, 1, strength=0.01)),
        Case("strength 2", _layer(rng, 2, 3, strength=2.0)),
        float32("3 in, 3 out", _layer(rng, 3, 3)),
        *whole_numbers("2 in, 2 out", _layer(rng, 2, 2, strength=0.3)),
    ],
    slips=(
        Slip(
            "weight decay on biases",
            "dW is right, but the biases are pulled to zero as well. A bias only shifts, it does "
            "not make a function wiggle, so there is nothing to be gained; and the penalty in the "
            "statement does not contain b.",
            wrong=lambda dW, db, W, b, strength: (dW + strength * W, db + strength * b),
            where=r"\bb\b",
        ),
        Slip(
            "factor 2 too many",
            "You add 2λW. The square brings down a 2, but the penalty has a ½ in front of it.",
            wrong=lambda dW, db, W, b, strength: (dW + 2 * strength * W, db * 1),
            where=r"\b2\b",
        ),
        Slip(
            "sign flipped",
            "The penalty's gradient is subtracted, which rewards large weights. Loss and penalty "
            "are added, so are their gradients.",
            wrong=lambda dW, db, W, b, strength: (dW - strength * W, db * 1),
            where="-",
        ),
        Slip(
            "L1 instead of L2",
            "You add λ times the sign of the weights, the gradient of λ Σ |W|. That pulls all "
            "weights equally hard; L2 pulls the large ones harder.",
            wrong=lambda dW, db, W, b, strength: (dW + strength * np.sign(W), db * 1),
            where="sign",
        ),
        Slip(
            "strength forgotten",
            "You add W itself. λ says how much the penalty counts.",
            wrong=lambda dW, db, W, b, strength: (dW + W, db * 1),
        ),
        Slip(
            "penalty instead of its gradient",
            "You add ½λW², the penalty's terms. Its derivative is due, which can be negative.",
            wrong=lambda dW, db, W, b, strength: (dW + 0.5 * strength * W**2, db * 1),
            where=r"\*\*|square",
        ),
        Slip(
            "only the penalty",
            "This is the gradient of the penalty alone. The network would forget the data and "
            "shrink to nothing.",
            wrong=lambda dW, db, W, b, strength: (strength * W, db * 1),
        ),
        Slip(
            "mean for sum",
            "You divide the penalty's gradient by the number of weights. The penalty is a plain "
            "sum.",
            wrong=lambda dW, db, W, b, strength: (dW + strength * W / W.size, db * 1),
            where="size|mean|/",
        ),
    ),
    hints=(
        "Differentiate ½ λ W² for a single weight.",
        "It is λ W. Gradients of a sum are the sum of the gradients.",
        "dW + λ W; db stays as it is, since the penalty does not contain b.",
    ),
    worked_example="""
# Related: the gradient of the penalty R = (λ/4) Σ w⁴, added to a gradient g.
w, g, strength = np.array([1.0, -2.0]), np.array([0.5, 0.5]), 0.1

print(g + strength * w**3)        # the 4 of the power cancels the ¼
""",
    gap="strength * W",
)


def dropout_forward(x, u, rate):
    """Inverted dropout in training.

    x : shape (batch, features); u : same shape, uniform random numbers in [0, 1).
    rate : probability of dropping, 0 ≤ rate < 1. An entry is kept where u ≥ rate.
    Returns an array of the same shape.
    """
    kept = u >= rate
    return x * kept / (1 - rate)


def _dropout(rng, *shape, rate=0.3):
    return numbers(rng, *shape), rng.random(shape).round(3), rate


DROPOUT_FORWARD = Exercise(
    lesson=9,
    title="Dropout",
    statement=r"""
In training each entry of $x$, shape (batch, features), is set to zero with probability
$p$ = `rate`. The random numbers are given: $u$, of the same shape, uniform in $[0, 1)$; keep an
entry where $u \ge p$. So that the expected value stays what it was, and prediction needs no
change, the kept entries are rescaled. By what? Return the result.
""",
    reference=dropout_forward,
    outputs=("out",),
    cases=lambda rng: [
        Case("a batch of 4 with 5 features", _dropout(rng, 4, 5)),
        Case("rate 0.5", _dropout(rng, 3, 6, rate=0.5)),
        Case("rate 0.8", _dropout(rng, 5, 4, rate=0.8)),
        Case("rate 0", _dropout(rng, 2, 3, rate=0.0)),
        Case("one example", _dropout(rng, 1, 8, rate=0.25)),
        float32("a batch of 3", _dropout(rng, 3, 4)),
        Case("u exactly at the rate", (np.ones((1, 3)), np.array([[0.25, 0.1, 0.9]]), 0.25)),
    ],
    slips=(
        Slip(
            "dropout without rescaling",
            "The right entries are dropped, but what is kept stays as it was, so on average the "
            "signal gets weaker by the share dropped. In prediction, without dropout, the next "
            "layer would suddenly see more than it was trained on.",
            wrong=lambda x, u, rate: x * (u >= rate),
        ),
        Slip(
            "rescaled by the rate",
            "You divide by the share that is dropped. What has to be made up for is what is left "
            "over: with rate 0.2 the signal is at 80 %.",
            wrong=lambda x, u, rate: np.divide(x * (u >= rate), np.float64(rate)),
            where="/",
        ),
        Slip(
            "scaled down instead of up",
            "You multiply by 1 − p, so the signal is weakened twice: once by dropping, once by "
            "scaling. (Multiplying belongs to the old form, in prediction.)",
            wrong=lambda x, u, rate: x * (u >= rate) * (1 - rate),
            where=r"1 *- *",
        ),
        Slip(
            "mask the wrong way round",
            "You keep what should be dropped: your share of kept entries is p. Look at the "
            "comparison of u with the rate.",
            wrong=lambda x, u, rate: x * (u < rate) / (1 - rate),
            where="[<>]",
        ),
        Slip(
            "mask and scale for keeping",
            "You treat `rate` as the probability of *keeping*, as some libraries do. Here it is "
            "the probability of dropping.",
            wrong=lambda x, u, rate: np.divide(x * (u < rate), np.float64(rate)),
            where="[<>]",
        ),
        Slip(
            "nothing dropped",
            "All entries are still there, only rescaled.",
            wrong=lambda x, u, rate: x / (1 - rate),
        ),
        Slip(
            "edge of the comparison",
            "Right but where u equals the rate exactly. The statement keeps an entry where u ≥ p: "
            "compare `>` and `>=`.",
            wrong=lambda x, u, rate: x * (u > rate) / (1 - rate),
            where=">",
        ),
    ),
    hints=(
        "With rate 0.2, how large is the mean of x times its mask, compared with that of x?",
        "It is 1 − p times as large. Divide by that.",
        "(u >= rate) is an array of True and False, which multiply like 1 and 0.",
    ),
    worked_example="""
# Related: a poll that only 40 % answer; estimate the total from the answers.
answers = np.array([3.0, 0.0, 5.0, 0.0, 0.0])     # 0: no answer
print(answers.sum() / 0.4)                        # make up for those who are missing
""",
    gap="kept / (1 - rate)",
)


def early_stopping(losses, patience):
    """Which epoch was best, and when to stop.

    losses : validation loss of each epoch, shape (epochs,).
    patience : stop once so many epochs in a row have not been below the best loss so far.
    Returns (best_epoch, stop_epoch), counted from 0; stop_epoch is the last epoch if it never
    came to that. best_epoch is the best up to there.
    """
    best_epoch, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best_epoch]:
            best_epoch, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(losses) - 1


def _early(losses, patience, *, reset=True, previous=False, equal_is_better=False, extra=0):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        rival = losses[epoch - 1] if previous else losses[best]
        better = losses[epoch] <= rival if equal_is_better else losses[epoch] < rival
        if better:
            best = epoch
            waited = 0 if reset else waited
        else:
            waited += 1
        if waited == patience + extra:
            return best, epoch
    return best, len(losses) - 1


EARLY_STOPPING = Exercise(
    lesson=9,
    title="Early stopping",
    statement=r"""
After every epoch the validation loss is measured; `losses` holds all of them, $L_0, L_1, \dots$,
shape (epochs,). Epoch $t$ improves if $L_t < \min_{s<t} L_s$: an equal loss is no improvement.
Training stops in the first epoch that completes `patience` epochs in a row without improvement.
Return two whole numbers: the best epoch up to then, and the epoch in which training stops (the
last one, if it never comes to that). Epochs count from 0.
""",
    reference=early_stopping,
    outputs=("best_epoch", "stop_epoch"),
    cases=lambda rng: [
        Case("a clear minimum", (np.array([0.9, 0.5, 0.4, 0.6, 0.7, 0.8]), 2)),
        Case(
            "a dip, then better again",
            (np.array([0.9, 0.6, 0.7, 0.5, 0.6, 0.55, 0.4, 0.3]), 2),
        ),
        Case("slowly down after a bump", (np.array([0.5, 0.8, 0.7, 0.65, 0.6, 0.3]), 3)),
        Case("always better", (np.array([0.9, 0.8, 0.7]), 1)),
        Case("equal losses", (np.array([0.5, 0.5, 0.5, 0.4, 0.4]), 3)),
        Case("two separate bumps", (np.array([1.0, 0.9, 0.95, 0.8, 0.85, 0.7, 0.75]), 3)),
        Case("one epoch", (np.array([0.4]), 3)),
        Case("never better, patience 1", (np.array([0.3, 0.4, 0.2]), 1)),
    ],
    slips=(
        Slip(
            "patience counted one too long",
            "You stop one epoch late: patience 2 means that the second epoch without improvement "
            "is the last. Compare `>` and `>=`, or where you begin to count.",
            wrong=lambda losses, patience: _early(losses, patience, extra=1),
            where="patience",
        ),
        Slip(
            "counter not reset",
            "You count all epochs without improvement, not those in a row. A new best has to set "
            "the counter back.",
            wrong=lambda losses, patience: _early(losses, patience, reset=False),
            where=r"\+= *1",
        ),
        Slip(
            "compared with the epoch before",
            "You compare each loss with the one just before it. A loss that falls back a little "
            "after a bump looks like progress then, though the best was long ago.",
            wrong=lambda losses, patience: _early(losses, patience, previous=True),
            where=r"- *1\]",
        ),
        Slip(
            "equal counts as better",
            "A loss equal to the best resets your counter. Standing still is no improvement: "
            "compare `<` and `<=`.",
            wrong=lambda losses, patience: _early(losses, patience, equal_is_better=True),
            where="<=|>=",
        ),
        Slip(
            "last epoch taken for the best",
            "You return the epoch in which training stopped as the best one. By then the loss has "
            "been worse for a while; the weights to keep are those of the best epoch.",
            wrong=lambda losses, patience: (_early(losses, patience)[1],) * 2,
            where="^return",
        ),
        Slip(
            "best of all epochs",
            "You look for the minimum over all losses, also those after the stop. They would never "
            "have been measured.",
            wrong=lambda losses, patience: (int(np.argmin(losses)), _early(losses, patience)[1]),
            where="min",
        ),
        Slip(
            "never stopped",
            "You always train to the last epoch; `patience` is not used.",
            wrong=lambda losses, patience: (int(np.argmin(losses)), len(losses) - 1),
        ),
    ),
    hints=(
        "Go through the losses by hand with two notes: the best epoch so far, and how many epochs "
        "you have waited since.",
        "A loss below the best: note the epoch and set the waiting to 0. Otherwise wait one more.",
        "When the waiting reaches `patience`, return. After the loop, return with the last epoch.",
    ),
    worked_example="""
# Related: the longest run of rainy days.
rain = [1, 1, 0, 1, 1, 1, 0]
longest = run = 0
for day in rain:
    run = run + 1 if day else 0          # a dry day sets the counter back
    longest = max(longest, run)
print(longest)
""",
    gap="losses[epoch] < losses[best_epoch]",
)


def standardize(train, test):
    """Bring features to mean 0 and standard deviation 1 without looking at the test data.

    train : shape (n, features); test : (m, features). Standard deviation with 1/n.
    Returns (train, test), new arrays: both by the statistics of the training data.
    """
    mean = train.mean(axis=0)
    std = train.std(axis=0)
    return (train - mean) / std, (test - mean) / std


def _standard(values, like, axis=0, ddof=0):
    mean = like.mean(axis=axis, keepdims=True)
    return (values - mean) / like.std(axis=axis, keepdims=True, ddof=ddof)


def _train_and_test(rng, n, m, features):
    return 2 * numbers(rng, n, features) + 1, 3 * numbers(rng, m, features) - 1


STANDARDIZE = Exercise(
    lesson=9,
    title="Standardise without a leak",
    statement=r"""
Subtract from each feature its mean and divide by its standard deviation (with $1/n$), for both
`train`, shape $(n, f)$, and `test`, shape $(m, f)$. The test data stand for data that do not exist
yet: nothing that is computed may depend on them. Return both, as new arrays.
""",
    reference=standardize,
    outputs=("train", "test"),
    cases=lambda rng: [
        Case("8 and 4 examples, 3 features", _train_and_test(rng, 8, 4, 3)),
        Case("5 and 5 examples, 5 features", _train_and_test(rng, 5, 5, 5)),
        Case("one feature", _train_and_test(rng, 6, 3, 1)),
        Case("a single test example", _train_and_test(rng, 7, 1, 2)),
        float32("6 and 3 examples", _train_and_test(rng, 6, 3, 2)),
        *whole_numbers("6 and 4 examples", _train_and_test(rng, 6, 4, 2)),
    ],
    slips=(
        Slip(
            "leak: statistics of all data",
            "Mean and standard deviation are computed from training and test data together, so the "
            "test data have left a trace in what the network is trained on. The test result then "
            "looks better than the future will be. Look at what goes into your mean.",
            wrong=lambda train, test: (
                _standard(train, np.concatenate([train, test])),
                _standard(test, np.concatenate([train, test])),
            ),
            where="concatenate|stack|append",
        ),
        Slip(
            "test data by their own statistics",
            "The test data are standardised by their own mean and deviation. A shift between "
            "training and test would become invisible, and a single new example could not be "
            "treated at all. They need the training data's numbers.",
            wrong=lambda train, test: (_standard(train, train), _standard(test, test)),
            where=r"test\.(mean|std)",
        ),
        Slip(
            "statistics over the wrong axis",
            "You standardise each example over its features. Features have different units; each "
            "needs its own mean, over the examples. Look at `axis`.",
            wrong=lambda train, test: (
                _standard(train, train, axis=1),
                _standard(test, test, axis=1),
            ),
            where="axis *= *1",
        ),
        Slip(
            "one mean for all features",
            "Without `axis` there is one mean and one deviation for the whole table. Every feature "
            "has its own.",
            wrong=lambda train, test: (
                _standard(train, train, axis=None),
                _standard(test, train, axis=None),
            ),
            where=r"mean\(|std\(",
        ),
        Slip(
            "only centred",
            "The mean is subtracted, the division by the standard deviation is missing.",
            wrong=lambda train, test: (train - train.mean(axis=0), test - train.mean(axis=0)),
        ),
        Slip(
            "variance instead of standard deviation",
            "You divide by the variance. Only its root has the unit of the feature.",
            wrong=lambda train, test: (
                (train - train.mean(axis=0)) / train.var(axis=0),
                (test - train.mean(axis=0)) / train.var(axis=0),
            ),
            where="var",
        ),
        Slip(
            "unbiased standard deviation",
            "Your deviation divides by n − 1 (ddof=1). The statement asks for 1/n; for large n it "
            "hardly matters, but the two must not be mixed.",
            wrong=lambda train, test: (
                _standard(train, train, ddof=1),
                _standard(test, train, ddof=1),
            ),
            where="ddof|std",
        ),
        Slip(
            "test data untouched",
            "The training data are standardised, the test data are not. The network would meet "
            "numbers of a size it has never seen.",
            wrong=lambda train, test: (_standard(train, train), test * 1),
            where="^return",
        ),
    ),
    hints=(
        "What do you know on the day you train? Only the training data.",
        "Compute mean and deviation of each column of `train`, once.",
        "Use these same two numbers per feature for both arrays.",
    ),
    worked_example="""
# Related: bring prices to the range 0…1 by the training data's smallest and largest.
train, new = np.array([100.0, 300.0, 200.0]), np.array([250.0, 400.0])

low, high = train.min(), train.max()          # known when training
print((train - low) / (high - low))
print((new - low) / (high - low))             # may well lie outside 0…1
""",
    gap="(test - mean) / std",
)


def prepare_without_leak(x, y, copies, order, n_validation):
    """Split, add copies, standardise: in an order that leaks nothing.

    x : shape (n, features); y : shape (n,); copies : one changed copy of each example, like x.
    order : the shuffled numbers of the examples; the first n_validation are for validation.
    Returns (train_x, train_y, validation_x, validation_y): the training examples and after them
    their copies; validation examples without copies; both by the mean and standard deviation
    (with 1/n) of train_x.
    """
    validation, train = order[:n_validation], order[n_validation:]
    train_x = np.concatenate([x[train], copies[train]])
    train_y = np.concatenate([y[train], y[train]])
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    return (train_x - mean) / std, train_y, (x[validation] - mean) / std, y[validation]


def _prepared(x, y, copies, order, n_validation, *, seen=None, train=None, validation=None):
    """The preparation with some leak: which rows of x and copies together go where.

    Row n + i is the copy of row i. `seen`: the rows that mean and deviation are computed from.
    """
    n = len(x)
    rest = order[n_validation:]
    train = np.concatenate([rest, rest + n]) if train is None else train
    validation = order[:n_validation] if validation is None else validation
    seen = train if seen is None else seen
    both, labels = np.concatenate([x, copies]), np.concatenate([y, y])
    mean, std = both[seen].mean(axis=0), both[seen].std(axis=0)
    return (
        (both[train] - mean) / std,
        labels[train],
        (both[validation] - mean) / std,
        labels[validation],
    )


def _everything(order):
    return np.concatenate([order, order + len(order)])


def _copied(rng, n, features, n_validation):
    x = 2 * numbers(rng, n, features) + 1
    copies = (x + 0.3 * rng.normal(size=x.shape)).round(2)
    return x, rng.integers(10, size=n), copies, rng.permutation(n), n_validation


PREPARE_WITHOUT_LEAK = Exercise(
    lesson=9,
    title="Find the leak, and close it",
    statement=r"""
The experiment in the lesson copies, standardises and splits, in this order, and reports far too
good a score. Do it without a leak. Given are $n$ examples `x`, shape $(n, f)$, with labels `y`;
`copies`, of the same shape, holds a changed copy of each; `order` holds the shuffled numbers of the
examples. The first `n_validation` of them are for validation, the others for training. The training
set is its examples, in that order, followed by their copies. Validation examples have no copies
anywhere. Subtract from each feature its mean and divide by its standard deviation (with $1/n$), and
let nothing that is computed depend on validation data. Return four new arrays: training inputs and
labels, validation inputs and labels.
""",
    reference=prepare_without_leak,
    outputs=("train_x", "train_y", "validation_x", "validation_y"),
    cases=lambda rng: [
        Case("8 examples, 3 of them for validation", _copied(rng, 8, 3, 3)),
        Case("6 examples, 2 of them for validation", _copied(rng, 6, 2, 2)),
        Case("7 examples with one feature", _copied(rng, 7, 1, 3)),
        Case("a single validation example", _copied(rng, 5, 4, 1)),
        float32("6 examples", _copied(rng, 6, 3, 2)),
    ],
    slips=(
        Slip(
            "leak: copies of validation examples in training",
            "Your training set holds the copies of all examples, also of those set aside. The "
            "network learns each validation example by its twin. Copy after the split, and only "
            "what is for training.",
            wrong=lambda x, y, copies, order, n_validation: _prepared(
                x,
                y,
                copies,
                order,
                n_validation,
                train=np.concatenate([order[n_validation:], np.arange(len(x)) + len(x)]),
            ),
            where="copies",
        ),
        Slip(
            "leak: copies before the split",
            "You make one big set of examples and copies, shuffle it by `order` and split that: an "
            "example and its copy land on different sides. This is the experiment as it was handed "
            "in. Split first.",
            wrong=lambda x, y, copies, order, n_validation: _prepared(
                x,
                y,
                copies,
                order,
                n_validation,
                train=_everything(order)[n_validation:],
                seen=_everything(order),
            ),
            where="concatenate|vstack",
        ),
        Slip(
            "leak: statistics of all data",
            "The split is clean, but mean and standard deviation are computed from all examples, "
            "so the validation data shape what the network is trained on. Look at what goes into "
            "your mean.",
            wrong=lambda x, y, copies, order, n_validation: _prepared(
                x, y, copies, order, n_validation, seen=_everything(order)
            ),
            where=r"mean\(",
        ),
        Slip(
            "leak: statistics of all examples",
            "The split is clean, but mean and standard deviation are those of x, validation "
            "examples included. Compute them from the training inputs alone.",
            wrong=lambda x, y, copies, order, n_validation: _prepared(
                x, y, copies, order, n_validation, seen=order
            ),
            where=r"mean\(",
        ),
        Slip(
            "validation data by their own statistics",
            "The validation examples are standardised by their own mean and deviation. A single "
            "new example could not be treated like that. They need the training data's numbers.",
            wrong=lambda x, y, copies, order, n_validation: (
                *_prepared(x, y, copies, order, n_validation)[:2],
                _standard(x[order[:n_validation]], x[order[:n_validation]])
                if n_validation > 1
                else 0 * x[order[:n_validation]],
                y[order[:n_validation]],
            ),
            where=r"mean\(",
        ),
        Slip(
            "statistics without the copies",
            "Mean and standard deviation are those of the training examples without their copies. "
            "Nothing leaks, but the network is trained on the copies, too: take all of train_x.",
            wrong=lambda x, y, copies, order, n_validation: _prepared(
                x, y, copies, order, n_validation, seen=order[n_validation:]
            ),
            where=r"mean\(",
        ),
        Slip(
            "copies in the validation set",
            "Your validation set holds copies as well. Nothing leaks, but new digits come without "
            "copies: validate on what you will meet.",
            wrong=lambda x, y, copies, order, n_validation: _prepared(
                x,
                y,
                copies,
                order,
                n_validation,
                validation=np.concatenate([order[:n_validation], order[:n_validation] + len(x)]),
            ),
        ),
        Slip(
            "training and validation exchanged",
            "The first n_validation numbers of `order` are for validation; you train on them.",
            wrong=lambda x, y, copies, order, n_validation: _prepared(
                x,
                y,
                copies,
                order,
                n_validation,
                train=np.concatenate([order[:n_validation], order[:n_validation] + len(x)]),
                validation=order[n_validation:],
            ),
        ),
        Slip(
            "not standardised",
            "The split is clean, the standardisation is missing.",
            wrong=lambda x, y, copies, order, n_validation: (
                np.concatenate([x[order[n_validation:]], copies[order[n_validation:]]]),
                np.concatenate([y[order[n_validation:]]] * 2),
                x[order[:n_validation]],
                y[order[:n_validation]],
            ),
        ),
    ),
    hints=(
        "What is known on the day you train? Whatever happens before the split sees too much.",
        "Split the numbers in `order` first; use them for x, for y and for the copies.",
        "train_x is x[train] and below it copies[train]; its mean and deviation serve both sets.",
    ),
    worked_example="""
# Related: split recordings of 3 speakers so that no voice is on both sides.
speaker = np.array([0, 0, 1, 1, 2, 2])           # two recordings of each
validation = speaker == 2                        # one speaker is set aside, not some recordings
print(np.flatnonzero(~validation), np.flatnonzero(validation))
""",
    gap="np.concatenate([x[train], copies[train]])",
)


EXERCISES = (L2_GRADIENTS, DROPOUT_FORWARD, EARLY_STOPPING, STANDARDIZE, PREPARE_WITHOUT_LEAK)
