"""Target: the bytes of a photo, as `predict.py` looks at them before TensorFlow does."""

import math
from pathlib import Path

from core.errors import UserError
from core.features import MAX_PIXELS
from pipeline.predict.photo_file import check_size, read_image_bytes
from research.fuzz import mutations
from research.fuzz.image_seeds import BEGINNINGS, image_seeds
from research.fuzz.png_files import SIGNATURE, header_size
from research.fuzz.target import Target

_JPEG = b"\xff\xd8\xff"


def check_photo(folder: Path, content: bytes) -> None:
    """Checks that a file goes to TensorFlow as it is, and is small enough, or is refused in one line.

    Args:
        folder: Where the file is written.
        content: Its bytes.

    Raises:
        AssertionError: If not.
    """
    path = folder / "photo"
    path.write_bytes(content)
    try:
        image = read_image_bytes(path)
        check_size(path, image)
    except UserError as error:
        assert str(error).startswith(f"{path}: ")
        assert str(error).isprintable()
        return
    assert image == content
    assert content.startswith((SIGNATURE, _JPEG))
    if content.startswith(SIGNATURE):
        assert math.prod(header_size(content)) <= MAX_PIXELS


TARGET = Target(
    name="photo",
    check=check_photo,
    seeds=image_seeds,
    mutation=mutations.image,
    words=[*BEGINNINGS, *(b"\xff" + bytes([marker]) for marker in range(0xC0, 0xF0))],
    max_bytes=4096,
)
