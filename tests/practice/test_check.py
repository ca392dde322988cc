"""Whatever a learner's function does, `check` comes back with a short message in their terms."""

import dataclasses
import functools
import random
import threading
import warnings

import numpy as np
import pytest

from course_lib.practice.check import check, diagnose
from course_lib.practice.exercises import exercise

SHORT = 0.3  # seconds for a loop that never ends


@pytest.fixture
def attempt(cell):
    """Check a function body as an answer to an exercise."""

    def run(body, name="mse_gradient", timeout=5.0):
        parameters = ", ".join(exercise(name).parameters)
        body = "\n".join("    " + line for line in body.strip("\n").splitlines())
        return check(name, cell(f"def {name}({parameters}):\n{body}\n", name), timeout=timeout)

    return run


RIGHT = "2 / predictions.size * (predictions - targets)"


# Endless


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("while True: pass", 2),
        ("while True:\n    x = np.dot(predictions, predictions.T)", 2),
        ("while True:\n    try:\n        x = 1\n    except Exception:\n        pass", 2),
        ("while True:\n    try:\n        x = 1\n    except:\n        pass", 2),
        (
            "from time import sleep\nwhile True:\n    try:\n        sleep(0.01)\n"
            "    except:\n        pass",
            3,
        ),
        ("while True:\n    try:\n        return 1\n    finally:\n        continue", 2),
        ("while True:\n    print('hello')", 2),
        ("import itertools\nfor i in itertools.count():\n    j = i", 3),
        ("n = 0\nwhile n < 3:\n    for i in range(3):\n        j = i", 3),
    ],
)
@pytest.mark.filterwarnings("ignore:'continue' in a 'finally':SyntaxWarning")
def test_an_endless_loop_is_ended_and_its_line_named(attempt, body, line):
    before = threading.active_count()
    result = attempt(body, timeout=SHORT)
    assert result.kind == "endless loop"
    assert result.line.number == line
    assert result.line.text.startswith(("while", "for"))
    assert threading.active_count() == before  # nothing goes on in the background
    assert "restart" not in repr(result).lower()


def test_an_endless_loop_in_a_helper_of_another_cell_is_ended(cell):
    helper = cell("def forever():\n    n = 0\n    while True:\n        n += 1\n", "forever")
    names = cell("def mse_gradient(p, t):\n    return forever()\n")
    names["mse_gradient"].__globals__["forever"] = helper
    result = check("mse_gradient", names["mse_gradient"], timeout=SHORT)
    assert result.kind == "endless loop"
    assert (result.line.number, result.line.text) == (3, "while True:")


def test_a_call_that_waits_too_long_is_left_behind_and_the_learner_told(attempt):
    result = attempt("import time\ntime.sleep(2.5)", timeout=SHORT)
    assert result.kind == "endless loop"
    assert result.line.text == "time.sleep(2.5)"
    assert "Restart the kernel" in " ".join(repr(result).split())
    for thread in threading.enumerate():
        if thread.name == "learner":
            thread.join(10)
            assert not thread.is_alive()  # it ends as soon as it wakes


def test_endless_recursion_is_explained(attempt):
    result = attempt("return mse_gradient(predictions, targets)")
    assert result.kind == "exception"
    assert "calls itself" in result.message
    assert result.line.number == 2


# Exceptions


