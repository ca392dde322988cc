"""The browser's side as one text, from several files, some of them those of the live figures."""

import re
from pathlib import Path

from course_lib import live

__all__ = ["SCRIPT", "STYLE", "joined"]

STATIC = Path(__file__).parent / "static"
LIVE = Path(live.__file__).parent / "static"

# In this order each file only needs those before it; the last exports what anywidget wants.
FILES = (
    LIVE / "dom.js",
    LIVE / "theme.js",
    STATIC / "parts.js",
    STATIC / "quiz.js",
    STATIC / "gate.js",
    STATIC / "exercise.js",
    STATIC / "map.js",
    STATIC / "card_view.js",
    STATIC / "card.js",
)


def joined(files):
    """Modules one after another, as a single module.

    Each imports only from its neighbours, in statements of one line; all but the last export
    only declarations. So leaving those words out joins them.

    Parameters
    ----------
    files : sequence of Path

    Returns
    -------
    str
    """
    parts = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        text = re.sub(r'^import .* from "\.\.?/.*";\n', "", text, flags=re.MULTILINE)
        if file is not files[-1]:
            text = re.sub(r"^export ", "", text, flags=re.MULTILINE)
        parts.append(text)
    return "\n".join(parts)


SCRIPT = joined(FILES)
STYLE = STATIC / "practice.css"
