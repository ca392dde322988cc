"""Lesson 01: loss functions."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="outlier_in_three_losses",
        lesson=1,
        text="Ten houses, and one price is entered wrongly: more than twice as high as it is. A "
        "straight line is fitted anew under each of three losses. Under which does it turn most?",
        options=(
            Option("mse", "The mean squared error"),
            Option("mae", "The mean absolute error"),
            Option("huber", "The Huber loss"),
            Option("alike", "All three alike"),
        ),
        because="A squared error pulls at the line in proportion to its size. In the mean absolute "
        "error all errors pull alike, and in the Huber loss none pulls harder than one of size δ.",
    ),
    Prediction(
        id="cost_of_confident_mistake",
        lesson=1,
        text="Giving the true class a probability of 50 % costs 0.69. What does a probability of 1 "
        "% cost, in cross-entropy?",
        factor=1.5,
        because="It is −ln 0.01. Each time the probability falls by a factor of ten, the loss "
        "grows by ln 10 = 2.3, without end.",
    ),
    Prediction(
        id="end_of_exp_in_float32",
        lesson=1,
        text="The textbook formula of softmax needs e^z. In float32, the usual numbers of deep "
        "learning: from about which logit z on is e^z too large to be written down?",
        options=(
            Option("9", "About 9"),
            Option("90", "About 90"),
            Option("900", "About 900"),
            Option("9000", "About 9,000"),
        ),
        in_order=True,
        because="The largest number of float32 is about 3 · 10³⁸, and its logarithm is 88.7. "
        "Twice as many bits move the limit, to 709.8, but do not remove it.",
    ),
    Prediction(
        id="first_loss_of_large_weights",
        lesson=1,
        text="A network for ten classes is new and has learned nothing. Its last weights are made "
        "30 times as large. Where is its first loss, compared with ln 10 = 2.303?",
        options=(
            Option("below", "Far below"),
            Option("near", "Still near: it knows as little as before"),
            Option("above", "Far above"),
        ),
        because="Large weights make large logits, and softmax turns these into certainty. Who "
        "knows nothing and is certain, is confidently wrong most of the time.",
    ),
    Prediction(
        id="loss_that_learns_from_mistakes",
        lesson=1,
        text="Two classifiers with a sigmoid output start out confidently wrong. One is trained "
        "with squared error, one with cross-entropy, at the same learning rate. Which is right "
        "first?",
        options=(
            Option("squared error", "The one with squared error: large errors weigh most"),
            Option("cross-entropy", "The one with cross-entropy"),
            Option("alike", "Both at about the same time"),
        ),
        because="Where the sigmoid is flat, squared error has hardly any gradient. The logarithm "
        "of cross-entropy cancels that flatness.",
    ),
)

QUIZ = (
    Question(
        id="share_of_the_outlier",
        lesson=1,
        topic="how a square weighs large errors",
        text="Five predictions are off by 1, 1, 1, 1 and 10. What share of their mean squared "
        "error is due to the last one?",
        choices=(
            Choice(
                "About 20 %",
                "One error in five, so a fifth: that would be true if all errors weighed the same. "
                "They are squared before they are averaged.",
            ),
            Choice(
                "About 71 %",
                "That is 10/14, its share of the mean absolute error. The squares make the "
                "difference: 100 against four times 1.",
            ),
            Choice(
                "About 96 %",
                "100 of 1 + 1 + 1 + 1 + 100 = 104. One outlier decides nearly alone what this loss "
                "asks of the network.",
            ),
            Choice(
                "All of it",
                "It feels like it, and 96 % is close. But the four others count too, and near the "
                "end of training, when outliers are gone, they are what is left.",
            ),
        ),
        see="one outlier",
        key="1928ddecc77f6412",
    ),
    Question(
        id="cross_entropy_of_one_percent",
        lesson=1,
        topic="what cross-entropy charges for a probability",
        text="A classifier gives the true class a probability of 0.01. What is its cross-entropy "
        "(natural logarithm) on this example?",
        choices=(
            Choice(
                "About 0.01",
                "This is what the other classes' 0.99 would cost, −ln 0.99. Cross-entropy looks at "
                "the probability of the true class.",
            ),
            Choice(
                "About 0.99",
                "The distance between 0.01 and the wanted 1. A natural measure, but bounded: "
                "nobody could be more than 1 wrong. The logarithm has no such bound.",
            ),
            Choice(
                "About 4.6",
                "−ln 0.01 = 4.605. Had it said 0.5, it would have paid 0.69; being confidently "
                "wrong is expensive.",
            ),
            Choice(
                "About 100",
                "That is 1/0.01, how surprising the outcome was. Cross-entropy takes the logarithm "
                "of it.",
            ),
        ),
        see="confident and wrong",
        key="013e56964cfc8ad9",
    ),
    Question(
        id="loss_before_training",
        lesson=1,
        topic="the loss of a network that knows nothing",
        text="A network for ten classes is new and gives every class about the same probability. "
        "What is its mean cross-entropy, about?",
        choices=(
            Choice(
                "0.1",
                "That is the probability that each class gets. The loss is minus its logarithm.",
            ),
            Choice(
                "0.9",
                "That is how often a guess among ten is wrong, the error rate. Cross-entropy does "
                "not count mistakes, it weighs probabilities.",
            ),
            Choice(
                "2.3",
                "−ln(1/10) = ln 10 = 2.303, whatever the labels are. A first loss far above says "
                "that the initial weights are confidently wrong.",
            ),
            Choice(
                "10",
                "More classes do make it higher, but by the logarithm of their number: a thousand "
                "classes start at 6.9.",
            ),
        ),
        see="ten answers alike",
        key="9d2252513883d6be",
    ),
    Question(
        id="gradient_at_a_confident_mistake",
        lesson=1,
        topic="the gradient that vanishes with squared error",
        text="A sigmoid output says 0.999, the label is 0. Which loss has the larger gradient by "
        "the logit?",
        choices=(
            Choice(
                "Squared error, as it weighs large errors most",
                "The loss is large, true. But its gradient is 2 (p − y) · p (1 − p), and the "
                "sigmoid's slope p (1 − p) is a thousandth here: 0.002 is left.",
            ),
            Choice(
                "Cross-entropy, with a gradient close to 1",
                "It is p − y = 0.999: the slope of the sigmoid cancels against that of the "
                "logarithm. So a confident mistake is corrected hardest.",
            ),
            Choice(
                "Neither, as the sigmoid is flat out there",
                "Flat it is, and with squared error that is the end of the matter. But "
                "cross-entropy is as steep there as the sigmoid is flat, and the product stays "
                "near 1.",
            ),
            Choice(
                "Both alike, as both errors are 0.999",
                "p − y is the same, and it is the whole gradient of cross-entropy. Squared error "
                "has a further factor, the slope of the sigmoid.",
            ),
        ),
        see="squared error or cross-entropy",
        key="50af3fa564e0fcaa",
    ),
)