@pytest.mark.parametrize(
    ("body", "title", "says", "line"),
    [
        ("x = 1\nreturn x / 0", "ZeroDivisionError", "division by zero", 3),
        ("n = predictoins.size", "NameError", "`predictoins` is not known", 2),
        ("x = y\ny = 1\nreturn x", "UnboundLocalError", "`y` is used before", 2),
        ("return predictions @ targets", "ValueError", "predictions is (4, 3)", 2),
        ("return predictions.sum(axis=1) - targets", "ValueError", "keepdims=True", 2),
        ("return predictions.foo", "AttributeError", "'foo'", 2),
        ("return predictions[0, 99]", "IndexError", "99", 2),
        ("import math\nreturn math.exp(predictions)", "TypeError", "np.exp", 3),
        ("f = 2\nreturn f(predictions)", "TypeError", "not callable", 3),
        ("return {}['a']", "KeyError", "'a'", 2),
        ("assert predictions.size == 0, 'my words'", "AssertionError", "My words", 2),
        ("raise SystemExit", "SystemExit", "end Python", 2),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "end Python", 2),
        ("return np.ones((10**8, 10**8))", "MemoryError", "more memory", 2),
        ("raise ValueError('my own words')", "ValueError", "My own words", 2),
        ("return np.linalg.inv(predictions[:, :1] * 0)", "LinAlgError", "square", 2),
    ],
)
def test_an_exception_is_told_with_its_line(attempt, body, title, says, line):
    result = attempt(body)
    assert (result.status, result.kind) == ("failed", "exception")
    assert title in result.title
    assert says in result.message
    assert result.line.number == line


def test_a_missing_import_of_numpy_is_explained(cell):
    names = cell("def mse_gradient(p, t):\n    return np.mean(p)\n")
    del names["mse_gradient"].__globals__["np"]
    result = check("mse_gradient", names["mse_gradient"])
    assert "import numpy as np" in result.message


def test_the_line_is_in_the_helper_of_the_learner_not_in_the_library(cell):
    names = cell(
        """
def helper(a):
    return np.concatenate([a, a[0]])

def mse_gradient(predictions, targets):
    return helper(predictions)
"""
    )
    result = check("mse_gradient", names["mse_gradient"])
    assert (result.line.number, result.line.text) == (2, "return np.concatenate([a, a[0]])")


def test_an_exception_for_one_input_only_says_for_which(attempt):
    result = attempt(f"assert len(predictions) > 1\nreturn {RIGHT}")
    assert result.kind == "exception"
    assert "one example" in result.message


# Results that are none


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        (f"g = {RIGHT}", "mse_gradient", "`return`"),
        (f"print({RIGHT})", "mse_gradient", "printed something"),
        ("return 'text'", "mse_gradient", "a str"),
        ("return mse_gradient", "mse_gradient", "parentheses"),
        (f"yield {RIGHT}", "mse_gradient", "`yield`"),
        ("return [[1, 2], [3]]", "mse_gradient", "differ in length"),
        (f"return {RIGHT},", "mse_gradient", "comma"),
        (f"return 0.5, {RIGHT}", "mse_gradient", "Number 2 of them is right"),
        ("return predictions * 1j", "mse_gradient", "complex"),
        ("return {'gradient': predictions}", "mse_gradient", "a dict"),
        ("return grad_output @ W.T", "dense_backward", "(dx, dW, db)"),
        ("return grad_output @ W.T, x.T @ grad_output", "dense_backward", "returns 2"),
        ("return grad_output @ W.T, x.T @ grad_output, None", "dense_backward", "db"),
        ("return 3", "cut_batches", "list of 3 arrays"),
    ],
)
def test_a_result_of_the_wrong_kind_is_explained(attempt, body, name, says):
    result = attempt(body, name)
    assert (result.status, result.kind) == ("failed", "result")
    assert says in f"{result.title} {result.message}"
    assert result.line is not None


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        (f"return ({RIGHT}).T", "mse_gradient", "transposed"),
        (f"return ({RIGHT}).sum(axis=0)", "mse_gradient", "axis="),
        (f"return ({RIGHT}).sum(axis=1, keepdims=True)", "mse_gradient", "Axis 1"),
        (f"return ({RIGHT}).ravel()", "mse_gradient", "arranged"),
        (f"return ({RIGHT})[:, :, None]", "mse_gradient", "axis of length 1 is too many"),
        ("return x.sum(axis=0)", "log_sum_exp", "other axis"),
        ("return x.max(axis=1, keepdims=True)", "log_sum_exp", "keepdims"),
        ("return x", "log_sum_exp", "summed over"),
        ("return [order]", "cut_batches", "3 arrays"),
        ("return [order, order, order]", "cut_batches", "shapes"),
        ("return grad_output @ W.T, x.T @ grad_output, grad_output[:1]", "dense_backward", "(2,)"),
    ],
)
def test_a_wrong_shape_is_named_with_what_it_had_and_what_it_needs(attempt, body, name, says):
    result = attempt(body, name)
    assert (result.status, result.kind) == ("failed", "shape")
    assert says in result.message
    assert result.line.text.startswith("return")


