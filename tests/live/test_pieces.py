"""Figures in pieces: what a page loads is what the figure has, however many positions."""

import base64
import json
import re
import zlib

import numpy as np
import pytest
from matplotlib.figure import Figure

from course_lib.live import Choice, LiveFigure, Slider, Steps, Toggle, stream
from course_lib.live.compact import in_planes, rounded
from course_lib.live.pieces import as_script, cut, grid_of, signature
from course_lib.live.recorder import IMAGE, MARKERS, POLYLINE


def wave(value=2.0, positions=7, shift=0.0, **more):
    """A curve that follows two controls; `shift` changes the frames, and nothing else."""
    fig = Figure()
    ax = fig.subplots()
    ax.set(xlim=(0, 1), ylim=(-2, 2), title="wave")
    (line,) = ax.plot([], [], animated=True)
    x = np.linspace(0, 1, 20)

    def update(height, flip, **others):
        line.set_data(x, (-height if flip else height) * np.sin(6 * x) + shift)
        return f"height {height:.3g}{', upside down' if flip else ''}"

    controls = {"height": Slider(0, 2, value, positions=positions), "flip": Toggle(), **more}
    return LiveFigure(fig, update, alt="A wave", **controls)


def unpacked(script):
    """What the page makes of a script: a dictionary with its bytes put back."""
    name, text = re.fullmatch(r'livePiece\("(.*)","(.*)"\)\n', script).groups()
    raw = zlib.decompress(base64.b64decode(text))
    length = int.from_bytes(raw[:4], "little")
    assert length % 4 == 0, "numbers must lie on a boundary of four"
    blob = raw[4 + length :]

    def filled(value):
        if isinstance(value, list):
            return [filled(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$bytes" in value:
            start, size = value["$bytes"]
            return blob[start : start + size]
        return {key: filled(item) for key, item in value.items()}

    return name, filled(json.loads(raw[4 : 4 + length]))


def frames_of(pieces):
    """{number: (display list as floats, caption)} of all chunks, read as the page reads them."""
    found = {}
    for chunk in pieces.chunks:
        _, chunk = unpacked(as_script("a/b", chunk))
        planes = np.frombuffer(chunk["planes"], dtype=np.uint8).reshape(4, -1)
        numbers = np.frombuffer(np.ascontiguousarray(planes.T).tobytes(), dtype=np.float32)
        start = 0
        for key, size, caption in zip(
            chunk["keys"], chunk["sizes"], chunk["captions"], strict=True
        ):
            found[key] = numbers[start : start + size // 4], caption
            start += size // 4
        assert start == len(numbers)
    return found


def test_the_pieces_hold_every_frame_to_a_sixty_fourth_of_a_pixel():
    live = wave()
    found = frames_of(cut(live))
    assert sorted(found) == list(range(14))
    for key, (numbers, caption) in found.items():
        frame = live._frame(key)
        assert caption == frame.caption
        exact = np.frombuffer(frame.data, dtype=np.float32)
        assert np.abs(numbers - exact).max() <= 1 / 64


def test_chunks_follow_each_other_and_the_head_says_where_each_begins(monkeypatch):
    monkeypatch.setattr("course_lib.live.pieces.CHUNK", 600)
    pieces = cut(wave())
    assert len(pieces.chunks) > 2
    assert pieces.head["chunks"] == [chunk["keys"][0] for chunk in pieces.chunks]
    assert [key for chunk in pieces.chunks for key in chunk["keys"]] == list(range(14))


def test_the_head_holds_what_all_frames_share_and_no_frame():
    live = wave()
    head = cut(live).head
    assert head["_scene"]["frames"]["keys"] == []
    assert len(head["_scene"]["frames"]["shared"]["styles"]) == len(live.scene.shared.styles) > 0
    assert head["_scene"]["alone"]


def test_both_themes_are_there_for_both_resolutions():
    pictures = cut(wave()).pictures
    assert sorted(pictures) == [("dark", 1), ("dark", 2), ("light", 1), ("light", 2)]
    pngs = {picture["layers"][0]["png"] for picture in pictures.values()}
    assert len(pngs) == 4
    assert all(png.startswith(b"\x89PNG") for png in pngs)


def test_a_figure_of_too_many_positions_moves_in_larger_steps():
    live = wave(value=1.3, positions=1001)
    each = live._frame(live._key()).nbytes
    grid = grid_of(live, max_bytes=100 * each)
    heights, flips = grid.kept
    assert 40 <= len(heights) <= 50
    assert flips == [0, 1], "what is no scale keeps its options"
    assert len(set(np.diff(heights))) == 1
    assert grid.left_out == ["height"]
    assert live._controls["height"].values[heights[grid.start[0]]] == live.height
    found = frames_of(cut(live, grid))
    assert len(found) == len(heights) * 2 <= 100
    values = cut(live, grid).head["_scene"]["controls"][0]["values"]
    for place in (0, 17, len(heights) - 1):
        assert found[2 * place][1] == f"height {values[place]:.3g}"


def test_of_the_steps_of_a_run_most_stay():
    live = wave(positions=200, step=Steps(200))
    each = live._frame(live._key()).nbytes
    heights, flips, steps = (len(kept) for kept in grid_of(live, 500 * each).kept)
    assert 2 * heights < steps < 4 * heights
    assert 400 <= heights * flips * steps <= 500


def test_a_figure_answered_on_demand_is_cut_like_any_other():
    fig = Figure()
    ax = fig.subplots()
    line, *_ = ax.plot([0, 1], [0, 1], animated=True)

    def update(x, y):
        line.set_data([0, x], [0, y])
        return f"{x:.2f} {y:.2f}"

    live = LiveFigure(fig, update, max_bytes=30_000, x=Slider(0, 1), y=Slider(0, 1))
    assert live.strategy == "on demand"
    grid = grid_of(live, 60_000)
    found = frames_of(cut(live, grid))
    assert len(found) == len(grid.kept[0]) * len(grid.kept[1]) > 50


def test_places_to_drag_to_are_thinned_with_their_slider():
    fig = Figure()
    ax = fig.subplots()
    ax.set(xlim=(0, 1))
    (mark,) = ax.plot([0], [0], "o", animated=True)

    def update(x):
        mark.set_data([x], [0])
        return f"{x:.3f}"

    live = LiveFigure(fig, update, alt="A mark", x=Slider(0, 1, 0, positions=501, drag=(ax, "x")))
    grid = grid_of(live, 50 * live._frame(0).nbytes)
    (control,) = cut(live, grid).head["_scene"]["controls"]
    exact = live._scene["controls"][0]["drag"]["at"]
    assert control["drag"]["at"] == [exact[index] for index in grid.kept[0]]
    assert len(control["values"]) == len(control["drag"]["at"]) <= 50


def test_options_that_do_not_fit_are_refused():
    live = wave(more=Choice([f"option {n}" for n in range(50)]))
    with pytest.raises(MemoryError, match="Use fewer options"):
        grid_of(live, max_bytes=2000)


def test_one_demo_at_two_points_has_one_signature():
    first, second = wave(value=0.0), wave(value=2.0)
    assert signature(first, grid_of(first)) == signature(second, grid_of(second))


def test_figures_that_differ_in_their_frames_alone_have_two_signatures():
    first, second = wave(), wave(shift=0.5)
    assert signature(first, grid_of(first)) != signature(second, grid_of(second))


def test_asking_for_the_signature_leaves_the_figure_where_it_stood():
    live = wave(value=1.0)
    before = live.caption, live._still_image().tobytes()
    signature(live, grid_of(live))
    assert (live.caption, live._still_image().tobytes()) == before


def test_a_run_gives_its_history():
    fig = Figure()
    (line,) = fig.subplots().plot([0], [0], animated=True)

    def update(number):
        line.set_data([0, number], [0, number])
        return f"record {number}"

    live = stream(fig, update, lambda: iter(range(5)), alt="A run")
    live.step(3)
    pieces = cut(live, state="A recorded run")
    assert [caption for _, caption in frames_of(pieces).values()] == [
        "Ready",
        *(f"record {number}" for number in range(3)),
    ]
    assert pieces.head["_state"] == {"status": "finished", "text": "A recorded run"}


def test_what_is_no_live_figure_is_refused():
    with pytest.raises(TypeError, match="Only a live figure"):
        cut(Figure())


def frame(*entries):
    flat = np.concatenate([np.asarray(entry, dtype=np.float32).ravel() for entry in entries])
    return np.concatenate([[1, len(flat)], flat]).astype(np.float32)


def test_rounding_touches_places_only():
    pixels = np.frombuffer(bytes(range(1, 17)), dtype=np.float32)
    matrix = [0.0123, 0, 0, 0.0123, 7.77, 8.88]
    image = [IMAGE, 0, 0.333, 1, *matrix, 2, 2, *pixels]
    line = [POLYLINE, 0, 1, -1, 0, 2, 10.001, 20.02, 30.49, 40.51]
    marks = [MARKERS, 0, 1, 2, 0, 3, *matrix, 1, 50.013, 60.013]
    before = frame(image, line, marks)
    after = np.frombuffer(rounded(before.tobytes()), dtype=np.float32)
    changed = np.flatnonzero(before.view(np.uint32) != after.view(np.uint32))
    begin = 2 + len(image)
    places = {begin + 6, begin + 7, begin + 8, begin + 9, len(before) - 2, len(before) - 1}
    assert set(changed) <= places
    assert len(changed) == 6
    assert np.array_equal(after[sorted(places)] * 32, np.round(after[sorted(places)] * 32))


def test_shapes_that_snap_to_pixels_are_not_rounded():
    snapped = frame([POLYLINE, 0, 1, -1, 1, 2, 10.001, 20.02, 30.49, 40.51])
    assert rounded(snapped.tobytes()) == snapped.tobytes()


def test_an_unknown_entry_is_an_error():
    with pytest.raises(ValueError, match="kind 99"):
        rounded(frame([99]).tobytes())


def test_planes_hold_the_first_bytes_first():
    assert in_planes(bytes([1, 2, 3, 4, 11, 12, 13, 14])) == bytes([1, 11, 2, 12, 3, 13, 4, 14])
