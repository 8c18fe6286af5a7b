"""A second look at doubtful photos: by all members of the network, also shifted, for the time of a few."""

import keras
import tensorflow as tf

from core.features import IMAGE_SIDE

# Right and down, in pixels.
_SHIFTS = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))


def probabilities(network: keras.Model, first: keras.Model, pixels: tf.Tensor, below: float) -> tf.Tensor:
    """Returns each letter's probability for each photo; what one photo gets does not depend on the others.

    Args:
        network: To logits, float32 [batch, members, classes].
        first: Its first member, to logits, float32 [batch, classes].
        pixels: float32 [batch, 32, 32, 3] in [0, 1].
        below: Photos whose likeliest letter is less probable than this at first sight are looked at again; with 0,
            all members look at every photo once.

    Returns:
        float32 [batch, classes].
    """
    if not below:
        return tf.nn.softmax(tf.reduce_mean(network(pixels, training=False), axis=1))
    at_first = tf.nn.softmax(first(pixels, training=False))
    doubtful = tf.reduce_max(at_first, axis=1) < below

    def look_again() -> tf.Tensor:
        index = tf.where(doubtful)
        logits = mean_logits(network, tf.gather_nd(pixels, index))
        return tf.tensor_scatter_nd_update(at_first, index, tf.nn.softmax(logits))

    return tf.cond(tf.reduce_any(doubtful), look_again, lambda: at_first)


def mean_logits(network: keras.Model, pixels: tf.Tensor) -> tf.Tensor:
    """Returns the logits of photos, float32 [batch, classes]: the mean over all members and shifts."""

    def of_shift(shift: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(network(shifted(pixels, shift), training=False), axis=1)

    # One after the other, since all at once take five times the memory.
    each = tf.map_fn(of_shift, tf.constant(_SHIFTS), fn_output_signature=tf.float32, parallel_iterations=1)
    return tf.reduce_mean(each, axis=0)


def shifted(pixels: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """Returns photos moved by at most a pixel; the row that comes in repeats the border.

    Args:
        pixels: float32 [batch, 32, 32, 3].
        shift: int32 [2], right and down: -1, 0 or 1.
    """
    padded = tf.pad(pixels, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC")
    begin = tf.stack([0, 1 - shift[1], 1 - shift[0], 0])
    moved = tf.slice(padded, begin, [-1, IMAGE_SIDE, IMAGE_SIDE, -1])
    return tf.ensure_shape(moved, pixels.shape)
