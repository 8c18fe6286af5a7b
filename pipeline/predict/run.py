"""Runs a batch prediction; importing this module imports Beam and TensorFlow."""

import csv
from dataclasses import dataclass
from pathlib import Path

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.ml.inference.base import RunInference
from apache_beam.options.pipeline_options import PipelineOptions

from console.shortage import Remedies, error_chain, shortage
from core.errors import UserError
from pipeline.predict.command import tables
from pipeline.predict.destination import Destination, Table, bad_table
from pipeline.predict.photos import BAD, GOOD, BadPhoto, Photos
from pipeline.predict.reading import PushedModel
from pipeline.predict.request import Inputs
from pipeline.predict.workspace import Parts, move, remove, workspace


@dataclass(frozen=True)
class Tally:
    """How many photos came to what."""

    right: int = 0
    wrong: int = 0
    unlabelled: int = 0
    bad: int = 0

    @property
    def read(self) -> int:
        """Photos that a letter was read from."""
        return self.right + self.wrong + self.unlabelled


def predict(model: Path, inputs: Inputs, destination: Destination, options: PipelineOptions) -> Tally:
    """Reads letters from photos and writes the tables, each whole or not at all; without a photo nothing is touched.

    Args:
        model: A SavedModel's folder.
        inputs: The photos.
        destination: Where to; the bad photos' table stands beside it.
        options: Beam's.

    Raises:
        UserError: If files cannot be read or written.
    """
    try:
        with workspace(destination.file) as parts:
            _run(model, inputs, parts, destination.table, options)
            tally = _read_tally(parts.counts)
            if tally.read + tally.bad:
                _publish(parts, destination.file, bad=tally.bad > 0)
        return tally
    except (OSError, ValueError, RuntimeError) as error:
        raise _told(error, destination.file) or error from None


def _run(model: Path, inputs: Inputs, parts: Parts, table: Table, options: PipelineOptions) -> None:
    with beam.Pipeline(options=options) as pipeline:
        photos = pipeline | Photos(inputs)
        answers = photos[GOOD] | RunInference(PushedModel(model))
        readings = answers | "Good" >> beam.Filter(lambda answer: not isinstance(answer, BadPhoto))
        undecodable = answers | "Undecodable" >> beam.Filter(lambda answer: isinstance(answer, BadPhoto))
        tables.write_readings(readings, parts.readings, table)
        tables.write_bad((photos[BAD], undecodable) | beam.Flatten(), parts.bad)
        outcomes = (answers, photos[BAD]) | "All" >> beam.Flatten() | "Outcomes" >> beam.Map(tables.outcome)
        tables.write_counts(outcomes, parts.counts)


def _publish(parts: Parts, output: str, *, bad: bool) -> None:
    # The table last: where it is new, its neighbour is of the same photos.
    if bad:
        move(parts.bad, bad_table(output))
    else:
        remove(bad_table(output))
    move(parts.readings, output)


def _told(error: Exception, output: str) -> UserError | None:
    """Returns what a person has to mend: Beam tells of files that it cannot read or write in errors of many types."""
    if lacking := shortage(error, Remedies({Path(output).parent: "choose another OUTPUT"})):
        return lacking
    if not any(isinstance(each, OSError | ValueError) for each in error_chain(error)):
        return None
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return UserError(f"the photos cannot be read, or the table not written: {reason}")


def _read_tally(file: str) -> Tally:
    with FileSystems.open(file) as stream:
        rows = csv.reader(stream.read().decode().splitlines())
        return Tally(**{name: int(count) for name, count in rows})
