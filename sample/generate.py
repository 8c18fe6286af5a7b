"""Draws photos of letters: a seed, a letter and a number always give the same photo."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.features import IMAGE_SIDE
from core.labels import ALPHABET, class_id_of, label_of
from sample.distortion import draw_pose, field_positions
from sample.glyphs import glyph_fields
from sample.hands import DEFAULT_HANDS, PEN, known_hands
from sample.ink import draw_ink, stroke_coverage
from sample.paper import draw_paper
from sample.pen import draw_pen_fields

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


@dataclass(frozen=True)
class Photo:
    """One photo and its row of the CSV.

    Attributes:
        letter: One letter of the alphabet.
        label: 1..33.
        file: The file's name.
        background: Index into `core.features.BACKGROUNDS`.
        pixels: uint8 [height, width, 4], red, green, blue and an alpha of 255.
    """

    letter: str
    label: int
    file: str
    background: int
    pixels: NDArray[np.uint8]


def generate(per_letter: int, seed: int, fonts: tuple[str, ...] = DEFAULT_HANDS) -> Iterator[Photo]:
    """Yields `per_letter` photos of every letter, letter by letter.

    Raises:
        SampleError: If a font is unknown or its package is not installed.
    """
    for letter in ALPHABET:
        for number in range(per_letter):
            yield draw_photo(letter, number, seed, fonts)


def draw_photo(letter: str, number: int, seed: int, fonts: tuple[str, ...] = DEFAULT_HANDS) -> Photo:
    """Returns one photo of a sample, drawn from its own random stream.

    Args:
        letter: One letter of the alphabet.
        number: Which photo of that letter, from 0.
        seed: The sample's seed, 0 or more.
        fonts: Names in `sample.hands.ALL_HANDS` to choose from.

    Raises:
        SampleError: If a font is unknown or its package is not installed.
    """
    label = label_of(class_id_of(letter))
    shape = _ODD_SHAPES.get((label, number % _ODD_CYCLE), _SQUARE)
    return draw_photo_of_shape(letter, number, seed, fonts, shape)


def draw_photo_of_shape(
    letter: str, number: int, seed: int, fonts: tuple[str, ...], shape: tuple[int, int] = _SQUARE
) -> Photo:
    """Returns the photo that `draw_photo` would, but of a given (height, width) in pixels."""
    label = label_of(class_id_of(letter))
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(label, number)))
    paper = _PAPER_CYCLE[number % len(_PAPER_CYCLE)]
    pixels = draw_letter(letter, choose_hand(fonts, rng), paper, rng, shape)
    return Photo(letter, label, f"{label:02d}_{number + 1:02d}.png", paper, pixels)


def choose_hand(hands: tuple[str, ...], rng: np.random.Generator) -> str:
    """Returns one of the hands at random: the pen in a fixed share of the cases, the fonts equally often.

    Args:
        hands: Names in `sample.hands.ALL_HANDS`.
        rng: Source of the choice.
    """
    fonts = tuple(hand for hand in known_hands(hands) if hand != PEN)
    if PEN in hands and (not fonts or rng.random() < _PEN_SHARE):
        return PEN
    return fonts[rng.integers(len(fonts))]


def draw_letter(
    letter: str,
    font: str,
    paper: int,
    rng: np.random.Generator,
    shape: tuple[int, int] = _SQUARE,
) -> NDArray[np.uint8]:
    """Returns a random photo of a letter.

    Args:
        letter: One letter of the alphabet.
        font: A name in `sample.hands.ALL_HANDS`.
        paper: Index into `core.features.BACKGROUNDS`.
        rng: Source of everything that is not given.
        shape: (height, width) in pixels.

    Returns:
        uint8 [height, width, 4], red, green, blue and an alpha of 255.

    Raises:
        SampleError: If the font is unknown or its package is not installed.
    """
    fields = draw_pen_fields(letter, rng) if font == PEN else glyph_fields(font, letter)
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
