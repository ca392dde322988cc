"""The harness itself, on a plain ipywidgets slider."""

import pytest

CELLS = [
    """\
import ipywidgets as widgets

slider = widgets.IntSlider(value=3, min=0, max=10, description="side")
area = widgets.Label()


def show(change):
    area.value = f"area {slider.value ** 2}"


slider.observe(show, "value")
show(None)
widgets.VBox([slider, area])"""
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_slider_moved_by_keyboard_changes_the_label_each_time(open_notebook, theme):
    notebook = open_notebook(CELLS, theme=theme)
    notebook.run_all()
    output = notebook.output(0)
    label = output.locator(".widget-label").last
    label.get_by_text("area 9").wait_for()

    handle = output.get_by_role("slider")
    handle.focus()
    for area in (16, 25):
        notebook.act_and_paint(label, lambda: notebook.page.keyboard.press("ArrowRight"))
        assert label.text_content() == f"area {area}"
    assert notebook.kernel_says("slider.value") == "5"
    assert (
        notebook.page.evaluate("() => document.body.dataset.jpThemeLight")
        == str(theme == "light").lower()
    )


def test_a_restarted_kernel_runs_the_notebook_again(open_notebook):
    notebook = open_notebook(["import os\nnumber = os.getpid()", "print('here')"])
    notebook.run_all()
    before = notebook.kernel_says("number")
    notebook.restart_kernel()
    with pytest.raises(AssertionError, match="NameError"):
        notebook.kernel_says("number")
    notebook.run_cell(0)
    notebook.run_cell(1)
    assert notebook.kernel_says("number") != before
    assert notebook.output(1).text_content().strip() == "here"


def test_an_error_in_a_cell_fails_the_run(open_notebook):
    notebook = open_notebook(["1 / 0"])
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        notebook.run_all()


def test_a_request_beyond_this_machine_and_a_script_error_are_seen(open_page, tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<img src="https://example.org/a.png" alt=""><script>nonsense()</script>')
    visit = open_page(page.as_uri())
    seen = "\n".join(visit.unexpected())
    assert "https://example.org/a.png" in seen
    assert "nonsense is not defined" in seen
    visit.problems.clear()
