"""A slider over listed whole numbers, such as 1, 2, 4, … 4,096, 7,000."""

from collections.abc import Iterable

from matplotlib.axes import Axes

from course_lib.live import Slider

__all__ = ["SizeSlider"]


class SizeSlider(Slider):
    """A slider whose positions are listed, because neither equal steps nor ratios have them all.

    Parameters
    ----------
    sizes : iterable of int
        At least two, all above 0.
    value : int
        Where the figure opens; it becomes a position of its own if it is not listed.
    label : str, optional
    drag : tuple (Axes, {"x", "y"}), optional
    """

    def __init__(
        self,
        sizes: Iterable[int],
        value: int,
        *,
        label: str | None = None,
        drag: tuple[Axes, str] | None = None,
    ):
        listed = sorted({*sizes, value})
        super().__init__(
            listed[0], listed[-1], value, log=True, integer=True, label=label, drag=drag
        )
        self.values = [int(size) for size in listed]
        self.texts = [f"{size:,}" for size in self.values]
        self.start = self.values.index(value)
