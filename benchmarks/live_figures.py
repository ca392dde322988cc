"""How long after a key is the new picture on the screen? Six ways to build one demo.

The same learning-rate demo (gradient descent on a quadratic bowl: contours, path,
ball, caption) runs in a real JupyterLab in a real Chromium, built with

* ``interact`` and inline matplotlib, the usual way;
* ipympl, a persistent figure and ``draw_idle``;
* plotly's ``FigureWidget``;
* `course_lib.live.LiveFigure`, from its table of frames, and without a table;
* an ipywidgets slider and a ``Label``: the bare round trip to the kernel.

All six are measured in each of several rounds, one after the other, each in a fresh
page with a fresh kernel, so that what else the machine does falls on all of them.

Key to paint: a capturing ``keydown`` listener notes the time; then the change of the
picture (image loaded, canvas drawn, DOM changed) is observed, then one animation
frame, then a message task, which runs when that frame has been handed over.

Updates under drag: the mouse sweeps the slider without pause; a frame of the screen
counts when the picture changed since the frame before.

First paint: from running the cell, in a kernel that has imported everything but drawn
nothing yet, to the first picture.

The table: from the cell's first line until the kernel has computed the last of 100
frames, while the page is being served.
"""

from __future__ import annotations

import argparse
import ast
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from harness import HERE, find_chromium, machine, ratios, table, write_section

sys.path.insert(0, str(HERE.parent / "tests" / "browser"))

from lab import PATIENCE_S, LabServer, Notebook, launch

KEYS_A_ROUND = 40
DRAG_S = 2.5
POSITIONS = 100
INTERACT_NAME, BARE_NAME = "`interact` + inline matplotlib", "slider → `Label` (bare round trip)"
TABLE_NAME, DEMAND_NAME = "**LiveFigure**, from the table", "**LiveFigure**, on demand"

COMMON = """\
import math

import matplotlib.pyplot as plt
import numpy as np

CURVATURES = np.array([2.0, 7.0])
START = np.array([-1.8, 0.9])
LOW, HIGH, POSITIONS = 1e-4, 0.3, 100
LOG_STEP = (math.log10(HIGH) - math.log10(LOW)) / (POSITIONS - 1)
X = np.linspace(-2, 2, 81)
Y = np.linspace(-1, 1, 61)
Z = (CURVATURES[0] * X**2 + CURVATURES[1] * Y[:, None] ** 2) / 2


def descend(learning_rate, steps=50):
    factor = 1 - learning_rate * CURVATURES
    return START * factor ** np.arange(steps + 1)[:, None]


def caption(xy):
    return f"loss {(CURVATURES * xy[-1] ** 2).sum() / 2:.3g} after {len(xy) - 1} steps"


def draw_contours(ax):
    ax.contourf(X, Y, Z, 12)
    ax.set(xlim=(-2, 2), ylim=(-1, 1), xlabel="first weight", ylabel="second weight")"""

LOG_SLIDER = """\
widgets.FloatLogSlider(
    value=0.01, min=math.log10(LOW), max=math.log10(HIGH), step=LOG_STEP,
    description="rate", readout_format=".2g",
)"""

PEER_IMPORTS = "import ipywidgets as widgets"
# The benchmark listens at the table, to know when its last frame was computed.
LIVE_IMPORTS = """\
import time

from course_lib.live import LiveFigure, Slider
from course_lib.live.table import FrameTable

computed = []


def put(self, key, frame, original=FrameTable.put):
    original(self, key, frame)
    computed.append(time.perf_counter())


FrameTable.put = put"""

INTERACT = """\
@widgets.interact(learning_rate=SLIDER)
def show(learning_rate):
    fig, ax = plt.subplots()
    draw_contours(ax)
    xy = descend(learning_rate)
    ax.plot(*xy.T, "w-")
    ax.plot(*xy[-1], "ro")
    ax.set_title(caption(xy))
    plt.show()"""

