"""The ink: how much of each pixel a stroke covers, and a colour that can be read on its paper."""

import colorsys

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sample.glyphs import FARTHEST_INK, FIELD_SIDE, X_HEIGHT, GlyphFields
from sample.raster import FINE, reduce, smooth_noise

# Half the width of a stroke in photo pixels: of a hard pencil, a ballpoint and a felt pen.
_HALF_WIDTH = (0.5, 0.9, 2.2)
# Wider than this share of the x-height, the counters of ж, ы and ю would fill.
_LARGEST_HALF_WIDTH = 0.125
# 0 draws a pen of even width along the strokes' middle, 1 the font's own thick and thin.
_FONT_SHAPE_RANGE = (0.0, 0.65)
_PRESSURE = 0.18
# A letter is centred in its field to within a pixel.
_NEAR = FARTHEST_INK + 1
# Pencils and crayons cover unevenly.
_GRAIN_RANGE = (0.0, 0.35)
_GRAIN_CELLS = 20
_OPACITY_RANGE = (0.5, 1.0)

# Least, commonest and greatest saturation and value, in 0..1, of the light that ink lets through.
# Coloured pens are commoner than pencil and black ballpoint, so saturation leans to the high end.
_SATURATION = (0.0, 0.75, 1.0)
_VALUE = (0.15, 0.9, 1.0)
# The least difference from the paper in the channel where it is largest, in 0..1.
MIN_CONTRAST = 0.2
_DARKER = 0.88


def stroke_coverage(
    fields: GlyphFields, positions: NDArray[np.float64], scale: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Returns how much ink lies on each pixel of the photo.

    Args:
        fields: The letter's distance fields.
        positions: float64 [2, FINE * height, FINE * width], field pixels.
        scale: Photo pixels along a field pixel.
        rng: Source of the pen's width, pressure and grain.

    Returns:
        float64 [height, width] in 0..1.
    """
    half_width = min(rng.triangular(*_HALF_WIDTH) / scale, _LARGEST_HALF_WIDTH * X_HEIGHT)
    font_shape, field = _draw_font_shape(fields, rng)
    distance = np.full(positions.shape[1:], FARTHEST_INK, np.float32)
    rows, columns = _box_near_letter(fields, positions)
    box = distance[rows, columns]
    ndimage.map_coordinates(field, positions[:, rows, columns], box, order=1, mode="nearest")
    pressure = 1 + _PRESSURE * smooth_noise(distance.shape, 4, rng)
    inside = (1 - font_shape) * half_width * pressure - distance
    covered: NDArray[np.float64] = np.clip(inside * scale * FINE + 0.5, 0, 1)
    grain = rng.uniform(*_GRAIN_RANGE) * smooth_noise(distance.shape, _GRAIN_CELLS, rng)
    return reduce(covered * np.clip(rng.uniform(*_OPACITY_RANGE) + grain, 0, 1))


def _box_near_letter(fields: GlyphFields, positions: NDArray[np.float64]) -> tuple[slice, slice]:
    """Returns the rows and the columns of `positions` where ink can lie: often less than half of all."""
    height, width = fields.extent
    y, x = np.abs(positions - (FIELD_SIDE - 1) / 2)
    near = (y < height / 2 + _NEAR) & (x < width / 2 + _NEAR)
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _draw_font_shape(fields: GlyphFields, rng: np.random.Generator) -> tuple[np.float32, NDArray[np.float32]]:
    """Returns a random share of the font's thick and thin, and the field mixed by it."""
    font_shape = np.float32(rng.uniform(*_FONT_SHAPE_RANGE))
    if fields.outline is None:
        return np.float32(0), fields.pen
    return font_shape, (1 - font_shape) * fields.pen + font_shape * fields.outline


def draw_ink(paper: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Returns a random ink that can be read on a paper of a mean colour, float64 [3] in 0..1.

    Returns:
        float64 [3]: the share of each channel's light that the ink lets through.
    """
    hue, saturation, value = rng.uniform(), rng.triangular(*_SATURATION), rng.triangular(*_VALUE)
    ink = np.array(colorsys.hsv_to_rgb(hue, saturation, value))
    # Even black ink cannot differ from a paper by more than the paper's own brightness.
    needed = min(MIN_CONTRAST, 0.6 * paper.max())
    while contrast(ink, paper) < needed:
        ink = ink * _DARKER
    return ink


def contrast(ink: NDArray[np.float64], paper: NDArray[np.float64]) -> float:
    """Returns the largest difference over channels between inked and bare paper, in 0..1."""
    return float(np.max(paper * (1 - ink)))
