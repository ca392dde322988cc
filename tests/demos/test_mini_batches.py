"""The demos of mini-batches: counts, gradient noise, noisy paths, costs, and the order."""

import numpy as np
import pytest

from course_lib.data import batches
from course_lib.demos import batch_cost, gradient_noise, unshuffled
from course_lib.demos.batch_cost import BatchCost, batch_cost_figure, load_batch_cost
from course_lib.demos.digit_runs import digits
from course_lib.demos.epoch_counter import count_epoch, epoch_counter, epoch_in_words
from course_lib.demos.gradient_noise_figure import batch_means
from course_lib.demos.gradient_noise_figure import gradient_noise as noise_figure
from course_lib.demos.noisy_path import START, batch_path, noisy_path, rooms_line
from course_lib.demos.size_slider import SizeSlider

RNG = np.random.default_rng(6)


# ---------------------------------------------------------------------- the counter


def test_ten_thousand_samples_in_batches_of_100_are_100_iterations():
    assert epoch_in_words(10_000, 100) == "10,000 samples / batch 100 = 100 iterations per epoch"
    assert epoch_counter().caption == epoch_in_words(10_000, 100)


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize(("n", "size"), [(10, 4), (10, 5), (7, 9), (1, 1), (23, 1), (64, 64)])
def test_the_count_is_what_batches_makes(n, size, drop_last):
    made = list(batches(np.zeros((n, 1)), np.zeros(n), size, drop_last=drop_last))
    epoch = count_epoch(n, size, drop_last=drop_last)
    assert epoch.iterations == len(made)
    assert epoch.full == sum(len(batch.x) == size for batch in made)
    assert n - epoch.unseen == sum(len(batch.x) for batch in made)
    assert epoch.full * size + epoch.rest == n


def test_the_counter_says_what_becomes_of_the_rest():
    live = epoch_counter(10_000, 64)
    assert "157 iterations" in live.caption
    assert "only 16 of 64" in live.caption
    live.drop_last = True
    assert "156 iterations" in live.caption
    assert "16 that fill no batch are dropped" in live.caption
    live.batch_size = 100
    assert "100 iterations per epoch; there is no incomplete batch to drop" in live.caption


def test_every_position_of_the_counter_is_a_frame_known_ahead():
    live = epoch_counter()
    assert live.strategy == "table"
    for n, size in ((10, 10_000), (100_000, 1), (100_000, 10_000)):
        live.examples, live.batch_size = n, size
        assert live.caption.startswith(epoch_in_words(n, size).split(":")[0])
        assert "not finite" not in live.caption


def test_the_counter_opens_at_any_sizes():
    live = epoch_counter(12_346, 77)
    assert live.caption == epoch_in_words(12_346, 77)
    assert live.caption.startswith("12,346 samples / batch 77 → 161 iterations")
    with pytest.raises(ValueError, match="batch_size"):
        epoch_counter(100, 0)


def test_one_iteration_is_written_in_the_singular():
    assert epoch_in_words(5, 8) == (
        "5 samples / batch 8 → 1 iteration per epoch: 0 full batches, and the last batch has only "
        "5 of 8"
    )


def test_a_size_slider_has_the_sizes_listed_and_the_one_it_opens_at():
    slider = SizeSlider((1, 4, 4096), 64, label="Batch size")
    assert slider.values == [1, 4, 64, 4096]
    assert slider.texts == ["1", "4", "64", "4,096"]
    assert slider.values[slider.start] == 64
    assert [slider.index_of(value) for value in slider.values] == [0, 1, 2, 3]


# ---------------------------------------------------------------------- gradient noise


def test_the_gradients_of_single_digits_have_the_projections_and_lengths_computed_at_once():
    network = gradient_noise.trained(0)
    rows = np.array([0, 5, 77])
    single = np.array([gradient_noise.batch_gradient(network, [row]) for row in rows])
    direction = RNG.standard_normal(single.shape[1])
    np.testing.assert_allclose(
        gradient_noise.projections(network, direction, rows), single @ direction, rtol=1e-3
    )
    np.testing.assert_allclose(
        gradient_noise.squared_lengths(network, rows), np.sum(single**2, axis=1), rtol=1e-4
    )


