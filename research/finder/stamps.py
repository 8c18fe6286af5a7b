"""Letters without their paper: how much light each of their pixels lets through."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from sample.distortion import Pose, draw_pose, field_positions
from sample.glyphs import glyph_fields
from sample.ink import stroke_coverage
from sample.parameters import ALL_HANDS, PEN
from sample.pen import draw_pen_fields

_SIDE = 64
# Ink, as a share of the light that is lost on it: at least, and against the strongest of the same photo.
_LEAST_INK = 0.10
_INK_SHARE = 0.4
_SMALLEST_PART = 4

Stamp = NDArray[np.float32]


def generated_stamps(letters: Sequence[str], count: int, rng: np.random.Generator) -> list[Stamp]:
    """Returns stamps of random letters in random hands, each float32 [height, width, 1], cut to the letter's edge."""
    return [_generated(str(rng.choice(list(letters))), rng) for _ in range(count)]


def _generated(letter: str, rng: np.random.Generator) -> Stamp:
    hand = PEN if rng.random() < 0.5 else str(rng.choice(ALL_HANDS[:-1]))
    fields = draw_pen_fields(letter, rng) if hand == PEN else glyph_fields(hand, letter)
    shape = (_SIDE, _SIDE)
    # Poses are for photos of 32 pixels.
    pose = draw_pose(fields.extent, (32, 32), rng)
    pose = Pose(pose.matrix * 2, (0.0, 0.0))
    covered = stroke_coverage(fields, field_positions(pose, shape, rng), pose.scale * rng.uniform(0.35, 1), rng)
    return _cut(1 - covered[..., np.newaxis], covered > 0.25)


def photo_stamps(photos: NDArray[np.uint8]) -> list[Stamp]:
    """Returns stamps of photos of one letter each, uint8 [n, 32, 32, 3]; those in which no ink is sure are left out."""
    stamps = (_of_photo(photo.astype(np.float32) / 255) for photo in photos)
    return [stamp for stamp in stamps if stamp is not None]


def _of_photo(photo: NDArray[np.float32]) -> Stamp | None:
    paper = ndimage.grey_closing(photo, (11, 11, 1), mode="nearest")
    paper = ndimage.gaussian_filter(paper, (5, 5, 0), mode="nearest")
    light = np.clip(photo / np.maximum(paper, 0.05), 0, 1)
    lost = (1 - light).max(axis=2)
    strongest = np.quantile(lost, 0.985)
    ink = ndimage.binary_closing(lost > max(_LEAST_INK, _INK_SHARE * strongest))
    parts, count = ndimage.label(ink, np.ones((3, 3)))
    if strongest < _LEAST_INK or not count:
        return None
    sizes = ndimage.sum_labels(ink, parts, range(1, count + 1))
    letter = np.isin(parts, 1 + np.flatnonzero(sizes >= max(_SMALLEST_PART, 0.06 * sizes.max())))
    stamp = _cut(light, letter)
    height, width, _ = stamp.shape
    # Nearly the whole photo: rulings were taken for the letter.
    return stamp if max(height, width) <= 30 and min(height, width) >= 5 else None


def _cut(light: NDArray, letter: NDArray[np.bool_]) -> Stamp:
    rows, columns = np.flatnonzero(letter.any(axis=1)), np.flatnonzero(letter.any(axis=0))
    if not len(rows):
        return np.ones((2, 2, 1), np.float32)
    near = ndimage.gaussian_filter(ndimage.binary_dilation(letter, iterations=2).astype(np.float32), 1)[..., np.newaxis]
    # What is not the letter's, rulings for one, goes.
    light = 1 - (1 - light) * np.clip(1.4 * near, 0, 1)
    return np.asarray(light[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], np.float32)


def stretched(stamp: Stamp, shape: tuple[int, int]) -> Stamp:
    """Returns a stamp at another size (height, width), float32 [height, width, channels]."""
    size = shape[::-1]
    planes = [
        Image.fromarray(stamp[..., channel]).resize(size, Image.Resampling.BILINEAR)
        for channel in range(stamp.shape[2])
    ]
    return np.clip(np.stack([np.asarray(plane) for plane in planes], axis=-1), 0, 1)
