"""LiveFigure without a browser: traits, frames, messages, errors."""

import asyncio
import gc
import io
import itertools
import threading
import weakref

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
import traitlets
from live_replay import replayed
from matplotlib.figure import Figure
from PIL import Image

from course_lib.live import Choice, LiveFigure, Slider, Steps, Toggle
from course_lib.live import figure as figure_module
from course_lib.live import turns as turns_module
from course_lib.live import widget as widget_module


def make(update=None, *, max_bytes=32_000_000, **controls):
    """A figure with one line whose slope follows the slider k."""
    fig = Figure(figsize=(3, 2))
    ax = fig.subplots()
    ax.set(xlim=(0, 1), ylim=(-10, 10), title="Slope", xlabel="x", ylabel="y")
    (line,) = ax.plot([], [], lw=5, animated=True)
    calls = []

    def slope(k, **others):
        calls.append(k)
        line.set_data([0, 1], [0, k])
        return f"slope {k:g}"

    controls = controls or {"k": Slider(-10, 10, 2, integer=True)}
    live = LiveFigure(fig, update or slope, max_bytes=max_bytes, **controls)
    live.calls, live.line = calls, line
    return live


class Page:
    """Stands for the browser: it hears what is sent and remembers it."""

    def __init__(self, live):
        self.live, self.messages = live, []
        live.send = self.hear

    def hear(self, content, buffers=None):
        self.messages.append((content, buffers))

    def say(self, **content):
        self.live._hear(self.live, content, [])

    @property
    def keys(self):
        """The numbers of the frames that came, in order."""
        return [k for c, _ in self.messages if c["type"] == "frames" for k in c["keys"]]


# ---------------------------------------------------------------------- traits and values


def test_the_first_frame_is_computed_at_once_and_no_other():
    live = make()
    assert live.calls == [2]
    assert live.caption == "slope 2"
    assert live._scene["frames"]["keys"] == [12]


def test_a_trait_snaps_to_the_nearest_position():
    live = make(k=Slider(-10, 10, 0, positions=21))
    live.k = 3.4
    assert live.k == 3


def test_a_value_outside_is_refused_with_the_range():
    live = make()
    with pytest.raises(traitlets.TraitError, match=r"k: 11 is outside \[-10, 10\]"):
        live.k = 11
    assert live.k == 2


def test_observers_hear_of_a_move_of_the_page():
    live = make()
    heard = []
    live.observe(lambda change: heard.append(change["new"]), "k")
    live.set_state({"k": 5})
    assert heard == [5]
    assert live.caption == "slope 5"


def test_traits_link_with_those_of_ipywidgets():
    live = make()
    slider = ipywidgets.IntSlider(min=-10, max=10)
    link = traitlets.link((live, "k"), (slider, "value"))
    assert slider.value == 2
    slider.value = -4
    assert live.k == -4
    link.unlink()


def test_a_live_figure_goes_into_an_ipywidgets_box():
    live = make()
    assert ipywidgets.HBox([live, live]).children == (live, live)


def test_a_choice_travels_by_name_and_reads_as_its_value():
    live = make(k=Slider(-10, 10, 2, integer=True), f=Choice({"a": np.sin, "b": np.cos}))
    assert live.get_state()["f"] == "a"
    live.set_state({"f": "b"})
    assert live.f is np.cos


def test_reset_puts_every_control_back():
    live = make(k=Slider(-10, 10, 2, integer=True), fine=Toggle(), step=Steps(5, 3))
    live.k, live.fine, live.step = 7, True, 0
    live.reset()
    assert (live.k, live.fine, live.step) == (2, False, 3)


# ---------------------------------------------------------------------- frames


def test_each_frame_is_what_matplotlib_draws_at_its_values():
    live = make()
    for k in (-10, 0, 9):
        live.k = k
        drawn = replayed(live.scene, live._frame(live._key()).data, 1).astype(int)
        assert np.abs(drawn - live.frame_image(k=k)).max() < 8


def test_frame_image_has_device_pixels_and_both_themes():
    live = make()
    assert live.frame_image(k=3).shape == (200, 300, 4)
    assert live.frame_image(k=3, dpr=2).shape == (400, 600, 4)
    assert live.frame_image(k=3)[0, 0, 0] == 255
    assert live.frame_image(k=3, theme="dark")[0, 0, 0] == 17
    with pytest.raises(TypeError, match="no control q"):
        live.frame_image(q=1)


def test_fill_computes_every_position_once():
    live = make()
    live.fill()
    assert sorted(live.calls) == list(range(-10, 11))


def test_a_caption_that_is_no_text_is_an_error_in_the_figure():
    live = make(lambda k: 3)
    assert "caption as text, or None, not 3" in live._frame(live._key()).error


