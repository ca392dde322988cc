"""How Sphinx makes the site; `python3 course.py site` calls it with the pages in a folder.

docs/publishing.md says why Sphinx, and what each step is for.
"""

import json
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
GIVEN = json.loads(Path(os.environ["COURSE_SITE"]).read_text(encoding="utf-8"))

project = "How neural networks learn"
author = "The authors of How neural networks learn"
copyright = "the authors; text CC BY 4.0, code BSD 3-Clause"
version = release = re.search(r'^version = "(.+)"', _pyproject, re.MULTILINE)[1]
language = "en"

# sphinx-mathjax-offline brings MathJax along, so that no page asks another server for it.
extensions = ["myst_nb", "sphinx-mathjax-offline"]
# Of MathJax only what the lessons need: half of the usual bundle.
_PARTS = "input/tex-base [tex]/ams [tex]/newcommand output/chtml a11y/assistive-mml"
mathjax3_config = {
    "loader": {"load": _PARTS.split()},
    "tex": {"packages": {"[+]": ["ams", "newcommand"]}},
}
nb_execution_mode = "off"  # course_lib.site has run them
highlight_language = "none"  # of the blocks of pages in docs/, most are for a terminal
nb_merge_streams = True
nb_render_markdown_format = "myst"  # the texts of exercises hold formulas
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
# Lessons name their sections "1 …", and link to them so.
suppress_warnings = ["myst.header"]

html_theme = "furo"
html_title = project
html_favicon = "favicon.svg"
html_static_path = [GIVEN["static"]]
html_extra_path = [GIVEN["extra"]]
html_css_files = ["course.css"]
html_js_files = [("course.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None  # the same pages from the same sources
html_use_index = False
# Those of live figures and cards.
_COLORS = {"light": ("#0b5cad", "#ffffff"), "dark": ("#7ab8ff", "#111111")}
html_theme_options = {
    "top_of_page_buttons": [],
    **{
        f"{theme}_css_variables": {
            **{f"color-brand-{use}": ink for use in ("primary", "content", "visited")},
            "color-background-primary": paper,
        }
        for theme, (ink, paper) in _COLORS.items()
    },
}
exclude_patterns = ["_static"]


def setup(app):
    # The extension has chosen the whole bundle.
    app.connect("config-inited", lambda app, config: setattr(config, "mathjax_path", _MATHJAX))


_MATHJAX = "mathjax/startup.js"
