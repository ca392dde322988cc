"""What all cards are: a view that is described here, drawn in the page, and answers by messages."""

import html
import traceback

import anywidget
import ipywidgets
import traitlets

from course_lib.live.cells import replace_in_cell

from .page import SCRIPT, STYLE
from .store import progress

__all__ = ["Card", "Framed", "Stage", "html_choices", "html_text"]


class Card(anywidget.AnyWidget):
    """A card in the page; not made by itself.

    `describe` says what the page shows, as a dictionary for the module of `static/` that is
    named by its "kind". What the learner does comes back as the name of a method in `ACTIONS`
    with its arguments. The page is told nothing that the learner is not meant to see yet.

    Outputs also hold the card as text and as HTML, for pages without widgets. These do not depend
    on the learner's progress.
    """

    _esm = SCRIPT
    _css = STYLE
    _view = traitlets.Dict().tag(sync=True)

    #: Methods that the page may call.
    ACTIONS = ()

    def __init__(self):
        self.progress = progress()
        self._heard = 0
        self._busy = False
        self._views, self._retired = 0, False
        self._said = ""
        self._trouble = ""
        super().__init__()
        self._show()
        self.progress.observe(self._show)
        self.on_msg(self._hear)
        replace_in_cell(self)

    def describe(self):
        """What the page shows now."""
        raise NotImplementedError

    def fallback(self):
        """The card, untouched, as (plain text, HTML)."""
        raise NotImplementedError

    def say(self, text):
        """Have a screen reader say something."""
        self._said = text

    def appeared(self):
        """A page shows the card. Nothing to do, for most."""

    @property
    def is_shown(self):
        """Whether a page shows the card."""
        return self._views > 0

    def retire(self):
        """Be closed with the last view: the cell that made the card has made a new one."""
        self._retired = True
        self._close_if_done()

    def _close_if_done(self):
        if self._retired and not self.is_shown:
            self.close()

    def close(self):
        """Disappear from the page."""
        self.progress.unobserve(self._show)
        super().close()

    def _show(self):
        if self._busy:
            return
        view = self.describe()
        # Only now, as reading the file may have found something to say.
        notice = "\n".join(filter(None, [self.progress.notice, self._trouble]))
        self._view = {**view, "notice": notice, "heard": self._heard, "said": self._said}

    def _hear(self, _widget, content, _buffers):
        action = content.get("do")
        if action == "appear":
            self._views += 1
            self.appeared()
            return
        if action == "vanish":
            self._views -= 1
            self._close_if_done()
            return
        if action not in self.ACTIONS:
            return
        arguments = {name: value for name, value in content.items() if name != "do"}
        self._trouble = ""
        self._busy = True
        try:
            getattr(self, action)(**arguments)
        except Exception as error:
            # A message has no cell below which a traceback would be seen.
            traceback.print_exc()
            self._trouble = f"That did not work: {type(error).__name__}: {error}"
        finally:
            self._busy = False
        self._heard += 1
        self._show()

    def _repr_mimebundle_(self, **kwargs):
        return _with_fallback(super()._repr_mimebundle_(**kwargs), self)


class Stage(ipywidgets.VBox):
    """The place below a card where a demo opens."""

    def put(self, make):
        """Show what `make()` returns or prints; what stood here before goes away."""
        self.clear()
        out = ipywidgets.Output()
        with out:
            shown = make()
            if shown is not None and not isinstance(shown, ipywidgets.Widget):
                _display(shown)
            if isinstance(shown, ipywidgets.Widget):
                self.children = (out, shown)
                return
        self.children = (out,)

    def clear(self):
        """Take the demo away."""
        self.children = ()


class Framed(ipywidgets.VBox):
    """A card with what belongs to it, one below the other; text and HTML are the card's."""

    def __init__(self, card, *below):
        self.card = card
        super().__init__([card, *below])

    def _repr_mimebundle_(self, **kwargs):
        return _with_fallback(super()._repr_mimebundle_(**kwargs), self.card)


def html_text(text):
    """A text as HTML; what stands between backticks as code."""
    parts = html.escape(text).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def html_choices(texts):
    """A list in HTML whose items are called A, B, C."""
    return '<ol type="A">' + "".join(f"<li>{html_text(text)}</li>" for text in texts) + "</ol>"


def _with_fallback(bundle, card):
    if bundle is None:
        return None
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    data["text/plain"], data["text/html"] = card.fallback()
    return data, metadata


def _display(value):
    from IPython.display import display

    display(value)
