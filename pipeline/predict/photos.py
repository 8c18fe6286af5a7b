"""Encoded photos from images and TFRecords, looked at before TensorFlow decodes them; imports nothing heavy."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from components.example_gen.images import MAX_FILE_BYTES, ImageError, image_size
from core import features
from core.errors import UserError
from core.files import FileError, read_bounded
from pipeline.predict.inputs import Source

NO_IMAGE = "not a PNG or JPEG image"


class Photo(NamedTuple):
    """An encoded photo.

    Attributes:
        file: Its name, for people.
        image: The encoded bytes.
        truth: The letter that it is known to show, or empty.
        reason: Why no model need be asked, or empty.
    """

    file: str
    image: bytes = b""
    truth: str = ""
    reason: str = ""


def photos_in(source: Source, folder: bytes = b"") -> Iterator[Photo]:
    """Yields the photos in a file.

    Args:
        source: The file.
        folder: What its path may be relative to, for processes that run in another folder.

    Raises:
        UserError: If it should hold TFRecords, and does not.
    """
    path = os.fsdecode(os.path.join(folder, source.file))
    if source.records:
        yield from _from_records(path, _text(source.file))
    else:
        yield _from_file(path, source)


def fault_of(image: bytes) -> str:
    """Returns why an encoded image need not be decoded, by its size and its header; empty where it may be."""
    if len(image) > MAX_FILE_BYTES:
        return f"larger than {MAX_FILE_BYTES} bytes"
    try:
        width, height = image_size(image)
    except ImageError:
        return NO_IMAGE
    too_large = width * height > features.MAX_PIXELS
    return f"more than {features.MAX_PIXELS} pixels; make the image smaller" if too_large else ""


def _from_file(path: str, source: Source) -> Photo:
    name = _text(source.file)
    if source.reason:
        return Photo(name, reason=source.reason)
    try:
        image = read_bounded(path, MAX_FILE_BYTES)
    except FileError as error:
        return Photo(name, reason=str(error))
    return Photo(name, image, source.letter, fault_of(image))


def _from_records(path: str, name: str) -> Iterator[Photo]:
    # Here, since it takes seconds, and images need no more of it than the model.
    import tensorflow as tf

    records = tf.data.TFRecordDataset(path, "GZIP" if path.endswith(".gz") else "")
    try:
        for record in records.as_numpy_iterator():
            yield _from_example(record)
    except tf.errors.OpError:
        raise UserError(f"{name}: cannot be read as TFRecords; it is cut, broken, or something else") from None


def _from_example(record: bytes) -> Photo:
    import tensorflow as tf
    from google.protobuf.message import DecodeError

    try:
        values = tf.train.Example.FromString(record).features.feature
    except DecodeError:
        return Photo("", reason="not a tf.train.Example")

    def value(key: str) -> bytes:
        return next(iter(values[key].bytes_list.value), b"")

    image = value(features.IMAGE)
    return Photo(_text(value(features.FILE)), image, _text(value(features.LETTER)), fault_of(image))


def _text(name: bytes) -> str:
    """Returns a name that Beam can pass on and a table hold: what is no UTF-8 is escaped."""
    return name.decode(errors="backslashreplace")
