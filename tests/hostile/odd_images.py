"""Hostile PNGs, and files that only look like PNGs."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from tests.hostile.hostile_runs import noise
from tests.hostile.png_files import SIGNATURE, chunk, plain, png, saved


def bomb(side: int) -> bytes:
    """Returns a whole and valid black PNG, packed a thousandfold."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 + 3 * side)) for _ in range(side)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return SIGNATURE + header + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def wrong_checksum(data: bytes, name: bytes) -> bytes:
    """Returns a PNG with the checksum of the first chunk of that name made wrong."""
    start = data.index(name)
    (length,) = struct.unpack(">I", data[start - 4 : start])
    end = start + 4 + length
    return data[:end] + bytes([data[end] ^ 1]) + data[end + 1 :]


def large_file(path: Path, size: int) -> None:
    """Makes a file of that size which takes no room on the disk."""
    with path.open("wb") as file:
        os.truncate(file.fileno(), size)


def broken_images() -> dict[str, tuple[bytes, str]]:
    """Returns files that are no sane image, and how the reason begins, by name."""
    picture, whole = Image.fromarray(noise(1, 16)), plain(noise(2, 16))
    size = "pixels; sides of 8 to 8192 are allowed"
    frames = [Image.fromarray(noise(seed, 16)) for seed in (3, 4)]
    return {
        "truncated.png": (whole[: len(whole) // 2], "the image is broken: image file is truncated"),
        "empty.png": (b"", "the file is empty"),
        "cut.jpg": (saved(picture, "JPEG")[:-80], "the image is broken"),
        "bmp.png": (saved(picture, "BMP"), "the file is a BMP, not a PNG or JPEG"),
        "webp.png": (saved(picture, "WEBP"), "the file is a WEBP, not a PNG or JPEG"),
        "gif.png": (saved(picture, "GIF"), "the file is a GIF, not a PNG or JPEG"),
        "tiff.png": (saved(picture, "TIFF"), "the file is a TIFF, not a PNG or JPEG"),
        "html.png": (b"<!DOCTYPE html><title>404</title>", "the file is not an image"),
        "zip.png": (b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(90), "the file is not an image"),
        "random.png": (np.random.default_rng(5).bytes(5000), "the file is not an image"),
        "1x1.png": (plain(noise(6, 1)), f"the image is 1x1 {size}"),
        "tall.png": (plain(np.zeros((8193, 8, 3), np.uint8)), f"the image is 8x8193 {size}"),
        "bomb.png": (bomb(5000), "the image is blank"),
        "20000.png": (png((20_000, 20_000), b""), f"the image is 20000x20000 {size}"),
        "animated.png": (saved(frames[0], save_all=True, append_images=frames[1:]), "the image is animated"),
        "crc-header.png": (wrong_checksum(whole, b"IHDR"), "the file is not an image"),
        "pixel.png": (whole[:200] + bytes([whole[200] ^ 1]) + whole[201:], "the image is broken"),
        "no-palette.png": (png((8, 8), bytes(72), kind=3), "the image is broken"),
        "checksum.png": (wrong_checksum(whole, b"IDAT"), "the image is broken"),
        "filter.png": (png((8, 8), (b"\x09" + bytes(24)) * 8), "the image is broken"),
    }
