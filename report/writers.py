"""Of the fourth section: the writers that are read worst, and their photos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.columns import column_named
from core.features import TEST_SPLIT, WRITER
from core.labels import Labels
from report.pictures import picture_uri
from report.wording import percent

if TYPE_CHECKING:
    from components.inspector.inspection import Inspection
    from components.test_result import TestResult

_WRITERS = 12
_PHOTOS = 10


def worst_writers(test: TestResult | None, inspection: Inspection | None, labels: Labels) -> list[dict[str, Any]]:
    """Returns the writers with misread test photos, the worst first, each with the accuracy and misread photos."""
    if test is None or inspection is None:
        return []
    accuracies = {writer: each for writer, each in test.per_value(column_named(WRITER)).items() if each.value < 1}
    worst = sorted(accuracies, key=lambda writer: accuracies[writer].interval_95()[1])[:_WRITERS]
    return [
        {
            "writer": writer,
            "accuracy": percent(accuracies[writer].value, 1),
            "interval": " to ".join(percent(bound, 1) for bound in accuracies[writer].interval_95()),
            "photos": accuracies[writer].photos,
            "misread": _misread(inspection, writer, labels),
        }
        for writer in worst
    ]


def _misread(inspection: Inspection, writer: str, labels: Labels) -> list[dict[str, str]]:
    mine = (inspection.slices[WRITER] == writer) & (inspection.splits == TEST_SPLIT) & inspection.misread
    return [
        {
            "picture": picture_uri(inspection.pixels_of(row)),
            "true": labels[inspection.class_ids[row]],
            "read": labels[inspection.read[row]],
        }
        for row in mine.nonzero()[0][:_PHOTOS]
    ]
