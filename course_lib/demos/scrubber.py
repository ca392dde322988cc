"""The scrubber: one forward and one backward pass, a line of code at a time, on real numbers."""

from course_lib.live import Choice, LiveFigure, Steps

from .backprop_trace import EXAMPLES, trace_backpropagation
from .network_graph import picking_place
from .output_heads import HEADS
from .scrubber_drawing import PLACES, ScrubberDrawing
from .scrubber_words import target

__all__ = ["scrubber"]


def scrubber(
    *,
    head: str = "softmax + cross-entropy",
    example: str = "both hidden units on",
    step: int = 0,
    pick: str = "W1_12",
) -> LiveFigure:
    """A network of two layers whose forward and backward pass can be walked through.

    Parameters
    ----------
    head : str
        One of `output_heads.HEADS`: output activation and loss.
    example : str
        One of `backprop_trace.EXAMPLES`, at which the figure opens.
    step : int
        How many lines of the code have been run.
    pick : str
        Whose gradient is shown in full: "W1_12", "a1_2", "b2_1", "L".

    Returns
    -------
    LiveFigure

    Raises
    ------
    ValueError
        If there is no such head, example, step or pick.
    """
    for name, value, offered in (("head", head, HEADS), ("example", example, EXAMPLES)):
        if value not in offered:
            raise ValueError(f"{name} must be one of {', '.join(offered)}, not {value!r}.")
    traces = {name: trace_backpropagation(x, y, HEADS[head]) for name, (x, y) in EXAMPLES.items()}
    lines = traces[example].lines
    drawing = ScrubberDrawing(traces)
    names = ["nothing yet"] + [
        f"{'forward' if n < traces[example].forward_lines else 'backward'}, {target(line)}"
        for n, line in enumerate(lines)
    ]
    return LiveFigure(
        drawing.figure,
        drawing.update,
        alt=(
            "A network as a graph: two inputs, two hidden units, two predictions, the loss. In "
            "each node its value, under it the gradient of the loss by it. Below, the code of the "
            "forward and the backward pass, and the chain rule for the number that is picked."
        ),
        step=Steps(names, step, label="Step", speed=1.5),
        pick=Choice(
            {f"{place.name}, {place.words}": place.key for place in PLACES},
            pick,
            places={place.key: picking_place(place) for place in PLACES},
            axes=drawing.ax,
        ),
        example=Choice(list(EXAMPLES), example),
    )
