"""Lesson 08: gradients that grow, clipping, and batch normalisation in both modes."""

import re

import numpy as np
import pytest
from last_bits import accuracies, assert_could_be_one_of

from course_lib.demos.batch_norm_modes import (
    COMPANY,
    SIZES,
    accuracy_by_batch,
    batch_norm_modes,
    normalized_network,
)
from course_lib.demos.cliff import (
    CLIPS,
    LEARNING_RATE,
    cliff_figure,
    recurrent_loss,
    run_on_cliff,
)
from course_lib.demos.clipping_figure import angle_between, clipped, clipping_figure
from course_lib.demos.exploding_cures import CURES, RATES, SEEDS, cure_run, load_cures
from course_lib.demos.scale_lab import (
    critical_scale,
    factor_by_scale,
    factor_figure,
    factor_per_layer,
    scale_lab,
)
from course_lib.nn import numerical_gradient

# ------------------------------------------------------------------------------ the scale


def test_the_factor_of_relu_is_proportional_to_the_scale():
    at = [factor_per_layer(20, "ReLU", scale) for scale in (0.5, 1.0, 2.0)]
    np.testing.assert_allclose(at, at[1] * np.array([0.5, 1, 2]), rtol=0.02)
    assert at[1] == pytest.approx(1, abs=0.03)


def test_the_factor_of_tanh_grows_more_slowly_than_the_scale():
    low, high = (factor_per_layer(20, "tanh", scale) for scale in (1.0, 4.0))
    assert low < 1 < high < 2 * low


def test_the_critical_scale_is_where_the_factor_crosses_one():
    scales = np.array([0.5, 1.0, 2.0, 4.0])
    assert critical_scale(scales, scales / 1.7) == pytest.approx(1.7)
    with pytest.raises(ValueError, match="from below 1 to above 1"):
        critical_scale(scales, scales + 1)


def test_the_picture_of_factors_tells_where_each_is_level():
    scales = np.geomspace(0.25, 4, 5)
    picture = factor_figure(scales, {"ReLU": factor_by_scale("ReLU", scales, depth=5, seeds=1)})
    assert re.search(r"The factor is 1 for ReLU at (1|0\.9\d|1\.1) × He", repr(picture))


def test_the_lab_says_the_factor_and_normalisation_makes_it_scale_invariant():
    def told(**options):
        return scale_lab(depth=5, activation="ReLU", **options).caption

    assert "× 2.0" in told(scale=2.0)
    norms = [
        re.search(r"gradient norm (\S+) in layer 5", told(scale=scale, normalized=True)).group(1)
        for scale in (1.0, 4.0)
    ]
    first, second = map(float, norms)
    assert 0.5 < first / second < 2


# ------------------------------------------------------------------------------ clipping


def test_clipping_by_norm_keeps_the_direction_and_by_value_turns():
    by_value, by_norm = clipped([6.0, 8.0], 5.0)
    np.testing.assert_allclose(by_value, [5, 5])
    np.testing.assert_allclose(by_norm, [3, 4])
    assert angle_between([6, 8], by_norm) == pytest.approx(0, abs=1e-6)
    assert angle_between([6, 8], by_value) == pytest.approx(8.13, abs=0.01)


def test_clipping_leaves_a_short_gradient_and_its_argument_alone():
    gradient = np.array([0.3, -0.4])
    for result in clipped(gradient, 1.0):
        np.testing.assert_array_equal(result, gradient)
    clipped(gradient, 0.1)
    np.testing.assert_array_equal(gradient, [0.3, -0.4])


@pytest.mark.parametrize(
    ("a", "b", "angle"),
    [((1, 0), (0, 2), 90), ((1, 1), (-2, -2), 180), ((3, 0), (5, 0), 0), ((0, 0), (1, 0), 0)],
)
def test_angles_are_those_of_school(a, b, angle):
    assert angle_between(a, b) == pytest.approx(angle, abs=1e-9)


def test_the_figure_of_clipping_says_lengths_and_angles():
    told = clipping_figure(first=6.0, second=8.0, limit=5).caption
    assert "By value (5.00, 5.00): length 7.07, turned by 8°" in told
    assert "By norm (3.00, 4.00): length 5.00, turned by 0°" in told
    assert "(0.00, 0.00)" in clipping_figure(first=0.0, second=0.0).caption


# ------------------------------------------------------------------------------ the cliff


