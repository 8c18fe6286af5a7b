"""The fifth section: the photos that the model got most wrong, and labels that may be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.labels import Labels
from report.outcome import Outcome
from report.pictures import heat_overlay, picture_uri
from report.wording import percent

if TYPE_CHECKING:
    from components.inspector.inspection import Inspection

# A model that learnt nothing makes every label look wrong.
_MOST_SUSPECTED = 60


def errors_section(outcome: Outcome) -> dict[str, Any]:
    """Returns the fifth section: the worst photos, suspected labels, and how many more than a page can show."""
    inspection, labels = outcome.inspection, outcome.labels
    if inspection is None:
        return {"worst": [], "suspected": [], "more_suspected": 0}
    return {
        "worst": [_shown(inspection, labels, row, place) for place, row in enumerate(inspection.worst)],
        "suspected": [_shown(inspection, labels, row, None) for row in inspection.suspected[:_MOST_SUSPECTED]],
        "more_suspected": max(len(inspection.suspected) - _MOST_SUSPECTED, 0),
    }


def _shown(inspection: Inspection, labels: Labels, row: int, place: int | None) -> dict[str, Any]:
    pixels = inspection.pixels_of(row)
    probabilities = inspection.probabilities[row]
    true, read = inspection.class_ids[row], inspection.read[row]
    ranked = probabilities.argsort()[::-1]
    # Where it was read rightly, the likeliest of the others.
    other = read if read != true else next(each for each in ranked if each != true)
    overlay = "" if place is None else picture_uri(heat_overlay(pixels, inspection.occlusion[place]))
    return {
        "picture": picture_uri(pixels),
        "overlay": overlay,
        "file": str(inspection.files[row]),
        "split": str(inspection.splits[row]),
        "slices": ", ".join(str(values[row]) for values in inspection.slices.values() if values[row]),
        "true": labels[true],
        "true_probability": percent(probabilities[true], 1),
        "other": labels[other],
        "other_probability": percent(probabilities[other], 1),
        "wrong": bool(read != true),
    }
