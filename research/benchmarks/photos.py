"""The splits of a data folder, as the pipeline makes them, without a run of TFX."""

import bisect
import hashlib
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.example_gen.bad_records import judge
from components.example_gen.images import ImageError, encode_png, image_id, read_image
from components.example_gen.layout import find_layout
from components.example_gen.records import BadRecord, Record, read_records
from components.settings import DataSettings
from components.trainer.photos import Photos, Splits, one_hot
from core.columns import COLUMNS
from core.errors import UserError
from core.features import BACKGROUND, EVAL_SPLIT, IMAGE_SHAPE, SPLITS, TRAIN_SPLIT
from schema.curated import read_labels

# Among a record's values.
_PAPER = [column.name for column in COLUMNS].index(BACKGROUND)
# A tf.train.Feature that holds one id: two nested protocol buffer fields of type 2, each a tag and a length.
_ID_LENGTH = 64
_SERIALISED_ID_PREFIX = bytes([0x0A, _ID_LENGTH + 2, 0x0A, _ID_LENGTH])


@dataclass(frozen=True)
class _Photo:
    id: str
    pixels: np.ndarray
    record: Record


def load_splits(data: Path, settings: DataSettings) -> Splits:
    """Returns what training would see of a data folder; the test split is left alone.

    Args:
        data: The data folder.
        settings: What becomes of bad records, and the splits' shares.

    Raises:
        UserError: If the data cannot be read or a split is empty.
    """
    photos = read_photos(data, settings, (TRAIN_SPLIT, EVAL_SPLIT))
    return Splits(photos[TRAIN_SPLIT], photos[EVAL_SPLIT])


def read_photos(data: Path, settings: DataSettings, names: Collection[str]) -> dict[str, Photos]:
    """Returns the photos of some splits, by the split's name.

    Args:
        data: The data folder.
        settings: What becomes of bad records, and the splits' shares.
        names: The splits wanted.

    Raises:
        UserError: As `load_splits`.
    """
    layout = find_layout(data)
    records, bad = read_records(layout, read_labels())
    total = len(records) + len(bad)
    judge(bad, total, settings)
    splits: dict[str, list[_Photo]] = {split: [] for split in SPLITS}
    for photo in _read(records, layout.images, bad):
        splits[split_of(photo.id, settings)].append(photo)
    judge(sorted(bad, key=lambda record: record.line), total, settings)
    for name in names:
        if not splits[name]:
            raise UserError(f"{data}: no photos in the {name} split; {total} rows are too few")
    return {name: _in_memory(splits[name]) for name in names}


def is_right(scores: np.ndarray, photos: Photos) -> np.ndarray:
    """Returns whether the likeliest letter is the photo's: bool [n].

    Args:
        scores: float [n, 33], logits or probabilities.
        photos: What the scores are of.
    """
    right: np.ndarray = scores.argmax(axis=1) == photos.class_ids
    return right


def split_of(photo_id: str, settings: DataSettings) -> str:
    """Returns the split that TFX's ExampleGen puts a photo into.

    TFX hashes the serialised feature; its own function is private and needs all of TFX, so the rule stands here
    again, and a test holds it against ExampleGen.

    Args:
        photo_id: The photo's `features.IMAGE_ID`, 64 hex digits.
        settings: The splits' shares.
    """
    digest = hashlib.sha256(_SERIALISED_ID_PREFIX + photo_id.encode())
    shares = (settings.train_share, settings.eval_share, settings.test_share)
    return SPLITS[bisect.bisect(list(itertools.accumulate(shares)), int(digest.hexdigest(), 16) % sum(shares))]


def _read(records: Iterable[Record], folder: Path, bad: list[BadRecord]) -> Iterator[_Photo]:
    """Yields the photos of `records`; those that cannot be read are added to `bad`."""
    for record in records:
        try:
            pixels = read_image(folder / record.file)
        except ImageError as error:
            bad.append(BadRecord(record.line, record.file, str(error)))
        else:
            yield _Photo(image_id(pixels), pixels, record)


def _in_memory(photos: list[_Photo]) -> Photos:
    # By id, as the Trainer orders them: batches are then the pipeline's.
    photos = sorted(photos, key=lambda photo: photo.id)
    return Photos(
        _resized([photo.pixels for photo in photos]),
        one_hot(np.array([photo.record.class_id for photo in photos]), len(read_labels())),
        np.array([photo.record.values[_PAPER] for photo in photos]),
    )


def _resized(photos: Sequence[np.ndarray]) -> np.ndarray:
    """Returns photos, uint8 [height, width, 3], as uint8 [n, 32, 32, 3], exactly as the Trainer has them in memory."""
    others = [index for index, pixels in enumerate(photos) if pixels.shape != IMAGE_SHAPE]
    resized = dict(zip(others, _decoded([encode_png(photos[index]) for index in others]), strict=True))
    return np.stack([resized.get(index, pixels) for index, pixels in enumerate(photos)])


def _decoded(pngs: list[bytes]) -> np.ndarray:
    if not pngs:
        return np.empty((0, *IMAGE_SHAPE), np.uint8)
    # Here, since it imports TensorFlow; photos of the network's size are not changed by its graph.
    import tensorflow as tf

    from components.decoding import decode_photos

    # As a graph, which takes milliseconds for what takes minutes operation by operation.
    scaled = tf.function(decode_photos)(tf.constant(pngs)).numpy()
    return np.rint(scaled * np.float32(255.0)).astype(np.uint8)
