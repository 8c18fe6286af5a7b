"""Runs one component with TFX's executor for Kubeflow; importing this module imports TFX."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tfx.components.example_gen import utils as example_gen_utils
from tfx.dsl.components.base.base_node import BaseNode
from tfx.orchestration import data_types
from tfx.orchestration.kubeflow.v2.container import kubeflow_v2_run_executor
from tfx.types import channel
from tfx.types.standard_component_specs import EXAMPLES_KEY

from components.example_gen.component import LetterExampleGen
from components.example_gen.layout import source_names
from core.buckets import fetch_folder
from core.files import as_place, folders_of, is_uri
from pipeline.beam.engines import kubeflow_args
from pipeline.config import Config
from pipeline.kubeflow.compile import kubeflow_pipeline
from pipeline.kubeflow.launcher import Json, adapted, artifacts_of, make_output_folders, rewrite_output
from pipeline.kubeflow.parameters import CONFIG_PARAMETER, in_full, settled
from pipeline.places import Places


def run_step(step: str, invocation: Mapping[str, Any], scratch: Path) -> None:
    """Runs a component, and leaves what it gave where Kubeflow's launcher looks for it.

    Args:
        step: The component's id.
        invocation: What the launcher put in place of `{{$}}`.
        scratch: Data that lie in a bucket are copied there.

    Raises:
        UserError: If a parameter does not fit, or the data cannot be read.
    """
    values = invocation["inputs"]["parameterValues"]
    config, places = settled(in_full(values[CONFIG_PARAMETER]), values)
    if step == LetterExampleGen.__name__:
        places = replace(places, data=fetched(places.data, scratch))
    node = node_of(step, config, places)
    outputs = types_of(node.outputs)
    step_input, uris = adapted(invocation, types_of(node.inputs), outputs)
    # Of protobuf's numbers, which are all floats, TFX makes whole ones where it is told to.
    integers = settle(node, step_input)
    make_output_folders(step_input)
    executed = argparse.Namespace(
        executor_class_path=node.executor_spec.class_path,
        json_serialized_invocation_args=json.dumps(step_input),
        json_serialized_inputs_spec_args=json.dumps(
            {"parameters": {name: {"parameterType": "NUMBER_INTEGER"} for name in integers}}
        ),
    )
    kubeflow_v2_run_executor.main((executed, list(kubeflow_args(config.beam))))
    rewrite_output(Path(step_input["outputs"]["outputFile"]), uris, outputs)


def fetched(place: str, scratch: Path) -> str:
    """Returns a text for data folders (`core.files.as_place`), of which those in buckets are copied to `scratch`.

    Raises:
        UserError: If one cannot be read.
    """
    folders = folders_of(place)
    # Under names by which they can be told apart as the URIs can.
    names = source_names(folders) if len(folders) > 1 else ["data"]
    there = []
    for folder, name in zip(folders, names, strict=True):
        if is_uri(folder):
            fetch_folder(folder, scratch / name)
        there.append(str(scratch / name) if is_uri(folder) else folder)
    return as_place(there)


def node_of(step: str, config: Config, places: Places) -> BaseNode:
    """Returns a component by the function that was compiled: what follows from a setting is told nowhere else."""
    (node,) = (node for node in kubeflow_pipeline(config, places).components if node.id == step)
    return node


def types_of(channels: Mapping[str, channel.BaseChannel]) -> dict[str, str]:
    """Returns the path of each artifact's class, which TFX's executor imports; the launcher tells none of inputs."""
    return {key: f"{each.type.__module__}.{each.type.__qualname__}" for key, each in channels.items()}


def settle(node: BaseNode, step_input: Json) -> list[str]:
    """Gives a step's input its component's properties in place of a run's parameters; returns the whole numbers."""
    values = {name: value for name, value in node.exec_properties.items() if value is not None}
    step_input["inputs"]["parameterValues"] = values
    if isinstance(node, LetterExampleGen):
        _drive(node, step_input)
    return [name for name, value in values.items() if type(value) is int]


def _drive(node: LetterExampleGen, step_input: Json) -> None:
    values = step_input["inputs"]["parameterValues"]
    # What ExampleGen's driver does, which Kubeflow does not run. Nothing that it resolves here is looked up in MLMD, or
    # depends on the pipeline.
    driver, nothing = node.DRIVER_CLASS(None), data_types.PipelineInfo("", "")
    resolved = driver.resolve_exec_properties(values, nothing, data_types.ComponentInfo("", "", nothing))
    values |= {name: value for name, value in resolved.items() if value is not None}
    noted = (example_gen_utils.SPAN_PROPERTY_NAME, example_gen_utils.FINGERPRINT_PROPERTY_NAME)
    examples = next(each for key, each in artifacts_of(step_input, "outputs") if key == EXAMPLES_KEY)
    examples.setdefault("metadata", {}).update({name: resolved[name] for name in noted})
