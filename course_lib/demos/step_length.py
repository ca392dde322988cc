"""How far may one step of gradient descent go? The loss along the direction of a single step."""

import numpy as np
from numpy.typing import ArrayLike

from course_lib.nn import Network, softmax_cross_entropy

from .palette import BLUE, GREY, VERMILION, course_style
from .picture import Picture, new_figure
from .words import plain

__all__ = ["losses_along_step", "step_length_figure"]


def losses_along_step(
    network: Network, x: ArrayLike, labels: ArrayLike, learning_rates: ArrayLike
) -> np.ndarray:
    """The loss of one batch after one step, for each learning rate.

    L(w − α g) for each α, with g = ∂L/∂w at the present w

    Parameters
    ----------
    network : Network
        Not changed.
    x : array_like, shape (batch, n_in)
    labels : array_like of int, shape (batch,)
    learning_rates : array_like, shape (k,)

    Returns
    -------
    ndarray, shape (k,)
        Cross-entropy, in nats per example.
    """
    network = network.copy()
    start = network.parameters.copy()
    _, gradient = softmax_cross_entropy(network.forward(x), labels)
    network.backward(gradient)
    losses = []
    for rate in learning_rates:
        network.parameters = start - rate * network.gradients
        losses.append(softmax_cross_entropy(network.forward(x), labels)[0])
    return np.array(losses)


@course_style()
def step_length_figure(learning_rates: ArrayLike, losses: ArrayLike, before: float) -> Picture:
    """The loss after one step over the learning rate of that step, both on logarithmic axes.

    Parameters
    ----------
    learning_rates, losses : array_like, shape (k,)
    before : float
        The loss before the step.

    Returns
    -------
    Picture
    """
    learning_rates, losses = np.asarray(learning_rates), np.asarray(losses)
    best = int(losses.argmin())
    figure = new_figure(7.2, 2.9)
    ax = figure.subplots()
    ax.axhline(before, color=GREY, ls="--", lw=1.2)
    ax.text(learning_rates[0], before, " before the step", va="bottom", color=GREY)
    ax.loglog(learning_rates, losses, color=BLUE)
    ax.plot(learning_rates[best], losses[best], "o", color=VERMILION, markersize=7)
    ax.annotate(
        f"lowest: {plain(losses[best])} at {plain(learning_rates[best])}",
        (learning_rates[best], losses[best]),
        (0, -16),
        textcoords="offset points",
        ha="center",
    )
    ax.set_ylim(losses[best] / 2.2, None)
    ax.set(xlabel="learning rate of the step", ylabel="loss after it (nats per digit)")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda number, _: f"{number:g}")
    return Picture(
        figure,
        f"The loss after a single step, by its learning rate: it falls from {plain(before)} to a "
        f"lowest {plain(losses[best])} at rate {plain(learning_rates[best])}, and beyond climbs "
        f"far above where it was.",
    )
