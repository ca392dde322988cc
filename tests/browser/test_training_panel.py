"""The training panel in a real JupyterLab: pressed, moved, paused, driven too far."""

import pytest
from lab import Notebook

PANEL = """\
from course_lib.demos.training_panel import TrainingPanel

panel = TrainingPanel()
panel"""

READY = "Ready to train MNIST classifier"


class Panel:
    """The panel that a cell of a notebook shows."""

    def __init__(self, notebook, index=0):
        self.notebook = notebook
        self.root = notebook.output(index).locator(".live").first
        self.root.wait_for()
        self.until("root => root.dataset.frame !== undefined", "the first frame")

    def until(self, test, what, argument=None):
        """Wait until a JavaScript function ``(root, argument) => …`` is true."""
        return self.root.evaluate(
            f"(root, [argument, ms, what]) =>"
            f" courseProbe.until(() => ({test})(root, argument), ms, what)",
            [argument, 120_000, what],
        )

    def button(self, name):
        return self.root.get_by_role("button", name=name)

    def slider(self, name):
        return self.root.get_by_role("slider", name=name)

    def choice(self, name):
        return self.root.get_by_role("combobox", name=name)

    @property
    def status(self):
        return self.root.locator(".live-state").text_content()

    @property
    def caption(self):
        return self.root.locator(".live-caption").text_content()

    @property
    def step(self):
        """The number of the step whose picture is shown."""
        return int(self.root.get_attribute("data-frame"))

    def wait_for_status(self, start):
        self.until(
            "(root, start) => root.querySelector('.live-state').textContent.startsWith(start)",
            f"status {start!r}",
            start,
        )

    def wait_for_caption(self, start):
        self.until(
            "(root, start) => root.querySelector('.live-caption').textContent.startsWith(start)",
            f"caption {start!r}",
            start,
        )

    def wait_for_step_beyond(self, step):
        self.until(
            "(root, step) => Number(root.dataset.frame) > step", f"a step beyond {step}", step
        )

    def pause(self):
        """Pause, and wait until the last step is shown."""
        self.button("Pause").click()
        self.wait_for_status("Paused at step")
        held = int(self.notebook.kernel_says("panel.session.step"))
        self.until("(root, step) => Number(root.dataset.frame) === step", f"step {held}", held)
        return held

    def wait_for_kernel(self, expression):
        """Wait until an expression is true in the kernel: what was moved arrives a moment later."""
        for _ in range(1000):
            if self.notebook.kernel_says(f"bool({expression})") == "True":
                return
        raise AssertionError(f"{expression} does not become true")

    def picture(self):
        """What the canvas shows."""
        return self.root.locator("canvas").evaluate("canvas => canvas.toDataURL()")


@pytest.fixture(scope="module")
def notebook(lab_server, browser):
    """One notebook for all tests here; each runs the panel's cell anew."""
    notebook = Notebook(lab_server, browser, [PANEL, "6 * 7"], reuse=True)
    try:
        yield notebook
        assert notebook.unexpected() == []
    finally:
        notebook.close()


@pytest.fixture
def panel(notebook):
    notebook.run_cell(0)
    return Panel(notebook)


def test_start_moves_the_step_and_the_picture_pause_holds_step_adds_one(panel):
    assert panel.status == READY
    assert panel.step == 0
    for _ in range(2):
        before, picture = panel.step, panel.picture()
        panel.button("Start").click()
        panel.wait_for_step_beyond(before)
        assert panel.status == "Training …"
        held = panel.pause()
        assert held > before
        assert panel.picture() != picture
    panel.notebook.run_cell(1)  # the kernel has answered, and nothing has moved
    assert panel.notebook.kernel_says("panel.session.step") == str(held)
    for added in (1, 2):
        picture = panel.picture()
        panel.button("Step").click()
        panel.wait_for_caption(f"Step {held + added},")
        panel.wait_for_status(f"Paused at step {held + added}")
        assert panel.picture() != picture


def test_error_accuracy_and_step_are_said(panel):
    assert "45.0 %" in panel.caption
    panel.button("Step").click()
    panel.wait_for_caption("Step 1, epoch 1: validation error")
    error = panel.notebook.kernel_says("f'{100 * panel.session.latest.error:.1f} %'").strip("'")
    assert f"validation error {error}" in panel.caption
    assert "accuracy" in panel.caption


def test_reset_is_ready_again_and_a_run_can_be_repeated(panel):
    for _ in range(2):
        panel.button("Start").click()
        panel.wait_for_step_beyond(3)
        panel.button("Reset").click()
        panel.wait_for_status(READY)
        panel.wait_for_caption(READY)
        assert panel.step == 0
        assert panel.notebook.kernel_says("panel.session.step") == "0"


