"""Rules about what runs: executors, images, resources, caching, secrets, volumes."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from google.protobuf import json_format
from kfp.pipeline_spec import pipeline_spec_pb2

from pipeline.kubeflow.flags import CLASS_FLAG
from pipeline.kubeflow.lint_rules import Spec, containers, executors, tasks

_PROVIDERS = ("gs", "s3", "minio", "mem", "oci")
# The second of each is of later releases, for values that only the run knows.
_LIMITS = {"cores": ("cpuLimit", "resourceCpuLimit"), "memory": ("memoryLimit", "resourceMemoryLimit")}
_EXAMPLE_GEN = re.compile(r"\bexample_gen\b")
_SECRET_NAME = re.compile(r"password|passwd|token|secret|access_?key|credential", re.IGNORECASE)


def executor_kinds(spec: Spec) -> Iterator[str]:
    """Executors that no open-source backend runs, TFX's Resolver among them."""
    for label, executor in executors(spec).items():
        for kind in set(executor) - {"container", "importer"}:
            yield f"executor {label}: Kubeflow runs containers and importers, no {kind}"


def lifecycles(spec: Spec) -> Iterator[str]:
    """Hooks, which are not run; TFX puts ExampleGen's driver there."""
    for label, container in containers(spec):
        if "lifecycle" in container:
            yield f"executor {label}: has a lifecycle, which Kubeflow does not run"


def images(spec: Spec) -> Iterator[str]:
    """Steps without an image."""
    for label, container in containers(spec):
        if not container.get("image"):
            yield f"executor {label}: no image"


def resources(spec: Spec) -> Iterator[str]:
    """Steps that say nothing of the cores or the memory that they need."""
    for label, container in containers(spec):
        asked = container.get("resources", {})
        for name, keys in _LIMITS.items():
            if not any(asked.get(key) for key in keys):
                yield f"executor {label}: no limit of {name}"


def importers(spec: Spec) -> Iterator[str]:
    """Importers of what lies in no object store."""
    for label, executor in executors(spec).items():
        uri = executor.get("importer", {}).get("artifactUri", {}).get("constant")
        if uri is not None and uri.partition("://")[0] not in _PROVIDERS:
            yield f"executor {label}: imports {uri}; Kubeflow takes {', '.join(f'{p}://' for p in _PROVIDERS)}"


def caching(spec: Spec) -> Iterator[str]:
    """An ExampleGen whose outputs Kubeflow may reuse: its key has the data's place, not their content."""
    for task, body in tasks(spec):
        label = spec["components"].get(body.get("componentRef", {}).get("name"), {}).get("executorLabel")
        arguments = executors(spec).get(label, {}).get("container", {}).get("args", [])
        generates = CLASS_FLAG in arguments and _EXAMPLE_GEN.search(arguments[arguments.index(CLASS_FLAG) + 1])
        if generates and body.get("cachingOptions", {}).get("enableCache"):
            yield f"task {task}: cached, though Kubeflow's key does not see a change of the data"


def secrets(spec: Spec) -> Iterator[str]:
    """Values that look like secrets, which everyone who may see a run can read."""
    for label, container in containers(spec):
        for variable in container.get("env", []):
            if _SECRET_NAME.search(variable.get("name", "")) and variable.get("value"):
                yield f"executor {label}: {variable['name']} has its value in the pipeline; use --secret"
    for key, parameter in spec["root"].get("inputDefinitions", {}).get("parameters", {}).items():
        if _SECRET_NAME.search(key) and parameter.get("defaultValue"):
            yield f"parameter {key}: a secret's value may not be in the pipeline; use --secret"


def platform_problems(spec: Spec, platform: Any) -> list[str]:
    """Returns what is wrong with the second document of a file, which may be empty."""
    try:
        json_format.ParseDict(platform, pipeline_spec_pb2.PlatformSpec())
        configs = platform.get("platforms", {}).get("kubernetes", {}).get("deploymentSpec", {}).get("executors", {})
        mounts = [
            (label, mount.get("mountPath")) for label, each in configs.items() for mount in each.get("pvcMount", [])
        ]
    except (json_format.ParseError, AttributeError, TypeError):
        # Beyond the outermost keys it has no schema of its own.
        return ["the second document is no platform specification"]
    found = [f"platform: no executor {label}" for label in configs if label not in executors(spec)]
    for label, path in mounts:
        if not PurePosixPath(str(path)).is_absolute():
            found.append(f"platform: {label} mounts a volume at {path!r}, no absolute path")
    return found
