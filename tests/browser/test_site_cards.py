"""Cards on a page without a kernel: by mouse and keys, after a reload, in two tabs, unstored."""

import json

import pytest
from site_cards import write_page
from site_reader import serving

from course_lib.practice import (
    calibration,
    course_map,
    exercise,
    name_the_cause,
    predict,
    quiz,
    reveal,
    review,
)
from course_lib.practice.questions import quiz_questions
from course_lib.site.cards import card_html

KEPT_AS = "how-neural-networks-learn-progress"
GUESSED, NUMBER, PICTURE = "outlier_in_three_losses", "limit_on_the_digits", "loss_at_the_high_rate"
PANEL = '<div class="course-progress"></div>'


@pytest.fixture
def served(tmp_path):
    """The address of a web server for the test's folder."""
    with serving(tmp_path) as address:
        yield address.rstrip("/")


@pytest.fixture
def show(open_page, tmp_path, monkeypatch):
    """Open a page with cards; returns a `lab.Visit`."""
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path / "progress"))

    def show(*cards, at=None, before="", theme="light", **options):
        body = "".join(
            card if isinstance(card, str) else card_html(card, lambda shown: f"<p>{shown}</p>")
            for card in cards
        )
        path = write_page(tmp_path, body, theme)
        visit = open_page("about:blank", theme=theme, **options)
        if before:
            visit.context.add_init_script(before)
        visit.page.goto(f"{at}/index.html" if at else path.as_uri())
        visit.page.locator(".practice").first.wait_for()
        return visit

    return show


def card(page, text):
    return page.locator(".practice", has_text=text).first


def see(root, text):
    """Wait until a text can be seen; a screen reader may be told it, too."""
    root.get_by_text(text).filter(visible=True).first.wait_for()


def kept(page):
    return json.loads(page.evaluate(f"localStorage.getItem('{KEPT_AS}')"))["events"]


def facts(event):
    return {name: value for name, value in event.items() if name not in ("id", "time")}


def focused(page):
    return page.evaluate(
        "() => { const e = document.activeElement; return (e.labels?.[0] ?? e).innerText; }"
    )


def choose(page, root, right, questions):
    """Choose a right or a wrong answer of the question that is shown."""
    radios = root.get_by_role("radio").all()
    texts = [radio.evaluate("e => e.labels[0].innerText").split(") ", 1)[1] for radio in radios]
    best = {
        choice.text.replace("`", ""): question.is_right(choice)
        for question in questions
        for choice in question.choices
    }
    place = next(i for i, text in enumerate(texts) if best[text] == right)
    radios[place].check()
    return "ABCD"[place]


# ------------------------------------------------------------------ answers


@pytest.mark.parametrize("how", ["file", "http"])
def test_a_guess_is_made_kept_and_compared_and_no_request_leaves(show, served, how):
    visit = show(
        predict(GUESSED), reveal(GUESSED, "mse", "it turned"), at=served if how == "http" else None
    )
    page, asked = visit.page, []
    page.on("request", lambda request: asked.append(request.url))
    gate, truth = page.locator(".practice").all()
    gate.get_by_role("button", name="This is my guess").click()
    see(gate, "Please choose one of the answers.")
    gate.get_by_role("radio", name="The mean squared error").check()
    gate.get_by_role("radio", name="90 %").check()
    gate.get_by_role("button", name="This is my guess").click()
    see(gate, "(90 % sure). Now the demo.")
    (event,) = kept(page)
    assert facts(event) == {
        "kind": "guess", "prediction": GUESSED, "guess": "mse", "confidence": 0.9,
    }  # fmt: skip
    assert truth.get_by_text("it turned").count() == 0

    page.reload()
    gate, truth = page.locator(".practice").all()
    gate.get_by_role("button", name="Change my guess").click()
    gate.get_by_role("radio", name="The Huber loss").check()
    gate.get_by_role("radio", name="99 %").check()
    gate.get_by_role("button", name="This is my guess").click()
    truth.get_by_role("button", name="Compare with my guess").click()
    see(truth, "A surprise, and you were sure")
    # Both cards follow the same events.
    see(gate, "it turned")
    assert [event["kind"] for event in kept(page)] == ["guess", "guess", "truth"]
    others = [url for url in asked if not url.startswith(("data:", page.url.rsplit("/", 1)[0]))]
    assert others == []