def test_overflow_in_update_warns_nobody():
    def update(k):
        np.exp(np.array([1000.0]))
        return "fine"

    assert make(update).caption == "fine"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, np.nan, 2], "1 value is not finite and left out."),
        ([np.inf, np.nan, -np.inf], "3 values are not finite and left out."),
        (np.ma.masked_invalid([1, np.nan, 2]), None),
        ([1, 2, 3], None),
    ],
)
def test_values_that_are_not_finite_are_said_in_the_caption(values, words):
    fig = Figure(figsize=(3, 2))
    (line,) = fig.subplots().plot([], [], "-o", animated=True)

    def update(k):
        line.set_data([0, 1, 2], values)
        return "three points"

    caption = LiveFigure(fig, update, k=Slider(0, 1)).caption
    assert caption == ("three points" if words is None else f"three points ({words})")


def test_values_that_are_not_finite_are_counted_in_every_kind_of_artist():
    from course_lib.live.finite import count_nonfinite

    ax = Figure().subplots()
    rectangle = ax.bar([0], [np.nan])[0]
    for artist, count in [
        (ax.scatter([0, np.nan], [np.inf, 1]), 2),
        (ax.imshow([[np.nan, 1.0], [np.inf, 2.0]]), 2),
        (ax.quiver([0, 1], [0, 1], [np.nan, 1], [1, 1]), 1),
        (rectangle, 1),
        (ax.text(0, np.nan, "lost"), 1),
        (ax.text(0, 0, "there"), 0),
        (ax.bar([0], [1])[0], 0),
    ]:
        assert count_nonfinite([artist]) == count, artist


# ---------------------------------------------------------------------- errors of update


def failing(k):
    if k == 2:
        raise ZeroDivisionError("no slope here")
    return f"slope {k}"


def test_an_exception_is_shown_with_the_values_and_the_line_that_caused_it():
    live = make(failing)
    error = live._frame(live._key()).error
    assert "update(k=2)" in error
    assert "ZeroDivisionError: no slope here" in error
    assert 'raise ZeroDivisionError("no slope here")' in error
    assert "No picture for k=2" in live.caption


def test_other_positions_are_not_affected_by_an_exception():
    live = make(failing)
    live.k = 3
    assert live.caption == "slope 3"
    assert live._frame(live._key()).error is None


def test_a_change_of_what_is_drawn_once_is_shown_as_an_error():
    fig = Figure(figsize=(3, 2))
    ax = fig.subplots()
    ax.plot([0, 1], animated=True)
    live = LiveFigure(fig, lambda k: ax.set_title(f"{k}") and None, k=Slider(0, 5, integer=True))
    live.k = 4
    assert "not animated" in live._frame(live._key()).error


# ---------------------------------------------------------------------- arguments


def test_a_figure_without_moving_artists_says_how_to_mark_them():
    fig = Figure()
    fig.subplots().plot([0, 1])
    with pytest.raises(ValueError, match="animated=True"):
        LiveFigure(fig, lambda k: None, k=Slider(0, 1))


def animated_figure():
    fig = Figure(figsize=(3, 2))
    fig.subplots().plot([0, 1], animated=True)
    return fig


@pytest.mark.parametrize(
    ("update", "controls", "error", "words"),
    [
        (lambda a: None, {"b": Slider(0, 1)}, TypeError, r"does not fit the controls b"),
        (lambda: None, {"b": Slider(0, 1)}, TypeError, r"does not fit the controls b"),
        (None, {"b": Slider(0, 1)}, TypeError, "update must be a function"),
        (lambda b: None, {"b": (0, 1)}, TypeError, "b must be a Slider, Choice, Toggle or Steps"),
        (lambda: None, {}, ValueError, "needs a control"),
        (lambda layout: None, {"layout": Toggle()}, ValueError, "cannot be called 'layout'"),
    ],
)
def test_arguments_that_do_not_fit_are_named(update, controls, error, words):
    with pytest.raises(error, match=words):
        LiveFigure(animated_figure(), update, **controls)


@pytest.mark.parametrize(("amount", "error"), [(-1, ValueError), (1e6, TypeError)])
def test_an_amount_of_memory_is_a_whole_number(amount, error):
    with pytest.raises(error, match="max_bytes must"):
        LiveFigure(animated_figure(), lambda k: None, max_bytes=amount, k=Toggle())


def test_something_that_is_no_figure_is_refused():
    with pytest.raises(TypeError, match="must be a matplotlib figure"):
        LiveFigure(plt, lambda k: None, k=Toggle())


# ---------------------------------------------------------------------- talking with a page


async def until(condition, seconds=20):
    for _ in range(int(seconds / 0.005)):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen in time")


