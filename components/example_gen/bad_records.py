"""What happens to records that cannot be used: a file that lists them all, and one error that shows some."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd

from components.example_gen.records import BadRecord
from components.settings import DataSettings
from core.errors import UserError, printable
from core.features import CSV_FILE_NAME

BAD_RECORDS_FILE = "bad_records.csv"
SHOWN = 20
# More characters than any system takes for a name; Python's csv module reads no field of more than 131,072.
_LONGEST = 4096
# A cell that starts with one of these is run as a formula by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class BadRecordsError(UserError):
    """Some records cannot be used, and the settings do not let them be dropped.

    Attributes:
        records: All of them, in the CSV's order.
    """

    def __init__(self, records: Sequence[BadRecord], advice: str):
        """Makes the message from the first `SHOWN` of `records`, a line each, and `advice`."""
        self.records = list(records)
        lines = [describe(record) for record in self.records[:SHOWN]]
        if len(self.records) > SHOWN:
            lines.append(f"and {len(self.records) - SHOWN} more")
        self._lines = [*lines, f"{len(self.records)} bad record(s): {advice}"]
        super().__init__("\n".join(self._lines))

    def __str__(self) -> str:
        """Returns the lines."""
        return "\n".join(map(printable, self._lines))


def describe(record: BadRecord) -> str:
    """Returns one line that says where the record is and what is wrong with it."""
    file = record.file if len(record.file) <= 60 else record.file[:57] + "..."
    folder = f"{record.source}/" if record.source else ""
    return printable(f"{folder}{CSV_FILE_NAME}, line {record.line}: {file}: {record.reason}")


def judge(bad: Sequence[BadRecord], total: int, settings: DataSettings) -> None:
    """Checks that of `total` rows, good and bad, the bad ones may be dropped.

    Raises:
        BadRecordsError: If they may not.
    """
    if not bad:
        return
    if settings.on_bad_record == "error":
        raise BadRecordsError(bad, f"mend them (all are in {BAD_RECORDS_FILE}), or --set data.on_bad_record=skip")
    if len(bad) > settings.max_bad_fraction * total:
        share = 100 * len(bad) / total
        raise BadRecordsError(
            bad,
            f"{share:.1f} % of {total} rows, more than data.max_bad_fraction allows "
            f"({100 * settings.max_bad_fraction:g} %); all are in {BAD_RECORDS_FILE}",
        )


def write_bad_records(path: Path, records: Iterable[BadRecord]) -> None:
    """Writes bad records as CSV, with texts that a spreadsheet would run made harmless, and endless ones cut."""
    rows = [{key: harmless(value) for key, value in asdict(record).items()} for record in records]
    named = any(row["source"] for row in rows)
    columns = [field.name for field in fields(BadRecord) if named or field.name != "source"]
    # RFC 4180's CRLF, also since a carriage return in a field is quoted with it only.
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False, lineterminator="\r\n")


def read_bad_records(path: Path) -> list[dict[str, str]]:
    """Returns the rows of what `write_bad_records` wrote, none where there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def harmless(value: object) -> object:
    """Returns a value for a CSV such that no spreadsheet runs it as a formula; a text of no end is cut."""
    if not isinstance(value, str):
        return value
    text = value if len(value) <= _LONGEST else value[:_LONGEST] + "..."
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
