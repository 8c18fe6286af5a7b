"""How the CSV's bytes become rows: line breaks, encodings, columns, and what is wrong with the file as a whole."""

from collections.abc import Callable

import pytest

from components.example_gen.csv_table import read_rows
from core.columns import required_columns
from core.errors import UserError
from core.features import CSV_FILE_NAME

HEADER = "letter,label,file,background"
LINES = [HEADER, "а,1,a.png,0", "б,2,b.png,1"]
ROWS = [("а", "1", "a.png", "0", 2), ("б", "2", "b.png", "1", 3)]


def rows_of(csv: str | bytes, layout_of: Callable) -> list[tuple]:
    content = csv if isinstance(csv, bytes) else csv.encode()
    return [(*row.texts[: len(required_columns())], row.line) for row in read_rows(layout_of(content).csv)]


def error_of(csv: str | bytes, layout_of: Callable) -> str:
    layout = layout_of(csv if isinstance(csv, bytes) else csv.encode())
    with pytest.raises(UserError) as caught:
        list(read_rows(layout.csv))
    message = str(caught.value)
    assert message.startswith(str(layout.csv))
    assert "\n" not in message
    return message.removeprefix(str(layout.csv))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("last", [True, False], ids=["final line break", "none"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"], ids=["no BOM", "BOM"])
def test_line_breaks_and_bom_change_nothing(layout_of: Callable, end: str, last: bool, encoding: str) -> None:
    text = end.join(LINES) + (end if last else "")
    assert rows_of(text.encode(encoding), layout_of) == ROWS


def test_columns_are_taken_by_name_in_any_order_and_others_left_out(layout_of: Callable) -> None:
    text = "line,background,file,label,letter,note\n99,0,a.png,1,а,NA\n98,1,b.png,2,б,\n"
    assert rows_of(text, layout_of) == ROWS


def test_blank_lines_are_left_out_but_counted(layout_of: Callable) -> None:
    text = f"{HEADER}\n\nа,1,a.png,0\n,,,\n\nб,2,b.png,1\n\n\n"
    assert [row[-1] for row in rows_of(text, layout_of)] == [3, 6]


def test_row_that_fills_only_another_column_is_no_blank_line(layout_of: Callable) -> None:
    assert rows_of(f"{HEADER},note\n,,,,forgotten", layout_of) == [("", "", "", "", 2)]


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_quoted_line_break_pushes_later_lines_down(layout_of: Callable, inside: str) -> None:
    text = f'{HEADER}\nа,1,"a{inside}{inside}.png",0\nб,2,b.png,1\n'
    assert [row[-1] for row in rows_of(text, layout_of)] == [2, 5]


def test_quoted_line_break_in_another_column_counts_too(layout_of: Callable) -> None:
    text = f'{HEADER},"no\nte"\nа,1,a.png,0,"x\ny"\nб,2,b.png,1,\n'
    assert [row[-1] for row in rows_of(text, layout_of)] == [3, 5]


@pytest.mark.parametrize("break_", ["\x0b", "\x0c", "\x85", "\u2028"])
def test_only_line_feeds_and_carriage_returns_end_a_line(layout_of: Callable, break_: str) -> None:
    rows = rows_of(f"{HEADER}\nа,1,a{break_}.png,0\nб,2,b.png,1\n", layout_of)
    assert [(row[2], row[-1]) for row in rows] == [(f"a{break_}.png", 2), ("b.png", 3)]


def test_quotes_and_words_for_nothing_are_plain_text(layout_of: Callable) -> None:
    rows = rows_of(f'{HEADER}\nNA,nan,"a "" ,b",NULL\n007,1e3,a"b,None', layout_of)
    assert [row[:4] for row in rows] == [("NA", "nan", 'a " ,b', "NULL"), ("007", "1e3", 'a"b', "None")]


def test_short_row_has_empty_fields(layout_of: Callable) -> None:
    assert rows_of(f"{HEADER}\nа,1\n", layout_of) == [("а", "1", "", "", 2)]


def test_field_of_a_megabyte_is_read(layout_of: Callable) -> None:
    ((_, _, file, _, _),) = rows_of(f"{HEADER}\nа,1,{'x' * 10**6},0", layout_of)
    assert len(file) == 10**6


@pytest.mark.parametrize("text", [HEADER, HEADER + "\n", HEADER + "\r\n\r\n"])
def test_header_alone_has_no_rows(layout_of: Callable, text: str) -> None:
    assert rows_of(text, layout_of) == []


@pytest.mark.parametrize("content", [b"", b"\n\n", b" \r\n", b"\xef\xbb\xbf"], ids=["empty", "breaks", "blank", "BOM"])
def test_empty_file_is_called_so(layout_of: Callable, content: bytes) -> None:
    assert error_of(content, layout_of) == ": the file is empty"


@pytest.mark.parametrize("column", required_columns())
def test_missing_or_doubled_column_is_named_with_those_that_must_be_there(layout_of: Callable, column: str) -> None:
    expected = f"; the columns are {','.join(required_columns())}, separated by commas"
    others = ",".join(name for name in required_columns() if name != column)
    assert error_of(f"{others}\n1,2,3\n", layout_of) == f", line 1: column {column!r} is missing" + expected


def test_doubled_column_is_named(layout_of: Callable) -> None:
    assert error_of(f"{HEADER},file\n", layout_of).startswith(", line 1: column 'file' is twice; the columns are")


@pytest.mark.parametrize(
    "header",
    [HEADER.replace(",", ";"), HEADER.replace(",", "\t"), HEADER.title(), "а,1,a.png,0", "\n" + HEADER, "# letters"],
    ids=["semicolons", "tabs", "upper case", "no header", "blank line above", "comment above"],
)
def test_wrong_header_is_told_whatever_follows(layout_of: Callable, header: str) -> None:
    text = f"{header}\n{HEADER}\nа,1,a.png,0\n"
    assert error_of(text, layout_of).startswith(", line 1: column 'letter' is missing")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("\n".join(LINES).encode("utf-16"), 1),
        ("\n".join(LINES).encode("cp1251"), 2),
        # Past the first buffers of any reader: a position within a buffer would be another line.
        ((HEADER + "\r\n" + "а,1,a.png,0\r\n" * 40_000).encode() + b"\xe1,2,b.png,1", 40_002),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"\n\n\xff", 3),
    ],
    ids=["UTF-16", "cp1251", "one late byte", "after a BOM"],
)
def test_other_encoding_is_told_with_its_line(layout_of: Callable, content: bytes, line: int) -> None:
    message = error_of(content, layout_of)
    assert message.startswith(f", line {line}: not UTF-8 (")
    assert message.endswith("; save the file as UTF-8")


