"""Learning rates on the digits: what is stored is what a run gives, and what it is said to show."""

import numpy as np
import pytest

from course_lib.demos.ab_runs import (
    AB_STEPS,
    BRANCHES,
    RATES_A,
    RATES_B,
    ab_runs,
    ab_schedule,
    branch_run,
    load_runs,
)
from course_lib.demos.digit_runs import digit_run
from course_lib.demos.learning_rate_sweep import (
    EDGE_RATES,
    MAP_RATES,
    MAP_SIZES,
    edge_cell,
    load_learning_rate_sweep,
    map_cell,
    map_steps,
)
from course_lib.demos.rate_finder import FinderCurve, finder_run, rate_finder, read_finder
from course_lib.demos.schedule_runs import NOISE, WARM_UP, load_schedule_runs, schedule_run_figure
from course_lib.demos.schedules_figure import (
    SCHEDULES,
    noise_floor,
    noisy_descent,
    schedules_figure,
)
from course_lib.demos.sharpness import (
    SHARPNESS_RATES,
    curvature_along,
    hessian_vector_product,
    load_sharpness_runs,
    sharpness,
    sharpness_figure,
    sharpness_run,
)
from course_lib.demos.sweep_figures import edge_figure, sweep_map
from course_lib.nn import constant

# Another machine adds in another order; at these rates the difference stays small.
CLOSE = {"rtol": 0.02, "atol": 0.004}


@pytest.fixture(scope="module")
def sweep():
    return load_learning_rate_sweep()


# ---------------------------------------------------------------------- runs and their sweep


def test_a_run_is_the_same_each_time_and_begins_at_the_loss_of_guessing():
    first, second = (digit_run(0.1, steps=20, points=3, seed=4) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.steps.tolist() == [0, 10, 20]
    assert first.validation_loss[0] == pytest.approx(np.log(10), abs=0.3)
    assert first.validation_loss[-1] < first.validation_loss[0]


def test_a_run_that_overflows_ends_in_nan_and_raises_nothing():
    run = digit_run(1e30, steps=10, points=6)
    assert np.isfinite(run.validation_loss[0])
    assert np.isnan(run.validation_loss[-1])


@pytest.mark.parametrize(("place", "seed"), [(12, 1), (18, 0)])
def test_an_edge_run_recomputes_to_what_is_stored(sweep, place, seed):
    loss, error = edge_cell(EDGE_RATES[place], seed)
    np.testing.assert_allclose(loss, sweep.edge_loss[place, seed], **CLOSE)
    np.testing.assert_allclose(error, sweep.edge_error[place, seed], **CLOSE)


@pytest.mark.parametrize(("rate", "size"), [(9, 4), (5, 6)])
def test_a_cell_of_the_map_recomputes_to_what_is_stored(sweep, rate, size):
    run = map_cell(MAP_RATES[rate], MAP_SIZES[size])
    np.testing.assert_allclose(run.validation_loss, sweep.validation_loss[size, rate], **CLOSE)
    np.testing.assert_allclose(
        run.validation_error, sweep.validation_error[size, rate], rtol=0.05, atol=0.01
    )


def test_the_measured_edge_lies_between_1_and_one_and_a_half(sweep):
    learns, breaks = sweep.edge
    assert (learns, breaks) == pytest.approx((1.0, 10 ** (1 / 6)))
    above = breaks - 1e-9 < EDGE_RATES
    assert sweep.edge_error[above].min() > 0.5
    assert sweep.edge_error[(EDGE_RATES > 0.01) & ~above].max() < 0.31
    assert 0.3 < sweep.best < learns


def test_all_cells_of_the_map_have_seen_equally_many_digits():
    assert [map_steps(size) for size in MAP_SIZES] == [35000, 11670, 3500, 1095, 350, 115, 35]


def test_figures_of_the_sweep_say_what_they_show(sweep):
    assert "0.681" in edge_figure(sweep).alt
    live = sweep_map()
    assert "error 9.6 %" in live.caption
    live.batch_size, live.learning_rate = 1, 10
    assert "batches of 1:" in live.caption
    assert "error 91.2 %" in live.caption
    live.step = 0
    assert "after 0.0 epochs (0 steps)" in live.caption


# ---------------------------------------------------------------------- the finder


def test_the_finder_raises_the_rate_by_the_same_factor_at_each_step():
    curve = finder_run(0, low=1e-3, high=1e-1, steps=21)
    np.testing.assert_allclose(curve.rates[1:] / curve.rates[:-1], 10**0.1)
    assert curve.losses[0] == pytest.approx(2.4, abs=0.2)


def test_the_finder_is_read_where_the_loss_is_lowest_and_steepest():
    rates = np.geomspace(1e-3, 1, 31)
    losses = 2 - np.exp(-((np.log10(rates) + 1) ** 2) / 0.2)
    losses[-3:] = np.nan
    reading = read_finder(FinderCurve(rates, losses), smoothing=1)
    assert reading.lowest == pytest.approx(0.1)
    assert reading.tenth == pytest.approx(0.01)
    assert reading.steepest == pytest.approx(10**-1.3, rel=0.2)
    assert np.isnan(reading.smoothed[-1])


def test_on_the_digits_the_finder_reads_the_order_of_magnitude_of_the_best_rate(sweep):
    for seed in range(3):
        reading = read_finder(finder_run(seed))
        assert sweep.best / 2 < reading.lowest < 2 * sweep.best


def test_smoothing_and_start_change_the_caption_of_the_finder():
    live = rate_finder()
    captions = {live.caption}
    live.smoothing = 30
    captions.add(live.caption)
    live.seed = 1
    captions.add(live.caption)
    assert len(captions) == 3


# ---------------------------------------------------------------------- sharpness

HESSIAN = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, -4.0]])


