"""The second section: the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from core.features import BACKGROUNDS, SPLITS
from core.labels import ALPHABET
from report.chart import BLUE, GREY, ORANGE, Chart, Table, chart
from report.pictures import png_uri
from report.sources import Drift, Sources

_COLOURS = dict(zip(SPLITS, (BLUE, ORANGE, GREY), strict=True))
# Files of one group of equal photos that are named.
_NAMED = 6


@dataclass(frozen=True)
class Data:
    """What the section shows; None or empty for what the run did not come to.

    Attributes:
        counts: Photos of each letter in each split.
        papers: Photos on each paper.
        contact_sheet: Source of the picture: papers down, letters across.
        letters: The sheet's columns.
        papers_in_order: The sheet's rows.
        problems: What the data check found, in words.
        duplicates: Equal photos.
        dropped: Records that could not be used.
        drift: Since the last run on other data.
    """

    counts: Chart | None
    papers: Table | None
    contact_sheet: str | None
    letters: str
    papers_in_order: Sequence[str]
    problems: list[str]
    duplicates: Table | None
    dropped: Table | None
    drift: Table | None


def data_section(sources: Sources) -> Data:
    """Returns the second section."""
    verdict = sources.verdict
    return Data(
        counts=_counts(verdict["per_letter_and_split"]) if verdict else None,
        papers=_papers(verdict["per_background"]) if verdict else None,
        contact_sheet=png_uri(sources.contact_sheet) if sources.contact_sheet else None,
        letters=ALPHABET,
        papers_in_order=BACKGROUNDS,
        problems=list(verdict["problems"]) if verdict else [],
        duplicates=_duplicates(sources.duplicates) if sources.duplicates else None,
        dropped=_dropped(sources.bad_records) if sources.bad_records else None,
        drift=_drift(sources.drift) if sources.drift is not None else None,
    )


def _counts(table: Mapping[str, Mapping[str, int]]) -> Chart:
    figure = go.Figure(
        [
            go.Bar(
                name=split, x=list(table), y=[table[letter][split] for letter in table], marker_color=_COLOURS[split]
            )
            for split in SPLITS
        ]
    )
    figure.update_layout(barmode="stack", yaxis_title="photos")
    totals = {letter: sum(counts.values()) for letter, counts in table.items()}
    says = f"From {min(totals.values())} to {max(totals.values())} photos of a letter."
    rows = [
        (letter, *(str(counts[split]) for split in SPLITS), str(totals[letter])) for letter, counts in table.items()
    ]
    return chart("counts", "Photos of each letter", says, figure, Table(("letter", *SPLITS, "all"), rows), width=640)


def _papers(counts: Mapping[str, int]) -> Table:
    total = max(sum(counts.values()), 1)
    return Table(
        ("paper", "photos", "share"), [(name, str(count), f"{count / total:.1%}") for name, count in counts.items()]
    )


def _duplicates(groups: Sequence[Mapping[str, Any]]) -> Table:
    rows = []
    for group in groups:
        more = len(group["files"]) - _NAMED
        files = ", ".join(group["files"][:_NAMED]) + (f" and {more} more" if more > 0 else "")
        contradict = " (they contradict each other)" if len(group["letters"]) > 1 else ""
        rows.append((files, " ".join(group["letters"]) + contradict))
    return Table(("equal photos", "labelled as"), rows).shortened()


def _dropped(records: Sequence[Mapping[str, Any]]) -> Table:
    rows = [(each["line"], each["file"], each["reason"]) for each in records]
    return Table(("line of the CSV", "file", "what is wrong"), rows).shortened()


def _drift(drift: Sequence[Drift]) -> Table:
    return Table(("feature", "largest change of a share, points"), [(d.feature, f"{100 * d.value:.2f}") for d in drift])
