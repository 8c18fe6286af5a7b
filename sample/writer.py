"""Writes a sample as a folder laid out like the real data: the whole of it, or nothing."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import uuid4

from core.columns import required_columns
from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from core.labels import ALPHABET
from sample.encode import csv_bytes, encoded_photos
from sample.errors import SampleError
from sample.hands import DEFAULT_HANDS
from sample.parameters import DEFAULT_PER_LETTER, DEFAULT_SEED, Parameters

# Holds the parameters that the folder's sample was made from.
RECORD_FILE_NAME = "sample.json"
DEFAULT_WORKERS = 2
_FILE_COLUMN = required_columns().index("file")


def write_sample(
    directory: Path | str,
    per_letter: int = DEFAULT_PER_LETTER,
    seed: int = DEFAULT_SEED,
    fonts: tuple[str, ...] = DEFAULT_HANDS,
    workers: int = DEFAULT_WORKERS,
) -> Path:
    """Writes a sample, or returns at once if `directory` already holds it.

    Args:
        directory: The folder to make; its parents are made too.
        per_letter: Photos of each letter, 1 or more.
        seed: 0 or more; the same seed gives the same bytes.
        fonts: Names in `sample.hands.ALL_HANDS`.
        workers: Processes that draw; any number gives the same bytes.

    Returns:
        `directory`, absolute.

    Raises:
        SampleError: If a parameter is wrong, `directory` exists and is not this sample, or the
            folder cannot be written.
    """
    parameters = Parameters(per_letter, seed, tuple(fonts))
    if workers < 1:
        raise SampleError(f"workers must be 1 or more, not {workers}")
    return write_whole(directory, parameters, partial(_write_files, parameters=parameters, workers=workers))


def write_whole(directory: Path | str, parameters: Parameters, write_files: Callable[[Path], None]) -> Path:
    """Has a sample written, the whole of it or nothing; returns at once if `directory` already holds it.

    Args:
        directory: The folder to make; its parents are made too.
        parameters: What the sample is made from.
        write_files: Writes the photos and the CSV into a folder that it makes.

    Returns:
        `directory`, absolute.

    Raises:
        SampleError: If `directory` exists and is not this sample, or the folder cannot be written.
    """
    target = Path(directory).absolute()
    try:
        if not _is_written(target, parameters):
            _write_aside(target, parameters, write_files)
    except OSError as error:
        raise SampleError(f"cannot write {target}: {error.strerror or error}") from error
    return target


def _is_written(target: Path, parameters: Parameters) -> bool:
    """Returns whether `target` holds that very sample, and not if it does not exist.

    Raises:
        SampleError: If `target` is anything else.
    """
    if not target.exists():
        return False
    record = target / RECORD_FILE_NAME
    if not record.is_file():
        raise SampleError(f"{target} exists and is not a sample; choose another folder")
    if record.read_bytes() != parameters.to_json().encode():
        raise SampleError(f"{target} holds a sample of other parameters; delete it or choose another folder")
    if not _is_complete(target, len(ALPHABET) * parameters.per_letter):
        raise SampleError(f"{target} holds a sample with files missing; delete it")
    return True


def _is_complete(target: Path, photos: int) -> bool:
    """Returns whether the CSV and as many PNGs as there should be are there."""
    found = sum(1 for _ in (target / IMAGE_FOLDER).glob("*.png"))
    return found == photos and (target / CSV_FILE_NAME).is_file()


def _write_aside(target: Path, parameters: Parameters, write_files: Callable[[Path], None]) -> None:
    """Writes the sample beside `target` and renames it, so that no half of it is ever there."""
    aside = target.with_name(f".{target.name}.partial-{uuid4().hex}")
    try:
        write_files(aside)
        (aside / RECORD_FILE_NAME).write_bytes(parameters.to_json().encode())
        _put_in_place(aside, target, parameters)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _put_in_place(aside: Path, target: Path, parameters: Parameters) -> None:
    try:
        aside.rename(target)
    except OSError:
        # Another run, on another output, may have drawn the same sample meanwhile.
        if not _is_written(target, parameters):
            raise
        shutil.rmtree(aside)


def _write_files(directory: Path, parameters: Parameters, workers: int) -> None:
    """Writes the photos and the CSV into a new folder."""
    images = directory / IMAGE_FOLDER
    images.mkdir(parents=True)
    rows = []
    for row, png in encoded_photos(parameters, workers):
        rows.append(row)
        (images / row[_FILE_COLUMN]).write_bytes(png)
    (directory / CSV_FILE_NAME).write_bytes(csv_bytes([required_columns(), *rows]))
