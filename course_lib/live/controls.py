"""The controls of a live figure: what values they offer, and how each value is said in words.

A control knows a finite list of *positions*. The browser speaks of positions only, by their index;
so a logarithmic slider, a drop-down and a check box are one thing to the frame table.
"""

import math
import numbers
import operator

import numpy as np
import traitlets

from .pointing import check_drag, check_places

__all__ = ["Choice", "Control", "Slider", "Steps", "Toggle"]


class Control:
    """Values a reader can choose from, in order.

    Attributes
    ----------
    values : list
        The value of each position, as `update` receives it.
    texts : list of str
        Each value in words and with its unit, as it is shown and read aloud.
    start : int
        Index of the position at which the figure opens.
    label : str or None
        The visible name; `None` makes one from the keyword: ``learning_rate`` → "Learning rate".
    """

    kind = ""
    #: Neighbouring positions have neighbouring values (a slider), or none has (a drop-down).
    ordered = True

    def __init__(self, values, texts, start, label):
        if label is not None and not isinstance(label, str):
            raise TypeError(f"label must be text, not {label!r}.")
        self.values, self.texts, self.start, self.label = values, texts, start, label

    def __len__(self):
        return len(self.values)

    def index_of(self, value):
        """The index of the position nearest to `value`.

        Raises
        ------
        ValueError
            If no position stands for `value`; the message says what is offered.
        """
        raise NotImplementedError

    def trait(self):
        """A trait that holds a value of this control and snaps what it is given to a position."""
        return _ControlTrait(self)

    def spec(self, name):
        """What the browser needs to know, as JSON."""
        label = self.label or name.replace("_", " ").strip().capitalize()
        return {
            "name": name,
            "kind": self.kind,
            "label": label,
            "start": self.start,
            "values": [self.to_json(value) for value in self.values],
            "texts": self.texts,
        }

    def to_json(self, value):
        """`value` as the synchronised trait sends it."""
        return value

    def from_json(self, sent):
        return sent


class _ControlTrait(traitlets.TraitType):
    """Snaps to the control's positions; the error of a value outside names the range."""

    def __init__(self, control):
        super().__init__(control.values[control.start])
        self.control = control
        self.tag(
            sync=True,
            to_json=lambda value, widget: control.to_json(value),
            from_json=lambda sent, widget: control.from_json(sent),
        )

    def validate(self, obj, value):
        try:
            return self.control.values[self.control.index_of(value)]
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(f"{self.name}: {error}") from None


class Slider(Control):
    """A number from a range.

    Parameters
    ----------
    min, max : float
        The ends of the range, both included.
    value : float, optional
        Where the figure opens; it is always one of the positions. Default: the middle position.
    log : bool
        Equal ratios between positions instead of equal differences; needs 0 < min.
    integer : bool
        Whole numbers only.
    positions : int, optional
        How many positions; 101 unless `step` says otherwise, and for whole numbers at most
        one for each of them.
    step : float, optional
        The difference between positions, instead of `positions`. Not with `log`.
    label : str, optional
    unit : str
        Said after the number: ``"per step"``.
    format : str or callable, optional
        A format specification (``".2f"``) or a function value → text. Default: three digits
        that count, or whole numbers as they are.
    drag : tuple (Axes, {"x", "y"}), optional
        Pressing and dragging inside these axes, with mouse, pen or finger, also sets the slider:
        to the position nearest to the pointer along x or y. The values must be data coordinates
        of the axes. Two sliders, one along x and one along y, drag a point in the plane. The
        slider itself stays, for the keyboard.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, what it was, and what it needs.
    """

    kind = "slider"

    def __init__(
        self,
        min,
        max,
        value=None,
        *,
        log=False,
        integer=False,
        positions=None,
        step=None,
        label=None,
        unit="",
        format=None,
        drag=None,
    ):
        low, high = _finite("min", min), _finite("max", max)
        if not low < high:
            raise ValueError(f"A slider needs min < max, not min={low:g}, max={high:g}.")
        if log and low <= 0:
            raise ValueError(f"A logarithmic slider needs min > 0, not min={low:g}.")
        grid = _grid(low, high, log, integer, positions, step)
        if value is None:
            start = len(grid) // 2
        else:
            value = _finite("value", value)
            if not low <= value <= high:
                raise ValueError(f"value={value:g} is outside the slider, [{low:g}, {high:g}].")
            if integer and value != round(value):
                raise ValueError(f"value={value:g} is not whole, but integer=True.")
            # The opening value is offered exactly, not the grid's number next to it.
            start = _nearest(grid, value, log)
            grid[start] = value
        values = [int(v) if integer else float(v) for v in grid]
        self.min, self.max, self.log, self.integer, self.unit = low, high, log, integer, unit
        write = _writer(format, "d" if integer else ".3g")
        super().__init__(values, [_with_unit(write(v), unit) for v in values], start, label)
        check_drag(drag)
        self.drag = drag

    def index_of(self, value):
        value = _finite("value", value)
        # A whisker of tolerance, for values that were computed and are meant to be an end.
        slack = 1e-9 * (self.max - self.min)
        if not self.min - slack <= value <= self.max + slack:
            raise ValueError(f"{value:g} is outside [{self.min:g}, {self.max:g}].")
        return _nearest(np.asarray(self.values, dtype=float), value, self.log)


