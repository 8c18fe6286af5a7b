"""A record of runs (MLMD) as TFX's runners write it."""

from pathlib import Path

from ml_metadata.proto import metadata_store_pb2 as pb

from pipeline.outcome.record import open_store


class Record:
    """Writes a store as TFX's runners do."""

    def __init__(self, file: Path):
        self.store = open_store(file)
        put = self.store.put_context_type
        self.contexts = {name: put(pb.ContextType(name=name)) for name in ("pipeline_run", "node")}
        self.execution_type = self.store.put_execution_type(pb.ExecutionType(name="component"))
        self.artifact_types: dict[str, int] = {}

    def context(self, kind: str, name: str) -> pb.Context:
        (known,) = self.store.put_contexts([pb.Context(type_id=self.contexts[kind], name=name)]) or [None]
        (context,) = self.store.get_contexts_by_id([known])
        return context

    def artifact(self, kind: str, uri: str, **properties: int | str) -> pb.Artifact:
        type_id = self.store.put_artifact_type(pb.ArtifactType(name=kind))
        artifact = pb.Artifact(type_id=type_id, uri=uri, state=pb.Artifact.LIVE)
        for name, value in properties.items():
            field = "int_value" if isinstance(value, int) else "string_value"
            setattr(artifact.custom_properties[name], field, value)
        return artifact

    def execute(
        self,
        run: pb.Context,
        node: pb.Context,
        state: int,
        inputs: dict[str, pb.Artifact] | None = None,
        **outputs: pb.Artifact,
    ) -> None:
        pairs = []
        for kind, artifacts in ((pb.Event.INPUT, inputs or {}), (pb.Event.OUTPUT, outputs)):
            for key, artifact in artifacts.items():
                steps = [pb.Event.Path.Step(key=key), pb.Event.Path.Step(index=0)]
                pairs.append((artifact, pb.Event(type=kind, path=pb.Event.Path(steps=steps))))
        execution = pb.Execution(type_id=self.execution_type, last_known_state=state)
        self.store.put_execution(execution, pairs, [run, node])
