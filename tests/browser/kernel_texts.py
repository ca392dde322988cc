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
        figure, name = live._figure, live.alt[:60]
        live.frame_image()
        found |= {f"{name!r}: {text}" for text in _reaching_over(figure, _drawn(figure))}
        for values in _corners(live):
            try:
                live._run_update(live._values(live._table.key(live._position_with(values))))
            except Exception:
                continue  # its message is shown in the figure
            moving = [part for artist in live.scene.moving() for part in _with_parts(artist)]
            found |= {f"{name!r}: {text} at {values}" for text in _reaching_over(figure, moving)}
        live.frame_image()
    return sorted(found)


def _corners(live):
    """Each control at its ends, the others where they stand."""
    if isinstance(live, LiveFigure):
        for name, control in live._controls.items():
            yield {name: control.values[0]}
            yield {name: control.values[-1]}


def _reaching_over(figure, artists):
    renderer = figure.canvas.get_renderer()
    width, height = figure.bbox.size
    for artist in artists:
        if isinstance(artist, Axis):
            words, box = f"the {artist.axis_name} axis", artist.get_tightbbox(renderer)
        elif isinstance(artist, Text) and artist.get_text().strip():
            if artist.get_clip_on() and artist.get_clip_box() is not None:
                continue  # its author wants it cut where the axes end
            words, box = repr(artist.get_text()), artist.get_window_extent(renderer)
        else:
            continue
        if box is None:
            continue
        over = max(-box.x0, -box.y0, box.x1 - width, box.y1 - height)
        if over > SLACK:
            yield f"{words} reaches {over:.0f} px over the edge"


def _with_parts(artist):
    if artist.get_visible():
        yield artist
        yield from _drawn(artist)


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
