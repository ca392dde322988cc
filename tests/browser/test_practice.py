"""Predictions, quizzes, exercises and the map in a real JupyterLab: by mouse, by keys, later on."""

import ast
import json

import pytest

START = """\
import os

os.environ["COURSE_PROGRESS_DIR"] = {folder!r}
import numpy as np
from course_lib.practice import *"""


@pytest.fixture
def open_practice(open_notebook, tmp_path):
    """Open and run a notebook with its own progress: ``open_practice('quiz("review")', …)``."""

    def open_practice(*cells, run=True, folder=tmp_path / "progress", **options):
        start = START.format(folder=str(folder))
        notebook = open_notebook([start, *cells], **options)
        if run:
            notebook.run_all()
        return notebook

    return open_practice


class CardOnPage:
    """The card a cell shows, and the keyboard in front of it."""

    def __init__(self, notebook, index):
        self.notebook = notebook
        notebook.scroll_to(index)
        self.root = notebook.output(index).locator(".practice").first
        self.root.wait_for()

    def button(self, name):
        return self.root.get_by_role("button", name=name)

    def radio(self, name):
        return self.root.get_by_role("radio", name=name)

    def see(self, text):
        """Wait until the card shows a text."""
        self.root.get_by_text(text).first.wait_for()

    def hear(self, text):
        """Wait until a screen reader is told a text."""
        self.root.locator(".practice-spoken", has_text=text).wait_for(state="attached")

    def focused(self):
        """The words on what has the focus; None if it is outside of the card."""
        return self.root.evaluate(
            "root => { const e = document.activeElement; if (!root.contains(e)) return null;"
            " return e.labels?.length ? e.labels[0].innerText : e.innerText; }"
        )

    def until_focused(self, text):
        self.root.evaluate(
            "(root, text) => courseProbe.until(() => { const e = document.activeElement;"
            " return root.contains(e) && (e.labels?.[0] ?? e).innerText.includes(text); },"
            " 20000, `focus on ${text}`)",
            text,
        )

    def keys(self, *keys):
        for key in keys:
            self.notebook.page.keyboard.press(key)


class QuizOnPage(CardOnPage):
    def place(self, right):
        """The place of a right or a wrong choice of the question that is shown."""
        texts = [
            radio.evaluate("e => e.labels[0].innerText").split(") ", 1)[1]
            for radio in self.root.get_by_role("radio").all()
        ]
        (best,) = ast.literal_eval(
            self.notebook.kernel_says(
                f"[c.text for q in card.questions if {texts[0]!r} in [c.text for c in q.choices]"
                " for c in q.choices if q.is_right(c)]"
            )
        )
        return texts.index(best) if right else int(texts.index(best) == 0)

    def answer(self, right):
        """Answer with the mouse."""
        place = self.place(right)
        self.root.get_by_role("radio").nth(place).check()
        self.button("Submit").click()
        self.see("ABCD"[place] + (" is right." if right else " is not the best answer."))


QUIZ = """\
opened = quiz("review")
card = opened.card
opened"""


def test_a_quiz_answered_by_mouse_explains_scores_and_says_well_done(open_practice):
    notebook = open_practice(QUIZ)
    quiz = QuizOnPage(notebook, 1)
    assert quiz.root.get_by_role("group", name="What is the main purpose").is_visible()
    assert quiz.root.get_by_role("radio").count() == 4
    page_before = quiz.root.inner_html()
    assert "says too much" not in page_before

    quiz.button("Submit").click()
    quiz.see("Choose an answer first.")

    quiz.answer(False)
    assert quiz.root.locator(".practice-because").count() == 4
    quiz.see("The best of the four, but it says too much.")
    quiz.see("your answer")
    quiz.hear("is not the best answer")
    quiz.button("Next question").click()
    quiz.see("Question 2 of 8")

    for number in range(2, 9):
        quiz.answer(True)
        quiz.see(f"{number} of 8 answered, {number - 1} right")
        quiz.button("To the result" if number == 8 else "Next question").click()
        if number < 8:
            quiz.see(f"Question {number + 1} of 8")
    quiz.see("Great job! You understand how neural networks learn.")
    assert quiz.root.locator(".practice-points").inner_text() == "7/8"
    assert quiz.root.get_by_role("link", name="03 Backpropagation").is_visible()

    quiz.root.get_by_text("All questions").click()
    quiz.button("Look at it: What is an epoch").click()
    quiz.see("One complete pass through the entire training dataset")
    quiz.button("To the result").click()
    quiz.button("Start again").click()
    quiz.see("0 of 8 answered")


