"""What a batch prediction is asked to read; importing this module imports nothing heavy."""

import glob
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from components.example_gen.layout import DataLayout, find_layout
from components.example_gen.records import read_records
from core.errors import UserError
from core.features import CSV_FILE_NAME
from core.files import is_uri
from pipeline.predict.locations import absolute, check_scheme
from schema.curated import read_labels

_ENDINGS = (".png", ".jpg", ".jpeg")
_RECORDS = "tfrecord"


class ImageFile(NamedTuple):
    """An image file of this machine; there may be millions in memory.

    Attributes:
        name: Relative to the folder of `Inputs`.
        letter: The true one, or empty where it is not known.
        fault: Why it need not be read, or empty.
    """

    name: str
    letter: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Inputs:
    """What is read: files, or what Beam finds by patterns.

    Attributes:
        files: Image files of this machine.
        folder: What their names are relative to, as it was typed; empty for the current folder.
        patterns: Globs of images at URIs, or of TFRecords anywhere.
        records: Whether they are TFRecords of tf.train.Examples, as ExampleGen writes them.
    """

    files: Sequence[ImageFile] = ()
    folder: str = ""
    patterns: tuple[str, ...] = ()
    records: bool = False


def find_inputs(given: str) -> Inputs:
    """Returns what INPUT means: a data folder, a folder of images, an image, a glob, or TFRecords.

    Raises:
        UserError: If nothing is there, or a folder or the CSV cannot be read.
    """
    check_scheme("INPUT", given)
    if is_uri(given):
        return Inputs(patterns=(given,), records=_names_records(given))
    inputs = _folder(given) if os.path.isdir(given) else _files(given)
    if not inputs.files and not inputs.patterns:
        raise UserError(f"{given}: no photos there")
    return inputs


def _files(given: str) -> Inputs:
    # Not by `Path`, which raises an error for a name that is too long.
    if os.path.exists(given):
        names = [given]
    elif glob.has_magic(given):
        # With a folder, so that no name in the table looks like a flag or a formula.
        found = glob.iglob(given if "/" in given else f"./{given}", recursive=True)
        names = [name for name in found if not os.path.isdir(name)]
    else:
        raise UserError(f"{given}: no such file or folder; give images, a glob, a folder, or TFRecords")
    return _records(names) if _names_records(given) else Inputs([ImageFile(name) for name in names])


def _folder(given: str) -> Inputs:
    folder = Path(given)
    if os.path.isfile(folder / CSV_FILE_NAME):
        return _data_folder(find_layout(folder))
    try:
        names = os.listdir(folder)
    except OSError as error:
        raise UserError(f"{given}: cannot be read: {error.strerror}") from None
    if records := _records(str(folder / name) for name in names if _names_records(name)).patterns:
        return Inputs(patterns=records, records=True)
    images = [name for name in names if name.lower().endswith(_ENDINGS) and not os.path.isdir(folder / name)]
    return Inputs([ImageFile(name) for name in images], str(folder))


def _data_folder(layout: DataLayout) -> Inputs:
    """Returns what the CSV names, as ExampleGen reads it; rows that are no records are listed as bad."""
    labels = read_labels()
    good, bad = read_records(layout, labels)
    files = [ImageFile(os.path.normpath(record.file), labels[record.class_id]) for record in good]
    faults = [ImageFile(row.file, fault=f"{CSV_FILE_NAME}, line {row.line}: {row.reason}") for row in bad]
    return Inputs(files + faults, str(layout.images))


def _records(names: Iterable[str]) -> Inputs:
    # Absolute, for workers in other folders; quoted, since Beam takes every name for a pattern.
    files = (absolute(name) for name in names if os.path.isfile(name))
    return Inputs(patterns=tuple(map(glob.escape, files)), records=True)


def _names_records(name: str) -> bool:
    return _RECORDS in name.rpartition("/")[2]
