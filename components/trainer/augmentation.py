"""Augmentation: a batch of photos varied at random, as a pure function of the batch and a seed."""

import tensorflow as tf

from components.settings import AugmentationSettings
from components.trainer.ink import vary_colours, vary_light, vary_strokes
from components.trainer.ruling import rule_paper
from components.trainer.warp import warp


def augment(photos: tf.Tensor, seed: tf.Tensor, settings: AugmentationSettings) -> tf.Tensor:
    """Returns each photo moved, bent, and written anew with another pen and ink, on other paper, in another light.

    Args:
        photos: float32 [batch, side, side, 3] in [0, 1].
        seed: int32 [2]; the same seed varies the same batch in the same way.
        settings: How far each variation goes.

    Returns:
        float32 of the same shape, in [0, 1].
    """
    # Split, so that no two variations draw the same numbers.
    seeds = tf.unstack(tf.random.split(seed, 5))
    photos = rule_paper(photos, seeds[0], settings.ruling)
    photos = warp(photos, seeds[1], settings)
    photos = vary_strokes(photos, seeds[2], settings.stroke)
    photos = vary_colours(photos, seeds[3], settings)
    photos = vary_light(photos, seeds[4], settings)
    return tf.clip_by_value(photos, 0.0, 1.0)
