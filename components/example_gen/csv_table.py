"""The CSV as rows of texts, each with its line; what is wrong with the file as a whole is told with the line too."""

import csv
import io
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from pathlib import Path
from typing import NamedTuple

from core.columns import csv_columns, required_columns
from core.errors import UserError

# Columns that a CSV may have; it needs a few.
_MAX_FIELDS = 32
_LINE_BREAK = "\r\n|\r|\n"


class Row(NamedTuple):
    """A row that is not blank.

    Attributes:
        line: The line that it begins on, the header being line 1.
        surplus: Whether it has more fields than the header.
        texts: Its fields, in the order of `csv_columns()`; empty where it has none.
    """

    line: int
    surplus: bool
    texts: tuple[str, ...]


def read_rows(path: Path) -> Iterator[Row]:
    """Yields the rows below the CSV's header; blank lines are left out.

    Raises:
        UserError: If the file is not UTF-8, no CSV, or lacks a column or has one twice.
    """
    rows = _parse(path, _read_text(path))
    with _fields_of_any_length():
        _, header = next(rows)
        _check_header(path, header)
        nameless = [not name for name in header]
        places = [header.index(name) if name in header else None for name in csv_columns()]
        for line, fields in rows:
            if any(fields):
                # A field under no name may be there, where it says nothing.
                surplus = any(fields[len(header) :]) or any(compress(fields, nameless))
                texts = ("" if place is None or place >= len(fields) else fields[place] for place in places)
                yield Row(line, surplus, tuple(texts))


def unknown_columns(path: Path) -> list[str]:
    """Returns the names in a CSV's header that stand for nothing here, in their order.

    Raises:
        UserError: As `read_rows`, but of the header alone.
    """
    with _fields_of_any_length():
        _, header = next(_parse(path, _read_text(path)))
    return [name for name in header if name and name not in csv_columns()]


def _read_text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = _line_at(error.object[: error.start].decode())
        raise UserError(f"{path}, line {line}: not UTF-8 ({error.reason}); save the file as UTF-8") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    if not text.strip():
        raise UserError(f"{path}: the file is empty")
    if "\0" in text:
        # Readers take it for the end of the field, or of the file.
        raise UserError(f"{path}, line {_line_at(text.partition(chr(0))[0])}: a NUL character; save the file as UTF-8")
    return text


def _line_at(text_before: str) -> int:
    return len(re.findall(_LINE_BREAK, text_before)) + 1


@contextmanager
def _fields_of_any_length() -> Iterator[None]:
    """Lifts the limit of the csv module, which has one for all that read: a field too long is its row's fault."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _parse(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yields each row's first line and fields; blank lines have none."""
    # Not pandas: its reader runs out of room where many short rows stand before a long one, and tells no lines.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for fields in reader:
            if len(fields) > _MAX_FIELDS:
                raise UserError(f"{path}, line {line}: {len(fields)} fields; a row has {len(csv_columns())}")
            yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        # There are two, with fields of any length and no NUL.
        reason = "text behind a closing quotation mark; inside a quoted field, a quotation mark is doubled"
        if "end of data" in str(error):
            reason = "a quotation mark is opened and never closed"
        raise UserError(f"{path}, line {line}: {reason}") from None


def _check_header(path: Path, header: Sequence[str]) -> None:
    for column in csv_columns():
        if header.count(column) > 1 or (column in required_columns() and column not in header):
            state = "twice" if column in header else "missing"
            raise UserError(
                f"{path}, line 1: column {column!r} is {state}; "
                f"the columns are {','.join(required_columns())}, separated by commas"
            )
