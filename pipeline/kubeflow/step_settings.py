"""A step's properties as its run makes them; importing this module imports TFX."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tfx.components.example_gen import utils as example_gen_utils
from tfx.dsl.components.base.base_node import BaseNode
from tfx.orchestration import data_types
from tfx.types import standard_component_specs

from components.example_gen.component import LetterExampleGen
from core.buckets import fetch_folder
from core.files import is_uri
from pipeline.config import Config
from pipeline.kubeflow.compile import kubeflow_pipeline
from pipeline.kubeflow.executor_input import StepInput
from pipeline.kubeflow.parameters import CONFIG_PARAMETER, parameter_names, settled


def prepared(step: str, step_input: StepInput, scratch: Path) -> StepInput:
    """Returns a step's input with the properties that its run makes.

    Args:
        step: The component's id.
        step_input: As compiled, with the parameters of the run beside the properties.
        scratch: Where data that lie in a bucket are copied to.

    Raises:
        UserError: If a parameter does not fit, or the data cannot be read.
    """
    values = step_input.parameters
    if CONFIG_PARAMETER not in values:
        return step_input
    config, places = settled(Config.model_validate_json(values[CONFIG_PARAMETER]), values)
    if step == LetterExampleGen.__name__ and is_uri(places.data):
        fetch_folder(places.data, scratch)
        places = replace(places, data=str(scratch))
    # By the same function that was compiled: what follows from a setting is told there and nowhere else.
    (node,) = (node for node in kubeflow_pipeline(config, places).components if node.id == step)
    compiled = {name: value for name, value in values.items() if name not in {*parameter_names(), CONFIG_PARAMETER}}
    properties = {name: value for name, value in node.exec_properties.items() if value is not None}
    step_input = step_input.with_parameters({**compiled, **properties})
    return _as_driven(node, step_input) if isinstance(node, LetterExampleGen) else step_input


def _as_driven(node: BaseNode, step_input: StepInput) -> StepInput:
    """Returns ExampleGen's input after its driver, which Kubeflow does not run."""
    # Nothing that it resolves here is looked up in MLMD, or depends on the pipeline.
    driver, nothing = node.DRIVER_CLASS(None), data_types.PipelineInfo("", "")
    component = data_types.ComponentInfo("", "", nothing)
    resolved: Mapping[str, Any] = driver.resolve_exec_properties(step_input.parameters, nothing, component)
    noted = {
        name: resolved[name]
        for name in (example_gen_utils.SPAN_PROPERTY_NAME, example_gen_utils.FINGERPRINT_PROPERTY_NAME)
    }
    known = {name: value for name, value in resolved.items() if value is not None}
    return step_input.with_parameters(known).with_metadata(standard_component_specs.EXAMPLES_KEY, noted)
