"""The steps of learning in words and in sums, as they are written on paper."""

from .learning_cycle import INPUT, PHASES, TARGET, Iteration, Moment

__all__ = ["caption", "number", "sums"]


def number(value: float) -> str:
    """Two decimals, with a true minus, and none before zero."""
    return f"{value:.2f}".replace("-", "−" if round(value, 2) else "")


def _signed(value):
    """As a second term of a sum: with its sign and a space."""
    return f"{'−' if round(value, 2) < 0 else '+'} {number(abs(value))}"


def _factor(value):
    """As a second factor: negative ones in parentheses."""
    return f"({number(value)})" if round(value, 2) < 0 else number(value)


def sums(now: Iteration, after: Iteration, phase: int, learning_rate: float) -> list:
    """What is computed in this phase, in two or three lines."""
    step, part = PHASES[phase]
    (x, y), target = INPUT[0], TARGET[0, 0]
    hidden, output = now.layers
    off = 2 * (now.prediction - target)
    if (step, part) == ("forward pass", "hidden layer"):
        return [
            f"hidden {j + 1} = max(0, {number(hidden.W[0, j])} · {x:g} {_signed(hidden.W[1, j])} "
            f"· {y:g} {_signed(hidden.b[j])}) = {number(now.hidden[j])}"
            for j in range(2)
        ]
    if step == "forward pass":
        w = output.W[:, 0]
        return [
            f"prediction = {number(w[0])} · {number(now.hidden[0])} {_signed(w[1])} · "
            f"{number(now.hidden[1])} {_signed(output.b[0])} = {number(now.prediction)}"
        ]
    if step == "loss":
        return [
            "loss = (prediction − target)²",
            f"= ({number(now.prediction)} − {number(target)})² = {number(now.loss)}",
        ]
    if (step, part) == ("backward pass", "output"):
        return [
            f"at the prediction: 2 · ({number(now.prediction)} − {number(target)}) = {number(off)}",
            *(
                f"weight from hidden {j + 1}: {number(off)} · {number(now.hidden[j])} "
                f"= {number(output.dW[j, 0])}"
                for j in range(2)
            ),
        ]
    if step == "backward pass":
        return [
            *(
                f"at hidden {j + 1}: {number(off)} · {_factor(output.W[j, 0])} · slope of bend "
                f"{int(now.z[j] > 0)} = {number(now.dz[j])}"
                for j in range(2)
            ),
            f"each weight: that × its input, as {number(now.dz[0])} · {x:g} "
            f"= {number(hidden.dW[0, 0])}",
        ]
    if step == "update":
        old, slope, new = hidden.W[0, 0], hidden.dW[0, 0], after.layers[0].W[0, 0]
        return [
            "new weight = old weight − learning rate · gradient",
            f"such as {number(old)} − {learning_rate:.3g} · {_factor(slope)} = {number(new)}",
        ]
    return [
        "once more, with the new weights",
        f"loss: {number(now.loss)} → {number(after.loss)}",
    ]


def caption(now: Iteration, after: Iteration, moment: Moment, learning_rate: float) -> str:
    """Where we are, and the number that matters there."""
    step, part = PHASES[moment.phase]
    target = number(TARGET[0, 0])
    hidden, _ = now.layers
    if (step, part) == ("forward pass", "hidden layer"):
        said = f"the hidden units answer {number(now.hidden[0])} and {number(now.hidden[1])}"
    elif step == "forward pass":
        said = f"the prediction is {number(now.prediction)}; the target is {target}"
    elif step == "loss":
        said = (
            f"loss {number(now.loss)}, the squared distance from the prediction "
            f"{number(now.prediction)} to the target {target}"
        )
    elif (step, part) == ("backward pass", "output"):
        said = (
            f"the loss changes by {number(now.dprediction)} for each unit of the prediction, so "
            f"the prediction should {'rise' if now.dprediction < 0 else 'fall'}"
        )
    elif step == "backward pass":
        steepest = max((layer.dW.flat[abs(layer.dW).argmax()] for layer in now.layers), key=abs)
        said = (
            f"the error has gone back to the hidden layer; every weight has its gradient, the "
            f"steepest {number(steepest)}"
        )
    elif step == "update":
        old, new = hidden.W[0, 0], after.layers[0].W[0, 0]
        said = (
            f"every weight has moved against its gradient, such as the top left one from "
            f"{number(old)} to {number(new)}"
        )
    else:
        said = f"with the new weights the loss is {number(after.loss)}; it was {number(now.loss)}"
        if after.loss > now.loss:
            said += ": this step went too far"
    if not now.dz.any() and moment.phase >= 3 and step != "repeat":
        said += ". Both hidden units answer 0, so no error reaches their weights"
    where = f"Iteration {moment.iteration + 1}, {step}"
    return f"{where}: {said}. Learning rate {learning_rate:.3g}."
