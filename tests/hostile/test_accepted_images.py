"""Images that are unusual and in order: ExampleGen takes them, and has the right pixels."""

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.hostile.first_steps import photos_of, stop_after_example_gen
from tests.hostile.hostile_runs import Done, noise, row, write_csv, write_images
from tests.hostile.png_files import chunk, interlaced, plain, saved

RGB = noise(1, 16)
GREY = RGB[..., 0]
ALPHA = noise(2, 16)[..., 0]
DEEP = np.random.default_rng(3).integers(0, 65536, (16, 16, 3), dtype=np.uint16)
GREY_RGB = np.repeat(GREY[..., None], 3, axis=2)


def on_white(pixels: np.ndarray) -> np.ndarray:
    share = ALPHA[..., None] / 255
    return np.floor(pixels * share + 255 * (1 - share) + 0.5 + 1e-9).astype(np.uint8)


def rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(Image.fromarray(RGB), exif=exif.tobytes())


PALETTE = Image.fromarray(RGB).quantize(16)
BITS = GREY > 127
# Name, content, and the pixels that must come out.
IMAGES = {
    "plain.png": (plain(RGB), RGB),
    "upper.PNG": (plain(RGB), RGB),
    "other-ending.dat": (plain(RGB), RGB),
    "palette.png": (saved(PALETTE), np.asarray(PALETTE.convert("RGB"))),
    "grey.png": (plain(GREY, kind=0), GREY_RGB),
    "grey-alpha.png": (plain(np.dstack([GREY, ALPHA]), kind=4), on_white(GREY_RGB)),
    "alpha.png": (plain(np.dstack([RGB, ALPHA]), kind=6), on_white(RGB)),
    "opaque-alpha.png": (plain(np.dstack([RGB, np.full_like(ALPHA, 255)]), kind=6), RGB),
    "16-bit.png": (plain(DEEP, bits=16), (DEEP >> 8).astype(np.uint8)),
    "16-bit-grey.png": (
        plain(DEEP[..., 0], bits=16, kind=0),
        np.repeat((DEEP[..., :1] >> 8).astype(np.uint8), 3, axis=2),
    ),
    "1-bit.png": (saved(Image.fromarray(BITS)), np.where(BITS, 255, 0)[..., None].repeat(3, axis=2).astype(np.uint8)),
    "interlaced.png": (interlaced(RGB), RGB),
    "turned.png": (rotated(), np.rot90(RGB, -1)),
    "text.png": (plain(RGB, extra=chunk(b"tEXt", b"Comment\0" + b"x" * 5_000_000)), RGB),
    "gamma.png": (plain(RGB, extra=chunk(b"gAMA", (45455).to_bytes(4, "big"))), RGB),
    "note.png": (plain(RGB, extra=chunk(b"zTXt", b"k\0\0" + zlib.compress(b"note"))), RGB),
    "rubbish-behind.png": (plain(RGB) + b"<script>", RGB),
    "text-bomb.png": (plain(RGB, extra=chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(2**27)))), RGB),
    # Behind the pixels, a compressed colour profile that ends where its compression method should stand.
    "cut-profile.png": (plain(RGB)[:-12] + chunk(b"iCCP", b"name\0") + plain(RGB)[-12:], RGB),
    "8x8.png": (plain(RGB[:8, :8]), RGB[:8, :8]),
    "буква й\n.png": (plain(RGB), RGB),
}


def test_unusual_images_have_the_right_pixels(
    call: Callable[..., Done], flat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_images(flat, {name: content for name, (content, _) in IMAGES.items()})
    write_csv(flat, [row("а", 1, name) for name in IMAGES])
    stop_after_example_gen(monkeypatch)
    done = call()
    # Nothing is blessed by a run that ends there.
    assert (done.status, done.err, done.summary["components"]["LetterExampleGen"]["cached"]) == (3, "", False)
    photos = photos_of(done)
    assert set(photos) == set(IMAGES)
    for name, (_, pixels) in IMAGES.items():
        assert np.array_equal(photos[name], pixels), name