@pytest.mark.parametrize("place", ["б,2,b.png\0,1", "\0", "\0б,2,b.png,1"])
def test_nul_is_refused_and_does_not_cut_a_field_short(layout_of: Callable, place: str) -> None:
    message = error_of(f"{HEADER}\nа,1,a.png,0\n{place}\n", layout_of)
    assert message == ", line 3: a NUL character; save the file as UTF-8"


@pytest.mark.parametrize(
    ("rows", "line"), [('а,1,a.png,0\nб,2,"b.png,1\nв,3,c.png,2', 3), ('а,1,"a\n\n",0\n"', 5), ('"', 2)]
)
def test_quotation_mark_that_is_never_closed_is_found(layout_of: Callable, rows: str, line: int) -> None:
    assert error_of(f"{HEADER}\n{rows}", layout_of) == f", line {line}: a quotation mark is opened and never closed"


def test_absurdly_wide_row_is_told_with_its_line(layout_of: Callable) -> None:
    text = f'{HEADER}\nа,1,"a\n.png",0\n{"1," * 99}\n'
    assert error_of(text, layout_of) == ", line 4: 100 fields; a row has 5"


def test_csv_that_vanished_is_told(layout_of: Callable) -> None:
    layout = layout_of(b"")
    layout.csv.unlink()
    with pytest.raises(UserError, match=rf"{CSV_FILE_NAME}: cannot be read: No such file or directory$"):
        list(read_rows(layout.csv))
