"""The scrubber of backpropagation in a real browser: step, play, pick by pointer and by key."""

import re

import pytest
from live_page import LiveOnPage

from course_lib.demos.network_graph import picking_place
from course_lib.demos.scrubber import scrubber
from course_lib.demos.scrubber_drawing import HEIGHT, PLACES, WIDTH

CELLS = [
    "from course_lib.demos.scrubber import scrubber",
    'live = scrubber(step=12, pick="W1_12")\nlive',
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("scrubber") / "scrubber.html"
    scrubber(step=12, pick="W1_12").save_html(path)
    return path


@pytest.fixture(params=["JupyterLab", "exported"])
def figure(request, open_notebook, open_page, exported):
    """In JupyterLab, and on an exported page that has no kernel."""
    if request.param == "JupyterLab":
        visit = open_notebook(CELLS, height=1100)
        visit.run_all()
        root = visit.output(1).locator(".live")
        visit.scroll_to(1)
    else:
        visit = open_page(exported.as_uri(), height=1100)
        root = visit.page.locator(".live")
    shown = LiveOnPage(visit, root)
    shown.until_painted()
    return shown


def click(figure, key):
    """Click on a place in the picture; the caption once another frame is drawn."""
    place = next(place for place in PLACES if place.key == key)
    spot = picking_place(place)
    # The middle of two crossing edges belongs to both: point nearer to the end.
    x, y = (
        spot
        if isinstance(spot[0], float)
        else [0.3 * a + 0.7 * b for a, b in zip(*spot, strict=True)]
    )
    box = figure.canvas.bounding_box()
    before = figure.frame
    figure.visit.page.mouse.click(
        box["x"] + x / WIDTH * box["width"], box["y"] + (1 - y / HEIGHT) * box["height"]
    )
    figure.until_other(before)
    return figure.caption


def test_a_step_runs_the_next_line_and_goes_back(figure):
    assert "line 12 of 14: dW1 = x.T @ dz1" in figure.caption
    step = figure.slider("Step")
    figure.press(step, "ArrowRight")
    assert "line 13 of 14: db1" in figure.caption
    figure.press(step, "ArrowLeft")
    figure.press(step, "ArrowLeft")
    assert "line 11 of 14: dz1 = da1 * (z1 > 0). ∂L/∂W1₁₂ is not computed yet" in figure.caption
    figure.press(step, "Home")
    assert "Nothing is computed yet" in figure.caption


def test_a_click_on_an_edge_tells_its_gradient_and_finite_difference(figure):
    said = click(figure, "W2_21")
    gradient, difference = re.search(r"gradient (\S+), finite difference (\S+)\.$", said).groups()
    assert gradient == difference == "−0.2031"
    assert "∂L/∂W2₂₁: local derivative 0.5500 (a1₂) × upstream −0.3694 (∂L/∂z2₁)" in said
    assert figure.root.get_by_role("combobox", name="Pick").input_value()


def test_a_click_on_a_node_and_on_a_bias_picks_it(figure):
    assert "∂L/∂a1₁: local derivative" in click(figure, "a1_1")
    assert "∂L/∂b2₂: local derivative 1.0000 (1)" in click(figure, "b2_2")


def test_a_number_is_picked_from_the_list_by_keyboard(figure):
    figure.press(figure.root.get_by_role("combobox", name="Pick"), "ArrowDown")
    assert "∂L/∂W1₂₁" in figure.caption


def test_another_example_silences_a_unit(figure):
    figure.root.get_by_role("combobox", name="Example").select_option("second hidden unit off")
    figure.until_caption("× upstream 0.0000 (∂L/∂z1₂); gradient 0.0000")


def test_play_walks_to_the_last_line(figure):
    figure.press(figure.slider("Step"), "Home")
    figure.button("Play").click()
    figure.until_caption("line 14 of 14: dx")