def test_a_shape_is_never_broken_over_two_lines(attempt):
    text = repr(attempt(f"return ({RIGHT}).T"))
    assert "(4, 3)" in text
    assert "(3, 4)" in text


# Numbers


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (f"return 3.7 * {RIGHT}", "3.700 times"),
        (f"return {RIGHT} / predictions.size", "depends on a size"),
        (f"return {RIGHT} + 1", "plus 1"),
        (f"return {RIGHT} ** 3", "12 of 12 entries differ"),
        (f"g = {RIGHT}\ng[0, 0] += 1\nreturn g", "1 of 12 entries differ"),
        (f"return {RIGHT} * (1 + (len(predictions) == 1))", "All other inputs"),
    ],
)
def test_wrong_numbers_are_compared_with_finite_differences(attempt, body, says):
    result = attempt(body)
    assert (result.status, result.kind, result.slips) == ("failed", "numbers", ())
    assert "finite differences give" in result.message
    assert says in result.message


def test_the_line_is_where_the_returned_name_gets_its_value(attempt):
    body = f"g = {RIGHT}\ng = g * 0.3\nunused = 1\nreturn g"
    assert attempt(body).line.text == "g = g * 0.3"
    body = f"g = np.zeros(predictions.shape)\ng[...] = 0.3 * {RIGHT}\nreturn g"
    assert attempt(body).line.text.startswith("g[...] =")
    body = f"if len(predictions):\n    return 0.3 * {RIGHT}"
    assert attempt(body).line.text.startswith("return 0.3")


def test_outputs_that_are_right_are_said_to_be_right(attempt):
    result = attempt(
        "return grad_output @ W.T, x.T @ grad_output, 1.7 * grad_output.sum(axis=0)",
        "dense_backward",
    )
    assert "db has wrong numbers" in result.title
    assert "dx and dW are right" in result.message


def test_the_first_number_that_is_not_finite_is_found_with_its_line(attempt):
    result = attempt(f"g = {RIGHT}\ny = g / (g - g)\nreturn np.abs(y)")
    assert result.kind == "not finite"
    assert "[0, 0]" in result.message
    assert (result.line.number, result.line.text) == (3, "y = g / (g - g)")


def test_nan_in_one_input_only_says_for_which(attempt):
    result = attempt(f"g = {RIGHT}\nreturn g / (len(g) - 1) * (len(g) - 1)")
    assert result.kind == "not finite"
    assert "one example" in result.message


# Changes


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("predictions -= targets\nreturn 2 / predictions.size * predictions", 2),
        ("p = predictions\np[...] = p - targets\nreturn 2 / p.size * p", 3),
        (
            "p = predictions.T\nnp.subtract(p, targets.T, out=p)\n"
            "return 2 / predictions.size * predictions",
            3,
        ),
        (f"g = {RIGHT}\ntargets.sort()\nreturn g", 3),
    ],
)
def test_a_changed_input_is_named_with_the_line_that_writes(attempt, body, line):
    result = attempt(body)
    assert result.slips == ("input changed in place",)
    assert result.line.number == line
    assert "Its result is right" in result.message


def test_a_changed_input_of_a_wrong_function_is_named_too(attempt):
    result = attempt("predictions[0] = 0\nreturn predictions * 0.3")
    assert result.slips == ("input changed in place",)
    assert "wrong too" in result.message
    result = attempt("predictions -= targets\nreturn -2 / predictions.size * predictions")
    assert result.slips == ("sign flipped", "input changed in place")


