"""Where the tables of a prediction are written. Importing this module imports nothing heavy."""

import os
from collections.abc import Sequence
from pathlib import Path

from core.errors import UserError
from core.features import CSV_FILE_NAME
from core.files import resolved
from pipeline.places import check_no_pattern

CSV, PARQUET = ".csv", ".parquet"


def bad_table(output: str) -> str:
    """Returns where the photos are listed that no letter could be read from: beside the table."""
    return f"{os.path.splitext(output)[0]}.bad.csv"


def check_output(output: str, inputs: Sequence[str]) -> str:
    """Returns a table's absolute path; a symlink in that place is replaced, not followed.

    Args:
        output: A path; its ending says what is written.
        inputs: What is read.

    Raises:
        UserError: If the ending says nothing, the folder is missing, a folder is where a table should be, what is read
            would be overwritten, or Beam would take other files for it.
    """
    folder, name = os.path.split(output)
    if os.path.splitext(name)[1] not in (CSV, PARQUET):
        raise UserError(f"{output}: neither .csv nor .parquet; the ending says what is written")
    if not os.path.isdir(folder or "."):
        raise UserError(f"{folder or '.'}: no such folder; make it first")
    for written in (output, bad_table(output)):
        if os.path.isdir(written):
            raise UserError(f"{written}: a folder; give the name of a file, such as letters.csv")
        if any(_same(written, read) for given in inputs for read in (given, os.path.join(given, CSV_FILE_NAME))):
            raise UserError(f"{written}: is read, and would be overwritten; choose another --output")
    path = str(resolved(Path(folder)) / name)
    check_no_pattern("--output", path)
    return path


def _same(first: str, second: str) -> bool:
    return os.path.exists(first) and os.path.exists(second) and os.path.samefile(first, second)
