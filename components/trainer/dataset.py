"""The training input: photos decoded once, then shuffled and augmented a batch at a time, and shared among devices.

On all GPUs of a machine (`train.strategy`), every replica trains on an equal part of each batch; the gradients are
summed over all of them before each step.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_transform as tft
from tfx.components.trainer.fn_args_utils import DataAccessor
from tfx_bsl.public import tfxio

from components.finder import PIXEL_SCALE
from components.settings import AugmentationSettings, StrategyName, TrainSettings
from components.trainer.augmentation import augment, strength_at
from components.trainer.photos import Mixture, Photos, StoredPixels, collect, draw_order
from core import features

_READ_BATCH = 256


def load_photos(
    files: Sequence[str], accessor: DataAccessor, transform_output: tft.TFTransformOutput, memory_mib: int, folder: Path
) -> Photos:
    """Reads a split and passes it through the Transform graph.

    Args:
        files: TFRecord file patterns of the split.
        accessor: TFX's reader of Examples.
        transform_output: Transform's graph.
        memory_mib: The most that the pixels may take in memory; more are put into a file.
        folder: Where that file is.
    """
    dataset = accessor.tf_dataset_factory(
        files,
        tfxio.TensorFlowDatasetOptions(batch_size=_READ_BATCH, shuffle=False, num_epochs=1),
        transform_output.raw_metadata.schema,
    )
    layer = transform_output.transform_features_layer()

    def read(raw: dict[str, tf.Tensor]) -> tuple[tf.Tensor, ...]:
        ids, backgrounds = _flat(raw[features.IMAGE_ID]), _flat(raw[features.BACKGROUND])
        transformed = layer({key: _flat(raw[key]) for key in (features.IMAGE, features.LABEL)})
        # Photos of the right size come back to their exact bytes; a quarter of the memory of floats.
        pixels = tf.cast(tf.round(transformed[features.PIXELS] * 255.0), tf.uint8)
        return ids, pixels, transformed[features.ONE_HOT_LABEL], backgrounds, _optional(raw[features.SOURCE])

    others: list[tuple[np.ndarray, ...]] = []

    def all_pixels() -> Iterator[np.ndarray]:
        for ids, pixels, *rest in dataset.map(read, num_parallel_calls=tf.data.AUTOTUNE).as_numpy_iterator():
            others.append((ids, *rest))
            yield pixels

    pixels = collect(all_pixels(), memory_mib * 2**20, folder)
    ids, targets, backgrounds, sources = (np.concatenate(parts) for parts in zip(*others, strict=True))
    order = np.argsort(ids, kind="stable")
    pixels = pixels.reordered(order) if isinstance(pixels, StoredPixels) else pixels[order]
    return Photos(pixels, targets[order], backgrounds[order], sources[order].astype(np.bytes_))


def _flat(tensor: tf.Tensor | tf.SparseTensor) -> tf.Tensor:
    dense = tf.sparse.to_dense(tensor) if isinstance(tensor, tf.SparseTensor) else tensor
    return tf.reshape(dense, [-1])


def _optional(tensor: tf.SparseTensor) -> tf.Tensor:
    """Returns a text of each record, string [batch], empty where there is none."""
    return tf.sparse.to_dense(tf.sparse.reset_shape(tensor, [tensor.dense_shape[0], 1]))[:, 0]


def training_batches(
    mixture: Mixture, settings: TrainSettings, augmentation: AugmentationSettings, first_epoch: int = 0
) -> tf.data.Dataset:
    """Returns augmented batches, epoch after epoch without end.

    Order and augmentation depend on the seed and on the number of the epoch and the batch alone, so that training
    goes on from any epoch as if it had never stopped.

    Args:
        mixture: What is drawn from, and how often.
        settings: Gives the batch size and the seed.
        augmentation: How the photos are varied.
        first_epoch: Number of the epoch to begin with.

    Returns:
        Batches of (float32 [batch, 32, 32, 3] in [0, 1], float32 [batch, classes]).
    """
    steps = steps_per_epoch(mixture, settings)

    def orders() -> Iterator[np.ndarray]:
        return (draw_order(mixture.draws, settings.seed, epoch) for epoch in itertools.count(first_epoch))

    def augmented(step: tf.Tensor, batch: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        pixels, targets = batch
        seed = tf.stack([tf.constant(settings.seed, tf.int32), tf.cast(step, tf.int32)])
        strength = strength_at(tf.cast(step, tf.float32) / (steps * settings.epochs), augmentation)
        return augment(tf.cast(pixels, tf.float32) * PIXEL_SCALE, seed, augmentation, strength), targets

    return (
        _batches(mixture, settings.batch_size, orders)
        .enumerate(start=first_epoch * steps)
        .map(augmented, num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )


def steps_per_epoch(mixture: Mixture, settings: TrainSettings) -> int:
    """Returns the number of batches that an epoch takes; the last may be smaller."""
    return -(-mixture.drawings // settings.batch_size)


def evaluation_batches(photos: Photos, batch_size: int) -> tf.data.Dataset:
    """Returns a split once, in order and unchanged, in batches as `training_batches` gives them."""
    return (
        _batches(photos, batch_size, lambda: [np.arange(len(photos))])
        # Keras shows how far it has come.
        .apply(tf.data.experimental.assert_cardinality(-(-len(photos) // batch_size)))
        .map(lambda pixels, targets: (tf.cast(pixels, tf.float32) * PIXEL_SCALE, targets))
        .prefetch(tf.data.AUTOTUNE)
    )


def _batches(source: Photos | Mixture, size: int, orders: Callable[[], Iterable[np.ndarray]]) -> tf.data.Dataset:
    """Returns pixels and targets in one order after the other, int [m] each, whose last batch may be smaller."""

    def drawn() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for order in orders():
            for start in range(0, len(order), size):
                indices = order[start : start + size]
                yield source.pixels[indices], source.targets[indices]

    pixels = tf.TensorSpec([None, *features.IMAGE_SHAPE], tf.uint8)
    targets = tf.TensorSpec([None, source.targets.shape[1]], tf.float32)
    return tf.data.Dataset.from_generator(drawn, output_signature=(pixels, targets))


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
    """Returns batches as `shared_batches` does, but each replica gets all: a mean over the replicas is exact."""
    replicas = strategy.num_replicas_in_sync
    if replicas == 1:
        return batches
    repeated = batches.flat_map(lambda *batch: tf.data.Dataset.from_tensors(batch).repeat(replicas))
    return strategy.distribute_datasets_from_function(lambda _: repeated)
