"""Lesson 04: gradient descent."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="plus_instead_of_minus",
        lesson=4,
        text="Somebody writes w + α ∂L/∂w, with a plus. The ball starts at w = −0.6, a little left "
        "of the bottom of a bowl. What does it do?",
        options=(
            Option("other side", "It rolls to the bottom from the other side"),
            Option("rises ever faster", "It climbs, and each step is longer than the last"),
            Option("rises evenly", "It climbs with steps of equal length"),
        ),
        because="With a plus, each step leads up the slope, and higher up the bowl is steeper.",
    ),
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
        text="A long narrow valley, and a learning rate so high that each step jumps to the other "
        "side. How does the distance w₂ from the floor change from step to step?",
        options=(
            Option("smooth", "It falls smoothly", "falls, then flattens"),
            Option("zigzag", "It jumps from side to side, less and less", "zigzags down"),
            Option("level", "It hardly changes", "hardly moves"),
            Option("out", "It grows and grows", "rises out of the picture"),
        ),
        because="Each step overshoots the floor by nearly as much as the ball was away from it; "
        "meanwhile it crawls along the valley.",
    ),
    Prediction(
        id="momentum_in_a_narrow_valley",
        lesson=4,
        text="A valley forty times as curved across as along, and the low learning rate of 0.1 for "
        "both balls. Does momentum of 0.9 arrive in more or fewer steps than gradient descent?",
        options=(
            Option("fewer", "In far fewer"),
            Option("about the same", "In about as many"),
            Option("more", "In more, as it rolls past"),
        ),
        in_order=True,
        because="Along the valley all gradients point the same way, so the velocity grows to ten "
        "times one step.",
    ),
    Prediction(
        id="first_in_a_round_bowl",
        lesson=4,
        text="A perfectly round bowl, four optimizers, each with the learning rate that suits it "
        "best here. Which one is first to bring the loss down to 1 %?",
        options=(
            Option("gradient descent", "Gradient descent"),
            Option("momentum", "Momentum"),
            Option("RMSProp", "RMSProp"),
            Option("Adam", "Adam"),
        ),
        because="In a round bowl the gradient points straight at the bottom, and with the right "
        "rate one step goes all the way. What the others remember only carries them past.",
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
