"""Few digits learned by heart: the runs, what the stored ones say, and the figures of them."""

import numpy as np
import pytest

from course_lib.demos.best_of_many import (
    best_of_many,
    best_validation_by_number,
    blind_guessers,
)
from course_lib.demos.capacity import capacity, parameters_of_width
from course_lib.demos.cures_for_overfitting import (
    NAMES,
    cures_lab,
    cures_table,
    final_errors,
    treatments,
    words,
)
from course_lib.demos.digit_training import digit_network
from course_lib.demos.few_digits import (
    NO_CURE,
    Cures,
    few_digits,
    few_digits_run,
    with_wrong_labels,
)
from course_lib.demos.label_noise import TREATMENTS, label_noise, noise_accuracy
from course_lib.demos.leak import (
    LEAK_SEEDS,
    WAYS,
    Way,
    experiment,
    leak_scores,
    selection_before_validation,
    with_shifted_copies,
)
from course_lib.demos.leak_figure import leak_lab, leak_of_each
from course_lib.demos.overfitting_runs import (
    COMBINATIONS,
    COUNTS,
    NOISE,
    NOISE_CURES,
    STRENGTHS,
    WIDTHS,
    combination,
    load_runs,
    run_setting,
)
from course_lib.demos.polynomial_degree import (
    fit_polynomial,
    noisy_wave,
    polynomial_degree,
    root_mean_square,
)
from course_lib.demos.two_curves import two_curves

# ---------------------------------------------------------------------- polynomials


def test_a_polynomial_of_degree_eleven_goes_through_all_twelve_points():
    points = noisy_wave()
    curve = fit_polynomial(points.x, points.y, 11)
    np.testing.assert_allclose(curve(points.x), points.y, atol=1e-9)
    assert root_mean_square(curve(points.x_validation) - points.y_validation) > 1


def test_a_fit_is_that_of_polyfit():
    points = noisy_wave(seed=3)
    ours = fit_polynomial(points.x, points.y, 3)(points.x_validation)
    theirs = np.polyval(np.polyfit(points.x, points.y, 3), points.x_validation)
    np.testing.assert_allclose(ours, theirs)


def test_more_degrees_than_points_are_refused():
    with pytest.raises(ValueError, match="degree must be from 0 to 11, not 12"):
        fit_polynomial(*noisy_wave()[:2], 12)


@pytest.mark.parametrize("seed", range(4))
def test_the_training_error_never_rises_with_the_degree(seed):
    points = noisy_wave(seed)
    errors = [
        root_mean_square(fit_polynomial(points.x, points.y, d)(points.x) - points.y)
        for d in range(12)
    ]
    assert np.all(np.diff(errors) < 1e-12)


def test_the_polynomials_caption_follows_the_slider():
    live = polynomial_degree()
    live.degree = 11
    assert live.caption == (
        "degree 11, 12 coefficients for 12 points: training error 0.00, validation error 1.63 "
        "(lowest at degree 5: 0.26)"
    )
    live.close()


# ---------------------------------------------------------------------- the runs


def test_fewer_digits_are_the_first_of_more():
    np.testing.assert_array_equal(few_digits(50, seed=2).x, few_digits(90, seed=2).x[:50])
    assert not np.array_equal(few_digits(50, seed=2).y, few_digits(50, seed=3).y)
    with pytest.raises(ValueError, match="count must be from 1 to 7,000, not 0"):
        few_digits(0)


@pytest.mark.parametrize("share", [0, 0.1, 0.25, 1])
def test_exactly_the_share_of_labels_is_wrong(share):
    y = few_digits(200).y
    wrong = with_wrong_labels(y, share)
    assert np.mean(wrong != y) == share
    assert wrong.min() >= 0
    assert wrong.max() <= 9


def test_wrong_labels_of_one_seed_stay_wrong_when_there_are_more():
    y = few_digits(200).y
    fewer, more = (with_wrong_labels(y, share) != y for share in (0.1, 0.3))
    assert np.all(more[fewer])


def test_cures_change_neither_the_start_nor_the_digits():
    plain, cured = (few_digits_run(c, steps=0, points=2) for c in (NO_CURE, STRENGTHS))
    assert plain.validation_loss[0] == cured.validation_loss[0]
    again = few_digits_run(steps=20, points=2)
    np.testing.assert_array_equal(again.training_loss, few_digits_run(steps=20, points=2)[1])


