"""How long a gradient takes on this machine: by backpropagation, and by nudging every weight."""

from collections.abc import Sequence
from itertools import pairwise
from time import perf_counter

import numpy as np

from course_lib.nn import Dense, Network, ReLU, numerical_gradient, softmax_cross_entropy

from .gradient_cost import Cost
from .palette import BLUE, VERMILION, course_style
from .picture import Picture, new_figure
from .threads import one_thread

__all__ = ["measure_gradient_times", "measure_passes", "measured_cost_figure"]


def _network(widths, seed):
    layers = []
    for n, m in pairwise(widths):
        layers += [Dense(n, m), ReLU()]
    return Network(layers[:-1], seed=seed)


def _data(widths, batch, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(batch, widths[0])), rng.integers(widths[-1], size=batch)


def measure_passes(
    widths: Sequence[int], batch: int = 256, *, repeats: int = 15, seed: int = 0
) -> Cost:
    """How long one forward and one backward pass take on this machine, with one thread.

    The median over `repeats` of each.

    Parameters
    ----------
    widths : sequence of int
    batch, repeats, seed : int

    Returns
    -------
    Cost
        In seconds.
    """
    network = _network(widths, seed)
    x, labels = _data(widths, batch, seed)
    times = []
    with one_thread():
        for _ in range(repeats + 1):
            begin = perf_counter()
            logits = network.forward(x)
            middle = perf_counter()
            _, gradient = softmax_cross_entropy(logits, labels)
            start = perf_counter()
            network.backward(gradient)
            times.append((middle - begin, perf_counter() - start))
    forward, backward = np.median(times[1:], axis=0)  # the first run warms up
    return Cost(network.parameters.size, float(forward), float(backward))


def measure_gradient_times(
    hidden: Sequence[int], *, batch: int = 16, repeats: int = 5, seed: int = 0
) -> dict[str, np.ndarray]:
    """The time of one whole gradient both ways, for networks 8 → hidden → 4.

    Parameters
    ----------
    hidden : sequence of int
        Hidden units of each network.
    batch, repeats, seed : int

    Returns
    -------
    dict of str to ndarray, shape (networks,)
        "weights", and in seconds "backpropagation" and "finite differences".

    Raises
    ------
    RuntimeError
        If the two gradients are not the same: then their times would mean nothing.
    """
    rows = []
    with one_thread():
        for units in hidden:
            widths = (8, int(units), 4)
            network = _network(widths, seed)
            x, labels = _data(widths, batch, seed)

            def loss_at(parameters, network=network, x=x, labels=labels):
                network.parameters = parameters
                return softmax_cross_entropy(network.forward(x), labels)[0]

            start, times = network.parameters.copy(), []
            for _ in range(repeats + 1):
                begin = perf_counter()
                _, gradient = softmax_cross_entropy(network.forward(x), labels)
                network.backward(gradient)
                times.append(perf_counter() - begin)
            begin = perf_counter()
            nudged = numerical_gradient(loss_at, start)
            rows.append((start.size, np.median(times[1:]), perf_counter() - begin))
            if not np.allclose(nudged, network.gradients, atol=1e-6):
                raise RuntimeError(f"The two gradients of {widths} differ.")
    weights, backpropagation, differences = np.array(rows).T
    return {
        "weights": weights,
        "backpropagation": backpropagation,
        "finite differences": differences,
    }


@course_style()
def measured_cost_figure(times: dict[str, np.ndarray]) -> Picture:
    """Time of one whole gradient over the number of weights, both ways, logarithmic.

    Parameters
    ----------
    times : dict
        From `measure_gradient_times`.

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 3.2)
    ax = figure.subplots()
    for name, color, marker in (
        ("finite differences", VERMILION, "s"),
        ("backpropagation", BLUE, "o"),
    ):
        milliseconds = 1000 * times[name]
        ax.loglog(times["weights"], milliseconds, color=color, marker=marker)
        ax.annotate(
            name,
            (times["weights"][-1], milliseconds[-1]),
            (-6, 8),
            textcoords="offset points",
            color=color,
            ha="right",
        )
    ax.set(xlabel="weights and biases", ylabel="time of one gradient (ms)")
    ax.margins(y=0.15)
    return Picture(
        figure,
        "The measured time of one gradient over the number of weights, both axes logarithmic: "
        "finite differences climb steeply, backpropagation hardly rises.",
    )
