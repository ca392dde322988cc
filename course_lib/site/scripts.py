"""The site's JavaScript: the files of live figures, cards and the drawing field in one."""

import re
from collections.abc import Iterable
from pathlib import Path

from course_lib import demos, live

from .cards import CARD_FILES

__all__ = ["FILES", "script", "style"]

STATIC = Path(__file__).parent / "static"
_LIVE = Path(live.__file__).parent / "static"
_DEMOS = Path(demos.__file__).parent / "static"
_PARTS = (
    *("dom", "theme", "painter", "player", "store", "controls", "pointing", "view", "pieces"),
)

#: In this order each file only needs those before it.
FILES: tuple[Path, ...] = tuple(
    dict.fromkeys(
        [
            *(_LIVE / f"{name}.js" for name in _PARTS),
            _DEMOS / "draw_digit.js",
            *CARD_FILES,
            STATIC / "site.js",
        ]
    )
)


def script(files: Iterable[Path] = FILES) -> str:
    """All files as one script, which a page opened from a folder can load, too.

    Each file imports in statements of one line, only from files that come before it, and exports
    declarations; so leaving those words out joins them. Names are unique over all files.
    """
    parts = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        text = re.sub(r'^import .* from "\.[^"]*";\n', "", text, flags=re.MULTILINE)
        text = re.sub(r"^export default .*\Z", "", text, flags=re.MULTILINE | re.DOTALL)
        parts.append(re.sub(r"^export ", "", text, flags=re.MULTILINE))
    body = "\n".join(parts)
    return f'(() => {{\n"use strict";\n{body}\n}})();\n'


def style() -> str:
    """The style sheets of all of them."""
    from course_lib.practice.page import STYLE

    sheets = (
        _LIVE / "live.css",
        _DEMOS / "draw_digit.css",
        STYLE,
        *sorted(STATIC.glob("**/*.css")),
    )
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
