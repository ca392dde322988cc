"""Figures with one kind of moving artist each, to compare with matplotlib's own drawing."""

import numpy as np
from matplotlib import patches
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

CASES = {}


def case(make):
    """Register a function (axes) → None as a figure of one pair of axes."""

    def figure():
        fig = Figure(figsize=(4, 3), dpi=100)
        make(fig.subplots())
        return fig

    CASES[make.__name__] = figure
    return make


def figure_case(make):
    """Register a function (figure) → None."""

    def figure():
        fig = Figure(figsize=(5, 3), dpi=100)
        make(fig)
        return fig

    CASES[make.__name__] = figure
    return make


X = np.linspace(0, 10, 60)
RNG = np.random.default_rng(5)
POINTS = RNG.uniform(0, 1, (40, 2))


def animate(*artists):
    for artist in artists:
        artist.set_animated(True)


# ---------------------------------------------------------------------- lines


@case
def line_styles(ax):
    ax.set(xlim=(0, 10), ylim=(-1, 6))
    for k, style in enumerate(["-", "--", "-.", ":", (1, (6, 2, 1, 2))]):
        ax.plot(X, np.sin(X) + k, linestyle=style, linewidth=1 + k, animated=True)


@case
def line_caps_and_joins(ax):
    ax.set(xlim=(0, 4), ylim=(0, 4))
    zigzag = [0.5, 1.5, 0.7, 2.5, 0.6], [0.5, 1.0, 1.5, 2.0, 3.5]
    for k, (cap, join) in enumerate(
        zip(["butt", "round", "projecting"], ["miter", "round", "bevel"], strict=True)
    ):
        ax.plot(
            np.add(zigzag[0], k * 0.6),
            zigzag[1],
            lw=8,
            alpha=0.6,
            solid_capstyle=cap,
            solid_joinstyle=join,
            animated=True,
        )


@case
def markers(ax):
    ax.set(xlim=(-1, 11), ylim=(-1, 9))
    kinds = ["o", "s", "^", "D", "*", "+", "x", ".", "|", "_", "P", "h", "$f$", "8", "<", 4]
    for k, kind in enumerate(kinds):
        ax.plot(
            np.arange(10) + 0.13 * k,
            np.full(10, 0.5 * k),
            marker=kind,
            linestyle="",
            markersize=4 + k / 2,
            markeredgecolor="k" if k % 2 else None,
            fillstyle="left" if k % 5 == 0 and k else None,
            animated=True,
        )


@case
def steps_and_markevery(ax):
    ax.set(xlim=(0, 10), ylim=(-1.5, 1.5))
    ax.plot(X[::4], np.sin(X[::4]), drawstyle="steps-mid", animated=True)
    ax.plot(X, np.cos(X), "-o", markevery=6, markerfacecolor="w", animated=True)


@case
def gaps(ax):
    ax.set(xlim=(0, 10), ylim=(-1.5, 1.5))
    y = np.sin(X)
    y[10:14] = np.nan
    y[30] = np.inf
    ax.plot(X, y, "-o", animated=True)


@case
def line_far_outside(ax):
    ax.set(xlim=(0, 10), ylim=(-1, 1))
    ax.plot(X, 1e200 * np.sin(9 * X), animated=True)
    ax.plot([-1e9, 1e9], [0.3, 0.35], lw=3, animated=True)


@case
def long_noisy_line(ax):
    ax.set(xlim=(0, 1), ylim=(-4, 4))
    ax.plot(np.linspace(0, 1, 20000), RNG.normal(size=20000), lw=0.6, animated=True)


@case
def error_bars(ax):
    ax.set(xlim=(-1, 10), ylim=(-2, 12))
    container = ax.errorbar(np.arange(9), np.arange(9), yerr=1.2, xerr=0.3, capsize=4, fmt="o--")
    line, caps, bars = container
    animate(line, *caps, *bars)


# ---------------------------------------------------------------------- collections


@case
def scatter_plain(ax):
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.scatter(*POINTS.T, animated=True)


@case
def scatter_sizes_and_colors(ax):
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.scatter(
        *POINTS.T,
        s=np.linspace(5, 300, 40),
        c=np.linspace(0, 1, 40),
        alpha=0.7,
        edgecolors="k",
        linewidths=np.linspace(0, 3, 40),
        animated=True,
    )


@case
def scatter_squares(ax):
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.scatter(*POINTS.T, marker="s", s=np.linspace(5, 100, 40), animated=True)


@case
def scatter_hollow(ax):
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.scatter(*POINTS.T, s=90, facecolors="none", edgecolors=["C0", "C1", "C2"], animated=True)


@case
def filled_between(ax):
    ax.set(xlim=(0, 10), ylim=(-2, 2))
    ax.fill_between(X, np.sin(X), np.sin(X) + 0.5, alpha=0.4, animated=True)
    ax.fill_between(X, -1, np.cos(X) - 1, where=np.cos(X) > 0, color="C3", animated=True)


