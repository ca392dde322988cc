"""Merging layers leaves the picture as it was, and leaves few of them."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image

from course_lib.live.layers import merge
from course_lib.live.png import encode_png
from course_lib.live.scene import Scene


def over(top, bottom):
    """Porter and Duff's source-over, in floating point and premultiplied."""
    return top + bottom * (1 - top[..., 3:])


def premultiplied(pixels):
    values = pixels / 255.0
    values[..., :3] *= values[..., 3:]
    return values


def stack(layers, moving):
    """Layer 0, what moves in gap 0, layer 1, …"""
    picture = np.zeros((*layers[0].shape[:2], 4))
    for layer, moved in zip(layers, [*moving, None], strict=True):
        picture = over(premultiplied(layer), picture)
        if moved is not None:
            picture = over(moved, picture)
    return picture


@pytest.mark.parametrize("seed", range(6))
def test_merged_layers_give_the_same_picture(seed):
    rng = np.random.default_rng(seed)
    height, width, count = 40, 50, 4
    layers, gaps, moving = [], [], []
    for _ in range(count):
        pixels = rng.integers(0, 256, (height, width, 4)).astype(np.uint8)
        pixels[rng.uniform(size=(height, width)) < 0.5] = 0
        layers.append(pixels)
        boxes, moved = [], np.zeros((height, width, 4))
        for _ in range(2):
            x, y = rng.integers(0, width - 12), rng.integers(0, height - 12)
            boxes.append(Bbox.from_bounds(x, y, 10, 10))
            moved[height - y - 10 : height - y, x : x + 10] = rng.uniform(0, 0.5, 4)
        gaps.append(boxes)
        moving.append(moved)
    moving = moving[:-1]
    before = stack(layers, moving)
    pixels_before = sum((layer[..., 3] > 0).sum() for layer in layers)
    merge(layers, gaps)
    assert np.abs(stack(layers, moving) - before).max() < 4 / 255
    # And something was merged: most pixels are out of reach of most boxes.
    assert sum((layer[..., 3] > 0).sum() for layer in layers) < 0.65 * pixels_before


def test_a_gap_that_may_touch_anything_keeps_its_layers_apart():
    layers = [np.full((5, 5, 4), 200, np.uint8) for _ in range(2)]
    merge(layers, [[None], []])
    assert (layers[1] == 200).all()


@pytest.mark.parametrize("axes", [1, 2, 4])
def test_side_by_side_axes_need_two_pictures(axes):
    fig = Figure(figsize=(8, 3))
    for ax in np.atleast_1d(fig.subplots(1, axes)):
        ax.set(xlim=(0, 1), ylim=(0, 1), title="t")
        ax.plot([0, 1], animated=True)
    assert len(Scene(fig).layers("light", 1)) == 2


def test_all_themes_and_resolutions_have_the_same_gaps():
    fig = Figure(figsize=(4, 3))
    ax = fig.subplots()
    for k in range(3):
        ax.plot([0, 1], [k, 1], zorder=2 * k, animated=True)
        ax.plot([0, 1], [1, k], lw=5, zorder=2 * k + 1)
    scene = Scene(fig)
    gaps = {
        (theme, resolution): [layer["gap"] for layer in scene.layers(theme, resolution)]
        for theme in ("light", "dark")
        for resolution in (1, 2)
    }
    assert len(set(map(tuple, gaps.values()))) == 1
    assert len(gaps["light", 1]) > 2


def test_layers_of_twice_the_resolution_have_twice_the_pixels():
    fig = Figure(figsize=(4, 3), dpi=100)
    fig.subplots().plot([0, 1], animated=True)
    scene = Scene(fig)
    for resolution in (1, 2):
        back = Image.open(io.BytesIO(scene.layers("light", resolution)[0]["png"]))
        assert back.size == (400 * resolution, 300 * resolution)


def test_png_holds_the_pixels_exactly():
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 4)).astype(np.uint8)
    np.testing.assert_array_equal(np.array(Image.open(io.BytesIO(encode_png(pixels)))), pixels)
