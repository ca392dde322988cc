"""The course in Jupyter Notebook 7, opened by that application's own server."""

import pytest
from lab import Notebook, Notebook7Server
from live_page import LiveOnPage

START = """\
import os

os.environ["COURSE_PROGRESS_DIR"] = {folder!r}"""

# A script error of Notebook 7.6 itself: it loads its settings in any order, and the one of
# the shortcuts first or not.
ITS_OWN = "Cannot read properties of undefined (reading 'schema')"

# One live figure with a slider, behind a prediction; and a quiz.
LESSON = [
    """\
import matplotlib.pyplot as plt
import numpy as np

from course_lib.live import LiveFigure, Slider
from course_lib.practice import predict, quiz""",
    """\
fig, ax = plt.subplots(figsize=(4, 2.5))
ax.set(xlim=(0, 6), ylim=(-3, 3), title="Wave", xlabel="time (s)", ylabel="height (m)")
line, = ax.plot([], [], animated=True)
x = np.linspace(0, 6, 100)


def update(height):
    line.set_data(x, height * np.sin(x))
    return f"height {height:.2g}"


live = LiveFigure(fig, update, height=Slider(0, 2, value=1, positions=5, unit="m"))
live""",
    """\
guess = predict("loss_at_the_high_rate", demo=lambda: print("here is the demo"))
guess""",
    """\
opened = quiz("review")
opened""",
    "print('the last cell')",
]
FIGURE, GATE, QUIZ = 2, 3, 4  # after the cell that says where progress goes


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Notebook7Server(tmp_path_factory.mktemp("notebook7")) as server:
        yield server


@pytest.fixture
def open_notebook7(server, browser, visits, tmp_path):
    """Open a notebook of these cells, or a lesson, with its own progress."""

    def open_notebook7(source, **options):
        if not isinstance(source, str):
            source = [START.format(folder=str(tmp_path / "progress")), *source]
        notebook = Notebook(server, browser, source, **options)
        notebook.expected.append(ITS_OWN)
        visits.append(notebook)
        return notebook

    return open_notebook7


def cells(notebook):
    """Where the notebook stands: the active cell, its mode, and every cell's source."""
    return notebook.page.evaluate(
        """() => {
          const notebook = jupyterapp.shell.currentWidget.content;
          return [notebook.activeCellIndex, notebook.mode,
                  notebook.widgets.map((cell) => cell.model.sharedModel.getSource())];
        }"""
    )


def test_it_is_notebook_7_and_not_jupyterlab(open_notebook7):
    notebook = open_notebook7(["1 + 1"])
    assert notebook.page.evaluate("() => jupyterapp.name") == "Jupyter Notebook"
    assert notebook.page.evaluate("() => jupyterapp.version").startswith("7.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_live_figure_answers_keys_and_pointer_and_the_cells_stay_where_they_are(
    open_notebook7, theme
):
    notebook = open_notebook7(LESSON, theme=theme)
    notebook.run_all()
    notebook.scroll_to(FIGURE)
    figure = LiveOnPage(notebook, notebook.output(FIGURE).locator(".live"))
    figure.until_painted()
    figure.until_sharp()
    assert figure.root.get_attribute("data-theme") == theme
    slider = figure.slider("Height")
    slider.click(position={"x": 3, "y": 5})
    figure.until_caption("height 0")
    stood = cells(notebook)
    seen = {figure.pixels().tobytes()}
    captions = {"ArrowRight": "height 0.5", "ArrowUp": "height 1", "End": "height 2"}
    for key, caption in captions.items():
        figure.press(slider, key)
        figure.until_caption(caption)
        seen.add(figure.pixels().tobytes())
    figure.point(slider, 0.75)
    figure.until_caption("height 1.5")
    seen.add(figure.pixels().tobytes())
    assert len(seen) == 5
    # Letters that are commands of the notebook: below, above, delete, to Markdown, run.
    slider.focus()
    for key in ("b", "a", "d", "d", "m", "ArrowDown", "ArrowUp"):
        notebook.page.keyboard.press(key)
    assert cells(notebook) == stood
    notebook.wait_for_kernel_value("live.height", 1.5)


def test_a_prediction_and_a_quiz_are_answered_and_kept(open_notebook7, tmp_path):
    notebook = open_notebook7(LESSON)
    notebook.run_all()
    notebook.scroll_to(GATE)
    gate = notebook.output(GATE).locator(".practice").first
    gate.get_by_role("radio").first.focus()
    stood = cells(notebook)
    notebook.page.keyboard.press("Space")
    notebook.page.keyboard.press("ArrowDown")
    assert gate.get_by_role("radio").nth(1).is_checked()
    assert cells(notebook) == stood
    gate.get_by_role("radio", name="70 %").check()
    gate.get_by_role("button", name="This is my guess").click()
    gate.get_by_text("Your guess:").wait_for()
    notebook.output(GATE).get_by_text("here is the demo").wait_for()

    notebook.scroll_to(QUIZ)
    quiz = notebook.output(QUIZ).locator(".practice").first
    quiz.get_by_role("radio").first.check()
    quiz.get_by_role("button", name="Submit").click()
    quiz.get_by_role("button", name="Next question").click()
    quiz.get_by_text("Question 2 of").first.wait_for()
    assert "quiz" in (tmp_path / "progress" / "progress.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lesson", "theme"), [("00_start_here.ipynb", "light"), ("05_learning_rates.ipynb", "dark")]
)
def test_a_lesson_runs_whole_and_axe_finds_nothing_in_its_widgets(open_notebook7, lesson, theme):
    from axe_playwright_python.sync_playwright import Axe

    notebook = open_notebook7(lesson, theme=theme)
    notebook.run_all()
    notebook.page.locator(".live, .practice").first.wait_for()
    # Also in the cells that are not in view, which the notebook does not lay out.
    notebook.page.add_style_tag(content=".jp-Cell { content-visibility: visible !important }")
    notebook.paint()
    assert notebook.page.locator(".practice").count() > 2
    found = Axe().run(notebook.page, context=".live, .practice")
    assert found.violations_count == 0, found.generate_report()
