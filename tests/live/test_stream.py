"""A run in a figure: started, paused, stepped, reset, scrubbed back, and never lost."""

import asyncio
import threading

import numpy as np
import pytest
from live_replay import replayed
from matplotlib.figure import Figure
from test_export import embedded

from course_lib.live import Slider, stream
from course_lib.live.export import page_html


class Run:
    """A generator of a falling loss, and a figure that shows it."""

    def __init__(self, length=20, fails_at=None, **options):
        fig = Figure(figsize=(3, 2))
        ax = fig.subplots()
        ax.set(xlim=(0, length), ylim=(0, 1))
        (self.line,) = ax.plot([], [], lw=4, animated=True)
        self.losses, self.closed, self.rates = [], 0, []
        self.length, self.fails_at = length, fails_at
        options.setdefault("rate", Slider(0.1, 0.9, 0.5, positions=9))
        self.figure = stream(fig, self.update, self.make, alt="Loss", **options)
        self.messages = []
        self.figure.send = lambda content, buffers=None: self.messages.append(content)

    def make(self, figure):
        self.losses.clear()
        loss = 1.0
        try:
            for step in range(self.length):
                if step == self.fails_at:
                    raise FloatingPointError("the loss is NaN")
                self.rates.append(figure.rate)
                loss *= 1 - figure.rate
                yield loss
        finally:
            self.closed += 1

    def update(self, loss):
        self.losses.append(loss)
        self.line.set_data(range(len(self.losses)), self.losses)
        return f"loss {loss:.4f}"

    def say(self, **content):
        self.figure._hear(self.figure, content, [])

    @property
    def keys(self):
        return [key for c in self.messages if c["type"] == "frames" for key in c["keys"]]


