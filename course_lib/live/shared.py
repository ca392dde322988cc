"""What many frames draw with, kept once: colours, pen styles, and shapes such as glyphs.

A frame names them by number. They only ever grow, so a reader of the frames needs to be told
of each new one, once.
"""

import numpy as np

from .themes import dark

__all__ = ["Shared"]


class Shared:
    """Colours, styles and shapes by number.

    Attributes
    ----------
    colors : list of tuple of int
        Each as it is on a light page and on a dark page, eight numbers from 0 to 255: r, g, b, a.
    styles : list of dict
        Pen and clipping, as `recorder` makes them; JSON.
    shapes : list of ndarray, shape (n, 3), float32
        Rows of (path code, x, y), `matplotlib.path.Path`'s codes.
    """

    def __init__(self):
        self.colors, self.styles, self.shapes = [], [], []
        self._color_numbers = {}
        self._color_index, self._style_index, self._shape_index = {}, {}, {}

    def color(self, rgba, role):
        """The number of a colour; −1 for one that cannot be seen.

        Parameters
        ----------
        rgba : sequence of four float
            In [0, 1].
        role : {'line', 'area', 'text', 'data'}
            See `themes.dark`.
        """
        asked = (*rgba, role)
        number = self._color_numbers.get(asked)
        if number is None:
            number = self._color_numbers[asked] = self._number_of_color(rgba, role)
        return number

    def _number_of_color(self, rgba, role):
        # Eight bits, rounded as Agg does it.
        eight = tuple(min(255, max(0, int(c * 255 + 0.5))) for c in rgba)
        if eight[3] == 0:
            return -1
        key = (eight, role)
        number = self._color_index.get(key)
        if number is None:
            number = self._color_index[key] = len(self.colors)
            rgb = dark(tuple(c / 255 for c in eight[:3]), role)
            self.colors.append((*eight, *(round(c * 255) for c in rgb), eight[3]))
        return number

    def style(self, key, make):
        """The number of the style `key`; `make()` describes it if it is new."""
        number = self._style_index.get(key)
        if number is None:
            number = self._style_index[key] = len(self.styles)
            self.styles.append(make())
        return number

    def shape(self, key, make):
        """The number of the shape `key`; `make()` returns its rows if it is new."""
        number = self._shape_index.get(key)
        if number is None:
            number = self._shape_index[key] = len(self.shapes)
            self.shapes.append(np.ascontiguousarray(make(), dtype=np.float32))
        return number

    def counts(self):
        """How many there are of each: a mark for `since`."""
        return len(self.colors), len(self.styles), len(self.shapes)

    def since(self, counts):
        """What was added after `counts`: JSON that describes it, and the shapes' bytes.

        The counts in the JSON say where to put it, so being told twice does no harm.
        """
        colors, styles, shapes = counts
        added = self.shapes[shapes:]
        description = {
            "from": list(counts),
            "colors": self.colors[colors:],
            "styles": self.styles[styles:],
            "shapes": [len(rows) for rows in added],
        }
        return description, b"".join(rows.tobytes() for rows in added)

    @property
    def nbytes(self):
        return sum(rows.nbytes for rows in self.shapes) + 64 * len(self.styles)