def test_arrays_in_a_list_are_watched_too(attempt):
    result = attempt(
        """
norm = np.sqrt(sum((g**2).sum() for g in gradients))
if norm > max_norm:
    for g in gradients:
        g[...] = g * max_norm / norm
return gradients
""",
        "clip_by_global_norm",
    )
    assert "input changed in place" in result.slips
    assert result.line.number == 5


def test_the_callers_data_and_random_state_are_never_changed(attempt):
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    expected = random.Random(3).random(), np.random.RandomState(3).random()
    attempt("np.random.seed(0)\nimport random\nrandom.random()\nreturn predictions")
    assert (random.random(), np.random.random()) == expected  # noqa: NPY002


def test_random_numbers_are_noticed(attempt):
    result = attempt("return np.random.normal(size=predictions.shape)")
    assert result.kind == "not reproducible"
    assert result.line.number == 2
    result = attempt(f"return {RIGHT} + 1e-3 * np.random.default_rng().normal()")
    assert result.kind == "not reproducible"


def test_a_needless_use_of_the_global_generator_passes_with_a_remark(attempt):
    result = attempt(f"np.random.seed(0)\nreturn {RIGHT}")
    assert result.passed
    assert "random generator" in result.message


def test_a_value_kept_between_calls_is_noticed(attempt):
    result = attempt(
        f"mse_gradient.calls = getattr(mse_gradient, 'calls', 0) + 1\n"
        f"return {RIGHT} * (1 if mse_gradient.calls <= 8 else 2)"
    )
    assert result.kind == "not reproducible"


def test_printing_is_kept_back_and_cut(attempt, capsys):
    result = attempt(f"for i in range(20_000):\n    print('line', i)\nreturn {RIGHT}")
    assert result.passed
    assert capsys.readouterr() == ("", "")
    assert result.printed.startswith("line 0\nline 1\n")
    assert len(result.printed) <= 2000


def test_what_goes_to_the_error_stream_is_kept_back_too(attempt, capsys):
    result = attempt(f"import sys\nprint('oh', file=sys.stderr)\nreturn {RIGHT}")
    assert result.passed
    assert result.printed == "oh\n"
    assert capsys.readouterr() == ("", "")


