"""The training input: photos decoded once into memory, then shuffled and augmented a batch at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
import tensorflow_transform as tft
from tfx.components.trainer.fn_args_utils import DataAccessor
from tfx_bsl.public import tfxio

from components import features
from components.decoding import PIXEL_SCALE
from components.settings import AugmentationSettings, TrainSettings
from components.trainer.augmentation import augment

_READ_BATCH = 256


@dataclass(frozen=True)
class Photos:
    """A split in memory, in the order of the photos' ids, so that it never depends on how files were written.

    Attributes:
        pixels: uint8 [n, 32, 32, 3].
        labels: float32 [n, 33], one-hot.
    """

    pixels: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


def load_photos(files: Sequence[str], accessor: DataAccessor, transform_output: tft.TFTransformOutput) -> Photos:
    """Reads a split and passes it through the Transform graph.

    Args:
        files: TFRecord file patterns of the split.
        accessor: TFX's reader of Examples.
        transform_output: Transform's graph.
    """
    dataset = accessor.tf_dataset_factory(
        files,
        tfxio.TensorFlowDatasetOptions(batch_size=_READ_BATCH, shuffle=False, num_epochs=1),
        transform_output.raw_metadata.schema,
    )
    layer = transform_output.transform_features_layer()

    def read(raw: dict[str, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        raw = {key: _flat(raw[key]) for key in (features.IMAGE, features.LABEL, features.IMAGE_ID)}
        ids = raw.pop(features.IMAGE_ID)
        transformed = layer(raw)
        # Photos of the right size come back to their exact bytes; a quarter of the memory of floats.
        pixels = tf.cast(tf.round(transformed[features.PIXELS] * 255.0), tf.uint8)
        return ids, pixels, transformed[features.ONE_HOT_LABEL]

    batches = list(dataset.map(read, num_parallel_calls=tf.data.AUTOTUNE).as_numpy_iterator())
    ids, pixels, labels = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    order = np.argsort(ids, kind="stable")
    return Photos(pixels[order], labels[order])


def _flat(tensor: tf.Tensor | tf.SparseTensor) -> tf.Tensor:
    dense = tf.sparse.to_dense(tensor) if isinstance(tensor, tf.SparseTensor) else tensor
    return tf.reshape(dense, [-1])


def steps_per_epoch(photos: int, settings: TrainSettings) -> int:
    """Returns the number of batches that an epoch of `photos` photos takes; the last may be smaller."""
    return -(-photos // settings.batch_size)


def training_batches(
    photos: Photos,
    settings: TrainSettings,
    augmentation: AugmentationSettings,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Returns augmented batches, epoch after epoch without end.

    Order and augmentation depend on the seed and on the number of the epoch and the batch alone, so that training
    goes on from any epoch as if it had never stopped.

    Args:
        photos: The train split.
        settings: Gives the batch size and the seed.
        augmentation: How the photos are varied.
        first_epoch: Number of the epoch to begin with.

    Returns:
        Batches of (float32 [batch, 32, 32, 3] in [0, 1], float32 [batch, 33]).
    """
    pixels, labels = tf.constant(photos.pixels), tf.constant(photos.labels)
    steps = steps_per_epoch(len(photos), settings)

    def epoch_order(epoch: tf.Tensor) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(tf.range(len(photos)), _seed(settings.seed, epoch))
        return tf.data.Dataset.from_tensor_slices(order).batch(settings.batch_size)

    def augmented(step: tf.Tensor, indices: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        batch = tf.cast(tf.gather(pixels, indices), tf.float32) * PIXEL_SCALE
        seed = _seed(settings.seed + 1, step)
        return augment(batch, seed, augmentation), tf.gather(labels, indices)

    return (
        tf.data.Dataset.range(first_epoch, np.iinfo(np.int32).max)
        .flat_map(epoch_order)
        .enumerate(start=first_epoch * steps)
        .map(augmented, num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )


def evaluation_batches(photos: Photos, batch_size: int) -> tf.data.Dataset:
    """Returns a split once, in order and unchanged, in batches as `training_batches` gives them."""
    dataset = tf.data.Dataset.from_tensor_slices((photos.pixels, photos.labels)).batch(batch_size)
    return dataset.map(lambda pixels, labels: (tf.cast(pixels, tf.float32) * PIXEL_SCALE, labels)).cache()


def _seed(seed: int, number: tf.Tensor) -> tf.Tensor:
    return tf.stack([tf.constant(seed, tf.int32), tf.cast(number, tf.int32)])
