"""Runs a batch prediction; importing this module imports Beam and TensorFlow."""

import csv
import glob
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.ml.inference.base import RunInference
from apache_beam.options.pipeline_options import PipelineOptions

from components.errors import UserError
from pipeline.batch import tables
from pipeline.batch.photos import BAD, GOOD, BadPhoto, Photos
from pipeline.batch.reading import PushedModel
from pipeline.batch.request import Inputs, Table
from pipeline.shortage import Remedies, error_chain, shortage


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


def predict(model: Path, inputs: Inputs, output: str, table: Table, beam_args: Sequence[str]) -> Tally:
    """Reads letters from photos and writes the tables, each whole or not at all.

    Args:
        model: A SavedModel's folder.
        inputs: The photos.
        output: A path or URI; the bad photos' table stands beside it.
        table: What `output` is.
        beam_args: Options of the Beam runner.

    Raises:
        UserError: If files cannot be read or written.
    """
    try:
        _forget_earlier(output)
        _run(model, inputs, output, table, beam_args)
        tally = _read_tally(_counts(output))
        if not tally.bad:
            _remove(bad_table(output))
        return tally
    except (OSError, ValueError, RuntimeError) as error:
        raise _told(error, output) or error from None
    finally:
        with suppress(OSError, ValueError):
            _remove(_counts(output))
        for file in (output, bad_table(output), _counts(output)):
            _remove_unfinished(file)


def _run(model: Path, inputs: Inputs, output: str, table: Table, beam_args: Sequence[str]) -> None:
    with beam.Pipeline(options=PipelineOptions(list(beam_args))) as pipeline:
        photos = pipeline | Photos(inputs)
        answers = photos[GOOD] | RunInference(PushedModel(model))
        readings = answers | "Good" >> beam.Filter(lambda answer: not isinstance(answer, BadPhoto))
        undecodable = answers | "Undecodable" >> beam.Filter(lambda answer: isinstance(answer, BadPhoto))
        tables.write_readings(readings, output, table)
        tables.write_bad((photos[BAD], undecodable) | beam.Flatten(), bad_table(output))
        outcomes = (answers, photos[BAD]) | "All" >> beam.Flatten() | "Outcomes" >> beam.Map(tables.outcome)
        tables.write_counts(outcomes, _counts(output))


def _told(error: Exception, output: str) -> UserError | None:
    """Returns what a person has to mend: Beam tells of files that it cannot read or write in errors of many types."""
    if lacking := shortage(error, Remedies({Path(output).absolute().parent: "choose another OUTPUT"})):
        return lacking
    if not any(isinstance(each, OSError | ValueError) for each in error_chain(error)):
        return None
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return UserError(f"the photos cannot be read, or the table not written: {reason}")


def _remove_unfinished(file: str) -> None:
    """Removes what a write that failed left in a folder; Beam only does so where it ended well."""
    # The names are those of Beam's FileBasedSink, which offers no other way to them.
    for folder in Path(file).parent.glob(f"beam-temp-{glob.escape(Path(file).name)}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _forget_earlier(output: str) -> None:
    for file in (_counts(output), bad_table(output)):
        _remove(file)


def _counts(output: str) -> str:
    return f"{output}.counts"


def bad_table(output: str) -> str:
    """Returns where the bad photos of an output are listed."""
    return f"{output.rpartition('.')[0]}.bad.csv"


def _read_tally(file: str) -> Tally:
    with FileSystems.open(file) as stream:
        rows = csv.reader(stream.read().decode().splitlines())
        return Tally(**{name: int(count) for name, count in rows})


def _remove(file: str) -> None:
    if FileSystems.exists(file):
        FileSystems.delete([file])
