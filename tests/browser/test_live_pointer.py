"""Picking and dragging in the picture of a live figure, by mouse and by finger."""

import pytest
from live_cells import POINTED, POINTED_X, SETUP, WAVES
from live_page import LiveOnPage

# Shown without their long sources, all of a figure is in the window.
CELLS = [SETUP, POINTED, POINTED_X, WAVES, "plane", "across"]
INDEX = {"waves": 3, "plane": 4, "across": 5}


@pytest.fixture(scope="module")
def notebook(lab_server, browser):
    """One notebook of live figures for all tests here; each begins with a reset figure."""
    from lab import Notebook

    notebook = Notebook(lab_server, browser, CELLS, reuse=True)
    try:
        notebook.run_all()
        yield notebook
        assert notebook.unexpected() == []
    finally:
        notebook.close()


def made_here():
    """The same figures in this process, to export and to ask where a point lies."""
    names = {}
    for cell in (SETUP, POINTED, POINTED_X):
        exec(cell, names)
    return {name: names[name] for name in ("plane", "across")}


@pytest.fixture(scope="module")
def here():
    return made_here()


@pytest.fixture(params=["JupyterLab", "exported"])
def figure(request, open_page, here, tmp_path):
    """Show the named figure, in JupyterLab or on an exported page."""

    def show(name):
        if request.param == "JupyterLab":
            visit = request.getfixturevalue("notebook")
            visit.scroll_to(INDEX[name])
            shown = LiveOnPage(visit, visit.output(INDEX[name]).locator(".live"))
        else:
            path = tmp_path / f"{name}.html"
            here[name].save_html(path)
            visit = open_page(path.as_uri())
            shown = LiveOnPage(visit, visit.page.locator(".live"))
        shown.until_painted()
        shown.button("Reset").click()
        return Pointed(shown, here[name])

    return show


class Pointed:
    """A live figure on a page, pointed at in data coordinates of its twin in this process."""

    def __init__(self, shown, twin):
        self.shown, self.twin = shown, twin
        self.mouse, self.page = shown.visit.page.mouse, shown.visit.page

    def spot(self, axes, x, y, dx=0, dy=0):
        """A point of axes, and so many pixels beside it, as x and y of the window."""
        fig = self.twin._figure
        right, up = fig.axes[axes].transData.transform((x, y))
        box = self.shown.canvas.bounding_box()
        scale = box["width"] / fig.bbox.width
        return box["x"] + right * scale + dx, box["y"] + box["height"] - up * scale + dy

    def click(self, *place, **beside):
        """Click, and return the caption once another frame is drawn."""
        before = self.shown.frame
        self.mouse.click(*self.spot(*place, **beside))
        self.shown.until_other(before)
        return self.shown.caption

    def move(self, *place, **beside):
        self.mouse.move(*self.spot(*place, **beside))
        # Moves are handled once a frame.
        self.shown.visit.paint()
        return self.shown.canvas.evaluate("canvas => canvas.style.cursor")


def test_a_click_picks_the_nearest_place(figure):
    plane = figure("plane")
    assert plane.shown.caption == "input at 0.0, 0.100"
    assert plane.click(0, 2, 0) == "hidden at 0.0, 0.100"
    # A line, in its middle and beside it; then a point within reach, also along the line.
    assert plane.click(0, 1, 0, dy=20) == "w at 0.0, 0.100"
    assert plane.click(0, 0, 0, dx=8) == "input at 0.0, 0.100"
    assert plane.click(0, 2, 0, dx=17, dy=15) == "hidden at 0.0, 0.100"
    choice = plane.shown.root.get_by_role("combobox", name="Part")
    assert choice.evaluate("select => select.value") == "hidden"


def test_a_click_far_from_every_place_picks_none(figure):
    plane = figure("plane")
    plane.click(0, 2, 0)
    frame = plane.shown.frame
    for place in ((0, 1, 0.8), (0, -0.9, -0.9)):
        plane.mouse.click(*plane.spot(*place))
    plane.mouse.click(*plane.spot(0, 0, 0, dy=26))
    # Nor does what begins near a place and is dragged away.
    plane.move(0, 0, 0)
    plane.mouse.down()
    plane.move(0, 0, 0, dx=10)
    plane.mouse.up()
    plane.shown.visit.paint()
    assert plane.shown.frame == frame


def test_dragging_moves_a_point_in_the_plane(figure):
    plane = figure("plane")
    plane.move(1, -1, 0.1)
    plane.mouse.down()
    plane.shown.until_caption("input at -1.0, 0.100")
    for x, y, caption in ((1.5, 0.01, "1.5, 0.010"), (0.52, 0.99, "0.5, 1.000")):
        plane.move(1, x, y)
        plane.shown.until_caption(f"input at {caption}")
    # Outside of the axes it follows as far as the sliders go.
    plane.move(1, -2, 1, dx=-40, dy=-10)
    plane.shown.until_caption("input at -2.0, 1.000")
    plane.mouse.up()
    frame = plane.shown.frame
    plane.move(1, 1, 0.1)
    plane.shown.visit.paint()
    assert plane.shown.frame == frame
    assert plane.shown.slider("X").get_attribute("aria-valuetext") == "−2"


