"""Decoding in the graph: any PNG or JPEG becomes [32, 32, 3], with the pixels that ExampleGen sees."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from components.decoding import PIXEL_SCALE, decode_photos
from components.example_gen.images import decode_png

SIDE = 32
Decode = Callable[[list[bytes]], np.ndarray]


def _eagerly(photos: list[bytes]) -> np.ndarray:
    return decode_photos(tf.constant(photos)).numpy()


def _in_dataset(photos: list[bytes]) -> np.ndarray:
    batches = tf.data.Dataset.from_tensor_slices(photos).batch(len(photos)).map(decode_photos)
    return next(batches.as_numpy_iterator())


@pytest.fixture(params=[_eagerly, _in_dataset], ids=["eager", "dataset"])
def decode(request: pytest.FixtureRequest) -> Decode:
    return request.param


def _saved(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=format, **options)
    return buffer.getvalue()


def _noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, shape, dtype=np.uint8)


def _palette(**options: object) -> bytes:
    image = Image.fromarray(_noise(SIDE, SIDE) % 8, mode="P")
    image.putpalette(_noise(8, 3).tobytes())
    return _saved(image, **options)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _hand_made(depth: int, colour_type: int, extra: bytes = b"") -> bytes:
    """A PNG of a depth that Pillow does not write."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour_type]
    rows = _noise(SIDE, SIDE * channels * depth // 8)
    body = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, depth, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + extra + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


PNGS = {
    "rgb": _saved(Image.fromarray(_noise(SIDE, SIDE, 3))),
    "rgba": _saved(Image.fromarray(_noise(SIDE, SIDE, 4))),
    "rgb-one-colour-transparent": _saved(Image.fromarray(_noise(SIDE, SIDE, 3) // 200), transparency=(0, 1, 0)),
    "grey": _saved(Image.fromarray(_noise(SIDE, SIDE))),
    "grey-alpha": _saved(Image.fromarray(_noise(SIDE, SIDE, 2), mode="LA")),
    "palette": _palette(),
    "palette-transparent": _palette(transparency=bytes([0, 40, 128, 255])),
    "1-bit": _saved(Image.fromarray(_noise(SIDE, SIDE)).convert("1")),
    "2-bit-grey": _hand_made(2, 0),
    "4-bit-grey": _hand_made(4, 0),
    "16-bit-grey": _saved(Image.fromarray(_noise(SIDE, SIDE).astype(np.uint16) * 257 + 99)),
    "16-bit-grey-alpha": _hand_made(16, 4),
    "16-bit-rgb": _hand_made(16, 2),
    "16-bit-rgba": _hand_made(16, 6),
    "gamma": _hand_made(8, 2, _chunk(b"gAMA", struct.pack(">I", 100000))),
}


@pytest.mark.parametrize("name", PNGS)
def test_png_has_the_very_pixels_that_example_gen_reads(name: str, decode: Decode) -> None:
    expected = decode_png(PNGS[name]).astype(np.float32)
    (photo,) = decode([PNGS[name]])
    assert photo.dtype == np.float32
    assert photo.shape == (SIDE, SIDE, 3)
    np.testing.assert_array_equal(photo, expected * np.float32(PIXEL_SCALE))
    assert photo.std() > 0


def test_photos_of_every_kind_share_a_batch(decode: Decode) -> None:
    photos = decode(list(PNGS.values()))
    for photo, png in zip(photos, PNGS.values(), strict=True):
        np.testing.assert_array_equal(np.rint(photo * 255), decode_png(png))


def test_transparency_is_laid_on_white(decode: Decode) -> None:
    ink = Image.new("RGBA", (SIDE, SIDE), (10, 20, 30, 0))
    half = Image.new("RGBA", (SIDE, SIDE), (0, 100, 200, 128))
    clear, mixed = decode([_saved(ink), _saved(half)])
    assert (clear == 1.0).all()
    np.testing.assert_array_equal(np.rint(mixed[0, 0] * 255), [127, 177, 227])


@pytest.mark.parametrize(("mode", "colour"), [("RGB", (200, 100, 50)), ("L", 77), ("CMYK", (40, 90, 130, 20))])
def test_jpeg_of_any_colour_mode_is_read(mode: str, colour: object, decode: Decode) -> None:
    image = Image.new(mode, (SIDE, SIDE), colour)
    (photo,) = decode([_saved(image, "JPEG", quality=95)])
    assert photo.shape == (SIDE, SIDE, 3)
    np.testing.assert_allclose(photo * 255, np.asarray(image.convert("RGB")), atol=4)


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
@pytest.mark.parametrize("size", [(31, 33), (31, 32), (8, 8), (200, 130), (900, 1200)])
def test_any_size_becomes_32_by_32_in_range(size: tuple[int, int], format: str, decode: Decode) -> None:
    image = Image.fromarray(_noise(size[1], size[0], 3))
    (photo,) = decode([_saved(image, format)])
    assert photo.shape == (SIDE, SIDE, 3)
    assert photo.min() >= 0.0
    assert photo.max() <= 1.0


def test_much_larger_photo_is_averaged_not_sampled(decode: Decode) -> None:
    # One black row in eight: sampling would give rows of pure white or black.
    pixels = np.full((256, 256, 3), 255, np.uint8)
    pixels[::8] = 0
    (photo,) = decode([_saved(Image.fromarray(pixels))])
    np.testing.assert_allclose(photo[4:-4], 7 / 8, atol=0.05)


BROKEN = {
    "empty": b"",
    "text": b"not an image",
    "png-signature-only": PNGS["rgb"][:8],
    "png-cut": PNGS["rgb"][:200],
    "jpeg-header-only": b"\xff\xd8\xff\xe0",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_bytes_raise(name: str, decode: Decode) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        decode([PNGS["rgb"], BROKEN[name]])


def _promising(width: int, height: int, format: str) -> bytes:
    """A file with the header of a photo of that size, and the content of a small one."""
    image = Image.fromarray(_noise(SIDE, SIDE, 3))
    if format == "PNG":
        whole = _saved(image)
        header = _chunk(b"IHDR", struct.pack(">II", width, height) + whole[24:29])
        return whole[:8] + header + whole[33:]
    whole = _saved(image, "JPEG")
    start = whole.index(b"\xff\xc0") + 5
    return whole[:start] + struct.pack(">HH", height, width) + whole[start + 4 :]


@pytest.mark.parametrize(
    ("format", "width", "height"),
    [
        ("PNG", 4097, 4096),
        ("PNG", 8, 2**21 + 1),
        ("PNG", 2**31 - 1, 2**31 - 1),
        ("JPEG", 4097, 4096),
        ("JPEG", 65500, 65500),
    ],
)
def test_photo_that_promises_too_many_pixels_is_refused_before_it_is_decoded(
    format: str, width: int, height: int, decode: Decode
) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="too many pixels"):
        decode([PNGS["rgb"], _promising(width, height, format)])


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_largest_photo_is_read(format: str, decode: Decode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.decoding.MAX_PIXELS", 50 * 40)
    large = [_saved(Image.fromarray(_noise(*shape, 3)), format) for shape in ((40, 50), (41, 50))]
    assert decode(large[:1]).shape == (1, SIDE, SIDE, 3)
    with pytest.raises(tf.errors.InvalidArgumentError, match="too many pixels"):
        decode(large[1:])


def test_gif_is_refused(decode: Decode) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        decode([_saved(Image.fromarray(_noise(SIDE, SIDE)), "GIF")])