def test_history_goes_back_and_forth_while_nothing_is_lost(panel):
    panel.button("Start").click()
    panel.wait_for_step_beyond(12)
    held = panel.pause()
    picture = panel.picture()
    history = panel.slider("History")
    history.focus()
    for expected in (held - 1, held - 2):
        panel.notebook.page.keyboard.press("ArrowLeft")
        panel.wait_for_caption(f"Step {expected},")
    assert panel.picture() != picture
    panel.notebook.page.keyboard.press("End")
    panel.wait_for_caption(f"Step {held},")
    assert panel.picture() == picture


@pytest.mark.parametrize(
    ("name", "trait"), [("Learning rate", "learning_rate"), ("Batch size", "batch_size")]
)
def test_a_slider_moves_by_keyboard_and_by_pointer_while_training(panel, name, trait):
    notebook, slider = panel.notebook, panel.slider(name)
    if trait == "batch_size":
        # Batches of one digit at a high rate end in a divergence, if the machine is slow enough.
        panel.slider("Learning rate").focus()
        notebook.page.keyboard.press("Home")
    panel.button("Start").click()
    values = [notebook.kernel_says(f"panel.session.{trait}")]
    words = [slider.get_attribute("aria-valuetext")]

    def check():
        panel.until(
            "(root, [name, before]) => [...root.querySelectorAll('input')].some(input =>"
            " input.labels[0]?.textContent === name &&"
            " input.getAttribute('aria-valuetext') !== before)",
            f"{name} in other words",
            [name, words[-1]],
        )
        words.append(slider.get_attribute("aria-valuetext"))
        panel.wait_for_kernel(f"panel.session.{trait} != {values[-1]}")
        values.append(notebook.kernel_says(f"panel.session.{trait}"))
        panel.wait_for_kernel(f"panel.session.history.{trait}s[-1] == {values[-1]}")

    slider.focus()
    for key in ("ArrowLeft", "ArrowLeft", "Home"):
        notebook.page.keyboard.press(key)
        check()
    for share in (0.3, 0.45):
        width, height = (slider.bounding_box()[side] for side in ("width", "height"))
        slider.click(position={"x": share * width, "y": height / 2})
        check()


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
    panel.wait_for_caption("Stopped at step")
    assert "learning rate 10" in panel.caption
    assert "Lower the learning rate and press Start" in panel.caption
    panel.notebook.raise_errors()  # no cell shows a traceback
    assert "Traceback" not in panel.notebook.page.locator("body").text_content()
    stopped = panel.step
    panel.slider("Learning rate").focus()
    for _ in range(20):
        panel.notebook.page.keyboard.press("ArrowLeft")
    panel.button("Start").click()
    panel.wait_for_step_beyond(stopped + 12)
    assert panel.status == "Training …"
    assert panel.caption.startswith("Step")


def test_it_can_start_from_scratch_and_from_the_checkpoint(panel):
    start = panel.choice("Start from")
    checkpoint = start.input_value()
    panel.button("Step").click()
    panel.wait_for_status("Paused at step 1")
    for option, error in (("scratch", 0.9), ("checkpoint", 0.45), ("scratch", 0.9)):
        label = checkpoint
        if option == "scratch":
            label = next(o for o in start.locator("option").all_text_contents() if option in o)
        start.select_option(label)
        panel.wait_for_status(READY)
        panel.until(
            "(root, word) => root.querySelector('.live-caption').textContent.includes(word)",
            option,
            "random weights" if option == "scratch" else "checkpoint",
        )
        measured = float(panel.notebook.kernel_says("panel.session.latest.error"))
        assert measured == pytest.approx(error, abs=0.02)


def test_running_the_cell_again_ends_the_run_it_had_started(panel):
    notebook = panel.notebook
    panel.button("Start").click()
    panel.wait_for_step_beyond(0)
    assert notebook.kernel_says("globals().setdefault('first', panel) is panel") == "True"
    notebook.run_cell(0)
    again = Panel(notebook)
    assert again.status == READY
    assert notebook.kernel_says("first is panel") == "False"
    again.button("Start").click()
    again.wait_for_step_beyond(1)
    held = notebook.kernel_says("first.session.step")
    again.wait_for_step_beyond(again.step + 3)
    assert notebook.kernel_says("first.session.step") == held


def test_it_is_operated_by_keyboard_alone(panel):
    page = panel.notebook.page
    panel.button("Start").focus()
    page.keyboard.press("Space")
    panel.wait_for_step_beyond(0)
    names = ["Step", "Reset", "History", "Learning rate", "Batch size", "Start from", "Speed"]
    for expected in names:
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
    panel.wait_for_kernel("panel.speed is None")
    for _ in names:
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
    assert panel.root.get_attribute("data-theme") == theme
    sticking_out = panel.root.evaluate(
        "root => [...root.querySelectorAll('*')].filter(node => "
        "node.getBoundingClientRect().right > root.getBoundingClientRect().right + 1).length"
    )
    assert sticking_out == 0


def test_the_accessibility_checker_finds_nothing(panel):
    from axe_playwright_python.sync_playwright import Axe

    panel.button("Step").click()
    panel.wait_for_status("Paused at step 1")
    found = Axe().run(panel.notebook.page, context=".live")
    assert found.violations_count == 0, found.generate_report()