@pytest.mark.parametrize("place", [(5.0, -2.2), (4.0, -3.0), (6.5, -1.5)])
def test_the_recurrent_gradient_agrees_with_nudging(place):
    _, gradient = recurrent_loss(place)
    nudged = numerical_gradient(lambda p: recurrent_loss(p)[0], np.array(place), epsilon=1e-6)
    np.testing.assert_allclose(gradient, nudged, rtol=1e-4, atol=1e-8)


def test_many_places_at_once_give_what_each_gives_alone():
    places = np.array([[5.0, -2.2], [4.5, -2.0]])
    losses, gradients = recurrent_loss(places)
    for place, loss, gradient in zip(places, losses, gradients, strict=True):
        alone = recurrent_loss(place)
        assert loss == pytest.approx(alone[0])
        np.testing.assert_allclose(gradient, alone[1])


def test_without_clipping_the_run_is_thrown_away_and_with_it_comes_down():
    places, losses, norms = run_on_cliff("no clipping", 0.3)
    assert norms.max() > 30
    assert places[-1, 0] > 7
    assert norms[-1] < 1e-3  # on the plain, with nothing to bring it back
    _, clipped_losses, _ = run_on_cliff("by norm", 0.3)
    assert clipped_losses[-20:].mean() < losses[-1] / 5


@pytest.mark.parametrize("clip", ["by norm", "by value"])
def test_no_step_with_clipping_is_longer_than_the_limit_allows(clip):
    steps = np.diff(run_on_cliff(clip, 0.1)[0], axis=0)
    most = LEARNING_RATE * 0.1
    longest = np.linalg.norm(steps, axis=1) if clip == "by norm" else np.abs(steps)
    assert longest.max() <= most * (1 + 1e-9)


@pytest.mark.parametrize("clip", CLIPS)
def test_the_figure_of_the_cliff_tells_the_longest_gradient(clip):
    assert f"{clip}" in cliff_figure(clip=clip).caption


# ------------------------------------------------------------------------ the stored cures


def test_the_stored_runs_of_the_cures_are_complete():
    cures = load_cures()
    assert cures.final.shape == (len(CURES), len(SEEDS))
    assert all(rate in RATES for rate in cures.rate)
    assert np.isnan(cures.validation_accuracy[0]).any(axis=-1).all()  # without a cure


def test_clipping_alone_is_worth_less_than_the_right_start():
    final = dict(zip(CURES, load_cures().final.mean(axis=1), strict=True))
    clips = [final["clip by value, at 0.01"], final["clip by norm, at 1"]]
    assert 0.1 < max(clips) < 0.4
    assert final["He's weights"] > 0.6
    assert final["He's weights, clip by norm"] > final["He's weights"]


def test_a_stored_run_could_be_one_computed_anew(monkeypatch):
    cures = load_cures()
    row = list(CURES).index("batch normalisation")
    rate = float(cures.rate[row])
    runs = accuracies(monkeypatch, lambda: cure_run("batch normalisation", rate, seed=1))
    assert_could_be_one_of(cures.validation_accuracy[row, 1], runs)


# --------------------------------------------------------------------- batch normalisation


def test_in_prediction_mode_neither_size_nor_company_matters():
    found = {accuracy_by_batch(size, name, False) for size in SIZES for name in COMPANY}
    assert max(found) - min(found) < 0.005
    assert min(found) > 0.85


def test_in_training_mode_digits_of_one_kind_cannot_be_read():
    assert accuracy_by_batch(8, "all of one kind", True) < 0.25
    assert accuracy_by_batch(100, "mixed digits", True) > 0.85
    small, large = (accuracy_by_batch(size, "mixed digits", True) for size in (2, 50))
    assert small < 0.6 < large


def test_asking_in_training_mode_leaves_the_network_as_it_was():
    before = normalized_network().network.checkpoint()
    accuracy_by_batch.__wrapped__(50, "mixed digits", True)
    for name, values in normalized_network().network.checkpoint().items():
        np.testing.assert_array_equal(values, before[name])


def test_the_running_average_follows_the_batches():
    tracked = normalized_network()
    expected = 0.0
    for mean, running in zip(tracked.batch_means, tracked.running_means, strict=True):
        expected = 0.9 * expected + 0.1 * mean
        assert running == pytest.approx(expected, rel=1e-3, abs=1e-4)


def test_an_unknown_company_is_refused():
    with pytest.raises(ValueError, match="mixed digits, all of one kind, not 'friends'"):
        accuracy_by_batch(8, "friends", True)


def test_the_figure_of_the_modes_says_both():
    told = batch_norm_modes(size=8, company="all of one kind").caption
    assert re.search(r"batches of 8, all of one kind: 9\d % right .* 1\d % in training mode", told)
