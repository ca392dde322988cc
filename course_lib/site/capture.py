"""What runs in the kernel of a notebook while the site is made: cards and figures become HTML."""

from IPython import get_ipython

from course_lib.demos.draw_digit import DrawDigit
from course_lib.live.widget import FigureWidget
from course_lib.practice.card import Card, Framed
from course_lib.practice.exercise_card import ExerciseCard

from .cards import card_html
from .embed import Embedder

__all__ = ["CAPTURED", "install"]

#: Metadata of an output that was made for the site.
CAPTURED = "course_site"


def install(folder: str, made_from: str) -> None:
    """Have this kernel show live figures, cards and the drawing field as HTML for the site.

    Parameters
    ----------
    folder : str
        The folder of the site, in which the pieces are written.
    made_from : str
        See `Embedder`.
    """
    embedder = Embedder(folder, made_from)

    def show_figure(thing, **kwargs):
        return _bundle(embedder.html(thing))

    def show_card(card, **kwargs):
        return _bundle(card_html(card, embedder.html))

    formatter = get_ipython().display_formatter.mimebundle_formatter
    for kind in (FigureWidget, DrawDigit):
        formatter.for_type(kind, show_figure)
    for kind in (Card, Framed):
        formatter.for_type(kind, show_card)
    # It puts its statement above itself, as Markdown, and is then shown by this method.
    ExerciseCard._repr_mimebundle_ = show_card


def _bundle(html):
    return {"text/html": html, "text/plain": ""}, {CAPTURED: True}
