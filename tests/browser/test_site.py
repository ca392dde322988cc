"""The site in a real browser: no kernel, no other host, every slider, both themes, phone and paper.

The tests know no lesson, as in test_lessons.py: they find the live figures of a page and move each
control as a reader would.
"""

import re
from pathlib import Path

import pytest
from lab import ROOT
from live_page import LiveOnPage
from live_tour import Tour
from site_reader import Reader
from test_lessons import SAME_CAPTION

from course_lib.practice.lessons import EXTRAS, LESSONS

LESSON_PAGES = [f"notebooks/{Path(one.file).stem}.html" for one in (*LESSONS, *EXTRAS)]
DOCUMENTS = [f"docs/{path.stem}.html" for path in sorted((ROOT / "docs").glob("*.md"))]
MOVING = [*LESSON_PAGES, "docs/live_figures.html", "index.html"]
PAGES = [*MOVING, *DOCUMENTS, "search.html"]

LIGHT = 3_000_000  # bytes a lesson may ask for until it has been read to its end


# -------------------------------------------------------------------- figures


class PageTour(Tour):
    """The tour of a figure without a kernel: a run is played instead of started."""

    def _take_steps_of_a_run(self):
        # From the beginning: late in a run one step more can leave the picture as it is.
        history = self.figure.slider("History")
        before = self._look()
        for key in ("Home", "ArrowRight", "ArrowRight"):
            self.figure.press(history, key)
            before = self._compare(before, "History")
        self.figure.button("Play").click()
        self._until_other_frame(before["frame"])
        self.figure.button("Pause").click()
        self._compare(before, "Play")


@pytest.mark.parametrize("page", MOVING, ids=lambda page: Path(page).stem)
def test_every_control_moves_the_picture_and_the_caption(read, page):
    reader = read(page, theme=("light", "dark")[MOVING.index(page) % 2])
    problems = []
    for figure in reader.figures():
        alt = figure.canvas.get_attribute("aria-label")
        same = [
            set(labels)
            for (name, start), labels in SAME_CAPTION.items()
            if name == Path(page).stem and alt.startswith(start)
        ]
        problems += PageTour(figure, set().union(*same)).take()
    assert not problems, "\n".join(problems)
    assert not [
        url for url in reader.asked if not url.startswith(reader.page.url.split("/n")[0][:17])
    ]


def test_one_figure_is_the_same_in_the_site_and_in_the_notebook(read):
    import numpy as np
    import pictures

    from course_lib.demos.ball_1d import ball_1d

    reader = read("index.html")
    figure = next(reader.figures())
    live = ball_1d()
    for key in ("ArrowRight", "End"):
        figure.press(figure.slider("Learning rate α"), key)
        index = int(figure.slider("Learning rate α").input_value())
        values = {"learning_rate": live._controls["learning_rate"].values[index]}
        expected = np.asarray(live.frame_image(**values))[..., :3].astype(float)
        assert pictures.difference(figure.pixels(), expected, 1) < 32


def test_frames_are_loaded_when_a_reader_turns_to_a_figure(read):
    reader = read("notebooks/02_chain_rule.html")
    frames = {url for url in reader.asked if "/frames-" in url}
    count = reader.page.locator(".live-pieces").count()
    assert len(frames) < count, "nothing is loaded for figures far below"
    reader.read_to_the_end()
    first = {url for url in reader.asked if "/frames-" in url}
    machine = reader.page.locator(".live-pieces").nth(1)
    machine.locator("input[type=range]").first.focus()
    reader.until(
        "() => performance.getEntriesByType('resource')"
        ".filter(({ name }) => name.includes('/frames-')).length > " + str(len(first) + 5),
        "more frames",
    )


def test_a_figure_whose_pieces_cannot_be_loaded_stays_a_picture_and_can_be_tried_again(read):
    reader = read("search.html")
    reader.expected += ["Failed to load resource", "could not be loaded", "ERR_FAILED"]
    shut = "**/pieces/*/head.js"
    reader.context.route(shut, lambda route: route.abort())
    reader.page.goto(reader.page.url.replace("search", "index"))
    place = reader.page.locator(".live-pieces")
    place.get_by_text("The live version could not be loaded.").wait_for()
    assert place.locator("img").is_visible()
    reader.context.unroute(shut)
    place.get_by_role("button", name="Try again").click()
    LiveOnPage(reader, place.locator(".live")).until_painted()


# -------------------------------------------------------------------- pages


@pytest.mark.parametrize("page", LESSON_PAGES, ids=lambda page: Path(page).stem[:2])
def test_a_lesson_read_to_its_end_is_light_and_asks_nobody_else(read, site_address, page):
    reader = read(page)
    reader.read_to_the_end()
    assert reader.bytes < LIGHT
    beyond = [url for url in reader.asked if not url.startswith((site_address, "data:", "blob:"))]
    assert not beyond


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: Path(page).stem)
def test_axe_finds_nothing(read, page, theme):
    from axe_playwright_python.sync_playwright import Axe

    reader = read(page, theme=theme)
    reader.read_to_the_end()
    found = Axe().run(reader.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: Path(page).stem)