def test_a_gate_is_answered_with_the_keyboard_alone(show):
    page = show(predict(NUMBER)).page
    root = page.locator(".practice")
    root.get_by_role("textbox").focus()
    page.keyboard.type("about 2")
    page.keyboard.press("Enter")
    see(root, "Please type a number")
    assert root.get_by_role("textbox").input_value() == "about 2"
    root.get_by_role("textbox").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("1/2")
    for key in ("Tab", "Space", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    see(root, "Your guess: 0.5 (70 % sure)")
    assert focused(page) == "Change my guess"
    assert page.locator(".practice-spoken").text_content() == "Your guess is noted. Now the demo."


def test_a_gate_with_its_demo_opens_it_after_the_guess_or_when_it_is_skipped(show):
    gate = predict("two_starts_two_valleys", lambda: "the demo", lambda: "each in its own")
    page = show(gate).page
    assert page.get_by_text("the demo", exact=True).count() == 0
    page.get_by_role("button", name="Skip").click()
    see(page, "the demo")
    page.get_by_role("button", name="Show it without a guess").click()
    see(page, "This is what came out.")
    assert page.evaluate("enlivened") == ["the demo"]


def test_a_quiz_scores_explains_opens_demos_and_keeps_the_best_round(show):
    questions = quiz_questions("chain_rule")
    presets = {
        name: lambda name=name: f"the demo {name}"
        for name in {see for q in questions for see in (q.see, *(c.see for c in q.choices)) if see}
    }
    page = show(quiz("chain_rule", presets=presets)).page
    root = page.locator(".practice")
    root.get_by_role("button", name="Submit").click()
    see(root, "Choose an answer first.")
    assert choices_without_answer(root)
    for number in range(1, 5):
        letter = choose(page, root, number > 1, questions)
        root.get_by_role("button", name="Submit").click()
        said = f"{letter} is right." if number > 1 else f"{letter} is not the best answer."
        see(root, said)
        assert root.locator(".practice-because").count() == 4
        if number < 4:
            assert focused(page) == "Next question"
        shows = root.get_by_role("button", name="See ")
        if shows.count():
            shows.click()
            see(page.locator(".course-stage"), "the demo ")
        root.get_by_role("button", name="To the result" if number == 4 else "Next question").click()
        assert page.get_by_text("the demo ").count() == 0
    see(root, "3/4")
    assert root.get_by_role("link", name="02 The chain rule").get_attribute("href") == (
        "02_chain_rule.html"
    )
    assert page.evaluate("enlivened").count("ended") >= 1
    root.get_by_role("button", name="Start again").click()
    for number in range(1, 5):
        choose(page, root, False, questions)
        page.keyboard.press("Enter")
        root.get_by_role("button", name="To the result" if number == 4 else "Next question").click()
    page.reload()
    see(root, "Your best round so far: 3/4.")
    assert root.get_by_text("0/4").is_visible()


def choices_without_answer(root):
    """Nothing on the page says which answer is right before one is given."""
    return (
        "the best answer" not in root.inner_text()
        and not root.locator(".practice-is-right").count()
    )


def test_a_demo_that_the_page_lacks_is_found_by_a_link(show):
    questions = quiz_questions("chain_rule")
    page = show(quiz("chain_rule")).page
    choose(page, page.locator(".practice"), True, questions)
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="See ").click()
    link = page.get_by_role("link", name="Open 02 The chain rule")
    assert link.get_attribute("href") == "02_chain_rule.html"


def test_an_exercise_gives_hints_asks_before_the_solution_and_says_where_it_is_written(show):
    page = show(exercise("mse_gradient")).page
    see(page, "written and checked in JupyterLab")
    page.get_by_role("button", name="Hint 1 of 3").click()
    page.get_by_role("button", name="Hint 2 of 3").wait_for()
    page.get_by_role("button", name="Solution").click()
    see(page, "You have not tried it yet.")
    assert focused(page) == "I keep trying"
    assert "return 2 *" not in page.locator(".practice").inner_text()
    page.get_by_role("button", name="Yes, show it").click()
    page.locator("pre:visible", has_text="def mse_gradient").wait_for()
    page.reload()
    page.locator("pre:visible", has_text="def mse_gradient").wait_for()
    assert page.locator(".practice-hints li").count() == 1


