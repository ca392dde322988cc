"""Lesson 03: backpropagation."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="gradients_of_a_silent_unit",
        lesson=3,
        text="The little network has 12 weights and biases. For one example its second hidden unit "
        "is off: z1₂ is below 0, so ReLU answers 0. How many of the 12 gradients are then exactly "
        "0?",
        options=(
            Option("2", "2 of 12"),
            Option("3", "3 of 12"),
            Option("5", "5 of 12"),
            Option("6", "6 of 12"),
        ),
        in_order=True,
        because="What leads into the silent unit gets nothing, as the slope of ReLU is 0 there; "
        "what leads out of it gets nothing either, as its gradient is the unit's answer, 0, times "
        "what comes back.",
    ),
    Prediction(
        id="cost_of_the_backward_pass",
        lesson=3,
        text="A network of eight layers with 256 units each. Counted in multiplications: how many "
        "times as much as the forward pass does the backward pass cost?",
        unit="times",
        because="For each matrix product forward there are two backward: one for the gradient of "
        "the weights, one for that of the input. Only the first layer saves the second, as nobody "
        "asks for the gradient of the data.",
    ),
    Prediction(
        id="cost_of_finite_differences",
        lesson=3,
        text="From left to right the number of weights grows, in equal steps. How does the cost "
        "of finite differences, divided by that of backpropagation, change?",
        options=(
            Option("level", "It stays level", "stays level"),
            Option("grows", "It grows in proportion", "rises straight"),
            Option("flattens", "It grows, then levels off", "rises, then flattens"),
            Option("falls", "It falls", "falls, then flattens"),
        ),
        because="Finite differences need one or two forward passes for every weight; "
        "backpropagation gets all gradients with one backward pass.",
    ),
    Prediction(
        id="prediction_minus_label",
        lesson=3,
        text="The last layer is a sigmoid, the loss half the squared error. Is “prediction − "
        "actual” the gradient at the logit z? The gradient check will tell.",
        options=(
            Option("yes", "Yes, it always is"),
            Option("up to a factor", "Yes, up to one constant factor"),
            Option("no", "No, not even up to a constant factor"),
        ),
        because="Between prediction and logit lies the slope of the sigmoid, which differs from "
        "example to example. Only in the matched pairs does it cancel.",
    ),
)

QUIZ = (
    Question(
        id="prediction_minus_label_of_what",
        lesson=3,
        topic="what prediction − label is the gradient of",
        text="Softmax with cross-entropy: (prediction − label) / n is the gradient with respect to "
        "what?",
        choices=(
            Choice(
                "The logits, before the softmax",
                "It is dZ. The softmax's Jacobian has cancelled against the slope of the "
                "logarithm, which happens only in matched pairs like this one.",
            ),
            Choice(
                "The probabilities, after it",
                "Many texts call it dA, so you have surely read this. But with respect to the "
                "probability p of the true class the gradient is −1/(n p); a gradient check shows "
                "it.",
            ),
            Choice(
                "The weights of the last layer",
                "It is on the way to them. Their gradient is the layer's input, transposed, times "
                "this.",
            ),
            Choice(
                "The labels it is compared with",
                "They appear in the formula, but labels are data: nothing is ever updated with a "
                "gradient by them.",
            ),
        ),
        see="scrubber",
        key="ef7968ae305c608e",
    ),
    Question(
        id="which_product_is_dw",
        lesson=3,
        topic="matrix products and shapes in Dense.backward",
        text="z = x @ W with x of shape (32, 784) and W of shape (784, 64). The gradient dZ has "
        "shape (32, 64). What is dW?",
        choices=(
            Choice(
                "`dZ.T @ x`",
                "All the right numbers, but of shape (64, 784): the transpose. In the convention "
                "with examples as columns the formula does look like this.",
            ),
            Choice(
                "`x.T @ dZ`",
                "Shape (784, 64), as W has. The product sums over the 32 examples, each giving "
                "input times gradient.",
            ),
            Choice(
                "`dZ @ W.T`",
                "Shape (32, 784), as x has: this is dX, the gradient that goes on to the layer "
                "before.",
            ),
            Choice(
                "`x * dZ`",
                "Input times gradient is the right idea for one weight. Here every input meets "
                "every output, and the shapes (32, 784) and (32, 64) do not even line up.",
            ),
        ),
        see="scrubber",
        key="9a92dcfce97e1371",
    ),
    Question(
        id="relu_backward",
        lesson=3,
        topic="which tensor the ReLU mask comes from",
        text="In the forward pass a ReLU received z = −2. Now a gradient of 0.7 comes back to it. "
        "What does it pass on?",
        choices=(
            Choice(
                "0.7, as ReLU leaves gradients alone",
                "It does so where z was positive. At z = −2 the output was 0 and would stay 0 if z "
                "moved a little, so z has no influence.",
            ),
            Choice(
                "0.7, as the gradient is positive",
                "This applies the ReLU to the gradient: the mask is made from the wrong array. "
                "What counts is the sign of z in the forward pass.",
            ),
            Choice(
                "0, as z was negative",
                "The slope of ReLU is 0 left of zero, and 0 times 0.7 is 0. That unit learns "
                "nothing from this example.",
            ),
            Choice(
                "−1.4, as 0.7 is multiplied by z",
                "One does multiply, but by the slope at z, not by z itself.",
            ),
        ),
        see="scrubber",
        key="0852f1816b276b45",
    ),
    Question(
        id="cost_of_all_gradients",
        lesson=3,
        topic="what a gradient costs, both ways",
        text="A network has a million weights. What does the gradient by all of them cost with "
        "backpropagation, and what by nudging one weight at a time?",
        choices=(
            Choice(
                "About three forward passes, against two million",
                "Forward once, and backward at about twice that. Nudging runs the whole forward "
                "pass twice for each weight, up and down.",
            ),
            Choice(
                "A million backward passes, against a million forward ones",
                "It would be so if every weight were traced back on its own. The backward pass "
                "shares the products along the way and yields all gradients at once.",
            ),
            Choice(
                "The same for both, as each weight is looked at once",
                "Both give a million numbers. But one look costs a multiplication in the backward "
                "pass, and two whole forward passes when nudging.",
            ),
            Choice(
                "Less than one forward pass, against a million",
                "The backward pass needs the values of the forward pass, and has two matrix "
                "products for each of its one.",
            ),
        ),
        see="cost of a gradient",
        key="95fc9326e42db72e",
    ),
)
