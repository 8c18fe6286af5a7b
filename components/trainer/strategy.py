"""Training on all GPUs of a machine: `tf.distribute` behind the setting `train.strategy`.

Every replica trains on an equal part of each batch; the gradients are summed over all of them before each step.
"""

from typing import Any

import tensorflow as tf

from components.settings import StrategyName


def open_strategy(name: StrategyName) -> tf.distribute.Strategy:
    """Returns what trains: TensorFlow's default, or all GPUs; without any, all logical CPUs."""
    if name == "none":
        return tf.distribute.get_strategy()
    kind = "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
    return tf.distribute.MirroredStrategy([device.name for device in tf.config.list_logical_devices(kind)])


def shared_batches(strategy: tf.distribute.Strategy, batches: tf.data.Dataset) -> Any:
    """Returns batches of which each replica gets an equal part; together they hold the same photos in the same order.

    A batch that does not divide is filled with photos from its beginning: no replica ever gets an empty part, as it
    would where Keras divides them, since the mean of nothing is not a number.

    Args:
        strategy: What trains.
        batches: Tuples of tensors with the same first dimension.

    Returns:
        A `tf.distribute.DistributedDataset`, or `batches` themselves where there is one replica.
    """
    replicas = strategy.num_replicas_in_sync

    def parts(*batch: tf.Tensor) -> tf.data.Dataset:
        size = tf.shape(batch[0])[0]
        each = -(-size // replicas)
        indices = tf.range(replicas * each) % size
        split = [tf.reshape(tf.gather(t, indices), [replicas, each, *t.shape[1:]]) for t in batch]
        return tf.data.Dataset.from_tensor_slices(tuple(split))

    if replicas == 1:
        return batches
    return strategy.distribute_datasets_from_function(lambda _: batches.flat_map(parts))


def whole_batches(strategy: tf.distribute.Strategy, batches: tf.data.Dataset) -> Any:
    """Returns batches of which each replica gets all, so that a mean over the replicas is exact.

    Args:
        strategy: What evaluates.
        batches: Tuples of tensors.

    Returns:
        As `shared_batches`.
    """
    replicas = strategy.num_replicas_in_sync
    if replicas == 1:
        return batches
    repeated = batches.flat_map(lambda *batch: tf.data.Dataset.from_tensors(batch).repeat(replicas))
    return strategy.distribute_datasets_from_function(lambda _: repeated)
