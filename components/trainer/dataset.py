"""The training input: photos decoded once into memory, then shuffled and augmented a batch at a time."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
import tensorflow_transform as tft
from tfx.components.trainer.fn_args_utils import DataAccessor
from tfx_bsl.public import tfxio

from components import features
from components.decoding import PIXEL_SCALE
from components.settings import AugmentationSettings, TrainSettings
from components.trainer.augmentation import augment, strength_at
from components.trainer.mixture import Mixture, Photos, draw_order

_READ_BATCH = 256


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

    def read(raw: dict[str, tf.Tensor]) -> tuple[tf.Tensor, ...]:
        keys = (features.IMAGE, features.LABEL, features.IMAGE_ID, features.BACKGROUND)
        raw = {key: _flat(raw[key]) for key in keys}
        ids, backgrounds = raw.pop(features.IMAGE_ID), raw.pop(features.BACKGROUND)
        transformed = layer(raw)
        # Photos of the right size come back to their exact bytes; a quarter of the memory of floats.
        pixels = tf.cast(tf.round(transformed[features.PIXELS] * 255.0), tf.uint8)
        return ids, pixels, transformed[features.ONE_HOT_LABEL], backgrounds

    batches = list(dataset.map(read, num_parallel_calls=tf.data.AUTOTUNE).as_numpy_iterator())
    ids, pixels, labels, backgrounds = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    order = np.argsort(ids, kind="stable")
    return Photos(pixels[order], labels[order], backgrounds[order])


def _flat(tensor: tf.Tensor | tf.SparseTensor) -> tf.Tensor:
    dense = tf.sparse.to_dense(tensor) if isinstance(tensor, tf.SparseTensor) else tensor
    return tf.reshape(dense, [-1])


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
        Batches of (float32 [batch, 32, 32, 3] in [0, 1], float32 [batch, 33]).
    """
    pixels, labels = tf.constant(mixture.pixels), tf.constant(mixture.labels)
    steps = steps_per_epoch(mixture, settings)

    def orders() -> Iterator[np.ndarray]:
        for epoch in itertools.count(first_epoch):
            yield draw_order(mixture.draws, settings.seed, epoch)

    def augmented(step: tf.Tensor, indices: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        batch = tf.cast(tf.gather(pixels, indices), tf.float32) * PIXEL_SCALE
        seed = tf.stack([tf.constant(settings.seed, tf.int32), tf.cast(step, tf.int32)])
        strength = strength_at(tf.cast(step, tf.float32) / (steps * settings.epochs), augmentation)
        return augment(batch, seed, augmentation, strength), tf.gather(labels, indices)

    return (
        tf.data.Dataset.from_generator(orders, output_signature=tf.TensorSpec([mixture.drawings], tf.int32))
        .flat_map(lambda order: tf.data.Dataset.from_tensor_slices(order).batch(settings.batch_size))
        .enumerate(start=first_epoch * steps)
        .map(augmented, num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )


def steps_per_epoch(mixture: Mixture, settings: TrainSettings) -> int:
    """Returns the number of batches that an epoch takes; the last may be smaller."""
    return -(-mixture.drawings // settings.batch_size)


def evaluation_batches(photos: Photos, batch_size: int) -> tf.data.Dataset:
    """Returns a split once, in order and unchanged, in batches as `training_batches` gives them."""
    dataset = tf.data.Dataset.from_tensor_slices((photos.pixels, photos.labels)).batch(batch_size)
    return dataset.map(lambda pixels, labels: (tf.cast(pixels, tf.float32) * PIXEL_SCALE, labels)).cache()
