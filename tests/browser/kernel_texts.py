"""Runs in a notebook's kernel: which texts of its live figures are cut off.

Matplotlib draws each figure with each control at both of its ends, and is then asked how far its
texts reach. Texts of axes count as matplotlib draws them: only ticks within the limits.
"""

from matplotlib.axis import Axis
from matplotlib.text import Text

from course_lib.live import LiveFigure
from course_lib.live.widget import _figures

# How far a text may reach over the edge, in pixels: the side bearing of a letter.
SLACK = 1.5


def cut_texts():
    """Every text that reaches over the edge of its figure, in words."""
    found = set()
    for live in [ref() for ref in list(_figures.values())]:
        if live is None or not live._open:
            continue
        for values in _corners(live):
            live.frame_image(**values)
            at = f" at {values}" if values else ""
            found |= {f"{live.alt[:60]!r}: {text}{at}" for text in _reaching_over(live._figure)}
    return sorted(found)


def _corners(live):
    yield {}
    if isinstance(live, LiveFigure):
        for name, control in live._controls.items():
            for value in (control.values[0], control.values[-1]):
                yield {name: value}


def _reaching_over(figure):
    renderer = figure.canvas.get_renderer()
    width, height = figure.bbox.size
    boxes = []
    for artist in _drawn(figure):
        if isinstance(artist, Axis):
            boxes.append((f"the {artist.axis_name} axis", artist.get_tightbbox(renderer)))
        elif isinstance(artist, Text) and artist.get_text().strip():
            box = artist.get_window_extent(renderer)
            if artist.get_clip_on() and artist.get_clip_box() is not None:
                continue  # its author wants it cut where the axes end
            boxes.append((repr(artist.get_text()), box))
    for words, box in boxes:
        if box is None:
            continue
        over = max(-box.x0, -box.y0, box.x1 - width, box.y1 - height)
        if over > SLACK:
            yield f"{words} reaches {over:.0f} px over the edge"


def _drawn(artist):
    """The visible artists; an axis speaks for its ticks."""
    for child in artist.get_children():
        if not child.get_visible():
            continue
        if isinstance(child, Axis):
            if getattr(artist, "axison", True):
                yield child
        else:
            yield child
            yield from _drawn(child)
