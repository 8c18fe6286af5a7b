"""Every sane image becomes the RGB pixels that one sees, and equal photos have equal ids."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from components.example_gen.images import decode_image, decode_images, encode_png, image_id, is_blank, read_file

RGB = np.random.default_rng(1).integers(0, 256, (9, 12, 3), dtype=np.uint8)
RED = (255, 0, 0)


def png(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def plain_png(bits: int, colour_type: int, row: bytes, transparent: bytes = b"") -> bytes:
    """Returns an 8x8 PNG of equal rows, in ways that Pillow does not write."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 8, 8, bits, colour_type, 0, 0, 0)
    colour = chunk(b"tRNS", transparent) if transparent else b""
    pixels = zlib.compress((b"\0" + row) * 8)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + colour + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_rgb_is_given_as_it_is() -> None:
    assert np.array_equal(decode_image(png(Image.fromarray(RGB))), RGB)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA"])
def test_other_modes_are_given_as_rgb(mode: str) -> None:
    image = Image.fromarray(RGB).convert(mode)
    pixels = decode_image(png(image))
    assert (pixels.shape, pixels.dtype) == ((9, 12, 3), np.uint8)
    assert np.array_equal(pixels, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize(("alpha", "expected"), [(0, 255), (1, 254), (127, 128), (128, 127), (254, 1), (255, 0)])
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_on_white(mode: str, alpha: int, expected: int) -> None:
    black = (0, 0, 0, alpha) if mode == "RGBA" else (0, alpha)
    assert set(decode_image(png(Image.new(mode, (8, 8), black))).ravel()) == {expected}


def test_colour_below_half_transparency_is_rounded_not_cut() -> None:
    pixels = decode_image(png(Image.new("RGBA", (8, 8), (10, 200, 30, 100))))
    assert pixels[0, 0].tolist() == [round((c * 100 + 255 * 155) / 255) for c in (10, 200, 30)]


def test_transparent_entry_of_a_palette_is_white() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([*RED, 0, 0, 255])
    image.putpixel((3, 3), 1)
    pixels = decode_image(png(image, transparency=0))
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[3, 3].tolist() == [0, 0, 255]


@pytest.mark.parametrize(
    ("bits", "colour_type", "row", "transparent"),
    [(8, 0, b"\x07" * 8, b"\0\x07"), (8, 2, b"\x07" * 24, b"\0\x07" * 3), (1, 0, b"\0", b"\0\0")],
    ids=["grey", "RGB", "one bit"],
)
def test_single_transparent_colour_is_white(bits: int, colour_type: int, row: bytes, transparent: bytes) -> None:
    assert set(decode_image(plain_png(bits, colour_type, row, transparent)).ravel()) == {255}
    assert 255 not in decode_image(plain_png(bits, colour_type, row))


def test_16_bit_grey_keeps_its_high_byte() -> None:
    grey = np.arange(0, 65536, 512, dtype=np.uint16).reshape(8, 16)
    pixels = decode_image(png(Image.fromarray(grey)))
    assert np.array_equal(pixels, np.repeat((grey >> 8).astype(np.uint8)[..., None], 3, axis=2))


@pytest.mark.parametrize(
    ("bits", "colour_type", "row", "expected"),
    [
        (16, 2, b"\x80\xff" * 24, [128, 128, 128]),
        (16, 4, b"\0\0\x80\0" * 8, [127, 127, 127]),
        (2, 0, b"\x55\x55", [85, 85, 85]),
    ],
    ids=["16-bit RGB", "16-bit grey and alpha", "2-bit grey"],
)
def test_uncommon_depths_are_read(bits: int, colour_type: int, row: bytes, expected: list[int]) -> None:
    assert decode_image(plain_png(bits, colour_type, row))[7, 7].tolist() == expected


def test_interlaced_png_is_read() -> None:
    """Adam7, a pass at a time: an 8x8 image whose pixel (x, y) has the grey 16 y + x."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    grey = 16 * np.arange(8)[:, None] + np.arange(8)
    rows = b"".join(
        b"\0" + bytes(grey[y, x0::dx].astype(np.uint8)) for x0, y0, dx, dy in passes for y in range(y0, 8, dy)
    )
    data = bytearray(plain_png(8, 0, b"\0" * 8))
    data[28] = 1
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    packed = zlib.compress(rows)
    body = b"IDAT" + packed
    image = bytes(data[:33]) + struct.pack(">I", len(packed)) + body + struct.pack(">I", zlib.crc32(body))
    assert np.array_equal(decode_image(image + b"\0\0\0\0IEND\xaeB`\x82")[..., 0], grey)


def test_encoding_keeps_pixels_and_size_and_drops_metadata() -> None:
    notes = PngInfo()
    notes.add_text("Author", "somebody")
    original = png(Image.fromarray(RGB), pnginfo=notes, dpi=(72, 72), exif=Image.Exif().tobytes())
    encoded = encode_png(decode_image(original))
    with Image.open(io.BytesIO(encoded)) as image:
        image.load()
        assert (image.format, image.mode, image.size, image.info) == ("PNG", "RGB", (12, 9), {})
    assert np.array_equal(decode_image(encoded), RGB)


def test_photos_of_different_sizes_come_with_their_own_png() -> None:
    sizes = [RGB, RGB[:, :9], RGB[:8]]
    photos = decode_images([png(Image.fromarray(pixels), dpi=(72, 72)) for pixels in sizes])
    for photo, pixels in zip(photos, sizes, strict=True):
        assert np.array_equal(photo.pixels, pixels)
        with Image.open(io.BytesIO(photo.png)) as image:
            assert (image.format, image.mode, image.info) == ("PNG", "RGB", {})
            assert np.array_equal(np.asarray(image), pixels)


@pytest.mark.parametrize(("channel", "blank"), [(None, True), (0, False), (1, False), (2, False)])
def test_photo_with_ink_in_one_channel_is_not_blank(channel: int | None, blank: bool) -> None:
    pixels = np.full((9, 12, 3), 200, np.uint8)
    if channel is not None:
        pixels[4, 3:9, channel] = 150
    assert is_blank(pixels) is blank


def test_image_id_is_the_same_for_equal_photos_however_they_are_stored() -> None:
    files = [png(Image.fromarray(RGB)), png(Image.fromarray(RGB).convert("RGBA"), compress_level=0, dpi=(72, 72))]
    ids = {image_id(decode_image(file)) for file in files}
    assert len(ids) == 1
    assert len(ids.pop()) == 64


def test_image_id_tells_one_changed_value_and_another_size_apart() -> None:
    changed = RGB.copy()
    changed[0, 0, 0] ^= 1
    variants = [RGB, changed, RGB.reshape(12, 9, 3), RGB.reshape(6, 18, 3), RGB[::-1]]
    assert len({image_id(pixels) for pixels in variants}) == len(variants)


@pytest.mark.parametrize(
    ("size", "kept"), [((8, 8), (8, 8)), ((8, 8192), (256, 1)), ((8192, 16), (1, 256)), ((31, 32), (32, 31))]
)
def test_sides_from_8_to_8192_are_read(tmp_path, size: tuple[int, int], kept: tuple[int, int]) -> None:
    (tmp_path / "x").write_bytes(png(Image.new("RGB", size, RED)))
    assert decode_image(read_file(tmp_path / "x")).shape[:2] == kept


def test_jpeg_is_read_as_it_is_seen() -> None:
    grey = np.kron(np.array([[0, 120], [200, 255]], np.uint8), np.ones((16, 16), np.uint8))
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, "JPEG", quality=100)
    np.testing.assert_allclose(decode_image(buffer.getvalue())[..., 0].astype(int), grey, atol=3)


def test_a_broken_image_spoils_none_beside_it() -> None:
    whole = png(Image.fromarray(RGB))
    first, broken, empty, last = decode_images([whole, whole[:-40], b"", whole])
    assert np.array_equal(first.pixels, RGB)
    assert np.array_equal(last.pixels, RGB)
    assert (str(broken)[:19], str(empty)) == ("the image is broken", "the file is empty")
