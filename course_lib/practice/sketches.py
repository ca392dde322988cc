"""Small sketches of curves, for predictions that are answered by choosing a picture."""

import base64
import functools
import io

import numpy as np

__all__ = ["SKETCHES", "picture", "svg"]

# Both are told from a white page and from a black one: the page's own colour shows through.
LINE, FRAME = "#0072B2", "#767676"


def _noise(x, seed):
    return np.random.default_rng(seed).normal(size=x.size)


def _grows(x):
    return 0.12 * np.exp(2.1 * x)


SKETCHES = {
    "falls, then flattens": lambda x: 0.08 + 0.85 * np.exp(-5 * x),
    "falls slowly": lambda x: 0.93 - 0.2 * x,
    "hardly moves": lambda x: 0.9 - 0.03 * x,
    "falls straight": lambda x: 0.93 - 0.85 * x,
    "zigzags down": lambda x: 0.1 + np.exp(-3 * x) * (0.45 + 0.35 * np.sign(np.sin(50 * x))),
    "zigzags, stays up": lambda x: 0.5 + 0.3 * np.sign(np.sin(50 * x + 0.5)),
    "rises out of the picture": lambda x: _grows(x),
    "falls, then rises": lambda x: 0.2 + 2.2 * (x - 0.42) ** 2,
    "rises, then falls": lambda x: 0.85 - 2.6 * (x - 0.5) ** 2,
    "rises, then flattens": lambda x: 0.93 - 0.85 * np.exp(-5 * x),
    "rises straight": lambda x: 0.07 + 0.85 * x,
    "stays level": lambda x: 0.5 + 0 * x,
    "falls with noise": lambda x: 0.12 + 0.75 * np.exp(-4 * x) + 0.05 * _noise(x, 1),
    "a step down": lambda x: np.where(x < 0.5, 0.85, 0.25),
    "shrinks backwards": lambda x: 0.9 * np.exp(-5 * (1 - x)),
    "grows backwards": lambda x: 0.9 * np.exp(-5 * x),
    "waves": lambda x: 0.5 + 0.35 * np.sin(14 * x),
}


def picture(name):
    """The address of a sketch for an image element; None for the name ""."""
    if not name:
        return None
    return "data:image/svg+xml;base64," + base64.b64encode(svg(name)).decode()


@functools.cache
def svg(name):
    """A sketch as an SVG file, the same bytes each time.

    Parameters
    ----------
    name : str
        One of `SKETCHES`.

    Returns
    -------
    bytes
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    x = np.linspace(0, 1, 200)
    with mpl.rc_context({"svg.hashsalt": name, "path.simplify": True}):
        figure = Figure(figsize=(2.0, 1.25))
        ax = figure.add_axes((0.04, 0.06, 0.92, 0.9))
        ax.plot(x, SKETCHES[name](x), color=LINE, linewidth=2.2)
        ax.set(xlim=(-0.02, 1.02), ylim=(0, 1), xticks=[], yticks=[])
        ax.spines[["top", "right"]].set_visible(False)
        ax.spines[["left", "bottom"]].set_color(FRAME)
        ax.patch.set_alpha(0)
        file = io.BytesIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    return file.getvalue()
