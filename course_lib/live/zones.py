"""Where a picture keeps its colours in the dark, so what is drawn on top must keep them too.

An image is the same in both themes. A black label on its light part would vanish if the dark theme
made it white. The same goes for text on a filled bar or box whose colour is kept.
"""

from matplotlib.transforms import Bbox

from .themes import is_neutral

__all__ = ["Zones"]

# A fill that lets less of the page through than this decides what can be read on it.
_SOLID = 0.7


class Zones:
    """Rectangles of kept colours, in display coordinates.

    Parameters
    ----------
    under : Zones, optional
        Those of the picture underneath.
    """

    def __init__(self, under=None):
        self._under = under
        self._pictures, self._areas = [], []

    def clear(self):
        """Forget all but those underneath."""
        self._pictures.clear()
        self._areas.clear()

    def scaled(self, factor):
        """The same zones at another resolution."""
        zones = Zones()
        for name in ("_pictures", "_areas"):
            scaled = [Bbox(box.get_points() * factor) for box in getattr(self, name)]
            getattr(zones, name).extend(scaled)
        return zones

    def add_picture(self, x0, y0, x1, y1):
        """An image or a colour-mapped area: lines and text on it keep their colours."""
        self._pictures.append(Bbox.from_extents(x0, y0, x1, y1))

    def add_area(self, x0, y0, x1, y1, rgba):
        """A filled shape: text on it keeps its colour if the shape keeps its own."""
        if rgba[3] >= _SOLID and not is_neutral(tuple(rgba[:3])):
            self._areas.append(Bbox.from_extents(x0, y0, x1, y1))

    def cover(self, box):
        """True if more than half of `box`, a clip rectangle or None, is picture."""
        if box is None or not self._any():
            return False
        if self._under is not None and self._under.cover(box):
            return True
        area = box.width * box.height
        for picture in self._pictures:
            common = Bbox.intersection(picture, box)
            if common is not None and common.width * common.height > 0.5 * area:
                return True
        return False

    def hold(self, x, y):
        """True if the point lies on a picture or on a filled shape that keeps its colour."""
        if not self._any():
            return False
        if self._under is not None and self._under.hold(x, y):
            return True
        boxes = (*self._pictures, *self._areas)
        return any(b.x0 < x < b.x1 and b.y0 < y < b.y1 for b in boxes)

    def _any(self):
        return self._pictures or self._areas or (self._under is not None and self._under._any())
