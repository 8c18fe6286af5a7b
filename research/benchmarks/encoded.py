"""Encoded photos to serve: PNGs of the network's size, from a folder or generated."""

import itertools
from pathlib import Path

from components.example_gen.images import ImageError, decode_png, encode_png, read_file
from core.errors import UserError
from core.features import IMAGE_SHAPE
from sample.hands import ALL_HANDS
from sample.parameters import Parameters
from sample.squares import draw_squares
from schema.curated import read_labels

_SEED = 1


def generated_photos(count: int) -> list[bytes]:
    """Returns `count` generated letters as PNGs, always the same."""
    labels = read_labels()
    per_letter = -(-count // len(labels))
    pixels, _ = draw_squares(Parameters(labels, per_letter, _SEED, ALL_HANDS))
    return [encode_png(photo) for photo in pixels[:count]]


def photos_of(folder: Path, count: int) -> list[bytes]:
    """Returns `count` PNG files' contents; a folder of fewer is gone through again.

    Files of another size than 32x32 are left out: the network takes that size alone, and in the comparisons
    nothing is resized.

    Raises:
        UserError: If the folder cannot be read or holds no such PNG, or one is broken.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; give one with PNG files")
    fitting = (data for path in sorted(folder.rglob("*.[pP][nN][gG]")) if (data := _fitting(path)))
    found = list(itertools.islice(fitting, count))
    if not found:
        raise UserError(f"{folder}: no PNG file of 32x32 pixels in it")
    return list(itertools.islice(itertools.cycle(found), count))


def _fitting(path: Path) -> bytes | None:
    try:
        data = read_file(path)
        return data if decode_png(data).shape == IMAGE_SHAPE else None
    except ImageError as error:
        raise UserError(f"{path}: {error}") from None
