"""The training panel in a real JupyterLab: pressed, moved, paused, driven too far."""

import pytest

PANEL = """\
from course_lib.demos.training_panel import TrainingPanel

panel = TrainingPanel()
panel"""

READY = "Ready to train MNIST classifier"


class Panel:
    """The panel that the first cell of a notebook shows."""

    def __init__(self, notebook, index=0):
        self.notebook = notebook
        self.root = notebook.output(index).locator(".training-panel").first
        self.root.wait_for()

    def button(self, name):
        return self.root.get_by_role("button", name=name)

    def slider(self, name):
        return self.root.get_by_role("slider", name=name)

    @property
    def status(self):
        return self.root.get_by_role("status").text_content()

    def number(self, name):
        return self.root.locator("dl > div", has_text=name).locator("dd").text_content()

    @property
    def step(self):
        return int(self.number("training step").replace(",", ""))

    def wait_for_status(self, start):
        self.notebook.until(
            "start => document.querySelector('.training-panel-status')"
            "?.textContent.startsWith(start)",
            f"status “{start}”",
            start,
        )

    def wait_for_step_beyond(self, step):
        self.notebook.until(
            "step => [...document.querySelectorAll('.training-panel dl > div')]"
            ".some(pair => pair.textContent.startsWith('training step') && "
            "Number(pair.lastChild.textContent.replace(',', '')) > step)",
            f"a step beyond {step}",
            step,
        )

    def wait_for_other_curves(self, before):
        self.notebook.until(
            "before => { const image = document.querySelector('.training-panel-curves');"
            " return image.src && image.src !== before && image.complete; }",
            "new curves",
            before,
        )

    @property
    def curves(self):
        return self.root.locator("img").get_attribute("src")


@pytest.fixture
def panel(open_notebook):
    notebook = open_notebook([PANEL, "6 * 7"])
    notebook.run_cell(0)
    return Panel(notebook)


def test_start_moves_the_step_and_the_curves_pause_holds_step_adds_one(panel):
    assert panel.status == READY
    assert panel.step == 0
    for _ in range(2):
        before, curves = panel.step, panel.curves
        panel.button("Start").click()
        panel.wait_for_step_beyond(before)
        panel.wait_for_other_curves(curves)
        panel.button("Pause").click()
        panel.wait_for_status("Paused at step")
    held = panel.step
    assert panel.status.startswith(f"Paused at step {held}: validation error ")
    panel.notebook.run_cell(1)  # the kernel has answered, and nothing has moved
    assert panel.notebook.kernel_says("panel.session.step") == str(held)
    for added in (1, 2):
        curves = panel.curves
        panel.button("Step").click()
        panel.wait_for_status(f"Paused at step {held + added}:")
        panel.wait_for_other_curves(curves)
        assert panel.step == held + added


def test_reset_is_ready_again_and_its_run_can_be_repeated(panel):
    for _ in range(2):
        panel.button("Start").click()
        panel.wait_for_step_beyond(3)
        panel.button("Reset").click()
        panel.wait_for_status(READY)
        assert panel.step == 0
        assert panel.notebook.kernel_says("panel.running") == "False"


@pytest.mark.parametrize(
    ("name", "trait"), [("Learning rate", "learning_rate"), ("Batch size", "batch_size")]
)
def test_a_slider_moves_by_keyboard_and_by_pointer_while_training(panel, name, trait):
    notebook, slider = panel.notebook, panel.slider(name)
    panel.button("Start").click()
    seen = [notebook.kernel_says(f"panel.session.{trait}")]
    words = [slider.get_attribute("aria-valuetext")]

    def check():
        notebook.until(
            "([name, before]) => [...document.querySelectorAll('.training-panel input')].some("
            "input => input.labels[0].textContent === name &&"
            " input.getAttribute('aria-valuetext') !== before)",
            f"{name} in other words",
            [name, words[-1]],
        )
        words.append(slider.get_attribute("aria-valuetext"))
        seen.append(notebook.kernel_says(f"panel.session.{trait}"))
        assert seen[-1] != seen[-2]
        assert slider.locator("xpath=following-sibling::span").text_content() == words[-1]
        panel.wait_for_step_beyond(panel.step)

    slider.focus()
    for key in ("ArrowLeft", "ArrowLeft", "Home"):
        notebook.page.keyboard.press(key)
        check()
    box = slider.bounding_box()
    for share in (0.3, 0.45):
        notebook.page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        check()
    used = notebook.kernel_says(f"set(panel.session.history.{trait}s.tolist())")
    assert all(value in used for value in seen[-2:])


