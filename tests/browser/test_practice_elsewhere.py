"""The cards in a page that is not JupyterLab: only anywidget's own interface is there."""

import json

import pytest

from course_lib.practice import course_map, exercise, predict, quiz
from course_lib.practice.page import SCRIPT, STYLE

PAGE = """<!doctype html>
<meta charset="utf-8"><title>A card</title>
<style>{style}</style>
<body class="{body}"><div id="here"></div>
<script type="module">
const script = {script};
const view = {view};
const heard = {{}};
window.sent = [];
const model = {{
  get: (name) => (name === "_view" ? window.view : undefined),
  on: (event, callback) => (heard[event] = callback),
  off: (event) => delete heard[event],
  send: (message) => window.sent.push(message),
}};
window.view = view;
window.change = (view) => {{ window.view = view; heard["change:_view"](); }};
window.listeners = () => Object.keys(heard).length;
const names = Object.keys(window).length;
const url = URL.createObjectURL(new Blob([script], {{ type: "text/javascript" }}));
const {{ default: widget }} = await import(url);
window.end = widget.render({{ model, el: document.getElementById("here") }});
window.added = Object.keys(window).length - names - 1;
</script>
"""


@pytest.fixture
def open_card(open_page, tmp_path, monkeypatch):
    """Open a card's view in a page whose body has a class."""
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path / "progress"))

    def open_card(card, body):
        page = tmp_path / "page.html"
        script = json.dumps(SCRIPT).replace("</", "<\\/")
        page.write_text(
            PAGE.format(
                style=STYLE.read_text(encoding="utf-8"),
                body=body,
                script=script,
                view=json.dumps(card._view).replace("</", "<\\/"),
            ),
            encoding="utf-8",
        )
        visit = open_page(page.as_uri())
        visit.page.locator(".practice").wait_for()
        return visit

    return open_card


@pytest.mark.parametrize(
    "make", [course_map, lambda: quiz("review").card, lambda: exercise("mse_gradient")]
)
def test_everything_that_can_have_the_focus_keeps_the_notebooks_hands_off_its_keys(open_card, make):
    visit = open_card(make(), "")
    taken = visit.page.evaluate(
        """() => {
          const keys = [];
          document.addEventListener("keydown", (event) => keys.push(event.key));
          const all = [...document.querySelectorAll(".practice *")];
          const parts = all.filter((e) => e.tabIndex >= 0);
          for (const part of parts) {
            part.dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true }));
          }
          const bare = parts.filter((e) => e.dataset.lmSuppressShortcuts !== "true");
          return [parts.length > 3, bare.length, keys];
        }"""
    )
    assert taken == [True, 0, []]


@pytest.mark.parametrize("body", ["vscode-body vscode-dark", "vscode-body vscode-high-contrast"])
def test_in_vs_code_the_card_follows_the_theme_and_leaves_links_alone(open_card, body):
    visit = open_card(course_map(), body)
    card = visit.page.locator(".practice")
    assert card.get_attribute("data-theme") == "dark"
    visit.page.evaluate("() => { document.body.className = 'vscode-body vscode-light'; }")
    visit.until(
        "() => document.querySelector('.practice').dataset.theme === 'light'", "the light theme"
    )
    link = card.get_by_role("link", name="Learning rates")
    link.evaluate("e => e.addEventListener('click', event => event.preventDefault())")
    link.click()
    assert link.get_attribute("href") == "05_learning_rates.ipynb"
    assert link.get_attribute("data-commandlinker-command") is None


def test_a_card_needs_no_more_than_a_model_and_leaves_nothing_behind(open_card):
    gate = predict("loss_at_the_high_rate")
    visit = open_card(gate, "")
    page = visit.page
    page.get_by_role("button", name="Skip").click()
    page.get_by_role("button", name="Skip").click()
    assert page.evaluate("sent") == [{"do": "appear"}, {"do": "skip"}]
    gate.skip()
    gate._heard += 1
    gate._show()
    page.evaluate("view => change(view)", gate._view)
    page.get_by_text("Skipped. Now the demo.").wait_for()
    assert page.evaluate("added") == 0
    page.evaluate("() => end()")
    assert page.locator(".practice").count() == 0
    assert page.evaluate("listeners()") == 0
    assert page.evaluate("sent.at(-1)") == {"do": "vanish"}
