"""The hands that draw the letters: open fonts, each in a package of its own, and a pen. Imports none of them."""

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

from core.errors import UserError

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
DEFAULT_HANDS = tuple(_SCRIPTS)
# No font: `sample/pen.py` writes these letters. The default sample does without it.
PEN = "pen"
ALL_HANDS = (*_FILES, PEN)


def known_hands(names: Collection[str]) -> tuple[str, ...]:
    """Returns the hands of that name, each once and in the order of `ALL_HANDS`.

    Raises:
        UserError: If there is no name, or one that is not in `ALL_HANDS`.
    """
    unknown = sorted(set(names) - set(ALL_HANDS))
    if unknown:
        raise UserError(f"no font is called {unknown[0]!r}; there are {', '.join(ALL_HANDS)}")
    hands = tuple(hand for hand in ALL_HANDS if hand in names)
    if not hands:
        raise UserError(f"no font given; there are {', '.join(ALL_HANDS)}")
    return hands


def check_installed(hands: Collection[str]) -> None:
    """Checks that every hand can draw.

    Raises:
        UserError: If the packages of some fonts are not installed.
    """
    missing = [f"fontpkg-{hand}" for hand in hands if hand != PEN and find_spec(_module_of(hand)) is None]
    if missing:
        what = "a font is" if len(missing) == 1 else f"{len(missing)} fonts are"
        raise UserError(f"{what} not installed; run: pip install {' '.join(missing)}")


def font_path(hand: str) -> Path:
    """Returns the font file of a hand other than the pen.

    Raises:
        UserError: If its package is not installed.
    """
    check_installed([hand])
    spec = find_spec(_module_of(hand))
    assert spec is not None and spec.origin is not None
    files = sorted((Path(spec.origin).parent / "files").glob("*.ttf"))
    return next(file for file in files if _FILES[hand] in file.name)


def _module_of(hand: str) -> str:
    return f"fontpkg_{hand.replace('-', '_')}"
