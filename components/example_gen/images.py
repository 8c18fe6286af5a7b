"""Reads image files as ExampleGen keeps them: the pixels, or the reason why one is no sane image."""

import functools
import hashlib
import io
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from core.features import MAX_PIXELS
from core.files import FileError, read_bounded

# A letter cannot be read below this. The size is read from the header, so that nothing of a larger image (a
# decompression bomb) is ever decoded.
MIN_SIDE = 8
MAX_SIDE = 8192
# More than cameras write: a photo of 50 megapixels as a PNG that nothing could compress takes less.
MAX_FILE_BYTES = 3 * MAX_PIXELS

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_JPEG_SIGNATURE = b"\xff\xd8\xff"
_CHUNK = struct.Struct(">I4s")  # length and name
_CHECKSUM_BYTES = 4
_SIZE = struct.Struct(">II")
# Of 255 levels, as a standard deviation; the palest of 11,508 real photos has 2.05.
_BLANK = 1.2
# Of PNGs, the fastest: a quarter less time than the default's, and photos of letters grow by 6 % only.
_COMPRESSION = 1
# Pillow's readers know their files by no more.
_BEGINNING = 16


class ImageError(ValueError):
    """A file is no sane image; the message is the reason, without the file's name."""


class Photo(NamedTuple):
    """A decoded image: uint8 [height, width, 3], and the same as a PNG without metadata."""

    pixels: np.ndarray
    png: bytes


def read_file(path: str | Path) -> bytes:
    """Returns the content of an image file.

    Raises:
        ImageError: If it cannot be read, is no regular file, or is too large.
    """
    try:
        return read_bounded(path, MAX_FILE_BYTES)
    except FileError as error:
        raise ImageError(str(error)) from None


def decode_image(data: bytes) -> np.ndarray:
    """Returns the pixels of an encoded PNG or JPEG as they are kept: uint8 [height, width, 3].

    Raises:
        ImageError: If `data` is neither, animated, broken, or of an unreasonable size.
    """
    [photo] = decode_images([data])
    if isinstance(photo, ImageError):
        raise photo
    return photo.pixels


def decode_images(encoded: Sequence[bytes]) -> list[Photo | ImageError]:
    """Returns each of some images decoded, on all cores, or the reason why it is no sane image."""
    faults = [_fault_of(data) for data in encoded]
    decoded = iter(_decode([data for data, fault in zip(encoded, faults, strict=True) if fault is None]))
    return [next(decoded) if fault is None else fault for fault in faults]


def image_size(data: bytes) -> tuple[int, int]:
    """Returns width and height from the header of a PNG or JPEG.

    A PNG's without Pillow, which makes room for an animated image of any size as soon as it is opened, and goes by the
    last header where there are several.

    Raises:
        ImageError: If it is empty or neither, or a PNG has not just one header, in front.
    """
    if not data:
        raise ImageError("the file is empty")
    if data.startswith(_JPEG_SIGNATURE):
        return _jpeg_size(data)
    if not data.startswith(_PNG_SIGNATURE):
        kind = _kind_of(data)
        raise ImageError(f"the file is a {kind}, not a PNG or JPEG" if kind else "the file is not an image")
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


def is_blank(pixels: np.ndarray) -> bool:
    """Returns whether there is no ink in a photo, uint8 [height, width, 3]: all of it is of one colour, or nearly."""
    # One by one, since the first of nearly every photo tells that it is not.
    return all(pixels[..., channel].std() < _BLANK for channel in range(pixels.shape[-1]))


def encode_png(pixels: np.ndarray) -> bytes:
    """Returns uint8 [height, width, 3] pixels as a PNG without metadata."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=_COMPRESSION)
    return buffer.getvalue()


def image_id(pixels: np.ndarray) -> str:
    """Returns the hex SHA-256 of uint8 [height, width, 3] pixels and their size: equal for equal photos."""
    height, width, _ = pixels.shape
    return hashlib.sha256(f"{width}x{height}:".encode() + pixels.tobytes()).hexdigest()


def _decode(encoded: Sequence[bytes]) -> list[Photo | ImageError]:
    """Returns photos of a reasonable size decoded; a broken one spoils none of the others."""
    import tensorflow as tf

    if not encoded:
        return []
    try:
        flat, shapes, pngs = _graph()(tf.constant(encoded))
    except tf.errors.OpError:
        if len(encoded) == 1:
            return [ImageError(_complaint(encoded[0]))]
        return [result for data in encoded for result in _decode([data])]
    parts = np.split(flat.values.numpy(), flat.row_splits.numpy()[1:-1])
    rows = zip(parts, shapes.numpy(), pngs.numpy(), strict=True)
    return [Photo(part.reshape(shape), png) for part, shape, png in rows]


@functools.cache
def _graph() -> Callable[[Any], Any]:
    """Returns what turns string [batch] into pixels, uint8 [batch, (any)], their shapes, int32 [batch, 3], and PNGs."""
    # Here, since it takes seconds, and a photo's header can be looked at without it.
    import tensorflow as tf

    from components.decoding import AT_ONCE, decode_photo

    kinds = (tf.RaggedTensorSpec([None], tf.uint8), tf.TensorSpec([3], tf.int32), tf.TensorSpec([], tf.string))

    # Nothing here needs AutoGraph, which would take seconds to rewrite the source.
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)], autograph=False)
    def decode(encoded: tf.Tensor) -> tuple[tf.RaggedTensor, tf.Tensor, tf.Tensor]:
        def each(data: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            pixels = decode_photo(data)
            png = tf.io.encode_png(pixels, compression=_COMPRESSION)
            return tf.reshape(pixels, [-1]), tf.shape(pixels), png

        return tf.map_fn(each, encoded, fn_output_signature=kinds, parallel_iterations=AT_ONCE)

    return decode


def _complaint(data: bytes) -> str:
    """Returns what Pillow says of an image that cannot be decoded."""
    try:
        # No other reader of Pillow's forty gets to see what a stranger made.
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            image.convert("RGB")
    except Image.UnidentifiedImageError:
        return "the file is not an image"
    # Pillow raises on broken files whatever its parsers stumble over, an IndexError among others.
    except Exception as error:
        return f"the image is broken: {str(error) or type(error).__name__}"
    return "the image is broken: it cannot be decoded"


def _fault_of(data: bytes) -> ImageError | None:
    try:
        width, height = image_size(data)
    except ImageError as error:
        return error
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (width, height)):
        return ImageError(f"the image is {width}x{height} pixels; sides of {MIN_SIDE} to {MAX_SIDE} are allowed")
    if data.startswith(_PNG_SIGNATURE) and any(name == b"acTL" for name, _ in _chunks(data)):
        return ImageError("the image is animated")
    return None


def _jpeg_size(data: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as header:
            return header.size
    except Exception as error:
        raise ImageError(f"the image is broken: {str(error) or type(error).__name__}") from None


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