def test_the_cause_of_a_run_is_named_after_a_second_thought(show):
    page = show(name_the_cause(1)).page
    page.get_by_role("radio", name="The gradient of the loss points the wrong way").check()
    page.get_by_role("button", name="Submit").click()
    see(page, "its direction is right")
    page.get_by_role("button", name="Think again").click()
    page.get_by_role("radio", name="The learning rate is far too large").check()
    page.get_by_role("button", name="Submit").click()
    see(page, "That is it. Now repair it.")


def test_what_was_missed_comes_back_in_the_review(show):
    page = show(predict(GUESSED), reveal(GUESSED, "mse"), review(), calibration()).page
    see(page, "Nothing you have answered is wrong at present.")
    gate = card(page, "Predict first")
    gate.get_by_role("radio", name="The Huber loss").check()
    gate.get_by_role("radio", name="70 %").check()
    gate.get_by_role("button", name="This is my guess").click()
    page.get_by_role("button", name="Compare with my guess").click()
    see(page, "On average you were 70 % sure, and right in 0 %.")
    page.reload()
    see(page, "You missed these when you met them first.")
    again = card(page, "Predict again")
    again.get_by_role("radio", name="The mean squared error").check()
    again.get_by_role("radio", name="90 %").check()
    again.get_by_role("button", name="This is my guess").click()
    see(again, "You had it")
    page.reload()
    see(page, "Nothing you have answered is wrong at present.")


# ------------------------------------------------------------------ progress


def test_two_tabs_share_one_progress_and_neither_overwrites_the_other(show, served):
    visit = show(predict(GUESSED), predict(NUMBER), course_map(), at=served)
    page = visit.page
    other = visit.context.new_page()
    other.goto(page.url)
    orders = [
        tab.locator(".practice").first.locator("label").all_inner_texts() for tab in (page, other)
    ]
    assert orders[0] == orders[1]
    for tab, name in ((page, "Start here"), (other, "The chain rule"), (page, "Overfitting")):
        tab.get_by_role("checkbox", name=f"{name} is done").check()
    for tab in (page, other):
        see(tab, "3 of 12 lessons done")
    card(other, "Predict first").get_by_role("button", name="Skip").click()
    card(page, "Skipped.").wait_for()
    # Both write at the very same moment: what the later one overwrote comes back.
    page.evaluate(
        """() => {
          const before = localStorage.getItem(course.KEPT_AS);
          const kept = new course.KeptProgress();
          kept.record("mark", { lesson: 5, done: true });
          kept.storage.setItem(course.KEPT_AS, before);
          kept.refresh();
          // A page is not told of what it does itself.
          window.dispatchEvent(new StorageEvent("storage", { key: course.KEPT_AS }));
        }"""
    )
    for tab in (page, other):
        see(tab, "4 of 12 lessons done")
    assert len(kept(page)) == 5


def test_a_copy_is_saved_and_added_and_beginning_anew_asks_first_in_all_tabs(
    show, served, tmp_path
):
    visit = show(course_map(), PANEL, at=served)
    page = visit.page
    other = visit.context.new_page()
    other.goto(page.url)
    page.get_by_role("checkbox", name="Overfitting is done").check()
    panel = page.locator('.practice[data-kind="progress"]')
    see(panel, "1 entry is kept")
    panel.get_by_role("button", name="Begin anew").click()
    assert focused(page) == "Keep everything"
    with page.expect_download() as copy:
        panel.get_by_role("button", name="Save a copy first").click()
    copy.value.save_as(tmp_path / "copy.json")
    assert json.loads((tmp_path / "copy.json").read_text())["events"] == kept(page)
    panel.get_by_role("button", name="Yes, begin anew").click()
    for tab in (page, other):
        see(card(tab, "Your way"), "0 of 12 lessons done")
    other.get_by_role("checkbox", name="Start here is done").check()
    panel.locator("input[type=file]").set_input_files(tmp_path / "copy.json")
    see(panel, "1 new entry in this file.")
    for tab in (page, other):
        see(card(tab, "Your way"), "2 of 12 lessons done")
    (tmp_path / "other.json").write_text("no")
    panel.locator("input[type=file]").set_input_files(tmp_path / "other.json")
    see(panel, "This is not a progress file of the course")
    assert len(kept(page)) == 2


