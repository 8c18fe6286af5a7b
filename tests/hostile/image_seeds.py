"""Small images of every kind that a photo may come as, and of kinds that it may not."""

import zlib

import numpy as np
from PIL import Image

from tests.hostile.png_files import chunk, interlaced, plain, png, saved

PIXELS = np.random.default_rng(1).integers(0, 256, (9, 9, 3), dtype=np.uint8)
# How files begin that Pillow reads with one of its forty other readers.
BEGINNINGS = (
    b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"BM", b"GIF89a", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8 ", b"8BPS\0\1",
    b"%!PS-Adobe-3.0 EPSF-3.0\n", b"P6\n", b"DDS ", b"\0\0\1\0\1\0", b"\x00\x00\x00\x0cjP  ", b"SIMPLE  =", b"icns",
    b"qoif", b"\x01\xda", b"/* XPM */", b"#define x_width 8\n", b"\xd7\xcd\xc6\x9a\0\0", b"BLP2", b"\x0a\5\1\x08",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0\0\0 ftypavif",
)  # fmt: skip


def image_seeds() -> list[bytes]:
    """Returns whole images and beginnings, all of a few hundred bytes."""
    return [*_pngs(), *_extended_pngs(), *_refused_pngs(), *_other_images(), *(b + bytes(64) for b in BEGINNINGS), b""]


def _pngs() -> list[bytes]:
    """Returns a PNG of every colour type."""
    grey, deep = PIXELS[..., 0], PIXELS.astype(np.uint16) * 257
    picture = Image.fromarray(PIXELS)
    return [
        plain(PIXELS),
        interlaced(PIXELS),
        plain(grey, kind=0),
        plain(np.dstack([grey, grey]), kind=4),
        plain(np.dstack([PIXELS, grey]), kind=6),
        plain(deep, bits=16),
        plain(deep[..., 0], bits=16, kind=0),
        plain(np.dstack([deep, deep[..., 0]]), bits=16, kind=6),
        saved(Image.fromarray(grey > 127)),
        saved(picture.quantize(4), bits=2, transparency=0),
        saved(picture.quantize(16)),
    ]


def _extended_pngs() -> list[bytes]:
    """Returns PNGs with chunks besides those for the pixels."""
    text = chunk(b"tEXt", b"k\0v") + chunk(b"zTXt", b"k\0\0" + zlib.compress(b"v"))
    text += chunk(b"iTXt", b"k\0\1\0en\0k\0" + zlib.compress(b"v"))
    numbers = chunk(b"gAMA", b"\0\0\xb1\x8f") + chunk(b"cHRM", bytes(32)) + chunk(b"sRGB", b"\0")
    picture = Image.fromarray(PIXELS)
    exif = Image.Exif()
    exif[0x0112] = 6
    return [
        plain(PIXELS, extra=text),
        plain(PIXELS, extra=numbers),
        plain(PIXELS, extra=chunk(b"tRNS", bytes(6))),
        plain(PIXELS[..., 0], kind=0, extra=chunk(b"tRNS", bytes(2))),
        saved(picture, exif=exif.tobytes(), icc_profile=b"x" * 50, dpi=(72, 72)),
        saved(picture, save_all=True, append_images=[picture.rotate(90)]),
    ]


def _refused_pngs() -> list[bytes]:
    return [
        plain(PIXELS[:1, :1]),
        png((2049, 9), b""),
        png((2**31 - 1, 2**31 - 1), b""),
        png((2048, 2048), bytes(8)),
        png((9, 9), bytes(90), kind=3),
        png((9, 9), (b"\x09" + bytes(27)) * 9),
        png((9, 9), bytes(9 * 19), bits=16, kind=0, lace=1),
        plain(PIXELS)[:-40],
    ]


def _other_images() -> list[bytes]:
    picture = Image.fromarray(PIXELS)
    return [
        saved(picture, "JPEG"),
        saved(picture, "JPEG", progressive=True, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0", dpi=(72, 72)),
        saved(picture.convert("CMYK"), "JPEG"),
        saved(picture.convert("L"), "JPEG"),
        *(saved(picture, kind) for kind in ("GIF", "TIFF", "BMP", "WEBP", "PPM", "ICO", "TGA", "PCX", "MPO")),
    ]