@case
def arrows_of_quiver(ax):
    ax.set(xlim=(-1, 5), ylim=(-1, 5))
    grid = np.mgrid[0:5, 0:5].reshape(2, -1)
    ax.quiver(*grid, np.cos(grid[0]), np.sin(grid[1]), grid[0], animated=True)


@case
def line_collection(ax):
    ax.set(xlim=(0, 1), ylim=(0, 1))
    segments = POINTS.reshape(-1, 2, 2)
    lines = LineCollection(
        segments, linewidths=[1, 2, 3], colors=["C0", "C1"], linestyles=["-", "--"]
    )
    ax.add_collection(lines)
    animate(lines)


@case
def poly_collection(ax):
    ax.set(xlim=(0, 1), ylim=(0, 1))
    triangles = PolyCollection(POINTS[:39].reshape(-1, 3, 2), alpha=0.5)
    triangles.set_array(np.arange(13))
    ax.add_collection(triangles)
    animate(triangles)


@case
def mesh(ax):
    animate(ax.pcolormesh(RNG.uniform(size=(7, 9))))


@case
def filled_contours(ax):
    x, y = np.meshgrid(np.linspace(-2, 2, 40), np.linspace(-2, 2, 40))
    animate(ax.contourf(x, y, x**2 + y**2))


@case
def contour_lines(ax):
    x, y = np.meshgrid(np.linspace(-2, 2, 40), np.linspace(-2, 2, 40))
    animate(ax.contour(x, y, x**2 - y**2))


# ---------------------------------------------------------------------- patches


@case
def bars(ax):
    ax.set(xlim=(-1, 8), ylim=(0, 10))
    animate(*ax.bar(np.arange(7), np.arange(1, 8), edgecolor="k"))
    animate(*ax.barh([8.5, 9.3], [3, 6], height=0.5, color="C2", alpha=0.5))


@case
def shapes(ax):
    ax.set(xlim=(0, 10), ylim=(0, 8))
    for shape in [
        patches.Rectangle((1, 1), 2, 1, angle=20, fc="C0", ec="k", lw=2),
        patches.Circle((5, 2), 1, fc="C1", alpha=0.5),
        patches.Ellipse((8, 2), 3, 1, angle=30, fc="none", ec="C3", ls="--"),
        patches.Polygon([(1, 4), (3, 4), (2, 6)], fc="C2", ec="w"),
        patches.Wedge((5, 5), 1.5, 30, 300, fc="C4"),
        patches.FancyBboxPatch((7, 4), 2, 1.5, boxstyle="round,pad=0.3", fc="C5"),
        patches.RegularPolygon((3, 7), 6, radius=0.7, fc="C6"),
        patches.Arc((8, 7), 2, 1, theta1=0, theta2=200),
    ]:
        ax.add_patch(shape)
        animate(shape)


@case
def hatches(ax):
    ax.set(xlim=(0, 10), ylim=(0, 8))
    for k, hatch in enumerate(["/", "xx", "o", "*", ".."]):
        shape = patches.Rectangle((2 * k, 1), 1.5, 5, hatch=hatch, fc="w", ec=f"C{k}")
        ax.add_patch(shape)
        animate(shape)


@case
def arrow_patches(ax):
    ax.set(xlim=(0, 10), ylim=(0, 8))
    animate(ax.arrow(1, 1, 4, 2, width=0.1, fc="C1"))
    for k, style in enumerate(["->", "-|>", "fancy", "wedge", "<->"]):
        arrow = patches.FancyArrowPatch(
            (1, 3 + k),
            (8, 2 + k),
            arrowstyle=style,
            mutation_scale=18,
            connectionstyle="arc3,rad=0.2",
            fc=f"C{k}",
        )
        ax.add_patch(arrow)
        animate(arrow)


# ---------------------------------------------------------------------- text and images


@case
def texts(ax):
    ax.set(xlim=(0, 10), ylim=(0, 8))
    ax.text(1, 7, "Plain text, ÄÖ 3.14", animated=True)
    ax.text(9, 6, "right", ha="right", va="top", color="C3", size=16, animated=True)
    ax.text(1, 4, r"$\frac{\partial L}{\partial w} = \sqrt{x^2}$", size=14, animated=True)
    ax.text(6, 3, "two\nlines", rotation=35, weight="bold", animated=True)
    ax.text(
        5, 1, "boxed", bbox={"boxstyle": "round", "fc": "lightyellow", "ec": "k"}, animated=True
    )


@case
def annotations(ax):
    ax.set(xlim=(0, 10), ylim=(0, 8))
    ax.annotate(
        "here",
        (7, 6),
        (2, 2),
        arrowprops={"arrowstyle": "->", "connectionstyle": "arc3,rad=0.3"},
        animated=True,
    )
    ax.annotate("offset", (5, 4), (20, -20), textcoords="offset points", animated=True)


@case
def image_blocks(ax):
    animate(ax.imshow(RNG.uniform(size=(7, 9)), cmap="gray"))


