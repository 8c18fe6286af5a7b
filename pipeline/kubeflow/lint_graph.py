"""Rules about the graph: names, references, parameters."""

import re
from collections.abc import Iterator

from google.protobuf import json_format
from kfp.pipeline_spec import pipeline_spec_pb2

from pipeline.kubeflow.lint_rules import Spec, executors, tasks

# Argo: a task of a DAG is a word of these; Kubeflow makes one for every task.
_TASK_NAME = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")
_PIPELINE_NAME = re.compile(r"[a-z0-9][-a-z0-9]{0,127}")


def parsed(spec: Spec) -> Spec:
    """Returns a specification as the client and the server read it, which is strictly.

    Raises:
        google.protobuf.json_format.ParseError: If it is none.
    """
    message = json_format.ParseDict(dict(spec), pipeline_spec_pb2.PipelineSpec())
    read: Spec = json_format.MessageToDict(message)
    # Its schema is another message, and later releases know more fields of it than the client here.
    steps = pipeline_spec_pb2.PipelineDeploymentConfig()
    json_format.ParseDict(read["deploymentSpec"], steps, ignore_unknown_fields=True)
    return read


def names(spec: Spec) -> Iterator[str]:
    """Names that Argo or Kubeflow refuse."""
    name = spec["pipelineInfo"].get("name", "")
    if not _PIPELINE_NAME.fullmatch(name):
        yield f"pipeline name {name!r}: lower-case letters, digits and hyphens only"
    for task, _ in tasks(spec):
        if not _TASK_NAME.fullmatch(task):
            yield f"task {task!r}: Argo takes letters, digits and hyphens only"


def references(spec: Spec) -> Iterator[str]:
    """Tasks without a component, and components without an executor."""
    for task, body in tasks(spec):
        if body.get("componentRef", {}).get("name") not in spec["components"]:
            yield f"task {task}: its component {body.get('componentRef', {}).get('name')!r} is missing"
    for name, component in spec["components"].items():
        if "dag" not in component and component.get("executorLabel") not in executors(spec):
            yield f"component {name}: its executor {component.get('executorLabel')!r} is missing"


def producers(spec: Spec) -> Iterator[str]:
    """Inputs from tasks that are not there; TFX names some with `_task` at the end."""
    known = {task for task, _ in tasks(spec)}
    for task, body in tasks(spec):
        wanted = set(body.get("dependentTasks", ()))
        inputs = body.get("inputs", {})
        for source in [*inputs.get("artifacts", {}).values(), *inputs.get("parameters", {}).values()]:
            output = source.get("taskOutputArtifact") or source.get("taskOutputParameter") or {}
            wanted |= {output["producerTask"]} if "producerTask" in output else set()
        yield from (f"task {task}: waits for {name!r}, which is no task" for name in sorted(wanted - known))


def parameter_types(spec: Spec) -> Iterator[str]:
    """Parameters and values in the form of schema 2.0."""
    for name, component in [("root", spec["root"]), *spec["components"].items()]:
        for key, parameter in component.get("inputDefinitions", {}).get("parameters", {}).items():
            if "parameterType" not in parameter:
                yield f"{name}: parameter {key} has no parameterType"
    for task, body in tasks(spec):
        for key, source in body.get("inputs", {}).get("parameters", {}).items():
            if "constantValue" in source.get("runtimeValue", {}):
                yield f"task {task}: parameter {key} is a constantValue, which Kubeflow does not read"


def defaults(spec: Spec) -> Iterator[str]:
    """Parameters of a run that somebody would have to give every time, and sources that are not there."""
    known = spec["root"].get("inputDefinitions", {}).get("parameters", {})
    for key, parameter in known.items():
        if "defaultValue" not in parameter and not parameter.get("isOptional"):
            yield f"parameter {key}: neither a default nor optional"
    for task, body in spec["root"].get("dag", {}).get("tasks", {}).items():
        for key, source in body.get("inputs", {}).get("parameters", {}).items():
            wanted = source.get("componentInputParameter")
            if wanted and wanted not in known:
                yield f"task {task}: parameter {key} comes from {wanted!r}, which no run has"
