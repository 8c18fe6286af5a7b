"""What TFX's record of runs knows of pushed versions; importing this imports MLMD and TFX."""

from collections.abc import Collection

from ml_metadata.proto import metadata_store_pb2 as mlmd

from components.baseline import BLESSED_MODEL_ID_PROPERTY, WITHDRAWN_PROPERTY
from components.pusher.component import DESTINATION_PROPERTY, DIGEST_PROPERTY, PUSHED_PROPERTY
from components.pusher.versions import model_digest, version_folders
from pipeline.local.output import Output
from pipeline.outcome.record import open_store


class VersionRecords:
    """The pushes that were recorded, by version; each version's files are looked at once.

    Attributes:
        changed: The versions whose files are not those that were pushed, in rising order.
    """

    def __init__(self, output: Output):
        """Reads the record.

        Raises:
            UserError: If it cannot be read.
        """
        self._store = open_store(output.metadata)
        self._digests = {number: model_digest(folder) for number, folder in version_folders(output.serving).items()}
        self._pushes: dict[int, list[mlmd.Artifact]] = {}
        for artifact in self._store.get_artifacts_by_type("PushedModel"):
            folder, _, version = _text(artifact, DESTINATION_PROPERTY).rpartition("/")
            if _is(artifact, PUSHED_PROPERTY) and folder == str(output.serving):
                self._pushes.setdefault(int(version), []).append(artifact)
        pushed = {version: {_text(each, DIGEST_PROPERTY) for each in them} for version, them in self._pushes.items()}
        # Older records know of no digest.
        self.changed = [v for v, digest in self._digests.items() if v in pushed and not pushed[v] & {digest, ""}]

    def keep_served_in_cache(self) -> None:
        """Leaves in TFX's cache the pushes of the latest version as it is; any other model is pushed when asked for."""
        latest = max(self._digests, default=0)
        for version, pushes in self._pushes.items():
            for artifact in pushes:
                # A number may have been pushed again, after the version was deleted.
                served = version == latest and _text(artifact, DIGEST_PROPERTY) == self._digests[latest]
                # TFX answers from the cache with what is live only.
                artifact.state = mlmd.Artifact.LIVE if served else mlmd.Artifact.ABANDONED
            self._store.put_artifacts(pushes)

    def withdraw(self, versions: Collection[int]) -> None:
        """Marks the models that were pushed as some versions: none is pushed or a baseline again."""
        made_from = self._made_from()
        models = {made_from[artifact.id] for version in versions for artifact in self._pushes.get(version, [])}
        marked = [*self._store.get_artifacts_by_id(models), *(b for b in self._blessings() if _model_id(b) in models)]
        for artifact in marked:
            artifact.custom_properties[WITHDRAWN_PROPERTY].int_value = 1
        self._store.put_artifacts(marked)

    def withdrawn(self) -> set[str]:
        """Returns the digests of the models that were withdrawn."""
        models = {_model_id(blessing) for blessing in self._blessings() if _is(blessing, WITHDRAWN_PROPERTY)}
        made_from = self._made_from()
        pushes = [artifact for artifacts in self._pushes.values() for artifact in artifacts]
        return {_text(artifact, DIGEST_PROPERTY) for artifact in pushes if made_from[artifact.id] in models}

    def _blessings(self) -> list[mlmd.Artifact]:
        return list(self._store.get_artifacts_by_type("ModelBlessing"))

    def _made_from(self) -> dict[int, int]:
        """Returns the ids of the models that were pushed, by those of the PushedModel artifacts."""
        pushed = [artifact.id for artifacts in self._pushes.values() for artifact in artifacts]
        made = {
            event.artifact_id: event.execution_id
            for event in self._store.get_events_by_artifact_ids(pushed)
            if event.type == mlmd.Event.OUTPUT
        }
        read = {
            event.execution_id: event.artifact_id
            for event in self._store.get_events_by_execution_ids(set(made.values()))
            if event.type == mlmd.Event.INPUT and event.path.steps[0].key == "model"
        }
        return {artifact: read[execution] for artifact, execution in made.items()}


def _model_id(blessing: mlmd.Artifact) -> int:
    return int(blessing.custom_properties[BLESSED_MODEL_ID_PROPERTY].int_value)


def _is(artifact: mlmd.Artifact, name: str) -> bool:
    return bool(artifact.custom_properties[name].int_value)


def _text(artifact: mlmd.Artifact, name: str) -> str:
    return str(artifact.custom_properties[name].string_value)