def run(coroutine):
    return asyncio.run(coroutine)


def test_nothing_is_computed_ahead_until_a_page_says_hello():
    async def scenario():
        live = make()
        await asyncio.sleep(0.05)
        return live.calls

    assert run(scenario()) == [2]


def test_after_hello_all_frames_come_nearest_first():
    async def scenario():
        live = make()
        page = Page(live)
        page.say(type="hello")
        await until(lambda: live._table.complete and not live._tasks)
        return page.keys

    keys = run(scenario())
    assert keys[:5] == [12, 11, 13, 10, 14]
    assert sorted(keys) == list(range(21))


def test_a_wanted_frame_comes_before_the_others():
    async def scenario():
        live = make()
        page = Page(live)
        page.say(type="hello")
        page.say(type="want", key=0)
        await until(lambda: live._table.complete)
        return page.keys

    keys = run(scenario())
    assert keys[0] == 0
    assert sorted(set(keys)) == list(range(21))


def test_filling_follows_the_reader():
    async def scenario():
        live = make()
        page = Page(live)
        live.k = -9
        page.say(type="hello")
        await until(lambda: live._table.complete)
        return live.calls

    assert run(scenario())[1:5] == [-9, -10, -8, -7]


def test_filling_lets_others_have_their_turn():
    async def scenario():
        live = make(k=Slider(-10, 10, 0, positions=201))
        page = Page(live)
        page.say(type="hello")
        turns = 0
        while not live._table.complete:
            await asyncio.sleep(0)
            turns += 1
        return turns, len([c for c, _ in page.messages if c["type"] == "frames"])

    turns, messages = run(scenario())
    # Not one long piece of work: many slices, with turns of the loop between them.
    assert messages > 3
    assert turns > messages


def test_many_figures_fill_one_slice_at_a_time(monkeypatch):
    # A clock that goes 3 ms at each look: a slice of 8 ms then holds three frames.
    ticks = itertools.count()
    for module in (figure_module, turns_module):
        monkeypatch.setattr(module, "clock", lambda: 0.003 * next(ticks))

    async def scenario():
        lives = [make() for _ in range(4)]
        for live in lives:
            Page(live).say(type="hello")
        most = 0
        while not all(live._table.complete for live in lives):
            before = sum(len(live._table) for live in lives)
            await asyncio.sleep(0)
            most = max(most, sum(len(live._table) for live in lives) - before)
        return most

    assert run(scenario()) <= 3


def test_a_figure_that_nobody_shows_stops_filling_and_goes_on_when_shown():
    async def scenario():
        live = make(k=Slider(-10, 10, 0, positions=101))
        page = Page(live)
        page.say(type="hello")
        await asyncio.sleep(0)
        page.say(type="views", count=0)
        await until(lambda: not live._tasks)
        hidden = len(live._table)
        await asyncio.sleep(0.05)
        assert len(live._table) == hidden < 101
        page.say(type="views", count=1)
        await until(lambda: live._table.complete)

    run(scenario())


def test_a_page_that_comes_back_gets_everything_again():
    async def scenario():
        live = make()
        page = Page(live)
        page.say(type="hello")
        await until(lambda: live._table.complete)
        page.messages.clear()
        page.say(type="hello")
        await until(lambda: len(page.keys) == 21)
        return page

    page = run(scenario())
    assert sorted(page.keys) == list(range(21))
    first = page.messages[0][0]["shared"]
    assert first["from"] == [0, 0, 0]
    assert first["colors"]


def test_shared_things_are_sent_once():
    live = make()
    page = Page(live)
    live._told = live.scene.shared.counts()
    page.say(type="want", key=3)
    page.say(type="want", key=4)
    assert all(not c["shared"]["styles"] for c, _ in page.messages)


@pytest.mark.parametrize("message", [{}, {"type": "?"}, {"type": "want", "key": 999}])
def test_a_message_that_makes_no_sense_is_ignored(message):
    live = make()
    page = Page(live)
    page.say(**message)
    assert page.messages == []


def test_a_page_gets_the_picture_it_asks_for():
    live = make()
    page = Page(live)
    page.say(type="picture", theme="dark", resolution=2)
    (content, buffers) = page.messages[0]
    assert (content["theme"], content["resolution"]) == ("dark", 2)
    assert Image.open(io.BytesIO(buffers[0])).size == (600, 400)
    page.say(type="picture", theme="light", resolution=1)


def test_the_next_figure_opens_with_the_look_of_the_last_page():
    try:
        Page(make()).say(type="picture", theme="dark", resolution=2)
        picture = make()._scene["pictures"][0]
        assert (picture["theme"], picture["resolution"]) == ("dark", 2)
    finally:
        widget_module.FigureWidget._look = ("light", 1)


