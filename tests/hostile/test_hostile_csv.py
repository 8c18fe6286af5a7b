"""CSV files that are wrong as a whole: one line on stderr, before TFX is imported."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.columns import required_columns
from core.features import CSV_FILE_NAME
from tests.hostile.hostile_runs import HEADER, ROWS, Done, assert_refused

Call = Callable[..., Done]
TEXT = "\n".join([HEADER, *ROWS])
COLUMNS = f"the columns are {','.join(required_columns())}, separated by commas"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ": the file is empty"),
        (b"\xef\xbb\xbf\r\n\r\n", ": the file is empty"),
        (HEADER.encode(), None),
        (TEXT.encode("cp1251"), ", line 2: not UTF-8 (invalid continuation byte); save the file as UTF-8"),
        (TEXT.encode("koi8-r"), ", line 2: not UTF-8 (invalid start byte); save the file as UTF-8"),
        (TEXT.encode("utf-16"), ", line 1: not UTF-8 (invalid start byte); save the file as UTF-8"),
        (TEXT.encode("utf-16-le"), ", line 1: a NUL character; save the file as UTF-8"),
        (TEXT.encode() + b"\n\0", ", line 4: a NUL character; save the file as UTF-8"),
        (TEXT.replace(",", ";").encode(), f", line 1: column 'letter' is missing; {COLUMNS}"),
        (TEXT.replace(",", "\t").encode(), f", line 1: column 'letter' is missing; {COLUMNS}"),
        (TEXT.replace("label,", "").encode(), f", line 1: column 'label' is missing; {COLUMNS}"),
        (TEXT.replace("ground", "ground,file").encode(), f", line 1: column 'file' is twice; {COLUMNS}"),
        (TEXT.replace("label", "label\u200b").encode(), f", line 1: column 'label' is missing; {COLUMNS}"),
        ("\n".join(ROWS).encode(), f", line 1: column 'letter' is missing; {COLUMNS}"),
        (f'{TEXT}\nв,3,"c.png,0\n'.encode(), ", line 4: a quotation mark is opened and never closed"),
        (f"{TEXT}\n{'в,' * 5000}\n".encode(), ", line 4: 5001 fields; a row has 5"),
        (b"<!DOCTYPE html><title>Sign in</title>", f", line 1: column 'letter' is missing; {COLUMNS}"),
        (b"PK\x03\x04\x14\0\0\0\x08\0", ", line 1: a NUL character; save the file as UTF-8"),
    ],
    ids=["empty", "BOM and blank lines", "header alone", "cp1251", "KOI8-R", "UTF-16", "UTF-16 without a BOM", "NUL",
         "semicolons", "tabs", "missing column", "doubled column", "zero width in the header", "no header",
         "open quotation mark", "5001 fields", "HTML", "zip"],
)  # fmt: skip
def test_file_that_is_no_such_csv_is_one_line(call: Call, flat: Path, content: bytes, message: str | None) -> None:
    (flat / CSV_FILE_NAME).write_bytes(content)
    done = call()
    assert_refused(done)
    expected = f"{flat / CSV_FILE_NAME}{message}" if message else f"{flat}: the CSV has no rows; add one for each image"
    assert done.lines == [expected]


def test_no_good_row_is_told_also_where_all_bad_ones_may_go(call: Call, flat: Path) -> None:
    (flat / CSV_FILE_NAME).write_text(f"{HEADER}\nа,1,none.png,0\n", encoding="utf-8")
    done = call("--set", "data.on_bad_record=skip", "--set", "data.max_bad_fraction=1")
    assert_refused(done)
    assert done.lines == [f"{flat}: the CSV has no good rows; add one for each image"]
