"""What a sample is made from; the same parameters always give the same bytes.

The hands that draw the letters are open fonts, each in a package of its own, and a pen. None of them is imported here.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from core.errors import UserError
from core.labels import Labels
from sample.forms import LETTERS

DEFAULT_PER_LETTER = 100
DEFAULT_SEED = 0
# Raise it whenever the drawing changes, so that an older sample is not taken for a new one.
_DRAWING = 1

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


@dataclass(frozen=True)
class Parameters:
    """The parameters of one sample, checked.

    Attributes:
        labels: The letters, in the order of their class ids.
        per_letter: Photos of each letter, 1 or more.
        seed: 0 or more.
        hands: Names in `ALL_HANDS`; put in that order, each once.
    """

    labels: Labels
    per_letter: int = DEFAULT_PER_LETTER
    seed: int = DEFAULT_SEED
    hands: tuple[str, ...] = DEFAULT_HANDS

    def __post_init__(self) -> None:
        """Checks every parameter before anything is drawn.

        Raises:
            UserError: If a parameter is out of range, a label no letter that can be drawn, or a hand unknown or not
                installed.
        """
        if strange := [label for label in self.labels if label not in LETTERS]:
            raise UserError(f"{strange[0]!r} cannot be drawn, only {' '.join(LETTERS)}; take photos of your own")
        if self.per_letter < 1:
            raise UserError(f"photos per letter must be 1 or more, not {self.per_letter}")
        if self.seed < 0:
            raise UserError(f"the seed must be 0 or more, not {self.seed}")
        object.__setattr__(self, "labels", tuple(self.labels))
        object.__setattr__(self, "hands", known_hands(self.hands))
        check_installed(self.hands)

    def record(self) -> str:
        """Returns the text of `sample.json`; the labels stand in the CSV beside it."""
        record = {"drawing": _DRAWING, "per_letter": self.per_letter, "seed": self.seed, "fonts": self.hands}
        return json.dumps(record, indent=2, sort_keys=True) + "\n"


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
