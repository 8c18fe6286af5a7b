"""The photos of a batch prediction, from files or TFRecords; importing this module imports Beam and TensorFlow."""

import os
from collections.abc import Iterator
from typing import NamedTuple

import apache_beam as beam
import tensorflow as tf
from apache_beam.io import fileio
from google.protobuf.message import DecodeError

from components.example_gen.images import MAX_FILE_BYTES, ImageError, read_file
from core import features
from core.errors import UserError
from pipeline.predict.photo_file import check_size
from pipeline.predict.request import Inputs

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
        if self._inputs.files:
            photos = _from_files(pipeline, self._inputs)
        else:
            read = _from_records if self._inputs.records else _from_uris
            photos = read(pipeline | "Patterns" >> beam.Create(self._inputs.patterns))
        return photos | "Look" >> beam.ParDo(_Look()).with_outputs(BAD, main=GOOD)


class _Look(beam.DoFn):
    def process(self, photo: Photo | BadPhoto) -> Iterator[Photo | beam.pvalue.TaggedOutput]:
        if isinstance(photo, BadPhoto):
            yield beam.pvalue.TaggedOutput(BAD, photo)
            return
        try:
            if len(photo.image) > MAX_FILE_BYTES:
                raise UserError(f"{photo.file}: larger than {MAX_FILE_BYTES} bytes")
            check_size(photo.file, photo.image)
        except UserError as error:
            yield beam.pvalue.TaggedOutput(BAD, BadPhoto(photo.file, str(error).removeprefix(f"{photo.file}: ")))
        else:
            yield photo


def _from_files(pipeline: beam.Pipeline, inputs: Inputs) -> beam.PCollection:
    # As bytes, since Beam passes on no text that is no UTF-8. Only names travel; each worker reads its share of files.
    files = [(os.fsencode(file.name), file.letter, file.fault) for file in inputs.files]
    # Workers may run in other folders.
    read = beam.Map(_read_file, os.fsencode(inputs.folder), os.getcwdb())
    return pipeline | "Files" >> beam.Create(files) | "Read" >> read


def _read_file(file: tuple[bytes, str, str], folder: bytes, current: bytes) -> Photo | BadPhoto:
    name, letter, fault = file
    path = os.path.join(folder, name)
    if fault:
        return BadPhoto(_text(path), fault)
    try:
        return Photo(_text(path), read_file(os.fsdecode(os.path.join(current, path))), letter)
    except ImageError as error:
        return BadPhoto(_text(path), str(error))


def _from_uris(patterns: beam.PCollection) -> beam.PCollection:
    files = patterns | fileio.MatchAll(fileio.EmptyMatchTreatment.ALLOW) | fileio.ReadMatches()
    # One that is too large is cut, and so found too large, not read to its end.
    return files | "Read" >> beam.Map(_read_uri)


def _read_uri(file: fileio.ReadableFile) -> Photo:
    with file.open() as stream:
        return Photo(_text(os.fsencode(file.metadata.path)), stream.read(MAX_FILE_BYTES + 1), "")


def _from_records(patterns: beam.PCollection) -> beam.PCollection:
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
