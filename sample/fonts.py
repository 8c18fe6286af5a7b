"""The hands that draw the letters: open fonts, found in their `fontpkg-*` packages, and a pen."""

from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

from sample.errors import SampleError

# Handwriting. Each font's name and the part of its file's name that tells it from others of its package.
_SCRIPTS = {"caveat": "", "great-vibes": "", "lobster": "", "pacifico": ""}
# Italics and rounded or narrow print whose Cyrillic is near what people write by hand; they are for training only.
_PRINT = {
    "alegreya-sans": "-Italic",
    "comfortaa": "",
    "cormorant": "-Italic",
    "eb-garamond": "-Italic",
    "exo-2": "-Italic",
    "jost": "Jost[",
    "nunito": "Nunito[",
    "playfair-display": "-Italic",
    "pt-serif": "-Italic",
    "rubik": "-Italic",
    "sofia-sans": "-Italic",
    "yanone-kaffeesatz": "",
}
_FILES = _SCRIPTS | _PRINT
# Of the fonts that have a choice of weights; the others keep their lightest or only one.
_WEIGHTS = {"cormorant": 500, "jost": 400, "nunito": 400, "yanone-kaffeesatz": 300}
FONTS = tuple(_SCRIPTS)
# No font: `sample/pen.py` writes these letters. The default sample does without it.
PEN = "pen"
ALL_HANDS = (*_FILES, PEN)

# н has neither ascender nor descender in any of the fonts, so its height is the x-height.
_X_HEIGHT_LETTER = "н"
# The size at which the x-height is measured: large enough that rounding to pixels is below 1 %.
_MEASURING_SIZE = 400


def known_fonts(names: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the hands of that name, each once and in the order of `ALL_HANDS`.

    Raises:
        SampleError: If there is no name, or one that is not in `ALL_HANDS`.
    """
    unknown = sorted(set(names) - set(ALL_HANDS))
    if unknown:
        raise SampleError(f"no font is called {unknown[0]!r}; there are {', '.join(ALL_HANDS)}")
    if not names:
        raise SampleError(f"no font given; there are {', '.join(ALL_HANDS)}")
    return tuple(font for font in ALL_HANDS if font in names)


def font_path(name: str) -> Path:
    """Returns the font file of a font.

    Raises:
        SampleError: If it is unknown, its package is not installed, or it is the pen.
    """
    if known_fonts((name,)) == (PEN,):
        raise SampleError(f"{PEN} draws without a font file")
    spec = find_spec(f"fontpkg_{name.replace('-', '_')}")
    if spec is None or spec.origin is None:
        raise SampleError(f"font {name} is not installed; run: pip install fontpkg-{name}")
    files = sorted((Path(spec.origin).parent / "files").glob("*.ttf"))
    return next(file for file in files if _FILES[name] in file.name)


def load_font(name: str, x_height: int) -> ImageFont.FreeTypeFont:
    """Returns a font at the size where its letters without ascenders are `x_height` pixels high.

    Args:
        name: A name in `ALL_HANDS`, but the pen's.
        x_height: Pixels.

    Raises:
        SampleError: If the font is unknown or its package is not installed.
    """
    path = str(font_path(name))
    # The basic layout engine is always there; Raqm, where installed, could pick other glyphs.
    layout = ImageFont.Layout.BASIC
    measuring = _of_weight(ImageFont.truetype(path, _MEASURING_SIZE, layout_engine=layout), name)
    _, top, _, bottom = measuring.getbbox(_X_HEIGHT_LETTER)
    size = round(_MEASURING_SIZE * x_height / (bottom - top))
    return _of_weight(ImageFont.truetype(path, size, layout_engine=layout), name)


def _of_weight(font: ImageFont.FreeTypeFont, name: str) -> ImageFont.FreeTypeFont:
    if name in _WEIGHTS:
        font.set_variation_by_axes([_WEIGHTS[name]])
    return font
