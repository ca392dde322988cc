"""Many items read out at once: a scatter of a thousand points, a surface of hundreds of tiles."""

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.path import Path

__all__ = ["collection_rows", "tile_corners", "tile_rows"]

# Beyond this, in pixels, a canvas cannot count.
_FAR = 1e6


def collection_rows(
    pens,
    gc,
    master,
    paths,
    transforms,
    offsets,
    facecolors,
    edgecolors,
    linewidths,
    linestyles,
    antialiaseds,
):
    """One row for each item of a collection, as `matplotlib.backend_bases` goes through them.

    Every list is gone through again and again until all items have one.

    Parameters
    ----------
    pens : Pens
    gc : GraphicsContextBase
    master : ndarray, shape (3, 3)
        Maps to pixels of the figure, y down.
    paths : sequence of Path
    transforms : ndarray, shape (n, 3, 3)
    offsets : ndarray, shape (n, 2)
        In pixels, y up.
    facecolors, edgecolors : ndarray, shape (n, 4)
    linewidths, linestyles, antialiaseds : sequence

    Returns
    -------
    ndarray, shape (items, 11), float32
        Style, stroke, fill, flags, shape, and the matrix a … f of each item that can be seen.
    """
    count = max(len(paths), len(transforms), len(offsets))
    item = np.arange(count)
    path = item % max(len(paths), len(transforms)) % len(paths)
    places = offsets[item % len(offsets)] * (1, -1) if len(offsets) else np.zeros((count, 2))
    matrices = np.broadcast_to(master, (count, 3, 3))
    if len(transforms):
        which = item % max(len(paths), len(transforms)) % len(transforms)
        matrices = master @ transforms[which]

    rows = np.empty((count, 11), dtype=np.float32)
    rows[:, :3] = _looks(
        pens, gc, count, facecolors, edgecolors, linewidths, linestyles, antialiaseds
    )
    upright = (matrices[:, 0, 1] == 0) & (matrices[:, 1, 0] == 0)
    rows[:, 3] = np.array([pens.snaps(gc, p.codes, p.vertices) for p in paths])[path] * upright
    rows[:, 4] = np.array([pens.shape(p) for p in paths])[path]
    rows[:, 5:7], rows[:, 7:9] = matrices[:, :2, 0], matrices[:, :2, 1]
    rows[:, 9:11] = matrices[:, :2, 2] + places
    with np.errstate(invalid="ignore"):
        there = (np.abs(rows[:, 9:11]) < _FAR).all(axis=1)
    return rows[there & ((rows[:, 1] >= 0) | (rows[:, 2] >= 0))]


def tile_corners(paths, matrix):
    """The corners of polygons that all have as many, as those of a mesh or of a surface.

    Parameters
    ----------
    paths : sequence of Path
    matrix : ndarray, shape (3, 3)
        Maps to pixels of the figure, y down.

    Returns
    -------
    corners : ndarray, shape (polygons, corners, 2), or None
        None if the paths are anything else.
    closed : bool
        Whether a line leads from the last corner to the first.
    """
    codes = {None if path.codes is None else path.codes.tobytes() for path in paths}
    lengths = {len(path.vertices) for path in paths}
    sides = lengths.pop()
    closed = [Path.MOVETO, *[Path.LINETO] * (sides - 2), Path.CLOSEPOLY]
    is_closed = codes == {np.array(closed, dtype=Path.code_type).tobytes()}
    if lengths or sides < 3 or not (is_closed or codes == {None}):
        return None, False
    corners = np.array([path.vertices for path in paths], dtype=float)[:, : sides - is_closed]
    corners = corners @ matrix[:2, :2].T + matrix[:2, 2]
    return (corners, is_closed) if np.isfinite(corners).all() else (None, False)


def tile_rows(pens, gc, corners, facecolors, edgecolors, linewidths, linestyles, antialiaseds):
    """One row for each of many polygons, as `matplotlib.backend_bases` goes through them.

    Parameters
    ----------
    pens : Pens
    gc : GraphicsContextBase
    corners : ndarray, shape (polygons, corners, 2)
        In pixels of the figure, y down.
    facecolors, edgecolors : ndarray, shape (n, 4)
    linewidths, linestyles, antialiaseds : sequence

    Returns
    -------
    ndarray, shape (polygons, 4 + 1 + 2 corners)
        Style, stroke, fill, whether it is snapped, the number of corners, the corners.
    """
    count, sides, _ = corners.shape
    rows = np.empty((count, 5 + 2 * sides), dtype=np.float32)
    rows[:, :3] = _looks(
        pens, gc, count, facecolors, edgecolors, linewidths, linestyles, antialiaseds
    )
    rows[:, 3] = pens.snaps(gc, None, corners, sides + 1)
    rows[:, 4] = sides
    rows[:, 5:] = np.clip(corners, -_FAR, _FAR).reshape(count, -1)
    return rows


def _looks(pens, gc, count, facecolors, edgecolors, linewidths, linestyles, antialiaseds):
    """Style, stroke and fill of each item, shape (count, 3)."""
    item = np.arange(count)
    styles, outlined = _styles(pens, gc, count, linewidths, linestyles, antialiaseds)
    strokes = np.where(outlined, _colors(pens, gc, edgecolors, item, "line"), -1)
    return np.column_stack([styles, strokes, _colors(pens, gc, facecolors, item, "area")])


def _styles(pens, gc, count, linewidths, linestyles, antialiaseds):
    """The style's number of each item, and whether the item has an outline."""
    pen = GraphicsContextBase()
    pen.copy_properties(gc)
    known = {}
    numbers, outlined = np.empty(count), np.empty(count, dtype=bool)
    lengths = [max(1, len(values)) for values in (linewidths, linestyles, antialiaseds)]
    for i in range(count):
        key = tuple(i % length for length in lengths)
        if key not in known:
            width = linewidths[key[0]] if len(linewidths) else 1.0
            pen.set_linewidth(width)
            if len(linestyles):
                pen.set_dashes(*linestyles[key[1]])
            if len(antialiaseds):
                pen.set_antialiased(antialiaseds[key[2]])
            known[key] = pens.style(pen), width > 0
        numbers[i], outlined[i] = known[key]
    return numbers, outlined


def _colors(pens, gc, colors, item, role):
    """The colour's number of each item."""
    if not len(colors):
        return np.full(len(item), -1.0)
    role = pens.role(role, gc)
    # Eight bits first: a colour map gives a thousand points few different colours.
    eight = np.rint(colors * 255).astype(np.uint8)
    distinct, inverse = np.unique(eight, axis=0, return_inverse=True)
    numbers = np.array([pens.shared.color(c / 255, role) for c in distinct], dtype=float)
    return numbers[inverse.ravel()][item % len(colors)]
