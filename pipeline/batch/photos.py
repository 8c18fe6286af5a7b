"""The photos of a batch prediction, from files or TFRecords; importing this module imports Beam and TensorFlow."""

import os
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import apache_beam as beam
import tensorflow as tf
from apache_beam.io import fileio
from google.protobuf.message import DecodeError

from components import features
from components.errors import UserError
from components.example_gen.images import MAX_FILE_BYTES
from pipeline.batch.request import Inputs
from pipeline.photo_file import check_size

GOOD = "good"
BAD = "bad"


class Photo(NamedTuple):
    """An encoded photo; `letter` is the true one, or empty where it is not known."""

    file: str
    image: bytes
    letter: str


class BadPhoto(NamedTuple):
    """A photo that no letter was read from."""

    file: str
    reason: str


class Photos(beam.PTransform):
    """Reads photos; gives them as `good`, and as `bad` those that need not be shown to the model."""

    def __init__(self, inputs: Inputs):
        """Remembers what to read."""
        super().__init__()
        self._inputs = inputs

    def expand(self, pipeline: beam.Pipeline) -> beam.pvalue.DoOutputsTuple:
        """See the base class."""
        patterns = pipeline | "Patterns" >> beam.Create(self._inputs.patterns)
        read = _from_records if self._inputs.records else _from_files
        photos = read(patterns, self._inputs.letters or {})
        return photos | "Look" >> beam.ParDo(_Look()).with_outputs(BAD, main=GOOD)


class _Look(beam.DoFn):
    def process(self, photo: Photo) -> Iterator[Photo | beam.pvalue.TaggedOutput]:
        try:
            if len(photo.image) > MAX_FILE_BYTES:
                raise UserError(f"{photo.file}: larger than {MAX_FILE_BYTES} bytes")
            check_size(photo.file, photo.image)
        except UserError as error:
            yield beam.pvalue.TaggedOutput(BAD, BadPhoto(photo.file, str(error).removeprefix(f"{photo.file}: ")))
        else:
            yield photo


def _from_files(patterns: beam.PCollection, letters: Mapping[str, str]) -> beam.PCollection:
    files = patterns | fileio.MatchAll(fileio.EmptyMatchTreatment.ALLOW) | fileio.ReadMatches()
    # One that is too large is cut, and so found too large, not read to its end.
    return files | "Read" >> beam.Map(_read, letters)


def _read(file: fileio.ReadableFile, letters: Mapping[str, str]) -> Photo:
    path = file.metadata.path
    with file.open() as stream:
        return Photo(_text(os.fsencode(path)), stream.read(MAX_FILE_BYTES + 1), letters.get(os.path.basename(path), ""))


def _from_records(patterns: beam.PCollection, letters: Mapping[str, str]) -> beam.PCollection:
    del letters
    return patterns | beam.io.ReadAllFromTFRecord() | "Parse" >> beam.Map(_parse)


def _parse(record: bytes) -> Photo:
    try:
        example = tf.train.Example.FromString(record)
    except DecodeError:
        # No photo in it, as the look at it will find.
        example = tf.train.Example()

    def value(key: str) -> bytes:
        return next(iter(example.features.feature[key].bytes_list.value), b"")

    return Photo(_text(value(features.FILE)), value(features.IMAGE), _text(value(features.LETTER)))


def _text(name: bytes) -> str:
    """Returns a name that Beam can pass on and a table hold: what is no UTF-8 is escaped."""
    return name.decode(errors="backslashreplace")
