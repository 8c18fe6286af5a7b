"""The second section: the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from core.columns import slice_columns
from core.features import SPLITS
from report.chart import BLUE, GREY, ORANGE, Chart, Table
from report.outcome import Outcome

_COLOURS = dict(zip(SPLITS, (BLUE, ORANGE, GREY), strict=True))
# Files of one group of equal photos that are named.
_NAMED = 6


def data_section(outcome: Outcome) -> dict[str, Any]:
    """Returns the second section; None or empty is what the run did not come to."""
    verdict, paper = outcome.verdict, slice_columns()[0]
    dropped = [(each["line"], each["file"], each["reason"]) for each in outcome.bad_records]
    return {
        "counts": _counts(verdict["per_letter_and_split"]) if verdict else None,
        "slices": _slices(verdict) if verdict else [],
        "papers": paper.names or paper.in_order((verdict or {}).get(f"per_{paper.name}", {})),
        "duplicates": _duplicates(outcome.duplicates),
        "dropped": Table(("line of the CSV", "file", "what is wrong"), dropped).shortened(),
    }


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
    return Chart("counts", "Photos of each letter", says, figure, Table(("letter", *SPLITS, "all"), rows), width=640)


def _slices(verdict: Mapping[str, Any]) -> list[tuple[str, Table]]:
    found = []
    for column in slice_columns():
        # Of an optional column there may be no value, and an older run has not counted by a newer one.
        counts = verdict.get(f"per_{column.name}", {})
        if not counts:
            continue
        total = max(sum(counts.values()), 1)
        rows = [(name, str(count), f"{count / total:.1%}") for name, count in counts.items()]
        found.append((column.title, Table((column.title, "photos", "share"), rows).shortened()))
    return found


def _duplicates(groups: Sequence[Mapping[str, Any]]) -> Table:
    rows = []
    for group in groups:
        more = len(group["files"]) - _NAMED
        files = ", ".join(group["files"][:_NAMED]) + (f" and {more} more" if more > 0 else "")
        contradict = " (they contradict each other)" if len(group["letters"]) > 1 else ""
        rows.append((files, " ".join(group["letters"]) + contradict))
    return Table(("equal photos", "labelled as"), rows).shortened()
