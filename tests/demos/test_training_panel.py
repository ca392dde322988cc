"""The training panel without a browser: what its buttons and controls do."""

import asyncio
import base64

import numpy as np
import pytest

from course_lib.data import Split, load_mnist
from course_lib.demos import training_panel
from course_lib.demos.training_panel import CHECKPOINT, SCRATCH, SPEEDS, TrainingPanel

READY = "Ready to train MNIST classifier"


@pytest.fixture(scope="module")
def digits():
    training, validation, _ = load_mnist()
    return Split(*(part[:1000] for part in training)), Split(*(part[:200] for part in validation))


@pytest.fixture
def panel(digits):
    panel = TrainingPanel(digits)
    yield panel
    panel.close()


def press(panel, action):
    """What the browser sends when a button is pressed."""
    panel._handle_custom_msg({"type": "run", "action": action}, [])


def status(panel):
    return panel._state["text"]


def numbers(panel):
    """The texts in the head of the figure: error, accuracy, step."""
    return [text.get_text() for text in panel.scene.figure.texts if text.get_animated()]


def frame(panel):
    """What the page would show now."""
    return panel._frames[max(panel._frames)].data


def run(scenario):
    """Run it, and wait until no task is left; one that never ends is a leak, and a time-out."""

    async def to_the_end():
        await scenario()
        while len(asyncio.all_tasks()) > 2:  # this one and its guard
            await asyncio.sleep(0.01)

    async def bounded():
        await asyncio.wait_for(to_the_end(), timeout=100)

    asyncio.run(bounded())


async def until(condition):
    while not condition():
        await asyncio.sleep(0)


def test_it_opens_ready_at_the_stored_checkpoint(panel):
    assert status(panel) == READY
    assert panel.caption.startswith(READY)
    assert "test" in panel.caption
    assert "45.0 %" in panel.caption
    error = panel.session.latest.error
    assert f"{100 * error:.1f} %" in panel.caption
    assert numbers(panel) == [f"{100 * error:.1f} %", f"{100 * (1 - error):.1f} %", "0"]


def test_start_trains_while_others_get_their_turns_and_pause_holds(panel):
    async def scenario():
        press(panel, "start")
        assert status(panel) == "Training …"
        steps = set()
        while len(steps) < 4:
            await asyncio.sleep(0)
            steps.add(panel.session.step)
        press(panel, "pause")
        held = panel.session.step
        await asyncio.sleep(0.1)
        assert panel.session.step == held
        assert status(panel) == f"Paused at step {held}"
        assert numbers(panel)[2] == str(held)
        press(panel, "start")
        await until(lambda: panel.session.step > held)
        press(panel, "pause")

    run(scenario)


def test_step_makes_one_step_measures_and_moves_the_picture(panel):
    for expected in (1, 2):
        before = frame(panel)
        press(panel, "step")
        assert panel.session.step == panel.session.latest.step == expected
        assert numbers(panel)[2] == str(expected)
        assert frame(panel) != before


def test_step_while_training_pauses_after_one_more(panel):
    async def scenario():
        press(panel, "start")
        await until(lambda: panel.session.step > 0)
        before = panel.session.step
        press(panel, "step")
        await asyncio.sleep(0.05)
        assert panel.session.step == before + 1
        assert status(panel) == f"Paused at step {before + 1}"

    run(scenario)


def test_reset_is_ready_at_the_start_and_keeps_the_run_for_comparison(panel):
    async def scenario():
        opened = frame(panel)
        start = panel.session.network.parameters.copy()
        press(panel, "start")
        await until(lambda: panel.session.step > 5)
        press(panel, "reset")
        await asyncio.sleep(0.05)
        assert status(panel) == READY
        assert panel.session.step == 0
        np.testing.assert_array_equal(panel.session.network.parameters, start)
        assert numbers(panel)[2] == "0"
        assert len(panel.session.earlier_runs) == 1
        assert frame(panel) != opened, "the earlier run is dotted in"

    run(scenario)


def test_the_same_steps_after_a_reset_give_the_same_numbers(panel):
    panel.step(12)
    first = panel.session.history.losses
    panel.reset()
    panel.step(12)
    np.testing.assert_array_equal(panel.session.history.losses, first)


def test_rate_and_size_count_from_the_next_step_on(panel):
    panel.learning_rate = 1.0
    press(panel, "step")
    panel.set_state({"learning_rate": 0.01, "batch_size": 10})  # as the browser does
    press(panel, "step")
    history = panel.session.history
    assert history.learning_rates.tolist() == [1.0, panel.learning_rate]
    assert panel.learning_rate == pytest.approx(0.01)
    assert history.batch_sizes.tolist() == [100, 10]


def test_another_start_begins_the_run_again_from_there(panel):
    panel.step(3)
    panel.start_from = SCRATCH
    assert status(panel) == READY
    assert panel.session.step == 0
    assert panel.session.latest.error > 0.8
    assert "random weights" in panel.caption
    from_scratch = panel.session.network.parameters.copy()
    panel.start_from = CHECKPOINT
    assert panel.session.latest.error < 0.6
    assert "checkpoint" in panel.caption
    assert not np.array_equal(panel.session.network.parameters, from_scratch)


