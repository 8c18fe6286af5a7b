"""Reads the CSV: every row becomes a record or a bad record that names its line."""

import os
import stat

from components.example_gen.csv_table import read_rows
from components.example_gen.layout import DataLayout
from components.example_gen.records import BadRecord, Record, RowError, parse_row
from core.features import CSV_COLUMNS


def read_records(layout: DataLayout) -> tuple[list[Record], list[BadRecord]]:
    """Returns the records of a data folder in the CSV's order, and the rows that are none.

    Only the CSV and the file system's names are read, not the images.

    Raises:
        UserError: If the CSV as a whole cannot be read.
    """
    rows = read_rows(layout.csv)
    root = os.path.realpath(layout.images)
    records: list[Record] = []
    bad: list[BadRecord] = []
    first_lines: dict[str, int] = {}
    for line, surplus, texts in rows:
        try:
            if surplus:
                raise RowError("the row has more fields than the header")
            record = parse_row(line, *texts)
            check_file(root, record.file)
            # As a path, for which `./a.png` and `a.png` are one name.
            path = os.path.normpath(record.file)
            if path in first_lines:
                raise RowError(f"the file is on line {first_lines[path]} already")
        except RowError as error:
            bad.append(BadRecord(line, texts[CSV_COLUMNS.index("file")], str(error)))
        else:
            first_lines[path] = line
            records.append(record)
    return records, bad


def check_file(root: str, file: str) -> None:
    """Checks that `file` names a regular file inside the image folder.

    Args:
        root: The image folder's real path.
        file: The name in the CSV, relative to the image folder.

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
