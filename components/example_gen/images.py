"""Reads one image file with Pillow: plain RGB pixels, or the reason why it is no sane image."""

import hashlib
import io
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from core.files import FileError, read_bounded

# A letter cannot be read below this, and a photo of one letter need not be larger; the size is read from the
# header, so that nothing of a larger image (a decompression bomb) is ever decoded.
MIN_SIDE = 8
MAX_SIDE = 2048
# Three times what the largest allowed image takes uncompressed, with room for metadata.
MAX_FILE_BYTES = 3 * 4 * MAX_SIDE * MAX_SIDE

_WHITE = 255
_OPAQUE = 255

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK = struct.Struct(">I4s")  # length and name
_CHECKSUM_BYTES = 4
_SIZE = struct.Struct(">II")
# Pillow's readers know their files by no more.
_BEGINNING = 16


class ImageError(ValueError):
    """A file is no sane image; the message is the reason, without the file's name."""


def read_image(path: str | Path) -> np.ndarray:
    """Returns the pixels of a PNG file.

    Raises:
        ImageError: If the file cannot be read, is too large, not a PNG, animated, broken, or of an unreasonable size.
    """
    return decode_png(read_file(path))


def read_file(path: str | Path) -> bytes:
    """Returns the content of an image file.

    Raises:
        ImageError: If it cannot be read, is no regular file, or is too large.
    """
    try:
        return read_bounded(path, MAX_FILE_BYTES)
    except FileError as error:
        raise ImageError(str(error)) from None


def decode_png(data: bytes) -> np.ndarray:
    """Returns the pixels of an encoded PNG: uint8 [height, width, 3], transparency laid on white.

    Raises:
        ImageError: If `data` is not a PNG, animated, broken, or of an unreasonable size.
    """
    width, height = png_size(data)
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (width, height)):
        raise ImageError(f"the image is {width}x{height} pixels; sides of {MIN_SIDE} to {MAX_SIDE} are allowed")
    try:
        # No other reader of Pillow's forty gets to see what a stranger made.
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            if getattr(image, "is_animated", False):
                raise ImageError("the image is animated")
            return _to_rgb(image)
    except Image.UnidentifiedImageError:
        raise ImageError("the file is not an image") from None
    except ImageError:
        raise
    # Pillow raises on broken files whatever its parsers stumble over, an IndexError among others.
    except Exception as error:
        raise ImageError(f"the image is broken: {str(error) or type(error).__name__}") from None


def png_size(data: bytes) -> tuple[int, int]:
    """Returns width and height from a PNG's header.

    Without Pillow, which makes room for an animated image of any size as soon as it is opened, and goes by the last
    header where there are several.

    Raises:
        ImageError: If it is empty or no PNG, or has not just one header, in front.
    """
    if not data:
        raise ImageError("the file is empty")
    if not is_png(data):
        kind = _kind_of(data)
        raise ImageError(f"the file is a {kind}, not a PNG" if kind else "the file is not an image")
    chunks = _chunks(data)
    first, header = next(chunks, (b"", b""))
    if first != b"IHDR":
        raise ImageError("the file is not an image")
    if len(header) < _SIZE.size:
        raise ImageError("the image is broken: Truncated IHDR chunk")
    if any(name == b"IHDR" for name, _ in chunks):
        raise ImageError("the image is broken: it has two headers")
    width, height = _SIZE.unpack_from(header)
    return width, height


def is_png(data: bytes) -> bool:
    """Returns whether a file begins as PNGs do."""
    return data.startswith(_PNG_SIGNATURE)


def _kind_of(data: bytes) -> str | None:
    """Returns Pillow's name of a format by how such files begin, None where none begins so."""
    Image.init()
    # Some look further than a short file goes.
    beginning = data[:_BEGINNING].ljust(_BEGINNING, b"\0")
    for kind in Image.ID:
        _, accept = Image.OPEN[kind]
        if accept and accept(beginning) is True:
            return kind
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields name and first bytes of a PNG's chunks, up to its end or as far as there are whole ones."""
    place = len(_PNG_SIGNATURE)
    while place + _CHUNK.size <= len(data):
        length, name = _CHUNK.unpack_from(data, place)
        start = place + _CHUNK.size
        place = start + length + _CHECKSUM_BYTES
        if name == b"IEND" or place > len(data):
            return
        yield name, data[start : start + min(length, _SIZE.size)]


def encode_png(pixels: np.ndarray) -> bytes:
    """Returns uint8 [height, width, 3] pixels as a PNG without metadata."""
    buffer = io.BytesIO()
    # The fastest compression: a quarter less time than the default's, and photos of letters grow by 6 % only.
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def image_id(pixels: np.ndarray) -> str:
    """Returns the hex SHA-256 of uint8 [height, width, 3] pixels and their size: equal for equal photos."""
    height, width, _ = pixels.shape
    return hashlib.sha256(f"{width}x{height}:".encode() + pixels.tobytes()).hexdigest()


def _to_rgb(image: Image.Image) -> np.ndarray:
    if image.mode.startswith("I"):
        # 16-bit grey: Pillow's own conversion clips at 255; TensorFlow's decoder keeps the high byte, as here.
        grey = np.asarray(image, dtype=np.uint32) >> 8
        return np.repeat(grey.astype(np.uint8)[..., np.newaxis], 3, axis=2)
    if image.has_transparency_data:
        return _on_white(np.asarray(image.convert("RGBA")))
    return np.asarray(image.convert("RGB"))


def _on_white(rgba: np.ndarray) -> np.ndarray:
    if rgba[..., 3].min() == _OPAQUE:
        # Nothing is transparent, as in most photos: the sum below would give the same.
        return np.ascontiguousarray(rgba[..., :3])
    alpha = rgba[..., 3:].astype(np.uint32)
    # Integers, rounded half up: the served graph computes the same (components/decoding.py).
    mixed = (rgba[..., :3] * alpha + _WHITE * (_WHITE - alpha) + _WHITE // 2) // _WHITE
    return mixed.astype(np.uint8)