def quadratic(w):
    return HESSIAN @ w


def test_the_product_with_the_hessian_is_that_of_the_matrix():
    w, v = np.array([1.0, -2.0, 0.5]), np.array([0.3, 1.0, -1.0])
    np.testing.assert_allclose(hessian_vector_product(quadratic, w, v), HESSIAN @ v, rtol=1e-9)


def test_sharpness_is_the_largest_eigenvalue_and_not_that_of_largest_size():
    values, vectors = np.linalg.eigh(HESSIAN)
    found, direction = sharpness(quadratic, np.ones(3), iterations=200)
    assert values[0] == pytest.approx(-4.04, abs=0.02)
    assert found == pytest.approx(values[-1], rel=1e-6)
    assert abs(direction @ vectors[:, -1]) == pytest.approx(1, abs=1e-6)
    assert curvature_along(quadratic, np.zeros(3), 5 * direction) == pytest.approx(found)


def test_a_sharpness_run_begins_as_it_is_stored():
    stored = load_sharpness_runs()
    loss, found = sharpness_run(0.5, steps=10, every=10)
    place = SHARPNESS_RATES.index(0.5)
    np.testing.assert_allclose(loss, stored.loss[place, :2], rtol=1e-4)
    np.testing.assert_allclose(found, stored.sharpness[place, :2], rtol=1e-2)


def test_high_rates_settle_at_their_line_and_low_ones_stay_below():
    runs = load_sharpness_runs()
    middle = slice(10, 25)  # steps 100 to 240
    settled = dict(zip(SHARPNESS_RATES, runs.sharpness[:, middle].mean(axis=1), strict=True))
    for rate in (0.5, 1.0):
        assert runs.sharpness[0, 0] > 2 / rate
        assert 0.8 < settled[rate] * rate / 2 < 1.2
    assert settled[0.1] < 0.7 * 20
    assert runs.sharpness[0, -1] > 1.5 * runs.sharpness[0, 0]
    assert "6.7" in sharpness_figure(runs).alt


# ---------------------------------------------------------------------- schedules


@pytest.mark.parametrize("rate", [0.05, 0.3, 1.2])
def test_a_constant_rate_stays_at_the_noise_floor(rate):
    losses = noisy_descent(constant(rate), runs=2000)
    assert losses[-100:].mean() == pytest.approx(noise_floor(rate), rel=0.05)


