"""What one row of the CSV says, checked against the alphabet: a record, or the reason why it is none."""

import unicodedata
from dataclasses import dataclass

from core.features import BACKGROUNDS
from core.labels import ALPHABET, class_id_of, label_of, normalise_letter

# One string for each, whatever the number of records.
_LETTERS = tuple(ALPHABET)

# What a record is made from, in its order.
Fields = tuple[int, str, int, int, str]


@dataclass(frozen=True, slots=True)
class Record:
    """A row that is in order; there may be millions in memory.

    Attributes:
        line: Its line in the CSV, the header being line 1.
        letter: One letter of the alphabet.
        class_id: The letter's zero-based class id.
        background: Index into `BACKGROUNDS`.
        file: The image's name, relative to the image folder.
    """

    line: int
    letter: str
    class_id: int
    background: int
    file: str

    def fields(self) -> Fields:
        """Returns what a record is made from, which takes Beam a third of the bytes of the record."""
        return self.line, self.letter, self.class_id, self.background, self.file


@dataclass(frozen=True)
class BadRecord:
    """A row, or its image, that cannot be used, with the reason in words."""

    line: int
    file: str
    reason: str


class RowError(ValueError):
    """A row cannot be used; the message is the reason, without the line."""


def parse_row(line: int, letter: str, label: str, file: str, background: str) -> Record:
    """Returns the record that a row's four texts stand for.

    Raises:
        RowError: If a text is missing or wrong, or letter and label disagree.
    """
    class_id = _parse_letter(letter)
    _check_label(label, class_id)
    if not file:
        raise RowError("the file name is missing")
    return Record(line, _LETTERS[class_id], class_id, _parse_background(background), file)


def _parse_letter(text: str) -> int:
    letter = normalise_letter(text)
    if not letter:
        raise RowError("the letter is missing")
    try:
        return class_id_of(letter)
    except ValueError:
        raise RowError(_what_is_wrong_with(letter)) from None


def _what_is_wrong_with(letter: str) -> str:
    if len(letter) == 1 and letter.lower() in ALPHABET:
        return f"letter {letter!r} is upper case; the letters are lower case"
    points = " ".join(f"U+{ord(c):04X} {unicodedata.name(c, 'unnamed')}" for c in letter[:3])
    return f"letter {letter[:10]!r} ({points}) is none of the 33 lower-case Russian letters"


def _check_label(text: str, class_id: int) -> None:
    label = _parse_integer(text, "label", 1, len(ALPHABET))
    if label != label_of(class_id):
        raise RowError(f"label {label} is {ALPHABET[label - 1]!r}, but the letter is {ALPHABET[class_id]!r}")


def _parse_background(text: str) -> int:
    return _parse_integer(text, "background", 0, len(BACKGROUNDS) - 1)


def _parse_integer(text: str, name: str, low: int, high: int) -> int:
    if not text:
        raise RowError(f"the {name} is missing")
    # isascii, since str.isdigit also accepts digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
        raise RowError(f"{name} {text[:20]!r} is no whole number from {low} to {high}")
    return int(text)
