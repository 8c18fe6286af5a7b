"""A file that somebody wants read: its bytes, looked at before TensorFlow decodes them."""

import io
from pathlib import Path

from PIL import Image

from components.example_gen.images import ImageError, is_png, png_size, read_file
from core.errors import UserError
from core.features import MAX_PIXELS

NO_IMAGE = "not a PNG or JPEG image"


def read_image_bytes(path: Path) -> bytes:
    """Returns a file's content.

    Raises:
        UserError: If it cannot be read, is no regular file, or is too large.
    """
    try:
        return read_file(path)
    except ImageError as error:
        raise UserError(f"{path}: {str(error).removeprefix('the file ')}") from None


def check_size(path: Path | str, image: bytes) -> None:
    """Checks the size in an image's header, before the model decodes all of it.

    Args:
        path: Where the image came from, for messages.
        image: The file's bytes.

    Raises:
        UserError: If it is too large, or no PNG or JPEG.
    """
    try:
        width, height = png_size(image) if is_png(image) else _jpeg_size(image)
    # Whatever Pillow stumbles over (components/example_gen/images.py).
    except Exception:
        raise no_image(path) from None
    if width * height > MAX_PIXELS:
        raise UserError(f"{path}: more than {MAX_PIXELS} pixels; make the image smaller")


def _jpeg_size(image: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(image), formats=("JPEG",)) as header:
        return header.size


def no_image(path: Path | str) -> UserError:
    """Returns the error for a file that is no photo."""
    return UserError(f"{path}: {NO_IMAGE}")
