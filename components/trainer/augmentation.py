"""Augmentation: a batch of photos varied at random, as pure functions of the batch and a seed."""

import math

import keras
import tensorflow as tf

from components.settings import AugmentationSettings


def augment(photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    """Returns each photo moved, distorted and inked anew.

    Args:
        photos: float32 [batch, height, width, 3] in [0, 1].
        seed: int32 [2]; the same seed varies the same batch in the same way.
        settings: How far each variation goes.

    Returns:
        float32 of the same shape, in [0, 1].
    """
    # Split, so that no two variations draw the same numbers.
    seeds = tf.unstack(tf.random.split(seed, 2))
    return _vary_ink(_move(photos, seeds[0], settings), seeds[1], settings)


def affine_transforms(batch: tf.Tensor, side: int, seed: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    """Draws one affine transform per photo, about the photo's centre.

    Args:
        batch: int32 scalar, the number of photos.
        side: Pixels along one side.
        seed: int32 [2].
        settings: The largest rotation, zoom, shear and shift.

    Returns:
        float32 [batch, 8]: rows (a, b, c, d, e, f, 0, 0) that map a point (x, y) of the output to
        (a x + b y + c, d x + e y + f) of the input, as `keras.ops.image.affine_transform` takes them.
    """
    draws = tf.random.stateless_uniform([6, batch], seed, -1.0, 1.0)
    angle = draws[0] * math.radians(settings.rotation_degrees)
    shear = draws[1] * settings.shear
    zoom_x, zoom_y = 1.0 + draws[2] * settings.zoom, 1.0 + draws[3] * settings.zoom
    shift_x, shift_y = draws[4] * settings.shift * side, draws[5] * settings.shift * side
    cos, sin = tf.cos(angle), tf.sin(angle)
    a, b = zoom_x * cos, zoom_x * (shear * cos - sin)
    d, e = zoom_y * sin, zoom_y * (shear * sin + cos)
    centre = (side - 1) / 2
    c = centre - a * centre - b * centre + shift_x
    f = centre - d * centre - e * centre + shift_y
    zero = tf.zeros_like(a)
    return tf.stack([a, b, c, d, e, f, zero, zero], axis=1)


def _move(photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    if not any((settings.rotation_degrees, settings.zoom, settings.shear, settings.shift)):
        return photos
    transforms = affine_transforms(tf.shape(photos)[0], photos.shape[1], seed, settings)
    return keras.ops.image.affine_transform(photos, transforms, interpolation="bilinear", fill_mode=settings.fill_mode)


def _vary_ink(photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    if not any((settings.ink_gain, settings.ink_offset, settings.permute_channels)):
        return photos
    gain_seed, permutation_seed = tf.unstack(tf.random.split(seed, 2))
    draws = tf.random.stateless_uniform([2, tf.shape(photos)[0], 1, 1, 3], gain_seed, -1.0, 1.0)
    gain = 1.0 + draws[0] * settings.ink_gain
    offset = draws[1] * settings.ink_offset
    photos = tf.clip_by_value(photos * gain + offset, 0.0, 1.0)
    if settings.permute_channels:
        order = tf.random.experimental.stateless_shuffle(tf.range(3), permutation_seed)
        photos = tf.gather(photos, order, axis=-1)
    return photos
