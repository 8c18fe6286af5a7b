"""CSVs and images of any bytes: only the documented errors come out, and what is accepted is in order."""

import os
from pathlib import Path

import numpy as np
import pytest
from hostile_runs import HEADER, ROWS, flat_folder
from hypothesis import example, given, settings
from hypothesis import strategies as st
from odd_images import chunk, interlaced, plain, png, saved
from PIL import Image

from components.errors import UserError
from components.example_gen.bad_records import describe, read_bad_records, write_bad_records
from components.example_gen.images import MAX_SIDE, MIN_SIDE, ImageError, decode_png
from components.example_gen.layout import DataLayout
from components.example_gen.read_csv import read_records
from components.features import BACKGROUNDS, CSV_FILE_NAME
from components.letters import ALPHABET, label_of

quick = settings(deadline=None, database=None, derandomize=True, max_examples=200)

WHOLE = ("\n".join([HEADER, *ROWS, "в,3,c.png,2"]) + "\n").encode()
pieces = st.sampled_from(
    [*HEADER.split(","), *ROWS, HEADER, "а", "1", "a.png", "../x.png", "/etc/passwd", ",", '"', "''", ";", "\\", " ",
     "\n", "\r", "\r\n", "\0", "\ufeff", "\u2028", "\x1a"]
)  # fmt: skip
texts = st.lists(pieces | st.text(max_size=3), max_size=20).map(lambda parts: "".join(parts).encode(errors="replace"))

rows = st.lists(pieces, max_size=6).map(",".join)
tables = st.lists(rows, max_size=6).map(lambda lines: "\n".join([HEADER, *lines]).encode())


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Draws bytes with up to five places replaced, removed or filled in."""
    data = whole
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        data = data[:start] + draw(st.binary(max_size=4)) + data[start + draw(st.integers(0, 4)) :]
    return data


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> DataLayout:
    folder = flat_folder(tmp_path_factory.mktemp("fuzzed") / "data")
    return DataLayout(csv=folder / CSV_FILE_NAME, images=folder)


@quick
@given(content=st.binary(max_size=200) | damaged(WHOLE) | texts | texts.map(lambda text: WHOLE + text) | tables)
@example(content=HEADER.encode() + b'\n"\r"\n\r"')
@example(content=WHOLE + b'"' * 33 + b"\r\r\n,")
@example(content=(HEADER + "," * 40).encode())
def test_any_csv_gives_records_that_are_in_order_or_one_line(layout: DataLayout, content: bytes) -> None:
    layout.csv.write_bytes(content)
    try:
        records, bad = read_records(layout)
    except UserError as error:
        assert str(error).startswith(str(layout.csv))
        assert len(str(error).splitlines()) == 1
        return
    lines = len(content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert len({record.file for record in records}) == len(records)
    assert [b.line for b in bad] == sorted({b.line for b in bad})
    for record in records:
        assert 2 <= record.line <= lines
        assert ALPHABET[record.class_id] == record.letter
        assert str(label_of(record.class_id)) in content.decode("utf-8-sig")
        assert record.background in range(len(BACKGROUNDS))
        real = os.path.realpath(layout.images / record.file)
        assert Path(real).is_file()
        assert Path(real).is_relative_to(os.path.realpath(layout.images))
    for each in bad:
        assert 2 <= each.line <= lines
        assert each.reason
        assert describe(each).isprintable()
    list_file = layout.csv.with_name("bad_records.csv")
    write_bad_records(list_file, bad)
    assert [int(row["line"]) for row in read_bad_records(list_file)] == [each.line for each in bad]


PIXELS = np.random.default_rng(1).integers(0, 256, (9, 9, 3), dtype=np.uint8)
PICTURE = Image.fromarray(PIXELS)
IMAGES = [
    plain(PIXELS, extra=chunk(b"tEXt", b"k\0v") + chunk(b"zTXt", b"k\0\0x") + chunk(b"gAMA", b"\0\0\xb1\x8f")),
    interlaced(PIXELS),
    saved(PICTURE.quantize(4), transparency=0),
    saved(PICTURE, save_all=True, append_images=[PICTURE.rotate(90)]),
    saved(PICTURE, exif=Image.Exif().tobytes(), icc_profile=b"x" * 200, dpi=(72, 72)),
    png((9, 9), bytes(9 * 19), bits=16, kind=0),
    saved(PICTURE, "JPEG"),
    saved(PICTURE, "GIF"),
    saved(PICTURE, "TIFF"),
    saved(PICTURE, "BMP"),
    saved(PICTURE, "WEBP"),
]
# How files begin that Pillow reads with one of its forty other readers.
BEGINNINGS = [
    b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"BM", b"GIF89a", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8 ", b"8BPS\0\1",
    b"%!PS-Adobe-3.0 EPSF-3.0\n", b"P6\n", b"DDS ", b"\0\0\1\0\1\0", b"\x00\x00\x00\x0cjP  ", b"SIMPLE  =", b"icns",
    b"qoif", b"\x01\xda", b"/* XPM */", b"#define x_width 8\n", b"\xd7\xcd\xc6\x9a\0\0", b"BLP2", b"\x0a\5\1\x08",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0\0\0 ftypavif",
]  # fmt: skip
CHUNKS = b"IHDR PLTE tRNS iCCP cHRM sRGB pHYs acTL fcTL fdAT eXIf iTXt zTXt tEXt gAMA IDAT IEND".split()
sides = st.integers(0, 20) | st.integers(0, 2**32 - 1)
contents = (
    st.binary(max_size=300)
    | st.sampled_from(IMAGES).flatmap(damaged)
    | st.builds(bytes.__add__, st.sampled_from(BEGINNINGS), st.binary(max_size=200))
    | st.builds(chunk, st.sampled_from(CHUNKS), st.binary(max_size=40)).map(lambda extra: plain(PIXELS, extra=extra))
    | st.builds(
        png,
        st.tuples(sides, sides),
        st.binary(max_size=500),
        bits=st.sampled_from([1, 2, 3, 4, 8, 16]),
        kind=st.integers(0, 7),
        lace=st.integers(0, 2),
    )
)


@settings(quick, max_examples=500)
@given(contents)
def test_any_bytes_are_an_image_or_a_reason(content: bytes) -> None:
    try:
        pixels = decode_png(content)
    except ImageError as error:
        assert str(error)
        return
    assert content.startswith(b"\x89PNG")
    assert pixels.dtype == np.uint8
    assert pixels.shape[2] == 3
    assert all(MIN_SIDE <= side <= MAX_SIDE for side in pixels.shape[:2])
