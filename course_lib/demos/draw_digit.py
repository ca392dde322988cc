"""Draw your own digit: a network reads it while it is drawn, in the page, with no kernel needed."""

import base64
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

import course_lib.live
from course_lib.live.export import whole_page
from course_lib.nn import Dense, Dropout, Network, ReLU, softmax

from .digit_reader import digit_reader
from .drawn_picture import EXAMPLE, SIDE, picture_of
from .palette import GREY, VERMILION, course_style
from .picture import Picture, new_figure
from .words import percent

__all__ = ["DrawDigit", "answer", "layers_of"]

STATIC = Path(__file__).parent / "static"
LIVE = Path(course_lib.live.__file__).parent / "static"


def _script(*more):
    """The browser's side as one module: each file imports from those before it."""
    files = (LIVE / "dom.js", LIVE / "theme.js", STATIC / "draw_digit.js", *more)
    parts = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        text = re.sub(r'^import .* from ".*";\n', "", text, flags=re.MULTILINE)
        parts.append(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE))
    return "\n".join(parts)


STYLE = (STATIC / "draw_digit.css").read_text(encoding="utf-8")


def layers_of(network: Network) -> list[tuple[np.ndarray, np.ndarray, bool]]:
    """The layers of a network that the page can compute: each a matrix, a bias, and its bend.

    Parameters
    ----------
    network : Network
        Of `Dense` layers, from 784 pixels to 10 logits, each with or without a `ReLU` behind it.
        `Dropout` is passed over, as always outside of training.

    Returns
    -------
    list of (W, b, relu)
        float32 of shape (n_in, n_out) and (n_out,), and whether a ReLU follows.

    Raises
    ------
    TypeError, ValueError
        If it is another kind of network.
    """
    if not isinstance(network, Network):
        raise TypeError(
            f"network must be a Network such as Network([Dense(784, 64), ReLU(), Dense(64, 10)]), "
            f"not {network!r}."
        )
    layers = []
    for layer in network.layers:
        if isinstance(layer, Dense):
            bias = layer.parameters.get("b", np.zeros(layer.W.shape[1]))
            layers.append((np.float32(layer.W), np.float32(bias), False))
        elif isinstance(layer, ReLU) and layers:
            layers[-1] = (*layers[-1][:2], True)
        elif not isinstance(layer, Dropout):
            raise ValueError(
                f"network has a layer {layer!r}, but the page computes Dense and ReLU only, and "
                f"the first must be Dense. Build the network from those and train it again."
            )
    sizes = [layers[0][0].shape[0], *(len(b) for _, b, _ in layers)] if layers else []
    if not layers or (sizes[0], sizes[-1]) != (SIDE * SIDE, 10):
        found = " → ".join(map(str, sizes)) or "no Dense layer"
        raise ValueError(
            f"network has {found}, but it must lead from {SIDE * SIDE} pixels to 10 logits: the "
            f"first layer Dense({SIDE * SIDE}, …), the last Dense(…, 10)."
        )
    return layers