IPYMPL = """\
with plt.ioff():
    fig, ax = plt.subplots()
draw_contours(ax)
path, = ax.plot([], [], "w-")
ball, = ax.plot([], [], "ro")
said = widgets.Label()
slider = SLIDER


def show(change):
    xy = descend(slider.value)
    path.set_data(*xy.T)
    ball.set_data(*xy[-1:].T)
    said.value = caption(xy)
    fig.canvas.draw_idle()


slider.observe(show, "value")
show(None)
widgets.VBox([slider, fig.canvas, said])"""

PLOTLY = """\
xy = descend(0.01)
figure = go.FigureWidget([
    go.Contour(x=X, y=Y, z=Z, showscale=False),
    go.Scatter(x=xy[:, 0], y=xy[:, 1], mode="lines"),
    go.Scatter(x=xy[-1:, 0], y=xy[-1:, 1], mode="markers"),
])
figure.update_layout(width=640, height=480, showlegend=False)
said = widgets.Label(caption(xy))
slider = SLIDER


def show(change):
    xy = descend(slider.value)
    with figure.batch_update():
        figure.data[1].x, figure.data[1].y = xy.T
        figure.data[2].x, figure.data[2].y = xy[-1:].T
    said.value = caption(xy)


slider.observe(show, "value")
widgets.VBox([slider, figure, said])"""

LABEL = """\
slider = SLIDER
said = widgets.Label()


def show(change):
    said.value = caption(descend(slider.value))


slider.observe(show, "value")
show(None)
widgets.VBox([slider, said])"""

LIVE = """\
began = time.perf_counter()
fig, ax = plt.subplots()
draw_contours(ax)
path, = ax.plot([], [], "w-", animated=True)
ball, = ax.plot([], [], "ro", animated=True)


def update(learning_rate):
    xy = descend(learning_rate)
    path.set_data(*xy.T)
    ball.set_data(*xy[-1:].T)
    return caption(xy)


rate = Slider(LOW, HIGH, value=0.01, log=True, positions=POSITIONS)
live = LiveFigure(fig, update, learning_rate=rateOPTIONS)
live"""


@dataclass
class Technique:
    """One way to build the demo, and how to see in the page that it has drawn."""

    name: str
    setup: str
    cell: str
    picture: str  # selector, inside the output, of what changes
    # What kind of change to look for: "image", "canvas", "dom", or "frame": a live figure
    # names the frame it has just drawn, so that drawing the old one again does not count.
    kind: str
    table: bool = False
    # One list, or one number, for each round.
    key_ms: list = field(default_factory=list)
    updates: list = field(default_factory=list)
    first_s: list = field(default_factory=list)
    fill_s: list = field(default_factory=list)

    def cells(self):
        return [
            f"{COMMON}\n{self.setup}",
            self.cell.replace("SLIDER", LOG_SLIDER),
        ]


def techniques():
    """The six ways, the usual one first."""
    return [
        Technique(
            INTERACT_NAME,
            f"%matplotlib inline\n{PEER_IMPORTS}",
            INTERACT,
            ".jp-OutputArea",
            "image",
        ),
        Technique(
            "ipympl, `draw_idle`",
            f"%matplotlib widget\n{PEER_IMPORTS}",
            IPYMPL,
            ".jupyter-matplotlib",
            "canvas",
        ),
        Technique(
            "plotly `FigureWidget`",
            f"import plotly.graph_objects as go\n{PEER_IMPORTS}",
            PLOTLY,
            ".js-plotly-plot .cartesianlayer",
            "dom",
        ),
        Technique(
            TABLE_NAME,
            LIVE_IMPORTS,
            LIVE.replace("OPTIONS", ""),
            ".live",
            "frame",
            table=True,
        ),
        Technique(
            DEMAND_NAME,
            LIVE_IMPORTS,
            LIVE.replace("OPTIONS", ", max_bytes=1"),
            ".live",
            "frame",
        ),
        Technique(
            BARE_NAME,
            PEER_IMPORTS,
            LABEL,
            ".widget-label:last-child",
            "dom",
        ),
    ]