def test_another_cell_runs_while_it_trains(panel):
    panel.button("Start").click()
    panel.wait_for_step_beyond(0)
    panel.notebook.run_cell(1)
    assert panel.notebook.output(1).text_content().strip().endswith("42")
    panel.wait_for_step_beyond(panel.step)
    assert panel.status == "Training …"


def test_the_highest_rate_is_explained_and_a_lower_one_goes_on(panel):
    panel.button("Start").click()
    panel.wait_for_step_beyond(20)
    panel.slider("Learning rate").focus()
    panel.notebook.page.keyboard.press("End")
    panel.wait_for_status("Stopped at step")
    explanation = panel.root.get_by_role("alert").text_content()
    assert "learning rate 10" in explanation
    assert "Lower the learning rate and press Start" in explanation
    panel.notebook.raise_errors()  # no cell shows a traceback
    assert "Traceback" not in panel.notebook.page.locator("body").text_content()
    stopped = panel.step
    panel.slider("Learning rate").focus()
    for _ in range(12):
        panel.notebook.page.keyboard.press("ArrowLeft")
    panel.button("Start").click()
    panel.wait_for_step_beyond(stopped + 20)
    assert panel.root.get_by_role("alert").text_content() == ""


def test_running_the_cell_again_ends_the_run_it_had_started(panel):
    notebook = panel.notebook
    panel.button("Start").click()
    panel.wait_for_step_beyond(0)
    assert notebook.kernel_says("globals().setdefault('first', panel) is panel") == "True"
    notebook.run_cell(0)
    again = Panel(notebook)
    assert again.status == READY
    assert notebook.kernel_says("first is panel") == "False"
    assert notebook.kernel_says("first._loop.running") == "False"
    held = notebook.kernel_says("first.session.step")
    again.button("Start").click()
    again.wait_for_step_beyond(5)
    assert notebook.kernel_says("first.session.step") == held


def test_it_is_operated_by_keyboard_alone(panel):
    page = panel.notebook.page
    panel.button("Start").focus()
    page.keyboard.press("Space")
    panel.wait_for_step_beyond(0)
    for expected in ("Pause", "Step", "Reset", "Learning rate", "Batch size", "Speed"):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => document.activeElement.labels?.[0]?.textContent"
            " || document.activeElement.textContent"
        )
        assert focused == expected
    page.keyboard.press("ArrowDown")
    panel.notebook.until(
        "() => document.activeElement.value === 'as fast as it goes'", "another speed"
    )
    assert panel.notebook.kernel_says("panel.pace") == "'as fast as it goes'"
    for _ in range(5):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    panel.wait_for_status("Paused at step")


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("dark", 480)])
def test_the_panel_fits_its_theme_and_its_window(open_notebook, theme, width):
    notebook = open_notebook([PANEL], theme=theme, width=width)
    notebook.run_cell(0)
    panel = Panel(notebook)
    panel.button("Step").click()
    panel.wait_for_status("Paused at step 1")
    assert notebook.kernel_says("panel.dark") == str(theme == "dark")
    sticking_out = panel.root.evaluate(
        "root => [...root.querySelectorAll('*')].filter(node => "
        "node.getBoundingClientRect().right > root.getBoundingClientRect().right + 1).length"
    )
    assert sticking_out == 0
    lightness = panel.root.locator("img").evaluate(
        """image => {
          const canvas = document.createElement('canvas');
          canvas.width = canvas.height = 1;
          const context = canvas.getContext('2d');
          context.drawImage(image, 0, 0, 1, 1, 0, 0, 1, 1);
          return context.getImageData(0, 0, 1, 1).data[0];
        }"""
    )
    assert (lightness < 60) == (theme == "dark")


def test_the_accessibility_checker_finds_nothing(panel):
    from axe_playwright_python.sync_playwright import Axe

    panel.button("Step").click()
    panel.wait_for_status("Paused at step 1")
    found = Axe().run(panel.notebook.page, context=".training-panel")
    assert found.violations_count == 0, found.generate_report()


def test_the_lesson_runs_from_top_to_bottom_and_its_panel_trains(open_notebook):
    notebook = open_notebook("10_train_mnist.ipynb")
    notebook.run_all()
    index = next(
        i for i, cell in enumerate(notebook.model()) if "TrainingPanel(" in str(cell["source"])
    )
    notebook.scroll_to(index)
    panel = Panel(notebook, index)
    panel.button("Start").click()
    panel.wait_for_step_beyond(2)
    panel.button("Pause").click()
    panel.wait_for_status("Paused at step")
