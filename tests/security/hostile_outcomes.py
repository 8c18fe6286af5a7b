"""A run to report on in which every text is hostile: what data, recipes and paths might hold at the worst."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.features import LETTER
from report.outcome import Outcome

# Ends an attribute, a tag, a comment, a script, a style and a title, in whichever of them it lands; and a template.
HOSTILE = (
    "\"'><poison onpoison=x></script></style></title></textarea>--><!--<script>poison()</script>"
    "{{ 6 * 7 }}<img src=x onerror=poison()> ` ${poison()} javascript:poison()"
)
# Keys that a program reads; all other keys are names that come from data or from outside.
_TABLES_BY_NAME = {
    "components",
    "outputs",
    "per_background",
    "per_letter",
    "per_letter_and_split",
    "versions",
}
# Compared with constants.
_KEPT = {"split", "splits"}


def hostile(summary: Mapping[str, Any], outcome: Outcome) -> tuple[dict[str, Any], Outcome]:
    """Returns both with `HOSTILE` at the start of every text and of every name in a table by names."""
    poisoned = Outcome(graph=_poisoned(outcome.graph, "graph"))
    vars(poisoned).update(
        {name: _poisoned(value, name) for name, value in vars(outcome).items() if name not in vars(poisoned)}
    )
    return _poisoned(summary, ""), poisoned


def _poisoned(value: Any, name: str) -> Any:
    if isinstance(value, str):
        return value if name in _KEPT else HOSTILE + value
    if isinstance(value, Mapping):
        return {_key(key, name): _poisoned(each, key if isinstance(key, str) else "") for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_poisoned(each, name) for each in value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "U" and name not in _KEPT:
        return np.array([HOSTILE + each for each in value])
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {each.name: _poisoned(getattr(value, each.name), each.name) for each in dataclasses.fields(value)}
        return dataclasses.replace(value, **changes)
    return value


def _key(key: Any, table: str) -> Any:
    if table == "accuracies":
        # A slice: what stands for a paper is a number.
        return tuple((name, HOSTILE + value if name == LETTER else value) for name, value in key)
    return HOSTILE + key if table in _TABLES_BY_NAME else key
