"""Compiles the pipeline for Kubeflow; importing this module imports TFX.

Reads no cluster and no place of the run, and writes nothing.
"""

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tfx.orchestration import pipeline as tfx_pipeline
from tfx.orchestration.kubeflow.v2 import kubeflow_v2_dag_runner as tfx_kubeflow

from pipeline.beam.engines import kubeflow_args
from pipeline.config import Config
from pipeline.kubeflow.flags import TFX_FLAG
from pipeline.kubeflow.nodes import KUBEFLOW
from pipeline.kubeflow.package import Package
from pipeline.kubeflow.parameters import run_parameters
from pipeline.kubeflow.platform import SecretVariable, Volume, platform_spec
from pipeline.kubeflow.resources import resources_of
from pipeline.kubeflow.rewrite import rewritten
from pipeline.pipeline import create_pipeline
from pipeline.places import Places

# What the image runs (Dockerfile); the rest of the command is the step's.
COMMAND = ("python", "-m", "pipeline.kubeflow.entrypoint")
# Relative to the image's working folder, which is this project's.
SCHEMA_IN_IMAGE = "schema/schema.pbtxt"
_DESCRIPTION = "From photos of handwritten Russian letters to a blessed, pushed model; recipe {recipe}, TFX {tfx}."


@dataclass(frozen=True)
class CompileRequest:
    """What a person asks to be compiled.

    Attributes:
        config: Every setting.
        image: The container image that every step runs in.
        data: Default of the run's parameter.
        serving: Default of the run's parameter.
        training_state: Default of the run's parameter.
        volumes: Mounted into every step.
        secrets: In the environment of every step.
        cpu: `COMPONENT=CORES` that differ from the defaults.
        memory: `COMPONENT=SIZE` that do.
    """

    config: Config
    image: str
    data: str
    serving: str
    training_state: str
    volumes: Sequence[Volume] = ()
    secrets: Sequence[SecretVariable] = ()
    cpu: Sequence[str] = ()
    memory: Sequence[str] = ()


def compile_package(request: CompileRequest) -> Package:
    """Returns the compiled pipeline.

    Raises:
        UserError: If the resources do not fit the pipeline.
    """
    places = Places(request.data, "", request.serving, request.training_state, "")
    pipeline = kubeflow_pipeline(request.config, places)
    resources = resources_of([node.id for node in pipeline.components], request.cpu, request.memory)
    # Not through `tfx.v1`: see pipeline/pipeline.py.
    version = importlib.metadata.version("tfx")
    settings = tfx_kubeflow.KubeflowV2DagRunnerConfig(
        default_image=request.image, default_commands=[*COMMAND, TFX_FLAG, version], use_pipeline_spec_2_1=True
    )
    job = tfx_kubeflow.KubeflowV2DagRunner(settings).run(pipeline, write_out=False)
    spec = rewritten(
        job,
        run_parameters(request.config, places),
        request.config.model_dump_json(),
        resources,
        _DESCRIPTION.format(recipe=request.config.recipe, tfx=version),
    )
    executors = spec["deploymentSpec"]["executors"]
    return Package(spec, platform_spec(executors, request.volumes, request.secrets))


def kubeflow_pipeline(config: Config, places: Places) -> tfx_pipeline.Pipeline:
    """Returns the pipeline as Kubeflow runs it.

    Args:
        config: Every setting.
        places: Of the run; Kubeflow says where artifacts lie, and the schema is the image's.

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
