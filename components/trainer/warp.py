"""Moves pixels: one smooth map per photo, affine and elastic together, looked up once."""

import math

import tensorflow as tf

from components.settings import AugmentationSettings

# The elastic displacement is drawn on a grid of this many points a side and interpolated.
_ELASTIC_GRID = 6


def warp(
    photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings, strength: tf.Tensor | float = 1.0
) -> tf.Tensor:
    """Returns each photo rotated, zoomed, sheared, shifted and bent at random.

    Args:
        photos: float32 [batch, side, side, 3].
        seed: int32 [2].
        settings: How far each change goes.
        strength: Factor of every change.
    """
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
    batch: tf.Tensor, side: int, seed: tf.Tensor, settings: AugmentationSettings, strength: tf.Tensor | float = 1.0
) -> tf.Tensor:
    """Draws one affine map per photo, about the photo's centre.

    Args:
        batch: int32 scalar, the number of photos.
        side: Pixels along one side.
        seed: int32 [2].
        settings: The largest rotation, zoom, stretch, shear and shift.
        strength: Factor of each of them.

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
    points = tf.einsum("bij,hwj->bhwi", matrix, _centred_grid(side))
    return points + shift[:, tf.newaxis, tf.newaxis, :] + (side - 1) / 2


def elastic_displacements(batch: tf.Tensor, side: int, seed: tf.Tensor, pixels: tf.Tensor | float) -> tf.Tensor:
    """Draws one smooth field of displacements per photo.

    Args:
        batch: int32 scalar, the number of photos.
        side: Pixels along one side.
        seed: int32 [2].
        pixels: Standard deviation of the displacements.

    Returns:
        float32 [batch, side, side, 2], in pixels.
    """
    coarse = tf.random.stateless_normal([batch, _ELASTIC_GRID, _ELASTIC_GRID, 2], seed) * pixels
    return tf.image.resize(coarse, [side, side], "bicubic")


def look_up(photos: tf.Tensor, points: tf.Tensor) -> tf.Tensor:
    """Returns the photos' colours at some points, interpolated bilinearly; beyond the border, the nearest.

    Args:
        photos: float32 [batch, side, side, channels].
        points: float32 [batch, height, width, 2], (x, y) in pixels.

    Returns:
        float32 [batch, height, width, channels].
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


def _centred_grid(side: int) -> tf.Tensor:
    line = tf.range(side, dtype=tf.float32) - (side - 1) / 2
    return tf.stack(tf.meshgrid(line, line), axis=-1)
