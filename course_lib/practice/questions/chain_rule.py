"""Lesson 02: the chain rule."""

from ..question import Choice, Option, Prediction, Question

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Prediction(
        id="slope_of_three_machines",
        lesson=2,
        text="Three machines in a row, y = f(g(h(x))). Where the demo below opens, h has slope 2, "
        "g has slope 0.25 and f has slope −1. What is the slope of the whole?",
        margin=0.01,
        because="Along a chain slopes multiply: a nudge is doubled by h, cut to a quarter by g, "
        "and turned round by f.",
    ),
    Prediction(
        id="gradient_of_a_shared_value",
        lesson=2,
        text="x is used twice, in a = 3x and in b = x², and y = a + b. At x = 1, a gradient of 3 "
        "comes back to x from the one use and a gradient of 2 from the other. What is the gradient "
        "of x?",
        margin=0.01,
        because="Along a path one multiplies, where paths meet one adds: a nudge changes the "
        "result through both uses.",
    ),
    Prediction(
        id="shortened_chain_formula",
        lesson=2,
        text="A formula for ∂L/∂w¹ goes from z² straight to w¹: its last factor is ∂z²/∂w¹. Layer "
        "2 multiplies its weight, −1.5 here, by a¹, so somebody puts in a¹. What does a finite "
        "difference say of the result?",
        options=(
            Option("agrees", "It agrees"),
            Option("same sign", "Same sign, but another size"),
            Option("other sign", "Not even the sign is right"),
        ),
        because="With a¹ at its end the formula is that of another weight, w². z² depends on w¹ "
        "only through a¹ and z¹, and each step on that way is a factor, the negative w² too.",
    ),
)

QUIZ = (
    Question(
        id="slopes_in_a_chain",
        lesson=2,
        topic="slopes multiply along a chain",
        text="y = f(g(x)). Where we stand, g has slope 3 and f has slope −2. What is the slope of "
        "y with respect to x?",
        choices=(
            Choice(
                "1",
                "3 and −2 added. Slopes add where two paths meet; along one path they multiply.",
                see="branches add",
            ),
            Choice(
                "−2",
                "That is dy/dg, the slope of the last function alone. The nudge it receives has "
                "already been made three times as large by g.",
            ),
            Choice(
                "−6",
                "A nudge of x becomes three times as large in g, and −2 times that in f.",
            ),
            Choice(
                "−2/3",
                "Rates are quotients, so dividing is in the air. But dy/dx = dy/dg · dg/dx: the dg "
                "cancels when they are multiplied.",
            ),
        ),
        see="function machine",
        key="dd99cfebc2520960",
    ),
    Question(
        id="value_used_twice",
        lesson=2,
        topic="gradients add where paths meet",
        text="x feeds two branches, a = 3x and b = 2x, and z = a + b. What is dz/dx?",
        choices=(
            Choice(
                "6",
                "3 times 2: multiplication is for factors on one path. These are two paths side by "
                "side.",
            ),
            Choice(
                "5",
                "3 along the one path and 2 along the other. A nudge of x reaches z both ways, so "
                "the two effects add up.",
            ),
            Choice(
                "3",
                "Only the branch through a. In code it happens when the second gradient overwrites "
                "the first instead of being added to it.",
            ),
            Choice(
                "2.5",
                "The mean of both. Nothing is averaged here: z is the sum of a and b.",
            ),
        ),
        see="branches add",
        key="7b83ee8dae23bd69",
    ),
    Question(
        id="where_the_derivative_is_taken",
        lesson=2,
        topic="where each local derivative is evaluated",
        text="y = f(u) with u = g(x). At which value is f′ taken in the chain rule?",
        choices=(
            Choice(
                "At x, the input of the whole",
                "We do ask for the slope at x. But f has never seen x; it was given u, and its "
                "slope depends on what it was given.",
            ),
            Choice(
                "At u, what f was given",
                "dy/dx = f′(u) · g′(x), with the u of the forward pass. That is why the forward "
                "pass keeps its values.",
            ),
            Choice(
                "At y, what f returned",
                "Some derivatives can be written with the output, as that of the sigmoid, a (1 − "
                "a). That is a rewriting for those functions; the derivative is still taken at u.",
            ),
            Choice(
                "At g′(x), the slope before",
                "Slopes are multiplied, not put into one another. f′ needs a value, and the value "
                "that reaches f is u.",
            ),
        ),
        see="function machine",
        key="5a724f6e33098462",
    ),
    Question(
        id="shape_of_a_jacobian",
        lesson=2,
        topic="the shapes of Jacobians in a chain",
        text="g turns 4 numbers into 3, f turns those 3 into 2. Rows for outputs, columns for "
        "inputs: what is the shape of the Jacobian of f(g(x))?",
        choices=(
            Choice(
                "2 × 4",
                "(2 × 3) · (3 × 4) = 2 × 4: each of 2 outputs by each of 4 inputs. The 3 in the "
                "middle is summed over.",
            ),
            Choice(
                "4 × 2",
                "The same numbers in the other convention, columns for outputs. Gradients flow "
                "backward through the transpose, which is where this often comes from.",
            ),
            Choice(
                "3 × 3",
                "The 3 numbers between the two functions are what the matrix product sums over, so "
                "they do not appear in the result.",
            ),
            Choice(
                "2 × 3",
                "That is the Jacobian of f alone. The chain goes on to the inputs of g.",
            ),
        ),
        see="jacobian shapes",
        key="002f746d98bff104",
    ),
)
