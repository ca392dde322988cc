"""Graphs whose numbers a reader changes: a value used more than once, and small formulas."""

from collections.abc import Callable

from course_lib.live import Choice, LiveFigure, Slider
from course_lib.nn.value import Value

from .difference_step import central_difference
from .palette import course_style
from .picture import new_figure
from .value_graph import GraphDrawing, drawing_axes
from .value_words import short, signed

__all__ = ["FORMULAS", "ExpressionGraph", "SharedValue", "shared_value"]


def named(value: Value, label: str) -> Value:
    """The value, with a name for drawings."""
    value.label = label
    return value


def shared_value(x: float, uses: int) -> Value:
    """A result that depends on x along one, two or three branches: 3x, + x², + x³.

    dy/dx = 3 + 2x + 3x², of which the first `uses` terms count

    Parameters
    ----------
    x : float
    uses : {1, 2, 3}

    Returns
    -------
    Value
        y, `backward` called; its graph's only named input is x.
    """
    if uses not in (1, 2, 3):
        raise ValueError(f"uses must be 1, 2 or 3, not {uses!r}.")
    x = Value(x, label="x")
    result = named(3 * x, "y" if uses == 1 else "a")
    if uses > 1:
        result = named(result + named(x**2, "b"), "y" if uses == 2 else "s")
    if uses > 2:
        result = named(result + named(x**3, "c"), "y")
    result.backward()
    return result


class SharedValue(LiveFigure):
    """One value, used once, twice or three times: what comes back over each branch, and the sum.

    Parameters
    ----------
    x : float
        From −2 to 2.
    uses : {1, 2, 3}
    """

    @course_style()
    def __init__(self, x: float = 1.0, uses: int = 2):
        figure = new_figure(7.2, 2.8, layout="none")
        ax = drawing_axes(figure)
        self._drawings = {
            n: GraphDrawing(ax, shared_value(x, n), contributions=True, moving="all")
            for n in (1, 2, 3)
        }
        super().__init__(
            figure,
            self._update,
            alt="A graph: x feeds one, two or three branches, whose results are added to y. On "
            "each edge its local derivative, and where it leaves x, what comes back over it.",
            x=Slider(-2, 2, x, step=0.2, format=short, label="x"),
            uses=Slider(1, 3, uses, integer=True, label="Uses of x"),
        )

    def _update(self, x, uses):
        y = shared_value(x, uses)
        for n, drawing in self._drawings.items():
            drawing.set_visible(n == uses)
        self._drawings[uses].update(y)
        source, sent = branches_of(y)
        sum_of = " ".join(signed(part) for part in sent).removeprefix("+ ")
        measured = central_difference(lambda at: shared_value(float(at), uses).data, x)
        return (
            f"Over {len(sent)} {'branch' if len(sent) == 1 else 'branches'} comes back {sum_of}"
            f"{' = ' + short(source.grad) if len(sent) > 1 else ''}, the gradient of x. "
            f"Nudging x gives {short(round(float(measured), 6))}."
        )


def branches_of(result: Value) -> tuple[Value, list[float]]:
    """The input named x, and what comes back to it over each of its uses."""
    order = result.ancestors()
    (source,) = (value for value in order if value.label == "x")
    sent = [
        slope * value.grad for value in order for parent, slope in value.parents if parent is source
    ]
    return source, sent


def _product(a, b):
    return named(named(a + b, "s") * b, "y")


def _sum(a, b):
    return named(named(a * b, "p") + named(a**2, "q"), "y")


def _neuron(a, b):
    return named(named(named(a * b, "m") + 1, "z").tanh(), "y")


def _loss(a, b):
    return named(named(named(a * b, "p") - 1, "r") ** 2, "y")


def _twice(a, b):
    c = named(a + b, "c")
    return named(c * c, "y")


FORMULAS: dict[str, Callable[[Value, Value], Value]] = {
    "(a + b) · b": _product,
    "a · b + a²": _sum,
    "c · c with c = a + b": _twice,
    "(a · b − 1)², a loss": _loss,
    "tanh(a · b + 1), a neuron": _neuron,
}


class ExpressionGraph(LiveFigure):
    """A small formula as a graph, with every number in it, for any a and b.

    Parameters
    ----------
    formula : str
        One of `FORMULAS`.
    a, b : float
        From −3 to 3.
    """

    @course_style()
    def __init__(self, formula: str = "(a + b) · b", a: float = 2.0, b: float = 1.0):
        figure = new_figure(7.2, 2.1, layout="none")
        self._drawings = {
            name: GraphDrawing(drawing_axes(figure), evaluate(name, a, b), moving="all")
            for name in FORMULAS
        }
        super().__init__(
            figure,
            self._update,
            alt="The graph of a small formula with the inputs a and b. Each node shows its value "
            "and its gradient, each edge its local derivative.",
            formula=Choice(list(FORMULAS), formula),
            a=Slider(-3, 3, a, step=0.5, format=short, label="a"),
            b=Slider(-3, 3, b, step=0.5, format=short, label="b"),
        )

    def _update(self, formula, a, b):
        y = evaluate(formula, a, b)
        for name, drawing in self._drawings.items():
            drawing.set_visible(name == formula)
        self._drawings[formula].update(y)
        grads = {value.label: value.grad for value in y.ancestors()}
        by_a = central_difference(lambda at: evaluate(formula, float(at), b).data, a)
        by_b = central_difference(lambda at: evaluate(formula, a, float(at)).data, b)
        measured = [short(round(float(number), 6)) for number in (by_a, by_b)]
        return (
            f"y = {short(y.data)}. Backward: ∂y/∂a = {short(grads['a'])}, ∂y/∂b = "
            f"{short(grads['b'])}; by nudging: {measured[0]} and {measured[1]}."
        )


def evaluate(formula: str, a: float, b: float) -> Value:
    """The result of one of the `FORMULAS`, `backward` called."""
    y = FORMULAS[formula](Value(a, label="a"), Value(b, label="b"))
    y.backward()
    return y
