"""Lesson 06: mini-batches, epochs, iterations."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="batch_size_first_to_ninety",
        lesson=6,
        text="The same network on the same computer, each batch size at a learning rate that suits "
        "it. Which one is first on the clock to read 90 % of the validation digits right?",
        options=(
            Option("1", "One digit a step"),
            Option("some", "Some digits a step, 16 to 256"),
            Option("all", "All 7,000 training digits a step"),
        ),
        in_order=True,
        because="One digit gives a noisy slope, so it takes many small steps, each with the whole "
        "overhead of a step. All of them give a fine slope, once in a long while.",
    ),
    Prediction(
        id="noise_of_a_larger_batch",
        lesson=6,
        text="The batch grows from 16 to 64 digits. By which factor does the noise of the "
        "gradient (its standard deviation) fall?",
        unit="times",
        factor=1.3,
        because="The mean of B independent examples scatters like 1/√B: four times the work for "
        "half the noise.",
    ),
    Prediction(
        id="training_on_sorted_digits",
        lesson=6,
        text="The training digits are sorted, first all zeros, then all ones, and not shuffled. "
        "How many of the ten digits does the network know after one epoch, in the sense that it "
        "reads at least half of them right?",
        options=(
            Option("all", "All ten, as if they were shuffled"),
            Option("most", "Most of them, a little worse"),
            Option("few", "Only the last one or two"),
        ),
        in_order=True,
        because="While it sees nothing but nines, answering “nine” is the best it can do, and what "
        "it knew of the others is overwritten.",
    ),
)

QUIZ = (
    Question(
        id="iterations_in_an_epoch",
        lesson=6,
        topic="counting iterations, with an incomplete last batch",
        text="10,000 examples, batches of 64, and the incomplete last batch is used. How many "
        "iterations make an epoch?",
        choices=(
            Choice(
                "64",
                "That is the number of examples in a batch. An iteration handles one batch.",
            ),
            Choice(
                "156",
                "10,000 / 64 rounded down: 16 examples would never be seen in this epoch. Some "
                "programs do drop them; here they are used.",
            ),
            Choice(
                "157",
                "156 full batches of 64 are 9,984 examples, and one more holds the remaining 16.",
            ),
            Choice(
                "10,000",
                "It would be so with batches of a single example. One iteration, one update, is "
                "made for each batch.",
            ),
        ),
        see="epoch counter",
        key="dea32edcec26cb61",
    ),
    Question(
        id="noise_from_16_to_64",
        lesson=6,
        topic="gradient noise and batch size",
        text="The batch grows from 16 to 64 randomly chosen examples. What becomes of the noise "
        "in the gradient (its standard deviation)?",
        choices=(
            Choice(
                "It stays the same",
                "Each single example's gradient stays as noisy as it was. Their mean does not: the "
                "more there are, the more their deviations cancel.",
            ),
            Choice(
                "It falls to a half",
                "The noise of a mean falls with the square root of the number: √4 = 2.",
            ),
            Choice(
                "It falls to a quarter",
                "That is what the variance does. Its root, the standard deviation, falls to a "
                "half.",
            ),
            Choice(
                "It becomes four times as large",
                "Sums grow with their number, and the sum of gradients does. The batch gradient is "
                "their mean.",
            ),
        ),
        see="gradient noise",
        key="71dd3fcebe2d218e",
    ),
    Question(
        id="not_shuffled",
        lesson=6,
        topic="why examples are shuffled",
        text="Digits sorted by label are fed in that order, in batches of 100, epoch after epoch. "
        "What happens, compared with shuffled digits?",
        choices=(
            Choice(
                "The same, as it sees the same examples",
                "Over an epoch the examples are the same. But each update follows only the batch "
                "at hand, and these batches pull one after another to quite different places.",
            ),
            Choice(
                "It is better, as there is less noise",
                "Within a batch the gradients do agree more. They agree on something wrong: that "
                "all digits are the one shown just now.",
            ),
            Choice(
                "It learns each digit and unlearns the others",
                "For many steps on end one answer is right. Weights that knew other digits are "
                "overwritten before those come round again.",
            ),
            Choice(
                "It learns the first digit and no other",
                "The first impression does not last: the weights keep moving, and the digits seen "
                "last win.",
            ),
        ),
        see="unshuffled",
        key="8de5fe81ddc5af4f",
    ),
    Question(
        id="updates_at_half_the_batch",
        lesson=6,
        topic="batch size, updates and work per epoch",
        text="The batch size is halved, everything else stays. What changes in one epoch?",
        choices=(
            Choice(
                "Half as many examples are seen",
                "Each batch has half of them, but there are twice as many batches: an epoch is "
                "always the whole training set.",
            ),
            Choice(
                "Twice as many updates, about the same arithmetic",
                "There are twice as many batches, each half the work. (On the clock it is often "
                "slower, as small matrices use the processor less well.)",
            ),
            Choice(
                "Half as many updates, half the arithmetic",
                "The number of batches is examples divided by batch size: a smaller divisor gives "
                "more of them.",
            ),
            Choice(
                "Nothing, as the gradient is a mean anyway",
                "The mean over the epoch is similar, but it is taken in more and noisier pieces, "
                "with an update after each.",
            ),
        ),
        see="epoch counter",
        key="a599e9d5a9197899",
    ),
)
