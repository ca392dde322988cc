"""The training panel without a browser: what its buttons and sliders do."""

import asyncio
import base64

import pytest

from course_lib.data import Split, load_mnist
from course_lib.demos.digit_training import TrainingSession
from course_lib.demos.training_panel import BATCH_SIZES, LEARNING_RATES, TrainingPanel

READY = "Ready to train MNIST classifier"


@pytest.fixture(scope="module")
def digits():
    training, validation, _ = load_mnist()
    return Split(training.x[:1000], training.y[:1000]), Split(
        validation.x[:200], validation.y[:200]
    )


@pytest.fixture
def panel(digits):
    panel = TrainingPanel(data=digits)
    yield panel
    panel.close()


def press(panel, button):
    """What the browser sends when a button is pressed."""
    panel._handle_custom_msg({"press": button}, [])


def number(panel, name):
    return dict(panel.numbers)[name]


def run(scenario):
    async def bounded():
        await asyncio.wait_for(scenario(), timeout=100)
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(bounded()) == set(), "a task was left behind"


async def until(condition):
    while not condition():
        await asyncio.sleep(0)


def test_before_the_start_it_says_so_and_shows_the_untrained_network(panel):
    assert panel.status == READY
    assert number(panel, "training step") == "0"
    assert number(panel, "validation error") == f"{100 * panel.session.latest.error:.1f} %"
    assert panel.curves.startswith(b"\x89PNG")
    assert not panel.running


def test_start_trains_while_others_get_their_turns_and_pause_holds(panel):
    async def scenario():
        press(panel, "start")
        assert panel.running
        assert panel.status == "Training …"
        steps = set()
        while len(steps) < 4:
            await asyncio.sleep(0)
            steps.add(panel.session.step)
        press(panel, "pause")
        assert not panel.running
        held = panel.session.step
        await asyncio.sleep(0.1)
        assert panel.session.step == held
        assert panel.status.startswith(f"Paused at step {held}: validation error ")
        press(panel, "start")
        await until(lambda: panel.session.step > held)
        press(panel, "pause")

    run(scenario)


def test_the_numbers_and_the_curves_change_while_it_trains(panel):
    async def scenario():
        before = panel.curves
        panel.pace = "as fast as it goes"
        press(panel, "start")
        await until(lambda: int(number(panel, "training step")) > 0 and panel.curves != before)
        press(panel, "pause")
        assert number(panel, "training step") == str(panel.session.step)

    run(scenario)


def test_step_makes_one_step_and_measures(panel):
    for expected in (1, 2):
        before = panel.curves
        press(panel, "step")
        assert panel.session.step == panel.session.latest.step == expected
        assert number(panel, "training step") == str(expected)
        assert panel.curves != before


def test_step_while_training_pauses_after_one_more(panel):
    async def scenario():
        press(panel, "start")
        await until(lambda: panel.session.step > 0)
        before = panel.session.step
        press(panel, "step")
        assert panel.session.step == before + 1
        await asyncio.sleep(0.05)
        assert panel.session.step == before + 1
        assert not panel.running

    run(scenario)


def test_reset_ends_the_run_and_keeps_its_curves_for_comparison(panel):
    async def scenario():
        empty = panel.curves
        press(panel, "start")
        await until(lambda: panel.session.step > 5)
        press(panel, "reset")
        await asyncio.sleep(0.05)
        assert panel.status == READY
        assert panel.session.step == 0
        assert number(panel, "training step") == "0"
        assert not panel.running
        assert len(panel.session.earlier_runs) == 1
        assert panel.curves != empty

    run(scenario)


def test_sliders_count_from_the_next_step_on(panel):
    panel.learning_rate = 0.5
    press(panel, "step")
    panel.set_state({"learning_rate": 0.02, "batch_size": 5})  # as the browser does
    press(panel, "step")
    history = panel.session.history
    assert history.learning_rates.tolist() == [0.5, 0.02]
    assert history.batch_sizes.tolist() == [100, 5]


def test_the_sliders_reach_from_too_low_to_too_high_and_hold_the_defaults(panel):
    assert sorted(set(LEARNING_RATES)) == LEARNING_RATES
    assert (LEARNING_RATES[0], LEARNING_RATES[-1]) == (0.0001, 10)
    assert panel.learning_rate in LEARNING_RATES
    assert panel.batch_size in BATCH_SIZES


def test_a_divergence_is_explained_and_a_lower_rate_goes_on(panel):
    async def scenario():
        panel.pace = "as fast as it goes"
        panel.learning_rate = LEARNING_RATES[-1]
        press(panel, "start")
        await until(lambda: not panel.running)
        assert panel.status.startswith("Stopped at step ")
        cause, way_on = panel.explanation
        assert "learning rate 10" in cause
        assert "Lower the learning rate" in way_on
        stopped_at = panel.session.step
        panel.learning_rate = 0.1
        press(panel, "start")
        assert panel.explanation == []
        await until(lambda: panel.session.step > stopped_at + 20)
        press(panel, "pause")
        assert panel.status.startswith("Paused at step")

    run(scenario)


def test_an_unexpected_error_is_shown_and_reset_mends_it(panel):
    async def scenario():
        working = panel.session.advance
        panel.session.advance = lambda: 1 / 0
        press(panel, "start")
        await until(lambda: not panel.running)
        assert panel.status == "Stopped by an error: ZeroDivisionError"
        panel.session.advance = working
        press(panel, "reset")
        assert panel.status == READY
        assert panel.explanation == []

    run(scenario)


def test_two_panels_train_independently(digits):
    async def scenario():
        one, two = TrainingPanel(data=digits), TrainingPanel(data=digits, learning_rate=0.2)
        one.start()
        two.start()
        await until(lambda: one.session.step > 3 and two.session.step > 3)
        one.pause()
        held = one.session.step
        await until(lambda: two.session.step > held + 3)
        assert one.session.step == held
        assert (one.learning_rate, two.learning_rate) == (0.1, 0.2)
        one.close()
        two.close()

    run(scenario)


def test_closing_ends_the_run(digits):
    async def scenario():
        panel = TrainingPanel(data=digits)
        panel.start()
        await until(lambda: panel.session.step > 0)
        panel.close()
        held = panel.session.step
        await asyncio.sleep(0.05)
        assert panel.session.step == held

    run(scenario)


def test_a_given_session_is_shown_as_it_is(digits):
    session = TrainingSession(digits, learning_rate=0.3, batch_size=50)
    session.advance()
    panel = TrainingPanel(session)
    assert (panel.learning_rate, panel.batch_size) == (0.3, 50)
    assert panel.status.startswith("Paused at step 1")
    panel.close()


def test_the_curves_follow_the_theme(panel):
    light = panel.curves
    panel.dark = True
    assert panel.curves != light
    panel.dark = False
    assert panel.curves == light


def test_where_widgets_are_off_there_is_a_text_and_a_picture(panel):
    data, metadata = panel._repr_mimebundle_()
    assert data["text/plain"].startswith(READY)
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in data
    assert panel.session.step == 0, "the picture's run is not the panel's own"