def test_messages_of_another_thread_are_answered_in_the_thread_of_the_figure():
    async def scenario():
        threads = []

        def update(k):
            threads.append(threading.current_thread())

        live = make(update)
        page = Page(live)
        other = threading.Thread(target=lambda: page.say(type="want", key=3))
        other.start()
        await until(lambda: page.keys)
        other.join()
        return set(threads)

    assert run(scenario()) == {threading.main_thread()}


# ---------------------------------------------------------------------- on demand


def test_beyond_its_memory_a_figure_answers_on_demand_and_keeps_the_last():
    live = make(max_bytes=2_000, k=Slider(-10, 10, 2, positions=1001))
    assert live.strategy == "on demand"
    page = Page(live)
    for key in range(100):
        page.say(type="want", key=key)
    assert page.keys == list(range(100))
    assert live._table.nbytes <= 2_000
    assert page.messages[-1][0]["room"] == 2_000


def test_on_demand_nothing_is_computed_ahead():
    async def scenario():
        live = make(max_bytes=0)
        Page(live).say(type="hello")
        await asyncio.sleep(0.05)
        return live.calls

    assert run(scenario()) == [2]


def test_filling_what_does_not_fit_says_so():
    with pytest.raises(MemoryError, match="Use fewer positions"):
        make(max_bytes=2_000, k=Slider(-10, 10, 2, positions=1001)).fill()


# ---------------------------------------------------------------------- ending


def test_closing_ends_the_filling():
    async def scenario():
        live = make(k=Slider(-10, 10, 0, positions=501))
        Page(live).say(type="hello")
        await asyncio.sleep(0.01)
        live.close()
        await asyncio.sleep(0.02)
        assert not live._tasks
        return len(live._table)

    assert run(scenario()) < 501


def test_a_cell_run_again_closes_its_figures_but_not_those_of_the_same_run(monkeypatch):
    from course_lib.live import cells

    now = ["cell", "first run"]
    monkeypatch.setattr(cells, "_current_cell", lambda: tuple(now))
    one, two = make(), make()
    assert one._open
    assert two._open
    now[:] = "other cell", "second run"
    make()
    assert one._open
    now[:] = "cell", "third run"
    make()
    assert not one._open
    assert not two._open


def test_a_figure_that_another_cell_still_shows_is_closed_with_its_last_view(monkeypatch):
    from course_lib.live import cells

    now = ["cell", "first run"]
    monkeypatch.setattr(cells, "_current_cell", lambda: tuple(now))

    async def scenario():
        old = make(k=Slider(-10, 10, 0, positions=501))
        page = Page(old)
        page.say(type="views", count=2)
        now[1] = "second run"
        make()
        await asyncio.sleep(0.02)
        assert not old._tasks
        assert len(old._table) < 501
        page.say(type="views", count=1)
        page.say(type="want", key=500)
        assert page.keys[-1] == 500
        page.say(type="views", count=0)
        assert not old._open

    run(scenario())


def test_a_second_live_figure_of_one_figure_replaces_the_first():
    fig = animated_figure()
    first = LiveFigure(fig, lambda k: None, k=Toggle())
    LiveFigure(fig, lambda k: None, k=Toggle())
    assert not first._open


def test_the_figure_is_not_shown_a_second_time_by_pyplot():
    fig, ax = plt.subplots()
    ax.plot([0, 1], animated=True)
    LiveFigure(fig, lambda k: None, k=Toggle())
    assert fig.number not in plt.get_fignums()


def test_a_closed_figure_can_be_freed():
    live = make()
    scene = weakref.ref(live.scene)
    live.close()
    del live
    gc.collect()
    assert scene() is None


# ---------------------------------------------------------------------- as a still picture


def test_the_output_carries_a_picture_with_alt_text_and_words():
    live = make()
    data, metadata = live._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    picture = Image.open(io.BytesIO(__import__("base64").b64decode(data["image/png"])))
    np.testing.assert_array_equal(np.array(picture), live.frame_image())
    assert data["text/plain"] == "Slope: y against x\nslope 2"
    assert metadata["image/png"]["alt"] == "Slope: y against x"


def test_the_output_is_the_same_each_time():
    (a, _), (b, _) = make()._repr_mimebundle_(), make()._repr_mimebundle_()
    assert a["text/plain"] == b["text/plain"]
    assert a["image/png"] == b["image/png"]


def test_alt_text_can_be_given():
    live = LiveFigure(animated_figure(), lambda k: "c", alt="A line that turns", k=Toggle())
    assert live._repr_mimebundle_()[0]["text/plain"] == "A line that turns\nc"
    assert live._scene["alt"] == "A line that turns"
