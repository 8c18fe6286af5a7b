"""The records of a data folder: every row of the CSV is one, or a bad record with its line and the reason."""

import functools
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from components.example_gen.csv_table import read_rows
from components.example_gen.layout import DataLayout, RowError, check_file
from core import columns
from core.columns import IDENTITY, Column
from core.features import FILE, SOURCE
from core.labels import FIRST_LABEL, Labels, label_of, normalise_letter

# Of a text; more would be told in pages and folders, and slow down whoever counts them.
_LONGEST_TEXT = 100

Value = int | str | None


class Record(NamedTuple):
    """A row that is in order; there may be millions in memory.

    Attributes:
        line: Its line in the CSV, the header being line 1.
        class_id: The letter's class id.
        file: The image's name, relative to the image folder.
        values: What is known of each of `columns.COLUMNS`; None where nothing is of an optional one.
    """

    line: int
    class_id: int
    file: str
    values: tuple[Value, ...]

    def value(self, name: str) -> str | None:
        """Returns what a text column of `columns.COLUMNS` says."""
        [found] = (value for column, value in zip(columns.COLUMNS, self.values, strict=True) if column.name == name)
        return None if found is None else str(found)

    @property
    def source(self) -> str | None:
        """The data folder's name among several."""
        return self.value(SOURCE)


@dataclass(frozen=True)
class BadRecord:
    """A row, or its image, that cannot be used, with the reason in words; `source` names its folder among several."""

    line: int
    file: str
    reason: str
    source: str = ""


def read_folders(layouts: Iterable[DataLayout], labels: Labels) -> tuple[list[Record], list[BadRecord]]:
    """Returns `read_records` of some data folders, one folder after the other.

    Raises:
        UserError: If a CSV as a whole cannot be read.
    """
    records: list[Record] = []
    bad: list[BadRecord] = []
    for layout in layouts:
        good, others = read_records(layout, labels)
        records += good
        bad += others
    return records, bad


def read_records(layout: DataLayout, labels: Labels) -> tuple[list[Record], list[BadRecord]]:
    """Returns the records of a data folder in the CSV's order, and the rows that are none.

    Only the CSV and the file system's names are read, not the images.

    Raises:
        UserError: If the CSV as a whole cannot be read.
    """
    root = os.path.realpath(layout.images)
    records: list[Record] = []
    bad: list[BadRecord] = []
    first_lines: dict[str, int] = {}
    for line, surplus, texts in read_rows(layout.csv):
        try:
            if surplus:
                raise RowError("the row has more fields than the header")
            record = parse_row(line, texts, labels, layout.source)
            check_file(root, record.file)
            # As a path, for which `./a.png` and `a.png` are one name.
            path = os.path.normpath(record.file)
            if path in first_lines:
                raise RowError(f"the file is on line {first_lines[path]} already")
        except RowError as error:
            bad.append(BadRecord(line, texts[IDENTITY.index(FILE)], str(error), layout.source or ""))
        else:
            first_lines[path] = line
            records.append(record)
    return records, bad


def parse_row(line: int, texts: tuple[str, ...], labels: Labels, source: str | None = None) -> Record:
    """Returns the record that a row with texts in the order of `columns.csv_columns()` of a data folder stands for.

    Raises:
        RowError: If a text is missing or wrong, or letter and label disagree.
    """
    letter, label_text, file, *others = texts
    class_id = _parse_letter(letter, labels)
    label = _parse_integer(label_text, "label", FIRST_LABEL, label_of(len(labels) - 1))
    if label != label_of(class_id):
        raise RowError(f"label {label} is {labels[label - FIRST_LABEL]!r}, but the letter is {labels[class_id]!r}")
    if not file:
        raise RowError("the file name is missing")
    return Record(line, class_id, file, _parse_values(tuple(others), source, columns.COLUMNS))


def _parse_letter(text: str, labels: Labels) -> int:
    letter = normalise_letter(text)
    if not letter:
        raise RowError("the letter is missing")
    if letter in labels:
        return labels.index(letter)
    if letter.lower() in labels:
        raise RowError(f"letter {letter!r} is upper case; the schema has {letter.lower()!r}")
    points = " ".join(f"U+{ord(c):04X} {unicodedata.name(c, 'unnamed')}" for c in letter[:3])
    raise RowError(f"letter {letter[:10]!r} ({points}) is none of the schema's {len(labels)} labels")


# Of a million rows few differ in these: what was parsed once is there once.
@functools.lru_cache(maxsize=4096)
def _parse_values(texts: tuple[str, ...], source: str | None, table: tuple[Column, ...]) -> tuple[Value, ...]:
    read = [column for column in table if column.in_csv]
    return (*(_parse_value(text, column) for text, column in zip(texts, read, strict=True)), source)


def _parse_value(text: str, column: Column) -> Value:
    if column.optional and not text:
        return None
    if column.names:
        return _parse_integer(text, column.name, 0, len(column.names) - 1)
    composed = unicodedata.normalize("NFC", text)
    if not composed:
        raise RowError(f"the {column.name} is missing")
    if len(composed) > _LONGEST_TEXT or not composed.isprintable():
        raise RowError(f"{column.name} {composed[:20]!r} is no text of at most {_LONGEST_TEXT} printable characters")
    return composed


def _parse_integer(text: str, name: str, low: int, high: int) -> int:
    if not text:
        raise RowError(f"the {name} is missing")
    # isascii, since str.isdigit also accepts digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
        raise RowError(f"{name} {text[:20]!r} is no whole number from {low} to {high}")
    return int(text)
