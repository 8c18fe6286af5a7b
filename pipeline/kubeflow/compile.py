"""Compiles the pipeline to what the open-source Kubeflow Pipelines 2 takes and runs; importing this module imports TFX.

Reads no cluster and no place of the run, and writes nothing. docs/kubeflow.md tells what TFX's own output lacks.
"""

import copy
import importlib.metadata
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml
from tfx.dsl.components.base.base_node import BaseNode
from tfx.orchestration import pipeline as tfx_pipeline
from tfx.orchestration.kubeflow.v2 import kubeflow_v2_dag_runner as tfx_kubeflow

from components.baseline import PushedBaseline
from core.errors import UserError
from pipeline import fingerprints, ids
from pipeline.beam.engines import kubeflow_args
from pipeline.config import Config
from pipeline.kubeflow.entrypoint import INPUT_FLAG, STEP_FLAG, TFX_FLAG
from pipeline.kubeflow.package import Package
from pipeline.kubeflow.pages import Page
from pipeline.kubeflow.parameters import CONFIG_PARAMETER, STEPS, in_few_words, run_parameters
from pipeline.kubeflow.pods import Pods, platform_spec, resources_of
from pipeline.kubeflow.scores import BlessingGate, Scores
from pipeline.pipeline import Nodes, Platform, create_pipeline
from pipeline.places import Places

Spec = dict[str, Any]

# What the image runs (Dockerfile); the rest of the command is the step's.
COMMAND = ("python", "-m", "pipeline.kubeflow.entrypoint")
# Relative to the image's working folder, which is this project's.
SCHEMA_IN_IMAGE = "schema/schema.pbtxt"
# Kubernetes's limit of an object is about 1.5 MB and of all annotations 256 KiB; Argo needs some of either.
MAX_BYTES = 200_000
_SYSTEM_SCHEMA_VERSION = "0.0.1"
_DESCRIPTION = "From photos of handwritten Russian letters to a blessed, pushed model; recipe {recipe}, TFX {tfx}."


