"""Trainings that end when their time is over, judged by photos that they never saw."""

import time
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from components.trainer.calibration import predict_logits
from components.trainer.photos import Photos, Splits
from pipeline.config import Config
from research.benchmarks.photos import is_right
from research.experiments.trial import train_network


class StopAfter(keras.callbacks.Callback):
    """Ends a training after the first batch that ends later than some seconds after its beginning."""

    def __init__(self, seconds: float):
        """Takes the seconds."""
        super().__init__()
        self._seconds = seconds
        self._end = float("inf")

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Starts the clock."""
        self._end = time.monotonic() + self._seconds

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Looks at the clock."""
        if time.monotonic() >= self._end:
            self.model.stop_training = True


def judged(
    config: Config, splits: Splits, unseen: Photos, callbacks: Sequence[keras.callbacks.Callback] = ()
) -> dict[str, float]:
    """Returns the accuracies of a trained network on the eval split and on photos that it never saw.

    Args:
        config: The recipe.
        splits: Photos to train on, and to watch.
        unseen: What to judge by.
        callbacks: Of Keras.
    """
    keras.utils.set_random_seed(config.train.seed)
    tf.config.experimental.enable_op_determinism()
    network = train_network(config, splits, callbacks=callbacks)
    size = config.train.batch_size
    found = {"accuracy on eval": accuracy(network, splits.eval, size), "accuracy": accuracy(network, unseen, size)}
    keras.backend.clear_session()
    return found


def accuracy(network: keras.Model, photos: Photos, batch_size: int) -> float:
    """Returns the fraction of photos that a network recognises."""
    return float(is_right(predict_logits(network, photos, batch_size), photos).mean())
