"""Where to draw the values of a computational graph: columns by depth, few crossings."""

from dataclasses import dataclass, field

import numpy as np

from course_lib.nn.value import Value

__all__ = ["Edge", "Layout", "arrange", "columns_of"]

SWEEPS = 6


@dataclass
class Edge:
    """From an operand to what was computed from it.

    Attributes
    ----------
    parent, value : Value
    bends : list of ndarray, shape (2,)
        Where it passes the columns between, in inches.
    leaves_at, enters_at : float
        Its place among the edges at the same side of a node: 0 is the middle, ±½, ±1, … above
        and below.
    bow : float
        How far it swings out, in inches: of two edges between the same nodes.
    """

    parent: Value
    value: Value
    bends: list = field(default_factory=list)
    leaves_at: float = 0.0
    enters_at: float = 0.0
    bow: float = 0.0


@dataclass(frozen=True)
class Layout:
    """Places in inches from the lower left corner.

    Attributes
    ----------
    places : dict {Value: ndarray, shape (2,)}
    edges : list of Edge
        In the order of ``root.ancestors()`` and their parents.
    rows : int
        How many nodes stand one above the other, at most.
    """

    places: dict
    edges: list
    rows: int


def columns_of(root: Value) -> dict[Value, int]:
    """The column of each value: to the right of all its operands, and inputs near their use.

    Parameters
    ----------
    root : Value

    Returns
    -------
    dict {Value: int}
        0 is leftmost.
    """
    order = root.ancestors()
    columns = {}
    for value in order:
        columns[value] = 1 + max((columns[parent] for parent, _ in value.parents), default=-1)
    for value in reversed(order):
        for parent, _ in value.parents:
            if not parent.parents:
                uses = [columns[v] for v in order if any(p is parent for p, _ in v.parents)]
                columns[parent] = min(uses) - 1
    return columns


def arrange(root: Value, size: tuple[float, float], card: tuple[float, float]) -> Layout:
    """Places for a graph: inputs left, the result right.

    Parameters
    ----------
    root : Value
    size : (width, height)
        Of the room, in inches.
    card : (width, height)
        Of a node, in inches.

    Returns
    -------
    Layout
    """
    columns = columns_of(root)
    order = root.ancestors()
    stacks = [[] for _ in range(max(columns.values()) + 1)]
    for value in _first_operand_first(root):
        stacks[columns[value]].append(value)
    edges, neighbours = [], {value: ([], []) for value in order}
    waypoints = []
    for value in order:
        for parent, _ in value.parents:
            edge, way = Edge(parent, value), []
            for column in range(columns[parent] + 1, columns[value]):
                bend = object()  # takes a place of its own in each column it passes
                way.append(bend)
                neighbours[bend] = ([], [])
                stacks[column].append(bend)
            for a, b in zip([parent, *way], [*way, value], strict=True):
                neighbours[a][1].append(b)
                neighbours[b][0].append(a)
            edges.append(edge)
            waypoints.append(way)
    _sort(stacks, neighbours)
    places = _places(stacks, size, card)
    for edge, way in zip(edges, waypoints, strict=True):
        edge.bends = [places[bend] for bend in way]
    _part(edges, places)
    places = {value: places[value] for value in order}
    return Layout(places, edges, max(map(len, stacks)))


def _first_operand_first(root):
    """All values in the order in which the formula is read."""
    found, waiting = {}, [root]
    while waiting:
        value = waiting.pop()
        if value not in found:
            found[value] = None
            waiting.extend(parent for parent, _ in reversed(value.parents))
    return list(found)


def _sort(stacks, neighbours):
    """Order each column by where its neighbours stand, back and forth a few times."""
    for sweep in range(SWEEPS):
        side = sweep % 2
        for column in stacks[:: -1 if side else 1]:
            heights = {
                node: (i + 0.5) / len(stack) for stack in stacks for i, node in enumerate(stack)
            }

            def mean(node, heights=heights, side=side):
                near = neighbours[node][side]
                return np.mean([heights[n] for n in near]) if near else heights[node]

            column.sort(key=mean)


def _places(stacks, size, card):
    width, height = size
    first, last = card[0] / 2 + 0.08, width - card[0] / 2 - 0.08
    xs = np.linspace(first, last, len(stacks)) if len(stacks) > 1 else [width / 2]
    places = {}
    for x, stack in zip(xs, stacks, strict=True):
        for i, node in enumerate(stack):
            places[node] = np.array([x, height * (1 - (i + 0.5) / len(stack))])
    return places


def _part(edges, places):
    """Let edges at the same side of a node leave and enter one above the other."""
    for side, name in (("parent", "leaves_at"), ("value", "enters_at")):
        for node in {id(getattr(edge, side)): getattr(edge, side) for edge in edges}.values():
            mine = [edge for edge in edges if getattr(edge, side) is node]

            def far_height(edge, side=side):
                bends = edge.bends
                if bends:
                    return bends[0 if side == "parent" else -1][1]
                return places[edge.value if side == "parent" else edge.parent][1]

            mine.sort(key=far_height, reverse=True)
            for i, edge in enumerate(mine):
                setattr(edge, name, (len(mine) - 1) / 2 - i)
    for edge in edges:
        twins = [e for e in edges if e.parent is edge.parent and e.value is edge.value]
        if len(twins) > 1:
            edge.bow = 0.3 * edge.enters_at
