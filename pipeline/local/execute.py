"""Runs the pipeline with TFX's local runner; importing this module imports TFX."""

import shutil
import sys
from pathlib import Path

from tfx.orchestration import metadata
from tfx.orchestration import pipeline as tfx_pipeline
from tfx.orchestration.local.local_dag_runner import LocalDagRunner

from components.example_gen.bad_records import BAD_RECORDS_FILE
from console.logs import listening
from core.errors import printable
from core.files import write_whole
from pipeline.beam.engines import local_args
from pipeline.beam.loss import loss_told
from pipeline.config import Config
from pipeline.fingerprints import file_digest
from pipeline.local.cache_key import without_places
from pipeline.local.output import Output
from pipeline.local.progress import Progress
from pipeline.local.version_records import VersionRecords
from pipeline.local.versions import CHANGED
from pipeline.outcome.outcome import find_outcome
from pipeline.outcome.record import (
    latest_run_id,
    open_store,
    read_latest_run,
)
from pipeline.outcome.summary import Ending, figures_of
from pipeline.pipeline import create_pipeline
from pipeline.places import Places
from schema.curated import CURATED_SCHEMA


def execute(config: Config, ending: Ending, output: Output, *, cache: bool, verbose: bool) -> None:
    """Runs every component, and puts into `ending` how they went, also where one of them fails.

    Args:
        config: Every setting.
        ending: Receives the components and their artifacts.
        output: Where the run writes.
        cache: Whether unchanged components are answered from earlier runs.
        verbose: Whether the libraries' logs are shown.

    Raises:
        UserError: If an option of Beam's is wrong, or an engine loses a job.
    """
    pipeline = _local_pipeline(config, Path(ending.data), output, cache)
    progress = Progress(len(pipeline.components), lambda line: print(line, flush=True))
    before = latest_run_id(output.metadata)
    try:
        places = without_places(output.folder, Path(ending.data).resolve())
        with listening(progress, verbose), loss_told(config.beam.engine), places:
            LocalDagRunner().run(pipeline)
    finally:
        progress.close_running()
        ending.components = progress.components
        store = open_store(output.metadata)
        record = read_latest_run(store, before)
        ending.run = record.name or None
        outcome = find_outcome(store, record, output.bad_records)
        if (examples := outcome.folder("examples")) and (examples / BAD_RECORDS_FILE).exists():
            shutil.copy(examples / BAD_RECORDS_FILE, output.bad_records)
        # Here, since an artifact that cannot be read ends the run as any other failure does.
        figures_of(outcome)
        ending.outcome = outcome


def _local_pipeline(config: Config, data: Path, output: Output, cache: bool) -> tfx_pipeline.Pipeline:
    places = Places(
        data=str(data.resolve()),
        pipeline_root=str(output.artifacts),
        serving=str(output.serving),
        training_state=str(output.resume / "training"),
        schema=str(_schema_by_content(output)),
    )
    if output.metadata.exists():
        open_store(output.metadata).settle()
        records = VersionRecords(output)
        records.keep_served_in_cache()
        for version in records.changed:
            print(f"Warning: {printable(output.serving)}/{version}: {CHANGED}; serve another version", file=sys.stderr)
    pipeline = create_pipeline(config, places, enable_cache=cache, beam_args=local_args(config.beam))
    pipeline.metadata_connection_config = metadata.sqlite_metadata_connection_config(str(output.metadata))
    return pipeline


def _schema_by_content(output: Output) -> Path:
    """Puts the schema under a name that changes with its content, since TFX's cache key has only the name."""
    schema = CURATED_SCHEMA.read_bytes()
    path = output.resume / "schemas" / file_digest(schema) / "schema.pbtxt"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, schema)
    return path
