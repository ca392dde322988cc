"""Demos by the names that the quizzes give them, each set to show one point.

In a notebook: ``quiz("loss_functions", presets=DEMOS)``. A demo's module is imported only when
the demo is opened.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

__all__ = ["DEMOS"]


def _demo(module: str, function: str, **options: Any) -> Callable[[], Any]:
    """A function that opens `function` of `course_lib.demos.module`, with these options."""

    def open_demo():
        return getattr(import_module(f".{module}", __package__), function)(**options)

    open_demo.__name__ = function
    return open_demo


DEMOS: dict[str, Callable[[], Any]] = {
    "function machine": _demo("function_machine", "FunctionMachine"),
    "branches add": _demo("shared_value", "SharedValue", x=1.0, uses=2),
    "scrubber": _demo("scrubber", "scrubber", step=7, pick="z2_1"),
    "cost of a gradient": _demo("gradient_cost", "gradient_cost", width=353),
    "train digits": _demo("training_panel", "TrainingPanel"),
}
