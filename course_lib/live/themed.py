"""A matplotlib renderer that draws with Agg in the colours of a theme, in layers."""

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba_array

from .themes import dark
from .zones import Zones

__all__ = ["Themed"]


class Themed(RendererBase):
    """Draws with Agg in the colours of a theme, in layers.

    Parameters
    ----------
    width, height : float
        In pixels.
    dpi : float
    theme : {'light', 'dark'}

    Attributes
    ----------
    layers : list of ndarray (height, width, 4), uint8
        Finished by `finish`; a new one starts when something is drawn after `cut`.
    gaps : list of list of Bbox or None
        ``gaps[k]`` holds what was passed to `cut` after layer k.
    """

    def __init__(self, width, height, dpi, theme):
        super().__init__()
        self.dpi = dpi
        self.theme = theme
        self.zones = Zones()
        self.keep_colors = False
        self.layers, self.gaps = [], []
        self._size = round(width), round(height), dpi
        self._start()

    def cut(self, region):
        """Something that moves is drawn here; it touches at most `region` (None: anything)."""
        self._moving.append(region)

    @property
    def gap(self):
        """The number of the gap in which something drawn now would lie."""
        return len(self.layers)

    def finish(self):
        self.gaps.append(self._moving)
        self.layers.append(np.array(self._agg.buffer_rgba()))

    def _start(self):
        self._moving = []
        self._agg = RendererAgg(*self._size)

    def _target(self):
        """Agg, with a fresh layer if something that moves was drawn on the last one."""
        if self._moving:
            self.finish()
            self._start()
        return self._agg

    # ------------------------------------------------------------------ drawing

    def draw_path(self, gc, path, transform, rgbFace=None):
        if rgbFace is not None:
            box = path.get_extents(transform)
            rgba = (*rgbFace[:3], gc.get_alpha() if len(rgbFace) == 3 else rgbFace[3])
            self.zones.add_area(*box.extents, rgba)
        face = self._face(gc, rgbFace)
        self._target().draw_path(self._gc(gc), path, transform, face)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        face = self._face(gc, rgbFace)
        self._target().draw_markers(self._gc(gc), marker_path, marker_trans, path, trans, face)

    def draw_path_collection(self, gc, *args, hatchcolors=None):
        args = list(args)
        args[5] = self._array(gc, args[5], "area")
        args[6] = self._array(gc, args[6], "line")
        extra = {}
        if hatchcolors is not None:
            extra["hatchcolors"] = self._array(gc, hatchcolors, "line")
        self._target().draw_path_collection(self._gc(gc), *args, **extra)

    def draw_quad_mesh(self, gc, *args):
        self._add_picture(gc)
        self._target().draw_quad_mesh(gc, *args)

    def draw_gouraud_triangles(self, gc, *args):
        self._add_picture(gc)
        self._target().draw_gouraud_triangles(gc, *args)

    def draw_image(self, gc, x, y, im, transform=None):
        self.zones.add_picture(x, y, x + im.shape[1], y + im.shape[0])
        self._target().draw_image(gc, x, y, im)

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        gc = self._gc(gc, self._text_role(x, y))
        self._target().draw_text(gc, x, y, s, prop, angle, ismath, mtext)

    def draw_tex(self, gc, x, y, s, prop, angle, *, mtext=None):
        gc = self._gc(gc, self._text_role(x, y))
        self._target().draw_tex(gc, x, y, s, prop, angle, mtext=mtext)

    def start_filter(self):
        self._target().start_filter()

    def stop_filter(self, filter_func):
        self._target().stop_filter(filter_func)

    # ------------------------------------------------------------------ colours

    def _role(self, role, gc):
        kept = self.keep_colors or self.zones.cover(gc.get_clip_rectangle())
        return "data" if kept else role

    def _text_role(self, x, y):
        kept = self.keep_colors or self.zones.hold(x, self._size[1] - y)
        return "data" if kept else "text"

    def _gc(self, gc, role=None):
        if self.theme == "light":
            return gc
        role = role or self._role("line", gc)
        mapped = self.new_gc()
        mapped.copy_properties(gc)
        mapped._rgb = _dark(gc.get_rgb(), role)
        if gc.get_hatch_color() is not None:
            mapped.set_hatch_color(_dark(gc.get_hatch_color(), role))
        return mapped

    def _face(self, gc, face):
        if face is None or self.theme == "light":
            return face
        return _dark(face, self._role("area", gc))

    def _array(self, gc, colors, role):
        colors = np.asarray(colors, dtype=float).reshape(-1, 4)
        role = self._role(role, gc)
        if self.theme == "light" or role == "data" or not len(colors):
            return colors
        return to_rgba_array([_dark(c, role) for c in colors])

    def _add_picture(self, gc):
        box = gc.get_clip_rectangle()
        if box is not None:
            self.zones.add_picture(*box.extents)

    # ------------------------------------------------------------------ what matplotlib asks

    def get_text_width_height_descent(self, s, prop, ismath):
        return self._agg.get_text_width_height_descent(s, prop, ismath)

    def get_canvas_width_height(self):
        return self._agg.get_canvas_width_height()

    def points_to_pixels(self, points):
        return self._agg.points_to_pixels(points)

    def option_image_nocomposite(self):
        return True


def _dark(color, role):
    color = tuple(float(c) for c in color)
    return (*dark(color[:3], role), *color[3:])
