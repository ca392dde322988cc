"""Every control of a live figure, by keyboard and by pointer, in a real JupyterLab."""

import json

import numpy as np
import pytest
from live_cells import (
    LINKED,
    MANY,
    MANY_ON_DEMAND,
    ON_DEMAND,
    SETUP,
    TROUBLE,
    WALK,
    WAVES,
)
from live_page import LiveOnPage

CELLS = [SETUP, WAVES, "live", WALK, TROUBLE, ON_DEMAND, MANY, MANY_ON_DEMAND, LINKED]
INDEX = {
    name: index
    for index, name in enumerate(
        ["setup", "waves", "again", "walk", "trouble", "on demand", "many", "few", "linked"]
    )
}


@pytest.fixture(scope="module")
def page(lab_server, browser):
    """One notebook of live figures for all tests here; each begins with a reset figure."""
    from lab import Notebook

    notebook = Notebook(lab_server, browser, CELLS, reuse=True)
    try:
        notebook.run_all()
        yield notebook
        assert notebook.unexpected() == []
    finally:
        notebook.close()


@pytest.fixture
def live(page):
    """Bring the named figure into view, reset."""

    def bring(name):
        index = INDEX[name]
        page.scroll_to(index)
        figure = LiveOnPage(page, page.output(index).locator(".live"))
        figure.until_painted()
        figure.button("Reset").click()
        return figure

    return bring


def drawn(figure):
    return figure.pixels().tobytes()


CONTROLS = [
    ("Frequency", "frequency", ["ArrowRight", "ArrowRight", "ArrowLeft"]),
    ("Height", "height", ["ArrowUp", "ArrowUp", "PageDown"]),
    ("Harmonics", "harmonics", ["End", "Home", "ArrowRight"]),
]


@pytest.mark.parametrize("name", ["waves", "on demand"])
@pytest.mark.parametrize(("label", "trait", "keys"), CONTROLS)
def test_a_slider_follows_keys_in_picture_caption_words_and_kernel(
    page, live, name, label, trait, keys
):
    figure = live(name)
    figure.until_caption("sine of 2, height 1, 1 harmonics")
    slider = figure.slider(label)
    variable = "live" if name == "waves" else "demanding"
    for key in keys:
        before, said, words = drawn(figure), figure.caption, slider.get_attribute("aria-valuetext")
        figure.press(slider, key)
        assert drawn(figure) != before
        assert figure.caption != said
        assert slider.get_attribute("aria-valuetext") != words
    number = slider.get_attribute("aria-valuetext").split()[0]
    page.wait_for_kernel_value(f"format({variable}.{trait}, '.3g')", number)


def test_a_slider_follows_the_pointer(live):
    figure = live("waves")
    slider = figure.slider("Frequency")
    frames = {figure.frame}
    for share in (0, 1, 0.5, 0.25):
        before = drawn(figure)
        frames.add(figure.point(slider, share))
        assert drawn(figure) != before
    assert len(frames) == 4
    assert slider.get_attribute("aria-valuetext") == "1.5 per second"


def test_a_slider_follows_a_drag(page, live):
    figure = live("waves")
    slider = figure.slider("Frequency")
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.page.mouse.move(box["x"] + box["width"] / 2, y)
    page.page.mouse.down()
    for share in (0.75, 1, 0):
        before = figure.frame
        page.page.mouse.move(box["x"] + 8 + share * (box["width"] - 16), y)
        figure.until_other(before)
    page.page.mouse.up()
    assert figure.until_caption("sine of 1,")
    page.wait_for_kernel_value("live.frequency", 1.0)


def test_a_choice_follows_keyboard_and_pointer(page, live):
    figure = live("waves")
    choice = figure.root.get_by_role("combobox", name="Wave")
    sine = drawn(figure)
    figure.press(choice, "ArrowDown")
    assert figure.until_caption("cosine")
    cosine = drawn(figure)
    assert cosine != sine
    page.wait_for_kernel_value("live.wave", "cosine")
    choice.select_option("sine")
    assert figure.until_caption("sine of")
    assert drawn(figure) == sine
    page.wait_for_kernel_value("live.wave", "sine")


def test_a_check_box_follows_keyboard_and_pointer(page, live):
    figure = live("waves")
    box = figure.root.get_by_role("checkbox", name="Show its height")
    without = drawn(figure)
    figure.press(box, "Space")
    assert box.is_checked()
    assert drawn(figure) != without
    page.wait_for_kernel_value("live.level_line", True)
    before = figure.frame
    # Its label is part of what can be clicked.
    figure.root.get_by_text("Show its height").click()
    figure.until_other(before)
    assert not box.is_checked()
    assert drawn(figure) == without
    page.wait_for_kernel_value("live.level_line", False)


