"""Augmentation: a batch of photos varied at random, as a pure function of the batch and a seed.

Each variation takes the photos, float32 [batch, side, side, 3], and a seed, int32 [2], and returns photos of the same
shape; where there is a strength, it is a factor of how far, or of how many, photos are changed.
"""

import math
from typing import TypeAlias

import tensorflow as tf

from components.settings import AugmentationSettings

_Factor: TypeAlias = tf.Tensor | float

# Ruled paper.
_ANGLE_DEVIATION = 0.08  # radians: paper lies nearly straight
_SPACING = (4.0, 26.0)  # pixels between lines: graph paper to wide ruling
_LINE_WIDTH = (0.35, 0.9)  # pixels, as a Gaussian's deviation
_DARKNESS = (0.05, 0.4)
_TINT = (0.4, 1.0)  # how much of the darkness each channel takes
_GRID_SHARE = 0.6  # of the ruled photos, those with lines in both directions
# How far a stroke may grow and shrink, as a share of one pixel on every side: thin strokes must not vanish.
_MAX_GROWTH = 0.8
_MAX_SHRINKAGE = 0.4
# The elastic displacement is drawn on a grid of this many points a side and interpolated.
_ELASTIC_GRID = 6


def augment(photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings, strength: _Factor = 1.0) -> tf.Tensor:
    """Returns each photo moved, bent, and written anew with another pen and ink, on other paper, in another light.

    Args:
        photos: float32 [batch, side, side, 3] in [0, 1].
        seed: int32 [2]; the same seed varies the same batch in the same way.
        settings: How far each variation goes.
        strength: Factor of what changes shapes and paper, float32 scalar; ink and light always vary in full, since
            they tell nothing of the letter.

    Returns:
        float32 of the same shape, in [0, 1].
    """
    # Split, so that no two variations draw the same numbers.
    seeds = tf.unstack(tf.random.split(seed, 5))
    photos = _rule_paper(photos, seeds[0], settings.ruling, strength)
    photos = warp(photos, seeds[1], settings, strength)
    photos = _vary_strokes(photos, seeds[2], settings.stroke, strength)
    photos = _vary_colours(photos, seeds[3], settings)
    photos = _vary_light(photos, seeds[4], settings)
    return tf.clip_by_value(photos, 0.0, 1.0)


