"""Calibration: whether the learner is right as often as they are sure."""

import base64
import functools
import io
from dataclasses import dataclass

import numpy as np

from .card import Card
from .questions import predictions
from .standing import prediction_standing
from .store import progress

__all__ = ["CalibrationCard", "Level", "brier_score", "calibration", "levels", "settled"]

FEW = 5  # below this many guesses nothing is said about over- or underconfidence


def calibration():
    """Show how sure the learner was, against how often they were right.

    Returns
    -------
    CalibrationCard
        Its `confidences`, `outcomes` and `brier` are the numbers behind it.
    """
    return CalibrationCard()


def brier_score(confidences, outcomes):
    """Mean squared distance between confidence and outcome.

    (1/n) Σ (pᵢ − oᵢ)²: 0 for someone who is certain and right each time, 0.25 for someone who
    always says 50 %, 1 for someone who is certain and wrong each time.

    Parameters
    ----------
    confidences : array_like, shape (n,)
        Probabilities p.
    outcomes : array_like, shape (n,)
        o: 1 or True where the guess was right.

    Returns
    -------
    float
        nan without guesses.

    References
    ----------
    G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather
    Review 78 (1950).
    """
    p, o = np.asarray(confidences, float), np.asarray(outcomes, float)
    return float(np.mean((p - o) ** 2)) if p.size else float("nan")


@dataclass(frozen=True)
class Level:
    """All guesses that were made with the same confidence."""

    confidence: float
    count: int
    right: int

    @property
    def share(self):
        """The fraction that was right."""
        return self.right / self.count


def levels(confidences, outcomes):
    """The guesses by confidence, least sure first.

    Returns
    -------
    list of Level
    """
    p, o = np.asarray(confidences, float), np.asarray(outcomes, bool)
    return [Level(float(c), int((p == c).sum()), int(o[p == c].sum())) for c in np.unique(p)]


def settled(events):
    """Confidences and outcomes of all guesses whose truth is known.

    Returns
    -------
    confidences : list of float
    outcomes : list of bool
    """
    standings = [prediction_standing(events, asked.id) for asked in predictions()]
    known = [s for s in standings if s.right is not None and s.confidence is not None]
    return [s.confidence for s in known], [s.right for s in known]


class CalibrationCard(Card):
    """A figure, a table, and what they say."""

    ACTIONS = ("refresh",)

    def refresh(self):
        """Look for what other notebooks have added."""
        self.progress.refresh()

    @property
    def confidences(self):
        """How sure the learner was, a probability for each guess whose truth is known."""
        return settled(progress().events)[0]

    @property
    def outcomes(self):
        """Whether it was right, in the same order."""
        return settled(progress().events)[1]

    @property
    def brier(self):
        """`brier_score` of the two."""
        return brier_score(self.confidences, self.outcomes)

    def describe(self):
        confidences, outcomes = settled(self.progress.events)
        rows = levels(confidences, outcomes)
        view = {"kind": "calibration", "title": "How well do you know what you know?"}
        if not rows:
            return {
                **view,
                "empty": "No prediction has met its truth yet. Here you will see how "
                "often you were right when you were 50 %, 70 %, 90 % sure.",
            }
        return {
            **view,
            "empty": "",
            "rows": [
                {
                    "sure": f"{100 * row.confidence:.0f} %",
                    "count": row.count,
                    "right": row.right,
                    "share": f"{100 * row.share:.0f} %",
                }
                for row in rows
            ],
            "brier": f"{brier_score(confidences, outcomes):.2f}",
            "verdict": in_words(confidences, outcomes),
            "pictures": {theme: _figure(tuple(rows), theme) for theme in ("light", "dark")},
            "alt": "; ".join(
                f"{100 * row.confidence:.0f} % sure: right in {row.right} of {row.count}"
                for row in rows
            ),
        }

    def fallback(self):
        text = (
            "Calibration: how sure you were of your predictions, against how often you were right. "
            "Run the notebook to see yours."
        )
        return text, f"<p>{text}</p>"


def in_words(confidences, outcomes):
    """What the numbers say, in a sentence."""
    sure, right = 100 * np.mean(confidences), 100 * np.mean(outcomes)
    start = f"On average you were {sure:.0f} % sure, and right in {right:.0f} %"
    if len(outcomes) < FEW:
        return f"{start}. That is too few guesses to say more."
    # Two standard errors of a mean of n coin flips with these probabilities.
    p = np.asarray(confidences)
    chance = 200 * np.sqrt(np.sum(p * (1 - p))) / len(p)
    if sure - right > chance:
        return f"{start}: more than chance would explain, you are overconfident."
    if right - sure > chance:
        return f"{start}: you know more than you think."
    return f"{start}: no more apart than chance would have it. Well calibrated, as far as one sees."


@functools.lru_cache(maxsize=8)
def _figure(rows, theme):
    import matplotlib as mpl
    from matplotlib.figure import Figure

    ink, line, point = (
        ("#333333", "#767676", "#0072B2") if theme == "light" else ("#e0e0e0", "#8c8c8c", "#56B4E9")
    )
    with mpl.rc_context({"svg.hashsalt": "calibration", "svg.fonttype": "path", "font.size": 9}):
        figure = Figure(figsize=(4.0, 3.1))
        ax = figure.add_axes((0.14, 0.16, 0.82, 0.8))
        ax.plot([0, 100], [0, 100], "--", color=line, linewidth=1.2)
        ax.text(58, 50, "as right as sure", color=ink, ha="left", va="top", fontsize=8)
        for row in rows:
            ax.plot(
                100 * row.confidence,
                100 * row.share,
                "o",
                color=point,
                markersize=5 + 2.5 * np.sqrt(row.count),
                clip_on=False,
            )
        ax.set(xlim=(0, 100), ylim=(0, 100), xlabel="how sure / %", ylabel="how often right / %")
        ax.tick_params(colors=ink)
        ax.xaxis.label.set_color(ink)
        ax.yaxis.label.set_color(ink)
        ax.spines[:].set_color(line)
        ax.spines[["top", "right"]].set_visible(False)
        ax.patch.set_alpha(0)
        file = io.BytesIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(file.getvalue()).decode()
