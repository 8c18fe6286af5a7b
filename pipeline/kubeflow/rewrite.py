"""From what TFX emits for Kubeflow to what the open-source Kubeflow Pipelines 2 takes and runs.

docs/kubeflow.md tells what TFX's own output lacks. Every function returns a new value.
"""

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from pipeline.kubeflow.entrypoint import INPUTS_FLAG, OUTPUTS_FLAG, STEP_FLAG
from pipeline.kubeflow.parameters import CONFIG_PARAMETER, STEPS

Spec = dict[str, Any]

_SYSTEM_SCHEMA_VERSION = "0.0.1"


def rewritten(
    job: Mapping[str, Any],
    parameters: Mapping[str, Spec],
    config: str,
    resources: Mapping[str, dict[str, float]],
    description: str,
) -> Spec:
    """Returns the pipeline specification of a job that TFX's runner for Kubeflow made.

    Args:
        job: A `PipelineJob` as a dictionary, its schema 2.1.
        parameters: What a run may choose; see `run_parameters`.
        config: The compiled configuration as JSON.
        resources: The limits of each step, by component.
        description: Of the pipeline, for people.
    """
    spec = copy.deepcopy(dict(job["pipelineSpec"]))
    spec["pipelineInfo"]["description"] = description
    _add_parameters(spec, parameters, config)
    _title_types(spec)
    executors = spec["deploymentSpec"]["executors"]
    for name, component in spec["components"].items():
        container = executors[component["executorLabel"]]["container"]
        # Kubeflow runs no hook before a step; the entrypoint does what TFX puts there.
        container.pop("lifecycle", None)
        container["resources"] = resources[name]
        container["args"] = _arguments(name, component, container["args"])
    return _with_field_names(spec)


def _add_parameters(spec: Spec, parameters: Mapping[str, Spec], config: str) -> None:
    _parameters(spec["root"], "inputDefinitions").update(parameters)
    for name, definition in parameters.items():
        for step in STEPS[name]:
            defined = _parameters(spec["components"][step], "inputDefinitions")
            defined[CONFIG_PARAMETER] = {"parameterType": "STRING"}
            defined[name] = {"parameterType": definition["parameterType"]}
            given = _parameters(spec["root"]["dag"]["tasks"][step], "inputs")
            given[CONFIG_PARAMETER] = {"runtimeValue": {"constant": config}}
            given[name] = {"componentInputParameter": name}


def _parameters(owner: Spec, key: str) -> Spec:
    found: Spec = owner.setdefault(key, {}).setdefault("parameters", {})
    return found


def _title_types(spec: Spec) -> None:
    """Gives every artifact type by its title alone, which is all of a schema that Kubeflow keeps."""
    for component in spec["components"].values():
        for side in ("inputDefinitions", "outputDefinitions"):
            for definition in component.get(side, {}).get("artifacts", {}).values():
                title = yaml.safe_load(definition["artifactType"]["instanceSchema"])["title"]
                definition["artifactType"] = {"schemaTitle": title, "schemaVersion": _SYSTEM_SCHEMA_VERSION}


def _arguments(name: str, component: Spec, arguments: list[str]) -> list[str]:
    """Returns a step's arguments, with the definitions as they are now."""
    at = arguments.index(INPUTS_FLAG)
    definitions = {
        INPUTS_FLAG: component.get("inputDefinitions", {}),
        OUTPUTS_FLAG: component.get("outputDefinitions", {}),
    }
    words = [word for flag, value in definitions.items() for word in (flag, _json(value))]
    return [*arguments[:at], STEP_FLAG, name, *words, *arguments[at + 2 :]]


def _with_field_names(spec: Spec) -> Spec:
    """Names components and executors as Kubeflow's own compiler does: `kfp.local` cuts what stands before a hyphen."""
    components, executors = {}, {}
    for name, component in spec["components"].items():
        kebab = kebab_case(name)
        executors[f"exec-{kebab}"] = spec["deploymentSpec"]["executors"][component["executorLabel"]]
        components[f"comp-{kebab}"] = {**component, "executorLabel": f"exec-{kebab}"}
    for task in spec["root"]["dag"]["tasks"].values():
        task["componentRef"]["name"] = f"comp-{kebab_case(task['componentRef']['name'])}"
    return {**spec, "components": components, "deploymentSpec": {"executors": executors}}


def kebab_case(name: str) -> str:
    """Returns `data-check` for `DataCheck`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
