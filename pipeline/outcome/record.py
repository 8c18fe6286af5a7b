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


@dataclass(frozen=True)
class RunRecord:
    """What one run left in MLMD.

    Attributes:
        name: TFX's name of the run, its time; empty where there is no run.
        executions: MLMD's number of each component's execution, by component.
        inputs: The artifacts that each component read, by component and input name.
        outputs: The artifacts that each component gave, by component and output name; cached ones included.
    """

    name: str
    executions: dict[str, int]
    inputs: dict[str, dict[str, Artifact]]
    outputs: dict[str, dict[str, Artifact]]

    def given(self, component: str, output: str) -> Artifact | None:
        """Returns an artifact, None where the component did not give it."""
        return self.outputs.get(component, {}).get(output)


class Store(metadata_store.MetadataStore):
    """TFX's record of runs, which gives artifacts where the output folder is now: a person may move or copy it."""

    def __init__(self, path: Path):
        """Opens the file, which lies in the output folder, or makes it."""
        config = metadata_store_pb2.ConnectionConfig()
        config.sqlite.filename_uri = str(path)
        super().__init__(config)
        self._output = Output(path.parent)

    def get_artifacts_by_id(self, *arguments: Any, **named: Any) -> list[Artifact]:
        """See the base class."""
        return [self._here(each) for each in super().get_artifacts_by_id(*arguments, **named)]

    def get_artifacts_by_type(self, *arguments: Any, **named: Any) -> list[Artifact]:
        """See the base class."""
        return [self._here(each) for each in super().get_artifacts_by_type(*arguments, **named)]

    def settle(self) -> None:
        """Records where the artifacts are now, for TFX, which reads the record itself."""
        stored = self.get_artifacts()
        moved = [here for here, each in ((self._here(each), each) for each in stored) if here != each]
        if moved:
            self.put_artifacts(moved)

    def _here(self, artifact: Artifact) -> Artifact:
        before, mark, _ = artifact.uri.rpartition(f"/{self._output.artifacts.name}/")
        if not mark or before == str(self._output.folder):
            return artifact
        here = Artifact()
        here.CopyFrom(artifact)
        here.uri = self._moved(artifact.uri, before)
        for value in here.custom_properties.values():
            if value.string_value.startswith(f"{before}/"):
                value.string_value = self._moved(value.string_value, before)
        return here

    def _moved(self, place: str, before: str) -> str:
        return f"{self._output.folder}{place.removeprefix(before)}"


def open_store(path: Path) -> Store:
    """Opens a record of runs.

    Raises:
        UserError: If the file is no such record; `ShortageError` if the disk is full, nothing may be written there, or
            another program holds the file.
    """
    try:
        return Store(path)
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
    executions = sorted(execution.id for execution in store.get_executions_by_context(run.id))
    components = {execution: _component(store, execution) for execution in executions}
    for execution, component in components.items():
        record.executions[component] = execution
        record.inputs[component], record.outputs[component] = {}, {}
    events = store.get_events_by_execution_ids(executions) if executions else []
    artifacts = {each.id: each for each in store.get_artifacts_by_id([event.artifact_id for event in events])}
    for event in events:
        if event.type in (_INPUT, _OUTPUT):
            kind = record.inputs if event.type == _INPUT else record.outputs
            kind[components[event.execution_id]][event.path.steps[0].key] = artifacts[event.artifact_id]
    return record


def earlier_artifact(
    store: metadata_store.MetadataStore, record: RunRecord, component: str, output: str
) -> Artifact | None:
    """Returns what a component gave in the latest earlier run in which it gave another artifact.

    Args:
        store: TFX's record of runs.
        record: The run's.
        component: The component's id.
        output: The name of its output, which no other component has for artifacts of this type.
    """
    now = record.given(component, output)
    if now is None:
        return None
    # Two queries, however many runs there were: a cached execution gives the same artifact again.
    artifacts = {each.id: each for each in store.get_artifacts_by_type(now.type)}
    others = [
        (event.execution_id, event.artifact_id)
        for event in store.get_events_by_artifact_ids(list(artifacts))
        if event.type == _OUTPUT
        and event.path.steps[0].key == output
        and event.execution_id < record.executions[component]
        and event.artifact_id != now.id
    ]
    return artifacts[max(others)[1]] if others else None


def save_summary(store: metadata_store.MetadataStore, run: str, summary: Mapping[str, Any]) -> None:
    """Keeps a run's summary with the run, so that its report can be made again when other runs have followed."""
    context = find_run(store, run)
    context.custom_properties[_SUMMARY_PROPERTY].string_value = json.dumps(summary, ensure_ascii=False)
    store.put_contexts([context])


def saved_summary(run: Context) -> dict[str, Any] | None:
    """Returns the summary of a run, None where the run was interrupted."""
    text = run.custom_properties[_SUMMARY_PROPERTY].string_value
    return dict(json.loads(text)) if text else None


def _component(store: metadata_store.MetadataStore, execution: int) -> str:
    for context in store.get_contexts_by_execution(execution):
        if context.type == _NODE_CONTEXT:
            return str(context.name).rpartition(".")[2]
    return f"execution-{execution}"