@pytest.mark.parametrize("name", ["step", "cosine", "warm-up, then cosine", "one-cycle"])
def test_a_falling_schedule_ends_far_below_the_floor_of_its_highest_rate(name):
    losses = noisy_descent(SCHEDULES[name](0.3))
    assert losses[-10:].mean() < 0.2 * noise_floor(0.3)


def test_the_caption_compares_with_the_noise_floor():
    live = schedules_figure("cosine")
    assert f"is {noise_floor(0.3):.2g}" in live.caption
    live.schedule = "constant"
    assert live.caption.startswith("constant")


@pytest.mark.parametrize(("study", "name", "seed"), [(NOISE, "step", 0), (WARM_UP, "one-cycle", 2)])
def test_a_schedule_run_recomputes_to_what_is_stored(study, name, seed):
    run = digit_run(
        study.schedules[name], batch_size=study.batch_size, steps=study.steps, points=43, seed=seed
    )
    stored = load_schedule_runs(study).loss[list(study.schedules).index(name), seed]
    # At high rates a run is sensitive to rounding; where the rate has fallen, the ends agree.
    np.testing.assert_allclose(run.validation_loss[0], stored[0], rtol=1e-3)
    np.testing.assert_allclose(run.validation_loss[-1], stored[-1], rtol=0.2)


def test_every_falling_schedule_beats_both_constant_rates_with_every_seed():
    error = dict(zip(NOISE.schedules, load_schedule_runs(NOISE).error[:, :, -1], strict=True))
    constants = min(error["constant 0.2"].min(), error["constant 0.02"].min())
    assert all(error[name].max() < constants for name in ("step", "cosine", "one-cycle"))


def test_at_the_edge_warm_up_lowers_the_mean_error():
    means = load_schedule_runs(WARM_UP).error[:, :, -1].mean(axis=1)
    assert (means[1:] < 0.8 * means[0]).all()
    assert "constant 1 10.4 %" in schedule_run_figure(WARM_UP, load_schedule_runs(WARM_UP)).alt


# ---------------------------------------------------------------------- A and B


@pytest.mark.parametrize("which", [(0.1, "same", 0), (0.1, 0.3, 50), (0.3, "cosine", 25)])
def test_an_ab_run_recomputes_to_what_is_stored(which):
    run = branch_run(*which)
    np.testing.assert_allclose(
        [run.validation_loss, run.validation_error], load_runs()[which], rtol=0.03, atol=0.006
    )


def test_b_is_a_until_it_is_rewound():
    runs = load_runs()
    for a in RATES_A:
        for b in RATES_B:
            for branch in BRANCHES:
                if b != a:
                    shared = slice(0, branch * 40 // AB_STEPS + 1)
                    np.testing.assert_array_equal(
                        runs[a, b, branch][:, shared], runs[a, "same", 0][:, shared]
                    )


def test_b_takes_its_rate_at_the_branch():
    assert [ab_schedule(1.0, 0.1, 50)(step) for step in (0, 49, 50, 199)] == [1, 1, 0.1, 0.1]
    cosine = ab_schedule(1.0, "cosine", 50)
    assert cosine(49) == cosine(50) == 1
    assert cosine(125) == pytest.approx(0.5)
    assert cosine(199) < 1e-3


def test_a_broken_run_recovers_only_if_it_is_rewound_early():
    runs = load_runs()
    early, late = runs[3.0, 0.3, 25][1, -1], runs[3.0, 0.3, 100][1, -1]
    assert early < 0.35 < 0.85 < late


def test_the_caption_of_ab_names_both_rates_and_the_step():
    live = ab_runs()
    assert "B (rate 3 up to step 25, then 0.3)" in live.caption
    live.branch = 0
    live.rate_b = "cosine"
    live.step = 20
    assert "step 100. A (rate 3)" in live.caption
    assert "B (rate a cosine down to 0)" in live.caption
