"""The browser's side as one module: anywidget takes one text, people read several files."""

import re
from pathlib import Path

__all__ = ["joined"]

# In this order each file only needs those before it.
_FILES = (
    "dom.js",
    "theme.js",
    "painter.js",
    "player.js",
    "store.js",
    "controls.js",
    "pointing.js",
    "view.js",
)


def joined(folder, entry="live.js"):
    """The modules of `folder`, one after another, as a single module.

    Each file imports only from its neighbours, in statements of one line, and exports only
    declarations; so leaving those words out joins them. Names are therefore unique across files.

    Parameters
    ----------
    folder : pathlib.Path
    entry : str
        The file whose default export is the module's.

    Returns
    -------
    str
    """
    parts = []
    for name in (*_FILES, entry):
        text = (Path(folder) / name).read_text(encoding="utf-8")
        text = re.sub(r'^import .* from "\./.*";\n', "", text, flags=re.MULTILINE)
        if name != entry:
            text = re.sub(r"^export ", "", text, flags=re.MULTILINE)
        parts.append(text)
    return "\n".join(parts)
