"""The sharpness of the digit network's loss, and how training drives it to the edge of stability.

The runs lie beside this file in ``sharpness.npz``. ``python -m course_lib.demos.sharpness``
computes them anew, in a minute or two of one core: gradient descent on all of the first 1,000
training digits at once, from the same start, at each of `SHARPNESS_RATES`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.data import load_mnist
from course_lib.nn import Network, softmax_cross_entropy

from .digit_training import digit_network
from .palette import BLUE, GREEN, INK, ORANGE, VERMILION, course_style
from .picture import Picture, new_figure
from .threads import one_thread

__all__ = [
    "SHARPNESS_DIGITS",
    "SHARPNESS_RATES",
    "SharpnessRuns",
    "curvature_along",
    "digit_gradient",
    "hessian_vector_product",
    "load_sharpness_runs",
    "sharpness",
    "sharpness_figure",
    "sharpness_run",
]

STORED = Path(__file__).with_suffix(".npz")

SHARPNESS_RATES = (0.1, 0.2, 0.5, 1.0)
SHARPNESS_DIGITS = 1000
STEPS, EVERY = 400, 10
NUDGE = 1e-3

Gradient = Callable[[np.ndarray], np.ndarray]


def digit_gradient(network: Network, digits: int = SHARPNESS_DIGITS) -> Gradient:
    """w → ∂L/∂w of the loss on the first training digits, all at once.

    Parameters
    ----------
    network : Network
        Its parameters are overwritten whenever the function is called.
    digits : int

    Returns
    -------
    callable (ndarray of shape (parameters,)) → ndarray of the same shape
    """
    x, y = (part[:digits] for part in load_mnist().train)

    def gradient(w):
        network.parameters = w
        _, slope = softmax_cross_entropy(network.forward(x), y)
        network.backward(slope)
        return network.gradients.copy()

    return gradient


def hessian_vector_product(
    gradient: Gradient, w: np.ndarray, v: np.ndarray, *, nudge: float = NUDGE
) -> np.ndarray:
    """H v, without ever writing down H: how the gradient changes along v.

    H v ≈ (g(w + ε v) − g(w − ε v)) / 2ε

    Parameters
    ----------
    gradient : callable (w) → ∂L/∂w
    w, v : ndarray, shape (d,)
    nudge : float
        ε.

    Returns
    -------
    ndarray, shape (d,)
    """
    return (gradient(w + nudge * v) - gradient(w - nudge * v)) / (2 * nudge)


def curvature_along(gradient: Gradient, w: np.ndarray, v: np.ndarray) -> float:
    """vᵀ H v / vᵀ v: the curvature of the loss in the direction v."""
    v = v / np.linalg.norm(v)
    return float(v @ hessian_vector_product(gradient, w, v))


def sharpness(
    gradient: Gradient,
    w: np.ndarray,
    *,
    iterations: int = 40,
    shift: float = 10.0,
    start: np.ndarray | None = None,
    seed: int = 0,
) -> tuple[float, np.ndarray]:
    """The largest eigenvalue of the Hessian, by power iteration, and its eigenvector.

    v ← (H + c I) v / ‖(H + c I) v‖, again and again;  λ_max = vᵀ H v

    What is multiplied again and again by a matrix turns towards the eigenvector of its
    eigenvalue of largest *size*. The shift c makes that the largest one: without it, a saddle's
    most negative curvature could win.

    Parameters
    ----------
    gradient : callable (w) → ∂L/∂w
    w : ndarray, shape (d,)
        Where the curvature is asked for.
    iterations : int
        Two gradients each.
    shift : float
        c, at least as large as −λ_min.
    start : ndarray, shape (d,), or None
        A direction to begin with; None for a random one.
    seed : int
        Of the random direction.

    Returns
    -------
    sharpness : float
    direction : ndarray, shape (d,)
        Of length 1.

    References
    ----------
    B. Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6, 1994
    (the exact form of the product).
    """
    v = np.random.default_rng(seed).standard_normal(w.size) if start is None else start
    v = v / np.linalg.norm(v)
    for _ in range(iterations):
        product = hessian_vector_product(gradient, w, v) + shift * v
        v = product / np.linalg.norm(product)
    return curvature_along(gradient, w, v), v


class SharpnessRuns(NamedTuple):
    """Loss and sharpness along the runs.

    Attributes
    ----------
    steps : ndarray of int, shape (k,)
    loss, sharpness : ndarray, shape (SHARPNESS_RATES, k)
        Nats per digit; λ_max of its Hessian.
    """

    steps: np.ndarray
    loss: np.ndarray
    sharpness: np.ndarray


def sharpness_run(
    learning_rate: float, *, steps: int = STEPS, every: int = EVERY
) -> tuple[np.ndarray, np.ndarray]:
    """Loss and sharpness every so many steps of gradient descent on all digits at once.

    Returns
    -------
    loss, sharpness : ndarray, shape (steps / every + 1,)
    """
    network = digit_network(0)
    x, y = (part[:SHARPNESS_DIGITS] for part in load_mnist().train)
    gradient = digit_gradient(network)
    w, direction = network.parameters.copy(), None
    losses, found = [], []
    with one_thread():
        for step in range(steps + 1):
            if step % every == 0:
                network.parameters = w
                losses.append(softmax_cross_entropy(network.forward(x), y)[0])
                # From the direction found last time, the iteration is nearly there.
                value, direction = sharpness(
                    gradient, w, iterations=40 if direction is None else 20, start=direction
                )
                found.append(value)
            w -= learning_rate * gradient(w)
    return np.array(losses), np.array(found)


def load_sharpness_runs() -> SharpnessRuns:
    """The stored runs, in float64."""
    with np.load(STORED, allow_pickle=False) as stored:
        return SharpnessRuns(
            stored["steps"], stored["loss"].astype(float), stored["sharpness"].astype(float)
        )


@course_style()
def sharpness_figure(runs: SharpnessRuns) -> Picture:
    """Loss and sharpness by step, and for each rate the limit 2/α that a parabola would set.

    Parameters
    ----------
    runs : SharpnessRuns

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 3.0)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.35])
    looks = ((BLUE, "o"), (GREEN, "s"), (ORANGE, "^"), (VERMILION, "D"))
    for rate, loss, found, (color, marker) in zip(
        SHARPNESS_RATES, runs.loss, runs.sharpness, looks, strict=True
    ):
        look = {"color": color, "marker": marker, "ms": 4, "markevery": 5, "lw": 1.5}
        left.plot(runs.steps, loss, **look, label=f"{rate:g}")
        right.plot(runs.steps, found, **look)
        right.axhline(2 / rate, color=color, ls="--", lw=1.2)
        right.annotate(
            f"2/{rate:g}",
            (1.01, 2 / rate),
            xycoords=("axes fraction", "data"),
            color=INK,
            va="center",
            annotation_clip=False,
        )
    left.set(xlabel="step", ylabel="loss (nats per digit)", yscale="log")
    left.yaxis.set_major_formatter(lambda loss, _: f"{loss:g}")
    left.legend(title="learning rate", fontsize=9, title_fontsize=9)
    right.set(
        xlabel="step",
        ylabel=r"sharpness $\lambda_\mathrm{max}$",
        yscale="log",
        yticks=[1, 2, 5, 10, 20],
    )
    right.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    right.yaxis.set_minor_formatter(lambda value, _: "")
    ends = ", ".join(
        f"{found[len(found) // 4]:.1f} at rate {rate:g} (2/α = {2 / rate:g})"
        for rate, found in zip(SHARPNESS_RATES, runs.sharpness, strict=True)
    )
    return Picture(
        figure,
        f"Loss and sharpness over {runs.steps[-1]} steps at four learning rates. All start at "
        f"sharpness {runs.sharpness[0, 0]:.1f}; after {runs.steps[len(runs.steps) // 4]} steps it "
        f"is {ends}.",
    )


def main():
    runs = [sharpness_run(rate) for rate in SHARPNESS_RATES]
    loss, found = (np.array(part, dtype=np.float32) for part in zip(*runs, strict=True))
    steps = np.arange(0, STEPS + 1, EVERY)
    np.savez_compressed(STORED, steps=steps, loss=loss, sharpness=found)
    print(f"{STORED.name}: {STORED.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
