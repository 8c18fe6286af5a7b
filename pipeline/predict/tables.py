"""The tables of a batch prediction; importing this module imports Beam."""

import csv
import io
from collections.abc import Sequence

import apache_beam as beam
from pyarrow import float32, schema, string

from components.example_gen.bad_records import harmless
from pipeline.predict.destination import Table
from pipeline.predict.photos import BadPhoto
from pipeline.predict.reading import Reading

_SCHEMA = schema([("file", string()), ("letter", string()), ("probability", float32()), ("truth", string())])


def write_readings(readings: beam.PCollection, file: str, table: Table) -> None:
    """Writes a row for each reading, in no order; `truth` is empty where it is not known.

    Args:
        readings: Of `Reading`.
        file: A path or URI.
        table: What the file is.
    """
    if table is Table.PARQUET:
        rows = readings | "Rows" >> beam.Map(lambda reading: reading._asdict())
        rows | "Write" >> beam.io.WriteToParquet(file, _SCHEMA, num_shards=1, shard_name_template="")
    else:
        _write_csv("Write", readings | "Lines" >> beam.Map(_reading_line), file, Reading._fields)


def write_bad(bad: beam.PCollection, file: str) -> None:
    """Writes a CSV of `BadPhoto`, in no order."""
    _write_csv("Write bad", bad | "Bad lines" >> beam.Map(csv_line), file, BadPhoto._fields)


def write_counts(outcomes: beam.PCollection, file: str) -> None:
    """Writes how often each outcome came, as lines of `outcome,count`."""
    counts = outcomes | beam.combiners.Count.PerElement()
    counts | "Counted" >> beam.Map(csv_line) | "Write counts" >> _text(file)


def outcome(reading: Reading | BadPhoto) -> str:
    """Returns what became of a photo: `bad`, `unlabelled`, `right` or `wrong`."""
    if isinstance(reading, BadPhoto):
        return "bad"
    if not reading.truth:
        return "unlabelled"
    return "right" if reading.letter == reading.truth else "wrong"


def csv_line(fields: Sequence[object]) -> str:
    """Returns fields as a line of CSV, without its end, and without formulas for spreadsheets."""
    line = io.StringIO()
    # With RFC 4180's end, since Python up to 3.12 quotes a line break in a field only where it is one of the end's.
    csv.writer(line, lineterminator="\r\n").writerow(map(harmless, fields))
    return line.getvalue().removesuffix("\r\n")


def _reading_line(reading: Reading) -> str:
    return csv_line([reading.file, reading.letter, f"{reading.probability:.6f}", reading.truth])


def _write_csv(label: str, lines: beam.PCollection, file: str, columns: Sequence[str]) -> None:
    lines | label >> _text(file, header=",".join(columns))


def _text(file: str, header: str | None = None) -> beam.PTransform:
    return beam.io.WriteToText(file, num_shards=1, shard_name_template="", header=header)
