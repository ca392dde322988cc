"""Where prediction − actual is the gradient at the logits, and where it is not: a picture."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_lib.nn import relative_error

from .palette import BLUE, GREY, VERMILION, course_style
from .picture import Picture, new_figure

__all__ = ["matched_pairs_figure"]

TOLERANCE = 1e-6


@course_style()
def matched_pairs_figure(pairs: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> Picture:
    """Claimed against measured gradients, one panel for each pair of activation and loss.

    Parameters
    ----------
    pairs : mapping
        Name, as "sigmoid + cross-entropy" → (claimed, measured), arrays of equal shape.

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 2.5)
    panels = figure.subplots(1, len(pairs), sharex=True, sharey=True, squeeze=False)[0]
    largest = max(np.abs(numbers).max() for pair in pairs.values() for numbers in pair)
    ends = np.array([-1.1, 1.1]) * largest
    words = []
    for ax, (name, (claimed, measured)) in zip(panels, pairs.items(), strict=True):
        fits = relative_error(claimed, measured) < TOLERANCE
        ax.plot(ends, ends, color=GREY, lw=1, ls="--")
        ax.plot(
            np.ravel(claimed),
            np.ravel(measured),
            "o" if fits else "X",
            color=BLUE if fits else VERMILION,
            ms=5,
            mew=0,
        )
        ax.set(xlim=ends, ylim=ends, aspect="equal", xlabel="(p − y) / n")
        ax.set_title("\n+ ".join(name.split(" + ")), fontsize=9)
        words.append(f"{name}: {'on' if fits else 'off'} the diagonal")
    panels[0].set_ylabel("finite difference ∂L/∂z")
    return Picture(
        figure,
        f"(p − y) / n against the finite difference at the logits. {'; '.join(words)}.",
    )
