"""Runs TFX's executor for Kubeflow on input that it takes; importing this module imports TFX."""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfx.orchestration.kubeflow.v2.container import kubeflow_v2_run_executor

from pipeline.kubeflow.artifact_types import FILE_TYPES, class_path
from pipeline.kubeflow.executor_input import StepInput

_FILE_CLASSES = tuple(map(class_path, FILE_TYPES))


def make_output_folders(step_input: StepInput) -> None:
    """Makes the folders of the outputs: the launcher makes only those around them, and no executor does."""
    for artifact in step_input.output_artifacts():
        path = Path(artifact["uri"])
        folder = path.parent if artifact["type"]["schemaTitle"] in _FILE_CLASSES else path
        folder.mkdir(parents=True, exist_ok=True)


def execute(executor: str, step_input: StepInput, inputs_spec: Mapping[str, Any], beam_args: Sequence[str]) -> None:
    """Runs a component's executor, which leaves an `ExecutorOutput` in the output file.

    Args:
        executor: Dotted path of the class.
        step_input: Its input.
        inputs_spec: The component's input definitions, for the types of its parameters.
        beam_args: For Beam.
    """
    flags = argparse.Namespace(
        executor_class_path=executor,
        json_serialized_invocation_args=json.dumps(step_input.executor_input),
        json_serialized_inputs_spec_args=json.dumps(inputs_spec),
    )
    kubeflow_v2_run_executor.main((flags, list(beam_args)))
