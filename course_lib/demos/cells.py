"""Which cell is running, so that running it again can end what it had started."""

from IPython import get_ipython

__all__ = ["close_earlier_runs"]

_opened = {}


def close_earlier_runs(widget):
    """Close what this cell opened when it was run before; remember `widget` for the next time.

    Does nothing outside of a notebook.

    Parameters
    ----------
    widget : object with a method `close`
        Just made by the cell that is running.
    """
    shell = get_ipython()
    if not hasattr(shell, "get_parent"):
        return
    request = shell.get_parent() or {}
    run = request.get("header", {}).get("msg_id")
    # A front end that does not name its cells: the text of the cell must do.
    cell = request.get("metadata", {}).get("cellId") or request.get("content", {}).get("code")
    earlier_run, widgets = _opened.get(cell, (run, []))
    if earlier_run != run:
        for earlier in widgets:
            earlier.close()
        widgets = []
    _opened[cell] = run, [*widgets, widget]
