"""Figures with every kind of artist a live figure moves, each a function of ``k``.

Every scene returns the figure and its `update`; `k` is a whole number
from 0 to 4. The kernel shows them as live figures; the test draws the same frames
with matplotlib alone (`frame`).
"""

import matplotlib
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import (
    Circle,
    Ellipse,
    FancyArrow,
    FancyArrowPatch,
    FancyBboxPatch,
    PathPatch,
    Polygon,
    Rectangle,
    Wedge,
)
from matplotlib.path import Path

K = range(5)
X = np.linspace(0, 10, 200)


def new_figure(*shape, **options):
    # No layout engine: it would move the axes with what a frame shows.
    fig = Figure(figsize=(4, 3), dpi=100)
    return fig, fig.subplots(*shape, **options)


def line_styles():
    fig, ax = new_figure()
    ax.set(xlim=(0, 10), ylim=(-1, 7))
    styles = ["-", "--", "-.", ":", (0, (5, 1, 1, 1)), "-"]
    lines = [
        ax.plot([], [], linestyle=style, linewidth=1 + 0.6 * i, color=f"C{i}", animated=True)[0]
        for i, style in enumerate(styles)
    ]
    lines[5].set_drawstyle("steps-mid")
    lines[4].set(dash_capstyle="round")
    lines[0].set(linewidth=6, solid_capstyle="round", solid_joinstyle="bevel", alpha=0.6)

    def update(k):
        for i, line in enumerate(lines):
            x = X[:: 20 if i == 5 else 8]
            line.set_data(x, i + np.sin(x * (1 + 0.1 * k) + k))
        return f"k = {k}"

    return fig, update


