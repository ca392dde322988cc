"""The course as web pages that need no kernel: ``python3 course.py site``.

The generator is Sphinx with MyST-NB (docs/publishing.md says why). This package prepares what it
reads: `capture` runs in the kernel of each notebook and turns live figures and cards into HTML,
`embed` writes the pieces that HTML loads, `lessons` puts both into copies of the notebooks,
`build` gathers the pages and calls Sphinx.
"""
