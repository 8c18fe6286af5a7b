"""Varies strokes and colours: how thick a letter is written, in which ink, under which light."""

import tensorflow as tf

from components.settings import AugmentationSettings

# How far a stroke may grow and shrink, as a share of one pixel on every side: thin strokes must not vanish.
_MAX_GROWTH = 0.8
_MAX_SHRINKAGE = 0.4


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
