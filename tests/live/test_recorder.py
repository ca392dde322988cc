"""What the recorder writes down, drawn again by Agg, is what matplotlib draws."""

import numpy as np
import pytest
from live_cases import CASES
from live_replay import replayed
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from course_lib.live import items, recorder
from course_lib.live.recorder import UnreadableArtistError
from course_lib.live.scene import Scene

# Text is laid out without hinting, so letters lie up to a pixel from Agg's; a long noisy line is
# simplified before the second resolution is known; a hatch is drawn as lines, not as a tile.
LETTERS = {"texts", "annotations", "on_an_image", "whole_axes", "text_of_the_figure", "stacking"}
LOOSE = LETTERS | {"long_noisy_line", "hatches", "image_shrunk"}


def differences(name, theme, resolution):
    scene = Scene(CASES[name]())
    drawn = replayed(scene, scene.read(), resolution, theme).astype(int)
    wanted = scene.image(theme, resolution).astype(int)
    return np.abs(drawn - wanted)[..., :3].max(axis=-1)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("theme", "resolution"), [("light", 2), ("dark", 1)])
def test_replayed_frame_equals_the_drawing_of_matplotlib(name, theme, resolution):
    difference = differences(name, theme, resolution)
    if name == "image_shrunk":
        # At one resolution the replayed noise is averaged by another filter.
        assert difference.mean() < (0.1 if resolution == 2 else 12)
    elif name in LOOSE:
        assert difference.mean() < 2
        assert (difference > 64).mean() < 0.015
    else:
        assert difference.mean() < 0.6
        assert (difference > 40).sum() <= 2


@pytest.mark.parametrize("name", ["line_styles", "markers", "bars", "scatter_sizes_and_colors"])
def test_comparison_notices_a_figure_that_moved_on(name):
    scene = Scene(CASES[name]())
    drawn = replayed(scene, scene.read(), 1).astype(int)
    scene.moving()[0].set_visible(False)
    wanted = scene.image("light", 1).astype(int)
    assert (np.abs(drawn - wanted).max(axis=-1) > 40).sum() > 20


def single(make):
    fig = Figure(figsize=(3, 2))
    ax = fig.subplots()
    ax.set_title("Surface")
    artist = make(ax)
    artist.set_animated(True)
    return fig


def test_gouraud_shading_is_refused_by_name_with_an_alternative():
    rng = np.random.default_rng(0)
    fig = single(lambda ax: ax.pcolormesh(rng.uniform(size=(4, 4)), shading="gouraud"))
    with pytest.raises(UnreadableArtistError, match=r"QuadMesh in 'Surface'.*imshow"):
        Scene(fig).read()


def test_agg_filter_is_refused_by_name_with_an_alternative():
    def make(ax):
        (line,) = ax.plot([0, 1], label="glow")
        line.set_agg_filter(lambda image, dpi: (image, 0, 0))
        return line

    with pytest.raises(UnreadableArtistError, match=r"Line2D 'glow'.*leave the filter out"):
        Scene(single(make)).read()


def test_path_effects_are_drawn():
    from matplotlib.patheffects import withStroke

    fig = Figure(figsize=(3, 2))
    text = fig.subplots().text(0.1, 0.5, "outlined", size=20, animated=True)
    plain = len(Scene(fig).read())
    text.set_path_effects([withStroke(linewidth=3, foreground="w")])
    assert len(Scene(fig).read()) > plain


def test_an_invisible_artist_is_not_recorded():
    fig = Figure(figsize=(3, 2))
    (line,) = fig.subplots().plot([0, 1], animated=True)
    scene = Scene(fig)
    shown = len(scene.read())
    line.set_visible(False)
    assert len(scene.read()) < shown


def test_glyphs_are_kept_once_for_all_frames():
    fig = Figure(figsize=(3, 2))
    text = fig.subplots().text(0.1, 0.5, "0123456789", animated=True)
    scene = Scene(fig)
    scene.read()
    known = scene.shared.counts()
    text.set_text("9876543210")
    scene.read()
    assert scene.shared.counts() == known


def test_an_enlarged_image_is_sent_pixel_by_pixel():
    fig = Figure(figsize=(6, 6))
    fig.subplots().imshow(np.eye(10), animated=True)
    assert len(Scene(fig).read()) < 10 * 10 * 4 + 200


def test_update_may_replace_an_artist_by_a_new_one():
    fig = Figure(figsize=(3, 2))
    ax = fig.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    area = ax.fill_between([0, 1], [0.2, 0.4], animated=True)
    scene = Scene(fig)
    area.remove()
    ax.fill_between([0, 1], [0.6, 0.8], color="C3", animated=True)
    drawn = replayed(scene, scene.read(), 1).astype(int)
    assert np.abs(drawn - scene.image("light", 1)).max() < 8


def test_an_artist_at_a_height_without_a_gap_is_refused():
    fig = Figure(figsize=(3, 2))
    ax = fig.subplots()
    ax.plot([0, 1], animated=True)
    scene = Scene(fig)
    ax.axhspan(0.2, 0.4, zorder=-5, animated=True)
    scene.settle()
    with pytest.raises(ValueError, match=r"Create it before LiveFigure"):
        scene.read()