def test_a_batch_gradient_is_the_mean_of_those_of_its_digits():
    network = gradient_noise.trained(0)
    rows, weights = [3, 8, 8, 100], [1.0, 2.0, 0.0, -1.0]
    single = np.array([gradient_noise.batch_gradient(network, [row]) for row in rows])
    together = gradient_noise.batch_gradient(network, rows)
    np.testing.assert_allclose(together, single.mean(axis=0), atol=1e-6)
    weighted = gradient_noise.batch_gradient(network, rows, weights)
    np.testing.assert_allclose(weighted, np.array(weights) @ single / 4, atol=1e-6)


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("size", [1, 3, 11, 12])
def test_the_law_of_the_noise_holds_for_means_of_random_numbers(size, replace):
    values = RNG.normal(size=12)
    means = batch_means(values, size, replace=replace, count=20_000)
    law = gradient_noise.expected_noise(values.std(), size, None if replace else 12)
    assert np.sqrt(np.mean((means - values.mean()) ** 2)) == pytest.approx(float(law), rel=0.03)


def test_the_measured_noise_follows_the_law_with_and_without_replacement():
    for noise in gradient_noise.load_gradient_noise().values():
        sizes = np.array(gradient_noise.SIZES)
        law = gradient_noise.expected_noise(noise.single, sizes)
        finite = gradient_noise.expected_noise(noise.single, sizes, 7000)
        np.testing.assert_allclose(noise.with_replacement, law, rtol=0.12)
        np.testing.assert_allclose(noise.drawn[:-1], finite[:-1], rtol=0.12)
        assert noise.drawn[-1] < 1e-5 < noise.with_replacement[-1]
        slope = np.polyfit(np.log(sizes), np.log(noise.with_replacement), 1)[0]
        assert slope == pytest.approx(-0.5, abs=0.02)


def test_the_stored_projections_are_those_of_the_network_at_the_start():
    stored = gradient_noise.load_gradient_noise()["at the start"]
    network = gradient_noise.trained(gradient_noise.STATES["at the start"])
    full = gradient_noise.batch_gradient(network, np.arange(7000)).astype(float)
    assert np.linalg.norm(full) == pytest.approx(stored.length, rel=1e-4)
    rows = np.arange(0, 7000, 100)
    along = gradient_noise.projections(network, full, rows) / stored.length**2
    np.testing.assert_allclose(along, stored.along[rows], atol=1e-3)
    assert stored.along.mean() == pytest.approx(1, abs=1e-4)
    assert stored.across.mean() == pytest.approx(0, abs=1e-4)
    assert stored.across.std() > stored.along.std()
    lengths = gradient_noise.squared_lengths(network, np.arange(7000))
    assert stored.single**2 + stored.length**2 == pytest.approx(lengths.mean(), rel=1e-3)


def test_a_stored_measurement_can_be_made_again():
    stored = gradient_noise.load_gradient_noise()["at the start"]
    again = gradient_noise.measured_noise(gradient_noise.trained(0), 1024, replace=True)
    assert again == pytest.approx(stored.with_replacement[gradient_noise.SIZES.index(1024)], 1e-3)


def test_the_cloud_shrinks_and_comes_to_lie_downhill():
    live = noise_figure(batch_size=1, state="after three epochs")
    assert "70 % point downhill" in live.caption
    live.batch_size = 256
    assert "100 % point downhill" in live.caption
    live.batch_size = 7000
    assert "the noise is 0 times" in live.caption
    live.with_replacement = True
    assert "the noise is 0.2" in live.caption


# ---------------------------------------------------------------------- noisy paths


def test_a_path_of_all_houses_is_plain_gradient_descent():
    line = rooms_line()
    path = batch_path(line, 200, 0.1, steps=3)
    w = np.array(START)
    for place in path[1:]:
        slope = [2 * np.mean((w[0] * line.x + w[1] - line.y) * part) for part in (line.x, 1.0)]
        w = w - 0.1 * np.array(slope)
        np.testing.assert_allclose(place, w)


def test_the_gradient_of_the_line_agrees_with_finite_differences():
    line, w, nudge = rooms_line(), np.array([0.3, 2.0]), 1e-6
    rows = np.arange(200)
    slopes = [
        (line.loss(w + step) - line.loss(w - step)) / (2 * nudge) for step in nudge * np.eye(2)
    ]
    np.testing.assert_allclose(line.gradient(w, rows), slopes, rtol=1e-6)
    np.testing.assert_allclose(line.gradient(line.best, rows), 0, atol=1e-12)