def test_a_quiz_is_answered_with_the_keyboard_alone(open_practice):
    notebook = open_practice(QUIZ)
    quiz = QuizOnPage(notebook, 1)
    cells = len(notebook.model())
    quiz.root.get_by_role("radio").first.focus()
    for number in range(1, 9):
        place = quiz.place(number not in (3, 5))
        # Arrows choose; a space chooses the first, on which nothing has been chosen yet.
        quiz.keys("Space", *["ArrowDown"] * place)
        assert quiz.root.get_by_role("radio").nth(place).is_checked()
        quiz.keys(*(["Enter"] if number % 2 else ["Tab", "Space"]))
        next_button = "To the result" if number == 8 else "Next question"
        quiz.until_focused(next_button)
        quiz.keys("Enter" if number % 2 else "Space")
        if number < 8:
            quiz.see(f"Question {number + 1} of 8")
            quiz.until_focused("A)")
    quiz.see("6/8")
    quiz.until_focused("Start again")
    # In JupyterLab's command mode these would delete, cut, insert cells.
    quiz.keys("d", "d", "x", "a", "b", "m")
    quiz.keys("Enter")
    quiz.see("Question 1 of 8")
    assert len(notebook.model()) == cells
    assert [cell["cell_type"] for cell in notebook.model()] == ["code"] * cells


def test_a_quiz_goes_on_after_a_reload_and_after_a_restart_of_the_kernel(open_practice):
    notebook = open_practice(QUIZ)
    quiz = QuizOnPage(notebook, 1)
    quiz.answer(True)
    quiz.button("Next question").click()
    quiz.see("Question 2 of 8")
    order = quiz.root.get_by_role("radio").all()
    labels = [radio.evaluate("e => e.labels[0].innerText") for radio in order]
    notebook.save()

    notebook.load()
    quiz = QuizOnPage(notebook, 1)
    quiz.see("1 of 8 answered, 1 right")
    quiz.answer(False)
    quiz.button("Next question").click()
    quiz.see("Question 3 of 8")

    notebook.restart_kernel()
    notebook.run_all()
    quiz = QuizOnPage(notebook, 1)
    quiz.see("2 of 8 answered, 1 right")
    quiz.see("Question 3 of 8")
    notebook.kernel_says("card.look_at('direction_of_backpropagation')")
    notebook.kernel_says("card._show()")
    quiz.see("Question 2 of 8")
    shown = quiz.root.locator(".practice-choice-text").all_inner_texts()
    for label, text in zip(labels, shown, strict=True):
        assert label.split(") ")[1] in text


def test_a_preset_opens_below_the_quiz_and_a_missing_one_is_named(open_practice):
    notebook = open_practice("""\
import ipywidgets
opened = quiz("review", presets={"scrubber": lambda: ipywidgets.Label("forward and back")})
card = opened.card
opened""")
    quiz = QuizOnPage(notebook, 1)
    quiz.answer(True)
    quiz.button("See the five steps of learning").click()
    quiz.see("You find it in lesson 00 Start here.")
    assert quiz.root.get_by_role("link", name="Open 00 Start here").is_visible()
    quiz.button("Next question").click()
    quiz.see("Question 2 of 8")
    quiz.answer(True)
    quiz.button("See forward and backward").click()
    below = notebook.output(1).get_by_text("forward and back", exact=True)
    below.wait_for()
    quiz.hear("Opened below")
    quiz.button("Next question").click()
    below.wait_for(state="detached")


GATES = [
    'predict("loss_at_the_high_rate")',
    'print("the demo")',
    'reveal("loss_at_the_high_rate", "diverges", note="1e12 after 50 steps")',
    'predict("limit_on_the_digits")',
    'reveal("limit_on_the_digits", 1.25)',
]


def test_a_guess_by_picture_stands_beside_the_truth(open_practice):
    notebook = open_practice(*GATES[:3])
    assert "the demo" in notebook.output(2).inner_text()
    reveal = CardOnPage(notebook, 3)
    assert "diverges" not in reveal.root.inner_html()
    reveal.see("You have not guessed yet.")

    gate = CardOnPage(notebook, 1)
    assert gate.root.locator("img").count() == 4
    for image in gate.root.locator("img").all():
        assert image.evaluate("e => e.decode().then(() => e.naturalWidth)") > 100
    gate.button("This is my guess").click()
    gate.see("Please choose one of the answers.")
    gate.radio("It jumps up and down").check()
    gate.button("This is my guess").click()
    gate.see("Please say how sure you are.")
    assert gate.radio("It jumps up and down").is_checked()
    gate.radio("90 %").check()
    gate.button("This is my guess").click()
    gate.see("Now the demo.")
    gate.hear("Your guess is noted.")

    reveal = CardOnPage(notebook, 3)
    reveal.button("Compare with my guess").click()
    reveal.see("A surprise, and you were sure")
    sides = reveal.root.locator(".practice-side").all_inner_texts()
    assert "It jumps up and down" in sides[0]
    assert "90 % sure" in sides[0]
    assert "It rises out of the picture" in sides[1]
    assert "1e12 after 50 steps" in sides[1]
    left, right = (side.bounding_box() for side in reveal.root.locator(".practice-side").all())
    assert left["y"] == right["y"]
    assert left["x"] < right["x"]
    gate.see("A surprise, and you were sure")


