"""Runs the pipeline with TFX's local runner; importing this module imports TFX."""

import os
import shutil
import sys
from pathlib import Path

from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.dsl.placeholder.placeholder import environment_variable
from tfx.orchestration import metadata
from tfx.orchestration import pipeline as tfx_pipeline
from tfx.orchestration.local.local_dag_runner import LocalDagRunner

from components.example_gen.bad_records import BAD_RECORDS_FILE
from console.logs import listening
from core.errors import printable
from core.files import as_place, folders_of, resolved, write_whole
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

# More than anybody gives.
_MOST_BEAM_OPTIONS = 32


def execute(config: Config, ending: Ending, output: Output, schema: Path, *, cache: bool, verbose: bool) -> None:
    """Runs every component, and puts into `ending` how they went, also where one of them fails.

    Args:
        config: Every setting.
        ending: Receives the components and their artifacts.
        output: Where the run writes.
        schema: The curated schema.
        cache: Whether unchanged components are answered from earlier runs.
        verbose: Whether the libraries' logs are shown.

    Raises:
        UserError: If an option of Beam's is wrong, or an engine loses a job.
    """
    data = [resolved(Path(folder)) for folder in folders_of(ending.data)]
    pipeline = _local_pipeline(config, _places(data, output, schema), output, cache)
    progress = Progress(len(pipeline.components), lambda line: print(line, flush=True))
    before = latest_run_id(output.metadata)
    try:
        with listening(progress, verbose), loss_told(config.beam.engine), without_places(output.folder, *data):
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


def _places(data: list[Path], output: Output, schema: Path) -> Places:
    return Places(
        data=as_place(data),
        pipeline_root=str(output.artifacts),
        serving=str(output.serving),
        training_state=str(output.resume / "training"),
        schema=str(_schema_by_content(schema, output)),
    )


def _local_pipeline(config: Config, places: Places, output: Output, cache: bool) -> tfx_pipeline.Pipeline:
    if output.metadata.exists():
        open_store(output.metadata).settle()
        records = VersionRecords(output)
        records.keep_served_in_cache()
        for version in records.changed:
            print(f"Warning: {printable(output.serving)}/{version}: {CHANGED}; serve another version", file=sys.stderr)
    beam_args = local_args(config.beam)
    pipeline = create_pipeline(config, places, enable_cache=cache, beam_args=beam_args)
    keep_out_of_cache_key(pipeline, beam_args)
    pipeline.metadata_connection_config = metadata.sqlite_metadata_connection_config(str(output.metadata))
    return pipeline


def keep_out_of_cache_key(pipeline: tfx_pipeline.Pipeline, beam_args: tuple[str, ...]) -> None:
    """Gives Beam's options to components by names, which TFX's cache key has in their place.

    What an engine is told must not change what comes out of a run: with other options it goes on from its cache.
    """
    # How many there are would be seen too; the first once more changes nothing.
    words = [*beam_args, *beam_args[:1] * (_MOST_BEAM_OPTIONS - len(beam_args))]
    names = {f"LETTERS_BEAM_OPTION_{number}": word for number, word in enumerate(words)}
    os.environ.update(names)
    for component in pipeline.components:
        if isinstance(component.executor_spec, BeamExecutorSpec):
            component.executor_spec.beam_pipeline_args = [environment_variable(name) for name in names]


def _schema_by_content(curated: Path, output: Output) -> Path:
    """Puts a schema under a name that changes with its content, since TFX's cache key has only the name."""
    schema = curated.read_bytes()
    path = output.resume / "schemas" / file_digest(schema) / CURATED_SCHEMA.name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, schema)
    return path
