"""What INPUT of a prediction means: the files that photos are read from; importing this imports nothing heavy."""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from components.example_gen.layout import find_layout
from components.example_gen.records import read_records
from core.errors import UserError
from core.features import CSV_FILE_NAME, IMAGE_ENDINGS
from core.labels import Labels


class Source(NamedTuple):
    """A file that photos are read from; there may be millions in memory.

    Attributes:
        file: Its path as it was typed, in bytes, since Beam passes on no text that is no UTF-8.
        letter: The true one, or empty where it is not known.
        reason: Why it need not be read, or empty.
        records: Whether it holds tf.train.Examples in TFRecords, as ExampleGen writes them, and not one image.
    """

    file: bytes
    letter: str = ""
    reason: str = ""
    records: bool = False


def find_sources(inputs: Sequence[str], labels: Labels) -> list[Source]:
    """Returns what each INPUT means: a data folder, a folder of images or of TFRecords, a file, or a glob.

    The labels are those that a data folder's CSV may name.

    Raises:
        UserError: If there is nothing, or a folder or a CSV cannot be read.
    """
    sources = []
    for given in inputs:
        found = list(_sources(given, labels))
        if not found:
            raise UserError(f"{given}: no photos there")
        sources += found
    return sources


def _sources(given: str, labels: Labels) -> Iterable[Source]:
    # Not by `Path`, which raises an error for a name that is too long.
    if os.path.isdir(given):
        has_csv = os.path.isfile(os.path.join(given, CSV_FILE_NAME))
        return _of_data_folder(given, labels) if has_csv else _of_folder(given)
    if os.path.exists(given):
        return [_source(given)]
    if glob.has_magic(given):
        # With a folder, so that no name in the table looks like a flag or a formula.
        found = glob.iglob(given if "/" in given else f"./{given}", recursive=True)
        return [_source(name) for name in sorted(found) if not os.path.isdir(name)]
    raise UserError(f"{given}: no such file or folder; give images, a glob, a folder, or TFRecords")


def _of_data_folder(folder: str, labels: Labels) -> Iterator[Source]:
    """Yields what the CSV names, as ExampleGen reads it; rows that are no records have the reason why."""
    layout = find_layout(folder)
    records, bad = read_records(layout, labels)

    def path(file: str) -> bytes:
        return os.fsencode(os.path.join(layout.images, os.path.normpath(file)))

    for record in records:
        yield Source(path(record.file), labels[record.class_id])
    for row in bad:
        yield Source(path(row.file), reason=f"{CSV_FILE_NAME}, line {row.line}: {row.reason}")


def _of_folder(folder: str) -> list[Source]:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise UserError(f"{folder}: cannot be read: {error.strerror}") from None
    files = [_source(path) for path in (os.path.join(folder, name) for name in names) if not os.path.isdir(path)]
    records = [source for source in files if source.records]
    return records or [source for source in files if os.fsdecode(source.file).lower().endswith(IMAGE_ENDINGS)]


def _source(path: str) -> Source:
    return Source(os.fsencode(path), records="tfrecord" in os.path.basename(path))