# `watch(picture, kind)` counts changes; `firstPaint` times a cell's first picture.
INSTRUMENT = r"""
window.bench = (() => {
  const { changes, paint, within } = courseProbe;
  let count = 0;
  let waiting = [];
  let stop = () => {};
  const seen = () => {
    count += 1;
    const resolvers = waiting;
    waiting = [];
    resolvers.forEach((resolve) => resolve());
  };
  const watch = (picture, kind) => {
    stop();
    if (kind === "dom" || kind === "frame") {
      let frame = picture.dataset.frame;
      const observer = new MutationObserver(() => {
        if (kind === "frame" && picture.dataset.frame === frame) return;
        frame = picture.dataset.frame;
        seen();
      });
      observer.observe(picture, kind === "dom"
        ? { subtree: true, childList: true, characterData: true, attributes: true }
        : { attributeFilter: ["data-frame"] });
      stop = () => observer.disconnect();
    } else {
      const tag = kind === "image" ? "IMG" : "CANVAS";
      const drawn = ({ node }) => {
        if (node.tagName === tag && picture.contains(node)) seen();
      };
      changes.addEventListener("change", drawn);
      stop = () => changes.removeEventListener("change", drawn);
    }
  };

  let next;
  addEventListener("keydown", () => {
    const pressed = performance.now();
    next = new Promise((resolve) => waiting.push(resolve))
      .then(paint)
      .then((painted) => painted - pressed);
  }, true);

  let drag;
  return {
    watch,
    keyToPaint: (ms) => within(next, ms, "waiting for the picture"),
    startDrag() {
      let frames = 0, before = count, running = true;
      const start = performance.now();
      const frame = () => {
        if (count !== before) frames += 1;
        before = count;
        if (running) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      drag = () => {
        running = false;
        return frames / (performance.now() - start) * 1000;
      };
    },
    endDrag: () => drag(),
    async firstPaint(index, selector, kind, ms) {
      const notebook = jupyterapp.shell.currentWidget.content;
      notebook.activeCellIndex = index;
      await notebook.scrollToItem(index);
      const output = notebook.widgets[index].outputArea.node;
      const find = () => output.querySelector(selector);
      let listener, observer;
      const shown = new Promise((resolve) => {
        const tag = kind === "image" ? "IMG" : "CANVAS";
        listener = ({ node }) => {
          if (node.tagName === tag && output.contains(node)) resolve();
        };
        if (kind === "dom") {
          observer = new MutationObserver(() => {
            const picture = find();
            if (picture && (picture.textContent || picture.querySelector("path"))) resolve();
          });
          observer.observe(output, { subtree: true, childList: true, characterData: true });
        } else changes.addEventListener("change", listener);
      });
      const start = performance.now();
      const ran = jupyterapp.commands.execute("notebook:run-cell");
      try {
        await within(shown, ms, "first picture");
      } finally {
        changes.removeEventListener("change", listener);
        observer?.disconnect();
      }
      const painted = await paint();
      await ran;
      return painted - start;
    },
  };
})();
"""


def slider_of(notebook):
    """The slider's handle, or the native input."""
    return notebook.output(1).get_by_role("slider").first


def press_keys(notebook, rng):
    """Press arrow keys one by one; key to paint of each, in milliseconds."""
    slider = slider_of(notebook)
    slider.focus()
    half = KEYS_A_ROUND // 2
    times = []
    for key in ["ArrowRight"] * half + ["ArrowLeft"] * half:
        notebook.page.keyboard.press(key)
        times.append(notebook.page.evaluate("(ms) => bench.keyToPaint(ms)", PATIENCE_S * 1000))
        # Let the picture settle, and meet the screen's refresh at any phase.
        notebook.wait_for_kernel()
        time.sleep(rng.uniform(0.03, 0.08))
    return times


def drag(notebook):
    """Sweep the slider by mouse without pause; pictures painted per second."""
    slider = slider_of(notebook)
    native = slider.evaluate("node => node.tagName === 'INPUT'")
    track = slider if native else slider.locator("xpath=ancestor::*[@class='noUi-base']")
    box = track.bounding_box()
    grip = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    left, right = box["x"] + 0.1 * box["width"], box["x"] + 0.9 * box["width"]
    mouse = notebook.page.mouse
    if native:
        mouse.move(left, y)
    else:
        mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    mouse.down()
    mouse.move(left, y)
    notebook.page.evaluate("() => bench.startDrag()")
    start = time.perf_counter()
    while (elapsed := time.perf_counter() - start) < DRAG_S:
        phase = elapsed % 2
        mouse.move(left + (right - left) * (phase if phase < 1 else 2 - phase), y)
    rate = notebook.page.evaluate("() => bench.endDrag()")
    mouse.up()
    notebook.wait_for_kernel()
    return rate


