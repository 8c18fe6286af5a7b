"""Reads TFX's record of runs (MLMD): which artifacts a run's components gave."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ml_metadata import errors
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2

from console.shortage import shortage
from core.errors import UserError
from pipeline.local.output import Output

_RUN_CONTEXT = "pipeline_run"
_NODE_CONTEXT = "node"
# Ours, on the run's context.
_SUMMARY_PROPERTY = "summary"
_INPUT, _OUTPUT = metadata_store_pb2.Event.INPUT, metadata_store_pb2.Event.OUTPUT

Artifact: TypeAlias = metadata_store_pb2.Artifact
Context: TypeAlias = metadata_store_pb2.Context
Execution: TypeAlias = metadata_store_pb2.Execution


@dataclass(frozen=True)
class RunRecord:
    """What one run left in MLMD.

    Attributes:
        name: TFX's name of the run, its time; empty where there is no run.
        states: The last state of each component's execution, by component.
        inputs: The artifacts that each component read, by component and input name.
        outputs: The artifacts that each component gave, by component and output name; cached ones included.
    """

    name: str
    states: dict[str, int]
    inputs: dict[str, dict[str, Artifact]]
    outputs: dict[str, dict[str, Artifact]]

    def uri(self, component: str, output: str) -> Path | None:
        """Returns the folder of an artifact, None where the component did not give it."""
        artifact = self.outputs.get(component, {}).get(output)
        return Path(artifact.uri) if artifact else None


def open_store(path: Path) -> metadata_store.MetadataStore:
    """Opens a record of runs.

    Raises:
        UserError: If the file is no such record; `ShortageError` if the disk is full, or nothing may be written there.
    """
    config = metadata_store_pb2.ConnectionConfig()
    config.sqlite.filename_uri = str(path)
    try:
        return metadata_store.MetadataStore(config)
    except (errors.StatusError, RuntimeError) as error:
        if lacking := shortage(error, Output(path.parent).remedies):
            raise lacking from None
        raise UserError(f"{path}: not a record of runs ({error}); move it away to begin a new one") from None


def latest_run_id(path: Path) -> int:
    """Returns MLMD's number of the latest run in a record, 0 where there is none."""
    return max((run.id for run in list_runs(open_store(path))), default=0) if path.exists() else 0


def read_latest_run(store: metadata_store.MetadataStore, after: int) -> RunRecord:
    """Returns the latest run, empty if there is none after the one that `after` is MLMD's number of."""
    later = [run for run in list_runs(store) if run.id > after]
    return read_run(store, later[-1]) if later else RunRecord("", {}, {}, {})


def list_runs(store: metadata_store.MetadataStore) -> list[Context]:
    """Returns MLMD's contexts of all runs, the oldest first."""
    # Not by their times: a clock may have been put back between them.
    return sorted(store.get_contexts_by_type(_RUN_CONTEXT), key=lambda run: run.id)


def find_run(store: metadata_store.MetadataStore, name: str) -> Context:
    """Returns MLMD's context of a run.

    Raises:
        UserError: If there is none of that name.
    """
    context = store.get_context_by_type_and_name(_RUN_CONTEXT, name)
    if context is None:
        raise UserError(f"{name}: no such run; list them with --list")
    return context


def read_run(store: metadata_store.MetadataStore, run: Context) -> RunRecord:
    """Returns the record of a run."""
    record = RunRecord(run.name, {}, {}, {})
    # In the order in which they were begun, which MLMD does not promise.
    for execution in sorted(store.get_executions_by_context(run.id), key=lambda execution: execution.id):
        component = _component(store, execution)
        record.states[component] = execution.last_known_state
        record.inputs[component], record.outputs[component] = _artifacts(store, execution)
    return record


def save_summary(store: metadata_store.MetadataStore, run: str, summary: Mapping[str, Any]) -> None:
    """Keeps a run's summary with the run, so that its report can be made again when other runs have followed."""
    context = find_run(store, run)
    context.custom_properties[_SUMMARY_PROPERTY].string_value = json.dumps(summary, ensure_ascii=False)
    store.put_contexts([context])


def saved_summary(run: Context) -> dict[str, Any] | None:
    """Returns the summary of a run, None where the run was interrupted."""
    text = run.custom_properties[_SUMMARY_PROPERTY].string_value
    return dict(json.loads(text)) if text else None


def _component(store: metadata_store.MetadataStore, execution: Execution) -> str:
    for context in store.get_contexts_by_execution(execution.id):
        if context.type == _NODE_CONTEXT:
            return str(context.name).rpartition(".")[2]
    return f"execution-{execution.id}"


def _artifacts(
    store: metadata_store.MetadataStore, execution: Execution
) -> tuple[dict[str, Artifact], dict[str, Artifact]]:
    """Returns what an execution read and what it gave, by name."""
    events = store.get_events_by_execution_ids([execution.id])
    artifacts = {a.id: a for a in store.get_artifacts_by_id([e.artifact_id for e in events])}
    found: dict[int, dict[str, Artifact]] = {_INPUT: {}, _OUTPUT: {}}
    for event in events:
        if event.type in found:
            found[event.type][event.path.steps[0].key] = artifacts[event.artifact_id]
    return found[_INPUT], found[_OUTPUT]
