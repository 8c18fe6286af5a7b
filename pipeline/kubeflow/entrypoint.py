"""What every pod of the pipeline runs: one component, between Kubeflow's launcher and TFX's executor."""

import argparse
import importlib.metadata
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from console.command import ExitStatus, use_keras_3
from console.flags import OneLineParser
from console.logs import set_up_logs
from console.shortage import Remedies, shortage_told
from core.errors import UserError, printable
from core.files import is_uri
from pipeline.kubeflow.launcher import local_path

# Of a compiled step.
STEP_FLAG = "--step"
INPUT_FLAG = "--executor_input"
# Steps and image talk in what the TFX that compiled serialises.
TFX_FLAG = "--tfx_version"

_DISK = "give the pod another, larger disk"
# The parameters of a run that name folders which steps write to (pipeline/kubeflow/parameters.py).
_WRITTEN = ("serving", "training_state")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one step by the words that were compiled, which are this process's by default; returns the exit status."""
    flags = _parser().parse_args(arguments)
    set_up_logs(verbose=False)
    use_keras_3()
    try:
        check_tfx_version(flags.tfx_version)
        invocation = json.loads(flags.executor_input)
        with shortage_told(_remedies(flags.step, invocation)), tempfile.TemporaryDirectory() as scratch:
            _run(flags.step, invocation, Path(scratch) / "data")
    except UserError as error:
        print(f"{flags.step}: {error}", file=sys.stderr)
        return ExitStatus.USER_ERROR
    except Exception as error:
        # By the step's name a person finds the reason in the logs of all pods.
        print(printable(f"{flags.step}: {type(error).__name__}: {error}"), file=sys.stderr)
        raise
    return ExitStatus.DONE


def check_tfx_version(compiled_with: str) -> None:
    """Checks that the image has the TFX that the pipeline was compiled with.

    What a step is told, dotted paths and serialised properties, is that TFX's own and is not promised to the next.

    Raises:
        UserError: If the image has another.
    """
    here = importlib.metadata.version("tfx")
    if here != compiled_with:
        raise UserError(
            f"the pipeline was compiled with TFX {compiled_with} and the image has TFX {here}; compile it with "
            f"TFX {here}, or build the image with 'make image TFX={'.'.join(compiled_with.split('.')[:2])}'"
        )


def _run(step: str, invocation: Mapping[str, Any], scratch: Path) -> None:
    # Here, since it imports TFX.
    from pipeline.kubeflow.step import run_step

    run_step(step, invocation, scratch)


def _remedies(step: str, invocation: Mapping[str, Any]) -> Remedies:
    """Returns what a person can do about each shortage of a step."""
    outputs = invocation.get("outputs", {}).get("artifacts", {})
    artifacts = [Path(local_path(each)) for listed in outputs.values() for each in listed["artifacts"]]
    values = invocation.get("inputs", {}).get("parameterValues", {})
    places = {name: values[name] for name in _WRITTEN if values.get(name)}
    return Remedies(
        folders={
            **{Path(place): f"choose another place with {name}" for name, place in places.items() if not is_uri(place)},
            **dict.fromkeys(artifacts, _DISK),
        },
        temporary=_DISK,
        memory=f"compile with more: --memory {step}=SIZE",
    )


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="pipeline.kubeflow.entrypoint", allow_abbrev=False)
    parser.add_argument(TFX_FLAG, required=True, help="version of TFX that the step was compiled with")
    parser.add_argument(STEP_FLAG, required=True, help="the component's id")
    parser.add_argument(INPUT_FLAG, required=True, help="ExecutorInput as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