async def until(condition):
    for _ in range(4000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen in time")


def test_before_the_run_the_figure_is_ready_and_nothing_ran():
    run = Run(ready="Ready to train")
    assert run.figure.status == "ready"
    assert run.figure.caption == "Ready to train"
    assert run.figure.count == 0
    assert run.rates == []


def test_a_run_goes_to_its_end_and_every_record_is_kept():
    async def scenario():
        run = Run()
        run.say(type="hello")
        run.say(type="run", action="start")
        assert run.figure.status == "running"
        await until(lambda: run.figure.status == "finished")
        await until(lambda: not run.figure._tasks)
        return run

    run = asyncio.run(scenario())
    assert run.figure.count == 20
    assert sorted(run.figure._frames) == list(range(21))
    assert sorted(run.keys) == list(range(21))
    assert run.closed == 1
    assert run.figure._state["text"] == "Finished at step 20"


def test_each_kept_frame_is_the_drawing_of_its_record():
    run = Run()
    run.figure.step(3)
    data = run.figure._frames[3].data
    wanted = run.figure.frame_image().astype(int)
    assert np.abs(replayed(run.figure.scene, data, 1).astype(int) - wanted).max() < 8
    run.figure.step(5)
    assert run.figure._frames[3].data == data
    assert run.figure._frames[8].data != data


def test_steps_are_taken_at_once_also_without_an_event_loop():
    run = Run()
    run.figure.step()
    assert run.figure.status == "paused"
    assert run.figure._state["text"] == "Paused at step 1"
    run.figure.step(4)
    assert run.losses == [0.5**k for k in range(1, 6)]


def test_start_without_an_event_loop_says_what_to_use():
    with pytest.raises(RuntimeError, match="Use step"):
        Run().figure.start()


def test_a_paused_run_takes_no_records_and_goes_on_where_it_was():
    async def scenario():
        run = Run(length=10_000)
        run.figure.start()
        await until(lambda: run.figure.count > 3)
        run.figure.pause()
        count = run.figure.count
        await asyncio.sleep(0.05)
        assert run.figure.count == count
        run.figure.start()
        await until(lambda: run.figure.count > count)
        run.figure.close()
        assert run.closed == 1

    asyncio.run(scenario())


def test_pausing_and_starting_at_once_does_not_run_twice():
    async def scenario():
        run = Run(length=10_000)
        run.figure.start()
        for _ in range(5):
            run.figure.pause()
            run.figure.start()
        assert len(run.figure._tasks) == 1
        run.figure.close()

    asyncio.run(scenario())


def test_buttons_pressed_in_another_thread_run_in_the_thread_of_the_figure():
    async def scenario():
        threads = set()
        run = Run(length=5)
        update = run.figure._update

        def noting(loss):
            threads.add(threading.current_thread())
            return update(loss)

        run.figure._update = noting
        other = threading.Thread(target=run.figure.start)
        other.start()
        await until(lambda: run.figure.status == "finished")
        other.join()
        return threads

    assert asyncio.run(scenario()) == {threading.main_thread()}


def test_the_run_lets_others_have_their_turn():
    async def scenario():
        run = Run(length=300)
        run.figure.start()
        turns = 0
        while run.figure.status == "running":
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert asyncio.run(scenario()) > 10


def test_a_control_is_read_in_the_middle_of_the_run():
    run = Run()
    run.figure.step()
    run.figure.rate = 0.9
    run.figure.step()
    assert run.rates == [0.5, 0.9]
    np.testing.assert_allclose(run.losses, [0.5, 0.05])


def test_reset_closes_the_run_and_begins_anew():
    run = Run()
    run.figure.step(4)
    run.figure.reset()
    assert run.closed == 1
    assert run.figure.status == "ready"
    assert list(run.figure._frames) == [0]
    assert {"type": "clear"} in run.messages
    run.figure.step(2)
    assert run.losses == [0.5, 0.25]


def test_a_run_starts_again_right_after_a_reset():
    async def scenario():
        run = Run()
        run.figure.start()
        await until(lambda: run.figure.count > 2)
        run.figure.reset()
        run.figure.start()
        await until(lambda: run.figure.status == "finished")
        assert run.figure.count == 20

    asyncio.run(scenario())


def test_reset_while_running_stops_the_task():
    async def scenario():
        run = Run(length=10_000)
        run.figure.start()
        await until(lambda: run.figure.count > 2)
        run.figure.reset()
        await asyncio.sleep(0.05)
        assert run.figure.count == 0
        assert not run.figure._tasks

    asyncio.run(scenario())


def test_an_exception_of_the_run_is_shown_and_the_history_stays():
    run = Run(fails_at=5)
    run.figure.step(9)
    assert run.figure.status == "failed"
    assert run.figure.count == 5
    error = run.figure._frames[6].error
    assert "FloatingPointError: the loss is NaN" in error
    assert "step 5" in error
    assert isinstance(run.figure.error, FloatingPointError)
    assert run.figure._frames[5].error is None
    run.figure.reset()
    assert run.figure.status == "ready"


def test_an_exception_of_update_is_shown_too():
    run = Run()
    run.figure._update = lambda loss: 1 / 0
    run.figure.step()
    assert run.figure.status == "failed"
    assert "ZeroDivisionError" in run.figure._frames[2].error
    assert run.closed == 1


def test_a_full_history_is_thinned_evenly_and_stays_within_its_bound():
    run = Run(length=400, max_bytes=60_000)
    run.figure.step(400)
    numbers = sorted(run.figure._frames)
    assert run.figure._nbytes <= 60_000
    assert run.figure.stride > 1
    assert numbers[0] == 0
    assert set(np.diff(numbers)) == {run.figure.stride}
    thin = [content for content in run.messages if content["type"] == "thin"]
    assert thin[-1]["stride"] == run.figure.stride


def test_the_bytes_of_the_history_are_counted_rightly_after_thinning():
    run = Run(length=400, max_bytes=60_000)
    run.figure.step(400)
    assert run.figure._nbytes == sum(frame.nbytes for frame in run.figure._frames.values())


def test_only_every_so_many_th_record_gets_a_frame_but_all_are_taken():
    run = Run(length=23, every=10)
    run.figure.step(30)
    assert sorted(run.figure._frames) == [0, 10, 20, 23]
    assert len(run.losses) == 23


def test_a_generator_without_an_argument_will_do():
    fig = Figure(figsize=(3, 2))
    (line,) = fig.subplots().plot([], [], animated=True)
    figure = stream(fig, lambda r: line.set_data([0], [r]), lambda: iter([1, 2, 3]))
    figure.step(5)
    assert (figure.count, figure.record, figure.status) == (3, 3, "finished")


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"every": 0}, ValueError, "every must be a whole number"),
        ({"rate": 3}, TypeError, "rate must be a Slider"),
        ({"count": Slider(0, 1)}, ValueError, "cannot be called 'count'"),
    ],
)
def test_wrong_arguments_are_named(arguments, error, words):
    fig = Figure()
    fig.subplots().plot([], [], animated=True)
    with pytest.raises(error, match=words):
        stream(fig, print, iter, **arguments)


def test_a_page_that_comes_back_gets_the_history():
    run = Run()
    run.figure.step(5)
    run.messages.clear()
    run.say(type="hello")
    assert run.keys == list(range(6))


def test_the_buttons_of_a_page_drive_the_run():
    run = Run()
    run.say(type="run", action="step")
    run.say(type="run", action="step")
    assert run.figure.count == 2
    run.say(type="run", action="reset")
    assert run.figure.status == "ready"
    run.say(type="run", action="close")
    assert run.figure._open


def test_the_exported_page_holds_the_history():
    run = Run()
    run.figure.step(5)
    state, _ = embedded(page_html([run.figure], "Run"))
    assert state["_scene"]["frames"]["keys"] == list(range(6))
    assert state["_scene"]["stream"] is True
    assert state["_state"]["status"] == "paused"
