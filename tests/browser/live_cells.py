"""Cells that make live figures of every kind, for the pages of the tests."""

SETUP = """\
import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np

from course_lib.live import Choice, LiveFigure, Slider, Steps, Toggle, stream

x = np.linspace(0, 6, 100)
WAVES = {"sine": np.sin, "cosine": np.cos, "square": lambda t: np.sign(np.sin(t))}


def wave_figure(**options):
    fig, ax = plt.subplots(figsize=(4, 2.5))
    ax.set(xlim=(0, 6), ylim=(-3, 3), title="Waves", xlabel="time (s)", ylabel="height (m)")
    line, = ax.plot([], [], animated=True)
    level, = ax.plot([], [], "--", color="C1", animated=True)

    def update(frequency, height, harmonics, wave, level_line):
        terms = range(1, harmonics + 1)
        line.set_data(x, height * sum(WAVES[wave](n * frequency * x) / n for n in terms))
        level.set_data([0, 6], [height, height])
        level.set_visible(level_line)
        return f"{wave} of {frequency:.2g}, height {height:.2g}, {harmonics} harmonics"

    return LiveFigure(
        fig,
        update,
        frequency=Slider(1, 3, value=2, positions=5, unit="per second"),
        height=Slider(0.1, 2.5, value=1, log=True, positions=7),
        harmonics=Slider(1, 4, value=1, integer=True),
        wave=Choice(["sine", "cosine"]),
        level_line=Toggle(False, label="Show its height"),
        **options,
    )"""

WAVES = """\
live = wave_figure()
seen = []
live.observe(lambda change: seen.append(change["new"]), "frequency")
live"""

LINKED = """\
other = widgets.FloatSlider(value=2, min=1, max=3, step=0.5)
link = widgets.link((live, "frequency"), (other, "value"))
widgets.HBox([live, other])"""

WALK = """\
def walk_figure(steps=200, **options):
    fig, ax = plt.subplots(figsize=(4, 2))
    ax.set(xlim=(0, 200), ylim=(0, 1))
    ball, = ax.plot([], [], "o", animated=True)

    def update(step):
        ball.set_data([step], [0.5])
        return f"at {step}"

    return LiveFigure(fig, update, step=Steps(steps, **options))


walk = walk_figure()
walk"""

TROUBLE = """\
fig, ax = plt.subplots(figsize=(4, 2))
ax.set(xlim=(0, 1), ylim=(0, 10))
line, = ax.plot([], [], "o-", animated=True)


def update(k):
    if k == 2:
        raise ZeroDivisionError("two is too much")
    y = np.array([1.0, 2, 3, 4]) + k
    if k == 3:
        y[1] = np.nan
        y[2] = np.inf
    line.set_data([0.2, 0.4, 0.6, 0.8], y)
    return f"k is {k}"


trouble = LiveFigure(fig, update, k=Slider(0, 4, value=0, integer=True))
trouble"""

ON_DEMAND = """\
demanding = wave_figure(max_bytes=1)
demanding"""

MANY = """\
def many_figure(**options):
    fig, ax = plt.subplots(figsize=(4, 2))
    ax.set(xlim=(0, 400), ylim=(0, 1))
    ball, = ax.plot([], [], "o", animated=True)

    def update(place):
        ball.set_data([place], [0.5])
        return f"at {place}"

    place = Slider(0, 400, value=0, integer=True, positions=401)
    return LiveFigure(fig, update, place=place, **options)


many = many_figure()
many"""

MANY_ON_DEMAND = "few = many_figure(max_bytes=1)\nfew"

STREAM = """\
def run_figure(length=10**6, fails_at=None):
    fig, ax = plt.subplots(figsize=(4, 2))
    ax.set(xlim=(0, 100), ylim=(0, 1), title="Descent", xlabel="step", ylabel="loss")
    curve, = ax.plot([], [], "o-", markersize=3, animated=True)
    losses = []

    def update(loss):
        losses.append(loss)
        curve.set_data(range(len(losses[-100:])), losses[-100:])
        return f"loss {loss:.4f} after {len(losses)} steps"

    def descend(figure):
        losses.clear()
        loss = 1.0
        for number in range(length):
            if number == fails_at:
                raise RuntimeError("the run fell over")
            loss *= 1 - figure.rate
            yield loss

    return stream(fig, update, descend, ready="Ready to descend",
                  rate=Slider(0.0, 0.1, value=0.01, positions=11))


run = run_figure()
run"""

POINTED = """\
def plane_figure():
    fig, (graph, plane) = plt.subplots(1, 2, figsize=(6, 3))
    graph.set(xlim=(-1, 3), ylim=(-1, 1), title="A graph to pick from")
    nodes = {"input": (0, 0), "hidden": (2, 0), "w": ((0, 0), (2, 0))}
    picked, = graph.plot([], [], "o-", animated=True)
    plane.set(xlim=(-2, 2), yscale="log", ylim=(0.01, 1), title="A plane to drag in")
    ball, = plane.plot([], [], "o", animated=True)

    def update(part, x, y):
        picked.set_data(*np.atleast_2d(nodes[part]).T)
        ball.set_data([x], [y])
        return f"{part} at {x:.1f}, {y:.3f}"

    return LiveFigure(
        fig,
        update,
        part=Choice(list(nodes), places=nodes, axes=graph),
        x=Slider(-2, 2, value=0, positions=41, drag=(plane, "x")),
        y=Slider(0.01, 1, value=0.1, log=True, positions=21, drag=(plane, "y")),
    )


plane = plane_figure()"""

POINTED_X = """\
fig, ax = plt.subplots(figsize=(4, 2))
ax.set(xlim=(0, 10), ylim=(-1, 1))
ball, = ax.plot([], [], "o", animated=True)


def place(x, part):
    ball.set_data([x], [0])
    return f"at {x}, {part}"


PLACES = {"left": (2, 0.5), "right": (8, 0.5)}
across = LiveFigure(fig, place, x=Slider(0, 10, value=5, integer=True, drag=(ax, "x")),
                    part=Choice(["none", *PLACES], places=PLACES))"""
