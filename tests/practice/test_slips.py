"""Every known slip is named as itself, and nothing else is named."""

import ast
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.practice.check import check
from course_lib.practice.comparing import agree
from course_lib.practice.exercises import exercises
from course_lib.practice.slips import INTEGER_INPUT, OTHER_ORDER, outcomes

CATALOGUE = exercises()
ALL = pytest.mark.parametrize("item", CATALOGUE, ids=lambda item: item.id)
SLIPS = pytest.mark.parametrize(
    ("item", "slip"),
    [
        pytest.param(item, slip, id=f"{item.id}: {slip.name}")
        for item in CATALOGUE
        for slip in item.slips
    ],
)


def with_slip(item, *slips):
    """A function that makes the given slips; those after the first work on its result."""

    def function(*args):
        first, *rest = slips
        if first.after is None:
            result = first.wrong(*args)
            outputs = result if len(item.outputs) > 1 else (result,)
        else:
            outputs, rest = right(*args), slips
        for slip in rest:
            outputs = slip.after(tuple(map(as_array, outputs)), *args)
        return outputs if len(item.outputs) > 1 else outputs[0]

    def right(*args):
        result = item.reference(*args)
        return result if len(item.outputs) > 1 else (result,)

    return function


def as_array(output):
    return output if isinstance(output, list) else np.asarray(output)


def distance(one, other):
    """Largest difference of two lists of outcomes, relative to size; infinite if incomparable."""
    largest = 0.0
    for a, b in zip(one, other, strict=True):
        if isinstance(a, Exception) or isinstance(b, Exception):
            if type(a) is not type(b):
                return np.inf
            continue
        for x, y in zip(a, b, strict=True):
            xs, ys = (x, y) if isinstance(x, list) else ([x], [y])
            if [np.shape(v) for v in xs] != [np.shape(v) for v in ys]:
                return np.inf
            for u, v in zip(xs, ys, strict=True):
                u, v = np.asarray(u, float), np.asarray(v, float)
                if (np.isfinite(u) != np.isfinite(v)).any():
                    return np.inf
                finite = np.isfinite(u)
                if finite.any():
                    size = max(np.abs(v[finite]).max(), 1e-3)
                    largest = max(largest, np.abs(u[finite] - v[finite]).max() / size)
    return largest


@SLIPS
def test_the_slip_is_caught_and_named_as_itself(item, slip):
    result = check(item.id, with_slip(item, slip))
    assert result.status == "failed"
    assert result.slips == (slip.name,), result
    assert slip.name in repr(result)


@ALL
def test_slips_are_pairwise_distinguishable_and_differ_from_the_reference(item):
    cases = item.make_cases()
    tables = {"right": outcomes(item.reference, item, cases)}
    for slip in item.slips:
        tables[slip.name] = outcomes(with_slip(item, slip), item, cases)
    for (one, a), (two, b) in itertools.combinations(tables.items(), 2):
        # Also in float32, where numbers agree only to 2e-4.
        assert distance(a, b) > 1e-3, f"{one} and {two}"


@ALL
def test_two_slips_at_once_are_recognised(item):
    cases = item.make_cases()
    singles = [outcomes(item.reference, item, cases)]
    singles += [outcomes(with_slip(item, slip), item, cases) for slip in item.slips]
    for second in (slip for slip in item.slips if slip.after):
        for first in item.slips:
            if first is second or first.overflow:
                continue
            function = with_slip(item, first, second)
            both = outcomes(function, item, cases)
            if any(distance(both, single) < 1e-3 for single in singles):
                continue  # together they look like one slip, or cancel
            result = check(item.id, function)
            assert len(result.slips) == 2, (first.name, second.name, result)
            assert "two things at once" in result.title
            # Whatever pair is named, it gives these numbers.
            named = [slip for slip in item.slips if slip.name in result.slips]
            found = [
                outcomes(with_slip(item, *pair), item, cases)
                for pair in itertools.permutations(named)
                if pair[1].after
            ]
            assert any(distance(both, candidate) < 1e-3 for candidate in found)