def test_warnings_do_not_reach_the_notebook(attempt, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = attempt(
            f"import warnings\nwarnings.warn('!')\nnp.log(predictions * 0)\nreturn {RIGHT}"
        )
    assert result.passed
    assert capsys.readouterr() == ("", "")


# Calls


@pytest.mark.parametrize("thing", [None, np.ones((4, 3)), 3.0, (1, 2), "mse_gradient", ...])
def test_a_thing_that_is_no_function_is_explained(thing):
    result = check("mse_gradient", thing)
    assert (result.status, result.kind) == ("failed", "call")
    assert "function itself" in result.message


def test_the_result_of_a_call_instead_of_the_function_is_recognised():
    assert "Leave out the parentheses" in " ".join(repr(check("mse_gradient", None)).split())


def test_another_number_of_arguments_is_explained(cell):
    result = check("mse_gradient", cell("def f(p):\n    return p", "f"))
    assert result.kind == "call"
    assert "(predictions, targets)" in result.message
    assert "(p)" in result.message


@pytest.mark.parametrize(
    "body",
    [
        "...",
        "pass",
        "return",
        "return None",
        "return ...",
        "raise NotImplementedError",
        "raise NotImplementedError('later')",
        '"""Only words."""',
        '"""Only words."""\n# and a comment\n...',
        "n = predictions.size\nreturn ____ * n",
        "n = predictions.size\nraise NotImplementedError",
        "return predictions if predictions.size else ____",
    ],
)
def test_a_stub_is_not_attempted_yet(attempt, body):
    result = attempt(body)
    assert result.status == "not attempted"
    assert repr(result) == "○ mse_gradient: not attempted yet"


def test_reading_a_result_is_the_same_every_time(attempt):
    for body in ("return predictions * 0.3", "return 1 / 0", "while True: pass", f"return {RIGHT}"):
        assert repr(attempt(body, timeout=SHORT)) == repr(attempt(body, timeout=SHORT))


# Right by another route


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (
            "mse_gradient",
            """
gradient = []
for p, t in zip(predictions.tolist(), targets.tolist()):
    gradient.append([2 * (a - b) / predictions.size for a, b in zip(p, t)])
return gradient
""",
        ),
        ("mse_gradient", f"return ({RIGHT}).astype(np.float32)"),
        ("mse_gradient", f"return ({RIGHT}).astype(np.float16)"),
        ("mse_gradient", f"return ({RIGHT}).astype(np.longdouble)"),
        (
            "softmax_cross_entropy_gradient",
            """
z = logits.astype(np.float32)
p = np.exp(z - z.max(axis=1, keepdims=True))
return (p / p.sum(axis=1, keepdims=True) - labels) / len(z)
""",
        ),
        ("mse_gradient", f"return np.asfortranarray({RIGHT})"),
        ("mse_gradient", f"return np.matrix({RIGHT})"),
        (
            "mse_gradient",
            """
gradient = np.zeros(predictions.shape)
for i in np.ndindex(predictions.shape):
    up, down = predictions.astype(float), predictions.astype(float)
    up[i] += 1e-4
    down[i] -= 1e-4
    gradient[i] = (np.mean((up - targets)**2) - np.mean((down - targets)**2)) / 2e-4
return gradient
""",
        ),
        (
            "dense_backward",
            """
dx = np.einsum("bo,io->bi", grad_output, W)
dW = np.einsum("bi,bo->io", x, grad_output)
db = np.einsum("bo->o", grad_output)
return [dx, dW, db]
""",
        ),
        (
            "dense_backward",
            """
dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[1])
for b in range(len(x)):
    for i in range(W.shape[0]):
        for o in range(W.shape[1]):
            dx[b, i] += grad_output[b, o] * W[i, o]
            dW[i, o] += x[b, i] * grad_output[b, o]
for b in range(len(x)):
    db += grad_output[b]
return dx, dW, db
""",
        ),
        (
            "softmax_cross_entropy_backward",
            """
shifted = logits - logits.max(axis=1)[:, None]
log_p = shifted - np.log(np.exp(shifted).sum(axis=1))[:, None]
one_hot = labels[:, None] == np.arange(logits.shape[1])
return (np.exp(log_p) - one_hot).astype(np.float32) / len(labels)
""",
        ),
        (
            "log_sum_exp",
            """
result = []
for row in x:
    total = row[0]
    for value in row[1:]:
        total = np.logaddexp(total, value)
    result.append(total)
return result
""",
        ),
        (
            "binary_cross_entropy",
            "return float(np.logaddexp(0, logits).mean() - (logits * labels).mean())",
        ),
        ("relu_backward", "return np.where(z > 0, grad_output, 0)"),
        ("relu_backward", "return np.heaviside(z, 0) * grad_output"),
        ("iterations_per_epoch", "return -(-n // batch_size)"),
        ("iterations_per_epoch", "return np.array(len(range(0, n, batch_size)))"),
        ("cut_batches", "return tuple(np.split(order, range(batch_size, len(order), batch_size)))"),
        ("tanh_slope", "with np.errstate(over='ignore'):\n    return 1 / np.cosh(z) ** 2"),
        ("momentum_step", "v = gradient + beta * v\nreturn np.array([w - learning_rate * v, v])"),
        (
            "clip_by_global_norm",
            "flat = np.concatenate([g.ravel() for g in gradients])\n"
            "n = np.linalg.norm(flat)\n"
            "return [g * min(1, max_norm / max(n, 1e-300)) for g in gradients]",
        ),
        ("dropout_forward", "return np.where(u < rate, 0, x) / (1 - rate)"),
        ("max_stable_rate", "return 2 / np.linalg.norm(hessian.astype(float), 2)"),
        (
            "two_layer_jacobian",
            "return np.einsum('ho,h,ih->oi', W2, 1 - np.tanh(x @ W1) ** 2, W1)",
        ),
        (
            "early_stopping",
            """
best = np.inf
for epoch, loss in enumerate(losses):
    if loss < best:
        best, best_epoch = loss, epoch
    if epoch - best_epoch >= patience:
        break
return best_epoch, epoch
""",
        ),
    ],
)
def test_code_that_is_right_by_another_route_passes(attempt, name, body):
    result = attempt(body, name)
    assert result.passed, result


