"""Lesson 09: overfitting."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="validation_loss_on_few_digits",
        lesson=9,
        text="A large network is trained on few digits for a long time. How does its validation "
        "loss go on?",
        options=(
            Option("flattens", "It falls and levels off", "falls, then flattens"),
            Option("rises again", "It falls, then rises again", "falls, then rises"),
            Option("falls on", "It falls and falls", "falls straight"),
            Option("level", "It stays where it was", "hardly moves"),
        ),
        because="First it learns what all digits have in common, then what is true of these few "
        "only.",
    ),
    Prediction(
        id="best_cure_for_overfitting",
        lesson=9,
        text="200 digits to learn from, and one cure at a time. Which lowers the validation error "
        "most?",
        options=(
            Option("dropout", "Dropout of one half"),
            Option("l2", "A penalty on large weights (L2)"),
            Option("more_data", "Twice as many digits"),
            Option("shift", "Shifting the digits a little, anew each time"),
        ),
        because="What brings new pictures, real or made, gives the network more to learn. The "
        "other cures can only hold back what it makes of the old ones.",
    ),
    Prediction(
        id="best_of_a_thousand_guessers",
        lesson=9,
        text="A thousand guessers say a random digit for each of 300 validation digits, without "
        "looking. Which accuracy does the best of them have there, about?",
        options=(
            Option("10", "10 %"),
            Option("15", "15 %"),
            Option("30", "30 %"),
            Option("60", "60 %"),
        ),
        in_order=True,
        because="Each is right one time in ten, give or take some luck, and the best of many is "
        "the luckiest.",
    ),
    Prediction(
        id="training_accuracy_with_wrong_labels",
        lesson=9,
        text="One label in five of the training digits is replaced by a wrong one. Can a large "
        "network still reach a training accuracy above 99 %?",
        options=(
            Option("yes", "Yes, it learns even those by heart"),
            Option("no", "No, about 80 % is the most it can do"),
        ),
        because="A network with more weights than examples can store them, wrong ones included. "
        "That it can says nothing about new digits.",
    ),
    Prediction(
        id="where_is_the_leak",
        lesson=9,
        text="Which line makes the validation accuracy too good, and by far the most?",
        options=(
            Option("copies_first", "Line 1: shifted copies"),
            Option("standardise_first", "Line 2: mean and deviation"),
            Option("split", "Line 3: the random split"),
            Option("best_epoch", "Line 4: the best epoch"),
        ),
        in_order=True,
        because="Copies of one digit on both sides of the split let the network answer from "
        "memory. What the other lines leak is real, and hardly to be seen here.",
    ),
)

QUIZ = (
    Question(
        id="curves_that_part",
        lesson=9,
        topic="reading training and validation curves",
        text="The training loss keeps falling; the validation loss has been rising for ten epochs. "
        "What is going on?",
        choices=(
            Choice(
                "The learning rate is too high for this",
                "Then the training loss would suffer as well. It falls happily: the steps are "
                "fine.",
                see="learning rate too high",
            ),
            Choice(
                "It has not been trained for long enough",
                "More training is what makes the gap wider. It was at its best ten epochs ago.",
            ),
            Choice(
                "It learns what is true of its examples only",
                "That lowers the loss on them and on nothing else: overfitting. Stop earlier, or "
                "give it more data or less freedom.",
            ),
            Choice(
                "The validation examples are too difficult",
                "They were just as difficult while their loss was falling. What has changed is the "
                "network.",
            ),
        ),
        see="two curves",
        key="594ce3f3509e8c3a",
    ),
    Question(
        id="best_of_twenty_on_test",
        lesson=9,
        topic="why the test set is used once",
        text="Twenty settings were compared on the test set, and the accuracy of the best is "
        "reported. What do you say of that number?",
        choices=(
            Choice(
                "It is fair, as nothing was trained on that set",
                "No weight was, but a choice was made by it, and a choice among twenty is a bit of "
                "learning, too.",
            ),
            Choice(
                "It is too high, as it was chosen by that very set",
                "The best of twenty is partly the luckiest of twenty. Choose on a validation set, "
                "and report the test set once.",
            ),
            Choice(
                "It is too low, as the best was not trained longer",
                "It might get better with longer training. But that is another model, with a "
                "number of its own.",
            ),
            Choice(
                "It is fair, as long as the set is a large one",
                "A large set makes the luck smaller. It does not take it away, and the twenty "
                "tries should at least be reported.",
            ),
        ),
        see="best of many",
        key="82c944a1552a46e0",
    ),
    Question(
        id="dropout_in_use",
        lesson=9,
        topic="dropout in training and in use",
        text="A network was trained with (inverted) dropout of one half. What does dropout do when "
        "the network is used?",
        choices=(
            Choice(
                "It stays on, as in training",
                "Then the same digit would get another answer each time. There are methods that "
                "want just that, but it is not how a network is normally used.",
            ),
            Choice(
                "It is off, and outputs are doubled",
                "The thought is right: in training half of the units were missing. But inverted "
                "dropout doubles the others in training already, so in use nothing is left to do.",
            ),
            Choice(
                "It is off, and nothing is scaled",
                "In training, the units that stayed were doubled, so that the sums already have "
                "the right size.",
            ),
            Choice(
                "It is off, and outputs are halved",
                "That belongs to the original form of dropout, which does not scale in training. "
                "The inverted form does.",
            ),
        ),
        see="dropout",
        key="2503ce6bd86830bb",
    ),
    Question(
        id="mean_over_everything",
        lesson=9,
        topic="what counts as a leak",
        text="Mean and spread of the pixels are computed over all data, then the data are split "
        "into training and validation. Is that a leak?",
        choices=(
            Choice(
                "No, as no label was used for it",
                "Labels would be a worse leak. But information about the validation images has "
                "come in without them.",
            ),
            Choice(
                "No, as each image is scaled on its own",
                "It would be true if each image had its own mean. Here one mean over all images is "
                "used.",
            ),
            Choice(
                "Yes, as validation data shaped the inputs",
                "Strictly it is one, if often a tiny one: what is computed from data belongs to "
                "training, so compute it from the training part.",
            ),
            Choice(
                "Yes, but only if it is then trained on both",
                "Training on both would be the far greater leak. This one is there already.",
            ),
        ),
        see="leak",
        key="ee3225cce9a87727",
    ),
)
