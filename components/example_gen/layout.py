"""Where a data folder keeps its CSV and its images, nested as Kaggle's or flat, and what of it may be read."""

import itertools
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from core.errors import UserError
from core.features import CSV_FILE_NAME, IMAGE_ENDINGS, IMAGE_FOLDER


class RowError(ValueError):
    """A row cannot be used; the message is the reason, without the line."""


@dataclass(frozen=True)
class DataLayout:
    """Where a data folder keeps its parts.

    Attributes:
        csv: The CSV with a row for each image.
        images: The folder that the CSV's file names are relative to.
        source: The data folder's name among several; None where it is the only one.
    """

    csv: Path
    images: Path
    source: str | None = None


def find_layouts(folders: Sequence[str | Path]) -> list[DataLayout]:
    """Returns where the parts of each of some data folders are; several folders are sources, and have names.

    Raises:
        UserError: As `find_layout`, or if a folder is given twice.
    """
    layouts = [find_layout(folder) for folder in folders]
    if len(layouts) == 1:
        return layouts
    names = source_names(folders)
    return [replace(layout, source=name) for layout, name in zip(layouts, names, strict=True)]


def source_names(folders: Sequence[str | Path]) -> list[str]:
    """Returns names of folders, paths or URIs: the last parts of each, as many as tell all of them apart.

    Raises:
        UserError: If two are the same.
    """
    parts = [PurePosixPath(str(folder)).parts for folder in folders]
    if twice := next((folder for folder, each in zip(folders, parts, strict=True) if parts.count(each) > 1), None):
        raise UserError(f"{twice}: this data folder is given twice; give it once")
    for length in itertools.count(1):
        names = ["/".join(each[-length:]) for each in parts]
        if len(set(names)) == len(names):
            return names
    raise AssertionError("whole paths differ")


def find_layout(data: str | Path) -> DataLayout:
    """Returns where the CSV and the images of a data folder are.

    The images may lie in Kaggle's nested folder, in its outer half, or beside the CSV; the first of these
    that holds an image is taken.

    Raises:
        UserError: If the folder, the CSV or the images are missing, or may not be read.
    """
    folder = Path(data)
    try:
        csv = _find_csv(folder)
        nested = PurePosixPath(IMAGE_FOLDER)
        for candidate in (folder / nested, folder / nested.parent, folder):
            if candidate.is_dir() and _holds_image(candidate):
                return DataLayout(csv=csv, images=candidate)
    except OSError as error:
        raise UserError(f"{error.filename or folder}: cannot be read: {error.strerror}") from None
    raise UserError(f"{folder}: no PNG or JPEG files in {IMAGE_FOLDER}/ or beside the CSV; put the images there")


def _find_csv(folder: Path) -> Path:
    if not folder.exists():
        raise UserError(f"{folder}: no such folder; give the folder that holds {CSV_FILE_NAME}")
    if not folder.is_dir():
        raise UserError(f"{folder}: not a folder; give the folder that holds {CSV_FILE_NAME}")
    csv = folder / CSV_FILE_NAME
    if not csv.is_file():
        raise UserError(f"{csv}: no such file; the data folder must hold it")
    return csv


def _holds_image(folder: Path) -> bool:
    # Not by `glob`, which takes a folder that may not be read for an empty one.
    with os.scandir(folder) as entries:
        return any(entry.name.lower().endswith(IMAGE_ENDINGS) for entry in entries)


def check_file(root: str, file: str) -> None:
    """Checks that `file`, relative to `root`, the image folder's real path, names a regular file inside it.

    Raises:
        RowError: If it lies outside (by `..`, an absolute path or a symlink), is missing, or is not a file.
    """
    if _is_plain_file(root, file):
        return
    try:
        real = os.path.realpath(os.path.join(root, file))
        if not real.startswith(root + os.sep):
            raise RowError("the file lies outside the image folder")
        if not stat.S_ISREG(os.stat(real).st_mode):
            raise RowError("the file is not a regular file")
    except RowError:
        raise  # It is a ValueError itself.
    except FileNotFoundError:
        raise RowError("the file does not exist") from None
    except (OSError, ValueError) as error:
        raise RowError(f"the file cannot be read: {getattr(error, 'strerror', error)}") from None


def _is_plain_file(root: str, file: str) -> bool:
    """Returns whether `file` is a regular file right in the folder; False of others that may be in order too.

    One look at the file system tells: a name without a folder in it leads out of the folder through a symlink only.
    """
    try:
        return os.sep not in file and stat.S_ISREG(os.lstat(f"{root}{os.sep}{file}").st_mode)
    except (OSError, ValueError):
        return False
