"""The orientation tag of cameras: in JPEG and PNG, of both byte orders, and what strangers write in its place."""

import io
import struct
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageOps

from components.decoding import decode_photo
from components.orientation import read_orientation

TAG = 0x0112
# Not alike in any turn or mirror image; grey, and smooth enough for a JPEG.
UPRIGHT = np.kron(np.array([[0, 80, 200], [160, 255, 40]], np.uint8), np.ones((16, 16), np.uint8))


def _saved(format: str, orientation: int, order: str = "<") -> bytes:
    tag = Image.Exif()
    tag.endian = order
    tag[TAG] = orientation
    file = io.BytesIO()
    options = {"quality": 100} if format == "JPEG" else {}
    Image.fromarray(UPRIGHT).convert("RGB").save(file, format, exif=tag.tobytes(), **options)
    return file.getvalue()


# Traced once, which takes seconds.
@pytest.fixture(scope="module", params=[False, True], ids=["eager", "graph"])
def decode(request: pytest.FixtureRequest) -> Any:
    in_graph = tf.function(decode_photo, input_signature=[tf.TensorSpec([], tf.string)])
    return in_graph if request.param else decode_photo


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_is_turned_as_pillow_turns_it(orientation: int, format: str, decode: Any) -> None:
    encoded = _saved(format, orientation)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(encoded)).convert("RGB"))
    np.testing.assert_allclose(decode(tf.constant(encoded)).numpy().astype(float), expected, atol=3)


@pytest.mark.parametrize("order", ["<", ">"])
def test_tag_of_both_byte_orders_is_read(order: str) -> None:
    encoded = _saved("JPEG", 6, order)
    assert (b"II*\0" if order == "<" else b"MM\0*") in encoded
    assert int(read_orientation(tf.constant(encoded), tf.constant(False))) == 6


def _with_directory(directory: bytes, start: int = 8) -> bytes:
    """A JPEG with a directory of tags of one's own."""
    tiff = b"II*\0" + struct.pack("<I", start) + directory
    segment = b"Exif\0\0" + tiff
    file = io.BytesIO()
    Image.fromarray(UPRIGHT).save(file, "JPEG")
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + file.getvalue()[2:]


def _entry(tag: int, value: int) -> bytes:
    return struct.pack("<HHIHH", tag, 3, 1, value, 0)


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (_with_directory(struct.pack("<H", 2) + _entry(0x010F, 3) + _entry(TAG, 8)), 8),
        (_with_directory(struct.pack("<H", 1) + _entry(TAG, 9)), 1),
        (_with_directory(struct.pack("<H", 1) + _entry(TAG, 0)), 1),
        (_with_directory(struct.pack("<H", 65535) + _entry(TAG, 3)), 3),
        (_with_directory(struct.pack("<H", 1) + _entry(TAG, 3), start=60000), 1),
        (_with_directory(b""), 1),
    ],
    ids=["second tag", "9", "0", "too many tags", "beyond the file", "no directory"],
)
def test_what_is_no_orientation_is_upright(encoded: bytes, expected: int) -> None:
    assert int(read_orientation(tf.constant(encoded), tf.constant(False))) == expected


def test_photo_without_a_tag_is_upright() -> None:
    file = io.BytesIO()
    Image.fromarray(UPRIGHT).save(file, "PNG")
    assert int(read_orientation(tf.constant(file.getvalue()), tf.constant(True))) == 1
