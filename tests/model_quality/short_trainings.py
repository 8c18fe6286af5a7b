"""A short training of the project's network, and the simplest model that it must beat."""

import keras
import numpy as np
from sklearn.linear_model import LogisticRegression

from components.trainer.photos import Photos, Splits
from pipeline.config import Config
from research.experiments.trial import train_network

# Of full scale, as the network's: a photo without contrast stays one.
_SMALLEST_DEVIATION = 8 / 255


def trained(config: Config, splits: Splits, epochs: int) -> keras.Model:
    """Returns a network that was trained on photos alone, for few epochs."""
    update = {"epochs": epochs, "generated_per_letter": 0}
    return train_network(config.model_copy(update={"train": config.train.model_copy(update=update)}), splits)


def logistic_regression(splits: Splits, inverse_strength: float = 1e-3) -> float:
    """Returns the accuracy on the eval split of a logistic regression on the pixels of the train split."""
    model = LogisticRegression(C=inverse_strength, max_iter=100)
    model.fit(_columns(splits.train), splits.train.class_ids)
    return float(model.score(_columns(splits.eval), splits.eval.class_ids))


def _columns(photos: Photos) -> np.ndarray:
    """Returns a row for each photo, each channel with mean 0 and deviation 1, as the network's first layer makes it."""
    pixels = photos.pixels.astype(np.float32) / 255
    centred = pixels - pixels.mean(axis=(1, 2), keepdims=True)
    return (centred / (pixels.std(axis=(1, 2), keepdims=True) + _SMALLEST_DEVIATION)).reshape(len(photos), -1)