def measure(server, browser, technique, rng):
    """One round of one technique, in a fresh page with a fresh kernel."""
    notebook = Notebook(server, browser, technique.cells())
    try:
        notebook.page.evaluate(INSTRUMENT)
        notebook.run_cell(0)
        first = notebook.page.evaluate(
            "([index, selector, kind, ms]) => bench.firstPaint(index, selector, kind, ms)",
            [1, technique.picture, technique.kind, PATIENCE_S * 1000],
        )
        notebook.raise_errors()
        technique.first_s.append(first / 1000)
        if technique.table:
            notebook.wait_for_kernel_value(f"len(computed) >= {POSITIONS}", True)
            last = notebook.kernel_says(f"computed[{POSITIONS - 1}] - began")
            technique.fill_s.append(ast.literal_eval(last))
        notebook.wait_for_kernel()
        notebook.scroll_to(1)
        picture = (
            notebook.output(1)
            if technique.kind == "image"
            else notebook.output(1).locator(technique.picture).first
        )
        picture.evaluate("(node, kind) => bench.watch(node, kind)", technique.kind)
        technique.key_ms.append(press_keys(notebook, rng))
        technique.updates.append(drag(notebook))
    finally:
        notebook.close()


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def report(measured, rounds):
    """The table and the two ratios in words, as Markdown."""
    medians = {one.name: [statistics.median(keys) for keys in one.key_ms] for one in measured}
    usual, bare = medians.get(INTERACT_NAME), medians.get(BARE_NAME)
    rows = []
    for one in measured:
        keys = [time for times in one.key_ms for time in times]
        faster = ratios(usual, medians[one.name]).text(1) if usual else "—"
        rows.append(
            [
                one.name,
                f"{statistics.median(keys):.1f} ms",
                f"{percentile(keys, 0.95):.1f} ms",
                faster,
                f"{statistics.median(one.updates):.0f} /s",
                f"{statistics.median(one.first_s):.2f} s",
            ]
        )
    header = [
        "learning-rate demo",
        "key → paint, median",
        "p95",
        "`interact` ÷ this: median (quartiles)",
        "painted under drag",
        "first paint",
    ]
    parts = [
        f"{machine('jupyterlab', 'ipywidgets', 'matplotlib', 'ipympl', 'plotly')} Headless "
        f"Chromium; {rounds} rounds of {KEYS_A_ROUND} keys and a drag of {DRAG_S} s.",
        table(header, rows),
    ]
    named = {one.name: one for one in measured}
    if TABLE_NAME in named:
        filled = statistics.median(named[TABLE_NAME].fill_s)
        parts.append(
            f"The table of {POSITIONS} positions is computed {filled:.2f} s after the cell's first "
            "line."
        )
    if DEMAND_NAME in named and bare:
        demand = ratios(medians[DEMAND_NAME], bare).text(2)
        parts.append(f"On demand, a key takes {demand} of the bare round trip, round by round.")
    return "\n\n".join(parts)


def run(rounds, only):
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    rng = random.Random(1)
    measured = [one for one in techniques() if only in one.name]
    with (
        tempfile.TemporaryDirectory() as folder,
        LabServer(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright, chromium)
        for number in range(rounds):
            for technique in measured:
                print(f"round {number + 1} of {rounds}: {technique.name}", file=sys.stderr)
                measure(server, browser, technique, rng)
        browser.close()
    return measured


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="part of a name; the report stays as it is")
    options = parser.parse_args()
    body = report(run(options.rounds, options.only), options.rounds)
    print(body)
    if not options.only:
        write_section("live_figures", "Live figures", body)


if __name__ == "__main__":
    main()
