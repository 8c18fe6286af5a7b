"""Beam: from records to tf.train.Examples, each with its photo."""

import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import apache_beam as beam
import tensorflow as tf
from tfx.components.example_gen.write_split import DEFAULT_TF_RECORD_FILE_NAME

from components.example_gen.images import ImageError, Photo, decode_images, image_id, is_blank, read_file
from components.example_gen.records import BadRecord, Record, Value
from core import columns, features
from core.labels import Labels

# By the data folder's name, where the files of its records lie.
ImageFolders = Mapping[str | None, str]

GOOD = "good"
BAD = "bad"

# Records that one worker reads in one go.
_GROUP_SIZE = 1000
# Photos that are decoded in one go, on all cores, and about how many bytes of files.
_BATCH = 128
_BATCH_BYTES = 32 * 2**20
_BLANK = "the image is blank"
# Of all splits; a file of as many takes about 90 MB.
_PHOTOS_PER_SHARD = 60_000
# Each is a writer of its own in Beam's graph, and an open file.
_MOST_SHARDS = 32


def to_example(record: Record, photo: Photo, labels: Labels) -> tf.train.Example:
    """Returns the Example of a record and its photo; the labels are by class id.

    Returns:
        The raw features (core/features.py, core/columns.py); what a record leaves out is none.
    """
    height, width, _ = photo.pixels.shape
    values: dict[str, bytes | Value] = {
        features.IMAGE: photo.png,
        features.LETTER: labels[record.class_id],
        features.LABEL: record.class_id,
        features.FILE: record.file,
        features.WIDTH: width,
        features.HEIGHT: height,
        features.IMAGE_ID: image_id(photo.pixels),
    }
    values |= {column.name: value for column, value in zip(columns.COLUMNS, record.values, strict=True)}
    example = tf.train.Example()
    for key, value in values.items():
        if value is not None:
            # In place: messages that are made first and copied into one another take twice the time.
            feature = example.features.feature[key]
            if isinstance(value, int):
                feature.int64_list.value.append(value)
            else:
                feature.bytes_list.value.append(value if isinstance(value, bytes) else value.encode())
    return example


class ReadPhotos(beam.DoFn):
    """Reads the images of a group of records: an Example on `GOOD`, or a BadRecord on `BAD`, for each."""

    def __init__(self, folders: ImageFolders, labels: Labels):
        """Takes the folders that the records' file names are relative to, and the labels by class id."""
        self._folders = folders
        self._labels = labels

    def process(
        self, group: tuple[int, Iterable[list[tuple[Any, ...]]]]
    ) -> Iterator[tf.train.Example | beam.pvalue.TaggedOutput]:
        """Yields one element for each record; only two batches of images are in memory at a time."""
        # All at once: an engine may hand its rows to the thread that it called alone.
        coming = iter([Record(*fields) for fields in itertools.chain.from_iterable(group[1])])
        # While Beam takes the photos of a batch, the next are decoded.
        with ThreadPoolExecutor(1) as pool:
            ahead = pool.submit(_decoded_batch, coming, self._folders)
            while batch := ahead.result():
                ahead = pool.submit(_decoded_batch, coming, self._folders)
                for record, photo in batch:
                    if isinstance(photo, ImageError):
                        yield _bad(record, str(photo))
                    elif is_blank(photo.pixels):
                        yield _bad(record, _BLANK)
                    else:
                        yield to_example(record, photo, self._labels)


def _decoded_batch(coming: Iterator[Record], folders: ImageFolders) -> list[tuple[Record, Photo | ImageError]]:
    batch = list(_next_batch(coming, folders))
    decoded = iter(decode_images([data for _, data in batch if isinstance(data, bytes)]))
    return [(record, next(decoded) if isinstance(data, bytes) else data) for record, data in batch]


def _bad(record: Record, reason: str) -> beam.pvalue.TaggedOutput:
    return beam.pvalue.TaggedOutput(BAD, BadRecord(record.line, record.file, reason, record.source or ""))


def _next_batch(coming: Iterator[Record], folders: ImageFolders) -> Iterator[tuple[Record, bytes | ImageError]]:
    """Yields the next records with their files' content, or why it cannot be read, up to a bound of both."""
    size = 0
    for record in itertools.islice(coming, _BATCH):
        try:
            data = read_file(os.path.join(folders[record.source], record.file))
        except ImageError as error:
            yield record, error
        else:
            yield record, data
            size += len(data)
        if size > _BATCH_BYTES:
            return


def read_photos(
    pipeline: beam.Pipeline, records: list[Record], folders: ImageFolders, labels: Labels
) -> beam.pvalue.DoOutputsTuple:
    """Reads the photos of `records` in parallel, in an order that mixes the letters; see `ReadPhotos`.

    Returns:
        Two collections: `GOOD`, of tf.train.Example, and `BAD`, of BadRecord.
    """
    # As plain tuples, of which a record takes Beam a third of the bytes.
    groups = [(number, [tuple(record) for record in group]) for number, group in shuffled_groups(records)]
    return (
        pipeline
        | "Records" >> beam.Create(groups, reshuffle=False)
        # Only names travel here; it lets every worker read its share of the images. Beam's Reshuffle does the same
        # with random keys, and so in another order each time.
        | "Spread" >> beam.GroupByKey()
        | "ReadPhotos" >> beam.ParDo(ReadPhotos(folders, labels)).with_outputs(BAD, main=GOOD)
    )


def shuffled_groups(records: list[Record]) -> list[tuple[int, list[Record]]]:
    """Returns numbered groups of all records, in an order that looks random and depends on the file names alone."""
    # The CSV is in the letters' order, and who streams a file of Examples needs them mixed.
    order = sorted(records, key=lambda record: hashlib.sha256(record.file.encode()).digest())
    starts = range(0, len(order), _GROUP_SIZE)
    return [(number, order[start : start + _GROUP_SIZE]) for number, start in enumerate(starts)]


def shards_for(photos: int) -> int:
    """Returns in how many shards a split is written, where the engine has all photos in one bundle.

    A file can be read by one reader only, and must be read to its end.
    """
    return min(_MOST_SHARDS, -(-photos // _PHOTOS_PER_SHARD)) or 1


def shard_of(example: tf.train.Example, shards: int) -> int:
    """Returns an Example's shard: equal photos are in the same one, and letters are mixed in each."""
    photo_id: bytes = example.features.feature[features.IMAGE_ID].bytes_list.value[0]
    return int(photo_id[:8], 16) % shards


def write_split(examples: beam.PCollection, name: str, folder: str, shards: int) -> None:
    """Writes the tf.train.Examples of a split into its folder, a path or a URI, as gzipped TFRecords, as they come.

    The number of shards is as `shards_for` returns it.
    """
    for shard, part in enumerate(examples | f"Shard[{name}]" >> beam.Partition(shard_of, shards)):
        prefix = DEFAULT_TF_RECORD_FILE_NAME if shards == 1 else f"{DEFAULT_TF_RECORD_FILE_NAME}-{shard:02}"
        (
            part
            # Deterministic, since the features of a photo have no order of their own.
            | f"Serialise[{name}-{shard}]" >> beam.Map(lambda example: example.SerializeToString(deterministic=True))
            # A file for each bundle of work: a fixed number of files would have Beam gather all photos first.
            | f"Write[{name}-{shard}]" >> beam.io.WriteToTFRecord(os.path.join(folder, prefix), file_name_suffix=".gz")
        )