def markers():
    fig, ax = new_figure()
    ax.set(xlim=(-1, 8), ylim=(-1, 5))
    kinds = ["o", "s", "^", "v", "D", "*", "+", "x", ".", ",", "|", "_", "h", "p", "P", "X", "<"]
    lines = [
        ax.plot(
            [],
            [],
            marker=kind,
            linestyle="none",
            markersize=6 + i % 4,
            color=f"C{i}",
            animated=True,
        )[0]
        for i, kind in enumerate(kinds)
    ]
    lines[0].set(fillstyle="none", markeredgewidth=2)
    lines[1].set(markeredgecolor="k", markerfacecolor="yellow")
    lines[4].set(alpha=0.4)
    every = ax.plot([], [], "-o", markevery=3, color="k", linewidth=1, animated=True)[0]

    def update(k):
        for i, line in enumerate(lines):
            line.set_data([i % 6 + 0.1 * k, i % 6 + 0.4 + 0.2 * k], [i // 6, i // 6 + 0.3])
        every.set_data(X[::20] * 0.7, 3.5 + 0.5 * np.cos(X[::20] + k))
        return f"k = {k}"

    return fig, update


def scatter():
    fig, ax = new_figure()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    rng = np.random.default_rng(3)
    where = rng.uniform(0.1, 0.9, (40, 2))
    mapped = ax.scatter(*where.T, c=np.zeros(40), vmin=0, vmax=1, cmap="viridis", animated=True)
    named = ax.scatter([0.5], [0.5], s=200, c="none", edgecolors="red", linewidths=2, animated=True)
    squares = ax.scatter([], [], marker="s", color="k", alpha=0.5, animated=True)

    def update(k):
        mapped.set_offsets(where + 0.02 * k * np.array([1, -1]))
        mapped.set_array(np.linspace(0, 1, 40) * (k + 1) / 5)
        mapped.set_sizes(np.linspace(5, 60 + 20 * k, 40))
        named.set_offsets([[0.2 + 0.15 * k, 0.5]])
        squares.set_offsets(np.column_stack([np.linspace(0.1, 0.9, k + 2)] * 2))
        squares.set_sizes([80])
        squares.set_facecolors(["C1", "C2"] * 4)
        return f"k = {k}"

    return fig, update


def texts():
    fig, ax = new_figure()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    plain = ax.text(1, 9, "", va="top", animated=True)
    maths = ax.text(1, 6, "", fontsize=14, color="C3", animated=True)
    turned = ax.text(8, 2, "", rotation=40, ha="center", color="C0", animated=True)
    boxed = ax.text(
        2, 2, "", bbox={"boxstyle": "round", "facecolor": "wheat", "alpha": 0.7}, animated=True
    )
    lines = ax.text(9, 9, "", ha="right", va="top", fontsize=8, weight="bold", animated=True)
    pointed = ax.annotate(
        "", (5, 5), (6, 7), arrowprops={"arrowstyle": "->", "color": "C2"}, animated=True
    )

    def update(k):
        plain.set_text(f"loss {0.9**k:.3f}")
        maths.set_text(rf"$\frac{{\partial L}}{{\partial w_{k}}} = \sum_i x_i^{k + 1}$")
        maths.set_x(1 + 0.5 * k)
        turned.set(text=f"turned {k}", rotation=40 + 10 * k)
        boxed.set_text(f"boxed {k}")
        lines.set_text(f"two lines\nof text {k}")
        pointed.set_text(f"here {k}")
        pointed.xy = (5, 5 - 0.5 * k)
        return f"k = {k}"

    return fig, update


def bars():
    fig, (ax, other) = new_figure(1, 2)
    ax.set(ylim=(0, 6))
    upright = ax.bar(range(5), [1] * 5, color=[f"C{i}" for i in range(5)], edgecolor="k")
    lying = other.barh(range(4), [1] * 4, color="C4", alpha=0.6)
    other.set(xlim=(-5, 5))
    for bar in (*upright, *lying):
        bar.set_animated(True)

    def update(k):
        for i, bar in enumerate(upright):
            bar.set_height(1 + (i + k) % 5)
        for i, bar in enumerate(lying):
            bar.set_width((i - 2) * (k + 1) / 2)
        return f"k = {k}"

    return fig, update


def patches():
    fig, ax = new_figure()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    rectangle = Rectangle((1, 1), 2, 1, facecolor="C0", edgecolor="k", linestyle="--", linewidth=2)
    polygon = Polygon([[4, 1], [6, 1], [5, 3]], facecolor="C1", alpha=0.5)
    circle = Circle((8, 2), 1, fill=False, edgecolor="C2", linewidth=3)
    ellipse = Ellipse((2, 5), 2, 1, angle=30, facecolor="C3")
    wedge = Wedge((5, 5), 1.2, 20, 200, facecolor="C4", edgecolor="k")
    rounded = FancyBboxPatch((7, 5), 1.5, 1, boxstyle="round,pad=0.3", facecolor="C5")
    ring = PathPatch(
        Path.make_compound_path(Path.unit_circle(), Path.unit_rectangle()), facecolor="C6"
    )
    for patch in (rectangle, polygon, circle, ellipse, wedge, rounded, ring):
        patch.set_animated(True)
        ax.add_patch(patch)
    ring.set_path(ring.get_path().transformed(matplotlib.transforms.Affine2D().translate(2, 8)))

    def update(k):
        rectangle.set(xy=(1 + 0.3 * k, 1), height=1 + 0.3 * k)
        polygon.set_xy([[4, 1], [6, 1 + 0.3 * k], [5 + 0.3 * k, 3]])
        circle.set(center=(8, 2 + 0.4 * k), radius=1 - 0.1 * k)
        ellipse.set(angle=30 + 30 * k)
        wedge.set_theta2(200 + 30 * k)
        rounded.set(x=7 - 0.3 * k)
        ring.set(facecolor=f"C{6 + k}")
        return f"k = {k}"

    return fig, update


def arrows():
    fig, ax = new_figure()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    plain = ax.arrow(1, 1, 2, 2, width=0.1, head_width=0.6, color="C0")
    plain.set_animated(True)
    wide = FancyArrow(
        6, 1, 1, 1, width=0.3, length_includes_head=True, facecolor="C1", animated=True
    )
    ax.add_patch(wide)
    curved = FancyArrowPatch(
        (1, 8),
        (5, 8),
        arrowstyle="-|>",
        mutation_scale=20,
        connectionstyle="arc3,rad=0.3",
        color="C2",
        animated=True,
    )
    ax.add_patch(curved)
    x, y = np.meshgrid(np.linspace(6, 9, 4), np.linspace(5, 9, 4))
    field = ax.quiver(x, y, np.ones_like(x), np.ones_like(y), color="C3", animated=True)

    def update(k):
        plain.set_data(dx=2 + 0.3 * k, dy=2 - 0.4 * k)
        wide.set_data(x=6 + 0.2 * k, dy=1 + 0.4 * k)
        curved.set_positions((1, 8 - 0.5 * k), (5, 8))
        angle = 0.4 * k + 0.2 * x
        field.set_UVC(np.cos(angle), np.sin(angle))
        return f"k = {k}"

    return fig, update


def areas():
    fig, ax = new_figure()
    ax.set(xlim=(0, 10), ylim=(-2, 4))
    band = ax.fill_between(X, -1, 1, alpha=0.4, color="C0", animated=True)
    partly = ax.fill_between(X, 2, 3, where=X > 3, color="C1", hatch=None, animated=True)
    rungs = LineCollection([], colors=["C2", "C3"], linewidths=[1, 3], animated=True)
    ax.add_collection(rungs)

    def outline(low, high, x):
        return np.column_stack([np.r_[x, x[::-1]], np.r_[high, low[::-1]]])

    def update(k):
        middle = np.sin(X + k) * 0.5
        band.set_verts([outline(middle - 0.2 * (k + 1), middle + 0.5, X)])
        part = X[(X > 3) & (6 + k > X)]
        partly.set_verts([outline(np.full_like(part, 2), 3 + 0.3 * np.cos(part), part)])
        rungs.set_segments([[(x, -1.8), (x + 0.3 * k, -1.2)] for x in np.arange(0.5, 8, 0.8)])
        return f"k = {k}"

    return fig, update


def images():
    fig, axs = new_figure(1, 2)
    rng = np.random.default_rng(5)
    grid = rng.uniform(size=(8, 8))
    mapped = axs[0].imshow(grid, vmin=0, vmax=1, interpolation="nearest", animated=True)
    smooth = axs[1].imshow(
        grid, cmap="magma", interpolation="bilinear", extent=(0, 2, 0, 2), alpha=0.7, animated=True
    )
    axs[1].set(xlim=(-0.5, 3), ylim=(-0.5, 3))

    def update(k):
        mapped.set_data(np.roll(grid, k, axis=1))
        smooth.set_data(np.roll(grid, 2 * k, axis=0))
        smooth.set_extent((0.2 * k, 2 + 0.2 * k, 0, 2))
        return f"k = {k}"

    return fig, update


def several_axes():
    fig, axs = new_figure(2, 2)
    axs[0, 0].set(xscale="log", yscale="log", xlim=(1, 1e4), ylim=(1e-3, 10))
    axs[0, 1].set(yscale="log", xlim=(0, 10), ylim=(1e-2, 1e2))
    axs[1, 0].set(xscale="symlog", xlim=(-100, 100), ylim=(-1, 1))
    axs[1, 1].set(xlim=(10, 0), ylim=(0, 1))
    twin = axs[1, 1].twinx()
    twin.set(ylim=(0, 100))
    lines = [ax.plot([], [], "o-", markersize=4, animated=True)[0] for ax in axs.flat]
    other = twin.plot([], [], "C3--", animated=True)[0]

    def update(k):
        lines[0].set_data(np.logspace(0, 4, 9), np.logspace(0, -2 - 0.2 * k, 9))
        lines[1].set_data(X[::20], np.exp(np.cos(X[::20] + k)))
        lines[2].set_data(np.linspace(-90, 90, 15), np.sin(np.linspace(-2, 2, 15) * (1 + k)))
        lines[3].set_data(X[::20], X[::20] / 12 + 0.03 * k)
        other.set_data(X, 50 + 10 * k * np.sin(X))
        return f"k = {k}"

    return fig, update


def clipping():
    fig, axs = new_figure(1, 2)
    for ax in axs:
        ax.set(xlim=(0, 10), ylim=(-1, 1))
    beyond = axs[0].plot([], [], "C0-o", linewidth=3, animated=True)[0]
    free = axs[0].plot([], [], "C1-", linewidth=3, clip_on=False, animated=True)[0]
    dots = axs[0].scatter([], [], s=200, animated=True)
    window = Circle((5, 0), 3, transform=axs[1].transData)
    within = axs[1].plot([], [], "C2-", linewidth=4, animated=True)[0]
    within.set_clip_path(window)
    bar = axs[1].bar([8], [1], animated=True)[0]

    def update(k):
        beyond.set_data(X[::10], (0.6 + 0.3 * k) * np.sin(X[::10]))
        free.set_data([2, 8], [0, 1.05 + 0.01 * k])
        dots.set_offsets([[0, -0.5], [10, 0.2 * k], [5, -1]])
        within.set_data(X, np.sin(2 * X + k) * 0.6)
        bar.set_height(0.5 + 0.5 * k)
        return f"k = {k}"

    return fig, update


def order():
    fig, ax = new_figure()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    low = Rectangle((1, 1), 5, 5, facecolor="C0", zorder=1, animated=True)
    high = Rectangle((3, 3), 5, 5, facecolor="C1", alpha=0.6, zorder=5, animated=True)
    ax.add_patch(high)
    ax.add_patch(low)
    between = ax.plot([], [], "k-", linewidth=5, zorder=3, animated=True)[0]
    top = ax.text(5, 5, "", zorder=9, animated=True)

    def update(k):
        low.set_x(1 + 0.4 * k)
        high.set_y(3 - 0.4 * k)
        between.set_data([0, 10], [2 + k, 8 - k])
        top.set_text(f"above {k}")
        low.set_zorder(1 if k < 3 else 6)
        return f"k = {k}"

    return fig, update


def gaps():
    fig, ax = new_figure()
    ax.set(xlim=(0, 10), ylim=(-2, 2))
    line = ax.plot([], [], "C0-o", markersize=4, animated=True)[0]
    dots = ax.scatter([], [], animated=True)

    def update(k):
        y = np.sin(X[::8])
        y[5 + k :: 7] = np.nan
        y[3] = np.inf
        line.set_data(X[::8], y)
        dots.set_offsets([[1, 1.5], [np.nan, 1.5], [3 + k, 1.5]])
        return f"k = {k}"

    return fig, update


SCENES = {
    scene.__name__: scene
    for scene in (
        line_styles,
        markers,
        scatter,
        texts,
        bars,
        patches,
        arrows,
        areas,
        images,
        several_axes,
        clipping,
        order,
        gaps,
    )
}


def frame(name, k):
    """The scene as an ordinary figure with nothing animated, moved to `k`."""
    fig, update = SCENES[name]()
    update(k)
    fig.moving = [artist for artist in fig.findobj() if artist.get_animated()]
    for artist in fig.moving:
        artist.set_animated(False)
    return fig


def moving(fig):
    """What was animated in a figure that `frame` made."""
    return fig.moving


def background(name):
    """The scene without what moves."""
    fig = frame(name, 0)
    for artist in moving(fig):
        artist.set_visible(False)
    return fig
