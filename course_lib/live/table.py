"""The frames of a figure, one for each position of its controls, within a bound of memory."""

from dataclasses import dataclass

import numpy as np

__all__ = ["Frame", "FrameTable"]

#: What a frame costs beyond its drawing: its caption and its place in the table.
_OVERHEAD = 200


@dataclass(frozen=True)
class Frame:
    """What the figure shows at one position.

    Attributes
    ----------
    data : bytes
        The display lists, see `recorder`.
    caption : str
    error : str or None
        What to show in the figure's place.
    """

    data: bytes
    caption: str
    error: str | None = None

    @property
    def nbytes(self):
        return len(self.data) + 2 * len(self.caption) + _OVERHEAD


class FrameTable:
    """Frames by their number.

    A frame's number counts the positions of all controls like the digits of a number, the last
    control fastest ("row-major").

    Parameters
    ----------
    shape : tuple of int
        The number of positions of each control.
    ordered : tuple of bool
        Whether neighbouring positions of the control are neighbours.
    max_bytes : int
        When all frames would need more, as judged by the first ones, or when they turn out to
        need more, the table is ``"on demand"``: it computes no frame ahead and keeps the ones
        used last.

    Attributes
    ----------
    strategy : {'table', 'on demand'}
    nbytes : int
        What the frames that are there need.
    """

    def __init__(self, shape, ordered, max_bytes):
        self.shape, self.ordered, self.max_bytes = tuple(shape), tuple(ordered), max_bytes
        self.size = int(np.prod([int(n) for n in shape], dtype=object))
        self.strategy = "table"
        self.nbytes = 0
        self._frames = {}
        self._near = iter(())
        self._near_to = None
        self._rest = None

    def __len__(self):
        return len(self._frames)

    def __contains__(self, key):
        return key in self._frames

    def __iter__(self):
        return iter(list(self._frames))

    @property
    def complete(self):
        return len(self._frames) == self.size

    def get(self, key):
        """The frame, or None; on demand it then counts as used last."""
        frame = self._frames.get(key)
        if frame is not None and self.strategy == "on demand":
            self._frames[key] = self._frames.pop(key)
        return frame

    def put(self, key, frame):
        """Keep a frame; the first one decides whether all will fit."""
        old = self._frames.pop(key, None)
        self.nbytes += frame.nbytes - (old.nbytes if old else 0)
        self._frames[key] = frame
        if len(self._frames) * self.max_bytes < self.nbytes * self.size and len(self) == 1:
            self.strategy = "on demand"
        if self.nbytes > self.max_bytes:
            self.strategy = "on demand"
            self._shrink(key)

    def _shrink(self, keep):
        for key in list(self._frames):
            if self.nbytes <= self.max_bytes:
                break
            if key != keep:
                self.nbytes -= self._frames.pop(key).nbytes

    # ------------------------------------------------------------------ the order of filling

    def next_missing(self, position):
        """The number of the frame to compute next, or None.

        First what one control away from `position` leads to, nearest first: the reader moves one
        control at a time. Then everything else, by its distance from where the filling began.

        Parameters
        ----------
        position : tuple of int
            Where the controls stand.

        Returns
        -------
        int or None
        """
        if self.strategy == "on demand" or self.complete:
            return None
        position = tuple(position)
        if position != self._near_to:
            self._near, self._near_to = iter(self._lines_through(position)), position
        if self._rest is None:
            self._rest = iter(self._by_distance_from(position))
        for order in (self._near, self._rest):
            for key in order:
                if key not in self._frames:
                    return key
        return None

    def _lines_through(self, position):
        found = [(0, self.key(position))]
        for axis, count in enumerate(self.shape):
            moved = list(position)
            for index in range(count):
                moved[axis] = index
                away = abs(index - position[axis])
                if away:
                    found.append((away if self.ordered[axis] else 1, self.key(moved)))
        return [key for _, key in sorted(found)]

    def _by_distance_from(self, position):
        away = np.zeros(self.shape, dtype=np.int32)
        for axis, count in enumerate(self.shape):
            distance = np.abs(np.arange(count) - position[axis])
            if not self.ordered[axis]:
                distance = np.minimum(distance, 1)
            away += distance.reshape([-1 if a == axis else 1 for a in range(len(self.shape))])
        return np.argsort(away, axis=None, kind="stable").tolist()

    # ------------------------------------------------------------------ numbers and positions

    def key(self, position):
        """The number of the frame at a position."""
        key = 0
        for index, count in zip(position, self.shape, strict=True):
            key = key * count + int(index)
        return key

    def position(self, key):
        """The position of a frame's number."""
        position = []
        for count in reversed(self.shape):
            key, index = divmod(key, count)
            position.append(index)
        return tuple(reversed(position))
