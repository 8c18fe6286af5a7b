"""What fuzzing found, kept: each input crashed, or was answered wrongly, before the product was mended."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from components.example_gen.images import ImageError, decode_image
from components.example_gen.layout import DataLayout
from components.example_gen.records import read_records
from core.features import CSV_FILE_NAME
from pipeline.predict.photos import fault_of
from schema.curated import read_labels
from tests.hostile.hostile_runs import Done, noise, write_csv, write_images
from tests.hostile.png_files import SIGNATURE, chunk, plain, png, saved
from tests.hostile.promises import HEADER, ROWS, check_csv


@pytest.mark.parametrize(("short", "length"), [(42, 150), (40, 130), (200, 60)])
def test_long_name_behind_many_short_rows_is_no_broken_csv(tmp_path: Path, short: int, length: int) -> None:
    names = [f"{number}.png" for number in range(short)] + ["x" * length + ".png", "last.png"]
    write_images(tmp_path, dict.fromkeys(names, b""))
    write_csv(tmp_path, [f"а,1,{name},0" for name in names])
    records, bad = read_records(DataLayout(tmp_path / CSV_FILE_NAME, tmp_path), read_labels())
    assert ([record.file for record in records], bad) == (names, [])


@pytest.mark.parametrize("commas", [33, 36, 39, 40, 41])
def test_last_row_that_is_far_too_long_is_told_with_its_line(tmp_path: Path, commas: int) -> None:
    # Without a line break at the end: the answer was "not a CSV: Buffer overflow caught", without a line.
    check_csv(tmp_path, "\n".join([HEADER, *ROWS, "," * commas]).encode())
    check_csv(tmp_path, "\n".join([HEADER, "аa.png,0", "б,2png,1", "в,3,c.png,", "," * commas]).encode())


def animated(width: int, height: int) -> bytes:
    """Returns what Pillow needs to make room for a frame as soon as it opens the file."""
    frame = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, width, height, 0, 0, 1, 1, 1, 0))
    return png((width, height), b"", extra=chunk(b"acTL", struct.pack(">II", 2, 0)) + frame)


HUGE = animated(26_979, 1_853_030_409)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HUGE, "the image is 26979x1853030409 pixels; sides of 8 to 8192 are allowed"),
        (plain(noise(1))[:-12] + HUGE[8:], "the image is broken: it has two headers"),
        # Of a colour type that there is not: Pillow passes its pixels over, and goes on to the next header.
        (png((8, 8), b"", kind=5)[:-12] + HUGE[8:], "the image is broken: it has two headers"),
        (HUGE[8:], "the file is not an image"),
        (SIGNATURE + chunk(b"tEXt", b"k\0v") + HUGE[8:], "the file is not an image"),
    ],
    ids=["huge", "behind another header", "behind a wrong header", "no signature", "behind a text"],
)
def test_animated_image_of_any_size_takes_no_memory(
    content: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("Pillow was to read it: it would take all memory that there is")

    monkeypatch.setattr(Image, "open", opened)
    with pytest.raises(ImageError, match=f"^{reason}$"):
        decode_image(content)
    assert fault_of(content)


def test_other_formats_are_told_by_how_they_begin_and_read_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {kind: saved(Image.fromarray(noise(1)), kind) for kind in ("GIF", "TIFF", "WEBP", "ICO")}
    monkeypatch.setattr(Image, "open", None)
    for kind, content in whole.items():
        with pytest.raises(ImageError, match=f"^the file is a {kind}, not a PNG or JPEG$"):
            decode_image(content[:40])


def test_text_behind_a_closing_quotation_mark_is_told_with_its_line(call: Callable[..., Done], flat: Path) -> None:
    write_csv(flat, ["а,1,a.png,0", 'б,2,"b".png,1'])
    done = call()
    assert (done.status, len(done.lines)) == (2, 1)
    assert "line 3: text behind a closing quotation mark" in done.lines[0]