def test_a_phone_shows_it_without_scrolling_sideways(read, page):
    reader = read(page, width=360, height=740, touch=True)
    reader.read_to_the_end()
    assert reader.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_theme_can_be_chosen_and_figures_follow(read):
    reader = read("index.html")
    figure = next(reader.figures())
    before = figure.pixels().mean()
    assert before > 200
    for _ in range(3):
        if figure.root.get_attribute("data-theme") == "dark":
            break
        reader.page.locator(".theme-toggle").filter(visible=True).first.click()
        reader.paint()
    figure.until_sharp()
    assert figure.root.get_attribute("data-theme") == "dark"
    assert figure.pixels().mean() < 100
    reader.page.reload()
    again = next(reader.figures())
    assert again.root.get_attribute("data-theme") == "dark", "the choice is kept"


def test_the_search_finds_a_lesson_and_leads_to_it(read):
    reader = read("index.html")
    field = reader.page.get_by_role("textbox", name="Search")
    field.fill("momentum")
    field.press("Enter")
    hit = reader.page.locator("#search-results li a").filter(has_text="Gradient descent").first
    hit.click()
    reader.page.get_by_role("heading", name="Gradient descent", level=1).wait_for()


@pytest.mark.parametrize(
    "page", ["notebooks/03_backpropagation.html", "notebooks/10_train_mnist.html"]
)
def test_it_prints_without_what_only_a_screen_can_do(read, page):
    reader = read(page)
    reader.read_to_the_end()
    pdf = reader.page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    reader.page.emulate_media(media="print")
    for gone in (".open-in", ".live-controls", ".sidebar-drawer", ".toc-drawer"):
        assert reader.page.locator(gone).filter(visible=True).count() == 0, gone
    assert reader.page.locator(".live canvas").filter(visible=True).count() > 0
    wide = reader.page.evaluate(
        """() => [...document.querySelectorAll("article img, article canvas")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).length"""
    )
    assert wide == 0


def test_the_button_prints(read):
    reader = read("notebooks/00_start_here.html")
    reader.page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    reader.page.get_by_role("button", name="Print or save as PDF").click()
    reader.page.wait_for_function("window.printed")


def test_it_works_from_a_folder_without_a_server(browser, visits, site):
    reader = Reader(browser, site.as_uri() + "/", "notebooks/04_gradient_descent.html")
    visits.append(reader)
    figure = next(reader.figures())
    figure.press(figure.slider("Learning rate α"), "ArrowRight")
    assert "step" in figure.caption
    reader.page.locator(".practice").first.wait_for()


# -------------------------------------------------------------------- practice


def test_guess_reveal_and_quiz_are_kept_and_counted_on_the_map(read):
    reader = read("notebooks/01_loss_functions.html")
    page = reader.page
    gate = page.locator('.course-card[data-kind="gate"]').first
    gate.scroll_into_view_if_needed()
    gate.get_by_role("radio").first.check()
    gate.get_by_role("radio", name="90 %").check()
    gate.get_by_role("button", name="guess").click()
    reveal = page.locator('.course-card[data-kind="reveal"]').first
    reveal.get_by_role("button", name="Compare with my guess").click()
    reveal.get_by_text("Your guess").first.wait_for()
    quiz = page.locator('.course-card[data-kind="quiz"]')
    quiz.get_by_role("radio").first.check()
    quiz.get_by_role("button", name="Submit").click()
    quiz.get_by_role("button", name="Next question").wait_for()
    page.reload()
    page.locator('.course-card[data-kind="quiz"]').get_by_role("button", name="Next question").or_(
        page.get_by_text("Question 2")
    ).first.wait_for()
    page.goto(page.url.replace("01_loss_functions", "00_start_here"))
    card = page.locator('.course-card[data-kind="map"]')
    card.locator(".practice").get_by_role("link", name="Loss functions").wait_for()
    page.goto(page.url.replace("notebooks/00_start_here", "index"))
    page.locator(".course-progress").get_by_text(re.compile(r"\d entries are kept")).wait_for()
    kept = page.evaluate("JSON.stringify(localStorage)")
    for kind in ("guess", "truth", "answer"):
        assert f'\\"kind\\":\\"{kind}\\"' in kept


def test_a_wrong_answer_opens_the_demo_that_shows_it(read):
    reader = read("notebooks/05_learning_rates.html")
    quiz = reader.page.locator('.course-card[data-kind="quiz"]')
    quiz.scroll_into_view_if_needed()
    for _ in range(8):
        quiz.get_by_role("radio").first.check()
        quiz.get_by_role("button", name="Submit").click()
        see = quiz.get_by_role("button", name=re.compile("^See "))
        if see.count():
            see.first.click()
            break
        quiz.get_by_role("button", name="Next question").click()
    figure = LiveOnPage(reader, quiz.locator(".course-stage .live").first)
    figure.until_painted()
    slider = figure.root.get_by_role("slider").first
    figure.press(slider, "ArrowRight" if slider.input_value() == "0" else "ArrowLeft")


def test_a_digit_can_be_drawn_and_is_read(read):
    reader = read("notebooks/10_train_mnist.html")
    place = reader.page.locator(".draw-pieces")
    place.scroll_into_view_if_needed()
    reader.until("() => document.querySelector('.draw-pieces.live-open canvas')", "the field")
    field = place.locator("canvas").first
    before = place.inner_text()
    box = field.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"]
    mouse = reader.page.mouse
    mouse.move(x, y + 0.15 * box["height"])
    mouse.down()
    for share in (0.3, 0.5, 0.7, 0.85):
        mouse.move(x, y + share * box["height"])
    mouse.up()
    reader.until(
        "(before) => document.querySelector('.draw-pieces').innerText !== before",
        "an answer",
        before,
    )
