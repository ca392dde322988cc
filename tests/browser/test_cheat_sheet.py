"""The cheat sheet on paper: one page, whatever paper, and nothing cut."""

import re

import pytest
from lab import ROOT

PAGE = ROOT / "docs" / "cheat_sheet.html"

# Elements whose content does not fit: their text would be cut, or stand over the next one's.
CUT = """() => [...document.querySelectorAll('.cheat-sheet *')]
  .filter((element) => element.clientWidth && element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.textContent.slice(0, 40))"""


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.goto(PAGE.as_uri())
    yield page
    page.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("margin", [None, "10mm"])
def test_it_prints_on_one_page(page, paper, margin):
    margins = margin and dict.fromkeys(("top", "right", "bottom", "left"), margin)
    printed = page.pdf(format=paper, margin=margins, prefer_css_page_size=False)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1


def test_a_second_page_would_be_counted(page):
    page.evaluate("document.body.append(...[1, 2].map(() => document.body.cloneNode(true)))")
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) > 1


@pytest.mark.parametrize("width", [734, 756])  # A4 and Letter between margins of 8 mm
def test_nothing_is_cut_on_paper(page, width):
    page.emulate_media(media="print")
    page.set_viewport_size({"width": width, "height": 1000})
    assert page.evaluate(CUT) == []


def test_it_is_readable_on_a_phone(page):
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= 400")


def test_axe_finds_nothing(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