def test_reset_puts_every_control_back(page, live):
    figure = live("waves")
    opening, start = drawn(figure), figure.frame
    figure.press(figure.slider("Frequency"), "End")
    figure.press(figure.slider("Height"), "Home")
    figure.press(figure.root.get_by_role("checkbox"), "Space")
    figure.press(figure.button("Reset"), "Enter")
    assert figure.frame == start
    assert drawn(figure) == opening
    page.wait_for_kernel_value("(live.frequency, live.height, live.level_line)", (2, 1, False))


def test_keys_meant_for_a_control_do_nothing_to_the_notebook(page, live):
    figure = live("waves")
    figure.slider("Frequency").focus()
    cells = len(page.model())
    active = page.page.evaluate("() => jupyterapp.shell.currentWidget.content.activeCellIndex")
    # In command mode: delete, cut, add above, up, save state of a cell as text.
    for key in ("d", "d", "x", "a", "b", "j", "m", "y"):
        page.page.keyboard.press(key)
    page.paint()
    assert len(page.model()) == cells
    assert (
        page.page.evaluate("() => jupyterapp.shell.currentWidget.content.activeCellIndex") == active
    )


def test_tab_reaches_every_control_in_the_order_it_is_seen(page, live):
    figure = live("waves")
    figure.slider("Frequency").focus()
    reached = []
    for _ in range(6):
        reached.append(
            page.page.evaluate(
                "() => document.activeElement.labels?.[0]?.textContent"
                " ?? document.activeElement.textContent"
            )
        )
        page.page.keyboard.press("Tab")
    assert reached == ["Frequency", "Height", "Harmonics", "Wave", "Show its height", "Reset"]


def test_a_value_set_in_the_kernel_moves_slider_and_picture(page, live):
    figure = live("waves")
    before = drawn(figure)
    for value, words in ((3.0, "3 per second"), (1.0, "1 per second")):
        page.kernel_says(f"setattr(live, 'frequency', {value})")
        assert figure.until_caption(f"sine of {value:g},")
        assert figure.slider("Frequency").get_attribute("aria-valuetext") == words
        now = drawn(figure)
        assert now != before
        before = now


def test_an_observer_hears_each_move_and_a_linked_widget_follows_both_ways(page, live):
    figure = live("linked")
    page.kernel_says("seen.clear()")
    handle = page.output(INDEX["linked"]).locator(".widget-slider").get_by_role("slider")
    figure.press(figure.slider("Frequency"), "End")
    page.wait_for_kernel_value("other.value", 3.0)
    page.wait_for_kernel_value("seen[-1]", 3.0)
    handle.focus()
    page.page.keyboard.press("ArrowLeft")
    figure.until_caption("sine of 2.5,")
    page.page.keyboard.press("ArrowLeft")
    figure.until_caption("sine of 2,")
    assert figure.slider("Frequency").get_attribute("aria-valuetext") == "2 per second"
    page.wait_for_kernel_value("seen[-1]", 2.0)


def test_two_views_of_a_figure_move_together(page, live):
    below = live("again")
    above = live("waves")
    for key in ("End", "Home"):
        frame = above.press(above.slider("Frequency"), key)
        below.until_frame(frame)
        assert drawn(below) == drawn(above)
        assert below.caption == above.caption


def test_steps_go_forward_back_play_pause_and_scrub(page, live):
    figure = live("walk")
    assert figure.caption == "at 0"
    for _ in range(2):
        before = drawn(figure)
        figure.press(figure.button("One step forward"), "Enter")
        assert drawn(figure) != before
    assert figure.caption == "at 2"
    figure.press(figure.button("One step back"), "Space")
    assert figure.caption == "at 1"
    scrub = figure.slider("Step")
    figure.press(scrub, "End")
    assert figure.caption == "at 199"
    figure.press(scrub, "ArrowLeft")
    assert figure.caption == "at 198"

    figure.button("Reset").click()
    figure.until_frame(0)
    figure.button("Play").click()
    figure.until_caption("at 2")
    figure.button("Pause").click()
    assert figure.button("Play").is_visible()
    stopped = figure.caption
    page.wait_for_kernel_value("f'at {walk.step}'", stopped)
    assert figure.caption == stopped
    figure.press(scrub, "End")
    for _ in range(3):
        figure.press(scrub, "ArrowLeft")
    figure.root.get_by_label("Speed").select_option("8×")
    figure.button("Play").click()
    figure.until_caption("at 199")
    # At the end it stops by itself.
    figure.button("Play").wait_for()


