"""What the readers of strangers' files promise for any bytes: each check raises where a promise is broken.

Each takes a folder that is empty and the content of a file; what the product refuses as it promises to is in order.
"""

import math
import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from components.example_gen.bad_records import describe, read_bad_records, write_bad_records
from components.example_gen.images import MAX_SIDE, MIN_SIDE, ImageError, decode_image, encode_png, image_id, read_file
from components.example_gen.layout import DataLayout
from components.example_gen.records import BadRecord, Record, read_records
from core.columns import csv_columns
from core.errors import UserError
from core.features import BACKGROUNDS, CSV_FILE_NAME, MAX_PHOTO_SIDE, MAX_PIXELS
from core.labels import label_of, normalise_letter
from pipeline.predict.inputs import Source
from pipeline.predict.photos import photos_in
from schema.curated import read_labels
from tests.hostile.png_files import SIGNATURE, header_size

HEADER = ",".join(csv_columns())
ROWS = ("а,1,a.png,0", "б,2,b.png,1", "в,3,c.png,2")
_FILES = ("a.png", "b.png", "c.png")
_LABELS = read_labels()
_LINE_BREAK = "\r\n|\r|\n"
# Larger ones are not encoded anew: it takes half a second for the largest.
_SOON_ENCODED = 256 * 256


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
        records, bad = read_records(layout, _LABELS)
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
    assert record.class_id in range(len(_LABELS))
    paper, writer, _ = record.values
    assert paper in range(len(BACKGROUNDS))
    assert writer is None or (isinstance(writer, str) and writer.isprintable() and 0 < len(writer) <= 100)
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
        assert (normalise_letter(row["letter"]), row["file"]) == (_LABELS[record.class_id], record.file)
        said = int(row["background"]), unicodedata.normalize("NFC", row.get("writer", "")) or None
        assert (int(row["label"]), said) == (label_of(record.class_id), record.values[:2])
        assert not any(rows[record.line][len(header) :])
    for each in bad:
        assert dict(zip(header, rows[each.line], strict=False)).get("file", "") == each.file


def check_image(folder: Path, content: bytes) -> None:
    """Checks that an image file, as ExampleGen reads it, gives pixels as promised, or a reason."""
    path = folder / "photo"
    path.write_bytes(content)
    try:
        pixels = decode_image(read_file(path))
    except ImageError as error:
        assert str(error)
        assert describe(BadRecord(2, "photo", str(error))).isprintable()
        return
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    height, width, channels = pixels.shape
    assert channels == 3
    assert max(width, height) <= MAX_PHOTO_SIDE
    if content.startswith(SIGNATURE):
        seen = header_size(content)
        assert all(MIN_SIDE <= side <= MAX_SIDE for side in seen)
        # Upright or lying, by its tag.
        assert max(seen) > MAX_PHOTO_SIDE or sorted(seen) == sorted((width, height))
    if pixels.size <= _SOON_ENCODED:
        again = decode_image(encode_png(pixels))
        assert np.array_equal(again, pixels)
        assert image_id(again) == image_id(pixels)


def check_photo(folder: Path, content: bytes) -> None:
    """Checks that a photo, as `predict.py` looks at it, goes to TensorFlow as it is, or is refused in one line."""
    path = folder / "photo"
    path.write_bytes(content)
    (photo,) = photos_in(Source(os.fsencode(path)))
    if photo.reason:
        assert photo.reason.isprintable()
        return
    assert photo.image == content
    assert content.startswith((SIGNATURE, b"\xff\xd8\xff"))
    if content.startswith(SIGNATURE):
        assert math.prod(header_size(content)) <= MAX_PIXELS
