"""Lesson 04: gradient descent."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="two_starts_two_valleys",
        lesson=4,
        text="A hilly loss with two valleys, one deeper. Two balls start on either side of the "
        "ridge between them, each nearer to another valley. Where do they come to rest?",
        options=(
            Option("both in the deeper", "Both in the deeper valley"),
            Option("each in its own", "Each in the valley on its side"),
            Option("both on the ridge", "Both on the ridge, where it is flat"),
        ),
        because="Gradient descent only knows the slope under its feet. Where it ends depends on "
        "where it starts.",
    ),
    Prediction(
        id="path_in_a_narrow_valley",
        lesson=4,
        text="A long narrow valley, and a learning rate just below the limit. How does the "
        "position across the valley change from step to step?",
        options=(
            Option("smooth", "It falls smoothly", "falls, then flattens"),
            Option("zigzag", "It jumps from side to side, less and less", "zigzags down"),
            Option("level", "It hardly changes", "hardly moves"),
            Option("out", "It grows and grows", "rises out of the picture"),
        ),
        because="Near the limit each step overshoots the floor of the valley by nearly as much as "
        "it was away from it.",
    ),
    Prediction(
        id="momentum_in_a_narrow_valley",
        lesson=4,
        text="The same narrow valley, the same learning rate. Does momentum of 0.9 arrive in more "
        "or fewer steps than plain gradient descent?",
        options=(
            Option("fewer", "In far fewer"),
            Option("about the same", "In about as many"),
            Option("more", "In more, as it rolls past"),
        ),
        in_order=True,
        because="Along the valley the small steps add up; across it they alternate and largely "
        "cancel.",
    ),
)

QUIZ = (
    Question(
        id="gradient_is_zero",
        lesson=4,
        topic="minima, maxima and saddles",
        text="At some point the gradient is exactly zero. What do you know about that point?",
        choices=(
            Choice(
                "It is the lowest point of the loss",
                "The lowest point does have gradient zero. But so do others: the rule does not "
                "work the other way round.",
                see="two minima",
            ),
            Choice(
                "It is a minimum, perhaps a local one",
                "Gradient descent mostly ends in one, which makes this tempting. A start exactly "
                "on a ridge or a saddle rests there just as well.",
            ),
            Choice(
                "It is flat: a minimum, a maximum or a saddle",
                "To first order the loss does not change there, and that is all. What kind of "
                "place it is, the curvature says.",
            ),
            Choice(
                "It is where training has gone wrong",
                "Zero gradients do occur in broken networks, behind dead ReLUs for example. But a "
                "perfect minimum has them as well.",
            ),
        ),
        see="ball on a bowl",
        key="cb9d6482f09d168e",
    ),
    Question(
        id="where_two_runs_end",
        lesson=4,
        topic="how the start decides where descent ends",
        text="A loss has two valleys of different depth. Two runs differ only in their starting "
        "point. Where do they end?",
        choices=(
            Choice(
                "Both in the deeper valley",
                "That would be optimal, and descent is often said to find the optimum. It goes "
                "down from where it is, and never looks over a ridge.",
            ),
            Choice(
                "Possibly in different valleys",
                "Each goes down from its own start. Gradients say where down is, not where it is "
                "deepest.",
            ),
            Choice(
                "Both in the wider valley",
                "A wider valley does collect more starts. But a start inside the narrow one stays "
                "in it, unless the steps are long enough to leap out.",
            ),
            Choice(
                "Both halfway between the two",
                "Nothing is averaged over runs, and between two valleys there is a ridge, from "
                "which descent leads away.",
            ),
        ),
        see="two minima",
        key="33d9344dd6225c28",
    ),
    Question(
        id="one_update_by_hand",
        lesson=4,
        topic="one step of the update rule",
        text="w = 2, ∂L/∂w = −4 and α = 0.1. What is w after one step of gradient descent?",
        choices=(
            Choice(
                "1.6",
                "The gradient was subtracted as if it were +4. Minus a negative number is plus: "
                "the loss falls to the right here.",
            ),
            Choice(
                "2.4",
                "2 − 0.1 · (−4). A negative slope means down is to the right, so w grows.",
            ),
            Choice(
                "6",
                "Right direction, but a full step of 4: the learning rate was left out.",
            ),
            Choice(
                "0.6",
                "That is 0.1 · (2 + 4): the learning rate was multiplied with the weight as well. "
                "It scales the gradient only.",
            ),
        ),
        see="ball on a bowl",
        key="7a019127fd7a9de7",
    ),
    Question(
        id="velocity_under_constant_gradient",
        lesson=4,
        topic="what momentum adds up to",
        text="Momentum with v ← 0.9 v + g, starting from 0, and the gradient stays g = 1. What "
        "does v approach?",
        choices=(
            Choice(
                "0.9",
                "That is the share of v kept each time, not v itself. Already after two steps v is "
                "0.9 + 1 = 1.9.",
            ),
            Choice(
                "1",
                "True where the rule reads v ← 0.9 v + 0.1 g, as in some texts. Here g enters "
                "whole.",
            ),
            Choice(
                "10",
                "At rest v = 0.9 v + 1, so v = 1/(1 − 0.9). On a steady slope the steps become ten "
                "times as long.",
            ),
            Choice(
                "It grows without limit",
                "It grows each time, but by less and less: a tenth of v is lost at every step, and "
                "at 10 the loss equals the gain.",
            ),
        ),
        see="momentum",
        key="f32a308d71e8369b",
    ),
)
