"""What a person can do where a step's pod lacks something; importing this module imports nothing heavy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.shortage import Remedies
from core.files import is_uri
from pipeline.kubeflow.launcher_paths import local_path

_DISK = "give the pod another, larger disk"
# The parameters of a run that name folders which steps write to (pipeline/kubeflow/parameters.py).
_WRITTEN = ("serving", "training_state")


def step_remedies(step: str, invocation: Mapping[str, Any]) -> Remedies:
    """Returns what to do about each shortage of a step.

    Args:
        step: The component's id.
        invocation: What the launcher put in place of `{{$}}`.

    Raises:
        UserError: If an artifact lies where the launcher brings nothing from.
    """
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