def test_the_noise_floor_falls_with_the_batch():
    line = rooms_line()
    runs = {
        size: [batch_path(line, size, 0.04, 300, seed)[200:] for seed in range(20)]
        for size in (4, 16, 200)
    }
    lowest = line.loss(line.best)
    floors = {size: line.loss(np.array(run)).mean() - lowest for size, run in runs.items()}
    assert 3 < floors[4] / floors[16] < 6
    assert floors[200] < 1e-6


def test_the_caption_of_a_path_counts_houses_and_epochs():
    live = noisy_path(batch_size=50, step=8)
    assert "step 8 (400 houses looked at, 2 epochs)" in live.caption


# ---------------------------------------------------------------------- cost


def test_the_cost_takes_the_rate_that_is_fastest_for_half_of_the_seeds():
    steps = np.full((len(batch_cost.SIZES), len(batch_cost.RATES), len(batch_cost.SEEDS)), np.nan)
    steps[:, 2] = [7, 8, 9, 10, np.nan]
    steps[:, 3] = [5, 5, np.nan, np.nan, np.nan]
    cost = BatchCost(steps)
    assert (cost.rates == batch_cost.RATES[2]).all()
    assert (cost.steps == 9).all()
    expected = [9 * size for size in batch_cost.SIZES]
    expected[batch_cost.SIZES.index(1024)] = 7000 + 2 * 1024
    assert cost.digits.tolist() == expected


def test_digits_looked_at_count_an_incomplete_batch_as_what_it_is():
    steps = np.full((len(batch_cost.SIZES), len(batch_cost.RATES), 1), 110.0)
    cost = BatchCost(steps)
    assert cost.digits[batch_cost.SIZES.index(64)] == 7000


def test_a_stored_run_of_the_cost_can_be_trained_again():
    cost = load_batch_cost()
    size, rate = batch_cost.SIZES.index(64), batch_cost.RATES.index(0.4)
    stored = cost.all_steps[size, rate, 0]
    assert batch_cost.steps_to_goal(64, 0.4, seed=0) == pytest.approx(stored, abs=5)


def test_a_rate_that_leads_nowhere_is_nan():
    assert np.isnan(batch_cost.steps_to_goal(7000, 1e-6))


def test_larger_batches_need_fewer_steps_and_more_digits():
    cost = load_batch_cost()
    assert np.isfinite(cost.steps).all()
    assert cost.steps[0] > 20 * cost.steps[-1]
    assert cost.digits[-1] > 50 * cost.digits[0]
    assert "steps until 90 %" in batch_cost_figure(cost).alt
    assert batch_cost.seconds_per_step(4, repeats=1) > 0


# ---------------------------------------------------------------------- the order


def test_sorted_digits_are_learned_and_unlearned():
    runs = unshuffled.load_runs()
    for rate in unshuffled.RATES:
        end_of_epoch = runs["sorted", rate].shares[35]
        assert unshuffled.known(end_of_epoch) == 1
        assert end_of_epoch.argmax() == 9
    for order in unshuffled.ORDERS[:2]:
        assert unshuffled.known(runs[order, 0.1].shares[35]) == 10
        assert runs[order, 0.1].accuracy[-1] > 0.88


def test_a_stored_run_in_sorted_order_can_be_trained_again():
    stored = unshuffled.load_runs()["sorted", 0.02]
    again = unshuffled.ordered_run("sorted", 0.02)
    assert again.steps.tolist() == stored.steps.tolist() == list(range(0, 211, 2))
    assert np.abs(again.right - stored.right).max() <= 3


def test_shares_are_of_the_validation_digits_of_each_kind():
    counts = np.bincount(digits().validation.y, minlength=10)
    run = unshuffled.OrderedRun(np.array([0, 2]), np.array([counts, counts // 2]))
    assert (run.shares[0] == 1).all()
    np.testing.assert_allclose(run.shares[1], 0.5, atol=0.01)
    assert run.accuracy[0] == 1
    assert unshuffled.known([0.5, 0.49] * 5) == 5


def test_an_order_that_is_none_is_refused():
    with pytest.raises(ValueError, match="shuffled once"):
        unshuffled.ordered_run("reversed", 0.1)


def test_the_triangles_show_the_digits_of_the_last_batch():
    live = unshuffled.unshuffled(step=0)
    assert "after 0 steps" in live.caption
    live.step = 2  # four steps of 100: all of them zeros
    assert (np.sort(digits().train.y)[300:400] == 0).all()
    assert "10 % of the" in live.caption or "11 % of the" in live.caption
    assert "1 of the 10 digits is known" in live.caption
