"""The last section: the components, what they gave, and the whole configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from report.chart import Table
from report.graph import Graph, draw_graph
from report.sources import Node, Sources


@dataclass(frozen=True)
class Run:
    """What the section shows.

    Attributes:
        components: Seconds and memory of each.
        graph: Who reads from whom.
        outputs: Every artifact's folder.
        config: The whole configuration as JSON.
    """

    components: Table | None
    graph: Graph | None
    outputs: Table | None
    config: str


def run_section(sources: Sources) -> Run:
    """Returns the last section."""
    components = sources.summary["components"]
    return Run(
        components=_components(components) if components else None,
        graph=draw_graph(sources.graph) if sources.graph else None,
        outputs=_outputs(sources.graph) if sources.graph else None,
        config=json.dumps(sources.summary["config"], ensure_ascii=False, indent=2),
    )


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
    rows = [(node.name, name, uri) for node in graph for name, uri in node.outputs.items()]
    return Table(("component", "artifact", "folder"), rows)
