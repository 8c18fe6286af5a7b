"""PNGs that Pillow does not write, chunk by chunk, for the fuzzer's seeds and for tests."""

import io
import itertools
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Every chunk that the standard names and Pillow looks into.
CHUNK_NAMES = b"IHDR PLTE tRNS iCCP cHRM sRGB pHYs acTL fcTL fdAT eXIf iTXt zTXt tEXt gAMA IDAT IEND".split()
# Adam7's passes: first column and row, and the steps between.
_PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
_LENGTH_AND_NAME = struct.Struct(">I4s")
_CHECKSUM_BYTES = 4


def chunk(name: bytes, data: bytes) -> bytes:
    """Returns a chunk with its length and its checksum."""
    return _LENGTH_AND_NAME.pack(len(data), name) + data + struct.pack(">I", zlib.crc32(name + data))


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields name and content of a PNG's chunks, as far as there are whole ones; of other files none."""
    place = len(SIGNATURE)
    while data.startswith(SIGNATURE) and place + _LENGTH_AND_NAME.size <= len(data):
        length, name = _LENGTH_AND_NAME.unpack_from(data, place)
        start = place + _LENGTH_AND_NAME.size
        place = start + length + _CHECKSUM_BYTES
        if place <= len(data):
            yield name, data[start : start + length]


def header_size(data: bytes) -> tuple[int, int]:
    """Returns width and height, from a PNG's only header, which must be in front."""
    (name, header), *others = itertools.takewhile(lambda part: part[0] != b"IEND", chunks(data))
    assert name == b"IHDR"
    assert b"IHDR" not in [name for name, _ in others]
    width, height = struct.unpack_from(">II", header)
    return width, height


def png(
    size: tuple[int, int], rows: bytes, *, bits: int = 8, kind: int = 2, lace: int = 0, extra: bytes = b""
) -> bytes:
    """Returns a PNG.

    Args:
        size: Width and height, as its header says.
        rows: Its pixels, each row behind its filter byte.
        bits: Bits per channel.
        kind: Its colour type.
        lace: 1 for Adam7.
        extra: Chunks between the header and the pixels.
    """
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, kind, 0, 0, lace))
    return SIGNATURE + header + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def plain(pixels: np.ndarray, *, bits: int = 8, kind: int = 2, extra: bytes = b"") -> bytes:
    """Returns pixels as a PNG without filters; uint16 of either byte order become big-endian."""
    height, width = pixels.shape[:2]
    big = pixels.astype(">u2") if bits == 16 else pixels
    return png((width, height), b"".join(b"\0" + line.tobytes() for line in big), bits=bits, kind=kind, extra=extra)


def interlaced(pixels: np.ndarray) -> bytes:
    """Returns uint8 [height, width, 3] pixels as an interlaced PNG."""
    height, width = pixels.shape[:2]
    rows = (b"\0" + pixels[y, x0::dx].tobytes() for x0, y0, dx, dy in _PASSES for y in range(y0, height, dy))
    return png((width, height), b"".join(rows), lace=1)


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Returns an image as Pillow saves it in that format."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
