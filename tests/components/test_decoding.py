"""Decoding in the graph: any PNG or JPEG becomes upright RGB of a bounded size, as Pillow would show it."""

import io
import itertools
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from components.decoding import decode_photo
from core.features import MAX_PHOTO_SIDE

SIDE = 32
Decode = Callable[[bytes], np.ndarray]


def _eagerly(photo: bytes) -> np.ndarray:
    return decode_photo(tf.constant(photo)).numpy()


def _traced() -> Decode:
    graph = tf.function(decode_photo, input_signature=[tf.TensorSpec([], tf.string)])
    return lambda photo: graph(tf.constant(photo)).numpy()


# Traced once, which takes seconds.
@pytest.fixture(scope="module", params=["eager", "graph"])
def decode(request: pytest.FixtureRequest) -> Decode:
    return _eagerly if request.param == "eager" else _traced()


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


OPAQUE = [name for name in PNGS if "alpha" not in name and "rgba" not in name and "transparent" not in name]


@pytest.mark.parametrize("name", [name for name in OPAQUE if "16" not in name])
def test_png_has_the_pixels_that_pillow_shows(name: str, decode: Decode) -> None:
    photo = decode(PNGS[name])
    assert photo.dtype == np.uint8
    np.testing.assert_array_equal(photo, Image.open(io.BytesIO(PNGS[name])).convert("RGB"))
    assert photo.std() > 0


@pytest.mark.parametrize("name", PNGS)
def test_what_is_kept_of_a_photo_is_decoded_to_the_same(name: str, decode: Decode) -> None:
    kept = decode(PNGS[name])
    np.testing.assert_array_equal(decode(_saved(Image.fromarray(kept))), kept)


def test_16_bits_keep_their_high_byte(decode: Decode) -> None:
    grey = np.arange(0, 65536, 512, dtype=np.uint16).reshape(8, 16)
    np.testing.assert_array_equal(decode(_saved(Image.fromarray(grey)))[..., 0], grey >> 8)


def _drawing(ink: tuple[int, int, int]) -> bytes:
    """A cross of an ink on nothing."""
    pixels = np.zeros((SIDE, SIDE, 4), np.uint8)
    pixels[14:18, 4:28] = pixels[4:28, 14:18] = (*ink, 255)
    return _saved(Image.fromarray(pixels))


@pytest.mark.parametrize(("ink", "ground"), [((0, 0, 0), 255), ((20, 90, 40), 255), ((255, 255, 255), 0)])
def test_drawing_lies_on_what_its_ink_differs_from(ink: tuple[int, int, int], ground: int, decode: Decode) -> None:
    photo = decode(_drawing(ink))
    assert photo[0, 0].tolist() == [ground] * 3
    assert photo[16, 16].tolist() == list(ink)


def test_transparent_margin_has_the_colour_of_the_paper(decode: Decode) -> None:
    pixels = np.zeros((3 * SIDE, 3 * SIDE, 4), np.uint8)
    pixels[SIDE:-SIDE, SIDE:-SIDE] = (200, 190, 170, 255)
    pixels[SIDE + 10 : SIDE + 12, SIDE + 8 : -SIDE - 8, :3] = 60
    photo = decode(_saved(Image.fromarray(pixels)))
    np.testing.assert_allclose(photo[0, 0], [200, 190, 170], atol=12)


def test_half_transparent_ink_is_mixed_with_the_ground(decode: Decode) -> None:
    half = decode(_saved(Image.new("RGBA", (SIDE, SIDE), (0, 100, 200, 128))))
    np.testing.assert_allclose(half[0, 0], [127, 177, 227], atol=1)


@pytest.mark.parametrize(("mode", "colour"), [("RGB", (200, 100, 50)), ("L", 77), ("CMYK", (40, 90, 130, 20))])
def test_jpeg_of_any_colour_mode_is_read(mode: str, colour: object, decode: Decode) -> None:
    image = Image.new(mode, (SIDE, SIDE), colour)
    photo = decode(_saved(image, "JPEG", quality=95))
    assert photo.shape == (SIDE, SIDE, 3)
    np.testing.assert_allclose(photo.astype(float), np.asarray(image.convert("RGB")), atol=4)


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((31, 33), (31, 33)),
        ((8, 8), (8, 8)),
        ((MAX_PHOTO_SIDE, 130), (MAX_PHOTO_SIDE, 130)),
        ((2 * MAX_PHOTO_SIDE, 40), (MAX_PHOTO_SIDE, 20)),
        ((900, 1200), (192, 256)),
        ((4000, 8), (256, 1)),
    ],
)
def test_long_sides_are_made_shorter(size: tuple[int, int], kept: tuple[int, int], format: str, decode: Decode) -> None:
    photo = decode(_saved(Image.fromarray(_noise(size[1], size[0], 3)), format))
    assert photo.shape == (kept[1], kept[0], 3)


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_much_larger_photo_is_averaged_not_sampled(format: str, decode: Decode) -> None:
    # Black rows, an eighth of all: sampling would give rows of pure white or black.
    pixels = np.full((8 * MAX_PHOTO_SIDE, MAX_PHOTO_SIDE, 3), 255, np.uint8)
    pixels[::8] = 0
    photo = decode(_saved(Image.fromarray(pixels), format))
    np.testing.assert_allclose(photo[4:-4].astype(float), 255 * 7 / 8, atol=12)


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
        decode(BROKEN[name])


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
        ("PNG", 8193, 8192),
        ("PNG", 8, 2**23 + 1),
        ("PNG", 2**31 - 1, 2**31 - 1),
        ("JPEG", 8193, 8192),
        ("JPEG", 65500, 65500),
    ],
)
def test_photo_that_promises_too_many_pixels_is_refused_before_it_is_decoded(
    format: str, width: int, height: int, decode: Decode
) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="too many pixels"):
        decode(_promising(width, height, format))


def test_largest_photo_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.decoding.MAX_PIXELS", 50 * 40)
    for decode, format in itertools.product((_eagerly, _traced()), ("PNG", "JPEG")):
        large = [_saved(Image.fromarray(_noise(*shape, 3)), format) for shape in ((40, 50), (41, 50))]
        assert decode(large[0]).shape == (40, 50, 3)
        with pytest.raises(tf.errors.InvalidArgumentError, match="too many pixels"):
            decode(large[1])


def test_gif_is_refused(decode: Decode) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        decode(_saved(Image.fromarray(_noise(SIDE, SIDE)), "GIF"))
