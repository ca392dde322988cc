"""Figures of digits, and of what a network makes of them."""

import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from .palette import BLUE, DIVERGING, GREY, INK, VERMILION, course_style
from .picture import Picture, new_figure
from .words import percent

__all__ = [
    "answer_figure",
    "confusion_figure",
    "digit_gallery",
    "mistake_gallery",
    "most_confident_mistakes",
    "weight_gallery",
]

SIDE = 28
PIXELS = SIDE * SIDE
CLASSES = 10


@course_style()
def digit_gallery(images: ArrayLike, labels: ArrayLike, *, columns: int = 10) -> Picture:
    """Digits in rows, each with its label above it.

    Parameters
    ----------
    images : array_like, shape (n, 784) or (n, 28, 28)
        From 0 (paper) to 1 (ink).
    labels : array_like of int, shape (n,)
    columns : int

    Returns
    -------
    Picture
    """
    images, labels = _images(images), np.asarray(labels)
    if len(images) != len(labels):
        raise ValueError(f"There are {len(images)} images but {len(labels)} labels.")
    rows = -(-len(images) // columns)
    figure = new_figure(0.74 * columns, 1.0 * rows, layout="compressed")
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, image, label in zip(axes.flat, images, labels, strict=False):
        _draw_digit(ax, image)
        ax.set_title(f"{label}", loc="center", fontsize=11)
    listed = ", ".join(map(str, labels))
    return Picture(figure, f"{len(images)} handwritten digits with their labels: {listed}.")


@course_style()
def answer_figure(image: ArrayLike, probabilities: ArrayLike, label: int) -> Picture:
    """One digit, and beside it the probability the network gives to each answer.

    Parameters
    ----------
    image : array_like, shape (784,) or (28, 28)
    probabilities : array_like, shape (10,)
    label : int
        The right answer.

    Returns
    -------
    Picture
    """
    probabilities = np.asarray(probabilities)
    figure = new_figure(7.2, 2.4)
    left, right = figure.subplots(1, 2, width_ratios=[1, 2.6])
    _draw_digit(left, _images(image)[0])
    left.set_xlabel(f"a handwritten {label}")
    _draw_probabilities(right, probabilities, label)
    guess = int(probabilities.argmax())
    return Picture(
        figure,
        f"A handwritten {label} and the network's probabilities for the answers 0 to 9; the most "
        f"probable is {guess}, with {percent(probabilities[guess])}; the right one, {label}, has "
        f"{percent(probabilities[label])}.",
    )


def most_confident_mistakes(probabilities: ArrayLike, labels: ArrayLike) -> np.ndarray:
    """Which digits are answered wrongly, the surest mistake first.

    Parameters
    ----------
    probabilities : array_like, shape (n, 10)
    labels : array_like of int, shape (n,)

    Returns
    -------
    ndarray of int
        Row numbers, sorted by the probability of the wrong answer.
    """
    probabilities, labels = np.asarray(probabilities), np.asarray(labels)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")]


@course_style()
def mistake_gallery(
    images: ArrayLike,
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    count: int = 9,
    columns: int = 3,
) -> Picture:
    """The digits a network gets wrong, the surest mistakes first, with all its probabilities.

    Parameters
    ----------
    images : array_like, shape (n, 784) or (n, 28, 28)
    labels : array_like of int, shape (n,)
    probabilities : array_like, shape (n, 10)
    count, columns : int
        How many at most, and how many in a row.

    Returns
    -------
    Picture
    """
    images, labels = _images(images), np.asarray(labels)
    probabilities = np.asarray(probabilities)
    mistakes = most_confident_mistakes(probabilities, labels)
    shown = mistakes[:count]
    if not len(shown):
        figure = new_figure(7.2, 0.6)
        figure.text(0.01, 0.5, "Not a single mistake among these digits.", va="center")
        return Picture(figure, "No mistakes: there is nothing to show.")
    rows = -(-len(shown) // columns)
    figure = new_figure(2.5 * columns, 1.85 * rows)
    cells = figure.subfigures(rows, columns, squeeze=False)
    said = []
    for cell, row in zip(cells.flat, shown, strict=False):
        label, guess = labels[row], probabilities[row].argmax()
        right_share, wrong_share = (percent(probabilities[row, k]) for k in (label, guess))
        cell.suptitle(f"is {label} ({right_share}), read as {guess} ({wrong_share})", fontsize=9)
        left, right = cell.subplots(1, 2, width_ratios=[1, 1.2])
        _draw_digit(left, images[row])
        _draw_probabilities(right, probabilities[row], label, upright=False)
        said.append(f"a {label} read as {guess}")
    return Picture(
        figure,
        f"The {len(shown)} surest of {len(mistakes)} mistakes, each with the network's ten "
        f"probabilities: {', '.join(said)}.",
    )


@course_style()
def weight_gallery(weights: ArrayLike, *, columns: int = 8, label: str = "weight") -> Picture:
    """The weights of each hidden unit, laid out like the pixels they multiply.

    Parameters
    ----------
    weights : array_like, shape (784, units)
        Such as ``network.layers[0].W``, or what training has added to it.
    columns : int
    label : str
        What the numbers are.

    Returns
    -------
    Picture
    """
    weights = np.asarray(weights)
    if weights.ndim != 2 or len(weights) != PIXELS:
        raise ValueError(f"weights has shape {weights.shape}, but it needs ({PIXELS}, units).")
    units = weights.shape[1]
    rows = -(-units // columns)
    # A few extreme weights would leave the others pale.
    limit = float(np.quantile(np.abs(weights), 0.998)) or 1.0
    figure = new_figure(7.6, 6.7 / columns * rows, layout="compressed")
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, column in zip(axes.flat, weights.T, strict=False):
        image = ax.imshow(column.reshape(SIDE, SIDE), cmap=DIVERGING, vmin=-limit, vmax=limit)
    bar = figure.colorbar(image, ax=axes, label=label, aspect=30, pad=0.02)
    bar.outline.set_visible(False)
    return Picture(
        figure,
        f"{units} small pictures, one for each hidden unit. Colour: {label}, for each of the 28 by "
        f"28 pixels; orange is above zero, blue below.",
    )


@course_style()
def confusion_figure(matrix: ArrayLike) -> Picture:
    """Which digits are taken for which, as a table with shaded mistakes.

    Parameters
    ----------
    matrix : array_like of int, shape (10, 10)
        Row: the right digit; column: the network's answer.

    Returns
    -------
    Picture
    """
    matrix = np.asarray(matrix)
    if matrix.shape != (CLASSES, CLASSES):
        raise ValueError(f"matrix has shape {matrix.shape}, but it needs (10, 10).")
    mistakes = matrix * (1 - np.eye(CLASSES, dtype=matrix.dtype))
    most = max(1, int(mistakes.max()))
    figure = new_figure(5.8, 4.9, layout="compressed")
    ax = figure.subplots()
    # Only the light end of the map, so that dark numbers can be read on it.
    shading = ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=1.8 * most)
    for (row, column), count in np.ndenumerate(matrix):
        if row == column:
            ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor="#E8EEF2"))
        if count:
            ax.text(
                column,
                row,
                f"{count}",
                ha="center",
                va="center",
                fontsize=9,
                color="#555555" if row == column else INK,
            )
    ax.grid(False)
    ax.set_xticks(range(CLASSES))
    ax.set_yticks(range(CLASSES))
    ax.tick_params(length=0)
    ax.set_xlabel("the network's answer (digit)")
    ax.set_ylabel("what it is (digit)")
    for spine in ax.spines.values():
        spine.set_visible(False)
    bar = figure.colorbar(shading, ax=ax, label="mistakes (digits)", shrink=0.8)
    bar.ax.set_ylim(0, most)
    bar.ax.yaxis.get_major_locator().set_params(integer=True)
    bar.outline.set_visible(False)
    row, column = np.unravel_index(mistakes.argmax(), mistakes.shape)
    words = (
        f"the most frequent mistake: {mistakes[row, column]} times a {row} was read as {column}"
        if mistakes.any()
        else "there is no mistake"
    )
    return Picture(
        figure,
        f"A table of 10 by 10 counts, the right digit down and the answer across: "
        f"{int(np.trace(matrix))} of {int(matrix.sum())} are right, on the diagonal; {words}.",
    )


