"""Work in slices leaves the event loop to others."""

import asyncio

import pytest

from course_lib.demos.slices import SlicedLoop


def run(scenario):
    async def bounded():
        await asyncio.wait_for(scenario(), timeout=60)
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(bounded()) == set(), "a task was left behind"


async def until(condition):
    while not condition():
        await asyncio.sleep(0)


def test_other_coroutines_get_turns_between_the_slices():
    async def scenario():
        events = []
        loop = SlicedLoop(lambda: events.append("work") is None, lambda finished: None)
        loop.start()
        while "".join(events).count("workother") < 5:
            await asyncio.sleep(0)
            if events and events[-1] == "work":
                events.append("other")
        loop.stop()

    run(scenario)


def test_it_ends_when_there_is_no_more_work():
    async def scenario():
        left, seen = [3], []

        def work():
            left[0] -= 1
            return left[0] > 0

        loop = SlicedLoop(work, seen.append)
        loop.start()
        await until(lambda: not loop.running)
        assert left == [0]
        assert seen[-1] is True
        assert set(seen[:-1]) <= {False}

    run(scenario)


def test_nothing_is_worked_after_stop():
    async def scenario():
        done = []
        loop = SlicedLoop(lambda: done.append(1) is None, lambda finished: None)
        loop.start()
        await until(lambda: done)
        loop.stop()
        so_far = len(done)
        await asyncio.sleep(0.05)
        assert len(done) == so_far

    run(scenario)


def test_stop_may_be_called_by_the_work_itself():
    async def scenario():
        done = []

        def work():
            done.append(1)
            if len(done) == 5:
                loop.stop()
            return True

        loop = SlicedLoop(work, lambda finished: None)
        loop.start()
        await until(lambda: len(done) == 5)
        await asyncio.sleep(0.05)
        assert len(done) == 5
        assert not loop.running

    run(scenario)


def test_starting_twice_runs_one_loop_and_stopping_makes_it_startable_again():
    async def scenario():
        done = []
        loop = SlicedLoop(lambda: done.append(1) is None, lambda finished: None)
        loop.start()
        loop.start()
        assert len(asyncio.all_tasks()) == 3  # this one, its guard, and the loop
        loop.stop()
        loop.start()
        await until(lambda: done)
        loop.stop()

    run(scenario)


def test_a_pace_limits_how_much_is_done():
    async def scenario():
        done = []
        loop = SlicedLoop(lambda: done.append(1) is None, lambda finished: None, pace=1e-6)
        loop.start()
        await asyncio.sleep(0.1)
        assert done == [1]  # the second is due in eleven days
        loop.pace = None
        await until(lambda: len(done) > 3)
        loop.stop()

    run(scenario)


def test_an_error_in_the_work_ends_the_loop_and_is_kept():
    async def scenario():
        seen = []
        loop = SlicedLoop(lambda: 1 / 0, seen.append)
        loop.start()
        await until(lambda: not loop.running)
        assert isinstance(loop.error, ZeroDivisionError)
        assert seen == [True]

    run(scenario)


def test_without_an_event_loop_starting_is_refused():
    with pytest.raises(RuntimeError, match="event loop"):
        SlicedLoop(lambda: True, lambda finished: None).start()
