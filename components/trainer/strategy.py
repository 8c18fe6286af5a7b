"""Training on several devices or machines: `tf.distribute` behind the setting `train.strategy`.

Every replica trains on an equal part of each batch; the gradients are summed over all of them before each step.
"""

from functools import cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from components.settings import StrategyName
from components.trainer.cluster import SETTING, read_task
from core.errors import UserError, printable


# A process can join a cluster once.
@cache
def open_strategy(name: StrategyName) -> tf.distribute.Strategy:
    """Returns the strategy of this process; `multi_worker` waits for all other workers.

    TensorFlow joins a cluster only before its first operation, so call this before anything else of TensorFlow's.

    Raises:
        UserError: If TF_CONFIG is wrong, or TensorFlow was used before.
    """
    if name == "none":
        return tf.distribute.get_strategy()
    if name == "mirrored":
        kind = "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
        return tf.distribute.MirroredStrategy([device.name for device in tf.config.list_logical_devices(kind)])
    read_task()
    try:
        return tf.distribute.MultiWorkerMirroredStrategy()
    except RuntimeError as error:
        raise UserError(
            f"{SETTING}: this process used TensorFlow before its training, as a whole run does, and can join no"
            f" cluster any more ({error}); see docs/distributed_training.md"
        ) from None
    except tf.errors.OpError as error:
        reason = printable(str(error.message).partition("\n")[0])
        raise UserError(f"{SETTING}: cannot join the cluster of TF_CONFIG: {reason}") from None


def distributes(strategy: tf.distribute.Strategy) -> bool:
    """Returns whether a strategy of `open_strategy` is more than TensorFlow's default."""
    return isinstance(strategy, (tf.distribute.MirroredStrategy, tf.distribute.MultiWorkerMirroredStrategy))


class _WorkerModel(keras.Model):
    """A model that several workers can `fit`, which Keras 3 does not support by itself (keras issue 20585)."""

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Returns each metric as [1]: Keras takes the mean over the workers along an axis, which scalars lack."""
        metrics = super().compute_metrics(x, y, y_pred, sample_weight)
        return {name: keras.ops.reshape(value, (1,)) for name, value in metrics.items()}

    def predict(self, x: tf.data.Dataset, **kwargs: Any) -> np.ndarray:
        """Returns this worker's answers: Keras gathers those of all, and fails at batches that it cannot share."""
        del kwargs
        return np.concatenate([self(photos, training=False).numpy() for photos, _ in x])


def trainable_by(strategy: tf.distribute.Strategy, network: keras.Model) -> keras.Model:
    """Returns a model of the same layers and variables, which were made in the strategy's scope, that it can `fit`.

    Must be called outside of the scope: a Keras model that is made inside tries to average the first batch over all
    workers, as a tuple, which TensorFlow cannot do.
    """
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return network
    return _WorkerModel(network.inputs, network.outputs, name=network.name)
