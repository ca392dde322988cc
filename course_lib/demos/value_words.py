"""A computational graph in words: numbers, formulas, gradients."""

from course_lib.nn.value import Value

__all__ = ["fitting", "formula_of", "graph_in_words", "is_constant", "short", "signed"]


def short(number: float) -> str:
    """Three digits that count, or all of a thousand and more, with a true minus sign.

    Examples
    --------
    >>> short(-0.12345), short(2.0), short(-0.0), short(1234.5)
    ('−0.123', '2', '0', '1,234')
    """
    if 999.5 <= abs(number) < 1e6:
        return f"{number:,.0f}".replace("-", "−")
    return f"{number + 0.0:.3g}".replace("-", "−").replace("e−0", "e−")


def fitting(number: float, characters: int = 6) -> str:
    """As `short`, with fewer digits where there is no room for three.

    Examples
    --------
    >>> fitting(0.009866), fitting(-0.5)
    ('0.0099', '−0.5')
    """
    text = short(number)
    return text if len(text) <= characters else short(float(f"{number:.2g}"))


def formula_of(value: Value) -> str:
    """How a value was computed, written with the labels of its operands.

    Examples
    --------
    >>> x = Value(3.0, label="x")
    >>> formula_of(x * 2), formula_of((x - 2) ** 2), formula_of((2 * x + 1).tanh())
    ('2 · x', '(x − 2)²', 'tanh(2 · x + 1)')
    """
    names = [_name(parent) for parent, _ in value.parents]
    if not names:
        return ""
    if value.operation == "+":
        summands = [
            _bare(name) if parent.operation == "×" else name
            for name, (parent, _) in zip(names, value.parents, strict=True)
        ]
        return " + ".join(summands).replace("+ −", "− ")
    if value.operation == "×":
        numbers_first = sorted(value.parents, key=lambda pair: not is_constant(pair[0]))
        return " · ".join(_name(parent) for parent, _ in numbers_first)
    if value.operation.startswith("^"):
        powers = {"^2": "²", "^3": "³", "^-1": "⁻¹"}
        return names[0] + powers.get(value.operation, value.operation)
    return f"{value.operation}({_bare(names[0])})"


def graph_in_words(root: Value) -> str:
    """Every labelled value of a graph with its number and its gradient, for alternative texts."""
    parts = [
        f"{value.label} is {short(value.data)} with gradient {short(value.grad)}"
        for value in root.ancestors()
        if value.label
    ]
    return "; ".join(parts)


def is_constant(value: Value) -> bool:
    """Whether it is a number that was written into the formula, such as the 2 in 2x."""
    return not value.parents and not value.label


def _bare(name):
    """Without the parentheses around it."""
    return name[1:-1] if name.startswith("(") and name.endswith(")") else name


def _name(value):
    """Its label; a constant is called by its number, an unnamed result by its formula."""
    if value.label or not value.parents:
        return value.label or short(value.data)
    formula = formula_of(value)
    return f"({formula})" if value.operation in ("+", "×") else formula


def signed(number: float) -> str:
    """As a summand.

    Examples
    --------
    >>> signed(2.5), signed(-1.0)
    ('+ 2.5', '− 1')
    """
    return f"{'−' if number < 0 else '+'} {short(abs(number))}"
