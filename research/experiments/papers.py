"""Letters painted on other photos' paper, as the reference's author proposed."""

import tensorflow as tf

# Wider than any stroke, so that the lightest pixel around one is paper.
_NEIGHBOURHOOD = 9
_SHARE = 0.5
_DARKEST_PAPER = 8 / 255


def replace_papers(photos: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Returns photos of which half have their ink on the paper of another photo of the batch.

    Ink is a filter before the paper: what it lets through is the photo divided by its paper.

    Args:
        photos: float32 [batch, side, side, 3] in [0, 1].
        seed: int32 [2].
    """
    papers = paper_of(photos)
    passed = tf.clip_by_value(photos / tf.maximum(papers, _DARKEST_PAPER), 0.0, 1.0)
    replaced = passed * tf.roll(papers, shift=1, axis=0)
    drawn = tf.random.stateless_uniform([tf.shape(photos)[0], 1, 1, 1], seed) < _SHARE
    return tf.where(drawn, replaced, photos)


def paper_of(photos: tf.Tensor) -> tf.Tensor:
    """Returns an estimate of the bare paper: the lightest pixels around each, smoothed.

    Args:
        photos: float32 [batch, side, side, 3].
    """
    lightest = tf.nn.max_pool2d(photos, _NEIGHBOURHOOD, 1, "SAME")
    return tf.nn.avg_pool2d(lightest, _NEIGHBOURHOOD, 1, "SAME")