def strength_at(progress: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    """Returns the strength of the augmentation, float32 scalar, at some part of the training (0 to 1)."""
    if settings.cooling_start >= 1.0:
        return tf.ones_like(progress)
    cooled = tf.clip_by_value((progress - settings.cooling_start) / (1.0 - settings.cooling_start), 0.0, 1.0)
    return 1.0 - cooled * (1.0 - settings.cooled_strength)


def _rule_paper(photos: tf.Tensor, seed: tf.Tensor, probability: float, strength: _Factor) -> tf.Tensor:
    """Returns photos of which a share, as probable as that, has lines on the paper."""
    if not probability:
        return photos
    batch, side = tf.shape(photos)[0], photos.shape[1]
    seeds = tf.unstack(tf.random.split(seed, 3))
    angle = tf.random.stateless_normal([batch, 1, 1], seeds[0]) * _ANGLE_DEVIATION
    draws = tf.random.stateless_uniform([8, batch, 1, 1], seeds[1])
    spacing = tf.exp(_between(draws[0], math.log(_SPACING[0]), math.log(_SPACING[1])))
    width = _between(draws[1], *_LINE_WIDTH)
    x, y = _centred_grid(side)
    cos, sin = tf.cos(angle), tf.sin(angle)
    rows = _lines(cos * y - sin * x, spacing, draws[2], width) * _between(draws[3], *_DARKNESS)
    columns = _lines(cos * x + sin * y, spacing, draws[4], width) * _between(draws[5], *_DARKNESS)
    columns *= tf.cast(draws[6] < _GRID_SHARE, tf.float32)
    ruled = tf.maximum(rows, columns) * tf.cast(draws[7] < probability * strength, tf.float32)
    tint = _between(tf.random.stateless_uniform([batch, 1, 1, 3], seeds[2]), *_TINT)
    return photos * (1.0 - ruled[..., tf.newaxis] * tint)


def _lines(position: tf.Tensor, spacing: tf.Tensor, phase: tf.Tensor, width: tf.Tensor) -> tf.Tensor:
    """Returns how much each pixel lies on a line, 0 to 1, for positions across the lines in pixels."""
    distance = tf.abs(tf.math.floormod(position / spacing + phase, 1.0) - 0.5) * spacing
    return tf.exp(-0.5 * (distance / width) ** 2)


def _between(draw: tf.Tensor, low: float, high: float) -> tf.Tensor:
    return low + draw * (high - low)


def warp(photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings, strength: _Factor = 1.0) -> tf.Tensor:
    """Returns each photo rotated, zoomed, sheared, shifted and bent at random: one smooth map, looked up once."""
    amounts = (settings.rotation_degrees, settings.zoom, settings.stretch, settings.shear, settings.shift)
    if not any((*amounts, settings.elastic)):
        return photos
    side = photos.shape[1]
    seeds = tf.unstack(tf.random.split(seed, 2))
    points = affine_points(tf.shape(photos)[0], side, seeds[0], settings, strength)
    if settings.elastic:
        points += elastic_displacements(tf.shape(photos)[0], side, seeds[1], settings.elastic * strength)
    last = side - 1
    if settings.fill_mode == "reflect":
        points = last - tf.abs(tf.math.floormod(points, 2.0 * last) - last)
    return look_up(photos, points)


def affine_points(
    batch: tf.Tensor, side: int, seed: tf.Tensor, settings: AugmentationSettings, strength: _Factor = 1.0
) -> tf.Tensor:
    """Draws one affine map per photo, about the photo's centre, for a batch of that many photos.

    Returns:
        float32 [batch, side, side, 2]: where (x, y) in the photo each pixel of the result comes from.
    """
    draws = tf.random.stateless_uniform([6, batch], seed, -1.0, 1.0) * strength
    angle = draws[0] * math.radians(settings.rotation_degrees)
    zoom, stretch = tf.exp(draws[1] * settings.zoom), tf.exp(draws[2] * settings.stretch)
    shear = draws[3] * settings.shear
    shift = tf.transpose(draws[4:6]) * settings.shift * side
    cos, sin = tf.cos(angle), tf.sin(angle)
    rows = [[cos, shear * cos - sin], [sin, shear * sin + cos]]
    scale = tf.stack([zoom * stretch, zoom / stretch], axis=1)
    matrix = tf.stack([tf.stack(row, axis=1) for row in rows], axis=1) * scale[:, :, tf.newaxis]
    points = tf.einsum("bij,hwj->bhwi", matrix, tf.stack(_centred_grid(side), axis=-1))
    return points + shift[:, tf.newaxis, tf.newaxis, :] + (side - 1) / 2


def elastic_displacements(batch: tf.Tensor, side: int, seed: tf.Tensor, pixels: _Factor) -> tf.Tensor:
    """Draws one smooth field of displacements per photo, of a standard deviation in pixels.

    Returns:
        float32 [batch, side, side, 2], in pixels.
    """
    coarse = tf.random.stateless_normal([batch, _ELASTIC_GRID, _ELASTIC_GRID, 2], seed) * pixels
    return tf.image.resize(coarse, [side, side], "bicubic")


def look_up(photos: tf.Tensor, points: tf.Tensor) -> tf.Tensor:
    """Returns the photos' colours at points (x, y), interpolated bilinearly; beyond the border, the nearest.

    Args:
        photos: float32 [batch, side, side, channels].
        points: float32 [batch, height, width, 2], in pixels.
    """
    last = photos.shape[1] - 1
    points = tf.clip_by_value(points, 0.0, float(last))
    corner = tf.floor(points)
    weight = points - corner
    low = tf.cast(corner, tf.int32)
    high = tf.minimum(low + 1, last)

    def at(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        return tf.gather_nd(photos, tf.stack([y, x], axis=-1), batch_dims=1)

    wx, wy = weight[..., :1], weight[..., 1:]
    top = at(low[..., 0], low[..., 1]) * (1 - wx) + at(high[..., 0], low[..., 1]) * wx
    bottom = at(low[..., 0], high[..., 1]) * (1 - wx) + at(high[..., 0], high[..., 1]) * wx
    return top * (1 - wy) + bottom * wy


def _centred_grid(side: int) -> list[tf.Tensor]:
    """Returns x and y of each pixel from the photo's centre, float32 [side, side] each."""
    line = tf.range(side, dtype=tf.float32) - (side - 1) / 2
    return list(tf.meshgrid(line, line))


def _vary_strokes(photos: tf.Tensor, seed: tf.Tensor, probability: float, strength: _Factor) -> tf.Tensor:
    """Returns photos of which a share, as probable as that, has thicker or thinner (dark) strokes."""
    if not probability:
        return photos
    draws = tf.random.stateless_uniform([2, tf.shape(photos)[0], 1, 1, 1], seed)
    amount = tf.where(draws[0] < probability * strength, 2.0 * draws[1] - 1.0, 0.0)
    darkest = -tf.nn.max_pool2d(-photos, 3, 1, "SAME")
    lightest = tf.nn.max_pool2d(photos, 3, 1, "SAME")
    growth = tf.nn.relu(amount) * _MAX_GROWTH * (darkest - photos)
    shrinkage = tf.nn.relu(-amount) * _MAX_SHRINKAGE * (lightest - photos)
    return photos + growth + shrinkage


def _vary_colours(photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    """Returns photos with another contrast, gain and offset per channel, and order of channels."""
    if not any((settings.contrast, settings.ink_gain, settings.ink_offset, settings.permute_channels)):
        return photos
    seeds = tf.unstack(tf.random.split(seed, 3))
    batch = tf.shape(photos)[0]
    contrast = 1.0 + tf.random.stateless_uniform([batch, 1, 1, 1], seeds[0], -1.0, 1.0) * settings.contrast
    mean = tf.reduce_mean(photos, axis=[1, 2], keepdims=True)
    photos = mean + (photos - mean) * contrast
    draws = tf.random.stateless_uniform([2, batch, 1, 1, 3], seeds[1], -1.0, 1.0)
    photos = photos * (1.0 + draws[0] * settings.ink_gain) + draws[1] * settings.ink_offset
    if settings.permute_channels:
        order = tf.argsort(tf.random.stateless_uniform([batch, 3], seeds[2]), axis=1)
        photos = tf.matmul(photos, tf.one_hot(order, 3)[:, tf.newaxis])
    return photos


def _vary_light(photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    """Returns photos under a slanting light, out of focus, and with a sensor's noise."""
    if not any((settings.light_slope, settings.blur, settings.noise)):
        return photos
    seeds = tf.unstack(tf.random.split(seed, 4))
    batch, side = tf.shape(photos)[0], photos.shape[1]
    slope = tf.random.stateless_uniform([2, batch, 1, 1, 1], seeds[0], -1.0, 1.0) * settings.light_slope
    line = tf.linspace(-1.0, 1.0, side)
    photos *= 1.0 + slope[0] * line[:, tf.newaxis] + slope[1] * line[:, tf.newaxis, tf.newaxis]
    blur = tf.nn.relu(tf.random.stateless_uniform([batch, 1, 1, 1], seeds[1], -1.0, 1.0)) * settings.blur
    photos += blur * (tf.nn.avg_pool2d(photos, 3, 1, "SAME") - photos)
    amount = tf.random.stateless_uniform([batch, 1, 1, 1], seeds[2]) * settings.noise
    return photos + tf.random.stateless_normal(tf.shape(photos), seeds[3]) * amount
