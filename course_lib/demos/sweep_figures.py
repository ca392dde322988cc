"""The stored sweep of learning rates on the digits: its edge, and a map whose cells replay."""

import numpy as np
from matplotlib.ticker import NullLocator

from course_lib.live import LiveFigure, Slider, Steps

from .learning_rate_sweep import (
    EDGE_RATES,
    EDGE_STEPS,
    MAP_EPOCHS,
    MAP_POINTS,
    MAP_RATES,
    MAP_SIZES,
    LearningRateSweep,
    load_learning_rate_sweep,
    map_steps,
)
from .palette import BLUE, GREY, INK, VERMILION, course_style
from .picture import Picture, new_figure
from .words import percent, plain

__all__ = ["edge_figure", "sweep_map"]

GUESSING = np.log(10)


@course_style()
def edge_figure(sweep: LearningRateSweep) -> Picture:
    """Loss and error after `EDGE_STEPS` steps over the learning rate: each seed, and their median.

    Parameters
    ----------
    sweep : LearningRateSweep

    Returns
    -------
    Picture
    """
    figure = new_figure(7.2, 2.9)
    left, right = figure.subplots(1, 2)
    safe, broken = sweep.edge
    for ax, values in ((left, sweep.edge_loss), (right, 100 * sweep.edge_error)):
        ax.plot(EDGE_RATES, values, "o", color=BLUE, ms=3, alpha=0.5, mew=0)
        ax.plot(EDGE_RATES, np.median(values, axis=1), color=BLUE)
        ax.axvspan(broken, EDGE_RATES[-1], fc="#F9DFB0", lw=0, alpha=0.7)
        ax.axvline(broken, color=INK, lw=1.6)
        ax.set(xscale="log", xlim=(EDGE_RATES[0], EDGE_RATES[-1]), xlabel="learning rate")
        ax.xaxis.set_major_formatter(lambda rate, _: f"{rate:g}")
        best = np.abs(EDGE_RATES - sweep.best).argmin()
        ax.plot(sweep.best, np.median(values[best]), "o", color=VERMILION, ms=8, mec="white")
    left.axhline(GUESSING, color=GREY, ls="--", lw=1.2)
    left.text(0.012, GUESSING + 0.04, "guessing, ln 10", color=GREY, fontsize=9)
    left.set(ylim=(0, 3), ylabel="validation loss (nats per digit)")
    right.set(ylim=(0, 100), ylabel="validation error (%)")
    right.text(broken * 1.15, 8, "breaks\ndown", fontsize=9)
    left.text(broken * 1.15, 0.24, "breaks\ndown", fontsize=9)
    return Picture(
        figure,
        f"Validation loss and error after {EDGE_STEPS} steps, by learning rate, for "
        f"{sweep.edge_error.shape[1]} seeds. Both fall towards the best rate, "
        f"{plain(sweep.best)}; up to {plain(safe)} all seeds learn, from {plain(broken)} on "
        f"training breaks down.",
    )


