"""Reads TFX's record of runs (MLMD): which artifacts a run's components gave."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ml_metadata import errors
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2

from components.errors import UserError
from components.pusher.component import (
    DESTINATION_PROPERTY,
    PUSHED_PROPERTY,
)

_RUN_CONTEXT = "pipeline_run"
_NODE_CONTEXT = "node"

Artifact: TypeAlias = metadata_store_pb2.Artifact
Execution: TypeAlias = metadata_store_pb2.Execution


@dataclass(frozen=True)
class RunRecord:
    """What one run left in MLMD.

    Attributes:
        states: The last state of each component's execution, by component.
        outputs: The artifacts that each component gave, by component and output name; cached ones included.
    """

    states: dict[str, int]
    outputs: dict[str, dict[str, Artifact]]

    def uri(self, component: str, output: str) -> Path | None:
        """Returns the folder of an artifact, None where the component did not give it."""
        artifact = self.outputs.get(component, {}).get(output)
        return Path(artifact.uri) if artifact else None


def open_store(path: Path) -> metadata_store.MetadataStore:
    """Opens a record of runs.

    Raises:
        UserError: If the file is no such record.
    """
    config = metadata_store_pb2.ConnectionConfig()
    config.sqlite.filename_uri = str(path)
    try:
        return metadata_store.MetadataStore(config)
    except (errors.StatusError, RuntimeError) as error:
        raise UserError(f"{path}: not a record of runs ({error}); move it away to begin a new one") from None


def read_latest_run(store: metadata_store.MetadataStore, since_ms: int) -> RunRecord:
    """Returns the latest run that began at or after `since_ms` (Unix time in milliseconds), empty if none did."""
    runs = store.get_contexts_by_type(_RUN_CONTEXT)
    recent = [run for run in runs if run.create_time_since_epoch >= since_ms]
    if not recent:
        return RunRecord({}, {})
    latest = max(recent, key=lambda run: run.create_time_since_epoch)
    return read_run(store, store.get_executions_by_context(latest.id))


def read_run(store: metadata_store.MetadataStore, executions: Iterable[Execution]) -> RunRecord:
    """Returns the record of a run that had these executions."""
    states, outputs = {}, {}
    for execution in executions:
        component = _component(store, execution)
        states[component] = execution.last_known_state
        outputs[component] = _outputs(store, execution)
    return RunRecord(states, outputs)


def missing_versions(store: metadata_store.MetadataStore, serving: Path) -> list[str]:
    """Returns the versions that were pushed to a serving folder once and are not there now."""
    pushed = {
        Path(artifact.custom_properties[DESTINATION_PROPERTY].string_value)
        for artifact in store.get_artifacts_by_type("PushedModel")
        if artifact.custom_properties[PUSHED_PROPERTY].int_value
    }
    return sorted(p.name for p in pushed if p.parent == serving and not p.is_dir())


def _component(store: metadata_store.MetadataStore, execution: Execution) -> str:
    for context in store.get_contexts_by_execution(execution.id):
        if context.type == _NODE_CONTEXT:
            return str(context.name).rpartition(".")[2]
    return f"execution-{execution.id}"


def _outputs(store: metadata_store.MetadataStore, execution: Execution) -> dict[str, Artifact]:
    events = [
        event
        for event in store.get_events_by_execution_ids([execution.id])
        if event.type == metadata_store_pb2.Event.OUTPUT
    ]
    artifacts = {a.id: a for a in store.get_artifacts_by_id([e.artifact_id for e in events])}
    return {event.path.steps[0].key: artifacts[event.artifact_id] for event in events}
