"""Lesson 11: the eight questions on the whole course."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="backward_pass_of_millions",
        lesson=11,
        text="Networks from 800 weights to 550 million. How does the cost of the backward pass "
        "change, counted in forward passes of the same network?",
        options=(
            Option("bounded", "It stays between one and two"),
            Option("logarithm", "It grows by one with every tenfold size"),
            Option("proportional", "It grows as the number of weights does"),
        ),
        in_order=True,
        because="For each matrix product on the way forward there are at most two on the way back, "
        "whatever the size.",
    ),
    Prediction(
        id="units_without_error",
        lesson=11,
        text="A trained network misreads a digit, and the error travels back. How many of the 64 "
        "ReLU units in the last hidden layer get an error of exactly zero?",
        unit="units",
        margin=10,
        because="A ReLU that is off for this digit has slope 0. For another digit, other units "
        "are off.",
    ),
    Prediction(
        id="five_starts",
        lesson=11,
        text="Five networks, alike but for their random initial weights, learn the same digits "
        "equally long. How do they end?",
        options=(
            Option("same both", "With the same weights and the same accuracy"),
            Option("same accuracy", "Far apart in weights, within two percent in accuracy"),
            Option("renumbered", "With the same weights, once their units are renumbered"),
            Option("different both", "Far apart in weights, and in accuracy"),
        ),
        because="There are very many low places. Descent ends in one near its start, and those it "
        "finds are about equally good.",
    ),
    Prediction(
        id="fifty_layers",
        lesson=11,
        text="Fifty hidden layers, 350 steps with 100 digits each. With ReLU, shortcuts and batch "
        "normalisation, how many percent of the test digits are read right?",
        unit="%",
        margin=10,
        because="Without any of the three it is no better than guessing, and with ReLU and He's "
        "weights alone it learns slowly.",
    ),
)

QUIZ = (
    Question(
        id="purpose_of_backpropagation",
        lesson=3,
        topic="what backpropagation computes, and what the optimiser does with it",
        text="What is the main purpose of backpropagation?",
        choices=(
            Choice(
                "To make predictions",
                "Tempting, as every training step begins with predictions. But they come from the "
                "forward pass alone: a trained network predicts without any backpropagation.",
                see="scrubber",
            ),
            Choice(
                "To calculate gradients and update weights to reduce error",
                "The best of the four, but it says too much. Backpropagation calculates the "
                "gradients; updating the weights with them is the work of the optimiser, gradient "
                "descent for example.",
            ),
            Choice(
                "To preprocess input data",
                "Scaled and cleaned data help it, so the two are often mentioned together. But "
                "that happens before the network sees the data; backpropagation begins at the "
                "loss.",
                see="scrubber",
            ),
            Choice(
                "To evaluate model performance",
                "It starts from the loss, which does measure performance. To evaluate, though, the "
                "forward pass is enough; backpropagation asks how the loss depends on each weight.",
                see="train digits",
            ),
        ),
        see="one step of learning",
        key="77e21c9e69818e79",
    ),
    Question(
        id="direction_of_backpropagation",
        lesson=3,
        topic="which way values and gradients travel",
        text="In which direction does information flow during backpropagation?",
        choices=(
            Choice(
                "Input to output",
                "That is the forward pass, which comes first and keeps the values that the "
                "backward pass will need.",
            ),
            Choice(
                "Output to input (backward)",
                "The gradient starts at the loss, and each layer turns the gradient of its output "
                "into that of its input. So every layer reuses what the layers after it have "
                "worked out.",
            ),
            Choice(
                "Bidirectional",
                "A whole training step does go both ways, forward and then backward. "
                "Backpropagation is the name of the second half: it uses values kept from the "
                "first, but what flows, flows back.",
            ),
            Choice(
                "Random direction",
                "Chance picks the initial weights and the batches. The order of the backward pass "
                "is fixed by the network: a layer must wait for the gradient of the next one.",
            ),
        ),
        see="scrubber",
        key="f6eaf5029b36e9ef",
    ),
    Question(
        id="mathematics_of_backpropagation",
        lesson=2,
        topic="the chain rule, and why shared products make it cheap",
        text="What mathematical concept enables backpropagation to work efficiently?",
        choices=(
            Choice(
                "Integration",
                "The other half of calculus, so it is near at hand. But backpropagation asks for "
                "slopes, not for areas; there is no integral in it.",
            ),
            Choice(
                "The chain rule",
                "It splits the derivative of the whole network into local derivatives that are "
                "multiplied. Products that many weights share are computed once, and that is what "
                "makes it efficient.",
            ),
            Choice(
                "Matrix addition",
                "Matrices are everywhere in it, and where paths meet their gradients are added. "
                "But the sums only collect what the chain rule has produced.",
                see="branches add",
            ),
            Choice(
                "Linear regression",
                "A fine first example of something to train with gradients. It is a model, not the "
                "rule that carries gradients through the layers of one.",
            ),
        ),
        see="function machine",
        key="4b889ff5578d1b30",
    ),
    Question(
        id="why_subtract_the_gradient",
        lesson=4,
        topic="the minus in the update rule",
        text="In the weight update rule w_new = w_old − α × ∂L/∂w, why do we subtract the "
        "gradient?",
        choices=(
            Choice(
                "To increase the error",
                "The gradient itself does point to where the error grows. That is the reason to go "
                "the other way: adding it would increase the error.",
            ),
            Choice(
                "To move in the direction of steepest descent (minimize error)",
                "The gradient points straight uphill, so its opposite is the steepest way down, as "
                "seen from where we stand. How far that view holds is the learning rate's affair.",
            ),
            Choice(
                "To normalize the weights",
                "Subtracting makes some weights smaller, and weight decay does shrink them all. "
                "But a gradient may as well make a weight larger; nothing is brought to a norm.",
            ),
            Choice(
                "It's a mathematical convention",
                "The letters are convention, the sign is not: with a plus the same rule climbs, "
                "and the loss grows. Try it.",
            ),
        ),
        see="uphill",
        key="feed6b80e9ef476e",
    ),
    Question(
        id="learning_rate_too_high",
        lesson=5,
        topic="steps that overshoot, and the limit set by the curvature",
        text="What happens if the learning rate is too high?",
        choices=(
            Choice(
                "Training becomes very slow",
                "That is what a rate that is too low does. A high one can look slow, when the loss "
                "jumps up and down and gets nowhere; then look at the steps, which are huge.",
                see="learning rate too low",
            ),
            Choice(
                "The model might overshoot the minimum and fail to converge",
                "The step goes past the bottom of the valley. Beyond a limit that depends on the "
                "curvature, 2/λ on a parabola, it lands higher than it started, again and again.",
            ),
            Choice(
                "The gradients become zero",
                "Not absurd: one huge step can switch ReLU units off for good, and their gradient "
                "is zero from then on. But on most losses the gradients grow as the steps leave "
                "the valley.",
            ),
            Choice(
                "The model achieves perfect accuracy",
                "Longer steps sound like faster progress, and up to a point they are. Beyond it "
                "the loss rises instead.",
            ),
        ),
        see="learning rate too high",
        key="85dfbe2114f66827",
    ),
    Question(
        id="loss_for_binary_classification",
        lesson=1,
        topic="losses for classification and their gradients",
        text="Which loss function is typically used for binary classification?",
        choices=(
            Choice(
                "Mean Squared Error",
                "It can be used, and lesson 01 trains with it. But behind a sigmoid its gradient "
                "vanishes just where the network is confidently wrong, so it is not the usual "
                "choice.",
                see="squared error or cross-entropy",
            ),
            Choice(
                "Cross-entropy loss",
                "Its gradient by the logit is simply prediction minus label: the more wrong, the "
                "stronger the pull. It is not for two classes only; with softmax it serves any "
                "number.",
            ),
            Choice(
                "Hinge loss",
                "A loss for two classes indeed, that of support vector machines. It asks for a "
                "margin and gives no probabilities; in neural networks it is the rarer one.",
            ),
            Choice(
                "Absolute error",
                "It is robust against outliers, which is a virtue in regression. Behind a sigmoid "
                "its gradient vanishes at confident mistakes, as that of squared error does.",
                see="one outlier",
            ),
        ),
        see="confident and wrong",
        key="4706ed0fc6b34943",
    ),
    Question(
        id="what_is_an_epoch",
        lesson=6,
        topic="epochs, iterations and batches",
        text="What is an epoch in neural network training?",
        choices=(
            Choice(
                "One forward pass",
                "A forward pass takes one batch through the network. An epoch has as many of them "
                "as there are batches.",
            ),
            Choice(
                "One backward pass",
                "There is one backward pass for each batch, right after its forward pass. An epoch "
                "has as many of them as there are batches.",
            ),
            Choice(
                "One complete pass through the entire training dataset",
                "Every training example has then been used once. With 10,000 examples in batches "
                "of 100 that takes 100 iterations, each with its own update.",
            ),
            Choice(
                "One weight update",
                "That is one iteration, or step. The two are the same only if the batch is the "
                "whole data set.",
            ),
        ),
        see="epoch counter",
        key="848a93cbcadafa2c",
    ),
    Question(
        id="what_is_the_vanishing_gradient_problem",
        lesson=7,
        topic="how gradients shrink on the way back",
        text="What is the vanishing gradient problem?",
        choices=(
            Choice(
                "Gradients become too large",
                "That is its counterpart, exploding gradients: factors above one, multiplied "
                "through many layers.",
                see="exploding",
            ),
            Choice(
                "Gradients become very small in deep networks, slowing learning",
                "Every layer multiplies the gradient by its weights and slopes. With factors below "
                "one the product shrinks with each layer, and the layers near the input hardly "
                "learn.",
            ),
            Choice(
                "Gradients disappear completely",
                "The name says so, and behind a dead ReLU the gradient is exactly zero. But the "
                "problem named here is one of tiny gradients: the early layers still learn, far "
                "too slowly.",
            ),
            Choice(
                "Learning rate becomes zero",
                "A step is the rate times the gradient, so a tiny gradient looks like a tiny rate. "
                "But the rate is a number that you choose, and no gradient changes it.",
            ),
        ),
        see="depth",
        key="013c98f67cd7393a",
    ),
)