@pytest.mark.parametrize(
    "cures", [Cures(dropout=0.5), Cures(l1=0.01), Cures(l2=0.01), Cures(shift=2)]
)
def test_each_cure_changes_the_run(cures):
    plain, cured = (few_digits_run(c, steps=40, points=2) for c in (NO_CURE, cures))
    assert abs(plain.validation_loss[-1] - cured.validation_loss[-1]) > 1e-4


def test_early_stopping_keeps_the_lowest_validation_loss_up_to_its_end():
    run = few_digits_run(points=21, steps=800)
    assert run.validation_loss[run.best] == run.validation_loss[: run.stopped + 1].min()
    assert run.stopped == run.best + 5
    assert run.best_test_error != run.test_error


FAMILY_SIZES = {
    "counts": len(COUNTS),
    "widths": len(WIDTHS),
    "cures": 32,
    "noise": len(NOISE_CURES) * len(NOISE),
}


@pytest.mark.parametrize("family", FAMILY_SIZES)
def test_the_stored_runs_are_complete(family):
    runs = load_runs(family)
    assert runs.validation_loss.shape == (FAMILY_SIZES[family], 5, 41)
    for told in runs:
        assert np.isfinite(told).all()
    kept = runs.final("validation_loss", early=True)
    assert np.all(kept <= runs.validation_loss[..., :6].min(axis=-1))


@pytest.mark.parametrize(
    ("family", "index"), [("counts", 1), ("widths", 5), ("cures", -1), ("noise", 2)]
)
def test_a_stored_run_is_the_one_computed_anew(family, index):
    run, stored = run_setting(family, index, seed=1), load_runs(family)
    # Rounding differs between machines, and training makes more of it with each step.
    for name, near in (("validation_loss", 0.1), ("validation_error", 0.02)):
        curve = getattr(stored, name)[index, 1]
        np.testing.assert_allclose(getattr(run, name)[:3], curve[:3], rtol=0.01, atol=0.005)
        assert getattr(run, name)[-1] == pytest.approx(curve[-1], abs=near)
    assert run.test_error == pytest.approx(stored.test_error[index, 1], abs=0.02)


# ---------------------------------------------------------------------- what they say


def test_the_validation_loss_rises_again_and_the_error_does_not():
    runs, at = load_runs("counts"), COUNTS.index(200)
    loss, error = runs.validation_loss[at], runs.validation_error[at]
    assert np.all(loss[:, -1] > 1.1 * loss.min(axis=1))
    assert np.all(error[:, -1] < error.min(axis=1) + 0.02)
    assert np.all(runs.training_error[at, :, -1] == 0)


def test_more_digits_close_the_gap():
    runs = load_runs("counts")
    gap = (runs.final("validation_loss") - runs.final("training_loss")).mean(axis=1)
    assert np.all(np.diff(gap) < 0)


def test_wide_networks_learn_all_by_heart_and_read_no_worse():
    runs = load_runs("widths")
    training, validation = (
        runs.final(name).mean(axis=1) for name in ("training_error", "validation_error")
    )
    assert np.all(training[3:] == 0)
    assert validation.argmin() == len(WIDTHS) - 1


def test_the_number_of_parameters_is_that_of_the_network():
    assert parameters_of_width(7) == digit_network(hidden=7).parameters.size


def test_new_pictures_help_more_than_holding_back():
    changes = {name: (final_errors(name) - final_errors()).mean() for name in NAMES}
    assert changes["shift"] < changes["more_data"] < changes["dropout"] < 0
    assert abs(changes["l2"]) < 0.005
    assert 0 < changes["l1"] < 0.005
    assert np.all(final_errors("dropout") < final_errors())
    assert abs((final_errors(early=True) - final_errors()).mean()) < 0.005


def test_dropout_raises_the_loss_at_the_end_and_penalties_lower_it():
    loss = load_runs("cures").final("validation_loss").mean(axis=1)
    at = {name: loss[COMBINATIONS.index(combination(name))] for name in NAMES}
    assert at["dropout"] > loss[0] > at["l1"] > at["l2"]


def test_the_best_of_64_looks_better_than_it_is():
    every = treatments()
    assert len(every) == 64
    best = min(every, key=lambda key: every[key].mean())
    assert best == (combination("dropout", "more_data", "shift"), False)
    assert words(*best) == "dropout, more data, augmentation"
    runs = load_runs("cures")
    assert runs.test_error[COMBINATIONS.index(best[0])].mean() > every[best].mean()
    assert every[best].mean() < final_errors(*NAMES, early=True).mean()


def test_without_a_cure_every_wrong_label_is_learned():
    training, validation = noise_accuracy()
    assert np.all(training == 1)
    assert np.all(np.diff(validation.mean(axis=1)) < -0.04)


