"""The order in which frames are computed, and the bound of memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.live.table import Frame, FrameTable

FRAME = Frame(bytes(800), "")


def filled(table, position, stop=None):
    """The numbers of the frames in the order in which they are asked for."""
    order = []
    while (key := table.next_missing(position)) is not None and len(order) != stop:
        order.append(key)
        table.put(key, FRAME)
    return order


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.data())
def test_numbers_and_positions_correspond(shape, data):
    table = FrameTable(shape, [True] * len(shape), 10**9)
    key = data.draw(st.integers(0, table.size - 1))
    assert table.key(table.position(key)) == key
    assert all(0 <= i < n for i, n in zip(table.position(key), shape, strict=True))


def test_the_last_control_counts_fastest():
    table = FrameTable([3, 4], [True, True], 10**9)
    assert table.key((1, 2)) == 1 * 4 + 2


def test_one_slider_fills_from_where_it_stands_outwards():
    assert filled(FrameTable([7], [True], 10**9), (2,)) == [2, 1, 3, 0, 4, 5, 6]


def test_what_one_control_reaches_comes_first():
    table = FrameTable([5, 5], [True, True], 10**9)
    order = filled(table, (2, 2))
    first = {table.position(key) for key in order[:9]}
    assert first == {(i, 2) for i in range(5)} | {(2, i) for i in range(5)}
    assert len(order) == len(set(order)) == 25


def test_options_without_order_are_all_equally_near():
    table = FrameTable([9, 5], [True, False], 10**9)
    order = [table.position(key) for key in filled(table, (4, 0))]
    assert {(4, k) for k in range(5)} < set(order[:7])


def test_a_move_changes_what_comes_next():
    table = FrameTable([100], [True], 10**9)
    filled(table, (10,), stop=5)
    assert filled(table, (80,), stop=3) == [80, 79, 81]


def test_everything_is_filled_however_often_the_reader_moves():
    table = FrameTable([8, 3, 2], [True, True, False], 10**9)
    for key in range(0, 48, 5):
        filled(table, table.position(key), stop=3)
    filled(table, (0, 0, 0))
    assert table.complete


def test_the_first_frame_decides_that_all_do_not_fit():
    table = FrameTable([1000], [True], 100_000)
    table.put(0, FRAME)
    assert table.strategy == "on demand"
    assert table.next_missing((0,)) is None


def test_a_table_that_just_fits_stays_a_table():
    table = FrameTable([100], [True], 100 * FRAME.nbytes)
    table.put(0, FRAME)
    assert len(filled(table, (0,))) == 99
    assert table.strategy == "table"


def test_frames_that_grow_beyond_the_bound_turn_the_table_on_demand():
    table = FrameTable([10], [True], 12_000)
    table.put(0, Frame(bytes(100), ""))
    assert table.strategy == "table"
    for key in range(1, 10):
        table.put(key, Frame(bytes(3_000), ""))
    assert table.strategy == "on demand"
    assert table.nbytes <= 12_000


def test_on_demand_keeps_the_frames_used_last():
    table = FrameTable([1000], [True], 3 * FRAME.nbytes)
    for key in (0, 1, 2):
        table.put(key, FRAME)
    table.get(0)
    table.put(3, FRAME)
    assert set(table) == {0, 2, 3}
    assert table.nbytes == 3 * FRAME.nbytes


def test_a_frame_larger_than_the_bound_is_still_shown():
    table = FrameTable([5], [True], 10)
    table.put(0, FRAME)
    assert table.get(0) is FRAME


def test_putting_a_frame_again_counts_it_once():
    table = FrameTable([5], [True], 10**6)
    table.put(0, FRAME)
    table.put(0, FRAME)
    assert table.nbytes == FRAME.nbytes


@pytest.mark.parametrize("caption", ["", "ä" * 1000])
def test_a_caption_counts_too(caption):
    assert Frame(b"", caption).nbytes >= 2 * len(caption)
