"""What a batch prediction is asked to read and to write; importing this module imports nothing heavy."""

import os
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from components.errors import UserError
from components.example_gen.layout import find_layout
from components.example_gen.read_csv import read_records
from components.features import CSV_FILE_NAME

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://")
# Beam's file systems, without what this project does not install.
_SCHEMES = ("gs://", "s3://", "hdfs://")
_IMAGE_PATTERNS = tuple(f"*.{ending}" for ending in ("png", "PNG", "jpg", "JPG", "jpeg", "JPEG"))
_RECORDS = "tfrecord"


class Table(Enum):
    """What the output is, by the ending of its name."""

    CSV = ".csv"
    PARQUET = ".parquet"


@dataclass(frozen=True)
class Inputs:
    """What is read.

    Attributes:
        patterns: Globs of image files, or of TFRecords.
        records: Whether they are TFRecords of tf.train.Examples, as ExampleGen writes them.
        letters: The true letters by file name, where a CSV gives them.
    """

    patterns: tuple[str, ...]
    records: bool = False
    letters: dict[str, str] | None = None


def find_inputs(given: str) -> Inputs:
    """Returns what INPUT means: a data folder, a folder of images, an image, a glob, or TFRecords.

    Raises:
        UserError: If nothing is there, or the CSV cannot be read.
    """
    _check_scheme("INPUT", given)
    path = Path(given)
    if not _SCHEME.match(given) and not _is_glob(given):
        # Not by `Path`, which raises an error for a name that is too long.
        if not os.path.exists(given):
            raise UserError(f"{given}: no such file or folder; give images, a glob, a folder, or TFRecords")
        if os.path.isdir(given):
            return _folder(path)
    # Beam looks nowhere for a glob that names no folder.
    pattern = given if "/" in given or not _is_glob(given) else f"./{given}"
    return Inputs((pattern,), records=_RECORDS in given.rsplit("/", 1)[-1])


def table_of(output: str) -> Table:
    """Returns what kind of table OUTPUT is.

    Raises:
        UserError: If its name says none, or its folder is missing.
    """
    _check_scheme("OUTPUT", output)
    if not _SCHEME.match(output):
        path = Path(output)
        if not os.path.isdir(path.parent):
            raise UserError(f"{path.parent}: no such folder; make it first")
        if os.path.isdir(output):
            raise UserError(f"{output}: a folder; give the name of a file, such as letters.csv")
    for table in Table:
        if output.endswith(table.value):
            return table
    raise UserError(f"{output}: neither .csv nor .parquet; the ending says what is written")


def check_apart(given: str, output: str) -> None:
    """Checks that the table does not take the place of what is read.

    Raises:
        UserError: If OUTPUT is INPUT, or its CSV.
    """
    for read in (given, os.path.join(given, CSV_FILE_NAME)):
        if os.path.exists(read) and os.path.exists(output) and os.path.samefile(read, output):
            raise UserError(f"{output}: is read, and would be overwritten; choose another OUTPUT")


def _folder(folder: Path) -> Inputs:
    if (folder / CSV_FILE_NAME).is_file():
        layout = find_layout(folder)
        records, _ = read_records(layout)
        return Inputs(
            _patterns(layout.images), letters={os.path.normpath(record.file): record.letter for record in records}
        )
    if any(folder.glob(f"*{_RECORDS}*")):
        return Inputs((f"{_escaped(folder)}/*{_RECORDS}*",), records=True)
    return Inputs(_patterns(folder))


def _patterns(folder: Path) -> tuple[str, ...]:
    return tuple(f"{_escaped(folder)}/{pattern}" for pattern in _IMAGE_PATTERNS)


def _escaped(folder: Path) -> str:
    return re.sub(r"([*?[])", r"[\1]", str(folder))


def _is_glob(text: str) -> bool:
    return any(sign in text for sign in "*?[") and not os.path.exists(text)


def _check_scheme(name: str, text: str) -> None:
    scheme = _SCHEME.match(text)
    if scheme and scheme[0] not in _SCHEMES:
        raise UserError(f"{name}: {scheme[0]} is not read; folders and {', '.join(_SCHEMES)} are")
