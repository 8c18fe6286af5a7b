"""What Kubeflow Pipelines 2 rejects, or takes and then cannot run: rules that need no cluster.

Each has its evidence in docs/kubeflow.md. `research/kubeflow_check/` asks Kubeflow's own compiler, where Go is at hand.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf import json_format

from pipeline.kubeflow import lint_graph, lint_steps
from pipeline.kubeflow.lint_rules import MAX_BYTES, Spec, machine_paths, strings

SCHEMA_VERSION = "2.1.0"
_PARTS = ("pipelineInfo", "root", "components", "deploymentSpec")

Rule = Callable[[Spec], Iterator[str]]


def problems(documents: list[Any], size: int) -> list[str]:
    """Returns all that is wrong with a compiled pipeline, a line each.

    Args:
        documents: Of its file.
        size: Of its file, in bytes.
    """
    wrapped = list(_wrapping(documents))
    if wrapped:
        return wrapped
    try:
        spec = lint_graph.parsed(documents[0])
    except json_format.ParseError as error:
        return [f"not a PipelineSpec: {' '.join(str(error).split())}"]
    platform = documents[1] if len(documents) > 1 else {}
    try:
        found = [problem for rule in _RULES for problem in rule(spec)]
    except (AttributeError, TypeError):
        # The parser takes an empty list for an empty mapping.
        return ["not a PipelineSpec: a list or a text stands where a mapping belongs"]
    found += lint_steps.platform_problems(spec, platform)
    if size > MAX_BYTES:
        found.append(f"{size:,} bytes: more than {MAX_BYTES:,}, and Argo keeps the whole in one Kubernetes object")
    return found


def _wrapping(documents: list[Any]) -> Iterator[str]:
    if not documents or not isinstance(documents[0], Mapping):
        yield "no pipeline specification: the first document is not a mapping"
    elif "pipelineSpec" in documents[0]:
        yield "a PipelineJob: Kubeflow takes what is under its key pipelineSpec"
    elif len(documents) > 2:
        yield f"{len(documents)} documents: Kubeflow takes the pipeline, and the platform"
    else:
        yield from (f"{part}: missing" for part in _PARTS if not isinstance(documents[0].get(part), Mapping))


def _schema_version(spec: Spec) -> Iterator[str]:
    if spec.get("schemaVersion") != SCHEMA_VERSION:
        yield f"schemaVersion {spec.get('schemaVersion')}: Kubeflow takes {SCHEMA_VERSION} only"


def _machine(spec: Spec) -> Iterator[str]:
    found = {(path, text) for text in strings(spec) for path in machine_paths(text)}
    for path, text in sorted(found):
        yield f"{path}: a path of this machine, in {text[:80]!r}"


_RULES: tuple[Rule, ...] = (
    _schema_version,
    _machine,
    lint_graph.names,
    lint_graph.references,
    lint_graph.producers,
    lint_graph.parameter_types,
    lint_graph.defaults,
    lint_steps.executor_kinds,
    lint_steps.lifecycles,
    lint_steps.images,
    lint_steps.resources,
    lint_steps.importers,
    lint_steps.caching,
    lint_steps.secrets,
)
