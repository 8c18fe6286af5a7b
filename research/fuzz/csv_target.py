"""Target: the bytes of the CSV, as `read_records` reads them."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from components.example_gen.bad_records import describe, read_bad_records, write_bad_records
from components.example_gen.layout import DataLayout
from components.example_gen.read_csv import read_records
from components.example_gen.records import BadRecord, Record
from core.errors import UserError
from core.features import BACKGROUNDS, CSV_COLUMNS, CSV_FILE_NAME
from core.labels import ALPHABET, label_of, normalise_letter
from research.fuzz import mutations
from research.fuzz.target import Target

HEADER = ",".join(CSV_COLUMNS)
ROWS = ("а,1,a.png,0", "б,2,b.png,1", "в,3,c.png,2")
_FILES = ("a.png", "b.png", "c.png")
_LINE_BREAK = "\r\n|\r|\n"


def check_csv(folder: Path, content: bytes) -> None:
    """Checks that a CSV gives records and bad records in good order, or one line that says where it is wrong.

    Args:
        folder: Where the CSV is written, beside the images that `ROWS` name.
        content: The CSV's bytes.

    Raises:
        AssertionError: If not.
    """
    for name in _FILES:
        (folder / name).touch()
    layout = DataLayout(csv=folder / CSV_FILE_NAME, images=folder)
    layout.csv.write_bytes(content)
    try:
        records, bad = read_records(layout)
    except UserError as error:
        _check_refusal(layout.csv, content, str(error))
        return
    for record in records:
        _check_record(record, folder)
    _check_bad(bad, folder)
    assert len({os.path.normpath(record.file) for record in records}) == len(records)
    _check_against_text(content.decode("utf-8-sig"), records, bad)


def _check_refusal(path: Path, content: bytes, message: str) -> None:
    assert message.isprintable(), message
    if message == f"{path}: the file is empty":
        return
    match = re.match(re.escape(f"{path}, line ") + r"(\d+): .", message)
    assert match, message
    lines = len(re.split(_LINE_BREAK, content.decode(errors="replace")))
    assert 1 <= int(match[1]) <= lines, message


def _check_record(record: Record, folder: Path) -> None:
    assert ALPHABET[record.class_id] == record.letter
    assert record.background in range(len(BACKGROUNDS))
    real = os.path.realpath(folder / record.file)
    assert Path(real).is_file()
    assert Path(real).is_relative_to(os.path.realpath(folder))


def _check_bad(bad: Sequence[BadRecord], folder: Path) -> None:
    lines = [each.line for each in bad]
    assert lines == sorted(set(lines))
    for each in bad:
        assert each.reason
        assert describe(each).isprintable()
    write_bad_records(folder / "bad_records.csv", bad)
    assert [int(row["line"]) for row in read_bad_records(folder / "bad_records.csv")] == lines


def _check_against_text(text: str, records: Sequence[Record], bad: Sequence[BadRecord]) -> None:
    """Checks what was read against the text, cut by hand: exactly, unless quotation marks make that hard."""
    lines = re.split(_LINE_BREAK, text)
    if '"' in text:
        for record in records:
            # No file here has a quotation mark or a line break in its name.
            assert record.file in "\n".join(lines[record.line - 1 :])
        return
    header, rows = lines[0].split(","), {number: line.split(",") for number, line in enumerate(lines, 1)}
    lines_read = sorted([each.line for each in records] + [each.line for each in bad])
    assert lines_read == [n for n, row in rows.items() if n > 1 and any(row)]
    for record in records:
        row = dict(zip(header, rows[record.line], strict=False))
        assert (normalise_letter(row["letter"]), row["file"]) == (record.letter, record.file)
        assert (int(row["label"]), int(row["background"])) == (label_of(record.class_id), record.background)
        assert not any(rows[record.line][len(header) :])
    for each in bad:
        assert dict(zip(header, rows[each.line], strict=False)).get("file", "") == each.file


def _seeds() -> list[bytes]:
    whole = "\n".join([HEADER, *ROWS, ""])
    texts = [
        whole,
        "",
        HEADER,
        "\ufeff" + whole.replace("\n", "\r\n"),
        whole.replace("\n", "\r"),
        whole.replace("а,1", '"а","1"'),
        "file,extra,letter,background,label\na.png,,а,0,1\n\n,,,,\nb.png,more,б,1,2,,\n",
        f'{HEADER}\n"й\r\n",11,"a\n""b.png",0\nй,11,a.png,3\nй,11,a.png,3',
        f"{HEADER}\nА,1,a.png,0\nа,2,a.png,0\nа,1,../a.png,0\nа,1,,4\nа,1,none.png,0,5\n=1,1,/dev/zero,0",
        whole + '"',
        whole + "," * 40,
    ]
    return [*[text.encode() for text in texts], whole.encode("cp1251"), whole.encode("utf-16")]


_WORDS = [*CSV_COLUMNS, *ROWS, HEADER, *_FILES, ",", '"', '""', "\n", "\r", "\r\n", "\0", "\ufeff", "\u2028", "\x1a"]
_WORDS += ["../", "/", "й", "=", ",,", '","', '"\n']

TARGET = Target(
    name="csv",
    check=check_csv,
    seeds=_seeds,
    mutation=mutations.text,
    words=[word.encode() for word in _WORDS],
    max_bytes=1024,
)