@case
def image_blocks_seen_through(ax):
    ax.plot([0, 8], [0, 6], "k", lw=5, zorder=-1)
    animate(ax.imshow(RNG.uniform(size=(7, 9)), alpha=0.5))


@case
def image_smooth(ax):
    animate(ax.imshow(RNG.uniform(size=(7, 9)), interpolation="bilinear", origin="lower"))


@case
def image_shrunk(ax):
    animate(ax.imshow(RNG.uniform(size=(700, 900, 3)), alpha=0.6))


# ---------------------------------------------------------------------- axes


@case
def log_axes(ax):
    ax.set(xscale="log", yscale="log", xlim=(1e-3, 1e3), ylim=(1e-4, 1e4))
    x = np.geomspace(1e-3, 1e3, 50)
    ax.plot(x, x**1.3, "-o", markersize=4, animated=True)
    ax.plot(x, x - 1, animated=True)


@figure_case
def several_axes(fig):
    for k, ax in enumerate(fig.subplots(1, 3)):
        ax.set(xlim=(0, 10), ylim=(-1, 1), title=f"{k}")
        ax.plot(X, np.sin((k + 1) * X), color=f"C{k}", animated=True)
        ax.plot(X, np.cos(X), color="k", zorder=3)


@figure_case
def twin_axes(fig):
    left = fig.subplots()
    right = left.twinx()
    left.set(xlim=(0, 10), ylim=(-1, 1))
    right.set(ylim=(0, 100))
    left.plot(X, np.sin(X), lw=5, animated=True)
    right.plot(X, X**2, "C1", lw=5, animated=True)


@figure_case
def polar_axes(fig):
    ax = fig.add_subplot(projection="polar")
    ax.set_ylim(0, 2)
    ax.plot(X, 0.2 * X, animated=True)
    animate(*ax.bar([1, 2, 4], [1, 1.5, 1.8], width=0.5, alpha=0.5))


@figure_case
def axes_in_three_dimensions(fig):
    ax = fig.add_subplot(projection="3d")
    ax.set(xlim=(0, 10), ylim=(-1, 1), zlim=(-1, 1))
    ax.plot(X, np.sin(X), np.cos(X), "-o", animated=True)


@figure_case
def whole_axes(fig):
    left, right = fig.subplots(1, 2)
    left.plot(X, np.sin(X))
    right.plot(X, X**2, animated=True)
    right.set_title("moves as a whole")
    right.set_animated(True)


@figure_case
def inset_axes(fig):
    ax = fig.subplots()
    ax.set(xlim=(0, 10), ylim=(-1, 1))
    ax.plot(X, np.sin(X), lw=4, animated=True)
    inset = ax.inset_axes([0.5, 0.5, 0.4, 0.4])
    inset.set(xlim=(0, 10), ylim=(-1, 1))
    inset.plot(X, np.cos(X), "C1", animated=True)


@figure_case
def text_of_the_figure(fig):
    ax = fig.subplots()
    ax.set(xlim=(0, 10), ylim=(-1, 1))
    ax.plot(X, np.sin(X), animated=True)
    fig.text(0.5, 0.95, "over all", ha="center", animated=True)


# ---------------------------------------------------------------------- stacking and clipping


@case
def stacking(ax):
    ax.set(xlim=(0, 10), ylim=(-2, 2))
    ax.plot(X, np.sin(X), lw=9, color="C0", zorder=1, animated=True)
    ax.plot(X, np.cos(X), lw=9, color="C1", zorder=2)
    ax.plot(X, np.sin(X + 1), lw=9, color="C2", zorder=3, animated=True)
    ax.plot(X, np.cos(X + 1), lw=9, color="C3", zorder=4, alpha=0.5)
    ax.text(5, 0, "on top", zorder=5, animated=True)
    ax.legend(["a", "b", "c", "d"], loc="upper right")


@case
def clipped_to_a_circle(ax):
    ax.set(xlim=(0, 10), ylim=(-2, 2))
    (line,) = ax.plot(X, np.sin(X), lw=12, animated=True)
    circle = patches.Circle((5, 0), 2, fc="none", ec="k")
    ax.add_patch(circle)
    line.set_clip_path(circle)


@case
def unclipped(ax):
    ax.set(xlim=(0, 10), ylim=(0, 1))
    ax.plot([5, 5], [-0.1, 1.15], lw=6, clip_on=False, animated=True)
    ax.plot([9, 12], [0.5, 0.5], "-s", lw=6, animated=True)


@case
def on_an_image(ax):
    ax.imshow(np.add.outer(np.arange(20), np.arange(20)), extent=(0, 10, 0, 10))
    ax.plot(X, 5 + 4 * np.sin(X), "w-o", animated=True)
    ax.text(1, 1, "dark part", color="w", animated=True)
    ax.text(6, 9, "light part", color="k", animated=True)
    ax.set_xlabel("outside")