def test_slips_on_different_outputs_are_both_named(cell):
    function = cell(
        """
def dense_backward(grad_output, x, W):
    dx = grad_output @ W.T
    dW = x.T @ grad_output / len(x)
    db = grad_output.sum(axis=1)
    return dx, dW, db
""",
        "dense_backward",
    )
    result = check("dense_backward", function)
    assert set(result.slips) == {"batch mean once more in dW", "bias summed over the wrong axis"}


def test_a_slip_and_an_overflow_are_both_named(cell):
    function = cell(
        """
def softmax_cross_entropy_gradient(logits, labels):
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    return p - labels
""",
        "softmax_cross_entropy_gradient",
    )
    result = check("softmax_cross_entropy_gradient", function)
    assert result.slips == ("missing 1/n", "softmax without max-shift")
    assert result.line.text == "e = np.exp(logits)"


def noise(output):
    return np.random.default_rng(output.size).normal(size=output.shape) * (1 + np.abs(output))


PERTURBATIONS = {
    "scaled by 1.37": lambda x: 1.37 * x,
    "scaled by -0.731": lambda x: -0.731 * x,
    "scaled by 7/3": lambda x: x * 7 / 3,
    "shifted by 0.317": lambda x: x + 0.317,
    "tanh": lambda x: np.tanh(x) + 1e-2,
    "cube": lambda x: 1.1 * x**3,
    "cosine": np.cos,
    "small noise": lambda x: x + 0.02 * noise(x),
    "large noise": lambda x: x + noise(x),
    "rolled by one": lambda x: np.roll(x, 1) * 1.01,
    "reversed": lambda x: 0.99 * x[..., ::-1] if x.ndim else 0.99 * x,
    "one entry off": lambda x: x + 0.41 * (np.arange(x.size).reshape(x.shape) == x.size - 1),
    "float16 garbage": lambda x: np.round(x, 0) + 0.25,
}


def perturbed(item, change):
    """A function that gives the right outputs, all changed in one way."""

    def changed(output):
        if isinstance(output, list):
            return [changed(part) for part in output]
        return change(np.asarray(output, float))

    def function(*args):
        result = item.reference(*args)
        return changed(result) if len(item.outputs) == 1 else tuple(map(changed, result))

    return function


@ALL
def test_other_wrong_code_is_caught_and_not_named(item):
    for name, change in PERTURBATIONS.items():
        result = check(item.id, perturbed(item, change))
        assert result.status == "failed", name
        assert result.slips == (), (name, result)


@ALL
def test_a_constant_is_caught_and_not_named(item):
    right = outcomes(item.reference, item, item.make_cases()[:1])[0]
    parts = tuple(
        [np.full_like(a, 0.123, dtype=float) for a in output]
        if isinstance(output, list)
        else np.full(np.shape(output), 0.123)
        for output in right
    )
    result = check(item.id, lambda *args: parts if len(parts) > 1 else parts[0])
    assert result.status == "failed"
    assert result.slips == ()


@settings(max_examples=60)
@given(st.floats(-10, 10))
def test_a_wrong_factor_is_named_only_if_it_is_that_of_a_slip(factor):
    result = check("mse_gradient", lambda p, t: factor * 2 / p.size * (p - t))
    assert result.passed == (abs(factor - 1) < 3e-6)
    by_name = {"sign flipped": -1.0, "missing 2": 0.5}
    expected = np.prod([by_name.get(name, np.nan) for name in result.slips])
    if result.slips:
        assert factor == pytest.approx(expected, rel=1e-4)


SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
CONSTANTS = {0: 1, 1: 0, 2: 3}


class Mutate(ast.NodeTransformer):
    """Changes the one place of a function whose number is `target`."""

    def __init__(self, target):
        self.target, self.count = target, 0

    def here(self):
        self.count += 1
        return self.count - 1 == self.target

    def visit_BinOp(self, node):
        self.generic_visit(node)
        swap = SWAPS.get(type(node.op))
        if swap and self.here():
            node.op = swap()
        return node

    def visit_Constant(self, node):
        if type(node.value) is int and node.value in CONSTANTS and self.here():
            return ast.copy_location(ast.Constant(CONSTANTS[node.value]), node)
        return node

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if node.attr == "T" and self.here():
            return node.value
        return node

    def visit_Compare(self, node):
        self.generic_visit(node)
        if isinstance(node.ops[0], ast.Gt | ast.Lt) and self.here():
            node.ops = [ast.Lt() if isinstance(node.ops[0], ast.Gt) else ast.Gt()]
        return node


