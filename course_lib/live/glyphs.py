"""Text as outlines, each glyph kept once: the browser needs no font and draws at any size."""

from functools import lru_cache

from matplotlib.textpath import TextToPath

__all__ = ["Glyphs"]


class Glyphs:
    """Lays out text with matplotlib's own shaping, mathtext included.

    Parameters
    ----------
    shared : Shared
        Where the outlines are kept.
    """

    FONT_SCALE = TextToPath.FONT_SCALE

    def __init__(self, shared):
        self._shared = shared
        self._text = TextToPath()
        self._outlines = {}
        # Numbers that follow a slider come back often; fonts hash by what they are.
        self._cached = lru_cache(maxsize=512)(self._layout)

    def layout(self, text, font, ismath, artist):
        """Where the glyphs of `text` go, at font size `FONT_SCALE`, y up, from its baseline.

        Returns
        -------
        glyphs : list of (shape number, x, y, size)
        bars : list of corner points
            Of the fraction bars and root signs of mathtext.
        """
        features = {}
        if artist is not None and hasattr(artist, "get_fontfeatures"):
            # matplotlib 3.11 and later
            features = {
                "features": artist.get_fontfeatures(),
                "language": artist.get_language(),
            }
        if any(features.values()):
            return self._layout(text, font, ismath, **features)
        return self._cached(text, font.copy(), ismath)

    def measure_formula(self, text, font):
        """Width, height and depth of mathtext, in points."""
        return self._text.get_text_width_height_descent(text, font, True)

    def _layout(self, text, font, ismath, **features):
        make = self._text
        if ismath == "TeX":
            placed, outlines, bars = make.get_glyphs_tex(font, text, self._outlines)
        elif ismath:
            placed, outlines, bars = make.get_glyphs_mathtext(font, text, self._outlines)
        else:
            placed, outlines, bars = make.get_glyphs_with_font(
                make._get_font(font), text, self._outlines, **features
            )
        self._outlines.update(outlines)
        glyphs = []
        for name, x, y, size in placed:
            vertices, codes = outlines[name]
            if len(vertices):
                glyphs.append((self._number(name, vertices, codes), x, y, size))
        return glyphs, [[corner for corner in corners[:4]] for corners, _ in bars]

    def _number(self, name, vertices, codes):
        def rows():
            return [(code, *vertex) for code, vertex in zip(codes, vertices, strict=True)]

        return self._shared.shape(("glyph", name), rows)