def _images(images):
    images = np.asarray(images)
    if images.ndim == 1 or images.shape[-2:] == (SIDE, SIDE):
        images = images.reshape(-1, PIXELS)
    if images.ndim != 2 or images.shape[1] != PIXELS:
        raise ValueError(f"images has shape {images.shape}, but it needs (n, 784) or (n, 28, 28).")
    return images.reshape(-1, SIDE, SIDE)


def _draw_digit(ax, image):
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)


def _draw_probabilities(ax, probabilities, label, upright=True):
    """Ten bars: the right answer is blue, and hatched so that colour is not needed."""
    digits = np.arange(CLASSES)
    bars = (ax.bar if upright else ax.barh)(digits, probabilities, 0.75, color=GREY)
    guess = int(np.argmax(probabilities))
    bars[guess].set_facecolor(VERMILION)
    bars[label].set(facecolor=BLUE, edgecolor="white", linewidth=0, hatch="////")
    limit, ticks = (0, 1), [0, 0.5, 1]
    if upright:
        ax.set(xticks=digits, ylim=limit, yticks=ticks, yticklabels=["0 %", "50 %", "100 %"])
        ax.set(xlabel="answer (digit)", ylabel="probability")
        ax.grid(False, axis="x")
    else:
        ax.set(yticks=digits, ylim=(9.6, -0.6), xlim=limit, xticks=ticks)
        ax.set_xticklabels(["0 %", "50 %", "100 %"], fontsize=7.5)
        ax.set_yticklabels(digits, fontsize=7.5)
        ax.set_xlabel("probability", fontsize=8)
        ax.set_ylabel("answer", fontsize=8)
        ax.grid(False, axis="y")
    ax.tick_params(length=0)
