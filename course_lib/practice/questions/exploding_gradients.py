"""Lesson 08: exploding gradients."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="gradients_with_large_weights",
        lesson=8,
        text="Twenty tanh layers whose initial weights are three times as large as Xavier's; the "
        "input on the left, the output on the right. How large is the gradient of the weights in "
        "each?",
        options=(
            Option("level", "The same in all", "stays level"),
            Option("large left", "Huge on the left, small on the right", "grows backwards"),
            Option("large right", "Small on the left, huge on the right", "shrinks backwards"),
            Option("waves", "Now large, now small", "waves"),
        ),
        because="On the way back each layer multiplies the error by its weights and its slopes. "
        "Here the two together make it larger, layer after layer.",
    ),
    Prediction(
        id="clipping_and_direction",
        lesson=8,
        text="A gradient (1, 8) is clipped by value, at 1. What becomes of its direction?",
        options=(
            Option("same", "It stays the same"),
            Option("few degrees", "It turns by less than 10°"),
            Option("many degrees", "It turns by more than 30°"),
            Option("opposite", "It turns round"),
        ),
        in_order=True,
        because="By value each entry is cut on its own, and the large one loses most. By norm all "
        "entries shrink alike, and the direction stays.",
    ),
    Prediction(
        id="first_layer_to_break",
        lesson=8,
        text="Ten ReLU layers with sound initial weights, and a learning rate far too high. "
        "They are trained until a number is no longer finite. What breaks first?",
        options=(
            Option("activation", "An activation, in the forward pass"),
            Option("gradient", "A gradient, in the backward pass"),
            Option("parameter", "A parameter, in the update"),
        ),
        because="A long step makes the weights of all layers large, each still finite. The next "
        "forward pass multiplies them with one another, and there it overflows.",
    ),
    Prediction(
        id="batch_norm_in_the_wrong_mode",
        lesson=8,
        text="A trained network with batch normalisation reads nine of ten digits. Somebody leaves "
        "it in training mode and asks about eight digits at a time, all of one kind. How many does "
        "it read now?",
        options=(
            Option("same", "About as many as before"),
            Option("half", "About half"),
            Option("few", "Fewer than a quarter"),
        ),
        in_order=True,
        because="What eight sevens have in common is exactly their mean, and that is subtracted.",
    ),
)

QUIZ = (
    Question(
        id="clip_by_norm",
        lesson=8,
        topic="clipping by global norm",
        text="The gradient is (6, 8). What does clipping to a global norm of 5 make of it?",
        choices=(
            Choice(
                "(3, 4)",
                "Its norm is 10, twice what is allowed, so every entry is halved.",
            ),
            Choice(
                "(5, 5)",
                "That is clipping by value: each entry is cut at 5. Its norm is 7.1, and its "
                "direction another one.",
            ),
            Choice(
                "(0.6, 0.8)",
                "That is the gradient scaled to a norm of 1. Here 5 is allowed, and no more is "
                "taken away than needed.",
            ),
            Choice(
                "(1, 3)",
                "5 was subtracted from each entry. Clipping by norm divides, so that the direction "
                "stays.",
            ),
        ),
        see="clipping",
        key="479e60ea70f258b4",
    ),
    Question(
        id="which_clipping_keeps_direction",
        lesson=8,
        topic="what each clipping does to the direction",
        text="Which kind of clipping always keeps the direction of the gradient?",
        choices=(
            Choice(
                "By value, as each entry keeps its sign",
                "The signs stay, so the step still goes roughly the right way. But large entries "
                "lose more than small ones, and that turns it.",
            ),
            Choice(
                "By global norm, as all entries shrink alike",
                "One factor for the whole vector changes its length only.",
            ),
            Choice(
                "Both, as they only make numbers smaller",
                "Smaller both make it. Only if all entries become smaller in proportion does the "
                "direction stay.",
            ),
            Choice(
                "Neither, as any change turns a vector",
                "A vector times a positive number points where it pointed before.",
            ),
        ),
        see="clipping",
        key="59ebc40f45259b3a",
    ),
    Question(
        id="batch_norm_on_one_example",
        lesson=8,
        topic="batch normalisation in training and in use",
        text="A trained network with batch normalisation is asked about a single digit. Which mean "
        "and variance does the layer use?",
        choices=(
            Choice(
                "Those of this one digit",
                "In training the batch's own are used. A batch of one has variance 0, and every "
                "input would come out the same.",
            ),
            Choice(
                "Those of the last training batch",
                "They are at hand, but the answer would then depend on which batch came last.",
            ),
            Choice(
                "Running averages from training",
                "They are updated with every training batch and then kept, so that the answer "
                "depends on the digit alone.",
            ),
            Choice(
                "Mean 0 and variance 1",
                "That is how the result should look. To get there, one must know the mean and the "
                "variance before.",
            ),
        ),
        see="batch normalisation modes",
        key="e1877f72f59dbdf9",
    ),
    Question(
        id="where_to_look_for_nan",
        lesson=8,
        topic="finding where a run broke",
        text="At step 812 the loss is NaN. Where do you look first?",
        choices=(
            Choice(
                "At the first number that is not finite",
                "NaN spreads to everything computed from it. The earliest layer and step at which "
                "a number left the finite ones is the cause; all later ones are consequences.",
            ),
            Choice(
                "At the loss, where the NaN appeared",
                "It was seen there because that is what one prints. Most often it was carried "
                "there from a layer below, or from a step before.",
            ),
            Choice(
                "At the seed, as another may work",
                "Another seed may well get past step 812. It hides the cause, which comes back at "
                "some later step.",
            ),
            Choice(
                "At the batch, which must hold bad data",
                "It can be the data, and checking them is cheap. But good data overflow just as "
                "well when the weights have grown.",
            ),
        ),
        see="NaN detective",
        key="44f92ee6c714ff76",
    ),
)
