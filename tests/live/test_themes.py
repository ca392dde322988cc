"""The dark theme can be read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from course_lib.live.scene import Scene
from course_lib.live.themes import DARK_PAGE, contrast, dark, is_neutral

channels = st.integers(0, 255).map(lambda v: v / 255)
colors = st.tuples(channels, channels, channels)
WHITE, BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)


def test_contrast_of_black_and_white_is_21():
    assert contrast(WHITE, BLACK) == pytest.approx(21)


def test_contrast_of_equal_colors_is_1():
    assert contrast((0.2, 0.5, 0.9), (0.2, 0.5, 0.9)) == 1


@given(colors)
def test_text_has_contrast_4_5_on_the_dark_page(color):
    assert contrast(dark(color, "text"), DARK_PAGE) >= 4.5 - 0.02


@given(colors)
def test_colored_lines_and_areas_have_contrast_3_on_the_dark_page(color):
    if not is_neutral(color):
        assert contrast(dark(color, "line"), DARK_PAGE) >= 3 - 0.02
        assert contrast(dark(color, "area"), DARK_PAGE) >= 3 - 0.02


@given(colors)
def test_a_neutral_line_keeps_its_contrast_to_the_page_up_to_a_ceiling(color):
    if is_neutral(color):
        before, after = contrast(color, WHITE), contrast(dark(color, "line"), DARK_PAGE)
        assert after == pytest.approx(min(before, 15.3), rel=0.08)


@given(colors)
def test_colors_of_data_stay(color):
    assert dark(color, "data") == color


def test_white_becomes_the_page():
    assert np.allclose(dark(WHITE, "area"), DARK_PAGE, atol=1e-3)


def test_a_color_with_contrast_enough_stays():
    orange = (1.0, 0.5, 0.05)
    assert np.allclose(dark(orange, "line"), orange, atol=1e-3)


def test_the_figure_is_dark_and_its_image_is_not_changed():
    fig = Figure(figsize=(3, 3), dpi=50)
    ax = fig.add_axes([0.2, 0.2, 0.6, 0.6])
    ax.axis("off")
    ax.imshow(np.tile([[0.0, 1.0]], (2, 1)), cmap="gray")
    ax.plot([0, 1], [0, 0], animated=True)
    scene = Scene(fig)
    light, night = (scene.image(theme, 1)[..., :3] for theme in ("light", "dark"))
    assert (light[0, 0] == 255).all()
    assert (night[0, 0] == 17).all()
    assert (light[90:110, 40:70] == 0).all()
    assert (night[90:110, 40:70] == 0).all()
    assert (night[90:110, 80:110] == 255).all()


def text_pixels(fig):
    scene = Scene(fig)
    return scene.image("dark", 2)[..., :3].astype(int)


def test_text_on_an_image_keeps_its_color():
    fig = Figure(figsize=(3, 3), dpi=50)
    ax = fig.add_axes([0, 0, 1, 1])
    ax.axis("off")
    ax.imshow(np.ones((2, 2)), vmin=0, vmax=1, cmap="gray", extent=(0, 1, 0, 1))
    ax.text(0.1, 0.4, "black", color="k", size=30, animated=True)
    assert text_pixels(fig).min() == 0


def test_text_on_a_yellow_box_keeps_its_color():
    fig = Figure(figsize=(3, 3), dpi=50)
    box = {"fc": "yellow", "ec": "none"}
    fig.add_axes([0, 0, 1, 1]).text(0.1, 0.4, "black", color="k", size=30, bbox=box, animated=True)
    assert text_pixels(fig).sum(axis=-1).min() == 0


def test_text_beside_moving_triangles_changes_its_color():
    """Also between them and the corner of the figure, where a vertex without meaning may lie."""
    fig = Figure(figsize=(3, 3), dpi=50)
    ax = fig.add_axes([0, 0, 1, 1], xlim=(0, 3), ylim=(0, 3))
    corners = np.array([(2, 2), (2.5, 2), (2.5, 2.5)])
    triangles = PolyCollection([corners, corners - (0, 1)], color="blue", animated=True)
    ax.add_collection(triangles, autolim=False)
    ax.text(1, 1, "black", color="k", animated=True)
    scene = Scene(fig)
    scene.read()
    assert not scene._recorder.zones.hold(55, 55)
    assert scene._recorder.zones.hold(115, 110)


def test_text_on_the_page_changes_its_color():
    fig = Figure(figsize=(3, 3), dpi=50)
    ax = fig.add_axes([0, 0, 1, 1])
    ax.axis("off")
    ax.text(0.1, 0.4, "black", color="k", size=30, animated=True)
    pixels = text_pixels(fig)
    assert pixels.min() == 17
    assert pixels.max() > 220
