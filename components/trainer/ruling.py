"""Rules the paper: lines or a grid, drawn over a share of the photos."""

import math

import tensorflow as tf

_ANGLE_DEVIATION = 0.08  # radians: paper lies nearly straight
_SPACING = (4.0, 26.0)  # pixels between lines: graph paper to wide ruling
_LINE_WIDTH = (0.35, 0.9)  # pixels, as a Gaussian's deviation
_DARKNESS = (0.05, 0.4)
_TINT = (0.4, 1.0)  # how much of the darkness each channel takes
_GRID_SHARE = 0.6  # of the ruled photos, those with lines in both directions


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
