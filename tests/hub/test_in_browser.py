"""A learner in a real browser: the login form, a lesson, and a live figure through the proxy."""

import needs_hub  # noqa: F401
from lab import PATIENCE_S, Visit, launch
from live_page import LiveOnPage
from playwright.sync_api import sync_playwright


def test_a_learner_logs_in_and_moves_a_slider_of_a_lesson(class_hub, chromium):
    name = class_hub.accounts[7]
    with sync_playwright() as playwright:
        browser = launch(playwright, chromium)
        visit = Visit(browser)
        page = visit.page
        page.set_default_timeout(PATIENCE_S * 1000)
        page.goto(f"{class_hub.url}hub/user-redirect/lab/tree/notebooks/00_start_here.ipynb")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(class_hub.passwords[name])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**/user/{name}/lab/**")
        # Menus are for the notebook that is in use.
        page.locator(".jp-NotebookPanel .jp-MarkdownCell").first.click()
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        figure = LiveOnPage(visit, page.locator(".jp-OutputArea .live").first)
        figure.root.scroll_into_view_if_needed()  # what is outside is not painted
        figure.until_painted()
        slider = figure.root.get_by_role("slider").first
        caption = figure.caption
        figure.press(slider, "ArrowRight")
        figure.press(slider, "ArrowRight")
        assert figure.caption != caption
        # Nothing came from elsewhere, and no script failed.
        assert visit.unexpected() == []
        browser.close()
