"""Lesson 00: before anything is explained, and the first words."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="overcorrected_throws",
        lesson=0,
        text="The player corrects by 0.3 m/s for each metre of miss. Now they correct much more, "
        "by 1.4 m/s for each metre. What do the misses do?",
        options=(
            Option("shrinks faster", "They shrink faster than before"),
            Option("second shot in", "The second shot is in, and so are all that follow"),
            Option("swings in", "They swing to and fro, and become smaller"),
            Option("swings out", "They swing to and fro, and become larger"),
        ),
        in_order=True,
        because="Each correction is longer than the miss it should cure, so the next miss lies on "
        "the other side, and further out.",
    ),
    Prediction(
        id="loss_after_one_step",
        lesson=0,
        text="A tiny network with weights picked at will sees one example, and each of its weights "
        "is moved a little against its gradient, once. What does its loss on the same example do?",
        options=(
            Option("rises", "It rises: the network first has to forget"),
            Option("stays", "It stays, until many steps have been made"),
            Option("falls", "It falls, part of the way"),
            Option("falls to zero", "It falls to zero: now the network knows the example"),
        ),
        in_order=True,
        because="A small step against the gradient lowers the loss, and only in part. Learning is "
        "many such steps.",
    ),
)

QUIZ = (
    Question(
        id="what_learning_changes",
        lesson=0,
        topic="what an update changes",
        text="What of a network does training change?",
        choices=(
            Choice(
                "Which units are connected to which",
                "It looks like wiring, and in a brain it would be. Here every connection is there "
                "from the start; only its weight changes.",
            ),
            Choice(
                "How the loss is computed",
                "The loss is the yardstick. If training could change it, it would make the network "
                "no better, only the measure kinder.",
            ),
            Choice(
                "The numbers it is shown",
                "Inputs and targets are given. To change them would be to change the question.",
            ),
            Choice(
                "Its weights and its biases",
                "These numbers, and nothing else. What the network can do is all in them.",
            ),
        ),
        see="one step of learning",
        key="e846d73c6658bdac",
    ),
    Question(
        id="what_comes_back_to_a_weight",
        lesson=0,
        topic="what the backward pass brings to each weight",
        text="What does a weight get from the backward pass?",
        choices=(
            Choice(
                "The value that it should have had",
                "Nobody knows that value. All that is known is in which direction, and how "
                "steeply, the loss changes from here.",
            ),
            Choice(
                "Its gradient: how the loss changes with it",
                "One number for each weight, with a sign. The update then moves the weight the "
                "other way.",
            ),
            Choice(
                "The whole error, the same for all weights",
                "Then all would move alike. Each gets its own share, and it depends on what the "
                "weight was multiplied with.",
            ),
            Choice(
                "A new number, drawn at random and tried",
                "That is how one might search without a gradient: try, and keep what helps. It "
                "needs a forward pass for each attempt.",
            ),
        ),
        see="one step of learning",
        key="d892a64b5c03c9a2",
    ),
    Question(
        id="where_the_ball_breaks_down",
        lesson=0,
        topic="where the picture of the ball player breaks down",
        text="Learning to throw is a picture of how a network learns. What does a network need "
        "that the player does not?",
        choices=(
            Choice(
                "A way from the miss to each of many numbers",
                "The player turns one knob and knows which way. A network has thousands, and only "
                "the backward pass says how each bears on the loss.",
            ),
            Choice(
                "A measure of how far off it was",
                "Both need that. For the player it is metres, for the network the loss.",
            ),
            Choice(
                "More than a single attempt",
                "So does the player: each correction mends only a part of the miss.",
            ),
            Choice(
                "A correction that is not too large",
                "So does the player. Whoever corrects too much swings to and fro, in both cases.",
            ),
        ),
        see="a throw corrected",
        key="940c109bf1f5e77a",
    ),
    Question(
        id="loss_up_after_an_update",
        lesson=0,
        topic="steps that are too long",
        text="After an update, the loss on the very same example is higher than before. What is "
        "the likely cause?",
        choices=(
            Choice(
                "The network had to unlearn first",
                "It sounds human. But a short enough step against the gradient lowers the loss at "
                "once, whatever the network has learned before.",
            ),
            Choice(
                "The gradient was that of another example",
                "That can raise the loss. But here it was the very same example.",
            ),
            Choice(
                "The step was too long",
                "The gradient holds for where the weights are. A long step ends on the other side "
                "of the valley, and may end higher up.",
            ),
            Choice(
                "The loss was already zero",
                "At a loss of zero there is no slope: every gradient is zero, and nothing moves.",
            ),
        ),
        see="a step too long",
        key="ab12f7bab3d12c44",
    ),
)
