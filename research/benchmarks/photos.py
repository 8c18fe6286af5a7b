"""The splits of a data folder, as the pipeline makes them."""

import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from components.settings import DataSettings
from components.trainer.photos import Photos, Splits, one_hot
from core.errors import UserError
from core.features import BACKGROUND, EVAL_SPLIT, IMAGE, IMAGE_ID, LABEL, TRAIN_SPLIT
from pipeline.local.preflight import check_data
from schema.curated import read_labels


def load_splits(data: Path, settings: DataSettings) -> Splits:
    """Returns what training would see of a data folder; the test split is left alone.

    Raises:
        UserError: If the data cannot be read or a split is empty.
    """
    photos = read_photos(data, settings, (TRAIN_SPLIT, EVAL_SPLIT))
    return Splits(photos[TRAIN_SPLIT], photos[EVAL_SPLIT])


def read_photos(data: Path, settings: DataSettings, names: Collection[str]) -> dict[str, Photos]:
    """Returns the photos of a data folder's splits of some names, by name: ExampleGen's, in the Trainer's order.

    Raises:
        UserError: As `load_splits`.
    """
    check_data(data, settings, read_labels())
    # Here, since it imports TFX: a mistake in the CSV is told before those seconds.
    from research.benchmarks.plain_loops import read_examples
    from research.benchmarks.tfx_steps import example_gen

    with tempfile.TemporaryDirectory() as work:
        example_gen(data.resolve(), Path(work), data_settings=settings)
        splits = {name: [example.features.feature for example in read_examples(Path(work), name)] for name in names}
    for name, features in splits.items():
        if not features:
            raise UserError(f"{data}: no photos in the {name} split; the rows are too few")
    return {name: _in_memory(features) for name, features in splits.items()}


def is_right(scores: np.ndarray, photos: Photos) -> np.ndarray:
    """Returns whether the likeliest letter is the photo's, bool [n], by logits or probabilities, float [n, 33]."""
    return np.asarray(scores.argmax(axis=1) == photos.class_ids)


def _in_memory(features: Sequence) -> Photos:
    import tensorflow as tf

    from components.decoding import decode_photos

    # By id, as the Trainer orders them: batches are then the pipeline's.
    features = sorted(features, key=lambda each: each[IMAGE_ID].bytes_list.value[0])
    # As a graph, which takes milliseconds for what takes minutes operation by operation.
    scaled = tf.function(decode_photos)(tf.constant([each[IMAGE].bytes_list.value[0] for each in features])).numpy()
    class_ids, backgrounds = (
        np.array([each[key].int64_list.value[0] for each in features]) for key in (LABEL, BACKGROUND)
    )
    pixels = np.rint(scaled * np.float32(255.0)).astype(np.uint8)
    return Photos(pixels, one_hot(class_ids, len(read_labels())), backgrounds)