def test_an_error_in_update_is_shown_with_its_values_and_the_slider_goes_on(live):
    figure = live("trouble")
    slider = figure.slider("K")
    error = figure.root.locator(".live-error")
    figure.press(slider, "ArrowRight")
    assert not error.is_visible()
    figure.press(slider, "ArrowRight")
    assert error.is_visible()
    assert "update(k=2)" in error.text_content()
    assert "ZeroDivisionError: two is too much" in error.text_content()
    figure.press(slider, "ArrowRight")
    assert not error.is_visible()
    assert figure.caption == "k is 3 (2 values are not finite and left out.)"
    figure.press(slider, "ArrowRight")
    assert figure.caption == "k is 4"


FAST_MOVES = """async (slider, last) => {
  let place = 12345;
  for (let move = 0; move < 3000; move += 1) {
    place = (place * 1103515245 + 12345) % 2147483648;
    slider.value = move < 2999 ? place % 401 : last;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    if (move % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    if (move % 50 === 0) await new Promise(requestAnimationFrame);
  }
}"""


@pytest.mark.parametrize(("name", "variable"), [("many", "many"), ("few", "few")])
def test_thousands_of_fast_moves_end_on_the_right_frame(page, live, name, variable):
    figure = live(name)
    slider = figure.slider("Place")
    for last in (217, 31):
        slider.evaluate(FAST_MOVES, last)
        figure.until_frame(last)
        assert figure.caption == f"at {last}"
        page.wait_for_kernel_value(f"{variable}.place", last)
    # The ball is where the caption says: its blue pixels lie about place / 400 of the axes.
    blue = np.abs(figure.pixels() - [31, 119, 180]).max(axis=2) < 60
    columns = np.flatnonzero(blue.any(axis=0))
    width = blue.shape[1]
    left, right = 0.125 * width, 0.9 * width
    assert columns.mean() == pytest.approx(left + (right - left) * 31 / 400, abs=3)


def test_while_the_kernel_is_busy_a_table_answers_and_a_missing_frame_is_waited_for(
    page, live, tmp_path
):
    waves, demanding = live("waves"), live("on demand")
    page.wait_for_kernel_value("len(live._table) == live._table.size", True)
    free = tmp_path / "free"
    page.start(f"import os, time\nwhile not os.path.exists({str(free)!r}): time.sleep(0.01)")
    demanding.slider("Frequency").focus()
    page.page.keyboard.press("End")
    demanding.until_caption("Waiting for the kernel")
    waves.press(waves.slider("Frequency"), "End")
    assert waves.until_caption("sine of 3,")
    free.touch()
    assert demanding.until_caption("sine of 3,")


def test_the_caption_is_said_once_it_has_settled(live):
    figure = live("waves")
    figure.press(figure.slider("Frequency"), "End")
    status = figure.root.get_by_role("status")
    figure.until(
        "(root, text) => root.querySelector('[role=status]').textContent === text",
        "the caption as status",
        figure.caption,
    )
    assert status.get_attribute("aria-live") == "polite"
    assert figure.canvas.get_attribute("aria-label") == "Waves: height (m) against time (s)"


def test_the_output_holds_a_picture_and_words_for_where_widgets_are_off(page):
    data = page.model()[INDEX["waves"]]["outputs"][0]["data"]
    assert data["image/png"]
    text = "".join(data["text/plain"])
    assert text.startswith("Waves: height (m) against time (s)")
    assert "sine of 2, height 1, 1 harmonics" in text
    assert "0x" not in json.dumps(text)


def test_a_figure_stops_playing_when_its_notebook_is_closed(open_notebook):
    notebook = open_notebook([SETUP, WALK])
    notebook.run_all()
    figure = LiveOnPage(notebook, notebook.output(1).locator(".live"))
    figure.until_painted()
    figure.button("Play").click()
    figure.button("Pause").wait_for()
    notebook.page.evaluate("jupyterapp.shell.currentWidget.dispose()")
    # Longer than a step takes to be shown and told to the kernel.
    notebook.page.wait_for_timeout(1000)
    assert notebook.unexpected() == []
