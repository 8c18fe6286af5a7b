"""The last section: the components, what they gave, and the whole configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from report.chart import Table
from report.outcome import Node, Outcome


def run_section(summary: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    """Returns the last section: seconds and memory of each component, what it read and gave, and all settings."""
    components = summary["components"]
    return {
        "components": _components(components) if components else None,
        "outputs": _outputs(outcome.graph) if outcome.graph else None,
        "config": json.dumps(summary["config"], ensure_ascii=False, indent=2),
    }


def _components(components: Mapping[str, Mapping[str, Any]]) -> Table:
    rows = [
        (name, f"{run['seconds']:.1f}", "yes" if run["cached"] else "no", f"{run['peak_memory_mib']:,.0f}")
        for name, run in components.items()
    ]
    total = sum(run["seconds"] for run in components.values())
    peak = max(run["peak_memory_mib"] for run in components.values())
    rows.append(("all", f"{total:.1f}", "", f"{peak:,.0f}"))
    return Table(("component", "seconds", "cached", "peak memory of the process, MiB"), rows)


def _outputs(graph: Sequence[Node]) -> Table:
    rows = [(node.name, ", ".join(node.reads), name, uri) for node in graph for name, uri in node.outputs.items()]
    return Table(("component", "reads from", "artifact", "folder"), rows)