def test_a_number_is_guessed_with_the_keyboard_alone(open_practice):
    notebook = open_practice(*GATES[3:])
    gate = CardOnPage(notebook, 1)
    gate.root.get_by_role("textbox", name="At which rate does training").focus()
    notebook.page.keyboard.type("a lot")
    gate.keys("Enter")
    gate.see("Please type a number")
    field = gate.root.get_by_role("textbox")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.input_value() == "a lot"
    assert gate.focused() is not None
    gate.keys("Control+a")
    notebook.page.keyboard.type("0,9")
    gate.keys("Tab", "Space", "ArrowRight", "ArrowRight", "Enter")
    gate.see("Now the demo.")
    assert (
        gate.root.locator(".practice-guess").inner_text().startswith("Your guess: 0.9 (70 % sure)")
    )
    gate.until_focused("Change my guess")

    reveal = CardOnPage(notebook, 2)
    reveal.button("Compare").focus()
    reveal.keys("Enter")
    reveal.see("You had it: within a factor of 3.")
    reveal.until_focused("You had it")


def test_a_gate_can_be_skipped_and_opens_its_demo(open_practice):
    notebook = open_practice("""\
import ipywidgets
predict("limit_on_the_digits", demo=lambda: ipywidgets.Label("the demo itself"), truth=1.25)""")
    gate = CardOnPage(notebook, 1)
    demo = notebook.output(1).get_by_text("the demo itself")
    assert demo.count() == 0
    gate.button("Skip").click()
    demo.wait_for()
    notebook.output(1).get_by_role("button", name="Show it without a guess").click()
    notebook.output(1).get_by_text("This is what came out.").first.wait_for()


EXERCISE = [
    'exercise("mse_gradient")',
    """\
def mse_gradient(predictions, targets):
    return -2 * (predictions - targets) / predictions.size


check("mse_gradient", mse_gradient)""",
]


def test_an_exercise_counts_tries_keeps_hints_and_opens_its_solution(open_practice):
    notebook = open_practice(*EXERCISE, run=False)
    notebook.run_cell(0)
    notebook.run_cell(1)
    card = CardOnPage(notebook, 1)
    card.see("Not tried yet")
    # The task is rendered by the notebook, formulas included.
    notebook.output(1).locator("mjx-container").first.wait_for()
    card.button("Solution").click()
    card.see("You have not tried it yet.")
    card.until_focused("I keep trying")
    card.button("I keep trying").click()
    card.button("Hint 1 of 3").focus()
    card.keys("Enter")
    card.see("Take a batch with a single number")
    card.until_focused("Hint 2 of 3")
    assert card.root.get_by_text("The loss is a mean of n such terms").count() == 0

    for tries in ("1 try so far", "2 tries so far", "3 tries so far"):
        notebook.run_cell(2)
        assert "sign flipped" in notebook.output(2).inner_text()
        card.see(tries)
    card.see("last: sign flipped")
    card.see("Take a batch with a single number")
    card.button("Solution").click()
    card.see("return 2 / n * (predictions - targets)")
    card.until_focused("Solution")

    notebook.restart_kernel()
    notebook.run_all()
    card = CardOnPage(notebook, 1)
    card.see("4 tries so far")
    card.see("Take a batch with a single number")
    card.see("return 2 / n * (predictions - targets)")
    for start in ("A worked example", "The solution with a gap", "The empty function"):
        card.root.get_by_text(start).click()
    assert card.root.locator("pre").count() == 4
    assert card.root.get_by_text("____").is_visible()


def test_the_map_follows_a_second_notebook_that_is_open(open_practice):
    notebook = open_practice("course_map()")
    card = CardOnPage(notebook, 1)
    row = card.root.get_by_role("listitem").filter(has_text="Learning rates")
    assert "not started" in row.inner_text()
    folder = ast.literal_eval(notebook.kernel_says("os.environ['COURSE_PROGRESS_DIR']"))
    path = notebook.server.write(
        [START.format(folder=folder), 'predict("loss_at_the_high_rate").skip()']
    )
    notebook.page.evaluate(
        """async (path) => {
          const { shell, commands } = jupyterapp;
          const first = shell.currentWidget.id;
          const second = await commands.execute("docmanager:open", { path });
          await second.context.ready;
          await second.sessionContext.ready;
          await commands.execute("notebook:run-all-cells");
          shell.activateById(first);
        }""",
        path,
    )
    card.root.locator("[data-status=started]", has_text="Learning rates").wait_for()
    card.root.get_by_role("checkbox", name="Start here is done").check()
    card.see("1 of 12 lessons done")
    card.hear("Start here: done.")
    notebook.server.end_kernels(path)


