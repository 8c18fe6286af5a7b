"""The splits of a data folder, as the pipeline makes them."""

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from components.settings import DataSettings
from components.trainer.photos import Photos, Splits, one_hot
from core.errors import UserError
from core.features import BACKGROUND, BACKGROUNDS, EVAL_SPLIT, TRAIN_SPLIT
from pipeline.local.preflight import check_data
from schema.curated import read_labels

if TYPE_CHECKING:
    from components.stored_photos import StoredPhotos


def load_splits(data: Path, settings: DataSettings) -> Splits:
    """Returns what training would see of a data folder; the test split is left alone.

    Raises:
        UserError: If the data cannot be read or a split is empty.
    """
    photos = read_photos(data, settings, (TRAIN_SPLIT, EVAL_SPLIT))
    return Splits(photos[TRAIN_SPLIT], photos[EVAL_SPLIT])


def read_photos(data: Path, settings: DataSettings, names: Collection[str]) -> dict[str, Photos]:
    """Returns the photos of a data folder's splits of some names, by name, as training sees them.

    Raises:
        UserError: As `load_splits`.
    """
    return {name: as_trained_on(stored) for name, stored in read_stored(data, settings, names).items()}


def read_stored(data: Path, settings: DataSettings, names: Collection[str]) -> dict[str, "StoredPhotos"]:
    """Returns the photos of a data folder's splits of some names, by name: ExampleGen's, in the Trainer's order.

    Raises:
        UserError: As `load_splits`.
    """
    check_data([data], settings, read_labels())
    # Here, since it imports TFX: a mistake in the CSV is told before those seconds.
    from components import stored_photos
    from research.benchmarks.plain_loops import split_pattern
    from research.benchmarks.tfx_steps import example_gen

    with tempfile.TemporaryDirectory() as work:
        example_gen(data.resolve(), Path(work), data_settings=settings)
        splits = {name: stored_photos.read_photos({name: split_pattern(Path(work), name)}) for name in names}
    for name, photos in splits.items():
        if not len(photos):
            raise UserError(f"{data}: no photos in the {name} split; the rows are too few")
    return splits


def is_right(scores: np.ndarray, photos: Photos) -> np.ndarray:
    """Returns whether the likeliest letter is the photo's, bool [n], by logits or probabilities, float [n, 33]."""
    return np.asarray(scores.argmax(axis=1) == photos.class_ids)


def as_trained_on(stored: "StoredPhotos") -> Photos:
    """Returns stored photos as the Transform graph gives them to training."""
    import tensorflow as tf

    from components.finder import find_letters

    # As a graph, which takes milliseconds for what takes minutes operation by operation.
    scaled = find_letters(tf.constant(stored.images))[0].numpy()
    pixels = np.rint(scaled * np.float32(255.0)).astype(np.uint8)
    backgrounds = np.array([BACKGROUNDS.index(name) for name in stored.slices[BACKGROUND]])
    return Photos(pixels, one_hot(stored.class_ids, len(read_labels())), backgrounds)
