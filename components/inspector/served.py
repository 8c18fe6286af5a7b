"""Photos as a model serves them: sent through its exported signatures."""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from core import features

_BATCH = 256

Signature = Callable[..., dict[str, tf.Tensor]]


def probabilities_of(serve: Signature, images: Sequence[bytes]) -> np.ndarray:
    """Returns what `serving_default` answers: float32 [n, labels]."""
    return _in_batches(serve, images, features.PROBABILITIES)


def pixels_of(transform: Signature, images: Sequence[bytes]) -> np.ndarray:
    """Returns photos as the network reads them, through `transform_features`: uint8 [n, 32, 32, 3]."""
    scaled = _in_batches(transform, images, features.PIXELS)
    return np.rint(scaled * 255).astype(np.uint8)


def load_signatures(model: str) -> tuple[Signature, Signature]:
    """Returns a SavedModel's `serving_default` and `transform_features`."""
    loaded = tf.saved_model.load(model)

    # A signature does not keep its model alive; these functions do.
    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return loaded.signatures[features.SERVING_SIGNATURE](image=image)

    def transform(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return loaded.signatures[features.TRANSFORM_SIGNATURE](image=image)

    return serve, transform


def _in_batches(signature: Signature, images: Sequence[bytes], output: str) -> np.ndarray:
    batches = [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]
    return np.concatenate([signature(image=tf.constant(batch))[output].numpy() for batch in batches])
