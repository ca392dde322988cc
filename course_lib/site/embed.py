"""HTML for what a lesson shows, and the files that it loads."""

import base64
import hashlib
import html
import io
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from course_lib.demos.draw_digit import DrawDigit
from course_lib.live.pieces import as_script, cut, grid_of, signature
from course_lib.live.png import encode_png
from course_lib.live.stream import StreamFigure
from course_lib.live.widget import FigureWidget

__all__ = ["PIECES", "Embedder", "image_html"]

#: The folder of the pieces, beside the folders of the pages.
PIECES = "pieces"

#: How many steps of a run are recorded for the page, and of how many each has a frame.
RECORDED_STEPS, RECORDED_EVERY = 300, 3

#: Of 255.
_UNSEEN = 16

_ROW, _ABOVE_ROWS = 36, 70  # pixels, for the place that controls and caption will take


class Embedder:
    """Writes the pieces of figures into a folder and refers to them in HTML.

    Parameters
    ----------
    folder : path-like
        Of the site; the pieces go into its folder `PIECES`.
    made_from : str
        Names the state of the package: figures of another state are not used again.
    """

    def __init__(self, folder: str | Path, made_from: str = ""):
        self.made_from = made_from
        self.folder = Path(folder) / PIECES
        self.folder.mkdir(parents=True, exist_ok=True)

    def html(self, thing: object) -> str:
        """HTML for a live figure, a picture, the field to draw in, or whatever a cell can show.

        Parameters
        ----------
        thing : object

        Returns
        -------
        str
        """
        if isinstance(thing, FigureWidget):
            return self._figure(thing)
        if isinstance(thing, DrawDigit):
            return self._drawing(thing)
        if thing is None:
            return ""
        for show in ("_repr_mimebundle_", "_repr_html_"):
            if hasattr(thing, show):
                shown = getattr(thing, show)()
                if isinstance(shown, str):
                    return shown
                data, metadata = shown if isinstance(shown, tuple) else (shown, {})
                return self.output(data, metadata)
        return f"<pre>{html.escape(str(thing))}</pre>"

    def output(self, data: dict, metadata: dict) -> str:
        """HTML for a cell's output, by media type.

        Parameters
        ----------
        data, metadata : dict
            As in a notebook.
        """
        if "image/png" not in data:
            return data.get("text/html") or f"<pre>{html.escape(data.get('text/plain', ''))}</pre>"
        size = metadata.get("image/png", {})
        alt = size.get("alt") or data.get("text/plain", "")
        name = self._write_image(base64.b64decode(data["image/png"]))
        return image_html(name, alt, size.get("width"), size.get("height"))

    # -------------------------------------------------------------- figures

    def _figure(self, figure):
        if isinstance(figure, StreamFigure):
            said = self._record(figure)
            folder = self._write_pieces(_scripts(cut(figure, state=said)))
            start, note, rows = [], "", 2
        else:
            grid = grid_of(figure)
            folder = f"{self.made_from}{signature(figure, grid)}"
            if not (self.folder / folder).exists():
                self._write_pieces(_scripts(cut(figure, grid)), folder)
            coarse = [figure._controls[name].spec(name)["label"] for name in grid.left_out]
            start, note, rows = grid.start, _coarse(coarse), len(grid.start) + 1
        width, height = figure.scene.width, figure.scene.height
        still = self._write_image(encode_png(figure._still_image()))
        return (
            f'<div class="live-pieces" data-pieces="../{PIECES}/{folder}/" '
            f'data-start="{" ".join(map(str, start))}" '
            f'style="padding-bottom: {_ABOVE_ROWS + _ROW * rows}px">'
            f"{image_html(still, figure.alt, width, height)}</div>{note}"
        )

    def _record(self, figure):
        figure.stride = RECORDED_EVERY
        figure.step(RECORDED_STEPS)
        return (
            f"A recorded run, up to {figure._noun} {figure.count}. In JupyterLab you start it "
            "yourself, with the settings you choose."
        )

    def _drawing(self, field):
        state = {
            name: getattr(field, name) for name in ("_layers", "_numbers", "_strokes", "_example")
        }
        folder = self._write_pieces({"head": state})
        data, metadata = field._picture()._repr_mimebundle_()
        image = self.output(data, metadata)
        return (
            f'<div class="draw-pieces" data-pieces="../{PIECES}/{folder}/" '
            f'style="padding-bottom: 120px">{image}</div>'
        )

    # -------------------------------------------------------------- files

    def _write_pieces(self, pieces, folder=None):
        """Write them as scripts into a folder, named by what is in it unless given; its name."""
        packed = {name: as_script("", piece) for name, piece in pieces.items()}
        if folder is None:
            names = hashlib.sha256("".join(f"{n}{text}" for n, text in packed.items()).encode())
            folder = names.hexdigest()[:16]
        # Two kernels may write the same figure: each writes aside, and the first one stays.
        aside = Path(tempfile.mkdtemp(dir=self.folder, prefix=".writing-"))
        for name, text in packed.items():
            # The page waits for a piece by its folder and its name.
            text = text.replace('livePiece("",', f'livePiece("{folder}/{name}",', 1)
            (aside / f"{name}.js").write_text(text, encoding="utf-8")
        aside.chmod(0o755)
        try:
            aside.rename(self.folder / folder)
        except OSError:
            shutil.rmtree(aside)
        return folder

    def _write_image(self, png):
        png = smaller_png(png)
        name = f"{hashlib.sha256(png).hexdigest()[:12]}.png"
        (self.folder / name).write_bytes(png)
        return name


def smaller_png(png: bytes) -> bytes:
    """A PNG of 256 colours that nobody can tell from this one, or this one.

    Lines and letters need few colours; a picture in which a pixel would change by more than
    `_UNSEEN` stays as it is.
    """
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    if image.getextrema()[3] != (255, 255):
        return png
    exact = image.convert("RGB")
    few = exact.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    change = np.abs(np.asarray(few.convert("RGB"), int) - np.asarray(exact, int)).max()
    file = io.BytesIO()
    few.save(file, format="png", optimize=True)
    return file.getvalue() if change <= _UNSEEN and file.tell() < len(png) else png


def _scripts(pieces):
    scripts = {"head": pieces.head}
    scripts |= {f"frames-{number}": chunk for number, chunk in enumerate(pieces.chunks)}
    for (theme, resolution), picture in pieces.pictures.items():
        layers = [layer | {"png": smaller_png(layer["png"])} for layer in picture["layers"]]
        scripts[f"{theme}-{resolution}"] = picture | {"layers": layers}
    return scripts


def image_html(name: str, alt: str, width: int | None = None, height: int | None = None) -> str:
    """An image of the folder of pieces, as a page one folder deep refers to it."""
    size = f' width="{round(width)}" height="{round(height)}"' if width and height else ""
    return (
        f'<img src="../{PIECES}/{name}" alt="{html.escape(alt, quote=True)}"{size} '
        f'loading="lazy" decoding="async">'
    )


def _coarse(labels):
    if not labels:
        return ""
    names = " and ".join(f"“{html.escape(label)}”" for label in labels)
    return (
        f'<p class="live-coarse">On this page, {names} {"moves" if len(labels) == 1 else "move"} '
        "in larger steps than in JupyterLab.</p>"
    )