class Choice(Control):
    """One of a few named options.

    Parameters
    ----------
    options : sequence of str, or mapping
        The names; of a mapping {name: value}, `update` receives the value.
    value : optional
        The option at which the figure opens: its value (or its name). Default: the first.
    label : str, optional
    places : mapping {option: place}, optional
        Where in the picture a click or a tap also picks an option: a point (x, y), a line
        ((x0, y0), (x1, y1)) or a longer path, in data coordinates. The nearest place within 24
        pixels of the page wins; a point within 12 wins over a line, so that where lines meet in a
        point, the point can be picked. Options may be left out: the drop-down has them all.
    axes : Axes, optional
        Whose data coordinates; needed if the figure has several.

    Examples
    --------
    >>> Choice(["input", "hidden", "w"], axes=ax,
    ...        places={"input": (0, 0), "hidden": (1, 0), "w": ((0, 0), (1, 0))})
    """

    kind = "choice"
    ordered = False

    def __init__(self, options, value=None, label=None, *, places=None, axes=None):
        if isinstance(options, str) or not hasattr(options, "__iter__"):
            raise TypeError(f"options must be a list of names or a mapping, not {options!r}.")
        if hasattr(options, "items"):
            texts, values = [str(name) for name in options], list(options.values())
        else:
            values = list(options)
            texts = [str(name) for name in values]
        if not values:
            raise ValueError("A choice needs at least one option.")
        if len(set(texts)) < len(texts):
            raise ValueError(f"The options of a choice must have different names: {texts}.")
        super().__init__(values, texts, 0, label)
        if value is not None:
            self.start = self.index_of(value)
        self.places, self.axes = check_places(places, texts, self.index_of, axes), axes

    def index_of(self, value):
        for i, option in enumerate(self.values):
            if option is value or (type(option) is type(value) and _equal(option, value)):
                return i
        if isinstance(value, str) and value in self.texts:
            return self.texts.index(value)
        raise ValueError(f"{value!r} is not one of the options: {', '.join(self.texts)}.")

    # A value may be any object; its name travels instead.
    def to_json(self, value):
        return self.texts[self.index_of(value)]

    def from_json(self, sent):
        return self.values[self.texts.index(sent)] if sent in self.texts else sent


class Toggle(Control):
    """A check box.

    Parameters
    ----------
    value : bool
        Whether it opens checked.
    label : str, optional
    """

    kind = "toggle"
    ordered = False

    def __init__(self, value=False, label=None):
        super().__init__([False, True], ["off", "on"], 0, label)
        self.start = self.index_of(value)

    def index_of(self, value):
        if not isinstance(value, bool | np.bool_):
            raise TypeError(f"A check box is True or False, not {value!r}.")
        return int(value)


