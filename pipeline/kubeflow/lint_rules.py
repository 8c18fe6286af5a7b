"""What the rules of the linter share: walks over a specification, and the bounds."""

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.project import ROOT

Spec = Mapping[str, Any]

# Kubernetes's limit of an object is about 1.5 MB and of all annotations 256 KiB; Argo needs some of either.
MAX_BYTES = 200_000


def tasks(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """Yields every task of every graph, with its name."""
    for component in [spec["root"], *spec["components"].values()]:
        yield from component.get("dag", {}).get("tasks", {}).items()


def executors(spec: Spec) -> Mapping[str, Spec]:
    """Returns the executors by label."""
    found: Mapping[str, Spec] = spec["deploymentSpec"].get("executors", {})
    return found


def containers(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """Yields every container, with its executor's label."""
    for label, executor in executors(spec).items():
        if "container" in executor:
            yield label, executor["container"]


def strings(value: Any) -> Iterator[str]:
    """Yields every string within JSON, but for the keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def machine_paths(text: str) -> list[str]:
    """Returns the folders of this machine that a text names, or whose content it names."""
    return [folder for folder, pattern in _patterns() if pattern.search(text)]


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    own = {str(ROOT), str(Path.home()), tempfile.gettempdir(), sys.prefix}
    # Not in the middle of a longer path: a home at /root is not in /mnt/root.
    return [(path, re.compile(rf"(?<![\w./-]){re.escape(path)}(?![\w.-])")) for path in sorted(own - {"/"})]
