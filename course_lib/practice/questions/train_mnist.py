"""Lesson 10: train on MNIST, all together."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="number_of_parameters",
        lesson=10,
        text="784 pixels, 64 hidden units, 10 answers: how many numbers does training have to "
        "find, weights and biases together?",
        factor=1.1,
        because="784 · 64 + 64 for the first layer, 64 · 10 + 10 for the second: nearly all of "
        "them are in the first.",
    ),
    Prediction(
        id="change_by_one_step",
        lesson=10,
        text="One step at a learning rate of 0.1. By how much does the loss on the same 100 digits "
        "fall?",
        options=(
            Option("0.002", "By about 0.002"),
            Option("0.2", "By about 0.2"),
            Option("2", "By about 2: nearly all of it"),
        ),
        in_order=True,
        because="To first order the loss falls by the rate times the squared length of the "
        "gradient.",
    ),
    Prediction(
        id="digits_after_one_epoch",
        lesson=10,
        text="The network has seen every training digit exactly once. How many of 1,000 new digits "
        "does it read correctly?",
        unit="digits",
        margin=50,
        because="Seventy steps are enough for most of the way. The rest of training is about the "
        "remaining digits.",
    ),
    Prediction(
        id="most_confused_digits",
        lesson=10,
        text="Which two digits does the trained network confuse most?",
        options=(
            Option("4 and 9", "4 and 9"),
            Option("3 and 5", "3 and 5"),
            Option("1 and 7", "1 and 7"),
            Option("other", "Another pair"),
        ),
        because="Pairs that differ by one stroke are hard, for people as well.",
    ),
)

QUIZ = (
    Question(
        id="first_loss_of_fourteen",
        lesson=10,
        topic="the first loss as a test of the initial weights",
        text="Before any step, a new network for ten digits has a loss of 14. What is the likely "
        "cause?",
        choices=(
            Choice(
                "Its learning rate is too high",
                "A rate that is too high makes the loss climb. But before the first step the rate "
                "has not been used.",
            ),
            Choice(
                "Its initial weights are too large",
                "Large weights make large logits: the network is very sure, and mostly wrong. "
                "Knowing nothing costs only ln 10 = 2.3.",
            ),
            Choice(
                "It has not learned anything yet",
                "Nor has it. But an ignorant network that spreads its bets pays 2.3; 14 is worse "
                "than knowing nothing.",
            ),
            Choice(
                "Its labels are partly wrong",
                "A network that knows nothing pays the same for right and for wrong labels. At the "
                "first step they cannot be noticed.",
            ),
        ),
        see="train digits",
        key="df062bc3687c3d88",
    ),
    Question(
        id="order_in_the_loop",
        lesson=10,
        topic="the lines of the training loop and what each needs",
        text="In which order do the four lines of the training loop stand?",
        choices=(
            Choice(
                "forward, loss, backward, update",
                "Each needs what the one before has made: outputs, the loss's gradient, the "
                "weights' gradients.",
            ),
            Choice(
                "forward, backward, loss, update",
                "The backward pass starts with the gradient that the loss returns, so the loss "
                "must come first.",
            ),
            Choice(
                "backward, forward, loss, update",
                "The backward pass needs the activations of a forward pass on the same batch. "
                "Those here would be of the batch before.",
            ),
            Choice(
                "forward, loss, update, backward",
                "Then each update would use the gradients of the batch before, taken at weights "
                "that have since moved.",
            ),
        ),
        see="one step of learning",
        key="7f2766f698c40f18",
    ),
    Question(
        id="uncertainty_of_an_accuracy",
        lesson=10,
        topic="how sure a measured accuracy is",
        text="950 of 1,000 validation digits are right. How far may the true accuracy well be from "
        "95 % (two standard errors)?",
        choices=(
            Choice(
                "Not at all, it was counted",
                "The count is exact for these digits. The question is about all the digits that "
                "might have been drawn.",
            ),
            Choice(
                "By 0.1 percentage points",
                "One digit in 1,000 is the smallest step the number can make. Chance moves it by "
                "several such steps.",
            ),
            Choice(
                "By 1.4 percentage points",
                "2 √(0.95 · 0.05 / 1,000) = 0.014. Two networks at 95.0 % and 95.5 % may well be "
                "equally good.",
            ),
            Choice(
                "By 5 percentage points",
                "That is the error rate itself. Its uncertainty is smaller, the more so the more "
                "digits are counted.",
            ),
        ),
        see="train digits",
        key="e7715ed1c46541a2",
    ),
    Question(
        id="silent_network",
        lesson=10,
        topic="ReLU units that have gone silent",
        text="After one step at a huge learning rate the loss is stuck at 2.30, and no gradient of "
        "the first layer differs from zero. What has happened?",
        choices=(
            Choice(
                "All hidden ReLU units are below zero",
                "They answer 0 for every digit, so only the output's biases still act, and where "
                "ReLU is 0, so is its slope: nothing can wake them.",
            ),
            Choice(
                "It has found a minimum, with slope zero",
                "A slope of zero fits. But a loss of ln 10 is what guessing costs; no minimum "
                "worth having is that high.",
            ),
            Choice(
                "Its numbers have overflowed to NaN",
                "A huge step can do that as well. Then the loss would be NaN, not 2.30.",
            ),
            Choice(
                "The learning rate has fallen to zero",
                "The steps have become zero, but because the gradient has. The rate is still the "
                "huge one.",
            ),
        ),
        see="learning rate too high",
        key="70cc9a628f9c8a07",
    ),
)
