"""A cell that is run again replaces its figures: the old ones must not go on computing."""

import weakref

__all__ = ["replace_in_cell"]

# Cell's id → (the run that made them, figures).
_made = {}


def replace_in_cell(widget):
    """Retire what an earlier run of the current cell made, and remember `widget`."""
    cell, run = _current_cell()
    if cell is None:
        return
    known_run, widgets = _made.get(cell, (None, []))
    if known_run != run:
        for old in widgets:
            if (figure := old()) is not None:
                figure.retire()
        widgets = []
    _made[cell] = run, [*widgets, weakref.ref(widget)]


def _current_cell():
    """The id of the cell being run and the id of this run; Nones outside of a notebook."""
    try:
        from IPython import get_ipython

        parent = get_ipython().parent_header
        return parent["metadata"]["cellId"], parent["header"]["msg_id"]
    except (ImportError, AttributeError, KeyError, TypeError):
        return None, None
