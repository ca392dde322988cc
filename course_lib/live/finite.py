"""Counting the values that cannot be drawn: NaN and infinity."""

import numpy as np
from matplotlib.collections import Collection
from matplotlib.image import _ImageBase
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.quiver import Quiver
from matplotlib.text import Text

__all__ = ["count_nonfinite"]


def count_nonfinite(artists):
    """How many points, values or places of the artists are NaN or infinite.

    Masked entries of a line do not count: they were left out on purpose.

    Parameters
    ----------
    artists : iterable of Artist

    Returns
    -------
    int
    """
    return sum(_count(artist) for artist in artists if artist.get_visible())


def _count(artist):
    if isinstance(artist, Line2D):
        return _points(artist.get_xdata(orig=True), artist.get_ydata(orig=True))
    if isinstance(artist, _ImageBase):
        return _values(artist.get_array())
    if isinstance(artist, Quiver):
        # It puts 1 in place of what is not finite, and masks it.
        return int(np.count_nonzero(artist.Umask))
    if isinstance(artist, Collection):
        # scatter masks what is not finite itself, over the value.
        offsets = np.ma.getdata(artist.get_offsets())
        return _points(offsets[:, 0], offsets[:, 1]) + _values(artist.get_array())
    if isinstance(artist, Text):
        return _points(*([v] for v in artist.get_position()))
    if isinstance(artist, Patch):
        corners = artist.get_path().vertices
        placed = artist.get_patch_transform().transform(corners)
        return int(not np.isfinite(placed).all())
    return 0


def _points(x, y):
    """Pairs of which one is not finite and neither is masked."""
    bad = _nonfinite(x) | _nonfinite(y)
    return int(np.count_nonzero(bad & ~_masked(x) & ~_masked(y)))


def _values(array):
    if array is None:
        return 0
    return int(np.count_nonzero(_nonfinite(np.ma.getdata(array))))


def _nonfinite(values):
    try:
        return ~np.isfinite(np.asarray(np.ma.getdata(values), dtype=float))
    except (TypeError, ValueError):
        return np.zeros(np.shape(values), dtype=bool)  # dates and names are always there


def _masked(values):
    return np.ma.getmaskarray(values) if np.ma.isMaskedArray(values) else False
