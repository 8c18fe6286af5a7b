"""Reads one image file with Pillow: plain RGB pixels, or the reason why it is no sane image."""

import hashlib
import io
from pathlib import Path

import numpy as np
from PIL import Image

from components.example_gen.image_header import ImageError, png_size
from core.files import FileError, read_bounded

# A letter cannot be read below this, and a photo of one letter need not be larger; the size is read from the
# header, so that nothing of a larger image (a decompression bomb) is ever decoded.
MIN_SIDE = 8
MAX_SIDE = 2048
# Three times what the largest allowed image takes uncompressed, with room for metadata.
MAX_FILE_BYTES = 3 * 4 * MAX_SIDE * MAX_SIDE

_WHITE = 255
_OPAQUE = 255


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
