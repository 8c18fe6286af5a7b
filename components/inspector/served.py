"""Photos as a model serves them: read from Examples, sent through the exported signatures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from components import features
from components.trainer.export import PROBABILITIES, SERVING_SIGNATURE, TRANSFORM_SIGNATURE

_BATCH = 256

Signature = Callable[..., dict[str, tf.Tensor]]


@dataclass(frozen=True)
class Examples:
    """Photos of some splits, ordered by split and id, so that it never depends on how files were written.

    Attributes:
        images: PNGs, bytes each.
        splits: str [n].
        files: str [n], names in the CSV.
        ids: str [n], `features.IMAGE_ID`.
        class_ids: int64 [n], 0 to 32.
        backgrounds: int64 [n], indices into `BACKGROUNDS`.
    """

    images: list[bytes]
    splits: np.ndarray
    files: np.ndarray
    ids: np.ndarray
    class_ids: np.ndarray
    backgrounds: np.ndarray

    def __len__(self) -> int:
        return len(self.images)


def read_examples(patterns: dict[str, str]) -> Examples:
    """Returns the photos of some splits.

    Args:
        patterns: The file pattern of each split's gzipped TFRecords.
    """
    rows = [(split, example) for split, pattern in patterns.items() for example in _parsed(pattern)]
    rows.sort(key=lambda row: (row[0], row[1][features.IMAGE_ID], row[1][features.FILE]))
    return Examples(
        images=[example[features.IMAGE] for _, example in rows],
        splits=np.array([split for split, _ in rows], dtype=np.str_),
        files=np.array([example[features.FILE].decode() for _, example in rows], dtype=np.str_),
        ids=np.array([example[features.IMAGE_ID].decode() for _, example in rows], dtype=np.str_),
        class_ids=np.array([example[features.LABEL] for _, example in rows], dtype=np.int64),
        backgrounds=np.array([example[features.BACKGROUND] for _, example in rows], dtype=np.int64),
    )


def _parsed(pattern: str) -> list[dict[str, Any]]:
    spec = {key: tf.io.FixedLenFeature([], tf.string) for key in (features.IMAGE, features.FILE, features.IMAGE_ID)}
    spec |= {key: tf.io.FixedLenFeature([], tf.int64) for key in (features.LABEL, features.BACKGROUND)}
    records = tf.data.TFRecordDataset(sorted(tf.io.gfile.glob(pattern)), compression_type="GZIP")
    parsed = records.batch(_BATCH).map(lambda batch: tf.io.parse_example(batch, spec))
    found = []
    for batch in parsed.as_numpy_iterator():
        found += [dict(zip(batch, values, strict=True)) for values in zip(*batch.values(), strict=True)]
    return found


def probabilities_of(serve: Signature, images: Sequence[bytes]) -> np.ndarray:
    """Returns what `serving_default` answers: float32 [n, 33]."""
    return _in_batches(serve, images, PROBABILITIES)


def pixels_of(transform: Signature, images: Sequence[bytes]) -> np.ndarray:
    """Returns photos as the network reads them, through `transform_features`: uint8 [n, 32, 32, 3]."""
    scaled = _in_batches(transform, images, features.PIXELS)
    return np.rint(scaled * 255).astype(np.uint8)


def load_signatures(model: str) -> tuple[Signature, Signature]:
    """Returns a SavedModel's `serving_default` and `transform_features`."""
    loaded = tf.saved_model.load(model)

    # A signature does not keep its model alive; these functions do.
    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return loaded.signatures[SERVING_SIGNATURE](image=image)

    def transform(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return loaded.signatures[TRANSFORM_SIGNATURE](image=image)

    return serve, transform


def _in_batches(signature: Signature, images: Sequence[bytes], output: str) -> np.ndarray:
    batches = [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]
    return np.concatenate([signature(image=tf.constant(batch))[output].numpy() for batch in batches])
