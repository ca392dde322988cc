"""Live figures as web pages that need no kernel, no network and no server."""

import base64
import html
import json
import zlib
from pathlib import Path

from .modules import joined
from .png import encode_png

__all__ = ["figure_html", "page_html", "script", "style", "whole_page", "with_references"]

_STATIC = Path(__file__).parent / "static"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src data: blob: 'unsafe-inline' \
'unsafe-eval'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 1rem; background: #fff; color: #1a1a1a; font: 16px/1.5 system-ui, sans-serif; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #111; color: #e8e8e8; }} }}
{style}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
<script type="module">
{script}
</script>
</body>
</html>
"""

_FIGURE = """<div class="live-embed">
<img alt="{alt}" src="data:image/png;base64,{png}">
<script type="application/json">{state}</script>
<script type="application/octet-stream" data-deflated="{deflated}">{data}</script>
</div>
"""


def page_html(figures, title):
    """A page with live figures that makes no request to anywhere.

    Parameters
    ----------
    figures : list of FigureWidget
        All frames of each are computed if they are not there yet.
    title : str

    Returns
    -------
    str
    """
    body = "\n".join(figure_html(figure) for figure in figures)
    return whole_page(title, style(), body, script())


def whole_page(title, style, body, script):
    """A page that makes no request to anywhere, in both themes.

    Parameters
    ----------
    title : str
        Plain text, also the heading.
    style, body, script : str
        CSS, HTML and a JavaScript module.

    Returns
    -------
    str
    """
    return _PAGE.format(title=html.escape(title), style=style, body=body, script=script)


def figure_html(figure):
    """A figure as a piece of HTML; the page needs `style` and, at its end, `script` once.

    Without JavaScript it is a picture.
    """
    blob = bytearray()
    state = with_references(figure._embedded_state(), blob)
    deflated = zlib.compress(bytes(blob), 9)
    worth = len(deflated) < 0.9 * len(blob)
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    return _FIGURE.format(
        alt=html.escape(figure.alt, quote=True),
        png=base64.b64encode(encode_png(figure._still_image())).decode(),
        # A "</script>" in a caption must not end the element.
        state=text.replace("<", "\\u003c"),
        deflated=str(worth).lower(),
        data=base64.b64encode(deflated if worth else bytes(blob)).decode(),
    )


def script():
    """The JavaScript module that brings the figures of a page to life."""
    return joined(_STATIC, "standalone.js")


def style():
    """The style sheet of the figures."""
    return (_STATIC / "live.css").read_text(encoding="utf-8")


def with_references(value, blob):
    """`value` with its bytes moved to `blob`, each on a boundary of four."""
    if isinstance(value, bytes | bytearray | memoryview):
        start = len(blob)
        blob.extend(value)
        blob.extend(bytes(-len(blob) % 4))
        return {"$bytes": [start, len(value)]}
    if isinstance(value, dict):
        return {name: with_references(item, blob) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [with_references(item, blob) for item in value]
    return value
