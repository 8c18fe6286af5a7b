"""Reads any number of photos on Beam and writes the tables; importing this module imports Beam."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
import pandas as pd
import pyarrow as pa
from apache_beam.ml.inference.base import ModelHandler, RunInference
from apache_beam.options.pipeline_options import PipelineOptions

from components.example_gen.bad_records import harmless
from console.shortage import Remedies, error_chain, shortage
from core.errors import UserError
from pipeline.predict.inputs import Source
from pipeline.predict.model import BATCH, Reading, load_model, read_batch
from pipeline.predict.output import PARQUET, bad_table
from pipeline.predict.photos import Photo, photos_in

_COLUMNS = pa.schema([(name, pa.float32() if name == "probability" else pa.string()) for name in Reading._fields])


class PushedModel(ModelHandler[Photo, Reading, Any]):
    """A SavedModel of this project, for Beam's RunInference."""

    def __init__(self, folder: Path):
        """Remembers the model's folder, which every worker must see."""
        super().__init__()
        self._folder = folder

    def load_model(self) -> Any:
        """See the base class."""
        return load_model(self._folder)

    def run_inference(
        self, batch: Sequence[Photo], model: Any, inference_args: Mapping[str, Any] | None = None
    ) -> Iterator[Reading]:
        """See the base class."""
        del inference_args
        yield from read_batch(model, batch)

    def batch_elements_kwargs(self) -> Mapping[str, Any]:
        """See the base class."""
        return {"min_batch_size": 1, "max_batch_size": BATCH}


def write_tables(model: Path, sources: Sequence[Source], output: str, options: PipelineOptions) -> pd.DataFrame:
    """Reads letters from photos and writes the tables, each whole or not at all; without a photo nothing is touched.

    Args:
        model: A SavedModel's folder.
        sources: Where the photos are.
        output: The table's absolute path; the photos that no letter could be read from are listed beside it.
        options: Beam's.

    Returns:
        A row for each photo with the fields of `Reading`, by `file`.

    Raises:
        UserError: If photos cannot be read or the tables not written.
    """
    try:
        # Beside the table, where a rename is one step, and where all workers see it.
        with tempfile.TemporaryDirectory(
            prefix=".predict.partial-", dir=os.path.dirname(output), ignore_cleanup_errors=True
        ) as folder:
            readings = _read(model, sources, folder, options)
            if len(readings):
                _write(readings, output, folder)
        return readings
    except (UserError, OSError, ValueError, RuntimeError) as error:
        raise _told(error, output) or error from None


def _read(model: Path, sources: Sequence[Source], folder: str, options: PipelineOptions) -> pd.DataFrame:
    file = os.path.join(folder, "readings")
    with beam.Pipeline(options=options) as pipeline:
        # Only names travel: each worker reads its share of the files.
        photos = pipeline | "Sources" >> beam.Create(sources) | "Photos" >> beam.FlatMap(photos_in, os.getcwdb())
        rows = photos | RunInference(PushedModel(model)) | "Rows" >> beam.Map(lambda reading: reading._asdict())
        rows | "Write" >> beam.io.WriteToParquet(file, _COLUMNS, num_shards=1, shard_name_template="")
    return pd.read_parquet(file).sort_values("file", kind="stable")


def _write(readings: pd.DataFrame, output: str, folder: str) -> None:
    whole, bad = readings[readings["reason"] == ""], readings[readings["reason"] != ""]
    parts = os.path.join(folder, "table"), os.path.join(folder, "bad")
    if output.endswith(PARQUET):
        whole.drop(columns="reason").to_parquet(parts[0], index=False)
    else:
        _write_csv(whole.drop(columns="reason"), parts[0])
    _write_csv(bad[["file", "reason"]], parts[1])
    if len(bad):
        os.replace(parts[1], bad_table(output))
    else:
        Path(bad_table(output)).unlink(missing_ok=True)
    # The table last: where it is new, its neighbour is of the same photos.
    os.replace(parts[0], output)


def _write_csv(table: pd.DataFrame, file: str) -> None:
    safe = table.assign(**{name: table[name].map(harmless) for name in table.columns if name != "probability"})
    # RFC 4180's CRLF, also since Python up to 3.12 quotes a carriage return in a field with it only.
    safe.to_csv(file, index=False, float_format="%.6f", lineterminator="\r\n")


def _told(error: Exception, output: str) -> UserError | None:
    """Returns what a person has to mend: Beam tells of files that it cannot read or write in errors of many types."""
    if lacking := shortage(error, Remedies({Path(output).parent: "choose another --output"})):
        return lacking
    if not any(isinstance(each, UserError | OSError | ValueError) for each in error_chain(error)):
        return None
    # Beam says after an error which of its steps it comes from.
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].partition(" [while running")[0]
    return UserError(
        reason if isinstance(error, UserError) else f"the photos cannot be read, or the table not written: {reason}"
    )
