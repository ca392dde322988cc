"""A network as a graph: where its nodes stand, its edges, and the marks that show which way."""

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["edge_between", "flow_mark", "layer_places"]


def layer_places(sizes: ArrayLike, columns: ArrayLike, middle: float, apart: float) -> list:
    """The centers of the nodes, layer by layer, each layer centered on one height.

    Parameters
    ----------
    sizes : array_like of int, shape (layers,)
        How many nodes each layer has.
    columns : array_like, shape (layers,)
        Where each layer stands, from left to right.
    middle : float
        The height on which the layers are centered.
    apart : float
        From node to node.

    Returns
    -------
    list of ndarray, shape (size, 2)
        From the top node of each layer to the bottom one.
    """
    places = []
    for size, x in zip(sizes, columns, strict=True):
        y = middle + apart * ((size - 1) / 2 - np.arange(size))
        places.append(np.stack([np.full(size, float(x)), y], axis=1))
    return places


def edge_between(a: ArrayLike, b: ArrayLike, radius: float) -> np.ndarray:
    """From rim to rim of two discs, shape (2, 2).

    Parameters
    ----------
    a, b : array_like, shape (2,)
        The centers.
    radius : float
        Of both discs.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    along = radius * (b - a) / np.linalg.norm(b - a)
    return np.array([a + along, b - along])


def flow_mark(
    edge: ArrayLike, *, forward: bool, where: float = 0.75, size: float = 0.1
) -> np.ndarray:
    """A triangle on an edge that points where the numbers flow.

    Parameters
    ----------
    edge : array_like, shape (2, 2)
        Its two ends.
    forward : bool
        Points to the second end, else to the first.
    where : float
        How far along the edge, 0 to 1.
    size : float
        Half its length.

    Returns
    -------
    ndarray, shape (3, 2)
        The tip first.
    """
    a, b = np.asarray(edge, dtype=float)
    along = (b - a) / np.linalg.norm(b - a)
    across = np.array([-along[1], along[0]])
    ahead = along if forward else -along
    at = a + where * (b - a)
    return np.array([at + size * ahead, *(at - size * (0.8 * ahead + s * across) for s in (1, -1))])