def right(p, t):
    return 2 / p.size * (p - t)


class Model:
    def gradient(self, p, t):
        return right(p, t)

    @staticmethod
    def static(p, t):
        return right(p, t)

    def __call__(self, p, t):
        return right(p, t)


@pytest.mark.parametrize(
    "function",
    [
        right,
        lambda p, t: right(p, t),
        lambda *args: right(*args),
        lambda p, t, extra=1: right(p, t),
        functools.partial(lambda factor, p, t: factor * (p - t) / p.size, 2),
        Model().gradient,
        Model.static,
        Model(),
        functools.lru_cache(maxsize=None)(lambda: right)(),
        np.vectorize(lambda p, t: p - t) and right,
    ],
)
def test_every_kind_of_function_can_be_checked(function):
    assert check("mse_gradient", function).passed


def test_functions_without_source_are_diagnosed_without_a_line():
    names = {}
    exec("def f(p, t):\n    return (p - t) / p.size", names)
    result = check("mse_gradient", names["f"])
    assert result.slips == ("missing 2",)
    assert result.line is None


def test_a_decorated_function_has_its_own_lines(cell):
    names = cell(
        """
import functools

def loud(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)
    return inner

@loud
def mse_gradient(predictions, targets):
    return (predictions - targets) / predictions.size
"""
    )
    result = check("mse_gradient", names["mse_gradient"])
    assert result.slips == ("missing 2",)
    assert (result.line.number, result.line.text[:6]) == (11, "return")


def test_check_can_be_called_from_another_thread():
    results = []
    thread = threading.Thread(target=lambda: results.append(check("mse_gradient", right)))
    thread.start()
    thread.join()
    assert results[0].passed


def test_without_threads_the_check_still_works(monkeypatch):
    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert check("mse_gradient", right).passed
    assert check("mse_gradient", lambda p, t: 1 / 0).kind == "exception"


def test_a_keyboard_interrupt_while_waiting_ends_the_learners_thread(cell, monkeypatch):
    forever = cell("def mse_gradient(p, t):\n    while True:\n        pass\n", "mse_gradient")
    join = threading.Thread.join
    calls = []

    def interrupted(self, timeout=None):
        calls.append(timeout)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return join(self, timeout)

    monkeypatch.setattr(threading.Thread, "join", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check("mse_gradient", forever)
    assert not [thread for thread in threading.enumerate() if thread.name == "learner"]


def test_a_reference_that_finite_differences_contradict_is_not_passed():
    item = exercise("mse_gradient")
    wrong = dataclasses.replace(item, numerical=lambda p, t: (1.5 * item.numerical(p, t)[0],))
    result = diagnose(wrong, item.reference)
    assert not result.passed
    assert "finite differences" in result.title


@pytest.mark.parametrize(
    ("name", "function", "said", "unsaid"),
    [
        ("mse_gradient", lambda p, t: np.zeros_like(p), "Every number of yours is 0.", "constant"),
        ("mse_gradient", lambda p, t: 3 * (p - t) / p.size, "1.500 times", "another"),
        ("iterations_per_epoch", lambda n, b: n // b + n % b, "but it should be", "constant"),
        (
            "log_sum_exp",
            lambda x: np.log(np.exp(np.clip(x, -700, 700)).sum(axis=1)),
            "All other inputs come out right",
            "times the right number",
        ),
    ],
)
def test_a_pattern_is_named_only_where_there_is_one(name, function, said, unsaid):
    text = str(check(name, function)).replace("\n", " ")
    assert said in text
    assert unsaid not in text
