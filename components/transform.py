"""Transform: what the network reads, made from the raw features by one graph for training and serving alike."""

from typing import Any

import tensorflow as tf

from components.finder import find_letters
from core import features


def preprocessing_fn(inputs: dict[str, tf.Tensor], custom_config: dict[str, Any]) -> dict[str, tf.Tensor]:
    """Cuts the letters out of the photos, and one-hot encodes the labels.

    Args:
        inputs: Raw features, each [batch]; `IMAGE` (string) and `LABEL` (int64) are read.
        custom_config: Has the `labels`, and the code's digest, so that a change of code is a change of the cache key.

    Returns:
        `PIXELS`, float32 [batch, 32, 32, 3] in [0, 1], `FOUND`, float32 [batch], and `ONE_HOT_LABEL`, float32
        [batch, labels].
    """
    letters, found = find_letters(inputs[features.IMAGE])
    return {
        features.PIXELS: letters,
        features.FOUND: found,
        features.ONE_HOT_LABEL: tf.one_hot(inputs[features.LABEL], len(custom_config["labels"]), dtype=tf.float32),
    }
