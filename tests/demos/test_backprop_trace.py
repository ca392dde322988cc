"""The trace behind the scrubber: its code, its gradients, and its chain rule at every place."""

import numpy as np
import pytest

from course_lib.demos.backprop_trace import (
    EXAMPLES,
    W1,
    W2,
    b1,
    b2,
    trace_backpropagation,
)
from course_lib.demos.network_places import Place
from course_lib.demos.output_heads import HEADS
from course_lib.nn import (
    Dense,
    Network,
    ReLU,
    binary_cross_entropy,
    mse,
    sigmoid,
    softmax,
    softmax_cross_entropy,
)

CASES = [(head, example) for head in HEADS for example in EXAMPLES]


def make(head="softmax + cross-entropy", example="both hidden units on"):
    return trace_backpropagation(*EXAMPLES[example], HEADS[head])


@pytest.fixture(params=CASES, ids=lambda case: ", ".join(case))
def trace(request):
    return make(*request.param)


def test_the_listing_run_as_one_program_gives_the_numbers_of_the_trace(trace):
    arrays = {name: trace.values[name].copy() for name in ("x", "y", "W1", "b1", "W2", "b2")}
    exec("\n".join(trace.lines), {"np": np, "softmax": softmax, "sigmoid": sigmoid}, arrays)
    assert set(arrays) == set(trace.values)
    for name, numbers in arrays.items():
        np.testing.assert_array_equal(numbers, trace.values[name])


def test_backpropagation_agrees_with_finite_differences_everywhere(trace):
    assert len(trace.places) == 23
    for place in trace.places:
        nudged = trace.finite_difference(place)
        assert trace.gradient(place) == pytest.approx(nudged, rel=1e-6, abs=1e-7), place.name


def test_local_times_upstream_adds_up_to_the_gradient_everywhere(trace):
    for place in trace.places:
        total = sum(term.local * term.upstream for term in trace.terms(place))
        assert total == pytest.approx(trace.gradient(place), abs=1e-12), place.name


def test_each_upstream_is_the_gradient_of_the_place_it_comes_through(trace):
    for place in trace.places:
        for term in trace.terms(place):
            assert term.upstream == trace.gradient(term.through)


def _layers_loss(head):
    if head.startswith("softmax"):
        return softmax_cross_entropy
    scale = 2 if head == "sigmoid + cross-entropy" else 1  # the layers take means over 2 outputs
    base = binary_cross_entropy if scale == 2 else mse

    def loss(output, y):
        value, gradient = base(output, y)
        return scale * value, scale * gradient

    return loss


@pytest.mark.parametrize("head", [name for name in HEADS if HEADS[name].matched])
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_layers_of_the_course_find_the_same_gradients(head, example):
    trace = make(head, example)
    network = Network([Dense(2, 2), ReLU(), Dense(2, 2)])
    network.parameters = np.concatenate([a.ravel() for a in (W1, b1, W2, b2)])
    loss, gradient = _layers_loss(head)(
        network.forward(trace.values["x"]), trace.values["y"].astype(float)
    )
    dx = network.backward(gradient, need_input_grad=True)
    assert loss == pytest.approx(trace.value(Place("L")))
    ours = [trace.values[name].ravel() for name in ("dW1", "db1", "dW2", "db2")]
    np.testing.assert_allclose(np.concatenate(ours), network.gradients, atol=1e-12)
    np.testing.assert_allclose(trace.values["dx"], dx, atol=1e-12)


def test_prediction_minus_actual_is_dz_for_matched_pairs_only(trace):
    claimed = trace.values["p"] - trace.values["y"]
    assert np.allclose(trace.values["dz2"], claimed, atol=1e-12) is trace.head.matched


def test_a_comment_in_the_listing_tells_whether_the_pair_is_matched():
    for head in HEADS.values():
        assert head.backward[1].endswith("# = p - y" if head.matched else "# not p - y")


def test_five_gradients_vanish_around_a_silent_unit():
    trace = make(example="second hidden unit off")
    assert trace.value(Place("z1", (1,))) < 0
    zero = [
        place.name
        for place in trace.places
        if place.array in ("W1", "b1", "W2", "b2") and trace.gradient(place) == 0
    ]
    assert zero == ["W1₁₂", "W1₂₂", "b1₂", "W2₂₁", "W2₂₂"]


def test_the_examples_are_what_they_are_called():
    both, wrong = make(), make(example="sure and wrong")
    assert (both.values["z1"] > 0).all()
    assert wrong.values["p"][0, 0] > 0.85
    assert wrong.values["y"][0, 0] == 0


def test_an_array_is_known_after_the_line_that_makes_it():
    trace = make()
    assert trace.made_by("x") == trace.made_by("W2") == 0
    assert trace.lines[trace.made_by("dW1") - 1].startswith("dW1 = ")
    assert trace.made_by("L") == trace.forward_lines == 5
    assert [trace.made_by(line.split(" = ")[0]) for line in trace.lines] == list(range(1, 15))


def test_a_place_is_named_for_people_and_for_code():
    place = Place("W1", (0, 1))
    assert (place.name, place.key) == ("W1₁₂", "W1_12")
    assert place.words == "the weight from x₁ to z1₂"
    assert Place("W2", (1, 0)).words == "the weight from a1₂ to z2₁"
    assert Place("b2", (1,)).words == "the bias of z2₂"
    assert Place("L").key == "L"


@pytest.mark.parametrize("x", [[1.0], [1.0, np.nan], [[1.0, 2.0]]])
def test_an_input_that_does_not_fit_is_named(x):
    with pytest.raises(ValueError, match="x must hold two finite numbers"):
        trace_backpropagation(x, [1, 0])
