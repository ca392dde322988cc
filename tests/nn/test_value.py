"""Value: every operation against finite differences, shared values, deep graphs, repetition."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import Value, numerical_gradient, value

OPERATIONS = {
    "a + b": lambda a, b: a + b,
    "a + 2": lambda a, b: a + 2,
    "2 + a": lambda a, b: 2 + a,
    "a - b": lambda a, b: a - b,
    "a - 2": lambda a, b: a - 2,
    "2 - a": lambda a, b: 2 - a,
    "-a": lambda a, b: -a,
    "a b": lambda a, b: a * b,
    "a 3": lambda a, b: a * 3,
    "3 a": lambda a, b: 3 * a,
    "a / b": lambda a, b: a / b,
    "a / 4": lambda a, b: a / 4,
    "4 / a": lambda a, b: 4 / a,
    "a²": lambda a, b: a**2,
    "a^-1.5": lambda a, b: a**-1.5,
    "a^0": lambda a, b: a**0,
    "exp": lambda a, b: a.exp() if isinstance(a, Value) else math.exp(a),
    "log": lambda a, b: a.log() if isinstance(a, Value) else math.log(a),
    "tanh": lambda a, b: a.tanh() if isinstance(a, Value) else math.tanh(a),
    "sigmoid": lambda a, b: a.sigmoid() if isinstance(a, Value) else 1 / (1 + math.exp(-a)),
    "relu": lambda a, b: a.relu() if isinstance(a, Value) else max(a, 0.0),
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_agrees_with_arithmetic_and_finite_differences(operation):
    for at in ((0.7, 2.5), (3.0, -0.4)):
        a, b = Value(at[0]), Value(at[1])
        result = operation(a, b)
        assert result.data == pytest.approx(operation(*at), rel=1e-14)
        result.backward()
        numerical = numerical_gradient(lambda v: operation(float(v[0]), float(v[1])), at)
        np.testing.assert_allclose([a.grad, b.grad], numerical, rtol=1e-6, atol=1e-9)


@given(st.floats(-3, 3), st.floats(0.1, 3), st.floats(-2, 2))
def test_a_composed_expression_agrees_with_its_formula(a, b, c):
    x, y, z = Value(a), Value(b), Value(c)
    loss = (x * y.log() - z.exp() / y).tanh() + (x - z) ** 2
    loss.backward()
    u = math.tanh(a * math.log(b) - math.exp(c) / b)
    assert loss.data == pytest.approx(u + (a - c) ** 2)
    slope = 1 - u * u
    assert x.grad == pytest.approx(slope * math.log(b) + 2 * (a - c), abs=1e-12)
    assert y.grad == pytest.approx(slope * (a / b + math.exp(c) / b**2), abs=1e-12)
    assert z.grad == pytest.approx(-slope * math.exp(c) / b - 2 * (a - c), abs=1e-12)


def test_values_used_several_times_gather_all_their_paths():
    a = Value(1.5)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad, c.grad) == (4, 2, 1)
    d = a * a * a
    d.backward()
    assert a.grad == pytest.approx(3 * 1.5**2)


def test_a_chain_of_5000_nodes_needs_no_recursion():
    x = Value(1.0)
    y = x
    for _ in range(5000):
        y = y * 1.0001
    y.backward()
    assert len(y.ancestors()) == 1 + 2 * 5000
    assert x.grad == pytest.approx(1.0001**5000)


def test_a_chain_of_doublings_takes_one_visit_for_each_node():
    x = Value(1.0)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad == 2.0**60


def test_backward_twice_gives_the_same():
    x = Value(2.0)
    y = x * x + x
    y.backward()
    y.backward()
    assert x.grad == 5


def test_backward_of_another_result_forgets_the_first():
    x = Value(2.0)
    first, second = 3 * x, x * x
    first.backward()
    assert x.grad == 3
    second.backward()
    assert x.grad == 4


def test_local_derivatives_stand_beside_each_operand():
    x, y = Value(2.0), Value(5.0)
    product = x * y
    assert product.parents == ((x, 5.0), (y, 2.0))
    assert product.operation == "×"
    (_, slope), = x.tanh().parents  # fmt: skip
    assert slope == pytest.approx(1 - math.tanh(2) ** 2)


def test_ancestors_come_after_their_parents():
    x, y = Value(2.0), Value(5.0)
    z = (x * y + x).exp()
    order = z.ancestors()
    assert order[-1] is z
    assert {x, y} < set(order)
    for node in order:
        assert all(order.index(parent) < order.index(node) for parent, _ in node.parents)


@pytest.mark.parametrize("x", [-1e4, -40.0, 0.0, 40.0, 1e4])
def test_sigmoid_and_tanh_are_stable(x):
    s = Value(x).sigmoid()
    expected = 1 / (1 + math.exp(-x)) if x > -700 else 0
    assert s.data == pytest.approx(expected, rel=1e-14, abs=0)
    assert Value(x).tanh().data == math.tanh(x)


def test_relu_has_derivative_zero_at_zero():
    x = Value(0.0)
    x.relu().backward()
    assert x.grad == 0


def test_arrays_of_values_multiply_like_matrices():
    w = np.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    z = np.array([[5.0, 6.0]]) @ w
    assert [v.data for v in z[0]] == [23, 34]
    z[0, 1].backward()
    assert [v.grad for v in w.ravel()] == [0, 5, 0, 6]
    assert (np.float64(2.0) * Value(3.0)).data == 6


def test_what_has_no_derivative_is_refused():
    with pytest.raises(ZeroDivisionError):
        Value(1.0) / 0
    with pytest.raises(ValueError, match="math domain"):
        Value(0.0).log()
    with pytest.raises(TypeError):
        Value(1.0) + None
    with pytest.raises(TypeError):
        Value(2.0) ** Value(3.0)


def test_it_fits_on_a_page():
    assert len(inspect.getsource(value).splitlines()) < 100


def test_it_prints_its_number_and_gradient():
    x = Value(2.0)
    (x * x).backward()
    assert repr(x) == "Value(2, grad=4)"
