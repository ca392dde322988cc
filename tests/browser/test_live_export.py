"""Pages that `save_html` writes: opened from the disk, with no kernel and no network."""

import numpy as np
import pictures
import pytest
import scenes
from live_page import LiveOnPage
from matplotlib.figure import Figure

from course_lib.live import LiveFigure, Slider, Steps


@pytest.fixture
def exported(open_page, tmp_path):
    """Save a live figure, and open the page with the network shut."""

    def export(live, **options):
        path = tmp_path / "live.html"
        live.save_html(path, title="A live figure")
        visit = open_page("about:blank", **options)
        visit.context.set_offline(True)
        asked = []
        visit.page.on("request", lambda request: asked.append(request.url))
        visit.page.goto(path.as_uri())
        figure = LiveOnPage(visit, visit.page.locator(".live"))
        figure.until_painted()
        figure.until_sharp()
        others = [
            url for url in asked if url != path.as_uri() and not url.startswith(("data:", "blob:"))
        ]
        assert others == []
        return figure

    return export


def scene(name):
    fig, update = scenes.SCENES[name]()
    return LiveFigure(fig, update, k=Slider(0, 4, value=0, integer=True))


@pytest.mark.parametrize("ratio", [1, 2])
def test_an_exported_figure_moves_and_is_what_matplotlib_draws(exported, ratio):
    figure = exported(scene("scatter"), device_scale_factor=ratio)
    for key in ("ArrowRight", "ArrowRight", "End", "Home"):
        k = int(figure.press(figure.slider("K"), key))
        assert figure.caption == f"k = {k}"
        expected = pictures.draw(scenes.frame("scatter", k), ratio)
        assert pictures.difference(figure.pixels(), expected, ratio) < 32
    figure.point(figure.slider("K"), 0.5)
    assert figure.caption == "k = 2"
    figure.button("Reset").click()
    figure.until_frame(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_an_exported_page(exported, theme):
    from axe_playwright_python.sync_playwright import Axe

    figure = exported(scene("areas"), theme=theme)
    found = Axe().run(figure.visit.page)
    assert found.violations_count == 0, found.generate_report()
    dark = np.median(figure.pixels()) < 64
    assert dark == (theme == "dark")


def test_an_exported_page_fits_a_telephone(exported):
    figure = exported(scene("several_axes"), width=320, height=640, device_scale_factor=2)
    page = figure.visit.page
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    assert figure.canvas.bounding_box()["width"] < 320
    figure.press(figure.slider("K"), "End")
    assert figure.caption == "k = 4"


def walk():
    fig = Figure(figsize=(4, 2))
    ax = fig.subplots()
    ax.set(xlim=(0, 50), ylim=(0, 1))
    (ball,) = ax.plot([], [], "o", animated=True)

    def update(step):
        ball.set_data([step], [0.5])
        return f"at {step}"

    return LiveFigure(fig, update, step=Steps(50, speed=4))


@pytest.mark.parametrize(
    ("options", "speed", "steps"),
    [({}, "1×", 8), ({}, "2×", 16), ({"reduced_motion": True}, "8×", 2)],
    ids=["normal", "twice as fast", "reduced motion"],
)
def test_playing_keeps_its_pace(exported, options, speed, steps):
    figure = exported(walk(), **options)
    clock = figure.visit.page.clock
    # The page's clock stands still but for what the test lets pass.
    clock.install(time=0)
    clock.pause_at(1000)
    figure.root.get_by_label("Speed").select_option(speed)
    figure.button("Play").click()
    clock.run_for(2050)
    assert figure.caption == f"at {steps}"
    figure.button("Pause").click()
    clock.run_for(5000)
    assert figure.caption == f"at {steps}"
