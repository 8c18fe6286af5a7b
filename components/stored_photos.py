"""Photos as ExampleGen stored them, in memory."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from tfx import types
from tfx.types import artifact_utils

from core import columns, features
from core.columns import Column

_BATCH = 256
# Of an optional number that a record lacks.
_NONE = -1


@dataclass(frozen=True)
class StoredPhotos:
    """Photos of some splits, ordered by split and id, so that it never depends on how files were written.

    Attributes:
        images: PNGs, bytes each.
        splits: str [n].
        files: str [n], names in the CSV.
        ids: str [n], `features.IMAGE_ID`.
        class_ids: int64 [n].
        slices: str [n] for each of `columns.slice_columns()`, by its name: the values as they are shown, empty where
            a record has none.
    """

    images: list[bytes]
    splits: np.ndarray
    files: np.ndarray
    ids: np.ndarray
    class_ids: np.ndarray
    slices: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.images)


def read_photos(patterns: dict[str, str]) -> StoredPhotos:
    """Returns the photos of some splits, given the file pattern of each split's gzipped TFRecords."""
    rows = [(split, example) for split, pattern in patterns.items() for example in _parsed(pattern)]
    rows.sort(key=lambda row: (row[0], row[1][features.IMAGE_ID], row[1][features.FILE]))
    return StoredPhotos(
        images=[example[features.IMAGE] for _, example in rows],
        splits=np.array([split for split, _ in rows], dtype=np.str_),
        files=np.array([example[features.FILE].decode() for _, example in rows], dtype=np.str_),
        ids=np.array([example[features.IMAGE_ID].decode() for _, example in rows], dtype=np.str_),
        class_ids=np.array([example[features.LABEL] for _, example in rows], dtype=np.int64),
        slices={
            column.name: np.array([_shown(column, example[column.name]) for _, example in rows], dtype=np.str_)
            for column in columns.slice_columns()
        },
    )


def _parsed(pattern: str) -> list[dict[str, Any]]:
    spec = {key: tf.io.FixedLenFeature([], tf.string) for key in (features.IMAGE, features.FILE, features.IMAGE_ID)}
    spec[features.LABEL] = tf.io.FixedLenFeature([], tf.int64)
    for column in columns.slice_columns():
        kind, default = (tf.int64, _NONE) if column.names else (tf.string, "")
        spec[column.name] = tf.io.FixedLenFeature([], kind, default if column.optional else None)
    records = tf.data.TFRecordDataset(sorted(tf.io.gfile.glob(pattern)), compression_type="GZIP")
    parsed = records.batch(_BATCH).map(lambda batch: tf.io.parse_example(batch, spec))
    found = []
    for batch in parsed.as_numpy_iterator():
        found += [dict(zip(batch, values, strict=True)) for values in zip(*batch.values(), strict=True)]
    return found


def _shown(column: Column, value: Any) -> str:
    if column.names:
        return "" if value == _NONE else column.shown(int(value))
    return column.shown(value.decode())


def split_patterns(examples: types.Artifact, splits: tuple[str, ...]) -> dict[str, str]:
    """Returns the pattern of the TFRecords of each of some splits of an Examples artifact."""
    return {split: artifact_utils.get_split_uri([examples], split) + "/*.gz" for split in splits}
