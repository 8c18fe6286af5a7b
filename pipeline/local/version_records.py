"""Notes in TFX's record of runs what became of pushed versions later: withdrawn, or removed."""

from collections.abc import Collection

from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2

from components.baseline import BLESSED_MODEL_ID_PROPERTY, WITHDRAWN_PROPERTY
from components.pusher.component import REMOVED_PROPERTY
from components.pusher.versions import version_folders
from core.errors import UserError
from pipeline.local.output import Output
from pipeline.outcome.record import CHANGED, Artifact, changed_versions, open_store, pushed_versions


def check_unchanged(output: Output, version: int) -> None:
    """Checks that a version is as it was pushed.

    Args:
        output: Where it was pushed.
        version: Its number.

    Raises:
        UserError: If its files were changed.
    """
    if version in changed_versions(open_store(output.metadata), output.serving):
        raise UserError(f"{version_folders(output.serving)[version]}: {CHANGED}; delete the folder to go back further")


def withdraw(output: Output, versions: Collection[int]) -> None:
    """Withdraws the blessings of models, so that none is the baseline of a later run.

    Args:
        output: Where they were pushed.
        versions: What they were pushed as.
    """
    store = open_store(output.metadata)
    models = _models(store, _pushed(store, output, versions))
    blessings = [
        blessing
        for blessing in store.get_artifacts_by_type("ModelBlessing")
        if blessing.custom_properties[BLESSED_MODEL_ID_PROPERTY].int_value in models
    ]
    _mark(store, blessings, WITHDRAWN_PROPERTY)


def note_removed(output: Output, versions: Collection[int]) -> None:
    """Notes that versions were removed on purpose, so that Pusher does not miss them.

    Args:
        output: Where they were pushed.
        versions: Their numbers.
    """
    store = open_store(output.metadata)
    _mark(store, _pushed(store, output, versions), REMOVED_PROPERTY)


def _pushed(store: metadata_store.MetadataStore, output: Output, versions: Collection[int]) -> list[Artifact]:
    known = pushed_versions(store, output.serving)
    return [artifact for version in versions for artifact in known.get(version, [])]


def _models(store: metadata_store.MetadataStore, pushed: list[Artifact]) -> set[int]:
    """Returns the ids of the models that PushedModel artifacts were made from."""
    events = store.get_events_by_artifact_ids([artifact.id for artifact in pushed])
    executions = {event.execution_id for event in events if event.type == metadata_store_pb2.Event.OUTPUT}
    inputs = store.get_events_by_execution_ids(list(executions)) if executions else []
    return {
        event.artifact_id
        for event in inputs
        if event.type == metadata_store_pb2.Event.INPUT and event.path.steps[0].key == "model"
    }


def _mark(store: metadata_store.MetadataStore, artifacts: list[Artifact], name: str) -> None:
    for artifact in artifacts:
        artifact.custom_properties[name].int_value = 1
    store.put_artifacts(artifacts)
