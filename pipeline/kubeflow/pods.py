"""What every step's pod gets: cores, memory, volumes and secrets."""

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from core.errors import UserError
from pipeline import ids

Json = dict[str, Any]

# Cores, and gigabytes (10^9 bytes). `summary.json` of a run on 12,771 photos: at most 1.4 GB in any component, half of
# that for the imports; and only the training uses more than one core for longer than a few seconds.
_DEFAULT = (1.0, 3.0)
_OF_STEP: Mapping[str, tuple[float, float]] = {
    # Kubeflow requests what it limits, and no node of 4 cores has all of them to give.
    ids.TRAINER: (3.0, 6.0),
    ids.EXAMPLE_GEN: (2.0, 3.0),
    ids.INSPECTOR: (2.0, 3.0),
    ids.EVALUATOR: (2.0, 3.0),
}
# What each unit is in cores, and in decimal gigabytes.
_CORES = {"": 1.0}
_GIGABYTES = {"M": 1e-3, "Mi": 2**20 / 1e9, "G": 1.0, "Gi": 2**30 / 1e9}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)([A-Za-z]*)")
# As https://github.com/distribution/reference has it.
_COMPONENT, _LABEL = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_IMAGE = re.compile(
    rf"(?:(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?/)?{_COMPONENT}(?:/{_COMPONENT})*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9+._-]*:[0-9A-Fa-f]{32,})?"
)
_KUBERNETES_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Pods:
    """What a person asks for the pods.

    Attributes:
        image: The container image that every step runs in.
        volumes: Mounted into every step; see `parse_volume`.
        secrets: In the environment of every step; see `parse_secret`.
        cpu: `COMPONENT=CORES` that differ from the defaults.
        memory: `COMPONENT=SIZE` that do, such as `Trainer=8Gi`.
    """

    image: str
    volumes: Sequence[Json] = ()
    secrets: Sequence[Json] = ()
    cpu: Sequence[str] = ()
    memory: Sequence[str] = ()


def parse_volume(text: str) -> Json:
    """Returns the mount of `NAME:PATH`, a claim that several pods can mount, as a platform specification has it.

    Raises:
        UserError: If it has another form.
    """
    claim, _, path = text.partition(":")
    if not _KUBERNETES_NAME.fullmatch(claim) or not PurePosixPath(path).is_absolute() or path == "/":
        raise UserError(
            f"--pvc {text}: write it as NAME:PATH, a claim and an absolute path, such as letters:/mnt/letters"
        )
    # Later backends prefer `pvcNameParameter` and still take `constant`; 2.0's driver does not know the other.
    return {"constant": claim, "mountPath": path.rstrip("/")}


def parse_secret(text: str) -> Json:
    """Returns the variable of `NAME:KEY=VARIABLE`, as a platform specification has it.

    Raises:
        UserError: If it has another form.
    """
    name, _, rest = text.partition(":")
    key, _, variable = rest.partition("=")
    if not _KUBERNETES_NAME.fullmatch(name) or not key or not _VARIABLE.fullmatch(variable):
        # Not the text itself: whoever misreads the flag may have written the secret there.
        raise UserError("--secret: write it as NAME:KEY=VARIABLE, such as minio:accesskey=AWS_ACCESS_KEY_ID")
    return {"secretName": name, "keyToEnv": [{"secretKey": key, "envVar": variable}]}


def resources_of(steps: Iterable[str], cpu: Iterable[str], memory: Iterable[str]) -> dict[str, dict[str, float]]:
    """Returns the limits of each step, as a pipeline specification has them: cores, and gigabytes (10^9 bytes).

    What `Pods` asks for differs from the defaults of the pipeline's steps.

    Raises:
        UserError: If a component or a size is none.
    """
    known = {step: _OF_STEP.get(step, _DEFAULT) for step in steps}
    cores = _asked("--cpu", cpu, known, _CORES, "cores as a number above 0, such as 4 or 0.5")
    sizes = _asked("--memory", memory, known, _GIGABYTES, "a size with its unit, such as 8G, 8Gi or 800Mi")
    return {
        step: {"cpuLimit": cores.get(step, cpu_limit), "memoryLimit": sizes.get(step, memory_limit)}
        for step, (cpu_limit, memory_limit) in known.items()
    }


def asked_for(pipeline: Mapping[str, Any], step: str) -> str:
    """Returns what a step's pod asks for in a pipeline specification, for people; nothing where that does not say."""
    # Anybody's specification may be here.
    with contextlib.suppress(KeyError, TypeError, ValueError):
        component = pipeline["components"][pipeline["root"]["dag"]["tasks"][step]["componentRef"]["name"]]
        asked = pipeline["deploymentSpec"]["executors"][component["executorLabel"]]["container"]["resources"]
        return f" (asks for {asked['cpuLimit']:g} cores and {asked['memoryLimit']:g} GB)"
    return ""


def platform_spec(executors: Iterable[str], pods: Pods) -> dict[str, Any] | None:
    """Returns the second document of a compiled pipeline, what is Kubernetes's in it; None where nothing is asked for.

    Every step's executor, by its label, gets the same.
    """
    asked = {key: list(each) for key, each in (("pvcMount", pods.volumes), ("secretAsEnv", pods.secrets)) if each}
    if not asked:
        return None
    return {"platforms": {"kubernetes": {"deploymentSpec": {"executors": dict.fromkeys(sorted(executors), asked)}}}}


def _asked(
    flag: str, assignments: Iterable[str], steps: Iterable[str], units: Mapping[str, float], form: str
) -> dict[str, float]:
    amounts = {}
    for assignment in assignments:
        step, separator, text = assignment.partition("=")
        if not separator:
            raise UserError(f"{flag} {assignment}: write it as COMPONENT=VALUE, such as Trainer=4")
        if step not in steps:
            raise UserError(f"{flag} {assignment}: no such component; there are {', '.join(steps)}")
        match = _AMOUNT.fullmatch(text)
        if not match or match[2] not in units or not float(match[1]):
            raise UserError(f"{flag} {assignment}: give {form}")
        amounts[step] = float(match[1]) * units[match[2]]
    return amounts


def check_image(image: str) -> None:
    """Checks that a text can name a container image.

    Raises:
        UserError: If not.
    """
    if not _IMAGE.fullmatch(image):
        form = "[REGISTRY/]NAME[:TAG][@DIGEST], the name in lower case, such as registry.example/letters:1"
        raise UserError(f"--image {image!r}: no name of an image; write it as {form}")
