"""Runs one component with TFX's executor for Kubeflow; importing this module imports TFX."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tfx.components.example_gen import utils as example_gen_utils
from tfx.orchestration import data_types
from tfx.orchestration.kubeflow.v2.container import kubeflow_v2_run_executor
from tfx.types.standard_component_specs import EXAMPLES_KEY

from components.example_gen.component import LetterExampleGen
from core.buckets import fetch_folder
from core.files import is_uri
from pipeline.config import Config
from pipeline.kubeflow.compile import kubeflow_pipeline
from pipeline.kubeflow.launcher import Json, adapted, artifacts_of, make_output_folders, rewrite_output
from pipeline.kubeflow.parameters import CONFIG_PARAMETER, STEPS, settled


def run_step(flags: argparse.Namespace, invocation: Mapping[str, Any], beam_args: Sequence[str], scratch: Path) -> None:
    """Runs a component as the entrypoint's flags say, and leaves what it gave where Kubeflow's launcher looks for it.

    Data that lie in a bucket are copied to `scratch`; `invocation` is what the launcher put in place of `{{$}}`.

    Raises:
        UserError: If a parameter does not fit, or the data cannot be read.
    """
    step_input, uris = adapted(invocation, flags.inputs, flags.outputs)
    integers = [*flags.integers, *settle(flags.step, step_input, scratch)]
    make_output_folders(step_input)
    executed = argparse.Namespace(
        executor_class_path=flags.executor,
        json_serialized_invocation_args=json.dumps(step_input),
        json_serialized_inputs_spec_args=json.dumps(
            {"parameters": {name: {"parameterType": "NUMBER_INTEGER"} for name in integers}}
        ),
    )
    kubeflow_v2_run_executor.main((executed, list(beam_args)))
    rewrite_output(Path(step_input["outputs"]["outputFile"]), uris)


def settle(step: str, step_input: Json, scratch: Path) -> list[str]:
    """Gives a step the properties that its run makes; returns which of these are whole numbers.

    Its input, as TFX takes it, with the parameters of the run beside the compiled properties, is changed in place.
    Data that lie in a bucket are copied to `scratch`.

    Raises:
        UserError: If a parameter does not fit, or the data cannot be read.
    """
    values = step_input["inputs"]["parameterValues"]
    if CONFIG_PARAMETER not in values:
        return []
    config, places = settled(Config.model_validate_json(values[CONFIG_PARAMETER]), values)
    if step == LetterExampleGen.__name__ and is_uri(places.data):
        fetch_folder(places.data, scratch)
        places = replace(places, data=str(scratch))
    # By the same function that was compiled: what follows from a setting is told there and nowhere else.
    (node,) = (node for node in kubeflow_pipeline(config, places).components if node.id == step)
    for name in {*STEPS, CONFIG_PARAMETER} & set(values):
        del values[name]
    values |= {name: value for name, value in node.exec_properties.items() if value is not None}
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
