"""Augmentation: a batch of photos varied at random, as a pure function of the batch and a seed."""

import math

import tensorflow as tf

from components.settings import AugmentationSettings
from components.trainer.warp import warp

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


def augment(
    photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings, strength: tf.Tensor | float = 1.0
) -> tf.Tensor:
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
    photos = rule_paper(photos, seeds[0], settings.ruling, strength)
    photos = warp(photos, seeds[1], settings, strength)
    photos = vary_strokes(photos, seeds[2], settings.stroke, strength)
    photos = vary_colours(photos, seeds[3], settings)
    photos = vary_light(photos, seeds[4], settings)
    return tf.clip_by_value(photos, 0.0, 1.0)


def strength_at(progress: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    """Returns the strength of the augmentation, float32 scalar, at some part of the training (0 to 1)."""
    if settings.cooling_start >= 1.0:
        return tf.ones_like(progress)
    cooled = tf.clip_by_value((progress - settings.cooling_start) / (1.0 - settings.cooling_start), 0.0, 1.0)
    return 1.0 - cooled * (1.0 - settings.cooled_strength)


def rule_paper(photos: tf.Tensor, seed: tf.Tensor, probability: float, strength: tf.Tensor | float = 1.0) -> tf.Tensor:
    """Returns photos of which a share has lines on the paper.

    Args:
        photos: float32 [batch, side, side, 3].
        seed: int32 [2].
        probability: Share of the photos that is ruled.
        strength: Factor of that share.
    """
    if not probability:
        return photos
    batch, side = tf.shape(photos)[0], photos.shape[1]
    seeds = tf.unstack(tf.random.split(seed, 3))
    angle = tf.random.stateless_normal([batch, 1, 1], seeds[0]) * _ANGLE_DEVIATION
    draws = tf.random.stateless_uniform([8, batch, 1, 1], seeds[1])
    spacing = tf.exp(_between(draws[0], math.log(_SPACING[0]), math.log(_SPACING[1])))
    width = _between(draws[1], *_LINE_WIDTH)
    line = tf.range(side, dtype=tf.float32) - (side - 1) / 2
    x, y = tf.meshgrid(line, line)
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


def vary_strokes(
    photos: tf.Tensor, seed: tf.Tensor, probability: float, strength: tf.Tensor | float = 1.0
) -> tf.Tensor:
    """Returns photos of which a share has thicker or thinner (dark) strokes.

    Args:
        photos: float32 [batch, height, width, 3].
        seed: int32 [2].
        probability: Share of the photos that is changed.
        strength: Factor of that share.
    """
    if not probability:
        return photos
    draws = tf.random.stateless_uniform([2, tf.shape(photos)[0], 1, 1, 1], seed)
    amount = tf.where(draws[0] < probability * strength, 2.0 * draws[1] - 1.0, 0.0)
    darkest = -tf.nn.max_pool2d(-photos, 3, 1, "SAME")
    lightest = tf.nn.max_pool2d(photos, 3, 1, "SAME")
    growth = tf.nn.relu(amount) * _MAX_GROWTH * (darkest - photos)
    shrinkage = tf.nn.relu(-amount) * _MAX_SHRINKAGE * (lightest - photos)
    return photos + growth + shrinkage


def vary_colours(photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    """Returns photos with another contrast, gain and offset per channel, and order of channels.

    Args:
        photos: float32 [batch, height, width, 3].
        seed: int32 [2].
        settings: How far each change goes.
    """
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
        permutation = tf.one_hot(order, 3)[:, tf.newaxis]
        photos = tf.matmul(photos, permutation)
    return photos


def vary_light(photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    """Returns photos under a slanting light, out of focus, and with a sensor's noise.

    Args:
        photos: float32 [batch, side, side, 3].
        seed: int32 [2].
        settings: How far each change goes.
    """
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