class Steps(Control):
    """A walk through numbered steps: play, pause, one forward, one back, scrub, speed.

    Parameters
    ----------
    steps : int or sequence of str
        How many steps; `update` receives 0, 1, …, steps − 1. Or what to call each.
    value : int
        The step at which the figure opens.
    label : str, optional
    speed : float
        Steps a second when played at normal speed.
    loop : bool
        Start again after the last step.
    """

    kind = "steps"

    def __init__(self, steps, value=0, *, label=None, speed=4.0, loop=False):
        if isinstance(steps, numbers.Integral) and not isinstance(steps, bool):
            count = operator.index(steps)
            texts = [str(i) for i in range(count)]
        elif isinstance(steps, str) or not hasattr(steps, "__iter__"):
            raise TypeError(f"steps must be a whole number or a list of names, not {steps!r}.")
        else:
            texts = [str(name) for name in steps]
            count = len(texts)
        if count < 1:
            raise ValueError(f"There must be at least one step, not {count}.")
        self.speed = _finite("speed", speed)
        if self.speed <= 0:
            raise ValueError(f"speed must be above 0 steps a second, not {speed!r}.")
        self.loop = bool(loop)
        super().__init__(list(range(count)), texts, 0, label)
        self.start = self.index_of(value)

    def index_of(self, value):
        if isinstance(value, bool) or not isinstance(value, numbers.Real) or value != int(value):
            raise TypeError(f"A step is a whole number, not {value!r}.")
        if not 0 <= value < len(self):
            raise ValueError(f"There is no step {value:g}: they go from 0 to {len(self) - 1}.")
        return int(value)

    def spec(self, name):
        return super().spec(name) | {"speed": self.speed, "loop": self.loop}


def _finite(name, value):
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, not {value!r}.")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, not {value!r}.")
    return float(value)


def _grid(low, high, log, integer, positions, step):
    """The slider's values in ascending order."""
    if step is not None:
        if positions is not None:
            raise ValueError("Give a slider either positions or step, not both.")
        if log:
            raise ValueError("A logarithmic slider has equal ratios: give positions, not step.")
        step = _finite("step", step)
        if step <= 0:
            raise ValueError(f"step must be above 0, not {step:g}.")
        # Not arange: its last value depends on rounding.
        grid = low + step * np.arange(math.floor((high - low) / step + 1e-9) + 1)
    else:
        count = 101 if positions is None else positions
        if isinstance(count, bool) or not isinstance(count, numbers.Integral):
            raise TypeError(f"positions must be a whole number, not {count!r}.")
        if count < 2:
            raise ValueError(f"A slider needs at least 2 positions, not {count}.")
        grid = np.geomspace(low, high, count) if log else np.linspace(low, high, count)
    # 0.1 + 0.2 would be shown, sent and compared as 0.30000000000000004.
    grid = np.array([float(f"{v:.12g}") for v in grid])
    if integer:
        if low != round(low) or high != round(high):
            raise ValueError(f"integer=True needs whole ends, not [{low:g}, {high:g}].")
        grid = np.unique(np.round(grid))
    if len(grid) < 2:
        raise ValueError(f"A slider needs at least 2 positions, but these leave {len(grid)}.")
    return grid


def _nearest(grid, value, log):
    if log:
        if value <= 0:
            return 0
        return int(np.argmin(np.abs(np.log(grid) - math.log(value))))
    return int(np.argmin(np.abs(grid - value)))


def _writer(format, default):
    if callable(format):
        return lambda value: str(format(value))
    specification = default if format is None else format
    return lambda value: f"{value:{specification}}".replace("-", "−")


def _with_unit(text, unit):
    return f"{text} {unit}" if unit else text


def _equal(a, b):
    try:
        return bool(a == b)
    except Exception:  # arrays and other values without one truth
        return False
