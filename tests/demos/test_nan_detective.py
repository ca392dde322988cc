"""The NaN detective names step, layer and cause of every run that dies."""

import numpy as np
import pytest

from course_lib.data import batches
from course_lib.demos.deep_signal import deep_network
from course_lib.demos.digit_runs import digits
from course_lib.demos.dying_run import (
    CASES,
    COLUMNS,
    STEPS,
    Remains,
    diagnose,
    dying_run,
    initial_weights,
    naive_loss,
    naive_softmax,
    stable_loss,
)
from course_lib.demos.nan_detective import finding_words, nan_detective, place_words
from course_lib.nn import (
    SGD,
    Network,
    TrainingDiverged,
    softmax_cross_entropy,
    train,
)

CAUSES = pytest.mark.parametrize("cause", CASES)


@CAUSES
def test_each_cause_is_named_rightly(cause):
    found = diagnose(dying_run(cause))
    assert found.cause == cause


@CAUSES
def test_each_cured_run_stays_finite_and_learns(cause):
    remains = dying_run(cause, cured=True)
    assert diagnose(remains) is None
    assert np.isfinite(remains.losses).all()
    assert remains.losses[-1] < min(remains.losses[0], 2.29)  # 2.30 is guessing


@CAUSES
def test_everything_before_the_find_is_finite_and_the_find_is_not(cause):
    remains, found = dying_run(cause), diagnose(dying_run(cause))
    assert np.isfinite(remains.largest[: found.step - 1]).all()
    column = COLUMNS.index(found.column)
    assert found.kind == "activation"
    assert np.isfinite(remains.largest[found.step - 1, 0, :column]).all()
    assert not np.isfinite(remains.largest[found.step - 1, 0, column])


@CAUSES
def test_nan_spreads_to_all_parameters_in_the_end(cause):
    assert np.isnan(dying_run(cause).largest[-1, 2, 1:-2]).all()


@pytest.mark.parametrize("cause", ["learning rate too high", "initial weights too large"])
def test_the_library_stops_at_the_same_number(cause):
    case, found = CASES[cause][0], diagnose(dying_run(cause))
    network = deep_network(10, "ReLU", "He", dtype=np.float32)
    dense = [layer for layer in network.leaves if hasattr(layer, "W")]
    for layer, W in zip(dense, initial_weights(case), strict=True):
        layer.W = W
    assert isinstance(network, Network)
    records = train(
        network,
        batches(*digits().train, 100, seed=0),
        loss=softmax_cross_entropy,
        optimizer=SGD(case.rate),
    )
    with pytest.raises(TrainingDiverged) as caught:
        list(records)
    layer = dense[COLUMNS.index(found.column) - 1].name
    assert (caught.value.step, caught.value.kind, caught.value.layer) == (
        found.step,
        found.kind,
        layer,
    )


def test_naive_and_stable_formulas_agree_where_nothing_overflows():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(5, 10)), rng.integers(0, 10, 5)
    p = naive_softmax(z)
    naive, stable = naive_loss(z, p, y), stable_loss(z, p, y)
    library = softmax_cross_entropy(z, y)
    for value, gradient in (naive, stable):
        assert value == pytest.approx(library[0])
        np.testing.assert_allclose(gradient, library[1], atol=1e-7)


def made_up(kind, column, step=2):
    largest = np.ones((STEPS, 3, len(COLUMNS)))
    largest[step:] = np.nan
    largest[step, :kind] = 1
    order = slice(None, column) if kind != 1 else slice(column + 1, None)
    largest[step, kind, order] = 1
    return Remains(largest, np.full(STEPS, 0.5), np.ones(STEPS))


def test_gradients_are_searched_from_the_output_back():
    found = diagnose(made_up(kind=1, column=4))
    assert (found.step, found.kind, found.column) == (3, "gradient", "4")


def test_parameters_are_searched_last_and_from_the_input_on():
    found = diagnose(made_up(kind=2, column=5))
    assert (found.step, found.kind, found.column) == (3, "parameter", "5")
    assert found.cause == "learning rate too high"


def test_an_unknown_cause_is_refused():
    with pytest.raises(ValueError, match=r"cause must be one of learning rate too high, .* 'cats'"):
        dying_run("cats")


def test_places_are_said_in_words():
    assert place_words("activation", "4") == "an activation of layer 4"
    assert place_words("activation", "loss") == "the loss"
    assert place_words("gradient", "logits") == "a gradient of the output layer"
    assert finding_words(None) == "all numbers stay finite"


@CAUSES
def test_the_figure_marks_the_first_number_in_its_step_and_says_the_cause(cause):
    step = diagnose(dying_run(cause)).step
    live = nan_detective(cause=cause, step=step)
    assert f"{cause}: step {step} of {STEPS}" in live.caption
    assert f"Cause: {cause}" in live.caption
    assert "all numbers stay finite" in nan_detective(cause=cause, cured=True).caption