def compile_package(config: Config, places: Places, pods: Pods) -> Package:
    """Returns the compiled pipeline; its places are the defaults of a run's parameters.

    Raises:
        UserError: If the resources do not fit the pipeline, or it is too large for Kubeflow.
    """
    pipeline = kubeflow_pipeline(config, places)
    resources = resources_of([node.id for node in pipeline.components], pods.cpu, pods.memory)
    # Not through `tfx.v1`: see pipeline/pipeline.py.
    version = importlib.metadata.version("tfx")
    settings = tfx_kubeflow.KubeflowV2DagRunnerConfig(
        default_image=pods.image, default_commands=[*COMMAND, TFX_FLAG, version], use_pipeline_spec_2_1=True
    )
    job = tfx_kubeflow.KubeflowV2DagRunner(settings).run(pipeline, write_out=False)
    parameters = run_parameters(config, places)
    description = _DESCRIPTION.format(recipe=config.recipe, tfx=version)
    spec = rewritten(job, parameters, in_few_words(config), resources, description)
    package = Package(spec, platform_spec(spec["deploymentSpec"]["executors"], pods))
    size = len(package.text().encode())
    if size > MAX_BYTES:
        raise UserError(
            f"the compiled pipeline takes {size:,} bytes, of which Kubeflow keeps at most {MAX_BYTES:,} in one object; "
            "give fewer or shorter settings, volumes and secrets"
        )
    return package


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
        config: The compiled configuration, in few words.
        resources: The limits of each step, by component.
        description: Of the pipeline, for people.
    """
    spec = copy.deepcopy(dict(job["pipelineSpec"]))
    spec["pipelineInfo"]["description"] = description
    spec["root"]["inputDefinitions"] = {"parameters": dict(parameters)}
    _title_types(spec)
    executors = spec["deploymentSpec"]["executors"]
    for name, component in spec["components"].items():
        _choose(name, component, spec["root"]["dag"]["tasks"][name], parameters, config)
        container = executors[component["executorLabel"]]["container"]
        # Kubeflow runs no hook before a step; the entrypoint does what TFX puts there.
        container.pop("lifecycle", None)
        container["resources"] = resources[name]
        # The launcher puts what a step is told in the place of the last.
        container["args"] = [STEP_FLAG, name, INPUT_FLAG, "{{$}}"]
    return _with_field_names(spec)


def _choose(name: str, component: Spec, task: Spec, parameters: Mapping[str, Spec], config: str) -> None:
    """Gives a step what it makes its properties of, in their place."""
    chosen = {each: defined["parameterType"] for each, defined in parameters.items() if name in STEPS[each]}
    component.setdefault("inputDefinitions", {})["parameters"] = {
        each: {"parameterType": kind} for each, kind in {CONFIG_PARAMETER: "STRING", **chosen}.items()
    }
    task.setdefault("inputs", {})["parameters"] = {
        CONFIG_PARAMETER: {"runtimeValue": {"constant": config}},
        **{each: {"componentInputParameter": each} for each in chosen},
    }


def _title_types(spec: Spec) -> None:
    """Gives every artifact type by its title alone, which is all of a schema that Kubeflow keeps."""
    for component in spec["components"].values():
        for side in ("inputDefinitions", "outputDefinitions"):
            for definition in component.get(side, {}).get("artifacts", {}).values():
                title = yaml.safe_load(definition["artifactType"]["instanceSchema"])["title"]
                definition["artifactType"] = {"schemaTitle": title, "schemaVersion": _SYSTEM_SCHEMA_VERSION}


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


def kubeflow_pipeline(config: Config, places: Places) -> tfx_pipeline.Pipeline:
    """Returns the pipeline as Kubeflow runs it, which says where artifacts lie; the schema is the image's.

    Raises:
        UserError: If an option of Beam's is wrong.
    """
    # No cache: Kubeflow's key has the identities of the input artifacts, and ExampleGen makes new ones in every run.
    return create_pipeline(
        config,
        replace(places, schema=SCHEMA_IN_IMAGE),
        enable_cache=False,
        beam_args=kubeflow_args(config.beam),
        platform=KUBEFLOW,
    )


def pushed_baseline(places: Places, trainer: BaseNode) -> BaseNode:
    """Returns the node that finds the latest pushed version, other than the trainer's own model."""
    return PushedBaseline(
        current_model=trainer.outputs["model"],
        serving=places.serving,
        code_digest=fingerprints.source_digest("components.baseline"),
    ).with_id(ids.BASELINE)


def reporting_nodes(config: Config, places: Places, nodes: Nodes) -> list[BaseNode]:
    """Returns what shows a run in Kubeflow's UI, and the gate that fails it where the model was not blessed."""
    evaluation, blessing = (nodes[ids.EVALUATOR].outputs[key] for key in ("evaluation", "blessing"))
    pushed_model = nodes[ids.PUSHER].outputs["pushed_model"]
    seen = {
        "examples": nodes[ids.EXAMPLE_GEN].outputs["examples"],
        "schema": nodes[ids.CURATED_SCHEMA].outputs["schema"],
        "verdict": nodes[ids.DATA_CHECK].outputs["verdict"],
        "overview": nodes[ids.DATA_OVERVIEW].outputs["overview"],
        "config": config.model_dump_json(),
        "data": places.data,
    }
    # All there is where the gate for the data stops the run.
    data_page = Page(**seen).with_id(ids.DATA_PAGE)
    run_page = Page(
        **seen,
        model_run=nodes[ids.TRAINER].outputs["model_run"],
        inspection=nodes[ids.INSPECTOR].outputs["inspection"],
        evaluation=evaluation,
        blessing=blessing,
        pushed_model=pushed_model,
    ).with_id(ids.RUN_PAGE)
    scores = Scores(evaluation=evaluation)
    gate = BlessingGate(blessing=blessing, evaluation=evaluation, pushed_model=pushed_model)
    # A failed gate ends the run, whatever else is still to come.
    gate.add_upstream_nodes([run_page, scores])
    return [data_page, scores, run_page, gate]


# It runs no Resolver, and has no end of a run at which a runner could make the report.
KUBEFLOW = Platform(baseline=pushed_baseline, closing=reporting_nodes)
