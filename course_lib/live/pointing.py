"""Controls that follow the pointer on the picture: places to pick, axes to drag in.

The axes stand still, so what the page needs is found once: where in the figure each option and each
position of a slider lies, in pixels. Any scale, also a reversed one, is then a matter of the
nearest number.
"""

import numpy as np
from matplotlib.axes import Axes

from .scene import name_of

__all__ = ["axes_of", "check_drag", "check_places", "pointing_specs"]


def check_places(places, texts, index_of, axes):
    """Places of options as {index: array of shape (points, 2)}.

    Raises
    ------
    TypeError, ValueError
        Naming the option and what its place must be.
    """
    if axes is not None and not isinstance(axes, Axes):
        raise TypeError(f"axes must be the axes of the places, not {axes!r}.")
    if places is None:
        if axes is not None:
            raise ValueError("axes says where the places lie: give places too.")
        return {}
    if not hasattr(places, "items"):
        raise TypeError(f"places must be a mapping {{option: (x, y)}}, not {places!r}.")
    found = {}
    for option, place in places.items():
        try:
            index = index_of(option)
        except ValueError as error:
            raise ValueError(f"places: {error}") from None
        if index in found:
            raise ValueError(f"places has {texts[index]} twice.")
        found[index] = _points(place, texts[index])
    return found


def _points(place, name):
    try:
        points = np.asarray(place, dtype=float)
    except (TypeError, ValueError):
        points = np.empty(0)
    if points.shape == (2,):
        points = points[np.newaxis]
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(
            f"The place of {name} must be a point (x, y) or a line ((x0, y0), (x1, y1)), "
            f"not {place!r}."
        )
    if not np.isfinite(points).all():
        raise ValueError(f"The place of {name} must be finite, not {place!r}.")
    return points


def check_drag(drag):
    """Raise if `drag` is not None and not (axes, "x") or (axes, "y")."""
    if drag is None:
        return
    if not isinstance(drag, tuple | list) or len(drag) != 2:
        raise TypeError(f'drag must be (axes, "x") or (axes, "y"), not {drag!r}.')
    axes, direction = drag
    if not isinstance(axes, Axes):
        raise TypeError(f"drag needs matplotlib axes first, not {axes!r}.")
    if direction not in ("x", "y"):
        raise ValueError(f'drag goes along "x" or "y", not {direction!r}.')


def axes_of(figure, controls):
    """The axes in which the pointer moves each control that has any: {name: Axes}.

    Raises
    ------
    ValueError
        If they are not this figure's, not known, not flat, or wanted twice.
    """
    found, taken = {}, {}
    for name, control in controls.items():
        drag, places = getattr(control, "drag", None), getattr(control, "places", {})
        if drag is None and not places:
            continue
        axes = drag[0] if drag else control.axes or _only_axes(figure, name)
        # The figure of a subfigure is the whole figure.
        if axes.figure is None or axes.figure.figure is not figure:
            raise ValueError(f"{name}: {name_of(axes)} is not part of the live figure.")
        if getattr(axes, "name", "") == "3d":
            raise ValueError(f"{name}: a pointer has no place of its own in 3-D axes.")
        if drag:
            if not axes.transData.is_separable:
                raise ValueError(f"{name}: drag needs axes with straight x and y, not {axes.name}.")
            other = taken.setdefault((axes, drag[1]), name)
            if other != name:
                raise ValueError(f"{other} and {name} are both dragged along {drag[1]} there.")
        found[name] = axes
    return found


def _only_axes(figure, name):
    if len(figure.axes) != 1:
        raise ValueError(
            f"{name}: the figure has {len(figure.axes)} axes, so say in which the places lie: "
            "Choice(…, places=…, axes=ax)."
        )
    return figure.axes[0]


def pointing_specs(figure, controls):
    """What the browser needs to follow the pointer, in pixels of the figure from its top left.

    Returns
    -------
    dict {name: dict}
        ``places``: pairs of an option's index and its points, x and y in turn;
        or ``drag``: the direction, the ``box`` of the axes (x0, y0, x1, y1), and where ``at`` each
        position of the slider lies along it.
    """
    height = figure.bbox.height
    specs = {}
    for name, axes in axes_of(figure, controls).items():
        control = controls[name]
        if getattr(control, "drag", None):
            specs[name] = {"drag": _drag_spec(control, axes, height)}
        else:
            specs[name] = {"places": _place_specs(name, control, axes, height)}
    return specs


def _place_specs(name, control, axes, height):
    specs = []
    for index, points in control.places.items():
        pixels = _to_pixels(axes, points, height)
        if not ((pixels >= 0) & (pixels <= axes.figure.figure.bbox.size)).all():
            raise ValueError(
                f"{name}: the place of {control.texts[index]}, {points.tolist()}, is outside of "
                f"the figure. Places are given in data coordinates of {name_of(axes)}."
            )
        specs.append([index, np.round(pixels, 2).ravel().tolist()])
    return specs


def _drag_spec(control, axes, height):
    along = "xy".index(control.drag[1])
    # The other coordinate does not matter, but must be somewhere on its scale.
    points = np.tile([axes.get_xlim()[0], axes.get_ylim()[0]], (len(control.values), 1))
    points[:, along] = control.values
    at = _to_pixels(axes, points, height)[:, along]
    x0, y0, x1, y1 = axes.bbox.extents
    return {
        "along": control.drag[1],
        "box": [round(v, 2) for v in (x0, height - y1, x1, height - y0)],
        # Zero is nowhere on a logarithmic scale, so never the nearest.
        "at": np.round(np.nan_to_num(at, nan=1e9, posinf=1e9, neginf=-1e9), 2).tolist(),
    }


def _to_pixels(axes, points, height):
    with np.errstate(all="ignore"):
        x, y = axes.transData.transform(points).T
    return np.stack([x, height - y], axis=1)
