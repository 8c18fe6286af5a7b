"""Where a batch prediction writes; importing this module imports nothing heavy."""

import os
from dataclasses import dataclass
from enum import Enum

from core.errors import UserError
from core.features import CSV_FILE_NAME
from core.files import is_uri
from pipeline.places import check_no_pattern
from pipeline.predict.locations import absolute, check_scheme


class Table(Enum):
    """What the output is, by the ending of its name."""

    CSV = ".csv"
    PARQUET = ".parquet"


@dataclass(frozen=True)
class Destination:
    """Where the tables are written.

    Attributes:
        file: The table's, an absolute path or a URI.
        table: What it is.
    """

    file: str
    table: Table


def find_destination(output: str) -> Destination:
    """Returns what OUTPUT means.

    Raises:
        UserError: If its name does not say what is written or means more than one file to Beam, its folder is missing,
            or a folder is where a table should be.
    """
    check_scheme("OUTPUT", output)
    if not is_uri(output):
        _check_place(output)
    table = next((table for table in Table if output.endswith(table.value)), None)
    if not table:
        raise UserError(f"{output}: neither .csv nor .parquet; the ending says what is written")
    file = output if is_uri(output) else absolute(output)
    check_no_pattern("OUTPUT", file)
    return Destination(file, table)


def bad_table(output: str) -> str:
    """Returns where the bad photos of an output are listed."""
    return f"{output.rpartition('.')[0]}.bad.csv"


def check_apart(given: str, output: str) -> None:
    """Checks that the tables do not take the place of what is read.

    Raises:
        UserError: If OUTPUT or the table beside it is INPUT, or its CSV.
    """
    for read in (given, os.path.join(given, CSV_FILE_NAME)):
        for written in (output, bad_table(output)):
            if os.path.exists(read) and os.path.exists(written) and os.path.samefile(read, written):
                raise UserError(f"{written}: is read, and would be overwritten; choose another OUTPUT")


def _check_place(output: str) -> None:
    folder = os.path.dirname(output) or "."
    if not os.path.isdir(folder):
        raise UserError(f"{folder}: no such folder; make it first")
    if os.path.isdir(output):
        raise UserError(f"{output}: a folder; give the name of a file, such as letters.csv")
    if os.path.isdir(bad_table(output)):
        raise UserError(f"{bad_table(output)}: a folder, where bad images would be listed; choose another OUTPUT")