@ALL
def test_mutated_solutions_are_caught_and_a_named_slip_gives_their_numbers(item, cell):
    fresh = tuple(item.cases(np.random.default_rng(12345)))
    fresh_right = outcomes(item.reference, item, fresh)
    for target in range(40):
        mutator = Mutate(target)
        tree = ast.fix_missing_locations(mutator.visit(ast.parse(item.solution)))
        if mutator.count <= target:
            break
        source = ast.unparse(tree)
        function = cell(source, item.id)
        result = check(item.id, function, timeout=1)
        assert result.status != "not attempted", source
        if result.passed:
            assert distance(outcomes(function, item, fresh), fresh_right) < 1e-4, source
            continue
        cases = item.make_cases()
        if len(result.slips) == 1 and result.slips[0] not in (
            "input changed in place",
            INTEGER_INPUT.name,
            OTHER_ORDER.name,
        ):
            slip = next(slip for slip in item.slips if slip.name == result.slips[0])
            if not slip.overflow:
                slip_numbers = outcomes(with_slip(item, slip), item, cases)
                assert distance(outcomes(function, item, cases), slip_numbers) < 1e-3, source


def test_outputs_in_another_order_are_named(cell):
    function = cell(
        """
def dense_backward(grad_output, x, W):
    return grad_output @ W.T, grad_output.sum(axis=0), x.T @ grad_output
""",
        "dense_backward",
    )
    result = check("dense_backward", function)
    assert result.slips == ("outputs in another order",)
    assert result.line.text.startswith("return")


def test_integer_input_is_named_when_a_result_array_takes_over_the_type(cell):
    function = cell(
        """
def mse_gradient(predictions, targets):
    gradient = np.zeros_like(predictions)
    gradient[...] = 2 / predictions.size * (predictions - targets)
    return gradient
""",
        "mse_gradient",
    )
    result = check("mse_gradient", function)
    assert result.slips == ("integer input",)
    assert result.line.text == "gradient = np.zeros_like(predictions)"


def test_integer_input_is_named_when_numpy_refuses_to_cast(cell):
    function = cell(
        """
def mse_gradient(predictions, targets):
    gradient = predictions.copy()
    gradient -= targets
    gradient *= 2 / predictions.size
    return gradient
""",
        "mse_gradient",
    )
    assert check("mse_gradient", function).slips == ("integer input",)


def test_w_for_its_transpose_is_named_although_most_shapes_do_not_fit(cell):
    function = cell(
        """
def dense_backward(grad_output, x, W):
    dx = grad_output @ W
    return dx, x.T @ grad_output, grad_output.sum(axis=0)
""",
        "dense_backward",
    )
    result = check("dense_backward", function)
    assert result.slips == ("W where Wᵀ is due",)
    assert (result.line.number, result.line.text) == (2, "dx = grad_output @ W")


def test_the_line_is_that_of_the_wrong_output(cell):
    function = cell(
        """
import math

def dense_backward(grad_output, x, W):
    dW = x.T @ grad_output
    # The sum over the examples.
    db = np.sum(
        grad_output,
        axis=1,
    )
    dx = grad_output @ W.T
    return dx, dW, db
""",
        "dense_backward",
    )
    result = check("dense_backward", function)
    assert result.slips == ("bias summed over the wrong axis",)
    assert (result.line.number, result.line.text) == (6, "db = np.sum(")


def test_agree_knows_nan_and_shape():
    assert agree(np.array([1.0, np.nan, np.inf]), np.array([1.0, np.nan, np.inf]))
    assert not agree(np.array([1.0, np.inf]), np.array([1.0, -np.inf]))
    assert not agree(np.ones((1, 3)), np.ones(3))
    assert not agree([np.ones(2)], np.ones((1, 2)))
