"""Letters without their paper: how much light each of their pixels lets through."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from components.inspector.changes import paper_of
from sample.distortion import Pose, draw_pose, field_positions
from sample.glyphs import glyph_fields
from sample.ink import stroke_coverage
from sample.parameters import ALL_HANDS, PEN
from sample.pen import draw_pen_fields

_SIDE = 64
_PHOTO_STAMPS, _GENERATED_STAMPS = 2500, 3500
_ACCENTS_MORE = 2
# Ink, as a share of the light that is lost on it: at least, and against the strongest of the same photo.
_LEAST_INK = 0.10
_INK_SHARE = 0.35
# Pixels of a dot. What the photo's edge cuts off is a neighbour's, unless it is this share of the largest part.
_SMALLEST_PART = 3
_OWN_SHARE = 0.25
_TURN_DEGREES = 10.0
_TURNED_INK = 0.25
_DARK = 0.85

Stamp = NDArray[np.float32]


class Portrait(NamedTuple):
    """A real letter on its own paper.

    Attributes:
        photo: float32 [32, 32, 3] in 0..1.
        box: left, top, right and bottom of the letter in 0..1 of the photo.
    """

    photo: NDArray[np.float32]
    box: tuple[float, float, float, float]


def gather_stamps(
    photos: NDArray[np.uint8], letters: Sequence[str], rng: np.random.Generator
) -> tuple[list[Stamp], list[Portrait]]:
    """Returns stamps of some of the photos, uint8 [n, 32, 32, 3], and of generated letters, and the photos' portraits.

    Dots and breves are easily left out, and few letters have them: those that do are there several times.
    """
    chosen = photos[rng.choice(len(photos), min(_PHOTO_STAMPS, len(photos)), replace=False)]
    stamps, portraits = photo_stamps(chosen)
    portraits += _ACCENTS_MORE * [each for stamp, each in zip(stamps, portraits, strict=True) if has_accent(stamp)]
    stamps += generated_stamps(letters, _GENERATED_STAMPS, rng)
    stamps += _ACCENTS_MORE * [stamp for stamp in stamps if has_accent(stamp)]
    return stamps, portraits


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
    return _cut(1 - covered[..., np.newaxis], covered > 0.25)[0]


def photo_stamps(photos: NDArray[np.uint8]) -> tuple[list[Stamp], list[Portrait]]:
    """Returns stamps and portraits of photos of one letter each, uint8 [n, 32, 32, 3], where the ink is sure."""
    sure = [each for photo in photos if (each := _of_photo(photo)) is not None]
    return [stamp for stamp, _ in sure], [portrait for _, portrait in sure]


def _of_photo(photo: NDArray[np.uint8]) -> tuple[Stamp, Portrait] | None:
    light = np.clip(photo / paper_of(photo), 0, 1)
    lost = (1 - light).max(axis=2)
    strongest = np.quantile(lost, 0.985)
    # Closing takes away what is at the edge of an array.
    ink = ndimage.binary_closing(np.pad(lost > max(_LEAST_INK, _INK_SHARE * strongest), 1, mode="edge"))[1:-1, 1:-1]
    parts, count = ndimage.label(ink, np.ones((3, 3)))
    if strongest < _LEAST_INK or not count:
        return None
    sizes = ndimage.sum_labels(ink, parts, range(1, count + 1))
    at_edge = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
    cut_off = np.isin(np.arange(1, count + 1), at_edge) & (sizes < _OWN_SHARE * sizes.max())
    letter = np.isin(parts, 1 + np.flatnonzero((sizes >= _SMALLEST_PART) & ~cut_off))
    stamp, (left, top, right, bottom) = _cut(light, letter)
    # Nearly the whole photo: rulings were taken for the letter.
    if max(right - left, bottom - top) > 30 or min(right - left, bottom - top) < 5:
        return None
    side = photo.shape[0]
    box = (left / side, top / side, right / side, bottom / side)
    return stamp, Portrait((photo / 255).astype(np.float32), box)


def has_accent(stamp: Stamp) -> bool:
    """Returns whether something stands above the letter, or below, apart from it, such as the dots of ё."""
    dark = np.flatnonzero(stamp.min(axis=(1, 2)) < _DARK)
    return len(dark) > 0 and dark[-1] - dark[0] >= len(dark)


def turned(stamp: Stamp, rng: np.random.Generator) -> Stamp:
    """Returns a stamp turned by a random angle, mostly a small one, cut to the letter's edge again."""
    angle = rng.normal(0, _TURN_DEGREES)
    light = ndimage.rotate(stamp, angle, order=1, mode="constant", cval=1.0)
    # Thin strokes, a breve's for one, become paler as they are turned.
    strokes = light.min(axis=2) < 1 - _TURNED_INK * (1 - stamp.min())
    return _cut(light, strokes)[0]


def _cut(light: NDArray, letter: NDArray[np.bool_]) -> tuple[Stamp, tuple[int, int, int, int]]:
    """Returns the light within a letter's edges, and these: left, top, right and bottom."""
    rows, columns = np.flatnonzero(letter.any(axis=1)), np.flatnonzero(letter.any(axis=0))
    if not len(rows):
        return np.ones((2, 2, 1), np.float32), (0, 0, 2, 2)
    near = ndimage.gaussian_filter(ndimage.binary_dilation(letter, iterations=2).astype(np.float32), 1)[..., np.newaxis]
    # What is not the letter's, rulings for one, goes.
    light = 1 - (1 - light) * np.clip(1.4 * near, 0, 1)
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return np.asarray(light[top:bottom, left:right], np.float32), (left, top, right, bottom)


def stretched(stamp: Stamp, shape: tuple[int, int]) -> Stamp:
    """Returns a stamp at another size (height, width), float32 [height, width, channels]."""
    size = shape[::-1]
    planes = [
        Image.fromarray(stamp[..., channel]).resize(size, Image.Resampling.BILINEAR)
        for channel in range(stamp.shape[2])
    ]
    return np.clip(np.stack([np.asarray(plane) for plane in planes], axis=-1), 0, 1)
