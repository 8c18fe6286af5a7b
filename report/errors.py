"""The fifth section: the photos that the model got most wrong, and labels that may be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.features import BACKGROUNDS
from core.labels import ALPHABET
from report.pictures import heat_overlay, picture_uri
from report.sources import Sources
from report.wording import percent

if TYPE_CHECKING:
    from components.inspector.inspection import Inspection

# A model that learnt nothing makes every label look wrong.
_MOST_SUSPECTED = 60


@dataclass(frozen=True)
class Shown:
    """A photo with what was made of it.

    Attributes:
        picture: Source of the photo.
        overlay: Source of the photo with what the model looked at; empty where that was not asked.
        file: Its name in the CSV.
        paper: Name of the paper.
        split: Its split.
        true: Its label's letter.
        true_probability: That letter's, as served.
        read: The likeliest letter.
        read_probability: That letter's.
        other: The likeliest letter but the true one.
        other_probability: That letter's.
        wrong: Whether it was misread.
    """

    picture: str
    overlay: str
    file: str
    paper: str
    split: str
    true: str
    true_probability: str
    read: str
    read_probability: str
    other: str
    other_probability: str
    wrong: bool


@dataclass(frozen=True)
class Errors:
    """What the section shows.

    Attributes:
        worst: The worst first.
        suspected: Photos whose label may be wrong, the most suspicious first.
        more_suspected: How many more there are than a page can show.
    """

    worst: list[Shown]
    suspected: list[Shown]
    more_suspected: int


def errors_section(sources: Sources) -> Errors:
    """Returns the fifth section."""
    inspection = sources.inspection
    if inspection is None:
        return Errors([], [], 0)
    return Errors(
        worst=[_shown(inspection, row, place) for place, row in enumerate(inspection.worst)],
        suspected=[_shown(inspection, row, None) for row in inspection.issues.rows[:_MOST_SUSPECTED]],
        more_suspected=max(len(inspection.issues.rows) - _MOST_SUSPECTED, 0),
    )


def _shown(inspection: Inspection, row: int, place: int | None) -> Shown:
    pixels = inspection.pixels_of(row)
    probabilities = inspection.probabilities[row]
    true = inspection.class_ids[row]
    ranked = probabilities.argsort()[::-1]
    other = next(each for each in ranked if each != true)
    overlay = "" if place is None else picture_uri(heat_overlay(pixels, inspection.occlusion[place]))
    return Shown(
        picture=picture_uri(pixels),
        overlay=overlay,
        file=str(inspection.files[row]),
        paper=BACKGROUNDS[inspection.backgrounds[row]],
        split=str(inspection.splits[row]),
        true=ALPHABET[true],
        true_probability=percent(probabilities[true], 1),
        read=ALPHABET[ranked[0]],
        read_probability=percent(probabilities[ranked[0]], 1),
        other=ALPHABET[other],
        other_probability=percent(probabilities[other], 1),
        wrong=bool(ranked[0] != true),
    )
