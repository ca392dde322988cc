"""The same network with its hidden units in another order, as like to a second one as can be."""

import numpy as np

from course_lib.nn import Dense, Network

__all__ = ["renumbered"]


def renumbered(network: Network, like: Network) -> Network:
    """Renumber the hidden units so that each stands where the other network has its like.

    Pairs are made one by one, those first whose weights, coming in and going out, make the
    smallest angle. The network's answers do not change.

    Parameters
    ----------
    network, like : Network
        With one hidden layer of equal width: Dense, an activation, Dense.

    Returns
    -------
    Network
        A new one.

    Raises
    ------
    ValueError
        If they are not such networks.
    """
    if network.shapes != like.shapes or len(_dense(network)) != 2:
        raise ValueError("network and like must both have one hidden layer, of equal width.")
    alike = _units(network) @ _units(like).T
    order = np.empty(len(alike), int)
    for _ in order:
        row, column = np.unravel_index(alike.argmax(), alike.shape)
        order[column] = row
        alike[row], alike[:, column] = -np.inf, -np.inf
    new = network.copy()
    first, second = _dense(new)
    first.W, first.b = first.W[:, order], first.b[order]
    second.W = second.W[order]
    return new


def _dense(network):
    return [layer for layer in network.layers if isinstance(layer, Dense)]


def _units(network):
    """The weights of each hidden unit, in and out, scaled to length one; (units, numbers)."""
    first, second = _dense(network)
    units = np.vstack([first.W, first.b, second.W.T]).T
    return units / np.linalg.norm(units, axis=1, keepdims=True)
