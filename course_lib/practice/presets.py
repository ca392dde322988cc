"""Demos that a quiz can open: a registry from names to functions.

The quizzes name presets; the lessons, which know the demos, say what a name opens::

    register("learning rate too high", lambda: learning_rate_demo(learning_rate=0.3))

or hand a dictionary to the quiz: ``quiz("learning_rates", presets={…})``. A name that nobody has
registered is no error: the quiz then says in which lesson the demo is.
"""

from dataclasses import dataclass

__all__ = ["PRESETS", "Preset", "register"]


@dataclass(frozen=True)
class Preset:
    """What a quiz says of a demo.

    Attributes
    ----------
    lesson : int
        Where it is at home.
    label : str
        As it reads after "See".
    """

    lesson: int
    label: str


PRESETS = {
    "one step of learning": Preset(0, "the five steps of learning on a tiny network"),
    "a step too long": Preset(0, "an update that goes too far"),
    "a throw corrected": Preset(0, "a throw corrected by its miss"),
    "one outlier": Preset(1, "one outlier pull at three losses"),
    "confident and wrong": Preset(1, "what a confident mistake costs"),
    "ten answers alike": Preset(1, "what ten answers alike cost"),
    "overflow in softmax": Preset(1, "a softmax overflow, and its cure"),
    "squared error or cross-entropy": Preset(1, "two losses train the same classifier"),
    "function machine": Preset(2, "local slopes multiply in a chain"),
    "branches add": Preset(2, "a value that is used twice"),
    "jacobian shapes": Preset(2, "the shapes in a product of Jacobians"),
    "scrubber": Preset(3, "forward and backward, step by step"),
    "cost of a gradient": Preset(3, "what a gradient costs, both ways"),
    "ball on a bowl": Preset(4, "a ball roll down a bowl"),
    "two minima": Preset(4, "two starts end in two valleys"),
    "momentum": Preset(4, "momentum in a narrow valley"),
    "uphill": Preset(4, "what a plus in place of the minus does"),
    "learning rate too high": Preset(5, "a learning rate that is too high"),
    "learning rate too low": Preset(5, "a learning rate that is too low"),
    "curvature moves the limit": Preset(5, "the limit move with the curvature"),
    "schedule": Preset(5, "a learning rate that falls"),
    "epoch counter": Preset(6, "iterations and epochs counted"),
    "gradient noise": Preset(6, "noise fall with the batch"),
    "unshuffled": Preset(6, "training without shuffling"),
    "depth": Preset(7, "gradients through many layers"),
    "initialisation": Preset(7, "the same depth, other initial weights"),
    "residual": Preset(7, "shortcuts around the layers"),
    "clipping": Preset(8, "what clipping does to a gradient"),
    "exploding": Preset(8, "gradients that grow through the layers"),
    "batch normalisation modes": Preset(8, "batch normalisation in either mode"),
    "NaN detective": Preset(8, "the first number of a run that was not finite"),
    "two curves": Preset(9, "training and validation loss part"),
    "dropout": Preset(9, "dropout switched on"),
    "best of many": Preset(9, "the best of many blind guessers"),
    "leak": Preset(9, "an experiment with leaks, open and closed"),
    "train digits": Preset(10, "the digits being learned"),
}

_functions = {}


def register(name, function):
    """Say what a preset opens.

    Parameters
    ----------
    name : str
        One of `PRESETS`.
    function : callable () → anything a cell can show

    Raises
    ------
    ValueError
        If no quiz speaks of such a preset.
    """
    if name not in PRESETS:
        raise ValueError(f"There is no preset {name!r}. There are: {', '.join(PRESETS)}.")
    _functions[name] = function


def find(name, own=()):
    """The function of a preset: from a quiz's own dictionary, or registered; else None."""
    return dict(own).get(name) or _functions.get(name)