def test_zorder_may_change_between_known_gaps():
    fig = Figure(figsize=(3, 2))
    ax = fig.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    (low,) = ax.plot([0, 1], [0, 1], lw=9, zorder=1, animated=True)
    ax.plot([0, 1], [0.5, 0.5], "C1", lw=9, zorder=2)
    ax.plot([0, 1], [1, 0], "C2", lw=9, zorder=3, animated=True)
    scene = Scene(fig)
    low.set_zorder(4)
    drawn = replayed(scene, scene.read(), 1).astype(int)
    assert np.abs(drawn - scene.image("light", 1)).max() < 8


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda ax: ax.set_title("other"), r"Text 'other'.*set_animated"),
        (lambda ax: ax.set_xlabel("other"), r"Text 'other'"),
        (lambda ax: ax.lines[0].set_color("r"), r"Line2D 'fixed'"),
        (lambda ax: ax.plot([0, 1], [1, 1], label="new"), r"added Line2D 'new'.*animated=True"),
        (lambda ax: ax.set_xlim(0, 7), r"limits.*Axes 'Title'.*ax\.set_animated"),
    ],
)
def test_changing_what_is_drawn_once_is_refused_by_name(change, words):
    fig = Figure(figsize=(3, 2))
    ax = fig.subplots()
    ax.set_title("Title")
    ax.plot([0, 1], label="fixed")
    ax.plot([1, 0], animated=True)
    scene = Scene(fig)
    scene.read()
    change(ax)
    with pytest.raises(ValueError, match=words):
        scene.read()


def test_clearing_the_axes_in_update_is_refused():
    fig = Figure(figsize=(3, 2))
    ax = fig.subplots()
    ax.plot([1, 0], animated=True)
    scene = Scene(fig)
    ax.clear()
    ax.plot([0, 1])
    with pytest.raises(ValueError, match="update"):
        scene.read()


def test_setting_the_same_limits_again_is_allowed():
    fig = Figure(figsize=(3, 2))
    ax = fig.subplots()
    ax.plot([0, 1], animated=True)
    scene = Scene(fig)
    ax.set_xlim(ax.get_xlim())
    scene.read()


def test_a_layout_engine_runs_once_and_both_parts_agree():
    fig = Figure(figsize=(4, 3), layout="constrained")
    for ax in fig.subplots(1, 2):
        ax.set(xlim=(0, 1), ylim=(0, 1), ylabel="a long\nlabel")
        ax.plot([0, 1], [0, 1], animated=True)
    scene = Scene(fig)
    drawn = replayed(scene, scene.read(), 2).astype(int)
    assert np.abs(drawn - scene.image("light", 2)).max() < 8


def tiles_of_a_surface():
    """A mountain in three dimensions: a collection of polygons, each in its own colour."""
    fig = Figure(figsize=(4, 3))
    ax = fig.add_subplot(projection="3d")
    x, y = np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-2, 2, 9))
    ax.plot_surface(x, y, np.cos(x) * y, cmap="viridis", lw=0.4, ec="#00000030", animated=True)
    return fig


def tiles_with_various_pens():
    fig = single(lambda ax: ax.add_collection(PolyCollection(CORNERS, edgecolors=["k", "C3"])))
    tiles = Scene(fig).moving()[0]
    tiles.set(facecolors=["C0", "#ff7f0e80", "C2"], linewidths=[0, 1, 2, 3], antialiaseds=[1, 0])
    tiles.set_linestyles(["-", "--"])
    fig.axes[0].set(xlim=(0, 1), ylim=(0, 1))
    return fig


def tiles_that_snap():
    fig = tiles_with_various_pens()
    fig.axes[0].collections[0].set_snap(True)
    return fig


CORNERS = np.random.default_rng(3).uniform(size=(13, 4, 2))
CORNERS[:5] = [[(0.1, 0.1), (0.1, 0.4), (0.4, 0.4), (0.4, 0.1)]]


def tiles_of_a_mesh():
    return single(lambda ax: ax.pcolormesh(CORNERS[:, :, 0]))


def text_on_tiles():
    fig = tiles_with_various_pens()
    fig.axes[0].text(0.25, 0.25, "on the first five", ha="center", animated=True)
    return fig


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "make",
    [
        tiles_of_a_surface,
        tiles_with_various_pens,
        tiles_that_snap,
        text_on_tiles,
        tiles_of_a_mesh,
        CASES["poly_collection"],
    ],
    ids=["surface", "pens", "snapped", "under text", "mesh", "triangles"],
)
def test_many_tiles_are_written_as_they_would_be_one_by_one(make, theme, monkeypatch):
    written = []
    monkeypatch.setattr(
        recorder, "tile_rows", lambda *given: written.append(1) or items.tile_rows(*given)
    )
    scene = Scene(make())
    at_once = replayed(scene, scene.read(), 2, theme)
    assert written
    monkeypatch.setattr(recorder, "tile_corners", lambda *_: (None, False))
    scene = Scene(make())
    assert np.array_equal(at_once, replayed(scene, scene.read(), 2, theme))


def polygons(change=None, **settings):
    tiles = PolyCollection(CORNERS.copy(), animated=True, **settings)
    fig = single(lambda ax: ax.add_collection(tiles))
    if change is not None:
        change(tiles)
    return fig


@pytest.mark.parametrize(
    "make",
    [
        lambda: polygons(facecolors="none", edgecolors="k"),
        lambda: polygons(facecolors=["C0", "none"]),
        lambda: polygons(offsets=[(0.2, 0.1)]),
        lambda: polygons(hatch="/"),
        lambda: polygons(lambda tiles: tiles.set_verts([*CORNERS, [(0, 0), (1, 0), (1, 1)]])),
        lambda: polygons(lambda tiles: tiles.set_verts([*CORNERS, [(0, 0), (np.nan, 0), (1, 1)]])),
        CASES["filled_contours"],
    ],
    ids=["hollow", "partly hollow", "moved", "hatched", "one has three corners", "nan", "curves"],
)
def test_other_polygons_are_not_taken_for_tiles(make, monkeypatch):
    monkeypatch.setattr(recorder, "tile_rows", None)
    scene = Scene(make())
    wanted = scene.image("light", 2).astype(int)
    assert np.abs(replayed(scene, scene.read(), 2) - wanted).mean() < 2
