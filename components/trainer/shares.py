"""The training input of several replicas: equal parts of the same batches."""

from collections.abc import Callable
from functools import partial
from typing import Any

import tensorflow as tf

from components.trainer.strategy import distributes


def shared_batches(strategy: tf.distribute.Strategy, batches: tf.data.Dataset) -> Any:
    """Returns batches of which each replica gets an equal part; together they hold the same photos in the same order.

    A batch that does not divide is filled with photos from its beginning: no replica ever gets an empty part, whose
    mean is not a number.

    Args:
        strategy: What trains.
        batches: Tuples of tensors with the same first dimension.

    Returns:
        A `tf.distribute.DistributedDataset`, or `batches` themselves where there is no strategy.
    """
    if not distributes(strategy):
        return batches
    replicas = strategy.num_replicas_in_sync

    def parts(own: range, *batch: tf.Tensor) -> tf.data.Dataset:
        size = tf.shape(batch[0])[0]
        each = -(-size // replicas)
        indices = tf.range(own.start * each, own.stop * each) % size
        split = [tf.reshape(tf.gather(t, indices), [len(own), each, *t.shape[1:]]) for t in batch]
        return tf.data.Dataset.from_tensor_slices(tuple(split))

    return _distributed(strategy, lambda own: batches.flat_map(partial(parts, own)))


def whole_batches(strategy: tf.distribute.Strategy, batches: tf.data.Dataset) -> Any:
    """Returns batches of which each replica gets all, so that a mean over the replicas is exact.

    Args:
        strategy: What evaluates.
        batches: Tuples of tensors.

    Returns:
        A `tf.distribute.DistributedDataset`, or `batches` themselves where there is no strategy.
    """
    if not distributes(strategy):
        return batches
    return _distributed(
        strategy,
        lambda own: batches.flat_map(lambda *batch: tf.data.Dataset.from_tensors(batch).repeat(len(own))),
    )


def _distributed(strategy: tf.distribute.Strategy, of_replicas: Callable[[range], tf.data.Dataset]) -> Any:
    """Has each worker read what `of_replicas` returns for the numbers of its replicas: an element for each."""

    def of_worker(context: tf.distribute.InputContext) -> tf.data.Dataset:
        own = strategy.num_replicas_in_sync // context.num_input_pipelines
        first = own * context.input_pipeline_id
        return of_replicas(range(first, first + own))

    return strategy.distribute_datasets_from_function(of_worker)
