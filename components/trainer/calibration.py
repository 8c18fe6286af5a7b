"""Calibration: probabilities that mean what they say."""

import keras
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from components.trainer.dataset import evaluation_batches
from components.trainer.model import logits_layers
from components.trainer.photos import Photos

# Bounds of the search; a network whose logits are off by more than this has other troubles.
_TEMPERATURES = (0.05, 20.0)


def calibrate(network: keras.Model, photos: Photos, batch_size: int) -> float:
    """Divides a network's logits by the temperature that suits photos which it was not trained on.

    Args:
        network: From pixels to logits; the weights of its members' last layers are changed.
        photos: The eval split.
        batch_size: Photos at a time.

    Returns:
        The temperature.
    """
    logits = predict_logits(network, photos, batch_size)
    temperature = fit_temperature(logits, photos.targets)
    for layer in logits_layers(network):
        layer.set_weights([weights / temperature for weights in layer.get_weights()])
    return temperature


def fit_temperature(logits: np.ndarray, targets: np.ndarray) -> float:
    """Returns the temperature that makes photos it was not trained on most likely.

    Dividing all logits by it changes no letter that is chosen, only how sure the network is of it
    (C. Guo et al., "On Calibration of Modern Neural Networks", 2017).

    Args:
        logits: float [n, classes], of photos that the network was not trained on.
        targets: float [n, classes], one-hot.

    Returns:
        The temperature: above 1 for a network that is too sure of itself, below 1 for one that is not sure enough.
    """

    def surprise(log_temperature: float) -> float:
        return float(-(log_softmax(logits / np.exp(log_temperature), axis=1) * targets).sum())

    # In doubles, and of the logarithm, in which the surprise is about as steep on both sides.
    logits = logits.astype(np.float64)
    found = minimize_scalar(surprise, bounds=tuple(np.log(_TEMPERATURES)), method="bounded")
    return float(np.exp(found.x))


def predict_logits(network: keras.Model, photos: Photos, batch_size: int) -> np.ndarray:
    """Returns the logits of photos, float32 [n, classes]: the mean over the network's members (`build_model`)."""
    return np.asarray(network.predict(evaluation_batches(photos, batch_size), verbose=0).mean(axis=1))
