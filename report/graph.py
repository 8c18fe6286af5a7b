"""The graph of a run's components as a drawing: each one to the right of all that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report.sources import Node

# Pixels.
_BOX_WIDTH, _BOX_HEIGHT = 150, 34
_GAP_ACROSS, _GAP_DOWN = 40, 18


@dataclass(frozen=True)
class Box:
    """A component's place: left upper corner, in pixels, and what it gave."""

    name: str
    x: int
    y: int
    outputs: str


@dataclass(frozen=True)
class Graph:
    """A drawing.

    Attributes:
        boxes: One for each component.
        arrows: SVG paths from each component to those that read its outputs.
        width: Pixels.
        height: Pixels.
        box_width: Pixels.
        box_height: Pixels.
    """

    boxes: list[Box]
    arrows: list[str]
    width: int
    height: int
    box_width: int = _BOX_WIDTH
    box_height: int = _BOX_HEIGHT


def draw_graph(nodes: Sequence[Node]) -> Graph:
    """Returns the drawing of a graph without cycles."""
    columns = _columns(nodes)
    boxes, filled = {}, dict.fromkeys(columns.values(), 0)
    for node in nodes:
        column = columns[node.name]
        x = column * (_BOX_WIDTH + _GAP_ACROSS)
        y = filled[column] * (_BOX_HEIGHT + _GAP_DOWN)
        boxes[node.name] = Box(node.name, x, y, ", ".join(node.outputs))
        filled[column] += 1
    arrows = [_arrow(boxes[name], boxes[node.name]) for node in nodes for name in node.reads]
    width = (max(columns.values()) + 1) * (_BOX_WIDTH + _GAP_ACROSS) - _GAP_ACROSS
    return Graph(list(boxes.values()), arrows, width, max(filled.values()) * (_BOX_HEIGHT + _GAP_DOWN))


def _columns(nodes: Sequence[Node]) -> dict[str, int]:
    """Returns the length of the longest way to each node; nodes come after those that they read."""
    columns: dict[str, int] = {}
    for node in nodes:
        columns[node.name] = max((columns[name] + 1 for name in node.reads), default=0)
    return columns


def _arrow(start: Box, end: Box) -> str:
    x1, y1 = start.x + _BOX_WIDTH, start.y + _BOX_HEIGHT // 2
    x2, y2 = end.x, end.y + _BOX_HEIGHT // 2
    bend = _GAP_ACROSS // 2
    return f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
