"""How much of a machine each step asks for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.errors import UserError
from pipeline import ids

# A pod's name for it is the same: decimal gigabytes, and binary ones.
_GIGABYTES = {"M": 1e-3, "Mi": 2**20 / 1e9, "G": 1.0, "Gi": 2**30 / 1e9}
_MEMORY = re.compile(r"(\d+(?:\.\d+)?)(M|Mi|G|Gi)")


@dataclass(frozen=True)
class Resources:
    """What a step's pod gets, and is not let past.

    Attributes:
        cpu: Cores.
        memory: Gigabytes (10^9 bytes).
    """

    cpu: float = 1.0
    memory: float = 3.0


# `summary.json` of a run on 12,771 photos: at most 1.4 GB in any component, half of that for the imports; and only
# the training uses more than one core for longer than a few seconds.
DEFAULT = Resources()
OF_STEP: Mapping[str, Resources] = {
    ids.TRAINER: Resources(cpu=4.0, memory=6.0),
    ids.EXAMPLE_GEN: Resources(cpu=2.0, memory=3.0),
    ids.INSPECTOR: Resources(cpu=2.0, memory=3.0),
    ids.EVALUATOR: Resources(cpu=2.0, memory=3.0),
}


def resources_of(steps: Iterable[str], cpu: Iterable[str], memory: Iterable[str]) -> dict[str, Resources]:
    """Returns what each step asks for.

    Args:
        steps: The pipeline's components.
        cpu: `COMPONENT=CORES` that differ from the defaults.
        memory: `COMPONENT=SIZE` that do, such as `Trainer=8Gi`.

    Raises:
        UserError: If a component or a size is none.
    """
    known = list(steps)
    cores = {name: _cores(name, text) for name, text in _pairs("--cpu", cpu, known)}
    sizes = {name: _gigabytes(name, text) for name, text in _pairs("--memory", memory, known)}
    return {
        step: Resources(cores.get(step, default.cpu), sizes.get(step, default.memory))
        for step in known
        for default in [OF_STEP.get(step, DEFAULT)]
    }


def _pairs(flag: str, assignments: Iterable[str], steps: list[str]) -> list[tuple[str, str]]:
    pairs = []
    for assignment in assignments:
        step, separator, value = assignment.partition("=")
        if not separator:
            raise UserError(f"{flag} {assignment}: write it as COMPONENT=VALUE, such as Trainer=4")
        if step not in steps:
            raise UserError(f"{flag} {assignment}: no such component; there are {', '.join(steps)}")
        pairs.append((step, value))
    return pairs


def _cores(step: str, text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not float(text):
        raise UserError(f"--cpu {step}={text}: give cores as a number above 0, such as 4 or 0.5")
    return float(text)


def _gigabytes(step: str, text: str) -> float:
    match = _MEMORY.fullmatch(text)
    if not match or not float(match[1]):
        raise UserError(f"--memory {step}={text}: give a size with its unit, such as 8G, 8Gi or 800Mi")
    return float(match[1]) * _GIGABYTES[match[2]]
