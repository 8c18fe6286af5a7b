"""What an image file says of itself, read before anything is decoded."""

import struct
from collections.abc import Iterator

from PIL import Image

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK = struct.Struct(">I4s")  # length and name
_CHECKSUM_BYTES = 4
_SIZE = struct.Struct(">II")
# Pillow's readers know their files by no more.
_BEGINNING = 16


class ImageError(ValueError):
    """A file is no sane image; the message is the reason, without the file's name."""


def png_size(data: bytes) -> tuple[int, int]:
    """Returns width and height from a PNG's header.

    Without Pillow, which makes room for an animated image of any size as soon as it is opened, and goes by the last
    header where there are several.

    Args:
        data: The file's bytes.

    Raises:
        ImageError: If it is empty or no PNG, or has not just one header, in front.
    """
    _check_beginning(data)
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


def _check_beginning(data: bytes) -> None:
    if not data:
        raise ImageError("the file is empty")
    if not is_png(data):
        kind = _kind_of(data)
        raise ImageError(f"the file is a {kind}, not a PNG" if kind else "the file is not an image")


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
