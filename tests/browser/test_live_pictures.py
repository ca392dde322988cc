"""What a live figure draws in the browser is what matplotlib draws, for every kind of artist."""

from pathlib import Path

import numpy as np
import pictures
import pytest
import scenes
from live_page import LiveOnPage

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parents[1] / "test-results"

SETUP = f"""\
import sys

sys.path.insert(0, {str(HERE)!r})
import scenes
from course_lib.live import LiveFigure, Slider


def show(name):
    fig, update = scenes.SCENES[name]()
    return LiveFigure(fig, update, k=Slider(0, 4, value=0, integer=True))"""


@pytest.fixture(scope="module", params=[1, 2], ids=["dpr1", "dpr2"])
def gallery(request, lab_server, browser):
    """All scenes on one page, at one and at two device pixels per CSS pixel."""
    from lab import Notebook

    cells = [SETUP, *(f"show({name!r})" for name in scenes.SCENES)]
    notebook = Notebook(lab_server, browser, cells, reuse=True, device_scale_factor=request.param)
    try:
        notebook.run_all(errors=True)
        notebook.ratio = request.param
        yield notebook
        assert notebook.unexpected() == []
    finally:
        notebook.close()


# Greatest difference, 0–255, of the blurred pictures. Measured on the scenes here: up to
# 25 where nothing is wrong; 64 and more for what moves by two pixels, 190 in wrong colours.
TOLERANCE = 32
# Agg fits the letters of its text to whole pixels, and repeats an image's pixels by whole
# ones (47 and 44); the browser does neither. Two pixels make 59 and 82.
LOOSER = {"texts": 54, "images": 54}


@pytest.mark.parametrize("name", scenes.SCENES)
def test_canvas_shows_what_matplotlib_draws(gallery, name):
    index = 1 + list(scenes.SCENES).index(name)
    gallery.raise_errors(index)
    gallery.scroll_to(index)
    live = LiveOnPage(gallery, gallery.output(index).locator(".live"))
    ratio = gallery.ratio
    tolerance = LOOSER.get(name, TOLERANCE)
    live.until_sharp()
    for key in ("ArrowRight", "End"):
        k = int(live.press(live.slider("K"), key))
        actual = live.pixels()
        expected = pictures.draw(scenes.frame(name, k), ratio)
        apart = pictures.difference(actual, expected, ratio)
        if apart > tolerance:
            pictures.save(RESULTS / f"{name}-{k}-dpr{ratio}.png", actual, expected)
        assert apart <= tolerance, f"at k = {k}"


@pytest.mark.parametrize("name", scenes.SCENES)
def test_tolerance_is_below_a_shift_of_two_pixels_a_wrong_colour_and_a_missing_artist(name):
    tolerance = LOOSER.get(name, TOLERANCE)
    figure = scenes.frame(name, 4)
    still = pictures.draw(scenes.background(name), 1)
    expected = pictures.draw(figure, 1)
    shifted, recoloured = (
        pictures.moved(expected, still, 2),
        pictures.recoloured(expected, still),
    )
    assert pictures.difference(shifted, expected, 1) > tolerance
    assert pictures.difference(recoloured, expected, 1) > tolerance
    for artist in scenes.moving(figure):
        artist.set_visible(False)
        without = pictures.draw(figure, 1)
        artist.set_visible(True)
        # A marker of one pixel and a bar of no width are hardly there.
        if np.abs(without - expected).sum() > 3 * 255 * 20:
            assert pictures.difference(without, expected, 1) > tolerance, artist
