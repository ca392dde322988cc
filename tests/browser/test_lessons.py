"""What every lesson keeps, in a real JupyterLab: it runs, its controls work, nothing is cut.

The tests know no lesson. They find the live figures of a notebook, and move each control as a
reader would: twice, and each time the picture and the caption must change.
"""

import shutil
from pathlib import Path

import pytest
from lab import NOTEBOOKS, ROOT, Notebook
from live_page import LiveOnPage
from live_tour import Tour

FILES = [*sorted(NOTEBOOKS.glob("*.ipynb")), ROOT / "docs" / "live_figures.ipynb"]

# Controls that change the picture and may leave the caption as it is, each with the reason:
# (notebook, beginning of the figure's alt text) → {label: why}.
SAME_CAPTION = {
    ("live_figures", "Gradient descent in a bowl"): {
        "show the whole path": "the caption says how the path ends, shown or not",
    },
}

# A demo in one cell with its prediction appears after a guess or a skip.
SKIP = ".widget-box button[data-key=skip]"

# The numbers of the cells that show widgets.
WIDGET_CELLS = """() => jupyterapp.shell.currentWidget.content.widgets.flatMap((cell, index) =>
  cell.model.toJSON().outputs?.some((output) =>
    output.data?.["application/vnd.jupyter.widget-view+json"]) ? [index] : [])"""

KERNEL_TEXTS = Path(__file__).with_name("kernel_texts.py").read_text()


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def lesson(request, lab_server, browser):
    """A notebook that has been run, in the one theme or the other."""
    path = request.param
    shutil.copy(path, lab_server.notebooks)
    theme = ("light", "dark")[FILES.index(path) % 2]
    notebook = Notebook(lab_server, browser, path.name, reuse=True, theme=theme)
    try:
        notebook.run_all(errors=True)
        notebook.name = path.stem
        notebook.figures = [
            (index, number)
            for index in notebook.page.evaluate(WIDGET_CELLS)
            for number in range(open_figures(notebook, index))
        ]
        yield notebook
        assert notebook.unexpected() == []
    finally:
        notebook.close()


def open_figures(notebook, index):
    """Let a cell show its demos; how many live figures that makes."""
    output = notebook.output(index)
    for skip in output.locator(SKIP).all():
        notebook.scroll_to(index)
        skip.click()
        output.locator(".live, .jp-OutputArea-output img").first.wait_for()
    return output.locator(".live").count()


def figure_at(notebook, index, number):
    notebook.scroll_to(index)
    figure = LiveOnPage(notebook, notebook.output(index).locator(".live").nth(number))
    figure.until_painted()
    figure.root.scroll_into_view_if_needed()
    figure.until_sharp()
    return figure


def test_every_cell_runs_and_nothing_is_asked_of_the_network(lesson):
    lesson.raise_errors()
    assert lesson.unexpected() == []


def test_every_control_moves_the_picture_and_the_caption(lesson):
    problems = []
    for index, number in lesson.figures:
        figure = figure_at(lesson, index, number)
        alt = figure.canvas.get_attribute("aria-label")
        same = [
            set(labels)
            for (name, start), labels in SAME_CAPTION.items()
            if name == lesson.name and alt.startswith(start)
        ]
        tour = Tour(figure, set().union(*same))
        problems += [f"cell {index}: {problem}" for problem in tour.take()]
    assert not problems, "\n".join(problems)


def test_no_text_of_a_picture_is_cut(lesson):
    script = f"(lambda names: (exec({KERNEL_TEXTS!r}, names), names['cut_texts']())[1])({{}})"
    assert lesson.kernel_says(script) == "[]"


def test_axe_finds_nothing_in_the_widgets(lesson):
    from axe_playwright_python.sync_playwright import Axe

    # Also in the cells that are not in view, which JupyterLab does not lay out.
    lesson.page.add_style_tag(content=".jp-Cell { content-visibility: visible !important }")
    lesson.paint()
    found = Axe().run(lesson.page, context=".live, .practice")
    assert found.violations_count == 0, found.generate_report()