@course_style()
def sweep_map(
    learning_rate: float = 0.1, batch_size: int = 100, step: int = MAP_POINTS - 1
) -> LiveFigure:
    """The map of final errors, and the run of the cell chosen, to be played.

    Parameters
    ----------
    learning_rate : float
        At which it opens; the nearest of `MAP_RATES`.
    batch_size : int
        At which it opens; one of `MAP_SIZES`.
    step : int
        Point of the run at which it opens: 0 to 35.

    Returns
    -------
    LiveFigure
    """
    sweep = load_learning_rate_sweep()
    figure = new_figure(7.2, 5.0)
    grid = figure.add_gridspec(2, 2, height_ratios=[1.25, 1])
    board = figure.add_subplot(grid[0, :])
    loss, error = (figure.add_subplot(grid[1, column]) for column in (0, 1))

    final = 100 * sweep.validation_error[:, :, -1]
    half_rate, half_size = 10 ** (1 / 6), 10 ** (1 / 4)
    edges_x = np.append(MAP_RATES / half_rate, MAP_RATES[-1] * half_rate)
    edges_y = np.append(np.array(MAP_SIZES) / half_size, MAP_SIZES[-1] * half_size)
    mesh = board.pcolormesh(edges_x, edges_y, final, cmap="cividis_r", vmin=0, vmax=100)
    figure.colorbar(mesh, ax=board, label="validation error (%)", pad=0.01)
    for y, row in zip(MAP_SIZES, final, strict=True):
        for x, value in zip(MAP_RATES, row, strict=True):
            color = "white" if value > 50 else INK
            board.text(x, y, f"{value:.0f}", ha="center", va="center", fontsize=7.5, color=color)
    board.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="batch size")
    board.set(xlim=edges_x[[0, -1]], ylim=edges_y[[0, -1]])
    board.set_yticks(MAP_SIZES, [f"{size:,}" for size in MAP_SIZES])
    board.yaxis.set_minor_locator(NullLocator())
    board.xaxis.set_major_formatter(lambda rate, _: f"{rate:g}")
    board.grid(False)
    (frame,) = board.plot([], [], color=VERMILION, lw=3, animated=True)

    epochs = np.linspace(0, MAP_EPOCHS, MAP_POINTS)
    for ax in (loss, error):
        ax.set(xlim=(0, MAP_EPOCHS), xlabel="epoch")
    loss.set(ylim=(0, 3), ylabel="loss (nats per digit)")
    loss.axhline(GUESSING, color=GREY, ls="--", lw=1)
    error.set(ylim=(0, 100), ylabel="validation error (%)")
    (training,) = loss.plot([], [], color=BLUE, label="training", animated=True)
    (validation,) = loss.plot([], [], "--", color=VERMILION, label="validation", animated=True)
    (wrong,) = error.plot([], [], "--", color=VERMILION, animated=True)
    heads = [
        ax.plot([], [], "o", color=VERMILION, ms=7, mec="white", animated=True)[0]
        for ax in (loss, error)
    ]
    loss.legend(fontsize=9, loc="upper right", bbox_to_anchor=(1, 0.74))

    def update(learning_rate, batch_size, step):
        row = MAP_SIZES.index(batch_size)
        column = int(np.abs(np.log(MAP_RATES / learning_rate)).argmin())
        x, y = edges_x[column : column + 2], edges_y[row : row + 2]
        frame.set_data(x[[0, 1, 1, 0, 0]], y[[0, 0, 1, 1, 0]])
        now = slice(0, step + 1)
        losses, errors = (
            sweep.validation_loss[row, column],
            100 * sweep.validation_error[row, column],
        )
        training.set_data(epochs[now], np.minimum(sweep.training_loss[row, column, now], 9))
        validation.set_data(epochs[now], np.minimum(losses[now], 9))
        wrong.set_data(epochs[now], errors[now])
        for head, values in zip(heads, (np.minimum(losses, 9), errors), strict=True):
            head.set_data(epochs[step : step + 1], values[step : step + 1])
        updates = round(map_steps(batch_size) * step / (MAP_POINTS - 1))
        return (
            f"learning rate {plain(learning_rate)}, batches of {batch_size:,}: after "
            f"{epochs[step]:.1f} epochs ({updates:,} steps) validation loss "
            f"{plain(losses[step])}, error {percent(errors[step] / 100, 1)}"
        )

    return LiveFigure(
        figure,
        update,
        alt="Above, a map of the validation error after 5 epochs by learning rate and batch size; "
        "the lowest errors lie in a band, and right of it training breaks down, earlier for "
        "small batches. "
        "Below, loss and error over the epochs for the cell chosen.",
        learning_rate=Slider(
            *MAP_RATES[[0, -1]],
            learning_rate,
            log=True,
            positions=len(MAP_RATES),
            drag=(board, "x"),
        ),
        batch_size=Slider(
            MAP_SIZES[0],
            MAP_SIZES[-1],
            batch_size,
            log=True,
            integer=True,
            positions=len(MAP_SIZES),
            drag=(board, "y"),
        ),
        step=Steps([f"epoch {epoch:.1f}" for epoch in epochs], step, label="Replay", speed=8),
    )