@pytest.mark.parametrize("speed", list(SPEEDS.values()))
def test_a_divergence_is_explained_and_a_lower_rate_goes_on(panel, speed):
    async def scenario():
        panel.speed = speed
        panel.learning_rate = 10
        press(panel, "start")
        await until(lambda: panel.status == "paused")
        assert status(panel).startswith("Stopped at step ")
        assert "learning rate 10" in panel.caption
        assert "Lower the learning rate" in panel.caption
        stopped_at = panel.session.step
        assert panel.session.divergence.step == stopped_at
        panel.learning_rate = 0.1
        press(panel, "start")
        await until(lambda: panel.session.step > stopped_at + 2)
        press(panel, "pause")
        assert status(panel).startswith("Paused at step")
        assert "Stopped" not in panel.caption

    run(scenario)


def test_a_ball_beyond_the_mountain_is_said(panel):
    away = panel._mountain.slice.directions[0]
    panel.session.network.parameters -= 4 * away  # 1.2 beyond the edge
    press(panel, "step")
    assert "left the part of the mountain" in panel.caption


def test_hidden_units_that_fall_silent_are_counted(panel):
    first = panel.session.network.layers[0]
    first.b[:3] = -1e3
    press(panel, "step")
    assert "61 of 64 hidden units still respond" in panel.caption


def test_at_full_speed_there_is_a_frame_where_it_stops(panel):
    async def scenario():
        panel.speed = None
        press(panel, "start")
        await until(lambda: panel.session.step > 23)
        press(panel, "pause")
        assert max(panel._frames) == panel.session.step == panel.count
        assert numbers(panel)[2] == str(panel.session.step)
        assert panel.caption.startswith(f"Step {panel.session.step},")

    run(scenario)


def test_a_divergence_between_two_frames_is_shown_all_the_same(panel):
    async def scenario():
        panel.speed = None
        panel.session.measure_every = 7
        panel.learning_rate = 10
        press(panel, "start")
        await until(lambda: panel.status == "paused")
        assert panel.session.step % 7 == 0
        assert panel.session.step % panel.stride > 0
        assert max(panel._frames) == panel.session.step
        assert panel.caption.startswith("Stopped at step")

    run(scenario)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.mark.parametrize("pace", [5, 50])
def test_a_speed_is_kept_step_by_step(panel, monkeypatch, pace):
    clock = Clock()
    monkeypatch.setattr(training_panel, "time", clock)
    panel.speed = pace
    panel._set_status("running")
    while clock.now < 1:
        before = clock.now
        panel._advance([])
        if clock.now == before:  # a step was made, in no time
            assert panel.count <= 1 + pace * clock.now
    assert panel.count == pytest.approx(pace, abs=1)


def test_a_pause_is_not_made_up_for_afterwards(panel, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(training_panel, "time", clock)
    panel._set_status("running")
    while panel.count < 3:
        panel._advance([])
    panel._set_status("paused")
    clock.sleep(60)
    panel._set_status("running")
    begun = clock.now
    while panel.count < 6:
        panel._advance([])
    assert clock.now - begun > 2 / 50


def test_pausing_and_starting_at_once_leaves_one_run(panel):
    async def scenario():
        panel.speed = 5
        for _ in range(10):
            press(panel, "start")
            await asyncio.sleep(0)
            press(panel, "pause")
        press(panel, "start")
        await asyncio.sleep(0.1)
        assert len(asyncio.all_tasks()) == 3  # this one, its guard, and the run
        press(panel, "pause")

    run(scenario)


def test_two_panels_train_independently(digits):
    async def scenario():
        one, two = TrainingPanel(digits), TrainingPanel(digits)
        two.learning_rate = 1.0
        one.start()
        two.start()
        await until(lambda: one.session.step > 3 and two.session.step > 3)
        one.pause()
        held = one.session.step
        await until(lambda: two.session.step > held + 3)
        assert one.session.step == held
        assert (one.learning_rate, two.learning_rate) == (0.1, 1.0)
        one.close()
        two.close()

    run(scenario)


def test_closing_ends_the_run(digits):
    async def scenario():
        panel = TrainingPanel(digits)
        panel.start()
        await until(lambda: panel.session.step > 0)
        panel.close()
        held = panel.session.step
        await asyncio.sleep(0.05)
        assert panel.session.step == held

    run(scenario)


def test_an_unexpected_error_is_told_and_reset_mends_it(panel):
    working = panel.session.advance
    panel.session.advance = lambda: 1 / 0
    press(panel, "step")
    assert panel.status == "failed"
    assert "Stopped by an error" in status(panel)
    panel.session.advance = working
    press(panel, "reset")
    assert status(panel) == READY
    press(panel, "step")
    assert panel.session.step == 1


def test_where_widgets_are_off_there_is_a_text_and_a_picture(panel):
    data, metadata = panel._repr_mimebundle_()
    assert READY in data["text/plain"]
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" in data
