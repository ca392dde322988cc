"""Lesson 05: learning rates."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

LOSS_CURVES = (
    Option("falls", "It falls fast, then levels off", "falls, then flattens"),
    Option("hardly moves", "It hardly moves", "hardly moves"),
    Option("jumps", "It jumps up and down, and stays high", "zigzags, stays up"),
    Option("diverges", "It rises out of the picture", "rises out of the picture"),
)

PREDICTIONS = (
    Prediction(
        id="loss_at_the_high_rate",
        lesson=5,
        text="The loss over 25 steps, at the highest of the three learning rates, 0.1. Which curve "
        "is it?",
        options=LOSS_CURVES,
        because="Which rate is too high depends on the curvature of the problem. Beyond 2/λ every "
        "step lands higher than the one before.",
    ),
    Prediction(
        id="loss_at_the_low_rate",
        lesson=5,
        text="The loss over 25 steps, at the lowest of the three learning rates, 0.0001. Which "
        "curve is it?",
        options=LOSS_CURVES,
        because="Steps that are a hundred times too small need a hundred times as many.",
    ),
    Prediction(
        id="limit_when_curvature_doubles",
        lesson=5,
        text="The parabola is made twice as curved. What becomes of the highest learning rate that "
        "still converges?",
        options=(
            Option("quarter", "It falls to a quarter"),
            Option("half", "It falls to a half"),
            Option("same", "It stays the same"),
            Option("double", "It doubles"),
        ),
        in_order=True,
        because="The limit is 2/λ: twice the curvature, half the rate.",
    ),
    Prediction(
        id="limit_on_the_digits",
        lesson=5,
        text="The digit network is trained with rates from 0.0001 to 10. At which rate does "
        "training break down?",
        factor=3,
        because="Nobody could have told from the outside: the limit follows from the curvature of "
        "this loss, along this path.",
    ),
)

QUIZ = (
    Question(
        id="limit_on_a_parabola",
        lesson=5,
        topic="the limit 2/λ",
        text="The loss is L(w) = ½ · 8 · w², so its curvature is 8. Below which learning rate does "
        "plain gradient descent converge?",
        choices=(
            Choice(
                "0.01",
                "A rate that is often good, and it does converge here. But no rate is a limit for "
                "all problems; here one may go far higher.",
            ),
            Choice(
                "0.125",
                "1/8 is the best rate, it reaches the minimum in one step. Above it the steps "
                "overshoot, but up to twice that they still come closer.",
            ),
            Choice(
                "0.25",
                "2/8. Each step multiplies w by 1 − 8α, and that lies between −1 and 1 exactly for "
                "α between 0 and 0.25.",
            ),
            Choice(
                "4",
                "That is 8/2, the fraction turned over. More curvature asks for smaller steps, so "
                "8 belongs below the line.",
            ),
        ),
        see="curvature moves the limit",
        key="94684048c194172d",
    ),
    Question(
        id="jumping_and_coming_closer",
        lesson=5,
        topic="overshooting without diverging",
        text="On a parabola, w jumps from one side of the minimum to the other, each time 20 % "
        "closer. What do you say of the learning rate?",
        choices=(
            Choice(
                "It is beyond the limit, as it jumps",
                "Jumping across begins at half the limit. Beyond the limit each jump would end "
                "farther away.",
            ),
            Choice(
                "It is below the limit, but above the best",
                "w is multiplied by −0.8 each time: 1 − αλ = −0.8, so α = 1.8/λ. The best is 1/λ, "
                "the limit 2/λ.",
            ),
            Choice(
                "It is too low, as 20 % is slow",
                "Slow for 20 % is right, but a low rate creeps up on one side. Here a lower rate "
                "would be faster.",
                see="learning rate too low",
            ),
            Choice(
                "It is the best, as it crosses the minimum",
                "It crosses the minimum and does not stop there. The best rate would land on it.",
            ),
        ),
        see="learning rate too high",
        key="6aa3c53e422903b1",
    ),
    Question(
        id="rate_for_another_problem",
        lesson=5,
        topic="why no rate is right for all problems",
        text="0.01 trains your network well. What do you know about 0.01 for another network on "
        "other data?",
        choices=(
            Choice(
                "It will train that one well, too",
                "0.01 is a frequent default, so it often does. But the right rate follows from the "
                "curvature of the loss, and that is another one.",
            ),
            Choice(
                "It will be safe there, if perhaps slow",
                "A small rate feels safe. On a loss with a curvature above 200 it is beyond the "
                "limit.",
            ),
            Choice(
                "It may be too high or too low there",
                "Data, scale of the inputs, architecture and loss all change the curvature. One "
                "has to try.",
            ),
            Choice(
                "It has to be scaled by the number of weights",
                "More weights often do come with more curvature, but no rule of the number alone "
                "gives the rate.",
            ),
        ),
        see="curvature moves the limit",
        key="06044a5a86cf9dbb",
    ),
    Question(
        id="why_lower_the_rate",
        lesson=5,
        topic="what a schedule is for",
        text="Training with mini-batches has come near a minimum, and the loss no longer falls. "
        "Why does lowering the learning rate often help?",
        choices=(
            Choice(
                "The gradients have become large by now",
                "Near a minimum the mean gradient is small. What has stayed is the noise from the "
                "batches.",
            ),
            Choice(
                "The noise of the batches then shakes w less",
                "Each batch pulls elsewhere, and the steps keep w in a cloud around the minimum. A "
                "smaller rate makes the cloud smaller.",
            ),
            Choice(
                "The minimum can be leapt over no more",
                "If steps grew too long the loss would rise, not stay. Here the rate is below the "
                "limit already.",
            ),
            Choice(
                "The network has fewer errors to learn from",
                "True, fewer examples are wrong. But their gradients have become smaller by "
                "themselves; for that the rate need not fall.",
            ),
        ),
        see="schedule",
        key="76de5ad4379cc8cc",
    ),
)