def test_progress_is_saved_as_a_copy_begun_anew_and_added_again(open_practice):
    notebook = open_practice("course_map()")
    card = CardOnPage(notebook, 1)
    card.root.get_by_role("checkbox", name="Overfitting is done").check()
    card.see("1 of 12 lessons done")
    card.root.get_by_text("Take it along, or begin anew").click()
    with notebook.page.expect_download() as waiting:
        card.button("Save a copy").click()
    copy = waiting.value.path()
    assert json.loads(copy.read_text())["events"][0]["lesson"] == 9

    card.button("Begin anew").click()
    card.until_focused("Keep everything")
    card.button("Yes, begin anew").click()
    card.see("0 of 12 lessons done")
    card.see("is kept in")
    card.root.locator("input[type=file]").set_input_files(copy)
    card.see("1 of 12 lessons done")
    card.see("1 new entry in this file.")


def test_a_link_of_the_map_opens_the_lesson_in_jupyterlab(open_practice):
    notebook = open_practice("course_map()")
    card = CardOnPage(notebook, 1)
    link = card.root.get_by_role("link", name="Train on MNIST")
    assert link.get_attribute("href") == "10_train_mnist.ipynb"
    link.click()
    notebook.until(
        "() => [...jupyterapp.shell.widgets('main')]"
        ".some(widget => widget.context?.path === '10_train_mnist.ipynb')",
        "the lesson",
    )


def test_while_the_kernel_is_busy_the_card_says_that_it_waits(open_practice):
    notebook = open_practice(
        'predict("loss_at_the_high_rate")',
        "import time\nuntil = time.time() + 5\nwhile time.time() < until:\n    time.sleep(0.1)",
        run=False,
    )
    notebook.run_cell(0)
    notebook.run_cell(1)
    notebook.page.evaluate(
        "() => { const notebook = jupyterapp.shell.currentWidget.content;"
        " notebook.activeCellIndex = 2; jupyterapp.commands.execute('notebook:run-cell'); }"
    )
    gate = CardOnPage(notebook, 1)
    gate.button("Skip").click()
    gate.see("Waiting for the kernel.")
    gate.see("Skipped.")
    gate.root.get_by_text("Waiting for the kernel.").wait_for(state="detached")


CARDS = [
    *GATES,
    *EXERCISE,
    'quiz("review")',
    """\
second = quiz("chain_rule")
second.card.submit("slopes_in_a_chain", 0)
second.card.progress.refresh()
second""",
    """\
third = quiz("loss_functions")
for question in third.card.questions:
    third.card.submit(question.id, 1)
third.card.go_on()
third.card._show()
third""",
    """\
again = predict("outlier_in_three_losses")
again.guess("mae", 0.9)
reveal("outlier_in_three_losses", "mse").show()
again""",
    """\
opened = exercise("mae_gradient")
opened.hint()
opened.solution()
opened""",
    "course_map()",
    "calibration()",
    "review()",
]
SHOWN = [i for i, cell in enumerate(CARDS, start=1) if "print(" not in cell and "def " not in cell]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 480)])
def test_all_cards_are_accessible_and_fit(open_practice, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    notebook = open_practice(*CARDS, theme=theme, width=width)
    for index in SHOWN:
        notebook.scroll_to(index)
        output = notebook.output(index)
        output.locator(".practice").first.wait_for()
        for details in output.locator("summary").all():
            details.click()
        for card in output.locator(".practice").all():
            assert card.get_attribute("data-theme") == theme
            wide, room = card.evaluate("card => [card.scrollWidth, card.clientWidth]")
            assert wide <= room, f"cell {index} is {wide} pixels wide, there are {room}"
        found = Axe().run(
            notebook.page, context=f".jp-Notebook-cell:nth-child({index + 1}) .practice"
        )
        assert found.violations_count == 0, f"cell {index}: {found.generate_report()}"
    assert notebook.page.locator(".practice").count() >= len(SHOWN)


def test_the_theme_changes_with_the_page(open_practice):
    notebook = open_practice('quiz("review")')
    card = CardOnPage(notebook, 1)
    card.root.get_by_role("radio").first.check()
    notebook.page.evaluate(
        "() => jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })"
        ".then(() => null)"
    )
    notebook.until(
        "() => document.querySelector('.practice').dataset.theme === 'dark'", "the dark theme"
    )
    assert card.root.get_by_role("radio").first.is_checked()
