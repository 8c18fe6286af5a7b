"""Augmentation: a batch of photos varied at random, as a pure function of the batch and a seed."""

import tensorflow as tf

from components.settings import AugmentationSettings
from components.trainer.ink import vary_colours, vary_light, vary_strokes
from components.trainer.ruling import rule_paper
from components.trainer.warp import warp


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
