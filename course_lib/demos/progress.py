"""A progress bar that looks the same wherever the notebook is read."""

import sys
from collections.abc import Iterable

from tqdm import tqdm

__all__ = ["progress_bar"]


def progress_bar(iterable: Iterable, *, total: int | None = None, description: str = "") -> tqdm:
    """tqdm, as text beneath the cell and without clock times.

    A saved notebook keeps the finished bar (that of ``tqdm.notebook`` would be a widget, gone
    without its kernel), and running the cell again gives the same output.

    Parameters
    ----------
    iterable : iterable
    total : int or None
        How many items there will be; None if the iterable knows its length.
    description : str

    Returns
    -------
    tqdm
        Iterate it; ``set_postfix_str`` adds words at the end.
    """
    return tqdm(
        iterable,
        total=total,
        desc=description or None,
        file=sys.stdout,
        ncols=90,
        bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt}{postfix}",
    )
