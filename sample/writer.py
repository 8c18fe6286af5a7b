"""Writes a sample as a folder laid out like the real data: the whole of it, or nothing."""

import csv
import io
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from PIL import Image

from core.columns import required_columns
from core.errors import UserError
from core.features import BACKGROUND, CSV_FILE_NAME, FILE, IMAGE_FOLDER, LABEL, LETTER
from core.files import whole_folder
from core.labels import label_of
from sample.parameters import Parameters
from sample.photos import draw_photo, paper_of
from sample.processes import DEFAULT_WORKERS, Numbered, in_processes

# Holds the parameters that the folder's sample was made from.
RECORD_FILE_NAME = "sample.json"


def write_sample(directory: Path | str, parameters: Parameters, workers: int = DEFAULT_WORKERS) -> Path:
    """Writes a sample, or returns at once if `directory` already holds it.

    Args:
        directory: The folder to make; its parents are made too.
        parameters: What the sample is made from.
        workers: Processes that draw; any number gives the same bytes.

    Returns:
        `directory`, absolute.

    Raises:
        UserError: If `directory` exists and is not this sample, or cannot be written, `workers` is below 1, or a
            process that draws is killed.
    """
    target = Path(directory).absolute()
    try:
        if not _is_written(target, parameters):
            if not target.parent.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, parameters, workers)
    except OSError as error:
        raise UserError(f"cannot write {target}: {error.strerror or error}") from error
    return target


def _is_written(target: Path, parameters: Parameters) -> bool:
    """Returns whether `target` holds that very sample, and not if it does not exist.

    Raises:
        UserError: If `target` is anything else.
    """
    if not target.exists():
        return False
    record, table = target / RECORD_FILE_NAME, target / CSV_FILE_NAME
    if not record.is_file():
        raise UserError(f"{target} exists and is not a sample; choose another folder")
    photos = sum(1 for _ in (target / IMAGE_FOLDER).glob("*.png"))
    if not table.is_file() or photos < len(table.read_bytes().splitlines()) - 1:
        raise UserError(f"{target} holds a sample with files missing; delete it")
    if record.read_bytes() != parameters.record().encode() or table.read_bytes() != _csv_bytes(parameters):
        raise UserError(f"{target} holds a sample of other parameters; delete it or choose another folder")
    return True


def _write(target: Path, parameters: Parameters, workers: int) -> None:
    try:
        with whole_folder(target) as folder:
            (folder / IMAGE_FOLDER).mkdir(parents=True)
            in_processes(_write_photos, parameters, workers, str(folder / IMAGE_FOLDER))
            (folder / CSV_FILE_NAME).write_bytes(_csv_bytes(parameters))
            (folder / RECORD_FILE_NAME).write_bytes(parameters.record().encode())
    except OSError:
        # Another run, on another output, may have drawn the same sample meanwhile.
        if not _is_written(target, parameters):
            raise


def _write_photos(parameters: Parameters, photos: Iterable[Numbered], folder: str) -> bytes:
    """Writes photos as 8-bit RGBA PNGs into a folder; returns nothing that the caller would need."""
    for numbered in photos:
        Image.fromarray(draw_photo(parameters, *numbered)).save(Path(folder, _file_name(*numbered)), "PNG")
    return b""


def _file_name(class_id: int, number: int) -> str:
    return f"{label_of(class_id):02d}_{number + 1:02d}.png"


def _csv_bytes(parameters: Parameters) -> bytes:
    """Returns the CSV as the real one is: UTF-8, CRLF between lines and none after the last."""
    text = io.StringIO()
    table = csv.DictWriter(text, required_columns(), lineterminator="\r\n")
    table.writeheader()
    for (class_id, letter), number in product(enumerate(parameters.labels), range(parameters.per_letter)):
        file, paper = _file_name(class_id, number), paper_of(number)
        table.writerow({LETTER: letter, LABEL: label_of(class_id), FILE: file, BACKGROUND: paper})
    return text.getvalue().removesuffix("\r\n").encode()
