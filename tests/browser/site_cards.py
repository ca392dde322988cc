"""Cards on a page without a kernel: a page with their script and nothing else of the site."""

import re

from course_lib.practice.page import LIVE, STYLE
from course_lib.site.cards import CARD_FILES, STATIC

PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'self' file: data: 'unsafe-inline'">
<title>Cards</title>
<style>
body {{ margin: 8px; background: #fff; color: #1a1a1a; font: 16px/1.5 system-ui, sans-serif; }}
[data-theme="dark"] body {{ background: #121212; color: #e8e8e8; }}
{style}
</style>
<script defer src="cards.js"></script>
</head>
<body><main><h1>Cards</h1>
{body}
</main></body>
</html>
"""

#: What the tests look at; the site itself adds no name to the page.
ENDING = """
window.enlivened = [];
window.course = {
  KEPT_AS, KeptProgress, GateCard, RevealCard, AgainCard, QuizCard, CauseCard, ExerciseCard,
  MapCard, CalibrationCard, ReviewCard, MissedQuizCard, ProgressCard,
  sha256, digest, fixed, general, shortNumber, numberTyped, pairwiseSum,
};
showCards(document, { enliven: (root) => {
  window.enlivened.push(root.textContent);
  return () => window.enlivened.push("ended");
} });
"""


def script(ending=ENDING):
    """The cards' files as one classic script."""
    parts = []
    for file in (LIVE / "dom.js", LIVE / "theme.js", *CARD_FILES):
        text = file.read_text(encoding="utf-8")
        text = re.sub(r'^import .* from "\.[^"]*";\n', "", text, flags=re.MULTILINE)
        parts.append(re.sub(r"^export ", "", text, flags=re.MULTILINE))
    return "(() => {\n'use strict';\n" + "\n".join(parts) + ending + "})();\n"


def write_page(folder, body, theme="light", name="index.html"):
    """Write a page and its script into a folder; returns the page's path."""
    style = STYLE.read_text(encoding="utf-8") + (STATIC / "cards.css").read_text(encoding="utf-8")
    page = folder / name
    page.write_text(PAGE.format(theme=theme, style=style, body=body), encoding="utf-8")
    (folder / "cards.js").write_text(script(), encoding="utf-8")
    return page
