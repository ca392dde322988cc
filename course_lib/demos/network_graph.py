"""Where everything of the scrubber's network is drawn: nodes, edges, labels, in inches."""

import numpy as np

from .network_places import Place

__all__ = [
    "CONNECTIONS",
    "NODES",
    "edge_ends",
    "flow_mark",
    "label_place",
    "picking_place",
    "radius",
]

_RADIUS, _BIAS_RADIUS = 0.27, 0.215
_COLUMNS = {"x": 0.55, "z1": 2.25, "a1": 3.15, "z2": 4.85, "p": 5.75}
_MIDDLE, _APART = 4.45, 0.8
_BIAS_APART = 0.62  # of a bias above or below its node
# How far along its edge a weight's label stands: nearer to where the edges fan out.
_LABEL_AT = 0.34

NODES = {
    Place(array, (i,)): (x, _MIDDLE + (_APART if i == 0 else -_APART))
    for array, x in _COLUMNS.items()
    for i in range(2)
}
NODES[Place("L")] = (6.75, _MIDDLE)
for _layer in "12":
    for _i in range(2):
        _x, _y = NODES[Place("z" + _layer, (_i,))]
        NODES[Place("b" + _layer, (_i,))] = (_x, _y + (_BIAS_APART if _i == 0 else -_BIAS_APART))

_PAIRS = [(i, j) for i in range(2) for j in range(2)]
# The edges on which something stands: from node, to node, and the weight, if it is one.
CONNECTIONS = [
    *((Place("x", (i,)), Place("z1", (j,)), Place("W1", (i, j))) for i, j in _PAIRS),
    *((Place("b1", (i,)), Place("z1", (i,)), None) for i in range(2)),
    *((Place("z1", (i,)), Place("a1", (i,)), None) for i in range(2)),
    *((Place("a1", (i,)), Place("z2", (j,)), Place("W2", (i, j))) for i, j in _PAIRS),
    *((Place("b2", (i,)), Place("z2", (i,)), None) for i in range(2)),
    *((Place("z2", (i,)), Place("p", (j,)), None) for i, j in _PAIRS),
    *((Place("p", (i,)), Place("L"), None) for i in range(2)),
]


def radius(place: Place) -> float:
    """Of the node's disc."""
    return _BIAS_RADIUS if place.array[0] == "b" else _RADIUS


def edge_ends(start: Place, end: Place) -> np.ndarray:
    """From rim to rim of two nodes, shape (2, 2)."""
    a, b = np.array(NODES[start]), np.array(NODES[end])
    along = (b - a) / np.linalg.norm(b - a)
    return np.array([a + radius(start) * along, b - radius(end) * along])


def flow_mark(start: Place, end: Place, forward: bool) -> np.ndarray:
    """A triangle on an edge, clear of a weight's label, that points where the numbers flow."""
    a, b = edge_ends(start, end)
    along = (b - a) / np.linalg.norm(b - a)
    across = np.array([-along[1], along[0]])
    labelled = any((s, e) == (start, end) and w for s, e, w in CONNECTIONS)
    middle = a + (0.76 if labelled else 0.5) * (b - a)
    ahead = along if forward else -along
    return np.array(
        [middle + 0.09 * ahead, *(middle - 0.07 * ahead + s * 0.09 * across for s in (1, -1))]
    )


def label_place(weight: Place) -> np.ndarray:
    """The middle of a weight's label."""
    start, end = next((s, e) for s, e, w in CONNECTIONS if w == weight)
    a, b = np.array(NODES[start]), np.array(NODES[end])
    return a + _LABEL_AT * (b - a)


def picking_place(place: Place) -> tuple:
    """Where a place can be clicked: a point, or the two ends of an edge."""
    if place in NODES:
        return NODES[place]
    start, end = next((s, e) for s, e, w in CONNECTIONS if w == place)
    return tuple(tuple(float(v) for v in point) for point in edge_ends(start, end))
