"""Live figures in pages that say their theme as VS Code and Colab do, and read keys as they do.

Neither can be had here: the pages only carry their marks. Cards have the same tests in
test_practice_elsewhere.py.
"""

import matplotlib.pyplot as plt
import pytest
from live_page import LiveOnPage

from course_lib.live import LiveFigure, Slider

# How a page says it: what is written into its tags, and the theme that it means.
PAGES = {
    "VS Code dark": ("", 'class="vscode-body vscode-dark"', "dark"),
    "VS Code light": ("", 'class="vscode-body vscode-light"', "light"),
    "VS Code high contrast": ("", 'class="vscode-body vscode-high-contrast"', "dark"),
    "VS Code light high contrast": (
        "",
        'class="vscode-body vscode-high-contrast vscode-high-contrast-light"',
        "light",
    ),
    "Colab dark": ('theme="dark"', "", "dark"),
    "Colab light": ('theme="light"', "", "light"),
}


@pytest.fixture
def open_figure(open_page, tmp_path):
    """A figure in a page of such marks; the reader's system prefers the other theme."""

    def open_figure(name):
        root, body, theme = PAGES[name]
        figure, ax = plt.subplots(figsize=(4, 2.5))
        ax.set(xlim=(0, 1), ylim=(0, 1))
        (line,) = ax.plot([], [], animated=True)

        def update(end):
            line.set_data([0, end], [0, end])
            return f"to {end:.2g}"

        path = tmp_path / "page.html"
        live = LiveFigure(figure, update, end=Slider(0, 1, value=0.5, positions=5))
        live.save_html(path, title="A figure")
        live.close()
        text = path.read_text(encoding="utf-8")
        text = text.replace('<html lang="en">', f'<html lang="en" {root}>')
        text = text.replace("\n<body>", f"\n<body {body}>")
        path.write_text(text, encoding="utf-8")
        visit = open_page(path.as_uri(), theme="light" if theme == "dark" else "dark")
        shown = LiveOnPage(visit, visit.page.locator(".live"))
        shown.until_painted()
        return shown

    return open_figure


@pytest.mark.parametrize("name", PAGES)
def test_a_figure_has_the_theme_of_the_page_and_not_of_the_system(open_figure, name):
    figure = open_figure(name)
    figure.until_sharp()
    assert figure.root.get_attribute("data-theme") == PAGES[name][2]


def test_in_vs_code_a_figure_follows_a_change_of_theme(open_figure):
    figure = open_figure("VS Code dark")
    figure.until_sharp()
    figure.visit.page.evaluate("() => { document.body.className = 'vscode-body vscode-light'; }")
    figure.until("root => root.dataset.theme === 'light'", "the light theme")
    figure.until_sharp()


def test_a_slider_follows_keys_that_the_page_then_never_hears(open_figure):
    figure = open_figure("VS Code dark")
    page = figure.visit.page
    page.evaluate(
        "() => { window.heard = [];"
        " window.addEventListener('keydown', (event) => heard.push(event.key)); }"
    )
    slider = figure.slider("End")
    for key, caption in (("ArrowRight", "to 0.75"), ("End", "to 1"), ("ArrowDown", "to 0.75")):
        figure.press(slider, key)
        figure.until_caption(caption)
    for key in ("a", "b", "d", "Enter"):
        page.keyboard.press(key)
    assert page.evaluate("() => heard") == []
    page.locator("h1").click()
    page.keyboard.press("x")
    assert page.evaluate("() => heard") == ["x"]
