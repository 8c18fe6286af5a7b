"""The CSV as a table of texts, each row with its line; what pandas finds wrong is told with the line too."""

import csv
import io
import re
from pathlib import Path

import pandas as pd

from components.errors import UserError
from components.features import CSV_COLUMNS

# Columns that a CSV may have; it needs four.
_MAX_FIELDS = 32
_LINE_BREAK = "\r\n|\r|\n"


def read_frame(path: Path) -> pd.DataFrame:
    """Returns the CSV's four columns as texts, and its line numbers; blank lines are left out.

    Returns:
        The columns, `surplus` (whether the row has more fields than the header), and `line`.

    Raises:
        UserError: If the file is not UTF-8, no CSV, or lacks a column or has one twice.
    """
    text = _read_text(path)
    try:
        frame = _parse(text)
    except pd.errors.ParserError as error:
        raise UserError(f"{path}, {_explain(text, str(error))}") from None
    return _with_header(path, frame)


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
        # pandas would take it for the end of the field.
        raise UserError(f"{path}, line {_line_at(text.partition(chr(0))[0])}: a NUL character; save the file as UTF-8")
    return text


def _line_at(text_before: str) -> int:
    return len(re.findall(_LINE_BREAK, text_before)) + 1


def _parse(text: str, records: int | None = None) -> pd.DataFrame:
    # A line above all, wider than the header, so that a row that is too long does not end the reading.
    widest = ",".join(map(str, range(_MAX_FIELDS)))
    frame = pd.read_csv(
        io.StringIO(f"{widest}\n{text}"),
        dtype=str,
        header=None,
        index_col=False,
        na_filter=False,
        skip_blank_lines=False,
        quoting=csv.QUOTE_MINIMAL,
        nrows=None if records is None else 1 + records,
    )
    return frame.iloc[1:].fillna("").reset_index(drop=True)


def _explain(text: str, error: str) -> str:
    """Returns pandas's error with the line; pandas counts records (from 0, or from 1), whatever their lines."""
    if match := re.search(r"inside string starting at row (\d+)", error):
        return f"line {_line_after(text, int(match[1]) - 1)}: a quotation mark is opened and never closed"
    if match := re.search(r"in line (\d+), saw (\d+)", error):
        return f"line {_line_after(text, int(match[1]) - 2)}: {match[2]} fields; a row has {len(CSV_COLUMNS)}"
    return f"not a CSV: {error.strip()}"


def _line_after(text: str, records: int) -> int:
    return records + 1 + int(_breaks_within(_parse(text, records)).sum())


def _with_header(path: Path, frame: pd.DataFrame) -> pd.DataFrame:
    header = [str(name) for name in frame.iloc[0]]
    for column in CSV_COLUMNS:
        if header.count(column) != 1:
            state = "twice" if column in header else "missing"
            raise UserError(
                f"{path}, line 1: column {column!r} is {state}; "
                f"the columns are {','.join(CSV_COLUMNS)}, separated by commas"
            )
    filled = frame != ""
    nameless = [not name for name in header]
    surplus, lines = filled.loc[:, nameless].any(axis=1), _line_numbers(frame)
    frame = frame.set_axis(header, axis=1)[list(CSV_COLUMNS)].assign(surplus=surplus, line=lines)
    return frame[filled.any(axis=1)].iloc[1:]


def _line_numbers(frame: pd.DataFrame) -> pd.Series:
    # A quoted field may hold line breaks, which push all later rows down.
    return pd.Series(range(1, len(frame) + 1)) + _breaks_within(frame).cumsum().shift(fill_value=0)


def _breaks_within(frame: pd.DataFrame) -> pd.Series:
    """Returns the number of line breaks inside each row's fields."""
    breaks = pd.Series(0, index=frame.index)
    for _, column in frame.items():
        # First a look at all of the column, since hardly any has one, and to count in each field takes far longer.
        if re.search(_LINE_BREAK, "".join(column)):
            breaks += column.str.count(_LINE_BREAK)
    return breaks