def test_damaged_progress_is_set_aside_reported_and_what_can_be_read_of_it_is_kept(show, tmp_path):
    page = show(course_map(), PANEL).page
    page.get_by_role("checkbox", name="Overfitting is done").check()
    page.get_by_role("checkbox", name="Start here is done").check()
    page.evaluate(
        f"localStorage.setItem('{KEPT_AS}', localStorage.getItem('{KEPT_AS}').slice(0, -60))"
    )
    damaged = page.evaluate(f"localStorage.getItem('{KEPT_AS}')")
    page.reload()
    notice = page.locator(".practice-notice:visible").first
    assert "1 entry could be read from it" in notice.inner_text()
    see(page, "1 of 12 lessons done")
    panel = page.locator('.practice[data-kind="progress"]')
    with page.expect_download() as copy:
        panel.get_by_role("button", name="Save what was set aside").click()
    copy.value.save_as(tmp_path / "aside.json")
    assert (tmp_path / "aside.json").read_text() == damaged
    assert page.evaluate(f"localStorage.getItem('{KEPT_AS}.damaged-1')") == damaged
    page.reload()
    see(page, "1 of 12 lessons done")
    assert page.locator(".practice-notice:visible").count() == 0


def test_progress_of_a_later_version_is_left_as_it_is(show):
    later = '{"course": "how-neural-networks-learn", "version": 9, "what": []}'
    before = f"localStorage.setItem({KEPT_AS!r}, {later!r})"
    page = show(predict(GUESSED), course_map(), before=before).page
    see(page, "kept by a later version of the course")
    page.get_by_role("button", name="Skip").click()
    see(page, "Skipped.")
    assert page.evaluate(f"localStorage.getItem('{KEPT_AS}')") == later


REFUSED = {
    "no storage": """Object.defineProperty(window, "localStorage", {
      get() { throw new DOMException("denied", "SecurityError"); },
    });""",
    "full": """Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };""",
}


@pytest.mark.parametrize("how", REFUSED)
def test_where_nothing_can_be_stored_the_page_works_on_and_says_once_that_it_forgets(show, how):
    page = show(predict(GUESSED), predict(NUMBER), before=REFUSED[how]).page
    notice = page.locator(".practice-notice:visible")
    assert notice.count() == 1
    assert "Your progress is not kept" in notice.inner_text()
    second = page.locator(".practice").nth(1)
    second.get_by_role("button", name="Skip").click()
    see(second, "Skipped. Now the demo.")
    assert second.locator(".practice-notice:visible").count() == 1
    assert notice.count() == 1


# ------------------------------------------------------------------ how it looks


def all_kinds():
    return (
        predict(GUESSED), reveal(GUESSED, "mse", "it turned"), predict(NUMBER), predict(PICTURE),
        quiz("chain_rule"), exercise("mse_gradient"), name_the_cause(1), course_map(),
        calibration(), review(), PANEL,
    )  # fmt: skip


ANSWER = """() => {
  const click = (text, root = document) => [...root.querySelectorAll("button")]
    .filter((button) => button.textContent.includes(text)).forEach((button) => button.click());
  for (const field of document.querySelectorAll("fieldset")) field.querySelector("input").click();
  click("Begin anew");
  click("This is my guess");
  click("Compare with my guess");
  click("Submit");
  click("Hint 1");
  click("Solution");
  click("Yes, show it");
  for (const details of document.querySelectorAll("details")) details.open = true;
}"""


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360), ("dark", 1280)])
def test_all_cards_are_accessible_and_fit(show, theme, width, answered):
    from axe_playwright_python.sync_playwright import Axe

    page = show(*all_kinds(), theme=theme, width=width).page
    if answered:
        page.evaluate(ANSWER)
    assert page.locator(f'.practice[data-theme="{theme}"]').count() == 11
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_cards_follow_the_pages_theme_against_the_systems(show):
    page = show(predict(GUESSED)).page
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.locator('.practice[data-theme="dark"]').wait_for()


def test_on_paper_and_without_javascript_stands_what_the_cards_ask(show, browser, tmp_path):
    visit = show(*all_kinds())
    visit.page.emulate_media(media="print")
    plain = visit.page.locator(".course-card-plain:visible")
    assert plain.filter(has_text="Quiz: The chain rule").count() == 1
    assert visit.page.locator(".practice:visible").count() == 2  # map and calibration
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    assert page.locator(".course-card-plain:visible").count() == 10
    context.close()
