"""Live figures where readers meet them: themes, screens, windows, kernels that come and go."""

import json
import os
import signal

import nbformat
import numpy as np
import pictures
import pytest
from live_cells import ON_DEMAND, SETUP, STREAM, TROUBLE, WALK, WAVES
from live_page import LiveOnPage

ALL_KINDS = [SETUP, WAVES, WALK, TROUBLE, ON_DEMAND, STREAM]


def figure_in(notebook, index):
    notebook.scroll_to(index)
    figure = LiveOnPage(notebook, notebook.output(index).locator(".live"))
    figure.until_painted()
    return figure


def violations(page, context=None):
    """What axe-core finds, as readable text."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=context)
    return found.generate_report() if found.violations_count else ""


def kernel_picture(notebook, expression):
    """An RGBA array of the kernel, over white."""
    path = notebook.server.notebooks / "kernel-picture.png"
    notebook.kernel_says(f"plt.imsave({str(path)!r}, {expression})")
    return pictures.decode(path.read_bytes())


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(request, lab_server, browser):
    """A page of all kinds of live figures, in each theme."""
    from lab import Notebook

    notebook = Notebook(lab_server, browser, ALL_KINDS, reuse=True, theme=request.param)
    try:
        notebook.run_all()
        yield notebook
        assert notebook.unexpected() == []
    finally:
        notebook.close()


def test_axe_finds_nothing_on_a_page_of_all_kinds(themed):
    for index in range(1, len(ALL_KINDS)):
        figure = figure_in(themed, index)
        figure.until_sharp()
    trouble = figure_in(themed, 3)
    for _ in range(2):
        trouble.press(trouble.slider("K"), "ArrowRight")
    assert trouble.root.locator(".live-error").is_visible()
    assert violations(themed.page, ".live") == ""


def test_the_canvas_has_the_colours_of_the_theme(themed):
    figure = figure_in(themed, 1)
    figure.until_sharp()
    figure.press(figure.slider("Frequency"), "End")
    themed.wait_for_kernel_value("live.frequency", 3.0)
    expected = kernel_picture(themed, f"live.frame_image(theme={themed.theme!r})")
    assert pictures.difference(figure.pixels(), expected, 1) < 32
    brightness = np.median(figure.pixels())
    assert brightness < 64 if themed.theme == "dark" else brightness > 192


def test_changing_the_theme_redraws_what_is_shown(open_notebook):
    notebook = open_notebook([SETUP, WAVES])
    notebook.run_all()
    figure = figure_in(notebook, 1)
    brightness = []
    for theme in ("dark", "light"):
        notebook.set_theme(theme)
        figure.until("(root, theme) => root.dataset.theme === theme", theme, theme)
        figure.until_sharp()
        brightness.append(np.median(figure.pixels()))
    assert brightness[0] < 64 < 192 < brightness[1]


def test_a_narrow_window_of_a_sharp_screen_shows_everything(open_notebook):
    notebook = open_notebook([SETUP, WAVES, WALK, STREAM], width=420, device_scale_factor=2)
    notebook.run_all()
    for index in (1, 2, 3):
        figure = figure_in(notebook, index)
        figure.until_sharp()
        shown, pixels = figure.canvas.evaluate("canvas => [canvas.clientWidth, canvas.width]")
        assert pixels == pytest.approx(2 * shown, abs=1)
        box = figure.root.bounding_box()
        for part in (
            *figure.root.get_by_role("slider").all(),
            *figure.root.get_by_role("button").all(),
            figure.canvas,
        ):
            inner = part.bounding_box()
            assert inner["x"] >= box["x"] - 1
            assert inner["x"] + inner["width"] <= box["x"] + box["width"] + 1
        overflow = figure.root.evaluate("root => root.scrollWidth - root.clientWidth")
        assert overflow <= 0
    waves = figure_in(notebook, 1)
    assert waves.canvas.bounding_box()["width"] < 400
    for key in ("End", "Home"):
        before = waves.pixels()
        waves.press(waves.slider("Frequency"), key)
        assert not np.array_equal(waves.pixels(), before)


def test_a_cell_run_again_shows_one_new_figure_that_works(open_notebook):
    notebook = open_notebook([SETUP, WAVES])
    notebook.run_all()
    figure = figure_in(notebook, 1)
    figure.press(figure.slider("Frequency"), "End")
    for _ in range(2):
        notebook.run_cell(1)
        assert notebook.page.locator(".live").count() == 1
        figure = figure_in(notebook, 1)
        figure.until_caption("sine of 2,")
        figure.press(figure.slider("Frequency"), "End")
        figure.until_caption("sine of 3,")
        notebook.wait_for_kernel_value("live.frequency", 3.0)


def until_filled(notebook, variable):
    """Wait until the kernel has computed all frames, and the page has them."""
    notebook.wait_for_kernel_value(f"len({variable}._table) == {variable}._table.size", True)
    notebook.wait_for_kernel()
    notebook.paint()


def walk_through(figure, slider):
    """Move a slider through its range; the captions on the way."""
    captions = []
    for key in ("Home", "ArrowRight", "ArrowRight", "End", "ArrowLeft"):
        before = figure.pixels()
        figure.press(slider, key)
        assert not np.array_equal(figure.pixels(), before)
        captions.append(figure.caption)
    return captions


WORDS = [f"sine of {f:g}, height 1, 1 harmonics" for f in (1, 1.5, 2, 3, 2.5)]


def test_computed_frames_outlive_the_kernel(open_notebook):
    notebook = open_notebook([SETUP, WAVES, ON_DEMAND])
    notebook.expected += ["Failed to fetch", "WebSocket", "Connection lost", "status of 5"]
    # ipywidgets tells the console of each move that no kernel hears.
    notebook.expected += ["Could not send widget sync message"]
    notebook.run_all()
    figure = figure_in(notebook, 1)
    until_filled(notebook, "live")
    assert walk_through(figure, figure.slider("Frequency")) == WORDS

    notebook.restart_kernel()
    assert walk_through(figure, figure.slider("Frequency")) == WORDS
    # What was not computed cannot be shown: that is said, and nothing breaks.
    demanding = figure_in(notebook, 2)
    demanding.slider("Frequency").focus()
    notebook.page.keyboard.press("End")
    demanding.until_caption("This position was not computed; run the cell again.")

    for index in range(3):
        notebook.run_cell(index)
    figure = figure_in(notebook, 1)
    until_filled(notebook, "live")
    notebook.end_kernel()
    assert walk_through(figure, figure.slider("Frequency")) == WORDS


def test_computed_frames_outlive_a_crash_of_the_kernel(open_notebook):
    notebook = open_notebook([SETUP, WAVES])
    # A move that comes before the new kernel is there.
    notebook.expected += ["Could not send widget sync message"]
    notebook.run_all()
    figure = figure_in(notebook, 1)
    until_filled(notebook, "live")
    os.kill(int(notebook.kernel_says("__import__('os').getpid()")), signal.SIGKILL)
    # JupyterLab says so and starts another kernel.
    notebook.page.get_by_role("dialog").get_by_role("button", name="Ok").click()
    assert walk_through(figure, figure.slider("Frequency")) == WORDS


def test_a_notebook_shows_a_picture_where_widgets_are_off(open_notebook):
    notebook = open_notebook([SETUP, WAVES])
    notebook.run_all()
    figure_in(notebook, 1)
    path = notebook.save()
    saved = nbformat.read(path, as_version=4)
    output = saved.cells[1].outputs[0]
    assert output.metadata["image/png"]["alt"] == "Waves: height (m) against time (s)"

    # As a page without ipywidgets sees it.
    del output.data["application/vnd.jupyter.widget-view+json"]
    nbformat.write(saved, path.with_name("without-widgets.ipynb"))
    plain = open_notebook("without-widgets.ipynb")
    plain.scroll_to(1)
    picture = plain.output(1).locator("img")
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 400


def test_an_exported_notebook_is_readable_without_a_network(open_notebook, open_page, tmp_path):
    from nbconvert import HTMLExporter

    notebook = open_notebook([SETUP, WAVES])
    notebook.run_all()
    figure_in(notebook, 1)
    saved = str(notebook.save())
    for template in ("lab", "classic"):
        html, _ = HTMLExporter(template_name=template).from_filename(saved)
        page = tmp_path / f"{template}.html"
        page.write_text(html, encoding="utf-8")
        visit = open_page(page.as_uri())
        # nbconvert's own templates ask a content network for their scripts.
        visit.expected += ["cdnjs.cloudflare.com", "ERR_NAME_NOT_RESOLVED", "require"]
        picture = visit.page.locator("img[src^='data:image/png']")
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 400
        assert picture.is_visible()
    # The lab template leaves out the words that the output holds; the classic one does not.
    assert picture.get_attribute("alt") == "Waves: height (m) against time (s)"


def test_a_run_starts_pauses_steps_resets_and_is_scrubbed(open_notebook):
    notebook = open_notebook([SETUP, STREAM])
    notebook.run_all()
    run = figure_in(notebook, 1)
    history = run.slider("History")
    assert run.root.get_by_text("Ready to descend").first.is_visible()

    for number in (1, 2):
        before = run.pixels()
        run.press(run.button("Step"), "Enter")
        assert run.caption == f"loss {0.99**number:.4f} after {number} steps"
        assert not np.array_equal(run.pixels(), before)

    run.button("Start").click()
    run.until("root => Number(root.dataset.frame) > 50", "fifty steps")
    # The kernel answers, and the slider is heard, while the run goes on.
    assert notebook.kernel_says("run.status") == "'running'"
    run.slider("Rate").focus()
    notebook.page.keyboard.press("Home")
    notebook.wait_for_kernel_value("run.rate", 0.0)
    history.focus()
    notebook.page.keyboard.press("Home")
    run.until_frame(0)
    assert notebook.kernel_says("run.status") == "'running'"

    run.button("Pause").click()
    notebook.wait_for_kernel_value("run.status", "paused")
    run.press(history, "ArrowRight")
    run.press(history, "ArrowRight")
    assert run.caption == f"loss {0.99**2:.4f} after 2 steps"
    run.press(history, "End")
    count = int(notebook.kernel_says("run.count"))
    run.until_caption(f"after {count} steps")
    still = run.pixels()

    run.press(run.button("Reset"), "Enter")
    run.until_frame(0)
    assert not np.array_equal(run.pixels(), still)
    notebook.wait_for_kernel_value("(run.status, run.count)", ("ready", 0))
    run.press(run.button("Step"), "Enter")
    # The rate is still where the reader put it: 0.
    run.until_caption("loss 1.0000 after 1 steps")


def test_a_run_that_ends_and_one_that_fails_say_so(open_notebook):
    notebook = open_notebook(
        [
            SETUP,
            STREAM,
            "short = run_figure(length=3)\nshort",
            "failing = run_figure(fails_at=2)\nfailing",
        ]
    )
    notebook.run_all()
    short = figure_in(notebook, 2)
    short.button("Start").click()
    short.until_caption("after 3 steps")
    notebook.wait_for_kernel_value("short.status", "finished")
    short.until("root => root.querySelector('button').disabled", "the buttons of a finished run")
    short.press(short.slider("History"), "Home")
    short.button("Reset").click()
    notebook.wait_for_kernel_value("short.status", "ready")

    failing = figure_in(notebook, 3)
    failing.button("Start").click()
    failing.root.get_by_text("the run fell over").first.wait_for()
    notebook.wait_for_kernel_value("failing.status", "failed")
    failing.button("Reset").click()
    failing.until_frame(0)
    failing.press(failing.button("Step"), "Enter")
    assert failing.caption == "loss 0.9900 after 1 steps"


def test_words_in_the_output_do_not_change_from_run_to_run(open_notebook):
    notebook = open_notebook([SETUP, WAVES, WALK])
    texts = []
    for _ in range(2):
        notebook.run_all()
        outputs = [cell["outputs"][0]["data"]["text/plain"] for cell in notebook.model()[1:]]
        texts.append(json.dumps(outputs))
    assert texts[0] == texts[1]
