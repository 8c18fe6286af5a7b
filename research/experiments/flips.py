"""Mirrored letters, which the reference's author tried and rejected."""

import numpy as np
import tensorflow as tf

from core.labels import ALPHABET

# Those that look about the same in a mirror, by the reference's author.
SYMMETRICAL = "жлмнопт" + "фхш"


def flip_symmetrical(photos: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Returns photos of which half of those of the symmetrical letters are mirrored.

    Args:
        photos: float32 [batch, side, side, 3].
        labels: float32 [batch, 33], one-hot.
        seed: int32 [2].
    """
    may_flip = tf.constant(np.isin(list(ALPHABET), list(SYMMETRICAL)))
    drawn = tf.random.stateless_uniform([tf.shape(photos)[0]], seed) < 0.5
    flipped = drawn & tf.gather(may_flip, tf.argmax(labels, axis=1))
    return tf.where(flipped[:, tf.newaxis, tf.newaxis, tf.newaxis], photos[:, :, ::-1], photos)
