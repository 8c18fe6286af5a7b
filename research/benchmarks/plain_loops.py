"""The plainest loops that do the same work as the data path's steps: no Beam, no checks, one photo at a time."""

import csv
import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

from components.example_gen.layout import find_layout
from components.finder import PIXEL_SCALE, find_letters
from components.settings import AugmentationSettings, DataSettings, TrainSettings
from components.trainer.augmentation import augment
from core import features
from schema.curated import read_labels

# Where ExampleGen leaves its splits in the work folder.
_EXAMPLES = "examples"
_GZIP = "GZIP"


def example_gen(data: Path, work: Path) -> None:
    """Reads each photo, and writes it as an Example into the TFRecords of its split."""
    layout, settings = find_layout(data), DataSettings()
    shares = (settings.train_share, settings.eval_share, settings.test_share)
    borders = np.cumsum(shares)
    (work / "plain").mkdir(parents=True, exist_ok=True)
    writers = [tf.io.TFRecordWriter(str(work / "plain" / f"{split}.gz"), _GZIP) for split in features.SPLITS]
    with layout.csv.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            image = Image.open(layout.images / row["file"]).convert("RGB")
            digest = hashlib.sha256(image.tobytes()).hexdigest()
            split = np.searchsorted(borders, int(digest, 16) % sum(shares), side="right")
            writers[split].write(_example(row, image, digest).SerializeToString())
    for writer in writers:
        writer.close()


def statistics_gen(data: Path, work: Path) -> dict[str, dict[str, Counter]]:
    """Counts the values of each feature and the sizes of the decoded photos, split by split."""
    del data
    counts: dict[str, dict[str, Counter]] = {split: defaultdict(Counter) for split in features.SPLITS}
    for split in features.SPLITS:
        for example in read_examples(work, split):
            for key, feature in example.features.feature.items():
                (value,) = feature.bytes_list.value or feature.int64_list.value
                if key == features.IMAGE:
                    value = Image.open(io.BytesIO(value)).convert("RGB").size
                counts[split][key][value] += 1
    return counts


def transform(data: Path, work: Path) -> None:
    """Saves a graph that decodes photos and encodes labels."""
    del data
    encoded, label = tf.TensorSpec([None], tf.string), tf.TensorSpec([None], tf.int64)
    module = tf.Module()
    module.transform = tf.function(
        lambda photos, labels: (find_letters(photos)[0], tf.one_hot(labels, len(read_labels()))),
        input_signature=[encoded, label],
    )
    tf.saved_model.save(module, str(work / "plain_graph"))


def training_input(data: Path, work: Path) -> None:
    """Decodes the train split into one array, and augments it batch by batch."""
    del data
    photos, labels = [], []
    for example in read_examples(work, features.TRAIN_SPLIT):
        values = example.features.feature
        image = Image.open(io.BytesIO(values[features.IMAGE].bytes_list.value[0])).convert("RGB")
        photos.append(np.asarray(image.resize((features.IMAGE_SIDE, features.IMAGE_SIDE))))
        labels.append(np.eye(len(read_labels()), dtype=np.float32)[values[features.LABEL].int64_list.value[0]])
    pixels, targets, size = np.stack(photos), np.stack(labels), TrainSettings().batch_size
    order = np.random.default_rng(0).permutation(len(pixels))
    for step, start in enumerate(range(0, len(order), size)):
        chosen = order[start : start + size]
        batch = tf.cast(pixels[chosen], tf.float32) * PIXEL_SCALE
        _ = augment(batch, tf.constant([0, step]), AugmentationSettings()), targets[chosen]


def split_pattern(work: Path, split: str) -> str:
    """Returns the pattern of the TFRecords of a split that ExampleGen has left in the work folder."""
    return str(work / _EXAMPLES / f"Split-{split}" / "*")


def read_examples(work: Path, split: str) -> Iterator[tf.train.Example]:
    """Yields the Examples that ExampleGen has left in the work folder."""
    files = sorted(tf.io.gfile.glob(split_pattern(work, split)))
    for record in tf.data.TFRecordDataset(files, _GZIP).as_numpy_iterator():
        yield tf.train.Example.FromString(record)


def _example(row: dict[str, str], image: Image.Image, digest: str) -> tf.train.Example:
    png = io.BytesIO()
    image.save(png, "PNG")
    values = {
        features.IMAGE: png.getvalue(),
        features.LETTER: row["letter"].encode(),
        features.FILE: row["file"].encode(),
        features.IMAGE_ID: digest.encode(),
        features.LABEL: int(row["label"]) - 1,
        features.BACKGROUND: int(row["background"]),
        features.WIDTH: image.width,
        features.HEIGHT: image.height,
    }
    example = tf.train.Example()
    for key, value in values.items():
        feature = example.features.feature[key]
        (feature.int64_list if isinstance(value, int) else feature.bytes_list).value.append(value)
    return example
