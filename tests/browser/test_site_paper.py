"""A page of the site on paper, and the menu that hangs over its text."""

import pytest

LESSON = "notebooks/02_chain_rule.html"
PRINTED = """() => [...document.querySelectorAll(".live")].map((one) => one.dataset.picture)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_are_printed_light_and_the_reader_keeps_the_theme(read, theme):
    reader = read(LESSON, theme=theme)
    assert any(reader.figures())
    page = reader.page
    # A function of its own: `evaluate` calls a function that an expression gives, so would print.
    page.evaluate(f"() => {{ window.print = () => {{ window.printed = ({PRINTED})(); }}; }}")
    page.get_by_role("button", name="Print or save as PDF").click()
    page.wait_for_function("window.printed")
    pictures = page.evaluate("window.printed.filter(Boolean)")
    assert pictures
    assert all(name.startswith("light") for name in pictures)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.body.dataset.theme") == "auto"


def test_the_steps_to_jupyterlab_stay_on_the_screen_and_close_like_a_menu(read):
    reader = read(LESSON, width=390)
    page = reader.page
    button, steps = page.locator(".open-lab summary"), page.locator(".open-steps")
    button.click()
    box = steps.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.keyboard.press("Escape")
    assert not steps.is_visible()
    button.click()
    page.locator("h2").first.click()
    assert not steps.is_visible()
