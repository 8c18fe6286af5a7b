"""The paper: striped, gridded, plain or graph, with its tint, printed lines and lighting."""

import math

import numpy as np
from numpy.typing import NDArray

from core.features import BACKGROUNDS
from sample.raster import FINE, fine_positions, reduce, smooth_noise

# Photo pixels between printed lines. Plain paper has none.
_SPACING_RANGES = {"striped": (8.5, 16.0), "gridded": (8.0, 13.5), "graph": (2.7, 4.6)}
_TILT_RANGE = (-6.0, 6.0)
_LINE_WIDTH_RANGE = (0.5, 1.0)
# How far, in photo pixels, a sheet that does not lie flat bends its lines.
_BEND = 0.8
# The share of light that a printed line lets through: grey, violet or blue, seldom reddish.
_LINE_LIGHT_RANGE = (0.55, 0.85)
_LINE_BLUE = np.array([0.0, 0.03, 0.09])
_LINE_TINT = 0.05

# Darkest, commonest and lightest sheet.
_BRIGHTNESS = (0.3, 0.62, 0.87)
# Red, green and blue of a white sheet under lamps and daylight: mostly pinkish or bluish.
_WHITE = np.array([1.03, 0.97, 1.0])
_TINT = 0.055
# Now and then a sheet is coloured card.
_CARD_SHARE = 0.01
_CARD = np.array([1.1, 0.75, 0.4])
_SHADE_RANGE = (0.0, 0.12)
# Paper is not quite even.
_MOTTLE = 0.02
_MOTTLE_CELLS = 5


def draw_paper(paper: int, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Returns a random empty sheet of one of `core.features.BACKGROUNDS`, by its index.

    Returns:
        float64 [height, width, 3], red, green and blue in 0..1.
    """
    lines = _draw_lines(BACKGROUNDS[paper], shape, rng)[..., np.newaxis]
    sheet = _draw_tint(rng) * _draw_light(shape, rng)[..., np.newaxis]
    line_light = rng.uniform(*_LINE_LIGHT_RANGE) + _LINE_BLUE + rng.uniform(-_LINE_TINT, _LINE_TINT, 3)
    return np.asarray(np.clip(sheet * (1 - lines * (1 - line_light)), 0, 1))


def _draw_tint(rng: np.random.Generator) -> NDArray[np.float64]:
    """Returns float64 [3]: the sheet's colour, which white balance shifts a little."""
    tint = rng.triangular(*_BRIGHTNESS) * (_WHITE + rng.uniform(-_TINT, _TINT, 3))
    return np.asarray(tint * _CARD if rng.uniform() < _CARD_SHARE else tint)


def _draw_light(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Returns float64 [height, width], around 1: light that falls off across the sheet."""
    y, x = (np.linspace(-1, 1, side) for side in shape)
    angle, fall = rng.uniform(0, 2 * math.pi), rng.uniform(*_SHADE_RANGE)
    slope = math.sin(angle) * y[:, np.newaxis] + math.cos(angle) * x[np.newaxis, :]
    return np.asarray(1 + fall * slope + _MOTTLE * smooth_noise(shape, _MOTTLE_CELLS, rng))


def _draw_lines(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Returns float64 [height, width] in 0..1: how much of each pixel the printed lines cover."""
    if kind not in _SPACING_RANGES:
        return np.zeros(shape)
    angle = math.radians(rng.uniform(*_TILT_RANGE))
    spacing, width = rng.uniform(*_SPACING_RANGES[kind]), rng.uniform(*_LINE_WIDTH_RANGE)
    y, x = fine_positions(shape)
    along, across = math.cos(angle), math.sin(angle)
    rows = _bent_rulings(along * y + across * x, spacing, width, rng)
    if kind == "striped":
        return reduce(rows)
    return reduce(np.maximum(rows, _bent_rulings(along * x - across * y, spacing, width, rng)))


def _bent_rulings(
    distance: NDArray[np.float64], spacing: float, width: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    bent = distance + _BEND * smooth_noise(distance.shape, 2, rng)
    return draw_rulings(bent, spacing, width, FINE, rng)


def draw_rulings(
    distance: NDArray[np.float64], spacing: float, width: float, sharpness: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Returns parallel lines at random offset.

    Args:
        distance: float64, of any shape: how far each place is across the lines.
        spacing: Between them, like `width` in the same unit.
        width: Of a line.
        sharpness: How much of a line appears per unit at its border.
        rng: Says where the first is.

    Returns:
        float64 like `distance`, in 0..1: how much of each place they cover.
    """
    turns = distance / spacing + rng.uniform()
    from_line = np.abs(turns - np.round(turns)) * spacing
    return np.asarray(np.clip((width / 2 - from_line) * sharpness + 0.5, 0, 1))
