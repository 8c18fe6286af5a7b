"""Beam: from records to tf.train.Examples, each with its photo."""

import os
from collections.abc import Iterator

import apache_beam as beam
import numpy as np
import tensorflow as tf

from components import features
from components.example_gen.images import ImageError, encode_png, image_id, read_image
from components.example_gen.records import BadRecord, Record

GOOD = "good"
BAD = "bad"


def to_example(record: Record, pixels: np.ndarray) -> tf.train.Example:
    """Returns the Example of a record and its uint8 [height, width, 3] pixels (keys: components/features.py)."""
    height, width, _ = pixels.shape
    values: dict[str, bytes | int] = {
        features.IMAGE: encode_png(pixels),
        features.LETTER: record.letter.encode(),
        features.LABEL: record.class_id,
        features.BACKGROUND: record.background,
        features.FILE: record.file.encode(),
        features.WIDTH: width,
        features.HEIGHT: height,
        features.IMAGE_ID: image_id(pixels).encode(),
    }
    return tf.train.Example(features=tf.train.Features(feature={key: _feature(value) for key, value in values.items()}))


def _feature(value: bytes | int) -> tf.train.Feature:
    if isinstance(value, bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))


class ReadPhoto(beam.DoFn):
    """Reads the image of each record: an Example on `GOOD`, or a BadRecord on `BAD`."""

    def __init__(self, image_folder: str):
        """Takes the folder that the records' file names are relative to."""
        self._image_folder = image_folder

    def process(self, record: Record) -> Iterator[tf.train.Example | beam.pvalue.TaggedOutput]:
        """Yields one element for each record."""
        try:
            pixels = read_image(os.path.join(self._image_folder, record.file))
        except ImageError as error:
            yield beam.pvalue.TaggedOutput(BAD, BadRecord(record.line, record.file, str(error)))
        else:
            yield to_example(record, pixels)


def read_photos(pipeline: beam.Pipeline, records: list[Record], image_folder: str) -> beam.pvalue.DoOutputsTuple:
    """Reads the photos of `records` in parallel.

    Returns:
        Two collections: `GOOD`, of tf.train.Example, and `BAD`, of BadRecord.
    """
    return (
        pipeline
        | "Records" >> beam.Create(records)
        # Only names travel here; it lets every worker read its share of the images.
        | "Spread" >> beam.Reshuffle()
        | "ReadPhotos" >> beam.ParDo(ReadPhoto(image_folder)).with_outputs(BAD, main=GOOD)
    )
