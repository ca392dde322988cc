"""The field to draw a digit in: by mouse, finger and keys, with a kernel and without one."""

import ast
import json
import re

import numpy as np
import pytest

from course_lib.data import load_mnist
from course_lib.demos.digit_reader import digit_reader
from course_lib.demos.draw_digit import STATIC, DrawDigit
from course_lib.demos.drawn_picture import EXAMPLE, picture_of
from course_lib.nn import Dense, Network, ReLU

CELLS = ["from course_lib.demos.draw_digit import DrawDigit\n\nwidget = DrawDigit()\nwidget"]

SEVEN = [[(9, 7), (19, 7), (16, 13), (13, 22)]]


class Field:
    """A field on a page."""

    def __init__(self, visit, root):
        self.visit, self.root = visit, root
        self.canvas = root.locator(".draw-field")
        self.canvas.scroll_into_view_if_needed()

    def place(self, point):
        box = self.canvas.bounding_box()
        return tuple(
            box[side] + share / 28 * box[size]
            for side, size, share in zip("xy", ("width", "height"), point, strict=True)
        )

    def draw(self, strokes):
        mouse = self.visit.page.mouse
        for stroke in strokes:
            mouse.move(*self.place(stroke[0]))
            mouse.down()
            for point in stroke[1:]:
                mouse.move(*self.place(point), steps=8)
            mouse.up()

    def press(self, *keys):
        for key in keys:
            self.canvas.press(key)

    def button(self, name):
        return self.root.get_by_role("button", name=name)

    @property
    def says(self):
        return self.root.locator(".draw-says").text_content()

    @property
    def best(self):
        return int(self.root.get_attribute("data-best"))

    @property
    def points(self):
        return int(self.root.get_attribute("data-points"))

    def seen(self):
        """The picture that is shown, from 0 to 1."""
        grey = self.root.locator(".draw-seen").evaluate(
            "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data]"
        )
        return 1 - np.array(grey).reshape(28, 28, 4)[..., 0] / 255


@pytest.fixture
def saved(open_page, tmp_path):
    """A saved page with a field, the network shut."""

    def saved(widget=None, **options):
        path = tmp_path / "draw.html"
        (widget or DrawDigit()).save_html(path)
        visit = open_page("about:blank", **options)
        visit.context.set_offline(True)
        visit.page.goto(path.as_uri())
        visit.page.locator(".draw-digit").wait_for()
        return Field(visit, visit.page.locator(".draw-digit"))

    return saved


@pytest.fixture
def in_lab(open_notebook):
    def in_lab(cells=CELLS, **options):
        notebook = open_notebook(cells, **options)
        notebook.run_all()
        root = notebook.output(0).locator(".draw-digit")
        root.wait_for()
        return Field(notebook, root)

    return in_lab


def kernel_array(notebook, expression):
    return np.array(ast.literal_eval(notebook.kernel_says(f"({expression}).tolist()")))


def heard(notebook, test):
    """Wait until the kernel has heard of what the page did."""
    for _ in range(300):
        if notebook.kernel_says(f"bool({test})") == "True":
            return
    raise AssertionError(test)


def test_in_a_page_without_a_kernel_a_digit_is_drawn_undone_and_cleared(saved):
    field = saved()
    assert field.best == 3
    assert "An example." in field.says
    np.testing.assert_allclose(field.seen(), picture_of(EXAMPLE), atol=0.003)
    field.draw(SEVEN)
    assert field.best == 7
    assert field.says.startswith("Most probable: 7")
    field.draw([[(10, 14), (18, 14)]])
    with_bar = field.points
    field.button("Undo").click()
    assert 0 < field.points < with_bar
    assert field.best == 7
    field.button("Clear").click()
    assert field.points == 0
    assert not field.seen().any()
    assert field.button("Undo").is_disabled()
    field.draw([[(14, 6), (13.5, 22)]])
    assert field.best == 1


def test_a_digit_is_drawn_with_keys_alone(saved):
    field = saved()
    field.press("Delete")
    assert field.points == 0
    field.press("Space", *["ArrowDown"] * 15, "Space")  # straight down from where the cross is
    assert field.best == 1
    stroke = field.points
    field.press("Shift+ArrowRight")  # the pen is up
    assert field.points == stroke
    assert field.root.locator(".draw-spoken").text_content() == "Column 19, row 22, pen up"
    field.press("Space", "Shift+ArrowUp")
    assert field.points == stroke + 2
    field.press("z")
    assert field.points == stroke
    field.press("Backspace")
    assert field.points == 0