def answer(layers: Sequence[tuple], picture: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The forward pass, as the page computes it.

    Parameters
    ----------
    layers : sequence of (W, b, relu)
        As from `layers_of`.
    picture : array_like, shape (28, 28)

    Returns
    -------
    probabilities : ndarray, shape (10,)
    activations : ndarray, shape (units of the first layer,)
    """
    values = np.asarray(picture, float).reshape(-1)
    first = None
    for W, b, relu in layers:
        values = values @ W.astype(float) + b
        values = np.maximum(0, values) if relu else values
        first = values if first is None else first
    return softmax(values[None])[0], first


class DrawDigit(anywidget.AnyWidget):
    """A field to draw a digit in, what the network sees of it, and what it makes of it.

    Drawn with mouse, pen, finger or keys; it opens with an example, which the first stroke
    replaces.

    Parameters
    ----------
    network : Network or None
        Your own, of Dense and ReLU layers from 784 pixels to 10 logits; None for the stored
        `digit_reader`. The page gets a copy of its numbers as they are now.
    strokes : sequence of array_like, shape (points, 2), or None
        What is drawn already: paths (x, y) in 28ths of the field; None for the example.

    Attributes
    ----------
    picture : ndarray, shape (28, 28)
        What the network sees, from 0 (paper) to 1 (ink). Can be observed.
    probabilities : ndarray, shape (10,)
        What it answers. Can be observed.

    Raises
    ------
    TypeError, ValueError
        If `network` is of another kind.
    """

    _esm = _script()
    _css = STYLE
    _layers = traitlets.List().tag(sync=True)
    _numbers = traitlets.Bytes().tag(sync=True)
    _strokes = traitlets.List().tag(sync=True)
    _example = traitlets.Bool().tag(sync=True)
    _answer = traitlets.Unicode().tag(sync=True)
    picture = traitlets.Any(read_only=True)
    probabilities = traitlets.Any(read_only=True)

    def __init__(
        self, network: Network | None = None, *, strokes: Sequence[ArrayLike] | None = None
    ):
        layers = layers_of(digit_reader() if network is None else network)
        drawn = EXAMPLE if strokes is None else strokes
        picture = picture_of(drawn)
        probabilities, self._activations = answer(layers, picture)
        super().__init__(
            _layers=[{"n_in": len(W), "n_out": len(b), "relu": relu} for W, b, relu in layers],
            _numbers=b"".join(part.tobytes() for W, b, _ in layers for part in (W, b)),
            _strokes=[np.asarray(stroke, float).tolist() for stroke in drawn],
            _example=strokes is None,
        )
        self._keep(picture, probabilities)
        self._opening = (picture, probabilities)

    @traitlets.observe("_answer")
    def _hear(self, change):
        numbers = np.frombuffer(base64.b64decode(change["new"]), dtype="<f8")
        if len(numbers) == SIDE * SIDE + 10:
            self._keep(numbers[: SIDE * SIDE].reshape(SIDE, SIDE).copy(), numbers[-10:].copy())

    def _keep(self, picture, probabilities):
        """Told only if they differ: arrays have no single truth value to compare by."""
        for name, value in (("picture", picture), ("probabilities", probabilities)):
            old = getattr(self, name)
            if old is None or not np.array_equal(old, value):
                with self.hold_trait_notifications():
                    self.set_trait(name, value)

    @property
    def alt(self) -> str:
        """The opening picture in words."""
        best = int(self._opening[1].argmax())
        what = "an example, a drawn 3" if self._example else "what is drawn"
        return (
            f"A field to draw a digit in, with {what}; what the network sees, 28 by 28 pixels; and "
            f"its probabilities for the answers 0 to 9: most probable is {best}, with "
            f"{percent(self._opening[1][best])}."
        )

    def save_html(self, path, *, title: str = "Draw your own digit"):
        """Write a page with this field, whole: it needs no kernel and asks for nothing.

        Parameters
        ----------
        path : str or path-like
        title : str
        """
        state = {
            "_layers": self._layers,
            "_numbers": base64.b64encode(self._numbers).decode(),
            "_strokes": self._strokes,
            "_example": self._example,
        }
        image = self._picture()._repr_mimebundle_()[0]["image/png"]
        body = (
            f'<div class="draw-embed"><img alt="{html.escape(self.alt)}" style="max-width: 100%" '
            f'src="data:image/png;base64,{image}">\n'
            # A "</script>" in it would end the element.
            f'<script type="application/json">{json.dumps(state).replace("<", chr(92) + "u003c")}'
            f"</script></div>"
        )
        text = whole_page(title, STYLE, body, _script(STATIC / "draw_digit_page.js"))
        Path(path).write_text(text, encoding="utf-8")

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        still, look = self._picture()._repr_mimebundle_()
        return data | still, metadata | look

    @course_style()
    def _picture(self):
        """What it opens with, as a still picture."""
        picture, probabilities = self._opening
        figure = new_figure(7.2, 2.4)
        left, middle, right = figure.subplots(1, 3, width_ratios=[1, 1, 1.6])
        left.add_patch(Rectangle((0, 0), SIDE, SIDE, fill=False, edgecolor=GREY))
        for stroke in self._strokes:
            left.plot(*np.transpose(stroke), color="#222222", lw=6, solid_capstyle="round")
        left.set(xlim=(0, SIDE), ylim=(SIDE, 0), aspect="equal", title="drawn")
        middle.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
        middle.set(title="what the network sees")
        for ax in (left, middle):
            ax.grid(False)
            ax.set(xticks=[], yticks=[])
        bars = right.bar(range(10), 100 * probabilities, color=GREY)
        bars[int(probabilities.argmax())].set_facecolor(VERMILION)
        right.set(xticks=range(10), ylim=(0, 100), xlabel="answer (digit)")
        right.set(ylabel="probability (%)")
        return Picture(figure, self.alt)