def test_all_cures_together_learn_about_the_right_labels_only():
    training, validation = (accuracy.mean(axis=1) for accuracy in noise_accuracy("all of them"))
    np.testing.assert_allclose(training, 1 - np.array(NOISE), atol=0.06)
    alone = [noise_accuracy(name)[1][-1].mean() for name in TREATMENTS if name != "all of them"]
    assert validation[-1] > max(alone) + 0.15


# ---------------------------------------------------------------------- choosing and leaking


def test_guessers_are_right_one_time_in_ten():
    guessers = blind_guessers(300)
    for told, count in zip(guessers, (300, 2000), strict=True):
        assert told.mean() == pytest.approx(0.1, abs=0.005)
        assert told.std() == pytest.approx(np.sqrt(0.09 / count), rel=0.1)


def test_the_best_of_many_flatters_more_the_more_there_are_and_the_fewer_digits():
    by_size = [best_validation_by_number(size) for size in (100, 300, 1000)]
    for average in by_size:
        assert np.all(np.diff(average) >= 0)
        assert average[0] == pytest.approx(0.1, abs=0.005)
    assert by_size[0][-1] > by_size[1][-1] > by_size[2][-1] > 0.12


def test_copies_come_after_the_digits_with_their_labels():
    x, y = few_digits(30)
    more = with_shifted_copies(x, y, np.random.default_rng(0), copies=3)
    np.testing.assert_array_equal(more.x[:30], x)
    np.testing.assert_array_equal(more.y.reshape(4, 30), [y] * 4)
    assert not np.array_equal(more.x[30:60], x)


def test_a_stored_score_is_the_one_computed_anew():
    for way in (Way(), Way(False, True, False)):
        stored = leak_scores(way)
        assert stored.shape == (2, len(LEAK_SEEDS))
        np.testing.assert_allclose(experiment(way, seed=3), stored[:, 3], atol=0.03)


def test_what_the_experiment_computes_before_the_split_makes_a_difference():
    mended = experiment(Way(False, False, False), seed=3)
    for name in ("copies_first", "standardise_first"):
        way = Way(False, False, False)._replace(**{name: True})
        assert experiment(way, seed=3) != mended, name


def test_the_copies_are_the_leak():
    drops = leak_of_each()
    assert drops["copies_first"] > 0.12
    assert abs(drops["standardise_first"]) < 0.01
    assert 0 <= drops["best_epoch"] < 0.01
    for way in WAYS:
        reported, new = leak_scores(way).mean(axis=1)
        assert (reported - new > 0.1) == way.copies_first
        assert way.copies_first or abs(reported - new) < 0.03


def test_features_chosen_before_validation_make_noise_readable():
    leaking, honest = np.mean([selection_before_validation(seed) for seed in range(20)], axis=0)
    assert leaking > 0.85
    assert honest == pytest.approx(0.5, abs=0.07)


# ---------------------------------------------------------------------- the figures


@pytest.mark.parametrize(
    ("build", "changes", "said"),
    [
        (two_curves, {"count": 7000}, "7,000 digits, step 2,000 (6 epochs)"),
        (two_curves, {"step": 0}, "200 digits, step 0 (0 epochs)"),
        (capacity, {"hidden": 1}, "1 hidden unit, 805 parameters for 200 digits"),
        (cures_lab, {"augmentation": True}, "augmentation: validation error 11.1 ± 0.8 %"),
        (cures_lab, {"early_stopping": True}, "early stopping: validation error 17.9"),
        (label_noise, {"wrong": 0.5}, "50 % of the labels wrong, no cure, at the end: accuracy "
         "on the training labels 100 %, on validation digits 45 %"),
        (label_noise, {"treatment": "early stopping"}, "early stopping, stopped at step"),
        (best_of_many, {"number": 1000}, "the best of 1,000 guessers on 300 validation digits"),
        (leak_lab, {"copies_after": True}, "one line mended: 81.2 % reported, 80.5 % on new"),
    ],
)  # fmt: skip
def test_a_control_changes_the_caption(build, changes, said):
    live = build()
    before = live.caption
    for name, value in changes.items():
        setattr(live, name, value)
    assert live.caption != before
    assert said in live.caption
    live.close()


def test_all_64_combinations_can_be_switched_on_in_the_lab():
    live = cures_lab()
    live.fill()
    assert live.strategy == "table"
    live.close()


def test_the_table_says_every_cure():
    told = cures_table().alt
    for name in ("no cure 18.0 %", "L1", "L2", "augmentation 11.1 %", "lowest of 64"):
        assert name in told