def test_a_finger_draws_and_does_not_scroll(saved):
    field = saved(touch=True, width=400, height=800)
    page = field.visit.page
    client = page.context.new_cdp_session(page)

    def touch(kind, *points):
        places = [dict(zip("xy", field.place(point), strict=True)) for point in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    before = page.evaluate("scrollY")
    touch("touchStart", (14, 6))
    for y in range(7, 23):
        touch("touchMove", (14, y))
    touch("touchEnd")
    field.visit.until("() => document.querySelector('.draw-digit').dataset.best === '1'", "a one")
    assert page.evaluate("scrollY") == before
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 400


def test_the_kernel_gets_the_picture_and_the_probabilities(in_lab):
    field = in_lab()
    notebook = field.visit
    field.draw(SEVEN)
    heard(notebook, "widget.probabilities.argmax() == 7 and not widget._example")
    heard(notebook, f"sum(map(len, widget._strokes)) == {field.points}")
    picture = kernel_array(notebook, "widget.picture")
    expected = digit_reader().predict_probabilities(picture.reshape(1, -1))[0]
    np.testing.assert_allclose(kernel_array(notebook, "widget.probabilities"), expected, atol=1e-5)
    # The same strokes give the same picture in Python.
    strokes = ast.literal_eval(notebook.kernel_says("[list(s) for s in widget._strokes]"))
    np.testing.assert_allclose(picture, picture_of(strokes), atol=1e-9)
    np.testing.assert_allclose(field.seen(), picture, atol=0.003)
    field.press("Delete")
    heard(notebook, "not widget.picture.any()")


def test_keys_draw_in_a_notebook_and_are_no_commands_of_it(in_lab):
    field = in_lab()
    cells = field.visit.page.evaluate("jupyterapp.shell.currentWidget.content.widgets.length")
    field.press("Delete", "Space", "ArrowDown", "ArrowDown", "ArrowDown", "Space", "a", "d", "d")
    assert field.points == 4
    assert (
        field.visit.page.evaluate("jupyterapp.shell.currentWidget.content.widgets.length") == cells
    )


def module(page):
    """Load the browser's side as a module; what it exports is then `window.drawn`."""
    text = (STATIC / "draw_digit.js").read_text(encoding="utf-8")
    text = re.sub(r'^import .* from ".*";\n', "const OWN_KEYS = {};\n", text, count=1, flags=re.M)
    text = re.sub(r'^import .* from ".*";\n', "", text, flags=re.M)
    page.evaluate(
        """async (text) => {
          const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
          window.drawn = await import(url);
        }""",
        text,
    )


def test_the_page_computes_what_the_course_computes(open_page):
    page = open_page("about:blank").page
    module(page)
    digits = load_mnist().test.x[:40]
    large = [np.kron(digit.reshape(28, 28), np.ones((4, 4))) for digit in digits]
    pictures = page.evaluate(
        "all => all.map((data) => [...drawn.asMnist({ rows: 112, columns: 112, data })])",
        [picture.reshape(-1).tolist() for picture in large],
    )
    np.testing.assert_allclose(pictures, digits, atol=1e-9)
    for strokes in (EXAMPLE, SEVEN, [[(3, 4)]], [[(1, 1), (2, 2)], [(25, 20), (20, 27)]]):
        drawn = page.evaluate("strokes => [...drawn.pictureOf(strokes)]", list(strokes))
        np.testing.assert_allclose(np.reshape(drawn, (28, 28)), picture_of(strokes), atol=1e-9)
    deep = Network([Dense(784, 40), ReLU(), Dense(40, 20), ReLU(), Dense(20, 10)], seed=1)
    for network in (digit_reader(), deep, Network([Dense(784, 10)], seed=2)):
        layers = DrawDigit(network)
        state = {"layers": layers._layers, "numbers": list(layers._numbers)}
        answers = page.evaluate(
            """({ layers, numbers, pictures }) => {
              const all = new Float32Array(Uint8Array.from(numbers).buffer);
              let at = 0;
              const take = (count) => all.subarray(at, (at += count));
              const full = layers.map((layer) => ({
                ...layer, W: take(layer.n_in * layer.n_out), b: take(layer.n_out) }));
              return pictures.map((picture) => [...drawn.forward(full, picture).probabilities]);
            }""",
            state | {"pictures": digits.tolist()},
        )
        np.testing.assert_allclose(answers, network.predict_probabilities(digits), atol=1e-5)


def test_the_units_that_fire_are_shown_with_their_weights(saved):
    field = saved()
    first = digit_reader().layers[0]
    fires = np.maximum(0, picture_of(EXAMPLE).reshape(-1) @ first.W + first.b)
    units = field.root.locator(".draw-units button")
    assert units.count() == len(fires)
    names = units.evaluate_all("all => all.map((unit) => unit.getAttribute('aria-label'))")
    shown = [float(name.split(": ")[1]) for name in names]
    np.testing.assert_allclose(shown, fires, atol=0.006)
    top = field.root.locator(".draw-top figcaption").all_text_contents()
    strongest = np.argsort(-fires)[:5]
    assert [text.split(":")[0] for text in top] == [f"unit {unit + 1}" for unit in strongest]
    weights = field.root.locator(".draw-pair canvas")
    pictures = {weights.evaluate("c => c.toDataURL()")}
    units.nth(7).hover()
    pictures.add(weights.evaluate("c => c.toDataURL()"))
    units.nth(7).press("ArrowRight")
    pictures.add(weights.evaluate("c => c.toDataURL()"))
    assert len(pictures) == 3
    assert field.root.locator(".draw-pair figcaption").text_content().startswith("unit 9:")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_the_answer_is_spoken(saved, theme):
    from axe_playwright_python.sync_playwright import Axe

    field = saved(theme=theme)
    field.draw(SEVEN)
    field.visit.until(
        "() => document.querySelector('.draw-spoken').textContent.startsWith('Most probable: 7')",
        "the spoken answer",
    )
    found = Axe().run(field.visit.page)
    assert found.violations_count == 0, found.generate_report()
    assert field.root.get_attribute("data-theme") == theme


def test_a_network_without_a_hidden_layer_shows_no_units(saved):
    field = saved(DrawDigit(Network([Dense(784, 10)], seed=0)))
    assert field.root.locator(".draw-units").count() == 0
    field.draw(SEVEN)
    assert json.loads(field.root.get_attribute("data-best")) in range(10)
