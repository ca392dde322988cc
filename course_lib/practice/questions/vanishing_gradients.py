"""Lesson 07: vanishing gradients."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="gradients_through_sigmoids",
        lesson=7,
        text="Twenty sigmoid layers, the input on the left, the output on the right. How large is "
        "the gradient in each of them?",
        options=(
            Option("level", "The same in all", "stays level"),
            Option("small left", "Tiny on the left, large on the right", "shrinks backwards"),
            Option("small right", "Large on the left, tiny on the right", "grows backwards"),
            Option("middle", "Largest in the middle", "rises, then falls"),
        ),
        because="The gradient starts at the output, on the right, and each sigmoid on the way back "
        "multiplies it by a slope of at most ¼.",
    ),
    Prediction(
        id="start_from_zeros",
        lesson=7,
        text="All weights and biases of a tanh network start at zero. How many of its weights "
        "(biases not counted) change in training?",
        options=(
            Option("none", "None"),
            Option("last layer", "Only those of the last layer"),
            Option("all", "All"),
        ),
        in_order=True,
        because="Hidden units at tanh(0) = 0 give the next weights no gradient, and zero weights "
        "pass none back.",
    ),
    Prediction(
        id="best_single_cure",
        lesson=7,
        text="Twenty layers of sigmoids with small initial weights, which learn nothing. Each cure "
        "alone, at its best learning rate: which brings the accuracy on the digits highest?",
        options=(
            Option("relu", "ReLU in place of the sigmoid"),
            Option("initialisation", "Initial weights that fit the activation"),
            Option("residual", "Residual connections"),
            Option("normalisation", "Batch normalisation"),
        ),
        because="A new activation leaves the weights too small, and new weights leave the slopes "
        "too small. The other two keep it from vanishing whatever slopes and weights are.",
    ),
)

QUIZ = (
    Question(
        id="ten_sigmoids",
        lesson=7,
        topic="the product of many slopes",
        text="A sigmoid's slope is at most ¼. Ten of them in a row, connected by weights of 1: how "
        "much of a gradient can get through at most?",
        choices=(
            Choice(
                "A quarter",
                "That is what a single one lets through. The factors of a chain multiply.",
            ),
            Choice(
                "A fortieth",
                "A quarter divided by ten: the slopes were added up, so to speak. They multiply, "
                "and shrink far faster.",
            ),
            Choice(
                "About a thousandth",
                "That is ½ to the tenth, with ½ the value of the sigmoid at zero. Its slope there "
                "is ¼.",
            ),
            Choice(
                "About a millionth",
                "(¼)¹⁰ = 1/1,048,576, and only if every unit sits at its steepest point.",
            ),
        ),
        see="depth",
        key="42283fa7a90ffd92",
    ),
    Question(
        id="which_layers_learn_slowest",
        lesson=7,
        topic="which layers feel it most",
        text="In a deep network of sigmoids, which layers learn slowest?",
        choices=(
            Choice(
                "Those near the input",
                "Their gradient has come through all the layers after them, and has shrunk in "
                "each.",
            ),
            Choice(
                "Those near the output",
                "They are the last in the forward pass, but the first in the backward pass: their "
                "gradient is fresh.",
            ),
            Choice(
                "Those in the middle",
                "The middle is better off than the input side and worse off than the output side: "
                "the gradient shrinks step by step.",
            ),
            Choice(
                "All alike, with one rate",
                "They share the learning rate. But a step is rate times gradient, and the "
                "gradients differ by orders of magnitude.",
            ),
        ),
        see="depth",
        key="20561fb336c5d245",
    ),
    Question(
        id="all_zeros",
        lesson=7,
        topic="why weights start out random",
        text="All weights and biases of a network with one hidden tanh layer start at zero. What "
        "does training change?",
        choices=(
            Choice(
                "Everything, after a slow start",
                "A start at rest sounds like a slow start. But the gradients of the weights are "
                "exactly zero, and stay so: there is nothing to grow from.",
            ),
            Choice(
                "The weights of the last layer only",
                "They get gradient times the hidden activations, and those are tanh(0) = 0.",
            ),
            Choice(
                "The biases of the output only",
                "The output's bias needs nothing from the hidden units. Every weight is multiplied "
                "by a zero, in one direction or the other.",
            ),
            Choice(
                "Nothing, as all gradients are zero",
                "Nearly. One part still learns: the output's biases, which at least find out how "
                "frequent each class is.",
            ),
        ),
        see="initialisation",
        key="9d2b45014216f1b9",
    ),
    Question(
        id="why_residuals_help",
        lesson=7,
        topic="what residual connections do to the gradient",
        text="A block computes y = x + f(x). Why does the gradient survive many such blocks?",
        choices=(
            Choice(
                "Each factor is 1 + f′, so a direct path remains",
                "Multiplied out, the product of all blocks contains the term 1: the gradient that "
                "went round every f.",
            ),
            Choice(
                "The slope f′ is larger than 1 in every block",
                "That would make gradients explode instead. f′ may be as small as it likes; the 1 "
                "beside it does the work.",
            ),
            Choice(
                "The backward pass leaves out f, so f never learns",
                "f gets its gradient too, on the other branch; where branches meet, gradients add.",
            ),
            Choice(
                "The shortcut raises the learning rate of early layers",
                "It does make their steps larger, as if by a higher rate. But what has grown is "
                "the gradient; the rate is the same.",
            ),
        ),
        see="residual",
        key="788c060afe05063b",
    ),
)
