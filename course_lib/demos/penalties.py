"""What one error costs under three losses, and how hard each of them pulls on it."""

import numpy as np

from course_lib.live import LiveFigure, Slider

from .line_losses import LOSSES, loss_slopes, loss_terms
from .outlier import LOOKS
from .palette import GREY, INK, course_style
from .picture import new_figure

__all__ = ["error_penalties"]

WIDEST = 4.0


@course_style()
def error_penalties(error: float = 2.0, delta: float = 1.0) -> LiveFigure:
    """The three penalties of an error and their slopes, with a dot at the error.

    Parameters
    ----------
    error : float
        At which it opens: −4 to 4, in the unit of the target.
    delta : float
        Huber's δ with which it opens: 0.25 to 3.

    Returns
    -------
    LiveFigure
    """
    # No grid point on the kink: there the slope of |e| jumps, and a line would be drawn across.
    e = np.linspace(-WIDEST, WIDEST, 162)
    halves = e < 0, e > 0
    figure = new_figure(7.2, 3.0)
    left, right = figure.subplots(1, 2)
    left.set(xlim=(-WIDEST, WIDEST), ylim=(-0.4, 10), xlabel="error e (unit of the target)")
    left.set(title="what it costs", ylabel="cost (unit²; MAE: unit)")
    right.set(xlim=(-WIDEST, WIDEST), ylim=(-5, 5), xlabel="error e (unit of the target)")
    right.set(title="how hard it pulls", ylabel="slope (unit; MAE: none)")
    for ax in (left, right):
        ax.axvline(0, color=GREY, lw=0.8)
        ax.axhline(0, color=GREY, lw=0.8)
    for loss in ("MSE", "MAE"):
        left.plot(e, loss_terms(e, loss), label=loss, **LOOKS[loss])
        for half in halves:
            right.plot(e[half], loss_slopes(e[half], loss), **LOOKS[loss])
    curve, slope = (ax.plot([], [], label="Huber", animated=True, **LOOKS["Huber"])[0]
                    for ax in (left, right))  # fmt: skip
    left.legend(loc="upper center", fontsize=9)
    dots = [
        [
            ax.plot([], [], "o", color=LOOKS[loss]["color"], mec="white", ms=8, animated=True)[0]
            for loss in LOSSES
        ]
        for ax in (left, right)
    ]
    here = [ax.plot([], [], ":", color=INK, lw=1, animated=True)[0] for ax in (left, right)]

    def update(error, delta):
        curve.set_data(e, loss_terms(e, "Huber", delta))
        slope.set_data(e, loss_slopes(e, "Huber", delta))
        said = []
        for k, loss in enumerate(LOSSES):
            cost = float(loss_terms(error, loss, delta))
            pull = float(loss_slopes(error, loss, delta))
            # Beyond the top of the axes the dot would lie on their edge.
            dots[0][k].set_data(([error], [cost]) if cost <= 10 else ([], []))
            dots[1][k].set_data(([error], [pull]) if abs(pull) <= 5 else ([], []))
            said.append(f"{loss} {cost:.2f}, slope {pull:.2f}")
        here[0].set_data([error, error], left.get_ylim())
        here[1].set_data([error, error], right.get_ylim())
        kink = " At e = 0, |e| has a kink and no slope; 0 is taken" if error == 0 else ""
        return f"an error of {error:.1f} (δ = {delta:.2f}): {'; '.join(said)}.{kink}".replace(
            "-", "−"
        )

    return LiveFigure(
        figure,
        update,
        alt="Left, the cost of one error under the three losses: a parabola for MSE, a V for MAE, "
        "and for Huber a parabola that goes over into straight lines. Right, their slopes: a "
        "straight line, a step, and a line that is cut off at plus and minus delta.",
        error=Slider(-WIDEST, WIDEST, error, step=0.1, format=".1f", drag=(left, "x")),
        delta=Slider(0.25, 3, delta, step=0.25, label="Huber's δ", format=".2f"),
    )
