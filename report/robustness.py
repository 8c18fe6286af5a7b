"""Of the fourth section: how the model reads photos as people take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.labels import Labels
from report.chart import Table
from report.pictures import jpeg_uri, png_uri
from report.wording import percent

if TYPE_CHECKING:
    from components.inspector.robustness import Example, Robustness


def changes_table(measured: Sequence[Robustness]) -> Table:
    """Returns what was read right, surely wrong and not found under each change, the worst first."""
    headers = ("what is done to the photo", "read right", "sure and wrong", "no letter found", "photos")
    rows = [
        (
            each.change,
            percent(each.accuracy, 1),
            percent(each.sure_and_wrong, 1),
            percent(each.none_found, 1),
            str(each.photos),
        )
        for each in _worst_first(measured)
    ]
    return Table(headers, rows)


def changed_photos(measured: Sequence[Robustness], labels: Labels) -> list[dict[str, Any]]:
    """Returns for each change, the worst first, its name and examples: the photo, what was found, the answer."""
    return [
        {"change": each.change, "examples": [_shown(example, labels) for example in each.examples]}
        for each in _worst_first(measured)
    ]


def _worst_first(measured: Sequence[Robustness]) -> list[Robustness]:
    return sorted(measured, key=lambda each: each.accuracy)


def _shown(example: Example, labels: Labels) -> dict[str, Any]:
    return {
        "photo": jpeg_uri(example.photo),
        "found": png_uri(example.found),
        "letter": labels[example.class_id],
        "answer": None if example.answer is None else labels[example.answer],
        "probability": percent(example.probability, 1),
        "wrong": example.answer != example.class_id,
    }
