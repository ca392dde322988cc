"""How soon can a reader move a slider on the site, and what does a lesson weigh?

Each lesson is opened from a web server on this machine in a fresh Chromium that has nothing in its
cache. *Answers after* is the time from asking for the page until the first figure has been
scrolled to, a key has been pressed on its first control, and another frame is on the screen; the
steps of the script that drives the browser are in it. *Until then* and *read to its end* are the
bytes that the page has asked for.

A page of the same site without figures, loaded in the same round, is what it is compared with.
Makes the site first if need be, into build/site.
"""

import argparse
import statistics
import sys
from pathlib import Path

from harness import HERE, Spread, find_chromium, machine, ratios, table, write_section

sys.path.insert(0, str(HERE.parent / "tests" / "browser"))

from lab import launch
from playwright.sync_api import sync_playwright
from site_reader import Reader, serving

from course_lib.practice.lessons import LESSONS
from course_lib.site.build import build

PLAIN = "docs/teachers.html"
NOW = "performance.now()"
AT_END = "it => (it.selectedIndex ?? it.value) == (it.length ? it.length - 1 : it.max)"


def opened(browser, address, page):
    """(milliseconds until a figure answered, bytes until then, bytes to the end) of one visit."""
    reader = Reader(browser, address, page)
    try:
        figure = next(reader.figures(), None)
        if figure is not None:
            control = figure.root.locator(":is(input, select):visible").first
            before = figure.frame
            control.focus()
            reader.page.keyboard.press("ArrowLeft" if control.evaluate(AT_END) else "ArrowRight")
            figure.until_other(before)
        waited, until_then = reader.page.evaluate(NOW), reader.bytes
        reader.read_to_the_end()
        return waited, until_then, reader.bytes
    finally:
        reader.close()


def plain(browser, address):
    """Milliseconds until a page without figures has loaded."""
    reader = Reader(browser, address, PLAIN)
    try:
        return reader.page.evaluate(NOW)
    finally:
        reader.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--site", type=Path, help="folder of a site that is made already")
    options = parser.parse_args()
    chromium = find_chromium()
    folder = options.site or build(HERE.parent / "build" / "site")
    pages = [f"notebooks/{Path(one.file).stem}.html" for one in LESSONS]

    visits, plainly = {page: [] for page in pages}, []
    with serving(folder) as address, sync_playwright() as playwright:
        browser = launch(playwright, chromium)
        plain(browser, address)  # the first page of all also starts the browser
        for _ in range(options.rounds):
            plainly.append(plain(browser, address))
            for page in pages:
                visits[page].append(opened(browser, address, page))
        browser.close()

    rows = []
    for lesson, page in zip(LESSONS, pages, strict=True):
        waited, until_then, to_the_end = zip(*visits[page], strict=True)
        rows.append(
            [
                f"{lesson.number:02} {lesson.title}",
                Spread.of(ms / 1000 for ms in waited).text(2, " s"),
                ratios(waited, plainly).text(1),
                f"{statistics.median(until_then) / 1e6:.2f} MB",
                f"{statistics.median(to_the_end) / 1e6:.2f} MB",
            ]
        )
    header = [
        "lesson",
        "a figure answers after",
        "÷ a page without figures",
        "loaded until then",
        "loaded when read to its end",
    ]
    body = "\n\n".join(
        [
            f"{machine()} Headless Chromium {options.rounds} times with an empty cache; medians, "
            f"quartiles in brackets. The page without figures took "
            f"{Spread.of(ms / 1000 for ms in plainly).text(2, ' s')}.",
            table(header, rows),
        ]
    )
    write_section("site", "The site", body)
    print(body)


if __name__ == "__main__":
    main()
