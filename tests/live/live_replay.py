"""A second reader of the display lists, which draws them with Agg: an oracle for recorder.py."""

import io

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform, TransformedPath
from PIL import Image

POLYLINE, PATH, SHAPE, MARKERS, GLYPHS, IMAGE = 1, 2, 3, 4, 5, 6


def replayed(scene, data, resolution=1, theme="light"):
    """The frame `data` of a scene as RGBA pixels: layers and moving artists."""
    return Replay(scene, resolution, theme).draw(data)


class Replay:
    def __init__(self, scene, resolution, theme):
        self.scene, self.theme = scene, theme
        self.scale = resolution
        self.clip_paths = []
        self.height = scene.height * resolution
        dpi = scene.figure.dpi * resolution
        self.agg = RendererAgg(round(scene.width * resolution), round(self.height), dpi)

    def draw(self, data):
        numbers = np.frombuffer(data, dtype=np.float32)
        count = int(numbers[0])
        start = 1 + count
        for gap in range(count):
            for layer in self.scene.layers(self.theme, self.scale):
                if layer["gap"] == gap:
                    self._layer(layer)
            length = int(numbers[1 + gap])
            self._ops(numbers[start : start + length])
            start += length
        assert start == len(numbers)
        return np.array(self.agg.buffer_rgba())

    def _layer(self, layer):
        pixels = np.array(Image.open(io.BytesIO(layer["png"])))
        x, y, width, height = (round(v * self.scale) for v in layer["box"])
        assert pixels.shape == (height, width, 4)
        gc = self.agg.new_gc()
        self.agg.draw_image(gc, x, self.height - y - height, np.ascontiguousarray(pixels[::-1]))

    # ------------------------------------------------------------------ entries

    def _ops(self, ops):
        i = 0
        while i < len(ops):
            kind = int(ops[i])
            if kind == POLYLINE:
                stroke, fill, flags, n = (int(v) for v in ops[i + 2 : i + 6])
                points = ops[i + 6 : i + 6 + 2 * n].reshape(n, 2)
                codes = [Path.MOVETO] + [Path.LINETO] * (n - 1)
                if flags & 2:
                    points, codes = np.vstack([points, points[:1]]), [*codes, Path.CLOSEPOLY]
                self._draw(ops[i + 1], stroke, fill, flags, Path(points, codes), Affine2D())
                i += 6 + 2 * n
            elif kind == PATH:
                stroke, fill, flags, n = (int(v) for v in ops[i + 2 : i + 6])
                rows = ops[i + 6 : i + 6 + 3 * n].reshape(n, 3)
                self._draw(ops[i + 1], stroke, fill, flags, _path(rows), Affine2D())
                i += 6 + 3 * n
            elif kind == SHAPE:
                stroke, fill, flags, shape = (int(v) for v in ops[i + 2 : i + 6])
                path = _path(self.scene.shared.shapes[shape])
                self._draw(ops[i + 1], stroke, fill, flags, path, _matrix(ops[i + 6 : i + 12]))
                i += 12
            elif kind == MARKERS:
                i = self._markers(ops, i)
            elif kind == GLYPHS:
                fill, n = int(ops[i + 2]), int(ops[i + 3])
                for row in ops[i + 4 : i + 4 + 7 * n].reshape(n, 7):
                    path = _path(self.scene.shared.shapes[int(row[0])])
                    self._draw(ops[i + 1], -1, fill, 0, path, _matrix(row[1:]))
                i += 4 + 7 * n
            elif kind == IMAGE:
                i = self._image(ops, i)
            else:
                raise AssertionError(f"no entry of kind {kind}")

    def _draw(self, style, stroke, fill, flags, path, matrix):
        gc = self._gc(style, stroke, flags)
        face = None if fill < 0 else self._color(fill)
        # Bottom-up again, as Agg's callers count.
        flip = Affine2D().scale(self.scale, -self.scale).translate(0, self.height)
        self.agg.draw_path(gc, path, matrix + flip, face)

    def _markers(self, ops, i):
        stroke, fill, flags, shape = (int(v) for v in ops[i + 2 : i + 6])
        matrix, n = _matrix(ops[i + 6 : i + 12]), int(ops[i + 12])
        points = ops[i + 13 : i + 13 + 2 * n].reshape(n, 2)
        gc = self._gc(ops[i + 1], stroke, flags)
        face = None if fill < 0 else self._color(fill)
        to_agg = matrix + Affine2D().scale(self.scale, -self.scale)
        centers = Path(points * (self.scale, -self.scale) + (0, self.height))
        path = _path(self.scene.shared.shapes[shape])
        self.agg.draw_markers(gc, path, to_agg, centers, IdentityTransform(), face)
        return i + 13 + 2 * n

    def _image(self, ops, i):
        opacity, smooth, *matrix = (float(v) for v in ops[i + 2 : i + 10])
        width, height = (int(v) for v in ops[i + 10 : i + 12])
        end = i + 12 + width * height
        pixels = np.frombuffer(ops[i + 12 : end].tobytes(), np.uint8).reshape(height, width, 4)
        a, b, c, d, e, f = (v * self.scale for v in matrix)
        assert b == c == 0
        # Whole pixels at the edges, halves rounded up; within, the pixel at the middle of each,
        # or the one before where that is just between two.
        x0, x1 = (int(np.floor(v + 0.5)) for v in sorted((e, e + a * width)))
        y0, y1 = (int(np.floor(v + 0.5)) for v in sorted((f, f + d * height)))
        if smooth and abs(a) < 1:
            pixels, a, d = _halved(pixels), 2 * a, 2 * d
        columns = np.ceil((np.arange(x0, x1) + 0.5 - e) / a - 1e-4).astype(int) - 1
        rows = np.ceil((np.arange(y0, y1) + 0.5 - f) / d - 1e-4).astype(int) - 1
        columns = columns.clip(0, pixels.shape[1] - 1)
        rows = rows.clip(0, pixels.shape[0] - 1)
        target = pixels[rows[:, None], columns[None, :]]
        target[..., 3] = np.rint(target[..., 3] * opacity)
        gc = self._gc(ops[i + 1], -1, 0)
        self.agg.draw_image(gc, x0, self.height - y1, np.ascontiguousarray(target[::-1]))
        return end

    # ------------------------------------------------------------------ styles

    def _color(self, number):
        eight = self.scene.shared.colors[number]
        return tuple(c / 255 for c in (eight[:4] if self.theme == "light" else eight[4:]))

    def _gc(self, number, stroke, flags):
        style = self.scene.shared.styles[int(number)]
        gc = GraphicsContextBase()
        gc.set_snap(bool(flags & 1))
        points = 72 / self.agg.dpi * self.scale
        if "width" in style:
            gc.set_capstyle({"square": "projecting"}.get(style["cap"], style["cap"]))
            gc.set_joinstyle(style["join"])
            gc.set_antialiased(style["smooth"])
        gc.set_linewidth(style["width"] * points if stroke >= 0 else 0)
        if "dashes" in style:
            gc.set_dashes(style["dashOffset"] * points, [d * points for d in style["dashes"]])
        if stroke >= 0:
            gc.set_foreground(self._color(stroke), isRGBA=True)
        if style["clip"] is not None:
            x0, y0, x1, y1 = (v * self.scale for v in style["clip"])
            gc.set_clip_rectangle(Bbox.from_extents(x0, self.height - y1, x1, self.height - y0))
        clip = style["clipPath"]
        if "mask" in style:
            assert clip is None
            clip = (style["mask"], 1, 0, 0, 1, 0, 0)
        if clip is not None:
            flip = Affine2D().scale(self.scale, -self.scale).translate(0, self.height)
            # Agg tells clip paths apart by their address, so they must stay alive.
            path = _path(self.scene.shared.shapes[int(clip[0])])
            self.clip_paths.append(path)
            gc.set_clip_path(TransformedPath(path, _matrix(clip[1:]) + flip))
        return gc


def _path(rows):
    return Path(rows[:, 1:].astype(float), rows[:, 0].astype(np.uint8))


def _matrix(numbers):
    a, b, c, d, e, f = (float(v) for v in numbers)
    return Affine2D([[a, c, e], [b, d, f], [0, 0, 1]])


def _halved(pixels):
    """Each pixel the mean of four."""
    p = pixels.astype(float)[: len(pixels) // 2 * 2, : pixels.shape[1] // 2 * 2]
    return ((p[::2, ::2] + p[1::2, ::2] + p[::2, 1::2] + p[1::2, 1::2]) / 4).astype(np.uint8)
