"""The three exercises of lesson 10: each check compares with the reference and names the slip."""

import numpy as np

from course_lib.nn import Momentum, accuracy, softmax, softmax_cross_entropy

__all__ = ["check_error_percent", "check_logit_gradient", "check_momentum_step"]


def check_error_percent(function):
    """Try ``error_percent(logits, labels)`` on several inputs, and print what came out."""
    cases = [_scores_and_labels(n, classes, n) for n, classes in ((1, 10), (8, 3), (100, 10))]
    slips = {
        "That is the accuracy, the share that is right; the error is what is missing to 100 %.": (
            lambda logits, labels: 100 * accuracy(logits, labels)
        ),
        "That is a fraction of 1; multiply it by 100 to get percent.": (
            lambda logits, labels: 1 - accuracy(logits, labels)
        ),
        "That is how many answers are wrong; divide by the number of rows, times 100.": (
            lambda logits, labels: np.sum(logits.argmax(axis=1) != labels)
        ),
    }
    _check(
        "error_percent",
        function,
        cases,
        lambda logits, labels: 100 * (1 - accuracy(logits, labels)),
        slips,
    )


def check_logit_gradient(function):
    """Try ``logit_gradient(logits, labels)`` on several inputs, and print what came out."""
    cases = [_scores_and_labels(n, classes, n) for n, classes in ((1, 10), (7, 3), (50, 10))]

    def difference(logits, labels):
        return softmax(logits) - np.eye(logits.shape[1])[labels]

    slips = {
        "The sign is flipped: it is probability minus target, not target minus probability.": (
            lambda logits, labels: -difference(logits, labels) / len(logits)
        ),
        "The 1/n is missing: the loss is the mean over the n rows.": difference,
        "The 1 at the right answer has not been subtracted.": (
            lambda logits, labels: softmax(logits) / len(logits)
        ),
        "You divide by all n × classes numbers; the mean is over the n rows only.": (
            lambda logits, labels: difference(logits, labels) / logits.size
        ),
        "These are the logits minus the target; turn the logits into probabilities first.": (
            lambda logits, labels: (logits - np.eye(logits.shape[1])[labels]) / len(logits)
        ),
    }
    _check(
        "logit_gradient",
        function,
        cases,
        lambda logits, labels: softmax_cross_entropy(logits, labels)[1],
        slips,
    )


def check_momentum_step(function):
    """Try ``momentum_step(w, v, g, rate, beta)`` on several inputs, and print what came out."""

    def reference(w, v, g, rate, beta):
        optimizer, w = Momentum(rate, beta=beta), w.copy()
        # The first step, from v = 0, makes the velocity v; the second is the one asked for.
        optimizer.step(np.zeros_like(w), v)
        optimizer.step(w, g)
        return w, beta * v + g

    cases = []
    for seed, n in enumerate((1, 5, 30)):
        rng = np.random.default_rng(seed)
        cases.append((*rng.standard_normal((3, n)), 0.1 / n, 0.9))
    slips = {
        "The step goes uphill: subtract the velocity.": (
            lambda w, v, g, rate, beta: (w + rate * (beta * v + g), beta * v + g)
        ),
        "The step uses the gradient alone; it should use the new velocity.": (
            lambda w, v, g, rate, beta: (w - rate * g, beta * v + g)
        ),
        "The step uses the old velocity; update the velocity first, then the weights.": (
            lambda w, v, g, rate, beta: (w - rate * v, beta * v + g)
        ),
        "You weight the gradient by 1 − β. Other texts do so too; here it enters whole.": (
            lambda w, v, g, rate, beta: (
                w - rate * (beta * v + (1 - beta) * g),
                beta * v + (1 - beta) * g,
            )
        ),
    }
    _check("momentum_step", function, cases, reference, slips)


def _scores_and_labels(n, classes, seed):
    rng = np.random.default_rng(seed)
    return 3 * rng.standard_normal((n, classes)), rng.integers(0, classes, n)


def _check(name, function, cases, reference, slips):
    """Print one line: not attempted, right, or what is wrong."""
    answers = []
    for case in cases:
        given = [value.copy() if isinstance(value, np.ndarray) else value for value in case]
        try:
            answer = function(*given)
        except Exception as error:
            print(f"{name}: it stopped with {type(error).__name__}: {error}")
            return
        if answer is None:
            print(f"{name}: not attempted yet.")
            return
        changed = [new for new, old in zip(given, case, strict=True) if np.any(new != old)]
        if changed:
            print(f"{name}: it changes its arguments; compute with a copy instead.")
            return
        answers.append(answer)
    expected = [reference(*case) for case in cases]
    if all(map(_agree, answers, expected)):
        print(f"{name}: right, on all {len(cases)} inputs tried. Well done!")
        return
    for advice, slip in slips.items():
        if all(map(_agree, answers, [slip(*case) for case in cases])):
            print(f"{name}: not yet. {advice}")
            return
    wanted = _shapes(expected[-1])
    if _shapes(answers[-1]) != wanted:
        print(f"{name}: not yet. It returns {_shapes(answers[-1])}, but {wanted} is needed.")
    else:
        print(f"{name}: not yet. The shape is right, but the numbers are not.")


def _agree(answer, expected):
    if isinstance(expected, tuple):
        return (
            isinstance(answer, tuple)
            and len(answer) == len(expected)
            and all(map(_agree, answer, expected))
        )
    try:
        answer = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        return False
    return answer.shape == np.shape(expected) and np.allclose(answer, expected, atol=1e-9)


def _shapes(value):
    if isinstance(value, tuple):
        return " and ".join(map(_shapes, value))
    shape = getattr(value, "shape", None) or np.shape(value)
    return f"an array of shape {shape}" if shape else "a single number"
