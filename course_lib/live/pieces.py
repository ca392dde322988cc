"""A live figure in pieces, which a page without a kernel loads when it needs them.

`export` puts a figure whole into one page. A page with many figures, or with one of many
positions, would then be heavy before the reader has seen a line of it. Here each figure is

- its *head*: the controls, and what all frames share,
- *pictures* of what stands still, one for each theme and resolution, of which a screen needs one,
- *chunks* of frames, from one number to another.

None of them depends on where the controls stand when the figure opens: one demo that a page shows
twice, each time set to another point, is loaded once. `static/pieces.js` puts them together again.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .compact import in_planes, rounded
from .export import with_references
from .figure import LiveFigure
from .stream import StreamFigure
from .widget import FigureWidget

__all__ = ["Grid", "Pieces", "as_script", "cut", "grid_of", "signature"]

#: A chunk is closed when its frames take this many bytes, before they are deflated.
CHUNK = 500_000

#: What the frames of one figure may take; a figure with more is shown at fewer positions.
MAX_BYTES = 80_000_000

_SAMPLES = 12


@dataclass(frozen=True)
class Pieces:
    """The pieces of one figure, as dictionaries that hold text, numbers and bytes.

    Attributes
    ----------
    head : dict
        What a view needs to open; "chunks" lists the first number of each chunk.
    pictures : dict {(theme, resolution): dict}
    chunks : list of dict
    """

    head: dict
    pictures: dict
    chunks: list


@dataclass(frozen=True)
class Grid:
    """The positions at which a page offers a figure.

    Attributes
    ----------
    kept : list of list of int
        For each control, the indices of the positions that are kept.
    start : list of int
        For each control, the place among them of where it stands.
    left_out : list of str
        Names of the controls that lack some of their positions.
    """

    kept: list
    start: list
    left_out: list


def grid_of(figure: LiveFigure, max_bytes: int = MAX_BYTES) -> Grid:
    """The positions to keep, so that the frames of all of them do not take too much.

    Parameters
    ----------
    figure : LiveFigure
    max_bytes : int
        The most the frames may take. If they would take more, judged by the present frame, sliders
        keep every second, third, … position, so that the figure works, in larger steps.

    Returns
    -------
    Grid

    Raises
    ------
    MemoryError
        If even two positions of each slider are too many.
    """
    controls, position = figure._controls, figure._position
    kept = _kept_positions(list(controls.values()), position, _size_of_a_frame(figure), max_bytes)
    start = [indices.index(here) for indices, here in zip(kept, position, strict=True)]
    left_out = [
        name for name, some in zip(controls, kept, strict=True) if len(some) < len(controls[name])
    ]
    return Grid(kept, start, left_out)


def signature(figure: LiveFigure, grid: Grid) -> str:
    """A name that figures share whose pieces are the same.

    It is made of everything but the frames, and of a dozen of these with their captions, drawn
    whole: computing all of them takes a hundred times longer.
    """
    told = hashlib.sha256()
    controls = [spec | {"start": 0} for spec in _thinned(figure, grid)]
    told.update(json.dumps([controls, figure.scene.width, figure.scene.height]).encode())
    shape = [len(indices) for indices in grid.kept]
    size = int(np.prod(shape))
    picked = np.random.default_rng(0).integers(0, size, _SAMPLES - 2)
    for number in (0, size - 1, *picked):
        key = _key(figure, grid, np.unravel_index(number, shape))
        told.update(figure._frame(key).caption.encode())
        values = figure._values(key)
        told.update(figure.frame_image(**values).tobytes())
    return told.hexdigest()[:16]


def cut(figure: FigureWidget, grid: Grid | None = None, *, state: str = "") -> Pieces:
    """Compute the frames of a figure and cut it into pieces.

    Parameters
    ----------
    figure : LiveFigure or StreamFigure
        A stream gives the history it has.
    grid : Grid, optional
        At which positions; those of `grid_of` unless given.
    state : str
        For a stream: what to say of the run instead of its state.

    Returns
    -------
    Pieces

    Raises
    ------
    TypeError
        If it is no live figure.
    """
    controls = None
    if isinstance(figure, StreamFigure):
        numbers = {key: key for key in figure._known()}
    elif isinstance(figure, LiveFigure):
        grid = grid or grid_of(figure)
        numbers = dict(_renumbered(figure, grid))
        controls = _thinned(figure, grid)
    else:
        raise TypeError(f"Only a live figure can be cut into pieces, not {figure!r}.")
    chunks = list(_chunks(figure, numbers))
    head = _head(figure, chunks, controls)
    if isinstance(figure, StreamFigure):
        head["_state"] = {"status": "finished", "text": state or figure._state["text"]}
    pictures = {
        (theme, resolution): figure._picture(theme, resolution)
        for theme in ("light", "dark")
        for resolution in (1, 2)
    }
    return Pieces(head, pictures, chunks)


def as_script(name: str, piece: dict) -> str:
    """A piece as a script that a page can load from anywhere, also from a folder.

    Parameters
    ----------
    name : str
        Under which the page waits for it.
    piece : dict
    """
    blob = bytearray()
    text = json.dumps(with_references(piece, blob), separators=(",", ":")).encode()
    # The bytes begin on a boundary of four, so that numbers can be read where they lie.
    text += b" " * (-len(text) % 4)
    packed = zlib.compress(len(text).to_bytes(4, "little") + text + bytes(blob), 9)
    return f'livePiece("{name}","{base64.b64encode(packed).decode()}")\n'


# -------------------------------------------------------------------- which positions


def _size_of_a_frame(figure):
    return figure._frame(figure._key()).nbytes


def _kept_positions(controls, position, bytes_each, max_bytes):
    strides = [1] * len(controls)

    def indices(i):
        return range(position[i] % strides[i], len(controls[i]), strides[i])

    def frames():
        return np.prod([float(len(indices(i))) for i in range(len(controls))])

    def fineness(i):
        # Of the steps of a run three times as many stay: one sees from each how it goes on.
        return len(indices(i)) / (3 if controls[i].kind == "steps" else 1)

    while frames() * bytes_each > max_bytes:
        # The finest slider can spare positions best; what is no scale keeps them all.
        finest = max(
            (i for i, control in enumerate(controls) if control.ordered),
            key=fineness,
            default=None,
        )
        if finest is None or len(indices(finest)) <= 2:
            raise MemoryError(
                f"{frames():.0f} frames of about {bytes_each} bytes do not fit into "
                f"max_bytes={max_bytes}. Use fewer options, or allow more."
            )
        strides[finest] += 1
    return [list(indices(i)) for i in range(len(controls))]


def _key(figure, grid, places):
    """The number that the figure gives to a position of the grid."""
    return figure._table.key([kept[place] for kept, place in zip(grid.kept, places, strict=True)])


def _renumbered(figure, grid) -> Iterator[tuple[int, int]]:
    """(number in the figure, number in the page) of each frame to keep."""
    for number, places in enumerate(np.ndindex(*map(len, grid.kept))):
        yield _key(figure, grid, places), number


def _thinned(figure, grid):
    """What the page needs to know of the controls, with the positions that are kept."""
    specs = []
    for spec, indices, start in zip(figure._scene["controls"], grid.kept, grid.start, strict=True):
        spec = spec | {"start": start}
        for name in ("values", "texts"):
            spec[name] = [spec[name][index] for index in indices]
        if "drag" in spec:
            at = spec["drag"]["at"]
            spec["drag"] = spec["drag"] | {"at": [at[index] for index in indices]}
        specs.append(spec)
    return specs


# -------------------------------------------------------------------- the pieces


def _chunks(figure, numbers):
    frames, size = {}, 0
    for key, number in numbers.items():
        frame = figure._frame(key)
        frames[number] = replace(frame, data=rounded(frame.data))
        size += len(frame.data)
        if size > CHUNK:
            yield _chunk(frames)
            frames, size = {}, 0
    if frames:
        yield _chunk(frames)


def _chunk(frames):
    return {
        "keys": list(frames),
        "sizes": [len(frame.data) for frame in frames.values()],
        "captions": [frame.caption for frame in frames.values()],
        "errors": [frame.error for frame in frames.values()],
        "planes": in_planes(b"".join(frame.data for frame in frames.values())),
    }


def _head(figure, chunks, controls):
    told, figure._told = figure._told, (0, 0, 0)
    try:
        scene = figure._opening_message([])
    finally:
        figure._told = told
    if controls is not None:
        scene["controls"] = [spec | {"start": 0} for spec in controls]
    values = {spec["name"]: spec["values"][0] for spec in scene["controls"]}
    firsts = [chunk["keys"][0] for chunk in chunks]
    # The pictures come by themselves.
    return {
        "_scene": scene | {"pictures": [], "alone": True, "pieces": True},
        "chunks": firsts,
        **values,
    }
