"""Target: the bytes of an image file, as ExampleGen reads them."""

from pathlib import Path

import numpy as np

from components.example_gen.bad_records import describe
from components.example_gen.images import MAX_SIDE, MIN_SIDE, ImageError, decode_png, encode_png, image_id, read_image
from components.example_gen.records import BadRecord
from research.fuzz import mutations
from research.fuzz.image_seeds import BEGINNINGS, image_seeds
from research.fuzz.png_files import SIGNATURE, header_size
from research.fuzz.target import Target

# Larger ones are not encoded anew: it takes half a second for the largest.
_SOON_ENCODED = 256 * 256


def check_image(folder: Path, content: bytes) -> None:
    """Checks that a file gives pixels as promised, or a reason.

    Args:
        folder: Where the file is written.
        content: Its bytes.

    Raises:
        AssertionError: If not.
    """
    path = folder / "photo"
    path.write_bytes(content)
    try:
        pixels = read_image(path)
    except ImageError as error:
        assert str(error)
        assert describe(BadRecord(2, "photo", str(error))).isprintable()
        return
    assert content.startswith(SIGNATURE)
    assert pixels.dtype == np.uint8
    width, height = header_size(content)
    assert pixels.shape == (height, width, 3)
    assert all(MIN_SIDE <= side <= MAX_SIDE for side in pixels.shape[:2])
    if pixels.size <= _SOON_ENCODED:
        again = decode_png(encode_png(pixels))
        assert np.array_equal(again, pixels)
        assert image_id(again) == image_id(pixels)


TARGET = Target(
    name="image",
    check=check_image,
    seeds=image_seeds,
    mutation=mutations.image,
    words=BEGINNINGS,
    max_bytes=4096,
)
