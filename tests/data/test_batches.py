"""Batches: every example once an epoch, in an order the seed decides."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.data import RandomShift, batches, iterations_per_epoch, split

counts = st.integers(1, 60)
sizes = st.integers(1, 70)
seeds = st.integers(0, 2**32)


def numbered(n):
    """Examples that can be told apart; y belongs to x."""
    x = np.arange(n, dtype=float)
    return np.column_stack([x, -x]), 10 * np.arange(n)


@given(n=counts, size=sizes, epochs=st.integers(0, 3), seed=seeds, shuffle=st.booleans())
def test_each_epoch_holds_every_example_once(n, size, epochs, seed, shuffle):
    x, y = numbered(n)
    found = list(batches(x, y, size, epochs=epochs, seed=seed, shuffle=shuffle))
    assert len(found) == epochs * iterations_per_epoch(n, size)
    for epoch in range(epochs):
        part = [batch for batch in found if batch.epoch == epoch]
        seen = np.concatenate([batch.y for batch in part])
        np.testing.assert_array_equal(np.sort(seen), y)
        assert [batch.index for batch in part] == list(range(len(part)))


@given(n=counts, size=sizes, seed=seeds)
def test_labels_stay_with_their_examples(n, size, seed):
    for batch in batches(*numbered(n), size, seed=seed):
        np.testing.assert_array_equal(batch.y, 10 * batch.x[:, 0])
        np.testing.assert_array_equal(batch.x[:, 1], -batch.x[:, 0])


@given(n=counts, size=sizes, drop_last=st.booleans())
def test_all_batches_are_full_except_the_last(n, size, drop_last):
    lengths = [len(batch.x) for batch in batches(*numbered(n), size, drop_last=drop_last)]
    assert len(lengths) == iterations_per_epoch(n, size, drop_last=drop_last)
    assert all(length == size for length in lengths[:-1])
    assert sum(lengths) == (n // size * size if drop_last else n)


def test_without_shuffling_the_order_is_that_of_the_data():
    x, y = numbered(7)
    for _ in range(2):
        seen = [batch.y for batch in batches(x, y, 3, epochs=2, shuffle=False)]
        np.testing.assert_array_equal(np.concatenate(seen), np.tile(y, 2))


@given(seed=seeds)
def test_the_same_seed_gives_the_same_batches(seed):
    x, y = numbered(50)

    def order(seed):
        return [batch.y.tolist() for batch in batches(x, y, 8, epochs=2, seed=seed)]

    assert order(seed) == order(seed) == order(np.random.default_rng(seed))
    assert order(seed) != order(seed + 1)


def test_each_epoch_has_another_order():
    first, second = batches(*numbered(50), 50, epochs=2, seed=0)
    assert first.y.tolist() != second.y.tolist()


def test_without_end_the_epochs_go_on():
    endless = batches(*numbered(5), 2, epochs=None, seed=0)
    found = list(itertools.islice(endless, 31))
    assert (found[-1].epoch, found[-1].index) == (10, 0)


def test_a_batch_size_that_is_a_function_is_asked_before_every_batch():
    answers = iter([1, 2, 3, 4])
    lengths = [len(batch.x) for batch in batches(*numbered(10), lambda: next(answers))]
    assert lengths == [1, 2, 3, 4]


def test_the_batch_size_can_change_in_the_middle_of_an_epoch():
    size = {"now": 4}
    seen = []
    for batch in batches(*numbered(12), lambda: size["now"], epochs=2, shuffle=False):
        seen.append((batch.epoch, batch.index, len(batch.x)))
        size["now"] = 6
    assert seen == [(0, 0, 4), (0, 1, 6), (0, 2, 2), (1, 0, 6), (1, 1, 6)]


@pytest.mark.parametrize(("answer", "error"), [(0, ValueError), (2.5, TypeError)])
def test_an_impossible_answer_of_the_function_is_named(answer, error):
    with pytest.raises(error, match="batch_size must be"):
        next(batches(*numbered(4), lambda: answer))


def test_dropping_incomplete_batches_ends_when_none_is_ever_full():
    assert list(batches(*numbered(3), 4, epochs=None, drop_last=True)) == []


def test_batches_are_copies():
    x, y = numbered(6)
    kept_x, kept_y = x.copy(), y.copy()
    for batch in batches(x, y, 6, shuffle=False):
        batch.x[:] = 99
        batch.y[:] = 99
    np.testing.assert_array_equal(x, kept_x)
    np.testing.assert_array_equal(y, kept_y)


def test_lists_and_strided_arrays_are_data_too():
    x, y = numbered(10)
    from_list = [batch.y.tolist() for batch in batches(x[::2].tolist(), y[::2].tolist(), 2, seed=1)]
    from_strided = [batch.y.tolist() for batch in batches(x[::2], y[::2], 2, seed=1)]
    assert from_list == from_strided


def test_augmentation_changes_x_and_only_x_and_the_seed_decides_how():
    x = np.zeros((20, 9))
    x[:, 4] = 1
    y = np.arange(20)

    def drawn(seed):
        return list(batches(x, y, 5, seed=seed, augment=RandomShift(1)))

    for first, again in zip(drawn(0), drawn(0), strict=True):
        np.testing.assert_array_equal(first.x, again.x)
        np.testing.assert_array_equal(first.y, again.y)
    assert any((batch.x.argmax(axis=1) != 4).any() for batch in drawn(0))
    assert np.sort(np.concatenate([batch.y for batch in drawn(0)])).tolist() == y.tolist()
    assert (x.argmax(axis=1) == 4).all()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, not 0"),
        ({"batch_size": -3}, ValueError, "batch_size must be at least 1"),
        ({"batch_size": 2.0}, TypeError, "batch_size must be a whole number"),
        ({"epochs": -1}, ValueError, "epochs must be at least 0"),
        ({"epochs": 1.5}, TypeError, "epochs must be a whole number"),
        ({"augment": 2}, TypeError, "augment must be a function"),
        ({"x": np.zeros((3, 2))}, ValueError, r"x has shape \(3, 2\) and y has shape \(4,\)"),
        ({"x": 1.0}, ValueError, r"x has shape \(\)"),
        ({"x": np.zeros((0, 2)), "y": []}, ValueError, "there are no examples"),
    ],
)
def test_impossible_arguments_are_refused_before_the_first_batch(options, error, message):
    x, y = numbered(4)
    with pytest.raises(error, match=message):
        batches(**{"x": x, "y": y, "batch_size": 2, **options})


def test_known_numbers_of_iterations():
    assert iterations_per_epoch(10, 3) == 4
    assert iterations_per_epoch(10, 3, drop_last=True) == 3
    assert iterations_per_epoch(9, 3) == iterations_per_epoch(9, 3, drop_last=True) == 3
    assert iterations_per_epoch(0, 3) == 0
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        iterations_per_epoch(10, 0)
    with pytest.raises(ValueError, match="n must be at least 0"):
        iterations_per_epoch(-1, 3)


@given(data=st.data(), n=counts, seed=seeds)
def test_split_parts_do_not_overlap(data, n, seed):
    first = data.draw(st.integers(0, n))
    wanted = [first, data.draw(st.integers(0, n - first))]
    x, y = numbered(n)
    parts = split(x, y, wanted, seed=seed)
    assert [len(part_y) for _, part_y in parts] == wanted
    seen = np.concatenate([part_y for _, part_y in parts])
    assert len(set(seen)) == len(seen)
    assert set(seen) <= set(y)
    for part_x, part_y in parts:
        np.testing.assert_array_equal(part_y, 10 * part_x[:, 0])


def test_the_seed_decides_the_split():
    x, y = numbered(50)
    first, again, other = (split(x, y, [25], seed=seed)[0][1] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)
    assert first.tolist() != y[:25].tolist()


@pytest.mark.parametrize(
    ("sizes", "error", "message"),
    [
        ([3, 2], ValueError, "sizes add up to 5, but there are only 4 examples"),
        ([-1, 2], ValueError, "each of sizes must be at least 0"),
        ([0.5, 0.5], TypeError, "each of sizes must be a whole number"),
        ([True], TypeError, "each of sizes must be a whole number"),
    ],
)
def test_impossible_splits_are_refused(sizes, error, message):
    with pytest.raises(error, match=message):
        split(*numbered(4), sizes)