def test_the_cursor_says_what_can_be_done(figure):
    plane = figure("plane")
    assert plane.move(0, 2, 0) == "pointer"
    assert plane.move(0, 1, 0.8) == ""
    assert plane.move(1, 0, 0.1) == "grab"
    plane.mouse.down()
    assert plane.move(1, 0.5, 0.1) == "grabbing"
    plane.mouse.up()
    assert plane.move(1, 0.6, 0.1) == "grab"


def test_the_keyboard_still_moves_what_the_pointer_moves(figure):
    plane = figure("plane")
    plane.click(0, 2, 0)
    plane.shown.press(plane.shown.root.get_by_role("combobox", name="Part"), "ArrowDown")
    assert plane.shown.caption == "w at 0.0, 0.100"
    plane.click(1, 1, 0.1)
    for key, x in (("ArrowRight", 1.1), ("ArrowRight", 1.2), ("Home", -2)):
        plane.shown.press(plane.shown.slider("X"), key)
        assert plane.shown.caption == f"w at {x:.1f}, 0.100"


def test_in_the_same_axes_a_click_picks_and_a_drag_drags(figure):
    across = figure("across")
    assert across.click(0, 8, 0.5) == "at 5, right"
    across.move(0, 2, 0.5)
    across.mouse.down()
    across.move(0, 4, 0.5)
    across.mouse.up()
    assert across.shown.until_caption("at 4, right")
    assert across.click(0, 9, -0.8) == "at 9, right"


def test_picks_and_drags_reach_the_kernel(notebook, here):
    notebook.scroll_to(INDEX["plane"])
    shown = LiveOnPage(notebook, notebook.output(INDEX["plane"]).locator(".live"))
    plane = Pointed(shown, here["plane"])
    shown.button("Reset").click()
    plane.click(0, 1, 0)
    plane.click(1, -1.5, 1)
    notebook.wait_for_kernel_value("(plane.part, plane.x, round(plane.y, 3))", ("w", -1.5, 1.0))


def test_a_figure_without_places_and_drags_leaves_the_pointer_alone(notebook):
    notebook.scroll_to(INDEX["waves"])
    canvas = notebook.output(INDEX["waves"]).locator(".live canvas")
    canvas.hover()
    style = "canvas => [canvas.style.cursor, canvas.style.touchAction, canvas.dataset.drag ?? '']"
    assert canvas.evaluate(style) == ["", "", ""]


# ---------------------------------------------------------------- by finger

PHONE = {"width": 390, "height": 500, "device_scale_factor": 2, "touch": True}


@pytest.fixture
def phone(open_page, here, tmp_path):
    """Show the named figure on a telephone, with room to scroll."""

    def show(name):
        path = tmp_path / f"{name}.html"
        here[name].save_html(path)
        visit = open_page(path.as_uri(), **PHONE)
        visit.page.add_style_tag(content="main { padding-bottom: 2000px }")
        shown = LiveOnPage(visit, visit.page.locator(".live"))
        shown.until_painted()
        return Pointed(shown, here[name])

    return show


def swipe(pointed, start, end, steps=12):
    """Move a finger over the window, as a screen reports it."""
    session = pointed.page.context.new_cdp_session(pointed.page)

    def send(kind, *points):
        touches = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    send("touchStart", start)
    for step in range(1, steps + 1):
        share = step / steps
        send("touchMove", tuple(a + share * (b - a) for a, b in zip(start, end, strict=True)))
        pointed.shown.visit.paint()
    send("touchEnd")
    pointed.shown.visit.paint()
    session.detach()


def scrolled(pointed):
    return pointed.page.evaluate("() => window.scrollY")


def test_a_tap_picks_and_a_tap_moves(phone):
    plane = phone("plane")
    for place, caption in (((0, 2, 0), "hidden at 0.0, 0.100"), ((1, 1, 1), "hidden at 1.0, 1.0")):
        before = plane.shown.frame
        plane.page.touchscreen.tap(*plane.spot(*place))
        plane.shown.until_other(before)
        assert plane.shown.caption.startswith(caption)


def test_a_finger_drags_in_the_plane_and_does_not_scroll(phone):
    plane = phone("plane")
    swipe(plane, plane.spot(1, -1, 0.9), plane.spot(1, 1, 0.01))
    assert plane.shown.until_caption("input at 1.0, 0.010")
    assert scrolled(plane) == 0


def test_a_finger_beside_the_axes_scrolls_the_page_and_changes_nothing(phone):
    plane = phone("plane")
    x, y = plane.spot(0, 2, 0)
    swipe(plane, (x, y), (x, y - 100))
    plane.shown.until("() => window.scrollY > 30", "scrolling")
    assert plane.shown.caption == "input at 0.0, 0.100"


def test_a_finger_across_drags_and_a_finger_up_scrolls(phone):
    across = phone("across")
    swipe(across, across.spot(0, 3, -0.5), across.spot(0, 7, -0.5))
    assert across.shown.until_caption("at 7, none")
    x, y = across.spot(0, 1, -0.5)
    swipe(across, (x, y), (x, y - 100))
    across.shown.until("() => window.scrollY > 30", "scrolling")
    assert across.shown.caption == "at 7, none"
