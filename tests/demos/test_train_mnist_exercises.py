"""The checks of the exercises: right is praised, slips are named, nothing is raised."""

import numpy as np
import pytest

from course_lib.demos.train_mnist_exercises import (
    check_error_percent,
    check_logit_gradient,
    check_momentum_step,
)


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def one_hot(logits, labels):
    return np.eye(logits.shape[1])[labels]


RIGHT = {
    check_error_percent: lambda z, y: 100 * np.mean(z.argmax(axis=1) != y),
    check_logit_gradient: lambda z, y: (softmax(z) - one_hot(z, y)) / len(z),
    check_momentum_step: lambda w, v, g, a, b: (w - a * (b * v + g), b * v + g),
}

SLIPS = [
    (check_error_percent, lambda z, y: 100 * np.mean(z.argmax(axis=1) == y), "accuracy"),
    (check_error_percent, lambda z, y: np.mean(z.argmax(axis=1) != y), "multiply it by 100"),
    (check_error_percent, lambda z, y: np.sum(z.argmax(axis=1) != y), "divide by the number"),
    (check_logit_gradient, lambda z, y: (one_hot(z, y) - softmax(z)) / len(z), "sign"),
    (check_logit_gradient, lambda z, y: softmax(z) - one_hot(z, y), "1/n is missing"),
    (check_logit_gradient, lambda z, y: softmax(z) / len(z), "has not been subtracted"),
    (check_logit_gradient, lambda z, y: (softmax(z) - one_hot(z, y)) / z.size, "rows only"),
    (check_logit_gradient, lambda z, y: (z - one_hot(z, y)) / len(z), "into probabilities"),
    (check_momentum_step, lambda w, v, g, a, b: (w + a * (b * v + g), b * v + g), "uphill"),
    (check_momentum_step, lambda w, v, g, a, b: (w - a * g, b * v + g), "gradient alone"),
    (check_momentum_step, lambda w, v, g, a, b: (w - a * v, b * v + g), "old velocity"),
    (
        check_momentum_step,
        lambda w, v, g, a, b: (w - a * (b * v + (1 - b) * g), b * v + (1 - b) * g),
        "1 − β",
    ),
    (check_momentum_step, lambda w, v, g, a, b: w - a * g, "is needed"),
    (check_logit_gradient, lambda z, y: softmax(z).sum(axis=1), "is needed"),
    (check_logit_gradient, lambda z, y: 7 * softmax(z), "the numbers are not"),
    (check_error_percent, lambda z, y: "all of them", "not yet"),
    (check_error_percent, lambda z, y: z[999], "it stopped with IndexError"),
]


@pytest.mark.parametrize("check", RIGHT)
def test_a_right_function_is_praised(check, capsys):
    check(RIGHT[check])
    assert ": right, on all 3 inputs" in capsys.readouterr().out


@pytest.mark.parametrize("check", RIGHT)
def test_an_untouched_stub_says_not_attempted_yet(check, capsys):
    check(lambda *arguments: None)
    assert (
        capsys.readouterr().out == f"{check.__name__.removeprefix('check_')}: not attempted yet.\n"
    )


@pytest.mark.parametrize(("check", "function", "said"), SLIPS)
def test_a_slip_is_named(check, function, said, capsys):
    check(function)
    out = capsys.readouterr().out
    assert said in out
    assert "right, on all" not in out


def test_changing_the_arguments_is_noticed(capsys):
    def in_place(w, v, g, a, b):
        v *= b
        v += g
        w -= a * v
        return w, v

    check_momentum_step(in_place)
    assert "changes its arguments" in capsys.readouterr().out
