"""The NaN detective: the steps of a run that dies, and the first number that was not finite."""

import numpy as np

from course_lib.live import Choice, LiveFigure, Steps, Toggle

from .dying_run import CASES, COLUMNS, KINDS, LARGEST, STEPS, Finding, diagnose, dying_run
from .palette import BLUE, GREEN, GREY, INK, PURPLE, VERMILION, course_style
from .picture import new_figure

__all__ = ["finding_words", "nan_detective", "place_words"]

LOW, HIGH = 1e-5, 1e50
BROKEN = 1e43
"""Where numbers stand that are no longer finite."""
LOOKS = {"activation": ("o", GREEN), "gradient": ("s", BLUE), "parameter": ("^", PURPLE)}


def place_words(kind: str, column: str) -> str:
    """What stopped being finite, in words: "the activation of layer 4".

    Parameters
    ----------
    kind, column : str
        Of `KINDS` and `COLUMNS`.
    """
    whole = {"pixels": "the pixels", "softmax": "the output of softmax", "loss": "the loss"}
    if kind == "activation" and column in whole:
        return whole[column]
    if column == "logits":
        return "the logits" if kind == "activation" else f"a {kind} of the output layer"
    return f"{'an' if kind == 'activation' else 'a'} {kind} of layer {column}"


def finding_words(finding: Finding | None) -> str:
    """What the detective says.

    Parameters
    ----------
    finding : Finding or None
    """
    if finding is None:
        return "all numbers stay finite"
    return (
        f"first not finite: {place_words(finding.kind, finding.column)}, step {finding.step}. "
        f"Cause: {finding.cause} ({finding.evidence})"
    )


@course_style()
def nan_detective(
    cause: str = "learning rate too high", step: int = 1, cured: bool = False
) -> LiveFigure:
    """Scrub through a run that dies: the largest number of each layer, forward, backward, after.

    Parameters
    ----------
    cause : str
        Of `CASES`.
    step : int
        From 1 to 16.
    cured : bool
        Whether it opens with the cause taken away.

    Returns
    -------
    LiveFigure
    """
    figure = new_figure(7.2, 5.6)
    axes = figure.subplots(3, 1, sharex=True, sharey=True)
    titles = ("1  activations, forward", "2  gradients, backward", "3  parameters, after the step")
    lines, before, broken = [], [], []
    for ax, kind, title in zip(axes, KINDS, titles, strict=True):
        marker, color = LOOKS[kind]
        ax.set(yscale="log", ylim=(LOW, HIGH), xlim=(-0.6, len(COLUMNS) - 0.4), title=title)
        ax.set_yticks([1, 1e12, 1e24, 1e36])
        ax.minorticks_off()
        ax.axhline(LARGEST, color=GREY, ls="--", lw=1.2)
        before.append(ax.plot([], [], "-", color=GREY, lw=1, alpha=0.7, animated=True)[0])
        lines.append(ax.plot([], [], marker + "-", color=color, ms=5, lw=1.4, animated=True)[0])
        broken.append(ax.plot([], [], "X", color=INK, ms=7, mec="white", animated=True)[0])
    axes[1].set_ylabel("largest |number| of the layer")
    axes[2].text(len(COLUMNS) - 0.5, LARGEST / 4, "float32 ends", color=GREY, ha="right", va="top")
    axes[2].set_xticks(range(len(COLUMNS)), [name.replace("tm", "t-\nm") for name in COLUMNS])
    axes[2].set_xlabel("layer, from the pixels to the loss")
    rings = [
        ax.plot([], [], "o", mfc="none", mec=VERMILION, mew=2.4, ms=15, animated=True)[0]
        for ax in axes
    ]
    flags = [
        ax.text(*(0, LARGEST / 30, ""), color=VERMILION, ha="center", va="top", animated=True)
        for ax in axes
    ]
    columns = np.arange(len(COLUMNS))

    def update(cause, cured, step):
        remains = dying_run(cause, cured)
        finding = diagnose(remains)
        now, last = remains.largest[step], remains.largest[max(step - 1, 0)]
        for kind in range(len(KINDS)):
            for line, values in ((lines[kind], now[kind]), (before[kind], last[kind])):
                there = np.isfinite(values) & (values >= 0)
                line.set_data(columns[there], np.maximum(values[there], LOW))
            bad = ~np.isfinite(now[kind])
            broken[kind].set_data(columns[bad], np.full(bad.sum(), BROKEN))
            first = finding is not None and step == finding.step - 1 and KINDS[kind] == finding.kind
            place = COLUMNS.index(finding.column) if first else 0
            rings[kind].set_data(*(([place], [BROKEN]) if first else ([], [])))
            flags[kind].set_text("first" if first else "")
            flags[kind].set_x(place)
        name = f"{cause}{', cured' if cured else ''}: step {step + 1} of {STEPS}"
        return f"{name}, loss {_loss(remains.losses[step])}; {finding_words(finding)}"

    return LiveFigure(
        figure,
        update,
        alt="Three pictures over the layers of a network, from the pixels to the loss: the largest "
        "activation, gradient and parameter of each layer in one step of training, on logarithmic "
        "axes; thin, those of the step before. A dashed line marks the largest number of "
        "float32. Crosses above it are numbers that are not finite; a ring marks the first.",
        cause=Choice(list(CASES), cause),
        cured=Toggle(cured, label="Cured"),
        step=Steps([str(i + 1) for i in range(STEPS)], step - 1, speed=2),
    )


def _loss(value):
    if np.isnan(value):
        return "nan"
    if np.isinf(value):
        return "inf"
    return f"{value:.2f}" if value < 1000 else f"{value:.0e}".replace("e+", "e")
