"""What Kubeflow's launcher hands to a step, turned into what TFX's executor for Kubeflow takes."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.baseline import ABSENT_PROPERTY
from pipeline.kubeflow.artifact_types import class_path
from pipeline.kubeflow.launcher_paths import local_path

Json = dict[str, Any]


@dataclass(frozen=True)
class StepInput:
    """A step's input for TFX.

    Attributes:
        executor_input: An `ExecutorInput` as a dictionary, with local paths and types.
        uris: The URI of each local path in it.
    """

    executor_input: Json
    uris: Mapping[str, str]

    @property
    def parameters(self) -> Json:
        """The values of the step's parameters, by name."""
        return dict(self.executor_input["inputs"]["parameterValues"])

    def with_parameters(self, values: Mapping[str, Any]) -> "StepInput":
        """Returns the same input with other parameters."""
        inputs = {**self.executor_input["inputs"], "parameterValues": dict(values)}
        return StepInput({**self.executor_input, "inputs": inputs}, self.uris)

    def with_metadata(self, output: str, metadata: Mapping[str, Any]) -> "StepInput":
        """Returns the same input with more metadata on an output."""
        outputs = copy.deepcopy(self.executor_input["outputs"])
        outputs["artifacts"][output]["artifacts"][0].setdefault("metadata", {}).update(metadata)
        return StepInput({**self.executor_input, "outputs": outputs}, self.uris)

    @property
    def output_file(self) -> Path:
        """Where the launcher looks for what the step gave."""
        return Path(self.executor_input["outputs"]["outputFile"])

    def output_artifacts(self) -> Iterator[Json]:
        """Yields every output artifact."""
        for artifacts in self.executor_input["outputs"]["artifacts"].values():
            yield from artifacts["artifacts"]


def adapt(
    executor_input: Mapping[str, Any], inputs_spec: Mapping[str, Any], outputs_spec: Mapping[str, Any]
) -> StepInput:
    """Returns a step's input for TFX.

    Kubeflow adds outputs that no component declared (`executor-logs`), tells no types of inputs, and names objects in
    a store where it has put files; TFX's executor fails on each.

    Args:
        executor_input: What the launcher put in place of `{{$}}`.
        inputs_spec: The component's input definitions.
        outputs_spec: The component's output definitions.

    Raises:
        UserError: If an artifact lies where the launcher brings nothing from.
    """
    inputs, outputs = executor_input.get("inputs", {}), executor_input["outputs"]
    uris: dict[str, str] = {}
    artifacts = {
        "inputs": _localised(inputs.get("artifacts", {}), inputs_spec, uris),
        "outputs": _localised(outputs.get("artifacts", {}), outputs_spec, uris),
    }
    present = {key: each for key, each in artifacts["inputs"].items() if not _absent(each)}
    adapted = {
        **executor_input,
        "inputs": {**inputs, "artifacts": present, "parameterValues": inputs.get("parameterValues", {})},
        "outputs": {**outputs, "artifacts": artifacts["outputs"]},
    }
    return StepInput(adapted, uris)


def _localised(lists: Mapping[str, Any], spec: Mapping[str, Any], uris: dict[str, str]) -> Json:
    """Returns the declared artifacts with types and paths, and notes the URI of each path."""
    localised: Json = {}
    for key, definition in spec.get("artifacts", {}).items():
        artifacts = [
            _typed(artifact, key, definition["artifactType"]) for artifact in lists.get(key, {}).get("artifacts", [])
        ]
        for artifact in artifacts:
            path = local_path(artifact)
            uris[path] = artifact["uri"]
            artifact["uri"] = path
        if artifacts:
            localised[key] = {"artifacts": artifacts}
    return localised


def _typed(artifact: Mapping[str, Any], key: str, artifact_type: Mapping[str, str]) -> Json:
    kept = {name: value for name, value in artifact.items() if name not in {"customPath", "type"}}
    title = class_path(artifact_type["schemaTitle"])
    # A name is TFX's identity of an artifact, and its Evaluator looks up the model's.
    return {**kept, "name": artifact.get("name") or f"{key}:{artifact['uri']}", "type": {"schemaTitle": title}}


def _absent(artifacts: Mapping[str, Any]) -> bool:
    return any(artifact.get("metadata", {}).get(ABSENT_PROPERTY) for artifact in artifacts["artifacts"])
