"""The exported page holds everything and asks for nothing."""

import base64
import html.parser
import json
import re
import shutil
import subprocess
import zlib

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from course_lib.live import LiveFigure, Slider, Steps, Toggle
from course_lib.live.export import page_html, script
from course_lib.live.widget import FigureWidget


def make(caption="slope {k}", **controls):
    fig = Figure(figsize=(3, 2))
    ax = fig.subplots()
    ax.set(xlim=(0, 1), ylim=(-10, 10))
    (line,) = ax.plot([], [], animated=True)

    def update(k, **others):
        line.set_data([0, 1], [0, k])
        return caption.format(k=k)

    return LiveFigure(fig, update, alt="A line", k=Slider(0, 9, integer=True), **controls)


class Elements(html.parser.HTMLParser):
    """The start tags of a page and the text of its scripts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self._open = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._open = tag == "script"
        if self._open:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._open = self._open and tag != "script"

    def handle_data(self, data):
        if self._open:
            self.scripts[-1] += data


def embedded(text):
    """The state and the bytes that a page holds for its first figure."""
    page = Elements(text)
    state, data = page.scripts[:2]
    (attributes,) = [a for _, a in page.tags if "data-deflated" in a][:1]
    raw = base64.b64decode(data)
    if attributes["data-deflated"] == "true":
        raw = zlib.decompress(raw)
    return json.loads(state), raw


def test_the_page_requests_nothing():
    text = page_html([make()], "Title")
    for tag, attributes in Elements(text).tags:
        for name in ("src", "href", "srcset", "action", "data"):
            assert attributes.get(name, "data:").startswith("data:"), (tag, attributes)
        assert tag not in ("link", "iframe", "object", "embed", "base")
    # The name of a namespace is not an address.
    code = script().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//cdn|@import|\bimport\s*\(|\bfetch\s*\(", code)


def test_the_page_holds_every_frame_and_every_picture():
    live = make(step=Steps(3))
    state, raw = embedded(page_html([live], "Title"))
    frames = state["_scene"]["frames"]
    assert sorted(frames["keys"]) == list(range(30))
    start, length = frames["bytes"]["$bytes"]
    assert length == sum(frames["sizes"])
    first = np.frombuffer(raw[start : start + frames["sizes"][0]], dtype=np.float32)
    wanted = live._frame(frames["keys"][0]).data
    np.testing.assert_array_equal(first, np.frombuffer(wanted, dtype=np.float32))
    looks = {(p["theme"], p["resolution"]) for p in state["_scene"]["pictures"]}
    assert looks == {(t, r) for t in ("light", "dark") for r in (1, 2)}


def test_the_page_opens_where_the_controls_stand():
    live = make(fine=Toggle())
    live.k, live.fine = 7, True
    state, _ = embedded(page_html([live], "Title"))
    assert (state["k"], state["fine"]) == (7, True)


def test_a_caption_cannot_end_the_script_that_holds_it():
    text = page_html([make("</script><img src=x> {k}")], "<b>Title</b>")
    state, _ = embedded(text)
    assert state["_scene"]["frames"]["captions"][0].startswith("</script><img src=x>")
    assert "<b>Title" not in text
    assert ("img", {"src": "x"}) not in Elements(text).tags


def test_without_javascript_the_page_is_a_picture_with_alt_text():
    images = [a for tag, a in Elements(page_html([make()], "Title")).tags if tag == "img"]
    assert images[0]["alt"] == "A line"
    assert images[0]["src"].startswith("data:image/png;base64,")


def test_the_page_is_written_to_a_path(tmp_path):
    make().save_html(tmp_path / "live.html")
    assert "<title>A line</title>" in (tmp_path / "live.html").read_text(encoding="utf-8")


def test_exporting_does_not_change_what_the_notebook_is_told():
    live = make()
    told = live._told
    page_html([live], "Title")
    assert live._told == told


def test_joined_modules_import_and_export_nothing_but_the_widget():
    for text, exports in [(FigureWidget._esm, 1), (script(), 0)]:
        assert not re.search(r"^\s*import\b", text, re.MULTILINE)
        assert len(re.findall(r"^export\b", text, re.MULTILINE)) == exports


def test_names_are_unique_across_the_joined_modules():
    declared = re.findall(
        r"^(?:async )?(?:const|let|class|function) (\w+)", FigureWidget._esm, re.MULTILINE
    )
    assert len(declared) == len(set(declared))
    assert "Painter" in declared


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node to read JavaScript")
@pytest.mark.parametrize("text", [FigureWidget._esm, script()])
def test_joined_modules_are_correct_javascript(text, tmp_path):
    path = tmp_path / "joined.mjs"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(["node", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_gif_has_one_picture_for_each_position(tmp_path):
    live = make()
    live.save_gif(tmp_path / "k.gif", over="k", dpi=50)
    with Image.open(tmp_path / "k.gif") as movie:
        assert movie.n_frames == 10
        assert movie.size == (150, 100)


def test_a_gif_shows_what_moves(tmp_path):
    live = make()
    live.save_gif(tmp_path / "k.gif")
    with Image.open(tmp_path / "k.gif") as movie:
        frames = []
        for k in (0, 9):
            movie.seek(k)
            frames.append(np.array(movie.convert("RGB")).astype(int))
            assert np.abs(frames[-1] - live.frame_image(k=k)[..., :3]).mean() < 3
    assert np.abs(frames[0] - frames[1]).max() > 100


def test_a_gif_over_an_unknown_control_names_the_known(tmp_path):
    with pytest.raises(ValueError, match="no control 'q', only k"):
        make().save_gif(tmp_path / "q.gif", over="q")


def test_an_mp4_without_ffmpeg_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(RuntimeError, match="ffmpeg, which is not installed"):
        make().save_mp4(tmp_path / "k.mp4")


def test_after_a_movie_the_figure_goes_on(tmp_path):
    live = make()
    live.save_gif(tmp_path / "k.gif")
    live.k = 3
    assert live._frame(live._key()).error is None
