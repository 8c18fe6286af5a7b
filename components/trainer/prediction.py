"""What a network in memory finds in photos in memory."""

import keras
import numpy as np

from components.trainer.dataset import evaluation_batches
from components.trainer.mixture import Photos


def predict_logits(network: keras.Model, photos: Photos, batch_size: int) -> np.ndarray:
    """Returns the logits of photos, float32 [n, 33]: the mean over the network's members (`build_model`)."""
    logits: np.ndarray = network.predict(evaluation_batches(photos, batch_size), verbose=0).mean(axis=1)
    return logits


def is_right(scores: np.ndarray, photos: Photos) -> np.ndarray:
    """Returns whether the likeliest letter is the photo's: bool [n].

    Args:
        scores: float [n, 33], logits or probabilities.
        photos: What the scores are of.
    """
    right: np.ndarray = scores.argmax(axis=1) == photos.class_ids
    return right
