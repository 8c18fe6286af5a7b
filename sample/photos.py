"""Draws photos of letters, one or many: a seed, a letter and a number always give the same photo."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.features import IMAGE_SHAPE, IMAGE_SIDE
from core.labels import label_of
from sample.distortion import draw_pose, field_positions
from sample.glyphs import glyph_fields
from sample.ink import draw_ink, stroke_coverage
from sample.paper import draw_paper
from sample.parameters import PEN, Parameters
from sample.pen import draw_pen_fields
from sample.processes import DEFAULT_WORKERS, Numbered, in_processes

# Papers by number of the photo, over and over: the four come first, so that four photos of a letter
# show them all, and of 100 photos they get 5, 5, 45 and 45 (of 100 real ones 5, 6, 42 and 47).
_PAPER_CYCLE = (0, 1, 2, 3) + (3, 2) * 8

# The real folder has a dozen photos that are not square; these are (height, width) by label and
# number of the photo, the latter modulo the cycle.
_SQUARE = (IMAGE_SIDE, IMAGE_SIDE)
_ODD_SHAPES = {(1, 0): (32, 31), (8, 1): (32, 33), (27, 2): (31, 32)}
_ODD_CYCLE = 100

# The pen's forms vary more than any font's, and are the nearest to what people write.
_PEN_SHARE = 1 / 3

# Standard deviations: of the lens and the enlarging, in pixels, and of the sensor, in 0..1.
_BLUR_RANGE = (0.3, 0.8)
_NOISE_RANGE = (0.0, 0.008)
_OPAQUE = 255


def draw_photo(parameters: Parameters, class_id: int, number: int, square: bool = False) -> NDArray[np.uint8]:
    """Returns one photo of a sample, drawn from its own random stream.

    Args:
        parameters: What the sample is made from.
        class_id: Of the letter, from 0.
        number: Which photo of that letter, from 0.
        square: Whether it is 32x32 pixels also where that photo of a sample is not.

    Returns:
        uint8 [height, width, 4], red, green, blue and an alpha of 255.
    """
    label = label_of(class_id)
    rng = np.random.default_rng(np.random.SeedSequence(parameters.seed, spawn_key=(label, number)))
    shape = _SQUARE if square else _ODD_SHAPES.get((label, number % _ODD_CYCLE), _SQUARE)
    hand = choose_hand(parameters.hands, rng)
    return draw_letter(parameters.labels[class_id], hand, paper_of(number), rng, shape)


def draw_squares(parameters: Parameters, workers: int = DEFAULT_WORKERS) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Returns the photos of a sample, letter by letter, but all of one size.

    Args:
        parameters: What the sample is made from.
        workers: Processes that draw; any number gives the same photos. 1 draws in this one.

    Returns:
        The photos, uint8 [n, 32, 32, 3], and their class ids, int64 [n].

    Raises:
        UserError: If `workers` is below 1, or a process that draws is killed.
    """
    shares = in_processes(_squares, parameters, workers)
    photos = np.concatenate([np.frombuffer(share, np.uint8) for share in shares])
    class_ids = np.repeat(np.arange(len(parameters.labels), dtype=np.int64), parameters.per_letter)
    return photos.reshape(-1, *IMAGE_SHAPE), class_ids


def _squares(parameters: Parameters, photos: Iterable[Numbered]) -> bytes:
    """Returns uint8 [n, 32, 32, 3] as bytes."""
    # Photos are opaque: what follows red, green and blue tells nothing.
    drawn = (draw_photo(parameters, *numbered, square=True) for numbered in photos)
    return b"".join(pixels[..., : IMAGE_SHAPE[2]].tobytes() for pixels in drawn)


def paper_of(number: int) -> int:
    """Returns the paper of a letter's photo of that number, as its index into `core.features.BACKGROUNDS`."""
    return _PAPER_CYCLE[number % len(_PAPER_CYCLE)]


def choose_hand(hands: tuple[str, ...], rng: np.random.Generator) -> str:
    """Returns one of the hands at random: the pen in a fixed share of the cases, the fonts equally often."""
    fonts = tuple(hand for hand in hands if hand != PEN)
    if PEN in hands and (not fonts or rng.random() < _PEN_SHARE):
        return PEN
    return fonts[rng.integers(len(fonts))]


def draw_letter(
    letter: str, hand: str, paper: int, rng: np.random.Generator, shape: tuple[int, int] = _SQUARE
) -> NDArray[np.uint8]:
    """Returns a random photo of a letter.

    Args:
        letter: One of `sample.forms.LETTERS`.
        hand: A name in `sample.parameters.ALL_HANDS`.
        paper: Index into `core.features.BACKGROUNDS`.
        rng: Source of everything that is not given.
        shape: (height, width) in pixels.

    Returns:
        uint8 [height, width, 4], red, green, blue and an alpha of 255.

    Raises:
        UserError: If the font's package is not installed.
    """
    fields = draw_pen_fields(letter, rng) if hand == PEN else glyph_fields(hand, letter)
    pose = draw_pose(fields.extent, shape, rng)
    sheet = draw_paper(paper, shape, rng)
    ink = draw_ink(sheet.mean(axis=(0, 1)), rng)
    positions = field_positions(pose, shape, rng)
    covered = stroke_coverage(fields, positions, pose.scale, rng)[..., np.newaxis]
    # Ink is a filter before the paper: printed lines show through it.
    return _photograph(sheet * (1 - covered * (1 - ink)), rng)


def _photograph(scene: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Returns uint8 [height, width, 4]: what a slightly blurred, noisy camera makes of a scene."""
    blur = rng.uniform(*_BLUR_RANGE)
    image = ndimage.gaussian_filter(scene, (blur, blur, 0), mode="nearest", truncate=3)
    image = image + rng.normal(0, rng.uniform(*_NOISE_RANGE), image.shape)
    pixels = np.clip(np.round(255 * image), 0, 255).astype(np.uint8)
    return np.dstack([pixels, np.full(pixels.shape[:2], _OPAQUE, np.uint8)])
