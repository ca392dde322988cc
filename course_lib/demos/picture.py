"""A finished figure together with the words that say what it shows."""

import base64
import io

from matplotlib.figure import Figure

__all__ = ["Picture", "new_figure", "png"]

DPI = 100  # on the page; the picture has twice as many pixels, for sharp screens
SHARPNESS = 2


def new_figure(width: float, height: float, *, layout: str = "constrained") -> Figure:
    """An empty figure, unknown to pyplot, so that nobody has to close it; call in `course_style`.

    Parameters
    ----------
    width, height : float
        In inches of `DPI` pixels.
    layout : str
        "compressed" for axes that hold images.

    Returns
    -------
    matplotlib.figure.Figure
    """
    return Figure(figsize=(width, height), dpi=DPI, layout=layout)


def png(figure: Figure, sharpness: float = SHARPNESS) -> bytes:
    """The figure as a PNG file of `sharpness` pixels per pixel on the page; the same each time."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=sharpness * DPI, metadata={"Software": None})
    return file.getvalue()


class Picture:
    """A figure as a notebook shows it: an image, and a text for those who do not see it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What the figure shows. A notebook's output keeps it as text and as the image's
        alternative text; so it must be the same on every machine.
    """

    def __init__(self, figure: Figure, alt: str):
        self.figure = figure
        self.alt = alt

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        width, height = (round(inches * DPI) for inches in self.figure.get_size_inches())
        data = {
            "text/plain": self.alt,
            "image/png": base64.b64encode(png(self.figure)).decode(),
        }
        # The text in the image is dark: a dark theme must put something light behind it.
        look = {"alt": self.alt, "width": width, "height": height, "needs_background": "light"}
        return data, {"image/png": look}
