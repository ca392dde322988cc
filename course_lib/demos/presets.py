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
    "one step of learning": _demo("learning_cycle_figure", "learning_cycle"),
    "a step too long": _demo("learning_cycle_figure", "learning_cycle", learning_rate=0.25, step=6),
    "a throw corrected": _demo("basketball", "basketball"),
    "one outlier": _demo("outlier", "one_outlier", price=1500),
    "confident and wrong": _demo(
        "confidence", "how_confident", probability_of_cat=0.99, truth="dog"
    ),
    "ten answers alike": _demo("digit_confidence", "digit_confidence", sharpness=0),
    "overflow in softmax": _demo("softmax_overflow", "softmax_overflow", logit=100),
    "squared error or cross-entropy": _demo("two_losses", "two_losses", start=-6),
    "function machine": _demo("function_machine", "FunctionMachine"),
    "branches add": _demo("shared_value", "SharedValue", x=1.0, uses=2),
    "jacobian shapes": _demo("jacobian_chain", "jacobian_example"),
    "scrubber": _demo("scrubber", "scrubber", step=7, pick="z2_1"),
    "cost of a gradient": _demo("gradient_cost", "gradient_cost", width=353),
    "ball on a bowl": _demo("ball_1d", "ball_1d"),
    "two minima": _demo("two_balls", "two_balls"),
    "momentum": _demo("momentum_valley", "momentum_valley"),
    "uphill": _demo("ball_1d", "ball_1d", start=-0.6, learning_rate=0.2, uphill=True),
    "learning rate too high": _demo(
        "curvature_limit", "curvature_limit", curvature=40.0, learning_rate=0.0631
    ),
    "learning rate too low": _demo("three_rates", "three_rates", learning_rate=0.0001, step=25),
    "curvature moves the limit": _demo("curvature_limit", "curvature_limit"),
    "schedule": _demo("schedules_figure", "schedules_figure", schedule="cosine"),
    "epoch counter": _demo("epoch_counter", "epoch_counter", batch_size=64),
    "gradient noise": _demo("gradient_noise_figure", "gradient_noise", batch_size=64),
    "unshuffled": _demo("unshuffled", "unshuffled"),
    "depth": _demo("depth_lab", "depth_lab"),
    "initialisation": _demo(
        "depth_lab", "depth_lab", activation="tanh", initializer="zeros", depth=2
    ),
    "residual": _demo("depth_lab", "depth_lab", depth=50, residual=True),
    "two curves": _demo("two_curves", "two_curves"),
    "dropout": _demo("cures_for_overfitting", "cures_lab", dropout=True),
    "best of many": _demo("best_of_many", "best_of_many", number=20),
    "leak": _demo("leak_figure", "leak_lab"),
    "clipping": _demo("clipping_figure", "clipping_figure", first=6.0, second=8.0, limit=5),
    "exploding": _demo("scale_lab", "scale_lab", activation="tanh", scale=3.0),
    "batch normalisation modes": _demo(
        "batch_norm_modes", "batch_norm_modes", size=8, company="all of one kind"
    ),
    "NaN detective": _demo("nan_detective", "nan_detective", step=4),
    "train digits": _demo("training_panel", "TrainingPanel"),
}
