"""What is no sane image is told, and never decoded further than it must be."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.example_gen import images
from components.example_gen.images import ImageError, decode_image, read_file

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXELS = np.random.default_rng(1).integers(0, 256, (16, 16, 3), dtype=np.uint8)


def encoded(kind: str, width: int = 16, height: int = 16, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).resize((width, height)).save(buffer, kind, **options)
    return buffer.getvalue()


PNG = encoded("PNG")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def header(width: int, height: int, colour_type: int = 2) -> bytes:
    return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0))


def with_pixels(before: bytes, pixels: bytes) -> bytes:
    return before + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def reason_of(data: bytes) -> str:
    with pytest.raises(ImageError) as caught:
        decode_image(data)
    return str(caught.value)


def test_empty_file_is_called_so() -> None:
    assert reason_of(b"") == "the file is empty"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "WEBP", "TIFF"])
def test_other_format_with_a_png_name_is_named(kind: str) -> None:
    assert reason_of(encoded(kind)) == f"the file is a {kind}, not a PNG or JPEG"


@pytest.mark.parametrize(
    "data", [b"<!DOCTYPE html><title>404</title>", b"version https://git-lfs", b"\0" * 99, SIGNATURE, PNG[:20]]
)
def test_what_is_no_image_is_told(data: bytes) -> None:
    assert reason_of(data) in ("the file is not an image", "the image is broken: Truncated File Read")


def test_animation_is_refused() -> None:
    frames = [Image.fromarray(PIXELS).rotate(90)]
    assert reason_of(encoded("PNG", save_all=True, append_images=frames)) == "the image is animated"


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 8), (8, 7), (8193, 8), (8, 8193)])
def test_size_out_of_bounds_is_named(width: int, height: int) -> None:
    expected = f"the image is {width}x{height} pixels; sides of 8 to 8192 are allowed"
    assert reason_of(encoded("PNG", width, height)) == expected


def test_large_image_is_refused_by_its_header_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "convert", decode)
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", decode)
    assert "10000x10000 pixels" in reason_of(with_pixels(header(10_000, 10_000), b""))
    assert "60000x60000 pixels" in reason_of(with_pixels(header(60_000, 60_000), b""))


@pytest.mark.parametrize("end", range(34, len(PNG) - 30, 50))
def test_truncated_image_is_refused(end: int) -> None:
    assert reason_of(PNG[:end]) in ("the file is not an image", "the image is broken: image file is truncated")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (with_pixels(header(16, 16), b"\0" * 50), "image file is truncated"),
        (header(16, 16) + chunk(b"IEND", b""), "cannot load this image"),
        (with_pixels(header(16, 16), (b"\x09" + b"\0" * 48) * 16), "unrecognized data stream contents"),
        (with_pixels(header(16, 16, colour_type=3), b"\0" * 17 * 16), "it cannot be decoded"),
        (SIGNATURE + chunk(b"IHDR", b"\0\0"), "Truncated IHDR chunk"),
        (
            with_pixels(header(16, 16) + chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(2**27))), b""),
            "Decompressed data too large",
        ),
    ],
    ids=["too few pixels", "no pixels", "unknown filter", "no palette", "short header", "text that is a bomb"],
)
def test_broken_image_is_told_why(data: bytes, reason: str) -> None:
    assert reason_of(data).startswith(f"the image is broken: {reason}")


def test_wrong_header_checksum_is_refused() -> None:
    assert reason_of(PNG[:29] + b"\0\0\0\0" + PNG[33:]) == "the file is not an image"


def test_no_damaged_byte_of_the_pixels_goes_unseen() -> None:
    start = PNG.index(b"IDAT") + 4
    length = struct.unpack(">I", PNG[start - 8 : start - 4])[0]
    for i in range(start, start + length, 7):
        damaged = PNG[:i] + bytes([PNG[i] ^ 0x10]) + PNG[i + 1 :]
        try:
            pixels = decode_image(damaged)
        except ImageError:
            continue
        assert np.array_equal(pixels, PIXELS)


def test_random_damage_raises_nothing_but_image_error() -> None:
    random = np.random.default_rng(7)
    sources = [PNG, encoded("PNG", save_all=True, append_images=[Image.fromarray(PIXELS)])]
    refused = 0
    for trial in range(400):
        data = bytearray(sources[trial % len(sources)])
        for position in random.integers(8, len(data), 3):
            data[position] = random.integers(256)
        try:
            decode_image(bytes(data))
        except ImageError:
            refused += 1
    assert refused > 300


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "the file cannot be read: No such file or directory"),
        (Path.mkdir, "the file cannot be read: Is a directory"),
    ],
    ids=["missing", "folder"],
)
def test_file_that_cannot_be_read_is_told(tmp_path: Path, make: Callable, reason: str) -> None:
    make(tmp_path / "x.png")
    with pytest.raises(ImageError) as caught:
        decode_image(read_file(tmp_path / "x.png"))
    assert str(caught.value) == reason


def test_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_FILE_BYTES", len(PNG) - 1)
    monkeypatch.setattr(Path, "read_bytes", None)
    (tmp_path / "x.png").write_bytes(PNG)
    with pytest.raises(ImageError, match=rf"^the file is larger than {len(PNG) - 1} bytes$"):
        decode_image(read_file(tmp_path / "x.png"))
